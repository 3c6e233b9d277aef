/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "base/clock.h"
#include "docket/event.h"
#include "docket/rows.h"
#include "docket/visitor.h"
#include "registry.h"

static const OyerFilingActor filer = {
    .office = OYER_OFFICE_FILER, .id = "demo-plaintiff", .court = ""};
static const OyerFilingActor other = {
    .office = OYER_OFFICE_FILER, .id = "demo-defendant", .court = ""};
static const OyerFilingActor elsewhere = {
    .office = OYER_OFFICE_REGISTRY, .id = "x", .court = "other-court"};

/* A filing that can be handed in. */
static void write_draft(Desk *desk)
{
    OyerDb *db = desk->court.db;
    OyerFilingAnswer answer;
    g_autofree char *why = NULL;
    g_autoptr(json_t) patch = desk_parse(
        "{\"cause\":\"sale\",\"claim\":\"c\",\"facts\":\"f\",\"parties\":["
        "{\"role\":\"plaintiff\",\"kind\":\"person\",\"name\":\"朱敏\",\"self\":true},"
        "{\"role\":\"defendant\",\"kind\":\"person\",\"name\":\"甲\"},"
        "{\"role\":\"defendant\",\"kind\":\"organization\",\"name\":\"乙\"}]}");

    g_assert_true(oyer_docket_add_filing(db, &filer, COURT, "zh", NOW_US, &answer,
                                         desk->id, NULL));
    g_assert_true(oyer_docket_save_filing(db, &filer, &desk->rules, desk->id, 1, patch,
                                          NOW_US, &answer, &why, NULL));
    g_assert_cmpint(answer, ==, OYER_FILING_DONE);
    g_autofree char *document = desk_add_document(desk, &filer, "借条", NOW_US);
    json_t *object = desk_read(desk, &filer);
    desk->rev = oyer_json_int(object, "rev", 0);
    json_decref(object);
}

static void set_up(Desk *desk, gconstpointer unused)
{
    desk_set_up(desk, unused);
    write_draft(desk);
}

static gint64 count_told(Desk *desk, const char *kind)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        desk->court.db, NULL,
        "SELECT COUNT(*) FROM notice WHERE filing = ? AND kind = ? AND person = ?",
        "sss", desk->id, kind, filer.id);

    g_assert_true(oyer_rows_next(rows, NULL));
    return oyer_rows_int(rows, 0);
}

static void find(Desk *desk, OyerFiling *out)
{
    gboolean found = FALSE;

    g_assert_true(
        oyer_docket_find_filing(desk->court.db, &filer, desk->id, out, &found, NULL));
    g_assert_true(found);
}

static void test_only_those_see_it_whom_it_concerns(Desk *desk,
                                                    gconstpointer unused G_GNUC_UNUSED)
{
    const struct {
        const OyerFilingActor *actor;
        gboolean draft, received;
    } rows[] = {
        {&filer, TRUE, TRUE},
        {&other, FALSE, FALSE},
        {&desk->registry, FALSE, TRUE},
        {&elsewhere, FALSE, FALSE},
    };

    for (int received = 0; received < 2; received++) {
        for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
            g_autoptr(json_t) object = NULL;
            g_assert_true(oyer_docket_filing_json(desk->court.db, rows[i].actor,
                                                  desk->id, NOW_US, &object, NULL));
            g_assert_cmpint(object != NULL, ==,
                            received ? rows[i].received : rows[i].draft);
        }
        if (!received) {
            g_assert_cmpint(desk_submit(desk, &other, desk->rev, NOW_US), ==,
                            OYER_FILING_NO_SUCH);
            g_assert_cmpint(desk_submit(desk, &filer, desk->rev - 1, NOW_US), ==,
                            OYER_FILING_STALE);
            g_assert_cmpint(desk_submit(desk, &filer, desk->rev, NOW_US), ==,
                            OYER_FILING_DONE);
        }
    }
}

