/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/egress.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROOM 4096
#define DEADLINE_US (10 * G_USEC_PER_SEC)

typedef struct {
    OyerWorker *worker;
    OyerEgress *egress;
    OyerSrtp *send, *receive;
    int out, in;
    OyerIcePath path;
    OyerEgressStats stats; /* after what was sent */
} Fixture;

typedef void (*Body)(Fixture *f);

static void open_egress(gpointer data)
{
    Fixture *f = data;

    f->egress = oyer_egress_new(f->worker);
    oyer_egress_set_srtp(f->egress, f->send);
    oyer_egress_set_path(f->egress, &f->path, NULL);
}

static void close_egress(gpointer data)
{
    oyer_egress_free(((Fixture *)data)->egress);
}

static void over_udp(Fixture *f)
{
    struct sockaddr_in *to = (struct sockaddr_in *)&f->path.to;
    socklen_t length = sizeof(*to);

    f->in = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    f->out = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    *to = (struct sockaddr_in){.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    g_assert_cmpint(bind(f->in, (struct sockaddr *)to, length), ==, 0);
    g_assert_cmpint(getsockname(f->in, (struct sockaddr *)to, &length), ==, 0);
    f->path.to_bytes = length;
    f->path.fd = f->out;
}

/* A pair whose queue is soon full, because nobody reads. */
static void over_a_narrow_pair(Fixture *f)
{
    int fds[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, fds), ==, 0);
    f->out = f->path.fd = fds[0];
    f->in = fds[1];
}

static void with(Body prepare, Body body)
{
    Fixture f = {.worker = oyer_worker_new("test")};
    OyerSrtpKeys keys = {.profile = OYER_SRTP_AEAD_AES_128_GCM, .key = {1}};

    f.send = oyer_srtp_new(&keys, TRUE);
    f.receive = oyer_srtp_new(&keys, FALSE);
    prepare(&f);
    oyer_worker_run(f.worker, open_egress, &f);
    body(&f);
    oyer_worker_run(f.worker, close_egress, &f);
    oyer_worker_free(f.worker);
    oyer_srtp_free(f.send);
    oyer_srtp_free(f.receive);
    close(f.in);
    close(f.out);
}

/* The next packet that arrives, decrypted; 0: none waits. */
static gsize next_packet(Fixture *f, guint8 *out)
{
    gssize size = recv(f->in, out, ROOM, 0);

    if (size <= 0)
        return 0;
    gsize length = (gsize)size;
    g_assert_cmpint(oyer_srtp_receive_rtp(f->receive, out, &length), ==, OYER_SRTP_OK);
    return length;
}

static guint16 seq_of(const guint8 *packet)
{
    return (guint16)(packet[2] << 8 | packet[3]);
}

/* ---- runs of sizes ----------------------------------------------------- */

static const gsize sizes[] = {1000, 1000, 1000, 900, 1000, 1001, 1001, 40, 40, 1400};

static void send_sizes(gpointer data)
{
    Fixture *f = data;
    guint8 packet[ROOM] = {0x80, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5};

    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        packet[3] = (guint8)i;
        packet[20] = (guint8)(i * 3);
        oyer_egress_add(f->egress, packet, sizes[i], NULL);
    }
    oyer_egress_flush(f->egress);
    f->stats = *oyer_egress_stats(f->egress);
}

static void check_sizes(Fixture *f)
{
    guint8 packet[ROOM];

    oyer_worker_run(f->worker, send_sizes, f);
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_assert_cmpuint(next_packet(f, packet), ==, sizes[i]);
        g_assert_cmpuint(seq_of(packet), ==, i);
        g_assert_cmpuint(packet[20], ==, i * 3);
    }
    g_assert_cmpuint(next_packet(f, packet), ==, 0);
    g_assert_cmpuint(f->stats.packets, ==, G_N_ELEMENTS(sizes));
}

static void test_keeps_order_and_borders_of_mixed_sizes(void)
{
    with(over_udp, check_sizes);
}

/* ---- more than one batch ----------------------------------------------- */

static void send_many(gpointer data)
{
    Fixture *f = data;
    guint8 packet[1400] = {0x80, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5};

    for (guint i = 0; i < 200; i++) {
        packet[3] = (guint8)i;
        oyer_egress_add(f->egress, packet, sizeof(packet), NULL);
    }
    oyer_egress_flush(f->egress);
    f->stats = *oyer_egress_stats(f->egress);
}

