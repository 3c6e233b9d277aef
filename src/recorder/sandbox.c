/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "recorder/sandbox.h"

#include <errno.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <glib.h>

/* Enough for a file per participant; a core dump would hold their voices. */
#define FILES_MAX 1024

void oyer_sandbox_enter(void)
{
    const struct rlimit files = {FILES_MAX, FILES_MAX}, no_core = {0, 0};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        g_warning("no_new_privs refused: %s", g_strerror(errno));
    if (unshare(CLONE_NEWNET) && unshare(CLONE_NEWUSER | CLONE_NEWNET))
        g_info("network namespace refused: %s", g_strerror(errno));
    (void)setrlimit(RLIMIT_NOFILE, &files);
    (void)setrlimit(RLIMIT_CORE, &no_core);
}
