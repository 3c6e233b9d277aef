/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The small REST resources: health, the hearing card, the session cookie, the
 * event log, the transcript.
 *
 * Thread: main.
 */
#include <string.h>

#include "api/internal.h"
#include "api/past.h"
#include "docket/record.h"
#include "transcript/transcript.h"

static void refuse_forbidden(OyerRequest *request)
{
    oyer_request_respond(request,
                         oyer_response_error(403, "not_allowed", "not in this role"));
}

static void get_health(OyerRequest *request, gpointer data)
{
    (void)data;
    oyer_request_respond(
        request, oyer_response_json(200, oyer_json_pack("{s:s,s:s,s:i}", "status", "ok",
                                                        "version", OYER_VERSION,
                                                        "protocol", 1)));
}

static void show_card(OyerRequest *request, OyerSitting *sitting,
                      const char *participant, gpointer data)
{
    gint index = oyer_hearing_index(sitting->hearing, participant);

    (void)data;
    oyer_request_respond(
        request,
        oyer_response_json(200, oyer_view_card(sitting->hearing, (guint)index)));
}

static void get_pass(OyerRequest *request, gpointer data)
{
    oyer_house_admit(data, request, 0, show_card, NULL);
}

static void give_cookie(OyerRequest *request, OyerSitting *sitting,
                        const char *participant, gpointer data)
{
    g_autofree char *cookie = oyer_seat_cookie(request);
    OyerResponse *response;

    (void)sitting;
    (void)participant;
    (void)data;
    if (cookie == NULL) {
        response = oyer_response_error(400, "bad_request", "send Oyer-Device");
    } else {
        response = oyer_response_json(200, oyer_json_pack("{s:b}", "ok", TRUE));
        oyer_response_header(response, "Set-Cookie", cookie);
    }
    oyer_request_respond(request, response);
}

static void post_session(OyerRequest *request, gpointer data)
{
    oyer_house_admit(data, request, OYER_REQUEST_BIND, give_cookie, NULL);
}

/* ---- what is read on the database thread ---- */

typedef struct {
    OyerRequest *request;
    OyerSitting *sitting;
    GBytes *events;
    GPtrArray *lines; /* of char *, JSON */
    OyerPast past;    /* the session of a transcript */
    gboolean as_json;
} Reading;

static void reading_free(gpointer data)
{
    Reading *reading = data;

    g_clear_pointer(&reading->events, g_bytes_unref);
    g_clear_pointer(&reading->lines, g_ptr_array_unref);
    oyer_past_clear(&reading->past);
    g_free(reading);
}

static Reading *reading_new(OyerRequest *request, OyerSitting *sitting)
{
    Reading *reading = g_new0(Reading, 1);

    reading->request = request;
    reading->sitting = sitting;
    return reading;
}

static gboolean read_events(OyerDb *db, gpointer data, GError **error)
{
    Reading *reading = data;

    reading->events = oyer_docket_events(db, reading->sitting->hearing->id, error);
    return reading->events != NULL;
}

static void on_events(gpointer data, const GError *error)
{
    Reading *reading = data;
    OyerResponse *response;

    if (error != NULL) {
        g_critical("events cannot be read: %s", error->message);
        response = oyer_response_error(503, "store", "the log cannot be read");
    } else {
        response = oyer_response_new(200);
        oyer_response_header(response, "Content-Type",
                             "application/jsonl; charset=utf-8");
        oyer_response_add_bytes(response, g_steal_pointer(&reading->events));
    }
    oyer_request_respond(reading->request, response);
}

/* Whether @action is granted to @participant in the state of @sitting. */
static gboolean may(OyerSitting *sitting, const char *participant, OyerAction action)
{
    const OyerPerson *person = oyer_hearing_person(sitting->hearing, participant);

    return person != NULL && person->status != OYER_STATUS_REMOVED &&
           oyer_permission(action, person->role, sitting->hearing->session) == OYER_MAY;
}

