/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "base/search.h"
#include "docket/register.h"
#include "hearing/keep.h"

struct OyerChange {
    char hearing[OYER_ID_SIZE];
    gint64 now_us;
    const char *status; /* of the hearing; NULL: as it was; so with the rest */
    OyerSessionRow *session;
    gint64 session_no;
    gboolean is_held;        /* this closes the session */
    GPtrArray *participants; /* those that differ */
    GPtrArray *screening, *chapters, *intervals;
    GPtrArray *events, *lines, *notes, *connectivity;
    char *participant, *message_id, *reply;
};

/* Hearing to rows */

static void fill_session(OyerSessionRow *row, const OyerHearing *hearing)
{
    row->hearing = g_strdup(hearing->id);
    row->number = hearing->session_no;
    row->status = g_strdup(oyer_word(&oyer_session_words, hearing->session));
    row->stage = g_strdup(oyer_word(&oyer_stage_words, hearing->stage));
    row->reason = g_strdup(hearing->reason);
    row->opened_us = hearing->opened_us;
    row->closed_us = hearing->closed_us;
    row->hands = hearing->hands;
    row->unrecorded = hearing->unrecorded;
    row->recording = g_strdup(oyer_word(&oyer_recording_words, hearing->recording));
    row->record = g_strdup(oyer_word(&oyer_record_words, hearing->record.state));
    row->root = g_strdup(hearing->record.root);
}

static OyerParticipantRow *participant_row(const OyerHearing *hearing, guint index)
{
    const OyerPerson *person = oyer_hearing_person_at(hearing, index);
    OyerParticipantRow *row = g_new0(OyerParticipantRow, 1);

    row->id = g_strdup(person->id);
    row->hearing = g_strdup(hearing->id);
    row->person = g_strdup(person->person);
    row->position = index;
    row->role = g_strdup(oyer_word(&oyer_role_words, person->role));
    row->side = g_strdup(oyer_word(&oyer_side_words, person->side));
    row->represents = person->represents ? g_strjoinv(" ", person->represents) : NULL;
    row->room = g_strdup(oyer_word(&oyer_room_words, person->room));
    row->status = g_strdup(oyer_word(&oyer_status_words, person->status));
    row->before = g_strdup(oyer_word(&oyer_status_words, person->before));
    row->status_us = person->status_us;
    row->muted = person->muted;
    row->locked = person->locked;
    row->hand = person->hand;
    row->verified = person->verified;
    row->declared_us = person->declared_us;
    row->language = *person->language ? g_strdup(person->language) : NULL;
    row->device_check = g_strdup(person->check);
    row->agent = g_strdup(person->agent);
    row->trouble = g_strdup(person->trouble);
    row->check_in = person->check_in ? oyer_json_text(person->check_in) : g_strdup("");
    return row;
}

static GPtrArray *screening_rows(const OyerHearing *hearing)
{
    GPtrArray *rows =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_screening_row_free);

    for (guint i = 0; i < hearing->screening->len; i++) {
        const OyerScreening *rule =
            &g_array_index(hearing->screening, OyerScreening, i);
        OyerScreeningRow *row = g_new0(OyerScreeningRow, 1);
        row->subject = g_strdup(rule->subject);
        row->from = g_strdup(rule->from);
        row->media = g_strdup(oyer_word(&oyer_screen_words, rule->media));
        row->symmetric = rule->symmetric;
        g_ptr_array_add(rows, row);
    }
    return rows;
}

static GPtrArray *chapter_rows(const OyerHearing *hearing)
{
    GPtrArray *rows =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_chapter_row_free);

    for (guint i = 0; i < hearing->chapters->len; i++) {
        const OyerChapter *chapter = &g_array_index(hearing->chapters, OyerChapter, i);
        OyerChapterRow *row = g_new0(OyerChapterRow, 1);
        row->at_us = chapter->at_us;
        row->stage = g_strdup(oyer_word(&oyer_stage_words, chapter->stage));
        g_ptr_array_add(rows, row);
    }
    return rows;
}

static GPtrArray *interval_rows(const OyerHearing *hearing)
{
    GPtrArray *rows =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_interval_row_free);

    for (guint i = 0; i < hearing->intervals->len; i++) {
        const OyerInterval *interval = g_ptr_array_index(hearing->intervals, i);
        OyerIntervalRow *row = g_new0(OyerIntervalRow, 1);
        row->from_us = interval->from_us;
        row->to_us = interval->to_us;
        row->kind = g_strdup(oyer_word(&oyer_interval_words, interval->kind));
        row->reason = g_strdup(interval->reason);
        row->by = g_strdup(interval->by);
        g_ptr_array_add(rows, row);
    }
    return rows;
}

/* Differences */

