/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "recorder/reel.h"

#include <string.h>

#include "recorder/lane.h"
#include "recorder/sound.h"
#include "rtp/codec.h"
#include "rtp/packet.h"
#include "rtp/rtcp.h"

/* A retransmission that comes later than this is not waited for. */
#define HOLD_US (2 * G_USEC_PER_SEC)

/* What may wait inside a mux before reading stops for it. */
#define MUX_BYTES_MAX (16u << 20)

/* A first picture that comes this soon stands from the beginning; before a later
 * one there is black. */
#define LEAD_US (1 * G_USEC_PER_SEC)

/* Of a black picture, where the real size is not known. */
#define BLACK_WIDTH 640
#define BLACK_HEIGHT 360

/* A picture or sound that stays away longer is listed as a gap. */
#define GAP_US (2 * G_USEC_PER_SEC)

/* Seconds between 1900, where NTP begins, and 1970. */
#define NTP_TO_UNIX G_GINT64_CONSTANT(2208988800)

/* One SSRC of one track. */
typedef struct {
    OyerReel *reel; /* not owned */
    char *track, *kind;
    OyerCodec codec;
    guint payload_type;
    guint32 ssrc;
    guint clock_rate;
    OyerTimelineStream *time; /* owned by the participant's timeline */
    guint32 first_rtp;
    gint64 first_us, last_us; /* arrivals */
    guint64 packets;
    OyerLane *lane;
    GArray *gaps; /* gint64 pairs, arrivals */
} Stream;

struct OyerReel {
    char *participant, *file;
    gboolean screen;
    OyerCodec video;
    guint video_payload_type;
    gboolean sound_is_there;
    GPtrArray *streams; /* Stream, not owned */
    gint64 start_us, end_us;
    guint width, height; /* of the first key frame; 0: not known */
    gboolean video_begun;
    guint32 first_key_rtp;
    gint64 lead_us; /* how much earlier the first key frame is put */
    OyerMux *mux;
    OyerSound *sound;
};

struct OyerCast {
    GPtrArray *streams; /* Stream */
    GPtrArray *reels; /* OyerReel */
    GHashTable *timelines; /* participant -> OyerTimeline */
};

static void stream_free(gpointer data)
{
    Stream *self = data;

    g_free(self->track);
    g_free(self->kind);
    oyer_lane_free(self->lane);
    g_array_unref(self->gaps);
    g_free(self);
}

static void reel_free(gpointer data)
{
    OyerReel *self = data;

    g_free(self->participant);
    g_free(self->file);
    g_ptr_array_unref(self->streams);
    oyer_mux_free(self->mux);
    oyer_sound_free(self->sound);
    g_free(self);
}

OyerCast *oyer_cast_new(void)
{
    OyerCast *self = g_new0(OyerCast, 1);

    self->streams = g_ptr_array_new_with_free_func(stream_free);
    self->reels = g_ptr_array_new_with_free_func(reel_free);
    self->timelines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                            (GDestroyNotify)oyer_timeline_free);
    return self;
}

void oyer_cast_free(OyerCast *self)
{
    if (!self)
        return;
    g_ptr_array_unref(self->reels);
    g_ptr_array_unref(self->streams);
    g_hash_table_unref(self->timelines);
    g_free(self);
}

/* "P.webm"; further files of the same person, after a change of codec, "P-2.mp4". */
static char *file_name(OyerCast *self, const char *participant, gboolean screen,
                       OyerCodec video)
{
    guint before = 0;

    for (guint i = 0; i < self->reels->len; i++) {
        const OyerReel *reel = g_ptr_array_index(self->reels, i);
        before += reel->screen == screen && !strcmp(reel->participant, participant);
    }
    g_autofree char *number = before ? g_strdup_printf("-%u", before + 1) : g_strdup("");
    return g_strdup_printf("%s%s%s.%s", participant, screen ? "-screen" : "", number,
                           video == OYER_CODEC_H264 ? "mp4" : "webm");
}

/* The reel that a stream belongs to.  Sound goes into the person's first reel;
 * a reel that has only sound so far takes the first video that comes. */
