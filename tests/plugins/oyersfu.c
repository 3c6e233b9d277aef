/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <gst/check/gstharness.h>
#include <gst/rtp/rtp.h>

#include "elements.h"
#include "rtp/plan.h"
#include "sfu/gstoyersfu.h"

#define OPUS_PT 111
#define SSRC 1234

/* ---- a transport of wood: what would be sent is counted ---- */

#define FAKE_TYPE (fake_get_type())
G_DECLARE_FINAL_TYPE(Fake, fake, FAKE, TRANSPORT, GstElement)

struct _Fake {
    GstElement parent;
    GstPad *src, *sink;
    OyerPlan plan;
    guint lists, packets;
    guint16 last_seq;
};

G_DEFINE_TYPE(Fake, fake, GST_TYPE_ELEMENT)

static GstFlowReturn fake_chain_list(GstPad *pad, GstObject *parent,
                                     GstBufferList *list)
{
    Fake *self = FAKE_TRANSPORT(parent);

    (void)pad;
    self->lists++;
    self->packets += self->plan.count;
    if (self->plan.count)
        self->last_seq = self->plan.entries[self->plan.count - 1].seq;
    self->plan.count = 0;
    gst_buffer_list_unref(list);
    return GST_FLOW_OK;
}

static gboolean fake_query(GstPad *pad, GstObject *parent, GstQuery *query)
{
    if (!oyer_plan_query_is(query))
        return gst_pad_query_default(pad, parent, query);
    oyer_plan_query_answer(query, &FAKE_TRANSPORT(parent)->plan);
    return TRUE;
}

static void fake_class_init(FakeClass *class)
{
    (void)class;
}

static void fake_init(Fake *self)
{
    self->src = gst_pad_new("src", GST_PAD_SRC);
    self->sink = gst_pad_new("sink", GST_PAD_SINK);
    gst_pad_set_chain_list_function(self->sink, fake_chain_list);
    gst_pad_set_query_function(self->sink, fake_query);
    (void)gst_element_add_pad(GST_ELEMENT(self), self->src);
    (void)gst_element_add_pad(GST_ELEMENT(self), self->sink);
}

typedef struct {
    GstElement *pipeline;
    OyerSfu *sfu;
    OyerRouter *router;
} Hall;

static Hall hall_new(void)
{
    Hall hall = {.pipeline = gst_object_ref_sink(gst_pipeline_new(NULL))};

    hall.sfu = OYER_SFU(gst_element_factory_make("oyersfu", NULL));
    (void)gst_bin_add(GST_BIN(hall.pipeline), GST_ELEMENT(hall.sfu));
    hall.router = oyer_sfu_router(hall.sfu);
    (void)gst_element_set_state(hall.pipeline, GST_STATE_PLAYING);
    return hall;
}

/* A bin with a loop in it (there and back is one) cannot be sorted for a change of
 * state; src/media closes its transports one by one before. */
static void hall_clear(Hall *hall)
{
    g_autoptr(GList) left = g_list_copy(GST_BIN_CHILDREN(hall->pipeline));

    for (GList *l = left; l; l = l->next) {
        if (!FAKE_IS_TRANSPORT(l->data))
            continue;
        (void)gst_element_set_state(l->data, GST_STATE_NULL);
        (void)gst_bin_remove(GST_BIN(hall->pipeline), l->data);
    }
    (void)gst_element_set_state(hall->pipeline, GST_STATE_NULL);
    gst_object_unref(hall->pipeline);
}

static OyerPeer *join(Hall *hall, const char *participant, Fake **out_fake)
{
    Fake *fake = g_object_new(FAKE_TYPE, NULL);
    GstSegment segment;
    OyerPeer *peer;

    (void)gst_bin_add(GST_BIN(hall->pipeline), GST_ELEMENT(fake));
    (void)gst_element_sync_state_with_parent(GST_ELEMENT(fake));
    peer = oyer_sfu_connect(hall->sfu, GST_ELEMENT(fake), participant);
    g_assert_nonnull(peer);
    oyer_router_set_active(hall->router, peer, TRUE);
    gst_segment_init(&segment, GST_FORMAT_TIME);
    (void)gst_pad_push_event(fake->src, gst_event_new_stream_start(participant));
    (void)gst_pad_push_event(fake->src, gst_event_new_segment(&segment));
    *out_fake = fake;
    return peer;
}

static void publish(Hall *hall, OyerPeer *peer, const char *track)
{
    OyerSdpMedia media = {
        .kind = OYER_SDP_AUDIO, .mid = "0", .n_codecs = 1, .n_ssrcs = 1};

    media.codecs[0] = (OyerSdpCodec){.codec = OYER_CODEC_OPUS,
                                     .payload_type = OPUS_PT,
                                     .clock_hz = 48000,
                                     .channels = 2,
                                     .fmtp = ""};
    media.ssrcs[0].ssrc = SSRC;
    g_assert_nonnull(oyer_router_add_track(hall->router, peer, track, OYER_KIND_AUDIO,
                                           &media, g_get_monotonic_time()));
}

static void receive(Hall *hall, OyerPeer *peer, const char *participant, guint32 ssrc)
{
    OyerSlotSpec spec = {
        .participant = participant, .kind = OYER_KIND_AUDIO, .ssrc = ssrc};

    spec.formats[OYER_CODEC_OPUS].payload_type = OPUS_PT;
    g_assert_nonnull(oyer_router_add_slot(hall->router, peer, &spec));
}

