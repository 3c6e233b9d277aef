/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcribe/vad.h"

#include <math.h>

#include "transcribe/engine.h"
#include "transcribe/sherpa_library.h"

#define FEED_SAMPLES 512
#define SILERO_WINDOW 512
#define SILERO_BUFFER_S 60

/* The energy gate, on frames of 20 ms. */
#define FRAME_SAMPLES 320
#define GATE_DB 12.0 /* above the noise */
#define FLOOR_MIN_DB -65.0
#define FLOOR_MAX_DB -30.0
#define FLOOR_START_DB -55.0
#define FLOOR_RISE_DB 0.02 /* a frame: 1 dB a second */
#define ONSET_FRAMES 3
#define HANGOVER_FRAMES (OYER_VAD_HANGOVER_SAMPLES / FRAME_SAMPLES)

typedef struct {
    double sum; /* of squares, of the frame begun */
    guint n;    /* samples in it */
    double floor_db;
    guint loud, quiet; /* frames in a row */
    gboolean is_speech;
} Gate;

struct OyerVad {
    const OyerSherpaLibrary *library; /* NULL: the gate */
    void *silero;
    Gate gate;
};

static void gate_reset(Gate *self)
{
    *self = (Gate){.floor_db = FLOOR_START_DB};
}

static void gate_frame(Gate *self, double db)
{
    gboolean is_loud = db > self->floor_db + GATE_DB;

    /* The floor falls at once and rises slowly, so that speech does not lift it. */
    self->floor_db =
        CLAMP(MIN(db, self->floor_db + FLOOR_RISE_DB), FLOOR_MIN_DB, FLOOR_MAX_DB);
    self->loud = is_loud ? self->loud + 1 : 0;
    self->quiet = is_loud ? 0 : self->quiet + 1;
    if (self->loud >= ONSET_FRAMES)
        self->is_speech = TRUE;
    else if (self->quiet >= HANGOVER_FRAMES)
        self->is_speech = FALSE;
}

static gboolean gate_feed(Gate *self, const gint16 *samples, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        double value = samples[i] / 32768.0;
        self->sum += value * value;
        if (++self->n < FRAME_SAMPLES)
            continue;
        gate_frame(self, 10 * log10(self->sum / FRAME_SAMPLES + 1e-10));
        self->sum = 0;
        self->n = 0;
    }
    return self->is_speech;
}

static gboolean silero_feed(OyerVad *self, const gint16 *samples, gsize n)
{
    float buffer[FEED_SAMPLES];

    while (n > 0) {
        gsize part = MIN(n, FEED_SAMPLES);
        for (gsize i = 0; i < part; i++)
            buffer[i] = (float)samples[i] / 32768.0f;
        self->library->vad_accept(self->silero, buffer, (int32_t)part);
        samples += part;
        n -= part;
    }
    /* It keeps finished segments for us; the listener has its own copy. */
    while (!self->library->vad_is_empty(self->silero))
        self->library->vad_pop(self->silero);
    return self->library->vad_is_speech(self->silero) != 0;
}

static void *silero_new(const OyerSherpaLibrary *library, const char *engine_dir)
{
    g_autofree char *path =
        g_build_filename(engine_dir, "vad", "silero_vad.onnx", NULL);
    SherpaVadConfig config = {
        .silero =
            {
                .model = path,
                .threshold = 0.5f,
                .min_silence_s = (float)OYER_VAD_HANGOVER_SAMPLES / OYER_ENGINE_RATE_HZ,
                .min_speech_s = 0.1f,
                .window = SILERO_WINDOW,
                .max_speech_s = 3600,
            },
        .rate = OYER_ENGINE_RATE_HZ,
        .threads = 1,
        .provider = "cpu",
    };

    return g_file_test(path, G_FILE_TEST_IS_REGULAR)
               ? library->vad_new(&config, SILERO_BUFFER_S)
               : NULL;
}

OyerVad *oyer_vad_new(const char *engine_dir)
{
    OyerVad *self = g_new0(OyerVad, 1);

    gate_reset(&self->gate);
    if (engine_dir)
        self->library = oyer_sherpa_library_get(engine_dir, NULL);
    if (self->library)
        self->silero = silero_new(self->library, engine_dir);
    return self;
}

void oyer_vad_free(OyerVad *self)
{
    if (!self)
        return;
    if (self->silero)
        self->library->vad_free(self->silero);
    g_free(self);
}

gboolean oyer_vad_feed(OyerVad *self, const gint16 *samples, gsize n)
{
    return self->silero ? silero_feed(self, samples, n)
                        : gate_feed(&self->gate, samples, n);
}

void oyer_vad_reset(OyerVad *self)
{
    if (self->silero)
        self->library->vad_reset(self->silero);
    else
        gate_reset(&self->gate);
}

const char *oyer_vad_name(const OyerVad *self)
{
    return self->silero ? "silero" : "energy";
}
