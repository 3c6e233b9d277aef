/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/audience.h"

#include <string.h>

#include "hearing/machine.h"

struct OyerAudience {
    guint count;     /* of people */
    guint8 *cells;   /* [receiver * count + source] */
    guint8 *journal; /* [source] */
};

/* A cell with this is a private look: its media is no part of the hearing. */
#define ASIDE 16
/* What goes both ways in it. */
#define FACE (OYER_AUDIO | OYER_VIDEO)

static gboolean is_running(const OyerHearing *hearing)
{
    return hearing->session == OYER_SESSION_IN_SESSION;
}

/* A break, or a technical stop: the bench may talk to each other, nobody else. */
static gboolean is_stopped(const OyerHearing *hearing)
{
    return hearing->session == OYER_SESSION_PAUSED ||
           hearing->session == OYER_SESSION_SUSPENDED;
}

/* What @source gives to the room, unless he is in a private look. */
static guint8 given(const OyerPerson *source)
{
    if (source->role == OYER_ROLE_OBSERVER || !oyer_person_is_seated(source))
        return 0;
    return OYER_MEDIA & ~source->muted;
}

/* By index, who looks at that person in private, or NULL. */
static const OyerPerson **lookers_of(const OyerHearing *hearing)
{
    const OyerPerson **lookers = g_new0(const OyerPerson *, hearing->people->len + 1);

    for (guint i = 0; i < hearing->people->len; i++)
        lookers[i] = oyer_hearing_looker(hearing, oyer_hearing_person_at(hearing, i));
    return lookers;
}

/* What each gives to the room, before it is asked to whom.  Who looks at somebody in
 * private has his voice and face there and not in the room. */
static guint8 *gifts_of(const OyerHearing *hearing, const OyerPerson **lookers)
{
    guint8 *gifts = g_new0(guint8, hearing->people->len + 1);

    for (guint i = 0; i < hearing->people->len; i++)
        gifts[i] = given(oyer_hearing_person_at(hearing, i));
    for (guint i = 0; i < hearing->people->len; i++)
        if (lookers[i])
            gifts[oyer_hearing_index(hearing, lookers[i]->id)] &= (guint8)~FACE;
    return gifts;
}

/* What the state of the session lets flow from @source to @receiver. */
static guint allowed(const OyerHearing *hearing, const OyerPerson *receiver,
                     const OyerPerson *source)
{
    if (hearing->session == OYER_SESSION_CLOSED || !oyer_person_is_seated(receiver))
        return 0;
    if (is_stopped(hearing))
        return oyer_role_is_bench(receiver->role) && oyer_role_is_bench(source->role)
                   ? OYER_MEDIA
                   : 0;
    /* The gallery attends the hearing, not what is said before it. */
    if (receiver->role == OYER_ROLE_OBSERVER && !is_running(hearing))
        return 0;
    return OYER_MEDIA;
}

static gboolean are_linked(const OyerPerson *a, const OyerPerson *b)
{
    return a->represents && g_strv_contains((const char *const *)a->represents, b->id);
}

static gboolean are_of_one_side(const OyerPerson *a, const OyerPerson *b)
{
    return (a->side != OYER_SIDE_NONE && a->side == b->side) || are_linked(a, b) ||
           are_linked(b, a);
}

/* May @receiver know that @source is there?  Screening is taken off afterwards. */
static gboolean is_known(const OyerPerson *receiver, const OyerPerson *source)
{
    if (oyer_role_is_staff(receiver->role))
        return TRUE;
    if (receiver->room == OYER_ROOM_NONE)
        return FALSE;
    if (oyer_role_is_staff(source->role))
        return TRUE;
    if (source->role == OYER_ROLE_OBSERVER)
        return FALSE;
    if (oyer_person_is_seated(receiver))
        return oyer_person_is_seated(source);
    return receiver->room == OYER_ROOM_WAITING && source->room == OYER_ROOM_WAITING &&
           are_of_one_side(receiver, source);
}

static const guint8 screened_bits[OYER_SCREEN_MEDIAS] = {
    /* A shared screen is a picture that its owner chooses: it goes with the video. */
    [OYER_SCREEN_VIDEO] = OYER_VIDEO | OYER_SCREEN,
    [OYER_SCREEN_AUDIO] = OYER_AUDIO,
    [OYER_SCREEN_BOTH] = OYER_MEDIA,
    [OYER_SCREEN_PRESENCE] = OYER_MEDIA | OYER_PRESENCE,
};

static void take_off(OyerAudience *self, gint receiver, gint source, guint bits)
{
    self->cells[(guint)receiver * self->count + (guint)source] &= (guint8)~bits;
}

static void apply_screening(OyerAudience *self, const OyerHearing *hearing)
{
    for (guint i = 0; i < hearing->screening->len; i++) {
        const OyerScreening *rule =
            &g_array_index(hearing->screening, OyerScreening, i);
        gint subject = oyer_hearing_index(hearing, rule->subject);
        gint from = oyer_hearing_index(hearing, rule->from);

        if (subject < 0 || from < 0)
            continue;
        take_off(self, subject, from, screened_bits[rule->media]);
        if (rule->symmetric)
            take_off(self, from, subject, screened_bits[rule->media]);
    }
}

