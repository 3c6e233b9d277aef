/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fault/peer.h"

#include <string.h>

#include "rtp/sequence.h"

/* With one header extension that nobody agreed on. */
#define HEADER (PEER_RTP_HEADER + 4 + 8)
#define PAYLOAD_TYPE 96
#define RTX_PAYLOAD_TYPE 97
#define FLOOD_TICK_US 2000
#define FLOOD_LIST 32
/* What a flood that was held up makes up for at once. */
#define FLOOD_BEHIND_MAX 512
#define FLOOD_PACKET 1200

struct FaultPeer {
    Peer peer; /* first: a FaultPeer is one */
    gboolean publishes;

    /* the worker */
    OyerWorkerSource *flood;
    FaultFill fill;
    gpointer fill_data;
    guint flood_per_second;
    gint64 flood_us; /* since when */
    guint64 flooded;
    gint64 received_us; /* the last one */
    OyerSequence sequence;
    gboolean has_sequence;
    guint32 source; /* SSRC received */
    guint64 first, highest;
    FaultCounts counts;
};

/* ---- publishing -------------------------------------------------------- */

static GstBuffer *packet_new(Peer *peer, guint number, gboolean is_key)
{
    static const guint8 extension[] = {0xbe, 0xde, 0, 2, 9 << 4 | 5};
    guint8 *packet = g_malloc0(PEER_PACKET_BYTES);

    memset(packet + HEADER, 0xa5, PEER_PACKET_BYTES - HEADER);
    peer_write_vp8(peer, packet + HEADER, number, is_key);
    peer_write_packet(peer, packet, PEER_PACKET_BYTES, PAYLOAD_TYPE,
                      number + 1 == PEER_FRAME_PACKETS);
    packet[0] |= 0x10;
    memcpy(packet + PEER_RTP_HEADER, extension, sizeof(extension));
    memcpy(packet + PEER_RTP_HEADER + sizeof(extension), FAULT_SECRET,
           strlen(FAULT_SECRET));
    return gst_buffer_new_wrapped(packet, PEER_PACKET_BYTES);
}

static void push_frame(Peer *peer)
{
    FaultPeer *self = (FaultPeer *)peer;
    gboolean is_key = peer_is_key_frame(peer);
    GstBufferList *list = gst_buffer_list_new_sized(PEER_FRAME_PACKETS);

    for (guint i = 0; i < PEER_FRAME_PACKETS; i++)
        gst_buffer_list_add(list, packet_new(peer, i, is_key));
    self->counts.sent += PEER_FRAME_PACKETS;
    peer_push(peer, list, PEER_FRAME_RTP);
}

/* ---- receiving --------------------------------------------------------- */

static void take_rtp(FaultPeer *self, const guint8 *packet, gsize size, gint64 now_us)
{
    if ((packet[1] & 0x7f) == RTX_PAYLOAD_TYPE) {
        self->counts.resent++;
        return;
    }
    guint64 index =
        oyer_sequence_extend(&self->sequence, GST_READ_UINT16_BE(packet + 2));

    if (!self->has_sequence) {
        self->has_sequence = TRUE;
        self->first = self->highest = index;
    }
    self->source = GST_READ_UINT32_BE(packet + 8);
    self->highest = MAX(self->highest, index);
    if (self->received_us)
        self->counts.longest_gap_us =
            MAX(self->counts.longest_gap_us, now_us - self->received_us);
    self->received_us = now_us;
    self->counts.received++;
    peer_count_delay(packet, size, now_us, self->counts.delays);
}

static void take(Peer *peer, const guint8 *packet, gsize size, gboolean is_rtcp,
                 gint64 now_us)
{
    FaultPeer *self = (FaultPeer *)peer;

    if (memmem(packet, size, FAULT_SECRET, strlen(FAULT_SECRET)))
        self->counts.leaks++;
    if (!is_rtcp)
        take_rtp(self, packet, size, now_us);
}

/* ---- reports, as a browser sends them ---------------------------------- */

static void write_sender_report(Peer *peer, OyerRtcpWriter *writer)
{
    peer_write_sender_report(peer, writer, PEER_PACKET_BYTES - HEADER, FAULT_SECRET);
}

static void write_receiver_report(Peer *peer, OyerRtcpWriter *writer)
{
    FaultPeer *self = (FaultPeer *)peer;
    OyerRtcpReport report = {.ssrc = self->source, .highest = (guint32)self->highest};

    (void)oyer_rtcp_write_rr(writer, 1, &report, self->source ? 1 : 0);
    (void)oyer_rtcp_write_cname(writer, 1, FAULT_SECRET);
}

/* ---- misbehaving ------------------------------------------------------- */

static guint push_flood(FaultPeer *self, guint most)
{
    GstBufferList *list = gst_buffer_list_new_sized(most);

    for (guint i = 0; i < most; i++) {
        guint8 packet[FLOOD_PACKET];
        gsize size = self->fill(self, self->flooded + i, packet, sizeof(packet),
                                self->fill_data);

        if (size > 0)
            gst_buffer_list_add(list, gst_buffer_new_memdup(packet, size));
    }
    (void)gst_pad_push_list(self->peer.feed, list);
    return most;
}

static void flood(guint32 events, gpointer data)
{
    FaultPeer *self = data;
    gint64 since_us = g_get_monotonic_time() - self->flood_us;
    guint64 due = (guint64)since_us * self->flood_per_second / G_USEC_PER_SEC;

    (void)events;
    if (due > self->flooded + FLOOD_BEHIND_MAX)
        self->flooded = due - FLOOD_BEHIND_MAX;
    while (self->flooded < due)
        self->flooded += push_flood(self, (guint)MIN(due - self->flooded, FLOOD_LIST));
}

