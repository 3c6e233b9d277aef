/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A real `oyer media`, driven over its control socket by serve's own client, with
 * peers made of oyertransport: what one publishes arrives at those who may have
 * it, and nowhere else.
 */

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>
#include <gst/gst.h>

#include "elements.h"
#include "journal/reader.h"
#include "media/client.h"
#include "rtp/rtcp.h"
#include "rtp/sdp.h"
#include "transport/gstoyertransport.h"

#define DEADLINE_US (20 * G_USEC_PER_SEC)
#define SEND_INTERVAL_US (20 * G_TIME_SPAN_MILLISECOND)
#define AUDIO_SSRC 1001
#define VIDEO_SSRC 2001
#define PAYLOAD_BYTES 60

static const char *program;

/* ---- a peer ---- */

typedef struct {
    guint32 ssrc;
    guint16 seq;
    guint8 payload_type;
} Got;

typedef struct {
    OyerWorker *worker;
    OyerTransport *transport;
    GstPad *feed, *take;
    OyerWorkerSource *timer;
    gint state;                     /* atomic */
    gint seq;                       /* atomic */
    char *offer;                    /* the last one answered */
    pthread_mutex_t lock;           /* what follows */
    GArray *got;                    /* of Got */
    gint wrong, key_frame_requests; /* atomic */
} Peer;

static void count_rtcp(Peer *self, const GstMapInfo *map)
{
    OyerRtcpReader reader;
    OyerRtcpBlock block;

    if (!oyer_rtcp_reader_init(&reader, map->data, map->size))
        return;
    while (oyer_rtcp_reader_next(&reader, &block)) {
        if (oyer_rtcp_is_pli(&block))
            (void)g_atomic_int_add(&self->key_frame_requests, 1);
    }
}

static void count_rtp(Peer *self, const GstMapInfo *map)
{
    OyerRtpPacket packet;
    Got got;

    if (!oyer_rtp_packet_parse(map->data, map->size, &packet)) {
        (void)g_atomic_int_add(&self->wrong, 1);
        return;
    }
    got = (Got){packet.ssrc, packet.seq, packet.payload_type};
    g_array_append_val(self->got, got);
    for (guint i = PAYLOAD_BYTES / 2; i < packet.payload_bytes; i++)
        if (map->data[packet.header_bytes + i] != 0xa5)
            (void)g_atomic_int_add(&self->wrong, 1);
}

static GstFlowReturn on_list(GstPad *pad, GstObject *parent, GstBufferList *list)
{
    Peer *self = gst_pad_get_element_private(pad);

    (void)parent;
    (void)pthread_mutex_lock(&self->lock);
    for (guint i = 0; i < gst_buffer_list_length(list); i++) {
        GstBuffer *buffer = gst_buffer_list_get(list, i);
        GstMapInfo map;

        g_assert_true(gst_buffer_map(buffer, &map, GST_MAP_READ));
        if (oyer_datagram_kind(map.data, map.size) == OYER_DATAGRAM_RTCP)
            count_rtcp(self, &map);
        else
            count_rtp(self, &map);
        gst_buffer_unmap(buffer, &map);
    }
    (void)pthread_mutex_unlock(&self->lock);
    gst_buffer_list_unref(list);
    return GST_FLOW_OK;
}

static void on_state(OyerTransport *transport, OyerTransportState state,
                     const char *reason, gpointer data)
{
    (void)transport;
    (void)reason;
    g_atomic_int_set(&((Peer *)data)->state, (int)state);
}

static void peer_open(gpointer data)
{
    Peer *self = data;
    GstSegment segment;
    g_autoptr(GstPad) sink =
        gst_element_get_static_pad(GST_ELEMENT(self->transport), "sink");
    g_autoptr(GstPad) src =
        gst_element_get_static_pad(GST_ELEMENT(self->transport), "src");

    oyer_transport_on_state(self->transport, on_state, self);
    self->feed = gst_pad_new("feed", GST_PAD_SRC);
    self->take = gst_pad_new("take", GST_PAD_SINK);
    gst_pad_set_element_private(self->take, self);
    gst_pad_set_chain_list_function(self->take, on_list);
    g_assert_cmpint(gst_pad_link(self->feed, sink), ==, GST_PAD_LINK_OK);
    g_assert_cmpint(gst_pad_link(src, self->take), ==, GST_PAD_LINK_OK);
    (void)gst_pad_set_active(self->feed, TRUE);
    (void)gst_pad_set_active(self->take, TRUE);
    (void)gst_element_set_state(GST_ELEMENT(self->transport), GST_STATE_PLAYING);
    gst_segment_init(&segment, GST_FORMAT_TIME);
    (void)gst_pad_push_event(self->feed, gst_event_new_stream_start("test"));
    (void)gst_pad_push_event(self->feed, gst_event_new_segment(&segment));
    g_assert_nonnull(oyer_transport_local(self->transport));
}

