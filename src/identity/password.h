/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Passwords: Argon2id (RFC 9106), kept as its encoded text `$argon2id$v=19$…`,
 * which holds cost and salt.  Never kept, logged or sent anywhere in clear.
 *
 * Hashing takes tens of milliseconds and OYER_PASSWORD_MEMORY_KIB of memory, on
 * purpose: it belongs on a thread that may wait, and only a few at a time.
 *
 * Thread: any, except main and database.
 */
#pragma once

#include <glib.h>

#define OYER_PASSWORD_MIN_CHARACTERS 10
#define OYER_PASSWORD_MAX_BYTES 256
#define OYER_PASSWORD_MEMORY_KIB (64 * 1024)
#define OYER_PASSWORD_PASSES 2

/*
 * What is wrong with @password for the person who signs in as @login: a code for
 * the client ("short", "long", "same", "simple"), or NULL: nothing.  @login may be
 * NULL.
 */
const char *oyer_password_fault(const char *password, const char *login);

/* Returns: (transfer full): the encoded hash of @password with a new salt. */
char *oyer_password_hash(const char *password);

/*
 * TRUE if @password is the one of @encoded.  When @encoded is NULL or "" (no such
 * person, no password) the same time is spent, and the answer is FALSE.
 */
gboolean oyer_password_verify(const char *encoded, const char *password);
