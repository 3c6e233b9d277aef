/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A sitting and the media process: the matrix, the journal, what media tells.
 *
 * Media may die at any moment and comes back knowing nothing; serve may die and
 * comes back to a media process that goes on.  Both are one case here: media says
 * in its hello what it knows of this hearing, and what is missing is made.
 *
 * Thread: main.
 */
#include <string.h>

#include "api/internal.h"
#include "base/file.h"

/* More than any bench has judges; media takes no more. */
#define PRIORITIES_MAX 64

static void request(OyerSitting *self, json_t *object, OyerMediaReplyFunc func)
{
    json_object_set_new(object, "hearing", json_string(self->hearing->id));
    oyer_house_ask_media(self->house, object, func, self);
}

static void on_reply(json_t *reply, const char *code, gpointer data)
{
    OyerSitting *self = data;

    (void)reply;
    if (code != NULL)
        g_warning("hearing=%s: media refused a request: %s", self->hearing->id, code);
}

/* ---- the matrix ---- */

void oyer_sitting_wake(OyerSitting *self)
{
    if (self->is_awake || !oyer_house_has_media(self->house))
        return;
    self->is_awake = TRUE;
    request(self, oyer_json_pack("{s:s}", "do", "hearing.create"), on_reply);
    oyer_sitting_push_matrix(self, TRUE);
}

/* Whose picture stays longest on a narrow line: the bench's. */
static json_t *priority(const OyerHearing *hearing)
{
    json_t *object = json_object();

    for (guint i = 0; i < hearing->people->len; i++) {
        const OyerPerson *person = oyer_hearing_person_at(hearing, i);

        if (oyer_role_presides(person->role) &&
            json_object_size(object) < PRIORITIES_MAX)
            json_object_set_new(object, person->id, json_string("judge"));
    }
    return object;
}

void oyer_sitting_push_matrix(OyerSitting *self, gboolean anyway)
{
    gint64 now_us = oyer_clock_now_us(NULL);

    if (!self->is_awake || !oyer_house_has_media(self->house))
        return;
    if (!anyway && self->pushed != NULL &&
        oyer_audience_equal(self->pushed, self->audience))
        return;

    /* Time grows over restarts of serve, and media ignores what is older. */
    self->matrix_version = MAX(self->matrix_version + 1, now_us);
    oyer_audience_free(self->pushed);
    self->pushed = oyer_audience_new(self->hearing);
    request(self,
            oyer_json_pack("{s:s,s:I,s:o,s:o}", "do", "matrix", "version",
                           (json_int_t)self->matrix_version, "cells",
                           oyer_audience_cells(self->pushed, self->hearing), "priority",
                           priority(self->hearing)),
            on_reply);
}

/* ---- the journal ---- */

static gboolean has_journal(const OyerSitting *self)
{
    OyerRecording recording = self->hearing->recording;

    /* One that failed before it was started is not opened again but armed anew. */
    return !self->hearing->unrecorded &&
           (recording == OYER_RECORDING_RECORDING ||
            recording == OYER_RECORDING_PAUSED ||
            (recording == OYER_RECORDING_FAILED &&
             self->hearing->record.state == OYER_RECORD_RECORDING));
}

static void fail_recorder(OyerSitting *self, const char *code)
{
    /* `lost`: media is gone; when it is back the journal is opened again. */
    if (strcmp(code, "lost") != 0 ||
        self->hearing->recording != OYER_RECORDING_RECORDING)
        oyer_sitting_fact(self, OYER_SYSTEM_RECORDER_FAILED, NULL, code, 0);
}

static json_t *arm_request(OyerSitting *self)
{
    g_autofree char *session_dir = oyer_sitting_dir(self);
    g_autofree char *dir = g_build_filename(session_dir, "journal", NULL);

    return oyer_json_pack("{s:s,s:s,s:I}", "do", "journal.arm", "dir", dir,
                          "reserve_bytes", (json_int_t)OYER_DISK_RESERVE_BYTES);
}

static void on_armed(json_t *reply, const char *code, gpointer data)
{
    OyerSitting *self = data;

    (void)reply;
    if (code != NULL)
        fail_recorder(self, code);
    else
        oyer_sitting_fact(self, OYER_SYSTEM_ARMED, NULL, NULL, 0);
}

void oyer_sitting_arm(OyerSitting *self)
{
    if (self->hearing->is_mediation)
        return;
    oyer_sitting_wake(self);
    request(self, arm_request(self), on_armed);
}

