/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "api/sitting.h"

#include <string.h>

#include "api/internal.h"

/* One act on its way: changed in memory, being stored, then told. */
typedef struct {
    OyerSitting *self;
    OyerOutcome *outcome;
    OyerChange *change;
    char participant[OYER_ID_SIZE];
    char message[OYER_ID_SIZE]; /* id of the message, or "" */
    char *reply;                /* or NULL: nobody waits */
    gboolean at_once;           /* a command: its states do not wait for others */
    OyerSittingDone done;
    gpointer data;
} Act;

static void act_free(gpointer data)
{
    Act *act = data;

    oyer_change_free(act->change);
    oyer_outcome_free(act->outcome);
    g_free(act->reply);
    g_free(act);
}

static gint64 utc_now_us(void)
{
    return oyer_clock_now_us(NULL);
}

/* ---- lifecycle ---- */

OyerSitting *oyer_sitting_new(OyerHouse *house, OyerHearing *hearing,
                              OyerMemory *memory)
{
    OyerSitting *self = g_new0(OyerSitting, 1);

    self->house = house;
    self->hearing = hearing;
    hearing->has_verifier = house->config.verifier.url != NULL;
    self->memory = memory;
    self->audience = oyer_audience_new(hearing);
    self->seats = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->knocks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->wires =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, oyer_wire_free);
    self->live_since = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    oyer_sitting_lines_init(self);
    /* Grows over restarts too, so that a client never takes a new state for old. */
    self->seq = (guint64)(utc_now_us() / 1000);
    return self;
}

void oyer_sitting_free(OyerSitting *self)
{
    if (self == NULL)
        return;
    if (self->work_free != NULL)
        self->work_free(self->work);
    g_clear_handle_id(&self->tell_source, g_source_remove);
    g_hash_table_unref(self->seats);
    g_hash_table_unref(self->knocks);
    g_hash_table_unref(self->wires);
    g_hash_table_unref(self->live_since);
    g_clear_pointer(&self->journal, json_decref);
    oyer_sitting_lines_clear(self);
    oyer_audience_free(self->pushed);
    oyer_audience_free(self->audience);
    oyer_memory_free(self->memory);
    oyer_hearing_free(self->hearing);
    g_free(self);
}

const char *oyer_sitting_id(const OyerSitting *self)
{
    return self->hearing->id;
}

OyerDbThread *oyer_sitting_db(const OyerSitting *self)
{
    return self->house->config.db;
}

char *oyer_sitting_dir(const OyerSitting *self)
{
    return oyer_sitting_dir_of(self, self->hearing->session_no);
}

char *oyer_sitting_dir_of(const OyerSitting *self, guint session)
{
    g_autofree char *number = g_strdup_printf("%u", session);

    return g_build_filename(self->house->data_dir, "hearings", self->hearing->id,
                            number, NULL);
}

/* ---- telling ---- */

void oyer_sitting_send(OyerSitting *self, const char *participant, OyerSendClass class,
                       const char *key, json_t *object)
{
    OyerSeat *seat = g_hash_table_lookup(self->seats, participant);

    if (seat != NULL)
        oyer_seat_send(seat, class, key, object);
}

void oyer_sitting_send_bench(OyerSitting *self, OyerSendClass class, const char *key,
                             json_t *object)
{
    for (guint i = 0; i < self->hearing->people->len; i++) {
        const OyerPerson *person = oyer_hearing_person_at(self->hearing, i);
        if (oyer_role_is_bench(person->role))
            oyer_sitting_send(self, person->id, class, key, object);
    }
}

/* What a person may know changes rarely for most: who sees no change hears nothing. */
static void tell_seat(OyerSitting *self, OyerSeat *seat, gint64 now_us)
{
    gint index = oyer_hearing_index(self->hearing, seat->participant);

    if (index < 0)
        return;
    g_autoptr(json_t) state =
        oyer_view_state(self->hearing, self->audience, (guint)index, self->seq, now_us);
    g_autoptr(json_t) bare = json_copy(state);
    json_object_del(bare, "seq");
    json_object_del(bare, "now");
    g_autofree char *text = oyer_json_text(bare);
    if (!g_strcmp0(text, seat->last_state))
        return;
    g_free(seat->last_state);
    seat->last_state = g_steal_pointer(&text);
    oyer_seat_send(seat, OYER_SEND_LATEST, "state", state);
}

