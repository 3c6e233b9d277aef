/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/door.h"

#include <string.h>

#include "base/clock.h"
#include "court.h"
#include "docket/case.h"

#define HOUR_US (3600 * OYER_SECOND_US)

static const OyerDemoPerson *plaintiff(Court *court)
{
    return g_ptr_array_index(court->demo->people, 2);
}

static OyerDoorResult scan(Court *court, const char *at_court, const char *id,
                           const char *token, gint64 at_us)
{
    const OyerDoorScan scan = {
        .id = id, .token = token, .shown = "valid", .at_us = at_us};
    OyerDoorResult result = {0};
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_docket_door_scan(court->db, court->key, at_court, "demo-usher",
                                        &scan, NOW_US, &result, &error));
    g_assert_no_error(error);
    return result;
}

static void test_a_good_pass_says_who_it_is(Court *court,
                                            gconstpointer unused G_GNUC_UNUSED)
{
    OyerDoorResult result =
        scan(court, "demo-court", "scan-1", plaintiff(court)->token, NOW_US);

    g_assert_cmpint(result.fault, ==, OYER_PASS_FINE);
    g_assert_true(result.is_of_court);
    g_assert_true(result.is_new);
    g_assert_cmpstr(result.name, ==, plaintiff(court)->name);
    g_assert_cmpint(result.door_us, ==, 0);
    oyer_door_result_clear(&result);

    /* Told again, because the answer was lost: it is the same scan. */
    result = scan(court, "demo-court", "scan-1", plaintiff(court)->token, NOW_US);
    g_assert_cmpint(result.fault, ==, OYER_PASS_FINE);
    g_assert_false(result.is_new);
    oyer_door_result_clear(&result);
}

static void test_is_judged_by_the_time_of_the_scan(Court *court,
                                                   gconstpointer unused G_GNUC_UNUSED)
{
    OyerDoorResult result = scan(court, "demo-court", "scan-1", plaintiff(court)->token,
                                 NOW_US + 30 * OYER_DAY_US);

    g_assert_cmpint(result.fault, ==, OYER_PASS_EXPIRED);
    oyer_door_result_clear(&result);
}

static void test_another_court_is_told_nothing(Court *court,
                                               gconstpointer unused G_GNUC_UNUSED)
{
    const OyerCourt elsewhere = {"elsewhere", "沪0999", "Elsewhere", "Asia/Shanghai"};

    g_assert_true(oyer_docket_put_court(court->db, &elsewhere, NOW_US, NULL));
    OyerDoorResult result =
        scan(court, "elsewhere", "scan-1", plaintiff(court)->token, NOW_US);
    g_assert_cmpint(result.fault, ==, OYER_PASS_OTHER_HEARING);
    g_assert_false(result.is_of_court);
    g_assert_null(result.name);
    g_autoptr(json_t) list =
        oyer_docket_door_list(court->db, "elsewhere", NOW_US, NULL);
    g_assert_cmpint(json_array_size(json_object_get(list, "hearings")), ==, 0);
}

static void test_what_is_forged_is_not_kept(Court *court,
                                            gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(OyerKey) other = oyer_key_new(NULL);
    OyerPass pass = {.jti = "made-up", .hearing = "h", .participant = "p"};
    g_autofree char *token = oyer_pass_issue(&pass, other, NULL);
    OyerDoorResult result = scan(court, "demo-court", "scan-1", token, NOW_US);

    g_assert_cmpint(result.fault, ==, OYER_PASS_FORGED);
    g_assert_cmpstr(result.pass.jti, ==, "");
    result = scan(court, "demo-court", "scan-2", "", NOW_US);
    g_assert_cmpint(result.fault, ==, OYER_PASS_MALFORMED);
}

static void test_the_list_has_todays_people_and_dead_passes(
    Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    const OyerPassPolicy policy = {HOUR_US, OYER_DAY_US};
    OyerPass old;

    g_assert_cmpint(oyer_pass_read(plaintiff(court)->token,
                                   strlen(plaintiff(court)->token), court->key, &old),
                    ==, OYER_PASS_FINE);
    g_autofree char *token = oyer_docket_issue_pass(
        court->db, court->key, plaintiff(court)->id, &policy, NOW_US, NULL, NULL);
    g_assert_nonnull(token);
    g_autoptr(json_t) list =
        oyer_docket_door_list(court->db, "demo-court", NOW_US, NULL);
    json_t *hearing = json_array_get(json_object_get(list, "hearings"), 0);
    json_t *people = json_object_get(hearing, "people");
    json_t *revoked = json_object_get(list, "revoked");

    g_assert_cmpint(json_array_size(people), ==, court->demo->people->len);
    g_assert_cmpstr(oyer_json_string(json_array_get(people, 2), "name"), ==,
                    plaintiff(court)->name);
    g_assert_cmpint(json_array_size(revoked), ==, 1);
    g_assert_cmpstr(json_string_value(json_array_get(revoked, 0)), ==, old.jti);

    g_autoptr(json_t) later =
        oyer_docket_door_list(court->db, "demo-court", NOW_US + 3 * OYER_DAY_US, NULL);
    g_assert_cmpint(json_array_size(json_object_get(later, "hearings")), ==, 0);
}

