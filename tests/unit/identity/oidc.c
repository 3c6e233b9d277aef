/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "oidc.h"

#include <string.h>

/* RFC 7636, appendix B. */
#define VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

static const OyerOidcAttempt attempt = {
    "https://court.example/api/v1/staff/oidc/callback", "st&te", "n0nce", VERIFIER};

static void test_says_what_is_missing(void)
{
    static const struct {
        const char *said;
        OyerOidcText text;
    } rows[] = {
        {"issuer", {.client_id = CLIENT, .amr = "mfa"}},
        {"issuer", {.issuer = "http://id.example", .client_id = CLIENT, .amr = "mfa"}},
        {"issuer",
         {.issuer = "http://127.0.0.1.id.example", .client_id = CLIENT, .amr = "mfa"}},
        {"issuer",
         {.issuer = "https://a@id.example", .client_id = CLIENT, .amr = "mfa"}},
        {"client-id", {.issuer = ISSUER, .amr = "mfa"}},
        {"client-secret",
         {.issuer = ISSUER, .client_id = CLIENT, .client_secret = "x", .amr = "mfa"}},
        {"acr or amr", {.issuer = ISSUER, .client_id = CLIENT}},
        {"algorithms",
         {.issuer = ISSUER, .client_id = CLIENT, .amr = "m", .algorithms = "none"}},
        {"algorithms",
         {.issuer = ISSUER, .client_id = CLIENT, .amr = "m", .algorithms = "HS256"}},
        {"link-by",
         {.issuer = ISSUER, .client_id = CLIENT, .amr = "m", .link_by = "name"}},
        {"skew", {.issuer = ISSUER, .client_id = CLIENT, .amr = "m", .skew_s = 301}},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(oyer_oidc_new(&rows[i].text, &error));
        g_assert_error(error, OYER_OIDC_ERROR, OYER_OIDC_ERROR_CONFIG);
        g_assert_nonnull(strstr(error->message, rows[i].said));
    }
}

#define PLACE(issuer, token, more)                                        \
    "{\"issuer\":\"" issuer "\",\"authorization_endpoint\":\"" ISSUER     \
    "/auth?x=1\",\"token_endpoint\":\"" token "\",\"jwks_uri\":\"" ISSUER \
    "/jwks\"" more "}"

static OyerOidcPlace *read_place(const OyerOidc *oidc, const char *text, GError **error)
{
    return oyer_oidc_place_parse(oidc, text, strlen(text), error);
}

static void test_another_issuers_document_is_not_ours(void)
{
    static const char *const texts[] = {
        PLACE("https://id.example/", ISSUER "/token", ""),
        PLACE("https://evil.example", ISSUER "/token", ""),
        PLACE(ISSUER, "http://id.example/token", ""),
        PLACE(ISSUER, "https://a@id.example/token", ""),
        PLACE(ISSUER, "javascript:alert(1)", ""),
        PLACE(ISSUER, ISSUER "/token",
              ",\"code_challenge_methods_supported\":[\"plain\"]"),
        "{}",
        "[]",
        "",
    };
    const OyerOidcText text = agreed();
    g_autoptr(OyerOidc) oidc = agree(&text);

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(read_place(oidc, texts[i], &error));
        g_assert_nonnull(error);
    }
}

static void test_asks_with_pkce_and_all_that_binds(void)
{
    const OyerOidcText text = agreed();
    g_autoptr(OyerOidc) oidc = agree(&text);
    g_autoptr(OyerOidcPlace) place =
        read_place(oidc, PLACE(ISSUER, ISSUER "/token", ""), NULL);
    g_autofree char *url = oyer_oidc_ask(oidc, place, &attempt);

    g_assert_cmpstr(url, ==,
                    ISSUER
                    "/auth?x=1&response_type=code&client_id=oyer-court&redirect_uri="
                    "https%3A%2F%2Fcourt.example%2Fapi%2Fv1%2Fstaff%2Foidc%2Fcallback"
                    "&scope=openid&state=st%26te&nonce=n0nce&code_challenge=" CHALLENGE
                    "&code_challenge_method=S256");
}

