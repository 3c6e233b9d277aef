/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "schedule/online.h"

#include <string.h>

static const struct {
    const char *kind, *stage;
} stages[] = {
    {"first", "hearing"},         {"continued", "hearing"},
    {"pronouncement", "hearing"}, {"evidence_exchange", "evidence"},
    {"pre_trial", "evidence"},    {"inquiry", "inquiry"},
    {"mediation", "mediation"},
};

const char *oyer_online_word(OyerOnline online)
{
    static const char *const words[] = {"agreed", "ordered", "withdrawn", "none"};

    return online < G_N_ELEMENTS(words) ? words[online] : NULL;
}

const char *oyer_plan_stage(const char *kind)
{
    for (gsize i = 0; i < G_N_ELEMENTS(stages); i++)
        if (!strcmp(stages[i].kind, kind))
            return stages[i].stage;
    return "hearing";
}

gboolean oyer_online_needs_consent(const OyerPlanPerson *person)
{
    return person->mode != OYER_MODE_IN_PERSON &&
           (person->as == OYER_RESOURCE_PARTY ||
            person->as == OYER_RESOURCE_REPRESENTATIVE);
}

OyerPlan *oyer_plan_mixed(const OyerPlan *plan, OyerOnlineFunc online, gpointer data)
{
    g_autoptr(OyerPlan) mixed = oyer_plan_copy(plan);
    gboolean differs = FALSE;

    for (guint i = 0; i < mixed->people->len; i++) {
        OyerPlanPerson *person = mixed->people->pdata[i];
        if (!oyer_online_needs_consent(person) ||
            online(person->person, data) <= OYER_ONLINE_ORDERED)
            continue;
        person->mode = OYER_MODE_IN_PERSON;
        differs = TRUE;
    }
    return differs ? g_steal_pointer(&mixed) : NULL;
}
