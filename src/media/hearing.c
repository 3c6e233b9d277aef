/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "media/hearing-private.h"
#include "sfu/demand.h"

#define LEVELS_INTERVAL_US (350 * G_TIME_SPAN_MILLISECOND)
#define STATS_INTERVAL_US (5 * G_USEC_PER_SEC)
#define PRIORITIES_MAX 64

static const char *const track_states[] = {
    [OYER_TRACK_NEW] = "silent",
    [OYER_TRACK_LIVE] = "live",
    [OYER_TRACK_SILENT] = "silent",
    [OYER_TRACK_ENDED] = "ended",
};

void oyer_media_tell(OyerMediaHearing *self, const char *name, json_t *fields)
{
    json_object_set_new(fields, "event", json_string(name));
    json_object_set_new(fields, "hearing", json_string(self->id));
    self->options.event(fields, self->options.data);
}

/* ---- what the sfu tells ---- */

static const char *codec_word(const OyerSource *source)
{
    const char *name = oyer_codec_name(source->format->codec);

    return name ? name : "";
}

static void on_track(const OyerSource *source, gpointer data)
{
    oyer_media_tell(
        data, "track",
        json_pack("{s:s,s:s,s:s,s:s,s:s}", "participant", source->participant, "track",
                  source->id, "kind", oyer_kind_to_string(source->kind), "codec",
                  codec_word(source), "state", track_states[source->state]));
}

static void on_speaker(const char *participant, gpointer data)
{
    oyer_media_tell(data, "speaker", json_pack("{s:s?}", "participant", participant));
}

/* A track without simulcast has one layer, and it has no name. */
static void on_layers(const OyerSource *source, gpointer data)
{
    json_t *rids = json_array();
    gboolean on = FALSE;

    for (guint i = 0; i < source->n_layers; i++) {
        const OyerLayer *layer = source->layers[i];

        on |= !layer->told_off;
        if (layer->rid[0] && !layer->told_off)
            json_array_append_new(rids, json_string(layer->rid));
    }
    oyer_media_tell(data, "layers",
                    json_pack("{s:s,s:s,s:s,s:b,s:o}", "participant",
                              source->participant, "track", source->id, "kind",
                              oyer_kind_to_string(source->kind), "on", on, "rids",
                              rids));
}

static void on_line(const char *participant, gboolean audio_only, gpointer data)
{
    oyer_media_tell(data, "line",
                    json_pack("{s:s,s:b}", "participant", participant, "audio_only",
                              (int)audio_only));
}

static void on_woken(guint32 events, gpointer data)
{
    OyerMediaHearing *self = data;

    (void)events;
    g_clear_pointer(&self->wake, oyer_worker_source_free);
    oyer_router_wake(self->router, g_get_monotonic_time());
}

/* Packets that wait, and probing, want more than the tick: milliseconds. */
static void on_wake(gint64 at_us, gpointer data)
{
    OyerMediaHearing *self = data;
    gint64 in_us = at_us - g_get_monotonic_time();

    oyer_worker_source_free(self->wake);
    self->wake = oyer_worker_timer(self->worker, MAX(in_us, 1), TRUE, on_woken, self);
}

static void on_describe(const OyerSource *source, gpointer data)
{
    OyerMediaHearing *self = data;
    GstPad *pad = g_hash_table_lookup(self->journal_pads, source->id);
    OyerJournalTrack track = {
        .track = source->id,
        .participant = source->participant,
        .kind = oyer_kind_to_string(source->kind),
        .codec = codec_word(source),
        .fmtp = source->format->fmtp,
        .payload_type = source->format->payload_type,
        .clock_rate = source->format->clock_hz,
        .channels = source->format->channels,
        .level_id = source->kind == OYER_KIND_AUDIO ? OYER_EXTENSION_AUDIO_LEVEL : 0,
        .ssrc = oyer_source_layer(source, source->journal_layer)->ssrc,
    };

    if (pad)
        oyer_journal_sink_describe(OYER_JOURNAL_SINK(self->journal), pad, &track);
}

static void on_journal_failed(const char *reason, gpointer data)
{
    g_atomic_int_inc(&((OyerMediaHearing *)data)->journal_failures);
    oyer_media_tell(data, "journal.failed", json_pack("{s:s}", "error", reason));
}

static const OyerSfuEvents sfu_events = {on_track, on_speaker, on_layers,
                                         on_line,  on_wake,    on_describe};

