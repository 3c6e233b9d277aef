/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "app/exporter.h"

#include <string.h>
#include <unistd.h>

#include "api/sitting.h"
#include "app/courthouse.h"
#include "base/load.h"
#include "base/metrics.h"

struct OyerExporter {
    OyerCourthouse *courthouse; /* not owned */
    OyerServer *server;
    OyerLoad *load;
};

#define COUNTER OYER_METRIC_COUNTER
#define GAUGE OYER_METRIC_GAUGE

/* What media tells, and what it is called here.  A row with a label belongs to the
 * family of the row before. */
static const struct {
    const char *field, *name;
    OyerMetricType type;
    const char *help, *label, *value;
    double scale;
} media_rows[] = {
    {"hearings", "oyer_media_hearings", GAUGE, "Hearings that media has a pipeline of.",
     NULL, NULL, 1},
    {"participants", "oyer_media_participants", GAUGE,
     "People with a connected media connection.", NULL, NULL, 1},
    {"publish", "oyer_media_connections", GAUGE, "Media connections by kind.", "kind",
     "publish", 1},
    {"subscribe", NULL, GAUGE, NULL, "kind", "subscribe", 1},
    {"play", NULL, GAUGE, NULL, "kind", "play", 1},
    {"connected", "oyer_media_connected", GAUGE,
     "Media connections that are connected.", NULL, NULL, 1},
    {"packets_in", "oyer_media_packets_total", COUNTER, "RTP and RTCP packets.",
     "direction", "in", 1},
    {"packets_out", NULL, COUNTER, NULL, "direction", "out", 1},
    {"bytes_in", "oyer_media_bytes_total", COUNTER, "Bytes of these packets.",
     "direction", "in", 1},
    {"bytes_out", NULL, COUNTER, NULL, "direction", "out", 1},
    {"dropped_auth", "oyer_media_dropped_total", COUNTER, "Packets dropped, by reason.",
     "reason", "auth", 1},
    {"dropped_replay", NULL, COUNTER, NULL, "reason", "replay", 1},
    {"dropped_full", NULL, COUNTER, NULL, "reason", "full", 1},
    {"dropped_malformed", NULL, COUNTER, NULL, "reason", "malformed", 1},
    {"rtp_expected", "oyer_media_rtp_expected_total", COUNTER,
     "RTP packets that publishers sent, by their numbers.", NULL, NULL, 1},
    {"rtp_lost", "oyer_media_rtp_lost_total", COUNTER,
     "Of these, packets that did not arrive at first.", NULL, NULL, 1},
    {"nacks_in", "oyer_media_nacks_total", COUNTER,
     "Packets asked for again: of us (in), by us (out).", "direction", "in", 1},
    {"nacks_out", NULL, COUNTER, NULL, "direction", "out", 1},
    {"resent", "oyer_media_resent_total", COUNTER, "Packets sent again.", NULL, NULL,
     1},
    {"plis_in", "oyer_media_keyframe_requests_total", COUNTER,
     "Key frames asked for: of us (in), by us (out).", "direction", "in", 1},
    {"plis_out", NULL, COUNTER, NULL, "direction", "out", 1},
    {"layers_in_only", "oyer_media_layers_in", GAUGE,
     "Layers of pictures that publishers send at this moment.", "layer", "only", 1},
    {"layers_in_low", NULL, GAUGE, NULL, "layer", "low", 1},
    {"layers_in_middle", NULL, GAUGE, NULL, "layer", "middle", 1},
    {"layers_in_high", NULL, GAUGE, NULL, "layer", "high", 1},
    {"layers_out_only", "oyer_media_layers_out", GAUGE,
     "Pictures that receivers get at this moment, by layer.", "layer", "only", 1},
    {"layers_out_low", NULL, GAUGE, NULL, "layer", "low", 1},
    {"layers_out_middle", NULL, GAUGE, NULL, "layer", "middle", 1},
    {"layers_out_high", NULL, GAUGE, NULL, "layer", "high", 1},
    {"journals_armed", "oyer_journals", GAUGE, "Journals by state.", "state", "armed",
     1},
    {"journals_open", NULL, GAUGE, NULL, "state", "open", 1},
    {"journals_failed", NULL, GAUGE, NULL, "state", "failed", 1},
    {"journal_age_us", "oyer_journal_age_seconds", GAUGE,
     "Age of the last fdatasync of the open journal that is latest.", NULL, NULL, 1e-6},
    {"journal_bytes", "oyer_journal_bytes", GAUGE, "Bytes of the journals.", NULL, NULL,
     1},
    {"journal_failures", "oyer_journal_failures_total", COUNTER,
     "Journals that stopped writing.", NULL, NULL, 1},
    {"workers", "oyer_media_workers", GAUGE, "Threads that forward packets.", NULL,
     NULL, 1},
    {"worker_late_us", "oyer_media_worker_late_seconds", GAUGE,
     "How long the busiest worker let this question wait.", NULL, NULL, 1e-6},
};

