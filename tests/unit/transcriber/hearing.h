/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Makes journals of spoken phrases for tests: recordings of tests/data/speech, as
 * Opus in RTP, written by the real writer, at times of the test's own.
 *
 * Thread: one.
 */
#pragma once

#include <string.h>

#include <opus/opus.h>

#include "../transcribe/speech.h"
#include "journal/writer.h"
#include "rtp/packet.h"

#define HEARING_FRAME 320 /* 20 ms at 16 kHz */
#define HEARING_MAX_PACKET 400

typedef struct {
    gint64 at_us; /* since the opening; arrival */
    guint track;
    guint n;
    guint8 bytes[HEARING_MAX_PACKET];
} HearingPacket;

typedef struct {
    GArray *packets; /* of HearingPacket, sorted when written */
    OyerJournalTrack tracks[4];
    guint n_tracks;
} Hearing;

static inline void hearing_init(Hearing *self)
{
    *self = (Hearing){g_array_new(FALSE, TRUE, sizeof(HearingPacket)), {{0}}, 0};
}

static inline void hearing_clear(Hearing *self)
{
    g_array_unref(self->packets);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Hearing, hearing_clear)

static inline guint hearing_add_track(Hearing *self, const char *track,
                                      const char *participant, const char *codec)
{
    self->tracks[self->n_tracks] = (OyerJournalTrack){
        .track = track,
        .participant = participant,
        .kind = "audio",
        .codec = codec,
        .fmtp = "",
        .payload_type = strcmp(codec, "red") == 0 ? 63 : 111,
        .clock_rate = 48000,
        .channels = 2,
        .ssrc = 1000 + self->n_tracks,
    };
    return self->n_tracks++;
}

/*
 * Says @samples on @track from @at_us on, as one run of packets of 20 ms.  With
 * @dtx, quiet frames are not sent.
 */
static inline void hearing_say(Hearing *self, guint track, gint64 at_us,
                               const GArray *samples, guint16 first_seq, gboolean dtx)
{
    OpusEncoder *encoder = opus_encoder_create(16000, 1, OPUS_APPLICATION_VOIP, NULL);
    const OyerJournalTrack *info = &self->tracks[track];
    guint16 seq = first_seq;

    g_assert_cmpint(opus_encoder_ctl(encoder, OPUS_SET_BITRATE(32000)), ==, OPUS_OK);
    for (guint i = 0; i + HEARING_FRAME <= samples->len; i += HEARING_FRAME) {
        const gint16 *frame = &g_array_index(samples, gint16, i);
        HearingPacket packet = {.at_us = at_us + (gint64)i * 1000 / 16, .track = track};
        gboolean is_quiet = TRUE;
        guint8 opus[300];
        for (guint k = 0; k < HEARING_FRAME; k++)
            is_quiet = is_quiet && frame[k] == 0;
        int n = opus_encode(encoder, frame, HEARING_FRAME, opus, sizeof opus);
        g_assert_cmpint(n, >, 0);
        if (dtx && is_quiet && i / HEARING_FRAME % 20 != 0)
            continue;
        OyerRtpPacket rtp = {
            .ssrc = info->ssrc,
            .rtp_time = (guint32)(4294900000u + (guint64)packet.at_us * 48 / 1000),
            .seq = seq++,
            .payload_type = (guint8)info->payload_type,
        };
        packet.n =
            (guint)oyer_rtp_packet_write(&rtp, packet.bytes, sizeof packet.bytes);
        if (info->payload_type == 63)
            packet.bytes[packet.n++] = 111;
        memcpy(packet.bytes + packet.n, opus, (gsize)n);
        packet.n += (guint)n;
        g_array_append_val(self->packets, packet);
    }
    opus_encoder_destroy(encoder);
}

static inline gint hearing_compare(gconstpointer a, gconstpointer b)
{
    const HearingPacket *one = a, *two = b;

    return one->at_us < two->at_us ? -1 : one->at_us > two->at_us;
}

/* A journal being written. */
typedef struct {
    OyerJournalWriter *writer;
    gint64 begun_us, opened_us; /* moment 0: monotonic, UTC */
} HearingJournal;

/* Opens the journal in @dir.  The writer's clock is the real one. */
static inline HearingJournal hearing_open(const char *dir)
{
    HearingJournal journal = {.writer = oyer_journal_writer_new()};
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_journal_writer_arm(journal.writer, dir, 0, &error));
    g_assert_no_error(error);
    g_assert_true(oyer_journal_writer_start(journal.writer, 0, &error));
    g_assert_no_error(error);
    journal.begun_us = g_get_monotonic_time();
    journal.opened_us = g_get_real_time();
    return journal;
}

/* Appends what was said since the last time. */
static inline void hearing_push(Hearing *self, HearingJournal *journal)
{
    int numbers[4];

    for (guint i = 0; i < self->n_tracks; i++)
        numbers[i] = oyer_journal_writer_add_track(journal->writer, &self->tracks[i]);
    g_array_sort(self->packets, hearing_compare);
    for (guint i = 0; i < self->packets->len; i++) {
        const HearingPacket *p = &g_array_index(self->packets, HearingPacket, i);
        OyerJournalPacket packet = {
            .track = (guint)numbers[p->track],
            .arrival_us = journal->begun_us + p->at_us,
            .data = p->bytes,
            .size = p->n,
        };
        g_assert_cmpuint(oyer_journal_writer_push(journal->writer, &packet, 1), ==, 1);
    }
    g_array_set_size(self->packets, 0);
}

/* Writes the end block. */
static inline void hearing_close(HearingJournal *journal)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_journal_writer_close(journal->writer, &error));
    g_assert_no_error(error);
    oyer_journal_writer_free(journal->writer);
}

/* The whole journal at once; returns the UTC µs of moment 0. */
static inline gint64 hearing_write(Hearing *self, const char *dir)
{
    HearingJournal journal = hearing_open(dir);

    hearing_push(self, &journal);
    hearing_close(&journal);
    return journal.opened_us;
}
