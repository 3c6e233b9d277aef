/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Writes the journal of a hearing that never was: synthetic-journal DIR SECONDS
 * [CAMERA-SECONDS].
 * Prints the UTC µs of its beginning.
 *
 * One participant, "P1", whose picture turns white for 200 ms every ten
 * seconds, and who beeps at the same moments.  His sound card runs 90 ppm fast,
 * his camera's clock 60 ppm slow, his wall clock is wrong by months, the
 * network delays by 20 to 60 ms, and half-way he is away for 30 s and comes back with
 * new SSRCs, as after a reconnect.  His camera comes on CAMERA-SECONDS later
 * than his microphone.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

#include "journal/writer.h"
#include "rtp/packet.h"
#include "rtp/rtcp.h"

#define WIDTH 64
#define HEIGHT 48
#define FRAME_US 100000
#define PERIOD_US (10 * (gint64)G_USEC_PER_SEC)
#define FLASH_US 200000
#define AWAY_US (30 * (gint64)G_USEC_PER_SEC)
/* Of the sender's wall clock at the beginning: whatever it is, it is wrong. */
#define SENDER_BEGIN_US G_GINT64_CONSTANT(1790000000000000)

typedef struct {
    const char *track, *kind, *codec;
    guint payload_type, rate;
    double drift; /* of its RTP clock against the sender's wall clock */
    double stretch; /* of what its encoder calls a second: sound cards count samples */
    gint64 step_us; /* of one buffer, by the encoder's count */
} Clock;

static const Clock video = {"P1-video", "video", "VP8", 96, 90000, -60e-6, 0, FRAME_US};
static const Clock audio = {"P1-audio", "audio", "opus", 111, 48000, 90e-6, 90e-6, 20000};

typedef struct {
    gint64 arrival_us;
    guint order; /* keeps packets of one time in their order */
    guint track;
    gboolean rtcp;
    GBytes *bytes;
} Packet;

typedef struct {
    GArray *packets; /* Packet */
    GRand *rand;
    OyerJournalWriter *writer;
    gint64 begin_us; /* monotonic time that stands for the opening */
} Synthesis;

/* One run of a stream: from joining to leaving. */
typedef struct {
    const Clock *clock;
    guint track;
    guint32 ssrc, base;
    guint16 seq;
    gint64 from_us, last_report_us;
} Run;

static guint32 rtp_at(const Run *run, gint64 true_us)
{
    return run->base + (guint32)llround((double)(true_us - run->from_us) *
                                        (1 + run->clock->drift) * run->clock->rate / 1e6);
}

static void add(Synthesis *self, const Run *run, gboolean rtcp, const guint8 *data, gsize size,
                gint64 true_us)
{
    Packet packet = {
        .arrival_us = true_us + 20000 + g_rand_int_range(self->rand, 0, 40000),
        .order = self->packets->len,
        .track = run->track,
        .rtcp = rtcp,
        .bytes = g_bytes_new(data, size),
    };

    g_array_append_val(self->packets, packet);
}

static void add_report(Synthesis *self, Run *run, gint64 true_us)
{
    guint8 bytes[128];
    OyerRtcpWriter writer = {bytes, sizeof bytes, 0};
    gint64 noise_us = g_rand_int_range(self->rand, -5000, 5000);
    OyerRtcpSenderInfo info = {
        .ssrc = run->ssrc,
        .ntp = oyer_rtcp_ntp(SENDER_BEGIN_US + true_us + noise_us),
        .rtp_time = rtp_at(run, true_us),
    };

    if (!oyer_rtcp_write_sr(&writer, &info, NULL, 0))
        g_error("no room for a report");
    add(self, run, TRUE, bytes, writer.size, true_us);
    run->last_report_us = true_us;
}