/* What two who are in a private look get of each other. */
static guint8 look_cell(const OyerPerson *source)
{
    return (guint8)(OYER_PRESENCE | ASIDE | (FACE & ~source->muted));
}

static guint8 cell_of(const OyerHearing *hearing, const OyerPerson *receiver,
                      const OyerPerson *source, guint gift)
{
    if (receiver == source)
        return OYER_PRESENCE;
    if (!is_known(receiver, source))
        return 0;
    return (guint8)(OYER_PRESENCE | (gift & allowed(hearing, receiver, source)));
}

OyerAudience *oyer_audience_new(const OyerHearing *hearing)
{
    OyerAudience *self = g_new0(OyerAudience, 1);
    guint count = hearing->people->len;
    g_autofree const OyerPerson **lookers = lookers_of(hearing);
    g_autofree guint8 *gifts = gifts_of(hearing, lookers);

    self->count = count;
    self->cells = g_new0(guint8, (gsize)count * count);
    self->journal = g_new0(guint8, count);
    for (guint source = 0; source < count; source++) {
        const OyerPerson *from = oyer_hearing_person_at(hearing, source);
        for (guint receiver = 0; receiver < count; receiver++) {
            const OyerPerson *to = oyer_hearing_person_at(hearing, receiver);
            self->cells[receiver * count + source] =
                lookers[receiver] == from || lookers[source] == to
                    ? look_cell(from)
                    : cell_of(hearing, to, from, gifts[source]);
        }
        if (is_running(hearing) && !hearing->unrecorded && !hearing->is_mediation)
            self->journal[source] = gifts[source];
    }
    apply_screening(self, hearing);
    return self;
}

void oyer_audience_free(OyerAudience *self)
{
    if (!self)
        return;
    g_free(self->cells);
    g_free(self->journal);
    g_free(self);
}

guint oyer_audience_cell(const OyerAudience *self, guint receiver, guint source)
{
    g_return_val_if_fail(receiver < self->count && source < self->count, 0);
    return self->cells[receiver * self->count + source] & (OYER_MEDIA | OYER_PRESENCE);
}

guint oyer_audience_journal(const OyerAudience *self, guint source)
{
    g_return_val_if_fail(source < self->count, 0);
    return self->journal[source];
}

/* Captions are made of the record's sound, and only while it is recorded. */
guint oyer_audience_captions(const OyerAudience *self, guint source)
{
    return oyer_audience_journal(self, source) & OYER_AUDIO;
}

gboolean oyer_audience_may_read(const OyerAudience *self, guint reader, guint source)
{
    g_return_val_if_fail(reader < self->count && source < self->count, FALSE);
    if (reader == source)
        return oyer_audience_captions(self, source) != 0;
    return (self->cells[reader * self->count + source] & (OYER_AUDIO | ASIDE)) ==
           OYER_AUDIO;
}

gboolean oyer_audience_may_watch(const OyerAudience *self, const OyerHearing *hearing,
                                 const char *receiver, const char *track)
{
    const char *kind = strrchr(track, '-');
    g_autofree char *source = kind ? g_strndup(track, (gsize)(kind - track)) : NULL;
    gint watches = oyer_hearing_index(hearing, receiver);
    gint shows = source ? oyer_hearing_index(hearing, source) : -1;
    guint bit = g_strcmp0(kind, "-screen") == 0 ? OYER_SCREEN : OYER_VIDEO;

    return watches >= 0 && shows >= 0 &&
           (oyer_audience_cell(self, (guint)watches, (guint)shows) & bit) != 0;
}

gboolean oyer_audience_equal(const OyerAudience *a, const OyerAudience *b)
{
    return a->count == b->count &&
           !memcmp(a->cells, b->cells, (gsize)a->count * a->count) &&
           !memcmp(a->journal, b->journal, a->count);
}

/* One row: {SOURCE:what}, or NULL if there is nothing in it. */
static json_t *row_of(const OyerHearing *hearing, const guint8 *cells, guint count)
{
    json_t *row = NULL;

    for (guint i = 0; i < count; i++) {
        guint what = cells[i] & OYER_MEDIA;
        if (!what)
            continue;
        if (!row)
            row = json_object();
        json_object_set_new(row, oyer_hearing_person_at(hearing, i)->id,
                            json_integer(what));
    }
    return row;
}

json_t *oyer_audience_cells(const OyerAudience *self, const OyerHearing *hearing)
{
    json_t *cells = json_object();

    for (guint i = 0; i < self->count; i++) {
        json_t *row =
            row_of(hearing, self->cells + (gsize)i * self->count, self->count);
        if (row)
            json_object_set_new(cells, oyer_hearing_person_at(hearing, i)->id, row);
    }
    json_t *journal = row_of(hearing, self->journal, self->count);
    if (journal)
        json_object_set_new(cells, "journal", journal);
    return cells;
}
