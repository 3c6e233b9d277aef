/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * `oyer record --session DIR [--follow]`: while the hearing runs, makes
 * DIR/tracks from DIR/journal: one Matroska file per track, playable at any
 * moment.  They are for looking back during the hearing; the record itself is
 * the journal, so after a kill everything is simply made again from it.
 *
 * Thread: main of a process of its own.
 */
#pragma once

/* Returns: the exit code; what went wrong is said on stderr. */
int oyer_record_main(int argc, char *argv[]);
