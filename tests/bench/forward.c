/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the transport alone costs: one shared list of 5 packets at 30 Hz, pushed
 * with a plan each to N oyertransports, which rewrite, encrypt and send it.  The
 * receivers are N oyertransports on a worker of their own.
 *
 *   forward N SECONDS [SERVER-NETNS CLIENT-NETNS SERVER-IP CLIENT-IP]
 *
 * prints µs of CPU of the sending worker for one packet, and how many arrived.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <gst/gst.h>
#include <sched.h>

#include "elements.h"
#include "rtp/plan.h"
#include "transport/gstoyertransport.h"
#include "transport/worker.h"

#define PACKETS_A_FRAME 5
#define FRAME_US (G_USEC_PER_SEC / 30)
#define PACKET 1040
#define HEADER 12
#define DEADLINE_US (30 * G_USEC_PER_SEC)
#define WARM_UP_US (1 * G_USEC_PER_SEC)

typedef struct {
    OyerTransport *server, *client;
    GstPad *feed, *take;
    OyerPlan *plan;
    guint16 seq;
} Peer;

typedef struct {
    OyerWorker *sending, *receiving;
    const char *server_ns, *client_ns, *server_ip, *client_ip;
    Peer *peers;
    guint count;
    OyerTransportLocal local; /* handed from one worker to the other */
    guint at;
    guint connected;
    OyerWorkerSource *pace;
    guint64 pushed;
    double cpu_us;
    gint received; /* atomic */
} Bench;

static void enter(const char *ns)
{
    g_autofree char *path = g_strdup_printf("/var/run/netns/%s", ns);
    int fd = ns ? open(path, O_RDONLY | O_CLOEXEC) : -1;

    if (ns && (fd < 0 || setns(fd, CLONE_NEWNET) < 0))
        g_error("%s: %s", path, g_strerror(errno));
    if (fd >= 0)
        close(fd);
}

static GstFlowReturn on_list(GstPad *pad, GstObject *parent, GstBufferList *list)
{
    Bench *bench = gst_pad_get_element_private(pad);

    (void)parent;
    g_atomic_int_add(&bench->received, (gint)gst_buffer_list_length(list));
    gst_buffer_list_unref(list);
    return GST_FLOW_OK;
}

static void open_server(gpointer data)
{
    Bench *bench = data;
    Peer *peer = &bench->peers[bench->at];
    GstSegment segment;

    enter(bench->server_ns);
    peer->server = oyer_transport_new(bench->sending, bench->server_ip, FALSE);
    gst_object_ref_sink(peer->server);
    peer->feed = gst_pad_new("feed", GST_PAD_SRC);
    g_autoptr(GstPad) sink =
        gst_element_get_static_pad(GST_ELEMENT(peer->server), "sink");
    (void)gst_pad_link(peer->feed, sink);
    gst_pad_set_active(peer->feed, TRUE);
    gst_element_set_state(GST_ELEMENT(peer->server), GST_STATE_PLAYING);
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(peer->feed, gst_event_new_stream_start("bench"));
    gst_pad_push_event(peer->feed, gst_event_new_segment(&segment));
    g_autoptr(GstQuery) query = oyer_plan_query_new();
    (void)gst_pad_peer_query(peer->feed, query);
    peer->plan = oyer_plan_query_plan(query);
    bench->local = *oyer_transport_local(peer->server);
}

static void set_remote(OyerTransport *transport, const OyerTransportLocal *local,
                       OyerDtlsRole role)
{
    g_autoptr(GError) error = NULL;
    OyerTransportRemote remote = {
        .ufrag = local->ufrag,
        .pwd = local->pwd,
        .fingerprint = local->fingerprint,
        .role = role,
        .candidates = (const char *const *)local->candidates,
    };

    if (!oyer_transport_set_remote(transport, &remote, &error))
        g_error("%s", error->message);
}

static void open_client(gpointer data)
{
    Bench *bench = data;
    Peer *peer = &bench->peers[bench->at];

    enter(bench->client_ns);
    peer->client = oyer_transport_new(bench->receiving, bench->client_ip, TRUE);
    gst_object_ref_sink(peer->client);
    peer->take = gst_pad_new("take", GST_PAD_SINK);
    gst_pad_set_element_private(peer->take, bench);
    gst_pad_set_chain_list_function(peer->take, on_list);
    g_autoptr(GstPad) src =
        gst_element_get_static_pad(GST_ELEMENT(peer->client), "src");
    (void)gst_pad_link(src, peer->take);
    gst_pad_set_active(peer->take, TRUE);
    gst_element_set_state(GST_ELEMENT(peer->client), GST_STATE_PLAYING);
    OyerTransportLocal server = bench->local;
    bench->local = *oyer_transport_local(peer->client);
    set_remote(peer->client, &server, OYER_DTLS_ACTIVE);
}

static void answer(gpointer data)
{
    Bench *bench = data;

    set_remote(bench->peers[bench->at].server, &bench->local, OYER_DTLS_PASSIVE);
}

static void count_connected(gpointer data)
{
    Bench *bench = data;

    bench->connected = 0;
    for (guint i = 0; i < bench->count; i++)
        bench->connected +=
            oyer_transport_state(bench->peers[i].server) == OYER_TRANSPORT_CONNECTED;
}

