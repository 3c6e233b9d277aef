/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The last packets of one source, by sequence number, for retransmission.  One
 * ring serves all receivers of the source.
 *
 * It holds opaque items and owns them: usually GstBuffer references, freed with
 * gst_buffer_unref.
 *
 * Thread: the worker.  Memory: one block at creation.
 */
#pragma once

#include <glib.h>

#define OYER_RING_SIZE_MAX 4096

typedef struct OyerRing OyerRing;

/* @size: slots, rounded up to a power of two; @age_us: older items are not given out. */
OyerRing *oyer_ring_new(guint size, gint64 age_us, GDestroyNotify free_item);
void oyer_ring_free(OyerRing *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerRing, oyer_ring_free)

/* Takes @item; what was in its slot is freed.  The same number again replaces it. */
void oyer_ring_put(OyerRing *self, guint16 seq, gint64 now_us, gpointer item);

/* Returns: (transfer none): the item, or NULL. */
gpointer oyer_ring_get(OyerRing *self, guint16 seq, gint64 now_us);

/* Frees what is too old to be given out; now and then, for the memory's sake. */
void oyer_ring_expire(OyerRing *self, gint64 now_us);

/* Forgets everything: the source began anew. */
void oyer_ring_clear(OyerRing *self);
