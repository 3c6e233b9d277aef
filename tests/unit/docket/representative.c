/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/representative.h"

#include <string.h>

#include "base/clock.h"
#include "court.h"
#include "docket/consent.h"
#include "docket/event.h"
#include "docket/pass.h"
#include "docket/visitor.h"

#define COUNSEL "demo-counsel"
#define LATER_US (NOW_US + OYER_DAY_US)

static const OyerFilingActor registry = {
    .office = OYER_OFFICE_REGISTRY, .id = "registrar", .court = "demo-court"};
static const OyerFilingActor elsewhere = {
    .office = OYER_OFFICE_REGISTRY, .id = "registrar", .court = "other-court"};
static const OyerFilingActor defendant = {
    .office = OYER_OFFICE_FILER, .id = "demo-defendant", .court = ""};
static const OyerFilingActor plaintiff = {
    .office = OYER_OFFICE_FILER, .id = "demo-plaintiff", .court = ""};

static char *id_of(Court *court, const char *key)
{
    return g_strconcat(court->demo->hearing, "-", key, NULL);
}

static OyerFilingAnswer renew(Court *court, const OyerFilingActor *actor,
                              gint64 until_us, const char *scope, OyerActs matters,
                              gint64 at_us)
{
    g_autofree char *counsel = id_of(court, "counsel");
    g_autoptr(GError) error = NULL;
    OyerFilingAnswer answer = OYER_FILING_STALE;
    const OyerAuthorityWish wish = {.case_id = court->demo->hearing,
                                    .representative = counsel,
                                    .scope = scope,
                                    .matters = matters,
                                    .valid_from_us = -1,
                                    .valid_until_us = until_us,
                                    .reason = "renewed"};

    (void)oyer_docket_renew_authority(court->db, actor, &wish, at_us, &answer, &error);
    g_assert_no_error(error);
    return answer;
}

static OyerFilingAnswer end(Court *court, const OyerFilingActor *actor, gint64 at_us)
{
    g_autofree char *counsel = id_of(court, "counsel");
    g_autoptr(GError) error = NULL;
    OyerFilingAnswer answer = OYER_FILING_STALE;
    const OyerAuthorityWish wish = {.case_id = court->demo->hearing,
                                    .representative = counsel,
                                    .reason = "we part"};

    (void)oyer_docket_end_authority(court->db, actor, &wish, at_us, &answer, &error);
    g_assert_no_error(error);
    return answer;
}

static gboolean may(Court *court, const char *person, OyerAct act, gint64 at_us)
{
    g_autofree char *party = id_of(court, "defendant");
    gboolean is_mine = FALSE, is_allowed = FALSE;

    g_assert_true(oyer_docket_may_act(court->db, person, court->demo->hearing, party,
                                      act, at_us, &is_mine, &is_allowed, NULL));
    return is_allowed;
}

static gboolean stands(Court *court, gint64 at_us)
{
    char role[OYER_ID_SIZE];

    g_assert_true(oyer_docket_standing(court->db, COUNSEL, court->demo->hearing, at_us,
                                       role, NULL));
    return *role != '\0';
}

static OyerPassFault knock(Court *court, const char *key, gint64 at_us)
{
    g_autofree char *id = id_of(court, key);
    OyerPassFault fault = OYER_PASS_FAULTS;
    OyerPass pass;

    for (guint i = 0; i < court->demo->people->len; i++) {
        const OyerDemoPerson *one = court->demo->people->pdata[i];
        if (!strcmp(one->id, id))
            g_assert_true(oyer_docket_check_pass(
                court->db, court->key, one->token, NULL, "d-phone-phone-phone-phone",
                TRUE, at_us, &fault, &pass, NULL, NULL));
    }
    return fault;
}

