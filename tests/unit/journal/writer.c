/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/writer.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

#define DEADLINE_US (20 * G_USEC_PER_SEC)
#define KILLS 30
/* A process that could not run for so long is not the journal's fault. */
#define STARVED_US (50 * G_TIME_SPAN_MILLISECOND)

static OyerJournalWriter *open_writer(const char *dir)
{
    OyerJournalWriter *writer = oyer_journal_writer_new();
    g_autoptr(GError) error = NULL;

    for (guint track = 0; track < FIXTURE_TRACKS; track++)
        g_assert_cmpint(oyer_journal_writer_add_track(writer, &fixture_tracks[track]),
                        ==, (int)track);
    g_assert_true(oyer_journal_writer_arm(writer, dir, 0, &error));
    g_assert_true(oyer_journal_writer_start(writer, 0, &error));
    g_assert_no_error(error);
    return writer;
}

/* A batch of one packet a track. */
static void push(OyerJournalWriter *writer, guint32 number)
{
    guint8 bytes[FIXTURE_TRACKS][1500];
    OyerJournalPacket packets[FIXTURE_TRACKS];

    for (guint track = 0; track < FIXTURE_TRACKS; track++)
        packets[track] = (OyerJournalPacket){
            .track = track,
            .arrival_us = g_get_monotonic_time(),
            .data = bytes[track],
            .size = fixture_packet(bytes[track], track, number, FALSE),
        };
    (void)oyer_journal_writer_push(writer, packets, FIXTURE_TRACKS);
}

/* Waits until @is_so holds of the status. */
static void wait_for(OyerJournalWriter *writer,
                     gboolean (*is_so)(const OyerJournalStatus *status))
{
    gint64 until_us = g_get_monotonic_time() + DEADLINE_US;

    for (;;) {
        g_auto(OyerJournalStatus) status = {0};
        oyer_journal_writer_status(writer, &status);
        if (is_so(&status))
            return;
        g_assert_cmpint(g_get_monotonic_time(), <, until_us);
        g_usleep(1000);
    }
}

static guint count_packets(const char *dir)
{
    g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(dir);
    g_autoptr(GError) error = NULL;
    OyerJournalBlock block;
    guint packets = 0;

    while (oyer_journal_reader_next(reader, &block, &error) == OYER_JOURNAL_BLOCK)
        packets += block.type == OYER_JOURNAL_RTP;
    g_assert_no_error(error);
    return packets;
}

static void test_all_that_was_pushed_is_there_after_close(void)
{
    g_autofree char *dir = fixture_dir();
    g_autoptr(OyerJournalWriter) writer = open_writer(dir);
    g_autoptr(GError) error = NULL;
    g_auto(OyerJournalStatus) status = {0};

    for (guint number = 0; number < 2000; number++)
        push(writer, number);
    g_assert_true(oyer_journal_writer_close(writer, &error));
    g_assert_cmpuint(count_packets(dir), ==, 2000 * FIXTURE_TRACKS);

    oyer_journal_writer_status(writer, &status);
    g_assert_cmpint(status.state, ==, OYER_JOURNAL_CLOSED);
    g_assert_cmpuint(status.packets, ==, 2000 * FIXTURE_TRACKS);
    g_autoptr(OyerJournalVerdict) verdict = oyer_journal_verify(dir, &error);
    g_assert_cmpuint(verdict->findings->len, ==, 0);
    g_assert_true(verdict->is_ended);
    g_assert_cmpstr(verdict->head, ==, status.head);
    fixture_remove(dir);
}

/* How often this process has called write() and the like so far. */
static guint64 count_writes(void)
{
    g_autofree char *text = NULL;

    g_assert_true(g_file_get_contents("/proc/self/io", &text, NULL, NULL));
    const char *line = strstr(text, "syscw: ");
    g_assert_nonnull(line);
    return g_ascii_strtoull(line + strlen("syscw: "), NULL, 10);
}

