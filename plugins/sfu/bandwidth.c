/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/bandwidth.h"

#include <stddef.h>
#include <string.h>

#include "rtp/estimate.h"
#include "rtp/probe.h"
#include "sfu/allocate.h"
#include "sfu/pacer.h"

#define MS G_TIME_SPAN_MILLISECOND

#define ALLOCATE_INTERVAL_US (100 * MS)
/* A layer that is shown is kept at a little less; another one costs a little more. */
#define KEEP_PERCENT 90
#define RAISE_PERCENT 105
#define WANTED_PERCENT 115
#define PACKET_PERCENT 107 /* headers of a picture's packets */
#define AUDIO_HEADERS_KBPS 26
#define PICTURE_KBPS 500
#define PICTURE_WANTED_KBPS 3000

#define BELOW_US (250 * MS)
#define FAR_BELOW 0.75
#define PATIENCE_MIN_US (800 * MS)
#define PATIENCE_MAX_US (30 * G_USEC_PER_SEC)
#define DARK_PATIENCE_US (6 * G_USEC_PER_SEC)
/* Where so much more goes through than is wanted, it was no picture that was too much,
 * but a line (or a computer) that stood still for a moment. */
#define AMPLE_PERCENT 150
/* A picture that lasted so long was no mistake. */
#define LASTED_US (8 * G_USEC_PER_SEC)
#define FORGIVEN_US (60 * G_USEC_PER_SEC)
/* Told only when it lasts: a picture that is on its way is not missing yet. */
#define TELL_US (700 * MS)

#define ROOM_KBPS 2000
#define ROOM_INTERVAL_US (8 * G_USEC_PER_SEC)
#define ROOM_MISSING_US (1500 * MS) /* where pictures wait for it */

#define REMB_US (10 * G_USEC_PER_SEC)
#define REMB_PATIENCE_US (5 * G_USEC_PER_SEC)
#define REMB_TRIAL_US (2 * G_USEC_PER_SEC)
#define RESEND_FACTOR 0.5
#define RESEND_BURST_BYTES 30000
#define RESEND_KBPS_MIN 100

/* Whole packets are sent again to probe with where that many bytes are wanted. */
#define RESENT_PROBE_BYTES 700
#define RESENT_PROBE_BACK 24

#define RTP_FIXED_BYTES 12
#define PADDING_BIT 0x20

struct OyerBandwidth {
    gboolean has_feedback;
    gint64 budget_us; /* of the last allocation */

    guint budget_kbps, wanted_kbps;
    gint64 below_us, lowered_us, raised_us, patience_us;
    gboolean under_floor;
    guint shown, missing; /* pictures */
    gint64 missing_us;    /* since none was shown; 0: one is */
    gboolean audio_only;

    guint remb_kbps;
    gint64 remb_us;      /* of the last one; 0: none */
    gint64 remb_from_us; /* not believed before */
    double resend_debt_bytes;
    gint64 resend_us;
    gint64 probe_us; /* of the next step */
    gint64 room_us;  /* when more than is wanted was asked for last */

    OyerProbe probe;
    OyerEstimate estimate;
    OyerPacer pacer;
    OyerHistory history; /* the last: its numbers outlive a restart */
};
G_STATIC_ASSERT(sizeof(OyerBandwidth) <= 24 * 1024);

/* All but the history is zero. */
static void begin(OyerBandwidth *self, gboolean has_feedback, gint64 now_us)
{
    self->has_feedback = has_feedback;
    self->patience_us = PATIENCE_MIN_US;
    self->budget_kbps = has_feedback ? OYER_ESTIMATE_KBPS_START : G_MAXUINT;
    self->resend_us = now_us;
    oyer_estimate_init(&self->estimate, now_us);
}

OyerBandwidth *oyer_bandwidth_new(gboolean has_feedback, gint64 now_us)
{
    OyerBandwidth *self = g_new0(OyerBandwidth, 1);

    begin(self, has_feedback, now_us);
    return self;
}

void oyer_bandwidth_restart(OyerBandwidth *self, gint64 now_us)
{
    gboolean has_feedback = self->has_feedback;

    oyer_pacer_clear(&self->pacer);
    oyer_history_forget_all(&self->history);
    memset(self, 0, offsetof(OyerBandwidth, history));
    begin(self, has_feedback, now_us);
}

void oyer_bandwidth_free(OyerBandwidth *self)
{
    if (!self)
        return;
    oyer_pacer_clear(&self->pacer);
    g_free(self);
}