static void add_rtp(Synthesis *self, Run *run, GstBuffer *buffer, gint64 true_us)
{
    guint8 bytes[2048];
    gsize size = gst_buffer_extract(buffer, 0, bytes, sizeof bytes);

    oyer_rtp_packet_patch(bytes, (guint8)run->clock->payload_type, run->seq++,
                          rtp_at(run, true_us), run->ssrc);
    add(self, run, FALSE, bytes, size, true_us);
    if (true_us - run->last_report_us > 5 * G_USEC_PER_SEC)
        add_report(self, run, true_us);
}

/* When the moment came that the encoder calls @media_us. */
static gint64 true_time(const Run *run, gint64 media_us)
{
    return run->from_us + (gint64)((double)media_us / (1 + run->clock->stretch));
}

typedef GstBuffer *(*MakeFunc)(const Run *run, gint64 media_us);

/* A frame is white for FLASH_US from every tenth second on. */
static GstBuffer *make_picture(const Run *run, gint64 media_us)
{
    GstBuffer *buffer = gst_buffer_new_allocate(NULL, WIDTH * HEIGHT * 3 / 2, NULL);
    gboolean white = true_time(run, media_us) % PERIOD_US < FLASH_US;

    gst_buffer_memset(buffer, 0, white ? 235 : 16, WIDTH * HEIGHT);
    gst_buffer_memset(buffer, WIDTH * HEIGHT, 128, WIDTH * HEIGHT / 2);
    return buffer;
}

static GstBuffer *make_sound(const Run *run, gint64 media_us)
{
    gint16 samples[960];

    for (guint i = 0; i < G_N_ELEMENTS(samples); i++) {
        double us = (double)run->from_us +
                    ((double)media_us + i / 0.048) / (1 + run->clock->stretch);
        gboolean beep = fmod(us, (double)PERIOD_US) < 100000;
        samples[i] = beep ? (gint16)(20000 * sin(us * 1e-6 * 2 * G_PI * 1000)) : 0;
    }
    return gst_buffer_new_memdup(samples, sizeof samples);
}

static void encode(Synthesis *self, Run *run, const char *description, MakeFunc make,
                   gint64 until_us)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GstElement) pipeline = gst_parse_launch(description, &error);

    if (!pipeline)
        g_error("%s", error->message);
    g_autoptr(GstElement) in = gst_bin_get_by_name(GST_BIN(pipeline), "in");
    g_autoptr(GstElement) out = gst_bin_get_by_name(GST_BIN(pipeline), "out");
    gst_element_set_state(pipeline, GST_STATE_PLAYING);

    for (gint64 media_us = 0;; media_us += run->clock->step_us) {
        GstBuffer *buffer = make(run, media_us);
        gboolean last = true_time(run, media_us) >= until_us;

        GST_BUFFER_PTS(buffer) = (GstClockTime)media_us * GST_USECOND;
        (void)gst_app_src_push_buffer(GST_APP_SRC(in), buffer);
        if (last)
            (void)gst_app_src_end_of_stream(GST_APP_SRC(in));
        for (;;) {
            g_autoptr(GstSample) sample =
                last ? gst_app_sink_pull_sample(GST_APP_SINK(out))
                     : gst_app_sink_try_pull_sample(GST_APP_SINK(out), 0);
            if (!sample)
                break;
            GstBuffer *packet = gst_sample_get_buffer(sample);
            add_rtp(self, run, packet,
                    true_time(run, (gint64)(GST_BUFFER_PTS(packet) / GST_USECOND)));
        }
        if (last)
            break;
    }
    gst_element_set_state(pipeline, GST_STATE_NULL);
}

