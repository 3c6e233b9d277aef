/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/nearby.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static int bound_to(const char *address, struct sockaddr_in *out_address)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t size = sizeof *out_address;

    *out_address = (struct sockaddr_in){.sin_family = AF_INET};
    g_assert_cmpint(inet_pton(AF_INET, address, &out_address->sin_addr), ==, 1);
    g_assert_cmpint(bind(fd, (struct sockaddr *)out_address, sizeof *out_address), ==, 0);
    g_assert_cmpint(getsockname(fd, (struct sockaddr *)out_address, &size), ==, 0);
    return fd;
}

/* Sends one byte; loopback delivers before sendto() returns. */
static gboolean arrives(int from, int to, const struct sockaddr_in *address)
{
    char byte = 'x';

    g_assert_cmpint(sendto(from, &byte, 1, 0, (const struct sockaddr *)address,
                           sizeof *address), ==, 1);
    return recv(to, &byte, 1, MSG_DONTWAIT) == 1;
}

static void test_own_address_passes_others_do_not(void)
{
    g_auto(GStrv) own = oyer_nearby_addresses();
    struct sockaddr_in fenced_address, same_address, loopback_address;

    if (!own[0]) {
        g_test_skip("this machine has loopback only");
        return;
    }
    int fenced = bound_to(own[0], &fenced_address);
    int same = bound_to(own[0], &same_address);
    int loopback = bound_to("127.0.0.1", &loopback_address);

    g_assert_true(arrives(same, fenced, &fenced_address));
    g_assert_true(arrives(loopback, fenced, &fenced_address));
    g_assert_true(oyer_nearby_fence(fenced));
    g_assert_true(arrives(same, fenced, &fenced_address));
    g_assert_false(arrives(loopback, fenced, &fenced_address));

    (void)close(fenced);
    (void)close(same);
    (void)close(loopback);
}

static void test_loopback_needs_no_fence(void)
{
    struct sockaddr_in a, b;
    int to = bound_to("127.0.0.1", &a), from = bound_to("127.0.0.2", &b);

    g_assert_true(oyer_nearby_fence(to));
    g_assert_true(arrives(from, to, &a));
    (void)close(to);
    (void)close(from);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transport/nearby/own-address-passes-others-do-not",
                    test_own_address_passes_others_do_not);
    g_test_add_func("/transport/nearby/loopback-needs-no-fence", test_loopback_needs_no_fence);
    return g_test_run();
}