static void tell_all(OyerSitting *self)
{
    GHashTableIter iter;
    gpointer seat;
    gint64 now_us = utc_now_us();

    g_clear_handle_id(&self->tell_source, g_source_remove);
    self->told_us = g_get_monotonic_time();
    self->seq++;
    g_hash_table_iter_init(&iter, self->seats);
    while (g_hash_table_iter_next(&iter, NULL, &seat))
        tell_seat(self, seat, now_us);
}

static gboolean on_tell(gpointer data)
{
    OyerSitting *self = data;

    self->tell_source = 0;
    tell_all(self);
    return G_SOURCE_REMOVE;
}

#define TELL_SPACING_US (200 * G_TIME_SPAN_MILLISECOND)

void oyer_sitting_tell(OyerSitting *self, gboolean now)
{
    gint64 wait_us = self->told_us + TELL_SPACING_US - g_get_monotonic_time();

    if (now || wait_us <= 0)
        tell_all(self);
    else if (self->tell_source == 0)
        self->tell_source = g_timeout_add((guint)(wait_us / 1000 + 1), on_tell, self);
}

/* ---- effects ---- */

static void say_moved(OyerSitting *self, const OyerEffect *effect)
{
    g_autoptr(json_t) object =
        oyer_json_pack("{s:s,s:s,s:s}", "type", "moved", "room",
                       oyer_word(&oyer_room_words, effect->room), "by",
                       effect->reason ? effect->reason : "system");

    oyer_sitting_send(self, effect->participant, OYER_SEND_ALWAYS, NULL, object);
}

static void say_bye(OyerSitting *self, const OyerEffect *effect)
{
    const char *reason = effect->reason ? effect->reason : "closed";
    guint code = !strcmp(reason, "removed")    ? 4403
                 : !strcmp(reason, "replaced") ? OYER_SEAT_REPLACED
                                               : 4410;
    g_autoptr(GPtrArray) ending = g_ptr_array_new();
    GHashTableIter iter;
    gpointer participant, seat;

    g_hash_table_iter_init(&iter, self->seats);
    while (g_hash_table_iter_next(&iter, &participant, &seat))
        if (effect->participant[0] == '\0' || !strcmp(effect->participant, participant))
            g_ptr_array_add(ending, seat);
    for (guint i = 0; i < ending->len; i++)
        oyer_seat_end(ending->pdata[i], reason, code);
}

static json_t *caption_message(const OyerLine *line)
{
    static const char *const kept_private[] = {"track", "segment", "engine", "model",
                                               "event"};
    json_t *object = oyer_line_to_json(line);

    for (gsize i = 0; i < G_N_ELEMENTS(kept_private); i++)
        json_object_del(object, kept_private[i]);
    return oyer_json_pack("{s:s,s:o}", "type", "caption", "line", object);
}

/* Who hears @participant may read him; what belongs to nobody, whoever is in court. */
static gboolean may_read(OyerSitting *self, const char *reader, const char *participant)
{
    gint reads = oyer_hearing_index(self->hearing, reader);
    gint says = participant ? oyer_hearing_index(self->hearing, participant) : -1;

    if (reads < 0)
        return FALSE;
    const OyerPerson *person = oyer_hearing_person_at(self->hearing, (guint)reads);
    if (oyer_role_is_bench(person->role))
        return TRUE;
    if (says < 0)
        return person->room == OYER_ROOM_HEARING;
    return oyer_audience_may_read(self->audience, (guint)reads, (guint)says);
}

static void send_to_readers(OyerSitting *self, const char *participant,
                            OyerSendClass class, json_t *object)
{
    GHashTableIter iter;
    gpointer reader, seat;
    g_autofree char *text = oyer_json_text(object);

    g_hash_table_iter_init(&iter, self->seats);
    while (g_hash_table_iter_next(&iter, &reader, &seat))
        if (may_read(self, reader, participant))
            oyer_seat_send_text(seat, class, NULL, text);
}

static void show_line(OyerSitting *self, const OyerLine *line)
{
    g_autoptr(json_t) object = caption_message(line);

    send_to_readers(self, line->participant, OYER_SEND_ALWAYS, object);
}