static GstBuffer *opus(guint16 seq)
{
    GstBuffer *buffer = gst_rtp_buffer_new_allocate(20, 0, 0);
    GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

    g_assert_true(gst_rtp_buffer_map(buffer, GST_MAP_WRITE, &rtp));
    memset(gst_rtp_buffer_get_payload(&rtp), 0x78, 20);
    gst_rtp_buffer_set_payload_type(&rtp, OPUS_PT);
    gst_rtp_buffer_set_ssrc(&rtp, SSRC);
    gst_rtp_buffer_set_seq(&rtp, seq);
    gst_rtp_buffer_set_timestamp(&rtp, seq * 960u);
    gst_rtp_buffer_unmap(&rtp);
    return buffer;
}

static void push(Fake *from, guint16 first, guint count)
{
    GstBufferList *list = gst_buffer_list_new();

    for (guint i = 0; i < count; i++)
        gst_buffer_list_add(list, opus((guint16)(first + i)));
    g_assert_cmpint(gst_pad_push_list(from->src, list), ==, GST_FLOW_OK);
}

static void allow(Hall *hall, const char *receiver)
{
    OyerMatrix *matrix = oyer_matrix_new();

    if (receiver)
        oyer_matrix_allow(matrix, receiver, "a", OYER_KIND_AUDIO);
    oyer_router_set_matrix(hall->router, matrix);
}

static void forbidden_gets_no_packet_and_a_change_is_atomic(void)
{
    Hall hall = hall_new();
    Fake *a, *b, *c;
    OyerPeer *from = join(&hall, "a", &a);

    publish(&hall, from, "a-audio");
    receive(&hall, join(&hall, "b", &b), "a", 10);
    receive(&hall, join(&hall, "c", &c), "a", 20);
    allow(&hall, "b");
    push(a, 100, 40);
    g_assert_cmpuint(b->packets, ==, 40);
    g_assert_cmpuint(b->lists, ==, 1);
    g_assert_cmpuint(c->lists, ==, 0);
    allow(&hall, "c");
    push(a, 140, 40);
    g_assert_cmpuint(b->packets, ==, 40);
    g_assert_cmpuint(c->packets, ==, 40);
    allow(&hall, NULL);
    push(a, 180, 40);
    g_assert_cmpuint(b->packets + c->packets, ==, 80);
    hall_clear(&hall);
}

static void a_long_list_goes_in_pieces(void)
{
    Hall hall = hall_new();
    Fake *a, *b;
    OyerPeer *from = join(&hall, "a", &a);

    publish(&hall, from, "a-audio");
    receive(&hall, join(&hall, "b", &b), "a", 10);
    push(a, 0, 3 * OYER_PLAN_MAX + 1);
    g_assert_cmpuint(b->packets, ==, 3 * OYER_PLAN_MAX + 1);
    g_assert_cmpuint(b->lists, ==, 4);
    hall_clear(&hall);
}

static void a_peer_leaves_while_the_others_go_on(void)
{
    Hall hall = hall_new();
    Fake *a, *b, *c;
    OyerPeer *from = join(&hall, "a", &a), *gone;

    publish(&hall, from, "a-audio");
    receive(&hall, join(&hall, "b", &b), "a", 10);
    gone = join(&hall, "c", &c);
    receive(&hall, gone, "a", 20);
    push(a, 0, 10);
    oyer_sfu_disconnect(hall.sfu, gone);
    push(a, 10, 10);
    g_assert_cmpuint(b->packets, ==, 20);
    g_assert_cmpuint(c->packets, ==, 10);
    oyer_sfu_disconnect(hall.sfu, from);
    g_assert_null(oyer_router_find_track(hall.router, "a-audio"));
    hall_clear(&hall);
}

static void request_pads_pass_everything_to_the_others(void)
{
    GstElement *sfu = gst_element_factory_make("oyersfu", NULL);
    GstHarness *in = gst_harness_new_with_element(sfu, "sink_0", "src_0");
    GstHarness *out = gst_harness_new_with_element(sfu, NULL, "src_1");
    GstBuffer *buffer;

    gst_harness_set_src_caps_str(in, "application/x-rtp");
    g_assert_cmpint(gst_harness_push(in, opus(7)), ==, GST_FLOW_OK);
    buffer = gst_harness_pull(out);
    g_assert_nonnull(buffer);
    gst_buffer_unref(buffer);
    g_assert_cmpuint(gst_harness_buffers_received(in), ==, 0);
    gst_harness_teardown(out);
    gst_harness_teardown(in);
    gst_object_unref(sfu);
}

int main(int argc, char *argv[])
{
    /* Our elements are linked in; loaded from the plugin too, they would clash. */
    (void)g_setenv("GST_PLUGIN_PATH_1_0", "", TRUE);
    (void)g_setenv("GST_REGISTRY_DISABLE", "yes", TRUE);
    (void)gst_init(&argc, &argv);
    g_test_init(&argc, &argv, NULL);
    g_assert_true(oyer_elements_register(NULL));
    g_test_add_func("/oyersfu/forbidden-gets-no-packet-and-a-change-is-atomic",
                    forbidden_gets_no_packet_and_a_change_is_atomic);
    g_test_add_func("/oyersfu/a-long-list-goes-in-pieces", a_long_list_goes_in_pieces);
    g_test_add_func("/oyersfu/a-peer-leaves-while-the-others-go-on",
                    a_peer_leaves_while_the_others_go_on);
    g_test_add_func("/oyersfu/request-pads-pass-everything-to-the-others",
                    request_pads_pass_everything_to_the_others);
    return g_test_run();
}