static Peer *peer_new(gboolean controlling)
{
    Peer *self = g_new0(Peer, 1);

    (void)pthread_mutex_init(&self->lock, NULL);
    self->got = g_array_new(FALSE, FALSE, sizeof(Got));
    self->worker = oyer_worker_new("peer");
    self->transport = oyer_transport_new(self->worker, NULL, controlling);
    (void)gst_object_ref_sink(self->transport);
    oyer_worker_run(self->worker, peer_open, self);
    return self;
}

static void peer_close(gpointer data)
{
    Peer *self = data;

    oyer_worker_source_free(self->timer);
    oyer_transport_close(self->transport);
    (void)gst_element_set_state(GST_ELEMENT(self->transport), GST_STATE_NULL);
    gst_object_unref(self->transport);
    gst_object_unref(self->feed);
    gst_object_unref(self->take);
}

static void peer_free(Peer *self)
{
    oyer_worker_run(self->worker, peer_close, self);
    oyer_worker_free(self->worker);
    g_array_unref(self->got);
    g_free(self->offer);
    g_free(self);
}

/* How many packets of @ssrc (0: any) came. */
static guint peer_count(Peer *self, guint32 ssrc)
{
    guint count = 0;

    (void)pthread_mutex_lock(&self->lock);
    for (guint i = 0; i < self->got->len; i++)
        count += !ssrc || g_array_index(self->got, Got, i).ssrc == ssrc;
    (void)pthread_mutex_unlock(&self->lock);
    return count;
}

static void peer_clear(Peer *self)
{
    (void)pthread_mutex_lock(&self->lock);
    g_array_set_size(self->got, 0);
    (void)pthread_mutex_unlock(&self->lock);
}

static GstBuffer *packet_new(guint8 payload_type, guint32 ssrc, guint16 seq,
                             guint32 rtp_time, const guint8 *start, gsize size)
{
    guint8 bytes[OYER_RTP_FIXED_BYTES + PAYLOAD_BYTES];
    OyerRtpPacket packet = {.ssrc = ssrc,
                            .seq = seq,
                            .rtp_time = rtp_time,
                            .payload_type = payload_type,
                            .marker = true};

    (void)oyer_rtp_packet_write(&packet, bytes, sizeof bytes);
    memset(bytes + OYER_RTP_FIXED_BYTES, 0xa5, PAYLOAD_BYTES);
    memcpy(bytes + OYER_RTP_FIXED_BYTES, start, size);
    return gst_buffer_new_memdup(bytes, sizeof bytes);
}

/* A frame of sound and a key frame of VP8, 50 times a second. */
static void send_both(guint32 events, gpointer data)
{
    static const guint8 opus[] = {0x78};
    static const guint8 vp8[] = {0x10, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 48, 0};
    Peer *self = data;
    GstBufferList *list = gst_buffer_list_new();
    guint seq = (guint)g_atomic_int_add(&self->seq, 1);

    (void)events;
    gst_buffer_list_add(
        list, packet_new(111, AUDIO_SSRC, (guint16)seq, seq * 960, opus, sizeof opus));
    gst_buffer_list_add(
        list, packet_new(96, VIDEO_SSRC, (guint16)seq, seq * 1800, vp8, sizeof vp8));
    (void)gst_pad_push_list(self->feed, list);
}

static void start_sending(gpointer data)
{
    Peer *self = data;

    self->timer =
        oyer_worker_timer(self->worker, SEND_INTERVAL_US, FALSE, send_both, self);
}

typedef struct {
    Peer *peer;
    guint32 ssrc;
    guint16 seq;
} Nack;

static void send_nack(gpointer data)
{
    const Nack *nack = data;
    guint8 bytes[64];
    OyerRtcpWriter writer = {bytes, sizeof bytes, 0};
    GstBufferList *list = gst_buffer_list_new();

    (void)oyer_rtcp_write_rr(&writer, 1, NULL, 0);
    (void)oyer_rtcp_write_nack(&writer, 1, nack->ssrc, &nack->seq, 1);
    gst_buffer_list_add(list, gst_buffer_new_memdup(bytes, writer.size));
    (void)gst_pad_push_list(nack->peer->feed, list);
}

