/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/account_session.h"

#include <string.h>

#include "base/clock.h"
#include "docket/account.h"
#include "docket/rows.h"

#define TOKEN_BYTES 32

/* That somebody was seen is written at most so often. */
#define SEEN_EVERY_US (30 * OYER_SECOND_US)

static const char *const means_words[OYER_MEANS] = {
    [OYER_MEANS_PASSWORD] = "password",
    [OYER_MEANS_TOTP] = "totp",
    [OYER_MEANS_LINK] = "link",
    [OYER_MEANS_OIDC] = "oidc",
};

static const char *const purposes[OYER_LINKS] = {
    [OYER_LINK_SIGN_IN] = "sign_in",
    [OYER_LINK_SET_UP] = "set_up",
};

const char *oyer_means_word(OyerMeans means)
{
    return means < OYER_MEANS ? means_words[means] : NULL;
}

static OyerMeans means_of(const char *word)
{
    for (guint i = 0; i < OYER_MEANS; i++)
        if (!g_strcmp0(means_words[i], word))
            return i;
    return OYER_MEANS_PASSWORD;
}

/* The court to act in: @wanted if a role is held there, otherwise the first. */
static const char *choose_court(const GPtrArray *courts, const char *wanted)
{
    for (guint i = 0; i < courts->len; i++) {
        const OyerAccountCourt *court = courts->pdata[i];
        if (!wanted || !strcmp(court->court, wanted))
            return court->court;
    }
    return NULL;
}

gboolean oyer_docket_begin_session(OyerDb *db, const char *account, const char *court,
                                   OyerMeans means, const OyerSessionPolicy *policy,
                                   gint64 now_us, char **out_token, GError **error)
{
    g_autoptr(GPtrArray) courts = oyer_docket_account_courts(db, account, error);
    g_autofree char *token = oyer_random_text(TOKEN_BYTES);
    char digest[OYER_SHA256_HEX_SIZE];

    if (!courts)
        return FALSE;
    const char *chosen = choose_court(courts, court);
    if (!chosen) {
        g_set_error(error, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_NO_SUCH,
                    "the account %s holds no role there", account);
        return FALSE;
    }
    oyer_sha256_hex(token, strlen(token), digest);
    if (!oyer_db_exec(db, error,
                      "INSERT INTO account_session (digest, account, court, means, "
                      "created_at, seen_at, expires_at, ended_at, ended_why) "
                      "VALUES (?, ?, ?, ?, ?, ?, ?, 0, NULL)",
                      "ssssiii", digest, account, chosen, means_words[means], now_us,
                      now_us, now_us + policy->max_us) ||
        !oyer_docket_note_account(
            db, "signed_in", account, NULL, "ok", NULL,
            oyer_json_pack("{s:s,s:s}", "means", means_words[means], "court", chosen),
            now_us, error))
        return FALSE;
    *out_token = g_steal_pointer(&token);
    return TRUE;
}

/* The row of @digest; "" account: none that is good. */
static gboolean read_session(OyerDb *db, const char *digest,
                             const OyerSessionPolicy *policy, gint64 now_us,
                             OyerStaffSession *out, gint64 *out_seen_us, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT s.account, a.person, s.court, s.means, s.seen_at, s.expires_at "
        "FROM account_session s JOIN account a ON a.id = s.account "
        "WHERE s.digest = ? AND s.ended_at = 0 AND s.expires_at > ? "
        "AND s.seen_at > ? AND a.disabled_at = 0",
        "sii", digest, now_us, now_us - policy->idle_us);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out = (OyerStaffSession){0};
    if (!found)
        return TRUE;
    g_strlcpy(out->digest, digest, sizeof out->digest);
    g_strlcpy(out->account, oyer_rows_text(rows, 0), sizeof out->account);
    g_strlcpy(out->person, oyer_rows_text(rows, 1), sizeof out->person);
    g_strlcpy(out->court, oyer_rows_text(rows, 2), sizeof out->court);
    out->means = means_of(oyer_rows_text(rows, 3));
    *out_seen_us = oyer_rows_int(rows, 4);
    out->ends_us = oyer_rows_int(rows, 5);
    return TRUE;
}