void oyer_media_link_journal(OyerMediaHearing *self, OyerSource *source)
{
    GstPad *pad = g_hash_table_lookup(self->journal_pads, source->id);

    if (!pad) {
        pad = gst_element_request_pad_simple(self->journal, "sink_%u");
        if (!pad)
            return;
        g_hash_table_insert(self->journal_pads, g_strdup(source->id), pad);
    }
    if (!oyer_sfu_link_journal(self->sfu, source, pad))
        g_critical("hearing=%s track=%s: no way into the journal", self->id,
                   source->id);
}

void oyer_media_drop_track(OyerMediaHearing *self, OyerSource *source)
{
    if (source->journal)
        oyer_sfu_unlink_journal(self->sfu, source);
    oyer_router_remove_track(self->router, source);
    self->stale = TRUE;
}

/* ---- time ---- */

static void add_level(OyerSource *source, gpointer data)
{
    if (source->kind == OYER_KIND_AUDIO && source->last_packet_us)
        json_object_set_new(
            data, source->participant,
            json_integer(oyer_level_dbov(&source->level, g_get_monotonic_time())));
}

static void tell_levels(OyerMediaHearing *self)
{
    json_t *levels = json_object();

    oyer_router_each_source(self->router, add_level, levels);
    if (json_object_size(levels) > 0)
        oyer_media_tell(self, "levels", json_pack("{s:o}", "levels", levels));
    else
        json_decref(levels);
}

/* A share, rounded to what is worth storing. */
static json_t *share(double value)
{
    return value < 0 ? json_null() : json_real(round(value * 10000) / 10000);
}

static json_t *size(OyerSize size)
{
    return size.height ? json_sprintf("%ux%u", size.width, size.height) : json_null();
}

static json_t *sizes(const OyerPictures *pictures)
{
    json_t *list = json_array();

    for (guint i = 0; i < pictures->n_sizes; i++)
        json_array_append_new(list, size(pictures->sizes[i]));
    return list;
}

static json_t *flow(const OyerFlow *flow)
{
    return json_pack("{s:o,s:o,s:o,s:o,s:i,s:i,s:o,s:i,s:i,s:i,s:o,s:o}", "loss",
                     share(MAX(flow->audio_loss, flow->video_loss)), "audio_loss",
                     share(flow->audio_loss), "video_loss", share(flow->video_loss),
                     "loss_sender", share(flow->loss_sender), "jitter_ms",
                     (int)flow->jitter_ms, "kbps", (int)flow->kbps, "rtt_ms",
                     flow->rtt_ms < 0 ? json_null() : json_integer(flow->rtt_ms),
                     "freezes", (int)flow->freezes, "frozen_ms", (int)flow->frozen_ms,
                     "pictures", (int)flow->pictures.count, "sizes",
                     sizes(&flow->pictures), "full_size", size(flow->pictures.full));
}

static json_t *flow_down(const OyerLine *line)
{
    json_t *down = flow(&line->down);

    json_object_set_new(down, "estimate_kbps",
                        line->estimate_kbps < 0 ? json_null()
                                                : json_integer(line->estimate_kbps));
    json_object_set_new(down, "audio_only", json_boolean(line->audio_only));
    return down;
}

static void add_line(const char *participant, const OyerLine *line, gpointer data)
{
    json_object_set_new(
        data, participant,
        json_pack("{s:o,s:o}", "up", flow(&line->up), "down", flow_down(line)));
}

/* Kept too: reading the meters begins a new span, so a request may not do it. */
static json_t *collect_stats(OyerMediaHearing *self)
{
    json_t *lines = json_object();

    oyer_router_each_line(self->router, add_line, lines);
    /* (As text: a tenth of what the values take.) */
    free(self->stats);
    self->stats = json_dumps(lines, JSON_COMPACT);
    return json_pack("{s:o}", "participants", lines);
}

static gboolean is_due(gint64 *last_us, gint64 now_us, gint64 interval_us)
{
    if (now_us - *last_us < interval_us)
        return FALSE;
    *last_us = now_us;
    return TRUE;
}

