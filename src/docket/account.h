/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Accounts of the staff: who they are, how they prove it, and which role each holds
 * in which court.  identity/ knows passwords, codes and rights; nothing here hashes
 * anything slow.
 *
 * Whatever changes an account is written into the chain `accounts` in the same
 * transaction, which the caller begins and ends.
 *
 * Thread: database.
 */
#pragma once

#include "base/json.h"
#include "docket/error.h"
#include "identity/right.h"
#include "store/db.h"

#define OYER_LOGIN_MAX 64
#define OYER_AUDIT_ACCOUNTS "accounts"

typedef struct {
    char *id, *person, *login, *name, *language;
    char *password; /* encoded, or "" */
    char *totp;     /* secret, or "" */
    gint64 totp_step, failures, locked_until_us, disabled_us;
} OyerAccount;

void oyer_account_free(OyerAccount *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerAccount, oyer_account_free)

/* One role of an account. */
typedef struct {
    char *court, *court_name;
    OyerStaffRoles roles;
} OyerAccountCourt;

/* How often one may be wrong, and for how long the door stays shut then. */
typedef struct {
    gint64 free_failures;              /* that cost nothing */
    gint64 first_lock_us, lock_max_us; /* each further failure doubles the lock */
} OyerLockPolicy;

/* TRUE if @login is `[a-z0-9][a-z0-9._@-]{1,63}`. */
gboolean oyer_login_is_valid(const char *login);

/*
 * Makes an account with a person of its own; @id may be NULL for a new one.
 *
 * @out_id: (transfer full), may be NULL.
 * Returns: FALSE with OYER_DB_ERROR_CONSTRAINT when the login is taken.
 */
gboolean oyer_docket_add_account(OyerDb *db, const char *id, const char *login,
                                 const char *name, const char *language, const char *by,
                                 gint64 now_us, char **out_id, GError **error);

/* (transfer full): NULL with OYER_DOCKET_ERROR_NO_SUCH: nobody signs in as @login. */
OyerAccount *oyer_docket_find_account(OyerDb *db, const char *login, GError **error);
OyerAccount *oyer_docket_load_account(OyerDb *db, const char *id, GError **error);

/* Sets the encoded password; all sessions but @keep (NULL: none) end. */
gboolean oyer_docket_set_password(OyerDb *db, const char *account, const char *encoded,
                                  const char *keep, const char *by, gint64 now_us,
                                  GError **error);

/* Sets the second factor; "" takes it off. */
gboolean oyer_docket_set_totp(OyerDb *db, const char *account, const char *secret,
                              gint64 step, const char *by, gint64 now_us,
                              GError **error);

/* Marks @step as used.  @out_fresh is FALSE when it, or a later one, was used before. */
gboolean oyer_docket_spend_totp(OyerDb *db, const char *account, gint64 step,
                                gboolean *out_fresh, GError **error);

/* Counts a wrong attempt; the account is locked when there were too many. */
gboolean oyer_docket_count_failure(OyerDb *db, const char *account,
                                   const OyerLockPolicy *policy, gint64 now_us,
                                   gint64 *out_locked_until_us, GError **error);
gboolean oyer_docket_forget_failures(OyerDb *db, const char *account, GError **error);

/* Ends all sessions; nobody signs in with it any more, until it is enabled. */
gboolean oyer_docket_disable_account(OyerDb *db, const char *account, gboolean disabled,
                                     const char *by, gint64 now_us, GError **error);

/* Grants or ends a role.  Sessions of the account end: the next one has what it has. */
gboolean oyer_docket_set_role(OyerDb *db, const char *account, const char *court,
                              OyerStaffRole role, gboolean held, const char *by,
                              gint64 now_us, GError **error);

/* Returns: (transfer full): OyerAccountCourt, by the court's id. */
GPtrArray *oyer_docket_account_courts(OyerDb *db, const char *account, GError **error);

/*
 * The accounts that hold or held a role in @court, NULL: all.  A JSON array of
 * {"id","login","name","language","password","second_factor","disabled","locked_until",
 * "roles":[{"court","role"}]}.
 *
 * Returns: (transfer full): or NULL with @error set.
 */
json_t *oyer_docket_accounts(OyerDb *db, const char *court, gint64 now_us,
                             GError **error);

/* Writes into the chain `accounts`.  @reason and @details (taken) may be NULL. */
gboolean oyer_docket_note_account(OyerDb *db, const char *type, const char *by,
                                  const char *account, const char *result,
                                  const char *reason, json_t *details, gint64 now_us,
                                  GError **error);
