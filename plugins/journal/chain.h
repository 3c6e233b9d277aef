/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The hash chain through a journal: writer and verifier run the same one over
 * the same blocks, and so come to the same chain blocks, byte by byte.
 *
 * Thread: one at a time.
 */
#pragma once

#include <glib.h>

/* The head before the first chain block. */
#define OYER_CHAIN_ZERO \
    "0000000000000000000000000000000000000000000000000000000000000000"

typedef struct OyerChain OyerChain;

/* A chain that goes on from @head (64 hex digits) after chain block number @n. */
OyerChain *oyer_chain_new(const char *head, guint64 n);
void oyer_chain_free(OyerChain *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerChain, oyer_chain_free)

/*
 * Takes in the next block of the segment.  @track: the id whose block this is
 * (IDB, EPB), or NULL.
 */
void oyer_chain_add(OyerChain *self, const char *track, const guint8 *block,
                    gsize size);

/*
 * Ends the range at offset @to of its segment, at @at_us.
 *
 * Returns: (transfer full): the JSON of the chain block that stands there.
 */
char *oyer_chain_close(OyerChain *self, gint64 at_us, guint64 to);

/*
 * The digests of the range that was closed last: track id → hex.  Borrowed until
 * the next oyer_chain_close().
 */
GHashTable *oyer_chain_digests(OyerChain *self);

/* The head (64 hex digits) and the number of the last chain block. */
const char *oyer_chain_head(const OyerChain *self);
guint64 oyer_chain_n(const OyerChain *self);

/* The bytes taken in since the last chain block. */
guint64 oyer_chain_open_bytes(const OyerChain *self);

/* Goes on from elsewhere (a verifier, behind damage); drops the open range. */
void oyer_chain_set(OyerChain *self, const char *head, guint64 n);
