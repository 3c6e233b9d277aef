/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/keeper.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static gboolean is_crash(int status)
{
    if (WIFEXITED(status))
        return WEXITSTATUS(status) == OYER_KEEPER_ENGINE_EXIT;
    switch (WTERMSIG(status)) {
    case SIGABRT:
    case SIGSEGV:
    case SIGBUS:
    case SIGILL:
    case SIGFPE:
    case SIGTRAP:
        return TRUE;
    default:
        return FALSE;
    }
}

static void run_child(OyerKeeperWork work, gpointer data, gboolean is_broken,
                      pid_t keeper)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != keeper) /* gone before the line above */
        _exit(1);
    int code = work(is_broken, data);
    (void)fflush(NULL);
    _exit(code);
}

static gboolean wait_for(pid_t child, int *out_status)
{
    while (waitpid(child, out_status, 0) < 0)
        if (errno != EINTR)
            return FALSE;
    return TRUE;
}

int oyer_keeper_run(OyerKeeperWork work, gpointer data,
                    const OyerKeeperSettings *settings)
{
    guint crashes = 0;
    gulong pause_ms = settings->pause_ms;

    for (;;) {
        gint64 begun_us = g_get_monotonic_time();
        pid_t keeper = getpid();
        int status;

        (void)fflush(NULL);
        pid_t child = fork();
        if (child == 0)
            run_child(work, data, crashes >= settings->max_crashes, keeper);
        if (child < 0 || !wait_for(child, &status)) {
            fprintf(stderr, "oyer: no child process: %s\n", g_strerror(errno));
            return 1;
        }
        if (!is_crash(status)) {
            if (WIFEXITED(status))
                return WEXITSTATUS(status);
            fprintf(stderr, "oyer: the worker was ended by signal %d\n",
                    WTERMSIG(status));
            return 1;
        }
        if (g_get_monotonic_time() - begun_us > (gint64)settings->calm_ms * 1000) {
            crashes = 0;
            pause_ms = settings->pause_ms;
        }
        crashes++;
        g_warning("the speech engine crashed (%u of %u)", crashes,
                  settings->max_crashes);
        g_usleep(pause_ms * 1000);
        pause_ms *= 2;
    }
}