static double number(const json_t *object, const char *name)
{
    return json_number_value(json_object_get(object, name));
}

static void put_media(OyerMetrics *metrics, const json_t *media)
{
    oyer_metrics_one(metrics, "oyer_media_up", GAUGE,
                     "Whether the media process answers.", media ? 1 : 0);
    for (gsize i = 0; media && i < G_N_ELEMENTS(media_rows); i++) {
        if (media_rows[i].name)
            oyer_metrics_family(metrics, media_rows[i].name, media_rows[i].type,
                                media_rows[i].help);
        oyer_metrics_sample(metrics, media_rows[i].label, media_rows[i].value,
                            number(media, media_rows[i].field) * media_rows[i].scale);
    }
}

/* ---- the machine ---- */

static void put_two(OyerMetrics *metrics, const char *name, OyerMetricType type,
                    const char *help, double serve, const json_t *media,
                    const char *field)
{
    oyer_metrics_family(metrics, name, type, help);
    oyer_metrics_sample(metrics, "process", "serve", serve);
    if (media)
        oyer_metrics_sample(metrics, "process", "media", number(media, field));
}

static void put_lateness(OyerMetrics *metrics, OyerExporter *self, const json_t *media)
{
    const OyerLateness *own = oyer_load_lateness(self->load);
    const json_t *late = json_object_get(media, "late");
    guint64 counts[OYER_LOAD_BOUNDS + 1] = {0};

    oyer_metrics_histogram(metrics, "oyer_serve_loop_late_seconds",
                           "How late the main loop of serve was.", oyer_load_bounds,
                           OYER_LOAD_BOUNDS, own->late, own->late_sum_s);
    if (!media)
        return;
    for (gsize i = 0; i <= OYER_LOAD_BOUNDS; i++)
        counts[i] = (guint64)json_integer_value(json_array_get(late, i));
    oyer_metrics_histogram(metrics, "oyer_media_loop_late_seconds",
                           "How late the control loop of media was.", oyer_load_bounds,
                           OYER_LOAD_BOUNDS, counts, number(media, "late_sum_s"));
}

static void put_machine(OyerMetrics *metrics, OyerExporter *self, const json_t *media)
{
    OyerUsage usage;

    oyer_usage_read(&usage);
    oyer_metrics_family(metrics, "oyer_build_info", GAUGE, "The version that runs.");
    oyer_metrics_sample(metrics, "version", OYER_VERSION, 1);
    put_two(metrics, "oyer_cpu_seconds_total", COUNTER, "CPU time.", usage.cpu_s, media,
            "cpu_s");
    put_two(metrics, "oyer_resident_memory_bytes", GAUGE, "Memory in use.",
            (double)usage.resident_bytes, media, "resident_bytes");
    put_two(metrics, "oyer_open_descriptors", GAUGE, "Open descriptors.",
            usage.descriptors, media, "descriptors");
    put_lateness(metrics, self, media);
    oyer_metrics_one(metrics, "oyer_database_jobs_waiting", GAUGE,
                     "Jobs that the database thread has not done yet.",
                     oyer_db_thread_waiting(self->courthouse->db));
}

/* ---- the court ---- */

typedef struct {
    guint sessions[OYER_SESSION_STATUSES], recordings[OYER_RECORDINGS];
    guint alerts[OYER_ALERT_LEVELS];
    guint seats, present;
} Court;

