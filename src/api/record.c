/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The record for the browser: what there is, its media files, search, the package
 * as a tar.  Names of files come from index.json, never from a request.
 *
 * Thread: main.
 */
#include "docket/record.h"

#include <string.h>

#include "api/internal.h"
#include "api/past.h"
#include "base/search.h"
#include "record/tar.h"

#define SEARCH_LIMIT 500
#define INDEX_MAX_BYTES (1 << 20)

typedef struct {
    OyerRequest *request;
    OyerSitting *sitting;
    OyerPast past;        /* the session that was asked for */
    char *query, *phrase; /* search */
    gboolean may_package; /* record */
    GPtrArray *lines;     /* of char *, JSON */
    OyerPackageTar *tar;
    char *dir;
    OyerResponse *response; /* made on the database thread, or NULL */
} Reading;

static void reading_free(gpointer data)
{
    Reading *reading = data;

    oyer_past_clear(&reading->past);
    g_free(reading->query);
    g_free(reading->phrase);
    g_free(reading->dir);
    g_clear_pointer(&reading->lines, g_ptr_array_unref);
    oyer_response_free(reading->response);
    g_free(reading);
}

/* @session: as is_reader() gives it. */
static Reading *reading_new(OyerRequest *request, OyerSitting *sitting, guint session)
{
    Reading *reading = g_new0(Reading, 1);

    reading->request = request;
    reading->sitting = sitting;
    oyer_past_init(&reading->past, sitting, session);
    reading->dir = oyer_sitting_dir_of(sitting, session);
    return reading;
}

static void fail(OyerRequest *request, const GError *error)
{
    g_warning("the record cannot be read: %s", error->message);
    oyer_request_respond(
        request, oyer_response_error(503, "store", "the record cannot be read"));
}

/* The session whose record is asked for and open to @participant.  0: answered. */
static guint is_reader(OyerRequest *request, OyerSitting *sitting,
                       const char *participant)
{
    guint session = oyer_request_session(request, sitting);

    if (session != 0 && oyer_sitting_may_read(sitting, participant, session))
        return session;
    oyer_request_respond(request, oyer_response_error(403, "not_allowed",
                                                      "the record is not open to you"));
    return 0;
}

/* ---- the whole ---- */

static gboolean read_lines(OyerDb *db, gpointer data, GError **error)
{
    Reading *reading = data;

    reading->lines =
        oyer_docket_lines(db, reading->past.hearing, reading->past.number, error);
    return reading->lines != NULL && oyer_past_load(&reading->past, db, error);
}

static json_t *read_json_file(const char *dir, const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(dir, folder, name, NULL);
    g_autofree char *text = NULL;
    gsize length = 0;

    if (!g_file_get_contents(path, &text, &length, NULL) || length > INDEX_MAX_BYTES)
        return NULL;
    return json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
}

/* The files of index.json, each with the address that it is found at. */
static json_t *media_of(Reading *reading)
{
    json_t *index = read_json_file(reading->dir, "media", "index.json");
    json_t *files = json_incref(json_object_get(index, "files"));
    json_t *file;
    gsize i;

    json_array_foreach(files, i, file)
    {
        const char *name = oyer_json_string(file, "file");
        g_autofree char *url = g_strdup_printf(
            "/api/v1/hearings/%s/record/media/%s?session=%u", reading->past.hearing,
            name ? name : "", reading->past.number);
        json_object_set_new(file, "url", json_string(url));
    }
    json_decref(index);
    return json_is_array(files) ? files : json_array();
}

static void on_record(gpointer data, const GError *error)
{
    Reading *reading = data;

    if (error != NULL) {
        fail(reading->request, error);
        return;
    }
    const OyerHearing *hearing = oyer_past_of(&reading->past, reading->sitting);
    json_t *object = oyer_json_pack(
        "{s:i,s:i,s:s,s:f,s:I,s:I,s:s?,s:s,s:o,s:o,s:o,s:o,s:o,s:b}", "session",
        (int)reading->past.number, "sessions",
        (int)reading->sitting->hearing->session_no, "state",
        oyer_word(&oyer_record_words, hearing->record.state), "progress",
        hearing->record.progress, "opened_us", (json_int_t)hearing->opened_us,
        "closed_us", (json_int_t)hearing->closed_us, "root", hearing->record.root,
        "key", oyer_key_fingerprint(reading->sitting->house->config.key), "media",
        media_of(reading), "people", oyer_view_people(hearing), "chapters",
        oyer_view_chapters(hearing), "intervals", oyer_view_intervals(hearing), "lines",
        oyer_view_lines(reading->lines, FALSE), "package",
        reading->may_package && hearing->record.state == OYER_RECORD_SEALED);
    oyer_request_respond(reading->request, oyer_response_json(200, object));
}

