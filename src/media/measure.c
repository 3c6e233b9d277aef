/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A hearing seen from outside: its figures, and its pipeline as a graph.
 *
 * Thread: the worker, but for oyer_media_hearing_measure().
 */
#include <string.h>

#include "media/channel.h"
#include "media/hearing-private.h"

void oyer_media_count_transport(OyerTransport *transport, OyerMediaFigures *figures)
{
    OyerTransportStats stats = {0};

    oyer_transport_stats(transport, &stats);
    figures->packets_in += stats.packets_in;
    figures->bytes_in += stats.bytes_in;
    figures->packets_out += stats.packets_out;
    figures->bytes_out += stats.bytes_out;
    figures->dropped_auth += stats.dropped_auth;
    figures->dropped_replay += stats.dropped_replay;
    figures->dropped_full += stats.dropped_full;
    figures->dropped_malformed += stats.dropped_malformed;
}

typedef struct {
    OyerMediaHearing *hearing;
    OyerMediaFigures figures;
    gint64 asked_us;
} Job;

/* ---- the worker ---- */

static void count_peers(Job *job)
{
    g_autoptr(GHashTable) people = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, job->hearing->peers);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        OyerMediaPeer *peer = value;

        oyer_media_count_transport(peer->transport, &job->figures);
        job->figures.publish += peer->kind == OYER_MEDIA_PUBLISH;
        job->figures.subscribe += peer->kind == OYER_MEDIA_SUBSCRIBE;
        job->figures.play += peer->kind == OYER_MEDIA_PLAY;
        if (peer->state != OYER_TRANSPORT_CONNECTED)
            continue;
        job->figures.connected++;
        g_hash_table_add(people, peer->participant);
    }
    job->figures.participants = g_hash_table_size(people);
}

static void measure(gpointer data)
{
    Job *job = data;
    OyerSfuCounters sfu;
    OyerPictures up, down;

    job->figures = job->hearing->past;
    job->figures.worker_late_us =
        (guint64)MAX(g_get_monotonic_time() - job->asked_us, 0);
    job->figures.hearings = 1;
    count_peers(job);
    oyer_router_counters(job->hearing->router, &sfu);
    job->figures.rtp_expected = sfu.rtp_expected;
    job->figures.rtp_lost = sfu.rtp_lost;
    job->figures.nacks_in = sfu.nacks_in;
    job->figures.nacks_out = sfu.nacks_out;
    job->figures.plis_in = sfu.plis_in;
    job->figures.plis_out = sfu.plis_out;
    job->figures.resent = sfu.resent;
    oyer_router_pictures(job->hearing->router, &up, &down);
    job->figures.layers_in_only = up.layers[OYER_RUNG_ONLY];
    job->figures.layers_in_low = up.layers[OYER_RUNG_LOW];
    job->figures.layers_in_middle = up.layers[OYER_RUNG_MIDDLE];
    job->figures.layers_in_high = up.layers[OYER_RUNG_HIGH];
    job->figures.layers_out_only = down.layers[OYER_RUNG_ONLY];
    job->figures.layers_out_low = down.layers[OYER_RUNG_LOW];
    job->figures.layers_out_middle = down.layers[OYER_RUNG_MIDDLE];
    job->figures.layers_out_high = down.layers[OYER_RUNG_HIGH];
}

/* Room beside the escaped text in a line of the control socket. */
#define GRAPH_BYTES_MAX (OYER_CHANNEL_LINE_BYTES * 3 / 4)

json_t *oyer_media_graph(OyerMediaHearing *self, json_t *request, GError **error)
{
    /* No parameters of elements: addresses and paths are nobody's business. */
    g_autofree char *text = gst_debug_bin_to_dot_data(GST_BIN(self->pipeline),
                                                      GST_DEBUG_GRAPH_SHOW_MEDIA_TYPE |
                                                          GST_DEBUG_GRAPH_SHOW_STATES);

    (void)request;
    if (text && strlen(text) <= GRAPH_BYTES_MAX)
        return json_pack("{s:s}", "dot", text);
    g_set_error_literal(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_INTERNAL,
                        text ? "the graph is too large" : "there is no graph");
    return NULL;
}

/* ---- control ---- */

static void count_journal(OyerMediaHearing *self, OyerMediaFigures *figures)
{
    g_auto(OyerJournalStatus) status = {0};

    oyer_journal_sink_status(OYER_JOURNAL_SINK(self->journal), &status);
    figures->journals_armed += status.state == OYER_JOURNAL_ARMED;
    figures->journals_open += status.state == OYER_JOURNAL_OPEN;
    figures->journals_failed += status.state == OYER_JOURNAL_FAILED;
    figures->journal_bytes += status.bytes;
    if (status.state == OYER_JOURNAL_OPEN)
        figures->journal_age_us = (guint64)MAX(status.synced_us, 0);
    figures->journal_failures += (guint64)g_atomic_int_get(&self->journal_failures);
}

void oyer_media_hearing_measure(OyerMediaHearing *self, OyerMediaFigures *figures)
{
    Job job = {.hearing = self, .asked_us = g_get_monotonic_time()};

    oyer_worker_run(self->worker, measure, &job);
    count_journal(self, &job.figures);
    oyer_media_figures_add(figures, &job.figures);
}
