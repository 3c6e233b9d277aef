/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/account.h"

#include <string.h>

#include "court.h"
#include "docket/event.h"

#define MINUTE_US (60 * G_USEC_PER_SEC)

static const OyerLockPolicy policy = {.free_failures = 3,
                                      .first_lock_us = MINUTE_US,
                                      .lock_max_us = 10 * (gint64)MINUTE_US};

static void add(Court *court, const char *login)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_docket_add_account(court->db, login, login, "李芳", "zh",
                                          "system", NOW_US, NULL, &error));
    g_assert_no_error(error);
}

static void test_a_login_is_had_once(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;

    add(court, "li.fang");
    g_assert_false(oyer_docket_add_account(court->db, "other", "li.fang", "李方", "zh",
                                           "system", NOW_US, NULL, &error));
    g_assert_error(error, OYER_DB_ERROR, OYER_DB_ERROR_CONSTRAINT);
    g_autoptr(OyerAccount) found = oyer_docket_find_account(court->db, "li.fang", NULL);
    g_assert_cmpstr(found->name, ==, "李芳");
    g_assert_cmpstr(found->password, ==, "");
    g_assert_null(oyer_docket_find_account(court->db, "nobody", NULL));
}

static void test_logins_are_plain(void)
{
    for (const char *const *good =
             (const char *const[]){"li", "li.fang", "li-fang@court.cn", "0231", NULL};
         *good != NULL; good++)
        g_assert_true(oyer_login_is_valid(*good));
    for (const char *const *bad = (const char *const[]){"", "l", "Li", ".li", "li fang",
                                                        "li\n", "李芳", NULL};
         *bad != NULL; bad++)
        g_assert_false(oyer_login_is_valid(*bad));
    g_autofree char *long_one = g_strnfill(OYER_LOGIN_MAX + 1, 'a');
    g_assert_false(oyer_login_is_valid(long_one));
}

static gint64 fail(Court *court, const char *account)
{
    gint64 until_us = -1;

    g_assert_true(oyer_docket_count_failure(court->db, account, &policy, NOW_US,
                                            &until_us, NULL));
    return until_us;
}

static void test_each_failure_too_many_doubles_the_lock(
    Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    add(court, "li");
    g_assert_cmpint(fail(court, "li"), ==, 0);
    g_assert_cmpint(fail(court, "li"), ==, 0);
    g_assert_cmpint(fail(court, "li"), ==, NOW_US + MINUTE_US);
    g_assert_cmpint(fail(court, "li"), ==, NOW_US + 2 * (gint64)MINUTE_US);
    for (int i = 0; i < 100; i++)
        (void)fail(court, "li");
    g_assert_cmpint(fail(court, "li"), ==, NOW_US + policy.lock_max_us);
    g_assert_true(oyer_docket_forget_failures(court->db, "li", NULL));
    g_assert_cmpint(fail(court, "li"), ==, 0);
}

static void test_a_code_is_spent_once(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    gboolean fresh = FALSE;

    add(court, "li");
    g_assert_true(oyer_docket_spend_totp(court->db, "li", 100, &fresh, NULL));
    g_assert_true(fresh);
    g_assert_true(oyer_docket_spend_totp(court->db, "li", 100, &fresh, NULL));
    g_assert_false(fresh);
    g_assert_true(oyer_docket_spend_totp(court->db, "li", 99, &fresh, NULL));
    g_assert_false(fresh);
    g_assert_true(oyer_docket_spend_totp(court->db, "li", 101, &fresh, NULL));
    g_assert_true(fresh);
}

static void set_role(Court *court, OyerStaffRole role, gboolean held)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_docket_set_role(court->db, "li", "demo-court", role, held,
                                       "demo-administrator", NOW_US, &error));
    g_assert_no_error(error);
}

static void test_roles_are_held_in_a_court_and_end(Court *court,
                                                   gconstpointer unused G_GNUC_UNUSED)
{
    add(court, "li");
    set_role(court, OYER_STAFF_REGISTRAR, TRUE);
    set_role(court, OYER_STAFF_CLERK, TRUE);
    set_role(court, OYER_STAFF_CLERK, FALSE);
    g_autoptr(GPtrArray) courts = oyer_docket_account_courts(court->db, "li", NULL);
    g_assert_cmpuint(courts->len, ==, 1);
    const OyerAccountCourt *only = courts->pdata[0];
    g_assert_cmpstr(only->court, ==, "demo-court");
    g_assert_cmpuint(only->roles, ==, 1u << OYER_STAFF_REGISTRAR);

    g_autoptr(json_t) list =
        oyer_docket_accounts(court->db, "demo-court", NOW_US, NULL);
    g_assert_cmpuint(json_array_size(list), ==, 7);
    g_autoptr(json_t) none = oyer_docket_accounts(court->db, "elsewhere", NOW_US, NULL);
    g_assert_cmpuint(json_array_size(none), ==, 0);
}

/* Every change is in the log, and the log holds together. */
static void test_changes_are_logged(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    gint64 before = 0, after = 0;

    g_assert_true(
        oyer_docket_verify_audit(court->db, OYER_AUDIT_ACCOUNTS, &before, NULL));
    add(court, "li");
    set_role(court, OYER_STAFF_JUDGE, TRUE);
    g_assert_true(oyer_docket_set_password(court->db, "li", "$argon2id$…", NULL, "li",
                                           NOW_US, NULL));
    g_assert_true(oyer_docket_set_totp(court->db, "li", "ABC", 0, "li", NOW_US, NULL));
    g_assert_true(oyer_docket_disable_account(court->db, "li", TRUE,
                                              "demo-administrator", NOW_US, NULL));
    g_assert_true(
        oyer_docket_verify_audit(court->db, OYER_AUDIT_ACCOUNTS, &after, NULL));
    g_assert_cmpint(after, ==, before + 5);
    g_autoptr(GBytes) log = oyer_docket_audit(court->db, OYER_AUDIT_ACCOUNTS, NULL);
    g_autofree char *text =
        g_strndup(g_bytes_get_data(log, NULL), g_bytes_get_size(log));
    g_assert_nonnull(strstr(text, "\"role\":\"judge\""));
    g_assert_null(strstr(text, "argon2id"));
    g_assert_null(strstr(text, "ABC"));
}

#define ADD(name, func)                                                  \
    g_test_add("/docket/account/" name, Court, NULL, court_set_up, func, \
               court_tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/docket/account/logins-are-plain", test_logins_are_plain);
    ADD("a-login-is-had-once", test_a_login_is_had_once);
    ADD("each-failure-too-many-doubles-the-lock",
        test_each_failure_too_many_doubles_the_lock);
    ADD("a-code-is-spent-once", test_a_code_is_spent_once);
    ADD("roles-are-held-in-a-court-and-end", test_roles_are_held_in_a_court_and_end);
    ADD("changes-are-logged", test_changes_are_logged);
    return g_test_run();
}
