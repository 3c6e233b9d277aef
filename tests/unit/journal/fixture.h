/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the journal's tests share: a folder to write into, packets to write, and
 * a journal made with a clock that the test moves.
 *
 * Thread: main.
 */
#pragma once

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "journal/appender.h"
#include "journal/reader.h"
#include "journal/verify.h"

/* The fake clock's start, on both clocks. */
#define FIXTURE_UTC_US G_GINT64_CONSTANT(1800000000000000)
#define FIXTURE_MONOTONIC_US G_GINT64_CONSTANT(5000000)
#define FIXTURE_TRACKS 3

static const OyerJournalTrack fixture_tracks[FIXTURE_TRACKS] = {
    {.track = "judge-audio",
     .participant = "judge",
     .kind = "audio",
     .codec = "opus",
     .fmtp = "minptime=10;useinbandfec=1",
     .payload_type = 111,
     .clock_rate = 48000,
     .channels = 2,
     .level_id = 1,
     .ssrc = 1111},
    {.track = "judge-video",
     .participant = "judge",
     .kind = "video",
     .codec = "VP8",
     .fmtp = "",
     .payload_type = 96,
     .clock_rate = 90000,
     .ssrc = 2222},
    {.track = "wit_2-audio",
     .participant = "wit_2",
     .kind = "audio",
     .codec = "opus",
     .fmtp = "",
     .payload_type = 111,
     .clock_rate = 48000,
     .channels = 2,
     .ssrc = 3333},
};

static inline char *fixture_dir(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *top = g_dir_make_tmp("oyer-journal-XXXXXX", &error);

    g_assert_no_error(error);
    char *dir = g_build_filename(top, "h1", "1", "journal", NULL);
    g_assert_cmpint(g_mkdir_with_parents(dir, 0700), ==, 0);
    return dir;
}

/* Removes what fixture_dir() made. */
static inline void fixture_remove(const char *dir)
{
    g_autoptr(GDir) listing = g_dir_open(dir, 0, NULL);
    const char *name;

    while (listing && (name = g_dir_read_name(listing))) {
        g_autofree char *path = g_build_filename(dir, name, NULL);
        (void)g_unlink(path);
    }
    g_autofree char *up = g_strdup(dir);
    for (guint i = 0; i < 4; i++) {
        (void)g_rmdir(up);
        char *parent = g_path_get_dirname(up);
        g_free(up);
        up = parent;
    }
}

/* An RTP packet (or RTCP sender report) that is the same for the same numbers. */
static inline gsize fixture_packet(guint8 *out, guint track, guint32 number,
                                   gboolean is_rtcp)
{
    gsize size = is_rtcp ? 28 : 40 + (number * 37 + track * 11) % 900;
    guint32 ssrc = fixture_tracks[track].ssrc;

    for (gsize i = 0; i < size; i++)
        out[i] = (guint8)(number * 31 + i * 7 + track);
    out[0] = 0x80;
    out[1] = is_rtcp ? 200 : (guint8)fixture_tracks[track].payload_type;
    out[2] = (guint8)(number >> 8);
    out[3] = (guint8)number;
    for (guint i = 0; i < 4; i++)
        out[(is_rtcp ? 4 : 8) + i] = (guint8)(ssrc >> (24 - 8 * i));
    return size;
}

/*
 * Appends @seconds of packets of all tracks from @monotonic_us on, 20 ms apart,
 * with a chain block each 250 ms, new segments each @segment_s.  The last range
 * is chained when @is_chained.  Returns: the time behind it.
 */
static inline gint64 fixture_fill(OyerAppender *appender, gint64 monotonic_us,
                                  guint seconds, guint segment_s, gboolean is_chained)
{
    guint8 packet[1500];
    g_autoptr(GError) error = NULL;

    for (guint tick = 0; tick < seconds * 50; tick++, monotonic_us += 20000) {
        for (guint track = 0; track < FIXTURE_TRACKS; track++) {
            gboolean is_rtcp = tick % 25 == 7;
            gsize size = fixture_packet(packet, track, tick, is_rtcp);
            oyer_appender_packet(appender, track, is_rtcp, monotonic_us, packet, size);
        }
        if (tick % 12 == 11)
            g_assert_true(oyer_appender_chain(appender, monotonic_us, &error));
        if (segment_s && tick % (segment_s * 50) == segment_s * 50 - 1) {
            int old_fd;
            g_assert_true(oyer_appender_chain(appender, monotonic_us, &error));
            g_assert_true(
                oyer_appender_rotate(appender, monotonic_us, &old_fd, &error));
            (void)close(old_fd);
        }
    }
    if (is_chained)
        g_assert_true(oyer_appender_chain(appender, monotonic_us, &error));
    else
        g_assert_true(oyer_appender_flush(appender, &error));
    g_assert_no_error(error);
    return monotonic_us;
}

static inline OyerAppender *fixture_open(const char *dir, gint64 since_us)
{
    g_autoptr(GError) error = NULL;
    OyerAppender *appender =
        oyer_appender_new(dir, FIXTURE_UTC_US + since_us,
                          FIXTURE_MONOTONIC_US + since_us, FIXTURE_UTC_US, &error);

    g_assert_no_error(error);
    for (guint track = 0; track < FIXTURE_TRACKS; track++)
        oyer_appender_describe(appender, track, &fixture_tracks[track]);
    return appender;
}

/* A closed journal of @seconds in segments of @segment_s. */
static inline void fixture_make(const char *dir, guint seconds, guint segment_s)
{
    g_autoptr(OyerAppender) appender = fixture_open(dir, 0);
    g_autoptr(GError) error = NULL;
    gint64 end_us =
        fixture_fill(appender, FIXTURE_MONOTONIC_US, seconds, segment_s, TRUE);

    g_assert_true(oyer_appender_end(appender, end_us, &error));
    g_assert_no_error(error);
}
