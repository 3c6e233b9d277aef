/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "recorder/tracks.h"

#include <stdio.h>
#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "journal/reader.h"
#include "recorder/lane.h"
#include "recorder/mux.h"
#include "recorder/sandbox.h"
#include "recorder/sound.h"
#include "rtp/codec.h"
#include "rtp/packet.h"

#define POLL_MS 200
#define HOLD_US (1 * G_USEC_PER_SEC)
#define MUX_BYTES_MAX (4u << 20)

/* A sender whose clock is this far from its arrivals has started anew. */
#define ANCHOR_US (1 * G_USEC_PER_SEC)

/* One track and its file.  A change of codec begins a new file. */
typedef struct {
    char *track;
    OyerCodec codec;
    guint payload_type, clock_rate;
    guint32 ssrc, anchor_rtp;
    gint64 start_us, anchor_us; /* UTC: of the file, of anchor_rtp */
    gboolean anchored;
    OyerLane *lane;
    OyerMux *mux;
    OyerSound *sound;
} Track;

typedef struct {
    char *tracks_dir;
    OyerJournalReader *reader;
    GPtrArray *tracks;
    GHashTable *files; /* track id -> count of its files */
    GMainLoop *loop;
    gboolean follow;
    GError *error;
} Record;

static void track_free(gpointer data)
{
    Track *self = data;

    oyer_mux_free(self->mux);
    oyer_sound_free(self->sound);
    oyer_lane_free(self->lane);
    g_free(self->track);
    g_free(self);
}

static void record_clear(Record *self)
{
    g_free(self->tracks_dir);
    oyer_journal_reader_free(self->reader);
    g_ptr_array_unref(self->tracks);
    g_hash_table_unref(self->files);
    g_main_loop_unref(self->loop);
    g_clear_error(&self->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Record, record_clear)

static void on_sound(const guint8 *data, gsize size, gint64 at_us, gint64 duration_us,
                     gpointer user_data)
{
    Track *self = user_data;

    oyer_mux_sound(self->mux, data, size, at_us - self->start_us, duration_us);
}

static Track *open_track(Record *self, const OyerJournalTrack *source, gint64 at_us,
                         GError **error)
{
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(self->files, source->track)) + 1;
    g_autofree char *suffix = number > 1 ? g_strdup_printf("-%u", number) : g_strdup("");
    g_autofree char *path =
        g_strdup_printf("%s/%s%s.mkv", self->tracks_dir, source->track, suffix);
    OyerCodec codec = oyer_codec_from_name(source->codec);
    gboolean video = oyer_codec_is_video(codec);
    const OyerMuxSetup setup = {
        .container = OYER_MUX_MATROSKA,
        .video_codec = video ? oyer_codec_name(codec) : NULL,
        .video_payload_type = source->payload_type,
        .sound = !video,
        .live = TRUE,
    };
    g_autoptr(OyerMux) mux = oyer_mux_new(path, &setup, error);

    if (!mux || !oyer_mux_start(mux, 0, error))
        return NULL;

    Track *track = g_new0(Track, 1);
    track->track = g_strdup(source->track);
    track->codec = codec;
    track->payload_type = source->payload_type;
    track->clock_rate = source->clock_rate;
    track->start_us = at_us;
    track->lane = oyer_lane_new(HOLD_US);
    track->mux = g_steal_pointer(&mux);
    if (!video)
        track->sound = oyer_sound_new(on_sound, track);
    g_ptr_array_add(self->tracks, track);
    g_hash_table_replace(self->files, g_strdup(source->track), GUINT_TO_POINTER(number));
    return track;
}

static Track *find_track(Record *self, const OyerJournalTrack *source)
{
    for (guint i = self->tracks->len; i-- > 0;) {
        Track *track = g_ptr_array_index(self->tracks, i);
        if (!strcmp(track->track, source->track))
            return track->codec == oyer_codec_from_name(source->codec) ? track : NULL;
    }
    return NULL;
}

/* Live, there is no second reading: the first arrival ties the sender's clock
 * to ours, until the two part visibly. */
static gint64 capture_us(Track *self, const OyerRtpPacket *packet, gint64 arrival_us)
{
    gint64 since_us = (gint64)(gint32)(packet->rtp_time - self->anchor_rtp) * G_USEC_PER_SEC /
                      (gint64)self->clock_rate;

    if (!self->anchored || packet->ssrc != self->ssrc ||
        ABS(self->anchor_us + since_us - arrival_us) > ANCHOR_US) {
        self->anchored = TRUE;
        self->ssrc = packet->ssrc;
        self->anchor_us = arrival_us;
    } else {
        self->anchor_us += since_us;
    }
    self->anchor_rtp = packet->rtp_time;
    return self->anchor_us;
}

