/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/reader.h"

#include <unistd.h>

#include "fixture.h"
#include "journal/error.h"

typedef struct {
    guint packets, rtcp, chains, starts, gaps, ends;
    gint64 last_us;
} Count;

/* Reads until there is no block, checking each packet's bytes. */
static OyerJournalResult read_on(OyerJournalReader *reader, Count *count)
{
    OyerJournalBlock block;
    OyerJournalResult result;
    g_autoptr(GError) error = NULL;

    while ((result = oyer_journal_reader_next(reader, &block, &error)) ==
           OYER_JOURNAL_BLOCK) {
        guint8 expected[1500];
        guint track = 0;

        g_assert_cmpint(block.at_us, >=, count->last_us);
        count->last_us = block.at_us;
        count->chains += block.type == OYER_JOURNAL_CHAIN;
        count->starts += block.type == OYER_JOURNAL_START;
        count->gaps += block.type == OYER_JOURNAL_GAP;
        count->ends += block.type == OYER_JOURNAL_END;
        if (block.type != OYER_JOURNAL_RTP && block.type != OYER_JOURNAL_RTCP)
            continue;
        while (strcmp(fixture_tracks[track].track, block.track->track))
            track++;
        guint number = count->packets / FIXTURE_TRACKS;
        gsize size =
            fixture_packet(expected, track, number, block.type == OYER_JOURNAL_RTCP);
        g_assert_cmpmem(block.data, (guint)block.size, expected, (guint)size);
        count->packets++;
        count->rtcp += block.type == OYER_JOURNAL_RTCP;
    }
    if (result == OYER_JOURNAL_BROKEN)
        g_test_message("%s", error->message);
    return result;
}

static void test_reads_what_was_written(void)
{
    g_autofree char *dir = fixture_dir();
    Count count = {0};

    fixture_make(dir, 5, 2);
    g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(dir);
    g_assert_cmpint(read_on(reader, &count), ==, OYER_JOURNAL_ENDED);
    g_assert_cmpuint(count.packets, ==, 5 * 50 * FIXTURE_TRACKS);
    g_assert_cmpuint(count.rtcp, ==, 5 * 2 * FIXTURE_TRACKS);
    g_assert_cmpuint(count.starts, ==, 3);
    g_assert_cmpuint(count.ends, ==, 1);
    g_assert_cmpint(oyer_journal_reader_start_us(reader), ==, FIXTURE_UTC_US);
    fixture_remove(dir);
}

static void test_tells_the_tracks_as_they_were_described(void)
{
    g_autofree char *dir = fixture_dir();
    g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(dir);
    OyerJournalBlock block;
    guint seen = 0;

    fixture_make(dir, 1, 0);
    while (seen < FIXTURE_TRACKS &&
           oyer_journal_reader_next(reader, &block, NULL) == OYER_JOURNAL_BLOCK) {
        if (block.type != OYER_JOURNAL_RTP)
            continue;
        const OyerJournalTrack *expected = &fixture_tracks[seen++];
        g_assert_cmpstr(block.track->track, ==, expected->track);
        g_assert_cmpstr(block.track->participant, ==, expected->participant);
        g_assert_cmpstr(block.track->kind, ==, expected->kind);
        g_assert_cmpstr(block.track->codec, ==, expected->codec);
        g_assert_cmpstr(block.track->fmtp, ==, expected->fmtp);
        g_assert_cmpuint(block.track->payload_type, ==, expected->payload_type);
        g_assert_cmpuint(block.track->clock_rate, ==, expected->clock_rate);
        g_assert_cmpuint(block.track->channels, ==, expected->channels);
        g_assert_cmpuint(block.track->level_id, ==, expected->level_id);
        g_assert_cmpuint(block.track->ssrc, ==, expected->ssrc);
    }
    g_assert_cmpuint(seen, ==, FIXTURE_TRACKS);
    fixture_remove(dir);
}

static void test_follows_a_growing_journal_byte_by_byte(void)
{
    g_autofree char *from = fixture_dir(), *to = fixture_dir();
    g_autofree char *source = g_build_filename(from, "000001.pcapng", NULL);
    g_autofree char *target = g_build_filename(to, "000001.pcapng", NULL);
    g_autofree char *bytes = NULL;
    gsize size;
    Count count = {0};
    FILE *file;

    fixture_make(from, 1, 0);
    g_assert_true(g_file_get_contents(source, &bytes, &size, NULL));
    g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(to);
    g_assert_cmpint(read_on(reader, &count), ==, OYER_JOURNAL_WAIT);
    file = fopen(target, "wbe");
    setvbuf(file, NULL, _IONBF, 0);
    for (gsize at = 0; at < size; at += 61) {
        gsize piece = MIN(61, size - at);
        g_assert_cmpint(read_on(reader, &count), ==, OYER_JOURNAL_WAIT);
        g_assert_cmpuint(fwrite(bytes + at, 1, piece, file), ==, piece);
    }
    g_assert_cmpint(read_on(reader, &count), ==, OYER_JOURNAL_ENDED);
    g_assert_cmpuint(count.packets, ==, 50 * FIXTURE_TRACKS);
    (void)fclose(file);
    fixture_remove(from);
    fixture_remove(to);
}

