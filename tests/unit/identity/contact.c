/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/contact.h"

static void test_one_address_is_one_text(void)
{
    static const struct {
        const char *typed, *address;
    } rows[] = {
        {"13800138000", "+8613800138000"},
        {" 138-0013-8000 ", "+8613800138000"},
        {"+86 138 0013 8000", "+8613800138000"},
        {"+44 (0)20 7946 0958", "+4402079460958"},
        {"021-62345678", "02162345678"},
        {"Zhu.Min@Example.CN", "zhu.min@example.cn"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        OyerChannel channel;
        g_autofree char *address = oyer_contact_parse(rows[i].typed, &channel);
        g_assert_cmpstr(address, ==, rows[i].address);
        g_assert_cmpint(channel, ==, i == 5 ? OYER_CHANNEL_EMAIL : OYER_CHANNEL_SMS);
    }
}

static void test_what_is_neither_is_refused(void)
{
    static const char *const bad[] = {"",
                                      "   ",
                                      "123",
                                      "12345678901234567",
                                      "+",
                                      "1380013800x",
                                      "朱敏",
                                      "@example.cn",
                                      "zhu@",
                                      "zhu@localhost",
                                      "zhu@.cn",
                                      "zhu@a..cn",
                                      "zhu@a.cn.",
                                      "zhu min@a.cn",
                                      "zhu@a.cn\r\nBcc: all@a.cn",
                                      "a@b@c.cn"};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        OyerChannel channel;
        g_autofree char *address = oyer_contact_parse(bad[i], &channel);
        g_assert_null(address);
    }
}

static void test_a_stranger_sees_only_the_end(void)
{
    g_autofree char *number = oyer_contact_mask("+8613800138000");
    g_autofree char *mail = oyer_contact_mask("zhu.min@example.cn");

    g_assert_cmpstr(number, ==, "…8000");
    g_assert_cmpstr(mail, ==, "z…@example.cn");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/identity/contact/one-address-is-one-text",
                    test_one_address_is_one_text);
    g_test_add_func("/identity/contact/what-is-neither-is-refused",
                    test_what_is_neither_is_refused);
    g_test_add_func("/identity/contact/a-stranger-sees-only-the-end",
                    test_a_stranger_sees_only_the_end);
    return g_test_run();
}
