/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/outbox.h"

#include <string.h>

#include "base/clock.h"
#include "court.h"
#include "docket/rows.h"
#include "docket/visitor.h"

#define MINUTE (60 * OYER_SECOND_US)

typedef struct {
    Court court;
    OyerNoticeTexts *texts;
    OyerNoticeRules rules;
} Post;

/* Queues a notice to the plaintiff about the hearing at @about_us. */
static void queue(Post *post, const char *key, gint64 about_us, gint64 until_us)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) values = json_object();
    g_autofree char *participant =
        g_strconcat(post->court.demo->hearing, "-plaintiff", NULL);
    const OyerNoticeWish wish = {.key = key,
                                 .kind = "hearing_reminder",
                                 .role = "party",
                                 .court = "demo-court",
                                 .person = "demo-plaintiff",
                                 .hearing = post->court.demo->hearing,
                                 .participant = participant,
                                 .values = values,
                                 .about_us = about_us,
                                 .until_us = until_us};
    oyer_docket_queue_notice(post->court.db, &post->rules, &wish, NOW_US, NULL, &error);
    g_assert_no_error(error);
}

static void set_up(Post *post, gconstpointer unused)
{
    court_set_up(&post->court, unused);
    post->texts = oyer_notice_texts_built_in();
    post->rules = (OyerNoticeRules){post->texts, FALSE};
    g_assert_true(oyer_docket_put_contact(post->court.db, "demo-plaintiff",
                                          OYER_CHANNEL_EMAIL, "zhu@example.cn", NOW_US,
                                          NOW_US, NULL));
}

static void tear_down(Post *post, gconstpointer unused)
{
    oyer_notice_texts_free(post->texts);
    court_tear_down(&post->court, unused);
}

static GPtrArray *claim(Post *post, gboolean has_means, gint64 now_us)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *list = NULL;
    gboolean more;

    g_assert_true(oyer_docket_claim_sendings(post->court.db, "email", has_means, 20,
                                             now_us, &list, &more, &error));
    g_assert_no_error(error);
    return list;
}

static gboolean step(Post *post, const char *id, OyerSendingStep taken, gint64 now_us)
{
    g_autoptr(GError) error = NULL;
    gboolean done = FALSE;

    g_assert_true(oyer_docket_step_sending(post->court.db, id, taken, "", MINUTE,
                                           now_us, &done, &error));
    g_assert_no_error(error);
    return done;
}

/* The only sending: its state, "why", and the time of its next try. */
static void check(Post *post, const char *state, const char *why, gint64 next_us)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        post->court.db, NULL, "SELECT state, why, next_at FROM notice_sending", "");

    g_assert_true(oyer_rows_first(rows, &found, NULL) && found);
    g_assert_cmpstr(oyer_rows_text(rows, 0), ==, state);
    if (why != NULL)
        g_assert_cmpstr(oyer_rows_text(rows, 1), ==, why);
    if (next_us != 0)
        g_assert_cmpint(oyer_rows_int(rows, 2), ==, next_us);
}

static void test_one_is_claimed_once(Post *post, gconstpointer unused G_GNUC_UNUSED)
{
    queue(post, "a", 0, 0);
    queue(post, "a", 0, 0);
    g_autoptr(GPtrArray) first = claim(post, TRUE, NOW_US);
    g_autoptr(GPtrArray) second = claim(post, TRUE, NOW_US);
    const OyerSending *sending = first->pdata[0];

    g_assert_cmpuint(first->len, ==, 1);
    g_assert_cmpuint(second->len, ==, 0);
    g_assert_cmpstr(sending->address, ==, "zhu@example.cn");
    g_assert_true(sending->has_pass);
    g_assert_true(g_str_has_suffix(sending->pass.participant, "-plaintiff"));
}

static void test_pauses_grow_and_end(Post *post, gconstpointer unused G_GNUC_UNUSED)
{
    gint64 now_us = NOW_US;

    queue(post, "a", 0, 0);
    for (gint64 tries = 1; tries <= OYER_SENDING_TRIES; tries++) {
        g_autoptr(GPtrArray) list = claim(post, TRUE, now_us);
        g_assert_cmpuint(list->len, ==, 1);
        const OyerSending *sending = list->pdata[0];
        g_assert_cmpint(sending->tries, ==, tries);
        g_assert_true(step(post, sending->id, OYER_SENDING_PUT_OFF, now_us));
        if (tries == OYER_SENDING_TRIES)
            break;
        gint64 next_us = now_us + oyer_sending_pause_us(tries, MINUTE);
        check(post, "waiting", NULL, next_us);
        g_autoptr(GPtrArray) early = claim(post, TRUE, next_us - 1);
        g_assert_cmpuint(early->len, ==, 0);
        now_us = next_us;
    }
    check(post, "failed", NULL, 0);
}

