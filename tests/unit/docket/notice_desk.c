/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/notice_desk.h"

#include <string.h>

#include "base/clock.h"
#include "court.h"
#include "docket/notice_own.h"
#include "docket/public.h"
#include "docket/visitor.h"

typedef struct {
    Court court;
    OyerNoticeTexts *texts;
    OyerStaffSession clerk;
    char notice[OYER_ID_SIZE], sending[OYER_ID_SIZE]; /* of the plaintiff */
} Desk;

/* The plaintiff's invitation as the desk sees it.  (transfer full) */
static json_t *find_notice(Desk *desk)
{
    OyerNoticeFilter filter = {0};
    json_t *object = NULL, *row, *found = NULL;
    gsize i;

    g_strlcpy(filter.hearing, desk->court.demo->hearing, sizeof filter.hearing);
    g_assert_true(
        oyer_docket_notices(desk->court.db, "demo-court", &filter, &object, NULL));
    json_array_foreach(json_object_get(object, "notices"), i, row)
    {
        if (!g_strcmp0(oyer_json_string(row, "person"), "demo-plaintiff") &&
            !g_strcmp0(oyer_json_string(row, "kind"), "hearing_invitation"))
            found = json_incref(row);
    }
    json_decref(object);
    g_assert_nonnull(found);
    return found;
}

static void set_up(Desk *desk, gconstpointer unused)
{
    g_autoptr(GError) error = NULL;
    guint told = 0;
    gboolean found = FALSE;

    court_set_up(&desk->court, unused);
    desk->texts = oyer_notice_texts_built_in();
    const OyerNoticeRules rules = {desk->texts, FALSE};
    desk->clerk = (OyerStaffSession){.account = "demo-clerk", .court = "demo-court"};
    g_assert_true(oyer_docket_put_contact(desk->court.db, "demo-plaintiff",
                                          OYER_CHANNEL_EMAIL, "zhu@example.cn", NOW_US,
                                          NOW_US, NULL));
    g_assert_true(oyer_docket_invite_by_staff(desk->court.db, &rules, &desk->clerk,
                                              desk->court.demo->hearing, NOW_US, &told,
                                              &found, &error));
    g_assert_no_error(error);
    g_assert_true(found);
    g_autoptr(json_t) notice = find_notice(desk);
    g_strlcpy(desk->notice, oyer_json_string(notice, "id"), sizeof desk->notice);
    g_strlcpy(
        desk->sending,
        oyer_json_string(json_array_get(json_object_get(notice, "sendings"), 0), "id"),
        sizeof desk->sending);
}

static void tear_down(Desk *desk, gconstpointer unused)
{
    oyer_notice_texts_free(desk->texts);
    court_tear_down(&desk->court, unused);
}

static gsize count_tasks(Desk *desk)
{
    g_autoptr(json_t) object = NULL;

    g_assert_true(
        oyer_docket_notice_tasks(desk->court.db, "demo-court", NOW_US, &object, NULL));
    return json_array_size(json_object_get(object, "tasks"));
}

static void step(Desk *desk, OyerSendingStep taken)
{
    gboolean done = FALSE;

    g_assert_true(oyer_docket_step_sending(desk->court.db, desk->sending, taken, "", 1,
                                           NOW_US + 1, &done, NULL));
    g_assert_true(done);
}

