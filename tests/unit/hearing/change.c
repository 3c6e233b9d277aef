/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a change stores, hearing/keep.h reads back: both are tested here. */

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "docket/demo.h"
#include "hearing/keep.h"
#include "hearing/view.h"
#include "support/place.h"

#define NOW_US G_GINT64_CONSTANT(1773365400000000)

typedef struct {
    TestPlace at;
    OyerDb *db;
    OyerHearing *hearing;
    gint64 now_us;
} House;

static void open_house(House *house)
{
    g_autoptr(OyerKey) key = oyer_key_new(NULL);
    g_autoptr(GError) error = NULL;

    house->db = oyer_db_open(house->at.place, &error);
    g_assert_no_error(error);
    g_autoptr(OyerDemo) demo = oyer_demo_seed(house->db, key, NOW_US, &error);
    g_assert_no_error(error);
    house->hearing = oyer_keep_load(house->db, demo->hearing, &error);
    g_assert_no_error(error);
}

static void close_house(House *house)
{
    g_clear_pointer(&house->hearing, oyer_hearing_free);
    g_clear_pointer(&house->db, oyer_db_close);
}

static void set_up(House *house, gconstpointer unused G_GNUC_UNUSED)
{
    test_place_set_up(&house->at);
    house->now_us = NOW_US;
    open_house(house);
}

static void tear_down(House *house, gconstpointer unused G_GNUC_UNUSED)
{
    close_house(house);
    test_place_tear_down(&house->at);
}

static char *full_id(House *house, const char *key)
{
    return g_strconcat(house->hearing->id, "-", key, NULL);
}

static void store(House *house, const OyerHearing *before, OyerOutcome *outcome,
                  const char *actor, const char *message_id)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerChange) change =
        oyer_change_new(before, house->hearing, outcome, actor, message_id,
                        message_id ? "{\"type\":\"ok\"}" : NULL, house->now_us);

    g_assert_true(oyer_change_store(house->db, change, &error));
    g_assert_no_error(error);
}

static void say(House *house, const char *key, const char *json)
{
    g_autofree char *actor = full_id(house, key);
    g_autoptr(OyerHearing) before = oyer_hearing_copy(house->hearing);
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerMessage) message =
        oyer_message_parse(json, strlen(json), NULL, &error);

    g_assert_no_error(error);
    house->now_us += 1000000;
    g_autoptr(OyerOutcome) outcome =
        oyer_hearing_do(house->hearing, actor, message, NULL, house->now_us);
    store(house, before, outcome, actor, message->id);
}

static void order(House *house, const char *key, const char *command,
                  const char *target, const char *rest)
{
    g_autofree char *json = g_strdup_printf(
        "{\"type\":\"command\",\"do\":\"%s\",\"participant\":\"%s-%s\"%s}", command,
        house->hearing->id, target, rest);
    say(house, key, json);
}

static void tell(House *house, OyerSystemFact fact, const char *key, const char *text)
{
    g_autofree char *participant = key ? full_id(house, key) : NULL;
    g_autoptr(OyerHearing) before = oyer_hearing_copy(house->hearing);

    house->now_us += 1000000;
    g_autoptr(OyerOutcome) outcome =
        oyer_hearing_fact(house->hearing, fact, participant, text, 0, house->now_us);
    store(house, before, outcome, NULL, NULL);
}

static void come(House *house, const char *key)
{
    tell(house, OYER_SYSTEM_ARRIVED, key, "a browser");
    say(house, key, "{\"type\":\"declare\",\"rules\":true,\"language\":\"zh\"}");
    say(house, key, "{\"type\":\"wait\"}");
}

