/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "room.h"

/* Media between two people, without what may be known of them. */
static guint media(Room *room, guint receiver, guint source)
{
    return cell(room, receiver, source) & OYER_MEDIA;
}

static guint presence(Room *room, guint receiver, guint source)
{
    return cell(room, receiver, source) & OYER_PRESENCE;
}

static void test_in_session_all_in_the_room_hear_each_other(ROOM_TEST_ARGS)
{
    start(room);
    for (guint receiver = 0; receiver < PEOPLE; receiver++)
        for (guint source = 0; source < PEOPLE; source++) {
            gboolean flows = receiver != source && receiver != WITNESS &&
                             source != WITNESS && source != OBSERVER;
            g_assert_cmpuint(media(room, receiver, source), ==, flows ? OYER_MEDIA : 0);
        }
}

static void test_before_the_opening_the_gallery_hears_nothing(ROOM_TEST_ARGS)
{
    seat(room);
    g_assert_cmpuint(media(room, PLAINTIFF, JUDGE), ==, OYER_MEDIA);
    g_assert_cmpuint(media(room, OBSERVER, JUDGE), ==, 0);
    g_assert_cmpuint(journal(room, JUDGE), ==, 0);
}

static void test_in_a_break_only_the_bench_talks(ROOM_TEST_ARGS)
{
    static const char *const stops[] = {"pause", "suspend"};

    start(room);
    for (gsize i = 0; i < G_N_ELEMENTS(stops); i++) {
        g_assert_cmpstr(order(room, "judge", stops[i], NULL, NULL), ==, "ok");
        for (guint receiver = 0; receiver < PEOPLE; receiver++)
            for (guint source = 0; source < PEOPLE; source++) {
                gboolean flows =
                    receiver != source && receiver <= CLERK && source <= CLERK;
                g_assert_cmpuint(media(room, receiver, source), ==,
                                 flows ? OYER_MEDIA : 0);
                g_assert_cmpuint(journal(room, source), ==, 0);
            }
        g_assert_cmpstr(order(room, "judge", "resume", NULL, NULL), ==, "ok");
    }
}

static void test_after_the_close_nothing_flows(ROOM_TEST_ARGS)
{
    start(room);
    order(room, "judge", "close", NULL, "\"confirm\":true");
    g_autoptr(OyerAudience) audience = oyer_audience_new(room->hearing);
    g_autoptr(json_t) cells = oyer_audience_cells(audience, room->hearing);
    g_assert_cmpuint(json_object_size(cells), ==, 0);
}

static void test_the_witness_is_apart_until_called(ROOM_TEST_ARGS)
{
    start(room);
    for (guint i = 0; i < PEOPLE; i++) {
        if (i == WITNESS)
            continue;
        g_assert_cmpuint(media(room, WITNESS, i) | media(room, i, WITNESS), ==, 0);
        g_assert_cmpuint(presence(room, WITNESS, i), ==,
                         oyer_role_is_staff(who(room, i)->role) ? OYER_PRESENCE : 0);
        g_assert_cmpuint(presence(room, i, WITNESS), ==,
                         oyer_role_is_staff(who(room, i)->role) ? OYER_PRESENCE : 0);
    }
    order(room, "judge", "call_witness", "witness", NULL);
    g_assert_cmpuint(media(room, WITNESS, PLAINTIFF), ==, OYER_MEDIA);
    g_assert_cmpuint(media(room, PLAINTIFF, WITNESS), ==, OYER_MEDIA);
    g_assert_cmpuint(journal(room, WITNESS), ==, OYER_MEDIA);
    order(room, "judge", "dismiss_witness", "witness", NULL);
    g_assert_cmpuint(media(room, WITNESS, PLAINTIFF), ==, 0);
}

static void test_one_side_waits_together(ROOM_TEST_ARGS)
{
    gather(room);
    g_assert_cmpuint(presence(room, DEFENDANT, COUNSEL), ==, OYER_PRESENCE);
    g_assert_cmpuint(presence(room, COUNSEL, DEFENDANT), ==, OYER_PRESENCE);
    g_assert_cmpuint(presence(room, PLAINTIFF, DEFENDANT), ==, 0);
    g_assert_cmpuint(presence(room, PLAINTIFF, CLERK), ==, OYER_PRESENCE);
    g_assert_cmpuint(presence(room, PLAINTIFF, WITNESS), ==, 0);
    g_assert_cmpuint(media(room, DEFENDANT, COUNSEL), ==, 0);
}

static void test_the_gallery_is_known_to_staff_only(ROOM_TEST_ARGS)
{
    start(room);
    for (guint i = 0; i < PEOPLE; i++)
        g_assert_cmpuint(presence(room, i, OBSERVER), ==,
                         i == OBSERVER || oyer_role_is_staff(who(room, i)->role)
                             ? OYER_PRESENCE
                             : 0);
}

