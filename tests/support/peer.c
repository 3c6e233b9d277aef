/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "support/peer.h"

#include <string.h>

#define REPORT_US G_USEC_PER_SEC
#define REPORT_BYTES 1024

/* ---- publishing -------------------------------------------------------- */

void peer_write_packet(Peer *self, guint8 *packet, gsize size, guint payload_type,
                       gboolean has_marker)
{
    packet[0] = 0x80;
    packet[1] = (guint8)(payload_type | (has_marker ? 0x80 : 0));
    GST_WRITE_UINT16_BE(packet + 2, self->seq);
    GST_WRITE_UINT32_BE(packet + 4, self->rtp_time);
    GST_WRITE_UINT32_BE(packet + 8, PEER_SSRC);
    self->seq++;
    GST_WRITE_UINT64_BE(packet + size - 8, (guint64)g_get_monotonic_time());
}

void peer_write_vp8(Peer *self, guint8 *payload, guint number, gboolean is_key)
{
    const guint8 key[] = {0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01};
    const guint8 delta[] = {0x11, 0x02, 0x00};

    payload[0] = (guint8)(0x80 | (number == 0 ? 0x10 : 0));
    payload[1] = 0x80;
    GST_WRITE_UINT16_BE(payload + 2, (guint16)(0x8000u | (self->frames & 0x7fffu)));
    if (number == 0)
        memcpy(payload + PEER_VP8_DESCRIPTOR, is_key ? key : delta,
               is_key ? sizeof(key) : sizeof(delta));
}

gboolean peer_is_key_frame(Peer *self)
{
    return self->wants_key_frame || self->frames % PEER_KEY_FRAME_EVERY == 0;
}

void peer_push(Peer *self, GstBufferList *list, guint32 frame_rtp)
{
    self->wants_key_frame = FALSE;
    self->frames++;
    self->rtp_time += frame_rtp;
    self->total_packets += gst_buffer_list_length(list);
    (void)gst_pad_push_list(self->feed, list);
}

/* The pace is kept by hand: the worker's repeating timers share wake-ups, so that
 * all publishers would send in the same instant. */
static void on_frame(guint32 events, gpointer data)
{
    Peer *self = data;
    gint64 now_us = g_get_monotonic_time();

    (void)events;
    if (oyer_transport_state(self->transport) == OYER_TRANSPORT_CONNECTED)
        self->class->push_frame(self);
    self->next_frame_us += self->frame_us;
    if (self->next_frame_us <= now_us)
        self->next_frame_us = now_us + self->frame_us;
    oyer_worker_source_free(self->pace);
    self->pace = oyer_worker_timer(self->worker, self->next_frame_us - now_us, TRUE,
                                   on_frame, self);
}

/* ---- receiving --------------------------------------------------------- */

static void look_for_questions(Peer *self, const guint8 *packet, gsize size)
{
    OyerRtcpReader reader;
    OyerRtcpBlock block;

    if (!oyer_rtcp_reader_init(&reader, packet, size))
        return;
    while (oyer_rtcp_reader_next(&reader, &block))
        if (oyer_rtcp_is_pli(&block) || block.type == OYER_RTCP_PSFB) {
            self->wants_key_frame = TRUE;
            self->key_frames_asked++;
        }
}

static void take_one(Peer *self, const guint8 *packet, gsize size, gint64 now_us)
{
    gboolean is_rtcp = size >= 2 && packet[1] >= 192 && packet[1] <= 223;

    if (is_rtcp)
        look_for_questions(self, packet, size);
    if (is_rtcp || size >= PEER_RTP_HEADER + 8)
        self->class->take(self, packet, size, is_rtcp, now_us);
}

static GstFlowReturn on_list(GstPad *pad, GstObject *parent, GstBufferList *list)
{
    Peer *self = gst_pad_get_element_private(pad);
    /* Not the wake-up's: what waits for the peers before it has not arrived yet. */
    gint64 now_us = g_get_monotonic_time();

    (void)parent;
    for (guint i = 0; i < gst_buffer_list_length(list); i++) {
        GstBuffer *buffer = gst_buffer_list_get(list, i);
        GstMapInfo map;

        if (!gst_buffer_map(buffer, &map, GST_MAP_READ))
            continue;
        take_one(self, map.data, map.size, now_us);
        gst_buffer_unmap(buffer, &map);
    }
    gst_buffer_list_unref(list);
    return GST_FLOW_OK;
}

void peer_count_delay(const guint8 *packet, gsize size, gint64 now_us,
                      guint32 delays[PEER_DELAY_STEPS])
{
    gint64 sent_us = (gint64)GST_READ_UINT64_BE(packet + size - 8);
    gint64 step = (now_us - sent_us) / PEER_DELAY_STEP_US;

    delays[CLAMP(step, 0, PEER_DELAY_STEPS - 1)]++;
}

double peer_delay_ms(const guint32 delays[PEER_DELAY_STEPS], guint64 total, double part)
{
    guint64 upto = 0, wanted = (guint64)((double)total * part);
    guint step = 0;

    for (; step < PEER_DELAY_STEPS; step++) {
        upto += delays[step];
        if (upto >= wanted)
            break;
    }
    return step * PEER_DELAY_STEP_US / 1e3;
}

/* ---- reports, as a browser sends them ---------------------------------- */

