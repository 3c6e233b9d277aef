/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/pass.h"

#include <string.h>

#include "docket/hearing.h"
#include "docket/representative.h"
#include "docket/rows.h"

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

/* Whose pass it is to be, and the hour for which the hearing is set. */
static gboolean read_participant(OyerDb *db, const char *participant, OyerPass *pass,
                                 gint64 *out_start_us, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT p.hearing, p.role, h.scheduled_start FROM participant p "
                      "JOIN hearing h ON h.id = p.hearing WHERE p.id = ?",
                      "s", participant);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (!found) {
        g_set_error(error, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_NO_SUCH,
                    "there is no participant %s", participant);
        return FALSE;
    }
    g_strlcpy(pass->hearing, oyer_rows_text(rows, 0), sizeof pass->hearing);
    g_strlcpy(pass->participant, participant, sizeof pass->participant);
    pass->role = oyer_pass_role(oyer_rows_text(rows, 1));
    *out_start_us = oyer_rows_int(rows, 2);
    return TRUE;
}

/* The hearing may have been moved since the last pass was given out: both hold. */
static gboolean widen_span(OyerDb *db, OyerPass *pass, gint64 now_us, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT nbf, exp FROM hearing_pass WHERE participant = ? "
                      "AND exp > ? AND revoked_at = 0 ORDER BY created_at DESC LIMIT 1",
                      "si", pass->participant, now_us);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (found) {
        pass->not_before_us = MIN(pass->not_before_us, oyer_rows_int(rows, 0));
        pass->expires_us = MAX(pass->expires_us, oyer_rows_int(rows, 1));
    }
    return TRUE;
}

char *oyer_docket_issue_pass(OyerDb *db, const OyerKey *key, const char *participant,
                             const OyerPassPolicy *policy, gint64 now_us,
                             OyerPass *out_pass, GError **error)
{
    g_autofree char *jti = oyer_id_new(now_us);
    OyerPass pass = {0};
    gint64 start_us = 0;

    g_strlcpy(pass.jti, jti, sizeof pass.jti);
    if (!read_participant(db, participant, &pass, &start_us, error))
        return NULL;
    pass.not_before_us = start_us - policy->early_us;
    pass.expires_us = MAX(start_us, now_us) + policy->life_us;
    if (!widen_span(db, &pass, now_us, error) ||
        !oyer_db_exec(db, error,
                      "UPDATE hearing_pass SET revoked_at = ? "
                      "WHERE participant = ? AND revoked_at = 0",
                      "is", now_us, participant) ||
        !oyer_docket_add_pass(db, &pass, now_us, error))
        return NULL;
    if (out_pass)
        *out_pass = pass;
    return oyer_pass_issue(&pass, key, error);
}

void oyer_seat_row_free(OyerSeatRow *self)
{
    if (!self)
        return;
    g_free(self->court_name);
    g_free(self->timezone);
    g_free(self->role);
    g_free(self);
}

#define SEATS                                                                     \
    "SELECT p.id, p.hearing, p.person, c.id, c.name, c.timezone, p.role, "        \
    "h.scheduled_start, h.mediation FROM participant p JOIN hearing h ON h.id = " \
    "p.hearing " OYER_HEARING_MATTER

static OyerSeatRow *take_seat(OyerRows *rows)
{
    OyerSeatRow *row = g_new0(OyerSeatRow, 1);

    g_strlcpy(row->participant, oyer_rows_text(rows, 0), sizeof row->participant);
    g_strlcpy(row->hearing, oyer_rows_text(rows, 1), sizeof row->hearing);
    g_strlcpy(row->person, oyer_rows_text(rows, 2), sizeof row->person);
    g_strlcpy(row->court, oyer_rows_text(rows, 3), sizeof row->court);
    row->court_name = g_strdup(oyer_rows_text(rows, 4));
    row->timezone = g_strdup(oyer_rows_text(rows, 5));
    row->role = g_strdup(oyer_rows_text(rows, 6));
    row->scheduled_us = oyer_rows_int(rows, 7);
    row->is_mediation = !oyer_rows_is_null(rows, 8);
    return row;
}

gboolean oyer_docket_find_seat(OyerDb *db, const char *participant,
                               OyerSeatRow **out_row, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, SEATS "WHERE p.id = ?", "s", participant);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out_row = found ? take_seat(rows) : NULL;
    return TRUE;
}

GPtrArray *oyer_docket_seats(OyerDb *db, const char *person, gint64 since_us,
                             GError **error)
{
    g_autoptr(GPtrArray) list =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_seat_row_free);
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        SEATS
        "WHERE p.person = ? AND h.scheduled_start >= ? AND h.status <> "
        "'concluded' AND p.status <> 'removed' ORDER BY h.scheduled_start LIMIT 100",
        "si", person, since_us);

    if (!rows)
        return NULL;
    while (oyer_rows_next(rows, &failed))
        g_ptr_array_add(list, take_seat(rows));
    if (failed) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return NULL;
    }
    return g_steal_pointer(&list);
}

gboolean oyer_docket_rebind_pass(OyerDb *db, const char *jti, const char *device,
                                 gint64 now_us, GError **error)
{
    char digest[OYER_SHA256_HEX_SIZE];

    oyer_device_digest(device, digest);
    return oyer_db_exec(db, error,
                        "UPDATE hearing_pass SET device = ?, bound_at = ? "
                        "WHERE jti = ?",
                        "sis", digest, now_us, jti);
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

/* A representative comes in as long as his authority holds (CPL §62, §63). */
static gboolean judge_authority(OyerDb *db, const OyerPass *pass, gint64 now_us,
                                OyerPassFault *fault, GError **error)
{
    gboolean is_backed = FALSE;

    if (!oyer_docket_seat_is_backed(db, pass->participant, now_us, &is_backed, error))
        return FALSE;
    if (!is_backed)
        *fault = OYER_PASS_NO_AUTHORITY;
    return TRUE;
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
    /* Who looks at no device only looks whose pass it is, and is told this as well. */
    if ((fault == OYER_PASS_FINE || fault == OYER_PASS_SECOND_DEVICE) &&
        !judge_authority(db, &pass, now_us, &fault, error))
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
