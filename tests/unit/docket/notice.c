/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/notice.h"

#include <string.h>

#include "base/clock.h"
#include "court.h"
#include "docket/hearing.h"
#include "docket/rows.h"
#include "docket/visitor.h"

#define DAY OYER_DAY_US
#define PEOPLE 6

typedef struct {
    Court court;
    OyerNoticeTexts *texts;
    OyerNoticeRules rules;
    const char *hearing;
} Hall;

static void put_contact(Hall *hall, const char *person, const char *text,
                        gint64 verified_us)
{
    OyerChannel channel;
    g_autofree char *address = oyer_contact_parse(text, &channel);

    g_assert_true(oyer_docket_put_contact(hall->court.db, person, channel, address,
                                          verified_us, NOW_US, NULL));
}

static void set_start(Hall *hall, gint64 start_us)
{
    g_assert_true(oyer_db_exec(hall->court.db, NULL,
                               "UPDATE hearing SET scheduled_start = ? WHERE id = ?",
                               "is", start_us, hall->hearing));
}

static void set_up(Hall *hall, gconstpointer unused)
{
    court_set_up(&hall->court, unused);
    hall->texts = oyer_notice_texts_built_in();
    hall->rules = (OyerNoticeRules){hall->texts, TRUE};
    hall->hearing = hall->court.demo->hearing;
    put_contact(hall, "demo-plaintiff", "zhu@example.cn", NOW_US);
    put_contact(hall, "demo-plaintiff", "13800138000", 0);
    set_start(hall, NOW_US + 10 * DAY);
}

static void tear_down(Hall *hall, gconstpointer unused)
{
    oyer_notice_texts_free(hall->texts);
    court_tear_down(&hall->court, unused);
}

static gint64 count(Hall *hall, const char *what)
{
    g_autofree char *sql = g_strconcat("SELECT COUNT(*) FROM ", what, NULL);
    g_autoptr(OyerRows) rows = oyer_db_query(hall->court.db, NULL, sql, "");
    gboolean found = FALSE;

    g_assert_true(oyer_rows_first(rows, &found, NULL));
    return oyer_rows_int(rows, 0);
}

static guint invite(Hall *hall, gint64 now_us)
{
    g_autoptr(GError) error = NULL;
    guint told = 0;

    g_assert_true(oyer_docket_invite(hall->court.db, &hall->rules, hall->hearing,
                                     now_us, &told, &error));
    g_assert_no_error(error);
    return told;
}

static void test_everybody_is_invited_once_with_reminders(
    Hall *hall, gconstpointer unused G_GNUC_UNUSED)
{
    g_assert_cmpuint(invite(hall, NOW_US), ==, PEOPLE);
    g_assert_cmpint(count(hall, "notice WHERE kind = 'hearing_invitation'"), ==,
                    PEOPLE);
    /* 7, 3, 2 days and one hour before; 60 and 30 days are over. */
    g_assert_cmpint(count(hall, "notice WHERE kind = 'hearing_reminder'"), ==,
                    4 * PEOPLE);
    gint64 all = count(hall, "notice_sending");
    g_assert_cmpuint(invite(hall, NOW_US + DAY), ==, 0);
    g_assert_cmpint(count(hall, "notice_sending"), ==, all);
}

static void test_each_address_gets_it_and_who_has_none_is_seen(
    Hall *hall, gconstpointer unused G_GNUC_UNUSED)
{
    invite(hall, NOW_US);
    g_assert_cmpint(count(hall,
                          "notice_sending s JOIN notice n ON n.id = s.notice WHERE "
                          "n.person = 'demo-plaintiff' AND n.kind = "
                          "'hearing_invitation' AND s.state = 'waiting'"),
                    ==, 3);
    g_assert_cmpint(count(hall, "notice_sending WHERE channel = 'email' AND basis = "
                                "'confirmed' AND address = 'zhu@example.cn'"),
                    >, 0);
    g_assert_cmpint(count(hall, "notice_sending WHERE channel = 'wechat' AND basis = "
                                "'inferred'"),
                    >, 0);
    g_assert_cmpint(count(hall,
                          "notice_sending s JOIN notice n ON n.id = s.notice WHERE "
                          "n.person = 'demo-witness' AND n.kind = "
                          "'hearing_invitation' AND s.state = 'unsent' AND "
                          "s.why = 'no_address'"),
                    ==, 1);
}

