/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/bandwidth.h"
#include "sfu/router-private.h"

#define WARM_STEPS 3

static void flush_own(OyerReceiver *receiver, GstBufferList *list, gpointer data)
{
    OyerRouter *self = data;
    OyerPeer *peer = receiver->owner;

    self->output->send(peer->out, list, self->data);
}

static OyerReceiverOutput output_of(OyerRouter *self, const OyerPeer *peer)
{
    return (OyerReceiverOutput){flush_own, self, peer->active ? peer->plan : NULL};
}

static void work(OyerRouter *self, OyerPeer *peer, gboolean all)
{
    OyerReceiverOutput output = output_of(self, peer);

    oyer_bandwidth_work(peer->receiver->bandwidth, peer->receiver, all, self->now_us,
                        &output);
}

void oyer_router_expect(OyerRouter *self, gint64 due_us)
{
    if (!due_us || (self->wake_us && self->wake_us <= due_us) || !self->output->wake)
        return;
    self->wake_us = due_us;
    self->output->wake(due_us, self->data);
}

void oyer_router_wake(OyerRouter *self, gint64 now_us)
{
    self->now_us = now_us;
    self->wake_us = 0;
    for (guint i = 0; i < self->peers->len; i++) {
        OyerPeer *peer = self->peers->pdata[i];
        const OyerBandwidth *bandwidth = peer->receiver->bandwidth;
        gint64 due_us = bandwidth ? oyer_bandwidth_due_us(bandwidth) : 0;

        if (due_us && due_us <= now_us)
            work(self, peer, FALSE);
        if (bandwidth)
            oyer_router_expect(self, oyer_bandwidth_due_us(bandwidth));
    }
}

/* Fills @entries with what the receiver gets of the batch now.  Returns: how many. */
static guint map_batch(const OyerBatch *batch, const OyerRoute *route,
                       OyerPlanEntry *entries, gint64 now_us)
{
    OyerBandwidth *bandwidth = route->peer->receiver->bandwidth;
    guint count = 0;

    for (guint i = 0; i < batch->count; i++) {
        const OyerItem *item = &batch->items[i];
        OyerSlot *slot = route->slots[item->source->index];

        if (slot && oyer_slot_map(slot, item, &entries[count]) &&
            (!bandwidth || oyer_bandwidth_pass(bandwidth, &entries[count],
                                               item->packet.payload_bytes, batch->list,
                                               now_us))) {
            if (bandwidth)
                oyer_slot_numbered(slot, &entries[count]);
            count++;
        }
    }
    return count;
}

static void send_by_plan(OyerRouter *self, const OyerRoute *route)
{
    OyerPlan *plan = route->peer->plan;
    OyerBandwidth *bandwidth = route->peer->receiver->bandwidth;
    const OyerBatch *batch = &self->batch;
    guint count;

    if (bandwidth && !oyer_bandwidth_has_room(bandwidth, batch->count))
        work(self, route->peer, TRUE);
    count = map_batch(batch, route, plan->send ? self->entries : plan->entries,
                      self->now_us);
    if (bandwidth)
        oyer_router_expect(self, oyer_bandwidth_due_us(bandwidth));
    if (count && plan->send) {
        plan->send(plan->transport, self->entries, count, batch->packets);
    } else if (count) {
        plan->count = count;
        self->output->send(route->peer->out, gst_buffer_list_ref(batch->list),
                           self->data);
    }
}

static void fetch(gconstpointer lines)
{
    __builtin_prefetch(lines, 1);
    __builtin_prefetch((const char *)lines + 64, 1);
}

/*
 * With hundreds of receivers everything about each of them has left the caches
 * since its last frame, and one thing is found by way of another.  So while one
 * is served, those of the next few are fetched, a step for each: their peer and
 * slot, what those point to, what that points to.
 */
static void warm_step(const OyerRoute *route, guint slot, guint step)
{
    const OyerPeer *peer = route->peer;
    const OyerSlot *one = route->slots[slot];

    if (step == 2) {
        oyer_slot_warm(one);
        __builtin_prefetch(peer, 0);
    } else if (step == 1) {
        if (one)
            oyer_rewriter_warm(one->rewriter);
        if (peer->plan)
            __builtin_prefetch(peer->plan, 1);
    } else {
        if (one)
            oyer_rewriter_warm_memory(one->rewriter);
        for (guint i = 0; peer->plan && i < OYER_PLAN_WARM_MAX; i++)
            fetch(peer->plan->warm[i]);
    }
}

static void warm_next(const GArray *routes, guint at, guint slot)
{
    for (guint step = 0; step < WARM_STEPS && at + step + 1 < routes->len; step++)
        warm_step(&g_array_index(routes, OyerRoute, at + step + 1), slot, step);
}

/* For a transport without a plan of its own (a test, a file): packets as they came. */
static void send_as_is(OyerRouter *self, const OyerRoute *route)
{
    const OyerBatch *batch = &self->batch;
    GstBufferList *list = NULL;
    OyerPlanEntry entry;

    for (guint i = 0; i < batch->count; i++) {
        const OyerItem *item = &batch->items[i];
        OyerSlot *slot = route->slots[item->source->index];

        if (!slot || !oyer_slot_map(slot, item, &entry))
            continue;
        if (!list)
            list = gst_buffer_list_new_sized(batch->count);
        gst_buffer_list_add(
            list, gst_buffer_ref(gst_buffer_list_get(batch->list, item->index)));
    }
    if (list)
        self->output->send(route->peer->out, list, self->data);
}

