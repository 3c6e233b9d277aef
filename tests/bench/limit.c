/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What this machine itself asks for one forwarded packet: AES-128-GCM and its
 * share of one segmented UDP send, paced as the load generator's publisher is, to
 * N receivers.  Nothing that forwards can cost less.
 *
 *   limit receive ADDRESS PORT N SECONDS       prints how many packets arrived
 *   limit send KIND ADDRESS PORT N SECONDS     prints µs of CPU for one packet
 *
 * KIND: video (5 packets of 1 KB a frame, 30 frames a second) or audio (50
 * packets of 160 bytes a second).
 */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#include <glib.h>
#include <openssl/evp.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

#define PACKETS_MAX 5
#define PACKET_BYTES_MAX 1012
#define TAG 16
#define HEADER 12
#define EVENTS_MAX 64

typedef struct {
    const char *name;
    guint packet_bytes, packets_a_frame;
    gint64 frame_us;
} Shape;

static const Shape shapes[] = {
    {"video", PACKET_BYTES_MAX, PACKETS_MAX, G_USEC_PER_SEC / 30},
    {"audio", HEADER + 160, 1, G_USEC_PER_SEC / 50},
};

typedef struct {
    int fd;
    EVP_CIPHER_CTX *cipher;
} Receiver;

static struct sockaddr_in address_of(const char *address, int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((guint16)port)};

    if (inet_pton(AF_INET, address, &to.sin_addr) != 1)
        g_error("“%s” is not an IPv4 address", address);
    return to;
}

static int run_receive(const char *address, int port, int count, gint64 until_us)
{
    int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event events[EVENTS_MAX];
    char packet[2048];
    gint64 received = 0;

    for (int i = 0; i < count; i++) {
        struct sockaddr_in here = address_of(address, port + i);
        int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

        if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof(here)) < 0 ||
            epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
            g_error("port %d: %s", port + i, g_strerror(errno));
    }
    while (g_get_monotonic_time() < until_us) {
        int ready = epoll_wait(epoll_fd, events, EVENTS_MAX, 100);

        for (int i = 0; i < ready; i++)
            while (recv(events[i].data.fd, packet, sizeof(packet), 0) > 0)
                received++;
    }
    printf("%" G_GINT64_FORMAT "\n", received);
    return 0;
}

static void receiver_init(Receiver *self, const char *address, int port)
{
    struct sockaddr_in to = address_of(address, port);
    const guint8 key[16] = {1}, iv[12] = {2};

    self->fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (self->fd < 0 || connect(self->fd, (struct sockaddr *)&to, sizeof(to)) < 0)
        g_error("port %d: %s", port, g_strerror(errno));
    self->cipher = EVP_CIPHER_CTX_new();
    if (EVP_EncryptInit_ex(self->cipher, EVP_aes_128_gcm(), NULL, key, iv) != 1)
        g_error("no AES-128-GCM");
}

static void seal(EVP_CIPHER_CTX *cipher, const guint8 *packet, gsize size,
                 guint8 number, guint8 *out)
{
    guint8 iv[12] = {2, [11] = number};
    int length;

    memcpy(out, packet, HEADER);
    (void)EVP_EncryptInit_ex(cipher, NULL, NULL, NULL, iv);
    (void)EVP_EncryptUpdate(cipher, NULL, &length, out, HEADER);
    (void)EVP_EncryptUpdate(cipher, out + HEADER, &length, packet + HEADER,
                            (int)size - HEADER);
    (void)EVP_EncryptFinal_ex(cipher, out + size, &length);
    (void)EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, TAG, out + size);
}

static gboolean send_frame(int fd, guint8 *bytes, gsize size, guint16 segment)
{
    union {
        struct cmsghdr align;
        guint8 bytes[CMSG_SPACE(sizeof(guint16))];
    } control = {0};
    struct iovec vector = {bytes, size};
    struct msghdr header = {
        .msg_iov = &vector,
        .msg_iovlen = 1,
    };

    if (size == segment)
        return sendmsg(fd, &header, 0) > 0;
    header.msg_control = &control;
    header.msg_controllen = sizeof(control.bytes);
    struct cmsghdr *cmsg = CMSG_FIRSTHDR(&header);
    cmsg->cmsg_level = IPPROTO_UDP;
    cmsg->cmsg_type = UDP_SEGMENT;
    cmsg->cmsg_len = CMSG_LEN(sizeof(segment));
    memcpy(CMSG_DATA(cmsg), &segment, sizeof(segment));
    return sendmsg(fd, &header, 0) > 0;
}

static double cpu_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int run_send(const Shape *shape, const char *address, int port, int count,
                    gint64 until_us)
{
    g_autofree Receiver *receivers = g_new0(Receiver, (gsize)count);
    static guint8 packets[PACKETS_MAX][PACKET_BYTES_MAX];
    static guint8 out[PACKETS_MAX * (PACKET_BYTES_MAX + TAG)];
    guint sealed = shape->packet_bytes + TAG;
    gint64 sent = 0, next_us = g_get_monotonic_time();

    for (int i = 0; i < count; i++)
        receiver_init(&receivers[i], address, port + i);
    double before_us = cpu_us();
    while (next_us < until_us) {
        for (int i = 0; i < count; i++) {
            for (guint k = 0; k < shape->packets_a_frame; k++)
                seal(receivers[i].cipher, packets[k], shape->packet_bytes, (guint8)k,
                     out + k * sealed);
            if (send_frame(receivers[i].fd, out, shape->packets_a_frame * sealed,
                           (guint16)sealed))
                sent += shape->packets_a_frame;
        }
        next_us += shape->frame_us;
        gint64 left_us = next_us - g_get_monotonic_time();
        if (left_us > 0)
            g_usleep((gulong)left_us);
    }
    printf("%.3f\n", (cpu_us() - before_us) / (double)MAX(sent, 1));
    return 0;
}

static const Shape *shape_of(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++)
        if (g_str_equal(shapes[i].name, name))
            return &shapes[i];
    return NULL;
}

int main(int argc, char *argv[])
{
    gboolean receives = argc == 6 && g_str_equal(argv[1], "receive");
    const Shape *shape =
        argc == 7 && g_str_equal(argv[1], "send") ? shape_of(argv[2]) : NULL;

    if (!receives && !shape) {
        fprintf(stderr, "usage: limit receive | send video|audio  ADDRESS PORT N "
                        "SECONDS\n");
        return 2;
    }
    char **rest = argv + (receives ? 2 : 3);
    int port = atoi(rest[1]), count = atoi(rest[2]);
    gint64 until_us = g_get_monotonic_time() +
                      (gint64)(g_ascii_strtod(rest[3], NULL) * G_USEC_PER_SEC);

    return receives ? run_receive(rest[0], port, count, until_us)
                    : run_send(shape, rest[0], port, count, until_us);
}