guint oyer_bandwidth_kbps(const OyerBandwidth *self)
{
    if (self->has_feedback)
        return oyer_estimate_kbps(&self->estimate);
    return self->remb_us ? self->remb_kbps : G_MAXUINT;
}

gboolean oyer_bandwidth_is_audio_only(const OyerBandwidth *self)
{
    return self->audio_only;
}

/* ---- packets ---- */

/* What the line carries, whatever is left of it while a queue is to vanish. */
static guint line_kbps(const OyerBandwidth *self)
{
    return (guint)(self->estimate.bps / 1000.0);
}

static void number(OyerBandwidth *self, OyerPlanEntry *entry, guint bytes,
                   gint64 now_us)
{
    guint8 cluster = oyer_probe_cluster(&self->probe);

    if (!(entry->flags & OYER_PLAN_TWCC))
        return;
    entry->twcc_seq = oyer_history_sent(&self->history, bytes, cluster, now_us);
    if (cluster)
        oyer_probe_sent(&self->probe, bytes);
}

gboolean oyer_bandwidth_pass(OyerBandwidth *self, OyerPlanEntry *entry,
                             guint payload_bytes, GstBufferList *list, gint64 now_us)
{
    guint bytes = payload_bytes + OYER_BANDWIDTH_OVERHEAD_BYTES;
    guint kbps = line_kbps(self);

    if (!self->has_feedback)
        return TRUE;
    if (entry->flags & OYER_PLAN_AUDIO)
        oyer_pacer_sent(&self->pacer, kbps, bytes, now_us);
    else if (!oyer_pacer_take(&self->pacer, kbps, list, entry, bytes, now_us))
        return FALSE;
    number(self, entry, bytes, now_us);
    return TRUE;
}

gboolean oyer_bandwidth_has_room(const OyerBandwidth *self, guint count)
{
    return self->pacer.count + count <= OYER_PACER_PACKETS;
}

/* What is sent again must not take the line away from what is new. */
static gboolean may_resend(OyerBandwidth *self, guint bytes, gint64 now_us)
{
    double kbps = MAX(RESEND_FACTOR * self->estimate.bps / 1000.0, RESEND_KBPS_MIN);
    double paid = kbps / 8.0 * (double)(now_us - self->resend_us) / 1000.0;

    self->resend_us = now_us;
    self->resend_debt_bytes = MAX(0, self->resend_debt_bytes - paid);
    if (self->resend_debt_bytes + bytes > RESEND_BURST_BYTES)
        return FALSE;
    self->resend_debt_bytes += bytes;
    return TRUE;
}

gboolean oyer_bandwidth_pass_resent(OyerBandwidth *self, OyerPlanEntry *entry,
                                    guint packet_bytes, gint64 now_us)
{
    guint bytes = packet_bytes + OYER_BANDWIDTH_OVERHEAD_BYTES;

    if (!self->has_feedback)
        return TRUE;
    if (!may_resend(self, bytes, now_us))
        return FALSE;
    oyer_pacer_sent(&self->pacer, line_kbps(self), bytes, now_us);
    if (entry->flags & OYER_PLAN_RTX)
        number(self, entry, bytes, now_us);
    else if (entry->flags & OYER_PLAN_TWCC)
        oyer_history_forget(&self->history, entry->twcc_seq);
    return TRUE;
}

void oyer_bandwidth_forget(OyerBandwidth *self, guint32 ssrc)
{
    oyer_pacer_forget(&self->pacer, ssrc);
}

/* ---- feedback ---- */

static void take_results(OyerBandwidth *self, const OyerHistoryResult *results,
                         guint count, gint64 now_us)
{
    double bps;

    for (guint i = 0; i < count; i++)
        oyer_probe_take(&self->probe, &results[i]);
    oyer_estimate_feedback(&self->estimate, results, count, now_us);
    if (oyer_probe_finish(&self->probe, now_us, &bps) && bps > 0)
        oyer_estimate_probed(&self->estimate, bps, now_us);
}