/* The processes and the journal of the session before have come to their end. */
static void begin_session(OyerSitting *self)
{
    if (self->work_free != NULL)
        self->work_free(self->work);
    self->work = NULL;
    self->work_free = NULL;
    g_clear_pointer(&self->journal, json_decref);
    self->journal_at_us = self->journal_seen_us = 0;
    g_hash_table_remove_all(self->live_since);
    if (self->house->config.arms_itself)
        oyer_sitting_arm(self);
}

static void carry_out(OyerSitting *self, const OyerEffect *effect)
{
    switch (effect->kind) {
    case OYER_EFFECT_MOVED:
        say_moved(self, effect);
        break;
    case OYER_EFFECT_BYE:
        say_bye(self, effect);
        break;
    case OYER_EFFECT_CAPTION:
        show_line(self, effect->line);
        break;
    case OYER_EFFECT_SECOND_USE:
        oyer_knock_decide(self, effect->participant, !strcmp(effect->reason, "let_in"));
        break;
    case OYER_EFFECT_VERIFY:
        oyer_verification_ask(self, effect);
        break;
    case OYER_EFFECT_SEAL_RETRY:
        self->house->hooks.seal_retry(self, self->house->hooks_data);
        break;
    case OYER_EFFECT_NEXT_SESSION:
        begin_session(self);
        break;
    default:
        oyer_sitting_media_effect(self, effect);
        break;
    }
}

/* ---- acting ---- */

static void answer(Act *act, const GError *error)
{
    OyerSeat *seat = g_hash_table_lookup(act->self->seats, act->participant);

    if (act->reply == NULL)
        return;
    if (error != NULL) {
        g_autoptr(json_t) object = oyer_json_pack(
            "{s:s,s:s,s:s,s:s}", "type", "error", "id", act->message, "code",
            "internal", "text", "the server could not store this");
        if (seat != NULL)
            oyer_seat_send(seat, OYER_SEND_ALWAYS, NULL, object);
        return;
    }
    if (act->message[0] != '\0')
        oyer_memory_put(act->participant, act->message, act->reply, act->self->memory);
    if (seat != NULL)
        oyer_seat_send_text(seat, OYER_SEND_ALWAYS, NULL, act->reply);
}

static void finish_act(Act *act, const GError *error)
{
    OyerSitting *self = act->self;
    OyerOutcome *outcome = act->outcome;

    /* First of all who may hear whom: someone sent out is cut off before told. */
    if (outcome->changed) {
        oyer_audience_free(self->audience);
        self->audience = oyer_audience_new(self->hearing);
        oyer_sitting_push_matrix(self, FALSE);
    }
    /* What is not on disk has no consequences: no recorder starts, nothing closes. */
    for (guint i = 0; error == NULL && i < outcome->effects->len; i++)
        carry_out(self, outcome->effects->pdata[i]);
    answer(act, error);
    if (outcome->changed)
        oyer_sitting_tell(self, act->at_once);
    if (act->done != NULL)
        act->done(self, outcome, act->data);
}

static gboolean store_act(OyerDb *db, gpointer data, GError **error)
{
    Act *act = data;

    return oyer_change_store(db, act->change, error);
}

static void on_stored(gpointer data, const GError *error)
{
    Act *act = data;

    if (error != NULL)
        g_critical("hearing=%s: a change was not stored: %s", act->self->hearing->id,
                   error->message);
    finish_act(act, error);
}

/* @act is taken; @before is how the hearing was. */
static void submit(Act *act, const OyerHearing *before)
{
    gboolean remembers = act->reply != NULL && act->message[0] != '\0';

    act->change = oyer_change_new(
        before, act->self->hearing, act->outcome, remembers ? act->participant : NULL,
        remembers ? act->message : NULL, remembers ? act->reply : NULL, utc_now_us());
    if (oyer_change_is_empty(act->change)) {
        finish_act(act, NULL);
        act_free(act);
        return;
    }
    oyer_db_submit(act->self->house->config.db, store_act, act, on_stored, act_free);
}

static char *reply_text(const OyerOutcome *outcome, const char *id)
{
    g_autoptr(json_t) reply =
        outcome->refusal == OYER_REFUSAL_NONE
            ? oyer_json_pack("{s:s}", "type", "ok")
            : oyer_json_pack("{s:s,s:s,s:s}", "type", "error", "code",
                             oyer_refusal_code(outcome->refusal), "text",
                             outcome->text ? outcome->text : "");

    if (id[0] != '\0')
        json_object_set_new(reply, "id", json_string(id));
    return oyer_json_text(reply);
}