static OyerReel *find_reel(OyerCast *self, const char *participant, gboolean screen,
                           OyerCodec codec)
{
    gboolean video = oyer_codec_is_video(codec);

    for (guint i = 0; i < self->reels->len; i++) {
        OyerReel *reel = g_ptr_array_index(self->reels, i);

        if (reel->screen != screen || strcmp(reel->participant, participant))
            continue;
        if (video && reel->video != OYER_CODEC_NONE && reel->video != codec)
            continue;
        if (video && reel->video == OYER_CODEC_NONE) {
            reel->video = codec;
            if (codec == OYER_CODEC_H264) {
                char *dot = strrchr(reel->file, '.');
                *dot = '\0';
                char *file = g_strconcat(reel->file, ".mp4", NULL);
                g_free(reel->file);
                reel->file = file;
            }
        }
        return reel;
    }

    OyerReel *reel = g_new0(OyerReel, 1);
    reel->participant = g_strdup(participant);
    reel->screen = screen;
    reel->video = video ? codec : OYER_CODEC_NONE;
    reel->file = file_name(self, participant, screen, codec);
    reel->streams = g_ptr_array_new();
    g_ptr_array_add(self->reels, reel);
    return reel;
}

static OyerTimeline *find_timeline(OyerCast *self, const char *participant)
{
    OyerTimeline *timeline = g_hash_table_lookup(self->timelines, participant);

    if (!timeline) {
        timeline = oyer_timeline_new();
        g_hash_table_insert(self->timelines, g_strdup(participant), timeline);
    }
    return timeline;
}

static Stream *find_stream(GPtrArray *streams, const OyerJournalTrack *track, guint32 ssrc)
{
    for (guint i = 0; i < streams->len; i++) {
        Stream *stream = g_ptr_array_index(streams, i);
        if (stream->ssrc == ssrc && !strcmp(stream->track, track->track) &&
            stream->codec == oyer_codec_from_name(track->codec))
            return stream;
    }
    return NULL;
}

static Stream *add_stream(OyerCast *self, const OyerJournalTrack *track, guint32 ssrc)
{
    OyerCodec codec = oyer_codec_from_name(track->codec);

    if (codec == OYER_CODEC_NONE || track->clock_rate == 0)
        return NULL; /* nothing that could be played */

    Stream *stream = g_new0(Stream, 1);
    stream->track = g_strdup(track->track);
    stream->kind = g_strdup(track->kind);
    stream->codec = codec;
    stream->ssrc = ssrc;
    stream->clock_rate = track->clock_rate;
    stream->payload_type = track->payload_type;
    stream->time = oyer_timeline_add(find_timeline(self, track->participant),
                                     track->clock_rate);
    stream->lane = oyer_lane_new(HOLD_US);
    stream->gaps = g_array_new(FALSE, FALSE, sizeof(gint64));
    stream->reel = find_reel(self, track->participant, !strcmp(track->kind, "screen"), codec);
    g_ptr_array_add(stream->reel->streams, stream);
    g_ptr_array_add(self->streams, stream);
    return stream;
}

static void learn_rtp(OyerCast *self, const OyerJournalBlock *block)
{
    OyerRtpPacket packet;

    if (!oyer_rtp_packet_parse(block->data, block->size, &packet) || !packet.payload_bytes)
        return;

    Stream *stream = find_stream(self->streams, block->track, packet.ssrc);
    if (!stream)
        stream = add_stream(self, block->track, packet.ssrc);
    if (!stream)
        return;

    if (stream->packets++ == 0) {
        stream->first_rtp = packet.rtp_time;
        stream->first_us = block->at_us;
    } else if (block->at_us - stream->last_us > GAP_US) {
        g_array_append_val(stream->gaps, stream->last_us);
        g_array_append_val(stream->gaps, block->at_us);
    }
    stream->last_us = block->at_us;
    OyerReel *reel = stream->reel;
    OyerPayload payload;
    if (oyer_codec_is_video(stream->codec) && reel->width == 0 &&
        oyer_codec_inspect(stream->codec, block->data + packet.header_bytes,
                           packet.payload_bytes, &payload)) {
        reel->width = payload.width;
        reel->height = payload.height;
    }
    oyer_timeline_packet(stream->time, packet.rtp_time, block->at_us);
}

static void learn_rtcp(OyerCast *self, const OyerJournalBlock *block)
{
    OyerRtcpReader reader;
    OyerRtcpBlock rtcp;
    OyerRtcpSenderInfo info;

    if (!oyer_rtcp_reader_init(&reader, block->data, block->size))
        return;
    while (oyer_rtcp_reader_next(&reader, &rtcp)) {
        if (!oyer_rtcp_sender_info(&rtcp, &info) || info.ntp == 0)
            continue;
        Stream *stream = find_stream(self->streams, block->track, info.ssrc);
        if (!stream || stream->packets == 0)
            continue;
        gint64 seconds = (gint64)(info.ntp >> 32) - NTP_TO_UNIX;
        gint64 fraction_us = (gint64)((info.ntp & 0xffffffff) * G_USEC_PER_SEC >> 32);
        oyer_timeline_report(stream->time, info.rtp_time,
                             seconds * G_USEC_PER_SEC + fraction_us, block->at_us);
    }
}

