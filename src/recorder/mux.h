/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A mux writes one playable file with GStreamer's stock elements: a video
 * track from RTP packets, a sound track from Opus packets, a captions track
 * and chapters.  It knows no people and no journal; times are µs from the
 * file's beginning.
 *
 * Thread: one; GStreamer's own threads stay inside.
 */
#pragma once

#include <glib.h>

typedef struct OyerMux OyerMux;

typedef enum {
    OYER_MUX_WEBM, /* VP8 or VP9 and Opus: Matroska in the WebM profile */
    OYER_MUX_MP4, /* H.264 and Opus */
    OYER_MUX_MATROSKA, /* anything; grows playable (one track, while it runs) */
} OyerMuxContainer;

typedef struct {
    OyerMuxContainer container;
    const char *video_codec; /* "VP8", "VP9", "H264" or NULL for none */
    guint video_payload_type;
    gboolean sound, captions;
    gboolean live; /* written as it comes, readable at any moment, never finished */
    gint64 created_us; /* UTC, for the file's date; 0: none */
} OyerMuxSetup;

/* Loads just the plugins that are needed, out of the system's; once a process. */
gboolean oyer_mux_init(GError **error);

OyerMux *oyer_mux_new(const char *path, const OyerMuxSetup *setup, GError **error);

/* Ends without finishing; the file stays as it is.  NULL is fine. */
void oyer_mux_free(OyerMux *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerMux, oyer_mux_free)

/* Before the first packet: a chapter that begins at @at_us. */
void oyer_mux_chapter(OyerMux *self, gint64 at_us, const char *title);

/* All captions before oyer_mux_start(), in order of time. */
void oyer_mux_caption(OyerMux *self, gint64 at_us, gint64 duration_us, const char *text);

/* What was set up before takes effect; the last chapter lasts until @end_us. */
gboolean oyer_mux_start(OyerMux *self, gint64 end_us, GError **error);

/* An RTP packet of the video track, in order; @discont: some before it are lost. */
void oyer_mux_video(OyerMux *self, const guint8 *rtp, gsize size, gboolean discont,
                    gint64 at_us);

/*
 * A black picture at the file's beginning, for a camera that comes on later;
 * @seq: the RTP number before the first real packet's.  Only before that one, and
 * only where the codec can be encoded here (VP8, VP9).
 */
void oyer_mux_black(OyerMux *self, guint width, guint height, guint16 seq);

/* An Opus packet. */
void oyer_mux_sound(OyerMux *self, const guint8 *opus, gsize size, gint64 at_us,
                    gint64 duration_us);

/* Waits until less than @bytes are queued inside: keeps memory bounded. */
void oyer_mux_throttle(OyerMux *self, guint64 bytes);

/* Ends all tracks and waits until the file is whole on disk. */
gboolean oyer_mux_finish(OyerMux *self, GError **error);

/* An error that came up meanwhile: FALSE with @error set. */
gboolean oyer_mux_check(OyerMux *self, GError **error);
