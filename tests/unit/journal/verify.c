/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/verify.h"

#include <fcntl.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "fixture.h"
#include "journal/pcapng.h"
#include "journal/segment.h"

#define FLIPS 2000

static void assert_whole(const char *dir)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerJournalVerdict) verdict = oyer_journal_verify(dir, &error);

    g_assert_no_error(error);
    for (guint i = 0; i < verdict->findings->len; i++) {
        OyerJournalFinding *finding = verdict->findings->pdata[i];
        g_test_message("segment %u, %" G_GUINT64_FORMAT ": %s", finding->segment,
                       finding->from_offset, finding->text);
    }
    g_assert_cmpuint(verdict->findings->len, ==, 0);
}

static void test_passes_what_was_written(void)
{
    g_autofree char *dir = fixture_dir();
    g_autoptr(GError) error = NULL;

    fixture_make(dir, 5, 2);
    g_autoptr(OyerJournalVerdict) verdict = oyer_journal_verify(dir, &error);
    g_assert_no_error(error);
    assert_whole(dir);
    g_assert_cmpuint(verdict->segments, ==, 3);
    g_assert_cmpuint(verdict->epochs, ==, 1);
    g_assert_cmpuint(verdict->packets, ==, 5 * 50 * FIXTURE_TRACKS);
    g_assert_true(verdict->is_ended);
    g_assert_cmpuint(verdict->loose_bytes, ==, 0);
    g_assert_cmpint(verdict->from_us, ==, FIXTURE_UTC_US);
    fixture_remove(dir);
}

/* Of which block byte @offset of a segment is, and of which track and moment. */
typedef struct {
    guint32 type;
    char *track;           /* NULL: no packet or description */
    gint64 from_us, to_us; /* of its range */
} Truth;

typedef struct {
    char *path;
    char *bytes;
    gsize size;
    GArray *owner;  /* Truth per block */
    GArray *starts; /* guint64 per block */
} Segment;

static void learn(Segment *segment, gint64 *from_us)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const guint8 *bytes = (const guint8 *)segment->bytes;
    guint open = 0;

    segment->owner = g_array_new(FALSE, TRUE, sizeof(Truth));
    segment->starts = g_array_new(FALSE, FALSE, sizeof(guint64));
    for (guint64 at = 0; at < segment->size;) {
        OyerPcapngFrame frame;
        Truth truth = {.from_us = *from_us};
        guint index;
        const char *json;
        gsize json_size;
        OyerPcapngPacket packet;

        g_assert_true(oyer_pcapng_frame(bytes + at, &frame));
        truth.type = frame.type;
        if (frame.type == OYER_PCAPNG_IDB) {
            OyerJournalTrack *track =
                oyer_pcapng_parse_interface(bytes + at, frame.size, &index);
            g_ptr_array_add(names, g_strdup(track->track));
            truth.track = g_strdup(track->track);
            oyer_journal_track_free(track);
        } else if (frame.type == OYER_PCAPNG_EPB) {
            g_assert_true(oyer_pcapng_parse_packet(bytes + at, frame.size, &packet));
            truth.track = g_strdup(names->pdata[packet.interface]);
        }
        g_array_append_val(segment->owner, truth);
        g_array_append_val(segment->starts, at);
        if (frame.type == OYER_PCAPNG_CUSTOM &&
            oyer_pcapng_parse_json(bytes + at, frame.size, &json, &json_size) &&
            g_str_has_prefix(json, "{\"type\":\"chain\"")) {
            gint64 to_us = g_ascii_strtoll(strstr(json, "at_us\":") + 7, NULL, 10);
            for (; open < segment->owner->len; open++)
                g_array_index(segment->owner, Truth, open).to_us = to_us;
            *from_us = to_us;
        }
        at += frame.size;
    }
}

static Truth *truth_at(Segment *segment, guint64 offset)
{
    guint i = 0;

    while (i + 1 < segment->starts->len &&
           g_array_index(segment->starts, guint64, i + 1) <= offset)
        i++;
    return &g_array_index(segment->owner, Truth, i);
}

static GPtrArray *load(const char *dir)
{
    GPtrArray *segments = g_ptr_array_new();
    gint64 from_us = FIXTURE_UTC_US;

    for (guint number = 1;; number++) {
        Segment *segment = g_new0(Segment, 1);
        segment->path = oyer_segment_path(dir, number);
        if (!g_file_get_contents(segment->path, &segment->bytes, &segment->size,
                                 NULL)) {
            g_free(segment->path);
            g_free(segment);
            return segments;
        }
        learn(segment, &from_us);
        g_ptr_array_add(segments, segment);
    }
}