static void count_sitting(OyerSitting *sitting, gpointer data)
{
    const OyerHearing *hearing = sitting->hearing;
    Court *court = data;

    court->sessions[hearing->session]++;
    court->recordings[hearing->recording]++;
    court->seats += g_hash_table_size(sitting->seats);
    for (guint i = 0; i < hearing->people->len; i++) {
        const OyerPerson *person = oyer_hearing_person_at(hearing, i);
        court->present += person->online && person->room == OYER_ROOM_HEARING;
    }
    for (guint i = 0; i < hearing->alerts->len; i++) {
        const OyerAlert *alert = hearing->alerts->pdata[i];
        court->alerts[alert->level]++;
    }
}

static void put_states(OyerMetrics *metrics, const char *name, const char *help,
                       const OyerWords *words, const guint *counts, guint n)
{
    oyer_metrics_family(metrics, name, GAUGE, help);
    for (guint i = 0; i < n; i++)
        oyer_metrics_sample(metrics, "state", oyer_word(words, i), counts[i]);
}

static void put_court(OyerMetrics *metrics, OyerExporter *self)
{
    Court court = {0};

    oyer_house_each(self->courthouse->house, count_sitting, &court);
    put_states(metrics, "oyer_hearings", "Hearings in memory, by state of the session.",
               &oyer_session_words, court.sessions, OYER_SESSION_STATUSES);
    put_states(metrics, "oyer_recorders", "Recorders of these hearings, by state.",
               &oyer_recording_words, court.recordings, OYER_RECORDINGS);
    oyer_metrics_one(metrics, "oyer_seats", GAUGE, "Open WebSockets with a seat.",
                     court.seats);
    oyer_metrics_one(metrics, "oyer_present", GAUGE,
                     "People in hearing rooms who are online.", court.present);
    oyer_metrics_family(metrics, "oyer_alerts", GAUGE, "Alerts that stand, by level.");
    for (guint i = 0; i < OYER_ALERT_LEVELS; i++)
        oyer_metrics_sample(metrics, "level", oyer_word(&oyer_alert_level_words, i),
                            court.alerts[i]);
}

/* ---- the listener ---- */

/* Whoever asks gives up after ten seconds, and wants to know that media is stuck. */
#define MEDIA_WAIT_MS 2000

typedef struct {
    OyerExporter *self;
    OyerRequest *request; /* NULL: answered */
    guint patience;       /* source */
} Question;

/* @media is NULL when it did not answer. */
static void answer(Question *question, const json_t *media)
{
    OyerMetrics *metrics = oyer_metrics_new();

    put_court(metrics, question->self);
    put_media(metrics, media);
    put_machine(metrics, question->self, media);
    g_autofree char *text = oyer_metrics_end(metrics);
    OyerResponse *response =
        oyer_response_text(200, "text/plain; version=0.0.4; charset=utf-8", text);
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(g_steal_pointer(&question->request), response);
}

static gboolean on_impatient(gpointer data)
{
    Question *question = data;

    question->patience = 0;
    answer(question, NULL);
    return G_SOURCE_REMOVE;
}

static void on_media(json_t *reply, const char *code, gpointer data)
{
    g_autofree Question *question = data;

    g_clear_handle_id(&question->patience, g_source_remove);
    if (question->request != NULL)
        answer(question, code == NULL ? reply : NULL);
}

static void get_metrics(OyerRequest *request, gpointer data)
{
    OyerExporter *self = data;
    Question *question = g_new0(Question, 1);

    question->self = self;
    question->request = request;
    question->patience = g_timeout_add(MEDIA_WAIT_MS, on_impatient, question);
    oyer_house_ask_media(self->courthouse->house,
                         oyer_json_pack("{s:s}", "do", "metrics"), on_media, question);
}

OyerExporter *oyer_exporter_new(gpointer courthouse, GError **error)
{
    g_autofree OyerExporter *self = g_new0(OyerExporter, 1);
    OyerServerConfig config = {0};

    self->courthouse = courthouse;
    config.listen_fd = dup(self->courthouse->admin_fd);
    self->server = oyer_server_new(&config, error);
    if (self->server == NULL)
        return NULL;
    self->load = oyer_load_new();
    oyer_server_route(self->server, "GET", "/metrics", get_metrics, self);
    oyer_server_start(self->server);
    g_message("metrics on port %d", self->courthouse->admin_port);
    return g_steal_pointer(&self);
}

void oyer_exporter_free(OyerExporter *self)
{
    if (self == NULL)
        return;
    oyer_server_free(self->server);
    oyer_load_free(self->load);
    g_free(self);
}
