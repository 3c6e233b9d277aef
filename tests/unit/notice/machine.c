/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "notice/machine.h"

#include "base/clock.h"

/* Where each step leads from each state, in the order of the enums; '-' nowhere. */
static const char *const courses[OYER_SENDING_STATES] = {
    /* state         claim hand accept put_off refuse lose repeat arrive bounce lack cancel */
    [OYER_SENDING_WAITING] = "c--------ux", [OYER_SENDING_CLAIMED] = "-h-wfww--ux",
    [OYER_SENDING_HANDED] = "--swf?wab--",  [OYER_SENDING_SENT] = "-------ab--",
    [OYER_SENDING_ARRIVED] = "--------b--", [OYER_SENDING_BOUNCED] = "-----------",
    [OYER_SENDING_FAILED] = "-----------",  [OYER_SENDING_UNCERTAIN] = "-------ab--",
    [OYER_SENDING_UNSENT] = "-----------",  [OYER_SENDING_CANCELLED] = "-----------",
};

/* A letter for each state, in their order. */
static const char letters[] = "wchsabf?ux";

static void test_every_step_of_the_table(void)
{
    for (guint state = 0; state < OYER_SENDING_STATES; state++) {
        for (guint step = 0; step < OYER_SENDING_STEPS; step++) {
            OyerSendingState to = 0;
            gboolean may = oyer_sending_step(state, step, &to);
            g_assert_cmpint(may ? letters[to] : '-', ==, courses[state][step]);
        }
        g_assert_cmpint(
            oyer_sending_state_of(oyer_sending_state_word((OyerSendingState)state)), ==,
            state);
    }
    g_assert_cmpint(oyer_sending_state_of("claimed "), ==, -1);
}

static void test_what_was_handed_over_is_not_sent_again_unless_it_is_known(void)
{
    OyerSendingState to;

    g_assert_true(oyer_sending_step(OYER_SENDING_HANDED, OYER_SENDING_LOSE, &to));
    g_assert_cmpint(to, ==, OYER_SENDING_UNCERTAIN);
    g_assert_true(oyer_sending_is_task(to));
    for (guint step = 0; step < OYER_SENDING_STEPS; step++)
        g_assert_false(oyer_sending_step(OYER_SENDING_UNCERTAIN, step, &to) &&
                       to == OYER_SENDING_WAITING);
}

static void test_pauses_grow(void)
{
    gint64 minute_us = 60 * OYER_SECOND_US;

    g_assert_cmpint(oyer_sending_pause_us(1, minute_us), ==, minute_us);
    g_assert_cmpint(oyer_sending_pause_us(2, minute_us), ==, 4 * minute_us);
    g_assert_cmpint(oyer_sending_pause_us(3, minute_us), ==, 16 * minute_us);
    g_assert_cmpint(oyer_sending_pause_us(100, minute_us), ==, 360 * minute_us);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/notice/machine/every-step-of-the-table",
                    test_every_step_of_the_table);
    g_test_add_func(
        "/notice/machine/what-was-handed-over-is-not-sent-again-unless-it-is-known",
        test_what_was_handed_over_is_not_sent_again_unless_it_is_known);
    g_test_add_func("/notice/machine/pauses-grow", test_pauses_grow);
    return g_test_run();
}
