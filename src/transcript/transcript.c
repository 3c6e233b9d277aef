/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcript/transcript.h"

#include "base/json.h"

/* A hearing of ten hours with a line every two seconds has 18,000. */
#define MAX_LINES 200000
#define MAX_PEOPLE 4096

static void free_person(gpointer data)
{
    OyerTranscriptPerson *person = data;

    g_free(person->id);
    g_free(person->name);
    g_free(person->role);
    g_free(person);
}

static void free_line(gpointer data)
{
    oyer_line_free(data);
}

OyerTranscript *oyer_transcript_new(void)
{
    OyerTranscript *self = g_new0(OyerTranscript, 1);

    self->people = g_ptr_array_new_with_free_func(free_person);
    self->lines = g_ptr_array_new_with_free_func(free_line);
    return self;
}

void oyer_transcript_free(OyerTranscript *self)
{
    if (!self)
        return;
    g_ptr_array_unref(self->people);
    g_ptr_array_unref(self->lines);
    g_free(self->case_number);
    g_free(self->cause);
    g_free(self->court);
    g_free(self->timezone);
    g_free(self);
}

void oyer_transcript_add_person(OyerTranscript *self, const char *id, const char *name,
                                const char *role)
{
    OyerTranscriptPerson *person = g_new0(OyerTranscriptPerson, 1);

    person->id = g_strdup(id);
    person->name = g_strdup(name);
    person->role = g_strdup(role);
    g_ptr_array_add(self->people, person);
}

void oyer_transcript_take_line(OyerTranscript *self, OyerLine *line)
{
    g_ptr_array_add(self->lines, line);
}

const char *oyer_transcript_name(const OyerTranscript *self, const char *id)
{
    if (!id)
        return "";
    for (guint i = 0; i < self->people->len; i++) {
        const OyerTranscriptPerson *person = self->people->pdata[i];
        if (g_strcmp0(person->id, id) == 0)
            return person->name ? person->name : id;
    }
    return id;
}

static gboolean wrong(GError **error, const char *what)
{
    g_set_error(error, OYER_JSON_ERROR, OYER_JSON_ERROR_SHAPE, "session.json: %s",
                what);
    return FALSE;
}

static gboolean take_people(OyerTranscript *self, const json_t *people, GError **error)
{
    gsize i;
    json_t *person;

    if (json_array_size(people) > MAX_PEOPLE)
        return wrong(error, "too many people");
    json_array_foreach(people, i, person)
    {
        const char *id = oyer_json_string(person, "id");
        if (!id)
            return wrong(error, "a person has no id");
        oyer_transcript_add_person(self, id, oyer_json_string(person, "name"),
                                   oyer_json_string(person, "role"));
    }
    return TRUE;
}

static gboolean take_lines(OyerTranscript *self, const json_t *lines, GError **error)
{
    gsize i;
    json_t *json;

    if (json_array_size(lines) > MAX_LINES)
        return wrong(error, "too many lines");
    json_array_foreach(lines, i, json)
    {
        OyerLine *line = oyer_line_from_json(json, error);
        if (!line)
            return FALSE;
        oyer_transcript_take_line(self, line);
    }
    return TRUE;
}

OyerTranscript *oyer_transcript_from_session(const json_t *session, GError **error)
{
    g_autoptr(OyerTranscript) self = oyer_transcript_new();

    if (!json_is_object(session)) {
        wrong(error, "not an object");
        return NULL;
    }
    self->case_number = g_strdup(oyer_json_string(session, "case_number"));
    self->cause = g_strdup(oyer_json_string(session, "cause"));
    self->court = g_strdup(oyer_json_string(session, "court"));
    self->timezone = g_strdup(oyer_json_string(session, "timezone"));
    self->opened_us = MAX(oyer_json_int(session, "opened_us", 0), 0);
    self->certified = oyer_json_bool(session, "certified", FALSE);
    if (!take_people(self, json_object_get(session, "people"), error) ||
        !take_lines(self, json_object_get(session, "lines"), error))
        return NULL;
    return g_steal_pointer(&self);
}

static void set_text(json_t *json, const char *field, const char *text)
{
    if (text)
        (void)json_object_set_new(json, field, json_string(text));
}

char *oyer_transcript_to_json(OyerTranscript *self)
{
    g_autoptr(json_t) json = oyer_json_pack("{s:i,s:b,s:I}", "version", 1, "certified",
                                            self->certified ? 1 : 0, "opened_us",
                                            (json_int_t)self->opened_us);
    json_t *people = json_array(), *lines = json_array();

    set_text(json, "case_number", self->case_number);
    set_text(json, "cause", self->cause);
    set_text(json, "court", self->court);
    set_text(json, "timezone", self->timezone);
    for (guint i = 0; i < self->people->len; i++) {
        const OyerTranscriptPerson *person = self->people->pdata[i];
        json_t *entry = json_object();
        set_text(entry, "id", person->id);
        set_text(entry, "name", person->name);
        set_text(entry, "role", person->role);
        (void)json_array_append_new(people, entry);
    }
    g_ptr_array_sort(self->lines, oyer_line_compare);
    for (guint i = 0; i < self->lines->len; i++)
        (void)json_array_append_new(lines, oyer_line_to_json(self->lines->pdata[i]));
    (void)json_object_set_new(json, "people", people);
    (void)json_object_set_new(json, "lines", lines);
    return oyer_json_text(json);
}