/* Media has just spoken of the journal: it has its full time for the next word. */
static void journal_runs(OyerSitting *self)
{
    self->is_recording = TRUE;
    self->journal_at_us = g_get_monotonic_time();
    self->house->hooks.journal_open(self, self->house->hooks_data);
}

static void on_started(json_t *reply, const char *code, gpointer data)
{
    OyerSitting *self = data;

    (void)reply;
    if (code != NULL) {
        fail_recorder(self, code);
        return;
    }
    self->journal_seen_us = oyer_clock_now_us(NULL);
    journal_runs(self);
}

static void start_journal(OyerSitting *self, gint64 at_us, OyerMediaReplyFunc func)
{
    request(
        self,
        oyer_json_pack("{s:s,s:I}", "do", "journal.start", "at_us", (json_int_t)at_us),
        func);
}

/* The journal's end is on the disk.  The file tells a server that starts later. */
#define CLOSED_MARK "journal.closed"

gboolean oyer_sitting_is_journal_closed(const OyerSitting *self)
{
    g_autofree char *dir = oyer_sitting_dir(self);
    g_autofree char *mark = g_build_filename(dir, CLOSED_MARK, NULL);

    return g_file_test(mark, G_FILE_TEST_EXISTS);
}

static void journal_is_closed(OyerSitting *self)
{
    g_autofree char *dir = oyer_sitting_dir(self);
    g_autofree char *mark = g_build_filename(dir, CLOSED_MARK, NULL);
    g_autoptr(GError) error = NULL;

    if (!oyer_file_write(mark, "", 0, 0600, &error))
        g_warning("hearing=%s: %s", self->hearing->id, error->message);
    self->is_closing = self->is_recording = self->is_awake = FALSE;
    request(self, oyer_json_pack("{s:s}", "do", "hearing.destroy"), NULL);
    oyer_sitting_fact(self, OYER_SYSTEM_FINISHING, NULL, NULL, 0);
    self->house->hooks.journal_closed(self, self->house->hooks_data);
}

static void on_closed(json_t *reply, const char *code, gpointer data)
{
    OyerSitting *self = data;

    (void)reply;
    if (code != NULL) {
        g_warning("hearing=%s: the journal was not closed: %s", self->hearing->id,
                  code);
        self->is_closing = FALSE; /* tried again when media is back */
        return;
    }
    journal_is_closed(self);
}

static void close_journal(OyerSitting *self)
{
    if (self->is_closing)
        return;
    self->is_closing = TRUE;
    request(self, oyer_json_pack("{s:s}", "do", "journal.close"), on_closed);
}

/* The journal's end was cut off: it is opened once more for its end block. */
static void on_reopened_to_close(json_t *reply, const char *code, gpointer data)
{
    OyerSitting *self = data;

    (void)reply;
    if (code == NULL)
        close_journal(self);
    else
        g_warning("hearing=%s: the journal does not open to be closed: %s",
                  self->hearing->id, code);
}

static void on_resumed(json_t *reply, const char *code, gpointer data)
{
    OyerSitting *self = data;
    gint64 from_us = self->journal_seen_us;

    on_started(reply, code, data);
    if (code != NULL)
        return;
    oyer_sitting_fact(self, OYER_SYSTEM_RECORDER_BACK, NULL, NULL, 0);
    oyer_sitting_fact(self, OYER_SYSTEM_GAP, NULL, "media_restarted",
                      from_us ? from_us : self->journal_seen_us);
    oyer_sitting_push_matrix(self, TRUE);
}

/* Media does not have the journal that it should: a new epoch of the same one. */
static void reopen_journal(OyerSitting *self, OyerMediaReplyFunc func)
{
    request(self, arm_request(self), on_reply);
    start_journal(self, oyer_clock_now_us(NULL), func);
}

void oyer_sitting_media_effect(OyerSitting *self, const OyerEffect *effect)
{
    switch (effect->kind) {
    case OYER_EFFECT_JOURNAL_ARM:
        oyer_sitting_arm(self);
        break;
    case OYER_EFFECT_JOURNAL_START:
        oyer_sitting_wake(self);
        start_journal(self, effect->at_us, on_started);
        break;
    case OYER_EFFECT_JOURNAL_MARK:
        request(self,
                oyer_json_pack("{s:s,s:O}", "do", "journal.mark", "mark", effect->mark),
                on_reply);
        break;
    case OYER_EFFECT_JOURNAL_CLOSE:
        close_journal(self);
        break;
    case OYER_EFFECT_MEDIA_CLOSE:
        oyer_wire_close(self, effect->participant);
        break;
    default:
        g_assert_not_reached();
    }
}