static void test_what_was_cut_off_is_settled_by_how_far_it_was(
    Post *post, gconstpointer unused G_GNUC_UNUSED)
{
    queue(post, "a", 0, 0);
    g_autoptr(GPtrArray) list = claim(post, TRUE, NOW_US);
    const char *id = ((OyerSending *)list->pdata[0])->id;

    g_assert_true(oyer_docket_recover_sendings(post->court.db, NOW_US, NULL));
    check(post, "waiting", "cut_off", NOW_US);
    g_autoptr(GPtrArray) again = claim(post, TRUE, NOW_US);
    g_assert_cmpuint(again->len, ==, 1);
    g_assert_true(step(post, id, OYER_SENDING_HAND, NOW_US));
    g_assert_true(oyer_docket_recover_sendings(post->court.db, NOW_US, NULL));
    check(post, "uncertain", "cut_off", 0);
    g_autoptr(GPtrArray) none = claim(post, TRUE, NOW_US + OYER_DAY_US);
    g_assert_cmpuint(none->len, ==, 0);
}

static void test_a_gateway_that_knows_the_id_is_asked_again(
    Post *post, gconstpointer unused G_GNUC_UNUSED)
{
    queue(post, "a", 0, 0);
    g_autoptr(GPtrArray) list = claim(post, TRUE, NOW_US);
    g_assert_true(oyer_db_exec(post->court.db, NULL,
                               "UPDATE notice_sending SET channel = 'sms'", ""));
    g_assert_true(
        step(post, ((OyerSending *)list->pdata[0])->id, OYER_SENDING_HAND, NOW_US));
    g_assert_true(oyer_docket_recover_sendings(post->court.db, NOW_US, NULL));
    check(post, "waiting", "cut_off", NOW_US);
}

static void test_what_nobody_needs_any_more_is_not_sent(
    Post *post, gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        gint64 about_us, until_us;
        gboolean has_means;
        const char *state, *why;
    } rows[] = {
        {0, NOW_US - 1, TRUE, "cancelled", "late"},
        {NOW_US + 5, 0, TRUE, "cancelled", "moved"},
        {0, 0, FALSE, "unsent", "no_means"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_true(oyer_db_run(
            post->court.db, "DELETE FROM notice_sending; DELETE FROM notice", NULL));
        queue(post, "a", rows[i].about_us, rows[i].until_us);
        g_autoptr(GPtrArray) list = claim(post, rows[i].has_means, NOW_US);
        g_assert_cmpuint(list->len, ==, 0);
        check(post, rows[i].state, rows[i].why, 0);
    }
}

static void test_what_comes_back_goes_to_the_other_addresses_once(
    Post *post, gconstpointer unused G_GNUC_UNUSED)
{
    static const char *const more[] = {"zhu@second.example", "+8613800138000"};
    g_autoptr(GError) error = NULL;
    gboolean done = FALSE;

    queue(post, "a", 0, 0);
    g_autoptr(GPtrArray) list = claim(post, TRUE, NOW_US);
    const OyerSending *first = list->pdata[0];
    g_assert_true(step(post, first->id, OYER_SENDING_HAND, NOW_US));
    g_assert_true(step(post, first->id, OYER_SENDING_ACCEPT, NOW_US));
    for (gsize i = 0; i < G_N_ELEMENTS(more); i++)
        g_assert_true(oyer_docket_put_contact(
            post->court.db, "demo-plaintiff",
            i == 0 ? OYER_CHANNEL_EMAIL : OYER_CHANNEL_SMS, more[i], 0, NOW_US, NULL));
    for (gsize i = 0; i < 2; i++) {
        g_assert_true(oyer_docket_bounce_sending(post->court.db, first->id, "dsn_5.1.1",
                                                 NOW_US, &done, &error));
        g_assert_no_error(error);
        g_assert_cmpint(done, ==, i == 0);
    }
    g_autoptr(GPtrArray) again = claim(post, TRUE, NOW_US);
    g_assert_cmpuint(again->len, ==, 1);
    g_assert_cmpstr(((OyerSending *)again->pdata[0])->address, ==, more[0]);
    g_autoptr(OyerRows) rows = oyer_db_query(
        post->court.db, &error,
        "SELECT COUNT(*) FROM notice_sending WHERE channel = 'sms' AND state = 'waiting'",
        "");
    g_assert_true(oyer_rows_next(rows, &error));
    g_assert_cmpint(oyer_rows_int(rows, 0), ==, 1);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) \
    g_test_add("/docket/outbox/" name, Post, NULL, set_up, func, tear_down)
    ADD("one-is-claimed-once", test_one_is_claimed_once);
    ADD("pauses-grow-and-end", test_pauses_grow_and_end);
    ADD("what-was-cut-off-is-settled-by-how-far-it-was",
        test_what_was_cut_off_is_settled_by_how_far_it_was);
    ADD("a-gateway-that-knows-the-id-is-asked-again",
        test_a_gateway_that_knows_the_id_is_asked_again);
    ADD("what-nobody-needs-any-more-is-not-sent",
        test_what_nobody_needs_any_more_is_not_sent);
    ADD("what-comes-back-goes-to-the-other-addresses-once",
        test_what_comes_back_goes_to_the_other_addresses_once);
    return g_test_run();
}
