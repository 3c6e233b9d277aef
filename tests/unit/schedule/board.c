/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "court.h"

static void test_names_what_takes_the_time(Court *court,
                                           gconstpointer unused G_GNUC_UNUSED)
{
    const OyerBusy leave = {"judge-1", "", OYER_RESOURCE_JUDGE, {100, 200}};
    const OyerBusy hearing = {"judge-1", "h-1", OYER_RESOURCE_PANEL, {300, 400}};
    OyerBusy found;

    oyer_board_add(court->board, &hearing);
    oyer_board_add(court->board, &leave);
    g_assert_true(
        oyer_board_clash(court->board, "judge-1", (OyerSpan){399, 500}, "", &found));
    g_assert_cmpstr(found.hearing, ==, "h-1");
    g_assert_cmpint(found.as, ==, OYER_RESOURCE_PANEL);
    g_assert_cmpint(found.span.from_us, ==, 300);
    g_assert_true(
        oyer_board_clash(court->board, "judge-1", (OyerSpan){0, 1000}, "h-1", &found));
    g_assert_cmpint(found.span.from_us, ==, 100);
    /* Leave is no work. */
    g_assert_cmpint(oyer_board_load_us(court->board, "judge-1"), ==, 100);
}

static void test_ends_touch_without_a_clash(Court *court,
                                            gconstpointer unused G_GNUC_UNUSED)
{
    const OyerBusy busy = {"room-1", "h-1", OYER_RESOURCE_ROOM, {100, 200}};

    oyer_board_add(court->board, &busy);
    g_assert_false(
        oyer_board_clash(court->board, "room-1", (OyerSpan){200, 300}, "", NULL));
    g_assert_false(
        oyer_board_clash(court->board, "room-1", (OyerSpan){0, 100}, "", NULL));
    g_assert_true(
        oyer_board_clash(court->board, "room-1", (OyerSpan){99, 101}, "", NULL));
    g_assert_false(
        oyer_board_clash(court->board, "room-2", (OyerSpan){99, 101}, "", NULL));
    oyer_board_remove(court->board, "h-1");
    g_assert_false(
        oyer_board_clash(court->board, "room-1", (OyerSpan){0, 300}, "", NULL));
    g_assert_cmpint(oyer_board_load_us(court->board, "room-1"), ==, 0);
}

static void count(const OyerBusy *busy, gpointer data)
{
    gint64 *last_us = data;

    g_assert_cmpint(busy->span.from_us, >=, last_us[1]);
    last_us[0]++;
    last_us[1] = busy->span.from_us;
}

/* Long and short ones in any order: as many as counting them one by one gives. */
static void test_finds_every_overlap(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    OyerSpan all[300];

    for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
        gint64 from_us = g_test_rand_int_range(0, 10000);
        all[i] = (OyerSpan){from_us, from_us + g_test_rand_int_range(1, 1500)};
        oyer_board_add(court->board,
                       &(OyerBusy){"judge-1", "h", OYER_RESOURCE_JUDGE, all[i]});
    }
    for (int round = 0; round < 500; round++) {
        gint64 from_us = g_test_rand_int_range(-100, 11000), seen[2] = {0, G_MININT64};
        const OyerSpan span = {from_us, from_us + g_test_rand_int_range(1, 900)};
        gint64 expected = 0;
        for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
            expected += all[i].from_us < span.to_us && span.from_us < all[i].to_us;
        oyer_board_each(court->board, "judge-1", span, "", count, seen);
        g_assert_cmpint(seen[0], ==, expected);
    }
}

#define ADD(name, func)                                                  \
    g_test_add("/schedule/board/" name, Court, NULL, court_set_up, func, \
               court_tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("names-what-takes-the-time", test_names_what_takes_the_time);
    ADD("ends-touch-without-a-clash", test_ends_touch_without_a_clash);
    ADD("finds-every-overlap", test_finds_every_overlap);
    return g_test_run();
}
