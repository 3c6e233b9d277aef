/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Nearby: media for this machine alone, also for browsers that never send from
 * or to 127.0.0.1 (Firefox gathers no loopback candidate and pairs with none).
 * A socket on one of the machine's own addresses whose filter passes only what
 * comes from that same address hears just what this machine sends itself: the
 * kernel drops packets from the network that claim one of its own addresses.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

/* The most addresses told. */
#define OYER_NEARBY_MAX 3

/*
 * The machine's own IPv4 addresses without loopback.
 *
 * Returns: (transfer full): NULL-ended.
 */
char **oyer_nearby_addresses(void);

/* Fences @fd, unless it is bound to a loopback address.  FALSE: it must not be used. */
gboolean oyer_nearby_fence(int fd);
