/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <gst/gst.h>

#include "elements.h"
#include "rtp/plan.h"
#include "transport/gstoyertransport.h"
#include "transport/ice_port.h"
#include "transport/worker.h"

/* ICE of the right end, the server's; the left one's is full, as a browser's. */
#define FULL "full"
#define LITE "lite"

#define DEADLINE_US (20 * G_USEC_PER_SEC)
#define SILENCE_US (7 * G_USEC_PER_SEC) /* longer than the 5 s that mean absence */
#define PACKETS 1000
#define BATCH 10
#define PAYLOAD 1000
#define HEADER 12

/* One end: a transport, a pad that feeds it, a pad that takes what it gives. */
typedef struct {
    OyerTransport *transport;
    GstPad *feed, *take;
    OyerTransportState state;
    char reason[128];
    guint received, wrong, batches;
    guint16 next_seq; /* expected, written by the sender for itself too */
    OyerPlan *plan;
} End;

typedef struct {
    OyerWorker *worker;
    OyerIcePort *port; /* of the right end; NULL: libnice */
    End left, right;   /* controlling + active; controlled + passive */
    guint16 seq;
    gint64 since_us;
    gboolean is_lite;
} Fixture;

typedef gboolean (*Check)(Fixture *fixture);

static guint8 payload_byte(guint16 seq, gsize i)
{
    return (guint8)(seq * 7 + i);
}

static GstFlowReturn on_list(GstPad *pad, GstObject *parent, GstBufferList *list)
{
    End *end = gst_pad_get_element_private(pad);

    (void)parent;
    end->batches++;
    for (guint i = 0; i < gst_buffer_list_length(list); i++) {
        GstMapInfo map;

        g_assert_true(gst_buffer_map(gst_buffer_list_get(list, i), &map, GST_MAP_READ));
        guint16 seq = (guint16)(map.data[2] << 8 | map.data[3]);
        gboolean right = map.size == HEADER + PAYLOAD && seq == end->next_seq;
        for (gsize k = 0; right && k < PAYLOAD; k++)
            right = map.data[HEADER + k] == payload_byte(seq, k);
        end->next_seq++;
        end->received++;
        end->wrong += !right;
        gst_buffer_unmap(gst_buffer_list_get(list, i), &map);
    }
    gst_buffer_list_unref(list);
    return GST_FLOW_OK;
}

static void on_state(OyerTransport *transport, OyerTransportState state,
                     const char *reason, gpointer data)
{
    End *end = data;

    (void)transport;
    end->state = state;
    g_strlcpy(end->reason, reason, sizeof(end->reason));
}

static void end_open(End *end, OyerWorker *worker, OyerIcePort *port,
                     gboolean controlling)
{
    GstSegment segment;

    *end = (End){.transport = oyer_transport_new(worker, NULL, controlling)};
    gst_object_ref_sink(end->transport);
    g_object_set(end->transport, "ice-port", port, NULL);
    oyer_transport_on_state(end->transport, on_state, end);
    end->feed = gst_pad_new("feed", GST_PAD_SRC);
    end->take = gst_pad_new("take", GST_PAD_SINK);
    gst_pad_set_element_private(end->take, end);
    gst_pad_set_chain_list_function(end->take, on_list);
    g_autoptr(GstPad) sink =
        gst_element_get_static_pad(GST_ELEMENT(end->transport), "sink");
    g_autoptr(GstPad) src =
        gst_element_get_static_pad(GST_ELEMENT(end->transport), "src");
    g_assert_cmpint(gst_pad_link(end->feed, sink), ==, GST_PAD_LINK_OK);
    g_assert_cmpint(gst_pad_link(src, end->take), ==, GST_PAD_LINK_OK);
    gst_pad_set_active(end->feed, TRUE);
    gst_pad_set_active(end->take, TRUE);
    gst_element_set_state(GST_ELEMENT(end->transport), GST_STATE_PLAYING);
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(end->feed, gst_event_new_stream_start("test"));
    gst_pad_push_event(end->feed, gst_event_new_segment(&segment));

    g_autoptr(GstQuery) query = oyer_plan_query_new();
    g_assert_true(gst_pad_peer_query(end->feed, query));
    end->plan = oyer_plan_query_plan(query);
    g_assert_nonnull(end->plan);
}

