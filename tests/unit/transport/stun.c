/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/stun.h"

#include <string.h>

/* RFC 5769 §2.1: sample request, short-term password. */
static const char rfc_password[] = "VOkJxbRl1RmTxUk/WvJxBt";
static const guint8 rfc_request[] = {
    0x00, 0x01, 0x00, 0x58, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34,
    0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x10, 0x53, 0x54, 0x55, 0x4e,
    0x20, 0x74, 0x65, 0x73, 0x74, 0x20, 0x63, 0x6c, 0x69, 0x65, 0x6e, 0x74, 0x00, 0x24,
    0x00, 0x04, 0x6e, 0x00, 0x01, 0xff, 0x80, 0x29, 0x00, 0x08, 0x93, 0x2f, 0xf9, 0xb1,
    0x51, 0x26, 0x3b, 0x36, 0x00, 0x06, 0x00, 0x09, 0x65, 0x76, 0x74, 0x6a, 0x3a, 0x68,
    0x36, 0x76, 0x59, 0x20, 0x20, 0x20, 0x00, 0x08, 0x00, 0x14, 0x9a, 0xea, 0xa7, 0x0c,
    0xbf, 0xd8, 0xcb, 0x56, 0x78, 0x1e, 0xf2, 0xb5, 0xb2, 0xd3, 0xf2, 0x49, 0xc1, 0xb5,
    0x71, 0xa2, 0x80, 0x28, 0x00, 0x04, 0xe5, 0x7a, 0x3b, 0xcf,
};

static void test_knows_the_rfc_sample(void)
{
    g_assert_true(oyer_stun_is(rfc_request, sizeof(rfc_request)));
    g_assert_true(oyer_stun_is_request(rfc_request, sizeof(rfc_request)));
    g_assert_true(
        oyer_stun_is_authentic(rfc_request, sizeof(rfc_request), rfc_password));
    g_assert_false(oyer_stun_is_authentic(rfc_request, sizeof(rfc_request), "another"));
}

static void test_refuses_every_flipped_bit_before_the_integrity(void)
{
    guint8 copy[sizeof(rfc_request)];

    for (gsize i = 0; i < sizeof(rfc_request) - 8; i++) {
        memcpy(copy, rfc_request, sizeof(copy));
        copy[i] ^= 0x10;
        g_assert_false(oyer_stun_is_authentic(copy, sizeof(copy), rfc_password));
    }
}

static void test_refuses_every_truncation(void)
{
    for (gsize size = 0; size < sizeof(rfc_request); size++) {
        g_autofree guint8 *exact = g_memdup2(rfc_request, size);

        g_assert_false(oyer_stun_is_authentic(exact, size, rfc_password));
    }
}

static void test_writes_a_check_that_its_reader_accepts(void)
{
    guint8 bytes[OYER_STUN_CHECK_MAX];
    OyerStunCheck check = {
        .username = "theirs:ours",
        .password = "0123456789012345678901",
        .controlling = TRUE,
        .tie_breaker = 42,
    };
    gsize size = oyer_stun_check_write(&check, bytes);

    g_assert_true(oyer_stun_is_request(bytes, size));
    g_assert_true(oyer_stun_is_authentic(bytes, size, check.password));
    g_assert_false(oyer_stun_is_authentic(bytes, size, "0123456789012345678902"));
    g_assert_false(oyer_stun_nominates(bytes, size));
    check.nominates = TRUE;
    size = oyer_stun_check_write(&check, bytes);
    g_assert_true(oyer_stun_is_authentic(bytes, size, check.password));
    g_assert_true(oyer_stun_nominates(bytes, size));
}

/* USE-CANDIDATE put behind the integrity by someone on the way. */
static void test_ignores_a_nomination_that_is_not_signed(void)
{
    static const guint8 nomination[] = {0x00, 0x25, 0x00, 0x00};
    guint8 bytes[sizeof(rfc_request) + sizeof(nomination)];

    memcpy(bytes, rfc_request, sizeof(rfc_request));
    memcpy(bytes + sizeof(rfc_request), nomination, sizeof(nomination));
    bytes[3] += sizeof(nomination);
    g_assert_true(oyer_stun_is_authentic(bytes, sizeof(bytes), rfc_password));
    g_assert_false(oyer_stun_nominates(bytes, sizeof(bytes)));
}

static void test_refuses_a_name_too_long(void)
{
    guint8 bytes[OYER_STUN_CHECK_MAX];
    g_autofree char *name = g_strnfill(600, 'x');
    OyerStunCheck check = {.username = name, .password = "0123456789012345678901"};

    g_assert_cmpuint(oyer_stun_check_write(&check, bytes), ==, 0);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transport/stun/knows-the-rfc-sample", test_knows_the_rfc_sample);
    g_test_add_func("/transport/stun/refuses-every-flipped-bit-before-the-integrity",
                    test_refuses_every_flipped_bit_before_the_integrity);
    g_test_add_func("/transport/stun/refuses-every-truncation",
                    test_refuses_every_truncation);
    g_test_add_func("/transport/stun/writes-a-check-that-its-reader-accepts",
                    test_writes_a_check_that_its_reader_accepts);
    g_test_add_func("/transport/stun/ignores-a-nomination-that-is-not-signed",
                    test_ignores_a_nomination_that_is_not_signed);
    g_test_add_func("/transport/stun/refuses-a-name-too-long",
                    test_refuses_a_name_too_long);
    return g_test_run();
}
