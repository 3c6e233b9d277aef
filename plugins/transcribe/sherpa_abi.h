/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The part of sherpa-onnx's C interface that we use, in declarations of our own:
 * the library comes without a header, and nothing here is needed at link time.
 * Layouts are those of OYER_ENGINE_SHERPA_VERSION; the loader refuses any other.
 */
#pragma once

#include <assert.h>
#include <stdint.h>

typedef struct {
    struct {
        int32_t rate, dim;
    } features;
    struct {
        struct {
            const char *encoder, *decoder, *joiner;
        } transducer;
        struct {
            const char *encoder, *decoder;
        } paraformer;
        const char *zipformer2_ctc, *tokens;
        int32_t threads;
        const char *provider;
        int32_t debug;
        const char *model_type, *modeling_unit, *bpe_vocab, *tokens_buf;
        int32_t tokens_buf_len;
        const char *nemo_ctc, *t_one_ctc;
    } model;
    const char *method;
    int32_t max_active_paths, endpoint;
    float rule1_silence, rule2_silence, rule3_length;
    const char *hotwords_file;
    float hotwords_score;
    struct {
        const char *graph;
        int32_t max_active;
    } fst;
    const char *rule_fsts, *rule_fars;
    float blank_penalty;
    const char *hotwords_buf;
    int32_t hotwords_buf_len;
    struct {
        const char *dict_dir, *lexicon, *rule_fsts;
    } homophones;
    char tail[256]; /* zero: whatever a library reads past the end is "not set" */
} SherpaRecognizerConfig;
static_assert(sizeof(SherpaRecognizerConfig) == 272 + 256, "layout of 1.13.8");

typedef struct {
    const char *text, *tokens;
    const char *const *token;
    float *start_s;
    int32_t n;
    const char *json;
} SherpaResult;

typedef struct {
    const char *model;
    float threshold, min_silence_s, min_speech_s;
    int32_t window;
    float max_speech_s;
} SherpaVadModel;

typedef struct {
    SherpaVadModel silero;
    int32_t rate, threads;
    const char *provider;
    int32_t debug;
    SherpaVadModel ten;
    char tail[256];
} SherpaVadConfig;
static_assert(sizeof(SherpaVadConfig) == 88 + 256, "layout of 1.13.8");
