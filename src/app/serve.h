/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * `oyer serve`: the server, and the subcommands that belong to its demo court.
 *
 * Thread: main, before any other exists.
 */
#pragma once

int oyer_serve_main(int argc, char *argv[]);

/* `oyer demo --data DIR --people N [--record]`: asks the running server. */
int oyer_demo_main(int argc, char *argv[]);

/* `oyer links --data DIR`: names, links and QR codes of the demo court. */
int oyer_links_main(int argc, char *argv[]);