static void play(Synthesis *self, gint64 from_us, gint64 camera_us, gint64 until_us,
                 guint32 seed)
{
    Run picture = {&video, 0, seed * 2 + 1, seed * 77777777u, 60000, camera_us, camera_us};
    Run sound = {&audio, 1, seed * 2 + 2, ~seed * 33333333u, 65000, from_us, from_us};

    encode(self, &picture,
           "appsrc name=in format=time caps=video/x-raw,format=I420,width=64,height=48,"
           "framerate=10/1 ! vp8enc deadline=1 cpu-used=8 keyframe-max-dist=50 ! "
           "rtpvp8pay mtu=1200 picture-id-mode=2 ! appsink name=out sync=false",
           make_picture, until_us);
    encode(self, &sound,
           "appsrc name=in format=time caps=audio/x-raw,format=S16LE,rate=48000,channels=1,"
           "layout=interleaved ! opusenc complexity=0 bitrate=24000 ! rtpopuspay ! "
           "appsink name=out sync=false",
           make_sound, until_us);
}

static gint compare(gconstpointer a, gconstpointer b)
{
    const Packet *x = a, *y = b;

    if (x->arrival_us != y->arrival_us)
        return x->arrival_us < y->arrival_us ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

static void write_journal(Synthesis *self)
{
    g_array_sort(self->packets, compare);
    for (guint i = 0; i < self->packets->len; i++) {
        Packet *packet = &g_array_index(self->packets, Packet, i);
        gsize size;
        const guint8 *data = g_bytes_get_data(packet->bytes, &size);
        OyerJournalPacket entry = {
            .track = packet->track,
            .is_rtcp = packet->rtcp ? 1 : 0,
            .arrival_us = self->begin_us + packet->arrival_us,
            .data = data,
            .size = size,
        };
        while (oyer_journal_writer_push(self->writer, &entry, 1) == 0)
            g_usleep(1000); /* its queue is full: an hour comes in seconds here */
        g_bytes_unref(packet->bytes);
    }
}

int main(int argc, char *argv[])
{
    g_autoptr(GError) error = NULL;

    gst_init(&argc, &argv);
    if (argc < 3 || argc > 4)
        g_error("usage: synthetic-journal DIR SECONDS [CAMERA-SECONDS]");
    gint64 camera_us = argc > 3 ? g_ascii_strtoll(argv[3], NULL, 10) * G_USEC_PER_SEC : 0;
    gint64 length_us = g_ascii_strtoll(argv[2], NULL, 10) * G_USEC_PER_SEC;
    Synthesis self = {
        .packets = g_array_new(FALSE, FALSE, sizeof(Packet)),
        .rand = g_rand_new_with_seed(1),
        .writer = oyer_journal_writer_new(),
    };

    /* Whole periods, so that flashes fall on the same grid in both runs. */
    gint64 half_us = length_us / 2 / PERIOD_US * PERIOD_US;
    play(&self, 0, camera_us, half_us, 1);
    play(&self, half_us + AWAY_US, half_us + AWAY_US, length_us, 2);

    if (!oyer_journal_writer_arm(self.writer, argv[1], 1 << 20, &error) ||
        !oyer_journal_writer_start(self.writer, 0, &error))
        g_error("%s", error->message);
    self.begin_us = g_get_monotonic_time();
    printf("%" G_GINT64_FORMAT "\n", g_get_real_time());
    const Clock *clocks[] = {&video, &audio};
    for (guint i = 0; i < G_N_ELEMENTS(clocks); i++) {
        OyerJournalTrack track = {
            .track = clocks[i]->track,
            .participant = "P1",
            .kind = clocks[i]->kind,
            .codec = clocks[i]->codec,
            .fmtp = "",
            .payload_type = clocks[i]->payload_type,
            .clock_rate = clocks[i]->rate,
            .channels = i == 1 ? 2 : 0,
        };
        g_assert_cmpint(oyer_journal_writer_add_track(self.writer, &track), ==, (int)i);
    }
    write_journal(&self);
    if (!oyer_journal_writer_close(self.writer, &error))
        g_error("%s", error->message);
    oyer_journal_writer_free(self.writer);
    g_array_unref(self.packets);
    g_rand_free(self.rand);
    return 0;
}
