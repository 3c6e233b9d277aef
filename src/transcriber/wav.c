/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/wav.h"

#include <string.h>
#include <sys/stat.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#define CHUNK_HEADER_BYTES 8
#define FORMAT_BYTES 16

static guint read_16(const guint8 *p)
{
    return (guint)p[0] | (guint)p[1] << 8;
}

static guint32 read_32(const guint8 *p)
{
    return read_16(p) | (guint32)read_16(p + 2) << 16;
}

static gboolean is_our_format(const guint8 *p, gsize size)
{
    return size >= FORMAT_BYTES && read_16(p) == 1 && read_16(p + 2) == 1 &&
           read_32(p + 4) == 16000 && read_16(p + 14) == 16;
}

static GArray *take_samples(const guint8 *p, gsize size)
{
    GArray *samples =
        g_array_sized_new(FALSE, FALSE, sizeof(gint16), (guint)(size / 2));

    for (gsize i = 0; i + 1 < size; i += 2) {
        gint16 sample = (gint16)(guint16)read_16(p + i);
        g_array_append_val(samples, sample);
    }
    return samples;
}

GArray *oyer_wav_parse(const guint8 *bytes, gsize size)
{
    gboolean has_format = FALSE;
    gsize at = 12;

    if (size < at || size > OYER_WAV_MAX_BYTES || memcmp(bytes, "RIFF", 4) != 0 ||
        memcmp(bytes + 8, "WAVE", 4) != 0)
        return NULL;
    while (size - at >= CHUNK_HEADER_BYTES) {
        const guint8 *body = bytes + at + CHUNK_HEADER_BYTES;
        gsize left = size - at - CHUNK_HEADER_BYTES;
        gsize length = MIN(read_32(bytes + at + 4), left);
        if (memcmp(bytes + at, "fmt ", 4) == 0)
            has_format = is_our_format(body, length);
        else if (memcmp(bytes + at, "data", 4) == 0)
            return has_format ? take_samples(body, length) : NULL;
        /* Chunks are padded to even lengths. */
        at += CHUNK_HEADER_BYTES + MIN(length + (length & 1), left);
    }
    return NULL;
}

GArray *oyer_wav_load(const char *path, GError **error)
{
    GStatBuf info;
    g_autofree char *bytes = NULL;
    gsize size;

    if (g_stat(path, &info) == 0 && info.st_size > OYER_WAV_MAX_BYTES) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                    "%s is larger than 4 MiB", path);
        return NULL;
    }
    if (!g_file_get_contents(path, &bytes, &size, error))
        return NULL;
    GArray *samples = oyer_wav_parse((const guint8 *)bytes, size);
    if (!samples)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                    "%s is not a WAV file of 16 bit, mono, 16 kHz", path);
    return samples;
}
