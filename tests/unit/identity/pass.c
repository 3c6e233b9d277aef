/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/pass.h"

#include <string.h>

#include "base/clock.h"

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
static void put_payload(GString *token, const char *json)
{
    g_autofree char *payload = oyer_base64url_encode(json, strlen(json));
    g_autofree char *tail = g_strdup(strrchr(token->str, '.') + 1);
    g_string_printf(token, "v1.%s.%s", payload, tail);
}

#define SPAN "\"nbf\":1773360000,\"exp\":1773367200"

static void be_judge(GString *token)
{
    put_payload(
        token,
        "{\"jti\":\"jti-1\",\"hearing\":\"h1\",\"participant\":\"h1-judge\"," SPAN "}");
}

static void live_longer(GString *token)
{
    put_payload(token, "{\"jti\":\"jti-1\",\"hearing\":\"h1\",\"participant\":"
                       "\"h1-witness\",\"nbf\":1773360000,\"exp\":1999999999}");
}

static void same_with_spaces(GString *token)
{
    put_payload(token, "{ \"jti\":\"jti-1\",\"hearing\":\"h1\",\"participant\":"
                       "\"h1-witness\"," SPAN "}");
}

static void no_hearing(GString *token)
{
    put_payload(token, "{\"jti\":\"jti-1\",\"participant\":\"h1-witness\"," SPAN "}");
}

static void one_more_field(GString *token)
{
    put_payload(token,
                "{\"jti\":\"jti-1\",\"hearing\":\"h1\",\"participant\":\"h1-witness\","
                "\"role\":\"judge\"," SPAN "}");
}

static void twice(GString *token)
{
    put_payload(token, "{\"jti\":\"jti-1\",\"jti\":\"jti-2\",\"hearing\":\"h1\","
                       "\"participant\":\"h1-witness\"," SPAN "}");
}

static void text_times(GString *token)
{
    put_payload(token,
                "{\"jti\":\"jti-1\",\"hearing\":\"h1\",\"participant\":\"h1-witness\","
                "\"nbf\":\"0\",\"exp\":\"9\"}");
}

static void huge_times(GString *token)
{
    put_payload(token,
                "{\"jti\":\"jti-1\",\"hearing\":\"h1\",\"participant\":\"h1-witness\","
                "\"nbf\":0,\"exp\":9223372036854775807}");
}

static void negative_times(GString *token)
{
    put_payload(token,
                "{\"jti\":\"jti-1\",\"hearing\":\"h1\",\"participant\":\"h1-witness\","
                "\"nbf\":-1,\"exp\":1999999999}");
}

static void bad_id(GString *token)
{
    put_payload(
        token,
        "{\"jti\":\"../1\",\"hearing\":\"h1\",\"participant\":\"h1-witness\"," SPAN
        "}");
}

static void array(GString *token)
{
    put_payload(token, "[1,2,3]");
}

static void no_json(GString *token)
{
    put_payload(token, "h1-witness");
}

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
    {.name = "same-with-spaces",
     .change = same_with_spaces,
     .expected = OYER_PASS_ALTERED},
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
    {.name = "one-more-field",
     .change = one_more_field,
     .expected = OYER_PASS_MALFORMED},
    {.name = "a-field-twice", .change = twice, .expected = OYER_PASS_MALFORMED},
    {.name = "text-times", .change = text_times, .expected = OYER_PASS_MALFORMED},
    {.name = "huge-times", .change = huge_times, .expected = OYER_PASS_MALFORMED},
    {.name = "negative-times",
     .change = negative_times,
     .expected = OYER_PASS_MALFORMED},
    {.name = "bad-id", .change = bad_id, .expected = OYER_PASS_MALFORMED},
    {.name = "array", .change = array, .expected = OYER_PASS_MALFORMED},
    {.name = "no-json", .change = no_json, .expected = OYER_PASS_MALFORMED},
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