/* A hearing in which every stored field is something else than at the start. */
static void play(House *house)
{
    g_autofree char *screen =
        g_strdup_printf(",\"from\":\"%s-witness\",\"media\":\"video\",\"on\":true,"
                        "\"symmetric\":true",
                        house->hearing->id);

    come(house, "judge");
    come(house, "clerk");
    come(house, "plaintiff");
    come(house, "defendant");
    come(house, "witness");
    tell(house, OYER_SYSTEM_ARMED, NULL, NULL);
    order(house, "clerk", "admit", "plaintiff", "");
    order(house, "clerk", "admit", "defendant", "");
    say(house, "plaintiff", "{\"type\":\"subscribe\"}");
    say(house, "judge", "{\"type\":\"command\",\"do\":\"open\",\"id\":\"m1\"}");
    say(house, "judge", "{\"type\":\"command\",\"do\":\"stage\",\"stage\":\"rights\"}");
    order(house, "judge", "lock", "plaintiff", "");
    order(house, "clerk", "identify", "plaintiff", ",\"level\":\"verified\"");
    order(house, "judge", "screen", "plaintiff", screen);
    order(house, "judge", "call_witness", "witness", "");
    say(house, "plaintiff", "{\"type\":\"hand\",\"raised\":true}");
    say(house, "plaintiff", "{\"type\":\"trouble\",\"text\":\"echo\"}");
    say(house, "plaintiff",
        "{\"type\":\"check\",\"result\":\"red\",\"camera\":\"busy\","
        "\"microphone\":\"ok\",\"speaker\":\"ok\",\"line\":null}");
    say(house, "judge",
        "{\"type\":\"command\",\"do\":\"suspend\",\"reason\":\"power\"}");
    tell(house, OYER_SYSTEM_LOST, "defendant", NULL);
}

/* Everything that is stored, as judge and clerk see it; what is live is reset. */
static char *picture(const OyerHearing *hearing)
{
    g_autoptr(OyerHearing) copy = oyer_hearing_copy(hearing);

    g_ptr_array_set_size(copy->alerts, 0);
    for (guint i = 0; i < copy->people->len; i++)
        oyer_hearing_person_at(copy, i)->online = FALSE;
    g_autoptr(OyerAudience) audience = oyer_audience_new(copy);
    g_autoptr(json_t) state = oyer_view_state(copy, audience, 0, 1, 1);
    json_object_set_new(state, "chapters", oyer_view_chapters(copy));
    json_object_set_new(state, "intervals", oyer_view_intervals(copy));
    return oyer_json_canonical(state);
}

static void test_all_is_read_back(House *house, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;

    play(house);
    g_autofree char *was = picture(house->hearing);
    g_autoptr(OyerHearing) again =
        oyer_keep_load(house->db, house->hearing->id, &error);
    g_assert_no_error(error);
    g_autofree char *is = picture(again);
    g_assert_cmpstr(is, ==, was);

    const OyerPerson *defendant = oyer_hearing_person_at(again, 3);
    g_assert_cmpint(defendant->status, ==, OYER_STATUS_DISCONNECTED);
    g_assert_cmpint(defendant->before, ==, OYER_STATUS_ADMITTED);
    g_assert_cmpint(again->status, ==, OYER_HEARING_IN_PROGRESS);
    g_assert_cmpint(again->record.state, ==, OYER_RECORD_RECORDING);
    g_assert_cmpuint(again->hands, ==, 1);
}

static void test_the_log_explains_it(House *house, gconstpointer unused G_GNUC_UNUSED)
{
    gint64 count = 0;

    play(house);
    g_assert_true(
        oyer_docket_verify_events(house->db, house->hearing->id, &count, NULL));
    g_assert_cmpint(count, >, 20);
}

static void remember(const char *participant G_GNUC_UNUSED, const char *id,
                     const char *reply, gpointer data)
{
    g_string_append_printf(data, "%s=%s", id, reply);
}

static void test_answers_are_remembered(House *house,
                                        gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GString) known = g_string_new(NULL);

    play(house);
    g_assert_true(
        oyer_docket_memories(house->db, house->hearing->id, remember, known, NULL));
    g_assert_cmpstr(known->str, ==, "m1={\"type\":\"ok\"}");
}

