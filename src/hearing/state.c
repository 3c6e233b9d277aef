/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/state.h"

#include <string.h>

void oyer_set_text(char **slot, const char *text)
{
    char *copy = g_strdup(text);
    g_free(*slot);
    *slot = copy;
}

static void free_person(gpointer data)
{
    OyerPerson *person = data;

    g_free(person->name);
    g_strfreev(person->represents);
    g_free(person->check);
    g_free(person->agent);
    g_free(person->trouble);
    g_free(person->knock_agent);
    json_decref(person->check_in);
    g_free(person);
}

static void free_interval(gpointer data)
{
    OyerInterval *interval = data;

    g_free(interval->reason);
    g_free(interval);
}

static gpointer copy_person(gconstpointer data, gpointer unused G_GNUC_UNUSED)
{
    const OyerPerson *from = data;
    OyerPerson *to = g_memdup2(from, sizeof *from);

    to->name = g_strdup(from->name);
    to->represents = g_strdupv(from->represents);
    to->check = g_strdup(from->check);
    to->agent = g_strdup(from->agent);
    to->trouble = g_strdup(from->trouble);
    to->knock_agent = g_strdup(from->knock_agent);
    to->check_in = json_incref(from->check_in);
    return to;
}

static gpointer copy_interval(gconstpointer data, gpointer unused G_GNUC_UNUSED)
{
    const OyerInterval *from = data;
    OyerInterval *to = g_memdup2(from, sizeof *from);

    to->reason = g_strdup(from->reason);
    return to;
}

static gpointer copy_alert(gconstpointer data, gpointer unused G_GNUC_UNUSED)
{
    return g_memdup2(data, sizeof(OyerAlert));
}

OyerHearing *oyer_hearing_new(const char *id)
{
    OyerHearing *self = g_new0(OyerHearing, 1);

    g_strlcpy(self->id, id, sizeof self->id);
    self->session_no = 1;
    self->people = g_ptr_array_new_with_free_func(free_person);
    self->screening = g_array_new(FALSE, TRUE, sizeof(OyerScreening));
    self->chapters = g_array_new(FALSE, TRUE, sizeof(OyerChapter));
    self->intervals = g_ptr_array_new_with_free_func(free_interval);
    self->alerts = g_ptr_array_new_with_free_func(g_free);
    self->booked = g_array_new(FALSE, TRUE, sizeof(gint64));
    return self;
}

static GPtrArray *copy_list(GPtrArray *from, GCopyFunc copy, GDestroyNotify destroy)
{
    GPtrArray *to = g_ptr_array_copy(from, copy, NULL);

    g_ptr_array_set_free_func(to, destroy);
    return to;
}

static void copy_transcription(OyerTranscription *to, const OyerTranscription *from)
{
    to->engine = g_strdup(from->engine);
    to->model = g_strdup(from->model);
    to->language = g_strdup(from->language);
    to->reason = g_strdup(from->reason);
}

OyerHearing *oyer_hearing_copy(const OyerHearing *from)
{
    OyerHearing *self = g_memdup2(from, sizeof *from);

    self->case_number = g_strdup(from->case_number);
    self->cause = g_strdup(from->cause);
    self->court = g_strdup(from->court);
    self->timezone = g_strdup(from->timezone);
    self->openness = g_strdup(from->openness);
    self->reason = g_strdup(from->reason);
    self->record.root = g_strdup(from->record.root);
    copy_transcription(&self->transcription, &from->transcription);
    self->people = copy_list(from->people, copy_person, free_person);
    self->screening = g_array_copy(from->screening);
    self->chapters = g_array_copy(from->chapters);
    self->intervals = copy_list(from->intervals, copy_interval, free_interval);
    self->alerts = copy_list(from->alerts, copy_alert, g_free);
    self->booked = g_array_copy(from->booked);
    return self;
}

