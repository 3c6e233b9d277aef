/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/authority.h"

#include "support/document.h"

static void test_claims_need_special_authority(void)
{
    static const OyerAct dear[] = {
        OYER_ACT_ADMIT,    OYER_ACT_WAIVE,        OYER_ACT_CHANGE, OYER_ACT_SETTLE,
        OYER_ACT_WITHDRAW, OYER_ACT_COUNTERCLAIM, OYER_ACT_APPEAL};

    for (gsize i = 0; i < G_N_ELEMENTS(dear); i++) {
        OyerActs this_one = 1u << dear[i];
        g_assert_true(oyer_authority_is_special(dear[i]));
        g_assert_false(oyer_authority_may(dear[i], "lawyer", "general", this_one));
        g_assert_false(oyer_authority_may(dear[i], "lawyer", "special", ~this_one));
        g_assert_true(oyer_authority_may(dear[i], "lawyer", "special", this_one));
        g_assert_true(oyer_authority_may(dear[i], "guardian", "general", 0));
    }
}

static void test_what_is_unknown_is_refused(void)
{
    g_assert_true(oyer_authority_may(OYER_ACT_ANSWER, "lawyer", "general", 0));
    g_assert_false(oyer_authority_may(OYER_ACT_ANSWER, "friend", "general", 0));
    g_assert_false(oyer_authority_may(OYER_ACT_ANSWER, "lawyer", "", 0));
    g_assert_false(oyer_authority_may(OYER_ACT_ANSWER, NULL, NULL, 0));
    g_assert_false(oyer_authority_may(OYER_ACTS, "guardian", "general", 0));
}

static void test_matters_are_special_acts(void)
{
    OyerActs acts = 0;

    g_assert_true(oyer_acts_parse("settle  admit", &acts));
    g_autofree char *text = oyer_acts_text(acts);
    g_assert_cmpstr(text, ==, "admit settle");
    g_assert_true(oyer_acts_parse("", &acts));
    g_assert_cmpuint(acts, ==, 0);
    g_assert_false(oyer_acts_parse("read", &acts));
    g_assert_false(oyer_acts_parse("everything", &acts));
}

static void test_the_document_shows_this_table(void)
{
    g_autofree char *table = oyer_authority_text();

    document_must_hold("PERMISSIONS.md", table);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/filing/authority/claims-need-special-authority",
                    test_claims_need_special_authority);
    g_test_add_func("/filing/authority/what-is-unknown-is-refused",
                    test_what_is_unknown_is_refused);
    g_test_add_func("/filing/authority/matters-are-special-acts",
                    test_matters_are_special_acts);
    g_test_add_func("/filing/authority/the-document-shows-this-table",
                    test_the_document_shows_this_table);
    return g_test_run();
}
