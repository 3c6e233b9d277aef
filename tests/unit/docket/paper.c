/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/paper.h"

#include <string.h>

#include "base/clock.h"
#include "docket/event.h"
#include "docket/register_read.h"
#include "docket/term.h"
#include "registry.h"

/* In the demo a case has the name of its hearing. */
#define CASE desk->court.demo->hearing

static const OyerFilingActor defendant = {
    .office = OYER_OFFICE_FILER, .id = "demo-defendant", .court = ""};
static const OyerFilingActor counsel = {
    .office = OYER_OFFICE_FILER, .id = "demo-counsel", .court = ""};
static const OyerFilingActor plaintiff = {
    .office = OYER_OFFICE_FILER, .id = "demo-plaintiff", .court = ""};
static const OyerFilingActor stranger = {
    .office = OYER_OFFICE_FILER, .id = "demo-witness", .court = ""};
static const OyerFilingActor elsewhere = {
    .office = OYER_OFFICE_REGISTRY, .id = "x", .court = "other-court"};

static OyerFilingAnswer begin(Desk *desk, const OyerFilingActor *filer,
                              const char *side, const char *code, gint64 at_us)
{
    g_autofree char *party = g_strconcat(CASE, "-", side, NULL);
    g_autoptr(GError) error = NULL;
    OyerFilingAnswer answer = OYER_FILING_STALE;

    g_assert_true(oyer_docket_add_paper(desk->court.db, filer, &desk->rules, CASE,
                                        party, code, "zh", at_us, &answer, desk->id,
                                        &error));
    g_assert_no_error(error);
    desk->rev = 1;
    return answer;
}

static OyerFilingAnswer save(Desk *desk, const OyerFilingActor *filer, const char *text,
                             gint64 at_us)
{
    g_autoptr(json_t) patch = oyer_json_pack("{s:s}", "text", text);
    g_autofree char *why = NULL;
    OyerFilingAnswer answer = OYER_FILING_STALE;

    g_assert_true(oyer_docket_save_filing(desk->court.db, filer, &desk->rules, desk->id,
                                          desk->rev, patch, at_us, &answer, &why,
                                          NULL));
    if (answer == OYER_FILING_DONE)
        desk->rev++;
    return answer;
}

static void set_limit(Desk *desk, const char *code, guint days)
{
    OyerStaffSession clerk = {.roles = 1u << OYER_STAFF_REGISTRAR};
    const OyerTermWish wish = {.case_id = CASE,
                               .clock = code,
                               .step = OYER_TERM_START,
                               .at_us = NOW_US,
                               .days = days,
                               .kind = "",
                               .reason = ""};
    OyerFilingAnswer answer = OYER_FILING_STALE;
    g_autoptr(GError) error = NULL;

    g_strlcpy(clerk.account, desk->account, sizeof clerk.account);
    g_strlcpy(clerk.court, COURT, sizeof clerk.court);
    (void)oyer_docket_step_term(desk->court.db, &desk->rules, &clerk, &wish, NOW_US,
                                &answer, &error);
    g_assert_no_error(error);
    g_assert_cmpint(answer, ==, OYER_FILING_DONE);
}

/* What @person sees on the sheet. (transfer full) */
static json_t *read_sheet(Desk *desk, const char *person)
{
    const OyerRegisterReader reader = {.person = person};
    json_t *page = NULL;

    g_assert_true(
        oyer_register_case(desk->court.db, &reader, CASE, 0, NOW_US, &page, NULL));
    g_assert_nonnull(page);
    return page;
}

static const json_t *last_entry(const json_t *page)
{
    const json_t *entries = json_object_get(page, "entries");

    return json_array_get(entries, json_array_size(entries) - 1);
}