static void end_close(End *end)
{
    oyer_transport_close(end->transport);
    gst_element_set_state(GST_ELEMENT(end->transport), GST_STATE_NULL);
    gst_object_unref(end->transport);
    gst_object_unref(end->feed);
    gst_object_unref(end->take);
}

static void describe(End *to, End *from, OyerDtlsRole role, const char *fingerprint,
                     gboolean with_candidates)
{
    const OyerTransportLocal *local = oyer_transport_local(from->transport);
    g_autoptr(GError) error = NULL;

    g_assert_nonnull(local);
    g_assert_nonnull(local->candidates[0]);
    OyerTransportRemote remote = {
        .ufrag = local->ufrag,
        .pwd = local->pwd,
        .fingerprint = fingerprint ? fingerprint : local->fingerprint,
        .role = role,
        .candidates = with_candidates ? (const char *const *)local->candidates : NULL,
    };
    oyer_transport_set_remote(to->transport, &remote, &error);
    g_assert_no_error(error);
}

/* The passive side is told no candidate: it learns the other from its checks. */
static void introduce(gpointer data)
{
    Fixture *f = data;

    describe(&f->right, &f->left, OYER_DTLS_PASSIVE, NULL, FALSE);
    describe(&f->left, &f->right, OYER_DTLS_ACTIVE, NULL, TRUE);
}

static void open_both(gpointer data)
{
    Fixture *f = data;

    g_autoptr(GError) error = NULL;

    if (f->is_lite)
        f->port = oyer_ice_port_new(f->worker, "127.0.0.1", 0, &error);
    g_assert_no_error(error);
    end_open(&f->left, f->worker, NULL, TRUE);
    end_open(&f->right, f->worker, f->port, FALSE);
}

static void close_both(gpointer data)
{
    Fixture *f = data;

    end_close(&f->left);
    end_close(&f->right);
    oyer_ice_port_unref(f->port);
}

typedef struct {
    Fixture *fixture;
    Check check;
    gboolean result;
} Question;

static void ask(gpointer data)
{
    Question *question = data;

    question->result = question->check(question->fixture);
}

/* Until @check holds, asked on the worker. */
static void wait_until(Fixture *f, Check check)
{
    gint64 deadline_us = g_get_monotonic_time() + DEADLINE_US;
    Question question = {f, check, FALSE};

    while (!question.result) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_usleep(2000);
        oyer_worker_run(f->worker, ask, &question);
    }
}

static gboolean both_connected(Fixture *f)
{
    return f->left.state == OYER_TRANSPORT_CONNECTED &&
           f->right.state == OYER_TRANSPORT_CONNECTED;
}

static void set_up(Fixture *f, gconstpointer data)
{
    f->is_lite = g_str_equal(data, LITE);
    f->worker = oyer_worker_new("test");
    oyer_worker_run(f->worker, open_both, f);
}

static void connect_ends(Fixture *f)
{
    oyer_worker_run(f->worker, introduce, f);
    wait_until(f, both_connected);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    oyer_worker_run(f->worker, close_both, f);
    oyer_worker_free(f->worker);
}

static GstBuffer *packet(guint16 seq)
{
    GstBuffer *buffer = gst_buffer_new_allocate(NULL, HEADER + PAYLOAD, NULL);
    GstMapInfo map;

    g_assert_true(gst_buffer_map(buffer, &map, GST_MAP_WRITE));
    memset(map.data, 0, HEADER);
    map.data[0] = 0x80;
    map.data[1] = 96;
    map.data[2] = (guint8)(seq >> 8);
    map.data[3] = (guint8)seq;
    map.data[11] = 77;
    for (gsize i = 0; i < PAYLOAD; i++)
        map.data[HEADER + i] = payload_byte(seq, i);
    gst_buffer_unmap(buffer, &map);
    return buffer;
}

static void push_batch(gpointer data)
{
    Fixture *f = data;
    GstBufferList *list = gst_buffer_list_new_sized(BATCH);

    for (guint i = 0; i < BATCH; i++)
        gst_buffer_list_add(list, packet(f->seq++));
    gst_pad_push_list(f->left.feed, gst_buffer_list_ref(list));
    gst_pad_push_list(f->right.feed, list);
}

