/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fault/peer.h"

#include <string.h>

#include <gst/gst.h>

#include "rtp/rtcp.h"
#include "rtp/sdp.h"
#include "rtp/sequence.h"

#define FRAME_US (G_USEC_PER_SEC / 30)
#define FRAME_RTP 3000
#define PACKETS_A_FRAME 5
#define KEY_FRAME_EVERY 300
#define PACKET 1012
#define FIXED 12
/* With one header extension that nobody agreed on. */
#define HEADER (FIXED + 4 + 8)
#define DESCRIPTOR 4
#define PAYLOAD_TYPE 96
#define RTX_PAYLOAD_TYPE 97
#define PUBLISHED_SSRC 0x0c0ffee1u
#define REPORT_US G_USEC_PER_SEC
#define NTP_UNIX 2208988800u
#define FLOOD_TICK_US 2000
#define FLOOD_LIST 32
/* What a flood that was held up makes up for at once. */
#define FLOOD_BEHIND_MAX 512
#define FLOOD_PACKET 1200

struct FaultPeer {
    OyerWorker *worker; /* not owned */
    char *address;
    gboolean controlling, publishes;

    /* the worker */
    OyerTransport *transport;
    GstPad *feed, *take;
    OyerWorkerSource *pace, *reports, *flood;
    FaultFill fill;
    gpointer fill_data;
    guint flood_per_second;
    gint64 flood_us; /* since when */
    guint64 flooded;
    gint64 received_us; /* the last one */
    gint64 next_frame_us;
    gboolean wants_key_frame;
    guint frames;
    guint16 seq, picture;
    guint32 rtp_time, total_packets;
    OyerSequence sequence;
    gboolean has_sequence;
    guint32 source; /* SSRC received */
    guint64 first, highest;
    FaultCounts counts;
};

static gint64 be_read(const guint8 *p)
{
    guint64 value;

    memcpy(&value, p, sizeof(value));
    return (gint64)GUINT64_FROM_BE(value);
}

static void be_write16(guint8 *p, guint value)
{
    p[0] = (guint8)(value >> 8);
    p[1] = (guint8)value;
}

static void be_write32(guint8 *p, guint32 value)
{
    be_write16(p, value >> 16);
    be_write16(p + 2, value & 0xffff);
}

/* ---- publishing -------------------------------------------------------- */

static GstBuffer *packet_new(FaultPeer *self, guint number, gboolean is_key)
{
    static const guint8 extension[] = {0xbe, 0xde, 0, 2, 9 << 4 | 5};
    guint8 *packet = g_malloc0(PACKET), *payload = packet + HEADER;
    guint64 now = GUINT64_TO_BE((guint64)g_get_monotonic_time());

    packet[0] = 0x90;
    memcpy(packet + FIXED, extension, sizeof(extension));
    memcpy(packet + FIXED + sizeof(extension), FAULT_SECRET, strlen(FAULT_SECRET));
    packet[1] = (guint8)(PAYLOAD_TYPE | (number + 1 == PACKETS_A_FRAME ? 0x80 : 0));
    be_write16(packet + 2, self->seq++);
    be_write32(packet + 4, self->rtp_time);
    be_write32(packet + 8, PUBLISHED_SSRC);
    /* RFC 7741: extended, start of partition 0, a picture id of 15 bits. */
    payload[0] = (guint8)(0x80 | (number == 0 ? 0x10 : 0));
    payload[1] = 0x80;
    be_write16(payload + 2, 0x8000u | (self->picture & 0x7fffu));
    memset(payload + DESCRIPTOR, 0xa5, PACKET - HEADER - DESCRIPTOR);
    if (number == 0) {
        const guint8 key[] = {0x10, 0x02, 0x00, 0x9d, 0x01,
                              0x2a, 0x80, 0x02, 0xe0, 0x01};
        const guint8 delta[] = {0x11, 0x02, 0x00};

        if (is_key)
            memcpy(payload + DESCRIPTOR, key, sizeof(key));
        else
            memcpy(payload + DESCRIPTOR, delta, sizeof(delta));
    }
    memcpy(packet + PACKET - sizeof(now), &now, sizeof(now));
    return gst_buffer_new_wrapped(packet, PACKET);
}

