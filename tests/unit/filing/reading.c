/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/reading.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "paper/paper.h"

#define PDF "application/pdf"

typedef struct {
    char *dir, *path;
} Place;

static void set_up(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    place->dir = g_dir_make_tmp("oyer-reading-XXXXXX", NULL);
    place->path = g_build_filename(place->dir, "file", NULL);
}

static void tear_down(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    (void)g_unlink(place->path);
    g_assert_cmpint(g_rmdir(place->dir), ==, 0);
    g_free(place->path);
    g_free(place->dir);
}

static void put(const Place *place, const void *bytes, gsize size)
{
    g_assert_true(g_file_set_contents(place->path, bytes, (gssize)size, NULL));
}

/* A document of @n_pages, of which the last says @last. */
static void put_pdf(const Place *place, guint n_pages, const char *last)
{
    g_autoptr(OyerPaper) paper = oyer_paper_new("诉状", FALSE);

    for (guint i = 0; i < n_pages * 60; i++)
        oyer_paper_put(paper, OYER_PAPER_TEXT, "民间借贷合同、转账记录和证据清单");
    oyer_paper_put(paper, OYER_PAPER_TEXT, last);
    g_autoptr(GBytes) pdf = oyer_paper_finish(paper, NULL);
    put(place, g_bytes_get_data(pdf, NULL), g_bytes_get_size(pdf));
}

static GPtrArray *read_file(const Place *place, const char *type)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *pieces =
        oyer_reading_read(&oyer_reading_limits, place->path, type, NULL, &error);

    g_assert_no_error(error);
    return pieces;
}

static const OyerPiece *piece_at(GPtrArray *pieces, guint i)
{
    g_assert_cmpuint(i, <, pieces->len);
    return pieces->pdata[i];
}

static void test_chinese_text_of_a_pdf_is_read(Place *place,
                                               gconstpointer unused G_GNUC_UNUSED)
{
    put_pdf(place, 1, "逾期利率");
    g_autoptr(GPtrArray) pieces = read_file(place, PDF);
    const OyerPiece *last = piece_at(pieces, pieces->len - 1);

    g_assert_nonnull(strstr(piece_at(pieces, 0)->text, "民间借贷合同、转账"));
    g_assert_nonnull(strstr(last->text, "逾期利率"));
    g_assert_cmpuint(piece_at(pieces, 0)->page, ==, 1);
    g_assert_cmpuint(last->page, ==, 2);
}

static void test_plain_text_of_a_chinese_windows_is_read(
    Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *bytes = NULL;
    gsize size = 0;

    bytes = g_convert("借款五万元", -1, "GB18030", "UTF-8", NULL, &size, NULL);
    put(place, bytes, size);
    g_autoptr(GPtrArray) pieces = read_file(place, "text/plain");
    g_assert_cmpstr(piece_at(pieces, 0)->text, ==, "借款五万元");
}

static void check_failure(const Place *place, const OyerReadingLimits *limits, int code)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(oyer_reading_read(limits, place->path, PDF, NULL, &error));
    g_assert_error(error, OYER_READING_ERROR, code);
}

static void test_what_is_no_pdf_is_said(Place *place,
                                        gconstpointer unused G_GNUC_UNUSED)
{
    check_failure(place, &oyer_reading_limits, OYER_READING_ERROR_GONE);
    put(place, "%PDF-1.7\nnothing", 16);
    check_failure(place, &oyer_reading_limits, OYER_READING_ERROR_BROKEN);
}

/* ---- a reader that was taken over ---- */

/* The end of it is told in more than one way. */
#define ANY (-2)

/* Runs @script as the reader; what it prints. */
static char *run(const Place *place, const char *script, int *out_code)
{
    const char *const program[] = {"/bin/bash", "-c", script, NULL};
    const OyerReadingLimits limits = {program, 2, 1, 256u << 20};
    g_autoptr(GError) error = NULL;

    put(place, "x", 1);
    g_autoptr(GPtrArray) pieces =
        oyer_reading_read(&limits, place->path, PDF, NULL, &error);
    *out_code = error ? error->code : -1;
    return g_strdup(pieces && pieces->len ? piece_at(pieces, 0)->text : "");
}

