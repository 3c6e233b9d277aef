/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/account_identity.h"

#include <string.h>

#include "court.h"
#include "docket/account.h"
#include "docket/account_session.h"

#define ISSUER "https://id.example"
#define EMAIL "li.na@court.example"

static const char *find(Court *court, const char *subject, const char *email)
{
    static char account[OYER_ID_SIZE];
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_docket_find_identity(court->db, ISSUER, subject, email, NOW_US,
                                            account, &error));
    g_assert_no_error(error);
    return account;
}

static void add_account(Court *court, const char *id, const char *login)
{
    g_autoptr(GError) error = NULL;

    (void)oyer_docket_add_account(court->db, id, login, "李娜", "zh", "system", NOW_US,
                                  NULL, &error);
    g_assert_no_error(error);
}

static void test_is_whom_an_administrator_linked(Court *court,
                                                 gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;

    add_account(court, "li", "li");
    g_assert_cmpstr(find(court, "s-1", NULL), ==, "");
    (void)oyer_docket_link_identity(court->db, ISSUER, "s-1", "li", "system", NOW_US,
                                    &error);
    g_assert_no_error(error);
    g_assert_cmpstr(find(court, "s-1", NULL), ==, "li");
    g_assert_cmpstr(find(court, "S-1", NULL), ==, "");

    /* Linked anew, the old subject is nobody. */
    (void)oyer_docket_link_identity(court->db, ISSUER, "s-2", "li", "system", NOW_US,
                                    &error);
    g_assert_no_error(error);
    g_assert_cmpstr(find(court, "s-1", NULL), ==, "");
    g_assert_cmpstr(find(court, "s-2", NULL), ==, "li");

    (void)oyer_docket_disable_account(court->db, "li", TRUE, "system", NOW_US, &error);
    g_assert_cmpstr(find(court, "s-2", NULL), ==, "");
    (void)oyer_docket_unlink_identity(court->db, "li", "system", NOW_US, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(find(court, "s-2", NULL), ==, "");
}

static void test_a_subject_is_of_one_account(Court *court,
                                             gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;

    add_account(court, "li", "li");
    add_account(court, "wu", "wu");
    g_assert_true(oyer_docket_link_identity(court->db, ISSUER, "s-1", "li", "system",
                                            NOW_US, NULL));
    g_assert_false(oyer_docket_link_identity(court->db, ISSUER, "s-1", "wu", "system",
                                             NOW_US, &error));
    g_assert_error(error, OYER_DB_ERROR, OYER_DB_ERROR_CONSTRAINT);
    g_assert_cmpstr(find(court, "s-1", NULL), ==, "li");
}

static void test_an_address_links_once(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    add_account(court, "li", EMAIL);
    g_assert_cmpstr(find(court, "s-1", ""), ==, "");
    g_assert_cmpstr(find(court, "s-1", "somebody@court.example"), ==, "");
    g_assert_cmpstr(find(court, "s-1", "Li.Na@Court.Example"), ==, "li");
    g_assert_cmpstr(find(court, "s-1", NULL), ==, "li");

    /* The address was given to a newcomer there: he is not the old one here. */
    g_assert_cmpstr(find(court, "s-2", EMAIL), ==, "");
}

static void test_a_disabled_account_is_not_linked(Court *court,
                                                  gconstpointer unused G_GNUC_UNUSED)
{
    add_account(court, "li", EMAIL);
    g_assert_true(
        oyer_docket_disable_account(court->db, "li", TRUE, "system", NOW_US, NULL));
    g_assert_cmpstr(find(court, "s-1", EMAIL), ==, "");
}

static gboolean spend(Court *court, const char *state, const char *browser,
                      gint64 now_us)
{
    gboolean found = FALSE;
    g_autoptr(GError) error = NULL;

    g_assert_true(
        oyer_docket_spend_attempt(court->db, state, browser, now_us, &found, &error));
    g_assert_no_error(error);
    return found;
}

static void begin(Court *court, const char *state, const char *browser, gint64 now_us)
{
    g_autoptr(GError) error = NULL;

    (void)oyer_docket_begin_attempt(court->db, state, browser, now_us, &error);
    g_assert_no_error(error);
}

static void test_an_attempt_is_good_once(Court *court,
                                         gconstpointer unused G_GNUC_UNUSED)
{
    begin(court, "state", "browser", NOW_US);
    g_assert_false(spend(court, "state", "another", NOW_US));
    g_assert_false(spend(court, "another", "browser", NOW_US));
    g_assert_true(spend(court, "state", "browser", NOW_US));
    g_assert_false(spend(court, "state", "browser", NOW_US));

    begin(court, "late", "browser", NOW_US);
    g_assert_false(spend(court, "late", "browser", NOW_US + OYER_ATTEMPT_LIFE_US));
    begin(court, "next", "browser", NOW_US + OYER_ATTEMPT_LIFE_US);
    g_autoptr(OyerRows) rows =
        oyer_db_query(court->db, NULL, "SELECT COUNT(*) FROM account_attempt", "");
    g_assert_true(oyer_rows_next(rows, NULL));
    g_assert_cmpint(oyer_rows_int(rows, 0), ==, 1);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test)                                                           \
    g_test_add("/docket/account_identity/" name, Court, NULL, court_set_up, test, \
               court_tear_down)
    ADD("is-whom-an-administrator-linked", test_is_whom_an_administrator_linked);
    ADD("a-subject-is-of-one-account", test_a_subject_is_of_one_account);
    ADD("an-address-links-once", test_an_address_links_once);
    ADD("a-disabled-account-is-not-linked", test_a_disabled_account_is_not_linked);
    ADD("an-attempt-is-good-once", test_an_attempt_is_good_once);
    return g_test_run();
}