static void push_frame(FaultPeer *self)
{
    gboolean is_key = self->wants_key_frame || self->frames % KEY_FRAME_EVERY == 0;
    GstBufferList *list = gst_buffer_list_new_sized(PACKETS_A_FRAME);

    for (guint i = 0; i < PACKETS_A_FRAME; i++)
        gst_buffer_list_add(list, packet_new(self, i, is_key));
    self->wants_key_frame = FALSE;
    self->frames++;
    self->picture++;
    self->rtp_time += FRAME_RTP;
    self->total_packets += PACKETS_A_FRAME;
    self->counts.sent += PACKETS_A_FRAME;
    (void)gst_pad_push_list(self->feed, list);
}

/* By timers that fire once: repeating ones share their wake-ups, and all publishers
 * would send in the same instant. */
static void on_frame(guint32 events, gpointer data)
{
    FaultPeer *self = data;
    gint64 now_us = g_get_monotonic_time();

    (void)events;
    if (oyer_transport_state(self->transport) == OYER_TRANSPORT_CONNECTED)
        push_frame(self);
    self->next_frame_us = MAX(self->next_frame_us + FRAME_US, now_us);
    oyer_worker_source_free(self->pace);
    self->pace = oyer_worker_timer(self->worker, self->next_frame_us - now_us, TRUE,
                                   on_frame, self);
}

/* ---- receiving --------------------------------------------------------- */

static void take_rtp(FaultPeer *self, const guint8 *packet, gsize size, gint64 now_us)
{
    if ((packet[1] & 0x7f) == RTX_PAYLOAD_TYPE) {
        self->counts.resent++;
        return;
    }
    guint16 seq = (guint16)(packet[2] << 8 | packet[3]);
    guint64 index = oyer_sequence_extend(&self->sequence, seq);

    if (!self->has_sequence) {
        self->has_sequence = TRUE;
        self->first = self->highest = index;
    }
    self->source = (guint32)packet[8] << 24 | (guint32)packet[9] << 16 |
                   (guint32)packet[10] << 8 | packet[11];
    self->highest = MAX(self->highest, index);
    if (self->received_us)
        self->counts.longest_gap_us =
            MAX(self->counts.longest_gap_us, now_us - self->received_us);
    self->received_us = now_us;
    self->counts.received++;
    gint64 step = (now_us - be_read(packet + size - 8)) / FAULT_DELAY_STEP_US;
    self->counts.delays[CLAMP(step, 0, FAULT_DELAY_STEPS - 1)]++;
}

static void take_rtcp(FaultPeer *self, const guint8 *packet, gsize size)
{
    OyerRtcpReader reader;
    OyerRtcpBlock block;

    if (!oyer_rtcp_reader_init(&reader, packet, size))
        return;
    while (oyer_rtcp_reader_next(&reader, &block))
        if (oyer_rtcp_is_pli(&block) || block.type == OYER_RTCP_PSFB) {
            self->wants_key_frame = TRUE;
            self->counts.key_frames_asked++;
        }
}

static GstFlowReturn on_list(GstPad *pad, GstObject *parent, GstBufferList *list)
{
    FaultPeer *self = gst_pad_get_element_private(pad);
    /* Not the wake-up's: what came before in this one took its time. */
    gint64 now_us = g_get_monotonic_time();

    (void)parent;
    for (guint i = 0; i < gst_buffer_list_length(list); i++) {
        GstBuffer *buffer = gst_buffer_list_get(list, i);
        GstMapInfo map;

        if (!gst_buffer_map(buffer, &map, GST_MAP_READ))
            continue;
        if (memmem(map.data, map.size, FAULT_SECRET, strlen(FAULT_SECRET)))
            self->counts.leaks++;
        if (map.size >= 2 && map.data[1] >= 192 && map.data[1] <= 223)
            take_rtcp(self, map.data, map.size);
        else if (map.size >= FIXED + 8)
            take_rtp(self, map.data, map.size, now_us);
        gst_buffer_unmap(buffer, &map);
    }
    gst_buffer_list_unref(list);
    return GST_FLOW_OK;
}

/* ---- reports, as a browser sends them ---------------------------------- */

