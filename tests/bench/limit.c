/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What this machine itself asks for one forwarded packet: AES-128-GCM over 1 KB
 * and its share of one segmented UDP send, paced like a video of 5 packets a
 * frame at 30 Hz to N receivers.  Nothing that forwards can cost less.
 *
 *   limit receive ADDRESS PORT N SECONDS     prints how many packets arrived
 *   limit send ADDRESS PORT N SECONDS        prints µs of CPU for one packet
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

#define PACKETS_A_FRAME 5
#define FRAME_US (G_USEC_PER_SEC / 30)
#define PACKET 1040
#define TAG 16
#define SEALED (PACKET + TAG)
#define HEADER 12
#define EVENTS_MAX 64

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

static void seal(EVP_CIPHER_CTX *cipher, const guint8 *packet, guint8 number,
                 guint8 *out)
{
    guint8 iv[12] = {2, [11] = number};
    int length;

    memcpy(out, packet, HEADER);
    (void)EVP_EncryptInit_ex(cipher, NULL, NULL, NULL, iv);
    (void)EVP_EncryptUpdate(cipher, NULL, &length, out, HEADER);
    (void)EVP_EncryptUpdate(cipher, out + HEADER, &length, packet + HEADER,
                            PACKET - HEADER);
    (void)EVP_EncryptFinal_ex(cipher, out + PACKET, &length);
    (void)EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, TAG, out + PACKET);
}

static gboolean send_frame(int fd, guint8 *bytes, gsize size)
{
    union {
        struct cmsghdr align;
        guint8 bytes[CMSG_SPACE(sizeof(guint16))];
    } control = {0};
    struct iovec vector = {bytes, size};
    struct msghdr header = {
        .msg_iov = &vector,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof(control.bytes),
    };
    struct cmsghdr *cmsg = CMSG_FIRSTHDR(&header);
    const guint16 segment = SEALED;

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

static int run_send(const char *address, int port, int count, gint64 until_us)
{
    g_autofree Receiver *receivers = g_new0(Receiver, (gsize)count);
    static guint8 packets[PACKETS_A_FRAME][PACKET], out[PACKETS_A_FRAME * SEALED];
    gint64 sent = 0, next_us = g_get_monotonic_time();

    for (int i = 0; i < count; i++)
        receiver_init(&receivers[i], address, port + i);
    double before_us = cpu_us();
    while (next_us < until_us) {
        for (int i = 0; i < count; i++) {
            for (int k = 0; k < PACKETS_A_FRAME; k++)
                seal(receivers[i].cipher, packets[k], (guint8)k, out + k * SEALED);
            if (send_frame(receivers[i].fd, out, sizeof(out)))
                sent += PACKETS_A_FRAME;
        }
        next_us += FRAME_US;
        gint64 left_us = next_us - g_get_monotonic_time();
        if (left_us > 0)
            g_usleep((gulong)left_us);
    }
    printf("%.3f\n", (cpu_us() - before_us) / (double)MAX(sent, 1));
    return 0;
}

int main(int argc, char *argv[])
{
    if (argc != 6) {
        fprintf(stderr, "usage: limit receive|send ADDRESS PORT N SECONDS\n");
        return 2;
    }
    int port = atoi(argv[3]), count = atoi(argv[4]);
    gint64 until_us = g_get_monotonic_time() +
                      (gint64)(g_ascii_strtod(argv[5], NULL) * G_USEC_PER_SEC);

    return g_str_equal(argv[1], "receive") ? run_receive(argv[2], port, count, until_us)
                                           : run_send(argv[2], port, count, until_us);
}
