/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * `oyer media`: the process that owns every packet (docs/MEDIA.md).  Started by
 * the client of serve, or by hand.
 *
 * Thread: main, before any other exists; it becomes the control thread.
 */
#pragma once

/* The subcommand: `oyer media --data DIR [--listen ADDRESS] [--port-range A-B]`. */
int oyer_media_main(int argc, char *argv[]);
