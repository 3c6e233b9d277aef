/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * For the tests of filings and papers: the demo court with the settings of its registry
 * and a registrar.
 */
#pragma once

#include "court.h"
#include "docket/filing_course.h"
#include "docket/filing_document.h"
#include "filing/content.h"
#include "filing/fee.h"
#include "filing/paper.h"
#include "filing/term.h"

#define COURT "demo-court"

typedef struct {
    Court court;
    OyerCalendar *calendar;
    json_t *causes, *clocks, *papers, *fees;
    OyerNoticeTexts *texts;
    OyerFilingRules rules;
    char account[OYER_ID_SIZE];
    OyerFilingActor registry;
    char id[OYER_ID_SIZE]; /* of what is filed */
    gint64 rev;
} Desk;

/* The account of the demo court's registrar. */
static inline void desk_find_registrar(Desk *desk)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        desk->court.db, NULL, "SELECT account FROM account_role WHERE role = ?", "s",
        "registrar");

    g_assert_true(oyer_rows_next(rows, NULL));
    g_strlcpy(desk->account, oyer_rows_text(rows, 0), sizeof desk->account);
    desk->registry = (OyerFilingActor){
        .office = OYER_OFFICE_REGISTRY, .id = desk->account, .court = COURT};
}

static inline void desk_set_up(Desk *desk, gconstpointer unused)
{
    court_set_up(&desk->court, unused);
    desk->calendar = oyer_calendar_built_in();
    desk->causes = oyer_filing_causes_built_in();
    desk->clocks = oyer_terms_built_in();
    desk->papers = oyer_papers_built_in();
    desk->fees = oyer_fees_built_in();
    desk->texts = oyer_notice_texts_built_in();
    desk->rules = (OyerFilingRules){.calendar = desk->calendar,
                                    .causes = desk->causes,
                                    .clocks = desk->clocks,
                                    .papers = desk->papers,
                                    .fees = desk->fees,
                                    .key = desk->court.key,
                                    .statutory_days = 7,
                                    .target_us = 3 * 3600 * OYER_SECOND_US,
                                    .notices = {desk->texts, FALSE}};
    desk_find_registrar(desk);
}

static inline void desk_tear_down(Desk *desk, gconstpointer unused)
{
    oyer_calendar_free(desk->calendar);
    oyer_notice_texts_free(desk->texts);
    json_decref(desk->causes);
    json_decref(desk->clocks);
    json_decref(desk->papers);
    json_decref(desk->fees);
    court_tear_down(&desk->court, unused);
}

static inline json_t *desk_parse(const char *text)
{
    return oyer_json_parse(text, strlen(text), NULL);
}

/* A document with one file that is there, in what @filer writes.  (transfer full): its
 * id */
static inline char *desk_add_document(Desk *desk, const OyerFilingActor *filer,
                                      const char *title, gint64 at_us)
{
    OyerDb *db = desk->court.db;
    OyerFilingAnswer answer = OYER_FILING_BAD;
    g_auto(OyerFilingFile) file = {0};
    g_autoptr(json_t) object = NULL;

    g_assert_true(oyer_docket_add_document(db, filer, desk->id, title, "evidence",
                                           at_us, &answer, NULL));
    g_assert_cmpint(answer, ==, OYER_FILING_DONE);
    g_assert_true(oyer_docket_filing_json(db, filer, desk->id, at_us, &object, NULL));
    const json_t *all = json_object_get(object, "documents");
    char *document =
        g_strdup(oyer_json_string(json_array_get(all, json_array_size(all) - 1), "id"));
    g_assert_true(oyer_docket_add_file(db, filer, desk->id, document, "a.pdf", 10,
                                       at_us, &answer, &file, NULL));
    g_assert_cmpint(answer, ==, OYER_FILING_DONE);
    g_strlcpy(file.state, "ready", sizeof file.state);
    g_assert_true(oyer_docket_settle_file(db, &file, at_us, NULL));
    return document;
}

/* What @document of what @filer writes is to prove. */
static inline void desk_set_purpose(Desk *desk, const OyerFilingActor *filer,
                                    const char *document)
{
    const OyerDocumentChange change = {.purpose = "证明已付款", .position = -1};
    OyerFilingAnswer answer = OYER_FILING_STALE;

    g_assert_true(oyer_docket_change_document(desk->court.db, filer, desk->id, document,
                                              &change, NOW_US, &answer, NULL));
    g_assert_cmpint(answer, ==, OYER_FILING_DONE);
}

static inline OyerFilingAnswer desk_submit(Desk *desk, const OyerFilingActor *actor,
                                           gint64 rev, gint64 at_us)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) missing = NULL;
    OyerFilingAnswer answer = OYER_FILING_BAD;

    g_assert_true(oyer_docket_submit_filing(desk->court.db, actor, &desk->rules,
                                            desk->id, rev, at_us, &answer, &missing,
                                            &error));
    g_assert_no_error(error);
    return answer;
}

static inline OyerFilingAnswer desk_act(Desk *desk, OyerFilingStep step,
                                        const OyerRegistryWords *words, gint64 at_us)
{
    g_autoptr(GError) error = NULL;
    OyerFilingAnswer answer = OYER_FILING_BAD;

    g_assert_true(oyer_docket_registry_step(desk->court.db, &desk->registry,
                                            &desk->rules, desk->id, step, words, at_us,
                                            &answer, &error));
    g_assert_no_error(error);
    return answer;
}

/* What @actor sees of it now.  (transfer full) */
static inline json_t *desk_read(Desk *desk, const OyerFilingActor *actor)
{
    json_t *object = NULL;

    g_assert_true(oyer_docket_filing_json(desk->court.db, actor, desk->id, NOW_US,
                                          &object, NULL));
    return object;
}

/* The number that @sql has for @key. */
static inline gint64 desk_count(Desk *desk, const char *sql, const char *key)
{
    g_autoptr(OyerRows) rows = oyer_db_query(desk->court.db, NULL, sql, "s", key);

    g_assert_true(oyer_rows_next(rows, NULL));
    return oyer_rows_int(rows, 0);
}
