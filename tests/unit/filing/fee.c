/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/fee.h"

#include <string.h>

#define YUAN 100

static json_t *parse(const char *text, GError **error)
{
    return oyer_fees_parse(text, strlen(text), error);
}

/* Measures on Litigation Fees §13(1): each step's share, added up. */
static void test_rises_by_the_steps_of_the_rule(void)
{
    static const struct {
        gint64 amount, fee;
    } rows[] = {{1, 50},           {10000, 50},        {10001, 50},
                {100000, 2300},    {200000, 4300},     {500000, 8800},
                {1000000, 13800},  {2000000, 22800},   {5000000, 46800},
                {10000000, 81800}, {20000000, 141800}, {30000000, 191800}};
    g_autoptr(json_t) fees = oyer_fees_built_in();

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(oyer_fee_fen(fees, "sale", "ordinary", rows[i].amount * YUAN) /
                            YUAN,
                        ==, rows[i].fee);
}

static void test_half_of_it_in_a_summary_procedure(void)
{
    g_autoptr(json_t) fees = oyer_fees_built_in();

    g_assert_cmpint(oyer_fee_fen(fees, "sale", "summary", 100000 * YUAN), ==,
                    1150 * YUAN);
    g_assert_cmpint(oyer_fee_fen(fees, "labour", "summary", 100000 * YUAN), ==,
                    5 * YUAN);
}

static void test_some_causes_and_no_sum_cost_the_same(void)
{
    g_autoptr(json_t) fees = oyer_fees_built_in();

    g_assert_cmpint(oyer_fee_fen(fees, "labour", "ordinary", 100000 * YUAN), ==,
                    10 * YUAN);
    g_assert_cmpint(oyer_fee_fen(fees, "reputation", "ordinary", 0), ==, 100 * YUAN);
    g_assert_cmpuint(oyer_fee_days(fees), ==, 7);
    g_assert_nonnull(strstr(oyer_fee_rule(fees), "§§13"));
}

static void test_refuses_what_is_no_list_of_fees(void)
{
#define REST "\"no_amount_fen\":1,\"causes\":[],\"halved\":[]}"
#define LAST "{\"to_fen\":0,\"fixed_fen\":0,\"per_10000\":1}"
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"days\":7,\"rule\":\"r\",\"steps\":[]," REST,
        "{\"days\":0,\"rule\":\"r\",\"steps\":[" LAST "]," REST,
        "{\"days\":7,\"rule\":\"r\",\"steps\":[" LAST "," LAST "]," REST,
        "{\"days\":7,\"rule\":\"r\",\"steps\":[{\"to_fen\":0,\"fixed_fen\":0,"
        "\"per_10000\":2001}]," REST,
        "{\"days\":7,\"rule\":\"r\",\"steps\":[{\"to_fen\":5,\"fixed_fen\":0,"
        "\"per_10000\":1}]," REST,
        "{\"days\":7,\"rule\":\"r\",\"steps\":[" LAST "],\"no_amount_fen\":1,"
        "\"causes\":[{\"code\":\"a\",\"fee_fen\":-1}],\"halved\":[]}",
        "{\"days\":7,\"rule\":\"r\",\"steps\":[" LAST "],\"no_amount_fen\":1,"
        "\"causes\":[],\"halved\":[1]}"};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(parse(bad[i], &error));
        g_assert_nonnull(error);
    }
    g_autoptr(json_t) good =
        parse("{\"days\":7,\"rule\":\"r\",\"steps\":[" LAST "]," REST, NULL);
    g_assert_cmpint(oyer_fee_fen(good, "", "", 20000), ==, 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func("/filing/fee/" name, function)
    ADD("rises-by-the-steps-of-the-rule", test_rises_by_the_steps_of_the_rule);
    ADD("half-of-it-in-a-summary-procedure", test_half_of_it_in_a_summary_procedure);
    ADD("some-causes-and-no-sum-cost-the-same",
        test_some_causes_and_no_sum_cost_the_same);
    ADD("refuses-what-is-no-list-of-fees", test_refuses_what_is_no_list_of_fees);
    return g_test_run();
}