static void check_many(Fixture *f)
{
    guint8 packet[ROOM];
    int room = 1 << 20;

    g_assert_cmpint(setsockopt(f->in, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)), ==,
                    0);
    oyer_worker_run(f->worker, send_many, f);
    g_assert_cmpuint(f->stats.packets, ==, 200);
    for (guint i = 0; i < 50; i++) {
        g_assert_cmpuint(next_packet(f, packet), ==, 1400);
        g_assert_cmpuint(seq_of(packet), ==, i);
    }
}

static void test_flushes_by_itself_when_full(void)
{
    with(over_udp, check_many);
}

/* ---- a full socket ----------------------------------------------------- */

#define ROUNDS 400

/* Every third packet is sound; sizes never form a run. */
static void send_round(gpointer data)
{
    Fixture *f = data;
    guint8 packet[1200] = {0x80, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5};

    for (guint i = 0; i < ROUNDS; i++) {
        OyerPlanEntry entry = {
            .seq = (guint16)i,
            .ssrc = i % 3 ? 1 : 2,
            .payload_type = 96,
            .header_bytes = 12,
            .flags = i % 3 ? 0 : OYER_PLAN_AUDIO,
        };
        oyer_egress_add(f->egress, packet, 300 + i, &entry);
        oyer_egress_flush(f->egress);
    }
    f->stats = *oyer_egress_stats(f->egress);
}

static void check_full(Fixture *f)
{
    guint8 packet[ROOM];
    guint sound_after = 0, arrived = 0, direct;
    gint64 deadline_us = g_get_monotonic_time() + DEADLINE_US;

    oyer_worker_run(f->worker, send_round, f);
    direct = (guint)f->stats.packets;
    g_assert_cmpuint(direct, <, ROUNDS);
    g_assert_cmpuint(f->stats.dropped_full, >, 0);
    /* Now someone reads: first what the socket held, then the sound that waited. */
    while (sound_after < 16) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        if (next_packet(f, packet) == 0) {
            g_usleep(500);
            continue;
        }
        if (++arrived > direct) {
            g_assert_cmpuint(packet[11], ==, 2);
            sound_after++;
        }
    }
}

static void test_drops_video_before_sound_when_the_socket_is_full(void)
{
    with(over_a_narrow_pair, check_full);
}

/* ---- entries that cannot be right -------------------------------------- */

static void send_wrong(gpointer data)
{
    Fixture *f = data;
    guint8 packet[100] = {0x8f, 96};
    OyerPlanEntry beyond = {.header_bytes = 101}, low = {.header_bytes = 12},
                  patch = {.header_bytes = 96, .patch_bytes = 5};

    oyer_egress_add(f->egress, packet, sizeof(packet), &beyond);
    oyer_egress_add(f->egress, packet, sizeof(packet), &low);
    oyer_egress_add(f->egress, packet, sizeof(packet), &patch);
    oyer_egress_add(f->egress, packet, 5, NULL);
    oyer_egress_add(f->egress, packet, 0, NULL);
    oyer_egress_flush(f->egress);
    f->stats = *oyer_egress_stats(f->egress);
}

static void check_wrong(Fixture *f)
{
    guint8 packet[ROOM];

    oyer_worker_run(f->worker, send_wrong, f);
    g_assert_cmpuint(f->stats.dropped_malformed, ==, 5);
    g_assert_cmpuint(next_packet(f, packet), ==, 0);
}

static void test_refuses_entries_beyond_the_packet(void)
{
    with(over_udp, check_wrong);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transport/egress/keeps-order-and-borders-of-mixed-sizes",
                    test_keeps_order_and_borders_of_mixed_sizes);
    g_test_add_func("/transport/egress/flushes-by-itself-when-full",
                    test_flushes_by_itself_when_full);
    g_test_add_func(
        "/transport/egress/drops-video-before-sound-when-the-socket-is-full",
        test_drops_video_before_sound_when_the_socket_is_full);
    g_test_add_func("/transport/egress/refuses-entries-beyond-the-packet",
                    test_refuses_entries_beyond_the_packet);
    return g_test_run();
}
