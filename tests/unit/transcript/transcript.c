/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcript/transcript.h"

#include <string.h>

#include "base/json.h"

/* 2026-03-13 01:30:00 UTC, half past nine in Shanghai. */
#define OPENED_US G_GINT64_CONSTANT(1773365400000000)

static const char session[] =
    "{\"version\":1,\"case_number\":\"(2026)京01民初123号\",\"cause\":\"合同<纠纷>\","
    "\"court\":\"北京市第一中级人民法院\",\"timezone\":\"Asia/Shanghai\","
    "\"opened_us\":1773365400000000,"
    "\"people\":[{\"id\":\"p1\",\"name\":\"张 & 李\",\"role\":\"judge\"},"
    "{\"id\":\"p2\",\"name\":\"Ann Lee\"}],"
    "\"lines\":["
    "{\"id\":\"b\",\"participant\":\"p2\",\"start_us\":1773369001500000,"
    "\"end_us\":1773369001600000,\"text\":\"objection --> <b>now</b>\\n\\nplease\"},"
    "{\"id\":\"a\",\"participant\":\"p1\",\"start_us\":1773365401250000,"
    "\"end_us\":1773365404000000,\"text\":\"现在开庭\"},"
    "{\"id\":\"c\",\"participant\":null,\"start_us\":1773369002000000,"
    "\"end_us\":1773369002000000,\"text\":\"法警入庭\",\"source\":\"clerk\"}]}";

static OyerTranscript *load(void)
{
    g_autoptr(json_t) json = json_loads(session, 0, NULL);
    g_autoptr(GError) error = NULL;
    OyerTranscript *transcript = oyer_transcript_from_session(json, &error);

    g_assert_no_error(error);
    return transcript;
}

static void test_webvtt_has_speakers_times_and_no_markup_of_theirs(void)
{
    g_autoptr(OyerTranscript) transcript = load();
    g_autofree char *vtt = oyer_transcript_to_vtt(transcript);

    g_assert_true(g_str_has_prefix(vtt, "WEBVTT\n\n"));
    g_assert_nonnull(strstr(vtt, "NOTE case: (2026)京01民初123号\n\n"));
    g_assert_nonnull(strstr(vtt, "NOTE cause: 合同&lt;纠纷&gt;\n\n"));
    g_assert_nonnull(strstr(vtt, "NOTE 00:00:00.000 is: 2026-03-13T01:30:00.000Z\n\n"));
    g_assert_nonnull(strstr(vtt, "not certified"));
    g_assert_nonnull(strstr(vtt, "a\n00:00:01.250 --> 00:00:04.000\n"
                                 "<v 张 &amp; 李>现在开庭</v>\n\n"));
    g_assert_nonnull(strstr(vtt,
                            "b\n01:00:01.500 --> 01:00:02.500\n<v Ann Lee>objection "
                            "--&gt; &lt;b&gt;now&lt;/b&gt;  please</v>\n\n"));
    g_assert_nonnull(strstr(vtt, "c\n01:00:02.000 --> 01:00:03.000\n法警入庭\n\n"));
    g_assert_true(strstr(vtt, "现在开庭") < strstr(vtt, "objection"));
}

static void test_text_has_names_and_local_times(void)
{
    g_autoptr(OyerTranscript) transcript = load();
    g_autofree char *text = oyer_transcript_to_text(transcript);

    g_assert_nonnull(strstr(text, "2026-03-13 09:30:00 +0800"));
    g_assert_nonnull(strstr(text, "机器草稿"));
    g_assert_nonnull(strstr(text, "[09:30:01] 张 & 李: 现在开庭\n"));
    g_assert_nonnull(strstr(text, "[10:30:02] 法警入庭\n"));
    g_assert_nonnull(strstr(text, "Ann Lee: objection --> <b>now</b>  please\n"));
}

static void test_certified_it_is_no_draft(void)
{
    g_autoptr(OyerTranscript) transcript = load();

    transcript->certified = TRUE;
    g_autofree char *text = oyer_transcript_to_text(transcript);
    g_autofree char *vtt = oyer_transcript_to_vtt(transcript);
    g_assert_null(strstr(text, "draft"));
    g_assert_null(strstr(text, "草稿"));
    g_assert_null(strstr(vtt, "draft"));
}

static void test_json_is_sorted_and_whole(void)
{
    g_autoptr(OyerTranscript) transcript = load();
    g_autofree char *text = oyer_transcript_to_json(transcript);
    g_autoptr(json_t) json = json_loads(text, 0, NULL);
    const json_t *lines = json_object_get(json, "lines");

    g_assert_cmpint(json_array_size(lines), ==, 3);
    g_assert_cmpstr(oyer_json_string(json_array_get(lines, 0), "id"), ==, "a");
    g_assert_cmpint(oyer_json_int(json, "opened_us", 0), ==, OPENED_US);
    g_assert_false(oyer_json_bool(json, "certified", TRUE));
    /* What was printed can be read again. */
    g_autoptr(OyerTranscript) again = oyer_transcript_from_session(json, NULL);
    g_assert_cmpuint(again->lines->len, ==, 3);
    g_assert_cmpuint(again->people->len, ==, 2);
}

static void test_an_unknown_speaker_is_named_by_id(void)
{
    g_autoptr(OyerTranscript) transcript = load();

    g_assert_cmpstr(oyer_transcript_name(transcript, "p9"), ==, "p9");
    g_assert_cmpstr(oyer_transcript_name(transcript, NULL), ==, "");
}

static void test_a_session_with_a_bad_line_is_refused(void)
{
    g_autoptr(json_t) json = json_loads("{\"lines\":[{\"id\":\"x\"}]}", 0, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_null(oyer_transcript_from_session(json, &error));
    g_assert_nonnull(error);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transcript/transcript/webvtt-has-speakers-times-and-no-markup",
                    test_webvtt_has_speakers_times_and_no_markup_of_theirs);
    g_test_add_func("/transcript/transcript/text-has-names-and-local-times",
                    test_text_has_names_and_local_times);
    g_test_add_func("/transcript/transcript/certified-it-is-no-draft",
                    test_certified_it_is_no_draft);
    g_test_add_func("/transcript/transcript/json-is-sorted-and-whole",
                    test_json_is_sorted_and_whole);
    g_test_add_func("/transcript/transcript/an-unknown-speaker-is-named-by-id",
                    test_an_unknown_speaker_is_named_by_id);
    g_test_add_func("/transcript/transcript/a-session-with-a-bad-line-is-refused",
                    test_a_session_with_a_bad_line_is_refused);
    return g_test_run();
}
