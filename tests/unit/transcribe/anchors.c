/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcribe/anchors.h"

#define SECOND 16000
#define SECOND_US 1000000

static void test_samples_count_on_from_the_first_anchor(void)
{
    OyerAnchors anchors = {.n = 0};

    g_assert_cmpint(oyer_anchors_time(&anchors, 5), ==, 0);
    oyer_anchors_note(&anchors, 0, 7000000);
    g_assert_cmpint(oyer_anchors_time(&anchors, SECOND), ==, 8000000);
    g_assert_cmpint(oyer_anchors_time(&anchors, SECOND / 2), ==, 7500000);
}

static void test_small_differences_make_no_anchor(void)
{
    OyerAnchors anchors = {.n = 0};

    oyer_anchors_note(&anchors, 0, SECOND_US);
    oyer_anchors_note(&anchors, SECOND, 2 * SECOND_US + OYER_ANCHORS_SLACK_US);
    oyer_anchors_note(&anchors, SECOND, 2 * SECOND_US - OYER_ANCHORS_SLACK_US);
    g_assert_cmpuint(anchors.n, ==, 1);
    oyer_anchors_note(&anchors, SECOND, 2 * SECOND_US + OYER_ANCHORS_SLACK_US + 1);
    g_assert_cmpuint(anchors.n, ==, 2);
}

/* A minute of mute between two words: each keeps its own time. */
static void test_a_gap_without_samples_moves_only_what_follows(void)
{
    OyerAnchors anchors = {.n = 0};

    oyer_anchors_note(&anchors, 0, 0);
    oyer_anchors_note(&anchors, 2 * SECOND, 62 * (gint64)SECOND_US);
    g_assert_cmpint(oyer_anchors_time(&anchors, SECOND), ==, SECOND_US);
    g_assert_cmpint(oyer_anchors_time(&anchors, 3 * SECOND), ==,
                    63 * (gint64)SECOND_US);
}

static void test_the_oldest_are_forgotten(void)
{
    OyerAnchors anchors = {.n = 0};

    for (gint64 i = 0; i < OYER_ANCHORS_MAX + 10; i++)
        oyer_anchors_note(&anchors, i * SECOND, i * 2 * SECOND_US);
    g_assert_cmpuint(anchors.n, ==, OYER_ANCHORS_MAX);
    gint64 last = OYER_ANCHORS_MAX + 9;
    g_assert_cmpint(oyer_anchors_time(&anchors, last * SECOND), ==,
                    last * 2 * SECOND_US);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transcribe/anchors/samples-count-on-from-the-first-anchor",
                    test_samples_count_on_from_the_first_anchor);
    g_test_add_func("/transcribe/anchors/small-differences-make-no-anchor",
                    test_small_differences_make_no_anchor);
    g_test_add_func("/transcribe/anchors/a-gap-without-samples-moves-only-what-follows",
                    test_a_gap_without_samples_moves_only_what_follows);
    g_test_add_func("/transcribe/anchors/the-oldest-are-forgotten",
                    test_the_oldest_are_forgotten);
    return g_test_run();
}
