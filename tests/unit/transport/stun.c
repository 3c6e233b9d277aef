/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/stun.h"

#include <arpa/inet.h>
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

/* ---- the answering side ------------------------------------------------ */

/* RFC 5769 §2.2 and §2.3: the answers to it, over IPv4 and IPv6, with SOFTWARE. */
static const guint8 rfc_answer[] = {
    0x01, 0x01, 0x00, 0x3c, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34,
    0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74,
    0x20, 0x76, 0x65, 0x63, 0x74, 0x6f, 0x72, 0x20, 0x00, 0x20, 0x00, 0x08, 0x00, 0x01,
    0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43, 0x00, 0x08, 0x00, 0x14, 0x2b, 0x91, 0xf5, 0x99,
    0xfd, 0x9e, 0x90, 0xc3, 0x8c, 0x74, 0x89, 0xf9, 0x2a, 0xf9, 0xba, 0x53, 0xf0, 0x6b,
    0xe7, 0xd7, 0x80, 0x28, 0x00, 0x04, 0xc0, 0x7d, 0x4c, 0x96,
};
static const guint8 rfc_address_v6[] = {
    0x00, 0x20, 0x00, 0x14, 0x00, 0x02, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa,
    0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25, 0xf4, 0xb5, 0xbe, 0xd2, 0xb9, 0xd9,
};

static void test_takes_the_rfc_sample_apart(void)
{
    OyerStunRequest request;

    g_assert_true(oyer_stun_request_parse(rfc_request, sizeof(rfc_request), &request));
    g_assert_cmpstr(request.ufrag, ==, "evtj");
    g_assert_true(request.has_integrity && request.has_username);
    g_assert_true(request.has_priority);
    g_assert_cmphex(request.priority, ==, 0x6e0001ff);
    g_assert_true(request.is_controlled);
    g_assert_false(request.nominates);
    g_assert_cmpuint(request.unknown_count, ==, 0);
}

static struct sockaddr_storage address_of(int family, const char *text, guint16 port)
{
    struct sockaddr_storage address = {.ss_family = (sa_family_t)family};
    struct sockaddr_in *v4 = (void *)&address;
    struct sockaddr_in6 *v6 = (void *)&address;
    void *ip = family == AF_INET ? (void *)&v4->sin_addr : &v6->sin6_addr;

    v4->sin_port = htons(port);
    g_assert_cmpint(inet_pton(family, text, ip), ==, 1);
    return address;
}

/* Byte for byte the RFC's, but for the SOFTWARE that we do not send. */
static void test_answers_as_the_rfc_sample_does(void)
{
    guint8 bytes[OYER_STUN_ANSWER_MAX];
    OyerStunRequest request;
    struct sockaddr_storage v4 = address_of(AF_INET, "192.0.2.1", 32853);
    struct sockaddr_storage v6 =
        address_of(AF_INET6, "2001:db8:1234:5678:11:2233:4455:6677", 32853);
    OyerStunAnswer answer = {
        .request = &request, .from = &v4, .password = rfc_password};

    g_assert_true(oyer_stun_request_parse(rfc_request, sizeof(rfc_request), &request));
    gsize size = oyer_stun_answer_write(&answer, bytes);
    g_assert_cmpuint(size, ==, sizeof(rfc_answer) - 16);
    g_assert_cmpmem(bytes + 4, 16, rfc_answer + 4, 16);
    g_assert_cmpmem(bytes + 20, 12, rfc_answer + 36, 12);
    g_assert_true(oyer_stun_is_authentic(bytes, size, rfc_password));

    answer.from = &v6;
    size = oyer_stun_answer_write(&answer, bytes);
    g_assert_cmpmem(bytes + 20, sizeof(rfc_address_v6), rfc_address_v6,
                    sizeof(rfc_address_v6));
    g_assert_true(oyer_stun_is_authentic(bytes, size, rfc_password));
}

/* A request made of what the row says. */
typedef struct {
    const char *name;
    const char *username; /* NULL: none */
    const char *password; /* of the integrity; NULL: none */
    const char *ours;     /* what we have for that user; NULL: nobody */
    gboolean lacks_priority, is_controlled, nominates;
    guint16 unknown; /* an attribute of this type */
    OyerStunCode code;
} Row;

#define OURS "ours-ours-ours-ours-ours"

static const Row rows[] = {
    {"good", "ours:theirs", OURS, OURS, .code = OYER_STUN_OK},
    {"nominating", "ours:theirs", OURS, OURS, .nominates = TRUE, .code = OYER_STUN_OK},
    {"without-a-colon", "ours", OURS, OURS, .code = OYER_STUN_OK},
    {"no-username", NULL, OURS, OURS, .code = OYER_STUN_BAD_REQUEST},
    {"no-integrity", "ours:theirs", NULL, OURS, .code = OYER_STUN_BAD_REQUEST},
    {"nothing-at-all", NULL, NULL, NULL, .code = OYER_STUN_BAD_REQUEST},
    {"unknown-user", "them:theirs", OURS, NULL, .code = OYER_STUN_UNAUTHENTICATED},
    {"wrong-password", "ours:theirs", "wrong", OURS, .code = OYER_STUN_UNAUTHENTICATED},
    {"unknown-attribute", "ours:theirs", OURS, OURS, .unknown = 0x7abc,
     .code = OYER_STUN_UNKNOWN_ATTRIBUTE},
    {"unknown-but-optional", "ours:theirs", OURS, OURS, .unknown = 0xc057,
     .code = OYER_STUN_OK},
    {"no-priority", "ours:theirs", OURS, OURS, .lacks_priority = TRUE,
     .code = OYER_STUN_BAD_REQUEST},
    {"role-conflict", "ours:theirs", OURS, OURS, .is_controlled = TRUE,
     .code = OYER_STUN_ROLE_CONFLICT},
    /* Who does not know the password learns nothing else. */
    {"wrong-in-every-way", "ours:theirs", "wrong", OURS, TRUE, TRUE, TRUE, 0x7abc,
     OYER_STUN_UNAUTHENTICATED},
};