/* ---- descriptions ---- */

static void append_half(GString *text, Peer *self, const char *setup)
{
    const OyerTransportLocal *local = oyer_transport_local(self->transport);

    g_string_append_printf(text,
                           "c=IN IP4 0.0.0.0\r\na=ice-ufrag:%s\r\na=ice-pwd:%s\r\n"
                           "a=fingerprint:sha-256 %s\r\na=setup:%s\r\na=rtcp-mux\r\n",
                           local->ufrag, local->pwd, local->fingerprint, setup);
    for (guint i = 0; local->candidates[i]; i++)
        g_string_append_printf(
            text, "a=%s%s\r\n",
            g_str_has_prefix(local->candidates[i], "candidate:") ? "" : "candidate:",
            local->candidates[i]);
}

typedef struct {
    Peer *peer;
    const OyerSdp *offer; /* to answer */
    GString *text;
} Description;

static void write_publish_offer(gpointer data)
{
    Description *d = data;

    g_string_append(d->text, "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
                             "a=group:BUNDLE 0 1\r\n"
                             "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n");
    append_half(d->text, d->peer, "actpass");
    g_string_append_printf(d->text,
                           "a=mid:0\r\na=sendonly\r\na=rtpmap:111 opus/48000/2\r\n"
                           "a=ssrc:%d cname:x\r\n"
                           "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n",
                           AUDIO_SSRC);
    append_half(d->text, d->peer, "actpass");
    g_string_append_printf(
        d->text,
        "a=mid:1\r\na=sendonly\r\na=rtpmap:96 VP8/90000\r\n"
        "a=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n"
        "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"
        "a=ssrc-group:FID %d %d\r\na=ssrc:%d cname:x\r\na=ssrc:%d cname:x\r\n",
        VIDEO_SSRC, VIDEO_SSRC + 1, VIDEO_SSRC, VIDEO_SSRC + 1);
}

static void write_answer(gpointer data)
{
    Description *d = data;

    g_string_append(
        d->text, "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE");
    for (guint i = 0; i < d->offer->n_media; i++)
        g_string_append_printf(d->text, " %s", d->offer->media[i]->mid);
    g_string_append(d->text, "\r\n");
    for (guint i = 0; i < d->offer->n_media; i++) {
        const OyerSdpMedia *media = d->offer->media[i];
        const OyerSdpCodec *codec = &media->codecs[0];

        g_string_append_printf(d->text, "m=%s 9 UDP/TLS/RTP/SAVPF %u %u\r\n",
                               media->kind == OYER_SDP_AUDIO ? "audio" : "video",
                               codec->payload_type, codec->rtx_pt ? codec->rtx_pt : 13);
        append_half(d->text, d->peer, "active");
        g_string_append_printf(
            d->text, "a=mid:%s\r\na=%s\r\na=rtpmap:%u %s/%u%s\r\n", media->mid,
            media->direction == OYER_SDP_SENDONLY ? "recvonly" : "inactive",
            codec->payload_type, oyer_codec_name(codec->codec), codec->clock_hz,
            codec->channels == 2 ? "/2" : "");
        if (codec->rtx_pt)
            g_string_append_printf(d->text,
                                   "a=rtpmap:%u rtx/90000\r\na=fmtp:%u apt=%u\r\n",
                                   codec->rtx_pt, codec->rtx_pt, codec->payload_type);
    }
}

static char *describe(Peer *peer, const OyerSdp *offer)
{
    Description d = {peer, offer, g_string_new(NULL)};

    oyer_worker_run(peer->worker, offer ? write_answer : write_publish_offer, &d);
    return g_string_free(d.text, FALSE);
}

typedef struct {
    Peer *peer;
    const OyerSdp *sdp;
    OyerDtlsRole role;
} Introduction;

static void introduce(gpointer data)
{
    Introduction *i = data;
    OyerTransportRemote remote = {
        .ufrag = i->sdp->ufrag,
        .pwd = i->sdp->pwd,
        .fingerprint = i->sdp->fingerprint,
        .role = i->role,
        .candidates = i->sdp->candidates,
    };
    g_autoptr(GError) error = NULL;

    (void)oyer_transport_set_remote(i->peer->transport, &remote, &error);
    g_assert_no_error(error);
}

/* ---- the media process ---- */