/* What a write costs beside its bytes is paid by the batch, not by the packet. */
static void test_many_packets_share_a_write(void)
{
    g_autofree char *dir = fixture_dir();
    g_autoptr(OyerJournalWriter) writer = open_writer(dir);
    g_autoptr(GError) error = NULL;
    guint64 before = count_writes();
    gint64 begun_us = g_get_monotonic_time(), spent_us;

    for (guint32 number = 0; number < 300; number++) {
        push(writer, number);
        g_usleep(2000);
    }
    spent_us = g_get_monotonic_time() - begun_us;
    /* Every 60 ms, those with a chain block, and as many that a pause split. */
    g_assert_cmpuint(count_writes() - before, <=, 4 + (guint64)spent_us / 30000);
    g_assert_true(oyer_journal_writer_close(writer, &error));
    g_assert_cmpuint(count_packets(dir), ==, 300 * FIXTURE_TRACKS);
    fixture_remove(dir);
}

static gboolean all_are_synced(const OyerJournalStatus *status)
{
    gboolean all = status->tracks->len == FIXTURE_TRACKS;

    for (guint i = 0; i < status->tracks->len; i++)
        all =
            all && g_array_index(status->tracks, OyerJournalTrackStatus, i).age_us >= 0;
    return all;
}

static void test_tells_the_age_of_the_last_byte_on_disk(void)
{
    g_autofree char *dir = fixture_dir();
    g_autoptr(OyerJournalWriter) writer = open_writer(dir);
    g_auto(OyerJournalStatus) status = {0};
    gint64 pushed_us = g_get_monotonic_time();

    push(writer, 1);
    wait_for(writer, all_are_synced);
    gint64 now_us = g_get_monotonic_time();
    oyer_journal_writer_status(writer, &status);
    OyerJournalTrackStatus *track =
        &g_array_index(status.tracks, OyerJournalTrackStatus, 0);
    g_assert_cmpint(track->age_us, <=, g_get_monotonic_time() - pushed_us);
    g_assert_cmpuint(track->packets, ==, 1);
    g_assert_cmpuint(status.free_bytes, >, 0);
    /* 500 ms until the chain block, and a slow disk's second. */
    g_assert_cmpint(now_us - pushed_us, <, 2 * G_USEC_PER_SEC);
    json_t *json = oyer_journal_status_to_json(&status);
    g_assert_cmpstr(json_string_value(json_object_get(json, "state")), ==, "open");
    g_assert_cmpuint(json_array_size(json_object_get(json, "tracks")), ==,
                     FIXTURE_TRACKS);
    json_decref(json);
    fixture_remove(dir);
}

static void test_a_mark_is_in_its_place(void)
{
    g_autofree char *dir = fixture_dir();
    g_autoptr(OyerJournalWriter) writer = open_writer(dir);
    g_autoptr(GError) error = NULL;
    OyerJournalBlock block;
    gboolean found = FALSE;

    push(writer, 1);
    g_assert_true(oyer_journal_writer_mark(
        writer, "{\"stage\":\"debate\",\"type\":\"forged\",\"at_us\":5}", &error));
    g_assert_false(oyer_journal_writer_mark(writer, "[1]", &error));
    g_assert_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_INVALID);
    g_clear_error(&error);
    g_assert_true(oyer_journal_writer_close(writer, &error));

    g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(dir);
    while (oyer_journal_reader_next(reader, &block, &error) == OYER_JOURNAL_BLOCK)
        if (block.type == OYER_JOURNAL_MARK) {
            g_autofree char *json = g_strndup((const char *)block.data, block.size);
            g_assert_cmpstr(json, ==,
                            "{\"type\":\"mark\",\"at_us\":5,\"stage\":\"debate\"}");
            found = TRUE;
        }
    g_assert_true(found);
    fixture_remove(dir);
}

static void test_a_closed_journal_is_not_opened_again(void)
{
    g_autofree char *dir = fixture_dir();
    g_autoptr(OyerJournalWriter) writer = open_writer(dir);
    g_autoptr(OyerJournalWriter) next = oyer_journal_writer_new();
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_journal_writer_close(writer, &error));
    g_assert_true(oyer_journal_writer_close(writer, &error));
    g_assert_false(oyer_journal_writer_arm(next, dir, 0, &error));
    g_assert_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_STATE);
    fixture_remove(dir);
}

