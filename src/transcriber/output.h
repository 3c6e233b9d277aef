/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The JSON lines that "oyer transcribe" writes on stdout.  Each goes out whole
 * and at once.  When nobody reads any more there is nothing left to work for:
 * the process ends, and its successor begins with the lines stored.
 *
 * Thread: one at a time.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

#include "transcriber/choose.h"
#include "transcriber/voice.h"

typedef enum {
    OYER_OUTPUT_LIVE,
    OYER_OUTPUT_CATCHING_UP,
    OYER_OUTPUT_UNAVAILABLE,
    OYER_OUTPUT_ENDED,
} OyerOutputState;

/* @json, borrowed, as one line. */
void oyer_output_json(const json_t *json);

/* @engine may be NULL. */
void oyer_output_status(OyerOutputState state, const OyerChoice *choice,
                        const OyerEngine *engine, gint64 behind_ms);

void oyer_output_partial(const OyerUtterance *utterance);

/* Waits @timeout_ms; ends the process if the reader of stdout is gone. */
void oyer_output_wait(int timeout_ms);
