/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/oidc_token.h"

#include <string.h>

#include <cjose/cjose.h>

#include "base/json.h"
#include "base/text.h"
#include "oidc.h"

#define NOW_S G_GINT64_CONSTANT(1773363600)
#define NONCE "n-0S6_WzA2Mj"

/* OpenID Connect Core 1.0, A.3: the access token, and its hash with SHA-256. */
#define ACCESS "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
#define ACCESS_HASH "77QmUPtjPfzWtF2AnpK9RQ"

typedef struct {
    OyerOidc *oidc;
    cjose_jwk_t *rsa, *ec, *stranger;
    OyerOidcKeys *keys;
    json_t *claims;
} Signed;

static cjose_jwk_t *new_key(const char *kid)
{
    const guint8 exponent[] = {1, 0, 1};
    cjose_jwk_t *key = cjose_jwk_create_RSA_random(2048, exponent, 3, NULL);

    g_assert_nonnull(key);
    g_assert_true(cjose_jwk_set_kid(key, kid, strlen(kid), NULL));
    return key;
}

/* The set that a provider would publish. */
static OyerOidcKeys *publish(cjose_jwk_t *const *keys, gsize count)
{
    g_autoptr(GString) text = g_string_new("{\"keys\":[");

    for (gsize i = 0; i < count; i++) {
        char *one = cjose_jwk_to_json(keys[i], FALSE, NULL);
        g_string_append_printf(text, "%s%s", i ? "," : "", one);
        cjose_get_dealloc()(one);
    }
    g_string_append(text, "]}");
    OyerOidcKeys *set = oyer_oidc_keys_parse(text->str, text->len, NULL);
    g_assert_nonnull(set);
    return set;
}

static void set_up(Signed *self, gconstpointer unused G_GNUC_UNUSED)
{
    const OyerOidcText text = agreed();

    self->oidc = agree(&text);
    self->rsa = new_key("r1");
    self->stranger = new_key("r1");
    self->ec = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, NULL);
    g_assert_true(cjose_jwk_set_kid(self->ec, "e1", 2, NULL));
    self->keys = publish((cjose_jwk_t *[]){self->rsa, self->ec}, 2);
    self->claims = oyer_json_pack(
        "{s:s,s:s,s:s,s:I,s:I,s:s,s:s,s:[s,s],s:s,s:b}", "iss", ISSUER, "sub", "user-1",
        "aud", CLIENT, "exp", (json_int_t)(NOW_S + 300), "iat", (json_int_t)NOW_S,
        "nonce", NONCE, "at_hash", ACCESS_HASH, "amr", "pwd", "otp", "email",
        "li@court.example", "email_verified", TRUE);
}

static void tear_down(Signed *self, gconstpointer unused G_GNUC_UNUSED)
{
    oyer_oidc_free(self->oidc);
    oyer_oidc_keys_free(self->keys);
    (void)cjose_jwk_release(self->rsa);
    (void)cjose_jwk_release(self->ec);
    (void)cjose_jwk_release(self->stranger);
    json_decref(self->claims);
}

/* The claims, signed.  @kid NULL: none is named. */
static char *sign(const Signed *self, const cjose_jwk_t *key, const char *alg,
                  const char *kid)
{
    g_autofree char *text = oyer_json_text(self->claims);
    cjose_header_t *head = cjose_header_new(NULL);
    const char *compact = NULL;

    g_assert_true(cjose_header_set(head, CJOSE_HDR_ALG, alg, NULL));
    if (kid != NULL)
        g_assert_true(cjose_header_set(head, CJOSE_HDR_KID, kid, NULL));
    cjose_jws_t *jws =
        cjose_jws_sign(key, head, (const guint8 *)text, strlen(text), NULL);
    g_assert_nonnull(jws);
    g_assert_true(cjose_jws_export(jws, &compact, NULL));
    char *token = g_strdup(compact);
    cjose_jws_release(jws);
    cjose_header_release(head);
    return token;
}

static OyerOidcFault check_at(const Signed *self, const char *token, gint64 now_s,
                              OyerOidcClaims *out)
{
    OyerOidcClaims claims = {0};
    OyerOidcFault fault = oyer_oidc_token_check(self->oidc, self->keys, token, ACCESS,
                                                NONCE, now_s, &claims);

    if (out != NULL)
        *out = claims;
    return fault;
}

