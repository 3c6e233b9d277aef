/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/pass.h"

#include <string.h>

gboolean oyer_docket_add_pass(OyerDb *db, const OyerPass *pass, gint64 now_us,
                              GError **error)
{
    return oyer_db_exec(
        db, error,
        "INSERT INTO hearing_pass (jti, hearing, participant, nbf, exp, "
        "revoked_at, device, bound_at, created_at) "
        "VALUES (?, ?, ?, ?, ?, 0, '', 0, ?)",
        "sssiii", pass->jti, pass->hearing, pass->participant, pass->not_before_us,
        pass->expires_us, now_us);
}

gboolean oyer_docket_find_pass(OyerDb *db, const char *jti, OyerPassRecord *out_record,
                               GError **error)
{
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT revoked_at, device FROM hearing_pass WHERE jti = ?", "s",
        jti);
    OyerPassRecord record = {0};

    if (!rows)
        return FALSE;
    if (oyer_rows_next(rows, &failed)) {
        record.known = TRUE;
        record.revoked_us = oyer_rows_int(rows, 0);
        g_strlcpy(record.device, oyer_rows_text(rows, 1), sizeof record.device);
    }
    if (failed) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    *out_record = record;
    return TRUE;
}

gboolean oyer_docket_revoke_pass(OyerDb *db, const char *jti, gint64 now_us,
                                 GError **error)
{
    return oyer_db_exec(db, error,
                        "UPDATE hearing_pass SET revoked_at = ? "
                        "WHERE jti = ? AND revoked_at = 0",
                        "is", now_us, jti);
}

static gboolean bind_device(OyerDb *db, const char *jti, const char *device,
                            gint64 now_us, GError **error)
{
    char digest[OYER_SHA256_HEX_SIZE];

    oyer_device_digest(device, digest);
    return oyer_db_exec(db, error,
                        "UPDATE hearing_pass SET device = ?, bound_at = ? "
                        "WHERE jti = ? AND device = ''",
                        "sis", digest, now_us, jti);
}

/* Whose pass it was before it was altered: what it says itself is not believed. */
static gboolean read_owner(OyerDb *db, OyerPass *pass, GError **error)
{
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT hearing, participant FROM hearing_pass WHERE jti = ?", "s",
        pass->jti);

    if (!rows)
        return FALSE;
    if (oyer_rows_next(rows, &failed)) {
        g_strlcpy(pass->hearing, oyer_rows_text(rows, 0), sizeof pass->hearing);
        g_strlcpy(pass->participant, oyer_rows_text(rows, 1), sizeof pass->participant);
    }
    if (!failed)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
}

gboolean oyer_docket_check_pass(OyerDb *db, const OyerKey *key, const char *token,
                                const char *hearing, const char *device, gboolean bind,
                                gint64 now_us, OyerPassFault *out_fault,
                                OyerPass *out_pass, gboolean *out_bound, GError **error)
{
    OyerPassRecord record = {0};
    OyerPass pass = {0};

    g_return_val_if_fail(device || !bind, FALSE);

    OyerPassFault fault = oyer_pass_read(token, strlen(token), key, &pass);
    if (*pass.jti && !oyer_docket_find_pass(db, pass.jti, &record, error))
        return FALSE;
    fault = oyer_pass_judge(fault, &pass, &record, hearing, device, now_us);

    if (fault == OYER_PASS_ALTERED && !read_owner(db, &pass, error))
        return FALSE;

    gboolean binds = bind && fault == OYER_PASS_FINE && !*record.device;
    if (binds && !bind_device(db, pass.jti, device, now_us, error))
        return FALSE;
    *out_fault = fault;
    *out_pass = pass;
    if (out_bound)
        *out_bound = binds;
    return TRUE;
}