static gboolean may_package(const OyerSitting *sitting, const char *participant,
                            guint session)
{
    const OyerPerson *person = oyer_hearing_person(sitting->hearing, participant);

    OyerSessionStatus status = session == sitting->hearing->session_no
                                   ? sitting->hearing->session
                                   : OYER_SESSION_CLOSED;

    return person != NULL &&
           oyer_permission(OYER_DO_TAKE_PACKAGE, person->role, status) == OYER_MAY;
}

static void show_record(OyerRequest *request, OyerSitting *sitting,
                        const char *participant, gpointer data)
{
    (void)data;
    guint session = is_reader(request, sitting, participant);

    if (session == 0)
        return;
    Reading *reading = reading_new(request, sitting, session);
    reading->may_package = may_package(sitting, participant, session);
    oyer_db_submit(sitting->house->config.db, read_lines, reading, on_record,
                   reading_free);
}

static void get_record(OyerRequest *request, gpointer data)
{
    oyer_house_admit(data, request, OYER_REQUEST_COOKIE, show_record, NULL);
}

/* ---- media files ---- */

/* Runs on the database thread, because it asks the disk. */
static gboolean find_file(OyerDb *db, gpointer data, GError **error)
{
    Reading *reading = data;
    json_t *index = read_json_file(reading->dir, "media", "index.json");
    json_t *file;
    gsize i;

    (void)db;
    (void)error;
    json_array_foreach(json_object_get(index, "files"), i, file)
    {
        const char *name = oyer_json_string(file, "file");
        const char *mime = oyer_json_string(file, "mime");
        if (name == NULL || strchr(name, '/') != NULL ||
            strcmp(name, reading->query) != 0)
            continue;
        g_autofree char *path = g_build_filename(reading->dir, "media", name, NULL);
        gboolean is_plain = mime != NULL && strpbrk(mime, "\r\n") == NULL;
        reading->response =
            is_plain ? oyer_response_file_as(path, mime) : oyer_response_file(path);
    }
    json_decref(index);
    return TRUE;
}

static void on_file(gpointer data, const GError *error)
{
    Reading *reading = data;
    OyerResponse *response = g_steal_pointer(&reading->response);

    (void)error;
    if (response == NULL)
        response = oyer_response_error(404, "no_such", "there is no such file");
    else
        oyer_response_header(response, "Cache-Control", "private, no-cache");
    oyer_request_respond(reading->request, response);
}

static void show_file(OyerRequest *request, OyerSitting *sitting,
                      const char *participant, gpointer data)
{
    (void)data;
    guint session = is_reader(request, sitting, participant);

    if (session == 0)
        return;
    Reading *reading = reading_new(request, sitting, session);
    reading->query = g_strdup(oyer_request_param(request, "file"));
    oyer_db_submit(sitting->house->config.db, find_file, reading, on_file,
                   reading_free);
}

static void get_file(OyerRequest *request, gpointer data)
{
    oyer_house_admit(data, request, OYER_REQUEST_COOKIE, show_file, NULL);
}

/* ---- search ---- */

static gboolean search(OyerDb *db, gpointer data, GError **error)
{
    Reading *reading = data;

    reading->lines = oyer_docket_search(db, reading->past.hearing, reading->past.number,
                                        reading->phrase, SEARCH_LIMIT, error);
    return reading->lines != NULL;
}

static void on_hits(gpointer data, const GError *error)
{
    Reading *reading = data;
    json_t *hits = json_array();

    if (error != NULL) {
        json_decref(hits);
        fail(reading->request, error);
        return;
    }
    for (guint i = 0; reading->lines != NULL && i < reading->lines->len; i++) {
        json_t *line =
            json_loads(reading->lines->pdata[i], JSON_REJECT_DUPLICATES, NULL);
        json_array_append_new(
            hits,
            oyer_json_pack("{s:s?,s:I,s:s?,s:s?}", "line", oyer_json_string(line, "id"),
                           "start_us", (json_int_t)oyer_json_int(line, "start_us", 0),
                           "text", oyer_json_string(line, "text"), "participant",
                           oyer_json_string(line, "participant")));
        json_decref(line);
    }
    oyer_request_respond(
        reading->request,
        oyer_response_json(
            200, oyer_json_pack("{s:s,s:o}", "q", reading->query, "hits", hits)));
}