void oyer_bandwidth_take(OyerBandwidth *self, const OyerRtcpBlock *block, gint64 now_us)
{
    OyerRtcpArrival arrivals[OYER_RTCP_TWCC_MAX];
    OyerHistoryResult results[OYER_HISTORY_RESULTS_MAX];
    OyerRtcpTwcc twcc;
    guint64 bps;
    guint count;

    if (oyer_rtcp_remb(block, &bps) && now_us >= self->remb_from_us) {
        self->remb_kbps = (guint)MIN(bps / 1000, OYER_ESTIMATE_KBPS_MAX);
        self->remb_us = MAX(now_us, 1);
    }
    if (!self->has_feedback ||
        !oyer_rtcp_twcc(block, &twcc, arrivals, OYER_RTCP_TWCC_MAX))
        return;
    count = oyer_history_take(&self->history, arrivals, twcc.count, now_us, results);
    if (count)
        take_results(self, results, count, now_us);
}

/* ---- the budget ---- */

/*
 * REMB is made of what arrives, so where pictures are held back it says little of
 * what else would: they are tried again now and then.
 */
static gboolean tries_again(const OyerBandwidth *self, gint64 now_us)
{
    return !self->has_feedback && self->missing &&
           now_us - self->lowered_us >= MAX(self->patience_us, REMB_PATIENCE_US);
}

static gboolean may_raise(const OyerBandwidth *self, guint kbps, gint64 now_us)
{
    gboolean is_ample = kbps / AMPLE_PERCENT >= self->wanted_kbps / 100;

    gint64 patience_us = is_ample ? PATIENCE_MIN_US : self->patience_us;

    /* Experiments with one picture too many are not paid for by having none. */
    if (self->missing_us)
        patience_us = MIN(patience_us, DARK_PATIENCE_US);
    return now_us - self->lowered_us >= patience_us;
}

static void update_budget(OyerBandwidth *self, gint64 now_us)
{
    guint kbps;

    if (now_us - self->lowered_us > FORGIVEN_US)
        self->patience_us = PATIENCE_MIN_US;
    if (tries_again(self, now_us)) {
        self->remb_us = 0;
        self->remb_from_us = now_us + REMB_TRIAL_US;
    }
    kbps = oyer_bandwidth_kbps(self);
    if (kbps < self->budget_kbps) {
        if (!self->below_us)
            self->below_us = now_us;
        if (kbps >= FAR_BELOW * self->budget_kbps && now_us - self->below_us < BELOW_US)
            return;
        self->budget_kbps = kbps;
    } else if (may_raise(self, kbps, now_us)) {
        self->budget_kbps = kbps;
    }
    self->below_us = 0;
}

static void update_floor(OyerBandwidth *self)
{
    if (self->budget_kbps < OYER_BANDWIDTH_FLOOR_KBPS)
        self->under_floor = TRUE;
    else if (self->budget_kbps >= OYER_BANDWIDTH_FLOOR_LEFT_KBPS)
        self->under_floor = FALSE;
}

/* ---- sharing out ---- */

/* One slot while its share is worked out. */
typedef struct {
    OyerSlot *slot;
    const OyerSource *source;
    guint count;
    OyerQuality qualities[OYER_QUALITIES_MAX];
    /* into qualities: what is sent now, and what would be on a line that carries all;
     * −1: nothing */
    int now, wanted;
} Share;

static guint audio_kbps(const OyerSource *source)
{
    guint kbps = source->layers[0]->kbps;

    return kbps ? kbps + AUDIO_HEADERS_KBPS : 0;
}

/* In its first second. */
static gboolean is_unmeasured(const Share *share)
{
    return share->count && !share->qualities[share->count - 1].kbps &&
           share->source->state == OYER_TRACK_LIVE;
}

/* Which of the qualities is sent at present. */
static int quality_now(const Share *share)
{
    const OyerQuality *want = &share->slot->want;
    int found = 0;

    if (share->slot->hidden)
        return -1;
    for (guint i = 0; i < share->count; i++) {
        const OyerQuality *quality = &share->qualities[i];

        if (quality->layer == want->layer && quality->spatial <= want->spatial &&
            quality->temporal <= want->temporal)
            found = (int)i;
    }
    return found;
}

static void describe_picture(Share *share, OyerAllocateSlot *out)
{
    guint16 wish = share->slot->wish_height;
    guint best = oyer_quality_for(share->qualities, share->count, wish);

    out->n_layers = share->count;
    out->screen = share->slot->kind == OYER_KIND_SCREEN;
    out->wish_height = wish == OYER_HEIGHT_ALL ? 0 : share->qualities[best].height;
    for (guint i = 0; i < share->count; i++) {
        const OyerQuality *quality = &share->qualities[i];

        out->layers[i] = (OyerAllocateLayer){
            .kbps = is_unmeasured(share) ? PICTURE_KBPS
                                         : quality->kbps * PACKET_PERCENT / 100,
            .spatial = (guint8)(quality->layer + quality->spatial),
            .temporal = quality->temporal,
            .height = quality->height,
        };
    }
    share->now = quality_now(share);
}