static gboolean is_same_session(const OyerHearing *a, const OyerHearing *b)
{
    return a->session == b->session && a->session_no == b->session_no &&
           a->stage == b->stage && a->opened_us == b->opened_us &&
           a->closed_us == b->closed_us && a->hands == b->hands &&
           a->unrecorded == b->unrecorded && a->recording == b->recording &&
           a->record.state == b->record.state && !g_strcmp0(a->reason, b->reason) &&
           !g_strcmp0(a->record.root, b->record.root);
}

static gboolean is_same_person(const OyerPerson *a, const OyerPerson *b)
{
    return a->room == b->room && a->status == b->status && a->before == b->before &&
           a->status_us == b->status_us && a->muted == b->muted &&
           a->locked == b->locked && a->hand == b->hand && a->verified == b->verified &&
           a->declared_us == b->declared_us && !strcmp(a->language, b->language) &&
           !g_strcmp0(a->check, b->check) && !g_strcmp0(a->agent, b->agent) &&
           !g_strcmp0(a->trouble, b->trouble) && a->check_in == b->check_in;
}

static gboolean is_same_array(const GArray *a, const GArray *b, gsize item)
{
    return a->len == b->len && (!a->len || !memcmp(a->data, b->data, a->len * item));
}

static gboolean are_same_intervals(const GPtrArray *a, const GPtrArray *b)
{
    if (a->len != b->len)
        return FALSE;
    for (guint i = 0; i < a->len; i++) {
        const OyerInterval *x = g_ptr_array_index(a, i), *y = g_ptr_array_index(b, i);
        if (x->from_us != y->from_us || x->to_us != y->to_us)
            return FALSE;
    }
    return TRUE;
}

static GPtrArray *changed_people(const OyerHearing *before, const OyerHearing *after)
{
    GPtrArray *rows =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_participant_row_free);

    for (guint i = 0; i < after->people->len; i++) {
        const OyerPerson *is = oyer_hearing_person_at(after, i);
        const OyerPerson *was = oyer_hearing_person(before, is->id);
        if (!was || !is_same_person(was, is))
            g_ptr_array_add(rows, participant_row(after, i));
    }
    return rows;
}

static OyerLineRow *line_row(const OyerHearing *hearing, const OyerLine *line,
                             const char *by, gint64 now_us)
{
    OyerLineRow *row = g_new0(OyerLineRow, 1);
    json_t *json = oyer_line_to_json(line);

    row->hearing = g_strdup(hearing->id);
    row->id = g_strdup(line->id);
    row->session = hearing->session_no;
    row->revision = line->revision;
    row->participant = g_strdup(line->participant);
    row->start_us = line->start_us;
    row->json = oyer_json_text(json);
    row->folded = oyer_search_fold(line->text);
    row->by = g_strdup(by);
    row->at_us = now_us;
    json_decref(json);
    return row;
}

/* Whoever acted is in the events: the answer may be nobody's to remember. */
static void add_lines(OyerChange *self, const OyerHearing *hearing,
                      const OyerOutcome *outcome)
{
    const OyerEvent *event =
        outcome->events->len ? g_ptr_array_index(outcome->events, 0) : NULL;

    for (guint i = 0; i < outcome->lines->len; i++)
        g_ptr_array_add(self->lines,
                        line_row(hearing, g_ptr_array_index(outcome->lines, i),
                                 event ? event->actor : NULL, self->now_us));
}

/* The rows that an outcome carries are handed over: nobody needs them twice. */
static void steal_all(GPtrArray *to, GPtrArray *from)
{
    while (from->len)
        g_ptr_array_add(to, g_ptr_array_steal_index(from, 0));
}

static OyerChange *change_new(const OyerHearing *hearing, gint64 now_us)
{
    OyerChange *self = g_new0(OyerChange, 1);

    g_strlcpy(self->hearing, hearing->id, sizeof self->hearing);
    self->session_no = hearing->session_no;
    self->now_us = now_us;
    self->events = g_ptr_array_new_with_free_func((GDestroyNotify)oyer_event_free);
    self->lines = g_ptr_array_new_with_free_func((GDestroyNotify)oyer_line_row_free);
    self->notes = g_ptr_array_new_with_free_func((GDestroyNotify)oyer_docket_note_free);
    self->connectivity =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_connectivity_free);
    return self;
}

static void compare(OyerChange *self, const OyerHearing *before,
                    const OyerHearing *after)
{
    if (before->status != after->status)
        self->status = oyer_word(&oyer_hearing_status_words, after->status);
    if (!is_same_session(before, after)) {
        self->session = g_new0(OyerSessionRow, 1);
        fill_session(self->session, after);
        self->is_held = before->session != OYER_SESSION_CLOSED &&
                        after->session == OYER_SESSION_CLOSED;
    }
    self->participants = changed_people(before, after);
    if (!is_same_array(before->screening, after->screening, sizeof(OyerScreening)))
        self->screening = screening_rows(after);
    if (!is_same_array(before->chapters, after->chapters, sizeof(OyerChapter)))
        self->chapters = chapter_rows(after);
    if (!are_same_intervals(before->intervals, after->intervals))
        self->intervals = interval_rows(after);
}

