/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Figures of the media process for whoever watches the machine (docs/MEDIA.md,
 * `metrics`): counters that only grow while the process lives, whoever comes and
 * goes, and gauges of this moment.  No ids and no names.
 *
 * Thread: any; a value belongs to one.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

#define OYER_MEDIA_COUNTERS(X)                                                       \
    X(packets_in)                                                                    \
    X(bytes_in) X(packets_out) X(bytes_out) X(dropped_auth) X(dropped_replay)        \
        X(dropped_full) X(dropped_malformed) X(rtp_expected) X(rtp_lost) X(nacks_in) \
            X(nacks_out) X(plis_in) X(plis_out) X(resent) X(journal_failures)

#define OYER_MEDIA_GAUGES(X)                                                       \
    X(hearings)                                                                    \
    X(participants) X(publish) X(subscribe) X(play) X(connected) X(journals_armed) \
        X(journals_open) X(journals_failed) X(journal_bytes) X(journal_age_us)     \
            X(worker_late_us) X(layers_in_only) X(layers_in_low)                   \
                X(layers_in_middle) X(layers_in_high) X(layers_out_only)           \
                    X(layers_out_low) X(layers_out_middle) X(layers_out_high)

typedef struct {
#define X(name) guint64 name;
    OYER_MEDIA_COUNTERS(X)
    OYER_MEDIA_GAUGES(X)
#undef X
} OyerMediaFigures;

/* Adds the counters of @more, and nothing else. */
void oyer_media_figures_keep(OyerMediaFigures *self, const OyerMediaFigures *more);

/* Adds all; of ages and lateness the greater stays. */
void oyer_media_figures_add(OyerMediaFigures *self, const OyerMediaFigures *more);

/* Returns: (transfer full): {"packets_in":N,…} */
json_t *oyer_media_figures_to_json(const OyerMediaFigures *self);
