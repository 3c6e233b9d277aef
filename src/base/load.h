/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Load: what this process costs the machine, and how late its main loop is: a timer
 * measures by how much it is called after its time.
 *
 * Thread: main (the thread-default context at oyer_load_new()).
 */
#pragma once

#include <glib.h>

/* Bounds of the lateness, in seconds. */
#define OYER_LOAD_BOUNDS 7
extern const double oyer_load_bounds[OYER_LOAD_BOUNDS];

typedef struct OyerLoad OyerLoad;

OyerLoad *oyer_load_new(void);
void oyer_load_free(OyerLoad *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerLoad, oyer_load_free)

typedef struct {
    guint64 late[OYER_LOAD_BOUNDS + 1]; /* how often, by bound */
    double late_sum_s;
} OyerLateness;

/* Since the beginning. */
const OyerLateness *oyer_load_lateness(const OyerLoad *self);

/* Counts one lateness of @late_us; for the timer and its test. */
void oyer_lateness_add(OyerLateness *self, gint64 late_us);

/* any.  Of the process: CPU time, memory in use, open descriptors. */
typedef struct {
    double cpu_s;
    guint64 resident_bytes;
    guint descriptors;
} OyerUsage;
void oyer_usage_read(OyerUsage *out_usage);
