/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/words.h"

#include <string.h>

#include "base/clock.h"
#include "base/json.h"

/* A line without an end is shown this long. */
#define LINE_US (3 * OYER_SECOND_US)

const char *oyer_words_name(const json_t *session, const char *id)
{
    size_t i;
    json_t *person;

    json_array_foreach(json_object_get(session, "people"), i, person)
    {
        const char *name = oyer_json_string(person, "name");
        if (name && *name && !g_strcmp0(oyer_json_string(person, "id"), id))
            return name;
    }
    return id;
}

/* "hh:mm:ss.mmm" since the opening. */
static void put_time(GString *out, gint64 since_us)
{
    gint64 ms = MAX(since_us, 0) / 1000;

    g_string_append_printf(out, "%02d:%02d:%02d.%03d", (int)(ms / 3600000),
                           (int)(ms / 60000 % 60), (int)(ms / 1000 % 60),
                           (int)(ms % 1000));
}

/* Text of a cue: one line, with what WebVTT takes for markup escaped. */
static void put_cue_text(GString *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (*c == '&')
            g_string_append(out, "&amp;");
        else if (*c == '<')
            g_string_append(out, "&lt;");
        else if (*c == '>')
            g_string_append(out, "&gt;");
        else
            g_string_append_c(out, *c == '\n' || *c == '\r' ? ' ' : *c);
    }
}

char *oyer_words_vtt(const json_t *session)
{
    GString *out = g_string_new("WEBVTT\n");
    gint64 opened_us = oyer_json_int(session, "opened_us", 0);
    size_t i;
    json_t *line;

    json_array_foreach(json_object_get(session, "lines"), i, line)
    {
        const char *text = oyer_json_string(line, "text");
        const char *who = oyer_json_string(line, "participant");
        gint64 start_us = oyer_json_int(line, "start_us", opened_us);
        gint64 end_us = oyer_json_int(line, "end_us", start_us + LINE_US);

        if (!text)
            continue;
        g_string_append_c(out, '\n');
        put_time(out, start_us - opened_us);
        g_string_append(out, " --> ");
        put_time(out, MAX(end_us, start_us + 1000) - opened_us);
        g_string_append(out, "\n<v ");
        put_cue_text(out, oyer_words_name(session, who ? who : "?"));
        g_string_append_c(out, '>');
        put_cue_text(out, text);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

char *oyer_words_text(const json_t *session)
{
    GString *out = g_string_new(NULL);
    gint64 opened_us = oyer_json_int(session, "opened_us", 0);
    size_t i;
    json_t *line;

    json_array_foreach(json_object_get(session, "lines"), i, line)
    {
        const char *text = oyer_json_string(line, "text");
        const char *who = oyer_json_string(line, "participant");

        if (!text)
            continue;
        g_string_append_c(out, '[');
        put_time(out, oyer_json_int(line, "start_us", opened_us) - opened_us);
        g_string_append_printf(out, "] %s: %s\n",
                               oyer_words_name(session, who ? who : "?"), text);
    }
    return g_string_free(out, FALSE);
}

char *oyer_words_json(const json_t *session)
{
    g_autoptr(json_t) out = json_object();

    (void)json_object_set_new(out, "version", json_integer(1));
    (void)json_object_set_new(out, "opened_us",
                              json_integer(oyer_json_int(session, "opened_us", 0)));
    (void)json_object_set(out, "people", json_object_get(session, "people"));
    (void)json_object_set(out, "lines", json_object_get(session, "lines"));
    return oyer_json_text(out);
}

char *oyer_words_readme(const json_t *session)
{
    g_autofree char *opened = oyer_time_format(oyer_json_int(session, "opened_us", 0));
    g_autofree char *closed = oyer_time_format(oyer_json_int(session, "closed_us", 0));
    const char *number = oyer_json_string(session, "case_number");
    const char *cause = oyer_json_string(session, "cause");
    const char *court = oyer_json_string(session, "court");

    return g_strdup_printf(
        "%s  %s  %s\n%s - %s\n\n"
        "This is the record of one court hearing.\n"
        "  data/media        sound and picture, one file per person (any browser, VLC)\n"
        "  data/transcript   what was said: transcript.txt to read, .vtt as captions\n"
        "  data/journal      every packet as it was received (Wireshark opens it)\n"
        "  data/log          each decision and event of the hearing, in order\n"
        "  metadata          the signature over all of it\n\n"
        "To check that nothing was changed: oyer verify FOLDER\n"
        "Without Oyer:\n"
        "  sha256sum -c manifest-sha256.txt\n"
        "  sha256sum manifest-sha256.txt     must be \"root\" in metadata/root.json\n"
        "  openssl pkeyutl -verify -pubin -inkey metadata/sign.pub.pem -rawin \\\n"
        "      -in metadata/root.json -sigfile metadata/root.sig\n"
        "Ask the court for the fingerprint of its key, and compare it with \"key\" there.\n\n"
        "这是一次庭审的完整记录。\n"
        "  data/media        每人一个音视频文件（浏览器或 VLC 可直接播放）\n"
        "  data/transcript   笔录：transcript.txt 供阅读，.vtt 为字幕\n"
        "  data/journal      收到的每个数据包原样（可用 Wireshark 打开）\n"
        "  data/log          庭审中的每个决定与事件，按顺序\n"
        "  metadata          对以上全部内容的签名\n\n"
        "核验是否被改动：oyer verify 文件夹；不用 Oyer 也可按上面的命令核验。\n"
        "请向法院索取其公钥指纹，与 metadata/root.json 中的 key 比对。\n",
        court ? court : "", number ? number : "", cause ? cause : "", opened, closed);
}
