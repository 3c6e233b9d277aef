/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/state.h"

/* The words of docs/PROTOCOL.md, in its order where it gives one. */
static const struct {
    const OyerWords *words;
    const char *all;
} lists[] = {
    {&oyer_role_words,
     "judge clerk party representative witness interpreter observer usher mediator"},
    {&oyer_room_words, "none lobby waiting witness hearing"},
    {&oyer_status_words, "invited checked_in waiting admitted in_hearing disconnected "
                         "absent sent_out dismissed removed left"},
    {&oyer_hearing_status_words, "scheduled ready in_progress part_heard concluded "
                                 "cancelled"},
    {&oyer_session_words, "not_started in_session paused suspended closed"},
    {&oyer_recording_words, "idle armed recording paused failed closing sealed"},
    {&oyer_record_words, "none recording finishing sealing sealed failed"},
    {&oyer_stage_words,
     "(null) opening identity rights statement defence investigation "
     "debate last_words mediation deliberation pronouncement "
     "transcript_review"},
    {&oyer_screen_words, "video audio both presence"},
    {&oyer_alert_code_words,
     "recorder_stopped recorder_disk_low track_silent person_lost person_waiting "
     "media_restarted transcriber_down trouble second_device line_weak help_unheard"},
};

static void test_are_those_of_the_protocol(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autoptr(GString) all = g_string_new(NULL);
        for (guint value = 0; value < lists[i].words->count; value++) {
            const char *word = oyer_word(lists[i].words, value);
            g_string_append_printf(all, "%s%s", value ? " " : "",
                                   word ? word : "(null)");
            if (word)
                g_assert_cmpint(oyer_word_value(lists[i].words, word), ==, (gint)value);
        }
        g_assert_cmpstr(all->str, ==, lists[i].all);
    }
}

static void test_other_words_have_no_value(void)
{
    g_assert_cmpint(oyer_word_value(&oyer_role_words, "Judge"), ==, -1);
    g_assert_cmpint(oyer_word_value(&oyer_role_words, ""), ==, -1);
    g_assert_cmpint(oyer_word_value(&oyer_stage_words, NULL), ==, -1);
    g_assert_null(oyer_word(&oyer_role_words, OYER_ROLES));
}

static void test_every_stage_has_both_titles(void)
{
    for (guint stage = OYER_STAGE_OPENING; stage < OYER_STAGES; stage++) {
        g_assert_cmpstr(oyer_stage_title_zh(stage), !=, "");
        g_assert_cmpstr(oyer_stage_title_en(stage), !=, "");
    }
}

static void test_kinds_are_bits(void)
{
    g_assert_cmpuint(oyer_kind_bit("audio"), ==, OYER_AUDIO);
    g_assert_cmpuint(oyer_kind_bit("video"), ==, OYER_VIDEO);
    g_assert_cmpuint(oyer_kind_bit("screen"), ==, OYER_SCREEN);
    g_assert_cmpuint(oyer_kind_bit("smell"), ==, 0);
    g_assert_cmpuint(oyer_kind_bit(NULL), ==, 0);
    g_assert_cmpstr(oyer_kind_word(OYER_SCREEN), ==, "screen");
    g_assert_null(oyer_kind_word(OYER_PRESENCE));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hearing/words/are-those-of-the-protocol",
                    test_are_those_of_the_protocol);
    g_test_add_func("/hearing/words/other-words-have-no-value",
                    test_other_words_have_no_value);
    g_test_add_func("/hearing/words/every-stage-has-both-titles",
                    test_every_stage_has_both_titles);
    g_test_add_func("/hearing/words/kinds-are-bits", test_kinds_are_bits);
    return g_test_run();
}
