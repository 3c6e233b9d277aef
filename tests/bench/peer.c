/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench/peer.h"

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
#define HEADER 12
#define DESCRIPTOR 4
#define PAYLOAD_TYPE 96
#define PUBLISHED_SSRC 0x0c0ffee1u
#define REPORT_US G_USEC_PER_SEC
#define NTP_UNIX 2208988800u

struct LoadPeer {
    OyerWorker *worker; /* not owned */
    char *address;
    gboolean controlling, publishes;
    char *mid;
    guint payload_type;

    /* the worker */
    OyerTransport *transport;
    GstPad *feed, *take;
    OyerWorkerSource *pace, *reports;
    gboolean wants_key_frame;
    guint frames;
    guint16 seq, picture;
    guint32 rtp_time, total_packets;
    OyerSequence sequence;
    gboolean has_sequence;
    guint32 source; /* SSRC received */
    guint64 first, highest;
    LoadCounts counts;
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

static GstBuffer *packet_new(LoadPeer *self, guint number, gboolean is_key)
{
    guint8 *packet = g_malloc0(PACKET), *payload = packet + HEADER;
    guint64 now = GUINT64_TO_BE((guint64)g_get_monotonic_time());

    packet[0] = 0x80;
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

static void publish_frame(guint32 events, gpointer data)
{
    LoadPeer *self = data;
    gboolean is_key = self->wants_key_frame || self->frames % KEY_FRAME_EVERY == 0;
    GstBufferList *list;

    (void)events;
    if (oyer_transport_state(self->transport) != OYER_TRANSPORT_CONNECTED)
        return;
    list = gst_buffer_list_new_sized(PACKETS_A_FRAME);
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

/* ---- receiving --------------------------------------------------------- */

static void take_rtp(LoadPeer *self, const guint8 *packet, gsize size, gint64 now_us)
{
    guint16 seq = (guint16)(packet[2] << 8 | packet[3]);
    guint64 index = oyer_sequence_extend(&self->sequence, seq);

    if (!self->has_sequence) {
        self->has_sequence = TRUE;
        self->first = self->highest = index;
    }
    self->source = (guint32)packet[8] << 24 | (guint32)packet[9] << 16 |
                   (guint32)packet[10] << 8 | packet[11];
    self->highest = MAX(self->highest, index);
    self->counts.received++;
    gint64 step = (now_us - be_read(packet + size - 8)) / LOAD_DELAY_STEP_US;
    self->counts.delays[CLAMP(step, 0, LOAD_DELAY_STEPS - 1)]++;
}

static void take_rtcp(LoadPeer *self, const guint8 *packet, gsize size)
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
    LoadPeer *self = gst_pad_get_element_private(pad);
    gint64 now_us = oyer_worker_now_us(self->worker);

    (void)parent;
    for (guint i = 0; i < gst_buffer_list_length(list); i++) {
        GstBuffer *buffer = gst_buffer_list_get(list, i);
        GstMapInfo map;

        if (!gst_buffer_map(buffer, &map, GST_MAP_READ))
            continue;
        if (map.size >= 2 && map.data[1] >= 192 && map.data[1] <= 223)
            take_rtcp(self, map.data, map.size);
        else if (map.size >= HEADER + 8)
            take_rtp(self, map.data, map.size, now_us);
        gst_buffer_unmap(buffer, &map);
    }
    gst_buffer_list_unref(list);
    return GST_FLOW_OK;
}

/* ---- reports, as a browser sends them ---------------------------------- */

static void write_sender_report(LoadPeer *self, OyerRtcpWriter *writer)
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
    (void)oyer_rtcp_write_cname(writer, PUBLISHED_SSRC, "load");
}

static void write_receiver_report(LoadPeer *self, OyerRtcpWriter *writer)
{
    OyerRtcpReport report = {.ssrc = self->source, .highest = (guint32)self->highest};

    (void)oyer_rtcp_write_rr(writer, 1, &report, self->source ? 1 : 0);
    (void)oyer_rtcp_write_cname(writer, 1, "load");
}

static void send_report(guint32 events, gpointer data)
{
    LoadPeer *self = data;
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

/* ---- life -------------------------------------------------------------- */

static void open_peer(gpointer data)
{
    LoadPeer *self = data;
    GstSegment segment;

    self->transport =
        oyer_transport_new(self->worker, self->address, self->controlling);
    gst_object_ref_sink(self->transport);
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
    gst_pad_push_event(self->feed, gst_event_new_stream_start("load"));
    gst_pad_push_event(self->feed, gst_event_new_segment(&segment));
    self->reports =
        oyer_worker_timer(self->worker, REPORT_US, FALSE, send_report, self);
    if (self->publishes)
        self->pace =
            oyer_worker_timer(self->worker, FRAME_US, FALSE, publish_frame, self);
}

static void close_peer(gpointer data)
{
    LoadPeer *self = data;

    oyer_worker_source_free(self->pace);
    oyer_worker_source_free(self->reports);
    oyer_transport_close(self->transport);
    gst_element_set_state(GST_ELEMENT(self->transport), GST_STATE_NULL);
    gst_object_unref(self->transport);
    gst_object_unref(self->feed);
    gst_object_unref(self->take);
}

LoadPeer *load_peer_new(OyerWorker *worker, const char *address, gboolean controlling,
                        gboolean publishes)
{
    LoadPeer *self = g_new0(LoadPeer, 1);

    self->worker = worker;
    self->address = g_strdup(address);
    self->controlling = controlling;
    self->publishes = publishes;
    self->mid = g_strdup("0");
    self->payload_type = PAYLOAD_TYPE;
    oyer_worker_run(worker, open_peer, self);
    return self;
}

void load_peer_free(LoadPeer *self)
{
    if (!self)
        return;
    oyer_worker_run(self->worker, close_peer, self);
    g_free(self->address);
    g_free(self->mid);
    g_free(self);
}

/* ---- descriptions ------------------------------------------------------ */

typedef struct {
    LoadPeer *self;
    gboolean is_answer;
    const OyerTransportRemote *remote;
    char *text;
    gboolean ok;
    GError **error;
} Task;

static void write_description(gpointer data)
{
    Task *task = data;
    LoadPeer *self = task->self;
    const OyerTransportLocal *local = oyer_transport_local(self->transport);
    GString *sdp = g_string_new(NULL);

    g_assert(local);
    g_string_append_printf(
        sdp,
        "v=0\r\no=- %u 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE %s\r\n"
        "a=ice-options:ice2\r\nm=video 9 UDP/TLS/RTP/SAVPF %u\r\nc=IN IP4 0.0.0.0\r\n"
        "a=mid:%s\r\na=%s\r\na=rtcp-mux\r\na=rtcp-rsize\r\na=ice-ufrag:%s\r\n"
        "a=ice-pwd:%s\r\na=fingerprint:sha-256 %s\r\na=setup:%s\r\n"
        "a=rtpmap:%u VP8/90000\r\na=rtcp-fb:%u nack\r\na=rtcp-fb:%u nack pli\r\n",
        g_random_int() >> 2, self->mid, self->payload_type, self->mid,
        self->publishes ? "sendonly" : "recvonly", local->ufrag, local->pwd,
        local->fingerprint, task->is_answer ? "active" : "actpass", self->payload_type,
        self->payload_type, self->payload_type);
    if (self->publishes)
        g_string_append_printf(sdp,
                               "a=msid:load load-video\r\na=ssrc:%u cname:load\r\n"
                               "a=ssrc:%u msid:load load-video\r\n",
                               PUBLISHED_SSRC, PUBLISHED_SSRC);
    for (gsize i = 0; local->candidates[i]; i++)
        g_string_append_printf(sdp, "a=%s\r\n", local->candidates[i]);
    g_string_append(sdp, "a=end-of-candidates\r\n");
    task->text = g_string_free(sdp, FALSE);
}

/* An answer names the offer's mid and payload type. */
static void learn_offer(LoadPeer *self, const char *offer)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerSdp) sdp = oyer_sdp_parse(offer, -1, OYER_SDP_OFFER, &error);