static void on_tick(guint32 events, gpointer data)
{
    OyerMediaHearing *self = data;
    gint64 now_us = g_get_monotonic_time();

    (void)events;
    if (g_hash_table_size(self->peers) == 0)
        return;
    oyer_router_tick(self->router, now_us);
    if (self->stale)
        oyer_media_subscribe_update(self);
    if (is_due(&self->levels_us, now_us, LEVELS_INTERVAL_US))
        tell_levels(self);
    if (is_due(&self->stats_us, now_us, STATS_INTERVAL_US))
        oyer_media_tell(self, "stats", collect_stats(self));
}

/* ---- requests ---- */

/* Whose picture comes first on narrow lines.  NULL with @error set. */
static GHashTable *take_priorities(json_t *object, GError **error)
{
    g_autoptr(GHashTable) priorities =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const char *id;
    json_t *value;

    json_object_foreach(object, id, value)
    {
        if (g_strcmp0(json_string_value(value), "judge") != 0 ||
            g_hash_table_size(priorities) == PRIORITIES_MAX) {
            g_set_error_literal(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_BAD_REQUEST,
                                "priority: {participant:\"judge\"}, at most 64");
            return NULL;
        }
        g_hash_table_insert(priorities, g_strdup(id),
                            GINT_TO_POINTER(OYER_ALLOCATE_JUDGE));
    }
    return g_steal_pointer(&priorities);
}

static json_t *do_matrix(OyerMediaHearing *self, json_t *request, GError **error)
{
    json_t *version = json_object_get(request, "version");
    g_autoptr(GHashTable) priorities = NULL;
    OyerMatrix *matrix;

    if (!json_is_integer(version)) {
        g_set_error_literal(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_BAD_REQUEST,
                            "version is missing");
        return NULL;
    }
    if (json_integer_value(version) < self->matrix_version)
        return json_pack("{s:b}", "stale", TRUE);
    priorities = take_priorities(json_object_get(request, "priority"), error);
    if (!priorities)
        return NULL;
    matrix = oyer_matrix_from_json(json_object_get(request, "cells"));
    if (!matrix) {
        g_set_error_literal(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_BAD_REQUEST,
                            "cells: {receiver:{source:bits}}");
        return NULL;
    }
    self->matrix_version = json_integer_value(version);
    oyer_router_set_matrix(self->router, matrix);
    oyer_router_set_priorities(self->router, g_steal_pointer(&priorities));
    /* A key frame for what opens is asked for now, not at the next packet. */
    oyer_router_tick(self->router, g_get_monotonic_time());
    self->stale = TRUE;
    return json_object();
}

static json_t *do_candidate(OyerMediaHearing *self, json_t *request, GError **error)
{
    OyerMediaPeer *peer = oyer_media_peer_find(self, request, error);
    const char *text = peer ? oyer_media_take_text(request, "candidate", error) : NULL;

    if (!text)
        return NULL;
    /* "" ends the candidates; what cannot be parsed (TCP, mDNS) is of no use. */
    if (text[0])
        (void)oyer_transport_add_candidate(peer->transport, text);
    return json_object();
}

static json_t *do_close(OyerMediaHearing *self, json_t *request, GError **error)
{
    const char *id = oyer_media_take_id(request, "transport", error);
    OyerMediaPeer *peer = id ? g_hash_table_lookup(self->peers, id) : NULL;

    if (!id)
        return NULL;
    if (peer)
        oyer_media_peer_close(peer, NULL);
    return json_object();
}

static gboolean read_wishes(json_t *tracks, OyerWish *wishes, guint *count)
{
    const char *track;
    json_t *height;

    if (!json_is_object(tracks) || json_object_size(tracks) > OYER_WISHES_MAX)
        return FALSE;
    json_object_foreach(tracks, track, height)
    {
        json_int_t pixels = json_integer_value(height);

        if (!json_is_integer(height) || pixels < 0 || pixels >= OYER_HEIGHT_ALL ||
            strlen(track) >= sizeof wishes->track)
            return FALSE;
        (void)g_strlcpy(wishes[*count].track, track, sizeof wishes->track);
        wishes[(*count)++].height = (guint16)pixels;
    }
    return TRUE;
}

