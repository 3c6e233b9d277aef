/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench/peer.h"

#include <string.h>

#include <gst/gst.h>

#include "rtp/rtcp.h"
#include "rtp/sdp.h"
#include "rtp/sequence.h"

#define KEY_FRAME_EVERY 300
#define HEADER 12
#define DESCRIPTOR 4
#define PUBLISHED_SSRC 0x0c0ffee1u
#define REPORT_US G_USEC_PER_SEC
#define REPORT_BYTES 1024
#define NTP_UNIX 2208988800u

/* How each kind is paced and called. */
typedef struct {
    const char *media, *codec;
    guint payload_type, packet_bytes, packets_a_frame, frame_rtp;
    gint64 frame_us;
} Shape;

static const Shape shapes[LOAD_KINDS] = {
    [LOAD_VIDEO] = {"video", "VP8/90000", 96, 1012, 5, 3000, G_USEC_PER_SEC / 30},
    [LOAD_SLOW_VIDEO] = {"video", "VP8/90000", 96, 1012, 1, 9000, G_USEC_PER_SEC / 10},
    [LOAD_AUDIO] = {"audio", "opus/48000/2", 111, HEADER + 160, 1, 960,
                    G_USEC_PER_SEC / 50},
};

/* An m-line of the other side's offer, to be answered. */
typedef struct {
    char mid[OYER_SDP_MID_MAX + 1];
    guint payload_type;
    gboolean is_audio;
} Line;

typedef struct {
    guint32 ssrc;
    OyerSequence sequence;
    guint64 first, highest;
} Track;

struct LoadPeer {
    OyerWorker *worker; /* not owned */
    LoadOptions options;
    const Shape *shape;
    guint n_lines;
    Line lines[LOAD_TRACKS_MAX];

    /* the worker */
    OyerTransport *transport;
    GstPad *feed, *take;
    OyerWorkerSource *pace, *reports;
    gint64 next_frame_us;
    gboolean wants_key_frame;
    guint frames;
    guint16 seq, picture;
    guint32 rtp_time, total_packets;
    guint n_tracks;
    Track tracks[LOAD_TRACKS_MAX];
    LoadCounts counts;
};

static gint64 be_read64(const guint8 *p)
{
    guint64 value;

    memcpy(&value, p, sizeof(value));
    return (gint64)GUINT64_FROM_BE(value);
}

