/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/scan.h"

#include <string.h>

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

/* ---- a clamd of a few lines: it speaks INSTREAM, and then does as it is told ---- */

typedef struct {
    GSocketListener *listener;
    GThread *thread;
    const char *says;  /* NULL: nothing, until the other side hangs up */
    gsize takes_bytes; /* hangs up after so many; 0: takes all */
    gsize got_bytes;
    char *folder, *file, *place;
} Clamd;

static gboolean read_exactly(GInputStream *in, void *bytes, gsize size)
{
    gsize got = 0;

    return g_input_stream_read_all(in, bytes, size, &got, NULL, NULL) && got == size;
}

static void take_stream(Clamd *self, GInputStream *in)
{
    char command[sizeof "zINSTREAM"];
    guint32 length;

    g_assert_true(read_exactly(in, command, sizeof command));
    g_assert_cmpmem(command, sizeof command, "zINSTREAM", sizeof "zINSTREAM");
    while (read_exactly(in, &length, sizeof length) && length != 0) {
        g_autofree char *chunk = g_malloc(GUINT32_FROM_BE(length));
        if (!read_exactly(in, chunk, GUINT32_FROM_BE(length)))
            return;
        self->got_bytes += GUINT32_FROM_BE(length);
        if (self->takes_bytes != 0 && self->got_bytes > self->takes_bytes)
            return;
    }
}

static gpointer be_clamd(gpointer data)
{
    Clamd *self = data;
    g_autoptr(GSocketConnection) line =
        g_socket_listener_accept(self->listener, NULL, NULL, NULL);
    GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(line));
    char rest;

    take_stream(self, in);
    if (self->says == NULL)
        (void)g_input_stream_read(in, &rest, 1, NULL, NULL);
    else
        g_assert_true(g_output_stream_write_all(
            g_io_stream_get_output_stream(G_IO_STREAM(line)), self->says,
            strlen(self->says) + 1, NULL, NULL, NULL));
    return NULL;
}

static void set_up(Clamd *self, gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *bytes = g_strnfill(300000, 'x');

    self->folder = g_dir_make_tmp("oyer-scan-XXXXXX", NULL);
    self->file = g_build_filename(self->folder, "p.pdf", NULL);
    self->place = g_build_filename(self->folder, "clamd.ctl", NULL);
    self->listener = g_socket_listener_new();
    g_assert_true(g_file_set_contents(self->file, bytes, 300000, NULL));
}

static void tear_down(Clamd *self, gconstpointer unused G_GNUC_UNUSED)
{
    if (self->thread != NULL)
        g_thread_join(self->thread);
    g_object_unref(self->listener);
    (void)g_unlink(self->file);
    (void)g_unlink(self->place);
    (void)g_rmdir(self->folder);
    g_free(self->folder);
    g_free(self->file);
    g_free(self->place);
}

static void listen_unix(Clamd *self)
{
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(self->place);

    g_assert_true(g_socket_listener_add_address(
        self->listener, address, G_SOCKET_TYPE_STREAM, 0, NULL, NULL, NULL));
    self->thread = g_thread_new("clamd", be_clamd, self);
}

static OyerScanVerdict ask(Clamd *self, char *finding, GError **error)
{
    const OyerScanner scanner = {self->place, .silence_s = 1, .verdict_s = 1};

    return oyer_scan_file(&scanner, self->file, NULL, finding, error);
}

static void test_all_bytes_are_judged(Clamd *self, gconstpointer unused G_GNUC_UNUSED)
{
    char finding[OYER_SCAN_FINDING_SIZE];

    self->says = "stream: OK";
    listen_unix(self);
    g_assert_cmpint(ask(self, finding, NULL), ==, OYER_SCAN_CLEAN);
    g_assert_cmpuint(self->got_bytes, ==, 300000);
}

static void test_says_what_it_is(Clamd *self, gconstpointer unused G_GNUC_UNUSED)
{
    char finding[OYER_SCAN_FINDING_SIZE];

    self->says = "stream: Win.Test.EICAR_HDB-1 FOUND";
    listen_unix(self);
    g_assert_cmpint(ask(self, finding, NULL), ==, OYER_SCAN_INFECTED);
    g_assert_cmpstr(finding, ==, "Win.Test.EICAR_HDB-1");
}

