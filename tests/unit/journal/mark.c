/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/mark.h"

#include <string.h>

#define NOW_US G_GINT64_CONSTANT(1800000000000000)

/* What a text becomes, at NOW_US. */
typedef struct {
    const char *given, *mark;
} Pair;

static void test_type_and_time_are_put_in(void)
{
    static const Pair pairs[] = {
        {"{}", "{\"type\":\"mark\",\"at_us\":1800000000000000}"},
        {"{\"stage\":\"debate\"}",
         "{\"type\":\"mark\",\"at_us\":1800000000000000,\"stage\":\"debate\"}"},
        /* Its own time is believed, its type is not. */
        {"{\"stage\":\"debate\",\"type\":\"end\",\"at_us\":5}",
         "{\"type\":\"mark\",\"at_us\":5,\"stage\":\"debate\"}"},
        /* No time that a journal holds. */
        {"{\"at_us\":-1}", "{\"type\":\"mark\",\"at_us\":1800000000000000}"},
        {"{\"at_us\":9223372036854775807}",
         "{\"type\":\"mark\",\"at_us\":1800000000000000}"},
        {"{\"at_us\":\"5\"}", "{\"type\":\"mark\",\"at_us\":1800000000000000}"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *mark = oyer_journal_mark_new(pairs[i].given, NOW_US, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(mark, ==, pairs[i].mark);
    }
}

static void test_refuses_what_is_no_object(void)
{
    static const char *const texts[] = {
        "", "x", "[1]", "\"a\"", "{\"a\"", "{}}", "{\"a\":1,\"a\":2}"};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(oyer_journal_mark_new(texts[i], NOW_US, &error));
        g_assert_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_INVALID);
    }
}

static void test_refuses_what_fits_no_mark(void)
{
    /* As long as a mark may be with its type and time. */
    static const char head[] =
        "{\"type\":\"mark\",\"at_us\":1800000000000000,\"a\":\"\"}";
    gsize room = OYER_JOURNAL_MARK_BYTES_MAX - strlen(head);

    for (gsize over = 0; over <= 1; over++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *filling = g_strnfill(room + over, 'x');
        g_autofree char *text = g_strdup_printf("{\"a\":\"%s\"}", filling);
        g_autofree char *mark = oyer_journal_mark_new(text, NOW_US, &error);

        if (over) {
            g_assert_null(mark);
            g_assert_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_INVALID);
        } else {
            g_assert_no_error(error);
            g_assert_cmpuint(strlen(mark), ==, OYER_JOURNAL_MARK_BYTES_MAX);
        }
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/journal/mark/type-and-time-are-put-in",
                    test_type_and_time_are_put_in);
    g_test_add_func("/journal/mark/refuses-what-is-no-object",
                    test_refuses_what_is_no_object);
    g_test_add_func("/journal/mark/refuses-what-fits-no-mark",
                    test_refuses_what_fits_no_mark);
    return g_test_run();
}