static guint32 be_read32(const guint8 *p)
{
    return (guint32)p[0] << 24 | (guint32)p[1] << 16 | (guint32)p[2] << 8 | p[3];
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

/* RFC 7741: extended, start of partition 0, a picture id of 15 bits. */
static void write_vp8(LoadPeer *self, guint8 *payload, guint number, gboolean is_key)
{
    const guint8 key[] = {0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01};
    const guint8 delta[] = {0x11, 0x02, 0x00};

    payload[0] = (guint8)(0x80 | (number == 0 ? 0x10 : 0));
    payload[1] = 0x80;
    be_write16(payload + 2, 0x8000u | (self->picture & 0x7fffu));
    if (number == 0)
        memcpy(payload + DESCRIPTOR, is_key ? key : delta,
               is_key ? sizeof(key) : sizeof(delta));
}

static GstBuffer *packet_new(LoadPeer *self, guint number, gboolean is_key)
{
    const Shape *shape = self->shape;
    guint8 *packet = g_malloc(shape->packet_bytes);
    guint64 now = GUINT64_TO_BE((guint64)g_get_monotonic_time());
    gboolean is_last = number + 1 == shape->packets_a_frame;

    memset(packet, 0xa5, shape->packet_bytes);
    packet[0] = 0x80;
    packet[1] = (guint8)(shape->payload_type |
                         (is_last && self->options.kind != LOAD_AUDIO ? 0x80 : 0));
    be_write16(packet + 2, self->seq++);
    be_write32(packet + 4, self->rtp_time);
    be_write32(packet + 8, PUBLISHED_SSRC);
    if (self->options.kind != LOAD_AUDIO)
        write_vp8(self, packet + HEADER, number, is_key);
    memcpy(packet + shape->packet_bytes - sizeof(now), &now, sizeof(now));
    return gst_buffer_new_wrapped(packet, shape->packet_bytes);
}

static void push_frame(LoadPeer *self)
{
    gboolean is_key = self->wants_key_frame || self->frames % KEY_FRAME_EVERY == 0;
    guint count = self->shape->packets_a_frame;
    GstBufferList *list = gst_buffer_list_new_sized(count);

    for (guint i = 0; i < count; i++)
        gst_buffer_list_add(list, packet_new(self, i, is_key));
    self->wants_key_frame = FALSE;
    self->frames++;
    self->picture++;
    self->rtp_time += self->shape->frame_rtp;
    self->total_packets += count;
    self->counts.sent += count;
    (void)gst_pad_push_list(self->feed, list);
}

/* The pace is kept by hand: the worker's repeating timers share wake-ups, so that
 * all publishers would send in the same instant. */
static void on_frame(guint32 events, gpointer data)
{
    LoadPeer *self = data;
    gint64 now_us = g_get_monotonic_time();

    (void)events;
    if (oyer_transport_state(self->transport) == OYER_TRANSPORT_CONNECTED)
        push_frame(self);
    self->next_frame_us += self->shape->frame_us;
    if (self->next_frame_us <= now_us)
        self->next_frame_us = now_us + self->shape->frame_us;
    oyer_worker_source_free(self->pace);
    self->pace = oyer_worker_timer(self->worker, self->next_frame_us - now_us, TRUE,
                                   on_frame, self);
}

/* ---- receiving --------------------------------------------------------- */

static Track *track_of(LoadPeer *self, guint32 ssrc)
{
    for (guint i = 0; i < self->n_tracks; i++)
        if (self->tracks[i].ssrc == ssrc)
            return &self->tracks[i];
    if (self->n_tracks == LOAD_TRACKS_MAX)
        return NULL;
    self->tracks[self->n_tracks] = (Track){.ssrc = ssrc};
    return &self->tracks[self->n_tracks++];
}

static void take_rtp(LoadPeer *self, const guint8 *packet, gsize size, gint64 now_us)
{
    Track *track = track_of(self, be_read32(packet + 8));

    if (!track)
        return;
    gboolean is_first = !track->sequence.started;
    guint64 index =
        oyer_sequence_extend(&track->sequence, (guint16)(packet[2] << 8 | packet[3]));
    if (is_first)
        track->first = track->highest = index;
    track->highest = MAX(track->highest, index);
    self->counts.received++;
    gint64 step = (now_us - be_read64(packet + size - 8)) / LOAD_DELAY_STEP_US;
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
    /* Not the wake-up's: what waits for the peers before it has not arrived yet. */
    gint64 now_us = g_get_monotonic_time();

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
        .bytes = self->total_packets * (self->shape->packet_bytes - HEADER),
    };

    (void)oyer_rtcp_write_sr(writer, &info, NULL, 0);
    (void)oyer_rtcp_write_cname(writer, PUBLISHED_SSRC, "load");
}

static void write_receiver_report(LoadPeer *self, OyerRtcpWriter *writer)
{
    OyerRtcpReport reports[LOAD_TRACKS_MAX] = {0};

    for (guint i = 0; i < self->n_tracks; i++) {
        reports[i].ssrc = self->tracks[i].ssrc;
        reports[i].highest = (guint32)self->tracks[i].highest;
    }
    (void)oyer_rtcp_write_rr(writer, 1, reports, self->n_tracks);
    (void)oyer_rtcp_write_cname(writer, 1, "load");
}