static gsize put(guint8 *out, guint16 type, const void *value, gsize length)
{
    out[0] = (guint8)(type >> 8);
    out[1] = (guint8)type;
    out[2] = (guint8)(length >> 8);
    out[3] = (guint8)length;
    memcpy(out + 4, value, length);
    return 4 + ((length + 3) & ~(gsize)3);
}

static gsize make_request(const Row *row, guint8 *out)
{
    static const guint8 zeros[8];
    gsize at = 20;

    memset(out, 0, OYER_STUN_CHECK_MAX);
    memcpy(out, rfc_request, 20);
    if (row->username)
        at += put(out + at, 0x0006, row->username, strlen(row->username));
    if (!row->lacks_priority)
        at += put(out + at, 0x0024, zeros, 4);
    if (row->unknown)
        at += put(out + at, row->unknown, zeros, 3);
    at += put(out + at, row->is_controlled ? 0x8029 : 0x802a, zeros, 8);
    if (row->nominates)
        at += put(out + at, 0x0025, zeros, 0);
    return oyer_stun_sign(out, at, row->password);
}

static void test_judges_every_row(void)
{
    guint8 bytes[OYER_STUN_CHECK_MAX];
    OyerStunRequest request;

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        gsize size = make_request(&rows[i], bytes);

        g_test_message("%s", rows[i].name);
        g_assert_true(oyer_stun_request_parse(bytes, size, &request));
        g_assert_cmpint(oyer_stun_judge(&request, rows[i].ours), ==, rows[i].code);
        if (rows[i].code == OYER_STUN_OK)
            g_assert_cmpint(request.nominates, ==, rows[i].nominates);
    }
}

/* RFC 8489 §14.8 and §14.9, and that nobody can use us to multiply his bytes. */
static void test_errors_say_which_and_are_short(void)
{
    guint8 bytes[OYER_STUN_CHECK_MAX], out[OYER_STUN_ANSWER_MAX];
    OyerStunRequest request;

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        gsize size = make_request(&rows[i], bytes);
        OyerStunAnswer answer = {.code = rows[i].code, .request = &request};

        if (rows[i].code == OYER_STUN_OK)
            continue;
        g_assert_true(oyer_stun_request_parse(bytes, size, &request));
        gsize written = oyer_stun_answer_write(&answer, out);
        g_assert_cmpuint(written, <=, size);
        g_assert_cmphex((guint)out[0] << 8 | out[1], ==, 0x0111);
        g_assert_cmpmem(out + 8, 12, bytes + 8, 12);
        g_assert_cmpuint(out[26] * 100u + out[27], ==, rows[i].code);
        if (rows[i].code == OYER_STUN_UNKNOWN_ATTRIBUTE)
            g_assert_cmphex((guint)out[32] << 8 | out[33], ==, rows[i].unknown);
    }
}

/* Whatever is cut, flipped or appended is no request for ICE. */
static void test_a_request_needs_its_fingerprint(void)
{
    guint8 copy[sizeof(rfc_request)];
    OyerStunRequest request;

    for (gsize size = 0; size < sizeof(rfc_request); size++) {
        g_autofree guint8 *exact = g_memdup2(rfc_request, size);

        g_assert_false(oyer_stun_request_parse(exact, size, &request));
    }
    for (gsize i = 0; i < sizeof(rfc_request); i++) {
        memcpy(copy, rfc_request, sizeof(copy));
        copy[i] ^= 0x10;
        g_assert_false(oyer_stun_request_parse(copy, sizeof(copy), &request));
    }
}

/* A ufrag longer than ours is nobody's, not somebody's beginning. */
static void test_takes_no_part_of_a_long_name(void)
{
    guint8 bytes[OYER_STUN_CHECK_MAX];
    g_autofree char *name = g_strnfill(OYER_STUN_UFRAG_MAX, 'x');
    Row row = {.username = name, .password = OURS};
    OyerStunRequest request;

    g_assert_true(oyer_stun_request_parse(bytes, make_request(&row, bytes), &request));
    g_assert_true(request.has_username);
    g_assert_cmpstr(request.ufrag, ==, "");
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
    g_test_add_func("/transport/stun/takes-the-rfc-sample-apart",
                    test_takes_the_rfc_sample_apart);
    g_test_add_func("/transport/stun/answers-as-the-rfc-sample-does",
                    test_answers_as_the_rfc_sample_does);
    g_test_add_func("/transport/stun/judges-every-row", test_judges_every_row);
    g_test_add_func("/transport/stun/errors-say-which-and-are-short",
                    test_errors_say_which_and_are_short);
    g_test_add_func("/transport/stun/a-request-needs-its-fingerprint",
                    test_a_request_needs_its_fingerprint);
    g_test_add_func("/transport/stun/takes-no-part-of-a-long-name",
                    test_takes_no_part_of_a_long_name);
    return g_test_run();
}