static void test_who_may_file_what(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        const OyerFilingActor *who;
        const char *side, *code;
        OyerFilingAnswer answer;
    } rows[] = {
        {&defendant, "defendant", "answer", OYER_FILING_DONE},
        {&counsel, "defendant", "answer", OYER_FILING_DONE},
        {&counsel, "defendant", "adjournment", OYER_FILING_DONE},
        {&counsel, "defendant", "settlement", OYER_FILING_NO_AUTHORITY},
        {&defendant, "defendant", "settlement", OYER_FILING_DONE},
        {&counsel, "plaintiff", "evidence", OYER_FILING_NO_SUCH},
        {&plaintiff, "plaintiff", "answer", OYER_FILING_BAD},
        {&plaintiff, "defendant", "answer", OYER_FILING_NO_SUCH},
        {&stranger, "defendant", "answer", OYER_FILING_NO_SUCH},
        {&defendant, "defendant", "nothing", OYER_FILING_BAD},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(begin(desk, rows[i].who, rows[i].side, rows[i].code, NOW_US),
                        ==, rows[i].answer);
}

/* From the filer's phone to the other side's page, the registry between. */
static void test_an_answer_gets_onto_the_sheet(Desk *desk,
                                               gconstpointer unused G_GNUC_UNUSED)
{
    const OyerRegistryWords words = {.text = "", .access = OYER_ACCESS_PARTIES};
    g_autofree char *chain = NULL;

    g_assert_cmpint(begin(desk, &defendant, "defendant", "answer", NOW_US), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(desk_submit(desk, &defendant, 1, NOW_US), ==,
                    OYER_FILING_INCOMPLETE);
    g_assert_cmpint(save(desk, &defendant, "不同意原告的请求。", NOW_US), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(desk_act(desk, OYER_FILING_ENTER, &words, NOW_US), ==,
                    OYER_FILING_NO_SUCH);
    g_assert_cmpint(desk_submit(desk, &defendant, desk->rev, NOW_US), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(desk_act(desk, OYER_FILING_ENTER, &words, NOW_US + OYER_SECOND_US),
                    ==, OYER_FILING_DONE);
    g_assert_cmpint(desk_act(desk, OYER_FILING_ENTER, &words, NOW_US), ==,
                    OYER_FILING_WRONG_STATE);

    g_autoptr(json_t) page = read_sheet(desk, plaintiff.id);
    const json_t *entry = last_entry(page);
    g_assert_cmpstr(oyer_json_string(entry, "kind"), ==, "answer");
    g_assert_cmpint(oyer_json_int(entry, "filed_us", 0), ==, NOW_US);
    g_assert_cmpint(oyer_json_int(entry, "entered_us", 0), ==, NOW_US + OYER_SECOND_US);
    g_autoptr(json_t) mine = desk_read(desk, &defendant);
    const json_t *paper = json_object_get(mine, "paper");
    g_assert_cmpstr(oyer_json_string(mine, "state"), ==, "entered");
    g_assert_cmpint(oyer_json_int(paper, "entry", 0), ==,
                    oyer_json_int(entry, "number", -1));
    /* Plaintiff, and the counsel of the same side; the filer apart. */
    g_assert_cmpint(
        desk_count(desk,
                   "SELECT COUNT(*) FROM notice WHERE kind = 'paper_entered' "
                   "AND filing IS NULL AND case_id = ?",
                   CASE),
        ==, 2);
    g_assert_cmpint(desk_count(desk,
                               "SELECT COUNT(*) FROM notice WHERE kind IN "
                               "('paper_entered', 'paper_received') AND filing = ?",
                               desk->id),
                    ==, 2);
    chain = g_strconcat("filing:", desk->id, NULL);
    g_assert_true(oyer_docket_verify_audit(desk->court.db, chain, NULL, NULL));
}

static void test_late_is_marked_and_taken(Desk *desk,
                                          gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        gint64 after_us;
        gboolean is_late;
    } rows[] = {{-1, FALSE}, {0, TRUE}};
    gint64 due_us = 0;
    g_autofree char *party = g_strconcat(CASE, "-defendant", NULL);
    g_autofree char *rule = NULL;

    set_limit(desk, "answer", 0);
    g_assert_true(oyer_docket_find_limit(desk->court.db, &desk->rules, CASE, party,
                                         "answer", NOW_US, &due_us, &rule, NULL));
    g_assert_cmpint(due_us, >, NOW_US + 14 * OYER_DAY_US);
    g_assert_nonnull(strstr(rule, "§128"));
    /* Both parties and the counsel were told. */
    g_assert_cmpint(
        desk_count(
            desk,
            "SELECT COUNT(*) FROM notice WHERE kind = 'paper_limit' AND case_id = ?",
            CASE),
        ==, 3);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        gint64 at_us = due_us + rows[i].after_us;
        const OyerRegistryWords words = {.text = "", .access = OYER_ACCESS_PARTIES};
        g_assert_cmpint(begin(desk, &defendant, "defendant", "answer", NOW_US), ==,
                        OYER_FILING_DONE);
        g_assert_cmpint(save(desk, &defendant, "x", NOW_US), ==, OYER_FILING_DONE);
        g_assert_cmpint(desk_submit(desk, &defendant, desk->rev, at_us), ==,
                        OYER_FILING_DONE);
        g_assert_cmpint(desk_act(desk, OYER_FILING_ENTER, &words, at_us), ==,
                        OYER_FILING_DONE);
        g_autoptr(json_t) mine = desk_read(desk, &defendant);
        const json_t *paper = json_object_get(mine, "paper");
        g_assert_cmpint(oyer_json_bool(paper, "late", FALSE), ==, rows[i].is_late);
        g_assert_cmpint(oyer_json_int(paper, "limit_us", 0), ==, due_us);
        g_autoptr(json_t) page = read_sheet(desk, plaintiff.id);
        g_assert_cmpint(strstr(oyer_json_string(last_entry(page), "text"), "逾期") !=
                            NULL,
                        ==, rows[i].is_late);
    }
}

static void file_evidence(Desk *desk, const OyerFilingActor *filer, const char *side,
                          guint documents)
{
    const OyerRegistryWords words = {.text = "", .access = OYER_ACCESS_PARTIES};

    g_assert_cmpint(begin(desk, filer, side, "evidence", NOW_US), ==, OYER_FILING_DONE);
    for (guint i = 0; i < documents; i++) {
        g_autofree char *id = desk_add_document(desk, filer, "转账记录", NOW_US);
        g_assert_cmpint(desk_submit(desk, filer, desk->rev, NOW_US), ==,
                        OYER_FILING_INCOMPLETE);
        desk_set_purpose(desk, filer, id);
    }
    g_assert_cmpint(desk_submit(desk, filer, desk->rev, NOW_US), ==, OYER_FILING_DONE);
    g_assert_cmpint(desk_act(desk, OYER_FILING_ENTER, &words, NOW_US), ==,
                    OYER_FILING_DONE);
}

/* 原1, 原2, then 被1, then 原3: each says what it proves. */
static void test_exhibits_are_numbered_for_each_side(Desk *desk,
                                                     gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        const OyerFilingActor *who;
        const char *side;
        guint documents;
        const char *last;
    } rows[] = {{&plaintiff, "plaintiff", 2, "原2"},
                {&counsel, "defendant", 1, "被1"},
                {&plaintiff, "plaintiff", 1, "原3"}};

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        file_evidence(desk, rows[i].who, rows[i].side, rows[i].documents);
        g_autoptr(json_t) page = read_sheet(desk, counsel.id);
        const json_t *all = json_object_get(last_entry(page), "documents");
        const json_t *last = json_array_get(all, json_array_size(all) - 1);
        g_assert_cmpuint(json_array_size(all), ==, rows[i].documents);
        g_assert_cmpstr(oyer_json_string(last, "exhibit"), ==, rows[i].last);
        g_assert_cmpstr(oyer_json_string(last, "purpose"), ==, "证明已付款");
    }
}