void oyer_hearing_free(OyerHearing *self)
{
    if (!self)
        return;
    g_free(self->case_number);
    g_free(self->cause);
    g_free(self->court);
    g_free(self->timezone);
    g_free(self->openness);
    g_free(self->reason);
    g_free(self->record.root);
    g_free(self->transcription.engine);
    g_free(self->transcription.model);
    g_free(self->transcription.language);
    g_free(self->transcription.reason);
    g_ptr_array_unref(self->people);
    g_array_unref(self->screening);
    g_array_unref(self->chapters);
    g_ptr_array_unref(self->intervals);
    g_ptr_array_unref(self->alerts);
    g_array_unref(self->booked);
    g_free(self);
}

OyerPerson *oyer_hearing_add_person(OyerHearing *self, const char *id, const char *name,
                                    OyerRole role)
{
    if (self->people->len >= OYER_HEARING_MAX_PEOPLE || oyer_hearing_person(self, id))
        return NULL;

    OyerPerson *person = g_new0(OyerPerson, 1);
    g_strlcpy(person->id, id, sizeof person->id);
    person->name = g_strdup(name);
    person->role = role;
    g_ptr_array_add(self->people, person);
    return person;
}

OyerPerson *oyer_hearing_person_at(const OyerHearing *self, guint index)
{
    return g_ptr_array_index(self->people, index);
}

gint oyer_hearing_index(const OyerHearing *self, const char *id)
{
    for (guint i = 0; id && i < self->people->len; i++)
        if (!strcmp(oyer_hearing_person_at(self, i)->id, id))
            return (gint)i;
    return -1;
}

OyerPerson *oyer_hearing_person(const OyerHearing *self, const char *id)
{
    gint index = oyer_hearing_index(self, id);
    return index < 0 ? NULL : oyer_hearing_person_at(self, (guint)index);
}

gboolean oyer_role_presides(OyerRole role)
{
    return role == OYER_ROLE_JUDGE || role == OYER_ROLE_MEDIATOR;
}

gboolean oyer_role_is_bench(OyerRole role)
{
    return oyer_role_presides(role) || role == OYER_ROLE_CLERK;
}

gboolean oyer_role_is_staff(OyerRole role)
{
    return oyer_role_is_bench(role) || role == OYER_ROLE_USHER;
}

void oyer_person_note(OyerPerson *person, const char *key, json_t *value)
{
    json_t *note = person->check_in ? json_copy(person->check_in) : json_object();

    json_object_set_new(note, key, value);
    json_decref(person->check_in);
    person->check_in = note;
}

static gint find_alert(const OyerHearing *self, OyerAlertCode code,
                       const char *participant)
{
    for (guint i = 0; i < self->alerts->len; i++) {
        const OyerAlert *alert = g_ptr_array_index(self->alerts, i);
        if (alert->code == code && !strcmp(alert->participant, participant))
            return (gint)i;
    }
    return -1;
}

gboolean oyer_hearing_raise(OyerHearing *self, OyerAlertLevel level, OyerAlertCode code,
                            const char *participant, gint64 now_us)
{
    if (find_alert(self, code, participant ? participant : "") >= 0)
        return FALSE;
    if (self->alerts->len >= OYER_HEARING_MAX_ALERTS)
        g_ptr_array_remove_index(self->alerts, 0);

    OyerAlert *alert = g_new0(OyerAlert, 1);
    g_autofree char *id = oyer_id_new(now_us);
    g_strlcpy(alert->id, id, sizeof alert->id);
    alert->level = level;
    alert->code = code;
    g_strlcpy(alert->participant, participant ? participant : "",
              sizeof alert->participant);
    alert->at_us = now_us;
    g_ptr_array_add(self->alerts, alert);
    return TRUE;
}

gboolean oyer_hearing_settle(OyerHearing *self, OyerAlertCode code,
                             const char *participant)
{
    gint index = find_alert(self, code, participant ? participant : "");

    if (index < 0)
        return FALSE;
    g_ptr_array_remove_index(self->alerts, (guint)index);
    return TRUE;
}
