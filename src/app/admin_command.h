/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * `oyer admin VERB`: courts, accounts, backup, restore.  What changes something is done
 * by the running server, or, when none runs, here under the server's lock.
 *
 * Thread: main, before any other exists.
 */
#pragma once

int oyer_admin_main(int argc, char *argv[]);
