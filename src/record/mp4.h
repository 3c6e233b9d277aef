/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads the sample tables of an MP4 file, for the cuts of fragments.h: where each
 * chunk of samples is and when it plays.  Everything is bounded by the bytes
 * that are there.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

/*
 * Appends to @fragments (of OyerFragment; only from and at_us are set) a cut at
 * byte 0 and about each second.  FALSE: this is no MP4 with sample tables.
 */
gboolean oyer_mp4_cut(const guint8 *bytes, guint64 size, gint64 start_us,
                      GArray *fragments);
