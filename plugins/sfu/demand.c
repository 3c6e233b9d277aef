/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/demand.h"

#include <string.h>

#include "sfu/router-private.h"

/* Nobody wants it for so long: not needed.  A tile that moves is no reason yet. */
#define OFF_AFTER_US (2 * G_USEC_PER_SEC)

/* A publisher that does not do what it was told is told again. */
#define TELL_AGAIN_US (5 * G_USEC_PER_SEC)
#define SENDING_US G_USEC_PER_SEC

/* So long a layer that was asked for may take to come. */
#define STARTING_US (3 * G_USEC_PER_SEC)

/* The wishes of one participant. */
typedef struct {
    char chosen[sizeof((OyerWish *)NULL)->track]; /* "": none */
    guint count;
    OyerWish wishes[];
} Wishes;

/* ---- wishes ---- */

static guint16 find_wish(const Wishes *wishes, const char *track)
{
    for (guint i = 0; wishes && i < wishes->count; i++)
        if (strcmp(wishes->wishes[i].track, track) == 0)
            return wishes->wishes[i].height;
    return OYER_HEIGHT_ALL;
}

void oyer_router_apply_wish(OyerRouter *self, OyerSlot *slot)
{
    const Wishes *wishes =
        g_hash_table_lookup(self->wishes, slot->receiver->participant);

    oyer_slot_wish(slot, find_wish(wishes, slot->track));
    slot->pinned =
        wishes && wishes->chosen[0] && strcmp(wishes->chosen, slot->track) == 0;
    oyer_router_rank(self, slot);
}

static void apply_wishes(OyerRouter *self, const char *participant)
{
    for (guint i = 0; i < self->peers->len; i++) {
        OyerReceiver *receiver = ((OyerPeer *)self->peers->pdata[i])->receiver;

        if (strcmp(receiver->participant, participant) != 0)
            continue;
        for (guint k = 0; k < receiver->n_slots; k++)
            oyer_router_apply_wish(self, receiver->slots[k]);
    }
}

void oyer_router_set_wishes(OyerRouter *self, const char *participant,
                            const OyerWish *wishes, guint count, const char *chosen)
{
    Wishes *copy = g_malloc(sizeof *copy + count * sizeof *wishes);

    (void)g_strlcpy(copy->chosen, chosen ? chosen : "", sizeof copy->chosen);
    copy->count = count;
    if (count > 0)
        memcpy(copy->wishes, wishes, count * sizeof *wishes);
    g_hash_table_insert(self->wishes, g_strdup(participant), copy);
    apply_wishes(self, participant);
    self->wished = TRUE;
}

/* ---- what is needed ---- */

static void need(OyerSource *source, guint layer, gint64 now_us)
{
    OyerLayer *one = oyer_source_layer(source, layer);

    one->needed = TRUE;
    one->needed_us = now_us;
}

static void follow_slot(OyerRouter *self, OyerSlot *slot)
{
    OyerSource *source;
    guint layer;

    oyer_slot_update(slot);
    source = oyer_slot_shows(slot);
    if (!source || slot->kind == OYER_KIND_AUDIO)
        return;
    need(source, slot->want.layer, self->now_us);
    need(source, slot->target, self->now_us);
    if (slot->now.source && !oyer_rewriter_wants_keyframe(slot->rewriter))
        need(slot->now.source, slot->now.layer, self->now_us);
    source = oyer_slot_waits_for(slot, &layer);
    if (source)
        oyer_source_ask_keyframe(source, (int)layer, FALSE, self->now_us);
}

static void follow_journal(OyerRouter *self, OyerSource *source)
{
    OyerQuality qualities[OYER_QUALITIES_MAX];
    guint count = oyer_source_qualities(source, qualities);

    if (!source->journalled || count == 0)
        return;
    source->journal_next = oyer_source_best_layer(source);
    need(source, qualities[count - 1].layer, self->now_us);
    need(source, source->journal_next, self->now_us);
    need(source, source->journal_layer, self->now_us);
    if (source->journal_next != source->journal_layer)
        oyer_source_ask_keyframe(source, (int)source->journal_next, FALSE,
                                 self->now_us);
}

/* ---- what publishers are told ---- */

/*
 * A layer that may be sent and is not, while others of its picture are, cannot be had:
 * a small camera has fewer, and so has a narrow line.  It is not told off for that, so
 * that it comes by itself as soon as it can.
 */
static void look_for(const OyerSource *source, OyerLayer *layer, guint index,
                     gint64 now_us)
{
    if (oyer_source_is_sent(source, index))
        layer->missing_us = 0;
    else if (!layer->missing_us && !layer->told_off &&
             now_us - source->last_packet_us < SENDING_US &&
             now_us - layer->told_us >= STARTING_US)
        layer->missing_us = now_us;
}

/* Returns: whether the publisher is to be told. */
static gboolean follow_layer(const OyerSource *source, guint index, gint64 now_us)
{
    OyerLayer *layer = source->layers[index];
    gboolean off, disobeys;

    if (!layer->told_us)
        layer->told_us = layer->needed_us = now_us;
    look_for(source, layer, index, now_us);
    off = !layer->needed && !layer->missing_us &&
          now_us - layer->needed_us >= OFF_AFTER_US;
    layer->needed = FALSE;
    if (off != layer->told_off) {
        layer->told_off = off;
        layer->told_us = now_us;
        layer->told = TRUE;
        return TRUE;
    }
    disobeys = off == (now_us - layer->last_packet_us < SENDING_US);
    if (!layer->told || !disobeys || now_us - layer->told_us < TELL_AGAIN_US)
        return FALSE;
    layer->told_us = now_us;
    return TRUE;
}

static void tell(OyerRouter *self, OyerSource *source)
{
    gboolean changed = FALSE;

    for (guint i = 0; i < source->n_layers; i++)
        changed |= follow_layer(source, i, self->now_us);
    /* What was not to be sent did not freeze. */
    if (oyer_source_is_told_off(source))
        oyer_up_meter_rest(&source->meter);
    if (changed)
        self->output->layers(source, self->data);
}

void oyer_router_follow_demand(OyerRouter *self)
{
    self->wished = FALSE;
    for (guint i = 0; i < self->peers->len; i++) {
        OyerPeer *peer = self->peers->pdata[i];

        for (guint k = 0; peer->active && k < peer->receiver->n_slots; k++)
            follow_slot(self, peer->receiver->slots[k]);
        for (guint k = 0; k < peer->publisher->n_sources; k++)
            if (peer->publisher->sources[k]->kind != OYER_KIND_AUDIO)
                follow_journal(self, peer->publisher->sources[k]);
    }
    for (guint i = 0; i < self->peers->len; i++) {
        OyerPublisher *publisher = ((OyerPeer *)self->peers->pdata[i])->publisher;

        for (guint k = 0; k < publisher->n_sources; k++)
            if (publisher->sources[k]->kind != OYER_KIND_AUDIO)
                tell(self, publisher->sources[k]);
    }
}