void peer_write_sender_report(Peer *self, OyerRtcpWriter *writer, gsize payload_bytes,
                              const char *cname)
{
    OyerRtcpSenderInfo info = {
        .ssrc = PEER_SSRC,
        .ntp = oyer_rtcp_ntp(g_get_real_time()),
        .rtp_time = self->rtp_time,
        .packets = self->total_packets,
        .bytes = self->total_packets * (guint32)payload_bytes,
    };

    (void)oyer_rtcp_write_sr(writer, &info, NULL, 0);
    (void)oyer_rtcp_write_cname(writer, PEER_SSRC, cname);
}

static void send_report(guint32 events, gpointer data)
{
    Peer *self = data;
    OyerRtcpWriter writer = {.bytes = g_malloc(REPORT_BYTES), .capacity = REPORT_BYTES};

    (void)events;
    self->class->write_report(self, &writer);
    GstBufferList *list = gst_buffer_list_new();
    gst_buffer_list_add(list, gst_buffer_new_wrapped(writer.bytes, writer.size));
    (void)gst_pad_push_list(self->feed, list);
}

/* ---- life -------------------------------------------------------------- */

static void link_pads(Peer *self)
{
    GstElement *transport = GST_ELEMENT(self->transport);
    GstSegment segment;

    self->feed = gst_pad_new("feed", GST_PAD_SRC);
    self->take = gst_pad_new("take", GST_PAD_SINK);
    gst_pad_set_element_private(self->take, self);
    gst_pad_set_chain_list_function(self->take, on_list);
    g_autoptr(GstPad) sink = gst_element_get_static_pad(transport, "sink");
    g_autoptr(GstPad) src = gst_element_get_static_pad(transport, "src");
    (void)gst_pad_link(self->feed, sink);
    (void)gst_pad_link(src, self->take);
    gst_pad_set_active(self->feed, TRUE);
    gst_pad_set_active(self->take, TRUE);
    gst_element_set_state(transport, GST_STATE_PLAYING);
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(self->feed, gst_event_new_stream_start("peer"));
    gst_pad_push_event(self->feed, gst_event_new_segment(&segment));
}

typedef struct {
    Peer *self;
    const char *address;
    gboolean controlling;
    gint64 phase_us;
} OpenTask;

static void do_open(gpointer data)
{
    OpenTask *task = data;
    Peer *self = task->self;

    self->transport =
        oyer_transport_new(self->worker, task->address, task->controlling);
    gst_object_ref_sink(self->transport);
    if (self->class->on_state)
        oyer_transport_on_state(self->transport, self->class->on_state, self);
    link_pads(self);
    self->reports =
        oyer_worker_timer(self->worker, REPORT_US, FALSE, send_report, self);
    self->next_frame_us = g_get_monotonic_time() + task->phase_us;
    if (self->class->push_frame)
        self->pace =
            oyer_worker_timer(self->worker, task->phase_us, TRUE, on_frame, self);
}

void peer_open(Peer *self, OyerWorker *worker, const PeerClass *class,
               const char *address, gboolean controlling, gint64 phase_us,
               gint64 frame_us)
{
    OpenTask task = {self, address, controlling, phase_us};

    self->worker = worker;
    self->class = class;
    self->frame_us = frame_us;
    oyer_worker_run(worker, do_open, &task);
}

static void do_close(gpointer data)
{
    Peer *self = data;

    oyer_worker_source_free(self->pace);
    oyer_worker_source_free(self->reports);
    oyer_transport_close(self->transport);
    gst_element_set_state(GST_ELEMENT(self->transport), GST_STATE_NULL);
    gst_object_unref(self->transport);
    gst_object_unref(self->feed);
    gst_object_unref(self->take);
}

void peer_close(Peer *self)
{
    oyer_worker_run(self->worker, do_close, self);
}

/* ---- descriptions ------------------------------------------------------ */

void peer_write_connection(GString *sdp, const OyerTransportLocal *local,
                           const char *setup)
{
    g_string_append_printf(sdp,
                           "a=rtcp-mux\r\na=rtcp-rsize\r\na=ice-ufrag:%s\r\n"
                           "a=ice-pwd:%s\r\na=fingerprint:sha-256 %s\r\na=setup:%s\r\n",
                           local->ufrag, local->pwd, local->fingerprint, setup);
}

void peer_write_candidates(GString *sdp, const OyerTransportLocal *local)
{
    for (gsize i = 0; local->candidates[i]; i++)
        g_string_append_printf(sdp, "a=%s\r\n", local->candidates[i]);
    g_string_append(sdp, "a=end-of-candidates\r\n");
}

typedef struct {
    Peer *self;
    const OyerTransportRemote *remote;
    gboolean ok;
    GError **error;
} Task;

static void set_remote(gpointer data)
{
    Task *task = data;

    task->ok =
        oyer_transport_set_remote(task->self->transport, task->remote, task->error);
}

gboolean peer_accept(Peer *self, const char *text, OyerSdpType type, GError **error)
{
    g_autoptr(OyerSdp) sdp = oyer_sdp_parse(text, -1, type, error);

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

static void ask_connected(gpointer data)
{
    Task *task = data;

    task->ok = oyer_transport_state(task->self->transport) == OYER_TRANSPORT_CONNECTED;
}

gboolean peer_is_connected(Peer *self)
{
    Task task = {.self = self};

    oyer_worker_run(self->worker, ask_connected, &task);
    return task.ok;
}
