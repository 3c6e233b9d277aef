/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The names of a journal's segments: NNNNNN.pcapng, numbered from 1
 * (docs/JOURNAL.md).
 *
 * The appender makes them; reader, recovery, verifier and the package find them.
 *
 * Thread: any; _last() blocks for the disk.
 */
#pragma once

#include <glib.h>

/* A journal of a week, in segments. */
#define OYER_SEGMENTS_MAX 20000

/* Returns: (transfer full): the file's name, without its folder. */
char *oyer_segment_name(guint segment);

/* Returns: (transfer full): the file's path in folder @dir. */
char *oyer_segment_path(const char *dir, guint segment);

/* The number in a file's name; 0: it is not a segment's. */
guint oyer_segment_number(const char *name);

/*
 * The highest number in folder @dir; 0: no segment there.
 * FALSE: the folder cannot be listed (an error of G_FILE_ERROR).
 */
gboolean oyer_segment_last(const char *dir, guint *out_segment, GError **error);
