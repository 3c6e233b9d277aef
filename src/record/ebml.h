/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Walks a Matroska or WebM file from cluster to cluster and block to block, for
 * the cuts of fragments.h.  Nothing is decoded; everything is bounded by the
 * bytes that are there.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

/*
 * Appends to @fragments (of OyerFragment; only from and at_us are set) a cut at
 * byte 0 and about each second.  FALSE: this is no Matroska.
 */
gboolean oyer_ebml_cut(const guint8 *bytes, guint64 size, gint64 start_us,
                       GArray *fragments);
