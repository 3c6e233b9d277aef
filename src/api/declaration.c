/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What people declared before they came in: that they read the rules and record
 * nothing, and where they are; each as a paper of its own, signed by the court's key,
 * that can be checked without the log it comes from.  Judge and clerk have all of them,
 * everybody else his own.
 *
 * Thread: main; functions with an OyerDb run on the database thread.
 */
#include <string.h>

#include "api/internal.h"
#include "api/staff.h"
#include "docket/event.h"

typedef struct {
    OyerRequest *request;
    const OyerKey *key;
    char hearing[OYER_ID_SIZE];
    char *case_number;
    json_t *people; /* id → name: whose are told */
    json_t *ready;  /* id → what he said last about where he is */
    json_t *papers; /* made on the database thread */
} Papers;

static void papers_free(gpointer data)
{
    Papers *self = data;

    g_free(self->case_number);
    json_decref(self->people);
    json_decref(self->ready);
    json_decref(self->papers);
    g_free(self);
}

static gboolean sign(Papers *self, const json_t *event, const char *actor,
                     GError **error)
{
    const json_t *details = json_object_get(event, "details");
    g_autofree char *declared = oyer_time_format(oyer_json_int(event, "at_us", 0));
    json_t *ready = json_object_get(self->ready, actor);
    g_autoptr(json_t) body = oyer_json_pack(
        "{s:s,s:s,s:s?,s:s,s:s?,s:s?,s:s?,s:s?,s:s?,s:s?}", "type",
        "oyer.declaration.v1", "hearing", self->hearing, "case_number",
        self->case_number, "participant", actor, "name",
        oyer_json_string(self->people, actor), "role", oyer_json_string(event, "role"),
        "declared", declared, "language", oyer_json_string(details, "language"),
        "rules", oyer_json_string(details, "text"), "rules_sha256",
        oyer_json_string(details, "version"));

    if (ready != NULL)
        json_object_set(body, "ready", ready);
    g_autofree char *text = oyer_json_canonical(body);
    json_t *paper = oyer_key_sign_text(self->key, text, error);
    if (paper == NULL)
        return FALSE;
    json_array_append_new(self->papers, paper);
    return TRUE;
}

static gboolean take_event(Papers *self, const json_t *event, GError **error)
{
    const char *type = oyer_json_string(event, "type");
    const char *actor = oyer_json_string(event, "actor");

    if (actor == NULL || json_object_get(self->people, actor) == NULL ||
        g_strcmp0(oyer_json_string(event, "result"), "ok") != 0)
        return TRUE;
    if (!g_strcmp0(type, "ready"))
        json_object_set(self->ready, actor, json_object_get(event, "details"));
    return g_strcmp0(type, "declare") != 0 || sign(self, event, actor, error);
}

static gboolean make_papers(OyerDb *db, gpointer data, GError **error)
{
    Papers *self = data;
    g_autoptr(GBytes) log = oyer_docket_events(db, self->hearing, error);
    gsize size = 0;
    const char *at = log ? g_bytes_get_data(log, &size) : NULL;
    const char *end = at + size;

    if (log == NULL)
        return FALSE;
    while (at < end) {
        const char *stop = memchr(at, '\n', (gsize)(end - at));
        gsize length = (gsize)((stop ? stop : end) - at);
        g_autoptr(json_t) line = oyer_json_parse(at, length, error);
        if (line == NULL || !take_event(self, json_object_get(line, "event"), error))
            return FALSE;
        at += length + 1;
    }
    return TRUE;
}

static void on_papers(gpointer data, const GError *error)
{
    Papers *self = data;

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        return;
    }
    oyer_request_respond(
        self->request,
        oyer_response_json(200, oyer_json_pack("{s:O}", "declarations", self->papers)));
}

static void show_papers(OyerRequest *request, OyerSitting *sitting,
                        const char *participant, gpointer data)
{
    const OyerHearing *hearing = sitting->hearing;
    const OyerPerson *reader = oyer_hearing_person(hearing, participant);
    Papers *self = g_new0(Papers, 1);

    (void)data;
    self->request = request;
    self->key = sitting->house->config.key;
    g_strlcpy(self->hearing, hearing->id, sizeof self->hearing);
    self->case_number = g_strdup(hearing->case_number);
    self->people = json_object();
    self->ready = json_object();
    self->papers = json_array();
    for (guint i = 0; i < hearing->people->len; i++) {
        const OyerPerson *person = oyer_hearing_person_at(hearing, i);
        if (person == reader || (reader && oyer_role_is_bench(reader->role)))
            json_object_set_new(self->people, person->id,
                                json_string(person->name ? person->name : ""));
    }
    oyer_db_submit(sitting->house->config.db, make_papers, self, on_papers,
                   papers_free);
}

static void get_papers(OyerRequest *request, gpointer data)
{
    oyer_house_admit(data, request, OYER_REQUEST_COOKIE, show_papers, NULL);
}

void oyer_declaration_install(OyerHouse *self)
{
    oyer_server_route(self->config.server, "GET",
                      "/api/v1/hearings/{hearing}/declarations", get_papers, self);
}
