/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "notice/certificate.h"

#include <string.h>

#include "support/pdf.h"

static json_t *certificate(guint sendings)
{
    g_autoptr(json_t) said = oyer_json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:[]}", "notice",
        "01J8X6ZQ2V7M5K3N9T4R1W0YBC", "court_name", "海东区人民法院", "timezone",
        "Asia/Shanghai", "name", "朱敏", "case_number", "（2026）沪0114民初1号",
        "subject", "开庭通知", "body_sha256", "e3b0c44298fc1c14", "created",
        "2026-03-13T01:30:00.000Z", "acted", "", "effective",
        "2026-03-13T01:31:05.000Z", "sendings");

    for (guint i = 0; i < sendings; i++)
        json_array_append_new(
            json_object_get(said, "sendings"),
            oyer_json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "channel", "email",
                           "address", "zhu@example.cn", "basis", "confirmed", "state",
                           "arrived", "sent", "2026-03-13T01:31:00.000Z", "arrived",
                           "2026-03-13T01:31:05.000Z", "read", "", "acted", "",
                           "effective", "2026-03-13T01:31:05.000Z"));
    g_autofree char *text = oyer_json_canonical(said);
    return oyer_json_pack("{s:s,s:s,s:s,s:s}", "signed", text, "signature", "c2ln",
                          "key", "-----BEGIN PUBLIC KEY-----\n", "fingerprint", "9f86");
}

static void test_says_what_was_served_when_by_the_courts_time(void)
{
    static const char *const words[] = {"送达回证",
                                        "Certificate of service",
                                        "海东区人民法院",
                                        "（2026）沪0114民初1号",
                                        "朱敏",
                                        "开庭通知",
                                        "2026-03-13 09:31:05",
                                        "电子邮件",
                                        "zhu@example.cn",
                                        "已到达",
                                        "c2ln",
                                        "9f86",
                                        "e3b0c44298fc1c14",
                                        "1 / "};
    g_autoptr(json_t) one = certificate(1);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) pdf = oyer_certificate_pdf(one, &error);

    g_assert_no_error(error);
    g_auto(GStrv) pages = pdf_pages(pdf);
    g_autofree char *all = g_strjoinv("", pages);
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (!strstr(all, words[i]))
            g_error("%s stands not in\n%s", words[i], all);
}

static void test_every_sending_is_on_it(void)
{
    g_autoptr(json_t) one = certificate(120);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) pdf = oyer_certificate_pdf(one, &error);

    g_assert_no_error(error);
    g_auto(GStrv) pages = pdf_pages(pdf);
    g_autofree char *all = g_strjoinv("", pages);
    g_assert_cmpuint(pdf_count(all, "已到达"), ==, 120);
}

static void test_what_is_no_certificate_is_refused(void)
{
    static const char *const texts[] = {"{}", "{\"signed\":\"{}\"}",
                                        "{\"signed\":\"[\"}", "{\"signed\":7}"};

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(json_t) one = oyer_json_parse(texts[i], strlen(texts[i]), NULL);
        g_autoptr(GError) error = NULL;
        g_assert_null(oyer_certificate_pdf(one, &error));
        g_assert_nonnull(error);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/notice/certificate/says-what-was-served-when-by-the-courts-time",
                    test_says_what_was_served_when_by_the_courts_time);
    g_test_add_func("/notice/certificate/every-sending-is-on-it",
                    test_every_sending_is_on_it);
    g_test_add_func("/notice/certificate/what-is-no-certificate-is-refused",
                    test_what_is_no_certificate_is_refused);
    return g_test_run();
}
