/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "recorder/sound.h"

#include "rtp/codec.h"

#define OPUS_CLOCK_HZ 48000

/* A packet this far from where the last ended is put where it says; nearer,
 * it follows on: the jitter of fitted clocks is no hole. */
#define HOLE_US (60 * G_TIME_SPAN_MILLISECOND)

#define SILENCE_US (20 * G_TIME_SPAN_MILLISECOND)

/* One 20 ms CELT frame of silence, full band, mono. */
static const guint8 silence[] = {0xf8, 0xff, 0xfe};

/* RFC 2198: at most this many redundant blocks are looked at. */
#define RED_BLOCKS_MAX 8

struct OyerSound {
    OyerSoundFunc func;
    gpointer user_data;
    gboolean started;
    gint64 next_us; /* where what was given out so far ends */
};

OyerSound *oyer_sound_new(OyerSoundFunc func, gpointer user_data)
{
    OyerSound *self = g_new0(OyerSound, 1);

    self->func = func;
    self->user_data = user_data;
    return self;
}

void oyer_sound_free(OyerSound *self)
{
    g_free(self);
}

void oyer_sound_begin(OyerSound *self, gint64 at_us)
{
    self->started = TRUE;
    self->next_us = at_us;
}

void oyer_sound_fill(OyerSound *self, gint64 until_us)
{
    while (self->started && until_us - self->next_us >= SILENCE_US) {
        self->func(silence, sizeof silence, self->next_us, SILENCE_US, self->user_data);
        self->next_us += SILENCE_US;
    }
}

static void put(OyerSound *self, const guint8 *data, gsize size, gint64 at_us)
{
    gint64 duration_us = oyer_opus_duration_us(data, size);

    if (duration_us == 0)
        return;
    if (!self->started) {
        self->started = TRUE;
        self->next_us = at_us;
    }
    if (at_us - self->next_us > HOLE_US)
        oyer_sound_fill(self, at_us);
    else if (self->next_us - at_us > HOLE_US)
        return; /* older than what is there: a doubled redundant block */

    /* Frames follow each other exactly; the clock pulls them back by at most a
     * tenth of the distance, so that drift is followed and jitter is not. */
    gint64 start_us = self->next_us + (at_us - self->next_us) / 10;
    self->func(data, size, start_us, duration_us, self->user_data);
    self->next_us = start_us + duration_us;
}

/* The redundant blocks stand for packets before this one: used after a loss. */
static void push_red(OyerSound *self, const guint8 *payload, gsize size,
                     gboolean after_loss, gint64 at_us)
{
    struct {
        guint offset, length;
    } blocks[RED_BLOCKS_MAX];
    guint n = 0;
    gsize header = 0;

    while (header < size && payload[header] & 0x80) {
        if (header + 4 > size || n == RED_BLOCKS_MAX)
            return;
        blocks[n].offset = (guint)payload[header + 1] << 6 | payload[header + 2] >> 2;
        blocks[n].length = (guint)(payload[header + 2] & 3) << 8 | payload[header + 3];
        header += 4;
        n++;
    }
    if (++header > size)
        return;
    for (guint i = 0; i < n; i++) {
        gint64 block_us = at_us - (gint64)blocks[i].offset * G_USEC_PER_SEC / OPUS_CLOCK_HZ;

        if (blocks[i].length > size - header)
            return;
        if (after_loss && self->started && block_us - self->next_us > -SILENCE_US / 2)
            put(self, payload + header, blocks[i].length, block_us);
        header += blocks[i].length;
    }
    put(self, payload + header, size - header, at_us);
}

void oyer_sound_push(OyerSound *self, const guint8 *payload, gsize size, gboolean is_red,
                     gboolean after_loss, gint64 at_us)
{
    if (is_red)
        push_red(self, payload, size, after_loss, at_us);
    else
        put(self, payload, size, at_us);
}
