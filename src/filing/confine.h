/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Takes from a child process, before it becomes a program that reads a stranger's
 * document, all that reading does not need: the network, writing and making files, other
 * processes, more privilege, much memory and time.  What the kernel does not offer is
 * left out (unshare without user namespaces, Landlock before Linux 5.13); resource limits
 * and the filter of system calls are always there.
 *
 * Thread: the only one of a forked child; calls nothing but the kernel.
 */
#pragma once

#include <glib.h>

typedef struct {
    guint cpu_s;
    guint64 memory_bytes; /* of addresses */
} OyerConfinement;

/*
 * Confines this process, for ever; its standard input stays readable.  FALSE: it must
 * not go on.
 */
gboolean oyer_confine(const OyerConfinement *self);
