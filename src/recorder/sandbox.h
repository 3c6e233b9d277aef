/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Takes from this process what it does not need before it reads a stranger's
 * bytes: the network, and every way to more privilege.
 *
 * Thread: main, before others exist.
 */
#pragma once

/*
 * Best effort where the kernel refuses (a container without user namespaces):
 * what could not be taken away is logged.
 */
void oyer_sandbox_enter(void);
