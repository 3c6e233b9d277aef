/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/case.h"

#include "court.h"

static char *open_case(Court *court, const char *id, int year, const char *type,
                       GError **error)
{
    const OyerCase row = {id, "demo-court", year, type, "cause", "summary", NULL};
    char *number = NULL;

    oyer_docket_open_case(court->db, &row, NOW_US, &number, error);
    return number;
}

static void test_each_year_and_type_counts_for_itself(
    Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        int year;
        const char *type, *number;
    } rows[] = {
        {2026, "民初", "（2026）沪0199民初2号"},
        {2026, "民初", "（2026）沪0199民初3号"},
        {2026, "刑初", "（2026）沪0199刑初1号"},
        {2027, "民初", "（2027）沪0199民初1号"},
        {2026, "民初", "（2026）沪0199民初4号"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *id = g_strdup_printf("c%zu", i);
        g_autofree char *number =
            open_case(court, id, rows[i].year, rows[i].type, NULL);
        g_assert_cmpstr(number, ==, rows[i].number);
    }
}

static void test_a_case_undone_leaves_no_gap(Court *court,
                                             gconstpointer unused G_GNUC_UNUSED)
{
    g_assert_true(oyer_db_begin(court->db, NULL));
    g_autofree char *undone = open_case(court, "a", 2026, "民初", NULL);
    oyer_db_rollback(court->db);
    g_autofree char *kept = open_case(court, "b", 2026, "民初", NULL);

    g_assert_cmpstr(undone, ==, kept);
}

static void test_needs_its_court(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    const OyerCase row = {"x", "no-court", 2026, "民初", "cause", "summary", NULL};
    g_autoptr(GError) error = NULL;
    char *number = NULL;

    g_assert_false(oyer_docket_open_case(court->db, &row, NOW_US, &number, &error));
    g_assert_error(error, OYER_DB_ERROR, OYER_DB_ERROR_CONSTRAINT);
    g_assert_null(number);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) \
    g_test_add("/docket/case/" name, Court, NULL, court_set_up, test, court_tear_down)
    ADD("each-year-and-type-counts-for-itself",
        test_each_year_and_type_counts_for_itself);
    ADD("a-case-undone-leaves-no-gap", test_a_case_undone_leaves_no_gap);
    ADD("needs-its-court", test_needs_its_court);
    return g_test_run();
}
