/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/register.h"

#include <string.h>

#include "base/search.h"
#include "docket/approval.h"
#include "docket/document_text.h"
#include "docket/rows.h"

/* Ids of one court: so many, and each court's begin at a multiple of it. */
#define RANGE (G_GINT64_CONSTANT(1) << 40)

static const char *const access_words[OYER_ACCESS_LEVELS] = {"public", "parties",
                                                             "confidential", "sealed"};

const OyerEntryKind oyer_entry_kinds[] = {
    {"complaint", "起诉材料", "Complaint filed", FALSE, TRUE},
    {"supplement", "补正材料", "Supplement filed", FALSE, TRUE},
    {"docketed", "立案", "Docketed", FALSE, FALSE},
    {"hearing_fixed", "排定开庭", "Hearing fixed", FALSE, FALSE},
    {"session_held", "开庭", "Session held", FALSE, FALSE},
    {"mediation", "调解", "Mediation", FALSE, FALSE},
    {"answer", "答辩", "Answer", TRUE, TRUE},
    {"evidence", "证据", "Evidence", TRUE, TRUE},
    {"motion", "申请", "Motion", TRUE, TRUE},
    {"authority", "代理手续", "Authority", TRUE, TRUE},
    {"order", "裁定、决定", "Order", TRUE, TRUE},
    {"notice", "通知", "Notice", TRUE, TRUE},
    {"service", "送达", "Service", TRUE, TRUE},
    {"judgment", "裁判", "Judgment", TRUE, TRUE},
    {"note", "记事", "Note", TRUE, TRUE},
    {0},
};

const char *oyer_access_word(OyerAccess access)
{
    return access < OYER_ACCESS_LEVELS ? access_words[access] : NULL;
}

gint oyer_access_of(const char *word)
{
    for (gint i = 0; word && i < OYER_ACCESS_LEVELS; i++)
        if (!strcmp(access_words[i], word))
            return i;
    return -1;
}

const OyerEntryKind *oyer_entry_kind(const char *word)
{
    for (const OyerEntryKind *kind = oyer_entry_kinds; word && kind->word; kind++)
        if (!strcmp(kind->word, word))
            return kind;
    return NULL;
}

/* ---- what is found ---- */

/* The first id of a court that has none yet, and its next from then on. */
gboolean oyer_register_take_id(OyerDb *db, const char *court, gint64 *out_id,
                               GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "INSERT INTO register_range (court, first, next) "
        "SELECT ?, COUNT(*) * ?, COUNT(*) * ? + 2 FROM register_range WHERE TRUE "
        "ON CONFLICT (court) DO UPDATE SET next = register_range.next + 1 "
        "RETURNING next - 1",
        "sii", court, RANGE, RANGE);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out_id = oyer_rows_int(rows, 0);
    return TRUE;
}

gboolean oyer_register_index(OyerDb *db, gint64 id, const char *text, OyerAccess access,
                             GError **error)
{
    g_autofree char *folded = oyer_search_fold(text);
    g_autofree char *pairs = oyer_search_pairs(text);
    return oyer_db_exec(db, error,
                        "INSERT INTO register_search (rowid, folded, pairs, access) "
                        "VALUES (?, ?, ?, ?)",
                        "issi", id, folded, pairs, (gint64)access);
}

gboolean oyer_register_make_found(OyerDb *db, const char *court, const char *case_id,
                                  gint64 entry, const char *text, OyerAccess access,
                                  GError **error)
{
    gint64 id = 0;

    return oyer_register_take_id(db, court, &id, error) &&
           oyer_register_index(db, id, text, access, error) &&
           oyer_db_exec(db, error,
                        "INSERT INTO register_text (id, case_id, entry, text) "
                        "VALUES (?, ?, ?, ?)",
                        "isis", id, case_id, entry, text);
}

/* ---- entries ---- */

