/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Everybody's lines: what media counts every five seconds and what a client states
 * of its own, rated, shown to those who may see it, and kept as the connectivity
 * record (docs/RECORD.md).
 *
 * Figures are written in batches, since nobody acts on them from the disk; cuts and
 * returns soon.  GET …/connectivity.jsonl and .csv read it back.
 *
 * Thread: main.
 */
#include "docket/connectivity.h"

#include <string.h>

#include <gio/gio.h>

#include "api/internal.h"
#include "hearing/network.h"
#include "record/connectivity.h"
#include "web/bucket.h"

/* A statement holds this long, and may be made this often. */
#define REPORT_LIFE_US (12 * G_USEC_PER_SEC)
#define REPORTS_PER_SECOND 0.5
#define REPORT_BURST 3

/* How long samples wait to be written together, and how many may. */
#define BATCH_US (30 * G_USEC_PER_SEC)
#define BATCH_MAX 2000

/* Of the gallery, whose line is good, one figure a minute will do. */
#define GALLERY_EVERY_US (60 * G_USEC_PER_SEC)

typedef struct {
    OyerBucket bucket;
    json_t *said; /* or NULL */
    gint64 said_us;
    gint64 sampled_us; /* the last sample that was kept */
} Report;

static void report_free(gpointer data)
{
    Report *report = data;

    json_decref(report->said);
    g_free(report);
}

static Report *report_of(OyerSitting *self, const char *participant)
{
    Report *report = g_hash_table_lookup(self->reports, participant);

    if (report == NULL) {
        report = g_new0(Report, 1);
        oyer_bucket_init(&report->bucket, REPORTS_PER_SECOND, REPORT_BURST,
                         g_get_monotonic_time());
        g_hash_table_insert(self->reports, g_strdup(participant), report);
    }
    return report;
}

/* ---- writing ---- */

static void lines_new(OyerSitting *self)
{
    self->facts =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_connectivity_free);
    self->samples =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_line_sample_free);
}

void oyer_sitting_lines_init(OyerSitting *self)
{
    self->reports = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, report_free);
    self->cuts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    lines_new(self);
}

void oyer_sitting_lines_clear(OyerSitting *self)
{
    g_hash_table_unref(self->reports);
    g_hash_table_unref(self->cuts);
    g_ptr_array_unref(self->facts);
    g_ptr_array_unref(self->samples);
}

typedef struct {
    GPtrArray *facts, *samples;
} Batch;

static void batch_free(gpointer data)
{
    Batch *batch = data;

    g_ptr_array_unref(batch->facts);
    g_ptr_array_unref(batch->samples);
    g_free(batch);
}

static gboolean write_batch(OyerDb *db, gpointer data, GError **error)
{
    Batch *batch = data;

    return oyer_docket_add_lines(db, batch->facts, batch->samples, error);
}

static void on_written(gpointer data, const GError *error)
{
    (void)data;
    if (error != NULL)
        g_critical("the connectivity record was not written: %s", error->message);
}

void oyer_sitting_lines_write(OyerSitting *self, gboolean now)
{
    gboolean waits = self->facts->len > 0 || self->samples->len > 0;
    gboolean is_due = self->facts->len > 0 || self->samples->len >= BATCH_MAX ||
                      g_get_monotonic_time() - self->samples_us >= BATCH_US;

    if (!waits || (!now && !is_due))
        return;
    Batch *batch = g_new0(Batch, 1);
    batch->facts = self->facts;
    batch->samples = self->samples;
    lines_new(self);
    oyer_db_submit(self->house->config.db, write_batch, batch, on_written, batch_free);
}

/* ---- cuts and returns ---- */

void oyer_sitting_line_fact(OyerSitting *self, const char *participant,
                            const char *fact, json_t *details)
{
    OyerConnectivity *row = g_new0(OyerConnectivity, 1);

    row->hearing = g_strdup(self->hearing->id);
    row->participant = g_strdup(participant);
    row->session = self->hearing->session_no;
    row->at_us = oyer_clock_now_us(NULL);
    row->fact = g_strdup(fact);
    row->details = details ? oyer_json_text(details) : NULL;
    json_decref(details);
    g_ptr_array_add(self->facts, row);
}

