/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/machine.h"

#include <string.h>

/* The drawing of docs/FILING.md, as it stands there. */
static const struct {
    const char *from, *step, *office, *to;
} drawing[] = {
    {"draft", "save", "filer", "draft"},
    {"correction_requested", "save", "filer", "correction_requested"},
    {"draft", "submit", "filer", "received"},
    {"correction_requested", "submit", "filer", "received"},
    {"draft", "withdraw", "filer", "withdrawn"},
    {"received", "withdraw", "filer", "withdrawn"},
    {"in_review", "withdraw", "filer", "withdrawn"},
    {"correction_requested", "withdraw", "filer", "withdrawn"},
    {"returned", "withdraw", "filer", "withdrawn"},
    {"insisted", "withdraw", "filer", "withdrawn"},
    {"returned", "insist", "filer", "insisted"},
    {"received", "open", "registry", "in_review"},
    {"in_review", "note", "registry", "in_review"},
    {"insisted", "note", "registry", "insisted"},
    {"in_review", "request_correction", "registry", "correction_requested"},
    {"in_review", "accept", "registry", "docketed"},
    {"insisted", "accept", "registry", "docketed"},
    {"in_review", "refuse", "registry", "refused"},
    {"insisted", "refuse", "registry", "refused"},
    {"correction_requested", "extend", "registry", "correction_requested"},
    {"returned", "extend", "registry", "correction_requested"},
    {"received", "deem", "system", "deemed_docketed"},
    {"in_review", "deem", "system", "deemed_docketed"},
    {"insisted", "deem", "system", "deemed_docketed"},
    {"correction_requested", "return", "system", "returned"},
    /* docs/PAPERS.md */
    {"writing", "save", "filer", "writing"},
    {"sent_back", "save", "filer", "sent_back"},
    {"writing", "submit", "filer", "filed"},
    {"sent_back", "submit", "filer", "filed"},
    {"writing", "withdraw", "filer", "taken_back"},
    {"filed", "withdraw", "filer", "taken_back"},
    {"sent_back", "withdraw", "filer", "taken_back"},
    {"filed", "enter", "registry", "entered"},
    {"filed", "send_back", "registry", "sent_back"},
    {"sent_back", "recall", "registry", "filed"},
    {"sent_back", "lapse", "system", "filed"},
};

static const char *drawn(guint state, guint step, guint office)
{
    for (gsize i = 0; i < G_N_ELEMENTS(drawing); i++)
        if (!strcmp(drawing[i].from, oyer_filing_state_word(state)) &&
            !strcmp(drawing[i].step, oyer_filing_step_word(step)) &&
            !strcmp(drawing[i].office, oyer_office_word(office)))
            return drawing[i].to;
    return NULL;
}

static void test_every_step_is_as_drawn(void)
{
    for (guint state = 0; state < OYER_FILING_STATES; state++)
        for (guint step = 0; step < OYER_FILING_STEPS; step++)
            for (guint office = 0; office < OYER_OFFICES; office++) {
                OyerFilingState to = OYER_FILING_STATES;
                gboolean may = oyer_filing_step(state, step, office, &to);
                g_assert_cmpstr(may ? oyer_filing_state_word(to) : NULL, ==,
                                drawn(state, step, office));
            }
}

static void test_what_is_over_stays_over(void)
{
    static const OyerFilingState over[] = {
        OYER_FILING_DOCKETED,  OYER_FILING_DEEMED_DOCKETED, OYER_FILING_REFUSED,
        OYER_FILING_WITHDRAWN, OYER_FILING_ENTERED,         OYER_FILING_TAKEN_BACK};

    for (gsize i = 0; i < G_N_ELEMENTS(over); i++) {
        g_assert_false(oyer_filing_is_open(over[i]));
        for (guint step = 0; step < OYER_FILING_STEPS; step++)
            for (guint office = 0; office < OYER_OFFICES; office++) {
                OyerFilingState to;
                g_assert_false(oyer_filing_step(over[i], step, office, &to));
            }
    }
}

static void test_a_paper_stays_a_paper(void)
{
    for (guint state = 0; state < OYER_FILING_STATES; state++)
        for (guint step = 0; step < OYER_FILING_STEPS; step++)
            for (guint office = 0; office < OYER_OFFICES; office++) {
                OyerFilingState to;
                if (oyer_filing_step(state, step, office, &to))
                    g_assert_cmpint(oyer_filing_is_paper(state), ==,
                                    oyer_filing_is_paper(to));
            }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/filing/machine/every-step-is-as-drawn",
                    test_every_step_is_as_drawn);
    g_test_add_func("/filing/machine/what-is-over-stays-over",
                    test_what_is_over_stays_over);
    g_test_add_func("/filing/machine/a-paper-stays-a-paper",
                    test_a_paper_stays_a_paper);
    return g_test_run();
}