/* Sound only, or pictures again: the person is told, and the bench. */
void oyer_sitting_set_weak(OyerSitting *self, OyerPerson *person, gboolean weak)
{
    g_autoptr(json_t) object =
        oyer_json_pack("{s:s,s:b}", "type", "weak_line", "audio_only", (int)weak);

    if (person->weak == weak)
        return;
    person->weak = weak;
    oyer_sitting_send(self, person->id, OYER_SEND_LATEST, "weak_line", object);
    oyer_sitting_alert(self, OYER_ALERT_WARNING, OYER_ALERT_LINE_WEAK, person->id,
                       weak && person->room == OYER_ROOM_HEARING);
    oyer_sitting_tell(self, FALSE);
}

/* ---- media comes back ---- */

static void settle_journal(OyerSitting *self, const char *state)
{
    const OyerHearing *hearing = self->hearing;
    gboolean is_open = !g_strcmp0(state, "open");

    if (hearing->recording == OYER_RECORDING_CLOSING) {
        if (oyer_sitting_is_journal_closed(self))
            return;
        if (is_open)
            close_journal(self);
        else if (!g_strcmp0(state, "closed"))
            journal_is_closed(self);
        else
            reopen_journal(self, on_reopened_to_close);
    } else if (has_journal(self) && is_open) {
        journal_runs(self);
    } else if (has_journal(self)) {
        reopen_journal(self, on_resumed);
    } else if (hearing->recording == OYER_RECORDING_ARMED &&
               g_strcmp0(state, "armed")) {
        oyer_sitting_arm(self);
    } else if (self->house->config.arms_itself && !is_open &&
               hearing->session == OYER_SESSION_NOT_STARTED) {
        oyer_sitting_arm(self);
    }
}

static gboolean needs_media(const OyerSitting *self)
{
    const OyerHearing *hearing = self->hearing;

    return hearing->session == OYER_SESSION_IN_SESSION ||
           hearing->session == OYER_SESSION_PAUSED ||
           hearing->session == OYER_SESSION_SUSPENDED ||
           (hearing->recording == OYER_RECORDING_CLOSING &&
            !oyer_sitting_is_journal_closed(self)) ||
           (hearing->session == OYER_SESSION_NOT_STARTED &&
            (self->house->config.arms_itself || g_hash_table_size(self->seats) > 0));
}

void oyer_sitting_media_connected(OyerSitting *self, json_t *known)
{
    gboolean was_awake = self->is_awake;
    gsize i;
    json_t *transport;

    self->is_closing = FALSE;
    self->is_awake = known != NULL;
    if (known == NULL) {
        oyer_wire_forget_all(self);
        oyer_whip_forget(self->house, self);
        g_hash_table_remove_all(self->live_since);
        for (guint p = 0; p < self->hearing->people->len; p++) {
            OyerPerson *person = oyer_hearing_person_at(self->hearing, p);
            person->sending = 0;
            oyer_sitting_set_weak(self, person, FALSE);
        }
        if (needs_media(self))
            oyer_sitting_wake(self);
    } else {
        json_array_foreach(json_object_get(known, "transports"), i, transport)
            oyer_wire_adopt(self, transport);
        oyer_sitting_push_matrix(self, TRUE);
    }
    if (self->is_awake)
        settle_journal(self,
                       oyer_json_string(json_object_get(known, "journal"), "state"));

    if (known == NULL && was_awake) {
        oyer_sitting_lines_cut(self);
        g_autoptr(json_t) object =
            oyer_json_pack("{s:s,s:s}", "type", "reconnect", "connection", "both");
        GHashTableIter iter;
        gpointer seat;
        g_hash_table_iter_init(&iter, self->seats);
        while (g_hash_table_iter_next(&iter, NULL, &seat))
            oyer_seat_send(seat, OYER_SEND_ALWAYS, NULL, object);
        oyer_sitting_alert(self, OYER_ALERT_WARNING, OYER_ALERT_MEDIA_RESTARTED, NULL,
                           TRUE);
        oyer_sitting_tell(self, TRUE);
    }
}

/* ---- what media tells ---- */

static void on_transport(OyerSitting *self, json_t *event)
{
    const char *state = oyer_json_string(event, "state");
    const char *transport = oyer_json_string(event, "transport");

    g_info("hearing=%s transport=%s %s", self->hearing->id, transport ? transport : "?",
           state ? state : "?");
    oyer_sitting_line_transport(self, event);
    if (transport != NULL && !g_strcmp0(state, "closed")) {
        oyer_wire_closed(self, event);
        oyer_whip_closed(self->house, transport);
    }
}