void oyer_cast_learn(OyerCast *self, const OyerJournalBlock *block)
{
    if (block->type == OYER_JOURNAL_RTP)
        learn_rtp(self, block);
    else if (block->type == OYER_JOURNAL_RTCP)
        learn_rtcp(self, block);
}

static void solve_reel(OyerReel *self)
{
    self->start_us = G_MAXINT64;
    for (guint i = 0; i < self->streams->len; i++) {
        Stream *stream = g_ptr_array_index(self->streams, i);
        gint64 first_us = oyer_timeline_at(stream->time, stream->first_rtp);

        oyer_timeline_rewind(stream->time);
        self->start_us = MIN(self->start_us, first_us);
        self->end_us = MAX(self->end_us, stream->last_us);
        if (oyer_codec_is_video(stream->codec))
            self->video_payload_type = stream->payload_type;
        else
            self->sound_is_there = TRUE;
    }
}

void oyer_cast_solve(OyerCast *self)
{
    GHashTableIter iter;
    gpointer timeline;

    g_hash_table_iter_init(&iter, self->timelines);
    while (g_hash_table_iter_next(&iter, NULL, &timeline))
        oyer_timeline_solve(timeline);
    for (guint i = 0; i < self->reels->len; i++)
        solve_reel(g_ptr_array_index(self->reels, i));
}

guint oyer_cast_reels(const OyerCast *self)
{
    return self->reels->len;
}

OyerReel *oyer_cast_reel(const OyerCast *self, guint index)
{
    return g_ptr_array_index(self->reels, index);
}

const char *oyer_reel_participant(const OyerReel *self)
{
    return self->participant;
}

gboolean oyer_reel_is_screen(const OyerReel *self)
{
    return self->screen;
}

gint64 oyer_reel_start_us(const OyerReel *self)
{
    return self->start_us;
}

gint64 oyer_reel_end_us(const OyerReel *self)
{
    return self->end_us;
}

OyerMux *oyer_reel_open(OyerReel *self, const char *dir, gboolean captions, GError **error)
{
    g_autofree char *path = g_build_filename(dir, self->file, NULL);
    const OyerMuxSetup setup = {
        .container = self->video == OYER_CODEC_H264 ? OYER_MUX_MP4 : OYER_MUX_WEBM,
        .video_codec = self->video ? oyer_codec_name(self->video) : NULL,
        .video_payload_type = self->video_payload_type,
        .sound = self->sound_is_there,
        .captions = captions,
        .created_us = self->start_us,
    };

    return oyer_mux_new(path, &setup, error);
}

static void on_sound(const guint8 *data, gsize size, gint64 at_us, gint64 duration_us,
                     gpointer user_data)
{
    OyerReel *self = user_data;

    oyer_mux_sound(self->mux, data, size, at_us - self->start_us, duration_us);
}

void oyer_reel_begin(OyerReel *self, OyerMux *mux)
{
    self->mux = mux;
    if (self->sound_is_there) {
        self->sound = oyer_sound_new(on_sound, self);
        oyer_sound_begin(self->sound, self->start_us);
    }
}

/* CVE-2026-119610: these H.264 packet types are read past their end by the
 * depayloader; no browser sends them (RFC 6184: STAP-B, MTAP16, MTAP24, FU-B). */
static gboolean is_dangerous(const Stream *stream, const guint8 *payload)
{
    guint8 type = payload[0] & 0x1f;

    return stream->codec == OYER_CODEC_H264 && type >= 25 && type != 28;
}

/*
 * The picture begins with a key frame, and at the file's very beginning: players
 * look up where to go by the pictures, and Chromium gives up on a file when asked
 * for a moment before the first of them.
 *
 * Returns: FALSE for what comes before that key frame, which nobody can decode.
 */
static gboolean begin_video(OyerReel *self, const Stream *stream, const guint8 *payload,
                            const OyerRtpPacket *packet, gint64 at_us)
{
    OyerPayload inspected;

    if (!oyer_codec_inspect(stream->codec, payload, packet->payload_bytes, &inspected) ||
        !inspected.keyframe)
        return FALSE;
    self->video_begun = TRUE;
    self->first_key_rtp = packet->rtp_time;
    if (at_us - self->start_us <= LEAD_US)
        self->lead_us = at_us - self->start_us;
    else
        oyer_mux_black(self->mux, self->width ? self->width : BLACK_WIDTH,
                       self->height ? self->height : BLACK_HEIGHT,
                       (guint16)(packet->seq - 1));
    return TRUE;
}

