/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The exporter: figures of serve and media for Prometheus, at /metrics of a listener
 * of its own, which is never the one that people come in by.  It tells how many and
 * how much, never who: no ids, names, tokens or case numbers.
 *
 * Thread: main.
 */
#pragma once

#include <glib.h>

typedef struct OyerExporter OyerExporter;

/*
 * Listens on the courthouse's admin_fd (@courthouse is an OyerCourthouse, borrowed).
 *
 * Returns: (transfer full): or NULL with @error set.
 */
OyerExporter *oyer_exporter_new(gpointer courthouse, GError **error);

/* To be called when media's client is freed already: nobody waits for it then. */
void oyer_exporter_free(OyerExporter *self);