static void test_the_secret_goes_where_the_provider_takes_it(void)
{
    const OyerOidcText text = agreed();
    g_autoptr(OyerOidc) oidc = agree(&text);
    g_autoptr(OyerOidcPlace) place =
        read_place(oidc, PLACE(ISSUER, ISSUER "/token", ""), NULL);
    g_autoptr(OyerOidcPlace) other =
        read_place(oidc,
                   PLACE(ISSUER, ISSUER "/token",
                         ",\"token_endpoint_auth_methods_supported\":["
                         "\"client_secret_post\"]"),
                   NULL);
    g_autofree char *basic = NULL, *none = NULL;
    g_autofree char *body = oyer_oidc_redeem(oidc, place, &attempt, "c+de", &basic);
    g_autofree char *post = oyer_oidc_redeem(oidc, other, &attempt, "c+de", &none);
    gsize size = 0;
    g_autofree guchar *pair = g_base64_decode(basic, &size);

    g_assert_cmpmem(pair, (int)size, "oyer-court:a%20secret%20of%20some%20length", 42);
    g_assert_true(g_str_has_prefix(
        body, "grant_type=authorization_code&code=c%2Bde&redirect_uri="));
    g_assert_nonnull(strstr(body, "&code_verifier=" VERIFIER));
    g_assert_null(strstr(body, "client_secret"));
    g_assert_null(none);
    g_assert_nonnull(strstr(post, "&client_secret=a%20secret"));
}

static void test_signing_out_there_can_be_left_alone(void)
{
    OyerOidcText text = agreed();
    static const char *const json =
        PLACE(ISSUER, ISSUER "/token", ",\"end_session_endpoint\":\"" ISSUER "/out\"");
    g_autoptr(OyerOidc) oidc = agree(&text);
    g_autoptr(OyerOidcPlace) place = read_place(oidc, json, NULL);
    g_autofree char *url = oyer_oidc_leave(oidc, place, "https://court.example/staff");

    g_assert_cmpstr(url, ==,
                    ISSUER "/out?client_id=oyer-court&post_logout_redirect_uri="
                           "https%3A%2F%2Fcourt.example%2Fstaff");
    text.sign_out = "here";
    g_autoptr(OyerOidc) here = agree(&text);
    g_assert_null(oyer_oidc_leave(here, place, "https://court.example/staff"));
}

static void test_takes_a_whole_answer_only(void)
{
    static const char *const texts[] = {
        "{\"token_type\":\"Bearer\",\"access_token\":\"a\"}",
        "{\"token_type\":\"mac\",\"access_token\":\"a\",\"id_token\":\"i\"}",
        "{\"token_type\":\"Bearer\",\"access_token\":\"a\",\"id_token\":1}",
        "<html>",
        "",
    };
    static const char good[] =
        "{\"token_type\":\"bearer\",\"access_token\":\"a\",\"id_token\":\"i\",\"x\":1}";
    g_autofree char *id = NULL, *access = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(
            oyer_oidc_tokens_parse(texts[i], strlen(texts[i]), &id, &access, &error));
        g_assert_nonnull(error);
        g_assert_null(id);
    }
    g_assert_true(oyer_oidc_tokens_parse(good, strlen(good), &id, &access, NULL));
    g_assert_cmpstr(id, ==, "i");
    g_assert_cmpstr(access, ==, "a");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add_func("/identity/oidc/" name, test)
    ADD("says-what-is-missing", test_says_what_is_missing);
    ADD("another-issuers-document-is-not-ours",
        test_another_issuers_document_is_not_ours);
    ADD("asks-with-pkce-and-all-that-binds", test_asks_with_pkce_and_all_that_binds);
    ADD("the-secret-goes-where-the-provider-takes-it",
        test_the_secret_goes_where_the_provider_takes_it);
    ADD("signing-out-there-can-be-left-alone",
        test_signing_out_there_can_be_left_alone);
    ADD("takes-a-whole-answer-only", test_takes_a_whole_answer_only);
    return g_test_run();
}
