/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/pass.h"

#include <string.h>

#include "base/clock.h"
#include "identity/qr.h"

#define NOW_US G_GINT64_CONSTANT(1773363600000000)
#define DEVICE "aaaaaaaaaaaaaaaaaaaaaa"
#define OTHER "bbbbbbbbbbbbbbbbbbbbbb"

/* A key that the tests share: making one is the slowest step. */
static OyerKey *key, *stranger;

static OyerPass pass_of_today(void)
{
    OyerPass pass = {
        .jti = "jti-1",
        .hearing = "h1",
        .participant = "h1-witness",
        .role = oyer_pass_role("witness"),
        .not_before_us = NOW_US - 3600 * OYER_SECOND_US,
        .expires_us = NOW_US + 3600 * OYER_SECOND_US,
    };
    return pass;
}

/* One row a case: what is changed, and what must be said to it. */
typedef struct {
    const char *name;
    void (*change)(GString *token);
    const OyerKey **signer; /* NULL: ours */
    gint64 after_us;        /* how long after now it is used */
    const char *hearing, *device;
    const char *bound; /* device it is bound to, or NULL */
    gboolean unknown, revoked;
    OyerPassFault expected;
} Case;

static const OyerKey *stranger_key;

static void cut(GString *token)
{
    g_string_truncate(token, token->len - 1);
}

static void lengthen(GString *token)
{
    g_string_append_c(token, 'A');
}

static void drop_signature(GString *token)
{
    g_string_truncate(token, (gsize)(strrchr(token->str, '.') - token->str));
}

static void drop_all_but_dots(GString *token)
{
    g_string_assign(token, "v1..");
}

static void empty(GString *token)
{
    g_string_truncate(token, 0);
}

static void other_version(GString *token)
{
    token->str[1] = '2';
}

static void upper_version(GString *token)
{
    token->str[0] = 'V';
}

static void flip_signature(GString *token)
{
    char *c = strrchr(token->str, '.') + 1;
    *c = *c == 'A' ? 'B' : 'A';
}

static void star_in_signature(GString *token)
{
    strrchr(token->str, '.')[10] = '*';
}

static void star_in_payload(GString *token)
{
    token->str[10] = '*';
}

static void pad(GString *token)
{
    token->str[token->len - 1] = '=';
}

static void newline(GString *token)
{
    g_string_append_c(token, '\n');
}

static void nul_inside(GString *token)
{
    token->str[20] = '\0';
}

static void too_long(GString *token)
{
    while (token->len <= OYER_PASS_TOKEN_MAX)
        g_string_append_c(token, 'A');
}

static void more_dots(GString *token)
{
    g_string_append(token, ".x");
}

static void swap_order(GString *token)
{
    g_auto(GStrv) parts = g_strsplit(token->str, ".", -1);
    g_string_printf(token, "v1.%s.%s", parts[2], parts[1]);
}

/* Puts another payload before the old signature. */
static void put_payload(GString *token, const char *bytes, gsize size)
{
    g_autofree char *payload = oyer_base64url_encode(bytes, size);
    g_autofree char *tail = g_strdup(strrchr(token->str, '.') + 1);
    g_string_printf(token, "v1.%s.%s", payload, tail);
}

/* Role and key; not before 2026-03-12 23:00, until 03-13 04:00; ids with their
 * lengths. */
#define HEAD \
    "\x05"   \
    "KEY0"
#define SPAN           \
    "\x69\xb3\x47\x10" \
    "\x69\xb3\x4d\x20"
#define JTI \
    "\x05"  \
    "jti-1"
#define HEARING \
    "\x02"      \
    "h1"
#define WITNESS \
    "\x0a"      \
    "h1-witness"

#define PAYLOAD(name, bytes)                          \
    static void name(GString *token)                  \
    {                                                 \
        put_payload(token, bytes, sizeof(bytes) - 1); \
    }
PAYLOAD(be_judge, HEAD SPAN JTI HEARING "\x08"
                                        "h1-judge")
