/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Tries a speech model out where it can do no harm: in a child process, which
 * loads it and decodes a clip.  A truncated or wrong model may abort that child
 * or worse; here it is an error like any other.  Only a model that came through
 * this is ever used in a hearing.
 *
 * Thread: main.
 */
#pragma once

#include <glib.h>

#include "transcribe/model.h"

/* The argument with which this program becomes that child. */
#define OYER_MODEL_CHECK_CHILD "--check-child"

typedef struct {
    char *text;              /* what it heard in the clip */
    double real_time_factor; /* CPU time per time of sound */
    guint64 memory_bytes;
    gint64 load_ms;
} OyerModelReport;

void oyer_model_report_clear(OyerModelReport *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OyerModelReport, oyer_model_report_clear)

/*
 * Compares the model's files with its manifest, then tries it on @clip (NULL: the
 * model's own clip.wav, else three seconds of noise).  When all is well, writes
 * check.json into the model's folder.
 */
gboolean oyer_model_check(const OyerModel *model, const char *engine_dir,
                          const char *clip, OyerModelReport *out_report,
                          GError **error);

/* The child: prints its report as JSON.  Returns the exit code. */
int oyer_model_check_child(const char *engine_dir, const char *model_dir,
                           const char *clip);
