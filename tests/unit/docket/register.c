/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "court.h"
#include "docket/approval.h"
#include "docket/case.h"
#include "docket/event.h"
#include "docket/register_read.h"

#define COURT "demo-court"

static const OyerStaffSession judge = {.account = "demo-judge",
                                       .person = "demo-judge",
                                       .court = COURT,
                                       .roles = 1u << OYER_STAFF_JUDGE};
static const OyerStaffSession clerk = {.account = "demo-clerk",
                                       .person = "demo-clerk",
                                       .court = COURT,
                                       .roles = 1u << OYER_STAFF_CLERK};
static const OyerStaffSession president = {.account = "demo-president",
                                           .person = "demo-president",
                                           .court = COURT,
                                           .roles = 1u << OYER_STAFF_PRESIDENT};
static const OyerStaffSession elsewhere = {.account = "demo-judge",
                                           .person = "demo-judge",
                                           .court = "other-court",
                                           .roles = 1u << OYER_STAFF_JUDGE};

static const OyerRegisterReader as_judge = {.staff = &judge};
static const OyerRegisterReader as_clerk = {.staff = &clerk};
static const OyerRegisterReader as_elsewhere = {.staff = &elsewhere};
static const OyerRegisterReader as_plaintiff = {.person = "demo-plaintiff"};
static const OyerRegisterReader as_counsel = {.person = "demo-counsel"};
static const OyerRegisterReader as_witness = {.person = "demo-witness"};

static json_t *search(Court *court, const OyerStaffSession *staff, const char *query)
{
    g_autoptr(GError) error = NULL;
    json_t *out = NULL;

    g_assert_true(
        oyer_register_search(court->db, staff, query, 0, NOW_US, &out, &error));
    g_assert_no_error(error);
    return out;
}

/* What a search finds: the numbers of entries, the newest first. */
static void assert_finds(Court *court, const OyerStaffSession *staff, const char *query,
                         const char *expected)
{
    g_autoptr(json_t) out = search(court, staff, query);
    g_autoptr(GString) found = g_string_new(NULL);
    json_t *hit;
    gsize i;

    json_array_foreach(json_object_get(out, "hits"), i, hit)
    {
        g_string_append_printf(found, "%s%d", i ? " " : "",
                               (int)oyer_json_int(hit, "entry", -1));
    }
    g_assert_cmpstr(found->str, ==, expected);
}

static json_t *read_case(Court *court, const OyerRegisterReader *reader,
                         const char *case_id)
{
    g_autoptr(GError) error = NULL;
    json_t *page = NULL;

    g_assert_true(
        oyer_register_case(court->db, reader, case_id, 0, NOW_US, &page, &error));
    g_assert_no_error(error);
    return page;
}

static gint64 enter(Court *court, const char *text, const char *body, OyerAccess access)
{
    g_autoptr(GError) error = NULL;
    const OyerEntry entry = {
        court->demo->hearing, "motion", text, body, access, NOW_US, "朱敏",
        "demo-clerk"};
    gint64 number = 0;

    g_assert_true(oyer_register_enter(court->db, &entry, NOW_US, &number, &error));
    g_assert_no_error(error);
    return number;
}

static OyerRegisterAnswer set_access(Court *court, const OyerStaffSession *staff,
                                     gint64 number, OyerAccess access)
{
    g_autoptr(GError) error = NULL;
    OyerRegisterAnswer answer = OYER_REGISTER_NO_SUCH;

    g_assert_true(oyer_register_set_access(court->db, staff, court->demo->hearing,
                                           number, access, "why", NOW_US, &answer,
                                           &error));
    g_assert_no_error(error);
    return answer;
}

static void assert_entry(const json_t *page, gsize index, const char *kind,
                         const char *text)
{
    const json_t *entry = json_array_get(json_object_get(page, "entries"), index);

    g_assert_cmpint(oyer_json_int(entry, "number", 0), ==, (gint64)index + 1);
    g_assert_cmpstr(oyer_json_string(entry, "kind"), ==, kind);
    if (text)
        g_assert_cmpstr(oyer_json_string(entry, "text"), ==, text);
}

