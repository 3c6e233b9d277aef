/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/keeper.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* Shared with the children. */
typedef struct {
    guint runs, broken_runs;
    guint crash_until; /* this many runs crash */
    int with;          /* a signal, or 0: the engine's own _exit() */
} Board;

static const OyerKeeperSettings quick = {
    .max_crashes = 3, .pause_ms = 1, .calm_ms = 60000};

static Board *board_new(void)
{
    Board *board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    g_assert_true(board != MAP_FAILED);
    return board;
}

static int work(gboolean is_broken, gpointer data)
{
    Board *board = data;
    const struct rlimit no_core = {0, 0};

    (void)setrlimit(RLIMIT_CORE, &no_core);
    board->runs++;
    board->broken_runs += is_broken != 0;
    if (is_broken || board->runs > board->crash_until)
        return 7;
    if (board->with)
        (void)kill(getpid(), board->with);
    _exit(OYER_KEEPER_ENGINE_EXIT);
}

static int run(Board *board)
{
    return oyer_keeper_run(work, board, &quick);
}

static void test_a_good_end_is_handed_on(void)
{
    Board *board = board_new();

    g_assert_cmpint(run(board), ==, 7);
    g_assert_cmpuint(board->runs, ==, 1);
    g_assert_cmpint(munmap(board, sizeof *board), ==, 0);
}

static void test_a_crash_is_tried_again(void)
{
    Board *board = board_new();

    board->crash_until = 2;
    board->with = SIGABRT;
    g_assert_cmpint(run(board), ==, 7);
    g_assert_cmpuint(board->runs, ==, 3);
    g_assert_cmpuint(board->broken_runs, ==, 0);
    g_assert_cmpint(munmap(board, sizeof *board), ==, 0);
}

static void test_crashing_on_it_goes_without_an_engine(void)
{
    Board *board = board_new();

    board->crash_until = G_MAXUINT;
    board->with = SIGILL; /* one that a sanitizer leaves alone */
    g_assert_cmpint(run(board), ==, 7);
    g_assert_cmpuint(board->runs, ==, 4);
    g_assert_cmpuint(board->broken_runs, ==, 1);
    g_assert_cmpint(munmap(board, sizeof *board), ==, 0);
}

static void test_the_engines_own_exit_is_a_crash(void)
{
    Board *board = board_new();

    board->crash_until = 1;
    g_assert_cmpint(run(board), ==, 7);
    g_assert_cmpuint(board->runs, ==, 2);
    g_assert_cmpint(munmap(board, sizeof *board), ==, 0);
}

static void test_killed_from_outside_it_ends_too(void)
{
    Board *board = board_new();

    board->crash_until = 1;
    board->with = SIGKILL;
    g_assert_cmpint(run(board), ==, 1);
    g_assert_cmpuint(board->runs, ==, 1);
    g_assert_cmpint(munmap(board, sizeof *board), ==, 0);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_FATAL_MASK);
    g_test_add_func("/transcriber/keeper/a-good-end-is-handed-on",
                    test_a_good_end_is_handed_on);
    g_test_add_func("/transcriber/keeper/a-crash-is-tried-again",
                    test_a_crash_is_tried_again);
    g_test_add_func("/transcriber/keeper/crashing-on-it-goes-without-an-engine",
                    test_crashing_on_it_goes_without_an_engine);
    g_test_add_func("/transcriber/keeper/the-engines-own-exit-is-a-crash",
                    test_the_engines_own_exit_is_a_crash);
    g_test_add_func("/transcriber/keeper/killed-from-outside-it-ends-too",
                    test_killed_from_outside_it_ends_too);
    return g_test_run();
}