static void test_what_bounces_is_a_task_until_somebody_sees_to_it(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    /* The three without an address who are not of the court. */
    g_assert_cmpuint(count_tasks(desk), ==, 3);
    step(desk, OYER_SENDING_CLAIM);
    step(desk, OYER_SENDING_HAND);
    step(desk, OYER_SENDING_ACCEPT);
    for (int twice = 0; twice < 2; twice++) {
        gboolean done = FALSE;
        g_assert_true(oyer_docket_take_receipt(desk->court.db, "email", desk->sending,
                                               OYER_SENDING_BOUNCE, "full", NOW_US + 2,
                                               &done, NULL));
        g_assert_cmpint(done, ==, !twice);
    }
    g_assert_cmpuint(count_tasks(desk), ==, 4);

    OyerStaffSession stranger = desk->clerk;
    gboolean found = TRUE;
    g_strlcpy(stranger.court, "other-court", sizeof stranger.court);
    g_assert_true(oyer_docket_handle_sending(desk->court.db, &stranger, desk->sending,
                                             "x", NOW_US, &found, NULL));
    g_assert_false(found);
    g_assert_true(oyer_docket_resend(desk->court.db, &desk->clerk, desk->notice,
                                     "email", "zhu@example.cn", NOW_US + 3, &found,
                                     NULL));
    g_assert_true(found);
    g_assert_cmpuint(count_tasks(desk), ==, 3);
}

static void test_the_first_reading_serves_and_is_certified(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    char notice[OYER_ID_SIZE];
    g_autoptr(json_t) paper = NULL;

    for (gint64 later = 10; later <= 20; later += 10) {
        g_assert_true(oyer_docket_note_read(desk->court.db, desk->sending, TRUE, FALSE,
                                            NOW_US + later, notice, NULL));
        g_assert_cmpstr(notice, ==, desk->notice);
    }
    g_autoptr(json_t) row = find_notice(desk);
    g_assert_cmpint(oyer_json_int(row, "effective_us", 0), ==, NOW_US + 10);
    g_assert_true(oyer_docket_certificate(desk->court.db, desk->court.key, "demo-court",
                                          desk->notice, NOW_US, &paper, NULL));
    g_assert_nonnull(strstr(oyer_json_string(paper, "signed"), "oyer.service.v1"));
    g_clear_pointer(&paper, json_decref);
    g_assert_true(oyer_docket_certificate(desk->court.db, desk->court.key,
                                          "other-court", desk->notice, NOW_US, &paper,
                                          NULL));
    g_assert_null(paper);
}

/* The notices of the demo's case for @person.  (transfer full): NULL: not his. */
static json_t *own(Desk *desk, const char *person)
{
    json_t *out = NULL;

    g_assert_true(oyer_docket_own_notices(
        desk->court.db, person, desk->court.demo->hearing, NOW_US, &out, NULL));
    return out;
}

static json_t *open_own(Desk *desk, const char *person, gboolean marks, gint64 at_us)
{
    g_autoptr(OyerSending) sending = NULL;
    json_t *out = NULL;

    g_assert_true(oyer_docket_open_own_notice(desk->court.db, person,
                                              desk->court.demo->hearing, desk->notice,
                                              marks, at_us, &out, &sending, NULL));
    return out;
}

/* On the page of his case one finds what was sent to oneself and to nobody else; to open
 * it there serves, once, and the clerk has nothing left to do. */
static void test_what_is_read_on_the_page_is_served(Desk *desk,
                                                    gconstpointer unused G_GNUC_UNUSED)
{
    gboolean done = FALSE;
    g_autoptr(json_t) his = own(desk, "demo-plaintiff");
    g_autoptr(json_t) nobodys = own(desk, "demo-witness");
    const json_t *first = json_array_get(json_object_get(his, "notices"), 0);

    g_assert_null(nobodys);
    g_assert_cmpuint(json_array_size(json_object_get(his, "notices")), ==, 1);
    g_assert_cmpstr(oyer_json_string(first, "id"), ==, desk->notice);
    g_assert_cmpint(oyer_json_int(first, "read_us", -1), ==, 0);
    g_assert_true(oyer_docket_step_sending(desk->court.db, desk->sending,
                                           OYER_SENDING_CLAIM, "", 1, NOW_US + 1, &done,
                                           NULL));
    step(desk, OYER_SENDING_REFUSE);
    gsize tasks = count_tasks(desk);
    g_assert_null(open_own(desk, "demo-defendant", TRUE, NOW_US + 2));
    /* Where the staff is signed in, nobody has read it. */
    g_autoptr(json_t) shown = open_own(desk, "demo-plaintiff", FALSE, NOW_US + 3);
    g_assert_nonnull(strstr(oyer_json_string(shown, "text"), "{pass_link}"));
    g_assert_cmpuint(count_tasks(desk), ==, tasks);
    for (gint64 later = 10; later <= 20; later += 10)
        json_decref(open_own(desk, "demo-plaintiff", TRUE, NOW_US + later));
    g_assert_cmpuint(count_tasks(desk), ==, tasks - 1);
    g_autoptr(json_t) row = find_notice(desk);
    g_assert_cmpint(oyer_json_int(row, "effective_us", 0), ==, NOW_US + 10);
    g_assert_cmpuint(json_array_size(json_object_get(row, "sendings")), ==, 2);
    g_autoptr(json_t) now = own(desk, "demo-plaintiff");
    first = json_array_get(json_object_get(now, "notices"), 0);
    g_assert_cmpint(oyer_json_int(first, "read_us", 0), ==, NOW_US + 10);
}