static void drain(Track *self, gboolean flush)
{
    for (;;) {
        g_autofree OyerLanePacket *next = oyer_lane_pop(self->lane, flush);
        OyerRtpPacket packet;

        if (!next)
            return;
        if (!oyer_rtp_packet_parse(next->data, next->size, &packet) || !packet.payload_bytes)
            continue;

        gint64 at_us = capture_us(self, &packet, next->arrival_us);
        const guint8 *payload = next->data + packet.header_bytes;
        if (self->sound) {
            oyer_sound_push(self->sound, payload, packet.payload_bytes,
                            self->codec == OYER_CODEC_RED &&
                                packet.payload_type == self->payload_type,
                            next->after_loss, at_us);
            continue;
        }
        /* See reel.c: packet types that no browser sends and a depayloader misreads. */
        if (self->codec == OYER_CODEC_H264 && (payload[0] & 0x1f) >= 25 &&
            (payload[0] & 0x1f) != 28)
            continue;
        oyer_rtp_packet_patch(next->data, (guint8)self->payload_type, packet.seq,
                              packet.rtp_time, 1);
        oyer_mux_video(self->mux, next->data, next->size, next->after_loss,
                       at_us - self->start_us);
    }
}

static gboolean write_packet(Record *self, const OyerJournalBlock *block, GError **error)
{
    OyerRtpPacket packet;
    Track *track = find_track(self, block->track);

    if (!oyer_rtp_packet_parse(block->data, block->size, &packet) || !packet.payload_bytes)
        return TRUE;
    if (oyer_codec_from_name(block->track->codec) == OYER_CODEC_NONE ||
        block->track->clock_rate == 0)
        return TRUE;
    if (!track)
        track = open_track(self, block->track, block->at_us, error);
    if (!track)
        return FALSE;
    oyer_lane_push(track->lane, packet.seq, block->data, block->size, block->at_us);
    drain(track, FALSE);
    oyer_mux_throttle(track->mux, MUX_BYTES_MAX);
    return oyer_mux_check(track->mux, error);
}

static gboolean finish_tracks(Record *self, GError **error)
{
    for (guint i = 0; i < self->tracks->len; i++) {
        Track *track = g_ptr_array_index(self->tracks, i);

        drain(track, TRUE);
        if (!oyer_mux_finish(track->mux, error))
            return FALSE;
    }
    return TRUE;
}

/* Reads what there is; G_SOURCE_REMOVE when there will be no more. */
static gboolean on_poll(gpointer data)
{
    Record *self = data;
    OyerJournalBlock block;

    for (;;) {
        switch (oyer_journal_reader_next(self->reader, &block, &self->error)) {
        case OYER_JOURNAL_BLOCK:
            if (block.type == OYER_JOURNAL_RTP && !write_packet(self, &block, &self->error)) {
                g_main_loop_quit(self->loop);
                return G_SOURCE_REMOVE;
            }
            break;
        case OYER_JOURNAL_WAIT:
            if (self->follow)
                return G_SOURCE_CONTINUE;
            G_GNUC_FALLTHROUGH;
        case OYER_JOURNAL_ENDED:
            (void)finish_tracks(self, &self->error);
            G_GNUC_FALLTHROUGH;
        case OYER_JOURNAL_BROKEN:
            g_main_loop_quit(self->loop);
            return G_SOURCE_REMOVE;
        }
    }
}

/* What an earlier run left is made again from the journal. */
static gboolean clean_folder(const char *path, GError **error)
{
    g_autoptr(GDir) dir = NULL;
    const char *name;

    if (g_mkdir_with_parents(path, 0700) || !(dir = g_dir_open(path, 0, error))) {
        if (error && !*error)
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot make %s", path);
        return FALSE;
    }
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        (void)g_unlink(child);
    }
    return TRUE;
}

static gboolean run(const char *session_dir, gboolean follow, GError **error)
{
    g_autofree char *journal_dir = g_build_filename(session_dir, "journal", NULL);
    g_auto(Record) self = {
        .tracks_dir = g_build_filename(session_dir, "tracks", NULL),
        .reader = oyer_journal_reader_new(journal_dir),
        .tracks = g_ptr_array_new_with_free_func(track_free),
        .files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .loop = g_main_loop_new(NULL, FALSE),
        .follow = follow,
    };

    if (!clean_folder(self.tracks_dir, error) || !oyer_mux_init(error))
        return FALSE;
    g_timeout_add(POLL_MS, on_poll, &self);
    g_main_loop_run(self.loop);
    if (self.error)
        g_propagate_error(error, g_steal_pointer(&self.error));
    return !error || !*error;
}

int oyer_record_main(int argc, char *argv[])
{
    g_autofree char *session_dir = NULL;
    gboolean follow = FALSE;
    const GOptionEntry entries[] = {
        {"session", 0, 0, G_OPTION_ARG_FILENAME, &session_dir, "the session's folder", "DIR"},
        {"follow", 0, 0, G_OPTION_ARG_NONE, &follow, "go on until the journal has ended", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;

    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(context,
                                 "Makes one playable file per track from a running journal.");
    if (!g_option_context_parse(context, &argc, &argv, &error) || argc > 1 || !session_dir) {
        fprintf(stderr, "oyer record: %s; see 'oyer record --help'\n",
                error ? error->message : argc > 1 ? "too many arguments" : "--session is missing");
        return 2;
    }
    oyer_sandbox_enter();
    if (!run(session_dir, follow, &error)) {
        fprintf(stderr, "oyer record: %s\n", error->message);
        return 1;
    }
    return 0;
}