static OyerFilingAnswer consent(Court *court, gint64 at_us)
{
    static const OyerFilingActor counsel = {
        .office = OYER_OFFICE_FILER, .id = COUNSEL, .court = ""};
    g_autofree char *party = id_of(court, "defendant");
    const OyerConsentEntry entry = {court->demo->hearing, party, "hearing", "yes",
                                    "platform",           "",    ""};
    OyerFilingAnswer answer = OYER_FILING_STALE;

    g_assert_true(
        oyer_docket_give_consent(court->db, &counsel, &entry, at_us, &answer, NULL));
    return answer;
}

/* All that was open to him is shut at the same moment; to his client it is not. */
static void test_over_is_over_at_every_door(Court *court,
                                            gconstpointer unused G_GNUC_UNUSED)
{
    g_assert_cmpint(renew(court, &registry, LATER_US, NULL, 0, NOW_US), ==,
                    OYER_FILING_DONE);
    for (int is_over = 0; is_over < 2; is_over++) {
        gint64 at_us = is_over ? LATER_US : LATER_US - 1;
        g_autoptr(json_t) consents = NULL;
        g_assert_cmpint(stands(court, at_us), ==, !is_over);
        g_assert_cmpint(may(court, COUNSEL, OYER_ACT_ANSWER, at_us), ==, !is_over);
        g_assert_cmpint(may(court, "demo-defendant", OYER_ACT_ANSWER, at_us), ==, TRUE);
        g_assert_cmpint(consent(court, at_us), ==,
                        is_over ? OYER_FILING_NO_SUCH : OYER_FILING_DONE);
        g_assert_true(
            oyer_docket_consents_of_person(court->db, COUNSEL, at_us, &consents, NULL));
        g_assert_cmpuint(json_array_size(json_object_get(consents, "cases")), ==,
                         is_over ? 0 : 1);
    }
}