/* What there is of @slot to choose from.  FALSE: nothing. */
static gboolean describe(OyerSlot *slot, Share *share, OyerAllocateSlot *out)
{
    *share = (Share){
        .slot = slot,
        .source = slot->next ? slot->next : slot->now.source,
    };
    *out = (OyerAllocateSlot){.class_ = (int)slot->priority};
    if (!share->source)
        return FALSE;
    if (slot->kind == OYER_KIND_AUDIO) {
        out->n_layers = 1;
        out->layers[0].kbps = audio_kbps(share->source);
        return TRUE;
    }
    share->count = oyer_slot_qualities(slot, share->qualities);
    if (share->count)
        describe_picture(share, out);
    return share->count != 0;
}

static void apply(Share *share, int layer, gint64 now_us)
{
    OyerSource *source;
    guint waited_for;

    oyer_slot_want(share->slot, layer < 0 ? NULL : &share->qualities[layer]);
    oyer_slot_update(share->slot);
    source = oyer_slot_waits_for(share->slot, &waited_for);
    if (source && layer != share->now)
        oyer_source_ask_keyframe(source, (int)waited_for, share->now < 0, now_us);
}

/* Makes what is shown cheap and what is not dear, so that nothing goes to and fro. */
static void prefer(OyerAllocateSlot *out, int now)
{
    for (int i = 0; i < (int)out->n_layers; i++)
        out->layers[i].kbps =
            out->layers[i].kbps * (i <= now ? KEEP_PERCENT : RAISE_PERCENT) / 100;
}

/* A camera that is switched off is not missing on anybody's screen. */
static void count_pictures(OyerBandwidth *self, const OyerAllocateSlot *slots,
                           const Share *shares, guint count, gint64 now_us)
{
    self->shown = self->missing = 0;
    for (guint i = 0; i < count; i++) {
        if (slots[i].class_ == OYER_ALLOCATE_AUDIO ||
            shares[i].source->state != OYER_TRACK_LIVE)
            continue;
        self->shown += slots[i].layer >= 0;
        self->missing += slots[i].layer < 0;
    }
    if (self->shown || !self->missing)
        self->missing_us = 0;
    else if (!self->missing_us)
        self->missing_us = now_us;
    self->audio_only = self->missing_us && now_us - self->missing_us >= TELL_US;
}

/*
 * A picture that had just come back was too much: the next one waits longer.  One that
 * gives way because it is shown smaller is no sign of the line, nor is one that makes
 * room for another.
 */
static void note_change(OyerBandwidth *self, gboolean lowered, gboolean raised,
                        gint64 now_us)
{
    if (lowered) {
        if (self->raised_us && now_us - self->raised_us < LASTED_US)
            self->patience_us = MIN(2 * self->patience_us, PATIENCE_MAX_US);
        self->raised_us = 0;
        self->lowered_us = now_us;
    } else if (raised) {
        self->raised_us = now_us;
    }
}

static void share_out(OyerBandwidth *self, OyerReceiver *receiver, gint64 now_us)
{
    OyerAllocateSlot slots[OYER_RECEIVER_SLOTS_MAX];
    Share shares[OYER_RECEIVER_SLOTS_MAX];
    gboolean lowered = FALSE, raised = FALSE;
    guint count = 0;

    for (guint i = 0; i < receiver->n_slots; i++)
        if (describe(receiver->slots[i], &shares[count], &slots[count]))
            count++;
    oyer_allocate(slots, count, G_MAXUINT);
    self->wanted_kbps = oyer_allocate_kbps(slots, count) * WANTED_PERCENT / 100;
    for (guint i = 0; i < count; i++) {
        shares[i].wanted = slots[i].layer;
        if (is_unmeasured(&shares[i]))
            self->wanted_kbps = MAX(self->wanted_kbps, PICTURE_WANTED_KBPS);
        prefer(&slots[i], shares[i].now);
    }
    oyer_allocate(slots, count, self->under_floor ? 0 : self->budget_kbps);
    for (guint i = 0; i < count; i++) {
        if (slots[i].class_ == OYER_ALLOCATE_AUDIO)
            continue;
        lowered |= slots[i].layer < MIN(shares[i].now, shares[i].wanted);
        raised |= slots[i].layer > shares[i].now;
        apply(&shares[i], slots[i].layer, now_us);
    }
    note_change(self, lowered && !raised, raised, now_us);
    count_pictures(self, slots, shares, count, now_us);
}