static void show_events(OyerRequest *request, OyerSitting *sitting,
                        const char *participant, gpointer data)
{
    (void)data;
    if (!may(sitting, participant, OYER_DO_READ_EVENTS)) {
        refuse_forbidden(request);
        return;
    }
    oyer_db_submit(sitting->house->config.db, read_events,
                   reading_new(request, sitting), on_events, reading_free);
}

static void get_events(OyerRequest *request, gpointer data)
{
    oyer_house_admit(data, request, OYER_REQUEST_COOKIE, show_events, NULL);
}

static gboolean read_lines(OyerDb *db, gpointer data, GError **error)
{
    Reading *reading = data;

    reading->lines =
        oyer_docket_lines(db, reading->past.hearing, reading->past.number, error);
    return reading->lines != NULL && oyer_past_load(&reading->past, db, error);
}

OyerTranscript *oyer_transcript_of(const OyerHearing *hearing, const GPtrArray *lines)
{
    OyerTranscript *transcript = oyer_transcript_new();

    transcript->case_number = g_strdup(hearing->case_number);
    transcript->cause = g_strdup(hearing->cause);
    transcript->court = g_strdup(hearing->court);
    transcript->timezone = g_strdup(hearing->timezone);
    transcript->opened_us = hearing->opened_us;
    for (guint i = 0; i < hearing->people->len; i++) {
        const OyerPerson *person = oyer_hearing_person_at(hearing, i);
        oyer_transcript_add_person(transcript, person->id, person->name,
                                   oyer_word(&oyer_role_words, person->role));
    }
    for (guint i = 0; i < lines->len; i++) {
        OyerLine *line =
            oyer_line_parse(lines->pdata[i], strlen(lines->pdata[i]), NULL);
        if (line != NULL)
            oyer_transcript_take_line(transcript, line);
    }
    return transcript;
}

static void on_lines(gpointer data, const GError *error)
{
    Reading *reading = data;
    OyerResponse *response;

    if (error != NULL) {
        g_critical("lines cannot be read: %s", error->message);
        response = oyer_response_error(503, "store", "the transcript cannot be read");
    } else {
        g_autoptr(OyerTranscript) transcript = oyer_transcript_of(
            oyer_past_of(&reading->past, reading->sitting), reading->lines);
        g_autofree char *text = reading->as_json ? oyer_transcript_to_json(transcript)
                                                 : oyer_transcript_to_vtt(transcript);
        response = oyer_response_text(
            200, reading->as_json ? "application/json" : "text/vtt; charset=utf-8",
            text);
    }
    oyer_request_respond(reading->request, response);
}

static void show_transcript(OyerRequest *request, OyerSitting *sitting,
                            const char *participant, gpointer data)
{
    guint session = oyer_request_session(request, sitting);

    if (session == 0 || !oyer_sitting_may_read(sitting, participant, session)) {
        refuse_forbidden(request);
        return;
    }
    Reading *reading = reading_new(request, sitting);
    oyer_past_init(&reading->past, sitting, session);
    reading->as_json = data != NULL;
    oyer_db_submit(sitting->house->config.db, read_lines, reading, on_lines,
                   reading_free);
}

static void get_vtt(OyerRequest *request, gpointer data)
{
    oyer_house_admit(data, request, OYER_REQUEST_COOKIE, show_transcript, NULL);
}

static void get_transcript_json(OyerRequest *request, gpointer data)
{
    oyer_house_admit(data, request, OYER_REQUEST_COOKIE, show_transcript, data);
}

void oyer_rest_install(OyerHouse *self)
{
    OyerServer *server = self->config.server;

    oyer_server_route(server, "GET", "/api/v1/health", get_health, self);
    oyer_server_route(server, "GET", "/api/v1/pass", get_pass, self);
    oyer_server_route(server, "POST", "/api/v1/session", post_session, self);
    oyer_server_route(server, "GET", "/api/v1/hearings/{hearing}/events", get_events,
                      self);
    oyer_server_route(server, "GET", "/api/v1/hearings/{hearing}/transcript.vtt",
                      get_vtt, self);
    oyer_server_route(server, "GET", "/api/v1/hearings/{hearing}/transcript.json",
                      get_transcript_json, self);
}