static void write_video(OyerReel *self, Stream *stream, OyerLanePacket *next,
                        const OyerRtpPacket *packet, gint64 at_us)
{
    const guint8 *payload = next->data + packet->header_bytes;

    if (!self->video_begun && !begin_video(self, stream, payload, packet, at_us))
        return;
    if (packet->rtp_time == self->first_key_rtp)
        at_us -= self->lead_us;
    /* One stream to the depayloader, whatever SSRC and type it came with. */
    oyer_rtp_packet_patch(next->data, (guint8)self->video_payload_type, packet->seq,
                          packet->rtp_time, 1);
    oyer_mux_video(self->mux, next->data, next->size, next->after_loss,
                   at_us - self->start_us);
}

static void drain(OyerReel *self, Stream *stream, gboolean flush)
{
    for (;;) {
        g_autofree OyerLanePacket *next = oyer_lane_pop(stream->lane, flush);
        OyerRtpPacket packet;

        if (!next)
            return;
        if (!oyer_rtp_packet_parse(next->data, next->size, &packet) || !packet.payload_bytes)
            continue;

        const guint8 *payload = next->data + packet.header_bytes;
        gint64 at_us = oyer_timeline_at(stream->time, packet.rtp_time);
        if (is_dangerous(stream, payload))
            continue;
        if (oyer_codec_is_video(stream->codec)) {
            write_video(self, stream, next, &packet, at_us);
        } else {
            gboolean red = stream->codec == OYER_CODEC_RED &&
                           packet.payload_type == stream->payload_type;
            oyer_sound_push(self->sound, payload, packet.payload_bytes, red,
                            next->after_loss, at_us);
        }
    }
}

gboolean oyer_reel_write(OyerReel *self, const OyerJournalBlock *block, GError **error)
{
    OyerRtpPacket packet;

    if (block->type != OYER_JOURNAL_RTP || strcmp(block->track->participant, self->participant))
        return TRUE;
    if (!oyer_rtp_packet_parse(block->data, block->size, &packet) || !packet.payload_bytes)
        return TRUE;

    Stream *stream = find_stream(self->streams, block->track, packet.ssrc);
    if (!stream)
        return TRUE; /* of another reel of this person */
    oyer_lane_push(stream->lane, packet.seq, block->data, block->size, block->at_us);
    drain(self, stream, FALSE);
    oyer_mux_throttle(self->mux, MUX_BYTES_MAX);
    return oyer_mux_check(self->mux, error);
}

gboolean oyer_reel_finish(OyerReel *self, GError **error)
{
    for (guint i = 0; i < self->streams->len; i++)
        drain(self, g_ptr_array_index(self->streams, i), TRUE);
    if (self->sound)
        oyer_sound_fill(self->sound, self->end_us);
    return oyer_mux_finish(self->mux, error);
}

static json_t *describe_track(const Stream *stream)
{
    return json_pack("{ss ss ss sI sI sI sI}", "track", stream->track, "kind", stream->kind,
                     "codec", oyer_codec_name(stream->codec), "start_us",
                     (json_int_t)stream->first_us, "end_us", (json_int_t)stream->last_us,
                     "packets", (json_int_t)stream->packets, "lost",
                     (json_int_t)oyer_lane_lost(stream->lane));
}

json_t *oyer_reel_describe(const OyerReel *self)
{
    json_t *tracks = json_array(), *gaps = json_array();
    const char *mime = self->video == OYER_CODEC_H264 ? "video/mp4"
                       : self->video                  ? "video/webm"
                                                      : "audio/webm";

    for (guint i = 0; i < self->streams->len; i++) {
        const Stream *stream = g_ptr_array_index(self->streams, i);

        json_array_append_new(tracks, describe_track(stream));
        for (guint k = 0; k + 1 < stream->gaps->len; k += 2)
            json_array_append_new(
                gaps, json_pack("{ss sI sI}", "track", stream->track, "from_us",
                                (json_int_t)g_array_index(stream->gaps, gint64, k), "to_us",
                                (json_int_t)g_array_index(stream->gaps, gint64, k + 1)));
    }
    return json_pack("{ss ss ss ss sI sI so so}", "participant", self->participant, "kind",
                     self->screen ? "screen" : "camera", "file", self->file, "mime", mime,
                     "start_us", (json_int_t)self->start_us, "duration_us",
                     (json_int_t)(self->end_us - self->start_us), "tracks", tracks, "gaps",
                     gaps);
}