/* Counts the entry, in the row that nobody else can change until the end. */
static gboolean take_number(OyerDb *db, const char *case_id, gint64 *out_number,
                            OyerAccess *out_access, char out_court[OYER_ID_SIZE],
                            GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "UPDATE case_ SET entries = entries + 1 WHERE id = ? "
                      "RETURNING entries, access, court",
                      "s", case_id);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (!found) {
        g_set_error(error, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_NO_SUCH,
                    "there is no case %s", case_id);
        return FALSE;
    }
    *out_number = oyer_rows_int(rows, 0);
    *out_access = (OyerAccess)oyer_rows_int(rows, 1);
    g_strlcpy(out_court, oyer_rows_text(rows, 2), OYER_ID_SIZE);
    return TRUE;
}

gboolean oyer_register_enter(OyerDb *db, const OyerEntry *entry, gint64 now_us,
                             gint64 *out_number, GError **error)
{
    const OyerEntryKind *kind = oyer_entry_kind(entry->kind);
    const char *body = entry->body ? entry->body : "";
    g_autofree char *text =
        g_strconcat(entry->text, *entry->text && *body ? "\n" : "", body, NULL);
    char court[OYER_ID_SIZE];
    OyerAccess of_case;
    gint64 number = 0;

    g_return_val_if_fail(kind != NULL, FALSE);
    if (!take_number(db, entry->case_id, &number, &of_case, court, error) ||
        !oyer_db_exec(db, error,
                      "INSERT INTO docket_entry (case_id, number, kind, text, access, "
                      "filed_at, filed_by, entered_at, entered_by) "
                      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      "sissiisis", entry->case_id, number, entry->kind, entry->text,
                      (gint64)entry->access, entry->filed_us, entry->filed_by, now_us,
                      entry->entered_by) ||
        (kind->is_found &&
         !oyer_register_make_found(db, court, entry->case_id, number, text,
                                   MAX(entry->access, of_case), error)))
        return FALSE;
    if (out_number)
        *out_number = number;
    return TRUE;
}

/* ---- by the staff ---- */

static gboolean may_read_sealed(const OyerStaffSession *staff)
{
    return oyer_right_is_granted(OYER_RIGHT_READ_SEALED, staff->roles);
}

/* The level that stands; @out_found FALSE: not in this court. */
static gboolean find_access(OyerDb *db, const char *court, const char *case_id,
                            gint64 number, OyerAccess *out_access, gboolean *out_found,
                            GError **error)
{
    g_autoptr(OyerRows) rows =
        number == 0
            ? oyer_db_query(db, error,
                            "SELECT access FROM case_ WHERE id = ? AND court = ?", "ss",
                            case_id, court)
            : oyer_db_query(db, error,
                            "SELECT e.access FROM docket_entry e "
                            "JOIN case_ c ON c.id = e.case_id "
                            "WHERE e.case_id = ? AND c.court = ? AND e.number = ?",
                            "ssi", case_id, court, number);

    if (!oyer_rows_first(rows, out_found, error))
        return FALSE;
    if (*out_found)
        *out_access = (OyerAccess)oyer_rows_int(rows, 0);
    return TRUE;
}

/* Whether @staff may take it from @before to @after. */
static gboolean judge_change(OyerDb *db, const OyerStaffSession *staff,
                             const char *case_id, OyerAccess before, OyerAccess after,
                             gint64 now_us, OyerRegisterAnswer *out_answer,
                             GError **error)
{
    gboolean unseals = before == OYER_ACCESS_SEALED && after != OYER_ACCESS_SEALED;
    OyerRight right = unseals                       ? OYER_RIGHT_UNSEAL
                      : after == OYER_ACCESS_SEALED ? OYER_RIGHT_SEAL
                                                    : OYER_RIGHT_WRITE_REGISTER;
    gboolean is_spent = FALSE;

    *out_answer = OYER_REGISTER_NOT_ALLOWED;
    if (!oyer_right_is_granted(right, staff->roles))
        return TRUE;
    *out_answer = OYER_REGISTER_DONE;
    if (!unseals)
        return TRUE;
    g_autofree char *object = g_strconcat("case:", case_id, NULL);
    if (!oyer_docket_spend_approval(db, staff, right, object, now_us, &is_spent, error))
        return FALSE;
    if (!is_spent)
        *out_answer = OYER_REGISTER_NEEDS_TWO;
    return TRUE;
}