static void test_everybody_sees_the_day_and_no_names(Desk *desk,
                                                     gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(json_t) today = oyer_docket_today(desk->court.db, NOW_US, NULL);
    g_autoptr(json_t) next =
        oyer_docket_today(desk->court.db, NOW_US + OYER_DAY_US, NULL);
    g_autofree char *text = oyer_json_text(today);
    g_autofree char *later = oyer_json_text(next);
    g_autoptr(json_t) status = NULL, none = NULL;

    g_assert_nonnull(strstr(text, "朱某"));
    g_assert_null(strstr(text, "朱敏"));
    g_assert_null(strstr(later, "朱某"));
    g_assert_true(oyer_docket_public_status(
        desk->court.db, desk->court.demo->case_number, NOW_US, &status, NULL));
    g_assert_cmpstr(oyer_json_string(status, "state"), ==, "docketed");
    g_assert_true(
        oyer_docket_public_status(desk->court.db, "none", NOW_US, &none, NULL));
    g_assert_null(none);
}

static void book(Desk *desk, gint64 session, const char *resource, const char *as,
                 gint64 from_us)
{
    g_assert_true(oyer_db_exec(
        desk->court.db, NULL,
        "INSERT INTO booking (hearing, session, resource, capacity, from_at, to_at) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        "sissii", desk->court.demo->hearing, session, resource, as, from_us,
        from_us + 3600 * OYER_SECOND_US));
}

static void test_a_second_session_is_on_the_list_of_its_day(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    book(desk, 1, "demo-judge", "judge", NOW_US);
    book(desk, 2, "demo-judge", "judge", NOW_US + OYER_DAY_US);
    book(desk, 2, "demo-room-2", "room", NOW_US + OYER_DAY_US);
    g_autoptr(json_t) today = oyer_docket_today(desk->court.db, NOW_US, NULL);
    g_autoptr(json_t) next =
        oyer_docket_today(desk->court.db, NOW_US + OYER_DAY_US, NULL);
    g_autofree char *text = oyer_json_text(today);
    g_autofree char *later = oyer_json_text(next);

    g_assert_nonnull(strstr(text, "朱某"));
    g_assert_null(strstr(text, "第二法庭"));
    g_assert_nonnull(strstr(later, "朱某"));
    g_assert_nonnull(strstr(later, "第二法庭"));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) \
    g_test_add("/docket/notice_desk/" name, Desk, NULL, set_up, func, tear_down)
    ADD("what-bounces-is-a-task-until-somebody-sees-to-it",
        test_what_bounces_is_a_task_until_somebody_sees_to_it);
    ADD("the-first-reading-serves-and-is-certified",
        test_the_first_reading_serves_and_is_certified);
    ADD("what-is-read-on-the-page-is-served", test_what_is_read_on_the_page_is_served);
    ADD("everybody-sees-the-day-and-no-names",
        test_everybody_sees_the_day_and_no_names);
    ADD("a-second-session-is-on-the-list-of-its-day",
        test_a_second_session_is_on_the_list_of_its_day);
    return g_test_run();
}