static void cut(OyerSitting *self, const char *participant, const char *kind,
                const char *reason)
{
    g_autofree char *key = g_strconcat(participant, " ", kind, NULL);
    gint64 now_us = g_get_monotonic_time();

    if (g_hash_table_contains(self->cuts, key))
        return;
    g_hash_table_insert(self->cuts, g_steal_pointer(&key),
                        g_memdup2(&now_us, sizeof now_us));
    oyer_sitting_line_fact(
        self, participant, "media_lost",
        oyer_json_pack("{s:s,s:s}", "connection", kind, "reason", reason));
}

static void mend(OyerSitting *self, const char *participant, const char *kind)
{
    g_autofree char *key = g_strconcat(participant, " ", kind, NULL);
    const gint64 *since_us = g_hash_table_lookup(self->cuts, key);

    if (since_us == NULL)
        return;
    oyer_sitting_line_fact(
        self, participant, "media_back",
        oyer_json_pack("{s:s,s:I}", "connection", kind, "away_us",
                       (json_int_t)(g_get_monotonic_time() - *since_us)));
    g_hash_table_remove(self->cuts, key);
}

/* Media's reasons as the record has them; what is not here is told as it is. */
static const char *reason_word(const char *reason)
{
    static const struct {
        const char *said, *word;
    } words[] = {
        {"nothing heard for 5 s", "line_silent"},
        {"nothing heard for 30 s", "line_silent"},
        {"not connected within 30 s", "never_connected"},
        {"the other side left", "page_closed"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (!strcmp(words[i].said, reason))
            return words[i].word;
    return reason;
}

void oyer_sitting_line_transport(OyerSitting *self, json_t *event)
{
    const char *participant = oyer_json_string(event, "participant");
    const char *kind = oyer_json_string(event, "kind");
    const char *state = oyer_json_string(event, "state");
    const char *reason = oyer_json_string(event, "reason");

    const OyerPerson *person =
        participant ? oyer_hearing_person(self->hearing, participant) : NULL;

    if (person == NULL || kind == NULL)
        return;
    if (!g_strcmp0(state, "connected"))
        mend(self, participant, kind);
    else if (reason != NULL && self->hearing->session != OYER_SESSION_CLOSED &&
             (!g_strcmp0(state, "disconnected") || !g_strcmp0(state, "closed")))
        cut(self, participant, kind, reason_word(reason));
    else if (!g_strcmp0(state, "closed") && person->room != OYER_ROOM_HEARING) {
        /* Closed by leaving, or by the court: nothing is missing any more.  Who is
         * still in the hearing is closed here when a new connection takes over. */
        g_autofree char *key = g_strconcat(participant, " ", kind, NULL);
        g_hash_table_remove(self->cuts, key);
    }
}

void oyer_sitting_lines_cut(OyerSitting *self)
{
    for (guint i = 0; i < self->hearing->people->len; i++) {
        const OyerPerson *person = oyer_hearing_person_at(self->hearing, i);

        if (person->online && person->room == OYER_ROOM_HEARING)
            cut(self, person->id, "subscribe", "media_restarted");
    }
}

/* ---- what a client states ---- */

gboolean oyer_sitting_takes_report(OyerSitting *self, const char *participant)
{
    return oyer_bucket_take(&report_of(self, participant)->bucket,
                            g_get_monotonic_time());
}

void oyer_sitting_report(OyerSitting *self, const char *participant,
                         const OyerMessage *message)
{
    Report *report = report_of(self, participant);

    json_decref(report->said);
    report->said = json_loads(message->check, JSON_REJECT_DUPLICATES, NULL);
    report->said_us = g_get_monotonic_time();
}

/* ---- what media counts ---- */

/* A camera that its owner switched off stands still for no fault of his line. */
static void forgive_freezes(json_t *line, const OyerPerson *person)
{
    json_t *up = json_object_get(line, "up");

    if ((person->wants & (OYER_VIDEO | OYER_SCREEN)) != 0 &&
        (person->muted & OYER_VIDEO) == 0)
        return;
    json_object_set_new(up, "freezes", json_integer(0));
    json_object_set_new(up, "frozen_ms", json_integer(0));
}

/* @figures as media told them, made whole.  (transfer full) */
static json_t *judged(OyerSitting *self, const OyerPerson *person, json_t *figures)
{
    const Report *report = g_hash_table_lookup(self->reports, person->id);
    json_t *line = json_deep_copy(figures);

    forgive_freezes(line, person);
    if (report != NULL && report->said != NULL &&
        g_get_monotonic_time() - report->said_us < REPORT_LIFE_US)
        json_object_set(line, "client", report->said);
    OyerVerdict verdict = oyer_network_judge(line);
    const char *cause = oyer_cause_word(verdict.cause);
    json_object_set_new(line, "rating", json_string(oyer_rating_word(verdict.rating)));
    json_object_set_new(line, "cause", cause ? json_string(cause) : json_null());
    json_object_set_new(line, "stated", json_boolean(verdict.stated));
    return line;
}

static gboolean is_worth_keeping(OyerSitting *self, const OyerPerson *person,
                                 const json_t *line)
{
    Report *report = report_of(self, person->id);
    gint64 now_us = g_get_monotonic_time();

    if (person->room != OYER_ROOM_HEARING ||
        self->hearing->session == OYER_SESSION_CLOSED)
        return FALSE;
    if (person->role == OYER_ROLE_OBSERVER && report->sampled_us != 0 &&
        now_us - report->sampled_us < GALLERY_EVERY_US &&
        !g_strcmp0(oyer_json_string(line, "rating"), "good"))
        return FALSE;
    report->sampled_us = now_us;
    return TRUE;
}

static void keep(OyerSitting *self, const OyerPerson *person, const json_t *line,
                 gint64 at_us)
{
    OyerLineSample *row;

    if (!is_worth_keeping(self, person, line))
        return;
    if (self->samples->len == 0)
        self->samples_us = g_get_monotonic_time();
    row = g_new0(OyerLineSample, 1);
    row->hearing = g_strdup(self->hearing->id);
    row->participant = g_strdup(person->id);
    row->session = self->hearing->session_no;
    row->at_us = at_us;
    row->body = oyer_json_text(line);
    g_ptr_array_add(self->samples, row);
}

/* The bench sees everybody's line, everybody his own. */
static void show(OyerSitting *self, json_t *all)
{
    for (guint i = 0; i < self->hearing->people->len; i++) {
        const OyerPerson *person = oyer_hearing_person_at(self->hearing, i);
        gboolean is_bench = oyer_role_is_bench(person->role);
        json_t *own = json_object_get(all, person->id);
        if (!is_bench && own == NULL)
            continue;
        g_autoptr(json_t) object =
            is_bench
                ? oyer_json_pack("{s:s,s:O}", "type", "network", "participants", all)
                : oyer_json_pack("{s:s,s:{s:O}}", "type", "network", "participants",
                                 person->id, own);
        oyer_sitting_send(self, person->id, OYER_SEND_LATEST, "network", object);
    }
}

void oyer_sitting_stats(OyerSitting *self, json_t *event)
{
    g_autoptr(json_t) all = json_object();
    gint64 now_us = oyer_clock_now_us(NULL);
    const char *id;
    json_t *figures;

    json_object_foreach(json_object_get(event, "participants"), id, figures)
    {
        OyerPerson *person = oyer_hearing_person(self->hearing, id);
        json_t *line = person ? judged(self, person, figures) : NULL;
        if (line == NULL)
            continue;
        json_object_set_new(all, id, line);
        /* Also what was told while this server was away. */
        oyer_sitting_set_weak(self, person,
                              json_is_true(json_object_get(
                                  json_object_get(figures, "down"), "audio_only")));
        keep(self, person, line, now_us);
    }
    show(self, all);
}

/* ---- reading it back ---- */

typedef struct {
    OyerRequest *request;
    char hearing[OYER_ID_SIZE];
    json_t *people; /* NULL: JSON Lines */
    GBytes *text;
} Reading;

static void reading_free(gpointer data)
{
    Reading *reading = data;

    json_decref(reading->people);
    g_clear_pointer(&reading->text, g_bytes_unref);
    g_free(reading);
}

static gboolean read_connectivity(OyerDb *db, gpointer data, GError **error)
{
    Reading *reading = data;

    reading->text = oyer_docket_connectivity(db, reading->hearing, 0, error);
    return reading->text != NULL;
}

static void respond(OyerRequest *request, GBytes *text, const char *type,
                    const char *name)
{
    OyerResponse *response = oyer_response_new(200);
    g_autofree char *attachment = g_strdup_printf("attachment; filename=\"%s\"", name);

    oyer_response_header(response, "Content-Type", type);
    oyer_response_header(response, "Content-Disposition", attachment);
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_response_add_bytes(response, text);
    oyer_request_respond(request, response);
}

/* Hours of figures as a table take a moment: neither main nor the database waits. */
static void make_table(GTask *task, gpointer source, gpointer data,
                       GCancellable *cancellable)
{
    const Reading *reading = data;

    (void)source;
    (void)cancellable;
    g_task_return_pointer(task, oyer_connectivity_table(reading->text, reading->people),
                          (GDestroyNotify)g_bytes_unref);
}

static void on_table(GObject *source, GAsyncResult *result, gpointer data)
{
    const Reading *reading = g_task_get_task_data(G_TASK(result));

    (void)source;
    (void)data;
    respond(reading->request, g_task_propagate_pointer(G_TASK(result), NULL),
            "text/csv; charset=utf-8", "connectivity.csv");
}

static void on_read(gpointer data, const GError *error)
{
    Reading *reading = data;

    if (error != NULL) {
        g_critical("the connectivity record cannot be read: %s", error->message);
        oyer_request_respond(
            reading->request,
            oyer_response_error(503, "store", "the record cannot be read"));
    } else if (reading->people == NULL) {
        respond(reading->request, g_steal_pointer(&reading->text),
                "application/jsonl; charset=utf-8", "connectivity.jsonl");
    } else {
        Reading *own = g_new0(Reading, 1);
        g_autoptr(GTask) task = g_task_new(NULL, NULL, on_table, NULL);
        own->request = reading->request;
        own->people = g_steal_pointer(&reading->people);
        own->text = g_steal_pointer(&reading->text);
        g_task_set_task_data(task, own, reading_free);
        g_task_run_in_thread(task, make_table);
    }
}

static void show_connectivity(OyerRequest *request, OyerSitting *sitting,
                              const char *participant, gpointer data)
{
    const OyerPerson *person = oyer_hearing_person(sitting->hearing, participant);

    if (person == NULL || person->status == OYER_STATUS_REMOVED ||
        oyer_permission(OYER_DO_READ_CONNECTIVITY, person->role,
                        sitting->hearing->session) != OYER_MAY) {
        oyer_request_respond(
            request, oyer_response_error(403, "not_allowed", "not in this role"));
        return;
    }
    oyer_sitting_lines_write(sitting, TRUE);
    Reading *reading = g_new0(Reading, 1);
    reading->request = request;
    g_strlcpy(reading->hearing, sitting->hearing->id, sizeof reading->hearing);
    reading->people = data != NULL ? oyer_view_people(sitting->hearing) : NULL;
    oyer_db_submit(sitting->house->config.db, read_connectivity, reading, on_read,
                   reading_free);
}

static void get_lines(OyerRequest *request, gpointer data)
{
    oyer_house_admit(data, request, OYER_REQUEST_COOKIE, show_connectivity, NULL);
}

static void get_table(OyerRequest *request, gpointer data)
{
    oyer_house_admit(data, request, OYER_REQUEST_COOKIE, show_connectivity, data);
}

void oyer_connectivity_install(OyerHouse *self)
{
    OyerServer *server = self->config.server;

    oyer_server_route(server, "GET", "/api/v1/hearings/{hearing}/connectivity.jsonl",
                      get_lines, self);
    oyer_server_route(server, "GET", "/api/v1/hearings/{hearing}/connectivity.csv",
                      get_table, self);
}
