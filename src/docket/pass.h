/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The register's half of hearing passes: which were issued, which were revoked,
 * and to which device each is bound.
 *
 * Thread: database.
 */
#pragma once

#include "docket/error.h"
#include "identity/pass.h"
#include "store/db.h"

/* Writes down that @pass was issued. */
gboolean oyer_docket_add_pass(OyerDb *db, const OyerPass *pass, gint64 now_us,
                              GError **error);

/* When a pass is good, from the hour for which the hearing is set. */
typedef struct {
    gint64 early_us; /* so long before */
    gint64 life_us;  /* so long after it, or after now when it has passed */
} OyerPassPolicy;

/*
 * Issues a pass for @participant, in the caller's transaction.  All that he had die
 * at once; a span that one of them had, if it is not over, is part of the new one's.
 *
 * @out_pass: may be NULL.
 *
 * Returns: (transfer full): the token, or NULL with @error set:
 * OYER_DOCKET_ERROR_NO_SUCH if there is no such participant.
 */
char *oyer_docket_issue_pass(OyerDb *db, const OyerKey *key, const char *participant,
                             const OyerPassPolicy *policy, gint64 now_us,
                             OyerPass *out_pass, GError **error);

/* A hearing for which somebody has a seat. */
typedef struct {
    char participant[OYER_ID_SIZE], hearing[OYER_ID_SIZE], person[OYER_ID_SIZE];
    char court[OYER_ID_SIZE]; /* its id */
    char *court_name, *timezone, *role;
    gint64 scheduled_us;
    gboolean is_mediation;
} OyerSeatRow;

void oyer_seat_row_free(OyerSeatRow *self);

/* The seat @participant.  @out_row: (transfer full): NULL when there is none.  FALSE
 * with @error set only if the store failed. */
gboolean oyer_docket_find_seat(OyerDb *db, const char *participant,
                               OyerSeatRow **out_row, GError **error);

/* The seats of @person in hearings of @since_us and later that are not concluded, at
 * most 100, the next one first.  (transfer full): OyerSeatRow; NULL with @error set. */
GPtrArray *oyer_docket_seats(OyerDb *db, const char *person, gint64 since_us,
                             GError **error);

/*
 * The clerk lets another device in: @jti is bound to @device from now on, whatever it
 * was bound to.  FALSE with @error set only if the store failed.
 */
gboolean oyer_docket_rebind_pass(OyerDb *db, const char *jti, const char *device,
                                 gint64 now_us, GError **error);

/* What is known of @jti; a pass that is not known is no error. */
gboolean oyer_docket_find_pass(OyerDb *db, const char *jti, OyerPassRecord *out_record,
                               GError **error);

gboolean oyer_docket_revoke_pass(OyerDb *db, const char *jti, gint64 now_us,
                                 GError **error);

/*
 * Judges @token (identity/pass.h) with what the register knows, and, with @bind,
 * binds it to @device if it was free.  On the one thread of the database: of two
 * devices that come at once, one wins.
 *
 * @hearing: the hearing that was asked for, or NULL.
 * @device: NULL: the device is not looked at (then @bind must be FALSE).
 * @out_pass: written unless the token is malformed; "" ids then.  Of an altered pass
 * it names the hearing and the person that it was issued for; of a forged one nothing
 * may be believed.
 * @out_bound: TRUE if this call bound it; may be NULL.
 *
 * Returns: FALSE with @error set only if the store failed.
 */
gboolean oyer_docket_check_pass(OyerDb *db, const OyerKey *key, const char *token,
                                const char *hearing, const char *device, gboolean bind,
                                gint64 now_us, OyerPassFault *out_fault,
                                OyerPass *out_pass, gboolean *out_bound,
                                GError **error);