static json_t *do_wish(OyerMediaHearing *self, json_t *request, GError **error)
{
    const char *participant = oyer_media_take_id(request, "participant", error);
    json_t *chosen = json_object_get(request, "chosen");
    OyerWish wishes[OYER_WISHES_MAX];
    guint count = 0;

    if (!participant)
        return NULL;
    if (!read_wishes(json_object_get(request, "tracks"), wishes, &count) ||
        (chosen && !json_is_null(chosen) &&
         (!json_is_string(chosen) ||
          json_string_length(chosen) >= sizeof wishes->track))) {
        g_set_error_literal(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_BAD_REQUEST,
                            "tracks: {track:height}, chosen: track or null");
        return NULL;
    }
    oyer_router_set_wishes(self->router, participant, wishes, count,
                           json_string_value(chosen));
    return json_object();
}

static json_t *do_keyframe(OyerMediaHearing *self, json_t *request, GError **error)
{
    const char *participant = oyer_media_take_id(request, "participant", error);

    if (!participant)
        return NULL;
    oyer_router_ask_keyframe(self->router, participant, g_get_monotonic_time());
    return json_object();
}

static json_t *do_stats(OyerMediaHearing *self, json_t *request, GError **error)
{
    (void)request;
    (void)error;
    return json_pack("{s:o}", "participants",
                     self->stats ? json_loads(self->stats, 0, NULL) : json_object());
}

static const struct {
    const char *name;
    json_t *(*handle)(OyerMediaHearing *self, json_t *request, GError **error);
} requests[] = {
    {"transport.publish", oyer_media_publish},
    {"transport.subscribe", oyer_media_subscribe},
    {"transport.answer", oyer_media_answer},
    {"transport.play", oyer_media_play},
    {"transport.candidate", do_candidate},
    {"transport.close", do_close},
    {"matrix", do_matrix},
    {"wish", do_wish},
    {"keyframe", do_keyframe},
    {"stats", do_stats},
    {"graph", oyer_media_graph},
};

gboolean oyer_media_hearing_knows(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(requests); i++)
        if (strcmp(requests[i].name, name) == 0)
            return TRUE;
    return FALSE;
}

typedef struct {
    OyerMediaHearing *self;
    const char *name;
    json_t *request, *reply;
    GError *error;
} Job;

static void run_request(gpointer data)
{
    Job *job = data;

    for (gsize i = 0; i < G_N_ELEMENTS(requests); i++)
        if (strcmp(requests[i].name, job->name) == 0)
            job->reply = requests[i].handle(job->self, job->request, &job->error);
}

json_t *oyer_media_hearing_request(OyerMediaHearing *self, const char *name,
                                   json_t *request, GError **error)
{
    Job job = {.self = self, .name = name, .request = request};

    oyer_worker_run(self->worker, run_request, &job);
    if (job.error)
        g_propagate_error(error, job.error);
    return job.reply;
}

/* ---- life ---- */

static void unref_pad(gpointer pad)
{
    gst_object_unref(pad);
}

static void unref_peer(gpointer peer)
{
    oyer_media_peer_unref(peer);
}

static void start(gpointer data)
{
    OyerMediaHearing *self = data;

    self->pipeline = gst_object_ref_sink(gst_pipeline_new(self->id));
    self->sfu = OYER_SFU(gst_element_factory_make("oyersfu", "sfu"));
    self->journal = gst_element_factory_make("oyerjournalsink", "journal");
    g_assert(self->sfu && self->journal);
    (void)gst_object_ref(self->journal);
    gst_bin_add_many(GST_BIN(self->pipeline), GST_ELEMENT(self->sfu), self->journal,
                     NULL);
    self->router = oyer_sfu_router(self->sfu);
    oyer_sfu_set_events(self->sfu, &sfu_events, self);
    oyer_journal_sink_on_failed(OYER_JOURNAL_SINK(self->journal), on_journal_failed,
                                self);
    /* Until serve has said who may have what, nobody may have anything. */
    oyer_router_set_matrix(self->router, oyer_matrix_new());
    (void)gst_element_set_state(self->pipeline, GST_STATE_PLAYING);
    self->stats_us = g_get_monotonic_time();
    self->timer =
        oyer_worker_timer(self->worker, OYER_ROUTER_TICK_US, FALSE, on_tick, self);
}

OyerMediaHearing *oyer_media_hearing_new(const char *id, OyerWorker *worker,
                                         const OyerMediaHearingOptions *options)
{
    OyerMediaHearing *self = g_new0(OyerMediaHearing, 1);

    (void)g_strlcpy(self->id, id, sizeof self->id);
    self->options = *options;
    self->worker = worker;
    self->negotiations = (guint)g_random_int_range(1, G_MAXINT32 / 2);
    self->peers = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, unref_peer);
    self->journal_pads =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, unref_pad);
    oyer_worker_run(worker, start, self);
    return self;
}