typedef struct {
    FaultPeer *self;
    guint per_second;
    FaultFill fill;
    gpointer data;
} FloodTask;

static void set_flood(gpointer data)
{
    FloodTask *task = data;
    FaultPeer *self = task->self;

    g_clear_pointer(&self->flood, oyer_worker_source_free);
    self->flood_per_second = task->per_second;
    self->fill = task->fill;
    self->fill_data = task->data;
    self->flood_us = g_get_monotonic_time();
    self->flooded = 0;
    if (task->per_second > 0)
        self->flood =
            oyer_worker_timer(self->peer.worker, FLOOD_TICK_US, FALSE, flood, self);
}

void fault_peer_flood(FaultPeer *self, guint per_second, FaultFill fill, gpointer data)
{
    FloodTask task = {self, per_second, fill, data};

    oyer_worker_run(self->peer.worker, set_flood, &task);
}

guint32 fault_peer_source(FaultPeer *self)
{
    return self->source;
}

guint16 fault_peer_highest(FaultPeer *self)
{
    return (guint16)self->highest;
}

/* ---- life -------------------------------------------------------------- */

static void on_state(OyerTransport *transport, OyerTransportState state,
                     const char *reason, gpointer data)
{
    FaultPeer *self = data;

    (void)transport;
    (void)reason;
    if (state == OYER_TRANSPORT_DISCONNECTED || state == OYER_TRANSPORT_CLOSED)
        self->counts.losses++;
}

static const PeerClass publisher = {take, push_frame, write_sender_report, on_state};
static const PeerClass receiver = {take, NULL, write_receiver_report, on_state};

FaultPeer *fault_peer_new(OyerWorker *worker, const char *address, gboolean controlling,
                          gboolean publishes)
{
    FaultPeer *self = g_new0(FaultPeer, 1);

    self->publishes = publishes;
    peer_open(&self->peer, worker, publishes ? &publisher : &receiver, address,
              controlling, 0, PEER_FRAME_US);
    return self;
}

static void end_flood(gpointer data)
{
    FaultPeer *self = data;

    g_clear_pointer(&self->flood, oyer_worker_source_free);
}

void fault_peer_free(FaultPeer *self)
{
    if (!self)
        return;
    oyer_worker_run(self->peer.worker, end_flood, self);
    peer_close(&self->peer);
    g_free(self);
}

/* ---- descriptions ------------------------------------------------------ */

typedef struct {
    FaultPeer *self;
    char *text;
} Task;

static void write_description(gpointer data)
{
    Task *task = data;
    FaultPeer *self = task->self;
    const OyerTransportLocal *local = oyer_transport_local(self->peer.transport);
    GString *sdp = g_string_new(NULL);

    g_assert(local);
    g_string_append_printf(
        sdp,
        "v=0\r\no=- %u 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
        "a=ice-options:ice2\r\nm=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n"
        "c=IN IP4 0.0.0.0\r\na=mid:0\r\na=%s\r\n",
        g_random_int() >> 2, self->publishes ? "sendonly" : "recvonly");
    peer_write_connection(sdp, local, "actpass");
    g_string_append(sdp, "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\n"
                         "a=rtcp-fb:96 nack pli\r\na=rtpmap:97 rtx/90000\r\n"
                         "a=fmtp:97 apt=96\r\n");
    if (self->publishes)
        g_string_append_printf(sdp, "a=msid:%s %s\r\na=ssrc:%u cname:%s\r\n",
                               FAULT_SECRET, FAULT_SECRET, PEER_SSRC, FAULT_SECRET);
    peer_write_candidates(sdp, local);
    task->text = g_string_free(sdp, FALSE);
}

char *fault_peer_describe(FaultPeer *self)
{
    Task task = {.self = self};

    oyer_worker_run(self->peer.worker, write_description, &task);
    return task.text;
}

gboolean fault_peer_accept(FaultPeer *self, const char *text, GError **error)
{
    return peer_accept(&self->peer, text, OYER_SDP_ANSWER, error);
}

/* ---- questions --------------------------------------------------------- */

gboolean fault_peer_is_connected(FaultPeer *self)
{
    return peer_is_connected(&self->peer);
}

static void reset(gpointer data)
{
    FaultPeer *self = data;

    self->counts = (FaultCounts){0};
    self->peer.key_frames_asked = 0;
    self->received_us = 0;
    self->first = self->highest + 1;
}

void fault_peer_reset(FaultPeer *self)
{
    oyer_worker_run(self->peer.worker, reset, self);
}

typedef struct {
    FaultPeer *self;
    FaultCounts *counts;
} CountTask;

static void add_counts(gpointer data)
{
    CountTask *task = data;
    FaultPeer *self = task->self;
    FaultCounts *sum = task->counts;

    sum->sent += self->counts.sent;
    sum->received += self->counts.received;
    sum->key_frames_asked += self->peer.key_frames_asked;
    sum->leaks += self->counts.leaks;
    sum->last_us = MAX(sum->last_us, self->received_us);
    sum->resent += self->counts.resent;
    sum->losses += self->counts.losses;
    sum->longest_gap_us = MAX(sum->longest_gap_us, self->counts.longest_gap_us);
    if (self->has_sequence)
        sum->expected += self->highest + 1 - self->first;
    for (guint i = 0; i < PEER_DELAY_STEPS; i++)
        sum->delays[i] += self->counts.delays[i];
}

void fault_peer_count(FaultPeer *self, FaultCounts *counts)
{
    CountTask task = {self, counts};

    oyer_worker_run(self->peer.worker, add_counts, &task);
}
