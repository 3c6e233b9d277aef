/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/appender.h"

#include <fcntl.h>
#include <unistd.h>

#include "fixture.h"
#include "journal/recover.h"

#define HOUR_US (G_GINT64_CONSTANT(3600) * G_USEC_PER_SEC)

static void test_a_segment_is_full_after_a_minute(void)
{
    g_autofree char *dir = fixture_dir();
    g_autoptr(OyerAppender) appender = fixture_open(dir, 0);

    g_assert_false(oyer_appender_is_full(appender, FIXTURE_MONOTONIC_US +
                                                       OYER_APPENDER_SEGMENT_US - 1));
    g_assert_true(oyer_appender_is_full(appender, FIXTURE_MONOTONIC_US +
                                                      OYER_APPENDER_SEGMENT_US));
    fixture_remove(dir);
}

/* A source that has a new SSRC with each packet must not make an unreadable segment. */
static void test_a_segment_is_full_of_descriptions(void)
{
    g_autofree char *dir = fixture_dir();
    g_autoptr(OyerAppender) appender = fixture_open(dir, 0);
    OyerJournalTrack track = fixture_tracks[0];
    guint changes = 0;

    while (!oyer_appender_is_full(appender, FIXTURE_MONOTONIC_US)) {
        track.ssrc = changes++;
        oyer_appender_describe(appender, 0, &track);
        oyer_appender_packet(appender, 0, FALSE, FIXTURE_MONOTONIC_US,
                             (const guint8 *)"packet-bytes", 12);
        g_assert_cmpuint(changes, <, 16384);
    }
    g_assert_true(oyer_appender_chain(appender, FIXTURE_MONOTONIC_US, NULL));
    g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(dir);
    OyerJournalBlock block;
    guint packets = 0;
    OyerJournalResult result;
    while ((result = oyer_journal_reader_next(reader, &block, NULL)) ==
           OYER_JOURNAL_BLOCK)
        packets += block.type == OYER_JOURNAL_RTP;
    g_assert_cmpint(result, ==, OYER_JOURNAL_WAIT);
    g_assert_cmpuint(packets, ==, changes);
    fixture_remove(dir);
}

static void test_the_clock_never_goes_back_over_a_kill(void)
{
    g_autofree char *dir = fixture_dir();
    gint64 behind_us;
    OyerJournalRecovery before;
    {
        g_autoptr(OyerAppender) killed = fixture_open(dir, 0);
        behind_us = fixture_fill(killed, FIXTURE_MONOTONIC_US, 2, 0, FALSE);
    }
    g_assert_true(oyer_journal_recover(dir, &before, NULL));
    g_assert_cmpuint(before.epoch, ==, 1);
    g_assert_cmpint(before.last_us, ==,
                    FIXTURE_UTC_US + behind_us - 20000 - FIXTURE_MONOTONIC_US);

    /* The wall clock was set back by an hour meanwhile. */
    g_autoptr(OyerAppender) next = fixture_open(dir, -HOUR_US);
    g_assert_cmpint(oyer_appender_utc_us(next, FIXTURE_MONOTONIC_US - HOUR_US), >,
                    before.last_us);
    fixture_remove(dir);
}

static void test_refuses_a_journal_that_has_ended(void)
{
    g_autofree char *dir = fixture_dir();
    g_autoptr(GError) error = NULL;

    fixture_make(dir, 1, 0);
    g_assert_null(oyer_appender_new(dir, FIXTURE_UTC_US, 0, 0, &error));
    g_assert_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_STATE);
    fixture_remove(dir);
}

/* A power cut can leave the last file empty: the one before it tells the state. */
static void test_goes_on_behind_an_empty_segment(void)
{
    g_autofree char *dir = fixture_dir();
    g_autofree char *empty = g_build_filename(dir, "000002.pcapng", NULL);
    g_autoptr(GError) error = NULL;
    {
        g_autoptr(OyerAppender) killed = fixture_open(dir, 0);
        (void)fixture_fill(killed, FIXTURE_MONOTONIC_US, 1, 0, TRUE);
    }
    g_assert_true(g_file_set_contents(empty, "", 0, NULL));
    {
        g_autoptr(OyerAppender) next = fixture_open(dir, 5000000);
        g_assert_true(oyer_appender_end(next, FIXTURE_MONOTONIC_US + 5500000, &error));
    }
    g_autoptr(OyerJournalVerdict) verdict = oyer_journal_verify(dir, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(verdict->findings->len, ==, 0);
    g_assert_cmpuint(verdict->epochs, ==, 2);
    g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(dir);
    OyerJournalBlock block;
    OyerJournalResult result;
    while ((result = oyer_journal_reader_next(reader, &block, &error)) ==
           OYER_JOURNAL_BLOCK)
        ;
    g_assert_cmpint(result, ==, OYER_JOURNAL_ENDED);
    fixture_remove(dir);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/journal/appender/a-segment-is-full-after-a-minute",
                    test_a_segment_is_full_after_a_minute);
    g_test_add_func("/journal/appender/a-segment-is-full-of-descriptions",
                    test_a_segment_is_full_of_descriptions);
    g_test_add_func("/journal/appender/the-clock-never-goes-back-over-a-kill",
                    test_the_clock_never_goes_back_over_a_kill);
    g_test_add_func("/journal/appender/refuses-a-journal-that-has-ended",
                    test_refuses_a_journal_that_has_ended);
    g_test_add_func("/journal/appender/goes-on-behind-an-empty-segment",
                    test_goes_on_behind_an_empty_segment);
    return g_test_run();
}