static void test_arming_needs_the_reserve(void)
{
    g_autofree char *dir = fixture_dir();
    g_autoptr(OyerJournalWriter) writer = oyer_journal_writer_new();
    g_autoptr(GError) error = NULL;

    g_assert_false(oyer_journal_writer_arm(writer, dir, G_MAXUINT64, &error));
    g_assert_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_DISK);
    g_clear_error(&error);
    g_assert_false(oyer_journal_writer_arm(writer, "/proc/nowhere", 0, &error));
    g_assert_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_DISK);
    g_clear_error(&error);
    g_assert_false(oyer_journal_writer_start(writer, 0, &error));
    g_assert_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_STATE);
    g_clear_error(&error);

    /* Armed, it tells at once how much room there is: nobody is alarmed for nothing. */
    g_auto(OyerJournalStatus) status = {0};
    g_assert_true(oyer_journal_writer_arm(writer, dir, 1, &error));
    oyer_journal_writer_status(writer, &status);
    g_assert_cmpuint(status.free_bytes, >, 0);
    fixture_remove(dir);
}

static void test_a_changed_description_is_written(void)
{
    g_autofree char *dir = fixture_dir();
    g_autoptr(OyerJournalWriter) writer = open_writer(dir);
    OyerJournalTrack changed = fixture_tracks[1];
    g_autoptr(GError) error = NULL;
    OyerJournalBlock block;
    guint before = 0, after = 0;

    push(writer, 1);
    changed.codec = "H264";
    g_assert_cmpint(oyer_journal_writer_add_track(writer, &changed), ==, 1);
    push(writer, 2);
    g_assert_true(oyer_journal_writer_close(writer, &error));
    g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(dir);
    while (oyer_journal_reader_next(reader, &block, &error) == OYER_JOURNAL_BLOCK)
        if (block.type == OYER_JOURNAL_RTP &&
            !strcmp(block.track->track, changed.track)) {
            before += !strcmp(block.track->codec, "VP8");
            after += !strcmp(block.track->codec, "H264");
        }
    g_assert_cmpuint(before, ==, 1);
    g_assert_cmpuint(after, ==, 1);
    fixture_remove(dir);
}

static void test_refuses_a_track_that_cannot_be_written(void)
{
    g_autoptr(OyerJournalWriter) writer = oyer_journal_writer_new();
    OyerJournalTrack track = fixture_tracks[0];

    track.track = "../x";
    g_assert_cmpint(oyer_journal_writer_add_track(writer, &track), ==, -1);
    track.track = "x";
    track.fmtp = "\xff\xfe";
    g_assert_cmpint(oyer_journal_writer_add_track(writer, &track), ==, -1);
}

/* --- a disk that says no --- */

static gint failures;

static void on_failed(const char *reason, gpointer data)
{
    (void)data;
    g_assert_nonnull(strstr(reason, "journal"));
    g_atomic_int_inc(&failures);
}

static gboolean has_failed(const OyerJournalStatus *status)
{
    return status->state == OYER_JOURNAL_FAILED;
}