static void test_a_docketed_case_has_its_sheet(Court *court,
                                               gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(json_t) page = read_case(court, &as_clerk, court->demo->hearing);

    g_assert_cmpstr(oyer_json_string(page, "claimant"), ==, "朱敏 Zhu Min");
    g_assert_cmpstr(oyer_json_string(page, "respondent"), ==, "王磊 Wang Lei");
    g_assert_cmpint(oyer_json_int(page, "entry_count", 0), ==, 2);
    assert_entry(page, 0, "docketed", court->demo->case_number);
    assert_entry(page, 1, "hearing_fixed", "2026-03-13 09:30 (Asia/Shanghai)");
    const json_t *defendant = json_array_get(json_object_get(page, "parties"), 1);
    const json_t *counsel =
        json_array_get(json_object_get(defendant, "representatives"), 0);
    g_assert_cmpstr(oyer_json_string(counsel, "name"), ==, "严华 Yan Hua");
}

static void test_numbers_have_no_gap(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    g_assert_cmpint(enter(court, "a", NULL, OYER_ACCESS_PUBLIC), ==, 3);
    g_assert_true(oyer_db_begin(court->db, NULL));
    g_assert_cmpint(enter(court, "b", NULL, OYER_ACCESS_PUBLIC), ==, 4);
    oyer_db_rollback(court->db);
    g_assert_cmpint(enter(court, "c", NULL, OYER_ACCESS_PUBLIC), ==, 4);
    g_autoptr(json_t) page = read_case(court, &as_clerk, court->demo->hearing);
    assert_entry(page, 3, "motion", "c");
    assert_finds(court, &clerk, "b", "");
}

static void test_two_characters_are_found(Court *court,
                                          gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        const char *query, *entries;
    } rows[] = {
        {"合同", "0"},     {"朱敏", "0"},      {"敏", "0"},
        {"民初1号", "0"},  {"wang LEI", "0"},  {"朱敏 服务合同", "0"},
        {"敏朱", ""},      {"延期 证人", "3"}, {"借条", "3"},
        {"条写明", "3"},   {"证人 朱敏", ""},  {"％", ""},
        {"\" OR x:*", ""}, {"期出庭", ""},     {"", "0"},
    };

    g_assert_cmpint(
        enter(court, "申请延期：证人不能出庭", "借条写明了利息", OYER_ACCESS_PARTIES),
        ==, 3);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_finds(court, &clerk, rows[i].query, rows[i].entries);
}

static void test_a_hit_shows_where_it_stands(Court *court,
                                             gconstpointer unused G_GNUC_UNUSED)
{
    enter(court, "第一行", "申请延期，证人不能出庭", OYER_ACCESS_PARTIES);
    g_autoptr(json_t) out = search(court, &clerk, "证人");
    const json_t *hit = json_array_get(json_object_get(out, "hits"), 0);
    const json_t *snippet = json_object_get(hit, "snippet");

    g_assert_cmpstr(oyer_json_string(snippet, "before"), ==, "申请延期，");
    g_assert_cmpstr(oyer_json_string(snippet, "match"), ==, "证人");
    g_assert_cmpstr(oyer_json_string(snippet, "after"), ==, "不能出庭");
    g_assert_cmpstr(oyer_json_string(hit, "number"), ==, court->demo->case_number);
}

static gboolean sees(const json_t *page, gint64 number)
{
    const json_t *entry =
        json_array_get(json_object_get(page, "entries"), (gsize)number - 1);

    g_assert_cmpint(oyer_json_int(entry, "number", 0), ==, number);
    g_assert_cmpint(oyer_json_bool(entry, "withheld", FALSE), !=,
                    json_object_get(entry, "text") != NULL);
    return json_object_get(entry, "text") != NULL;
}

