/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/record.h"

#include "court.h"

static gboolean put(Court *court, const char *id, gint64 revision, gint64 start_us,
                    const char *folded)
{
    g_autofree char *json =
        g_strdup_printf("{\"id\":\"%s\",\"text\":\"%s\"}", id, folded);
    g_autoptr(GError) error = NULL;
    gboolean is_new = FALSE;
    OyerLineRow row = {
        .hearing = court->demo->hearing,
        .id = (char *)(gintptr)id,
        .session = 1,
        .revision = revision,
        .start_us = start_us,
        .json = json,
        .folded = (char *)(gintptr)folded,
        .at_us = NOW_US,
    };

    g_assert_true(oyer_docket_put_line(court->db, &row, &is_new, &error));
    g_assert_no_error(error);
    return is_new;
}

static guint hits(Court *court, const char *phrase)
{
    g_autoptr(GPtrArray) lines =
        oyer_docket_search(court->db, court->demo->hearing, 1, phrase, 100, NULL);

    g_assert_nonnull(lines);
    return lines->len;
}

static void test_lines_come_in_order_of_time(Court *court,
                                             gconstpointer unused G_GNUC_UNUSED)
{
    put(court, "b", 1, 20, "second");
    put(court, "a", 1, 10, "first");
    g_autoptr(GPtrArray) lines =
        oyer_docket_lines(court->db, court->demo->hearing, 1, NULL);

    g_assert_cmpuint(lines->len, ==, 2);
    g_assert_cmpstr(lines->pdata[0], ==, "{\"id\":\"a\",\"text\":\"first\"}");
}

static void test_the_same_line_again_is_nothing_new(Court *court,
                                                    gconstpointer unused G_GNUC_UNUSED)
{
    g_assert_true(put(court, "a", 1, 10, "first"));
    g_assert_false(put(court, "a", 1, 10, "first"));
    g_assert_cmpuint(hits(court, "\"first\""), ==, 1);
}

static void test_a_revision_keeps_the_old_one(Court *court,
                                              gconstpointer unused G_GNUC_UNUSED)
{
    put(court, "a", 1, 10, "三 月");
    put(court, "a", 2, 10, "二 月");
    g_autoptr(GPtrArray) now =
        oyer_docket_lines(court->db, court->demo->hearing, 1, NULL);
    g_autoptr(GPtrArray) all =
        oyer_docket_line_history(court->db, court->demo->hearing, "a", NULL);

    g_assert_cmpuint(now->len, ==, 1);
    g_assert_cmpuint(all->len, ==, 2);
    g_assert_cmpuint(hits(court, "\"三 月\""), ==, 0);
    g_assert_cmpuint(hits(court, "\"二 月\""), ==, 1);
}

static void test_finds_words_of_two_characters(Court *court,
                                               gconstpointer unused G_GNUC_UNUSED)
{
    put(court, "a", 1, 10, "我 是 被 告 的 代 理 人");
    put(court, "b", 1, 20, "告 被 the contract");
    g_assert_cmpuint(hits(court, "\"被 告\""), ==, 1);
    g_assert_cmpuint(hits(court, "\"告\""), ==, 2);
    g_assert_cmpuint(hits(court, "\"contract\""), ==, 1);
    g_assert_cmpuint(hits(court, "\"原 告\""), ==, 0);
}

static void collect(const char *participant G_GNUC_UNUSED, const char *id,
                    const char *reply G_GNUC_UNUSED, gpointer data)
{
    g_string_append(data, id);
}

static void test_the_first_answer_stands(Court *court,
                                         gconstpointer unused G_GNUC_UNUSED)
{
    const OyerDemoPerson *judge = g_ptr_array_index(court->demo->people, 0);
    g_autoptr(GString) ids = g_string_new(NULL);

    g_assert_true(oyer_docket_remember(court->db, judge->id, "x", "1", NOW_US, NULL));
    g_assert_true(oyer_docket_remember(court->db, judge->id, "x", "2", NOW_US, NULL));
    g_assert_true(
        oyer_docket_remember(court->db, judge->id, "y", "3", NOW_US + 1, NULL));
    g_assert_true(
        oyer_docket_memories(court->db, court->demo->hearing, collect, ids, NULL));
    g_assert_cmpstr(ids->str, ==, "xy");
}

static void test_notes_and_connectivity_are_kept(Court *court,
                                                 gconstpointer unused G_GNUC_UNUSED)
{
    const OyerDocketNote note = {
        court->demo->hearing,     1,   NOW_US, court->demo->hearing,
        court->demo->case_number, TRUE};
    const OyerConnectivity lost = {.hearing = court->demo->hearing,
                                   .participant = court->demo->hearing,
                                   .session = 1,
                                   .at_us = NOW_US,
                                   .fact = court->demo->hearing};

    g_assert_true(oyer_docket_add_note(court->db, &note, NULL));
    g_assert_true(oyer_docket_add_connectivity(court->db, &lost, NULL));
    g_autoptr(GPtrArray) notes =
        oyer_docket_notes(court->db, court->demo->hearing, NULL);
    g_assert_cmpuint(notes->len, ==, 1);
    g_assert_cmpstr(((OyerDocketNote *)notes->pdata[0])->text, ==,
                    court->demo->case_number);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) \
    g_test_add("/docket/record/" name, Court, NULL, court_set_up, test, court_tear_down)
    ADD("lines-come-in-order-of-time", test_lines_come_in_order_of_time);
    ADD("the-same-line-again-is-nothing-new", test_the_same_line_again_is_nothing_new);
    ADD("a-revision-keeps-the-old-one", test_a_revision_keeps_the_old_one);
    ADD("finds-words-of-two-characters", test_finds_words_of_two_characters);
    ADD("the-first-answer-stands", test_the_first_answer_stands);
    ADD("notes-and-connectivity-are-kept", test_notes_and_connectivity_are_kept);
    return g_test_run();
}