static void on_track(OyerSitting *self, json_t *event)
{
    const char *id = oyer_json_string(event, "participant");
    const char *track = oyer_json_string(event, "track");
    const char *state = oyer_json_string(event, "state");
    const char *kind = oyer_json_string(event, "kind");
    OyerPerson *person = id ? oyer_hearing_person(self->hearing, id) : NULL;
    guint8 bit = kind ? (guint8)oyer_kind_bit(kind) : 0;

    if (person == NULL || track == NULL || bit == 0)
        return;
    if (!g_strcmp0(state, "ended")) {
        person->sending &= (guint8)~bit;
        g_hash_table_remove(self->live_since, track);
    } else {
        person->sending |= bit;
    }
    if (!g_strcmp0(state, "live")) {
        gint64 now_us = g_get_monotonic_time();
        g_hash_table_replace(self->live_since, g_strdup(track),
                             g_memdup2(&now_us, sizeof now_us));
    }
    if (bit == OYER_AUDIO) {
        /* Whoever switched his own microphone off is meant to be silent. */
        person->silent = !g_strcmp0(state, "silent");
        gboolean matters = person->silent && (person->wants & OYER_AUDIO) &&
                           !(person->muted & OYER_AUDIO) &&
                           person->room == OYER_ROOM_HEARING;
        oyer_sitting_alert(self, OYER_ALERT_WARNING, OYER_ALERT_TRACK_SILENT, id,
                           matters);
    }
    oyer_sitting_tell(self, FALSE);
}

static void on_speaker(OyerSitting *self, json_t *event)
{
    const char *id = oyer_json_string(event, "participant");
    gint source = id ? oyer_hearing_index(self->hearing, id) : -1;
    GHashTableIter iter;
    gpointer reader, seat;

    g_hash_table_iter_init(&iter, self->seats);
    while (g_hash_table_iter_next(&iter, &reader, &seat)) {
        gint index = oyer_hearing_index(self->hearing, reader);
        gboolean may =
            index >= 0 && source >= 0 &&
            oyer_audience_may_read(self->audience, (guint)index, (guint)source);
        g_autoptr(json_t) object = oyer_json_pack("{s:s,s:s?}", "type", "speaker",
                                                  "participant", may ? id : NULL);
        oyer_seat_send(seat, OYER_SEND_LATEST, "speaker", object);
    }
}

static void on_line(OyerSitting *self, json_t *event)
{
    const char *id = oyer_json_string(event, "participant");
    OyerPerson *person = id ? oyer_hearing_person(self->hearing, id) : NULL;

    if (person != NULL)
        oyer_sitting_set_weak(self, person,
                              json_is_true(json_object_get(event, "audio_only")));
}

static void on_levels(OyerSitting *self, json_t *event)
{
    g_autoptr(json_t) object = oyer_json_pack("{s:s,s:O?}", "type", "levels", "levels",
                                              json_object_get(event, "levels"));

    oyer_sitting_send_bench(self, OYER_SEND_IF_IDLE, NULL, object);
}

static void on_journal(OyerSitting *self, json_t *event)
{
    g_clear_pointer(&self->journal, json_decref);
    self->journal = json_incref(event);
    self->journal_at_us = g_get_monotonic_time();
    if (!g_strcmp0(oyer_json_string(event, "state"), "open")) {
        gint64 age_us =
            CLAMP(oyer_json_int(event, "synced_us", 0), 0, G_USEC_PER_SEC * 60);
        self->journal_seen_us = oyer_clock_now_us(NULL) - age_us;
    }
}

static void on_journal_failed(OyerSitting *self, json_t *event)
{
    const char *text = oyer_json_string(event, "error");

    oyer_sitting_fact(self, OYER_SYSTEM_RECORDER_FAILED, NULL, text ? text : "failed",
                      0);
}

static const struct {
    const char *name;
    void (*handle)(OyerSitting *self, json_t *event);
} events[] = {
    {"transport", on_transport},
    {"offer", oyer_wire_offer},
    {"layers", oyer_wire_layers},
    {"track", on_track},
    {"speaker", on_speaker},
    {"line", on_line},
    {"levels", on_levels},
    {"journal", on_journal},
    {"journal.failed", on_journal_failed},
    {"stats", oyer_sitting_stats},
};