static void test_each_sees_what_is_for_him(Court *court,
                                           gconstpointer unused G_GNUC_UNUSED)
{
    const struct {
        const OyerRegisterReader *reader;
        gboolean page;
        OyerAccess most;
    } rows[] = {
        {&as_judge, TRUE, OYER_ACCESS_SEALED},
        {&as_clerk, TRUE, OYER_ACCESS_CONFIDENTIAL},
        {&as_plaintiff, TRUE, OYER_ACCESS_PARTIES},
        {&as_counsel, TRUE, OYER_ACCESS_PARTIES},
        {&as_witness, FALSE, 0},
        {&as_elsewhere, FALSE, 0},
    };

    for (OyerAccess level = 0; level < OYER_ACCESS_LEVELS; level++)
        enter(court, "商业秘密", NULL, level);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(json_t) page = read_case(court, rows[i].reader, court->demo->hearing);
        g_assert_cmpint(page != NULL, ==, rows[i].page);
        for (OyerAccess level = 0; page && level < OYER_ACCESS_LEVELS; level++)
            g_assert_cmpint(sees(page, 3 + level), ==, level <= rows[i].most);
    }
    assert_finds(court, &clerk, "秘密", "5 4 3");
    assert_finds(court, &judge, "秘密", "6 5 4 3");
    assert_finds(court, &elsewhere, "秘密", "");
}

static guint count_readings(Court *court)
{
    g_autoptr(GBytes) log = oyer_docket_audit(court->db, "court:" COURT, NULL);
    g_autofree char *text =
        g_strndup(g_bytes_get_data(log, NULL), g_bytes_get_size(log));
    guint count = 0;

    for (const char *p = text; (p = strstr(p, "sealed_read")); p++)
        count++;
    return count;
}

static void test_reading_what_is_sealed_is_kept(Court *court,
                                                gconstpointer unused G_GNUC_UNUSED)
{
    enter(court, "商业秘密", NULL, OYER_ACCESS_SEALED);
    json_decref(read_case(court, &as_clerk, court->demo->hearing));
    assert_finds(court, &clerk, "秘密", "");
    g_assert_cmpuint(count_readings(court), ==, 0);
    json_decref(read_case(court, &as_judge, court->demo->hearing));
    g_assert_cmpuint(count_readings(court), ==, 1);
    assert_finds(court, &judge, "秘密", "3");
    g_assert_cmpuint(count_readings(court), ==, 2);
}

static void test_a_sealed_case_hides_all_of_it(Court *court,
                                               gconstpointer unused G_GNUC_UNUSED)
{
    enter(court, "申请", NULL, OYER_ACCESS_PUBLIC);
    g_assert_cmpint(set_access(court, &clerk, 0, OYER_ACCESS_SEALED), ==,
                    OYER_REGISTER_NOT_ALLOWED);
    g_assert_cmpint(set_access(court, &judge, 0, OYER_ACCESS_SEALED), ==,
                    OYER_REGISTER_DONE);
    enter(court, "申请", NULL, OYER_ACCESS_PUBLIC);
    g_assert_null(read_case(court, &as_clerk, court->demo->hearing));
    assert_finds(court, &clerk, "申请", "");
    assert_finds(court, &clerk, "朱敏", "");
    assert_finds(court, &clerk, "", "");
    assert_finds(court, &judge, "申请", "4 3");
    /* Its parties have it as before. */
    g_autoptr(json_t) page = read_case(court, &as_plaintiff, court->demo->hearing);
    g_assert_nonnull(page);
}

static void test_unsealing_takes_two(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    gint64 number = enter(court, "申请", NULL, OYER_ACCESS_SEALED);
    g_autofree char *object = g_strconcat("case:", court->demo->hearing, NULL);
    g_autofree char *id = NULL;
    OyerApprovalAnswer answer;

    g_assert_cmpint(set_access(court, &judge, number, OYER_ACCESS_PUBLIC), ==,
                    OYER_REGISTER_NEEDS_TWO);
    g_assert_true(oyer_docket_ask_approval(court->db, &judge, OYER_RIGHT_UNSEAL, object,
                                           "why", NOW_US, &answer, &id, NULL));
    g_assert_true(oyer_docket_decide_approval(court->db, &president, id, TRUE, "",
                                              NOW_US, &answer, NULL));
    g_assert_cmpint(set_access(court, &judge, number, OYER_ACCESS_PUBLIC), ==,
                    OYER_REGISTER_DONE);
    assert_finds(court, &clerk, "申请", "3");
    g_assert_cmpint(set_access(court, &judge, number, OYER_ACCESS_SEALED), ==,
                    OYER_REGISTER_DONE);
    g_assert_cmpint(set_access(court, &judge, number, OYER_ACCESS_PUBLIC), ==,
                    OYER_REGISTER_NEEDS_TWO);
    g_assert_cmpint(set_access(court, &elsewhere, number, OYER_ACCESS_PUBLIC), ==,
                    OYER_REGISTER_NO_SUCH);
}