static const struct {
    const char *media;
    guint left;
} screens[] = {
    {"video", OYER_AUDIO | OYER_PRESENCE},
    {"audio", OYER_VIDEO | OYER_SCREEN | OYER_PRESENCE},
    {"both", OYER_PRESENCE},
    {"presence", 0},
};

static void test_screening_takes_away_what_was_ordered(ROOM_TEST_ARGS)
{
    start(room);
    for (gsize i = 0; i < G_N_ELEMENTS(screens); i++) {
        g_autofree char *on = g_strdup_printf(
            "\"from\":\"defendant\",\"media\":\"%s\",\"on\":true,\"symmetric\":false",
            screens[i].media);
        g_autofree char *off = g_strdup_printf(
            "\"from\":\"defendant\",\"media\":\"%s\",\"on\":false", screens[i].media);

        g_assert_cmpstr(order(room, "judge", "screen", "plaintiff", on), ==, "ok");
        g_assert_cmpuint(cell(room, PLAINTIFF, DEFENDANT), ==, screens[i].left);
        g_assert_cmpuint(cell(room, DEFENDANT, PLAINTIFF), ==,
                         OYER_MEDIA | OYER_PRESENCE);
        g_assert_cmpuint(journal(room, DEFENDANT), ==, OYER_MEDIA);
        g_assert_cmpstr(order(room, "judge", "screen", "plaintiff", off), ==, "ok");
        g_assert_cmpuint(cell(room, PLAINTIFF, DEFENDANT), ==,
                         OYER_MEDIA | OYER_PRESENCE);
    }
}

static void test_only_what_one_gets_can_be_watched(ROOM_TEST_ARGS)
{
    static const struct {
        const char *receiver, *track;
        gboolean may;
    } cases[] = {
        {"plaintiff", "judge-video", TRUE},
        {"plaintiff", "judge-screen", TRUE},
        {"plaintiff", "defendant-video", FALSE},
        {"defendant", "plaintiff-video", TRUE},
        {"plaintiff", "witness-video", FALSE},
        {"plaintiff", "plaintiff-video", FALSE},
        {"plaintiff", "nobody-video", FALSE},
        {"nobody", "judge-video", FALSE},
        {"plaintiff", "", FALSE},
    };

    start(room);
    order(room, "judge", "screen", "plaintiff",
          "\"from\":\"defendant\",\"media\":\"video\",\"on\":true");
    g_autoptr(OyerAudience) audience = oyer_audience_new(room->hearing);

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(oyer_audience_may_watch(audience, room->hearing,
                                                cases[i].receiver, cases[i].track),
                        ==, cases[i].may);
}

static void test_captions_follow_the_sound(ROOM_TEST_ARGS)
{
    start(room);
    order(room, "judge", "screen", "plaintiff",
          "\"from\":\"defendant\",\"media\":\"audio\",\"on\":true");
    order(room, "judge", "mute", "counsel", "\"kinds\":[\"audio\"]");
    g_autoptr(OyerAudience) audience = oyer_audience_new(room->hearing);

    g_assert_false(oyer_audience_may_read(audience, PLAINTIFF, DEFENDANT));
    g_assert_true(oyer_audience_may_read(audience, DEFENDANT, DEFENDANT));
    g_assert_true(oyer_audience_may_read(audience, OBSERVER, DEFENDANT));
    g_assert_false(oyer_audience_may_read(audience, WITNESS, DEFENDANT));
    g_assert_cmpuint(oyer_audience_captions(audience, DEFENDANT), ==, OYER_AUDIO);
    g_assert_cmpuint(oyer_audience_captions(audience, COUNSEL), ==, 0);
}

static void test_a_lost_line_keeps_its_place(ROOM_TEST_ARGS)
{
    start(room);
    g_autoptr(OyerAudience) before = oyer_audience_new(room->hearing);
    tell(room, OYER_SYSTEM_LOST, "plaintiff", NULL);
    g_autoptr(OyerAudience) lost = oyer_audience_new(room->hearing);
    g_assert_true(oyer_audience_equal(before, lost));
    oyer_hearing_reattach(room->hearing, room->now_us);
    g_autoptr(OyerAudience) again = oyer_audience_new(room->hearing);
    g_assert_true(oyer_audience_equal(before, again));
}