static void unload(GPtrArray *segments)
{
    for (guint i = 0; i < segments->len; i++) {
        Segment *segment = segments->pdata[i];
        for (guint j = 0; j < segment->owner->len; j++)
            g_free(g_array_index(segment->owner, Truth, j).track);
        g_array_unref(segment->owner);
        g_array_unref(segment->starts);
        g_free(segment->path);
        g_free(segment->bytes);
        g_free(segment);
    }
    g_ptr_array_unref(segments);
}

static void put_byte(const char *path, guint64 offset, char byte)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(pwrite(fd, &byte, 1, (off_t)offset), ==, 1);
    (void)close(fd);
}

/* One byte at @offset is another: it must be found, in its second, on its track. */
static void check_flip(const char *dir, Segment *segment, guint number, guint64 offset,
                       char xor)
{
    g_autoptr(GError) error = NULL;
    Truth *truth = truth_at(segment, offset);
    /* Where a time itself was changed, it is told from its neighbours. */
    gint64 slack_us = truth->track ? 0 : G_USEC_PER_SEC;
    gboolean is_named = FALSE, is_in_time = FALSE, is_other = FALSE;

    put_byte(segment->path, offset, segment->bytes[offset] ^ xor);
    g_autoptr(OyerJournalVerdict) verdict = oyer_journal_verify(dir, &error);
    put_byte(segment->path, offset, segment->bytes[offset]);
    g_assert_no_error(error);

    for (guint i = 0; i < verdict->findings->len; i++) {
        OyerJournalFinding *finding = verdict->findings->pdata[i];
        gboolean is_track = !g_strcmp0(finding->track, truth->track);
        g_test_message("flip %u:%" G_GUINT64_FORMAT " ^%02x (%s, %" G_GINT64_FORMAT
                       "): %u %s %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT " %s",
                       number, offset, (guint8) xor, truth->track, truth->from_us,
                       finding->segment, finding->track, finding->from_us,
                       finding->to_us, finding->text);
        is_named |= is_track;
        is_other |= !is_track && finding->track;
        is_in_time |= finding->segment == number && is_track &&
                      finding->from_us <= truth->to_us + slack_us &&
                      finding->to_us >= truth->from_us - slack_us &&
                      finding->to_us - finding->from_us <= 2 * G_USEC_PER_SEC;
    }
    g_assert_true(is_named);
    g_assert_true(is_in_time);
    g_assert_false(is_other);
    /* Damage does not spread: one range is named. */
    g_assert_cmpuint(verdict->findings->len, ==, 1);
}

static void test_pins_any_flipped_byte(void)
{
    g_autofree char *dir = fixture_dir();

    fixture_make(dir, 2, 1);
    GPtrArray *segments = load(dir);
    for (guint i = 0; i < FLIPS; i++) {
        guint number = (guint)g_test_rand_int_range(0, (int)segments->len);
        Segment *segment = segments->pdata[number];
        check_flip(dir, segment, number + 1,
                   (guint64)g_test_rand_int_range(0, (int)segment->size),
                   (char)g_test_rand_int_range(1, 256));
    }
    unload(segments);
    fixture_remove(dir);
}

/* Headers and chain blocks are few of all bytes, so each of theirs is tried. */
static void test_pins_each_byte_of_the_frames(void)
{
    g_autofree char *dir = fixture_dir();

    fixture_make(dir, 1, 0);
    GPtrArray *segments = load(dir);
    Segment *segment = segments->pdata[0];
    for (guint64 at = 0; at < segment->size; at++)
        if (truth_at(segment, at)->type != OYER_PCAPNG_EPB)
            check_flip(dir, segment, 1, at, (char)g_test_rand_int_range(1, 256));
    unload(segments);
    fixture_remove(dir);
}

/* A process that is killed leaves a tail, and the next one vouches for it. */
static void make_two_epochs(const char *dir, const char *torn)
{
    gint64 behind_us;
    {
        g_autoptr(OyerAppender) killed = fixture_open(dir, 0);
        behind_us = fixture_fill(killed, FIXTURE_MONOTONIC_US, 1, 0, FALSE);
        g_assert_cmpint(write(oyer_appender_fd(killed), torn, strlen(torn)), ==,
                        (gssize)strlen(torn));
    }
    g_autoptr(OyerAppender) next =
        fixture_open(dir, behind_us - FIXTURE_MONOTONIC_US + 3000000);
    g_autoptr(GError) error = NULL;
    behind_us = fixture_fill(next, behind_us + 3000000, 1, 0, TRUE);
    g_assert_true(oyer_appender_end(next, behind_us, &error));
}

