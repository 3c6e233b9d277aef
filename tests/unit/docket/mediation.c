/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/mediation.h"

#include <string.h>

#include "court.h"
#include "docket/event.h"
#include "docket/rows.h"

static const OyerStaffSession clerk = {
    .account = "demo-clerk", .court = "demo-court", .roles = 1u << OYER_STAFF_CLERK};

/* The name with which the account @id signs in. */
static char *login(Court *court, const char *id)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        court->db, NULL, "SELECT login FROM account WHERE id = ?", "s", id);

    g_assert_true(oyer_rows_first(rows, &found, NULL) && found);
    return g_strdup(oyer_rows_text(rows, 0));
}

static OyerFilingAnswer open_by(Court *court, const char *mediator, const char *case_id,
                                char id[OYER_ID_SIZE])
{
    const char *text =
        "[{\"name\":\"A\",\"side\":\"plaintiff\",\"channel\":\"sms\",\"address\":"
        "\"+8613800138000\"},{\"name\":\"B\",\"side\":\"defendant\",\"channel\":\"sms\","
        "\"address\":\"+8613900139000\"}]";
    g_autoptr(json_t) parties = oyer_json_parse(text, strlen(text), NULL);
    g_autofree char *name = login(court, mediator);
    const OyerMediationWish wish = {case_id, "a loan", name, parties};
    OyerFilingAnswer answer = OYER_FILING_STALE;
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_docket_open_mediation(court->db, &clerk, &wish, NOW_US, &answer,
                                             id, &error));
    g_assert_no_error(error);
    return answer;
}

static gboolean reads(Court *court, const OyerMediationReader *reader, const char *id)
{
    json_t *out = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_docket_mediation(court->db, reader, id, &out, &error));
    g_assert_no_error(error);
    gboolean found = out != NULL;
    json_decref(out);
    return found;
}

static void test_no_judge_of_the_case_mediates_it(Court *court,
                                                  gconstpointer unused G_GNUC_UNUSED)
{
    char id[OYER_ID_SIZE] = "";

    g_assert_cmpint(open_by(court, "demo-judge", court->demo->hearing, id), ==,
                    OYER_FILING_BAD);
    g_assert_cmpint(open_by(court, "demo-clerk", "no-such-case", id), ==,
                    OYER_FILING_NO_SUCH);
    g_assert_cmpint(open_by(court, "demo-judge", NULL, id), ==, OYER_FILING_DONE);
    const OyerStaffSession judge = {.account = "demo-judge", .court = "demo-court"};
    const OyerMediationReader as_judge = {.staff = &judge},
                              as_clerk = {.staff = &clerk};
    g_assert_true(reads(court, &as_judge, id));
    /* Whoever opened it is not let in by that. */
    g_assert_false(reads(court, &as_clerk, id));
    /* Once it is of a case in which he sits, he is shut out. */
    g_assert_true(oyer_db_exec(court->db, NULL,
                               "UPDATE mediation SET case_id = ? WHERE id = ?", "ss",
                               court->demo->hearing, id));
    g_assert_false(reads(court, &as_judge, id));
}

static void test_another_court_has_none(Court *court,
                                        gconstpointer unused G_GNUC_UNUSED)
{
    const OyerStaffSession elsewhere = {.account = "demo-clerk", .court = "other"};
    const OyerMediationReader here = {.staff = &clerk}, there = {.staff = &elsewhere},
                              stranger = {.person = "demo-witness"};
    char id[OYER_ID_SIZE] = "";

    g_assert_cmpint(open_by(court, "demo-clerk", court->demo->hearing, id), ==,
                    OYER_FILING_DONE);
    g_assert_true(reads(court, &here, id));
    g_assert_false(reads(court, &there, id));
    g_assert_false(reads(court, &stranger, id));
    g_autofree char *chain = g_strconcat("mediation:", id, NULL);
    g_assert_true(oyer_docket_verify_audit(court->db, chain, NULL, NULL));
}

#define ADD(name, func)                                                    \
    g_test_add("/docket/mediation/" name, Court, NULL, court_set_up, func, \
               court_tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("no-judge-of-the-case-mediates-it", test_no_judge_of_the_case_mediates_it);
    ADD("another-court-has-none", test_another_court_has_none);
    return g_test_run();
}
