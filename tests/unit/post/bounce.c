/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "post/bounce.h"

#include <string.h>

#define ID "01JABCDEFGHJKMNPQRSTVWXYZ0"

/* As Postfix writes it. */
static char *report(const char *to, const char *action, const char *about)
{
    return g_strdup_printf(
        "Return-Path: <>\r\nDelivered-To: %s\r\nFrom: MAILER-DAEMON@mail.example\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nTo: %s\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; "
        "report-type=delivery-status;\r\n boundary=\"b\"\r\n\r\n--b\r\n\r\nI'm sorry\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; "
        "mail.example\r\n\r\nFinal-Recipient: rfc822; zhu@example.cn\r\nAction: %s\r\n"
        "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n--b\r\n"
        "Content-Type: %s\r\n\r\nMessage-ID: <" ID "@court.example>\r\nSubject: x\r\n"
        "\r\n--b--\r\n",
        to, to, action, about);
}

static OyerBounce parse(const char *text)
{
    OyerBounce out;

    oyer_bounce_parse(text, strlen(text), &out);
    return out;
}

static void test_an_address_comes_back_as_it_was(void)
{
    g_autofree char *address =
        oyer_bounce_address("court@court.example", ID, "ABCDEFGH23");
    g_autofree char *small = g_ascii_strdown(address, -1);
    const char *const addresses[] = {address, small};

    g_assert_cmpstr(address, ==, "court+" ID "-ABCDEFGH23@court.example");
    for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++) {
        g_autofree char *text = report(addresses[i], "failed", "text/rfc822-headers");
        OyerBounce out = parse(text);
        g_assert_true(out.has_failed);
        g_assert_cmpstr(out.sending, ==, ID);
        g_assert_cmpstr(out.code, ==, "ABCDEFGH23");
        g_assert_cmpstr(out.why, ==, "dsn_5.1.1");
    }
    g_assert_null(oyer_bounce_address(
        "a-very-long-name-of-a-court-office@court.example", ID, "ABCDEFGH23"));
}

static void test_without_the_address_the_message_says_whose_it_is(void)
{
    static const char *const about[] = {"text/rfc822-headers", "message/rfc822"};

    for (gsize i = 0; i < G_N_ELEMENTS(about); i++) {
        g_autofree char *text = report("court@court.example", "failed", about[i]);
        OyerBounce out = parse(text);
        g_assert_true(out.has_failed);
        g_assert_cmpstr(out.sending, ==, "");
        g_assert_cmpstr(out.message, ==, ID);
    }
}

static void test_what_says_nothing_of_a_failure_is_none(void)
{
    g_autofree char *late = report("court@court.example", "delayed", "message/rfc822");
    const char *const texts[] = {
        late,
        "",
        "Subject: x\n\nAction: failed\n",
        "To: court+" ID
        "-ABCDEFGH23@court.example\nSubject: Out of office\n\nI am away",
        "Content-Type: multipart/report; boundary=b\n\n--b",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_assert_false(parse(texts[i]).has_failed);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/post/bounce/an-address-comes-back-as-it-was",
                    test_an_address_comes_back_as_it_was);
    g_test_add_func("/post/bounce/without-the-address-the-message-says-whose-it-is",
                    test_without_the_address_the_message_says_whose_it_is);
    g_test_add_func("/post/bounce/what-says-nothing-of-a-failure-is-none",
                    test_what_says_nothing_of_a_failure_is_none);
    return g_test_run();
}
