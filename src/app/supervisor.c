/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "app/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <glib/gstdio.h>

/* A worker that lived this long gets its next life at once. */
#define HEALTHY_US (10 * G_USEC_PER_SEC)
#define FIRST_WAIT_US (50 * G_TIME_SPAN_MILLISECOND)
#define LONGEST_WAIT_US (5 * G_USEC_PER_SEC)

/* From SIGTERM to SIGKILL. */
#define STOP_MAX_S 20

static void write_pid(const char *run_dir, const char *name, pid_t pid)
{
    g_autofree char *path = g_build_filename(run_dir, name, NULL);
    g_autofree char *text = g_strdup_printf("%d\n", (int)pid);

    if (!g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644,
                                  NULL))
        fprintf(stderr, "oyer serve: cannot write %s\n", path);
}

static void remove_pid(const char *run_dir, const char *name)
{
    g_autofree char *path = g_build_filename(run_dir, name, NULL);

    (void)g_unlink(path);
}

static pid_t start(OyerSupervised *shared, OyerWorkerMain worker, gpointer data,
                   const sigset_t *outside)
{
    pid_t parent = getpid();

    (void)fflush(NULL);
    pid_t pid = fork();
    if (pid != 0)
        return pid;

    /* The worker is told when we are killed, and ends as if we had asked. */
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    (void)sigprocmask(SIG_SETMASK, outside, NULL);
    if (getppid() != parent)
        _exit(1);
    int code = worker(shared, data);
    (void)fflush(NULL);
    exit(code);
}

/* Waits for a signal of ours, at most @wait_us (negative: for ever).  0: none came. */
static int wait_signal(const sigset_t *signals, gint64 wait_us)
{
    struct timespec timeout = {.tv_sec = (time_t)(wait_us / G_USEC_PER_SEC),
                               .tv_nsec = (long)(wait_us % G_USEC_PER_SEC) * 1000};
    int signal_number;

    do {
        signal_number = wait_us < 0 ? sigwaitinfo(signals, NULL)
                                    : sigtimedwait(signals, NULL, &timeout);
    } while (signal_number < 0 && errno == EINTR);
    return signal_number < 0 ? 0 : signal_number;
}

/* TRUE if @pid ended; its status is in *@out_status then. */
static gboolean has_ended(pid_t pid, int *out_status)
{
    return waitpid(pid, out_status, WNOHANG) == pid;
}

static int stop(pid_t pid, const sigset_t *signals)
{
    gint64 deadline_us = g_get_monotonic_time() + STOP_MAX_S * G_USEC_PER_SEC;
    int status = 0;

    (void)kill(pid, SIGTERM);
    while (!has_ended(pid, &status)) {
        gint64 left_us = deadline_us - g_get_monotonic_time();
        if (left_us <= 0) {
            (void)kill(pid, SIGKILL);
            (void)waitpid(pid, &status, 0);
            break;
        }
        (void)wait_signal(signals, left_us);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* TRUE: the worker ended for good, with *@out_code. */
static gboolean is_over(const OyerSupervised *shared, int status, int *out_code)
{
    if (!WIFEXITED(status))
        return FALSE;
    *out_code = WEXITSTATUS(status);
    /* What fails before anybody was let in would fail again. */
    return *out_code == 0 || !shared->is_ready;
}

static void explain(int status)
{
    if (WIFSIGNALED(status))
        fprintf(stderr, "oyer serve: the worker died of signal %d; starting it again\n",
                WTERMSIG(status));
    else
        fprintf(stderr, "oyer serve: the worker ended with %d; starting it again\n",
                WEXITSTATUS(status));
}

int oyer_supervise(const char *run_dir, OyerWorkerMain worker, gpointer data)
{
    OyerSupervised *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sigset_t signals, outside;
    gint64 wait_us = FIRST_WAIT_US;
    int code = 1;

    if (shared == MAP_FAILED)
        return 1;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &signals, &outside);
    write_pid(run_dir, "supervisor.pid", getpid());

    for (gboolean goes_on = TRUE; goes_on;) {
        gint64 born_us = g_get_monotonic_time();
        pid_t pid = start(shared, worker, data, &outside);
        int status = 0;
        if (pid < 0)
            break;
        write_pid(run_dir, "serve.pid", pid);
        while (!has_ended(pid, &status)) {
            int signal_number = wait_signal(&signals, -1);
            if (signal_number == SIGTERM || signal_number == SIGINT) {
                code = stop(pid, &signals);
                goes_on = FALSE;
                break;
            }
        }
        if (!goes_on || is_over(shared, status, &code))
            break;
        explain(status);
        if (g_get_monotonic_time() - born_us > HEALTHY_US)
            wait_us = FIRST_WAIT_US;
        int signal_number = wait_signal(&signals, wait_us);
        goes_on = signal_number != SIGTERM && signal_number != SIGINT;
        wait_us = MIN(wait_us * 2, LONGEST_WAIT_US);
    }
    remove_pid(run_dir, "serve.pid");
    remove_pid(run_dir, "supervisor.pid");
    (void)munmap(shared, sizeof *shared);
    return code;
}
