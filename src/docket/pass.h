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