PAYLOAD(live_longer, HEAD "\x69\xb3\x47\x10"
                          "\xff\xff\xff\xff" JTI HEARING WITNESS)
PAYLOAD(other_role, "\x01"
                    "KEY0" SPAN JTI HEARING WITNESS)
PAYLOAD(no_hearing, HEAD SPAN JTI WITNESS)
PAYLOAD(one_more_id, HEAD SPAN JTI HEARING WITNESS JTI)
PAYLOAD(one_more_byte, HEAD SPAN JTI HEARING WITNESS "\x01")
PAYLOAD(short_head, HEAD "\x69\xb3\x47\x10")
PAYLOAD(bad_id, HEAD SPAN "\x04"
                          "../1" HEARING WITNESS)
PAYLOAD(nul_id, HEAD SPAN "\x05"
                          "jti\0"
                          "1" HEARING WITNESS)
PAYLOAD(long_id, HEAD SPAN "\x41"
                           "jti-1" HEARING WITNESS)
PAYLOAD(cut_ulid, HEAD SPAN JTI HEARING "\x00"
                                        "123456789012345")
PAYLOAD(spelt_ulid, HEAD SPAN "\x1a"
                              "01ARZ3NDEKTSV4RRFFQ69G5FAV" HEARING WITNESS)

#define HOUR_US (3600 * OYER_SECOND_US)

static const Case cases[] = {
    {.name = "as-issued", .expected = OYER_PASS_FINE},
    {.name = "no-device-asked", .device = "", .expected = OYER_PASS_FINE},
    {.name = "bearer", .device = "bearer", .expected = OYER_PASS_FINE},
    {.name = "same-device", .bound = DEVICE, .expected = OYER_PASS_FINE},
    {.name = "first-second", .after_us = -HOUR_US, .expected = OYER_PASS_FINE},
    {.name = "last-microsecond", .after_us = HOUR_US - 1, .expected = OYER_PASS_FINE},

    {.name = "early", .after_us = -HOUR_US - 1, .expected = OYER_PASS_EARLY},
    {.name = "expired", .after_us = HOUR_US, .expected = OYER_PASS_EXPIRED},
    {.name = "expired-long-ago",
     .after_us = 1000 * HOUR_US,
     .expected = OYER_PASS_EXPIRED},
    {.name = "other-hearing", .hearing = "h2", .expected = OYER_PASS_OTHER_HEARING},
    {.name = "revoked", .revoked = TRUE, .expected = OYER_PASS_REVOKED},
    {.name = "revoked-and-expired",
     .revoked = TRUE,
     .after_us = HOUR_US,
     .expected = OYER_PASS_REVOKED},
    {.name = "not-in-the-register", .unknown = TRUE, .expected = OYER_PASS_REVOKED},
    {.name = "second-device", .bound = OTHER, .expected = OYER_PASS_SECOND_DEVICE},
    {.name = "bearer-after-a-device",
     .device = "bearer",
     .bound = OTHER,
     .expected = OYER_PASS_SECOND_DEVICE},
    {.name = "device-after-bearer",
     .bound = "bearer",
     .expected = OYER_PASS_SECOND_DEVICE},
    {.name = "short-device", .device = "a", .expected = OYER_PASS_BAD_DEVICE},
    {.name = "device-with-space",
     .device = "aaaaaaaaaaaaaaaaaaaaaa a",
     .expected = OYER_PASS_BAD_DEVICE},

    {.name = "stranger's-key",
     .signer = &stranger_key,
     .unknown = TRUE,
     .expected = OYER_PASS_FORGED},
    {.name = "stranger's-key-known-jti",
     .signer = &stranger_key,
     .expected = OYER_PASS_ALTERED},
    {.name = "flipped-signature",
     .change = flip_signature,
     .expected = OYER_PASS_ALTERED},
    {.name = "star-in-signature",
     .change = star_in_signature,
     .expected = OYER_PASS_ALTERED},
    {.name = "padded", .change = pad, .expected = OYER_PASS_ALTERED},
    {.name = "made-judge", .change = be_judge, .expected = OYER_PASS_ALTERED},
    {.name = "made-to-last", .change = live_longer, .expected = OYER_PASS_ALTERED},
    {.name = "other-role", .change = other_role, .expected = OYER_PASS_ALTERED},
    {.name = "made-judge-of-nothing",
     .change = be_judge,
     .unknown = TRUE,
     .expected = OYER_PASS_FORGED},

    {.name = "cut", .change = cut, .expected = OYER_PASS_MALFORMED},
    {.name = "lengthened", .change = lengthen, .expected = OYER_PASS_MALFORMED},
    {.name = "no-signature", .change = drop_signature, .expected = OYER_PASS_MALFORMED},
    {.name = "only-dots", .change = drop_all_but_dots, .expected = OYER_PASS_MALFORMED},
    {.name = "empty", .change = empty, .expected = OYER_PASS_MALFORMED},
    {.name = "other-version", .change = other_version, .expected = OYER_PASS_MALFORMED},
    {.name = "upper-version", .change = upper_version, .expected = OYER_PASS_MALFORMED},
    {.name = "star-in-payload",
     .change = star_in_payload,
     .expected = OYER_PASS_MALFORMED},
    {.name = "newline", .change = newline, .expected = OYER_PASS_MALFORMED},
    {.name = "nul-inside", .change = nul_inside, .expected = OYER_PASS_MALFORMED},
    {.name = "too-long", .change = too_long, .expected = OYER_PASS_MALFORMED},
    {.name = "more-dots", .change = more_dots, .expected = OYER_PASS_MALFORMED},
    {.name = "swapped", .change = swap_order, .expected = OYER_PASS_MALFORMED},
    {.name = "no-hearing", .change = no_hearing, .expected = OYER_PASS_MALFORMED},
    {.name = "one-more-id", .change = one_more_id, .expected = OYER_PASS_MALFORMED},
    {.name = "one-more-byte", .change = one_more_byte, .expected = OYER_PASS_MALFORMED},
    {.name = "short-head", .change = short_head, .expected = OYER_PASS_MALFORMED},
    {.name = "bad-id", .change = bad_id, .expected = OYER_PASS_MALFORMED},
    {.name = "nul-in-an-id", .change = nul_id, .expected = OYER_PASS_MALFORMED},
    {.name = "too-long-an-id", .change = long_id, .expected = OYER_PASS_MALFORMED},
    {.name = "cut-ulid", .change = cut_ulid, .expected = OYER_PASS_MALFORMED},
    {.name = "spelt-ulid", .change = spelt_ulid, .expected = OYER_PASS_MALFORMED},
};

