/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Datagrams by the thousand at UDP ports, from sockets of nobody's or from those
 * given: then they come from the very address of somebody else.
 *
 * Thread: one of its own, with little claim to the processor, so that what is
 * measured is the victim and not the generator; start and stop from any other.
 */
#pragma once

#include <netinet/in.h>

#include "fault/forge.h"

typedef struct Flood Flood;

typedef struct {
    ForgeFunc forge;
    guint per_second;
    const struct sockaddr_in *targets; /* copied */
    guint n_targets;
    const int *sources; /* copied; 0 of them: sockets of its own */
    guint n_sources;
} FloodPlan;

Flood *flood_start(const FloodPlan *plan);

typedef struct {
    guint64 sent;
    guint64 answered; /* datagrams that came back to sockets of its own */
} FloodResult;

/* Ends and frees it. */
void flood_stop(Flood *self, FloodResult *out_result);
