/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The registry's half: who is given authority, what is changed in it, when it ends.
 *
 * Thread: database.
 */
#include <string.h>

#include "docket/case.h"
#include "docket/event.h"
#include "docket/representative.h"
#include "docket/rows.h"
#include "docket/visitor.h"

/* What stands of an authority. */
typedef struct {
    char id[OYER_ID_SIZE], party[OYER_ID_SIZE], principal[OYER_ID_SIZE];
    char document[OYER_ID_SIZE];
    char *kind, *scope, *matters;
    gint64 valid_from_us, valid_until_us, ended_us;
    gboolean is_found;
} Authority;

static void authority_clear(Authority *self)
{
    g_free(self->kind);
    g_free(self->scope);
    g_free(self->matters);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Authority, authority_clear)

static gboolean find_authority(OyerDb *db, const char *case_id, const char *id,
                               Authority *out, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT r.party, p.person, r.kind, r.scope, r.matters, r.valid_from, "
        "r.valid_until, r.ended_at, COALESCE(r.document, '') FROM representative r "
        "JOIN party p ON p.id = r.party WHERE r.id = ? AND p.case_id = ?",
        "ss", id, case_id);

    if (!oyer_rows_first(rows, &out->is_found, error))
        return FALSE;
    if (!out->is_found)
        return TRUE;
    g_strlcpy(out->id, id, sizeof out->id);
    g_strlcpy(out->party, oyer_rows_text(rows, 0), sizeof out->party);
    g_strlcpy(out->principal, oyer_rows_text(rows, 1), sizeof out->principal);
    out->kind = g_strdup(oyer_rows_text(rows, 2));
    out->scope = g_strdup(oyer_rows_text(rows, 3));
    out->matters = g_strdup(oyer_rows_text(rows, 4));
    out->valid_from_us = oyer_rows_int(rows, 5);
    out->valid_until_us = oyer_rows_int(rows, 6);
    out->ended_us = oyer_rows_int(rows, 7);
    g_strlcpy(out->document, oyer_rows_text(rows, 8), sizeof out->document);
    return TRUE;
}

/* TRUE in @out_is: @sql has a row for @one and @other. */
static gboolean exists(OyerDb *db, const char *sql, const char *one, const char *other,
                       gboolean *out_is, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(db, error, sql, "ss", one, other);

    return oyer_rows_first(rows, out_is, error);
}

/* The case is of the registry's court, and the document, if there is one, of its
 * sheet. */
static gboolean judge_wish(OyerDb *db, const OyerFilingActor *registry,
                           const OyerAuthorityWish *wish, OyerFilingAnswer *out_answer,
                           GError **error)
{
    gboolean is_here = FALSE, is_linked = TRUE;

    if (!exists(db, "SELECT 1 FROM case_ WHERE id = ? AND court = ?", wish->case_id,
                registry->court, &is_here, error))
        return FALSE;
    if (wish->document && *wish->document &&
        !exists(db, "SELECT 1 FROM docket_document WHERE case_id = ? AND document = ?",
                wish->case_id, wish->document, &is_linked, error))
        return FALSE;
    *out_answer = !is_here     ? OYER_FILING_NO_SUCH
                  : !is_linked ? OYER_FILING_BAD
                               : OYER_FILING_DONE;
    return TRUE;
}

static gboolean end(OyerDb *db, gboolean done, OyerFilingAnswer answer, GError **error)
{
    if (done && answer == OYER_FILING_DONE)
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return done;
}

/* What it is from now on: its row, its history, the audit chain of the case. */
static gboolean write_authority(OyerDb *db, const OyerFilingActor *actor,
                                const char *case_id, const Authority *now,
                                const char *action, const char *reason, gint64 now_us,
                                GError **error)
{
    const char *document = *now->document ? now->document : NULL;
    g_autofree char *chain = g_strconcat("case:", case_id, NULL);
    g_autofree char *type = g_strconcat("authority_", action, NULL);
    g_autoptr(OyerEvent) event = oyer_event_new(
        now_us, type, actor->id, oyer_office_word(actor->office), now->id, "ok");

    event->reason = g_strdup(*reason ? reason : NULL);
    event->details = oyer_json_pack(
        "{s:s,s:s,s:I,s:I,s:s}", "scope", now->scope, "matters", now->matters,
        "valid_from_us", (json_int_t)now->valid_from_us, "valid_until_us",
        (json_int_t)now->valid_until_us, "document", now->document);
    return oyer_db_exec(db, error,
                        "UPDATE representative SET kind = ?, scope = ?, matters = ?, "
                        "valid_from = ?, valid_until = ?, document = ?, ended_at = ? "
                        "WHERE id = ?",
                        "sssiisis", now->kind, now->scope, now->matters,
                        now->valid_from_us, now->valid_until_us, document,
                        now->ended_us, now->id) &&
           oyer_db_exec(
               db, error,
               "INSERT INTO representative_change (representative, number, action, "
               "scope, matters, valid_from, valid_until, document, reason, changed_by, "
               "changed_at) SELECT ?, COUNT(*) + 1, ?, ?, ?, CAST(? AS BIGINT), "
               "CAST(? AS BIGINT), ?, ?, ?, CAST(? AS BIGINT) "
               "FROM representative_change WHERE representative = ?",
               "ssssiisssis", now->id, action, now->scope, now->matters,
               now->valid_from_us, now->valid_until_us, document, reason, actor->id,
               now_us, now->id) &&
           oyer_docket_append_audit(db, chain, event, NULL, error);
}