static void test_case(gconstpointer data)
{
    const Case *row = data;
    const OyerPass issued = pass_of_today();
    OyerPassRecord record = {.known = !row->unknown, .revoked_us = row->revoked};
    g_autofree char *issued_text =
        oyer_pass_issue(&issued, row->signer ? *row->signer : key, NULL);
    g_autoptr(GString) token = g_string_new(issued_text);
    const char *device = row->device ? row->device : DEVICE;
    OyerPass read = {0};

    if (row->change)
        row->change(token);
    if (row->bound)
        oyer_device_digest(row->bound, record.device);
    OyerPassFault fault = oyer_pass_read(token->str, token->len, key, &read);
    fault = oyer_pass_judge(fault, &read, &record, row->hearing ? row->hearing : "h1",
                            *device ? device : NULL, NOW_US + row->after_us);
    g_assert_cmpstr(oyer_pass_fault_name(fault), ==,
                    oyer_pass_fault_name(row->expected));
}

static void test_reads_what_was_issued(void)
{
    const OyerPass issued = pass_of_today();
    g_autofree char *token = oyer_pass_issue(&issued, key, NULL);
    OyerPass read = {0};

    g_assert_cmpint(oyer_pass_read(token, strlen(token), key, &read), ==,
                    OYER_PASS_FINE);
    g_assert_cmpstr(read.jti, ==, issued.jti);
    g_assert_cmpstr(read.hearing, ==, issued.hearing);
    g_assert_cmpstr(read.participant, ==, issued.participant);
    g_assert_cmpint(read.not_before_us, ==, issued.not_before_us);
    g_assert_cmpint(read.expires_us, ==, issued.expires_us);
    g_assert_cmpstr(oyer_pass_role_word(read.role), ==, "witness");
}

