/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/pacer.h"

#define RATE_FACTOR 1.5
/* What may go out in one go: as much as the line brings in so long; on wide lines more,
 * so that the pictures of every day are not looked at. */
#define BURST_MS 60
#define BURST_BYTES 10000
#define BURST_WIDE_MS 20

static double bytes_per_ms(guint kbps)
{
    return RATE_FACTOR * kbps / 8.0;
}

static void pay(OyerPacer *self, guint kbps, gint64 now_us)
{
    double paid = bytes_per_ms(kbps) * (double)(now_us - self->paid_us) / 1000.0;

    self->debt_bytes = MAX(0, self->debt_bytes - paid);
    self->paid_us = now_us;
}

static double burst_bytes(guint kbps)
{
    double narrow = MIN(bytes_per_ms(kbps) * BURST_MS, BURST_BYTES);

    return MAX(narrow, bytes_per_ms(kbps) * BURST_WIDE_MS);
}

static gboolean has_room(const OyerPacer *self, guint kbps)
{
    return self->debt_bytes < burst_bytes(kbps);
}

static OyerPacerPacket *packet_at(OyerPacer *self, guint i)
{
    return &self->packets[(self->head + i) % OYER_PACER_PACKETS];
}

gboolean oyer_pacer_take(OyerPacer *self, guint kbps, GstBufferList *list,
                         const OyerPlanEntry *entry, guint bytes, gint64 now_us)
{
    pay(self, kbps, now_us);
    if ((self->count == 0 && has_room(self, kbps)) ||
        self->count == OYER_PACER_PACKETS) {
        self->debt_bytes += bytes;
        return TRUE;
    }
    *packet_at(self, self->count++) = (OyerPacerPacket){
        .buffer = gst_buffer_ref(gst_buffer_list_get(list, entry->index)),
        .entry = *entry,
        .since_ms = (guint32)(now_us / 1000),
        .bytes = (guint16)bytes,
    };
    return FALSE;
}

void oyer_pacer_sent(OyerPacer *self, guint kbps, guint bytes, gint64 now_us)
{
    pay(self, kbps, now_us);
    self->debt_bytes += bytes;
}

GstBuffer *oyer_pacer_release(OyerPacer *self, guint kbps, gboolean all, gint64 now_us,
                              OyerPlanEntry *entry, guint *bytes)
{
    const OyerPacerPacket *packet = packet_at(self, 0);
    guint32 waited_ms = (guint32)(now_us / 1000) - packet->since_ms;

    if (self->count == 0)
        return NULL;
    pay(self, kbps, now_us);
    /* Half a burst at a time: the rest of the line is for what does not wait. */
    if (!all && self->debt_bytes > MIN(burst_bytes(kbps), BURST_BYTES) / 2 &&
        waited_ms < OYER_PACER_WAIT_MAX_US / 1000)
        return NULL;
    self->debt_bytes += packet->bytes;
    *entry = packet->entry;
    *bytes = packet->bytes;
    self->head = (self->head + 1) % OYER_PACER_PACKETS;
    self->count--;
    return packet->buffer;
}

void oyer_pacer_forget(OyerPacer *self, guint32 ssrc)
{
    guint kept = 0;

    for (guint i = 0; i < self->count; i++) {
        OyerPacerPacket *packet = packet_at(self, i);

        if (packet->entry.ssrc == ssrc)
            gst_buffer_unref(packet->buffer);
        else
            *packet_at(self, kept++) = *packet;
    }
    self->count = kept;
}

void oyer_pacer_clear(OyerPacer *self)
{
    for (guint i = 0; i < self->count; i++)
        gst_buffer_unref(packet_at(self, i)->buffer);
    self->count = 0;
}