static void test_cells_are_as_media_wants_them(ROOM_TEST_ARGS)
{
    start(room);
    order(room, "judge", "mute", "plaintiff", "\"kinds\":[\"video\",\"screen\"]");
    g_autoptr(OyerAudience) audience = oyer_audience_new(room->hearing);
    g_autoptr(json_t) cells = oyer_audience_cells(audience, room->hearing);
    const json_t *judge = json_object_get(cells, "judge");
    const json_t *record = json_object_get(cells, "journal");

    g_assert_cmpint(oyer_json_int(judge, "plaintiff", 0), ==, OYER_AUDIO);
    g_assert_cmpint(oyer_json_int(judge, "clerk", 0), ==, OYER_MEDIA);
    g_assert_null(json_object_get(judge, "judge"));
    g_assert_null(json_object_get(judge, "observer"));
    g_assert_null(json_object_get(cells, "witness"));
    g_assert_cmpint(oyer_json_int(record, "plaintiff", 0), ==, OYER_AUDIO);
}

/* Random hearings: any sequence of anything, by anybody. */

static const char *const commands[] = {
    "admit", "send_out", "call_witness", "dismiss_witness",
    "lock",  "unlock",   "lower_hand",   "remove",
};
static const char *const lookers[] = {"clerk", "judge"};
static const char *const plain[] = {"mute_all", "arm", "pause", "suspend", "resume"};
static const char *const said[] = {
    "{\"type\":\"wait\"}",
    "{\"type\":\"leave\"}",
    "{\"type\":\"subscribe\"}",
    "{\"type\":\"declare\",\"rules\":true,\"language\":\"en\"}",
};

static guint dice(guint sides)
{
    return (guint)g_test_rand_int_range(0, (gint32)sides);
}

static const char *anybody(Room *room)
{
    return who(room, dice(PEOPLE))->id;
}

static void random_screening(Room *room)
{
    g_autofree char *rest = g_strdup_printf(
        "\"from\":\"%s\",\"media\":\"%s\",\"on\":%s,\"symmetric\":%s", anybody(room),
        screens[dice(4)].media, dice(3) ? "true" : "false", dice(2) ? "true" : "false");
    order(room, "judge", "screen", anybody(room), rest);
}

static void random_step(Room *room)
{
    switch (dice(10)) {
    case 0:
        tell(room, dice(2) ? OYER_SYSTEM_ARRIVED : OYER_SYSTEM_LOST, anybody(room),
             NULL);
        break;
    case 1:
        tell(room, dice(2) ? OYER_SYSTEM_ARMED : OYER_SYSTEM_RECORDER_FAILED, NULL,
             "x");
        break;
    case 2:
        say(room, anybody(room), said[dice(G_N_ELEMENTS(said))]);
        break;
    case 3:
        random_screening(room);
        break;
    case 4:
        order(room, "clerk", dice(2) ? "mute" : "unmute", anybody(room),
              dice(2) ? "\"kinds\":[\"audio\"]" : "\"kinds\":[\"video\",\"screen\"]");
        break;
    case 5:
        order(room, "judge", plain[dice(G_N_ELEMENTS(plain))], NULL, NULL);
        break;
    case 6:
        order(room, "judge", "open", NULL,
              dice(2) ? NULL : "\"override\":true,\"reason\":\"x\"");
        break;
    case 7:
        order(room, dice(5) ? lookers[dice(2)] : anybody(room), "look", anybody(room),
              dice(5) ? "\"on\":true" : "\"on\":false");
        break;
    default:
        order(room, dice(4) ? "clerk" : anybody(room),
              commands[dice(G_N_ELEMENTS(commands))], anybody(room), NULL);
        break;
    }
}

/* One of the bench, in court, and one who waits: nobody else is in a look. */
static gboolean is_looked_at_by(Room *room, const OyerPerson *waits,
                                const OyerPerson *other)
{
    if (oyer_hearing_looker(room->hearing, waits) != other)
        return FALSE;
    g_assert_true(waits->room == OYER_ROOM_WAITING || waits->room == OYER_ROOM_WITNESS);
    g_assert_true(oyer_role_is_bench(other->role) && other->online &&
                  other->room == OYER_ROOM_HEARING);
    return TRUE;
}

static void check_look(Room *room, guint bits, const OyerPerson *source)
{
    g_assert_cmpint(source->role, !=, OYER_ROLE_OBSERVER);
    g_assert_cmpint(room->hearing->session, !=, OYER_SESSION_CLOSED);
    g_assert_cmpuint(bits & (OYER_SCREEN | source->muted), ==, 0);
}

