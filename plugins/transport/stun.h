/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The little of STUN (RFC 8489) that liveness needs beside libnice: to ask the
 * other side whether it is still there (RFC 7675), and to know an answer or a
 * question of its own from a stranger's.
 *
 * Plain functions over bytes.  Thread: any.
 */
#pragma once

#include <glib.h>

#define OYER_STUN_CHECK_MAX 768

typedef struct {
    const char *username; /* "theirs:ours" */
    const char *password; /* theirs */
    gboolean controlling;
    gboolean nominates; /* says “use this pair”; only for the controlling side */
    guint64 tie_breaker;
} OyerStunCheck;

/* TRUE if the first bytes are those of a STUN message. */
gboolean oyer_stun_is(const guint8 *bytes, gsize size);

/*
 * TRUE if @bytes is a whole STUN message whose MESSAGE-INTEGRITY was made with
 * @password.
 */
gboolean oyer_stun_is_authentic(const guint8 *bytes, gsize size, const char *password);

/* TRUE for a request, FALSE for what answers one. */
gboolean oyer_stun_is_request(const guint8 *bytes, gsize size);

/* TRUE if it says USE-CANDIDATE; ask only what is authentic. */
gboolean oyer_stun_nominates(const guint8 *bytes, gsize size);

/*
 * Writes a Binding request into @out (OYER_STUN_CHECK_MAX bytes).
 *
 * Returns: its size; 0 if a name is too long.
 */
gsize oyer_stun_check_write(const OyerStunCheck *check, guint8 *out);
