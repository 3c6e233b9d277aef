/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "sfu/bandwidth.h"
#include "sfu/router-private.h"

#define REPORT_TICK_US (100 * G_TIME_SPAN_MILLISECOND)
#define SPEAKER_TICK_US (200 * G_TIME_SPAN_MILLISECOND)
#define SLOW_TICK_US G_USEC_PER_SEC
#define SPEAKERS_MAX 256

static void send_reports(OyerRouter *self, OyerPeer *peer)
{
    guint slot = 0;

    while (peer->active && slot < peer->receiver->n_slots) {
        guint8 bytes[OYER_ROUTER_RTCP_BYTES];
        OyerRtcpWriter writer = {bytes, sizeof bytes, 0};

        if (!oyer_receiver_write_reports(peer->receiver, self->now_us,
                                         oyer_router_ntp(self), &slot, &writer))
            return;
        oyer_router_send_rtcp(self, peer, &writer);
    }
}

static void update_states(OyerRouter *self, const OyerPeer *peer)
{
    for (guint i = 0; i < peer->publisher->n_sources; i++) {
        OyerSource *source = peer->publisher->sources[i];

        if (!oyer_source_update_state(source, self->now_us))
            continue;
        self->dirty = TRUE;
        self->output->track(source, self->data);
    }
}

void oyer_router_tell_speaker(OyerRouter *self)
{
    GHashTableIter iter;
    gpointer value;
    const char *name = "";

    g_hash_table_iter_init(&iter, self->tracks);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        if (&((OyerSource *)value)->level == self->speaker.dominant)
            name = ((OyerSource *)value)->participant;
    if (strcmp(name, self->speaker_name) == 0)
        return;
    (void)g_strlcpy(self->speaker_name, name, sizeof self->speaker_name);
    if (name[0])
        oyer_stage_spoke(&self->stage, name);
    self->dirty = TRUE;
    self->output->speaker(name[0] ? name : NULL, self->data);
}

static void update_speaker(OyerRouter *self)
{
    const OyerLevel *levels[SPEAKERS_MAX];
    guint count = 0;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, self->tracks);
    while (count < SPEAKERS_MAX && g_hash_table_iter_next(&iter, NULL, &value))
        if (((OyerSource *)value)->eligible && ((OyerSource *)value)->last_packet_us)
            levels[count++] = &((OyerSource *)value)->level;
    (void)oyer_speaker_update(&self->speaker, levels, count, self->now_us);
    oyer_router_tell_speaker(self);
}

static void measure(OyerRouter *self, const OyerPeer *peer, gint64 span_us)
{
    OyerReceiver *receiver = peer->receiver;

    receiver->kbps = (guint)((receiver->bytes - receiver->bytes_before) * 8 * 1000 /
                             (guint64)span_us);
    receiver->bytes_before = receiver->bytes;
    for (guint i = 0; i < peer->publisher->n_sources; i++)
        for (guint k = 0; k < peer->publisher->sources[i]->n_layers; k++)
            oyer_ring_expire(peer->publisher->sources[i]->layers[k]->ring,
                             self->now_us);
}

static void update_bandwidth(OyerRouter *self, OyerPeer *peer)
{
    OyerBandwidth *bandwidth = peer->receiver->bandwidth;
    gboolean audio_only;

    if (!bandwidth || !peer->active)
        return;
    oyer_bandwidth_update(bandwidth, peer->receiver, self->now_us);
    oyer_router_expect(self, oyer_bandwidth_due_us(bandwidth));
    audio_only = oyer_bandwidth_is_audio_only(bandwidth);
    if (audio_only == peer->audio_only)
        return;
    peer->audio_only = audio_only;
    if (self->output->line)
        self->output->line(peer->receiver->participant, audio_only, self->data);
}

static gboolean is_due(gint64 *last_us, gint64 now_us, gint64 interval_us)
{
    if (now_us - *last_us < interval_us)
        return FALSE;
    *last_us = now_us;
    return TRUE;
}

void oyer_router_tick(OyerRouter *self, gint64 now_us)
{
    gint64 span_us = MAX(now_us - self->slow_us, 1);
    gboolean report, slow;

    self->now_us = now_us;
    report = is_due(&self->report_us, now_us, REPORT_TICK_US);
    slow = is_due(&self->slow_us, now_us, SLOW_TICK_US);
    for (guint i = 0; report && i < self->peers->len; i++)
        update_states(self, self->peers->pdata[i]);
    if (is_due(&self->speaker_us, now_us, SPEAKER_TICK_US))
        update_speaker(self);
    if (self->dirty)
        oyer_router_rebuild(self);
    /* Also asks again: a slot whose key frame got lost would wait for good. */
    if (report || self->wished)
        oyer_router_follow_demand(self);
    for (guint i = 0; i < self->peers->len; i++) {
        OyerPeer *peer = self->peers->pdata[i];

        update_bandwidth(self, peer);
        if (report)
            send_reports(self, peer);
        if (slow)
            measure(self, peer, span_us);
    }
    for (guint i = 0; i < self->peers->len; i++)
        oyer_router_send_feedback(self, self->peers->pdata[i]);
}