/* The limit makes write() fail as a full disk does; EFBIG stands for ENOSPC. */
static void test_a_full_disk_is_a_failure_and_not_silence(void)
{
    g_autofree char *dir = fixture_dir();
    g_autoptr(OyerJournalWriter) writer = open_writer(dir);
    g_autoptr(GError) error = NULL;
    struct rlimit kept, small;

    (void)signal(SIGXFSZ, SIG_IGN);
    oyer_journal_writer_on_failed(writer, on_failed, NULL);
    g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &kept), ==, 0);
    small = kept;
    small.rlim_cur = 100000;
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
    for (guint number = 0; number < 300; number++)
        push(writer, number);
    wait_for(writer, has_failed);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &kept), ==, 0);

    /* Room again, but a disk that failed once is not believed. */
    push(writer, 0);
    g_assert_false(oyer_journal_writer_mark(writer, "{}", &error));
    g_assert_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_STATE);
    g_clear_error(&error);
    g_assert_false(oyer_journal_writer_close(writer, &error));
    g_assert_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_DISK);
    g_assert_cmpint(g_atomic_int_get(&failures), ==, 1);

    /* A new writer goes on in the same folder. */
    g_clear_error(&error);
    g_autoptr(OyerJournalWriter) next = open_writer(dir);
    push(next, 0);
    g_assert_true(oyer_journal_writer_close(next, &error));
    g_autoptr(OyerJournalVerdict) verdict = oyer_journal_verify(dir, &error);
    g_assert_cmpuint(verdict->findings->len, ==, 0);
    g_assert_cmpuint(verdict->epochs, ==, 2);
    fixture_remove(dir);
}

/* --- a disk that is too slow --- */

/* Pushes faster than anything can be hashed and written, until the queue is full. */
static void test_what_does_not_fit_the_queue_is_declared_as_a_gap(void)
{
    g_autofree char *dir = fixture_dir();
    g_autoptr(OyerJournalWriter) writer = open_writer(dir);
    g_autofree guint8 *bytes = g_malloc0(60000);
    g_autoptr(GError) error = NULL;
    OyerJournalBlock block;
    guint gaps = 0, packets = 0, taken = 0;
    gint64 until_us = g_get_monotonic_time() + DEADLINE_US;
    OyerJournalPacket batch[32];

    bytes[0] = 0x80;
    do {
        for (guint i = 0; i < G_N_ELEMENTS(batch); i++)
            batch[i] = (OyerJournalPacket){.track = i % FIXTURE_TRACKS,
                                           .arrival_us = g_get_monotonic_time(),
                                           .data = bytes,
                                           .size = 60000};
        taken = oyer_journal_writer_push(writer, batch, G_N_ELEMENTS(batch));
        packets += taken;
        g_assert_cmpint(g_get_monotonic_time(), <, until_us);
    } while (taken == G_N_ELEMENTS(batch));
    g_assert_true(oyer_journal_writer_close(writer, &error));

    g_auto(OyerJournalStatus) status = {0};
    oyer_journal_writer_status(writer, &status);
    g_assert_cmpuint(status.dropped, ==, G_N_ELEMENTS(batch) - taken);
    g_assert_cmpuint(count_packets(dir), ==, packets);
    g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(dir);
    while (oyer_journal_reader_next(reader, &block, &error) == OYER_JOURNAL_BLOCK)
        gaps += block.type == OYER_JOURNAL_GAP &&
                memmem(block.data, block.size, "slow_disk", 9) != NULL;
    g_assert_no_error(error);
    g_assert_cmpuint(gaps, ==, 1);
    fixture_remove(dir);
}

/* --- kill -9 --- */

/* The child writes, and says by a pipe which batch it has pushed, and when. */
static void write_until_killed(const char *dir, int pipe_fd)
{
    OyerJournalWriter *writer = open_writer(dir);

    for (guint32 number = 0;; number++) {
        gint64 said[2] = {number, g_get_monotonic_time()};
        push(writer, number);
        if (write(pipe_fd, said, sizeof said) != sizeof said)
            _exit(1);
        g_usleep(2000);
    }
}

/*
 * What a process that was killed at @kill_us had pushed half a second before; -1
 * when the machine gave it no time: a pause of its loop, which sleeps 2 ms.
 */
static gint64 read_pushed(int pipe_fd, gint64 kill_us)
{
    gint64 said[2], pushed = 0, last_us = 0;
    gboolean was_starved = FALSE;

    while (read(pipe_fd, said, sizeof said) == sizeof said) {
        was_starved |= last_us && said[1] - last_us > STARVED_US;
        last_us = said[1];
        if (said[1] <= kill_us - G_USEC_PER_SEC / 2)
            pushed = said[0] + 1;
    }
    return was_starved || kill_us - last_us > STARVED_US ? -1 : pushed;
}