static void test_goes_on_from_each_position(void)
{
    g_autofree char *dir = fixture_dir();
    OyerJournalBlock block;
    guint total = 0;

    fixture_make(dir, 2, 1);
    g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(dir);
    while (oyer_journal_reader_next(reader, &block, NULL) == OYER_JOURNAL_BLOCK)
        total++;

    g_autoptr(OyerJournalReader) walker = oyer_journal_reader_new(dir);
    for (guint i = 0; i <= total; i++) {
        g_autofree char *position = oyer_journal_reader_position(walker);
        g_autoptr(OyerJournalReader) other = oyer_journal_reader_new(dir);
        g_autoptr(GError) error = NULL;
        guint left = 0;

        g_assert_true(oyer_journal_reader_seek(other, position, &error));
        while (oyer_journal_reader_next(other, &block, NULL) == OYER_JOURNAL_BLOCK)
            left++;
        g_assert_cmpuint(left, ==, total - i);
        (void)oyer_journal_reader_next(walker, &block, NULL);
    }
    fixture_remove(dir);
}

static void test_refuses_a_position_that_is_none(void)
{
    static const char *const bad[] = {"",    "1",    "0:0",   "1:3",
                                      "1:x", "-1:0", "9:100", "1:99999999999"};
    g_autofree char *dir = fixture_dir();

    fixture_make(dir, 1, 0);
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(dir);
        g_autoptr(GError) error = NULL;
        g_assert_false(oyer_journal_reader_seek(reader, bad[i], &error));
        g_assert_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_INVALID);
    }
    fixture_remove(dir);
}

/* Kills at any byte: what is whole is read, what is torn is no error. */
static void test_a_torn_end_is_no_error_when_an_epoch_follows(void)
{
    g_autofree char *from = fixture_dir();
    g_autofree char *source = g_build_filename(from, "000001.pcapng", NULL);
    g_autofree char *bytes = NULL;
    gsize size;
    {
        g_autoptr(OyerAppender) appender = fixture_open(from, 0);
        (void)fixture_fill(appender, FIXTURE_MONOTONIC_US, 1, 0, FALSE);
    }
    g_assert_true(g_file_get_contents(source, &bytes, &size, NULL));

    for (gsize cut = size - 2500; cut <= size; cut += 7) {
        g_autofree char *dir = fixture_dir();
        g_autofree char *path = g_build_filename(dir, "000001.pcapng", NULL);
        Count before = {0}, after = {0};
        g_autoptr(GError) error = NULL;

        g_assert_true(g_file_set_contents(path, bytes, (gssize)cut, NULL));
        g_autoptr(OyerJournalReader) first = oyer_journal_reader_new(dir);
        g_assert_cmpint(read_on(first, &before), ==, OYER_JOURNAL_WAIT);
        g_autoptr(OyerAppender) next = fixture_open(dir, 9000000);
        g_assert_true(oyer_appender_end(next, FIXTURE_MONOTONIC_US + 9500000, &error));

        g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(dir);
        g_assert_cmpint(read_on(reader, &after), ==, OYER_JOURNAL_ENDED);
        g_assert_cmpuint(after.packets, ==, before.packets);
        g_assert_cmpuint(after.gaps, ==, 1);
        g_assert_cmpuint(oyer_journal_reader_epoch(reader), ==, 2);
        /* A follower that waited goes over into the new epoch, too. */
        g_assert_cmpint(read_on(first, &before), ==, OYER_JOURNAL_ENDED);
        fixture_remove(dir);
    }
    fixture_remove(from);
}

static void test_a_torn_end_in_the_same_epoch_is_broken(void)
{
    g_autofree char *dir = fixture_dir();
    g_autofree char *path = g_build_filename(dir, "000001.pcapng", NULL);
    GStatBuf info;
    Count count = {0};

    fixture_make(dir, 2, 1);
    g_assert_cmpint(g_stat(path, &info), ==, 0);
    g_assert_cmpint(truncate(path, info.st_size - 2), ==, 0);
    g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(dir);
    g_assert_cmpint(read_on(reader, &count), ==, OYER_JOURNAL_BROKEN);
    fixture_remove(dir);
}

