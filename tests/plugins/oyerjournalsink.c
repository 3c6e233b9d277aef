/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/check/gstharness.h>
#include <gst/rtp/gstrtpbuffer.h>

#include "../unit/journal/fixture.h"
#include "elements.h"
#include "journal/gstoyerjournalsink.h"

static GstBuffer *make_rtp(guint16 seq, guint32 ssrc)
{
    GstBuffer *packet = gst_rtp_buffer_new_allocate(20, 0, 0);
    GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

    g_assert_true(gst_rtp_buffer_map(packet, GST_MAP_WRITE, &rtp));
    gst_rtp_buffer_set_seq(&rtp, seq);
    gst_rtp_buffer_set_ssrc(&rtp, ssrc);
    gst_rtp_buffer_set_payload_type(&rtp, 111);
    gst_rtp_buffer_unmap(&rtp);
    GST_BUFFER_PTS(packet) = (GstClockTime)g_get_monotonic_time() * 1000;
    return packet;
}

/* A sender report, as rtcp-mux puts it among the packets. */
static GstBuffer *make_rtcp(void)
{
    static const guint8 report[28] = {0x80, 200, 0, 6};

    return gst_buffer_new_memdup(report, sizeof report);
}

typedef struct {
    char *dir;
    GstElement *sink;
    GstHarness *harness; /* of its first pad */
} Fixture;

static void setup(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->dir = fixture_dir();
    fixture->sink = gst_element_factory_make("oyerjournalsink", NULL);
    fixture->harness = gst_harness_new_with_element(fixture->sink, "sink_0", NULL);
    gst_harness_set_src_caps_str(
        fixture->harness,
        "application/x-rtp,media=audio,encoding-name=OPUS,payload=111,"
        "clock-rate=48000");
}

static void teardown(Fixture *fixture, gconstpointer data)
{
    (void)data;
    gst_harness_teardown(fixture->harness);
    gst_object_unref(fixture->sink);
    fixture_remove(fixture->dir);
    g_free(fixture->dir);
}

static void open_journal(Fixture *fixture)
{
    OyerJournalSink *sink = OYER_JOURNAL_SINK(fixture->sink);
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_journal_sink_arm(sink, fixture->dir, 0, &error));
    g_assert_true(oyer_journal_sink_start(sink, 0, &error));
    g_assert_no_error(error);
}

static void close_journal(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_journal_sink_close(OYER_JOURNAL_SINK(fixture->sink), &error));
    g_assert_no_error(error);
}

static void test_writes_a_list_with_rtp_and_rtcp(Fixture *fixture, gconstpointer data)
{
    GstPad *pad = gst_element_get_static_pad(fixture->sink, "sink_0");
    GstBufferList *list = gst_buffer_list_new();
    OyerJournalBlock block;
    guint rtp = 0, rtcp = 0;

    (void)data;
    oyer_journal_sink_describe(OYER_JOURNAL_SINK(fixture->sink), pad,
                               &fixture_tracks[0]);
    open_journal(fixture);
    for (guint16 seq = 0; seq < 100; seq++)
        gst_buffer_list_add(list, seq % 10 == 5 ? make_rtcp() : make_rtp(seq, 77));
    g_assert_cmpint(gst_pad_push_list(fixture->harness->srcpad, list), ==, GST_FLOW_OK);
    close_journal(fixture);

    g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(fixture->dir);
    while (oyer_journal_reader_next(reader, &block, NULL) == OYER_JOURNAL_BLOCK) {
        rtcp += block.type == OYER_JOURNAL_RTCP;
        if (block.type != OYER_JOURNAL_RTP)
            continue;
        rtp++;
        g_assert_cmpstr(block.track->track, ==, "judge-audio");
        g_assert_cmpstr(block.track->codec, ==, "opus");
        /* The description's own is not asked; the packets know. */
        g_assert_cmpuint(block.track->ssrc, ==, 77);
    }
    g_assert_cmpuint(rtp, ==, 90);
    g_assert_cmpuint(rtcp, ==, 10);
    gst_object_unref(pad);
}