    if (!sdp)
        g_error("offer: %s\n%s", error->message, offer);
    g_free(self->mid);
    self->mid = g_strdup(sdp->media[0]->mid);
    if (sdp->media[0]->n_codecs > 0)
        self->payload_type = sdp->media[0]->codecs[0].payload_type;
}

char *load_peer_describe(LoadPeer *self, const char *offer)
{
    Task task = {.self = self, .is_answer = offer != NULL};

    if (offer)
        learn_offer(self, offer);
    oyer_worker_run(self->worker, write_description, &task);
    return task.text;
}

static void set_remote(gpointer data)
{
    Task *task = data;

    task->ok =
        oyer_transport_set_remote(task->self->transport, task->remote, task->error);
}

gboolean load_peer_accept(LoadPeer *self, const char *text, gboolean is_answer,
                          GError **error)
{
    g_autoptr(OyerSdp) sdp =
        oyer_sdp_parse(text, -1, is_answer ? OYER_SDP_ANSWER : OYER_SDP_OFFER, error);

    if (!sdp)
        return FALSE;
    OyerTransportRemote remote = {
        .ufrag = sdp->ufrag,
        .pwd = sdp->pwd,
        .fingerprint = sdp->fingerprint,
        .role =
            sdp->setup == OYER_SDP_SETUP_ACTIVE ? OYER_DTLS_PASSIVE : OYER_DTLS_ACTIVE,
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

gboolean load_peer_is_connected(LoadPeer *self)
{
    Task task = {.self = self};

    oyer_worker_run(self->worker, ask_connected, &task);
    return task.ok;
}

static void reset(gpointer data)
{
    LoadPeer *self = data;

    self->counts = (LoadCounts){0};
    self->first = self->highest + 1;
}

void load_peer_reset(LoadPeer *self)
{
    oyer_worker_run(self->worker, reset, self);
}

typedef struct {
    LoadPeer *self;
    LoadCounts *counts;
} CountTask;

static void add_counts(gpointer data)
{
    CountTask *task = data;
    LoadPeer *self = task->self;
    LoadCounts *sum = task->counts;

    sum->sent += self->counts.sent;
    sum->received += self->counts.received;
    sum->key_frames_asked += self->counts.key_frames_asked;
    if (self->has_sequence)
        sum->expected += self->highest + 1 - self->first;
    for (guint i = 0; i < LOAD_DELAY_STEPS; i++)
        sum->delays[i] += self->counts.delays[i];
}

void load_peer_count(LoadPeer *self, LoadCounts *counts)
{
    CountTask task = {self, counts};

    oyer_worker_run(self->worker, add_counts, &task);
}