/* ---- a new one ---- */

/* Who is known at the address of @wish, or "". */
static gboolean find_known(OyerDb *db, const OyerAuthorityWish *wish,
                           char out[OYER_ID_SIZE], GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT person FROM person_contact WHERE channel = ? AND address = ? "
        "AND verified_at > 0 ORDER BY verified_at DESC LIMIT 1",
        "ss", oyer_channel_word(wish->channel), wish->address);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    g_strlcpy(out, found ? oyer_rows_text(rows, 0) : "", OYER_ID_SIZE);
    return TRUE;
}

/* Who is known at that address, or somebody new: the registry saw the power of
 * attorney, so the address is confirmed. */
static gboolean find_person(OyerDb *db, const OyerAuthorityWish *wish, gint64 now_us,
                            char out[OYER_ID_SIZE], GError **error)
{
    g_autofree char *id = oyer_id_new(now_us);

    if (!find_known(db, wish, out, error))
        return FALSE;
    if (*out)
        return TRUE;
    g_strlcpy(out, id, OYER_ID_SIZE);
    return oyer_docket_put_person(db, out, wish->name, wish->language, now_us, error) &&
           oyer_docket_put_contact(db, out, wish->channel, wish->address, now_us,
                                   now_us, error);
}

static gboolean count_holding(OyerDb *db, const char *party, gint64 now_us,
                              gint64 *out_count, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT COUNT(*) FROM representative WHERE party = ? AND "
                      "ended_at = 0 AND kind <> 'guardian' AND "
                      "(valid_until = 0 OR valid_until > ?)",
                      "si", party, now_us);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out_count = oyer_rows_int(rows, 0);
    return TRUE;
}

static gboolean grant(OyerDb *db, const OyerFilingActor *registry,
                      const OyerAuthorityWish *wish, gint64 now_us,
                      OyerFilingAnswer *out_answer, GError **error)
{
    g_autofree char *id = oyer_id_new(now_us);
    char person[OYER_ID_SIZE];
    gboolean is_party = FALSE;
    gint64 holding = 0;

    if (!exists(db, "SELECT 1 FROM party WHERE id = ? AND case_id = ?", wish->party,
                wish->case_id, &is_party, error) ||
        !count_holding(db, wish->party, now_us, &holding, error))
        return FALSE;
    *out_answer =
        !is_party ? OYER_FILING_NO_SUCH
        : strcmp(wish->kind, "guardian") != 0 && holding >= OYER_REPRESENTATIVES_MAX
            ? OYER_FILING_TOO_MANY
            : OYER_FILING_DONE;
    if (*out_answer != OYER_FILING_DONE)
        return TRUE;
    if (!find_person(db, wish, now_us, person, error))
        return FALSE;
    const OyerRepresentative row = {id, wish->party, person, wish->kind, wish->scope};
    g_auto(Authority) now = {.kind = g_strdup(wish->kind),
                             .scope = g_strdup(wish->scope),
                             .matters = oyer_acts_text(wish->matters),
                             .valid_from_us = MAX(wish->valid_from_us, 0),
                             .valid_until_us = MAX(wish->valid_until_us, 0)};
    g_strlcpy(now.id, id, sizeof now.id);
    g_strlcpy(now.document, wish->document ? wish->document : "", sizeof now.document);
    return oyer_docket_put_representative(db, &row, now_us, error) &&
           write_authority(db, registry, wish->case_id, &now, "granted", wish->reason,
                           now_us, error);
}

/* What the registry does, in a transaction of its own. */
typedef gboolean (*Deed)(OyerDb *db, const OyerFilingActor *registry,
                         const OyerAuthorityWish *wish, gint64 now_us,
                         OyerFilingAnswer *out_answer, GError **error);

static gboolean carry_out(OyerDb *db, Deed deed, const OyerFilingActor *registry,
                          const OyerAuthorityWish *wish, gint64 now_us,
                          OyerFilingAnswer *out_answer, GError **error)
{
    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = judge_wish(db, registry, wish, out_answer, error);
    if (done && *out_answer == OYER_FILING_DONE)
        done = deed(db, registry, wish, now_us, out_answer, error);
    return end(db, done, *out_answer, error);
}

gboolean oyer_docket_grant_authority(OyerDb *db, const OyerFilingActor *registry,
                                     const OyerAuthorityWish *wish, gint64 now_us,
                                     OyerFilingAnswer *out_answer, GError **error)
{
    return carry_out(db, grant, registry, wish, now_us, out_answer, error);
}

/* ---- changes ---- */

