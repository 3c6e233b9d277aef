/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Where this program and the files that belong to it are.
 *
 * Thread: any.
 */
#pragma once

/* The path of the running executable.  (transfer full) */
char *oyer_program_path(void);

/*
 * The folder of the built web client: $OYER_WEB_ROOT, the source tree that this
 * program was built in, /usr/share/oyer/web.  (transfer full), NULL: none of them.
 */
char *oyer_program_web_root(void);