/* The demo hearing is booked nowhere; here it gets a room and a plan. */
static void book(Court *court, const char *plaintiffs_mode)
{
    g_autofree char *body = g_strdup_printf(
        "{\"room\":\"demo-room-1\",\"cases\":[\"demo-case\"],"
        "\"sessions\":[{\"from_us\":1773363600000000,\"to_us\":1773367200000000}],"
        "\"people\":[{\"person\":\"demo-plaintiff\",\"as\":\"party\",\"mode\":\"%s\"}]}",
        plaintiffs_mode);
    g_autoptr(GError) error = NULL;

    (void)oyer_db_exec(court->db, &error,
                       "INSERT INTO hearing_plan (hearing, court, rev, state, body, "
                       "begins_at, ends_at, created_at, updated_at) "
                       "VALUES (?, 'demo-court', 1, 'booked', ?, ?, ?, ?, ?)",
                       "ssiiii", court->demo->hearing, body, NOW_US, NOW_US + HOUR_US,
                       NOW_US, NOW_US);
    g_assert_no_error(error);
    for (gint64 session = 0; session < 2; session++)
        (void)oyer_db_exec(court->db, &error,
                           "INSERT INTO booking (hearing, session, resource, capacity, "
                           "from_at, to_at) VALUES (?, ?, 'demo-room-1', 'room', ?, ?)",
                           "siii", court->demo->hearing, session, NOW_US,
                           NOW_US + HOUR_US);
    g_assert_no_error(error);
}

static json_t *listed(Court *court, json_t **out_hearing)
{
    json_t *list = oyer_docket_door_list(court->db, "demo-court", NOW_US, NULL);

    g_assert_nonnull(list);
    *out_hearing = json_array_get(json_object_get(list, "hearings"), 0);
    return list;
}

static void test_says_where_to_send_him(Court *court,
                                        gconstpointer unused G_GNUC_UNUSED)
{
    json_t *hearing;

    book(court, "in_person");
    OyerDoorResult result =
        scan(court, "demo-court", "scan-1", plaintiff(court)->token, NOW_US);
    g_assert_cmpstr(result.room, ==, "第一法庭 / Court room 1");
    g_assert_cmpstr(result.mode, ==, "in_person");
    oyer_door_result_clear(&result);

    g_autoptr(json_t) list = listed(court, &hearing);
    g_assert_cmpstr(oyer_json_string(hearing, "room"), ==, "第一法庭 / Court room 1");
    json_t *people = json_object_get(hearing, "people");
    g_assert_cmpuint(json_array_size(people), ==, court->demo->people->len);
    g_assert_cmpstr(oyer_json_string(json_array_get(people, 2), "mode"), ==,
                    "in_person");
    /* What the plan does not say of somebody, nobody made up. */
    g_assert_cmpstr(oyer_json_string(json_array_get(people, 0), "mode"), ==, "");
    g_autofree char *text = oyer_json_text(list);
    g_assert_null(strstr(text, court->demo->case_number));
}

static void test_a_hearing_without_a_room_names_none(Court *court,
                                                     gconstpointer unused G_GNUC_UNUSED)
{
    json_t *hearing;
    g_autoptr(json_t) list = listed(court, &hearing);

    g_assert_cmpstr(oyer_json_string(hearing, "room"), ==, "");
    OyerDoorResult result =
        scan(court, "demo-court", "scan-1", plaintiff(court)->token, NOW_US);
    g_assert_cmpstr(result.room, ==, "");
    g_assert_cmpstr(result.mode, ==, "");
    oyer_door_result_clear(&result);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) \
    g_test_add("/docket/door/" name, Court, NULL, court_set_up, test, court_tear_down)
    ADD("a-good-pass-says-who-it-is", test_a_good_pass_says_who_it_is);
    ADD("is-judged-by-the-time-of-the-scan", test_is_judged_by_the_time_of_the_scan);
    ADD("another-court-is-told-nothing", test_another_court_is_told_nothing);
    ADD("what-is-forged-is-not-kept", test_what_is_forged_is_not_kept);
    ADD("the-list-has-todays-people-and-dead-passes",
        test_the_list_has_todays_people_and_dead_passes);
    ADD("says-where-to-send-him", test_says_where_to_send_him);
    ADD("a-hearing-without-a-room-names-none",
        test_a_hearing_without_a_room_names_none);
    return g_test_run();
}