static void write_sender_report(FaultPeer *self, OyerRtcpWriter *writer)
{
    gint64 now_us = g_get_real_time();
    OyerRtcpSenderInfo info = {
        .ssrc = PUBLISHED_SSRC,
        .ntp = (guint64)(now_us / G_USEC_PER_SEC + NTP_UNIX) << 32 |
               ((guint64)(now_us % G_USEC_PER_SEC) << 32) / G_USEC_PER_SEC,
        .rtp_time = self->rtp_time,
        .packets = self->total_packets,
        .bytes = self->total_packets * (PACKET - HEADER),
    };

    (void)oyer_rtcp_write_sr(writer, &info, NULL, 0);
    (void)oyer_rtcp_write_cname(writer, PUBLISHED_SSRC, FAULT_SECRET);
}

static void write_receiver_report(FaultPeer *self, OyerRtcpWriter *writer)
{
    OyerRtcpReport report = {.ssrc = self->source, .highest = (guint32)self->highest};

    (void)oyer_rtcp_write_rr(writer, 1, &report, self->source ? 1 : 0);
    (void)oyer_rtcp_write_cname(writer, 1, FAULT_SECRET);
}

static void send_report(guint32 events, gpointer data)
{
    FaultPeer *self = data;
    OyerRtcpWriter writer = {.bytes = g_malloc(256), .capacity = 256};

    (void)events;
    if (self->publishes)
        write_sender_report(self, &writer);
    else
        write_receiver_report(self, &writer);
    GstBufferList *list = gst_buffer_list_new();
    gst_buffer_list_add(list, gst_buffer_new_wrapped(writer.bytes, writer.size));
    (void)gst_pad_push_list(self->feed, list);
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
    (void)gst_pad_push_list(self->feed, list);
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
            oyer_worker_timer(self->worker, FLOOD_TICK_US, FALSE, flood, self);
}