typedef struct {
    char *dir;
    OyerMediaClient *client;
    gboolean connected, fresh;
    guint connections, losses;
    json_t *hello;
    GPtrArray *events;       /* of json_t */
    GHashTable *subscribers; /* transport → Peer, for offers.  Not owned */
} Hall;

static void on_client_state(OyerMediaClient *client, OyerMediaClientState state,
                            gboolean fresh, json_t *hello, gpointer data)
{
    Hall *hall = data;

    (void)client;
    hall->connected = state == OYER_MEDIA_CONNECTED;
    hall->connections += hall->connected;
    hall->losses += !hall->connected;
    if (hall->connected) {
        hall->fresh = fresh;
        json_decref(hall->hello);
        hall->hello = json_incref(hello);
    }
}

static void take_offer(Hall *hall, const char *transport, json_t *offer);

static void on_client_event(OyerMediaClient *client, const char *name, json_t *event,
                            gpointer data)
{
    Hall *hall = data;

    (void)client;
    g_ptr_array_add(hall->events, json_incref(event));
    if (strcmp(name, "offer") == 0)
        take_offer(hall, json_string_value(json_object_get(event, "transport")), event);
}

static void attach(Hall *hall)
{
    hall->client = oyer_media_client_new(hall->dir, &(OyerMediaListen){0}, program);
    oyer_media_client_on_state(hall->client, on_client_state, hall);
    oyer_media_client_on_event(hall->client, on_client_event, hall);
    oyer_media_client_start(hall->client);
}

#define WAIT_FOR(condition)                                       \
    G_STMT_START                                                  \
    {                                                             \
        gint64 until_us = g_get_monotonic_time() + DEADLINE_US;   \
        while (!(condition)) {                                    \
            g_assert_cmpint(g_get_monotonic_time(), <, until_us); \
            if (!g_main_context_iteration(NULL, FALSE))           \
                g_usleep(1000);                                   \
        }                                                         \
    }                                                             \
    G_STMT_END

typedef struct {
    gboolean done;
    json_t *reply;
    char *code;
} Reply;

static void on_reply(json_t *reply, const char *code, gpointer data)
{
    Reply *result = data;

    result->done = TRUE;
    result->reply = json_incref(reply);
    result->code = g_strdup(code);
}

/* Returns: (transfer full): the answer; @code NULL: it must succeed. */
static json_t *request(Hall *hall, const char *code, json_t *object)
{
    Reply result = {0};

    oyer_media_client_request(hall->client, object, on_reply, &result);
    WAIT_FOR(result.done);
    g_assert_cmpstr(result.code, ==, code);
    g_free(result.code);
    return result.reply;
}

static void set_matrix(Hall *hall, int version, const char *cells)
{
    json_decref(
        request(hall, NULL,
                json_pack("{s:s,s:s,s:i,s:o}", "do", "matrix", "hearing", "h",
                          "version", version, "cells", json_loads(cells, 0, NULL))));
}

static Hall *hall_new(void)
{
    Hall *hall = g_new0(Hall, 1);

    hall->dir = g_dir_make_tmp("oyer-media-XXXXXX", NULL);
    hall->events = g_ptr_array_new_with_free_func((GDestroyNotify)json_decref);
    hall->subscribers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    attach(hall);
    WAIT_FOR(hall->connected);
    g_assert_true(hall->fresh);
    json_decref(request(
        hall, NULL, json_pack("{s:s,s:s}", "do", "hearing.create", "hearing", "h")));
    return hall;
}

static void remove_tree(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        remove_tree(child);
    }
    (void)g_remove(path);
}

static gboolean is_gone(GPid pid)
{
    return kill(pid, 0) != 0;
}

static void hall_free(Hall *hall)
{
    GPid pid = oyer_media_client_pid(hall->client);

    /* The peers are gone; an offer about one of them may still be on its way. */
    g_hash_table_remove_all(hall->subscribers);
    json_decref(request(hall, NULL, json_pack("{s:s}", "do", "shutdown")));
    oyer_media_client_free(hall->client);
    WAIT_FOR(is_gone(pid));
    remove_tree(hall->dir);
    json_decref(hall->hello);
    g_ptr_array_unref(hall->events);
    g_hash_table_unref(hall->subscribers);
    g_free(hall->dir);
    g_free(hall);
}

static gboolean has_event(const Hall *hall, const char *name, const char *key,
                          const char *value)
{
    for (guint i = 0; i < hall->events->len; i++) {
        json_t *event = hall->events->pdata[i];

        if (g_strcmp0(json_string_value(json_object_get(event, "event")), name) == 0 &&
            (!key ||
             g_strcmp0(json_string_value(json_object_get(event, key)), value) == 0))
            return TRUE;
    }
    return FALSE;
}

