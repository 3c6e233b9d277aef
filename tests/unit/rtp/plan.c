/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/plan.h"

static void test_query_carries_the_plan(void)
{
    g_autofree OyerPlan *plan = g_new0(OyerPlan, 1);
    GstQuery *query = oyer_plan_query_new();

    g_assert_true(oyer_plan_query_is(query));
    g_assert_null(oyer_plan_query_plan(query));
    oyer_plan_query_answer(query, plan);
    g_assert_true(oyer_plan_query_plan(query) == plan);
    gst_query_unref(query);
}

static void test_other_queries_are_not_plans(void)
{
    GstQuery *latency = gst_query_new_latency();
    GstQuery *custom =
        gst_query_new_custom(GST_QUERY_CUSTOM, gst_structure_new_empty("x"));

    g_assert_false(oyer_plan_query_is(latency));
    g_assert_false(oyer_plan_query_is(custom));
    gst_query_unref(latency);
    gst_query_unref(custom);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    gst_init(NULL, NULL);
    g_test_add_func("/rtp/plan/query-carries-the-plan", test_query_carries_the_plan);
    g_test_add_func("/rtp/plan/other-queries-are-not-plans",
                    test_other_queries_are_not_plans);
    return g_test_run();
}