static void test_nothing_changed_is_nothing_to_write(House *house,
                                                     gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(OyerHearing) before = oyer_hearing_copy(house->hearing);
    g_autoptr(OyerOutcome) outcome =
        oyer_hearing_fact(house->hearing, OYER_SYSTEM_TICK, NULL, NULL, 0, NOW_US);
    g_autoptr(OyerChange) change =
        oyer_change_new(before, house->hearing, outcome, NULL, NULL, NULL, NOW_US);

    g_assert_true(oyer_change_is_empty(change));
}

/* If one row cannot be stored, none is. */
static void test_all_or_nothing(House *house, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(OyerHearing) before = oyer_hearing_copy(house->hearing);
    g_autofree char *actor = full_id(house, "judge");
    g_autoptr(OyerOutcome) outcome = oyer_hearing_fact(
        house->hearing, OYER_SYSTEM_ARRIVED, actor, "x", 0, house->now_us);
    g_autoptr(OyerChange) change =
        oyer_change_new(before, house->hearing, outcome, NULL, NULL, NULL, NOW_US);
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_db_run(house->db, "DROP TABLE connectivity", NULL));
    g_assert_false(oyer_change_store(house->db, change, &error));
    g_assert_nonnull(error);
    g_autoptr(OyerHearing) again = oyer_keep_load(house->db, house->hearing->id, NULL);
    g_assert_cmpint(oyer_hearing_person(again, actor)->status, ==, OYER_STATUS_INVITED);
}

static void test_rows_that_make_no_sense_are_refused(House *house,
                                                     gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(
        oyer_db_run(house->db, "UPDATE participant SET room = 'attic'", NULL));
    g_assert_null(oyer_keep_load(house->db, house->hearing->id, &error));
    g_assert_error(error, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_BROKEN);
}

/* Mutes and unmutes, tells how many acts were stored, until it is killed. */
static void act_until_killed(House *house, int out)
{
    open_house(house);
    for (gint64 told = 1;; told++) {
        order(house, "clerk", told % 2 ? "mute" : "unmute", "plaintiff",
              ",\"kinds\":[\"audio\"]");
        if (write(out, &told, sizeof told) != sizeof told)
            _exit(1);
    }
}

/* kill -9 of the server in mid-hearing: what was told is there, and nothing else. */
static void test_killed_it_knows_what_it_told(House *house,
                                              gconstpointer unused G_GNUC_UNUSED)
{
    gint64 told = 0, next, before = 0, after = 0;
    int ends[2];

    play(house);
    oyer_docket_verify_events(house->db, house->hearing->id, &before, NULL);
    close_house(house);
    g_assert_cmpint(pipe(ends), ==, 0);
    pid_t child = fork();
    if (!child) {
        act_until_killed(house, ends[1]);
        _exit(0);
    }
    close(ends[1]);
    while (told < 33 && read(ends[0], &next, sizeof next) == sizeof next)
        told = next;
    g_assert_cmpint(kill(child, SIGKILL), ==, 0);
    while (read(ends[0], &next, sizeof next) == sizeof next)
        told = next;
    close(ends[0]);
    g_assert_cmpint(waitpid(child, NULL, 0), ==, child);

    open_house(house);
    g_assert_true(
        oyer_docket_verify_events(house->db, house->hearing->id, &after, NULL));
    gint64 stored = after - before;
    g_assert_cmpint(stored, >=, told);
    g_assert_cmpint(stored, <=, told + 1);
    g_assert_cmpuint(oyer_hearing_person_at(house->hearing, 2)->muted, ==,
                     stored % 2 ? OYER_AUDIO : 0);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) \
    g_test_add("/hearing/change/" name, House, NULL, set_up, test, tear_down)
    ADD("all-is-read-back", test_all_is_read_back);
    ADD("the-log-explains-it", test_the_log_explains_it);
    ADD("answers-are-remembered", test_answers_are_remembered);
    ADD("nothing-changed-is-nothing-to-write",
        test_nothing_changed_is_nothing_to_write);
    ADD("all-or-nothing", test_all_or_nothing);
    ADD("rows-that-make-no-sense-are-refused",
        test_rows_that_make_no_sense_are_refused);
    ADD("killed-it-knows-what-it-told", test_killed_it_knows_what_it_told);
    return g_test_run();
}
