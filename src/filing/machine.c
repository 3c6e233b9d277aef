/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/machine.h"

#include <string.h>

#define S(name) (1u << OYER_FILING_##name)

/* Stays where it is. */
#define SAME OYER_FILING_STATES

static const char *const state_words[OYER_FILING_STATES] = {
    [OYER_FILING_DRAFT] = "draft",
    [OYER_FILING_RECEIVED] = "received",
    [OYER_FILING_IN_REVIEW] = "in_review",
    [OYER_FILING_CORRECTION_REQUESTED] = "correction_requested",
    [OYER_FILING_RETURNED] = "returned",
    [OYER_FILING_INSISTED] = "insisted",
    [OYER_FILING_DOCKETED] = "docketed",
    [OYER_FILING_DEEMED_DOCKETED] = "deemed_docketed",
    [OYER_FILING_REFUSED] = "refused",
    [OYER_FILING_WITHDRAWN] = "withdrawn",
    [OYER_FILING_WRITING] = "writing",
    [OYER_FILING_FILED] = "filed",
    [OYER_FILING_SENT_BACK] = "sent_back",
    [OYER_FILING_ENTERED] = "entered",
    [OYER_FILING_TAKEN_BACK] = "taken_back",
};

/* A step has one office and leads to one state, from wherever it may be taken; with
 * papers, to one of theirs. */
static const struct {
    const char *word;
    OyerOffice office;
    guint from;
    OyerFilingState to;
    guint paper_from;
    OyerFilingState paper_to;
} steps[OYER_FILING_STEPS] = {
    [OYER_FILING_SAVE] = {"save", OYER_OFFICE_FILER, S(DRAFT) | S(CORRECTION_REQUESTED),
                          SAME, S(WRITING) | S(SENT_BACK), SAME},
    [OYER_FILING_SUBMIT] = {"submit", OYER_OFFICE_FILER,
                            S(DRAFT) | S(CORRECTION_REQUESTED), OYER_FILING_RECEIVED,
                            S(WRITING) | S(SENT_BACK), OYER_FILING_FILED},
    [OYER_FILING_WITHDRAW] = {"withdraw", OYER_OFFICE_FILER,
                              S(DRAFT) | S(RECEIVED) | S(IN_REVIEW) |
                                  S(CORRECTION_REQUESTED) | S(RETURNED) | S(INSISTED),
                              OYER_FILING_WITHDRAWN,
                              S(WRITING) | S(FILED) | S(SENT_BACK),
                              OYER_FILING_TAKEN_BACK},
    [OYER_FILING_INSIST] = {"insist", OYER_OFFICE_FILER, S(RETURNED),
                            OYER_FILING_INSISTED},
    [OYER_FILING_OPEN] = {"open", OYER_OFFICE_REGISTRY, S(RECEIVED),
                          OYER_FILING_IN_REVIEW},
    [OYER_FILING_NOTE] = {"note", OYER_OFFICE_REGISTRY, S(IN_REVIEW) | S(INSISTED),
                          SAME},
    [OYER_FILING_REQUEST_CORRECTION] = {"request_correction", OYER_OFFICE_REGISTRY,
                                        S(IN_REVIEW), OYER_FILING_CORRECTION_REQUESTED},
    [OYER_FILING_ACCEPT] = {"accept", OYER_OFFICE_REGISTRY, S(IN_REVIEW) | S(INSISTED),
                            OYER_FILING_DOCKETED},
    [OYER_FILING_REFUSE] = {"refuse", OYER_OFFICE_REGISTRY, S(IN_REVIEW) | S(INSISTED),
                            OYER_FILING_REFUSED},
    [OYER_FILING_EXTEND] = {"extend", OYER_OFFICE_REGISTRY,
                            S(CORRECTION_REQUESTED) | S(RETURNED),
                            OYER_FILING_CORRECTION_REQUESTED},
    [OYER_FILING_DEEM] = {"deem", OYER_OFFICE_SYSTEM,
                          S(RECEIVED) | S(IN_REVIEW) | S(INSISTED),
                          OYER_FILING_DEEMED_DOCKETED},
    [OYER_FILING_RETURN] = {"return", OYER_OFFICE_SYSTEM, S(CORRECTION_REQUESTED),
                            OYER_FILING_RETURNED},
    [OYER_FILING_ENTER] = {"enter", OYER_OFFICE_REGISTRY, 0, SAME, S(FILED),
                           OYER_FILING_ENTERED},
    [OYER_FILING_SEND_BACK] = {"send_back", OYER_OFFICE_REGISTRY, 0, SAME, S(FILED),
                               OYER_FILING_SENT_BACK},
    [OYER_FILING_RECALL] = {"recall", OYER_OFFICE_REGISTRY, 0, SAME, S(SENT_BACK),
                            OYER_FILING_FILED},
    [OYER_FILING_LAPSE] = {"lapse", OYER_OFFICE_SYSTEM, 0, SAME, S(SENT_BACK),
                           OYER_FILING_FILED},
};

static const char *const office_words[OYER_OFFICES] = {"filer", "registry", "system"};

gboolean oyer_filing_step(OyerFilingState state, OyerFilingStep step, OyerOffice office,
                          OyerFilingState *out_state)
{
    if (state >= OYER_FILING_STATES || step >= OYER_FILING_STEPS ||
        steps[step].office != office ||
        !((steps[step].from | steps[step].paper_from) & 1u << state))
        return FALSE;
    OyerFilingState to =
        oyer_filing_is_paper(state) ? steps[step].paper_to : steps[step].to;
    *out_state = to == SAME ? state : to;
    return TRUE;
}

gboolean oyer_filing_is_paper(OyerFilingState state)
{
    return state >= OYER_FILING_WRITING && state < OYER_FILING_STATES;
}

gboolean oyer_filing_is_open(OyerFilingState state)
{
    return state < OYER_FILING_STATES && (steps[OYER_FILING_DEEM].from & 1u << state);
}

const char *oyer_filing_state_word(OyerFilingState state)
{
    return state < OYER_FILING_STATES ? state_words[state] : NULL;
}

const char *oyer_filing_step_word(OyerFilingStep step)
{
    return step < OYER_FILING_STEPS ? steps[step].word : NULL;
}

const char *oyer_office_word(OyerOffice office)
{
    return office < OYER_OFFICES ? office_words[office] : NULL;
}

gint oyer_filing_state_of(const char *word)
{
    for (guint i = 0; word && i < OYER_FILING_STATES; i++)
        if (!strcmp(state_words[i], word))
            return (gint)i;
    return -1;
}