/* A court's link with a pass of three ULIDs: small enough for a cheap phone. */
static void test_fits_a_small_code(void)
{
    OyerPass pass = pass_of_today(), read;
    g_autofree char *jti = oyer_id_new(NOW_US);
    g_autofree char *hearing = oyer_id_new(NOW_US + 1000000);
    g_autofree char *participant = oyer_id_new(NOW_US + 2000000);

    g_strlcpy(pass.jti, jti, sizeof pass.jti);
    g_strlcpy(pass.hearing, hearing, sizeof pass.hearing);
    g_strlcpy(pass.participant, participant, sizeof pass.participant);
    g_autofree char *token = oyer_pass_issue(&pass, key, NULL);
    g_autofree char *link =
        g_strconcat("https://online.court.example.gov.cn/j/", token, NULL);
    g_autoptr(OyerQr) code = oyer_qr_new(link, OYER_QR_VERSION_SMALL);

    g_assert_nonnull(code);
    g_assert_cmpint(oyer_qr_version(code), <=, 10);
    g_assert_cmpint(oyer_pass_read(token, strlen(token), key, &read), ==,
                    OYER_PASS_FINE);
    g_assert_cmpstr(read.jti, ==, jti);
    g_assert_cmpstr(read.hearing, ==, hearing);
    g_assert_cmpstr(read.participant, ==, participant);
}

/* Whoever cannot sign learns one thing only, whatever he tries. */
static void test_a_forger_learns_nothing(void)
{
    static const OyerPassFault alike[] = {OYER_PASS_MALFORMED, OYER_PASS_FORGED,
                                          OYER_PASS_ALTERED, OYER_PASS_BAD_DEVICE};

    for (gsize i = 0; i < G_N_ELEMENTS(alike); i++) {
        g_assert_cmpstr(oyer_pass_fault_reason(alike[i]), ==, "unreadable");
        g_assert_cmpstr(oyer_pass_fault_text(alike[i]), ==,
                        oyer_pass_fault_text(alike[0]));
    }
    for (OyerPassFault fault = OYER_PASS_FINE; fault < OYER_PASS_FAULTS; fault++)
        g_assert_nonnull(oyer_pass_fault_text(fault));
}

/* Every single flipped bit of a token is noticed. */
static void test_no_bit_can_be_flipped(void)
{
    const OyerPass issued = pass_of_today();
    g_autofree char *token = oyer_pass_issue(&issued, key, NULL);
    gsize length = strlen(token);
    OyerPass read;

    for (gsize i = 0; i < length * 8; i++) {
        token[i / 8] ^= (char)(1 << i % 8);
        g_assert_cmpint(oyer_pass_read(token, length, key, &read), !=, OYER_PASS_FINE);
        token[i / 8] ^= (char)(1 << i % 8);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    key = oyer_key_new(NULL);
    stranger = oyer_key_new(NULL);
    stranger_key = stranger;
    g_test_add_func("/identity/pass/reads-what-was-issued", test_reads_what_was_issued);
    g_test_add_func("/identity/pass/no-bit-can-be-flipped", test_no_bit_can_be_flipped);
    g_test_add_func("/identity/pass/fits-a-small-code", test_fits_a_small_code);
    g_test_add_func("/identity/pass/a-forger-learns-nothing",
                    test_a_forger_learns_nothing);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path =
            g_strdup_printf("/identity/pass/%s-is-%s", cases[i].name,
                            oyer_pass_fault_name(cases[i].expected));
        g_test_add_data_func(path, &cases[i], test_case);
    }
    int result = g_test_run();
    oyer_key_free(key);
    oyer_key_free(stranger);
    return result;
}