static gboolean renew(OyerDb *db, const OyerFilingActor *registry,
                      const OyerAuthorityWish *wish, gint64 now_us,
                      OyerFilingAnswer *out_answer, GError **error)
{
    g_auto(Authority) now = {0};

    if (!find_authority(db, wish->case_id, wish->representative, &now, error))
        return FALSE;
    /* What has ended is granted anew: nobody stands for a party by a slip. */
    *out_answer = !now.is_found       ? OYER_FILING_NO_SUCH
                  : now.ended_us != 0 ? OYER_FILING_WRONG_STATE
                                      : OYER_FILING_DONE;
    if (*out_answer != OYER_FILING_DONE)
        return TRUE;
    if (wish->scope) {
        g_free(now.scope);
        g_free(now.matters);
        now.scope = g_strdup(wish->scope);
        now.matters = oyer_acts_text(wish->matters);
    }
    if (wish->valid_from_us >= 0)
        now.valid_from_us = wish->valid_from_us;
    if (wish->valid_until_us >= 0)
        now.valid_until_us = wish->valid_until_us;
    if (wish->document)
        g_strlcpy(now.document, wish->document, sizeof now.document);
    return write_authority(db, registry, wish->case_id, &now, "renewed", wish->reason,
                           now_us, error);
}

gboolean oyer_docket_renew_authority(OyerDb *db, const OyerFilingActor *registry,
                                     const OyerAuthorityWish *wish, gint64 now_us,
                                     OyerFilingAnswer *out_answer, GError **error)
{
    return carry_out(db, renew, registry, wish, now_us, out_answer, error);
}

gboolean oyer_docket_end_authority(OyerDb *db, const OyerFilingActor *actor,
                                   const OyerAuthorityWish *wish, gint64 now_us,
                                   OyerFilingAnswer *out_answer, GError **error)
{
    gboolean is_registry = actor->office == OYER_OFFICE_REGISTRY;
    g_auto(Authority) now = {0};

    if (!oyer_db_begin(db, error))
        return FALSE;
    *out_answer = OYER_FILING_DONE;
    gboolean done =
        (!is_registry || judge_wish(db, actor, wish, out_answer, error)) &&
        find_authority(db, wish->case_id, wish->representative, &now, error);
    if (done && *out_answer == OYER_FILING_DONE)
        *out_answer =
            !now.is_found || (!is_registry && strcmp(now.principal, actor->id))
                ? OYER_FILING_NO_SUCH
            : now.ended_us != 0 ? OYER_FILING_WRONG_STATE
                                : OYER_FILING_DONE;
    if (done && *out_answer == OYER_FILING_DONE) {
        now.ended_us = now_us;
        done = write_authority(db, actor, wish->case_id, &now, "ended", wish->reason,
                               now_us, error);
    }
    return end(db, done, *out_answer, error);
}

/* ---- an address for service ---- */

static gboolean find_principal(OyerDb *db, const OyerAuthorityWish *wish,
                               char out[OYER_ID_SIZE], GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT person FROM party WHERE id = ? AND case_id = ?", "ss",
        wish->party, wish->case_id);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    g_strlcpy(out, found ? oyer_rows_text(rows, 0) : "", OYER_ID_SIZE);
    return TRUE;
}

static gboolean confirm(OyerDb *db, const OyerFilingActor *registry,
                        const OyerAuthorityWish *wish, gint64 now_us,
                        OyerFilingAnswer *out_answer, GError **error)
{
    char principal[OYER_ID_SIZE], known[OYER_ID_SIZE];
    g_autofree char *chain = g_strconcat("case:", wish->case_id, NULL);
    g_autofree char *shown = oyer_contact_mask(wish->address);
    g_autoptr(OyerEvent) event =
        oyer_event_new(now_us, "address_confirmed", registry->id,
                       oyer_office_word(registry->office), wish->party, "ok");

    event->reason = g_strdup(wish->reason);
    event->details = oyer_json_pack("{s:s}", "address", shown);
    if (!find_principal(db, wish, principal, error) ||
        !find_known(db, wish, known, error))
        return FALSE;
    *out_answer = !*principal                          ? OYER_FILING_NO_SUCH
                  : *known && strcmp(known, principal) ? OYER_FILING_TAKEN
                                                       : OYER_FILING_DONE;
    return *out_answer != OYER_FILING_DONE ||
           (oyer_docket_put_contact(db, principal, wish->channel, wish->address, now_us,
                                    now_us, error) &&
            oyer_docket_append_audit(db, chain, event, NULL, error));
}

gboolean oyer_docket_confirm_address(OyerDb *db, const OyerFilingActor *registry,
                                     const OyerAuthorityWish *wish, gint64 now_us,
                                     OyerFilingAnswer *out_answer, GError **error)
{
    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = judge_wish(db, registry, wish, out_answer, error);
    if (done && *out_answer == OYER_FILING_DONE)
        done = confirm(db, registry, wish, now_us, out_answer, error);
    return end(db, done, *out_answer, error);
}
