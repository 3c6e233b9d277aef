/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/network.h"

/* The table of thresholds, row by row, at each of its edges. */
static const struct {
    const char *line;
    OyerRating rating;
    OyerCause cause;
    gboolean stated;
} rows[] = {
#define GOOD OYER_RATING_GOOD, OYER_CAUSE_NONE, FALSE
#define POOR(cause) OYER_RATING_POOR, OYER_CAUSE_##cause, FALSE
#define BAD(cause) OYER_RATING_BAD, OYER_CAUSE_##cause, FALSE
#define STATED(rating, cause) OYER_RATING_##rating, OYER_CAUSE_##cause, TRUE
    {"{}", GOOD},
    {"{\"up\":{\"audio_loss\":null},\"down\":{\"rtt_ms\":null}}", GOOD},
    {"{\"up\":{\"audio_loss\":0.0999}}", GOOD},
    {"{\"up\":{\"audio_loss\":0.10}}", POOR(SOUND_UP)},
    {"{\"up\":{\"audio_loss\":0.1499}}", POOR(SOUND_UP)},
    {"{\"up\":{\"audio_loss\":0.15}}", BAD(SOUND_UP)},
    {"{\"down\":{\"audio_loss\":0.0999}}", GOOD},
    {"{\"down\":{\"audio_loss\":0.10}}", POOR(SOUND_DOWN)},
    {"{\"down\":{\"audio_loss\":0.15}}", BAD(SOUND_DOWN)},
    {"{\"up\":{\"video_loss\":0.0999}}", GOOD},
    {"{\"up\":{\"video_loss\":0.10}}", POOR(PICTURE_UP)},
    {"{\"up\":{\"video_loss\":0.15}}", BAD(PICTURE_UP)},
    {"{\"up\":{\"loss_sender\":0.0999}}", GOOD},
    {"{\"up\":{\"loss_sender\":0.10}}", POOR(PICTURE_UP)},
    {"{\"up\":{\"loss_sender\":0.15}}", BAD(PICTURE_UP)},
    {"{\"down\":{\"video_loss\":0.0999}}", GOOD},
    {"{\"down\":{\"video_loss\":0.10}}", POOR(PICTURE_DOWN)},
    {"{\"down\":{\"video_loss\":0.15}}", BAD(PICTURE_DOWN)},
    {"{\"down\":{\"loss_sender\":0.0999}}", GOOD},
    {"{\"down\":{\"loss_sender\":0.10}}", POOR(PICTURE_DOWN)},
    {"{\"down\":{\"loss_sender\":0.15}}", BAD(PICTURE_DOWN)},
    {"{\"up\":{\"frozen_ms\":999}}", GOOD},
    {"{\"up\":{\"frozen_ms\":1000}}", POOR(PICTURE_UP)},
    {"{\"up\":{\"frozen_ms\":2500}}", BAD(PICTURE_UP)},
    {"{\"up\":{\"rtt_ms\":399}}", GOOD},
    {"{\"up\":{\"rtt_ms\":400}}", POOR(DELAY)},
    {"{\"down\":{\"rtt_ms\":1000}}", BAD(DELAY)},
    {"{\"up\":{\"jitter_ms\":99}}", GOOD},
    {"{\"up\":{\"jitter_ms\":100}}", POOR(SOUND_UP)},
    {"{\"down\":{\"jitter_ms\":250}}", BAD(SOUND_DOWN)},
    {"{\"client\":{\"concealed\":0.049}}", GOOD},
    {"{\"client\":{\"concealed\":0.05}}", STATED(POOR, SOUND_DOWN)},
    {"{\"client\":{\"concealed\":0.15}}", STATED(BAD, SOUND_DOWN)},
    {"{\"client\":{\"down_loss\":0.10}}", STATED(POOR, PICTURE_DOWN)},
    {"{\"client\":{\"up_loss\":0.15}}", STATED(BAD, PICTURE_UP)},
    {"{\"client\":{\"frozen_ms\":1000}}", STATED(POOR, PICTURE_DOWN)},
    {"{\"client\":{\"rtt_ms\":1000}}", STATED(BAD, DELAY)},
    /* The worst is named; of equals, sound before picture, ours before theirs. */
    {"{\"up\":{\"audio_loss\":0.11,\"video_loss\":0.2}}", BAD(PICTURE_UP)},
    {"{\"up\":{\"video_loss\":0.2},\"down\":{\"audio_loss\":0.2}}", BAD(SOUND_DOWN)},
    {"{\"down\":{\"audio_loss\":0.2},\"client\":{\"concealed\":0.9}}", BAD(SOUND_DOWN)},
};

static void test_row(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autoptr(json_t) line = json_loads(rows[i].line, 0, NULL);

    g_assert_nonnull(line);
    OyerVerdict verdict = oyer_network_judge(line);
    g_assert_cmpint(verdict.rating, ==, rows[i].rating);
    g_assert_cmpint(verdict.cause, ==, rows[i].cause);
    g_assert_cmpint(verdict.stated, ==, rows[i].stated);
}

static void test_words(void)
{
    g_assert_cmpstr(oyer_rating_word(OYER_RATING_POOR), ==, "poor");
    g_assert_cmpstr(oyer_cause_word(OYER_CAUSE_SOUND_UP), ==, "sound_up");
    g_assert_null(oyer_cause_word(OYER_CAUSE_NONE));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/hearing/network/row-%02u", i);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_row);
    }
    g_test_add_func("/hearing/network/has-words", test_words);
    return g_test_run();
}