void oyer_sitting_media_event(OyerSitting *self, const char *name, json_t *event)
{
    for (gsize i = 0; i < G_N_ELEMENTS(events); i++)
        if (!strcmp(events[i].name, name))
            events[i].handle(self, event);
}

/* ---- once a second ---- */

/* What the journal should be getting of @person right now. */
static guint recorded_bits(OyerSitting *self, const OyerPerson *person)
{
    gint index = oyer_hearing_index(self->hearing, person->id);

    return index < 0
               ? 0
               : oyer_audience_journal(self->audience, (guint)index) & person->sending;
}

/* A live track whose bytes do not reach the disk. */
static gboolean is_late(OyerSitting *self, json_t *track, gint64 now_us)
{
    const char *id = oyer_json_string(track, "track");
    const char *participant = oyer_json_string(track, "participant");
    const char *kind = oyer_json_string(track, "kind");
    const gint64 *since_us = id ? g_hash_table_lookup(self->live_since, id) : NULL;
    const OyerPerson *person =
        participant ? oyer_hearing_person(self->hearing, participant) : NULL;

    return person != NULL && kind != NULL && since_us != NULL && !person->silent &&
           now_us - *since_us > OYER_TRACK_LATE_US &&
           (recorded_bits(self, person) & oyer_kind_bit(kind)) != 0 &&
           oyer_json_int(track, "age_us", 0) > OYER_TRACK_LATE_US;
}

static void watch_tracks(OyerSitting *self, gint64 now_us)
{
    g_autoptr(GHashTable) late = g_hash_table_new(g_str_hash, g_str_equal);
    gsize i;
    json_t *track;

    json_array_foreach(json_object_get(self->journal, "tracks"), i,
                       track) if (is_late(self, track, now_us))
        g_hash_table_add(late, (gpointer)(gsize)oyer_json_string(track, "participant"));
    for (guint p = 0; p < self->hearing->people->len; p++) {
        const OyerPerson *person = oyer_hearing_person_at(self->hearing, p);
        oyer_sitting_alert(self, OYER_ALERT_ALARM, OYER_ALERT_RECORDER_STOPPED,
                           person->id, g_hash_table_contains(late, person->id));
    }
}

static json_t *track_for_bench(json_t *track)
{
    return oyer_json_pack("{s:s?,s:s?,s:s?,s:I,s:I}", "participant",
                          oyer_json_string(track, "participant"), "kind",
                          oyer_json_string(track, "kind"), "codec",
                          oyer_json_string(track, "codec"), "bytes",
                          (json_int_t)oyer_json_int(track, "bytes", 0), "age_ms",
                          (json_int_t)oyer_json_int(track, "age_us", 0) / 1000);
}

static void show_recorder(OyerSitting *self)
{
    json_t *tracks = json_array();
    gsize i;
    json_t *track;

    json_array_foreach(json_object_get(self->journal, "tracks"), i, track)
        json_array_append_new(tracks, track_for_bench(track));
    g_autoptr(json_t) object = oyer_json_pack(
        "{s:s,s:s?,s:I,s:I,s:I,s:o}", "type", "recorder", "state",
        oyer_json_string(self->journal, "state"), "bytes",
        (json_int_t)oyer_json_int(self->journal, "bytes", 0), "free_bytes",
        (json_int_t)oyer_json_int(self->journal, "free_bytes", 0), "synced_age_ms",
        (json_int_t)oyer_json_int(self->journal, "synced_us", 0) / 1000, "tracks",
        tracks);
    oyer_sitting_send_bench(self, OYER_SEND_LATEST, "recorder", object);
}

void oyer_sitting_watch(OyerSitting *self)
{
    gint64 now_us = g_get_monotonic_time();

    oyer_sitting_lines_write(self, FALSE);
    gboolean is_stale = now_us - self->journal_at_us > OYER_TRACK_LATE_US;
    if (is_stale && self->is_recording &&
        self->hearing->recording == OYER_RECORDING_RECORDING)
        oyer_sitting_fact(self, OYER_SYSTEM_RECORDER_FAILED, NULL,
                          "media says nothing of the journal", 0);
    if (is_stale || self->journal == NULL)
        return;
    if (self->hearing->session == OYER_SESSION_IN_SESSION && self->is_recording)
        watch_tracks(self, now_us);
    gint64 free_bytes = oyer_json_int(self->journal, "free_bytes", G_MAXINT64);
    oyer_sitting_alert(self, OYER_ALERT_WARNING, OYER_ALERT_RECORDER_DISK_LOW, NULL,
                       free_bytes < OYER_DISK_LOW_BYTES);
    show_recorder(self);
}