static void test_nothing_older_than_half_a_second_is_lost_by_kill_9(void)
{
    g_autofree char *dir = fixture_dir();
    guint epochs = 0, starved = 0;

    for (guint kill_number = 0; kill_number < KILLS; kill_number++) {
        int ends[2];
        guint before = count_packets(dir);

        g_assert_cmpint(pipe(ends), ==, 0);
        pid_t child = fork();
        if (child == 0) {
            (void)close(ends[0]);
            write_until_killed(dir, ends[1]);
        }
        (void)close(ends[1]);
        /* Random, and not too long: most kills hit between two chain blocks. */
        g_usleep((gulong)g_test_rand_int_range(5000, 900000));
        gint64 kill_us = g_get_monotonic_time();
        g_assert_cmpint(kill(child, SIGKILL), ==, 0);
        g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
        gint64 pushed = read_pushed(ends[0], kill_us);
        (void)close(ends[0]);
        starved += pushed < 0;
        g_assert_cmpuint(count_packets(dir), >=,
                         before + (guint)MAX(pushed, 0) * FIXTURE_TRACKS);
    }
    g_test_message("%u of %u kills found a starved process", starved, KILLS);

    g_autoptr(OyerJournalWriter) last = open_writer(dir);
    g_autoptr(GError) error = NULL;
    g_assert_true(oyer_journal_writer_close(last, &error));
    g_autoptr(OyerJournalVerdict) verdict = oyer_journal_verify(dir, &error);
    for (guint i = 0; i < verdict->findings->len; i++) {
        OyerJournalFinding *finding = verdict->findings->pdata[i];
        g_test_message("segment %u: %s", finding->segment, finding->text);
    }
    g_assert_cmpuint(verdict->findings->len, ==, 0);
    epochs = verdict->epochs;
    g_assert_cmpuint(epochs, >, KILLS / 2);

    /* Each new epoch declares its gap. */
    g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(dir);
    OyerJournalBlock block;
    guint gaps = 0;
    while (oyer_journal_reader_next(reader, &block, &error) == OYER_JOURNAL_BLOCK)
        gaps += block.type == OYER_JOURNAL_GAP;
    g_assert_cmpuint(gaps, ==, epochs - 1);
    fixture_remove(dir);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    /* First: it forks, and must find no threads. */
    g_test_add_func(
        "/journal/writer/nothing-older-than-half-a-second-is-lost-by-kill-9",
        test_nothing_older_than_half_a_second_is_lost_by_kill_9);
    g_test_add_func("/journal/writer/all-that-was-pushed-is-there-after-close",
                    test_all_that_was_pushed_is_there_after_close);
    g_test_add_func("/journal/writer/many-packets-share-a-write",
                    test_many_packets_share_a_write);
    g_test_add_func("/journal/writer/tells-the-age-of-the-last-byte-on-disk",
                    test_tells_the_age_of_the_last_byte_on_disk);
    g_test_add_func("/journal/writer/a-mark-is-in-its-place",
                    test_a_mark_is_in_its_place);
    g_test_add_func("/journal/writer/a-closed-journal-is-not-opened-again",
                    test_a_closed_journal_is_not_opened_again);
    g_test_add_func("/journal/writer/arming-needs-the-reserve",
                    test_arming_needs_the_reserve);
    g_test_add_func("/journal/writer/a-changed-description-is-written",
                    test_a_changed_description_is_written);
    g_test_add_func("/journal/writer/refuses-a-track-that-cannot-be-written",
                    test_refuses_a_track_that_cannot_be_written);
    g_test_add_func("/journal/writer/a-full-disk-is-a-failure-and-not-silence",
                    test_a_full_disk_is_a_failure_and_not_silence);
    g_test_add_func("/journal/writer/what-does-not-fit-the-queue-is-declared-as-a-gap",
                    test_what_does_not_fit_the_queue_is_declared_as_a_gap);
    return g_test_run();
}
