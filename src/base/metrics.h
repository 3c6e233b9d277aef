/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Metrics as text, in the exposition format of Prometheus (version 0.0.4): families
 * with their help and type, each with its samples.
 *
 * Names and labels are given by this program; a wrong one is our own bug.
 *
 * Thread: any, one at a time.
 */
#pragma once

#include <glib.h>

typedef enum {
    OYER_METRIC_COUNTER, /* its name ends in _total */
    OYER_METRIC_GAUGE,
    OYER_METRIC_HISTOGRAM, /* only by oyer_metrics_histogram() */
} OyerMetricType;

typedef struct OyerMetrics OyerMetrics;

OyerMetrics *oyer_metrics_new(void);

/* Begins a family; each name once.  @help is one line. */
void oyer_metrics_family(OyerMetrics *self, const char *name, OyerMetricType type,
                         const char *help);

/* A sample of the family begun last.  @label NULL: without a label. */
void oyer_metrics_sample(OyerMetrics *self, const char *label, const char *value,
                         double number);

/* A family with one sample and no label. */
void oyer_metrics_one(OyerMetrics *self, const char *name, OyerMetricType type,
                      const char *help, double number);

/*
 * A histogram: @counts has one more than @n bounds, the last for what is above all
 * of them; not cumulative.
 */
void oyer_metrics_histogram(OyerMetrics *self, const char *name, const char *help,
                            const double *bounds, guint n, const guint64 *counts,
                            double sum);

/* Returns: (transfer full): the text; @self is freed. */
char *oyer_metrics_end(OyerMetrics *self);