static Peer *publish(Hall *hall, const char *participant)
{
    Peer *peer = peer_new(TRUE);
    g_autofree char *offer = describe(peer, NULL);
    g_autoptr(GError) error = NULL;
    json_t *reply =
        request(hall, NULL,
                json_pack("{s:s,s:s,s:s,s:s,s:s,s:[{s:s,s:s},{s:s,s:s}]}", "do",
                          "transport.publish", "hearing", "h", "participant",
                          participant, "transport", participant, "sdp", offer, "tracks",
                          "mid", "0", "kind", "audio", "mid", "1", "kind", "video"));
    g_autoptr(OyerSdp) answer = oyer_sdp_parse(
        json_string_value(json_object_get(reply, "sdp")), -1, OYER_SDP_ANSWER, &error);
    Introduction introduction = {peer, answer, OYER_DTLS_ACTIVE};

    g_assert_no_error(error);
    oyer_worker_run(peer->worker, introduce, &introduction);
    json_decref(reply);
    WAIT_FOR(g_atomic_int_get(&peer->state) == OYER_TRANSPORT_CONNECTED);
    oyer_worker_run(peer->worker, start_sending, peer);
    return peer;
}

/* Answers the offer in @object (a reply or an event). */
static void take_offer(Hall *hall, const char *transport, json_t *object)
{
    Peer *peer = g_hash_table_lookup(hall->subscribers, transport);
    const char *text = json_string_value(json_object_get(object, "sdp"));
    g_autofree char *answer = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerSdp) offer = NULL;

    if (!peer)
        return;
    g_free(peer->offer);
    peer->offer = g_strdup(text);
    if (strstr(text, "m=")) {
        offer = oyer_sdp_parse(text, -1, OYER_SDP_OFFER, &error);
        g_assert_no_error(error);
        answer = describe(peer, offer);
        Introduction introduction = {peer, offer, OYER_DTLS_ACTIVE};
        oyer_worker_run(peer->worker, introduce, &introduction);
    }
    oyer_media_client_request(
        hall->client,
        json_pack("{s:s,s:s,s:s,s:O,s:s}", "do", "transport.answer", "hearing", "h",
                  "transport", transport, "negotiation",
                  json_object_get(object, "negotiation"), "sdp", answer ? answer : ""),
        NULL, NULL);
}

static Peer *subscribe(Hall *hall, const char *participant)
{
    Peer *peer = peer_new(FALSE);
    json_t *reply;

    g_hash_table_insert(hall->subscribers, g_strdup(participant), peer);
    reply =
        request(hall, NULL,
                json_pack("{s:s,s:s,s:s,s:s}", "do", "transport.subscribe", "hearing",
                          "h", "participant", participant, "transport", participant));
    take_offer(hall, participant, reply);
    json_decref(reply);
    return peer;
}

/* ---- the tests ---- */

static void only_ours_is_loaded(void)
{
    Hall *hall = hall_new();
    json_t *plugins = json_object_get(hall->hello, "plugins"), *name;
    gsize i;

    g_assert_cmpuint(json_array_size(plugins), >, 0);
    json_array_foreach(plugins, i, name)
    {
        static const char *const ours[] = {"oyer", "staticelements", "coreelements",
                                           NULL};

        g_assert_true(g_strv_contains(ours, json_string_value(name)));
    }
    hall_free(hall);
}

static void the_socket_is_for_its_owner_only(void)
{
    Hall *hall = hall_new();
    g_autofree char *path = g_build_filename(hall->dir, "run", "media.sock", NULL);
    struct stat status;

    g_assert_cmpint(stat(path, &status), ==, 0);
    g_assert_cmpuint(status.st_mode & 0777, ==, 0600);
    hall_free(hall);
}

