/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What can still be read of a journal's bytes that are damaged, or may be: the
 * JSON of a block is searched as text, since one changed byte may have made
 * it something that is no JSON any more.
 *
 * verify.c judges with it; nothing here decides that anything is whole.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

/* The first place of @text in @bytes (borrowed); NULL: nowhere. */
const guint8 *oyer_scrap_find(const guint8 *bytes, gsize size, const char *text);

/*
 * The 64 lower-case hex digits behind the first @name, with their end.  FALSE: none
 * there; then @out is not to be used.
 */
gboolean oyer_scrap_hash(const guint8 *bytes, gsize size, const char *name,
                         char out[65]);

/* The number behind the first @name; 0: none, or later than any moment in µs. */
gint64 oyer_scrap_number(const guint8 *bytes, gsize size, const char *name);

/* Whether it is, or was, a chain block: two of three signs are enough. */
gboolean oyer_scrap_is_chain(const guint8 *bytes, gsize size);

/* Likewise a description of a track; one changed byte makes none, and hides none. */
gboolean oyer_scrap_is_interface(const guint8 *bytes, gsize size);