static OyerOidcFault check(const Signed *self)
{
    g_autofree char *token = sign(self, self->rsa, "RS256", "r1");

    return check_at(self, token, NOW_S, NULL);
}

static void test_a_good_one_says_who_it_is(Signed *self,
                                           gconstpointer unused G_GNUC_UNUSED)
{
    static const char *const algs[] = {"RS256", "PS256"};
    OyerOidcClaims claims;

    for (gsize i = 0; i < G_N_ELEMENTS(algs); i++) {
        g_autofree char *token = sign(self, self->rsa, algs[i], "r1");
        g_assert_cmpint(check_at(self, token, NOW_S, &claims), ==, OYER_OIDC_FINE);
    }
    g_autofree char *token = sign(self, self->ec, "ES256", "e1");
    g_assert_cmpint(check_at(self, token, NOW_S, &claims), ==, OYER_OIDC_FINE);
    g_assert_cmpstr(claims.subject, ==, "user-1");
    g_assert_cmpstr(claims.email, ==, "li@court.example");
    g_assert_true(claims.has_second_factor);
}

static void set(Signed *self, const char *name, json_t *value)
{
    json_object_set_new(self->claims, name, value);
}

static void test_every_claim_has_to_be_right(Signed *self,
                                             gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        const char *name, *json; /* json NULL: taken out */
        OyerOidcFault fault;
    } rows[] = {
        {"iss", "\"https://id.example/\"", OYER_OIDC_ISSUER},
        {"iss", "\"https://evil.example\"", OYER_OIDC_ISSUER},
        {"iss", NULL, OYER_OIDC_ISSUER},
        {"aud", "\"another\"", OYER_OIDC_AUDIENCE},
        {"aud", "[\"another\"]", OYER_OIDC_AUDIENCE},
        {"aud", "[\"oyer-court\",\"another\"]", OYER_OIDC_AUDIENCE},
        {"aud", NULL, OYER_OIDC_AUDIENCE},
        {"aud", "[\"oyer-court\"]", OYER_OIDC_FINE},
        {"azp", "\"another\"", OYER_OIDC_AUDIENCE},
        {"azp", "\"oyer-court\"", OYER_OIDC_FINE},
        {"exp", "1773363540", OYER_OIDC_EXPIRED}, /* a minute ago */
        {"exp", "1773363541", OYER_OIDC_FINE},
        {"exp", "\"soon\"", OYER_OIDC_MALFORMED},
        {"exp", NULL, OYER_OIDC_MALFORMED},
        {"exp", "9223372036854775807", OYER_OIDC_MALFORMED},
        {"iat", "1773363661", OYER_OIDC_TIME},
        {"iat", "1773363660", OYER_OIDC_FINE},
        {"iat", "1773362939", OYER_OIDC_TIME}, /* eleven minutes ago */
        {"iat", NULL, OYER_OIDC_MALFORMED},
        {"nbf", "1773363700", OYER_OIDC_TIME},
        {"nbf", "\"\"", OYER_OIDC_TIME},
        {"nonce", "\"n-0S6_WzA2Mk\"", OYER_OIDC_NONCE},
        {"nonce", NULL, OYER_OIDC_NONCE},
        {"at_hash", "\"77QmUPtjPfzWtF2AnpK9RR\"", OYER_OIDC_ACCESS_TOKEN},
        {"at_hash", "1", OYER_OIDC_ACCESS_TOKEN},
        {"at_hash", NULL, OYER_OIDC_FINE},
        {"sub", "\"\"", OYER_OIDC_SUBJECT},
        {"sub", "1", OYER_OIDC_SUBJECT},
        {"sub", NULL, OYER_OIDC_SUBJECT},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        json_t *whole = json_deep_copy(self->claims);
        if (rows[i].json != NULL)
            set(self, rows[i].name, json_loads(rows[i].json, JSON_DECODE_ANY, NULL));
        else
            json_object_del(self->claims, rows[i].name);
        g_test_message("%s: %s", rows[i].name, rows[i].json ? rows[i].json : "none");
        g_assert_cmpstr(oyer_oidc_fault_word(check(self)), ==,
                        oyer_oidc_fault_word(rows[i].fault));
        json_decref(self->claims);
        self->claims = whole;
    }
}