static void test_writes_nothing_before_start_or_after_close(Fixture *fixture,
                                                            gconstpointer data)
{
    g_auto(OyerJournalStatus) status = {0};

    (void)data;
    g_assert_cmpint(gst_harness_push(fixture->harness, make_rtp(1, 1)), ==,
                    GST_FLOW_OK);
    open_journal(fixture);
    g_assert_cmpint(gst_harness_push(fixture->harness, make_rtp(2, 1)), ==,
                    GST_FLOW_OK);
    close_journal(fixture);
    g_assert_cmpint(gst_harness_push(fixture->harness, make_rtp(3, 1)), ==,
                    GST_FLOW_OK);
    oyer_journal_sink_status(OYER_JOURNAL_SINK(fixture->sink), &status);
    g_assert_cmpuint(status.packets, ==, 1);
    g_assert_cmpint(status.state, ==, OYER_JOURNAL_CLOSED);
}

static void test_takes_its_track_from_the_caps(Fixture *fixture, gconstpointer data)
{
    g_auto(OyerJournalStatus) status = {0};

    (void)data;
    open_journal(fixture);
    g_assert_cmpint(gst_harness_push(fixture->harness, make_rtp(2, 1)), ==,
                    GST_FLOW_OK);
    close_journal(fixture);
    oyer_journal_sink_status(OYER_JOURNAL_SINK(fixture->sink), &status);
    OyerJournalTrackStatus *track =
        &g_array_index(status.tracks, OyerJournalTrackStatus, 0);
    g_assert_cmpstr(track->track, ==, "sink_0");
    g_assert_cmpstr(track->kind, ==, "audio");
    g_assert_cmpstr(track->codec, ==, "opus");
}

static void test_a_second_journal_follows_the_first(Fixture *fixture,
                                                    gconstpointer data)
{
    g_autofree char *second = fixture_dir();
    g_auto(OyerJournalStatus) status = {0};
    g_autoptr(GError) error = NULL;
    OyerJournalSink *sink = OYER_JOURNAL_SINK(fixture->sink);

    (void)data;
    open_journal(fixture);
    g_assert_cmpint(gst_harness_push(fixture->harness, make_rtp(1, 1)), ==,
                    GST_FLOW_OK);
    close_journal(fixture);
    g_assert_true(oyer_journal_sink_arm(sink, second, 0, &error));
    g_assert_true(oyer_journal_sink_start(sink, 0, &error));
    g_assert_cmpint(gst_harness_push(fixture->harness, make_rtp(2, 1)), ==,
                    GST_FLOW_OK);
    close_journal(fixture);
    oyer_journal_sink_status(sink, &status);
    g_assert_cmpstr(status.dir, ==, second);
    g_assert_cmpuint(status.packets, ==, 1);
    g_autoptr(OyerJournalVerdict) verdict = oyer_journal_verify(second, &error);
    g_assert_cmpuint(verdict->findings->len, ==, 0);
    fixture_remove(second);
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        void (*test)(Fixture *, gconstpointer);
    } tests[] = {
        {"writes-a-list-with-rtp-and-rtcp", test_writes_a_list_with_rtp_and_rtcp},
        {"writes-nothing-before-start-or-after-close",
         test_writes_nothing_before_start_or_after_close},
        {"takes-its-track-from-the-caps", test_takes_its_track_from_the_caps},
        {"a-second-journal-follows-the-first", test_a_second_journal_follows_the_first},
    };

    /* The elements are in this program; the plugin with the same types is not wanted. */
    (void)g_setenv("GST_REGISTRY_DISABLE", "yes", TRUE);
    gst_init(&argc, &argv);
    g_assert_true(oyer_elements_register(NULL));
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path =
            g_strconcat("/plugins/oyerjournalsink/", tests[i].name, NULL);
        g_test_add(path, Fixture, NULL, setup, tests[i].test, teardown);
    }
    return g_test_run();
}