static void what_is_published_reaches_who_may_have_it(void)
{
    Hall *hall = hall_new();
    Peer *a, *b, *c;
    guint after;

    set_matrix(hall, 1, "{\"b\":{\"a\":7}}");
    a = publish(hall, "a");
    b = subscribe(hall, "b");
    c = subscribe(hall, "c");
    WAIT_FOR(peer_count(b, 0) > 50);
    g_assert_cmpint(g_atomic_int_get(&b->wrong), ==, 0);
    g_assert_cmpuint(peer_count(c, 0), ==, 0);

    set_matrix(hall, 2, "{\"c\":{\"a\":7}}");
    after = peer_count(b, 0);
    WAIT_FOR(peer_count(c, 0) > 50);
    /* What was under way when the matrix came may still have arrived. */
    g_assert_cmpuint(peer_count(b, 0), <=, after + 4);
    g_assert_cmpint(g_atomic_int_get(&a->key_frame_requests), >, 0);
    g_assert_true(has_event(hall, "track", "track", "a-video"));
    g_assert_true(has_event(hall, "transport", "state", "connected"));
    peer_free(a);
    peer_free(b);
    peer_free(c);
    hall_free(hall);
}

/* Each round ends the stream and begins another, whose numbers start at random. */
static void a_cell_that_opens_again_brings_the_picture_back(void)
{
    Hall *hall = hall_new();
    Peer *a, *b;

    set_matrix(hall, 1, "{\"b\":{\"a\":7}}");
    a = publish(hall, "a");
    b = subscribe(hall, "b");
    WAIT_FOR(peer_count(b, 0) > 10);
    for (int round = 1; round <= 6; round++) {
        guint offers = hall->events->len;
        g_autoptr(OyerSdp) offer = NULL;

        set_matrix(hall, 2 * round, "{}");
        WAIT_FOR(hall->events->len > offers);
        WAIT_FOR(strstr(b->offer, "a=inactive"));
        peer_clear(b);
        set_matrix(hall, 2 * round + 1, "{\"b\":{\"a\":7}}");
        WAIT_FOR(!strstr(b->offer, "a=inactive"));
        offer = oyer_sdp_parse(b->offer, -1, OYER_SDP_OFFER, NULL);
        for (guint i = 0; i < offer->n_media; i++)
            WAIT_FOR(peer_count(b, offer->media[i]->ssrcs[0].ssrc) > 5);
    }
    peer_free(a);
    peer_free(b);
    hall_free(hall);
}

static guint count_type(Peer *self, guint8 payload_type)
{
    guint count = 0;

    (void)pthread_mutex_lock(&self->lock);
    for (guint i = 0; i < self->got->len; i++)
        count += g_array_index(self->got, Got, i).payload_type == payload_type;
    (void)pthread_mutex_unlock(&self->lock);
    return count;
}

static void a_nack_is_answered_by_rtx(void)
{
    Hall *hall = hall_new();
    g_autoptr(OyerSdp) offer = NULL;
    const OyerSdpCodec *codec;
    Peer *a, *b;
    Nack nack;

    set_matrix(hall, 1, "{\"b\":{\"a\":2}}");
    a = publish(hall, "a");
    b = subscribe(hall, "b");
    WAIT_FOR(peer_count(b, 0) > 20);
    offer = oyer_sdp_parse(b->offer, -1, OYER_SDP_OFFER, NULL);
    codec = &offer->media[0]->codecs[0];
    g_assert_cmpint(codec->codec, ==, OYER_CODEC_VP8);
    g_assert_cmpuint(count_type(b, codec->rtx_pt), ==, 0);
    (void)pthread_mutex_lock(&b->lock);
    nack = (Nack){b, g_array_index(b->got, Got, 0).ssrc,
                  g_array_index(b->got, Got, 9).seq};
    (void)pthread_mutex_unlock(&b->lock);
    oyer_worker_run(b->worker, send_nack, &nack);
    WAIT_FOR(count_type(b, codec->rtx_pt) == 1);
    peer_free(a);
    peer_free(b);
    hall_free(hall);
}

static void media_goes_on_without_control(void)
{
    Hall *hall = hall_new();
    Peer *a, *b;
    guint before;
    GPid pid;
    json_t *hearing;

    set_matrix(hall, 1, "{\"b\":{\"a\":1}}");
    a = publish(hall, "a");
    b = subscribe(hall, "b");
    WAIT_FOR(peer_count(b, 0) > 10);
    pid = oyer_media_client_pid(hall->client);
    g_clear_pointer(&hall->client, oyer_media_client_free);
    before = peer_count(b, 0);
    WAIT_FOR(peer_count(b, 0) > before + 30);
    hall->connected = FALSE;
    attach(hall);
    WAIT_FOR(hall->connected);
    g_assert_cmpint(oyer_media_client_pid(hall->client), ==, pid);
    hearing = json_array_get(json_object_get(hall->hello, "hearings"), 0);
    g_assert_cmpstr(json_string_value(json_object_get(hearing, "hearing")), ==, "h");
    g_assert_cmpuint(json_array_size(json_object_get(hearing, "transports")), ==, 2);
    peer_free(a);
    peer_free(b);
    hall_free(hall);
}

