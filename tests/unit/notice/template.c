/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "notice/template.h"

#include <string.h>

static void test_every_kind_is_there_in_both_languages(void)
{
    static const char *const kinds[] = {
        "filing_received",   "filing_correction",  "filing_docketed", "filing_returned",
        "filing_refused",    "hearing_invitation", "hearing_moved",   "hearing_mode",
        "hearing_cancelled", "hearing_reminder",   "case_fee",        "case_evidence"};
    g_autoptr(OyerNoticeTexts) texts = oyer_notice_texts_built_in();

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const OyerNoticeTemplate *row = oyer_notice_find(texts, kinds[i], "anybody");
        g_assert_nonnull(row);
        for (guint l = 0; l < OYER_NOTICE_LANGUAGES; l++)
            g_assert_nonnull(strstr(row->in[l].text, "{help_link}"));
    }
    for (guint l = 0; l < OYER_NOTICE_LANGUAGES; l++) {
        const char *text =
            oyer_notice_find(texts, "hearing_invitation", "witness")->in[l].text;
        g_assert_nonnull(strstr(text, "{pass_link}"));
        g_assert_nonnull(strstr(text, "{check_link}"));
    }
    g_assert_cmpstr(oyer_notice_find(texts, "hearing_invitation", "witness")->role, ==,
                    "witness");
    g_assert_null(oyer_notice_find(texts, "nothing", "party"));
}

static void test_the_court_s_own_text_takes_the_place(void)
{
    static const char own[] =
        "{\"reminders_minutes\":[2880],\"templates\":[{\"kind\":\"hearing_moved\","
        "\"version\":7,\"zh\":{\"subject\":\"a\",\"text\":\"b\",\"short\":\"c\"},"
        "\"en\":{\"subject\":\"d\",\"text\":\"e {time}\",\"short\":\"f\"}}]}";
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerNoticeTexts) texts =
        oyer_notice_texts_parse(own, strlen(own), &error);

    g_assert_no_error(error);
    g_assert_cmpint(texts->n_reminders, ==, 1);
    g_assert_cmpint(oyer_notice_find(texts, "hearing_moved", "party")->version, ==, 7);
    g_assert_cmpint(oyer_notice_find(texts, "hearing_reminder", "party")->version, ==,
                    2);
}

static void test_refuses_what_it_cannot_fill_in(void)
{
    static const char *const bad[] = {
        "[]",
        "{\"other\":1}",
        "{\"reminders_minutes\":[1]}",
        "{\"reminders_minutes\":[\"x\"]}",
        "{\"contact\":{\"zh\":\"x\"}}",
        "{\"templates\":[{\"kind\":\"a\",\"version\":1,\"zh\":{\"subject\":\"a\","
        "\"text\":\"{password}\",\"short\":\"c\"},\"en\":{\"subject\":\"d\",\"text\":"
        "\"e\",\"short\":\"f\"}}]}",
        "{\"templates\":[{\"kind\":\"a\",\"version\":1,\"zh\":{\"subject\":\"a\\nb\","
        "\"text\":\"b\",\"short\":\"c\"},\"en\":{\"subject\":\"d\",\"text\":"
        "\"e\",\"short\":\"f\"}}]}",
        "{\"templates\":[{\"kind\":\"a\",\"version\":1,\"zh\":{\"subject\":\"a\","
        "\"text\":\"b\",\"short\":\"c\"},\"en\":null}]}"};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(oyer_notice_texts_parse(bad[i], strlen(bad[i]), &error));
        g_assert_nonnull(error);
    }
}

static void test_fills_in_by_language_and_zone(void)
{
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Asia/Shanghai");
    g_autoptr(json_t) values =
        oyer_json_pack("{s:s,s:I,s:{s:s,s:s}}", "name", "朱敏", "time",
                       (json_int_t)G_GINT64_CONSTANT(1773365400000000), "left", "zh",
                       "3天后", "en", "in 3 days");
    static const char text[] = "{name}|{time}|{left}|{missing}|{pass_link}|{";
    g_autofree char *zh = oyer_notice_fill(text, values, OYER_NOTICE_ZH, zone);
    g_autofree char *en = oyer_notice_fill(text, values, OYER_NOTICE_EN, zone);

    g_assert_cmpstr(
        zh, ==,
        "朱敏|2026年3月13日（星期五）09:30（Asia/Shanghai 时间）|3天后||{pass_link}|{");
    g_assert_cmpstr(en, ==,
                    "朱敏|Friday, 13 March 2026, 09:30 (Asia/Shanghai time)|in 3 "
                    "days||{pass_link}|{");
}

static void test_a_name_cannot_bring_a_link(void)
{
    g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
    g_autoptr(json_t) values = oyer_json_pack("{s:s}", "name", "{pass_link}");
    g_autoptr(json_t) links = oyer_json_pack("{s:s}", "pass_link", "https://secret");
    g_autofree char *text =
        oyer_notice_fill("{name} {pass_link}", values, OYER_NOTICE_EN, zone);
    g_autofree char *sent = oyer_notice_fill_links(text, links);

    g_assert_cmpstr(sent, ==, "｛pass_link｝ https://secret");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func("/notice/template/" name, func)
    ADD("every-kind-is-there-in-both-languages",
        test_every_kind_is_there_in_both_languages);
    ADD("the-court-s-own-text-takes-the-place",
        test_the_court_s_own_text_takes_the_place);
    ADD("refuses-what-it-cannot-fill-in", test_refuses_what_it_cannot_fill_in);
    ADD("fills-in-by-language-and-zone", test_fills_in_by_language_and_zone);
    ADD("a-name-cannot-bring-a-link", test_a_name_cannot_bring_a_link);
    return g_test_run();
}