OyerChange *oyer_change_new(const OyerHearing *before, const OyerHearing *after,
                            OyerOutcome *outcome, const char *participant,
                            const char *message_id, const char *reply, gint64 now_us)
{
    OyerChange *self = change_new(after, now_us);

    compare(self, before, after);
    add_lines(self, after, outcome);
    steal_all(self->events, outcome->events);
    steal_all(self->notes, outcome->notes);
    steal_all(self->connectivity, outcome->connectivity);
    if (participant && message_id && *message_id && reply) {
        self->participant = g_strdup(participant);
        self->message_id = g_strdup(message_id);
        self->reply = g_strdup(reply);
    }
    return self;
}

OyerChange *oyer_change_of_line(const OyerHearing *hearing, const OyerLine *line,
                                gint64 now_us)
{
    OyerChange *self = change_new(hearing, now_us);

    g_ptr_array_add(self->lines, line_row(hearing, line, NULL, now_us));
    return self;
}

gboolean oyer_change_is_empty(const OyerChange *self)
{
    return !self->status && !self->session &&
           (!self->participants || !self->participants->len) && !self->screening &&
           !self->chapters && !self->intervals && !self->events->len &&
           !self->lines->len && !self->notes->len && !self->connectivity->len &&
           !self->reply;
}

static void free_session_row(OyerSessionRow *row)
{
    if (!row)
        return;
    g_free(row->hearing);
    g_free(row->status);
    g_free(row->stage);
    g_free(row->reason);
    g_free(row->recording);
    g_free(row->record);
    g_free(row->root);
    g_free(row);
}

void oyer_change_free(OyerChange *self)
{
    if (!self)
        return;
    free_session_row(self->session);
    g_clear_pointer(&self->participants, g_ptr_array_unref);
    g_clear_pointer(&self->screening, g_ptr_array_unref);
    g_clear_pointer(&self->chapters, g_ptr_array_unref);
    g_clear_pointer(&self->intervals, g_ptr_array_unref);
    g_ptr_array_unref(self->events);
    g_ptr_array_unref(self->lines);
    g_ptr_array_unref(self->notes);
    g_ptr_array_unref(self->connectivity);
    g_free(self->participant);
    g_free(self->message_id);
    g_free(self->reply);
    g_free(self);
}

/* Storing: database thread */

static gboolean store_hearing(OyerDb *db, const OyerChange *self, GError **error)
{
    if (self->status && !oyer_docket_set_status(db, self->hearing, self->status, error))
        return FALSE;
    if (self->session &&
        !oyer_docket_put_session(db, self->session, self->now_us, error))
        return FALSE;
    if (self->is_held &&
        !oyer_register_held(db, self->hearing, self->session_no,
                            self->session->opened_us, self->session->closed_us,
                            self->now_us, error))
        return FALSE;
    for (guint i = 0; self->participants && i < self->participants->len; i++)
        if (!oyer_docket_put_participant(db, g_ptr_array_index(self->participants, i),
                                         self->now_us, error))
            return FALSE;
    return (!self->screening ||
            oyer_docket_set_screening(db, self->hearing, self->screening, self->now_us,
                                      error)) &&
           (!self->chapters ||
            oyer_docket_set_chapters(db, self->hearing, self->session_no,
                                     self->chapters, error)) &&
           (!self->intervals ||
            oyer_docket_set_intervals(db, self->hearing, self->session_no,
                                      self->intervals, error));
}

static gboolean store_record(OyerDb *db, const OyerChange *self, GError **error)
{
    for (guint i = 0; i < self->events->len; i++)
        if (!oyer_docket_append_event(db, self->hearing,
                                      g_ptr_array_index(self->events, i), NULL, error))
            return FALSE;
    for (guint i = 0; i < self->lines->len; i++)
        if (!oyer_docket_put_line(db, g_ptr_array_index(self->lines, i), NULL, error))
            return FALSE;
    for (guint i = 0; i < self->notes->len; i++)
        if (!oyer_docket_add_note(db, g_ptr_array_index(self->notes, i), error))
            return FALSE;
    for (guint i = 0; i < self->connectivity->len; i++)
        if (!oyer_docket_add_connectivity(db, g_ptr_array_index(self->connectivity, i),
                                          error))
            return FALSE;
    return !self->reply || oyer_docket_remember(db, self->participant, self->message_id,
                                                self->reply, self->now_us, error);
}

gboolean oyer_change_store(OyerDb *db, gpointer data, GError **error)
{
    const OyerChange *self = data;

    if (!oyer_db_begin(db, error))
        return FALSE;
    if (store_hearing(db, self, error) && store_record(db, self, error))
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return FALSE;
}
