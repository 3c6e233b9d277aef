/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/account_session.h"

#include "court.h"
#include "docket/account.h"

#define MINUTE_US (60 * G_GINT64_CONSTANT(1000000))

static const OyerSessionPolicy policy = {.idle_us = 30 * MINUTE_US,
                                         .max_us = 120 * MINUTE_US};

static char *begin(Court *court, const char *account)
{
    g_autoptr(GError) error = NULL;
    char *token = NULL;

    g_assert_true(oyer_docket_begin_session(court->db, account, NULL, OYER_MEANS_TOTP,
                                            &policy, NOW_US, &token, &error));
    g_assert_no_error(error);
    return token;
}

static gboolean is_good(Court *court, const char *token, gint64 at_us,
                        OyerStaffSession *out)
{
    g_autoptr(GError) error = NULL;
    OyerStaffSession session;
    gboolean found = FALSE;

    g_assert_true(oyer_docket_find_session(court->db, token, &policy, at_us, &session,
                                           &found, &error));
    g_assert_no_error(error);
    if (found && out)
        *out = session;
    return found;
}

static void test_it_says_who_where_and_as_what(Court *court,
                                               gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *token = begin(court, "demo-registrar");
    OyerStaffSession session;

    g_assert_true(is_good(court, token, NOW_US, &session));
    g_assert_cmpstr(session.account, ==, "demo-registrar");
    g_assert_cmpstr(session.court, ==, "demo-court");
    g_assert_cmpuint(session.roles, ==, 1u << OYER_STAFF_REGISTRAR);
    g_assert_cmpint(session.means, ==, OYER_MEANS_TOTP);
    g_assert_cmpint(session.idle_ends_us, ==, NOW_US + policy.idle_us);
    g_assert_false(is_good(court, "guessed", NOW_US, NULL));
    g_assert_false(is_good(court, session.digest, NOW_US, NULL));
}

static void test_silence_ends_it(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *token = begin(court, "demo-judge");

    g_assert_true(is_good(court, token, NOW_US + 29 * MINUTE_US, NULL));
    g_assert_true(is_good(court, token, NOW_US + 58 * MINUTE_US, NULL));
    g_assert_false(is_good(court, token, NOW_US + 88 * MINUTE_US, NULL));
}

static void test_age_ends_it_however_busy(Court *court,
                                          gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *token = begin(court, "demo-judge");

    for (int minute = 10; minute < 120; minute += 10)
        g_assert_true(is_good(court, token, NOW_US + minute * MINUTE_US, NULL));
    g_assert_false(is_good(court, token, NOW_US + 120 * MINUTE_US, NULL));
}

static void test_signing_out_ends_one_only(Court *court,
                                           gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *phone = begin(court, "demo-judge");
    g_autofree char *desk = begin(court, "demo-judge");
    OyerStaffSession session;

    g_assert_true(is_good(court, phone, NOW_US, &session));
    g_assert_true(
        oyer_docket_end_session(court->db, session.digest, "signed_out", NOW_US, NULL));
    g_assert_false(is_good(court, phone, NOW_US, NULL));
    g_assert_true(is_good(court, desk, NOW_US, NULL));
}

/* A new password, another role, a disabled account: at once, everywhere. */
static void test_changes_end_all(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *one = begin(court, "demo-judge");
    g_autofree char *kept = begin(court, "demo-judge");
    OyerStaffSession session;

    g_assert_true(is_good(court, kept, NOW_US, &session));
    g_assert_true(oyer_docket_set_password(court->db, "demo-judge", "$…",
                                           session.digest, "demo-judge", NOW_US, NULL));
    g_assert_false(is_good(court, one, NOW_US, NULL));
    g_assert_true(is_good(court, kept, NOW_US, NULL));

    g_assert_true(oyer_docket_set_role(court->db, "demo-judge", "demo-court",
                                       OYER_STAFF_CLERK, TRUE, "system", NOW_US, NULL));
    g_assert_false(is_good(court, kept, NOW_US, NULL));

    g_autofree char *again = begin(court, "demo-judge");
    g_assert_true(oyer_docket_disable_account(court->db, "demo-judge", TRUE, "system",
                                              NOW_US, NULL));
    g_assert_false(is_good(court, again, NOW_US, NULL));
}

static void test_without_a_role_nobody_comes_in(Court *court,
                                                gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *token = NULL;

    g_assert_true(oyer_docket_set_role(court->db, "demo-judge", "demo-court",
                                       OYER_STAFF_JUDGE, FALSE, "system", NOW_US,
                                       NULL));
    g_assert_false(oyer_docket_begin_session(court->db, "demo-judge", NULL,
                                             OYER_MEANS_TOTP, &policy, NOW_US, &token,
                                             &error));
    g_assert_error(error, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_NO_SUCH);
    g_clear_error(&error);
    g_assert_false(oyer_docket_begin_session(court->db, "demo-clerk", "elsewhere",
                                             OYER_MEANS_TOTP, &policy, NOW_US, &token,
                                             &error));
    g_assert_error(error, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_NO_SUCH);
}

static void spend(Court *court, const char *token, OyerLinkPurpose purpose,
                  gint64 at_us, const char *expected)
{
    char account[OYER_ID_SIZE];

    g_assert_true(
        oyer_docket_spend_link(court->db, token, purpose, at_us, account, NULL));
    g_assert_cmpstr(account, ==, expected);
}

static void test_a_link_works_once_for_what_it_is(Court *court,
                                                  gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *token = oyer_docket_add_link(
        court->db, "demo-clerk", OYER_LINK_SET_UP, NOW_US, NOW_US + MINUTE_US, NULL);
    g_autofree char *late = oyer_docket_add_link(
        court->db, "demo-clerk", OYER_LINK_SET_UP, NOW_US, NOW_US + MINUTE_US, NULL);

    spend(court, token, OYER_LINK_SIGN_IN, NOW_US, "");
    spend(court, token, OYER_LINK_SET_UP, NOW_US, "demo-clerk");
    spend(court, token, OYER_LINK_SET_UP, NOW_US, "");
    spend(court, late, OYER_LINK_SET_UP, NOW_US + MINUTE_US, "");
    spend(court, "guessed", OYER_LINK_SET_UP, NOW_US, "");
}

#define ADD(name, func)                                                          \
    g_test_add("/docket/account_session/" name, Court, NULL, court_set_up, func, \
               court_tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("it-says-who-where-and-as-what", test_it_says_who_where_and_as_what);
    ADD("silence-ends-it", test_silence_ends_it);
    ADD("age-ends-it-however-busy", test_age_ends_it_however_busy);
    ADD("signing-out-ends-one-only", test_signing_out_ends_one_only);
    ADD("changes-end-all", test_changes_end_all);
    ADD("without-a-role-nobody-comes-in", test_without_a_role_nobody_comes_in);
    ADD("a-link-works-once-for-what-it-is", test_a_link_works_once_for_what_it_is);
    return g_test_run();
}
