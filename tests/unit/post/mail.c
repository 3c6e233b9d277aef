/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "post/mail.h"

#include <string.h>

static char *build(const char *name, const char *subject, const char *text)
{
    OyerParcel parcel = {.id = (char[]){"01JABC"},
                         .to = (char[]){"zhu@example.cn"},
                         .name = g_strdup(name),
                         .language = (char[]){"zh"},
                         .subject = g_strdup(subject),
                         .text = g_strdup(text)};
    g_autoptr(GBytes) bytes =
        oyer_mail_build(&parcel, "court@court.example", "court.example", 1773363600);
    gsize size;
    const char *data = g_bytes_get_data(bytes, &size);

    g_free(parcel.name);
    g_free(parcel.subject);
    g_free(parcel.text);
    return g_strndup(data, size);
}

static void test_the_id_is_the_one_of_the_sending(void)
{
    g_autofree char *one = build("朱敏", "开庭通知", "您好");
    g_autofree char *two = build("朱敏", "开庭通知", "您好");

    g_assert_nonnull(strstr(one, "Message-Id: <01JABC@court.example>\r\n"));
    g_assert_cmpstr(one, ==, two);
    g_assert_nonnull(strstr(one, "Auto-Submitted: auto-generated\r\n"));
    g_assert_nonnull(strstr(one, "Date: Fri, 13 Mar 2026 01:00:00 +0000\r\n"));
}

static void test_nothing_but_ascii_and_crlf_goes_out(void)
{
    g_autofree char *text =
        build("朱敏", "开庭通知：（2026）沪0114民初123号", "您好\n好");

    g_assert_true(g_str_is_ascii(text));
    for (const char *at = strchr(text, '\n'); at != NULL; at = strchr(at + 1, '\n'))
        g_assert_cmpint(at[-1], ==, '\r');
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        g_assert_cmpint(strchr(line, '\n') - line, <=, 998);
}

static void test_a_name_cannot_bring_a_field(void)
{
    g_autofree char *text = build("a\r\nBcc: evil@example.cn", "x", "y");

    g_assert_null(strstr(text, "\nBcc:"));
}

static void test_an_address_is_one_address(void)
{
    static const struct {
        const char *text;
        gboolean is_one;
    } rows[] = {{"a@b.cn", TRUE},        {"", FALSE},         {"a@", FALSE},
                {"@b", FALSE},           {"a b@c.cn", FALSE}, {"a@b@c", FALSE},
                {"a@b.cn,c@d", FALSE},   {"<a@b.cn>", FALSE}, {"a@b\r\nRCPT", FALSE},
                {"朱@example.cn", FALSE}};

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(oyer_mail_is_address(rows[i].text), ==, rows[i].is_one);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func("/post/mail/" name, func)
    ADD("the-id-is-the-one-of-the-sending", test_the_id_is_the_one_of_the_sending);
    ADD("nothing-but-ascii-and-crlf-goes-out",
        test_nothing_but_ascii_and_crlf_goes_out);
    ADD("a-name-cannot-bring-a-field", test_a_name_cannot_bring_a_field);
    ADD("an-address-is-one-address", test_an_address_is_one_address);
    return g_test_run();
}
