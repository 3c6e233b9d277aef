/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/connectivity.h"

#include <jansson.h>

#include "court.h"

#define SECOND G_USEC_PER_SEC

static void add_fact(GPtrArray *facts, Court *court, gint64 session, gint64 at_us,
                     const char *fact, const char *details)
{
    OyerConnectivity *row = g_new0(OyerConnectivity, 1);

    row->hearing = g_strdup(court->demo->hearing);
    row->participant = g_strdup("p1");
    row->session = session;
    row->at_us = at_us;
    row->fact = g_strdup(fact);
    row->details = g_strdup(details);
    g_ptr_array_add(facts, row);
}

static void add_sample(GPtrArray *samples, const char *hearing, gint64 at_us,
                       const char *body)
{
    OyerLineSample *row = g_new0(OyerLineSample, 1);

    row->hearing = g_strdup(hearing);
    row->participant = g_strdup("p1");
    row->session = 1;
    row->at_us = at_us;
    row->body = g_strdup(body);
    g_ptr_array_add(samples, row);
}

typedef struct {
    GPtrArray *facts, *samples;
} Batch;

static Batch batch_new(void)
{
    return (Batch){
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_connectivity_free),
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_line_sample_free),
    };
}

static void batch_clear(Batch *batch)
{
    g_ptr_array_unref(batch->facts);
    g_ptr_array_unref(batch->samples);
}

static GPtrArray *read_lines(Court *court, gint64 session)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) text =
        oyer_docket_connectivity(court->db, court->demo->hearing, session, &error);
    GPtrArray *lines = g_ptr_array_new_with_free_func((GDestroyNotify)json_decref);
    gsize size;

    g_assert_no_error(error);
    const char *bytes = g_bytes_get_data(text, &size);
    g_autofree char *copy = g_strndup(bytes ? bytes : "", size);
    g_auto(GStrv) parts = g_strsplit(copy, "\n", -1);
    for (guint i = 0; parts[i]; i++) {
        json_t *line = *parts[i] ? json_loads(parts[i], 0, NULL) : NULL;
        g_assert_true(line || !*parts[i]);
        if (line)
            g_ptr_array_add(lines, line);
    }
    return lines;
}

static const char *text_of(GPtrArray *lines, guint index, const char *name)
{
    return json_string_value(json_object_get(lines->pdata[index], name));
}

static void test_cuts_and_samples_come_in_order_of_time(
    Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    Batch batch = batch_new();

    add_fact(batch.facts, court, 1, NOW_US + 20 * SECOND, "back",
             "{\"away_us\":13000000}");
    add_fact(batch.facts, court, 1, NOW_US + 7 * SECOND, "lost",
             "{\"reason\":\"line_silent\"}");
    add_sample(batch.samples, court->demo->hearing, NOW_US + 5 * SECOND,
               "{\"rating\":\"bad\"}");
    g_assert_true(oyer_docket_add_lines(court->db, batch.facts, batch.samples, NULL));
    /* The same once more: samples are there already. */
    g_ptr_array_set_size(batch.facts, 0);
    g_assert_true(oyer_docket_add_lines(court->db, batch.facts, batch.samples, NULL));

    g_autoptr(GPtrArray) lines = read_lines(court, 0);
    g_assert_cmpuint(lines->len, ==, 3);
    g_assert_cmpstr(text_of(lines, 0, "type"), ==, "sample");
    g_assert_cmpstr(text_of(lines, 1, "fact"), ==, "lost");
    g_assert_cmpstr(text_of(lines, 1, "at"), ==, "2026-03-13T01:00:07.000Z");
    g_assert_cmpstr(text_of(lines, 2, "fact"), ==, "back");
    g_assert_cmpint(json_integer_value(json_object_get(
                        json_object_get(lines->pdata[2], "details"), "away_us")),
                    ==, 13 * SECOND);
    batch_clear(&batch);
}

static void test_a_session_has_its_own(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    Batch batch = batch_new();

    add_fact(batch.facts, court, 1, NOW_US, "arrived", NULL);
    add_fact(batch.facts, court, 2, NOW_US + SECOND, "left", NULL);
    g_assert_true(oyer_docket_add_lines(court->db, batch.facts, batch.samples, NULL));
    g_autoptr(GPtrArray) second = read_lines(court, 2);
    g_autoptr(GPtrArray) all = read_lines(court, 0);
    g_assert_cmpuint(second->len, ==, 1);
    g_assert_cmpstr(text_of(second, 0, "fact"), ==, "left");
    g_assert_cmpuint(all->len, ==, 2);
    batch_clear(&batch);
}

static void test_a_batch_is_kept_whole_or_not_at_all(Court *court,
                                                     gconstpointer unused G_GNUC_UNUSED)
{
    Batch batch = batch_new();

    add_fact(batch.facts, court, 1, NOW_US, "arrived", NULL);
    add_sample(batch.samples, "no-such-hearing", NOW_US, "{}");
    g_assert_false(oyer_docket_add_lines(court->db, batch.facts, batch.samples, NULL));
    g_autoptr(GPtrArray) lines = read_lines(court, 0);
    g_assert_cmpuint(lines->len, ==, 0);
    batch_clear(&batch);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test)                                                       \
    g_test_add("/docket/connectivity/" name, Court, NULL, court_set_up, test, \
               court_tear_down)
    ADD("cuts-and-samples-come-in-order-of-time",
        test_cuts_and_samples_come_in_order_of_time);
    ADD("a-session-has-its-own", test_a_session_has_its_own);
    ADD("a-batch-is-kept-whole-or-not-at-all",
        test_a_batch_is_kept_whole_or_not_at_all);
    return g_test_run();
}
