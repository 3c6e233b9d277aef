/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Until when something is to be filed: set by the registry when it is served, told to
 * whom it binds, kept for good.
 *
 * Thread: database.
 */
#include <string.h>

#include "base/clock.h"
#include "docket/event.h"
#include "docket/paper.h"
#include "docket/rows.h"

#define LIMITS_MAX 200

gboolean oyer_docket_find_limit(OyerDb *db, const char *case_id, const char *party,
                                const char *code, gint64 *out_due_us, char **out_rule,
                                GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT due_at, rule FROM paper_limit WHERE case_id = ? AND code = ? "
        "AND (party IS NULL OR party = ?) ORDER BY set_at DESC, id DESC LIMIT 1",
        "sss", case_id, code, party);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out_due_us = found ? oyer_rows_int(rows, 0) : 0;
    *out_rule = g_strdup(found ? oyer_rows_text(rows, 1) : "");
    return TRUE;
}

/* ---- setting ---- */

/* The zone of the registry's court, if the case is one of it; NULL: it is not. */
static gboolean find_zone(OyerDb *db, const char *court, const char *case_id,
                          GTimeZone **out_zone, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT t.timezone FROM case_ c JOIN court t ON t.id = c.court "
                      "WHERE c.id = ? AND c.court = ?",
                      "ss", case_id, court);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out_zone = found ? g_time_zone_new_identifier(oyer_rows_text(rows, 0)) : NULL;
    if (found && *out_zone == NULL)
        *out_zone = g_time_zone_new_utc();
    return TRUE;
}

static gboolean tell_bound(OyerDb *db, const OyerFilingRules *rules,
                           const OyerLimitWish *wish, const OyerPaperLimit *limit,
                           const char *court, const char *id, gint64 due_us,
                           gint64 now_us, GError **error)
{
    g_autoptr(GPtrArray) people =
        oyer_docket_people_of_case(db, wish->case_id, wish->party, "", now_us, error);
    g_autoptr(json_t) values =
        oyer_json_pack("{s:{s:s,s:s},s:I,s:s}", "paper", "zh", limit->zh, "en",
                       limit->en, "due", (json_int_t)due_us, "rule", limit->rule);

    for (guint i = 0; people && i < people->len; i++) {
        g_autofree char *key =
            g_strdup_printf("paper_limit:%s:%s", id, (const char *)people->pdata[i]);
        const OyerNoticeWish notice = {.key = key,
                                       .kind = "paper_limit",
                                       .role = "party",
                                       .court = court,
                                       .person = people->pdata[i],
                                       .case_id = wish->case_id,
                                       .values = values};
        if (!oyer_docket_queue_notice(db, &rules->notices, &notice, now_us, NULL,
                                      error))
            return FALSE;
    }
    return people != NULL;
}

static gboolean put_limit(OyerDb *db, const OyerFilingActor *registry,
                          const OyerFilingRules *rules, const OyerLimitWish *wish,
                          const OyerPaperLimit *limit, gint64 due_us, gint64 now_us,
                          GError **error)
{
    g_autofree char *id = oyer_id_new(now_us);
    g_autofree char *chain = g_strconcat("case:", wish->case_id, NULL);
    g_autoptr(OyerEvent) event =
        oyer_event_new(now_us, "limit_set", registry->id,
                       oyer_office_word(registry->office), wish->party, "ok");

    event->reason = g_strdup(*wish->reason ? wish->reason : NULL);
    event->details =
        oyer_json_pack("{s:s,s:I,s:I}", "code", limit->code, "from_us",
                       (json_int_t)wish->from_us, "due_us", (json_int_t)due_us);
    return oyer_db_exec(db, error,
                        "INSERT INTO paper_limit (id, case_id, party, code, from_at, "
                        "due_at, rule, reason, set_by, set_at) "
                        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        "ssssiisssi", id, wish->case_id, wish->party, limit->code,
                        wish->from_us, due_us, limit->rule, wish->reason, registry->id,
                        now_us) &&
           oyer_docket_append_audit(db, chain, event, NULL, error) &&
           tell_bound(db, rules, wish, limit, registry->court, id, due_us, now_us,
                      error);
}

static gboolean is_party(OyerDb *db, const char *party, const char *case_id,
                         gboolean *out_is, GError **error)
{
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, "SELECT 1 FROM party WHERE id = ? AND case_id = ?",
                      "ss", party, case_id);

    return oyer_rows_first(rows, out_is, error);
}

gboolean oyer_docket_set_limit(OyerDb *db, const OyerFilingActor *registry,
                               const OyerFilingRules *rules, const OyerLimitWish *wish,
                               gint64 now_us, OyerFilingAnswer *out_answer,
                               GError **error)
{
    GTimeZone *zone = NULL;
    OyerPaperLimit limit = {0};
    gboolean is_his = TRUE;

    if (!find_zone(db, registry->court, wish->case_id, &zone, error) ||
        (wish->party && !is_party(db, wish->party, wish->case_id, &is_his, error)))
        return FALSE;
    *out_answer = zone == NULL || !is_his ? OYER_FILING_NO_SUCH
                  : !oyer_paper_find_limit(rules->papers, wish->code, &limit)
                      ? OYER_FILING_BAD
                      : OYER_FILING_DONE;
    gint64 due_us = *out_answer == OYER_FILING_DONE
                        ? oyer_calendar_due_us(rules->calendar, zone, wish->from_us,
                                               wish->days ? wish->days : limit.days)
                        : 0;
    g_clear_pointer(&zone, g_time_zone_unref);
    if (*out_answer != OYER_FILING_DONE)
        return TRUE;
    if (!oyer_db_begin(db, error))
        return FALSE;
    if (put_limit(db, registry, rules, wish, &limit, due_us, now_us, error))
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return FALSE;
}

/* ---- reading ---- */

static void take_limit(OyerRows *rows, gpointer data)
{
    json_array_append_new(
        data, oyer_json_pack("{s:s,s:s,s:s,s:I,s:I,s:s,s:s,s:I}", "code",
                             oyer_rows_text(rows, 0), "party", oyer_rows_text(rows, 1),
                             "name", oyer_rows_text(rows, 2), "from_us",
                             (json_int_t)oyer_rows_int(rows, 3), "due_us",
                             (json_int_t)oyer_rows_int(rows, 4), "rule",
                             oyer_rows_text(rows, 5), "reason", oyer_rows_text(rows, 6),
                             "set_us", (json_int_t)oyer_rows_int(rows, 7)));
}

gboolean oyer_docket_limits(OyerDb *db, const char *court, const char *case_id,
                            json_t **out, GError **error)
{
    g_autoptr(json_t) list = json_array();
    GTimeZone *zone = NULL;

    *out = NULL;
    if (!find_zone(db, court, case_id, &zone, error))
        return FALSE;
    if (zone == NULL)
        return TRUE;
    g_time_zone_unref(zone);
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT l.code, COALESCE(l.party, ''), COALESCE(n.name, ''), l.from_at, "
        "l.due_at, l.rule, l.reason, l.set_at FROM paper_limit l "
        "LEFT JOIN party p ON p.id = l.party LEFT JOIN person n ON n.id = p.person "
        "WHERE l.case_id = ? ORDER BY l.set_at DESC, l.id DESC LIMIT ?",
        "si", case_id, (gint64)LIMITS_MAX);
    if (!oyer_rows_each(rows, take_limit, list, error))
        return FALSE;
    *out = oyer_json_pack("{s:O}", "limits", list);
    return TRUE;
}