static void test_a_late_defect_goes_to_the_head(Desk *desk,
                                                gconstpointer unused G_GNUC_UNUSED)
{
    g_auto(OyerFiling) filing = {0};
    g_autoptr(json_t) first = desk_parse("[{\"code\":\"identity\",\"text\":\"x\"}]");
    g_autoptr(json_t) more = desk_parse("[{\"code\":\"authority\",\"text\":\"y\"}]");
    const OyerRegistryWords one = {.items = first, .text = "x", .days = 5};
    const OyerRegistryWords silent = {.items = more, .text = "y", .days = 5};
    OyerRegistryWords said = silent;

    g_assert_cmpint(desk_submit(desk, &filer, desk->rev, NOW_US), ==, OYER_FILING_DONE);
    g_assert_cmpint(desk_act(desk, OYER_FILING_OPEN, &one, NOW_US), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(desk_act(desk, OYER_FILING_REQUEST_CORRECTION, &one, NOW_US), ==,
                    OYER_FILING_DONE);
    find(desk, &filing);
    g_assert_cmpint(desk_submit(desk, &filer, filing.rev, NOW_US + OYER_DAY_US), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(desk_act(desk, OYER_FILING_OPEN, &one, NOW_US), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(desk_act(desk, OYER_FILING_REQUEST_CORRECTION, &silent, NOW_US), ==,
                    OYER_FILING_LATE_REASON);
    said.late_reason = "the law changed";
    g_assert_cmpint(desk_act(desk, OYER_FILING_REQUEST_CORRECTION, &said, NOW_US), ==,
                    OYER_FILING_DONE);
    oyer_filing_clear(&filing);
    find(desk, &filing);
    g_assert_cmpstr(filing.head_task, ==, "late_defect");
    g_assert_cmpint(filing.round, ==, 2);
    /* What is refused tells nobody anything. */
    g_assert_cmpint(count_told(desk, "filing_received"), ==, 2);
    g_assert_cmpint(count_told(desk, "filing_correction"), ==, 2);
}

/* Who comes in by a code gives no name; he does when he files. */
static void test_the_filer_has_his_name_from_the_filing(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    g_auto(OyerFiling) filing = {0};
    gboolean more = TRUE, found = FALSE;

    g_assert_true(oyer_db_exec(desk->court.db, NULL,
                               "UPDATE person SET name = '' WHERE id = ?", "s",
                               filer.id));
    g_assert_cmpint(desk_submit(desk, &filer, desk->rev, NOW_US), ==, OYER_FILING_DONE);
    find(desk, &filing);
    g_assert_true(oyer_docket_expire_filings(desk->court.db, &desk->rules,
                                             filing.due_us, &more, NULL));
    g_autoptr(OyerRows) rows = oyer_db_query(
        desk->court.db, NULL, "SELECT name FROM person WHERE id = ?", "s", filer.id);
    g_assert_true(oyer_rows_first(rows, &found, NULL) && found);
    g_assert_cmpstr(oyer_rows_text(rows, 0), ==, "朱敏");
}

static void test_the_clock_dockets_what_nobody_decided(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    g_auto(OyerFiling) filing = {0};
    g_autofree char *chain = g_strconcat("filing:", desk->id, NULL);
    char role[OYER_ID_SIZE];
    gboolean more = TRUE;

    g_assert_cmpint(desk_submit(desk, &filer, desk->rev, NOW_US), ==, OYER_FILING_DONE);
    find(desk, &filing);
    gint64 due_us = filing.due_us;
    g_assert_true(oyer_docket_expire_filings(desk->court.db, &desk->rules, due_us - 1,
                                             &more, NULL));
    g_assert_false(more);
    oyer_filing_clear(&filing);
    find(desk, &filing);
    g_assert_cmpint(filing.state, ==, OYER_FILING_RECEIVED);

    /* Twice is once. */
    for (int i = 0; i < 2; i++)
        g_assert_true(oyer_docket_expire_filings(desk->court.db, &desk->rules, due_us,
                                                 &more, NULL));
    oyer_filing_clear(&filing);
    find(desk, &filing);
    g_assert_cmpint(filing.state, ==, OYER_FILING_DEEMED_DOCKETED);
    g_assert_cmpstr(filing.case_number, ==, "（2026）沪0199民初2号");
    g_assert_cmpstr(filing.head_task, ==, "deemed");
    g_assert_true(oyer_docket_standing(desk->court.db, "demo-plaintiff", filing.case_id,
                                       NOW_US, role, NULL));
    g_assert_cmpstr(role, ==, "plaintiff");
    g_assert_true(oyer_docket_verify_audit(desk->court.db, chain, NULL, NULL));
    g_assert_cmpint(count_told(desk, "filing_docketed"), ==, 1);
    g_assert_cmpint(count_told(desk, "case_fee"), ==, 1);
    g_assert_cmpint(count_told(desk, "case_evidence"), ==, 1);
}

static void test_what_nobody_scanned_is_scanned_later(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    OyerDb *db = desk->court.db;
    g_auto(OyerFilingFile) file = {0};
    g_autoptr(json_t) trail = NULL;
    gboolean found = FALSE, is_writable;
    gint64 documents, unready;

    g_assert_true(oyer_docket_unscanned_file(db, &file, &found, NULL));
    g_assert_true(found);
    oyer_filing_file_judge(&file, OYER_SCAN_INFECTED, "Test.EICAR");
    g_assert_true(oyer_docket_note_scan(db, &file, NOW_US, NULL));
    g_assert_true(oyer_docket_count_files(db, desk->id, &documents, &unready, NULL));
    g_assert_cmpint(unready, ==, 1);
    g_assert_true(oyer_docket_filing_trail(db, &filer, desk->id, &trail, NULL));
    g_autofree char *text = oyer_json_text(trail);
    g_assert_nonnull(strstr(text, "\"infected\""));

    /* Asked again, it does not become clean: it is refused for good. */
    oyer_filing_file_judge(&file, OYER_SCAN_CLEAN, "");
    g_strlcpy(file.state, "ready", sizeof file.state);
    g_assert_true(oyer_docket_note_scan(db, &file, NOW_US, NULL));
    g_auto(OyerFilingFile) after = {0};
    g_assert_true(oyer_docket_find_file(db, &filer, desk->id, file.id, &after, &found,
                                        &is_writable, NULL));
    g_assert_cmpstr(after.state, ==, "refused");
    g_assert_cmpstr(after.scan, ==, "infected");
    g_clear_pointer(&file.name, g_free);
    g_clear_pointer(&file.type, g_free);
    g_assert_true(oyer_docket_unscanned_file(db, &file, &found, NULL));
    g_assert_false(found);
}

#define ADD(name, func) \
    g_test_add("/docket/filing/" name, Desk, NULL, set_up, func, desk_tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("only-those-see-it-whom-it-concerns", test_only_those_see_it_whom_it_concerns);
    ADD("a-late-defect-goes-to-the-head", test_a_late_defect_goes_to_the_head);
    ADD("the-clock-dockets-what-nobody-decided",
        test_the_clock_dockets_what_nobody_decided);
    ADD("the-filer-has-his-name-from-the-filing",
        test_the_filer_has_his_name_from_the_filing);
    ADD("what-nobody-scanned-is-scanned-later",
        test_what_nobody_scanned_is_scanned_later);
    return g_test_run();
}