static void stop(gpointer data)
{
    OyerMediaHearing *self = data;
    g_autoptr(GList) peers = g_hash_table_get_values(self->peers);

    oyer_worker_source_free(self->timer);
    oyer_worker_source_free(self->wake);
    for (GList *l = peers; l; l = l->next)
        oyer_media_peer_close(l->data, "the hearing ended");
    (void)gst_element_set_state(self->pipeline, GST_STATE_NULL);
    g_hash_table_remove_all(self->journal_pads);
    gst_clear_object(&self->pipeline);
}

/* Behind everything that was posted before, so that nobody comes too late. */
static void nothing(gpointer data)
{
    (void)data;
}

void oyer_media_hearing_free(OyerMediaHearing *self)
{
    if (!self)
        return;
    oyer_worker_run(self->worker, stop, self);
    oyer_worker_run(self->worker, nothing, NULL);
    gst_clear_object(&self->journal);
    g_hash_table_unref(self->peers);
    g_hash_table_unref(self->journal_pads);
    free(self->stats);
    g_free(self);
}

const char *oyer_media_hearing_id(OyerMediaHearing *self)
{
    return self->id;
}

static void describe(gpointer data)
{
    Job *job = data;
    GHashTableIter iter;
    gpointer peer;

    job->reply = json_array();
    g_hash_table_iter_init(&iter, job->self->peers);
    while (g_hash_table_iter_next(&iter, NULL, &peer))
        json_array_append_new(job->reply, oyer_media_peer_describe(peer));
}

static json_t *journal_status(OyerMediaHearing *self, gboolean only_at_work)
{
    g_auto(OyerJournalStatus) status = {0};

    oyer_journal_sink_status(OYER_JOURNAL_SINK(self->journal), &status);
    if (!status.dir || (only_at_work && status.state != OYER_JOURNAL_ARMED &&
                        status.state != OYER_JOURNAL_OPEN))
        return NULL;
    return oyer_journal_status_to_json(&status);
}

json_t *oyer_media_hearing_describe(OyerMediaHearing *self)
{
    Job job = {.self = self};
    json_t *status = journal_status(self, FALSE);

    oyer_worker_run(self->worker, describe, &job);
    return json_pack("{s:s,s:o,s:o}", "hearing", self->id, "journal",
                     status ? status : json_null(), "transports", job.reply);
}

guint oyer_media_hearing_transports(OyerMediaHearing *self)
{
    Job job = {.self = self};
    guint count;

    oyer_worker_run(self->worker, describe, &job);
    count = (guint)json_array_size(job.reply);
    json_decref(job.reply);
    return count;
}

static void ask_if_journalled(OyerSource *source, gpointer data)
{
    if (source->journalled)
        oyer_source_ask_keyframe(source, (int)source->journal_next, TRUE,
                                 *(const gint64 *)data);
}

static void tell_track(OyerSource *source, gpointer data)
{
    on_track(source, data);
}

static void tell_all(gpointer data)
{
    OyerMediaHearing *self = data;
    GHashTableIter iter;
    gpointer peer;

    oyer_router_each_source(self->router, tell_track, self);
    on_speaker(oyer_router_speaker(self->router), self);
    g_hash_table_iter_init(&iter, self->peers);
    while (g_hash_table_iter_next(&iter, NULL, &peer))
        oyer_media_subscribe_tell(peer);
}

void oyer_media_hearing_tell_all(OyerMediaHearing *self)
{
    oyer_worker_post(self->worker, tell_all, self);
}

static void refresh(gpointer data)
{
    OyerMediaHearing *self = data;
    gint64 now_us = g_get_monotonic_time();

    oyer_router_each_source(self->router, ask_if_journalled, &now_us);
    oyer_router_tick(self->router, now_us);
}

void oyer_media_hearing_refresh(OyerMediaHearing *self)
{
    oyer_worker_post(self->worker, refresh, self);
}

OyerJournalSink *oyer_media_hearing_journal(OyerMediaHearing *self)
{
    return OYER_JOURNAL_SINK(self->journal);
}

void oyer_media_hearing_tell_journal(OyerMediaHearing *self)
{
    json_t *status = journal_status(self, TRUE);

    if (status)
        oyer_media_tell(self, "journal", status);
}