/* ---- time ---- */

static void begin_probe(OyerBandwidth *self, gint64 now_us)
{
    guint wanted_kbps = self->wanted_kbps;
    double bps;

    if (oyer_probe_finish(&self->probe, now_us, &bps) && bps > 0)
        oyer_estimate_probed(&self->estimate, bps, now_us);
    if (!self->history.next || !wanted_kbps ||
        !oyer_estimate_is_calm(&self->estimate, now_us))
        return;
    /* Room for one more picture, so that nobody has to make way for who comes. */
    if (line_kbps(self) >= wanted_kbps) {
        if (now_us - self->room_us <
            (self->missing ? ROOM_MISSING_US : ROOM_INTERVAL_US))
            return;
        self->room_us = now_us;
        wanted_kbps += ROOM_KBPS;
    }
    if (oyer_probe_begin(&self->probe, line_kbps(self), wanted_kbps, now_us))
        self->probe_us = now_us;
}

void oyer_bandwidth_update(OyerBandwidth *self, OyerReceiver *receiver, gint64 now_us)
{
    if (self->remb_us && now_us - self->remb_us > REMB_US)
        self->remb_us = 0;
    oyer_estimate_tick(&self->estimate, self->history.unanswered_us, now_us);
    update_budget(self, now_us);
    update_floor(self);
    if (now_us - self->budget_us >= ALLOCATE_INTERVAL_US) {
        self->budget_us = now_us;
        share_out(self, receiver, now_us);
    }
    if (self->has_feedback)
        begin_probe(self, now_us);
}

gint64 oyer_bandwidth_due_us(const OyerBandwidth *self)
{
    gint64 due_us = 0;

    if (!oyer_pacer_is_empty(&self->pacer))
        due_us = self->pacer.paid_us + OYER_PACER_STEP_US;
    if (oyer_probe_cluster(&self->probe))
        due_us = due_us ? MIN(due_us, self->probe_us) : self->probe_us;
    return due_us;
}

/* ---- what goes out by itself ---- */

/* What is being put together for one push. */
typedef struct {
    OyerBandwidth *self;
    OyerReceiver *receiver;
    const OyerReceiverOutput *output;
    GstBufferList *list;
    gint64 now_us;
} Parcel;

static void parcel_flush(Parcel *parcel)
{
    if (parcel->list)
        parcel->output->flush(parcel->receiver, g_steal_pointer(&parcel->list),
                              parcel->output->data);
    parcel->output->plan->count = 0;
}

/* Takes @buffer. */
static void parcel_add(Parcel *parcel, GstBuffer *buffer, const OyerPlanEntry *entry)
{
    OyerPlan *plan = parcel->output->plan;

    if (plan->count == OYER_PLAN_MAX)
        parcel_flush(parcel);
    if (!parcel->list)
        parcel->list = gst_buffer_list_new();
    plan->entries[plan->count] = *entry;
    plan->entries[plan->count++].index = (guint16)gst_buffer_list_length(parcel->list);
    gst_buffer_list_add(parcel->list, buffer);
}

/* Sends the first that waits, if it may leave; @all: at any rate.  0: it may not. */
static guint send_first_waiting(Parcel *parcel, gboolean all)
{
    OyerBandwidth *self = parcel->self;
    OyerPlanEntry entry;
    guint bytes = 0;
    GstBuffer *buffer = oyer_pacer_release(&self->pacer, line_kbps(self), all,
                                           parcel->now_us, &entry, &bytes);

    if (!buffer)
        return 0;
    number(self, &entry, bytes, parcel->now_us);
    parcel_add(parcel, buffer, &entry);
    return bytes;
}

/* RTP without any payload, padded: a receiver counts it and forgets it. */
static GstBuffer *padding_new(guint padding)
{
    guint8 bytes[RTP_FIXED_BYTES + G_MAXUINT8] = {0x80 | PADDING_BIT};

    bytes[RTP_FIXED_BYTES + padding - 1] = (guint8)padding;
    return gst_buffer_new_memdup(bytes, RTP_FIXED_BYTES + padding);
}

