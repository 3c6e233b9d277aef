/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "web/response.h"

#include <string.h>

#include <glib/gstdio.h>

/* Everything that is left, read @step bytes at a time; NULL when reading fails. */
static char *read_all(OyerResponse *response, gsize step)
{
    g_autoptr(GString) text = g_string_new(NULL);
    guint8 buffer[64];
    gssize n;

    while ((n = oyer_response_read(response, buffer, step)) > 0)
        g_string_append_len(text, (const char *)buffer, n);
    return n < 0 ? NULL : g_string_free(g_steal_pointer(&text), FALSE);
}

static char *make_file(const char *contents)
{
    g_autofree char *directory = g_dir_make_tmp("oyer-response-XXXXXX", NULL);
    char *path = g_build_filename(directory, "part.webm", NULL);

    g_assert_true(g_file_set_contents(path, contents, -1, NULL));
    return path;
}

static void remove_file(const char *path)
{
    g_autofree char *directory = g_path_get_dirname(path);

    (void)g_unlink(path);
    (void)g_rmdir(directory);
}

static gssize count_up(gpointer data, guint64 offset, void *buffer, gsize size_bytes)
{
    guint8 *out = buffer;

    (void)data;
    for (gsize i = 0; i < size_bytes; i++)
        out[i] = (guint8)('a' + (offset + i) % 26);
    return (gssize)size_bytes;
}

/* Bytes, a file's middle, and what is made on the way: abc 45678 abcde. */
static OyerResponse *make_mixed(const char *path)
{
    OyerResponse *response = oyer_response_new(200);

    oyer_response_add_bytes(response, g_bytes_new("ABC", 3));
    oyer_response_add_file(response, path, 4, 5);
    oyer_response_add_source(response, 5, count_up, NULL, NULL);
    return response;
}

static void test_parts_are_read_one_after_the_other(void)
{
    g_autofree char *path = make_file("0123456789");

    for (gsize step = 1; step <= 20; step++) {
        g_autoptr(OyerResponse) response = make_mixed(path);
        g_assert_cmpuint(oyer_response_length(response), ==, 13);
        g_autofree char *text = read_all(response, step);
        g_assert_cmpstr(text, ==, "ABC45678abcde");
        g_assert_cmpuint(oyer_response_length(response), ==, 0);
    }
    remove_file(path);
}

static void test_any_stretch_can_be_cut_out(void)
{
    g_autofree char *path = make_file("0123456789");

    for (gsize from = 0; from <= 13; from++)
        for (gsize length = 0; from + length <= 13; length++) {
            g_autoptr(OyerResponse) response = make_mixed(path);
            g_autofree char *wanted = g_strndup("ABC45678abcde" + from, length);
            oyer_response_narrow(response, from, length);
            g_autofree char *text = read_all(response, 4);
            g_assert_cmpstr(text, ==, wanted);
        }
    remove_file(path);
}

static void test_a_file_that_shrank_fails(void)
{
    g_autofree char *path = make_file("0123456789");
    g_autoptr(OyerResponse) response = oyer_response_file(path);

    g_assert_true(g_file_set_contents(path, "01234", -1, NULL));
    g_autofree char *text = read_all(response, 4);
    g_assert_null(text);
    remove_file(path);
}

static void test_only_regular_files_are_sent(void)
{
    g_assert_null(oyer_response_file("/"));
    g_assert_null(oyer_response_file("/nothing/here"));
    g_assert_null(oyer_response_file("/dev/null"));
}

static void test_the_head_has_status_fields_and_length(void)
{
    g_autoptr(OyerResponse) response = oyer_response_text(404, "text/plain", "no");
    g_autoptr(GString) head = g_string_new(NULL);

    oyer_response_header(response, "X-A", "b");
    oyer_response_head(response, head);
    g_assert_cmpstr(head->str, ==,
                    "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nX-A: b\r\n"
                    "Content-Length: 2\r\n\r\n");
    g_assert_true(oyer_response_has_header(response, "x-a"));
}

static void test_a_line_break_cannot_be_smuggled_in(void)
{
    if (g_test_subprocess()) {
        g_autoptr(OyerResponse) response = oyer_response_new(200);
        oyer_response_header(response, "X-A", "b\r\nSet-Cookie: c");
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/web/response/parts-are-read-one-after-the-other",
                    test_parts_are_read_one_after_the_other);
    g_test_add_func("/web/response/any-stretch-can-be-cut-out",
                    test_any_stretch_can_be_cut_out);
    g_test_add_func("/web/response/a-file-that-shrank-fails",
                    test_a_file_that_shrank_fails);
    g_test_add_func("/web/response/only-regular-files-are-sent",
                    test_only_regular_files_are_sent);
    g_test_add_func("/web/response/the-head-has-status-fields-and-length",
                    test_the_head_has_status_fields_and_length);
    g_test_add_func("/web/response/a-line-break-cannot-be-smuggled-in",
                    test_a_line_break_cannot_be_smuggled_in);
    return g_test_run();
}