static void test_skips_damage_and_goes_on(void)
{
    g_autofree char *dir = fixture_dir();
    g_autofree char *path = g_build_filename(dir, "000001.pcapng", NULL);
    g_autofree char *bytes = NULL;
    gsize size;
    OyerJournalBlock block;
    OyerJournalResult result;
    guint packets = 0, broken = 0;

    fixture_make(dir, 2, 1);
    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    memset(bytes + size / 2, 0xee, 100);
    g_assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));

    g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(dir);
    while ((result = oyer_journal_reader_next(reader, &block, NULL)) !=
           OYER_JOURNAL_ENDED) {
        g_assert_cmpint(result, !=, OYER_JOURNAL_WAIT);
        if (result == OYER_JOURNAL_BROKEN) {
            broken++;
            oyer_journal_reader_skip(reader);
        } else if (block.type == OYER_JOURNAL_RTP || block.type == OYER_JOURNAL_RTCP) {
            packets++;
        }
    }
    g_assert_cmpuint(broken, ==, 1);
    g_assert_cmpuint(packets, >=, 2 * 50 * FIXTURE_TRACKS - 3);
    g_assert_cmpuint(packets, <, 2 * 50 * FIXTURE_TRACKS);
    fixture_remove(dir);
}

static void test_a_missing_segment_is_broken(void)
{
    g_autofree char *dir = fixture_dir();
    g_autofree char *path = g_build_filename(dir, "000002.pcapng", NULL);
    Count count = {0};

    fixture_make(dir, 3, 1);
    g_assert_cmpint(g_unlink(path), ==, 0);
    g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(dir);
    g_assert_cmpint(read_on(reader, &count), ==, OYER_JOURNAL_BROKEN);
    fixture_remove(dir);
}

/* Stock Wireshark reads a segment and finds RTP in it. */
static void test_tshark_dissects_a_segment(void)
{
    g_autofree char *dir = fixture_dir();
    g_autofree char *tshark = g_find_program_in_path("tshark");
    g_autofree char *output = NULL;
    g_autoptr(GError) error = NULL;
    int status;

    if (!tshark) {
        g_test_skip("tshark is not installed");
        return;
    }
    fixture_make(dir, 1, 0);
    g_autofree char *path = g_build_filename(dir, "000001.pcapng", NULL);
    const char *argv[] = {tshark,
                          "-r",
                          path,
                          "-d",
                          "udp.port==20000,rtp",
                          "-Y",
                          "rtp",
                          "-T",
                          "fields",
                          "-e",
                          "frame.interface_name",
                          "-e",
                          "ip.src",
                          "-e",
                          "rtp.ssrc",
                          "-e",
                          "rtp.seq",
                          "-e",
                          "ip.checksum.status",
                          "-o",
                          "ip.check_checksum:TRUE",
                          NULL};
    g_auto(GStrv) copy = g_strdupv((gpointer)argv);
    g_assert_true(g_spawn_sync(NULL, copy, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                               &output, NULL, &status, &error));
    g_assert_no_error(error);
    g_auto(GStrv) lines = g_strsplit(output, "\n", 0);
    g_assert_cmpuint(g_strv_length(lines) - 1, ==, 48);
    g_assert_cmpstr(lines[0], ==, "judge-audio\t10.0.0.1\t0x00000457\t0\t1");
    fixture_remove(dir);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/journal/reader/reads-what-was-written",
                    test_reads_what_was_written);
    g_test_add_func("/journal/reader/tells-the-tracks-as-they-were-described",
                    test_tells_the_tracks_as_they_were_described);
    g_test_add_func("/journal/reader/follows-a-growing-journal-byte-by-byte",
                    test_follows_a_growing_journal_byte_by_byte);
    g_test_add_func("/journal/reader/goes-on-from-each-position",
                    test_goes_on_from_each_position);
    g_test_add_func("/journal/reader/refuses-a-position-that-is-none",
                    test_refuses_a_position_that_is_none);
    g_test_add_func("/journal/reader/a-torn-end-is-no-error-when-an-epoch-follows",
                    test_a_torn_end_is_no_error_when_an_epoch_follows);
    g_test_add_func("/journal/reader/a-torn-end-in-the-same-epoch-is-broken",
                    test_a_torn_end_in_the_same_epoch_is_broken);
    g_test_add_func("/journal/reader/skips-damage-and-goes-on",
                    test_skips_damage_and_goes_on);
    g_test_add_func("/journal/reader/a-missing-segment-is-broken",
                    test_a_missing_segment_is_broken);
    g_test_add_func("/journal/reader/tshark-dissects-a-segment",
                    test_tshark_dissects_a_segment);
    return g_test_run();
}
