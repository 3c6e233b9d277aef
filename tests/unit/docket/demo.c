/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "court.h"
#include "docket/hearing.h"
#include "docket/pass.h"

static void test_everybody_has_a_good_pass(Court *court,
                                           gconstpointer unused G_GNUC_UNUSED)
{
    static const char *const roles[] = {"judge",          "clerk",   "party", "party",
                                        "representative", "witness", NULL};

    g_assert_cmpstr(court->demo->hearing, ==, "demo-20260313-1");
    g_assert_cmpstr(court->demo->case_number, ==, "（2026）沪0199民初1号");
    g_assert_cmpuint(court->demo->people->len, ==, 6);
    for (guint i = 0; i < court->demo->people->len; i++) {
        const OyerDemoPerson *person = g_ptr_array_index(court->demo->people, i);
        OyerPassFault fault = OYER_PASS_FAULTS;
        OyerPass pass;
        g_assert_true(oyer_docket_check_pass(court->db, court->key, person->token,
                                             court->demo->hearing, "bearer", FALSE,
                                             NOW_US, &fault, &pass, NULL, NULL));
        g_assert_cmpint(fault, ==, OYER_PASS_FINE);
        g_assert_cmpstr(pass.participant, ==, person->id);
        g_assert_cmpstr(person->role, ==, roles[i]);
    }
}

static void test_a_second_start_prints_the_same_links(
    Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(OyerDemo) again = oyer_demo_seed(
        court->db, court->key, NOW_US + 3600 * G_GINT64_CONSTANT(1000000), NULL);

    g_assert_cmpstr(again->hearing, ==, court->demo->hearing);
    g_assert_cmpstr(again->case_number, ==, court->demo->case_number);
    for (guint i = 0; i < again->people->len; i++) {
        const OyerDemoPerson *is = g_ptr_array_index(again->people, i);
        const OyerDemoPerson *was = g_ptr_array_index(court->demo->people, i);
        g_assert_cmpstr(is->token, ==, was->token);
    }
}

static void test_after_the_close_there_is_another(Court *court,
                                                  gconstpointer unused G_GNUC_UNUSED)
{
    g_assert_true(oyer_db_run(court->db, "UPDATE session SET status = 'closed'", NULL));
    g_autoptr(OyerDemo) next = oyer_demo_seed(court->db, court->key, NOW_US, NULL);

    g_assert_cmpstr(next->hearing, ==, "demo-20260313-2");
    g_assert_cmpstr(next->case_number, ==, "（2026）沪0199民初2号");
}

/* The court's day is not that of UTC. */
static void test_the_day_is_the_courts(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    gint64 late_us = NOW_US + 16 * 3600 * G_GINT64_CONSTANT(1000000);
    g_autoptr(OyerDemo) next = oyer_demo_seed(court->db, court->key, late_us, NULL);

    g_assert_cmpstr(next->hearing, ==, "demo-20260314-1");
}

static void test_a_crowd_is_admitted(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(OyerDemo) crowd =
        oyer_demo_crowd(court->db, court->key, 150, TRUE, NOW_US, NULL);
    g_autoptr(OyerHearingRows) rows =
        oyer_docket_load_hearing(court->db, crowd->hearing, NULL);

    g_assert_cmpuint(crowd->people->len, ==, 151);
    g_assert_cmpstr(rows->session.status, ==, "in_session");
    g_assert_cmpuint(rows->participants->len, ==, 151);
    for (guint i = 0; i < 151; i++) {
        const OyerParticipantRow *row = g_ptr_array_index(rows->participants, i);
        g_assert_cmpstr(row->room, ==, "hearing");
        g_assert_cmpstr(row->role, ==, i ? "observer" : "judge");
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) \
    g_test_add("/docket/demo/" name, Court, NULL, court_set_up, test, court_tear_down)
    ADD("everybody-has-a-good-pass", test_everybody_has_a_good_pass);
    ADD("a-second-start-prints-the-same-links",
        test_a_second_start_prints_the_same_links);
    ADD("after-the-close-there-is-another", test_after_the_close_there_is_another);
    ADD("the-day-is-the-courts", test_the_day_is_the_courts);
    ADD("a-crowd-is-admitted", test_a_crowd_is_admitted);
    return g_test_run();
}