/* More than a block of register_search, and more than one answer holds. */
static void test_the_newest_come_first_page_by_page(Court *court,
                                                    gconstpointer unused G_GNUC_UNUSED)
{
    gint64 before = 0, expected = 3 + 49;

    for (int i = 0; i < 50; i++) {
        if (i % 10 == 9)
            g_assert_true(oyer_db_run(
                court->db, "UPDATE register_range SET next = next + 9000", NULL));
        enter(court, "申请延期", NULL, OYER_ACCESS_PUBLIC);
    }
    for (int pages = 0; pages < 3; pages++) {
        g_autoptr(json_t) out = NULL;
        json_t *hit;
        gsize i;
        g_assert_true(oyer_register_search(court->db, &clerk, "延期", before, NOW_US,
                                           &out, NULL));
        json_array_foreach(json_object_get(out, "hits"), i, hit)
        {
            g_assert_cmpint(oyer_json_int(hit, "entry", 0), ==, expected--);
        }
        before = oyer_json_int(out, "next", -1);
        g_assert_cmpint(before == 0, ==, pages == 2);
    }
    g_assert_cmpint(expected, ==, 2);
}

static void test_old_cases_get_their_sheets(Court *court,
                                            gconstpointer unused G_GNUC_UNUSED)
{
    const OyerCase row = {"old-1",        COURT,      2025, "民初",
                          "买卖合同纠纷", "ordinary", NULL};
    const OyerParty party = {"old-p", "old-1", "demo-plaintiff", "plaintiff", 1};
    g_autofree char *number = NULL;
    gboolean more = TRUE;

    g_assert_true(oyer_docket_open_case(court->db, &row, NOW_US, &number, NULL));
    g_assert_true(oyer_docket_put_party(court->db, &party, NOW_US, NULL));
    assert_finds(court, &clerk, "买卖", "");
    for (int times = 0; times < 2; times++) {
        g_assert_true(oyer_register_catch_up(court->db, NULL, NOW_US + 5, &more, NULL));
        g_assert_false(more);
    }
    assert_finds(court, &clerk, "买卖", "0");
    g_autoptr(json_t) page = read_case(court, &as_plaintiff, "old-1");
    assert_entry(page, 0, "docketed", number);
    g_autoptr(json_t) own = NULL;
    g_assert_true(
        oyer_register_cases_of(court->db, "demo-plaintiff", NOW_US, &own, NULL));
    g_assert_cmpuint(json_array_size(json_object_get(own, "cases")), ==, 2);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test)                                                   \
    g_test_add("/docket/register/" name, Court, NULL, court_set_up, test, \
               court_tear_down)
    ADD("a-docketed-case-has-its-sheet", test_a_docketed_case_has_its_sheet);
    ADD("numbers-have-no-gap", test_numbers_have_no_gap);
    ADD("two-characters-are-found", test_two_characters_are_found);
    ADD("a-hit-shows-where-it-stands", test_a_hit_shows_where_it_stands);
    ADD("each-sees-what-is-for-him", test_each_sees_what_is_for_him);
    ADD("reading-what-is-sealed-is-kept", test_reading_what_is_sealed_is_kept);
    ADD("a-sealed-case-hides-all-of-it", test_a_sealed_case_hides_all_of_it);
    ADD("unsealing-takes-two", test_unsealing_takes_two);
    ADD("the-newest-come-first-page-by-page", test_the_newest_come_first_page_by_page);
    ADD("old-cases-get-their-sheets", test_old_cases_get_their_sheets);
    return g_test_run();
}