static void show_hits(OyerRequest *request, OyerSitting *sitting,
                      const char *participant, gpointer data)
{
    const char *query = oyer_request_query(request, "q");
    guint session = is_reader(request, sitting, participant);

    (void)data;
    if (session == 0)
        return;
    if (query == NULL) {
        oyer_request_respond(request,
                             oyer_response_error(400, "bad_request", "?q= is missing"));
        return;
    }
    Reading *reading = reading_new(request, sitting, session);
    reading->query = g_strdup(query);
    reading->phrase = oyer_search_phrase(query);
    if (reading->phrase == NULL) { /* nothing in it to look for */
        on_hits(reading, NULL);
        reading_free(reading);
        return;
    }
    oyer_db_submit(sitting->house->config.db, search, reading, on_hits, reading_free);
}

static void get_search(OyerRequest *request, gpointer data)
{
    oyer_house_admit(data, request, OYER_REQUEST_COOKIE, show_hits, NULL);
}

/* ---- the package ---- */

typedef struct {
    OyerPackageTar *tar;
    guint64 at;
} TarSource;

static void tar_source_free(gpointer data)
{
    TarSource *source = data;

    oyer_package_tar_free(source->tar);
    g_free(source);
}

static gssize read_tar(gpointer data, guint64 offset, void *buffer, gsize size_bytes)
{
    TarSource *source = data;

    if (source->at != offset && !oyer_package_tar_seek(source->tar, offset, NULL))
        return -1;
    gssize n = oyer_package_tar_read(source->tar, buffer, size_bytes, NULL);
    source->at = offset + (guint64)MAX(n, 0);
    return n;
}

static gboolean open_tar(OyerDb *db, gpointer data, GError **error)
{
    Reading *reading = data;
    g_autofree char *package = g_build_filename(reading->dir, "package", NULL);
    g_autofree char *name =
        g_strdup_printf("oyer-%s-%u", reading->past.hearing, reading->past.number);

    if (!oyer_past_load(&reading->past, db, error))
        return FALSE;
    reading->tar = oyer_package_tar_new(package, name, error);
    return reading->tar != NULL;
}

static void on_tar(gpointer data, const GError *error)
{
    Reading *reading = data;

    if (error != NULL) {
        fail(reading->request, error);
        return;
    }
    const OyerHearing *hearing = oyer_past_of(&reading->past, reading->sitting);
    TarSource *source = g_new0(TarSource, 1);
    source->tar = g_steal_pointer(&reading->tar);
    OyerResponse *response = oyer_response_new(200);
    g_autofree char *disposition = g_strdup_printf(
        "attachment; filename=\"oyer-%s-%u.tar\"", hearing->id, hearing->session_no);
    g_autofree char *etag = g_strdup_printf("\"%s\"", hearing->record.root);
    oyer_response_header(response, "Content-Type", "application/x-tar");
    oyer_response_header(response, "Content-Disposition", disposition);
    oyer_response_set_etag(response, etag);
    oyer_response_add_source(response, oyer_package_tar_size(source->tar), read_tar,
                             source, tar_source_free);
    oyer_request_respond(reading->request, response);
}

static void show_package(OyerRequest *request, OyerSitting *sitting,
                         const char *participant, gpointer data)
{
    guint session = oyer_request_session(request, sitting);

    (void)data;
    if (session == 0 || !may_package(sitting, participant, session)) {
        oyer_request_respond(
            request, oyer_response_error(403, "not_allowed", "not in this role"));
        return;
    }
    /* The next session begins when the one before is sealed. */
    if (session == sitting->hearing->session_no &&
        sitting->hearing->record.state != OYER_RECORD_SEALED) {
        oyer_request_respond(request,
                             oyer_response_error(409, "wrong_state", "not sealed yet"));
        return;
    }
    oyer_db_submit(sitting->house->config.db, open_tar,
                   reading_new(request, sitting, session), on_tar, reading_free);
}

static void get_package(OyerRequest *request, gpointer data)
{
    oyer_house_admit(data, request, OYER_REQUEST_COOKIE, show_package, NULL);
}

void oyer_record_install(OyerHouse *self)
{
    OyerServer *server = self->config.server;

    oyer_server_route(server, "GET", "/api/v1/hearings/{hearing}/record", get_record,
                      self);
    oyer_server_route(server, "GET", "/api/v1/hearings/{hearing}/record/media/{file}",
                      get_file, self);
    oyer_server_route(server, "GET", "/api/v1/hearings/{hearing}/record/search",
                      get_search, self);
    oyer_server_route(server, "GET", "/api/v1/hearings/{hearing}/record/package.tar",
                      get_package, self);
}