static void test_everybody_holds_a_pass_until_the_hearing(
    Hall *hall, gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *good =
        g_strdup_printf("hearing_pass WHERE revoked_at = 0 AND exp > %" G_GINT64_FORMAT,
                        NOW_US + 10 * DAY);

    /* The clerk took the witness's away: he gets none by being invited. */
    g_assert_true(
        oyer_db_exec(hall->court.db, NULL,
                     "UPDATE hearing_pass SET revoked_at = 1 WHERE participant "
                     "LIKE '%-witness'",
                     ""));
    g_assert_cmpint(count(hall, good), ==, 0);
    invite(hall, NOW_US);
    g_assert_cmpint(count(hall, good), ==, PEOPLE - 1);
}

static void test_a_hearing_that_moves_is_told_and_may_move_back(
    Hall *hall, gconstpointer unused G_GNUC_UNUSED)
{
    invite(hall, NOW_US);
    set_start(hall, NOW_US + 20 * DAY);
    g_assert_cmpuint(invite(hall, NOW_US + DAY), ==, PEOPLE);
    g_assert_cmpint(count(hall, "notice WHERE kind = 'hearing_moved'"), ==, PEOPLE);
    g_assert_cmpint(count(hall,
                          "notice_sending s JOIN notice n ON n.id = s.notice WHERE "
                          "s.why = 'moved' AND s.state = 'cancelled' AND n.person = "
                          "'demo-plaintiff'"),
                    ==, 5 * 3);
    set_start(hall, NOW_US + 10 * DAY);
    g_assert_cmpuint(invite(hall, NOW_US + 2 * DAY), ==, PEOPLE);
}

static void test_calling_off_is_told_to_who_was_invited(
    Hall *hall, gconstpointer unused G_GNUC_UNUSED)
{
    guint told = 0;

    g_assert_true(oyer_docket_call_off(hall->court.db, &hall->rules, hall->hearing, "x",
                                       NOW_US, &told, NULL));
    g_assert_cmpuint(told, ==, 0);
    invite(hall, NOW_US);
    for (guint i = 0; i < 2; i++) {
        g_assert_true(oyer_docket_call_off(hall->court.db, &hall->rules, hall->hearing,
                                           "x", NOW_US + DAY, &told, NULL));
        g_assert_cmpuint(told, ==, i == 0 ? PEOPLE : 0);
    }
    g_assert_cmpint(count(hall,
                          "notice_sending s JOIN notice n ON n.id = s.notice WHERE "
                          "s.state = 'waiting' AND n.kind <> 'hearing_cancelled'"),
                    ==, 0);
    /* It is held after all. */
    g_assert_cmpuint(invite(hall, NOW_US + 2 * DAY), ==, PEOPLE);
}

static void test_no_link_is_kept(Hall *hall, gconstpointer unused G_GNUC_UNUSED)
{
    invite(hall, NOW_US);
    g_assert_cmpint(count(hall, "notice WHERE body LIKE '%v1.%' OR body LIKE '%http%'"),
                    ==, 0);
    g_assert_cmpint(count(hall, "notice WHERE body NOT LIKE '%{pass_link}%'"), ==, 0);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) \
    g_test_add("/docket/notice/" name, Hall, NULL, set_up, func, tear_down)
    ADD("everybody-is-invited-once-with-reminders",
        test_everybody_is_invited_once_with_reminders);
    ADD("each-address-gets-it-and-who-has-none-is-seen",
        test_each_address_gets_it_and_who_has_none_is_seen);
    ADD("everybody-holds-a-pass-until-the-hearing",
        test_everybody_holds_a_pass_until_the_hearing);
    ADD("a-hearing-that-moves-is-told-and-may-move-back",
        test_a_hearing_that_moves_is_told_and_may_move_back);
    ADD("calling-off-is-told-to-who-was-invited",
        test_calling_off_is_told_to_who_was_invited);
    ADD("no-link-is-kept", test_no_link_is_kept);
    return g_test_run();
}
