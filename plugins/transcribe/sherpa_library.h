/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The sherpa-onnx library, found at run time.  Once in, it stays for the life of
 * the process.
 *
 * Thread: one at a time.
 */
#pragma once

#include <glib.h>

#include "transcribe/sherpa_abi.h"

typedef struct {
    const char *(*version)(void);

    void *(*recognizer_new)(const SherpaRecognizerConfig *config);
    void (*recognizer_free)(void *recognizer);
    void *(*stream_new)(void *recognizer);
    void (*stream_free)(void *stream);
    void (*stream_accept)(void *stream, int32_t rate, const float *samples, int32_t n);
    void (*stream_finished)(void *stream);
    int32_t (*stream_is_ready)(void *recognizer, void *stream);
    void (*stream_decode)(void *recognizer, void *stream);
    int32_t (*stream_is_endpoint)(void *recognizer, void *stream);
    const SherpaResult *(*stream_result)(void *recognizer, void *stream);
    void (*result_free)(const SherpaResult *result);

    void *(*vad_new)(const SherpaVadConfig *config, float buffer_s);
    void (*vad_free)(void *vad);
    void (*vad_accept)(void *vad, const float *samples, int32_t n);
    int32_t (*vad_is_empty)(void *vad);
    int32_t (*vad_is_speech)(void *vad);
    void (*vad_pop)(void *vad);
    void (*vad_reset)(void *vad);
} OyerSherpaLibrary;

/* The library in @engine_dir/lib, loaded at the first call; NULL with @error. */
const OyerSherpaLibrary *oyer_sherpa_library_get(const char *engine_dir,
                                                 GError **error);
