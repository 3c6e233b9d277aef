/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/view.h"
#include "room.h"

/* What the life of a session left behind. */
typedef struct {
    guint journal, notes, lines; /* effects of the journal; notes; lines */
} Traces;

static void count(Room *room, Traces *into)
{
    for (guint i = 0; i < room->last->effects->len; i++) {
        const OyerEffect *one = g_ptr_array_index(room->last->effects, i);
        into->journal += one->kind == OYER_EFFECT_JOURNAL_ARM ||
                         one->kind == OYER_EFFECT_JOURNAL_START ||
                         one->kind == OYER_EFFECT_JOURNAL_MARK ||
                         one->kind == OYER_EFFECT_JOURNAL_CLOSE;
    }
    into->notes += room->last->notes->len;
    into->lines += room->last->lines->len;
}

/* The same from the first step to the last, whoever @chair is. */
static Traces live(Room *room, const char *chair)
{
    static const char *const orders[] = {
        "{\"type\":\"command\",\"do\":\"open\"}",
        "{\"type\":\"line\",\"participant\":\"plaintiff\",\"text\":\"thirty thousand\"}",
        "{\"type\":\"note\",\"text\":\"they are close\"}",
        "{\"type\":\"command\",\"do\":\"stage\",\"stage\":\"debate\"}",
        "{\"type\":\"command\",\"do\":\"pause\"}",
        "{\"type\":\"command\",\"do\":\"resume\"}",
    };
    Traces traces = {0};

    tell(room, OYER_SYSTEM_ARRIVED, chair, NULL);
    say(room, chair, "{\"type\":\"wait\"}");
    count(room, &traces);
    order(room, "clerk", "arm", NULL, NULL);
    count(room, &traces);
    tell(room, OYER_SYSTEM_ARMED, NULL, NULL);
    count(room, &traces);
    for (gsize i = 0; i < G_N_ELEMENTS(orders); i++) {
        const char *by = strstr(orders[i], "command") ? chair : "clerk";
        say(room, by, orders[i]);
        count(room, &traces);
    }
    tell(room, OYER_SYSTEM_GAP, NULL, "media_restarted");
    count(room, &traces);
    tell(room, OYER_SYSTEM_RECORDER_FAILED, NULL, "disk");
    count(room, &traces);
    return traces;
}

static void test_nothing_of_it_is_recorded(Room *room,
                                           gconstpointer unused G_GNUC_UNUSED)
{
    room->hearing->is_mediation = TRUE;
    who(room, JUDGE)->role = OYER_ROLE_MEDIATOR;
    const Traces traces = live(room, "judge");

    g_assert_cmpuint(traces.journal, ==, 0);
    g_assert_cmpuint(traces.notes, ==, 0);
    g_assert_cmpuint(traces.lines, ==, 0);
    /* A recorder that fails stops a trial: here there is none to fail. */
    g_assert_cmpint(room->hearing->session, ==, OYER_SESSION_IN_SESSION);
    g_assert_cmpint(room->hearing->stage, ==, OYER_STAGE_MEDIATION);
    g_assert_cmpint(room->hearing->recording, ==, OYER_RECORDING_IDLE);
    g_assert_false(room->hearing->unrecorded);
    g_assert_cmpuint(room->hearing->intervals->len, ==, 0);
    g_assert_cmpuint(room->hearing->chapters->len, ==, 0);
    g_autoptr(OyerAudience) audience = oyer_audience_new(room->hearing);
    for (guint i = 0; i < PEOPLE; i++)
        g_assert_cmpuint(oyer_audience_journal(audience, i), ==, 0);
    g_autoptr(json_t) state =
        oyer_view_state(room->hearing, audience, PLAINTIFF, 1, room->now_us);
    const json_t *recording = json_object_get(state, "recording");
    g_assert_cmpstr(oyer_json_string(recording, "state"), ==, "none");
    g_assert_false(oyer_json_bool(recording, "alarm", TRUE));
    g_assert_true(
        oyer_json_bool(json_object_get(state, "hearing"), "mediation", FALSE));
    g_assert_cmpstr(order(room, "judge", "close", NULL, "\"confirm\":true"), ==, "ok");
    g_assert_null(effect(room, OYER_EFFECT_JOURNAL_CLOSE));
    g_assert_cmpint(room->hearing->record.state, ==, OYER_RECORD_NONE);
    g_assert_cmpint(room->hearing->status, ==, OYER_HEARING_CONCLUDED);
}

/* The same steps of a trial: the test would see it. */
static void test_a_trial_is_recorded_all_the_same(Room *room,
                                                  gconstpointer unused G_GNUC_UNUSED)
{
    const Traces traces = live(room, "judge");

    g_assert_cmpuint(traces.journal, >, 2);
    g_assert_cmpuint(traces.notes, >, 0);
    g_assert_cmpuint(traces.lines, ==, 1);
    g_assert_cmpint(room->hearing->session, ==, OYER_SESSION_SUSPENDED);
}

/* Who presides over a mediation presides over no trial: a trial without a judge does not
 * open, and nobody makes one a mediation by a word. */
static void test_the_kind_is_not_changed_by_anybody(Room *room,
                                                    gconstpointer unused G_GNUC_UNUSED)
{
    static const char *const attempts[] = {
        "{\"type\":\"command\",\"do\":\"open\",\"mediation\":true,\"confirm\":true}",
        "{\"type\":\"command\",\"do\":\"open\",\"override\":true,\"mediation\":true,"
        "\"reason\":\"x\"}",
    };

    tell(room, OYER_SYSTEM_ARRIVED, "judge", NULL);
    say(room, "judge", "{\"type\":\"wait\"}");
    tell(room, OYER_SYSTEM_ARMED, NULL, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(attempts); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(OyerMessage) message =
            oyer_message_parse(attempts[i], strlen(attempts[i]), NULL, &error);
        if (message != NULL)
            say(room, "judge", attempts[i]);
        g_assert_false(room->hearing->is_mediation);
    }
    order(room, "judge", "open", NULL, NULL);
    g_assert_cmpint(room->hearing->recording, ==, OYER_RECORDING_RECORDING);
    g_autoptr(OyerHearing) copy = oyer_hearing_copy(room->hearing);
    g_assert_false(copy->is_mediation);
}

#define ADD(name, func)                                                   \
    g_test_add("/hearing/mediation/" name, Room, NULL, room_set_up, func, \
               room_tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("nothing-of-it-is-recorded", test_nothing_of_it_is_recorded);
    ADD("a-trial-is-recorded-all-the-same", test_a_trial_is_recorded_all_the_same);
    ADD("the-kind-is-not-changed-by-anybody", test_the_kind_is_not_changed_by_anybody);
    return g_test_run();
}
