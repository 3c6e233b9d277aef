/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "schedule/plan.h"

#include <string.h>

#define PERSON "{\"person\":\"p-1\",\"as\":\"judge\",\"mode\":\"video\"}"
#define SPAN "{\"from_us\":1773363600000000,\"to_us\":1773367200000000}"
#define REST "\"sessions\":[" SPAN "],\"people\":[" PERSON "]"

static OyerPlan *parse(const char *text, GError **error)
{
    g_autoptr(json_t) object = oyer_json_parse(text, strlen(text), NULL);

    g_assert_nonnull(object);
    return oyer_plan_parse(object, error);
}

static void test_comes_out_as_it_went_in(void)
{
    g_autoptr(OyerPlan) plan = parse(
        "{\"kind\":\"mediation\",\"openness\":\"closed\",\"room\":\"r-1\","
        "\"cases\":[\"c-1\",\"c-2\"],\"sessions\":[" SPAN "],\"people\":[" PERSON
        ",{\"person\":\"p-2\",\"as\":\"party\",\"mode\":\"phone\",\"side\":"
        "\"defendant\"},{\"name\":\"Li\",\"as\":\"representative\",\"mode\":"
        "\"in_person\",\"represents\":\"p-2\"}],\"waiver\":{\"ground\":\"agreed\","
        "\"reason\":\"both want it\",\"persons\":[\"p-2\"]}}",
        NULL);

    g_assert_nonnull(plan);
    g_assert_cmpuint(plan->cases->len, ==, 2);
    g_assert_cmpuint(oyer_plan_count(plan, OYER_RESOURCE_PARTY), ==, 1);
    g_assert_cmpint(oyer_plan_person(plan, "p-2")->mode, ==, OYER_MODE_PHONE);
    g_assert_cmpint(plan->waiver, ==, OYER_WAIVER_AGREED);
    g_autoptr(OyerPlan) copy = oyer_plan_copy(plan);
    g_autoptr(json_t) one = oyer_plan_json(plan), other = oyer_plan_json(copy);
    g_assert_true(json_equal(one, other));
}

static void test_refuses_what_cannot_be_meant(void)
{
    static const char *const texts[] = {
        "{\"cases\":[]," REST "}",
        "{\"cases\":[\"c\",\"c\"]," REST "}",
        "{\"cases\":[\"../c\"]," REST "}",
        "{\"cases\":[\"c\"],\"more\":1," REST "}",
        "{\"cases\":[\"c\"],\"kind\":\"dinner\"," REST "}",
        "{\"cases\":[\"c\"],\"sessions\":[],\"people\":[" PERSON "," PERSON "]}",
        "{\"cases\":[\"c\"],\"sessions\":[" SPAN "," SPAN "],\"people\":[]}",
        "{\"cases\":[\"c\"],\"sessions\":[{\"from_us\":5,\"to_us\":4}],\"people\":[]}",
        "{\"cases\":[\"c\"],\"sessions\":[{\"from_us\":1773363600000000,"
        "\"to_us\":1873363600000000}],\"people\":[]}",
        "{\"cases\":[\"c\"],\"sessions\":[],\"people\":[{\"person\":\"p\",\"as\":"
        "\"room\",\"mode\":\"video\"}]}",
        "{\"cases\":[\"c\"],\"sessions\":[],\"people\":[{\"as\":\"witness\","
        "\"mode\":\"video\"}]}",
        "{\"cases\":[\"c\"],\"waiver\":{\"ground\":\"none\",\"reason\":\"x\"}," REST
        "}",
        "{\"cases\":[\"c\"],\"waiver\":{\"ground\":\"agreed\",\"reason\":\"\"}," REST
        "}",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(parse(texts[i], &error));
        g_assert_nonnull(error);
    }
}

static void test_every_word_is_understood(void)
{
    for (guint i = 0; i < OYER_RESOURCES; i++)
        g_assert_cmpint(oyer_resource_of(oyer_resource_word(i)), ==, (gint)i);
    for (guint i = 0; i < OYER_MODES; i++)
        g_assert_cmpint(oyer_mode_of(oyer_mode_word(i)), ==, (gint)i);
    g_assert_cmpint(oyer_resource_of("cook"), ==, -1);
    g_assert_cmpint(oyer_mode_of(NULL), ==, -1);
    g_assert_cmpstr(oyer_resource_role(OYER_RESOURCE_PANEL), ==, "judge");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/schedule/plan/comes-out-as-it-went-in",
                    test_comes_out_as_it_went_in);
    g_test_add_func("/schedule/plan/refuses-what-cannot-be-meant",
                    test_refuses_what_cannot_be_meant);
    g_test_add_func("/schedule/plan/every-word-is-understood",
                    test_every_word_is_understood);
    return g_test_run();
}
