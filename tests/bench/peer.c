/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench/peer.h"

#include <string.h>

#include "rtp/sequence.h"

/* How each kind is paced and called. */
typedef struct {
    const char *media, *codec;
    guint payload_type, packet_bytes, packets_a_frame, frame_rtp;
    gint64 frame_us;
} Shape;

static const Shape shapes[LOAD_KINDS] = {
    [LOAD_VIDEO] = {"video", "VP8/90000", 96, PEER_PACKET_BYTES, PEER_FRAME_PACKETS,
                    PEER_FRAME_RTP, PEER_FRAME_US},
    [LOAD_SLOW_VIDEO] = {"video", "VP8/90000", 96, PEER_PACKET_BYTES, 1, 9000,
                         G_USEC_PER_SEC / 10},
    [LOAD_AUDIO] = {"audio", "opus/48000/2", 111, PEER_RTP_HEADER + 160, 1, 960,
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
    Peer peer; /* first: a LoadPeer is one */
    LoadOptions options;
    const Shape *shape;
    guint n_lines;
    Line lines[LOAD_TRACKS_MAX];

    /* the worker */
    guint n_tracks;
    Track tracks[LOAD_TRACKS_MAX];
    LoadCounts counts;
};

/* ---- publishing -------------------------------------------------------- */

static GstBuffer *packet_new(LoadPeer *self, guint number, gboolean is_key)
{
    const Shape *shape = self->shape;
    guint8 *packet = g_malloc(shape->packet_bytes);
    gboolean is_video = self->options.kind != LOAD_AUDIO;
    gboolean is_last = number + 1 == shape->packets_a_frame;

    memset(packet, 0xa5, shape->packet_bytes);
    if (is_video)
        peer_write_vp8(&self->peer, packet + PEER_RTP_HEADER, number, is_key);
    peer_write_packet(&self->peer, packet, shape->packet_bytes, shape->payload_type,
                      is_last && is_video);
    return gst_buffer_new_wrapped(packet, shape->packet_bytes);
}

static void push_frame(Peer *peer)
{
    LoadPeer *self = (LoadPeer *)peer;
    gboolean is_key = peer_is_key_frame(peer);
    guint count = self->shape->packets_a_frame;
    GstBufferList *list = gst_buffer_list_new_sized(count);

    for (guint i = 0; i < count; i++)
        gst_buffer_list_add(list, packet_new(self, i, is_key));
    self->counts.sent += count;
    peer_push(peer, list, self->shape->frame_rtp);
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

static void take(Peer *peer, const guint8 *packet, gsize size, gboolean is_rtcp,
                 gint64 now_us)
{
    LoadPeer *self = (LoadPeer *)peer;
    Track *track = is_rtcp ? NULL : track_of(self, GST_READ_UINT32_BE(packet + 8));

    if (!track)
        return;
    gboolean is_first = !track->sequence.started;
    guint64 index =
        oyer_sequence_extend(&track->sequence, GST_READ_UINT16_BE(packet + 2));
    if (is_first)
        track->first = track->highest = index;
    track->highest = MAX(track->highest, index);
    self->counts.received++;
    peer_count_delay(packet, size, now_us, self->counts.delays);
}

/* ---- reports, as a browser sends them ---------------------------------- */

static void write_sender_report(Peer *peer, OyerRtcpWriter *writer)
{
    LoadPeer *self = (LoadPeer *)peer;

    peer_write_sender_report(peer, writer, self->shape->packet_bytes - PEER_RTP_HEADER,
                             "load");
}

static void write_receiver_report(Peer *peer, OyerRtcpWriter *writer)
{
    LoadPeer *self = (LoadPeer *)peer;
    OyerRtcpReport reports[LOAD_TRACKS_MAX] = {0};

    for (guint i = 0; i < self->n_tracks; i++) {
        reports[i].ssrc = self->tracks[i].ssrc;
        reports[i].highest = (guint32)self->tracks[i].highest;
    }
    (void)oyer_rtcp_write_rr(writer, 1, reports, self->n_tracks);
    (void)oyer_rtcp_write_cname(writer, 1, "load");
}

/* ---- life -------------------------------------------------------------- */

static const PeerClass publisher = {take, push_frame, write_sender_report, NULL};
static const PeerClass receiver = {take, NULL, write_receiver_report, NULL};

LoadPeer *load_peer_new(OyerWorker *worker, const LoadOptions *options)
{
    LoadPeer *self = g_new0(LoadPeer, 1);

    self->options = *options;
    self->shape = &shapes[options->kind];
    self->n_lines = 1;
    self->lines[0] = (Line){.mid = "0",
                            .payload_type = self->shape->payload_type,
                            .is_audio = options->kind == LOAD_AUDIO};
    peer_open(&self->peer, worker, options->publishes ? &publisher : &receiver,
              options->address, options->controlling, options->phase_us,
              self->shape->frame_us);
    return self;
}

void load_peer_free(LoadPeer *self)
{
    if (!self)
        return;
    peer_close(&self->peer);
    g_free(self);
}

/* ---- descriptions ------------------------------------------------------ */

typedef struct {
    LoadPeer *self;
    gboolean is_answer;
    char *text;
    guint tracks;
} Task;

static void write_line(LoadPeer *self, const Line *line,
                       const OyerTransportLocal *local, const char *setup, GString *sdp)
{
    const Shape *shape = &shapes[line->is_audio ? LOAD_AUDIO : LOAD_VIDEO];

    g_string_append_printf(
        sdp, "m=%s 9 UDP/TLS/RTP/SAVPF %u\r\nc=IN IP4 0.0.0.0\r\na=mid:%s\r\na=%s\r\n",
        shape->media, line->payload_type, line->mid,
        self->options.publishes ? "sendonly" : "recvonly");
    peer_write_connection(sdp, local, setup);
    g_string_append_printf(sdp, "a=rtpmap:%u %s\r\n", line->payload_type, shape->codec);
    if (!line->is_audio)
        g_string_append_printf(sdp, "a=rtcp-fb:%u nack\r\na=rtcp-fb:%u nack pli\r\n",
                               line->payload_type, line->payload_type);
    if (self->options.publishes)
        g_string_append_printf(sdp,
                               "a=msid:load load-track\r\na=ssrc:%u cname:load\r\n"
                               "a=ssrc:%u msid:load load-track\r\n",
                               PEER_SSRC, PEER_SSRC);
    peer_write_candidates(sdp, local);
}

static void write_description(gpointer data)
{
    Task *task = data;
    LoadPeer *self = task->self;
    const OyerTransportLocal *local = oyer_transport_local(self->peer.transport);
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
    oyer_worker_run(self->peer.worker, write_description, &task);
    return task.text;
}

gboolean load_peer_accept(LoadPeer *self, const char *text, gboolean is_answer,
                          GError **error)
{
    return peer_accept(&self->peer, text, is_answer ? OYER_SDP_ANSWER : OYER_SDP_OFFER,
                       error);
}

/* ---- questions --------------------------------------------------------- */

gboolean load_peer_is_connected(LoadPeer *self)
{
    return peer_is_connected(&self->peer);
}

static void ask_tracks(gpointer data)
{
    Task *task = data;

    task->tracks = task->self->n_tracks;
}

guint load_peer_tracks(LoadPeer *self)
{
    Task task = {.self = self};

    oyer_worker_run(self->peer.worker, ask_tracks, &task);
    return task.tracks;
}

static void reset(gpointer data)
{
    LoadPeer *self = data;

    memset(&self->counts, 0, sizeof(self->counts));
    self->peer.key_frames_asked = 0;
    for (guint i = 0; i < self->n_tracks; i++)
        self->tracks[i].first = self->tracks[i].highest + 1;
}

void load_peer_reset(LoadPeer *self)
{
    oyer_worker_run(self->peer.worker, reset, self);
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
    sum->key_frames_asked += self->peer.key_frames_asked;
    for (guint i = 0; i < self->n_tracks; i++)
        sum->expected += self->tracks[i].highest + 1 - self->tracks[i].first;
    for (guint i = 0; i < PEER_DELAY_STEPS; i++)
        sum->delays[i] += self->counts.delays[i];
}

void load_peer_count(LoadPeer *self, LoadCounts *counts)
{
    CountTask task = {self, counts};

    oyer_worker_run(self->peer.worker, add_counts, &task);
}
