/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/history.h"

G_STATIC_ASSERT(sizeof(OyerHistoryEntry) == 8);

#define MASK (OYER_HISTORY_PACKETS - 1)

/* A feedback's reference time has 24 bits of 64 ms: it wraps after twelve days. */
#define ARRIVAL_WRAP_US ((gint64)64000 << 24)

enum { STATE_NONE, STATE_SENT, STATE_LOST, STATE_RECEIVED };

guint16 oyer_history_sent(OyerHistory *self, guint bytes, guint8 probe, gint64 now_us)
{
    self->entries[self->next & MASK] = (OyerHistoryEntry){
        .sent_us = (guint32)now_us,
        .bytes = (guint16)MIN(bytes, G_MAXUINT16),
        .probe = probe,
        .state = STATE_SENT,
    };
    if (!self->unanswered_us)
        self->unanswered_us = MAX(now_us, 1);
    return (guint16)self->next++;
}

/* The entry that went out as @seq, or NULL. */
static OyerHistoryEntry *find(OyerHistory *self, guint16 seq)
{
    guint back = (guint16)((guint16)self->next - seq);

    if (back == 0 || back > OYER_HISTORY_PACKETS || back > self->next)
        return NULL;
    return &self->entries[(self->next - back) & MASK];
}

void oyer_history_forget(OyerHistory *self, guint16 seq)
{
    OyerHistoryEntry *entry = find(self, seq);

    if (entry)
        entry->state = STATE_NONE;
}

void oyer_history_forget_all(OyerHistory *self)
{
    for (guint i = 0; i < OYER_HISTORY_PACKETS; i++)
        self->entries[i].state = STATE_NONE;
    self->told = self->next;
    self->unanswered_us = 0;
}

/* Times are told modulo a wrap: the one nearest to the newest before is meant. */
static gint64 unwrap(OyerHistory *self, gint64 raw_us)
{
    gint64 delta = (raw_us - self->arrival_raw_us) % ARRIVAL_WRAP_US;

    if (delta > ARRIVAL_WRAP_US / 2)
        delta -= ARRIVAL_WRAP_US;
    else if (delta < -ARRIVAL_WRAP_US / 2)
        delta += ARRIVAL_WRAP_US;
    self->arrival_us += delta;
    self->arrival_raw_us = raw_us;
    return self->arrival_us;
}

static bool tells_anything_new(const OyerHistoryEntry *entry, bool received)
{
    return entry->state == STATE_SENT || (received && entry->state == STATE_LOST);
}

static gint64 sent_us(const OyerHistoryEntry *entry, gint64 now_us)
{
    return now_us - (gint64)(guint32)((guint32)now_us - entry->sent_us);
}

/* What lies between the last feedback and one that begins with @seq. */
static guint take_untold(OyerHistory *self, guint16 seq, gint64 now_us,
                         OyerHistoryResult *out_results)
{
    guint64 first = self->next - (guint16)((guint16)self->next - seq);
    guint taken = 0;

    if (!self->told || first - self->told > OYER_RTCP_TWCC_MAX)
        return 0;
    for (; self->told < first; self->told++) {
        OyerHistoryEntry *entry = &self->entries[self->told & MASK];

        if (entry->state != STATE_SENT)
            continue;
        out_results[taken++] = (OyerHistoryResult){
            .sent_us = sent_us(entry, now_us),
            .bytes = entry->bytes,
            .probe = entry->probe,
            .untold = true,
        };
        entry->state = STATE_LOST;
    }
    return taken;
}

guint oyer_history_take(OyerHistory *self, const OyerRtcpArrival *arrivals, guint count,
                        gint64 now_us, OyerHistoryResult *out_results)
{
    guint taken = 0;

    if (count && find(self, arrivals[0].seq))
        taken = take_untold(self, arrivals[0].seq, now_us, out_results);
    for (guint i = 0; i < MIN(count, OYER_RTCP_TWCC_MAX); i++) {
        OyerHistoryEntry *entry = find(self, arrivals[i].seq);

        if (!entry || !tells_anything_new(entry, arrivals[i].received))
            continue;
        out_results[taken++] = (OyerHistoryResult){
            .sent_us = sent_us(entry, now_us),
            .arrival_us =
                arrivals[i].received ? unwrap(self, arrivals[i].arrival_us) : 0,
            .bytes = entry->bytes,
            .probe = entry->probe,
            .received = arrivals[i].received,
            .late = entry->state == STATE_LOST,
        };
        entry->state = arrivals[i].received ? STATE_RECEIVED : STATE_LOST;
        self->told =
            MAX(self->told,
                self->next - (guint16)((guint16)self->next - arrivals[i].seq) + 1);
    }
    if (taken)
        self->unanswered_us = 0;
    return taken;
}
