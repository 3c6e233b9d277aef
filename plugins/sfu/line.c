/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/bandwidth.h"
#include "sfu/router-private.h"

/* What is added up of one way. */
typedef struct {
    OyerShare audio, video, sender;
    OyerFlow flow;
} Sum;

typedef struct {
    Sum up, down;
    int estimate_kbps;
    gboolean audio_only;
} Sums;

static void add_loss(Sum *sum, OyerKind kind, const OyerShare *arrived,
                     const OyerShare *sent)
{
    oyer_share_add(kind == OYER_KIND_AUDIO ? &sum->audio : &sum->video, arrived);
    oyer_share_add(&sum->sender, sent);
}

static void add_source(Sum *sum, OyerSource *source)
{
    OyerSfuCounters *counters = &source->publisher->counters;
    OyerUpReading reading;

    for (guint i = 0; i < source->n_layers; i++) {
        OyerLayer *layer = source->layers[i];

        oyer_up_meter_read(&layer->meter, &layer->stats, &reading);
        counters->rtp_expected += reading.near.all;
        counters->rtp_lost += reading.near.lost;
        add_loss(sum, source->kind, &reading.near, &reading.far);
        sum->flow.kbps += layer->kbps;
        sum->flow.jitter_ms = MAX(sum->flow.jitter_ms,
                                  oyer_receive_stats_jitter_us(&layer->stats) / 1000);
    }
    oyer_up_meter_read(&source->meter, &source->layers[0]->stats, &reading);
    sum->flow.freezes += reading.freezes;
    sum->flow.frozen_ms =
        MAX(sum->flow.frozen_ms, (guint)(reading.frozen_us / G_TIME_SPAN_MILLISECOND));
}

static void add_slot(Sum *sum, OyerSlot *slot)
{
    guint32 clock_hz = oyer_codec_clock_hz(slot->codec);
    OyerDownReading reading;

    oyer_down_meter_read(&slot->meter, &reading);
    /* Sound is never asked for again: who sends it does not hear of its loss. */
    if (slot->kind == OYER_KIND_AUDIO)
        reading.near.all = 0;
    add_loss(sum, slot->kind, &reading.far, &reading.near);
    if (clock_hz && slot->now.source)
        sum->flow.jitter_ms =
            MAX(sum->flow.jitter_ms, (guint)((guint64)slot->jitter * 1000 / clock_hz));
}

static void add_bandwidth(Sums *sums, const OyerBandwidth *bandwidth)
{
    guint kbps = oyer_bandwidth_kbps(bandwidth);

    if (kbps < G_MAXINT)
        sums->estimate_kbps = (int)kbps;
    sums->audio_only |= oyer_bandwidth_is_audio_only(bandwidth);
}

static void add_pictures(OyerPictures *up, OyerPictures *down, const OyerPeer *peer,
                         gint64 now_us)
{
    for (guint i = 0; i < peer->publisher->n_sources; i++)
        oyer_pictures_add_source(up, peer->publisher->sources[i], now_us);
    for (guint i = 0; peer->active && i < peer->receiver->n_slots; i++)
        oyer_pictures_add_slot(down, peer->receiver->slots[i], now_us);
}

static void add_peer(Sums *sums, const OyerPeer *peer)
{
    const OyerReceiver *receiver = peer->receiver;

    for (guint i = 0; i < peer->publisher->n_sources; i++)
        add_source(&sums->up, peer->publisher->sources[i]);
    for (guint i = 0; i < receiver->n_slots; i++)
        add_slot(&sums->down, receiver->slots[i]);
    sums->down.flow.kbps += receiver->kbps;
    if (receiver->bandwidth)
        add_bandwidth(sums, receiver->bandwidth);
    if (receiver->rtt_us)
        sums->down.flow.rtt_ms = (int)(receiver->rtt_us / G_TIME_SPAN_MILLISECOND);
}

static const OyerFlow *settle(Sum *sum)
{
    sum->flow.audio_loss = oyer_share_value(&sum->audio);
    sum->flow.video_loss = oyer_share_value(&sum->video);
    sum->flow.loss_sender = oyer_share_value(&sum->sender);
    return &sum->flow;
}

void oyer_router_each_line(OyerRouter *self,
                           void (*func)(const char *participant, const OyerLine *line,
                                        gpointer data),
                           gpointer data)
{
    g_autoptr(GHashTable) all =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    GHashTableIter iter;
    gpointer key, value;

    for (guint i = 0; i < self->peers->len; i++) {
        OyerPeer *peer = self->peers->pdata[i];
        Sums *sums = g_hash_table_lookup(all, peer->receiver->participant);

        if (!sums) {
            sums = g_new0(Sums, 1);
            sums->down.flow.rtt_ms = sums->estimate_kbps = -1;
            g_hash_table_insert(all, peer->receiver->participant, sums);
        }
        add_peer(sums, peer);
        add_pictures(&sums->up.flow.pictures, &sums->down.flow.pictures, peer,
                     self->now_us);
    }
    g_hash_table_iter_init(&iter, all);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        Sums *sums = value;
        OyerLine line;

        /* Both ways are one; browsers that only send tell nothing of it. */
        sums->up.flow.rtt_ms = sums->down.flow.rtt_ms;
        line.up = *settle(&sums->up);
        line.down = *settle(&sums->down);
        line.estimate_kbps = sums->estimate_kbps;
        line.audio_only = sums->audio_only;
        func(key, &line, data);
    }
}

void oyer_router_pictures(const OyerRouter *self, OyerPictures *out_up,
                          OyerPictures *out_down)
{
    *out_up = *out_down = (OyerPictures){0};
    for (guint i = 0; i < self->peers->len; i++)
        add_pictures(out_up, out_down, self->peers->pdata[i], self->now_us);
}

void oyer_router_counters(const OyerRouter *self, OyerSfuCounters *out_counters)
{
    *out_counters = self->past;
    for (guint i = 0; i < self->peers->len; i++) {
        const OyerPeer *peer = self->peers->pdata[i];

        oyer_sfu_counters_add(out_counters, &peer->publisher->counters);
        oyer_sfu_counters_add(out_counters, &peer->receiver->counters);
    }
}