static gboolean all_arrived(Fixture *f)
{
    return f->left.received == f->seq && f->right.received == f->seq;
}

static void exchange(Fixture *f, guint packets)
{
    for (guint i = 0; i < packets; i += BATCH)
        oyer_worker_run(f->worker, push_batch, f);
    wait_until(f, all_arrived);
    g_assert_cmpuint(f->left.wrong, ==, 0);
    g_assert_cmpuint(f->right.wrong, ==, 0);
}

static void check_stats(gpointer data)
{
    Fixture *f = data;
    OyerTransportStats stats;

    oyer_transport_stats(f->right.transport, &stats);
    g_assert_cmpstr(stats.srtp_profile, ==, "AEAD_AES_128_GCM");
    g_assert_cmpuint(stats.packets_in, ==, PACKETS);
    g_assert_cmpuint(stats.packets_out, ==, PACKETS);
    g_assert_cmpuint(stats.dropped_auth + stats.dropped_full + stats.dropped_malformed +
                         stats.dropped_replay,
                     ==, 0);
}

static void test_carries_packets_bit_exact(Fixture *f, gconstpointer data)
{
    (void)data;
    connect_ends(f);
    exchange(f, PACKETS);
    oyer_worker_run(f->worker, check_stats, f);
}

static gboolean long_silent(Fixture *f)
{
    g_assert_true(both_connected(f));
    return g_get_monotonic_time() > f->since_us + SILENCE_US;
}

/* Muted people send nothing for minutes: they answer when asked. */
static void test_silence_of_media_is_no_absence(Fixture *f, gconstpointer data)
{
    (void)data;
    connect_ends(f);
    f->since_us = g_get_monotonic_time();
    wait_until(f, long_silent);
    exchange(f, 100);
}

static void restart_ice(gpointer data)
{
    Fixture *f = data;

    /* Left offers anew; right answers with new credentials of its own. */
    oyer_transport_restart_ice(f->left.transport);
    oyer_transport_restart_ice(f->right.transport);
    introduce(f);
}

static void test_ice_restart_keeps_media(Fixture *f, gconstpointer data)
{
    (void)data;
    connect_ends(f);
    exchange(f, 100);
    oyer_worker_run(f->worker, restart_ice, f);
    for (guint round = 0; round < 20; round++)
        exchange(f, 100);
    g_assert_cmpint(f->left.state, ==, OYER_TRANSPORT_CONNECTED);
    g_assert_cmpint(f->right.state, ==, OYER_TRANSPORT_CONNECTED);
}

static void introduce_a_stranger(gpointer data)
{
    Fixture *f = data;
    char wrong[] = "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:"
                   "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF";

    describe(&f->right, &f->left, OYER_DTLS_PASSIVE, wrong, FALSE);
    describe(&f->left, &f->right, OYER_DTLS_ACTIVE, NULL, TRUE);
}

static gboolean right_closed(Fixture *f)
{
    return f->right.state == OYER_TRANSPORT_CLOSED;
}

static void test_refuses_a_wrong_fingerprint(Fixture *f, gconstpointer data)
{
    (void)data;
    oyer_worker_run(f->worker, introduce_a_stranger, f);
    wait_until(f, right_closed);
    g_assert_nonnull(strstr(f->right.reason, "certificate"));
}

static void close_left(gpointer data)
{
    Fixture *f = data;

    oyer_transport_close(f->left.transport);
}

static void test_goodbye_closes_the_other_side(Fixture *f, gconstpointer data)
{
    (void)data;
    connect_ends(f);
    oyer_worker_run(f->worker, close_left, f);
    wait_until(f, right_closed);
}

/* ---- the plan ---------------------------------------------------------- */

#define EXT_HEADER (HEADER + 4 + 4)
#define PLANNED 5

static guint8 planned[PLANNED][64];
static int planned_bytes[PLANNED];
static guint planned_count;

