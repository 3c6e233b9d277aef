/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/thread.h"

typedef struct {
    GMainContext *context;
    OyerDbThread *thread;
    GThread *main;
    GString *told; /* in the order of the results */
} Place;

typedef struct {
    Place *place;
    char name;
    gboolean fails;
    GThread *ran_on;
} Work;

static void set_up(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;

    place->context = g_main_context_new();
    place->main = g_thread_self();
    place->told = g_string_new(NULL);
    place->thread = oyer_db_thread_new(":memory:", place->context, &error);
    g_assert_no_error(error);
}

static void tear_down(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    oyer_db_thread_free(place->thread);
    while (g_main_context_iteration(place->context, FALSE))
        ;
    g_main_context_unref(place->context);
    g_string_free(place->told, TRUE);
}

static gboolean work(OyerDb *db, gpointer data, GError **error)
{
    Work *self = data;

    self->ran_on = g_thread_self();
    if (self->fails)
        return oyer_db_exec(db, error, "nonsense", "");
    return oyer_db_exec(db, error, "SELECT 1", "");
}

static void done(gpointer data, const GError *error)
{
    Work *self = data;

    g_assert_true(g_thread_self() == self->place->main);
    g_assert_true(self->ran_on != self->place->main);
    g_assert_true((error != NULL) == self->fails);
    g_string_append_c(self->place->told, self->name);
}

static void submit(Place *place, char name, gboolean fails)
{
    Work *made = g_new0(Work, 1);

    made->place = place;
    made->name = name;
    made->fails = fails;
    oyer_db_submit(place->thread, work, made, done, g_free);
}

static void test_results_come_back_in_order(Place *place,
                                            gconstpointer unused G_GNUC_UNUSED)
{
    for (char name = 'a'; name <= 'z'; name++)
        submit(place, name, name == 'e');
    while (place->told->len < 26)
        g_main_context_iteration(place->context, TRUE);
    g_assert_cmpstr(place->told->str, ==, "abcdefghijklmnopqrstuvwxyz");
}

static void test_a_call_waits(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    Work fine = {.place = place}, bad = {.place = place, .fails = TRUE};
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_db_call(place->thread, work, &fine, NULL));
    g_assert_nonnull(fine.ran_on);
    g_assert_false(oyer_db_call(place->thread, work, &bad, &error));
    g_assert_error(error, OYER_DB_ERROR, OYER_DB_ERROR_SQL);
}

static void test_freeing_does_all_jobs_first(Place *place,
                                             gconstpointer unused G_GNUC_UNUSED)
{
    submit(place, 'a', FALSE);
    submit(place, 'b', FALSE);
    g_clear_pointer(&place->thread, oyer_db_thread_free);
    while (g_main_context_iteration(place->context, FALSE))
        ;
    g_assert_cmpstr(place->told->str, ==, "ab");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) \
    g_test_add("/store/thread/" name, Place, NULL, set_up, test, tear_down)
    ADD("results-come-back-in-order", test_results_come_back_in_order);
    ADD("a-call-waits", test_a_call_waits);
    ADD("freeing-does-all-jobs-first", test_freeing_does_all_jobs_first);
    return g_test_run();
}