static void test_another_key_does_not_sign(Signed *self,
                                           gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *forged = sign(self, self->stranger, "RS256", "r1");
    g_autofree char *unknown = sign(self, self->rsa, "RS256", "r2");
    g_autofree char *unnamed = sign(self, self->ec, "ES256", NULL);
    g_autofree char *good = sign(self, self->rsa, "RS256", "r1");

    g_assert_cmpint(check_at(self, forged, NOW_S, NULL), ==, OYER_OIDC_SIGNATURE);
    g_assert_cmpint(check_at(self, unknown, NOW_S, NULL), ==, OYER_OIDC_NO_KEY);
    /* The only one of its kind. */
    g_assert_cmpint(check_at(self, unnamed, NOW_S, NULL), ==, OYER_OIDC_FINE);

    /* The claims of one under the signature of another. */
    char *body = strchr(good, '.') + 1;
    body[20] = body[20] == 'A' ? 'B' : 'A';
    g_assert_cmpint(check_at(self, good, NOW_S, NULL), !=, OYER_OIDC_FINE);
}

/* @head and the claims with @tail as its signature. */
static char *put_together(const Signed *self, const char *head, const char *tail)
{
    g_autofree char *text = oyer_json_text(self->claims);
    g_autofree char *first = oyer_base64url_encode(head, strlen(head));
    g_autofree char *second = oyer_base64url_encode(text, strlen(text));

    return g_strjoin(".", first, second, tail, NULL);
}

static void test_none_and_a_shared_secret_sign_nothing(
    Signed *self, gconstpointer unused G_GNUC_UNUSED)
{
    char *public = cjose_jwk_to_json(self->rsa, FALSE, NULL);
    cjose_jwk_t *confused =
        cjose_jwk_create_oct_spec((const guint8 *)public, strlen(public), NULL);
    g_autofree char *hs = sign(self, confused, "HS256", "r1");
    g_autofree char *none = put_together(self, "{\"alg\":\"none\"}", "");
    g_autofree char *other = sign(self, self->rsa, "RS512", "r1");
    g_autofree char *critical = put_together(
        self, "{\"alg\":\"RS256\",\"kid\":\"r1\",\"crit\":[\"b64\"]}", "x");

    g_assert_cmpint(check_at(self, hs, NOW_S, NULL), ==, OYER_OIDC_ALGORITHM);
    g_assert_cmpint(check_at(self, none, NOW_S, NULL), ==, OYER_OIDC_ALGORITHM);
    g_assert_cmpint(check_at(self, other, NOW_S, NULL), ==, OYER_OIDC_ALGORITHM);
    g_assert_cmpint(check_at(self, critical, NOW_S, NULL), ==, OYER_OIDC_MALFORMED);
    (void)cjose_jwk_release(confused);
    cjose_get_dealloc()(public);
}

static void test_what_is_no_token_is_malformed(Signed *self,
                                               gconstpointer unused G_GNUC_UNUSED)
{
    static const char *const texts[] = {"",      ".",        "..",
                                        "a.b.c", "e30.e30.", "e30.W10.x"};

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_assert_cmpint(check_at(self, texts[i], NOW_S, NULL), !=, OYER_OIDC_FINE);
    g_autofree char *long_one = g_strnfill(OYER_OIDC_TOKEN_MAX_BYTES, 'A');
    g_autofree char *token = g_strconcat("e30.", long_one, ".x", NULL);
    g_assert_cmpint(check_at(self, token, NOW_S, NULL), ==, OYER_OIDC_MALFORMED);
}

