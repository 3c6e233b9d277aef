/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * `oyer finish --session DIR`: after the hearing, makes DIR/media from
 * DIR/journal and DIR/session.json (docs/RECORD.md): one playable file per
 * participant with picture, sound, captions and chapters, and index.json.
 *
 * Run again, it makes everything anew; a run that was cut off leaves no
 * half-made DIR/media.
 *
 * Thread: main of a process of its own.
 */
#pragma once

/* Returns: the exit code; what went wrong is said on stderr. */
int oyer_finish_main(int argc, char *argv[]);
