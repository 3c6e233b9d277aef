/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "media/listen.h"

static const struct {
    OyerMediaListen listen;
    OyerMediaPorts ports;
} good[] = {
    {{NULL, NULL, NULL, NULL}, {TRUE, 0, 0}},
    {{"0.0.0.0", "lite", "443", NULL}, {TRUE, 443, 443}},
    {{"192.0.2.1,2001:db8::1", NULL, "10000-10003", NULL}, {TRUE, 10000, 10003}},
    {{"127.0.0.1", "full", NULL, NULL}, {FALSE, 0, 0}},
    {{NULL, "full", NULL, "20000-29999"}, {FALSE, 20000, 29999}},
    {{NULL, NULL, NULL, "20000-29999"}, {FALSE, 20000, 29999}},
};

static const OyerMediaListen bad[] = {
    {"localhost", NULL, NULL, NULL},
    {"", NULL, NULL, NULL},
    {NULL, "half", NULL, NULL},
    {NULL, NULL, "0", NULL},
    {NULL, NULL, "65536", NULL},
    {NULL, NULL, "443x", NULL},
    {NULL, NULL, "-443", NULL},
    {NULL, NULL, "20-10", NULL},
    {NULL, NULL, "", NULL},
    {NULL, "full", "443", NULL},
    {NULL, "lite", NULL, "20000-29999"},
    {NULL, NULL, "443", "20000-29999"},
    {NULL, NULL, NULL, "20000"},
    {NULL, NULL, NULL, "443-29999"},
    {NULL, NULL, NULL, "20000-70000"},
};

static void test_reads_what_is_right(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autoptr(GError) error = NULL;
        OyerMediaPorts ports;

        g_assert_true(oyer_media_listen_read(&good[i].listen, &ports, &error));
        g_assert_no_error(error);
        g_assert_cmpint(ports.is_lite, ==, good[i].ports.is_lite);
        g_assert_cmpuint(ports.first, ==, good[i].ports.first);
        g_assert_cmpuint(ports.last, ==, good[i].ports.last);
    }
}

static void test_refuses_what_is_wrong(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        OyerMediaPorts ports;

        g_assert_false(oyer_media_listen_read(&bad[i], &ports, &error));
        g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/media/listen/reads-what-is-right", test_reads_what_is_right);
    g_test_add_func("/media/listen/refuses-what-is-wrong", test_refuses_what_is_wrong);
    return g_test_run();
}