/* The library would end the server over each of these. */
static void test_what_is_no_base64url_is_malformed(Signed *self,
                                                   gconstpointer unused G_GNUC_UNUSED)
{
    static const char *const tails[] = {"=", "A=A", "+", "/", " ", ".", "AA.AA"};
    static const char *const sets[] = {
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"A=AA\",\"y\":\"AAAA\"}]}",
        "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AAAAA\",\"e\":\"AQAB\"}]}"};

    for (gsize i = 0; i < G_N_ELEMENTS(tails); i++) {
        g_autofree char *token = sign(self, self->ec, "ES256", "e1");
        token[strlen(token) - 8] = '\0';
        g_autofree char *bad = g_strconcat(token, tails[i], NULL);
        g_assert_cmpint(check_at(self, bad, NOW_S, NULL), ==, OYER_OIDC_MALFORMED);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(sets); i++) {
        OyerOidcKeys *set = oyer_oidc_keys_parse(sets[i], strlen(sets[i]), NULL);
        g_assert_cmpuint(oyer_oidc_keys_count(set), ==, 0);
        oyer_oidc_keys_free(set);
    }
}

static void test_only_what_is_agreed_is_a_second_factor(
    Signed *self, gconstpointer unused G_GNUC_UNUSED)
{
    OyerOidcClaims claims;
    OyerOidcText text = agreed();

    set(self, "amr", json_pack("[s]", "pwd"));
    set(self, "acr", json_string("urn:two"));
    set(self, "email_verified", json_string("true"));
    g_autofree char *token = sign(self, self->rsa, "RS256", "r1");
    g_assert_cmpint(check_at(self, token, NOW_S, &claims), ==, OYER_OIDC_FINE);
    g_assert_false(claims.has_second_factor);
    g_assert_cmpstr(claims.email, ==, "");

    text.acr = "urn:three urn:two";
    oyer_oidc_free(self->oidc);
    self->oidc = agree(&text);
    g_assert_cmpint(check_at(self, token, NOW_S, &claims), ==, OYER_OIDC_FINE);
    g_assert_true(claims.has_second_factor);

    text.acr = text.amr = NULL;
    text.second_factor = "trusted";
    oyer_oidc_free(self->oidc);
    self->oidc = agree(&text);
    g_assert_cmpint(check_at(self, token, NOW_S, &claims), ==, OYER_OIDC_FINE);
    g_assert_true(claims.has_second_factor);
}

static guint count_of(const char *text)
{
    g_autoptr(OyerOidcKeys) keys = oyer_oidc_keys_parse(text, strlen(text), NULL);

    return keys ? oyer_oidc_keys_count(keys) : G_MAXUINT;
}

static void test_weak_and_foreign_keys_are_left_out(Signed *self G_GNUC_UNUSED,
                                                    gconstpointer unused G_GNUC_UNUSED)
{
    const guint8 exponent[] = {1, 0, 1};
    cjose_jwk_t *weak = cjose_jwk_create_RSA_random(1024, exponent, 3, NULL);
    g_autoptr(OyerOidcKeys) keys = publish(&weak, 1);

    g_assert_cmpuint(oyer_oidc_keys_count(keys), ==, 0);
    (void)cjose_jwk_release(weak);
    g_assert_cmpuint(count_of("{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"},"
                              "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"},"
                              "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"},1]}"),
                     ==, 0);
    g_assert_cmpuint(count_of("{\"keys\":{}}"), ==, G_MAXUINT);
    g_assert_cmpuint(count_of("[]"), ==, G_MAXUINT);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) \
    g_test_add("/identity/oidc_token/" name, Signed, NULL, set_up, test, tear_down)
    ADD("a-good-one-says-who-it-is", test_a_good_one_says_who_it_is);
    ADD("every-claim-has-to-be-right", test_every_claim_has_to_be_right);
    ADD("another-key-does-not-sign", test_another_key_does_not_sign);
    ADD("none-and-a-shared-secret-sign-nothing",
        test_none_and_a_shared_secret_sign_nothing);
    ADD("what-is-no-token-is-malformed", test_what_is_no_token_is_malformed);
    ADD("what-is-no-base64url-is-malformed", test_what_is_no_base64url_is_malformed);
    ADD("only-what-is-agreed-is-a-second-factor",
        test_only_what_is_agreed_is_a_second_factor);
    ADD("weak-and-foreign-keys-are-left-out", test_weak_and_foreign_keys_are_left_out);
    return g_test_run();
}
