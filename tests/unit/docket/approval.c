/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/approval.h"

#include "court.h"
#include "docket/event.h"

static OyerStaffSession as(const char *account, OyerStaffRole role, const char *court)
{
    OyerStaffSession staff = {.roles = 1u << role};

    g_strlcpy(staff.account, account, sizeof staff.account);
    g_strlcpy(staff.court, court, sizeof staff.court);
    return staff;
}

static OyerApprovalAnswer ask(Court *court, OyerStaffSession staff, OyerRight right,
                              char **out_id)
{
    OyerApprovalAnswer answer = OYER_APPROVAL_NO_SUCH;
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_docket_ask_approval(court->db, &staff, right, "case:1", "why",
                                           NOW_US, &answer, out_id, &error));
    g_assert_no_error(error);
    return answer;
}

static OyerApprovalAnswer grant(Court *court, OyerStaffSession staff, const char *id,
                                gint64 at_us)
{
    OyerApprovalAnswer answer = OYER_APPROVAL_DONE;

    g_assert_true(oyer_docket_decide_approval(court->db, &staff, id, TRUE, "", at_us,
                                              &answer, NULL));
    return answer;
}

static gboolean spend(Court *court, OyerStaffSession staff, const char *object,
                      gint64 at_us)
{
    gboolean spent = FALSE;

    g_assert_true(oyer_docket_spend_approval(court->db, &staff, OYER_RIGHT_UNSEAL,
                                             object, at_us, &spent, NULL));
    return spent;
}

#define JUDGE as("demo-judge", OYER_STAFF_JUDGE, "demo-court")
#define PRESIDENT as("demo-president", OYER_STAFF_PRESIDENT, "demo-court")

static void test_it_takes_another_person_and_works_once(
    Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *id = NULL;

    g_assert_false(spend(court, JUDGE, "case:1", NOW_US));
    g_assert_cmpint(ask(court, JUDGE, OYER_RIGHT_UNSEAL, &id), ==, OYER_APPROVAL_DONE);
    g_assert_false(spend(court, JUDGE, "case:1", NOW_US));
    g_assert_cmpint(grant(court, JUDGE, id, NOW_US), ==, OYER_APPROVAL_NOT_ALLOWED);
    g_assert_cmpint(grant(court, PRESIDENT, id, NOW_US), ==, OYER_APPROVAL_DONE);
    g_assert_false(spend(court, JUDGE, "case:2", NOW_US));
    g_assert_false(spend(court, PRESIDENT, "case:1", NOW_US));
    g_assert_true(spend(court, JUDGE, "case:1", NOW_US));
    g_assert_false(spend(court, JUDGE, "case:1", NOW_US));
    g_assert_true(oyer_docket_verify_audit(court->db, "court:demo-court", NULL, NULL));
}

static void test_whoever_asked_may_take_it_back(Court *court,
                                                gconstpointer unused G_GNUC_UNUSED)
{
    const OyerStaffSession judge = JUDGE, president = PRESIDENT;
    g_autofree char *id = NULL;
    OyerApprovalAnswer answer = OYER_APPROVAL_DONE;

    g_assert_cmpint(ask(court, judge, OYER_RIGHT_UNSEAL, &id), ==, OYER_APPROVAL_DONE);
    g_assert_true(oyer_docket_withdraw_approval(court->db, &president, id, NOW_US,
                                                &answer, NULL));
    g_assert_cmpint(answer, ==, OYER_APPROVAL_NO_SUCH);
    g_assert_cmpint(grant(court, president, id, NOW_US), ==, OYER_APPROVAL_DONE);
    g_assert_true(
        oyer_docket_withdraw_approval(court->db, &judge, id, NOW_US, &answer, NULL));
    g_assert_cmpint(answer, ==, OYER_APPROVAL_DONE);
    g_assert_false(spend(court, judge, "case:1", NOW_US));
    g_assert_true(
        oyer_docket_withdraw_approval(court->db, &judge, id, NOW_US, &answer, NULL));
    g_assert_cmpint(answer, ==, OYER_APPROVAL_NO_SUCH);
}

static void test_time_runs_out(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *late = NULL;
    g_autofree char *good = NULL;

    g_assert_cmpint(ask(court, JUDGE, OYER_RIGHT_UNSEAL, &late), ==,
                    OYER_APPROVAL_DONE);
    g_assert_cmpint(ask(court, JUDGE, OYER_RIGHT_UNSEAL, &good), ==,
                    OYER_APPROVAL_DONE);
    g_assert_cmpint(grant(court, PRESIDENT, late, NOW_US + OYER_APPROVAL_ASKED_US), ==,
                    OYER_APPROVAL_NO_SUCH);
    g_assert_cmpint(grant(court, PRESIDENT, good, NOW_US), ==, OYER_APPROVAL_DONE);
    g_assert_false(spend(court, JUDGE, "case:1", NOW_US + OYER_APPROVAL_GRANTED_US));
}

static void test_it_stays_in_its_court_and_its_roles(Court *court,
                                                     gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *id = NULL;
    g_autofree char *none = NULL;
    OyerStaffSession was_judge = as("demo-judge", OYER_STAFF_CLERK, "demo-court");

    g_assert_cmpint(ask(court, PRESIDENT, OYER_RIGHT_UNSEAL, &none), ==,
                    OYER_APPROVAL_NOT_ALLOWED);
    g_assert_cmpint(ask(court, JUDGE, OYER_RIGHT_SEAL, &none), ==,
                    OYER_APPROVAL_NOT_ALLOWED);
    g_assert_cmpint(ask(court, JUDGE, OYER_RIGHT_UNSEAL, &id), ==, OYER_APPROVAL_DONE);
    g_assert_cmpint(
        grant(court, as("other", OYER_STAFF_PRESIDENT, "elsewhere"), id, NOW_US), ==,
        OYER_APPROVAL_NO_SUCH);
    g_assert_cmpint(grant(court, PRESIDENT, id, NOW_US), ==, OYER_APPROVAL_DONE);
    g_assert_false(spend(court, was_judge, "case:1", NOW_US));
}

#define ADD(name, func)                                                   \
    g_test_add("/docket/approval/" name, Court, NULL, court_set_up, func, \
               court_tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("it-takes-another-person-and-works-once",
        test_it_takes_another_person_and_works_once);
    ADD("whoever-asked-may-take-it-back", test_whoever_asked_may_take_it_back);
    ADD("time-runs-out", test_time_runs_out);
    ADD("it-stays-in-its-court-and-its-roles",
        test_it_stays_in_its_court_and_its_roles);
    return g_test_run();
}
