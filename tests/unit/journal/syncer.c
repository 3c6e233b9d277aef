/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/syncer.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <time.h>

#include "fixture.h"

#define DEADLINE_S 20

/* What the events said. */
typedef struct {
    pthread_mutex_t lock; /* as in writer.c: seen by ThreadSanitizer */
    pthread_cond_t changed;
    guint began, ended, failed;
    guint64 free_bytes;
    gboolean is_held; /* "began" does not return */
    char *dir;
    int dir_fd;
} Told;

static void told_init(Told *told)
{
    *told = (Told){.dir = fixture_dir()};
    (void)pthread_mutex_init(&told->lock, NULL);
    (void)pthread_cond_init(&told->changed, NULL);
    told->dir_fd = open(told->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void told_clear(Told *told)
{
    (void)close(told->dir_fd);
    fixture_remove(told->dir);
    g_free(told->dir);
    (void)pthread_mutex_destroy(&told->lock);
    (void)pthread_cond_destroy(&told->changed);
}

/* Waits until @count is @wanted. */
static void wait_for(Told *told, const guint *count, guint wanted)
{
    struct timespec until;

    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += DEADLINE_S;
    (void)pthread_mutex_lock(&told->lock);
    while (*count < wanted)
        g_assert_cmpint(pthread_cond_timedwait(&told->changed, &told->lock, &until), ==,
                        0);
    g_assert_cmpuint(*count, ==, wanted);
    (void)pthread_mutex_unlock(&told->lock);
}

static void hold(Told *told, gboolean is_held)
{
    (void)pthread_mutex_lock(&told->lock);
    told->is_held = is_held;
    (void)pthread_cond_broadcast(&told->changed);
    (void)pthread_mutex_unlock(&told->lock);
}

static void on_began(gpointer data)
{
    Told *told = data;

    (void)pthread_mutex_lock(&told->lock);
    told->began++;
    (void)pthread_cond_broadcast(&told->changed);
    while (told->is_held)
        (void)pthread_cond_wait(&told->changed, &told->lock);
    (void)pthread_mutex_unlock(&told->lock);
}

static void on_ended(guint64 free_bytes, gpointer data)
{
    Told *told = data;

    (void)pthread_mutex_lock(&told->lock);
    told->ended++;
    told->free_bytes = free_bytes;
    (void)pthread_cond_broadcast(&told->changed);
    (void)pthread_mutex_unlock(&told->lock);
}

static void on_failed(const char *reason, guint64 free_bytes, gpointer data)
{
    Told *told = data;

    g_assert_nonnull(strstr(reason, "journal cannot be synced"));
    (void)pthread_mutex_lock(&told->lock);
    told->failed++;
    told->free_bytes = free_bytes;
    (void)pthread_cond_broadcast(&told->changed);
    (void)pthread_mutex_unlock(&told->lock);
}

static const OyerSyncerEvents events = {
    .began = on_began, .ended = on_ended, .failed = on_failed};

static int new_file(const Told *told, const char *name)
{
    int fd = openat(told->dir_fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    g_assert_cmpint(fd, >=, 0);
    return fd;
}

static OyerSyncer *new_syncer(Told *told, int fd)
{
    g_autoptr(GError) error = NULL;
    OyerSyncer *syncer = oyer_syncer_new(fd, told->dir_fd, &events, told, &error);

    g_assert_no_error(error);
    return syncer;
}

/* A pipe takes bytes, but cannot be synced. */
static int new_pipe(int *out_other_end)
{
    int ends[2];

    g_assert_cmpint(pipe(ends), ==, 0);
    *out_other_end = ends[0];
    return ends[1];
}

static void test_wishes_during_a_sync_become_one(void)
{
    Told told;
    told_init(&told);
    int fd = new_file(&told, "000001.pcapng");
    OyerSyncer *syncer = new_syncer(&told, fd);

    hold(&told, TRUE);
    oyer_syncer_ask(syncer);
    wait_for(&told, &told.began, 1);
    for (guint i = 0; i < 5; i++)
        oyer_syncer_ask(syncer);
    hold(&told, FALSE);
    wait_for(&told, &told.ended, 2);
    g_assert_cmpuint(told.free_bytes, >, 0);
    oyer_syncer_end(syncer, FALSE);
    g_assert_cmpuint(told.began, ==, 2);
    oyer_syncer_free(syncer);
    (void)close(fd);
    told_clear(&told);
}

static void test_a_file_is_closed_when_it_is_on_the_disk(void)
{
    Told told;
    told_init(&told);
    int first = new_file(&told, "000001.pcapng");
    int second = new_file(&told, "000002.pcapng");
    OyerSyncer *syncer = new_syncer(&told, first);

    oyer_syncer_turn(syncer, first, second);
    g_assert_cmpint(fcntl(first, F_GETFD), >=, 0);
    oyer_syncer_ask(syncer);
    wait_for(&told, &told.ended, 1);
    g_assert_cmpint(fcntl(first, F_GETFD), ==, -1);
    g_assert_cmpint(errno, ==, EBADF);
    g_assert_cmpint(fcntl(second, F_GETFD), >=, 0);

    /* Nobody asks any more: it is not synced, but not forgotten either. */
    int third = new_file(&told, "000003.pcapng");
    oyer_syncer_turn(syncer, second, third);
    oyer_syncer_free(syncer);
    g_assert_cmpint(fcntl(second, F_GETFD), ==, -1);
    g_assert_cmpuint(told.began, ==, 1);
    (void)close(third);
    told_clear(&told);
}

static void test_the_end_syncs_what_is_whole(void)
{
    for (guint is_whole = 0; is_whole <= 1; is_whole++) {
        Told told;
        told_init(&told);
        int fd = new_file(&told, "000001.pcapng");
        OyerSyncer *syncer = new_syncer(&told, fd);

        oyer_syncer_end(syncer, is_whole);
        g_assert_cmpuint(told.ended, ==, is_whole);
        oyer_syncer_end(syncer, TRUE);
        g_assert_cmpuint(told.ended, ==, is_whole);
        oyer_syncer_free(syncer);
        (void)close(fd);
        told_clear(&told);
    }
}

static void test_a_failure_is_told_once_and_ends_it(void)
{
    Told told;
    told_init(&told);
    int other_end, fd = new_file(&told, "000001.pcapng");
    int broken = new_pipe(&other_end);
    OyerSyncer *syncer = new_syncer(&told, fd);

    oyer_syncer_turn(syncer, fd, broken);
    oyer_syncer_ask(syncer);
    wait_for(&told, &told.failed, 1);
    g_assert_cmpuint(told.free_bytes, >, 0);
    oyer_syncer_ask(syncer);
    oyer_syncer_end(syncer, TRUE);
    g_assert_cmpuint(told.began, ==, 1);
    g_assert_cmpuint(told.ended, ==, 0);
    g_assert_cmpuint(told.failed, ==, 1);
    oyer_syncer_free(syncer);
    (void)close(broken);
    (void)close(other_end);
    told_clear(&told);
}

static void test_a_disk_that_says_no_at_once_is_an_error(void)
{
    Told told;
    told_init(&told);
    int other_end, broken = new_pipe(&other_end);
    g_autoptr(GError) error = NULL;

    g_assert_null(oyer_syncer_new(broken, told.dir_fd, &events, &told, &error));
    g_assert_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_DISK);
    g_assert_cmpuint(told.failed, ==, 0);
    (void)close(broken);
    (void)close(other_end);
    told_clear(&told);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/journal/syncer/wishes-during-a-sync-become-one",
                    test_wishes_during_a_sync_become_one);
    g_test_add_func("/journal/syncer/a-file-is-closed-when-it-is-on-the-disk",
                    test_a_file_is_closed_when_it_is_on_the_disk);
    g_test_add_func("/journal/syncer/the-end-syncs-what-is-whole",
                    test_the_end_syncs_what_is_whole);
    g_test_add_func("/journal/syncer/a-failure-is-told-once-and-ends-it",
                    test_a_failure_is_told_once_and_ends_it);
    g_test_add_func("/journal/syncer/a-disk-that-says-no-at-once-is-an-error",
                    test_a_disk_that_says_no_at_once_is_an_error);
    return g_test_run();
}