static void test_over_tcp(Clamd *self, gconstpointer unused G_GNUC_UNUSED)
{
    char finding[OYER_SCAN_FINDING_SIZE];
    guint16 port = g_socket_listener_add_any_inet_port(self->listener, NULL, NULL);

    self->says = "stream: OK";
    g_free(self->place);
    self->place = g_strdup_printf("127.0.0.1:%u", port);
    self->thread = g_thread_new("clamd", be_clamd, self);
    g_assert_cmpint(ask(self, finding, NULL), ==, OYER_SCAN_CLEAN);
}

static void test_too_large_is_not_clean(Clamd *self, gconstpointer unused G_GNUC_UNUSED)
{
    char finding[OYER_SCAN_FINDING_SIZE];

    self->says = "INSTREAM size limit exceeded. ERROR";
    self->takes_bytes = 100000;
    listen_unix(self);
    g_assert_cmpint(ask(self, finding, NULL), ==, OYER_SCAN_TOO_LARGE);
}

static void no_verdict(Clamd *self, int code)
{
    char finding[OYER_SCAN_FINDING_SIZE];
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(ask(self, finding, &error), ==, OYER_SCAN_FAILED);
    g_assert_error(error, G_IO_ERROR, code);
}

static void test_nobody_there(Clamd *self, gconstpointer unused G_GNUC_UNUSED)
{
    no_verdict(self, G_IO_ERROR_NOT_FOUND);
}

static void test_says_nothing(Clamd *self, gconstpointer unused G_GNUC_UNUSED)
{
    listen_unix(self);
    no_verdict(self, G_IO_ERROR_TIMED_OUT);
}

static void test_hangs_up(Clamd *self, gconstpointer unused G_GNUC_UNUSED)
{
    self->says = "";
    listen_unix(self);
    no_verdict(self, G_IO_ERROR_CLOSED);
}

static void test_no_file(Clamd *self, gconstpointer unused G_GNUC_UNUSED)
{
    char finding[OYER_SCAN_FINDING_SIZE];

    (void)g_unlink(self->file);
    g_assert_cmpint(ask(self, finding, NULL), ==, OYER_SCAN_UNREADABLE);
}

static void test_only_ok_is_clean(void)
{
    static const struct {
        const char *text;
        OyerScanVerdict verdict;
    } rows[] = {
        {"stream: OK", OYER_SCAN_CLEAN},
        {"stream: OK\n", OYER_SCAN_CLEAN},
        {"stream: OK FOUND", OYER_SCAN_INFECTED},
        {"stream: NOT OK", OYER_SCAN_FAILED},
        {"Can't allocate memory ERROR", OYER_SCAN_FAILED},
        {"INSTREAM size limit exceeded. ERROR", OYER_SCAN_TOO_LARGE},
        {"", OYER_SCAN_FAILED},
    };
    char finding[OYER_SCAN_FINDING_SIZE];

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(
            oyer_scan_reply(rows[i].text, strlen(rows[i].text), finding, NULL), ==,
            rows[i].verdict);
}

static void test_a_place(void)
{
    g_assert_true(oyer_scanner_is_place("/run/clamav/clamd.ctl"));
    g_assert_true(oyer_scanner_is_place("127.0.0.1:3310"));
    g_assert_true(oyer_scanner_is_place("[::1]:3310"));
    g_assert_false(oyer_scanner_is_place("clamd.ctl"));
    g_assert_false(oyer_scanner_is_place("127.0.0.1"));
    g_assert_false(oyer_scanner_is_place(""));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) \
    g_test_add("/filing/scan/" name, Clamd, NULL, set_up, test, tear_down)
    ADD("all-bytes-are-judged", test_all_bytes_are_judged);
    ADD("says-what-it-is", test_says_what_it_is);
    ADD("over-tcp", test_over_tcp);
    ADD("too-large-is-not-clean", test_too_large_is_not_clean);
    ADD("nobody-there-is-no-verdict", test_nobody_there);
    ADD("silence-is-no-verdict", test_says_nothing);
    ADD("hanging-up-is-no-verdict", test_hangs_up);
    ADD("no-file-is-no-verdict", test_no_file);
    g_test_add_func("/filing/scan/only-ok-is-clean", test_only_ok_is_clean);
    g_test_add_func("/filing/scan/a-place", test_a_place);
    return g_test_run();
}
