/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/pass.h"

#include <string.h>

#include "base/clock.h"
#include "court.h"

#define PHONE "phone-phone-phone-phone"
#define LAPTOP "laptop-laptop-laptop-1"

static const OyerDemoPerson *person(Court *court, guint index)
{
    return g_ptr_array_index(court->demo->people, index);
}

/* The pass that the last use() found. */
static OyerPass seen;

static OyerPassFault use(Court *court, const char *token, const char *device,
                         gboolean bind, gboolean *out_bound)
{
    OyerPassFault fault = OYER_PASS_FAULTS;
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_docket_check_pass(court->db, court->key, token,
                                         court->demo->hearing, device, bind, NOW_US,
                                         &fault, &seen, out_bound, &error));
    g_assert_no_error(error);
    return fault;
}

static void test_the_first_device_keeps_it(Court *court,
                                           gconstpointer unused G_GNUC_UNUSED)
{
    const char *token = person(court, 2)->token;
    gboolean bound = FALSE;

    g_assert_cmpint(use(court, token, LAPTOP, FALSE, &bound), ==, OYER_PASS_FINE);
    g_assert_false(bound);
    g_assert_cmpint(use(court, token, PHONE, TRUE, &bound), ==, OYER_PASS_FINE);
    g_assert_true(bound);
    g_assert_cmpint(use(court, token, PHONE, TRUE, &bound), ==, OYER_PASS_FINE);
    g_assert_false(bound);
    g_assert_cmpint(use(court, token, LAPTOP, TRUE, NULL), ==, OYER_PASS_SECOND_DEVICE);
    g_assert_cmpint(use(court, token, "bearer", TRUE, NULL), ==,
                    OYER_PASS_SECOND_DEVICE);
    g_assert_cmpint(use(court, token, NULL, FALSE, NULL), ==, OYER_PASS_FINE);
}

static void test_revoked_is_refused(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    const char *token = person(court, 2)->token;
    OyerPass pass;

    g_assert_cmpint(oyer_pass_read(token, strlen(token), court->key, &pass), ==,
                    OYER_PASS_FINE);
    g_assert_true(oyer_docket_revoke_pass(court->db, pass.jti, NOW_US, NULL));
    g_assert_cmpint(use(court, token, PHONE, TRUE, NULL), ==, OYER_PASS_REVOKED);
}

/* A pass of ours with another's content: the register knows the jti. */
static void test_altered_is_told_from_forged(Court *court,
                                             gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(OyerKey) other = oyer_key_new(NULL);
    const char *token = person(court, 5)->token;
    OyerPass pass;

    g_assert_cmpint(oyer_pass_read(token, strlen(token), court->key, &pass), ==,
                    OYER_PASS_FINE);
    g_strlcpy(pass.participant, person(court, 0)->id, sizeof pass.participant);
    g_autofree char *altered = oyer_pass_issue(&pass, other, NULL);
    g_assert_cmpint(use(court, altered, PHONE, TRUE, NULL), ==, OYER_PASS_ALTERED);
    g_assert_cmpstr(seen.participant, ==, person(court, 5)->id);

    g_strlcpy(pass.jti, "unheard-of", sizeof pass.jti);
    g_autofree char *forged = oyer_pass_issue(&pass, other, NULL);
    g_assert_cmpint(use(court, forged, PHONE, TRUE, NULL), ==, OYER_PASS_FORGED);
}

static const OyerPassPolicy half_an_hour = {.early_us = 1800 * OYER_SECOND_US,
                                            .life_us = OYER_DAY_US};

/* The new one has the person, the role and the span of the old one, which is dead. */
static void test_a_new_one_kills_the_old(Court *court,
                                         gconstpointer unused G_GNUC_UNUSED)
{
    const OyerDemoPerson *counsel = person(court, 4);
    g_autoptr(GError) error = NULL;
    OyerPass issued, old;

    g_assert_cmpint(use(court, counsel->token, PHONE, TRUE, NULL), ==, OYER_PASS_FINE);
    old = seen;
    g_autofree char *token = oyer_docket_issue_pass(
        court->db, court->key, counsel->id, &half_an_hour, NOW_US, &issued, &error);
    g_assert_no_error(error);
    g_assert_cmpint(use(court, counsel->token, PHONE, TRUE, NULL), ==,
                    OYER_PASS_REVOKED);
    g_assert_cmpint(use(court, token, LAPTOP, TRUE, NULL), ==, OYER_PASS_FINE);
    g_assert_cmpstr(seen.participant, ==, counsel->id);
    g_assert_cmpstr(oyer_pass_role_word(seen.role), ==, "representative");
    g_assert_cmpint(issued.not_before_us, ==, old.not_before_us);
    g_assert_cmpint(issued.expires_us, ==, old.expires_us);

    g_clear_pointer(&token, g_free);
    token = oyer_docket_issue_pass(court->db, court->key, "nobody", &half_an_hour,
                                   NOW_US, NULL, &error);
    g_assert_null(token);
    g_assert_error(error, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_NO_SUCH);
}

/* Without one of before: from half an hour before the hearing on. */
static void test_begins_before_the_hearing(Court *court,
                                           gconstpointer unused G_GNUC_UNUSED)
{
    const OyerDemoPerson *counsel = person(court, 4);
    gint64 start_us = NOW_US + 1800 * OYER_SECOND_US; /* 09:30, it is 09:00 */
    OyerPass issued;

    g_assert_true(oyer_db_exec(court->db, NULL,
                               "DELETE FROM hearing_pass WHERE nbf > ?", "i", 0));
    g_autofree char *token =
        oyer_docket_issue_pass(court->db, court->key, counsel->id, &half_an_hour,
                               NOW_US - OYER_DAY_US, &issued, NULL);
    g_assert_cmpint(issued.not_before_us, ==, start_us - half_an_hour.early_us);
    g_assert_cmpint(issued.expires_us, ==, start_us + OYER_DAY_US);
    g_assert_cmpint(use(court, token, PHONE, TRUE, NULL), ==, OYER_PASS_FINE);
}

static void test_the_clerk_lets_another_device_in(Court *court,
                                                  gconstpointer unused G_GNUC_UNUSED)
{
    const char *token = person(court, 2)->token;

    g_assert_cmpint(use(court, token, PHONE, TRUE, NULL), ==, OYER_PASS_FINE);
    g_assert_cmpint(use(court, token, LAPTOP, TRUE, NULL), ==, OYER_PASS_SECOND_DEVICE);
    g_assert_true(oyer_docket_rebind_pass(court->db, seen.jti, LAPTOP, NOW_US, NULL));
    g_assert_cmpint(use(court, token, LAPTOP, TRUE, NULL), ==, OYER_PASS_FINE);
    g_assert_cmpint(use(court, token, PHONE, TRUE, NULL), ==, OYER_PASS_SECOND_DEVICE);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) \
    g_test_add("/docket/pass/" name, Court, NULL, court_set_up, test, court_tear_down)
    ADD("the-first-device-keeps-it", test_the_first_device_keeps_it);
    ADD("revoked-is-refused", test_revoked_is_refused);
    ADD("altered-is-told-from-forged", test_altered_is_told_from_forged);
    ADD("a-new-one-kills-the-old", test_a_new_one_kills_the_old);
    ADD("begins-before-the-hearing", test_begins_before_the_hearing);
    ADD("the-clerk-lets-another-device-in", test_the_clerk_lets_another_device_in);
    return g_test_run();
}