static void test_continues_the_chain_after_a_kill(void)
{
    g_autofree char *dir = fixture_dir();
    g_autoptr(GError) error = NULL;

    make_two_epochs(dir, "\6\0\0\0torn");
    assert_whole(dir);
    g_autoptr(OyerJournalVerdict) verdict = oyer_journal_verify(dir, &error);
    g_assert_cmpuint(verdict->epochs, ==, 2);
    g_assert_cmpuint(verdict->packets, ==, 2 * 50 * FIXTURE_TRACKS);
    fixture_remove(dir);
}

static void test_finds_each_changed_byte_around_a_kill(void)
{
    g_autofree char *dir = fixture_dir();
    g_autoptr(GError) error = NULL;

    make_two_epochs(dir, "\6\0\0\0torn");
    for (guint number = 1; number <= 2; number++) {
        g_autofree char *path = oyer_segment_path(dir, number);
        g_autofree char *bytes = NULL;
        gsize size;
        g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
        for (gsize at = number == 1 ? size - 3000 : 0;
             at < (number == 1 ? size : MIN(size, 3000)); at += 7) {
            put_byte(path, at, bytes[at] ^ 0x20);
            g_autoptr(OyerJournalVerdict) verdict = oyer_journal_verify(dir, &error);
            put_byte(path, at, bytes[at]);
            g_assert_cmpuint(verdict->findings->len, >, 0);
        }
    }
    fixture_remove(dir);
}

static void test_finds_a_missing_segment(void)
{
    g_autofree char *dir = fixture_dir();
    g_autofree char *path = g_build_filename(dir, "000002.pcapng", NULL);
    g_autoptr(GError) error = NULL;

    fixture_make(dir, 4, 1);
    g_assert_cmpint(g_unlink(path), ==, 0);
    g_autoptr(OyerJournalVerdict) verdict = oyer_journal_verify(dir, &error);
    g_assert_cmpuint(verdict->findings->len, ==, 1);
    OyerJournalFinding *finding = verdict->findings->pdata[0];
    g_assert_cmpuint(finding->segment, ==, 2);
    fixture_remove(dir);
}

static void test_finds_bytes_behind_the_end(void)
{
    g_autofree char *dir = fixture_dir();
    g_autofree char *path = g_build_filename(dir, "000001.pcapng", NULL);
    g_autoptr(GError) error = NULL;
    int fd;

    fixture_make(dir, 1, 0);
    fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    g_assert_cmpint(write(fd, "more", 4), ==, 4);
    (void)close(fd);
    g_autoptr(OyerJournalVerdict) verdict = oyer_journal_verify(dir, &error);
    g_assert_cmpuint(verdict->findings->len, ==, 1);
    fixture_remove(dir);
}

static void test_finds_a_cut_segment(void)
{
    g_autofree char *dir = fixture_dir();
    g_autofree char *path = g_build_filename(dir, "000001.pcapng", NULL);
    g_autoptr(GError) error = NULL;
    GStatBuf info;

    fixture_make(dir, 3, 1);
    g_assert_cmpint(g_stat(path, &info), ==, 0);
    g_assert_cmpint(truncate(path, info.st_size / 2), ==, 0);
    g_autoptr(OyerJournalVerdict) verdict = oyer_journal_verify(dir, &error);
    g_assert_cmpuint(verdict->findings->len, >, 0);
    OyerJournalFinding *finding = verdict->findings->pdata[0];
    g_assert_cmpuint(finding->segment, ==, 1);
    fixture_remove(dir);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/journal/verify/passes-what-was-written",
                    test_passes_what_was_written);
    g_test_add_func("/journal/verify/pins-any-flipped-byte-to-second-and-track",
                    test_pins_any_flipped_byte);
    g_test_add_func("/journal/verify/pins-each-byte-of-headers-and-chain-blocks",
                    test_pins_each_byte_of_the_frames);
    g_test_add_func("/journal/verify/continues-the-chain-after-a-kill",
                    test_continues_the_chain_after_a_kill);
    g_test_add_func("/journal/verify/finds-each-changed-byte-around-a-kill",
                    test_finds_each_changed_byte_around_a_kill);
    g_test_add_func("/journal/verify/finds-a-missing-segment",
                    test_finds_a_missing_segment);
    g_test_add_func("/journal/verify/finds-bytes-behind-the-end",
                    test_finds_bytes_behind_the_end);
    g_test_add_func("/journal/verify/finds-a-cut-segment", test_finds_a_cut_segment);
    return g_test_run();
}