static void test_the_pass_asks_for_authority(Court *court,
                                             gconstpointer unused G_GNUC_UNUSED)
{
    g_assert_cmpint(knock(court, "counsel", NOW_US), ==, OYER_PASS_FINE);
    g_assert_cmpint(renew(court, &registry, NOW_US + 1000, NULL, 0, NOW_US), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(knock(court, "counsel", NOW_US + 999), ==, OYER_PASS_FINE);
    g_assert_cmpint(knock(court, "counsel", NOW_US + 1000), ==, OYER_PASS_NO_AUTHORITY);
    g_assert_cmpint(knock(court, "defendant", NOW_US + 1000), ==, OYER_PASS_FINE);
    g_assert_cmpint(knock(court, "judge", NOW_US + 1000), ==, OYER_PASS_FINE);
    /* Renewed, the same pass is good again. */
    g_assert_cmpint(renew(court, &registry, 0, NULL, 0, NOW_US + 2000), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(knock(court, "counsel", NOW_US + 2000), ==, OYER_PASS_FINE);
}

static void test_claims_need_special_authority(Court *court,
                                               gconstpointer unused G_GNUC_UNUSED)
{
    g_assert_false(may(court, COUNSEL, OYER_ACT_SETTLE, NOW_US));
    g_assert_true(may(court, "demo-defendant", OYER_ACT_SETTLE, NOW_US));
    g_assert_cmpint(
        renew(court, &registry, -1, "special", 1u << OYER_ACT_SETTLE, NOW_US), ==,
        OYER_FILING_DONE);
    g_assert_true(may(court, COUNSEL, OYER_ACT_SETTLE, NOW_US));
    g_assert_false(may(court, COUNSEL, OYER_ACT_ADMIT, NOW_US));
    g_assert_false(may(court, "demo-plaintiff", OYER_ACT_ANSWER, NOW_US));
}

static void test_the_party_may_take_it_back(Court *court,
                                            gconstpointer unused G_GNUC_UNUSED)
{
    g_assert_cmpint(end(court, &plaintiff, NOW_US), ==, OYER_FILING_NO_SUCH);
    g_assert_cmpint(end(court, &elsewhere, NOW_US), ==, OYER_FILING_NO_SUCH);
    g_assert_true(stands(court, NOW_US));
    g_assert_cmpint(end(court, &defendant, NOW_US), ==, OYER_FILING_DONE);
    g_assert_false(stands(court, NOW_US));
    g_assert_cmpint(end(court, &registry, NOW_US), ==, OYER_FILING_WRONG_STATE);
    g_assert_cmpint(renew(court, &registry, 0, NULL, 0, NOW_US), ==,
                    OYER_FILING_WRONG_STATE);
}

static void test_every_change_is_kept(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *chain = g_strconcat("case:", court->demo->hearing, NULL);
    g_autoptr(json_t) page = NULL;

    g_assert_cmpint(renew(court, &elsewhere, LATER_US, NULL, 0, NOW_US), ==,
                    OYER_FILING_NO_SUCH);
    g_assert_cmpint(renew(court, &registry, LATER_US, NULL, 0, NOW_US), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(end(court, &registry, NOW_US), ==, OYER_FILING_DONE);
    g_assert_true(oyer_docket_representatives(
        court->db, "demo-court", court->demo->hearing, NOW_US, &page, NULL));
    json_t *side = json_array_get(json_object_get(page, "parties"), 1);
    json_t *one = json_array_get(json_object_get(side, "representatives"), 0);
    json_t *changes = json_object_get(one, "changes");
    g_assert_cmpstr(oyer_json_string(one, "state"), ==, "ended");
    g_assert_cmpuint(json_array_size(changes), ==, 2);
    g_assert_cmpstr(oyer_json_string(json_array_get(changes, 1), "action"), ==,
                    "ended");
    g_assert_true(oyer_docket_verify_audit(court->db, chain, NULL, NULL));
    g_clear_pointer(&page, json_decref);
    g_assert_true(oyer_docket_representatives(
        court->db, "other-court", court->demo->hearing, NOW_US, &page, NULL));
    g_assert_null(page);
}

static OyerFilingAnswer grant(Court *court, const char *kind, const char *address,
                              const char *document)
{
    g_autofree char *party = id_of(court, "plaintiff");
    g_autoptr(GError) error = NULL;
    OyerFilingAnswer answer = OYER_FILING_STALE;
    const OyerAuthorityWish wish = {.case_id = court->demo->hearing,
                                    .party = party,
                                    .name = "高律师",
                                    .language = "zh",
                                    .channel = OYER_CHANNEL_SMS,
                                    .address = address,
                                    .kind = kind,
                                    .scope = "general",
                                    .document = document,
                                    .reason = ""};

    (void)oyer_docket_grant_authority(court->db, &registry, &wish, NOW_US, &answer,
                                      &error);
    g_assert_no_error(error);
    return answer;
}

static void test_a_party_has_two_at_most(Court *court,
                                         gconstpointer unused G_GNUC_UNUSED)
{
    g_assert_cmpint(grant(court, "lawyer", "+8613700000001", "not-of-the-sheet"), ==,
                    OYER_FILING_BAD);
    g_assert_cmpint(grant(court, "lawyer", "+8613700000001", NULL), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(grant(court, "lawyer", "+8613700000002", NULL), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(grant(court, "lawyer", "+8613700000003", NULL), ==,
                    OYER_FILING_TOO_MANY);
    g_assert_cmpint(grant(court, "guardian", "+8613700000004", NULL), ==,
                    OYER_FILING_DONE);
}

#define ADD(name, func)                                                         \
    g_test_add("/docket/representative/" name, Court, NULL, court_set_up, func, \
               court_tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("over-is-over-at-every-door", test_over_is_over_at_every_door);
    ADD("the-pass-asks-for-authority", test_the_pass_asks_for_authority);
    ADD("claims-need-special-authority", test_claims_need_special_authority);
    ADD("the-party-may-take-it-back", test_the_party_may_take_it_back);
    ADD("every-change-is-kept", test_every_change_is_kept);
    ADD("a-party-has-two-at-most", test_a_party_has_two_at_most);
    return g_test_run();
}