void fault_peer_flood(FaultPeer *self, guint per_second, FaultFill fill, gpointer data)
{
    FloodTask task = {self, per_second, fill, data};

    oyer_worker_run(self->worker, set_flood, &task);
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

static void open_peer(gpointer data)
{
    FaultPeer *self = data;
    GstSegment segment;

    self->transport =
        oyer_transport_new(self->worker, self->address, self->controlling);
    gst_object_ref_sink(self->transport);
    oyer_transport_on_state(self->transport, on_state, self);
    self->feed = gst_pad_new("feed", GST_PAD_SRC);
    self->take = gst_pad_new("take", GST_PAD_SINK);
    gst_pad_set_element_private(self->take, self);
    gst_pad_set_chain_list_function(self->take, on_list);
    g_autoptr(GstPad) sink =
        gst_element_get_static_pad(GST_ELEMENT(self->transport), "sink");
    g_autoptr(GstPad) src =
        gst_element_get_static_pad(GST_ELEMENT(self->transport), "src");
    (void)gst_pad_link(self->feed, sink);
    (void)gst_pad_link(src, self->take);
    gst_pad_set_active(self->feed, TRUE);
    gst_pad_set_active(self->take, TRUE);
    gst_element_set_state(GST_ELEMENT(self->transport), GST_STATE_PLAYING);
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(self->feed, gst_event_new_stream_start("guest"));
    gst_pad_push_event(self->feed, gst_event_new_segment(&segment));
    self->reports =
        oyer_worker_timer(self->worker, REPORT_US, FALSE, send_report, self);
    self->next_frame_us = g_get_monotonic_time();
    if (self->publishes)
        on_frame(0, self);
}

static void close_peer(gpointer data)
{
    FaultPeer *self = data;

    oyer_worker_source_free(self->pace);
    oyer_worker_source_free(self->reports);
    oyer_worker_source_free(self->flood);
    oyer_transport_close(self->transport);
    gst_element_set_state(GST_ELEMENT(self->transport), GST_STATE_NULL);
    gst_object_unref(self->transport);
    gst_object_unref(self->feed);
    gst_object_unref(self->take);
}

FaultPeer *fault_peer_new(OyerWorker *worker, const char *address, gboolean controlling,
                          gboolean publishes)
{
    FaultPeer *self = g_new0(FaultPeer, 1);

    self->worker = worker;
    self->address = g_strdup(address);
    self->controlling = controlling;
    self->publishes = publishes;
    oyer_worker_run(worker, open_peer, self);
    return self;
}

void fault_peer_free(FaultPeer *self)
{
    if (!self)
        return;
    oyer_worker_run(self->worker, close_peer, self);
    g_free(self->address);
    g_free(self);
}

/* ---- descriptions ------------------------------------------------------ */

typedef struct {
    FaultPeer *self;
    const OyerTransportRemote *remote;
    char *text;
    gboolean ok;
    GError **error;
} Task;

static void write_description(gpointer data)
{
    Task *task = data;
    FaultPeer *self = task->self;
    const OyerTransportLocal *local = oyer_transport_local(self->transport);
    GString *sdp = g_string_new(NULL);

    g_assert(local);
    g_string_append_printf(
        sdp,
        "v=0\r\no=- %u 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
        "a=ice-options:ice2\r\nm=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n"
        "c=IN IP4 0.0.0.0\r\na=mid:0\r\na=%s\r\na=rtcp-mux\r\na=rtcp-rsize\r\n"
        "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:sha-256 %s\r\n"
        "a=setup:actpass\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\n"
        "a=rtcp-fb:96 nack pli\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n",
        g_random_int() >> 2, self->publishes ? "sendonly" : "recvonly", local->ufrag,
        local->pwd, local->fingerprint);
    if (self->publishes)
        g_string_append_printf(sdp, "a=msid:%s %s\r\na=ssrc:%u cname:%s\r\n",
                               FAULT_SECRET, FAULT_SECRET, PUBLISHED_SSRC,
                               FAULT_SECRET);
    for (gsize i = 0; local->candidates[i]; i++)
        g_string_append_printf(sdp, "a=%s\r\n", local->candidates[i]);
    g_string_append(sdp, "a=end-of-candidates\r\n");
    task->text = g_string_free(sdp, FALSE);
}

char *fault_peer_describe(FaultPeer *self)
{
    Task task = {.self = self};

    oyer_worker_run(self->worker, write_description, &task);
    return task.text;
}

static void set_remote(gpointer data)
{
    Task *task = data;

    task->ok =
        oyer_transport_set_remote(task->self->transport, task->remote, task->error);
}

gboolean fault_peer_accept(FaultPeer *self, const char *text, GError **error)
{
    g_autoptr(OyerSdp) sdp = oyer_sdp_parse(text, -1, OYER_SDP_ANSWER, error);

    if (!sdp)
        return FALSE;
    OyerTransportRemote remote = {
        .ufrag = sdp->ufrag,
        .pwd = sdp->pwd,
        .fingerprint = sdp->fingerprint,
        .role = OYER_DTLS_ACTIVE,
        .candidates = (const char *const *)sdp->candidates,
    };
    Task task = {.self = self, .remote = &remote, .error = error};
    oyer_worker_run(self->worker, set_remote, &task);
    return task.ok;
}

/* ---- questions --------------------------------------------------------- */

static void ask_connected(gpointer data)
{
    Task *task = data;

    task->ok = oyer_transport_state(task->self->transport) == OYER_TRANSPORT_CONNECTED;
}

gboolean fault_peer_is_connected(FaultPeer *self)
{
    Task task = {.self = self};

    oyer_worker_run(self->worker, ask_connected, &task);
    return task.ok;
}

static void reset(gpointer data)
{
    FaultPeer *self = data;

    self->counts = (FaultCounts){0};
    self->received_us = 0;
    self->first = self->highest + 1;
}

void fault_peer_reset(FaultPeer *self)
{
    oyer_worker_run(self->worker, reset, self);
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
    sum->key_frames_asked += self->counts.key_frames_asked;
    sum->leaks += self->counts.leaks;
    sum->last_us = MAX(sum->last_us, self->received_us);
    sum->resent += self->counts.resent;
    sum->losses += self->counts.losses;
    sum->longest_gap_us = MAX(sum->longest_gap_us, self->counts.longest_gap_us);
    if (self->has_sequence)
        sum->expected += self->highest + 1 - self->first;
    for (guint i = 0; i < FAULT_DELAY_STEPS; i++)
        sum->delays[i] += self->counts.delays[i];
}

void fault_peer_count(FaultPeer *self, FaultCounts *counts)
{
    CountTask task = {self, counts};

    oyer_worker_run(self->worker, add_counts, &task);
}