void oyer_sitting_do(OyerSitting *self, const char *actor, const OyerMessage *message,
                     const OyerLine *line, gboolean answers, OyerSittingDone done,
                     gpointer data)
{
    g_autoptr(OyerHearing) before = oyer_hearing_copy(self->hearing);
    Act *act = g_new0(Act, 1);

    act->self = self;
    act->done = done;
    act->data = data;
    act->at_once = message->type == OYER_MESSAGE_COMMAND;
    g_strlcpy(act->participant, actor, sizeof act->participant);
    g_strlcpy(act->message, message->id, sizeof act->message);
    act->outcome = oyer_hearing_do(self->hearing, actor, message, line, utc_now_us());
    if (answers)
        act->reply = reply_text(act->outcome, message->id);
    submit(act, before);
}

void oyer_sitting_fact(OyerSitting *self, OyerSystemFact fact, const char *participant,
                       const char *text, gint64 from_us)
{
    g_autoptr(OyerHearing) before = oyer_hearing_copy(self->hearing);
    Act *act = g_new0(Act, 1);

    act->self = self;
    act->outcome = oyer_hearing_fact(self->hearing, fact, participant, text, from_us,
                                     utc_now_us());
    submit(act, before);
}

/* ---- the transcriber ---- */

typedef struct {
    OyerSitting *self;
    OyerChange *change;
    json_t *caption;
    char *participant;
} Hearsay;

static void hearsay_free(gpointer data)
{
    Hearsay *hearsay = data;

    oyer_change_free(hearsay->change);
    json_decref(hearsay->caption);
    g_free(hearsay->participant);
    g_free(hearsay);
}

static gboolean store_line(OyerDb *db, gpointer data, GError **error)
{
    Hearsay *hearsay = data;

    return oyer_change_store(db, hearsay->change, error);
}

static void on_line_stored(gpointer data, const GError *error)
{
    Hearsay *hearsay = data;

    if (error != NULL)
        g_warning("hearing=%s: a line was not stored: %s", hearsay->self->hearing->id,
                  error->message);
    else
        send_to_readers(hearsay->self, hearsay->participant, OYER_SEND_ALWAYS,
                        hearsay->caption);
}

void oyer_sitting_line(OyerSitting *self, const OyerLine *line)
{
    Hearsay *hearsay = g_new0(Hearsay, 1);

    hearsay->self = self;
    hearsay->change = oyer_change_of_line(self->hearing, line, utc_now_us());
    hearsay->caption = caption_message(line);
    hearsay->participant = g_strdup(line->participant);
    oyer_db_submit(self->house->config.db, store_line, hearsay, on_line_stored,
                   hearsay_free);
}

void oyer_sitting_partial(OyerSitting *self, const char *participant, const char *track,
                          const char *text)
{
    g_autoptr(json_t) object =
        oyer_json_pack("{s:s,s:s,s:s,s:s}", "type", "partial", "participant",
                       participant, "track", track, "text", text);

    send_to_readers(self, participant,
                    text[0] != '\0' ? OYER_SEND_IF_IDLE : OYER_SEND_ALWAYS, object);
}

void oyer_sitting_transcription(OyerSitting *self, OyerTranscribing state,
                                const char *engine, const char *model,
                                const char *language, gboolean rough,
                                const char *reason)
{
    OyerTranscription *transcription = &self->hearing->transcription;

    transcription->state = state;
    transcription->rough = rough;
    oyer_set_text(&transcription->engine, engine);
    oyer_set_text(&transcription->model, model);
    oyer_set_text(&transcription->language, language);
    oyer_set_text(&transcription->reason, reason);
    oyer_sitting_tell(self, FALSE);
}

void oyer_sitting_progress(OyerSitting *self, double progress)
{
    self->hearing->record.progress = CLAMP(progress, 0.0, 1.0);
    oyer_sitting_tell(self, FALSE);
}

void oyer_sitting_alert(OyerSitting *self, OyerAlertLevel level, OyerAlertCode code,
                        const char *participant, gboolean stands)
{
    gboolean changed = stands ? oyer_hearing_raise(self->hearing, level, code,
                                                   participant, utc_now_us())
                              : oyer_hearing_settle(self->hearing, code, participant);

    if (changed)
        oyer_sitting_tell(self, FALSE);
}
