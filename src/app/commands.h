/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The subcommands of oyer.  Each is a process of its own: it parses its own
 * arguments (argv[0] is its name), answers --help, and returns the exit code:
 * 0 done, 1 failed (one clear line on stderr), 2 wrong usage (likewise).
 *
 * Thread: main, before any other exists.
 */
#pragma once

typedef int (*OyerCommandMain)(int argc, char *argv[]);
