/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/visitor.h"

#include "court.h"

static const OyerCodeWish wish = {.channel = OYER_CHANNEL_SMS,
                                  .address = "+8613800138000",
                                  .name = "孙丽",
                                  .language = "zh"};

static OyerCodeAnswer ask(Court *court, gint64 at_us, OyerCode *out_code)
{
    g_autoptr(GError) error = NULL;
    OyerCodeAnswer answer = OYER_CODE_NO_LINK;

    g_assert_true(
        oyer_docket_ask_code(court->db, &wish, at_us, &answer, out_code, &error));
    g_assert_no_error(error);
    return answer;
}

static char *redeem(Court *court, const char *id, const char *code, gint64 at_us)
{
    g_autoptr(GError) error = NULL;
    char *token = NULL;

    g_assert_true(oyer_docket_redeem_code(court->db, id, code, at_us, &token, &error));
    g_assert_no_error(error);
    return token;
}

static const char *wrong_code(const OyerCode *code)
{
    return g_str_equal(code->code, "000000") ? "000001" : "000000";
}

static gboolean is_good(Court *court, const char *token, gint64 at_us, OyerVisitor *out)
{
    gboolean found = FALSE;
    OyerVisitor visitor;

    g_assert_true(
        oyer_docket_find_visitor(court->db, token, at_us, &visitor, &found, NULL));
    if (found && out)
        *out = visitor;
    return found;
}

static void test_who_brings_the_code_back_has_a_visit(
    Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    g_auto(OyerCode) first = {0};
    g_auto(OyerCode) second = {0};
    OyerVisitor one, other;

    g_assert_cmpint(ask(court, NOW_US, &first), ==, OYER_CODE_MADE);
    g_assert_cmpstr(first.address, ==, "+8613800138000");
    g_autofree char *token = redeem(court, first.id, first.code, NOW_US);
    g_assert_true(is_good(court, token, NOW_US, &one));
    g_assert_null(redeem(court, first.id, first.code, NOW_US));

    /* The same address is the same person. */
    g_assert_cmpint(ask(court, NOW_US + 1, &second), ==, OYER_CODE_MADE);
    g_assert_cmpstr(second.person, ==, one.person);
    g_autofree char *again = redeem(court, second.id, second.code, NOW_US + 1);
    g_assert_true(is_good(court, again, NOW_US, &other));
    g_assert_cmpstr(one.person, ==, other.person);
}

static void test_five_wrong_ones_and_it_is_over(Court *court,
                                                gconstpointer unused G_GNUC_UNUSED)
{
    g_auto(OyerCode) code = {0};

    g_assert_cmpint(ask(court, NOW_US, &code), ==, OYER_CODE_MADE);
    for (int i = 0; i < OYER_CODE_TRIES; i++)
        g_assert_null(redeem(court, code.id, wrong_code(&code), NOW_US));
    g_assert_null(redeem(court, code.id, code.code, NOW_US));
    g_assert_null(redeem(court, "unknown", code.code, NOW_US));
}

static void test_a_late_code_is_refused(Court *court,
                                        gconstpointer unused G_GNUC_UNUSED)
{
    g_auto(OyerCode) code = {0};

    g_assert_cmpint(ask(court, NOW_US, &code), ==, OYER_CODE_MADE);
    g_assert_null(redeem(court, code.id, code.code, NOW_US + OYER_CODE_LIFE_US));
}

static void test_nobody_is_flooded_with_codes(Court *court,
                                              gconstpointer unused G_GNUC_UNUSED)
{
    g_auto(OyerCode) last = {0};
    gint64 at_us = NOW_US;
    int made = 0;

    for (int i = 0; i < OYER_CODES_AT_ONCE; i++) {
        g_auto(OyerCode) code = {0};
        g_assert_cmpint(ask(court, NOW_US, &code), ==, OYER_CODE_MADE);
    }
    g_assert_cmpint(ask(court, NOW_US + 1, &last), ==, OYER_CODE_TOO_MANY);
    for (int i = 0; i < 200; i++) {
        g_auto(OyerCode) code = {0};
        at_us += OYER_CODE_LIFE_US / 2;
        made +=
            at_us < NOW_US + OYER_DAY_US && ask(court, at_us, &code) == OYER_CODE_MADE;
    }
    g_assert_cmpint(made, ==, OYER_CODES_A_DAY - OYER_CODES_AT_ONCE);
}

