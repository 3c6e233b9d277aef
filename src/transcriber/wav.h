/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads a WAV clip: 16 bit PCM, mono, 16 kHz, nothing else.  For checking a model.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

#define OYER_WAV_MAX_BYTES (4 << 20)

/*
 * (transfer full): the samples (gint16) in @bytes, or NULL: another format, or
 * not a WAV file.
 */
GArray *oyer_wav_parse(const guint8 *bytes, gsize size);

/* Likewise of the file @path, with @error. */
GArray *oyer_wav_load(const char *path, GError **error);
