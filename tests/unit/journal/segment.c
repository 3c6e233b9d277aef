/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/segment.h"

#include "fixture.h"

static void test_a_name_gives_its_number_back(void)
{
    static const guint numbers[] = {1, 42, 999, OYER_SEGMENTS_MAX};

    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_autofree char *name = oyer_segment_name(numbers[i]);
        g_assert_cmpuint(oyer_segment_number(name), ==, numbers[i]);
    }
    g_autofree char *path = oyer_segment_path("journal", 7);
    g_assert_cmpstr(path, ==, "journal/000007.pcapng");
}

static void test_refuses_other_names(void)
{
    static const char *const names[] = {
        "",
        "1.pcapng",
        "00001.pcapng",
        "next.partial",
        "000001.pcapng.partial",
        "000001.pcap",
        " 000001.pcapng",
        "-000001.pcapng",
        "+000001.pcapng",
        "020001.pcapng",
        "18446744073709551617.pcapng",
        "99999999999999999999999999.pcapng",
    };

    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        g_assert_cmpuint(oyer_segment_number(names[i]), ==, 0);
}

static void put_file(const char *dir, const char *name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);

    g_assert_true(g_file_set_contents(path, "", 0, NULL));
}

static void test_the_last_is_found_behind_a_hole(void)
{
    g_autofree char *dir = fixture_dir();
    g_autoptr(GError) error = NULL;
    guint last = 1;

    g_assert_true(oyer_segment_last(dir, &last, &error));
    g_assert_cmpuint(last, ==, 0);
    put_file(dir, "000012.pcapng");
    put_file(dir, "000003.pcapng");
    put_file(dir, "next.partial");
    g_assert_true(oyer_segment_last(dir, &last, &error));
    g_assert_cmpuint(last, ==, 12);
    fixture_remove(dir);

    g_assert_false(oyer_segment_last(dir, &last, &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/journal/segment/a-name-gives-its-number-back",
                    test_a_name_gives_its_number_back);
    g_test_add_func("/journal/segment/refuses-other-names", test_refuses_other_names);
    g_test_add_func("/journal/segment/the-last-is-found-behind-a-hole",
                    test_the_last_is_found_behind_a_hole);
    return g_test_run();
}
