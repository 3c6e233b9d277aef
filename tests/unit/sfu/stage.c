/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/stage.h"

#include <string.h>

static gboolean may_all(const char *participant, gpointer data)
{
    (void)participant;
    (void)data;
    return TRUE;
}

static gboolean may_not(const char *participant, gpointer data)
{
    return strcmp(participant, data) != 0;
}

static void whoever_spoke_last_is_first(void)
{
    OyerStage stage = {0};

    oyer_stage_join(&stage, "judge");
    oyer_stage_join(&stage, "witness");
    oyer_stage_join(&stage, "party");
    g_assert_cmpstr(oyer_stage_choose(&stage, may_all, NULL), ==, "judge");
    oyer_stage_spoke(&stage, "party");
    oyer_stage_spoke(&stage, "witness");
    g_assert_cmpstr(oyer_stage_choose(&stage, may_all, NULL), ==, "witness");
}

static void who_must_not_be_seen_gives_way_to_the_one_before(void)
{
    OyerStage stage = {0};
    char witness[] = "witness";

    oyer_stage_spoke(&stage, "judge");
    oyer_stage_spoke(&stage, "party");
    oyer_stage_spoke(&stage, "witness");
    g_assert_cmpstr(oyer_stage_choose(&stage, may_not, witness), ==, "party");
}

static void who_leaves_is_not_shown(void)
{
    OyerStage stage = {0};

    oyer_stage_spoke(&stage, "judge");
    oyer_stage_spoke(&stage, "party");
    oyer_stage_leave(&stage, "party");
    oyer_stage_leave(&stage, "party");
    g_assert_cmpstr(oyer_stage_choose(&stage, may_all, NULL), ==, "judge");
    oyer_stage_leave(&stage, "judge");
    g_assert_null(oyer_stage_choose(&stage, may_all, NULL));
}

static void more_people_than_it_holds_do_no_harm(void)
{
    OyerStage stage = {0};

    for (int i = 0; i < 2 * OYER_STAGE_MAX; i++) {
        g_autofree char *name = g_strdup_printf("p%d", i);

        oyer_stage_spoke(&stage, name);
    }
    g_assert_cmpuint(stage.count, ==, OYER_STAGE_MAX);
    oyer_stage_spoke(&stage, "p3");
    g_assert_cmpstr(oyer_stage_choose(&stage, may_all, NULL), ==, "p3");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sfu/stage/whoever-spoke-last-is-first",
                    whoever_spoke_last_is_first);
    g_test_add_func("/sfu/stage/who-must-not-be-seen-gives-way-to-the-one-before",
                    who_must_not_be_seen_gives_way_to_the_one_before);
    g_test_add_func("/sfu/stage/who-leaves-is-not-shown", who_leaves_is_not_shown);
    g_test_add_func("/sfu/stage/more-people-than-it-holds-do-no-harm",
                    more_people_than_it_holds_do_no_harm);
    return g_test_run();
}
