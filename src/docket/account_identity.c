/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/account_identity.h"

#include <string.h>

#include "docket/account.h"
#include "docket/account_session.h"
#include "docket/rows.h"

gboolean oyer_docket_begin_attempt(OyerDb *db, const char *state, const char *browser,
                                   gint64 now_us, GError **error)
{
    char state_digest[OYER_SHA256_HEX_SIZE], browser_digest[OYER_SHA256_HEX_SIZE];

    oyer_sha256_hex(state, strlen(state), state_digest);
    oyer_sha256_hex(browser, strlen(browser), browser_digest);
    return oyer_db_exec(db, error, "DELETE FROM account_attempt WHERE expires_at <= ?",
                        "i", now_us) &&
           oyer_db_exec(db, error,
                        "DELETE FROM account_attempt WHERE state IN (SELECT state FROM "
                        "account_attempt ORDER BY expires_at DESC LIMIT 100 OFFSET ?)",
                        "i", (gint64)OYER_ATTEMPTS_MAX - 1) &&
           oyer_db_exec(db, error,
                        "INSERT INTO account_attempt (state, browser, expires_at) "
                        "VALUES (?, ?, ?)",
                        "ssi", state_digest, browser_digest,
                        now_us + OYER_ATTEMPT_LIFE_US);
}

gboolean oyer_docket_spend_attempt(OyerDb *db, const char *state, const char *browser,
                                   gint64 now_us, gboolean *out_found, GError **error)
{
    char state_digest[OYER_SHA256_HEX_SIZE], browser_digest[OYER_SHA256_HEX_SIZE];

    oyer_sha256_hex(state, strlen(state), state_digest);
    oyer_sha256_hex(browser, strlen(browser), browser_digest);
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "DELETE FROM account_attempt WHERE state = ? AND browser = ? "
                      "AND expires_at > ? RETURNING state",
                      "ssi", state_digest, browser_digest, now_us);
    return oyer_rows_first(rows, out_found, error);
}

gboolean oyer_docket_link_identity(OyerDb *db, const char *issuer, const char *subject,
                                   const char *account, const char *by, gint64 now_us,
                                   GError **error)
{
    return oyer_db_exec(db, error,
                        "DELETE FROM account_identity WHERE issuer = ? AND account = ?",
                        "ss", issuer, account) &&
           oyer_db_exec(db, error,
                        "INSERT INTO account_identity (issuer, subject, account, "
                        "created_at) VALUES (?, ?, ?, ?)",
                        "sssi", issuer, subject, account, now_us) &&
           oyer_docket_note_account(
               db, "identity_linked", by, account, "ok", NULL,
               oyer_json_pack("{s:s,s:s}", "issuer", issuer, "subject", subject),
               now_us, error);
}

gboolean oyer_docket_unlink_identity(OyerDb *db, const char *account, const char *by,
                                     gint64 now_us, GError **error)
{
    return oyer_db_exec(db, error, "DELETE FROM account_identity WHERE account = ?",
                        "s", account) &&
           oyer_docket_end_sessions(db, account, NULL, "identity", now_us, error) &&
           oyer_docket_note_account(db, "identity_ended", by, account, "ok", NULL, NULL,
                                    now_us, error);
}

/* An account by that address, unless it is somebody there already. */
static gboolean find_by_email(OyerDb *db, const char *issuer, const char *email,
                              char out_account[OYER_ID_SIZE], GError **error)
{
    g_autofree char *login = g_ascii_strdown(email, -1);
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT a.id FROM account a WHERE a.login = ? "
                      "AND a.disabled_at = 0 AND NOT EXISTS (SELECT 1 FROM "
                      "account_identity i WHERE i.account = a.id AND i.issuer = ?)",
                      "ss", login, issuer);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (found)
        g_strlcpy(out_account, oyer_rows_text(rows, 0), OYER_ID_SIZE);
    return TRUE;
}

gboolean oyer_docket_find_identity(OyerDb *db, const char *issuer, const char *subject,
                                   const char *email, gint64 now_us,
                                   char out_account[OYER_ID_SIZE], GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT a.id, a.disabled_at FROM account_identity i JOIN account a "
        "ON a.id = i.account WHERE i.issuer = ? AND i.subject = ?",
        "ss", issuer, subject);

    *out_account = '\0';
    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (found) {
        if (oyer_rows_int(rows, 1) == 0)
            g_strlcpy(out_account, oyer_rows_text(rows, 0), OYER_ID_SIZE);
        return TRUE;
    }
    g_clear_pointer(&rows, oyer_rows_free);
    if (email == NULL || *email == '\0')
        return TRUE;
    return find_by_email(db, issuer, email, out_account, error) &&
           (*out_account == '\0' ||
            oyer_docket_link_identity(db, issuer, subject, out_account, "email", now_us,
                                      error));
}