static GstFlowReturn on_planned(GstPad *pad, GstObject *parent, GstBufferList *list)
{
    (void)pad;
    (void)parent;
    for (guint i = 0; i < gst_buffer_list_length(list) && planned_count < PLANNED; i++) {
        planned_bytes[planned_count] =
            (int)gst_buffer_extract(gst_buffer_list_get(list, i), 0,
                                    planned[planned_count], sizeof(planned[0]));
        planned_count++;
    }
    gst_buffer_list_unref(list);
    return GST_FLOW_OK;
}

static void push_planned(gpointer data)
{
    Fixture *f = data;
    /* version 2, extension, marker + 96, seq 1, time 2, ssrc 3, one-byte profile */
    static const guint8 source[EXT_HEADER + 6] = {
        0x90, 0xe0, 0, 1,    0,    0, 0, 2,   0,   0,   0,   3,   0xbe,
        0xde, 0,    1, 0x10, 0x55, 0, 0, 'a', 'b', 'c', 'd', 'e', 'f'};
    GstBufferList *list = gst_buffer_list_new();
    const OyerPlanEntry entry = {
        .seq = 0x1234,
        .ssrc = 0x01020304,
        .rtp_time = 0x0a0b0c0d,
        .payload_type = 120,
        .header_bytes = EXT_HEADER,
    };

    gst_buffer_list_add(list, gst_buffer_new_memdup(source, sizeof(source)));
    f->left.plan->entries[0] = entry;
    f->left.plan->entries[1] = entry;
    f->left.plan->entries[1].seq = 0x1235;
    f->left.plan->entries[1].flags = OYER_PLAN_STRIP_EXTENSIONS;
    f->left.plan->entries[1].patch_bytes = 2;
    memcpy(f->left.plan->entries[1].patch, "XY", 2);
    f->left.plan->entries[2] = entry;
    f->left.plan->entries[2].seq = 7;
    f->left.plan->entries[2].ssrc = 9;
    f->left.plan->entries[2].flags = OYER_PLAN_STRIP_EXTENSIONS | OYER_PLAN_RTX;
    f->left.plan->entries[2].rtx_seq = 0x1234;
    f->left.plan->entries[3] = entry;
    f->left.plan->entries[3].seq = 0x1236;
    f->left.plan->entries[3].flags = OYER_PLAN_TWCC;
    f->left.plan->entries[3].twcc_seq = 0xfedc;
    f->left.plan->entries[4] = f->left.plan->entries[2];
    f->left.plan->entries[4].seq = 8;
    f->left.plan->entries[4].flags = OYER_PLAN_TWCC | OYER_PLAN_RTX;
    f->left.plan->entries[4].twcc_seq = 0xfedd;
    f->left.plan->twcc_id = 3;
    f->left.plan->count = PLANNED;
    planned_count = 0;
    gst_pad_set_chain_list_function(f->right.take, on_planned);
    gst_pad_push_list(f->left.feed, list);
    g_assert_cmpuint(f->left.plan->count, ==, 0);
}

static gboolean planned_arrived(Fixture *f)
{
    (void)f;
    return planned_count == PLANNED;
}

static void test_rewrites_by_the_plan(Fixture *f, gconstpointer data)
{
    static const guint8 whole[] = {0x90, 0xf8, 0x12, 0x34, 0xa,  0xb, 0xc, 0xd,  1,
                                   2,    3,    4,    0xbe, 0xde, 0,   1,   0x10, 0x55,
                                   0,    0,    'a',  'b',  'c',  'd', 'e', 'f'};
    static const guint8 patched[] = {0x80, 0xf8, 0x12, 0x35, 0xa, 0xb, 0xc, 0xd, 1,
                                     2,    3,    4,    'X',  'Y', 'c', 'd', 'e', 'f'};
    static const guint8 resent[] = {0x80, 0xf8, 0,    7,   0xa, 0xb, 0xc, 0xd, 0,  0, 0,
                                    9,    0x12, 0x34, 'a', 'b', 'c', 'd', 'e', 'f'};
    static const guint8 numbered[] = {0x90, 0xf8, 0x12, 0x36, 0xa,  0xb,  0xc,
                                      0xd,  1,    2,    3,    4,    0xbe, 0xde,
                                      0,    1,    0x31, 0xfe, 0xdc, 0,    'a',
                                      'b',  'c',  'd',  'e',  'f'};
    static const guint8 numbered_again[] = {
        0x90, 0xf8, 0,    8,    0xa,  0xb, 0xc,  0xd,  0,   0,   0,   9,   0xbe, 0xde,
        0,    1,    0x31, 0xfe, 0xdd, 0,   0x12, 0x34, 'a', 'b', 'c', 'd', 'e',  'f'};

    (void)data;
    connect_ends(f);
    oyer_worker_run(f->worker, push_planned, f);
    wait_until(f, planned_arrived);
    g_assert_cmpmem(planned[0], planned_bytes[0], whole, sizeof(whole));
    g_assert_cmpmem(planned[1], planned_bytes[1], patched, sizeof(patched));
    g_assert_cmpmem(planned[2], planned_bytes[2], resent, sizeof(resent));
    g_assert_cmpmem(planned[3], planned_bytes[3], numbered, sizeof(numbered));
    g_assert_cmpmem(planned[4], planned_bytes[4], numbered_again,
                    sizeof(numbered_again));
}