static void test_a_link_opens_nothing_without_its_code(
    Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    const OyerVisitSubject subject = {"case", "some-case"};
    OyerCodeAnswer answer;
    g_auto(OyerCode) none = {0};
    g_auto(OyerCode) code = {0};
    OyerVisitor visitor;

    g_autofree char *link = oyer_docket_add_visitor_link(
        court->db, "demo-plaintiff", &subject, NOW_US, NOW_US + OYER_DAY_US, NULL);
    g_assert_false(is_good(court, link, NOW_US, NULL));
    g_assert_true(
        oyer_docket_ask_code_by_link(court->db, link, NOW_US, &answer, &none, NULL));
    g_assert_cmpint(answer, ==, OYER_CODE_NO_LINK); /* nowhere to send it */

    g_assert_true(oyer_docket_put_contact(court->db, "demo-plaintiff",
                                          OYER_CHANNEL_EMAIL, "zhu@example.cn", 0,
                                          NOW_US, NULL));
    g_assert_true(
        oyer_docket_ask_code_by_link(court->db, link, NOW_US, &answer, &code, NULL));
    g_assert_cmpint(answer, ==, OYER_CODE_MADE);
    g_assert_cmpstr(code.address, ==, "zhu@example.cn");
    g_autofree char *token = redeem(court, code.id, code.code, NOW_US);
    g_assert_true(is_good(court, token, NOW_US, &visitor));
    g_assert_cmpstr(visitor.person, ==, "demo-plaintiff");
    g_assert_cmpstr(visitor.subject.subject, ==, "some-case");

    g_assert_true(oyer_docket_revoke_visitor_links(court->db, "demo-plaintiff",
                                                   &subject, NOW_US, NULL));
    g_assert_true(
        oyer_docket_ask_code_by_link(court->db, link, NOW_US, &answer, &none, NULL));
    g_assert_cmpint(answer, ==, OYER_CODE_NO_LINK);
}

static void test_a_visit_ends(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    g_auto(OyerCode) code = {0};
    OyerVisitor visitor;

    g_assert_cmpint(ask(court, NOW_US, &code), ==, OYER_CODE_MADE);
    g_autofree char *token = redeem(court, code.id, code.code, NOW_US);
    g_assert_true(is_good(court, token, NOW_US + OYER_VISIT_IDLE_US - 1, &visitor));
    g_assert_false(is_good(court, token, NOW_US + 2 * OYER_VISIT_IDLE_US, NULL));
    g_assert_true(oyer_docket_end_visit(court->db, visitor.digest, NOW_US, NULL));
    g_assert_false(is_good(court, token, NOW_US, NULL));
}

static void test_standing_is_of_the_case(Court *court,
                                         gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        const char *person, *role;
    } rows[] = {
        {"demo-plaintiff", "plaintiff"},
        {"demo-defendant", "defendant"},
        {"demo-counsel", "representative"},
        {"demo-witness", ""},
        {"demo-judge", ""},
        {"nobody", ""},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        char role[OYER_ID_SIZE];
        g_assert_true(oyer_docket_standing(court->db, rows[i].person,
                                           court->demo->hearing, NOW_US, role, NULL));
        g_assert_cmpstr(role, ==, rows[i].role);
        g_assert_true(oyer_docket_standing(court->db, rows[i].person, "another-case",
                                           NOW_US, role, NULL));
        g_assert_cmpstr(role, ==, "");
    }
}

#define ADD(name, func)                                                  \
    g_test_add("/docket/visitor/" name, Court, NULL, court_set_up, func, \
               court_tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("who-brings-the-code-back-has-a-visit",
        test_who_brings_the_code_back_has_a_visit);
    ADD("five-wrong-ones-and-it-is-over", test_five_wrong_ones_and_it_is_over);
    ADD("a-late-code-is-refused", test_a_late_code_is_refused);
    ADD("nobody-is-flooded-with-codes", test_nobody_is_flooded_with_codes);
    ADD("a-link-opens-nothing-without-its-code",
        test_a_link_opens_nothing_without_its_code);
    ADD("a-visit-ends", test_a_visit_ends);
    ADD("standing-is-of-the-case", test_standing_is_of_the_case);
    return g_test_run();
}