static void test_a_reader_that_was_taken_over_can_do_nothing(
    Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    struct sockaddr_in any = {.sin_family = AF_INET,
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof any;
    int door = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), code;

    g_assert_cmpint(bind(door, (struct sockaddr *)&any, size), ==, 0);
    g_assert_cmpint(listen(door, 1), ==, 0);
    g_assert_cmpint(getsockname(door, (struct sockaddr *)&any, &size), ==, 0);
    g_autofree char *secret = g_build_filename(place->dir, "key", NULL);
    g_assert_true(g_file_set_contents(secret, "secret", -1, NULL));
    g_autofree char *script =
        g_strdup_printf("read -r own </proc/self/fd/0; echo own=$own;"
                        "echo > %s/made && echo made;"
                        "read -r key < %s && echo key=$key;"
                        "exec 3<>/dev/tcp/127.0.0.1/%d && echo line;"
                        "echo end",
                        place->dir, secret, ntohs(any.sin_port));
    g_autofree char *said = run(place, script, &code);

    g_assert_cmpint(code, ==, -1);
    g_assert_cmpstr(said, ==, "own=x\nend\n");
    g_autofree char *child = run(place, "/bin/true && echo child", &code);
    g_assert_cmpstr(child, ==, "");
    (void)g_unlink(secret);
    (void)close(door);
}

static void test_time_memory_and_output_are_bounded(Place *place,
                                                    gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        const char *script;
        int code;
    } rows[] = {
        {"while :; do :; done", OYER_READING_ERROR_LIMIT},
        {"exec sleep 100", OYER_READING_ERROR_LIMIT},
        {"x=aaaaaaaa; for i in {1..40}; do x=$x$x; done", ANY},
        {"while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done",
         -1},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        int code;
        gint64 since_us = g_get_monotonic_time();
        g_autofree char *said = run(place, rows[i].script, &code);
        if (rows[i].code == ANY)
            g_assert_cmpint(code, >=, 0);
        else
            g_assert_cmpint(code, ==, rows[i].code);
        g_assert_cmpint(g_get_monotonic_time() - since_us, <, 20 * G_USEC_PER_SEC);
    }
}

/* ---- pieces ---- */

static void test_a_long_text_is_cut_and_no_word_is_lost(
    Place *place G_GNUC_UNUSED, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GString) text = g_string_new(NULL);
    guint found = 0;

    for (guint i = 0; i < 5000; i++)
        g_string_append_printf(text, "词%04u尾", i);
    g_autoptr(GPtrArray) pieces = oyer_reading_cut(text->str, text->len);
    g_assert_cmpuint(pieces->len, >, 5);
    for (guint i = 0; i < 5000; i++) {
        g_autofree char *word = g_strdup_printf("词%04u尾", i);
        for (guint n = 0; n < pieces->len; n++)
            if (strstr(piece_at(pieces, n)->text, word) != NULL) {
                found++;
                break;
            }
    }
    g_assert_cmpuint(found, ==, 5000);
}

static void test_empty_pages_are_counted_and_not_kept(
    Place *place G_GNUC_UNUSED, gconstpointer unused G_GNUC_UNUSED)
{
    static const char text[] = "\f\n \f——\f借款\f";
    g_autoptr(GPtrArray) none = oyer_reading_cut("\f \f\n\f", 5);
    g_autoptr(GPtrArray) pieces = oyer_reading_cut(text, sizeof text - 1);

    g_assert_cmpuint(none->len, ==, 0);
    g_assert_cmpuint(pieces->len, ==, 1);
    g_assert_nonnull(strstr(piece_at(pieces, 0)->text, "借款"));
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *path;
        void (*test)(Place *place, gconstpointer unused);
    } rows[] = {
        {"chinese-text-of-a-pdf-is-read", test_chinese_text_of_a_pdf_is_read},
        {"plain-text-of-a-chinese-windows-is-read",
         test_plain_text_of_a_chinese_windows_is_read},
        {"what-is-no-pdf-is-said", test_what_is_no_pdf_is_said},
        {"a-reader-that-was-taken-over-can-do-nothing",
         test_a_reader_that_was_taken_over_can_do_nothing},
        {"time-memory-and-output-are-bounded", test_time_memory_and_output_are_bounded},
        {"a-long-text-is-cut-and-no-word-is-lost",
         test_a_long_text_is_cut_and_no_word_is_lost},
        {"empty-pages-are-counted-and-not-kept",
         test_empty_pages_are_counted_and_not_kept},
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/filing/reading/", rows[i].path, NULL);
        g_test_add(path, Place, NULL, set_up, rows[i].test, tear_down);
    }
    return g_test_run();
}