static void send_report(guint32 events, gpointer data)
{
    LoadPeer *self = data;
    OyerRtcpWriter writer = {.bytes = g_malloc(REPORT_BYTES), .capacity = REPORT_BYTES};

    (void)events;
    if (self->options.publishes)
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

    self->transport = oyer_transport_new(self->worker, self->options.address,
                                         self->options.controlling);
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
    if (!self->options.publishes)
        return;
    self->next_frame_us = g_get_monotonic_time() + self->options.phase_us;
    self->pace =
        oyer_worker_timer(self->worker, self->options.phase_us, TRUE, on_frame, self);
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

LoadPeer *load_peer_new(OyerWorker *worker, const LoadOptions *options)
{
    LoadPeer *self = g_new0(LoadPeer, 1);

    self->worker = worker;
    self->options = *options;
    self->shape = &shapes[options->kind];
    self->n_lines = 1;
    self->lines[0] = (Line){.mid = "0",
                            .payload_type = self->shape->payload_type,
                            .is_audio = options->kind == LOAD_AUDIO};
    oyer_worker_run(worker, open_peer, self);
    return self;
}

void load_peer_free(LoadPeer *self)
{
    if (!self)
        return;
    oyer_worker_run(self->worker, close_peer, self);
    g_free(self);
}

/* ---- descriptions ------------------------------------------------------ */

typedef struct {
    LoadPeer *self;
    gboolean is_answer;
    const OyerTransportRemote *remote;
    char *text;
    guint tracks;
    gboolean ok;
    GError **error;
} Task;

static void write_line(LoadPeer *self, const Line *line,
                       const OyerTransportLocal *local, const char *setup, GString *sdp)
{
    const Shape *shape = &shapes[line->is_audio ? LOAD_AUDIO : LOAD_VIDEO];

    g_string_append_printf(
        sdp,
        "m=%s 9 UDP/TLS/RTP/SAVPF %u\r\nc=IN IP4 0.0.0.0\r\na=mid:%s\r\na=%s\r\n"
        "a=rtcp-mux\r\na=rtcp-rsize\r\na=ice-ufrag:%s\r\na=ice-pwd:%s\r\n"
        "a=fingerprint:sha-256 %s\r\na=setup:%s\r\na=rtpmap:%u %s\r\n",
        shape->media, line->payload_type, line->mid,
        self->options.publishes ? "sendonly" : "recvonly", local->ufrag, local->pwd,
        local->fingerprint, setup, line->payload_type, shape->codec);
    if (!line->is_audio)
        g_string_append_printf(sdp, "a=rtcp-fb:%u nack\r\na=rtcp-fb:%u nack pli\r\n",
                               line->payload_type, line->payload_type);
    if (self->options.publishes)
        g_string_append_printf(sdp,
                               "a=msid:load load-track\r\na=ssrc:%u cname:load\r\n"
                               "a=ssrc:%u msid:load load-track\r\n",
                               PUBLISHED_SSRC, PUBLISHED_SSRC);
    for (gsize i = 0; local->candidates[i]; i++)
        g_string_append_printf(sdp, "a=%s\r\n", local->candidates[i]);
    g_string_append(sdp, "a=end-of-candidates\r\n");
}

static void write_description(gpointer data)
{
    Task *task = data;
    LoadPeer *self = task->self;
    const OyerTransportLocal *local = oyer_transport_local(self->transport);
    GString *sdp = g_string_new(NULL);

    g_assert(local);
    g_string_append_printf(sdp,
                           "v=0\r\no=- %u 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
                           "a=group:BUNDLE",
                           g_random_int() >> 2);
    for (guint i = 0; i < self->n_lines; i++)
        g_string_append_printf(sdp, " %s", self->lines[i].mid);
    g_string_append(sdp, "\r\na=ice-options:ice2\r\n");
    for (guint i = 0; i < self->n_lines; i++)
        write_line(self, &self->lines[i], local, task->is_answer ? "active" : "actpass",
                   sdp);
    task->text = g_string_free(sdp, FALSE);
}

/* An answer names the offer's mids and payload types. */
static void learn_offer(LoadPeer *self, const char *offer)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerSdp) sdp = oyer_sdp_parse(offer, -1, OYER_SDP_OFFER, &error);

    if (!sdp)
        g_error("offer: %s\n%s", error->message, offer);
    self->n_lines = MIN(sdp->n_media, LOAD_TRACKS_MAX);
    for (guint i = 0; i < self->n_lines; i++) {
        const OyerSdpMedia *media = sdp->media[i];
        Line *line = &self->lines[i];

        (void)g_strlcpy(line->mid, media->mid, sizeof(line->mid));
        line->is_audio = media->kind == OYER_SDP_AUDIO;
        line->payload_type = media->n_codecs > 0 ? media->codecs[0].payload_type
                                                 : self->shape->payload_type;
    }
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

static void ask_tracks(gpointer data)
{
    Task *task = data;

    task->tracks = task->self->n_tracks;
}

guint load_peer_tracks(LoadPeer *self)
{
    Task task = {.self = self};

    oyer_worker_run(self->worker, ask_tracks, &task);
    return task.tracks;
}

static void reset(gpointer data)
{
    LoadPeer *self = data;

    memset(&self->counts, 0, sizeof(self->counts));
    for (guint i = 0; i < self->n_tracks; i++)
        self->tracks[i].first = self->tracks[i].highest + 1;
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
    for (guint i = 0; i < self->n_tracks; i++)
        sum->expected += self->tracks[i].highest + 1 - self->tracks[i].first;
    for (guint i = 0; i < LOAD_DELAY_STEPS; i++)
        sum->delays[i] += self->counts.delays[i];
}

void load_peer_count(LoadPeer *self, LoadCounts *counts)
{
    CountTask task = {self, counts};

    oyer_worker_run(self->worker, add_counts, &task);
}