/* Once, with the whole list; after its last day it is taken as it is. */
static void test_it_is_sent_back_once(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(json_t) items =
        desk_parse("[{\"code\":\"illegible\",\"text\":\"第二页看不清\"}]");
    const OyerRegistryWords back = {.items = items, .text = "", .days = 5};
    const OyerRegistryWords words = {.text = "照收", .access = OYER_ACCESS_PUBLIC};
    gboolean more = FALSE;

    g_assert_cmpint(begin(desk, &plaintiff, "plaintiff", "adjournment", NOW_US), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(save(desk, &plaintiff, "生病", NOW_US), ==, OYER_FILING_DONE);
    g_assert_cmpint(desk_submit(desk, &plaintiff, desk->rev, NOW_US), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(desk_act(desk, OYER_FILING_SEND_BACK, &back, NOW_US), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(desk_act(desk, OYER_FILING_ENTER, &words, NOW_US), ==,
                    OYER_FILING_WRONG_STATE);
    g_autoptr(json_t) mine = desk_read(desk, &plaintiff);
    g_assert_cmpuint(
        json_array_size(json_object_get(json_object_get(mine, "correction"), "items")),
        ==, 1);
    gint64 due_us = oyer_json_int(mine, "correction_due_us", 0);
    for (int i = 0; i < 2; i++) {
        g_autoptr(json_t) now = NULL;
        g_assert_true(oyer_docket_expire_filings(desk->court.db, &desk->rules,
                                                 due_us - 1 + i, &more, NULL));
        now = desk_read(desk, &plaintiff);
        g_assert_cmpstr(oyer_json_string(now, "state"), ==, i ? "filed" : "sent_back");
    }
    g_assert_cmpint(desk_act(desk, OYER_FILING_SEND_BACK, &back, due_us), ==,
                    OYER_FILING_WRONG_STATE);
    g_assert_cmpint(desk_act(desk, OYER_FILING_ENTER, &words, due_us), ==,
                    OYER_FILING_DONE);
}

/* By mistake: nothing is to be completed, what the filer began stays with him, and the
 * one notice is there yet; each is told. */
static void test_sending_back_is_taken_back(Desk *desk,
                                            gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(json_t) items =
        desk_parse("[{\"code\":\"illegible\",\"text\":\"第二页看不清\"}]");
    const OyerRegistryWords back = {.items = items, .text = "", .days = 5};
    const OyerRegistryWords words = {.text = "", .access = OYER_ACCESS_PARTIES};

    g_assert_cmpint(begin(desk, &plaintiff, "plaintiff", "adjournment", NOW_US), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(save(desk, &plaintiff, "生病", NOW_US), ==, OYER_FILING_DONE);
    g_assert_cmpint(desk_submit(desk, &plaintiff, desk->rev, NOW_US), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(desk_act(desk, OYER_FILING_RECALL, &words, NOW_US), ==,
                    OYER_FILING_WRONG_STATE);
    for (int i = 0; i < 2; i++) {
        g_assert_cmpint(desk_act(desk, OYER_FILING_SEND_BACK, &back, NOW_US), ==,
                        OYER_FILING_DONE);
        if (i == 0)
            g_free(desk_add_document(desk, &plaintiff, "病历", NOW_US));
        g_assert_cmpint(desk_act(desk, OYER_FILING_RECALL, &words, NOW_US), ==,
                        OYER_FILING_DONE);
        g_autoptr(json_t) now = desk_read(desk, &desk->registry);
        const json_t *paper = json_object_get(now, "paper");
        g_assert_cmpstr(oyer_json_string(now, "state"), ==, "filed");
        g_assert_false(oyer_json_bool(paper, "was_sent_back", TRUE));
        g_assert_cmpint(oyer_json_int(now, "correction_due_us", -1), ==, 0);
    }
    g_assert_cmpint(desk_count(desk,
                               "SELECT COUNT(*) FROM notice WHERE kind IN "
                               "('paper_sent_back', 'paper_recalled') AND filing = ?",
                               desk->id),
                    ==, 4);
    g_assert_cmpint(desk_act(desk, OYER_FILING_ENTER, &words, NOW_US), ==,
                    OYER_FILING_DONE);
    g_autoptr(json_t) page = read_sheet(desk, plaintiff.id);
    g_assert_cmpuint(json_array_size(json_object_get(last_entry(page), "documents")),
                     ==, 0);
}

static void test_the_registry_knows_how_many_wait(Desk *desk,
                                                  gconstpointer unused G_GNUC_UNUSED)
{
    for (int with = 0; with < 2; with++) {
        g_autoptr(json_t) now = NULL;
        g_assert_cmpint(begin(desk, &defendant, "defendant", "answer", NOW_US), ==,
                        OYER_FILING_DONE);
        g_assert_cmpint(save(desk, &defendant, "x", NOW_US), ==, OYER_FILING_DONE);
        g_assert_cmpint(desk_submit(desk, &defendant, desk->rev, NOW_US), ==,
                        OYER_FILING_DONE);
        g_assert_true(
            oyer_docket_registry_waiting(desk->court.db, COURT, with != 0, &now, NULL));
        g_assert_cmpint(oyer_json_int(now, "papers", -1), ==, with + 1);
        g_assert_cmpint(oyer_json_int(now, "filings", -1), ==, with ? 0 : -1);
    }
}

static void end_authority(Desk *desk, gint64 at_us)
{
    g_autofree char *id = g_strconcat(CASE, "-counsel", NULL);
    const OyerAuthorityWish wish = {
        .case_id = CASE, .representative = id, .reason = "over"};
    OyerFilingAnswer answer = OYER_FILING_STALE;

    g_assert_true(oyer_docket_end_authority(desk->court.db, &desk->registry, &wish,
                                            at_us, &answer, NULL));
    g_assert_cmpint(answer, ==, OYER_FILING_DONE);
}

/* What was begun with authority is not handed in without. */
static void test_authority_is_asked_at_each_step(Desk *desk,
                                                 gconstpointer unused G_GNUC_UNUSED)
{
    OyerFilingAnswer answer = OYER_FILING_DONE;
    g_autoptr(json_t) page = NULL;

    g_assert_cmpint(begin(desk, &counsel, "defendant", "answer", NOW_US), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(save(desk, &counsel, "x", NOW_US), ==, OYER_FILING_DONE);
    end_authority(desk, NOW_US);
    g_assert_cmpint(save(desk, &counsel, "y", NOW_US), ==, OYER_FILING_NO_AUTHORITY);
    g_assert_cmpint(desk_submit(desk, &counsel, desk->rev, NOW_US), ==,
                    OYER_FILING_NO_AUTHORITY);
    g_assert_true(oyer_docket_add_document(desk->court.db, &counsel, desk->id, "x",
                                           "other", NOW_US, &answer, NULL));
    g_assert_cmpint(answer, ==, OYER_FILING_NO_AUTHORITY);
    g_assert_true(oyer_docket_case_papers(desk->court.db, &desk->rules, counsel.id,
                                          CASE, NOW_US, &page, NULL));
    g_assert_null(page);
}

/* The other side does not see what is on its way, nor what only the court may read. */
static void test_access_is_respected(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    const OyerRegistryWords words = {.text = "", .access = OYER_ACCESS_CONFIDENTIAL};

    g_assert_cmpint(begin(desk, &defendant, "defendant", "answer", NOW_US), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(save(desk, &defendant, "x", NOW_US), ==, OYER_FILING_DONE);
    for (int handed_in = 0; handed_in < 2; handed_in++) {
        const struct {
            const OyerFilingActor *who;
            guint papers;
        } rows[] = {{&defendant, 1}, {&counsel, handed_in ? 1 : 0}, {&plaintiff, 0}};
        for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
            g_autoptr(json_t) page = NULL;
            g_assert_true(oyer_docket_case_papers(desk->court.db, &desk->rules,
                                                  rows[i].who->id, CASE, NOW_US, &page,
                                                  NULL));
            g_assert_cmpuint(json_array_size(json_object_get(page, "papers")), ==,
                             rows[i].papers);
        }
        if (!handed_in)
            g_assert_cmpint(desk_submit(desk, &defendant, desk->rev, NOW_US), ==,
                            OYER_FILING_DONE);
    }
    g_autoptr(json_t) far = desk_read(desk, &elsewhere);
    g_assert_null(far);
    g_autoptr(json_t) other = desk_read(desk, &plaintiff);
    g_assert_null(other);
    g_assert_cmpint(desk_act(desk, OYER_FILING_ENTER, &words, NOW_US), ==,
                    OYER_FILING_DONE);
    g_autoptr(json_t) page = read_sheet(desk, plaintiff.id);
    g_assert_true(oyer_json_bool(last_entry(page), "withheld", FALSE));
    g_assert_cmpint(
        desk_count(desk,
                   "SELECT COUNT(*) FROM notice WHERE kind = 'paper_entered' "
                   "AND filing IS NULL AND case_id = ?",
                   CASE),
        ==, 0);
}

static void test_the_queue_has_what_waits(Desk *desk,
                                          gconstpointer unused G_GNUC_UNUSED)
{
    static const char *const views[] = {"open", "waiting", "entered"};

    file_evidence(desk, &plaintiff, "plaintiff", 1);
    g_assert_cmpint(begin(desk, &defendant, "defendant", "answer", NOW_US), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(save(desk, &defendant, "x", NOW_US), ==, OYER_FILING_DONE);
    g_assert_cmpint(desk_submit(desk, &defendant, desk->rev, NOW_US), ==,
                    OYER_FILING_DONE);
    for (gsize i = 0; i < G_N_ELEMENTS(views); i++) {
        g_autoptr(json_t) here = NULL;
        g_autoptr(json_t) there = NULL;
        g_assert_true(oyer_docket_paper_queue(desk->court.db, COURT, views[i], NOW_US,
                                              &here, NULL));
        g_assert_true(oyer_docket_paper_queue(desk->court.db, "other-court", views[i],
                                              NOW_US, &there, NULL));
        g_assert_cmpuint(json_array_size(json_object_get(here, "papers")), ==, i != 1);
        g_assert_cmpuint(json_array_size(json_object_get(there, "papers")), ==, 0);
    }
    /* It is no case: the registry's queue of filings, and the filer's, have none of it. */
    g_autoptr(json_t) filings = NULL;
    g_autoptr(json_t) mine = NULL;
    g_assert_true(oyer_docket_filing_queue(desk->court.db, COURT, "open", NOW_US,
                                           &filings, NULL));
    g_assert_cmpuint(json_array_size(json_object_get(filings, "filings")), ==, 0);
    g_assert_true(oyer_docket_filings_of(desk->court.db, defendant.id, &mine, NULL));
    g_assert_cmpuint(json_array_size(json_object_get(mine, "filings")), ==, 0);
}

#define ADD(name, func) \
    g_test_add("/docket/paper/" name, Desk, NULL, desk_set_up, func, desk_tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("who-may-file-what", test_who_may_file_what);
    ADD("an-answer-gets-onto-the-sheet", test_an_answer_gets_onto_the_sheet);
    ADD("late-is-marked-and-taken", test_late_is_marked_and_taken);
    ADD("exhibits-are-numbered-for-each-side",
        test_exhibits_are_numbered_for_each_side);
    ADD("it-is-sent-back-once", test_it_is_sent_back_once);
    ADD("sending-back-is-taken-back", test_sending_back_is_taken_back);
    ADD("the-registry-knows-how-many-wait", test_the_registry_knows_how_many_wait);
    ADD("authority-is-asked-at-each-step", test_authority_is_asked_at_each_step);
    ADD("access-is-respected", test_access_is_respected);
    ADD("the-queue-has-what-waits", test_the_queue_has_what_waits);
    return g_test_run();
}