static json_t *subscribe_unanswered(Hall *hall)
{
    return request(hall, NULL,
                   json_pack("{s:s,s:s,s:s,s:s}", "do", "transport.subscribe",
                             "hearing", "h", "participant", "b", "transport", "b"));
}

/* Serve may die between an offer and its answer. */
static void who_connects_anew_hears_of_tracks_and_offers(void)
{
    Hall *hall = hall_new();
    Peer *a;

    set_matrix(hall, 1, "{\"b\":{\"a\":7}}");
    a = publish(hall, "a");
    WAIT_FOR(has_event(hall, "track", "state", "live"));
    json_decref(subscribe_unanswered(hall));
    g_clear_pointer(&hall->client, oyer_media_client_free);
    g_ptr_array_set_size(hall->events, 0);
    hall->connected = FALSE;
    attach(hall);
    WAIT_FOR(hall->connected);
    WAIT_FOR(has_event(hall, "track", "track", "a-video"));
    WAIT_FOR(has_event(hall, "offer", "transport", "b"));
    peer_free(a);
    hall_free(hall);
}

static void a_killed_process_is_started_anew(void)
{
    Hall *hall = hall_new();
    GPid pid = oyer_media_client_pid(hall->client);
    gint64 killed_us = g_get_monotonic_time();

    (void)kill(pid, SIGKILL);
    WAIT_FOR(hall->connections == 2);
    g_test_message("back after %d ms",
                   (int)((g_get_monotonic_time() - killed_us) / 1000));
    g_assert_true(hall->fresh);
    g_assert_cmpuint(hall->losses, ==, 1);
    g_assert_cmpint(oyer_media_client_pid(hall->client), !=, pid);
    g_assert_cmpuint(json_array_size(json_object_get(hall->hello, "hearings")), ==, 0);
    hall_free(hall);
}

/* The client's answer to the dead process may still be under way. */
static void an_answer_to_the_process_before_is_stale(void)
{
    Hall *hall = hall_new();
    json_t *before, *offer, *reply;

    set_matrix(hall, 1, "{}");
    before = subscribe_unanswered(hall);
    (void)kill(oyer_media_client_pid(hall->client), SIGKILL);
    WAIT_FOR(hall->connections == 2);
    json_decref(request(
        hall, NULL, json_pack("{s:s,s:s}", "do", "hearing.create", "hearing", "h")));
    set_matrix(hall, 1, "{}");
    offer = subscribe_unanswered(hall);

    reply = request(hall, NULL,
                    json_pack("{s:s,s:s,s:s,s:O,s:s}", "do", "transport.answer",
                              "hearing", "h", "transport", "b", "negotiation",
                              json_object_get(before, "negotiation"), "sdp", "v=0"));
    g_assert_true(json_is_true(json_object_get(reply, "stale")));
    json_decref(reply);
    json_decref(offer);
    json_decref(before);
    hall_free(hall);
}

static guint count_journal(const char *dir, const char *track)
{
    g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(dir);
    g_autoptr(GError) error = NULL;
    OyerJournalBlock block;
    OyerJournalResult result;
    guint count = 0;

    while ((result = oyer_journal_reader_next(reader, &block, &error)) ==
           OYER_JOURNAL_BLOCK)
        if (block.type == OYER_JOURNAL_RTP && strcmp(block.track->track, track) == 0)
            count++;
    g_assert_no_error(error);
    g_assert_cmpint(result, ==, OYER_JOURNAL_ENDED);
    return count;
}