static gboolean read_roles(OyerDb *db, OyerStaffSession *session, GError **error)
{
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT role FROM account_role WHERE account = ? AND court = ? AND ended_at = 0",
        "ss", session->account, session->court);

    if (!rows)
        return FALSE;
    while (oyer_rows_next(rows, &failed)) {
        gint role = oyer_staff_role_of(oyer_rows_text(rows, 0));
        if (role >= 0)
            session->roles |= 1u << role;
    }
    if (!failed)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
}

gboolean oyer_docket_find_session(OyerDb *db, const char *token,
                                  const OyerSessionPolicy *policy, gint64 now_us,
                                  OyerStaffSession *out_session, gboolean *out_found,
                                  GError **error)
{
    char digest[OYER_SHA256_HEX_SIZE];
    OyerStaffSession session;
    gint64 seen_us = 0;

    oyer_sha256_hex(token, strlen(token), digest);
    if (!read_session(db, digest, policy, now_us, &session, &seen_us, error))
        return FALSE;
    *out_found = *session.account != '\0';
    if (!*out_found)
        return TRUE;
    if (!read_roles(db, &session, error))
        return FALSE;
    if (now_us - seen_us >= MIN(SEEN_EVERY_US, policy->idle_us / 2)) {
        if (!oyer_db_exec(db, error,
                          "UPDATE account_session SET seen_at = ? WHERE digest = ?",
                          "is", now_us, digest))
            return FALSE;
        seen_us = now_us;
    }
    session.idle_ends_us = MIN(seen_us + policy->idle_us, session.ends_us);
    *out_session = session;
    return TRUE;
}

gboolean oyer_docket_end_session(OyerDb *db, const char *digest, const char *why,
                                 gint64 now_us, GError **error)
{
    return oyer_db_exec(db, error,
                        "UPDATE account_session SET ended_at = ?, ended_why = ? "
                        "WHERE digest = ? AND ended_at = 0",
                        "iss", now_us, why, digest);
}

gboolean oyer_docket_end_sessions(OyerDb *db, const char *account, const char *keep,
                                  const char *why, gint64 now_us, GError **error)
{
    return oyer_db_exec(db, error,
                        "UPDATE account_session SET ended_at = ?, ended_why = ? "
                        "WHERE account = ? AND ended_at = 0 AND digest <> ?",
                        "isss", now_us, why, account, keep ? keep : "");
}

char *oyer_docket_add_link(OyerDb *db, const char *account, OyerLinkPurpose purpose,
                           gint64 now_us, gint64 expires_us, GError **error)
{
    g_autofree char *token = oyer_random_text(TOKEN_BYTES);
    char digest[OYER_SHA256_HEX_SIZE];

    oyer_sha256_hex(token, strlen(token), digest);
    if (!oyer_db_exec(db, error,
                      "INSERT INTO account_link (digest, account, purpose, created_at, "
                      "expires_at, used_at) VALUES (?, ?, ?, ?, ?, 0)",
                      "sssii", digest, account, purposes[purpose], now_us, expires_us))
        return NULL;
    return g_steal_pointer(&token);
}

gboolean oyer_docket_spend_link(OyerDb *db, const char *token, OyerLinkPurpose purpose,
                                gint64 now_us, char out_account[OYER_ID_SIZE],
                                GError **error)
{
    char digest[OYER_SHA256_HEX_SIZE];
    gboolean found = FALSE;

    oyer_sha256_hex(token, strlen(token), digest);
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "UPDATE account_link SET used_at = ? WHERE digest = ? AND purpose = ? "
        "AND used_at = 0 AND expires_at > ? AND account IN "
        "(SELECT id FROM account WHERE disabled_at = 0) RETURNING account",
        "issi", now_us, digest, purposes[purpose], now_us);
    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    g_strlcpy(out_account, found ? oyer_rows_text(rows, 0) : "", OYER_ID_SIZE);
    return TRUE;
}
