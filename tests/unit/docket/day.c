/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/day.h"

#include "base/clock.h"
#include "base/json.h"
#include "court.h"

#define LAPTOP "laptop-laptop-laptop-1"
#define PHONE "phone-phone-phone-phone"

static OyerStaffSession member(const char *person)
{
    OyerStaffSession staff = {0};

    g_strlcpy(staff.person, person, sizeof staff.person);
    g_strlcpy(staff.court, "demo-court", sizeof staff.court);
    return staff;
}

static json_t *day(Court *court, const OyerStaffSession *staff, gint64 from_us)
{
    g_autoptr(GError) error = NULL;
    json_t *out =
        oyer_docket_day(court->db, staff, from_us, from_us + 14 * OYER_DAY_US, &error);

    g_assert_no_error(error);
    return out;
}

static void test_the_judge_sees_where_he_sits(Court *court,
                                              gconstpointer unused G_GNUC_UNUSED)
{
    OyerStaffSession judge = member("demo-judge");
    g_autoptr(json_t) mine = day(court, &judge, NOW_US - OYER_DAY_US);
    const json_t *list = json_object_get(mine, "hearings");
    const json_t *one = json_array_get(list, 0);

    g_assert_cmpstr(oyer_json_string(mine, "timezone"), ==, "Asia/Shanghai");
    g_assert_cmpuint(json_array_size(list), ==, 1);
    g_assert_cmpstr(oyer_json_string(one, "role"), ==, "judge");
    g_assert_cmpstr(oyer_json_string(one, "hearing"), ==, court->demo->hearing);
    g_assert_cmpstr(oyer_json_string(one, "case_number"), ==, court->demo->case_number);
    g_assert_cmpint(json_integer_value(json_object_get(one, "sessions")), ==, 1);
}

static void test_only_his_own_of_that_time_and_court(Court *court,
                                                     gconstpointer unused G_GNUC_UNUSED)
{
    OyerStaffSession registrar = member("demo-registrar"), judge = member("demo-judge");
    g_autoptr(json_t) none = day(court, &registrar, NOW_US - OYER_DAY_US);
    g_autoptr(json_t) later = day(court, &judge, NOW_US + OYER_DAY_US);

    g_assert_cmpuint(json_array_size(json_object_get(none, "hearings")), ==, 0);
    g_assert_cmpuint(json_array_size(json_object_get(later, "hearings")), ==, 0);
    g_strlcpy(judge.court, "elsewhere", sizeof judge.court);
    g_autoptr(json_t) elsewhere = day(court, &judge, NOW_US - OYER_DAY_US);
    g_assert_cmpuint(json_array_size(json_object_get(elsewhere, "hearings")), ==, 0);
}

static char *standing(Court *court, const char *device, gint64 at_us)
{
    const OyerDemoPerson *judge = g_ptr_array_index(court->demo->people, 0);
    g_autoptr(GError) error = NULL;
    OyerPass pass;
    char *token = oyer_docket_standing_pass(court->db, court->key, judge->id, device,
                                            at_us, &pass, &error);

    g_assert_no_error(error);
    return token;
}

static void test_the_pass_stands_for_the_device_that_has_it(
    Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *token = standing(court, LAPTOP, NOW_US);
    OyerPassFault fault = OYER_PASS_FAULTS;
    OyerPass pass;

    g_assert_nonnull(token);
    g_assert_true(oyer_docket_check_pass(court->db, court->key, token, NULL, LAPTOP,
                                         TRUE, NOW_US, &fault, &pass, NULL, NULL));
    g_assert_cmpint(fault, ==, OYER_PASS_FINE);
    g_autofree char *again = standing(court, LAPTOP, NOW_US);
    g_assert_cmpstr(again, ==, token);
    g_assert_null(standing(court, PHONE, NOW_US));
    g_assert_null(standing(court, LAPTOP, NOW_US + 30 * OYER_DAY_US));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) \
    g_test_add("/docket/day/" name, Court, NULL, court_set_up, test, court_tear_down)
    ADD("the-judge-sees-where-he-sits", test_the_judge_sees_where_he_sits);
    ADD("only-his-own-of-that-time-and-court",
        test_only_his_own_of_that_time_and_court);
    ADD("the-pass-stands-for-the-device-that-has-it",
        test_the_pass_stands_for_the_device_that_has_it);
    return g_test_run();
}