static void the_journal_holds_what_the_matrix_gives_it(void)
{
    Hall *hall = hall_new();
    g_autofree char *dir =
        g_build_filename(hall->dir, "hearings", "h", "1", "journal", NULL);
    Peer *a;
    json_t *reply;

    set_matrix(hall, 1, "{\"journal\":{\"a\":1}}");
    json_decref(request(hall, "state",
                        json_pack("{s:s,s:s,s:I}", "do", "journal.start", "hearing",
                                  "h", "at_us", (json_int_t)g_get_real_time())));
    json_decref(request(hall, NULL,
                        json_pack("{s:s,s:s,s:s,s:i}", "do", "journal.arm", "hearing",
                                  "h", "dir", dir, "reserve_bytes", 1000000)));
    json_decref(request(hall, NULL,
                        json_pack("{s:s,s:s,s:I}", "do", "journal.start", "hearing",
                                  "h", "at_us", (json_int_t)g_get_real_time())));
    a = publish(hall, "a");
    WAIT_FOR(has_event(hall, "journal", "state", "open"));
    WAIT_FOR(g_atomic_int_get(&a->seq) > 80);
    json_decref(request(hall, NULL,
                        json_pack("{s:s,s:s,s:{s:s}}", "do", "journal.mark", "hearing",
                                  "h", "mark", "stage", "opening")));
    json_decref(
        request(hall, "state",
                json_pack("{s:s,s:s}", "do", "hearing.destroy", "hearing", "h")));
    reply = request(hall, NULL,
                    json_pack("{s:s,s:s}", "do", "journal.close", "hearing", "h"));
    g_assert_cmpuint(strlen(json_string_value(json_object_get(reply, "head"))), ==, 64);
    g_assert_cmpint(json_integer_value(json_object_get(reply, "packets")), >, 50);
    json_decref(reply);
    g_assert_cmpuint(count_journal(dir, "a-audio"), >, 50);
    g_assert_cmpuint(count_journal(dir, "a-video"), ==, 0);
    peer_free(a);
    hall_free(hall);
}

static void bad_requests_are_answered_not_obeyed(void)
{
    Hall *hall = hall_new();
    static const struct {
        const char *code, *text;
    } wrong[] = {
        {"bad_request", "{\"do\":\"dance\",\"hearing\":\"h\"}"},
        {"bad_request", "{\"hearing\":\"h\"}"},
        {"no_such", "{\"do\":\"stats\",\"hearing\":\"other\"}"},
        {"bad_request", "{\"do\":\"stats\",\"hearing\":\"../h\"}"},
        {"bad_request",
         "{\"do\":\"matrix\",\"hearing\":\"h\",\"version\":1,\"cells\":[]}"},
        {"bad_request", "{\"do\":\"transport.publish\",\"hearing\":\"h\"}"},
        {"bad_sdp",
         "{\"do\":\"transport.publish\",\"hearing\":\"h\",\"participant\":\"a\","
         "\"transport\":\"t\",\"sdp\":\"hello\"}"},
        {"no_such",
         "{\"do\":\"transport.answer\",\"hearing\":\"h\",\"transport\":\"t\","
         "\"negotiation\":1,\"sdp\":\"x\"}"},
        {"bad_request",
         "{\"do\":\"journal.arm\",\"hearing\":\"h\",\"dir\":\"relative\"}"},
        {"bad_request", "{\"do\":\"hello\",\"version\":99}"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        json_decref(request(hall, wrong[i].code, json_loads(wrong[i].text, 0, NULL)));
    hall_free(hall);
}

int main(int argc, char *argv[])
{
    /* Our elements are linked in; loaded from the plugin too, they would clash. */
    (void)g_setenv("GST_PLUGIN_PATH_1_0", "", TRUE);
    (void)g_setenv("GST_REGISTRY_DISABLE", "yes", TRUE);
    (void)gst_init(&argc, &argv);
    g_test_init(&argc, &argv, NULL);
    g_assert_true(oyer_elements_register(NULL));
    if (argc < 2) {
        g_printerr("usage: %s OYER\n", argv[0]);
        return 2;
    }
    program = argv[1];
#define TEST(path, func) g_test_add_func("/media/forwarding/" path, func)
    TEST("only-ours-is-loaded", only_ours_is_loaded);
    TEST("the-socket-is-for-its-owner-only", the_socket_is_for_its_owner_only);
    TEST("what-is-published-reaches-who-may-have-it",
         what_is_published_reaches_who_may_have_it);
    TEST("a-cell-that-opens-again-brings-the-picture-back",
         a_cell_that_opens_again_brings_the_picture_back);
    TEST("a-nack-is-answered-by-rtx", a_nack_is_answered_by_rtx);
    TEST("media-goes-on-without-control", media_goes_on_without_control);
    TEST("who-connects-anew-hears-of-tracks-and-offers",
         who_connects_anew_hears_of_tracks_and_offers);
    TEST("a-killed-process-is-started-anew", a_killed_process_is_started_anew);
    TEST("an-answer-to-the-process-before-is-stale",
         an_answer_to_the_process_before_is_stale);
    TEST("the-journal-holds-what-the-matrix-gives-it",
         the_journal_holds_what_the_matrix_gives_it);
    TEST("bad-requests-are-answered-not-obeyed", bad_requests_are_answered_not_obeyed);
    return g_test_run();
}
