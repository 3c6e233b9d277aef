/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "notice/certificate.h"

#include <string.h>

#include <gio/gio.h>

#include "base/clock.h"
#include "paper/proof.h"

#define COLUMNS 8

/* What the signed text says in words of the program, for people. */
static const struct {
    const char *word, *text;
} words[] = {
    {"email", "电子邮件 E-mail"},
    {"sms", "短信 Text message"},
    {"wechat", "微信 WeChat"},
    {"none", "没有地址 No address"},
    {"confirmed", "本人确认 Confirmed by the person"},
    {"inferred", "法院取得 Found by the court"},
    {"waiting", "待发送 Waiting"},
    {"claimed", "发送中 Being sent"},
    {"handed", "发送中 Being sent"},
    {"sent", "已发出 Sent"},
    {"arrived", "已到达 Arrived"},
    {"bounced", "被退回 Came back"},
    {"failed", "发送失败 Failed"},
    {"uncertain", "不确定 Uncertain"},
    {"unsent", "未发送 Not sent"},
    {"cancelled", "已取消 Cancelled"},
};

static const char *text_of(const json_t *object, const char *name)
{
    const char *word = oyer_json_string(object, name);

    for (gsize i = 0; word && i < G_N_ELEMENTS(words); i++)
        if (!strcmp(words[i].word, word))
            return words[i].text;
    return word ? word : "";
}

/* Signed are times of UTC; people read those of the court. */
static char *time_of(const json_t *object, const char *name, GTimeZone *zone,
                     const char *format)
{
    const char *text = oyer_json_string(object, name);
    gint64 at_us = 0;

    if (text == NULL || !oyer_time_parse(text, &at_us))
        return g_strdup("—");
    return oyer_time_local(at_us, zone, format);
}

static void put_sending(OyerPaper *paper, const json_t *sending, GTimeZone *zone)
{
    static const char *const times[] = {"sent", "arrived", "read", "acted",
                                        "effective"};
    g_autofree char *where = g_strconcat(text_of(sending, "channel"), "\n",
                                         oyer_json_string(sending, "address"), NULL);
    char *at[G_N_ELEMENTS(times)];
    const char *cells[COLUMNS] = {where, text_of(sending, "basis"),
                                  text_of(sending, "state")};

    for (gsize i = 0; i < G_N_ELEMENTS(times); i++)
        cells[3 + i] = at[i] = time_of(sending, times[i], zone, "%Y-%m-%d %H:%M:%S");
    oyer_paper_put_cells(paper, cells);
    for (gsize i = 0; i < G_N_ELEMENTS(times); i++)
        g_free(at[i]);
}

static void put_sendings(OyerPaper *paper, const json_t *sendings, GTimeZone *zone)
{
    static const OyerPaperColumn columns[COLUMNS] = {
        {"方式和地址 Way and address", 20},
        {"地址依据 Basis of the address", 13},
        {"结果 Result", 11},
        {"发出 Sent", 11},
        {"到达 Arrived", 11},
        {"阅读 Read", 11},
        {"回应 Acted on", 11},
        {"生效 Effective", 11},
    };
    const json_t *sending;
    gsize i;

    oyer_paper_put(paper, OYER_PAPER_HEADING, "发送情况 Sendings");
    oyer_paper_begin_table(paper, columns, COLUMNS);
    json_array_foreach(sendings, i, sending)
    {
        put_sending(paper, sending, zone);
    }
    oyer_paper_end_table(paper);
    oyer_paper_put(
        paper, OYER_PAPER_NOTE,
        "本人提供或者确认的地址：信息到达时送达。法院取得的地址：本人回应、作出相应诉讼行为或"
        "者有证据证明其已知悉时送达。数种方式送达的，以最先生效的为准。（《人民法院在线诉讼规则"
        "》第三十一条） To an address that the person gave or confirmed, it is served when "
        "it arrives; to one that the court found, when the person answers, acts on it or "
        "is shown to have read it. The earliest effective one counts.");
}

static void put_notice(OyerPaper *paper, const json_t *said, GTimeZone *zone)
{
    static const struct {
        const char *field, *label;
    } texts[] =
        {
            {"court_name", "法院 Court"},
            {"case_number", "案号 Case number"},
            {"name", "受送达人 Served on"},
            {"subject", "送达内容 What was served"},
        },
      times[] = {
          {"created", "作出时间 Made"},
          {"acted", "本人行为 Acted on"},
          {"effective", "送达生效 Served"},
          {"made", "本证出具 This certificate"},
      };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        const char *text = oyer_json_string(said, texts[i].field);
        if (text != NULL && *text)
            oyer_paper_put_row(paper, texts[i].label, text);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
        g_autofree char *text =
            time_of(said, times[i].field, zone, "%Y-%m-%d %H:%M:%S (%Z)");
        oyer_paper_put_row(paper, times[i].label, text);
    }
    oyer_paper_put(paper, OYER_PAPER_LABEL, "正文的 SHA-256 SHA-256 of its text");
    oyer_paper_put(paper, OYER_PAPER_CODE, oyer_json_string(said, "body_sha256"));
}

GBytes *oyer_certificate_pdf(const json_t *certificate, GError **error)
{
    g_autoptr(json_t) said = oyer_proof_read(certificate, error);

    if (said == NULL)
        return NULL;
    const char *notice = oyer_json_string(said, "notice");
    if (notice == NULL) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                            "this is no certificate of service");
        return NULL;
    }
    g_autoptr(GTimeZone) zone = oyer_time_zone(oyer_json_string(said, "timezone"));
    g_autofree char *title = g_strconcat("送达回证 ", notice, NULL);
    g_autoptr(OyerPaper) paper = oyer_paper_new(title, TRUE);

    oyer_paper_put(paper, OYER_PAPER_TITLE, "送达回证");
    oyer_paper_put(paper, OYER_PAPER_SUBTITLE, "Certificate of service");
    put_notice(paper, said, zone);
    put_sendings(paper, json_object_get(said, "sendings"), zone);
    oyer_paper_put_proof(paper, certificate);
    return oyer_paper_finish(paper, error);
}
