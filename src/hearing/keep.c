/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/keep.h"

#include <string.h>

/* The value of a stored word; a word that is none marks the rows as broken. */
static guint value_of(const OyerWords *words, const char *word, gboolean *is_broken)
{
    gint value = oyer_word_value(words, word);

    if (value < 0 && word)
        *is_broken = TRUE;
    return (guint)MAX(value, 0);
}

static void take_hearing(OyerHearing *self, const OyerHearingRows *rows,
                         gboolean *is_broken)
{
    const OyerHearingRow *hearing = &rows->hearing;
    const OyerSessionRow *session = &rows->session;

    self->case_number = g_strdup(hearing->case_number);
    self->cause = g_strdup(hearing->cause);
    self->court = g_strdup(hearing->court);
    self->timezone = g_strdup(hearing->timezone);
    self->is_mediation = hearing->mediation != NULL;
    self->openness = g_strdup(hearing->openness);
    self->scheduled_us = hearing->scheduled_us;
    self->status = value_of(&oyer_hearing_status_words, hearing->status, is_broken);
    self->session = value_of(&oyer_session_words, session->status, is_broken);
    self->session_no = (guint)session->number;
    self->stage = value_of(&oyer_stage_words, session->stage, is_broken);
    self->reason = g_strdup(session->reason);
    self->opened_us = session->opened_us;
    self->closed_us = session->closed_us;
    self->hands = (guint)session->hands;
    self->unrecorded = session->unrecorded;
    self->recording = value_of(&oyer_recording_words, session->recording, is_broken);
    self->record.state = value_of(&oyer_record_words, session->record, is_broken);
    self->record.progress = self->record.state == OYER_RECORD_SEALED ? 1 : 0;
    self->record.root = g_strdup(session->root);
}

static void take_participant(OyerHearing *self, const OyerParticipantRow *row,
                             gboolean *is_broken)
{
    OyerPerson *person = oyer_hearing_add_person(
        self, row->id, row->name, value_of(&oyer_role_words, row->role, is_broken));

    if (!person) {
        *is_broken = TRUE;
        return;
    }
    g_strlcpy(person->person, row->person, sizeof person->person);
    person->side = value_of(&oyer_side_words, row->side, is_broken);
    person->represents = row->represents ? g_strsplit(row->represents, " ", -1) : NULL;
    person->room = value_of(&oyer_room_words, row->room, is_broken);
    person->status = value_of(&oyer_status_words, row->status, is_broken);
    person->before = value_of(&oyer_status_words, row->before, is_broken);
    person->status_us = row->status_us;
    person->muted = (guint8)(row->muted & OYER_MEDIA);
    person->locked = row->locked;
    person->hand = (guint)row->hand;
    person->verified = row->verified;
    person->declared_us = row->declared_us;
    g_strlcpy(person->language, row->language ? row->language : "",
              sizeof person->language);
    person->check = g_strdup(row->device_check);
    person->agent = g_strdup(row->agent);
    person->trouble = g_strdup(row->trouble);
    if (row->check_in && *row->check_in)
        person->check_in = oyer_json_parse(row->check_in, strlen(row->check_in), NULL);
}

static void take_rules(OyerHearing *self, const OyerHearingRows *rows,
                       gboolean *is_broken)
{
    for (guint i = 0; i < rows->screening->len; i++) {
        const OyerScreeningRow *row = g_ptr_array_index(rows->screening, i);
        OyerScreening rule = {.symmetric = row->symmetric};
        g_strlcpy(rule.subject, row->subject, sizeof rule.subject);
        g_strlcpy(rule.from, row->from, sizeof rule.from);
        rule.media = value_of(&oyer_screen_words, row->media, is_broken);
        g_array_append_val(self->screening, rule);
    }
    for (guint i = 0; i < rows->chapters->len; i++) {
        const OyerChapterRow *row = g_ptr_array_index(rows->chapters, i);
        OyerChapter chapter = {.at_us = row->at_us};
        chapter.stage = value_of(&oyer_stage_words, row->stage, is_broken);
        g_array_append_val(self->chapters, chapter);
    }
    for (guint i = 0; i < rows->intervals->len; i++) {
        const OyerIntervalRow *row = g_ptr_array_index(rows->intervals, i);
        OyerInterval *interval = g_new0(OyerInterval, 1);
        interval->from_us = row->from_us;
        interval->to_us = row->to_us;
        interval->kind = value_of(&oyer_interval_words, row->kind, is_broken);
        interval->reason = g_strdup(row->reason);
        g_strlcpy(interval->by, row->by, sizeof interval->by);
        g_ptr_array_add(self->intervals, interval);
    }
}

OyerHearing *oyer_keep_hearing(const OyerHearingRows *rows, GError **error)
{
    g_autoptr(OyerHearing) self = oyer_hearing_new(rows->hearing.id);
    gboolean is_broken = FALSE;

    take_hearing(self, rows, &is_broken);
    g_array_append_vals(self->booked, rows->booked->data, rows->booked->len);
    for (guint i = 0; i < rows->participants->len; i++)
        take_participant(self, g_ptr_array_index(rows->participants, i), &is_broken);
    take_rules(self, rows, &is_broken);
    if (is_broken) {
        g_set_error(error, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_BROKEN,
                    "the rows of hearing %s cannot be read", rows->hearing.id);
        return NULL;
    }
    return g_steal_pointer(&self);
}

OyerHearing *oyer_keep_load(OyerDb *db, const char *id, GError **error)
{
    g_autoptr(OyerHearingRows) rows = oyer_docket_load_hearing(db, id, error);
    return rows ? oyer_keep_hearing(rows, error) : NULL;
}

OyerHearing *oyer_keep_load_session(OyerDb *db, const char *id, guint number,
                                    GError **error)
{
    g_autoptr(OyerHearingRows) rows = oyer_docket_load_session(db, id, number, error);
    return rows ? oyer_keep_hearing(rows, error) : NULL;
}