static GstBufferList *frame(void)
{
    GstBufferList *list = gst_buffer_list_new_sized(PACKETS_A_FRAME);

    for (guint i = 0; i < PACKETS_A_FRAME; i++) {
        guint8 *packet = g_malloc0(PACKET);

        packet[0] = 0x80;
        packet[1] = 96;
        gst_buffer_list_add(list, gst_buffer_new_wrapped(packet, PACKET));
    }
    return list;
}

static void push_frame(guint32 events, gpointer data)
{
    Bench *bench = data;
    GstBufferList *list = frame();

    (void)events;
    for (guint p = 0; p < bench->count; p++) {
        Peer *peer = &bench->peers[p];

        for (guint i = 0; i < PACKETS_A_FRAME; i++)
            peer->plan->entries[i] = (OyerPlanEntry){
                .index = (guint16)i,
                .seq = peer->seq++,
                .ssrc = 1000 + p,
                .rtp_time = (guint32)bench->pushed,
                .payload_type = 96,
                .header_bytes = HEADER,
                .patch_bytes = 4,
                .patch = {0x90, 0x80, 0x80, (guint8)i},
            };
        peer->plan->count = PACKETS_A_FRAME;
        gst_pad_push_list(peer->feed, gst_buffer_list_ref(list));
        bench->pushed += PACKETS_A_FRAME;
    }
    gst_buffer_list_unref(list);
}

static double thread_cpu_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void start(gpointer data)
{
    Bench *bench = data;

    bench->pace = oyer_worker_timer(bench->sending, FRAME_US, FALSE, push_frame, bench);
}

static void mark(gpointer data)
{
    Bench *bench = data;

    bench->cpu_us = thread_cpu_us();
    bench->pushed = 0;
    g_atomic_int_set(&bench->received, 0);
}

static void stop(gpointer data)
{
    Bench *bench = data;

    oyer_worker_source_free(bench->pace);
    bench->cpu_us = thread_cpu_us() - bench->cpu_us;
}

static void close_server(gpointer data)
{
    Peer *peer = data;

    gst_element_set_state(GST_ELEMENT(peer->server), GST_STATE_NULL);
    gst_object_unref(peer->server);
    gst_object_unref(peer->feed);
}

static void close_client(gpointer data)
{
    Peer *peer = data;

    gst_element_set_state(GST_ELEMENT(peer->client), GST_STATE_NULL);
    gst_object_unref(peer->client);
    gst_object_unref(peer->take);
}

static void connect_all(Bench *bench)
{
    gint64 deadline_us = g_get_monotonic_time() + DEADLINE_US;

    for (bench->at = 0; bench->at < bench->count; bench->at++) {
        oyer_worker_run(bench->sending, open_server, bench);
        oyer_worker_run(bench->receiving, open_client, bench);
        oyer_worker_run(bench->sending, answer, bench);
    }
    while (bench->connected < bench->count) {
        if (g_get_monotonic_time() > deadline_us)
            g_error("only %u of %u are connected", bench->connected, bench->count);
        g_usleep(10000);
        oyer_worker_run(bench->sending, count_connected, bench);
    }
}

int main(int argc, char *argv[])
{
    if (argc != 3 && argc != 7) {
        fprintf(stderr, "usage: forward N SECONDS [SERVER-NETNS CLIENT-NETNS "
                        "SERVER-IP CLIENT-IP]\n");
        return 2;
    }
    (void)g_setenv("GST_REGISTRY_DISABLE", "yes", TRUE);
    gst_init(NULL, NULL);
    (void)oyer_elements_register(NULL);
    Bench bench = {
        .sending = oyer_worker_new("sending"),
        .receiving = oyer_worker_new("receiving"),
        .count = (guint)atoi(argv[1]),
        .server_ns = argc > 3 ? argv[3] : NULL,
        .client_ns = argc > 3 ? argv[4] : NULL,
        .server_ip = argc > 3 ? argv[5] : "127.0.0.1",
        .client_ip = argc > 3 ? argv[6] : "127.0.0.1",
    };
    bench.peers = g_new0(Peer, bench.count);
    connect_all(&bench);
    oyer_worker_run(bench.sending, start, &bench);
    g_usleep(WARM_UP_US);
    oyer_worker_run(bench.sending, mark, &bench);
    g_usleep((gulong)(g_ascii_strtod(argv[2], NULL) * G_USEC_PER_SEC));
    oyer_worker_run(bench.sending, stop, &bench);
    g_usleep(100000);
    printf("%.3f µs a packet, %" G_GUINT64_FORMAT " sent, %d arrived\n",
           bench.cpu_us / (double)MAX(bench.pushed, 1), bench.pushed,
           g_atomic_int_get(&bench.received));
    for (guint i = 0; i < bench.count; i++) {
        oyer_worker_run(bench.sending, close_server, &bench.peers[i]);
        oyer_worker_run(bench.receiving, close_client, &bench.peers[i]);
    }
    oyer_worker_free(bench.sending);
    oyer_worker_free(bench.receiving);
    g_free(bench.peers);
    return 0;
}