static gboolean is_report_of(const GstMapInfo *map, guint32 ssrc)
{
    OyerRtcpReader reader;
    OyerRtcpBlock block;
    OyerRtcpSenderInfo info;

    if (!oyer_rtcp_reader_init(&reader, map->data, map->size))
        return FALSE;
    while (oyer_rtcp_reader_next(&reader, &block))
        if (oyer_rtcp_sender_info(&block, &info) && info.ssrc == ssrc)
            return TRUE;
    return FALSE;
}

static void add_to(GstBufferList **list, const OyerBatch *batch, guint index)
{
    if (!*list)
        *list = gst_buffer_list_new_sized(batch->n_maps);
    gst_buffer_list_add(*list, gst_buffer_ref(gst_buffer_list_get(batch->list, index)));
}

static void push_journal(OyerRouter *self, OyerSource *source, GstBufferList **list)
{
    if (*list)
        self->output->journal(source, *list, self->data);
    *list = NULL;
}

/* The record goes on with another layer at its key frame, and from there with no
 * other: never two of one picture. */
static gboolean is_for_journal(OyerRouter *self, const OyerItem *item,
                               GstBufferList **list)
{
    OyerSource *source = item->source;

    if (item->layer == source->journal_next &&
        source->journal_next != source->journal_layer && item->payload.keyframe &&
        item->payload.frame_start) {
        push_journal(self, source, list);
        source->journal_layer = source->journal_next;
        source->described = FALSE;
    }
    return item->layer == source->journal_layer && item->packet.payload_bytes > 0;
}

static void write_journal(OyerRouter *self, OyerSource *source)
{
    const OyerBatch *batch = &self->batch;
    GstBufferList *list = NULL;

    if (!source->journal || !source->journalled)
        return;
    for (guint i = 0; i < batch->count; i++)
        if (batch->items[i].source == source &&
            is_for_journal(self, &batch->items[i], &list))
            add_to(&list, batch, batch->items[i].index);
    for (guint i = 0; i < batch->n_rtcp; i++)
        if (is_report_of(&batch->maps[batch->rtcp[i]],
                         oyer_source_layer(source, source->journal_layer)->ssrc))
            add_to(&list, batch, batch->map_index[batch->rtcp[i]]);
    push_journal(self, source, &list);
}

static void take_receiver_rtcp(OyerRouter *self, OyerPeer *peer)
{
    const OyerBatch *batch = &self->batch;
    OyerReceiverOutput output = output_of(self, peer);

    for (guint i = 0; i < batch->n_rtcp; i++) {
        const GstMapInfo *map = &batch->maps[batch->rtcp[i]];

        oyer_receiver_take_rtcp(peer->receiver, map->data, map->size, self->now_us,
                                oyer_router_ntp(self), &output);
    }
}

void oyer_router_send_rtcp(OyerRouter *self, OyerPeer *peer,
                           const OyerRtcpWriter *writer)
{
    GstBufferList *list = gst_buffer_list_new_sized(1);
    GstBuffer *buffer = gst_buffer_new_memdup(writer->bytes, writer->size);

    GST_BUFFER_PTS(buffer) = (GstClockTime)self->now_us * GST_USECOND;
    gst_buffer_list_add(list, buffer);
    self->output->send(peer->out, list, self->data);
}

void oyer_router_send_feedback(OyerRouter *self, OyerPeer *peer)
{
    guint8 bytes[OYER_ROUTER_RTCP_BYTES];
    OyerRtcpWriter writer = {bytes, sizeof bytes, 0};

    if (peer->publisher->n_sources && peer->active &&
        oyer_publisher_feedback(peer->publisher, self->now_us, &writer))
        oyer_router_send_rtcp(self, peer, &writer);
}

/* A key frame that a receiver asked for is asked of the publisher at once. */
void oyer_router_send_asked(OyerRouter *self)
{
    for (guint i = 0; i < self->peers->len; i++) {
        OyerPeer *peer = self->peers->pdata[i];

        if (oyer_publisher_is_asked(peer->publisher))
            oyer_router_send_feedback(self, peer);
    }
}

/* Without any control there is nothing to tell apart: all goes to all others. */
static void broadcast(OyerRouter *self, OyerPeer *from, GstBufferList *list)
{
    for (guint i = 0; i < self->peers->len; i++) {
        OyerPeer *peer = self->peers->pdata[i];

        if (peer != from && peer->active && peer->receiver->n_slots == 0)
            self->output->send(peer->out, gst_buffer_list_ref(list), self->data);
    }
    gst_buffer_list_unref(list);
}

void oyer_router_input(OyerRouter *self, OyerPeer *peer, GstBufferList *list,
                       gint64 now_us)
{
    self->now_us = now_us;
    if (!self->matrix && !peer->publisher->n_sources && !peer->receiver->n_slots) {
        broadcast(self, peer, list);
        return;
    }
    if (self->dirty)
        oyer_router_rebuild(self);
    oyer_publisher_take(peer->publisher, list, now_us, oyer_router_ntp(self),
                        &self->batch);
    if (self->batch.count)
        for (guint i = 0; i < peer->routes->len; i++) {
            const OyerRoute *route = &g_array_index(peer->routes, OyerRoute, i);

            warm_next(peer->routes, i, self->batch.items[0].source->index);
            if (route->peer->plan)
                send_by_plan(self, route);
            else
                send_as_is(self, route);
        }
    for (guint i = 0; i < peer->publisher->n_sources; i++)
        write_journal(self, peer->publisher->sources[i]);
    if (self->batch.n_rtcp)
        take_receiver_rtcp(self, peer);
    if (self->batch.count)
        oyer_router_send_feedback(self, peer);
    if (self->batch.n_rtcp)
        oyer_router_send_asked(self);
    oyer_batch_clear(&self->batch);
}