/* The same for everybody; made once a process. */
static GstBuffer *padding(guint bytes, guint *out_bytes)
{
    static const guint8 sizes[] = {32, 96, 160, 255};
    static GstBuffer *buffers[G_N_ELEMENTS(sizes)];
    static gsize made;
    guint i = 0;

    if (g_once_init_enter(&made)) {
        for (guint k = 0; k < G_N_ELEMENTS(sizes); k++) {
            buffers[k] = padding_new(sizes[k]);
            GST_MINI_OBJECT_FLAG_SET(buffers[k], GST_MINI_OBJECT_FLAG_MAY_BE_LEAKED);
        }
        g_once_init_leave(&made, 1);
    }
    while (i + 1 < G_N_ELEMENTS(sizes) &&
           (guint)sizes[i] + OYER_BANDWIDTH_OVERHEAD_BYTES < bytes)
        i++;
    *out_bytes = sizes[i] + OYER_BANDWIDTH_OVERHEAD_BYTES;
    return gst_buffer_ref(buffers[i]);
}

static void send_padding(Parcel *parcel, OyerSlot *slot, guint *left)
{
    guint bytes;
    OyerPlanEntry entry = {
        .flags = OYER_PLAN_TWCC,
        .header_bytes = RTP_FIXED_BYTES,
        .seq = slot->rtx_seq,
        .ssrc = slot->rtx_ssrc,
        .payload_type = slot->formats[slot->codec].rtx_payload_type,
    };
    GstBuffer *buffer = padding(*left, &bytes);

    slot->rtx_seq++;
    number(parcel->self, &entry, bytes, parcel->now_us);
    parcel_add(parcel, buffer, &entry);
    *left -= MIN(*left, bytes);
}

/* Something that was sent just now once more: should it have been lost, all the better. */
static gboolean send_again(Parcel *parcel, OyerSlot *slot, guint *back, guint *left)
{
    OyerRewriterSent sent;

    oyer_rewriter_sent(slot->rewriter, &sent);
    while (sent.any && *back < RESENT_PROBE_BACK) {
        OyerPlanEntry entry;
        GstBuffer *buffer = oyer_slot_resend(slot, (guint16)(sent.last_seq - (*back)++),
                                             parcel->now_us, 0, G_MAXSIZE, &entry);
        guint bytes;

        if (!buffer)
            continue;
        bytes = (guint)gst_buffer_get_size(buffer) + OYER_BANDWIDTH_OVERHEAD_BYTES;
        number(parcel->self, &entry, bytes, parcel->now_us);
        parcel_add(parcel, gst_buffer_ref(buffer), &entry);
        *left -= MIN(*left, bytes);
        return TRUE;
    }
    return FALSE;
}

/* The stream to probe on: one with RTX, rather one that is running. */
static OyerSlot *slot_to_probe_on(const OyerReceiver *receiver)
{
    OyerSlot *found = NULL;

    for (guint i = 0; i < receiver->n_slots; i++) {
        OyerSlot *slot = receiver->slots[i];

        if (!slot->rtx_ssrc || !slot->formats[slot->codec].rtx_payload_type)
            continue;
        if (slot->now.source && !slot->hidden)
            return slot;
        found = slot;
    }
    return found;
}

static void fill_probe(Parcel *parcel)
{
    OyerBandwidth *self = parcel->self;
    OyerSlot *slot = slot_to_probe_on(parcel->receiver);
    guint back = 0, left, bytes;

    if (parcel->now_us < self->probe_us)
        return;
    self->probe_us = parcel->now_us + OYER_PROBE_STEP_US;
    left = oyer_probe_fill_bytes(&self->probe, parcel->now_us);
    /* What waits is as good to ask with as what is sent for that alone. */
    while (left > 0 && (bytes = send_first_waiting(parcel, TRUE)))
        left -= MIN(left, bytes);
    while (slot && left > 0)
        if (left < RESENT_PROBE_BYTES || !send_again(parcel, slot, &back, &left))
            send_padding(parcel, slot, &left);
}

void oyer_bandwidth_work(OyerBandwidth *self, OyerReceiver *receiver, gboolean all,
                         gint64 now_us, const OyerReceiverOutput *output)
{
    Parcel parcel = {self, receiver, output, NULL, now_us};

    if (!output->plan) {
        oyer_pacer_clear(&self->pacer);
        return;
    }
    while (send_first_waiting(&parcel, all))
        ;
    if (oyer_probe_cluster(&self->probe))
        fill_probe(&parcel);
    parcel_flush(&parcel);
}
