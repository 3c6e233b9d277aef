/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Where passwords are hashed: two threads of low standing, so that neither main nor
 * the database waits, and no crowd at the sign-in page takes the memory.
 *
 * Thread: main.
 */
#pragma once

#include <glib.h>

typedef struct OyerHasher OyerHasher;

/* So many may wait; who comes after them is told to come back. */
#define OYER_HASHER_WAITING_MAX 24

OyerHasher *oyer_hasher_new(void);

/* Ends the threads.  What still waits is told OYER_HASHED_NOT when the context runs. */
void oyer_hasher_stop(OyerHasher *self);

/* After the context has run.  NULL is fine. */
void oyer_hasher_free(OyerHasher *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerHasher, oyer_hasher_free)

typedef enum {
    OYER_HASHED_RIGHT, /* the password is right; or: @encoded is its new hash */
    OYER_HASHED_WRONG,
    OYER_HASHED_NOT, /* the server stops: the database is not there any more */
} OyerHashed;

/* @encoded is borrowed for the call, NULL when a password was compared. */
typedef void (*OyerHashedFunc)(OyerHashed result, const char *encoded, gpointer data);

/*
 * Compares @password with @encoded ("" or NULL: never right, but as slow).  FALSE:
 * too many wait, and @func is not called.
 */
gboolean oyer_hasher_verify(OyerHasher *self, const char *encoded, const char *password,
                            OyerHashedFunc func, gpointer data);

/* Hashes @password anew. */
gboolean oyer_hasher_hash(OyerHasher *self, const char *password, OyerHashedFunc func,
                          gpointer data);