static void add_bad_candidates(gpointer data)
{
    Fixture *f = data;
    g_autofree char *lengthy = g_strnfill(4000, '1');

    g_assert_false(oyer_transport_add_candidate(f->left.transport, ""));
    g_assert_false(oyer_transport_add_candidate(f->left.transport, "candidate:"));
    g_assert_false(oyer_transport_add_candidate(f->left.transport, lengthy));
    g_assert_false(oyer_transport_add_candidate(
        f->left.transport, "candidate:1 1 UDP 99 not-an-address 9 typ host"));
    g_assert_true(oyer_transport_add_candidate(
        f->left.transport, "candidate:1 1 UDP 99 5b1e.local 9 typ host"));
    g_assert_true(oyer_transport_add_candidate(
        f->left.transport, "candidate:1 1 TCP 99 127.0.0.1 9 typ host tcptype active"));
}

static void test_refuses_malformed_candidates(Fixture *f, gconstpointer data)
{
    (void)data;
    oyer_worker_run(f->worker, add_bad_candidates, f);
}

static void test_does_nothing_without_a_remote_side(void)
{
    GstSegment segment;
    GstElement *element = gst_element_factory_make("oyertransport", NULL);

    gst_object_ref_sink(element);
    g_autoptr(GstPad) sink = gst_element_get_static_pad(element, "sink");
    g_assert_cmpint(gst_element_set_state(element, GST_STATE_PLAYING), ==,
                    GST_STATE_CHANGE_SUCCESS);
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_send_event(sink, gst_event_new_stream_start("test"));
    gst_pad_send_event(sink, gst_event_new_segment(&segment));
    g_assert_cmpint(gst_pad_chain(sink, packet(1)), ==, GST_FLOW_OK);
    gst_element_set_state(element, GST_STATE_NULL);
    gst_object_unref(element);
}

#define ADD(name, func)                                                          \
    g_test_add("/plugins/oyertransport/full/" name, Fixture, FULL, set_up, func, \
               tear_down);                                                       \
    g_test_add("/plugins/oyertransport/lite/" name, Fixture, LITE, set_up, func, \
               tear_down)

int main(int argc, char *argv[])
{
    /* The elements linked into this program, not those of a plugin file. */
    (void)g_setenv("GST_REGISTRY_DISABLE", "yes", TRUE);
    gst_init(&argc, &argv);
    g_test_init(&argc, &argv, NULL);
    g_assert_true(oyer_elements_register(NULL));
    ADD("carries-packets-both-ways-bit-exact", test_carries_packets_bit_exact);
    ADD("silence-of-media-is-no-absence", test_silence_of_media_is_no_absence);
    ADD("ice-restart-keeps-media", test_ice_restart_keeps_media);
    ADD("refuses-a-wrong-fingerprint", test_refuses_a_wrong_fingerprint);
    ADD("goodbye-closes-the-other-side", test_goodbye_closes_the_other_side);
    ADD("rewrites-by-the-plan", test_rewrites_by_the_plan);
    ADD("refuses-malformed-candidates", test_refuses_malformed_candidates);
    g_test_add_func("/plugins/oyertransport/does-nothing-without-a-remote-side",
                    test_does_nothing_without_a_remote_side);
    return g_test_run();
}