static void check_cell(Room *room, const OyerAudience *audience, guint to, guint from)
{
    const OyerPerson *receiver = who(room, to), *source = who(room, from);
    guint bits = oyer_audience_cell(audience, to, from);
    OyerSessionStatus session = room->hearing->session;

    if (to == from) {
        g_assert_cmpuint(bits, ==, OYER_PRESENCE);
        return;
    }
    if (is_looked_at_by(room, receiver, source) ||
        is_looked_at_by(room, source, receiver)) {
        check_look(room, bits, source);
        return;
    }
    if (bits & OYER_MEDIA) {
        for (guint i = 0; i < PEOPLE; i++)
            g_assert_true(oyer_hearing_looker(room->hearing, who(room, i)) != source ||
                          !(bits & (OYER_AUDIO | OYER_VIDEO)));
        g_assert_cmpint(receiver->room, ==, OYER_ROOM_HEARING);
        g_assert_cmpint(source->room, ==, OYER_ROOM_HEARING);
        g_assert_cmpint(source->role, !=, OYER_ROLE_OBSERVER);
        g_assert_cmpint(session, !=, OYER_SESSION_CLOSED);
        g_assert_cmpuint(bits & source->muted, ==, 0);
        g_assert_cmpuint(bits & OYER_PRESENCE, ==, OYER_PRESENCE);
        if (session == OYER_SESSION_PAUSED || session == OYER_SESSION_SUSPENDED)
            g_assert_true(oyer_role_is_bench(receiver->role) &&
                          oyer_role_is_bench(source->role));
    }
    if (receiver->role == OYER_ROLE_WITNESS && receiver->room != OYER_ROOM_HEARING)
        g_assert_true(!(bits & OYER_MEDIA) &&
                      (!bits || oyer_role_is_staff(source->role)));
    if (receiver->status == OYER_STATUS_REMOVED || receiver->status == OYER_STATUS_LEFT)
        g_assert_true(!(bits & OYER_MEDIA));
}

static void check_screening(Room *room, const OyerAudience *audience)
{
    static const guint taken[] = {[OYER_SCREEN_VIDEO] = 6,
                                  [OYER_SCREEN_AUDIO] = 1,
                                  [OYER_SCREEN_BOTH] = 7,
                                  [OYER_SCREEN_PRESENCE] = 15};

    for (guint i = 0; i < room->hearing->screening->len; i++) {
        const OyerScreening *rule =
            &g_array_index(room->hearing->screening, OyerScreening, i);
        guint a = (guint)oyer_hearing_index(room->hearing, rule->subject);
        guint b = (guint)oyer_hearing_index(room->hearing, rule->from);
        g_assert_cmpuint(oyer_audience_cell(audience, a, b) & taken[rule->media], ==,
                         0);
        if (rule->symmetric)
            g_assert_cmpuint(oyer_audience_cell(audience, b, a) & taken[rule->media],
                             ==, 0);
    }
}

static void check_record(Room *room, const OyerAudience *audience)
{
    for (guint i = 0; i < PEOPLE; i++) {
        guint bits = oyer_audience_journal(audience, i);
        if (!bits)
            continue;
        g_assert_cmpint(room->hearing->session, ==, OYER_SESSION_IN_SESSION);
        g_assert_cmpint(who(room, i)->room, ==, OYER_ROOM_HEARING);
        g_assert_cmpuint(bits & who(room, i)->muted, ==, 0);
        g_assert_cmpint(room->hearing->recording, ==, OYER_RECORDING_RECORDING);
    }
}

static void test_no_sequence_of_acts_opens_a_way(ROOM_TEST_ARGS)
{
    gather(room);
    for (guint step = 0; step < 20000; step++) {
        random_step(room);
        g_autoptr(OyerAudience) audience = oyer_audience_new(room->hearing);
        for (guint to = 0; to < PEOPLE; to++)
            for (guint from = 0; from < PEOPLE; from++)
                check_cell(room, audience, to, from);
        check_screening(room, audience);
        check_record(room, audience);
        if (step % 1000 == 999) {
            room_tear_down(room, NULL);
            room->last = NULL;
            room_set_up(room, NULL);
            gather(room);
        }
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) ROOM_TEST("/hearing/audience/" name, test)
    ADD("in-session-all-in-the-room-hear-each-other",
        test_in_session_all_in_the_room_hear_each_other);
    ADD("before-the-opening-the-gallery-hears-nothing",
        test_before_the_opening_the_gallery_hears_nothing);
    ADD("in-a-break-only-the-bench-talks", test_in_a_break_only_the_bench_talks);
    ADD("after-the-close-nothing-flows", test_after_the_close_nothing_flows);
    ADD("the-witness-is-apart-until-called", test_the_witness_is_apart_until_called);
    ADD("one-side-waits-together", test_one_side_waits_together);
    ADD("the-gallery-is-known-to-staff-only", test_the_gallery_is_known_to_staff_only);
    ADD("screening-takes-away-what-was-ordered",
        test_screening_takes_away_what_was_ordered);
    ADD("only-what-one-gets-can-be-watched", test_only_what_one_gets_can_be_watched);
    ADD("captions-follow-the-sound", test_captions_follow_the_sound);
    ADD("a-lost-line-keeps-its-place", test_a_lost_line_keeps_its_place);
    ADD("cells-are-as-media-wants-them", test_cells_are_as_media_wants_them);
    ADD("no-sequence-of-acts-opens-a-way", test_no_sequence_of_acts_opens_a_way);
    return g_test_run();
}