/* The rows, and what is found of them: never more openly than the case. */
static gboolean write_access(OyerDb *db, const char *case_id, gint64 number,
                             OyerAccess access, GError **error)
{
    gint64 level = access;

    return (number == 0
                ? oyer_db_exec(db, error, "UPDATE case_ SET access = ? WHERE id = ?",
                               "is", level, case_id)
                : oyer_db_exec(db, error,
                               "UPDATE docket_entry SET access = ? WHERE case_id = ? "
                               "AND number = ?",
                               "isi", level, case_id, number)) &&
           oyer_docket_level_texts(db, case_id, error);
}

static gboolean write_entry(OyerDb *db, const OyerStaffSession *staff,
                            const OyerEntry *entry, gint64 now_us,
                            OyerRegisterAnswer *out_answer, GError **error)
{
    OyerAccess of_case = OYER_ACCESS_SEALED;
    gboolean found = FALSE;

    if (!find_access(db, staff->court, entry->case_id, 0, &of_case, &found, error))
        return FALSE;
    if (!found || (of_case == OYER_ACCESS_SEALED && !may_read_sealed(staff))) {
        *out_answer = OYER_REGISTER_NO_SUCH;
        return TRUE;
    }
    *out_answer = entry->access == OYER_ACCESS_SEALED &&
                          !oyer_right_is_granted(OYER_RIGHT_SEAL, staff->roles)
                      ? OYER_REGISTER_NOT_ALLOWED
                      : OYER_REGISTER_DONE;
    return *out_answer != OYER_REGISTER_DONE ||
           oyer_register_enter(db, entry, now_us, NULL, error);
}

/* Ends the transaction as it went. */
static gboolean end(OyerDb *db, gboolean done, OyerRegisterAnswer answer,
                    GError **error)
{
    if (done && answer == OYER_REGISTER_DONE)
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return done;
}

gboolean oyer_register_write(OyerDb *db, const OyerStaffSession *staff,
                             const OyerEntry *entry, gint64 now_us,
                             OyerRegisterAnswer *out_answer, GError **error)
{
    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = write_entry(db, staff, entry, now_us, out_answer, error);
    return end(db, done, *out_answer, error);
}

static gboolean set_access(OyerDb *db, const OyerStaffSession *staff,
                           const char *case_id, gint64 number, OyerAccess access,
                           const char *reason, gint64 now_us,
                           OyerRegisterAnswer *out_answer, GError **error)
{
    g_autofree char *object =
        number ? g_strdup_printf("case:%s:%" G_GINT64_FORMAT, case_id, number)
               : g_strconcat("case:", case_id, NULL);
    OyerAccess before = OYER_ACCESS_SEALED;
    gboolean found = FALSE;

    if (!find_access(db, staff->court, case_id, number, &before, &found, error))
        return FALSE;
    /* Sealed, and not for him to read: for him there is no such. */
    *out_answer = OYER_REGISTER_NO_SUCH;
    if (!found || (before == OYER_ACCESS_SEALED && !may_read_sealed(staff)))
        return TRUE;
    if (!judge_change(db, staff, case_id, before, access, now_us, out_answer, error))
        return FALSE;
    if (*out_answer != OYER_REGISTER_DONE)
        return TRUE;
    return write_access(db, case_id, number, access, error) &&
           oyer_docket_note_court(db, staff, "access_changed", object,
                                  oyer_access_word(access), reason, now_us, error);
}

gboolean oyer_register_set_access(OyerDb *db, const OyerStaffSession *staff,
                                  const char *case_id, gint64 number, OyerAccess access,
                                  const char *reason, gint64 now_us,
                                  OyerRegisterAnswer *out_answer, GError **error)
{
    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = set_access(db, staff, case_id, number, access, reason, now_us,
                               out_answer, error);
    return end(db, done, *out_answer, error);
}
