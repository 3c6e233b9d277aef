/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcribe/sherpa_library.h"

#include <stddef.h>
#include <string.h>

#include <dlfcn.h>

#include "transcribe/engine.h"

static const struct {
    const char *name;
    size_t offset;
} symbols[] = {
#define SYMBOL(member, name)                      \
    {                                             \
        name, offsetof(OyerSherpaLibrary, member) \
    }
    SYMBOL(version, "SherpaOnnxGetVersionStr"),
    SYMBOL(recognizer_new, "SherpaOnnxCreateOnlineRecognizer"),
    SYMBOL(recognizer_free, "SherpaOnnxDestroyOnlineRecognizer"),
    SYMBOL(stream_new, "SherpaOnnxCreateOnlineStream"),
    SYMBOL(stream_free, "SherpaOnnxDestroyOnlineStream"),
    SYMBOL(stream_accept, "SherpaOnnxOnlineStreamAcceptWaveform"),
    SYMBOL(stream_finished, "SherpaOnnxOnlineStreamInputFinished"),
    SYMBOL(stream_is_ready, "SherpaOnnxIsOnlineStreamReady"),
    SYMBOL(stream_decode, "SherpaOnnxDecodeOnlineStream"),
    SYMBOL(stream_is_endpoint, "SherpaOnnxOnlineStreamIsEndpoint"),
    SYMBOL(stream_result, "SherpaOnnxGetOnlineStreamResult"),
    SYMBOL(result_free, "SherpaOnnxDestroyOnlineRecognizerResult"),
    SYMBOL(vad_new, "SherpaOnnxCreateVoiceActivityDetector"),
    SYMBOL(vad_free, "SherpaOnnxDestroyVoiceActivityDetector"),
    SYMBOL(vad_accept, "SherpaOnnxVoiceActivityDetectorAcceptWaveform"),
    SYMBOL(vad_is_empty, "SherpaOnnxVoiceActivityDetectorEmpty"),
    SYMBOL(vad_is_speech, "SherpaOnnxVoiceActivityDetectorDetected"),
    SYMBOL(vad_pop, "SherpaOnnxVoiceActivityDetectorPop"),
    SYMBOL(vad_reset, "SherpaOnnxVoiceActivityDetectorReset"),
#undef SYMBOL
};

static gboolean bind(OyerSherpaLibrary *library, void *handle, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(symbols); i++) {
        void *symbol = dlsym(handle, symbols[i].name);
        if (!symbol) {
            g_set_error(error, OYER_ENGINE_ERROR, OYER_ENGINE_ERROR_VERSION,
                        "the speech engine lacks %s", symbols[i].name);
            return FALSE;
        }
        memcpy((char *)library + symbols[i].offset, &symbol, sizeof symbol);
    }
    return TRUE;
}

const OyerSherpaLibrary *oyer_sherpa_library_get(const char *engine_dir, GError **error)
{
    static OyerSherpaLibrary loaded;
    static gboolean is_loaded;
    OyerSherpaLibrary library = {0};

    if (is_loaded)
        return &loaded;
    g_autofree char *path =
        g_build_filename(engine_dir, "lib", "libsherpa-onnx-c-api.so", NULL);
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
        g_set_error(error, OYER_ENGINE_ERROR, OYER_ENGINE_ERROR_ABSENT,
                    "no speech engine: looked for %s", path);
        return NULL;
    }
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        g_set_error(error, OYER_ENGINE_ERROR, OYER_ENGINE_ERROR_VERSION,
                    "the speech engine cannot be loaded: %s", dlerror());
        return NULL;
    }
    if (!bind(&library, handle, error)) {
        (void)dlclose(handle);
        return NULL;
    }
    /* Configurations are passed by layout: only the version that we know. */
    if (strcmp(library.version(), OYER_ENGINE_SHERPA_VERSION) != 0) {
        g_set_error(error, OYER_ENGINE_ERROR, OYER_ENGINE_ERROR_VERSION,
                    "%s is version %s, needed is " OYER_ENGINE_SHERPA_VERSION, path,
                    library.version());
        (void)dlclose(handle);
        return NULL;
    }
    loaded = library;
    is_loaded = TRUE;
    return &loaded;
}
