/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/oidc.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"

#define URL_MAX_BYTES 2048
#define SECRET_MIN 16
#define WORDS_MAX 16
#define SKEW_MAX_S 300

G_DEFINE_QUARK(oyer_oidc_error, oyer_oidc_error)

/* What signs an ID token.  Never `none`, and nothing with a secret that both have. */
static const char *const algorithms[] = {"RS256", "RS384", "RS512", "PS256", "PS384",
                                         "PS512", "ES256", "ES384", "ES512", NULL};

static gboolean fail(GError **error, OyerOidcError code, const char *text)
{
    g_set_error_literal(error, OYER_OIDC_ERROR, code, text);
    return FALSE;
}

/* ---- what is agreed ---- */

static gboolean is_clean_url(const char *url)
{
    if (strnlen(url, URL_MAX_BYTES + 1) > URL_MAX_BYTES)
        return FALSE;
    for (const char *p = url; *p != '\0'; p++)
        if (!g_ascii_isgraph(*p) || strchr("\"<>\\^`{|}#", *p) != NULL)
            return FALSE;
    return TRUE;
}

/* A host after the scheme, and nobody's name and password before it. */
static gboolean has_host(const char *url, const char *scheme)
{
    gsize length = strlen(scheme);

    if (strncmp(url, scheme, length) != 0)
        return FALSE;
    const char *host = url + length;
    gsize size = strcspn(host, "/?");
    return size > 0 && memchr(host, '@', size) == NULL;
}

static gboolean is_loopback(const char *url)
{
    static const char *const hosts[] = {"http://127.0.0.1", "http://[::1]",
                                        "http://localhost"};

    for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++) {
        gsize length = strlen(hosts[i]);
        if (!strncmp(url, hosts[i], length) && strchr(":/", url[length]) != NULL &&
            has_host(url, "http://"))
            return TRUE;
    }
    return FALSE;
}

static gboolean is_address(const OyerOidc *self, const char *url)
{
    return url != NULL && is_clean_url(url) &&
           (has_host(url, "https://") || (self->is_loopback && is_loopback(url)));
}

static char **words_of(const char *text)
{
    g_auto(GStrv) all = g_strsplit_set(text ? text : "", " ,\t", -1);
    GPtrArray *words = g_ptr_array_new();

    for (guint i = 0; all[i] != NULL; i++)
        if (*all[i] != '\0')
            g_ptr_array_add(words, g_strdup(all[i]));
    g_ptr_array_add(words, NULL);
    return (char **)g_ptr_array_free(words, FALSE);
}

/* Of two words the first is the usual one.  FALSE: it is neither. */
static gboolean choose(const char *text, const char *usual, const char *other,
                       gboolean *out_is_other)
{
    *out_is_other = !g_strcmp0(text, other);
    return text == NULL || *out_is_other || !strcmp(text, usual);
}

static const char *check_words(const OyerOidc *self)
{
    if (g_strv_length(self->algorithms) == 0)
        return "oidc: algorithms: at least one";
    for (guint i = 0; self->algorithms[i] != NULL; i++)
        if (!g_strv_contains(algorithms, self->algorithms[i]))
            return "oidc: algorithms: of RS256, RS384, RS512, PS256, PS384, PS512, "
                   "ES256, ES384, ES512";
    if (g_strv_length(self->acr) > WORDS_MAX || g_strv_length(self->amr) > WORDS_MAX)
        return "oidc: acr, amr: at most 16 words";
    if (!self->trusts && *self->acr == NULL && *self->amr == NULL)
        return "oidc: acr or amr say what proves a second factor, such as amr=mfa; or "
               "second-factor=trusted: the provider asks everybody for one";
    return NULL;
}

static const char *check(OyerOidc *self, const OyerOidcText *text)
{
    gboolean stays = FALSE;

    self->is_loopback = is_loopback(self->issuer);
    if (!is_address(self, self->issuer) || strchr(self->issuer, '?') != NULL)
        return "oidc: issuer: https://…, as the provider writes it";
    if (self->client_id == NULL || *self->client_id == '\0')
        return "oidc: client-id is missing";
    if (self->client_secret != NULL && strlen(self->client_secret) < SECRET_MIN)
        return "oidc: client-secret: at least 16 characters";
    if (self->name != NULL && !oyer_text_is_clean(self->name, 60))
        return "oidc: name: at most 60 characters";
    if (!choose(text->second_factor, "proven", "trusted", &self->trusts))
        return "oidc: second-factor: proven or trusted";
    if (!choose(text->link_by, "admin", "email", &self->links_by_email))
        return "oidc: link-by: admin or email";
    if (!choose(text->sign_out, "provider", "here", &stays))
        return "oidc: sign-out: provider or here";
    self->ends_there = !stays;
    if (self->skew_s < 0 || self->skew_s > SKEW_MAX_S)
        return "oidc: clock-skew-seconds: at most 300";
    return check_words(self);
}

OyerOidc *oyer_oidc_new(const OyerOidcText *text, GError **error)
{
    g_autoptr(OyerOidc) self = g_new0(OyerOidc, 1);

    self->issuer = g_strdup(text->issuer ? text->issuer : "");
    self->client_id = g_strdup(text->client_id);
    self->client_secret = g_strdup(text->client_secret);
    self->name = g_strdup(text->name);
    self->algorithms =
        words_of(text->algorithms ? text->algorithms : "RS256 PS256 ES256");
    self->acr = words_of(text->acr);
    self->amr = words_of(text->amr);
    self->skew_s = text->skew_s;
    const char *fault = check(self, text);
    if (fault == NULL)
        return g_steal_pointer(&self);
    (void)fail(error, OYER_OIDC_ERROR_CONFIG, fault);
    return NULL;
}

void oyer_oidc_free(OyerOidc *self)
{
    if (self == NULL)
        return;
    if (self->client_secret != NULL)
        explicit_bzero(self->client_secret, strlen(self->client_secret));
    g_free(self->client_secret);
    g_free(self->issuer);
    g_free(self->client_id);
    g_free(self->name);
    g_strfreev(self->algorithms);
    g_strfreev(self->acr);
    g_strfreev(self->amr);
    g_free(self);
}

/* ---- what the provider says of itself ---- */

char *oyer_oidc_discovery(const OyerOidc *self)
{
    /* Discovery 1.0 section 4.1: a slash at the issuer's end is taken off first. */
    gboolean has_slash = g_str_has_suffix(self->issuer, "/");

    return g_strdup_printf("%.*s/.well-known/openid-configuration",
                           (int)strlen(self->issuer) - has_slash, self->issuer);
}

static gboolean has_word(const json_t *list, const char *word)
{
    const json_t *one;
    gsize i;

    json_array_foreach(list, i, one)
    {
        if (!g_strcmp0(json_string_value(one), word))
            return TRUE;
    }
    return FALSE;
}

static gboolean take_address(const OyerOidc *self, const json_t *object,
                             const char *field, char **out, GError **error)
{
    const char *url = oyer_json_string(object, field);

    if (!is_address(self, url)) {
        g_set_error(error, OYER_OIDC_ERROR, OYER_OIDC_ERROR_PROVIDER,
                    "its %s is no https address", field);
        return FALSE;
    }
    *out = g_strdup(url);
    return TRUE;
}

OyerOidcPlace *oyer_oidc_place_parse(const OyerOidc *self, const char *bytes,
                                     gsize size, GError **error)
{
    g_autoptr(json_t) object = oyer_json_parse(bytes, size, error);
    g_autoptr(OyerOidcPlace) place = g_new0(OyerOidcPlace, 1);

    if (object == NULL)
        return NULL;
    /* Section 4.3: exactly, or another's document is taken for ours. */
    if (g_strcmp0(oyer_json_string(object, "issuer"), self->issuer) != 0) {
        (void)fail(error, OYER_OIDC_ERROR_PROVIDER,
                   "it says that it is another issuer");
        return NULL;
    }
    if (!take_address(self, object, "authorization_endpoint", &place->authorization,
                      error) ||
        !take_address(self, object, "token_endpoint", &place->token, error) ||
        !take_address(self, object, "jwks_uri", &place->keys, error))
        return NULL;
    const json_t *methods = json_object_get(object, "code_challenge_methods_supported");
    if (methods != NULL && !has_word(methods, "S256")) {
        (void)fail(error, OYER_OIDC_ERROR_PROVIDER, "it has no PKCE with S256");
        return NULL;
    }
    if (is_address(self, oyer_json_string(object, "end_session_endpoint")))
        place->end_session = g_strdup(oyer_json_string(object, "end_session_endpoint"));
    place->sends_issuer =
        oyer_json_bool(object, "authorization_response_iss_parameter_supported", FALSE);
    const json_t *ways =
        json_object_get(object, "token_endpoint_auth_methods_supported");
    place->takes_basic = ways == NULL || has_word(ways, "client_secret_basic");
    return g_steal_pointer(&place);
}

void oyer_oidc_place_free(OyerOidcPlace *self)
{
    if (self == NULL)
        return;
    g_free(self->authorization);
    g_free(self->token);
    g_free(self->keys);
    g_free(self->end_session);
    g_free(self);
}

/* ---- what is asked ---- */

/* Appends NAME=VALUE, percent-encoded, after @first or an &. */
static void add(GString *text, char first, const char *name, const char *value)
{
    if (text->len > 0)
        g_string_append_c(text, first);
    g_string_append(text, name);
    g_string_append_c(text, '=');
    g_string_append_uri_escaped(text, value, NULL, FALSE);
}

static GString *start_url(const char *url, char *out_first)
{
    *out_first = strchr(url, '?') == NULL ? '?' : '&';
    return g_string_new(url);
}

/* RFC 7636 section 4.2: S256. */
static char *challenge_of(const char *verifier)
{
    guint8 digest[OYER_SHA256_BYTES];
    gsize size = sizeof digest;
    GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);

    g_checksum_update(sum, (const guchar *)verifier, (gssize)strlen(verifier));
    g_checksum_get_digest(sum, digest, &size);
    g_checksum_free(sum);
    return oyer_base64url_encode(digest, sizeof digest);
}

char *oyer_oidc_ask(const OyerOidc *self, const OyerOidcPlace *place,
                    const OyerOidcAttempt *attempt)
{
    g_autofree char *challenge = challenge_of(attempt->verifier);
    g_autofree char *acr = g_strjoinv(" ", self->acr);
    char first;
    GString *url = start_url(place->authorization, &first);

    add(url, first, "response_type", "code");
    add(url, '&', "client_id", self->client_id);
    add(url, '&', "redirect_uri", attempt->redirect);
    add(url, '&', "scope", self->links_by_email ? "openid email" : "openid");
    add(url, '&', "state", attempt->state);
    add(url, '&', "nonce", attempt->nonce);
    add(url, '&', "code_challenge", challenge);
    add(url, '&', "code_challenge_method", "S256");
    if (*acr != '\0')
        add(url, '&', "acr_values", acr);
    return g_string_free(url, FALSE);
}

char *oyer_oidc_leave(const OyerOidc *self, const OyerOidcPlace *place,
                      const char *redirect)
{
    char first;

    if (!self->ends_there || place->end_session == NULL)
        return NULL;
    GString *url = start_url(place->end_session, &first);
    add(url, first, "client_id", self->client_id);
    add(url, '&', "post_logout_redirect_uri", redirect);
    return g_string_free(url, FALSE);
}

char *oyer_oidc_redeem(const OyerOidc *self, const OyerOidcPlace *place,
                       const OyerOidcAttempt *attempt, const char *code,
                       char **out_basic)
{
    GString *body = g_string_new(NULL);

    *out_basic = NULL;
    add(body, '&', "grant_type", "authorization_code");
    add(body, '&', "code", code);
    add(body, '&', "redirect_uri", attempt->redirect);
    add(body, '&', "code_verifier", attempt->verifier);
    if (self->client_secret != NULL && place->takes_basic) {
        /* RFC 6749 section 2.3.1: both are form-encoded first. */
        g_autofree char *id = g_uri_escape_string(self->client_id, NULL, FALSE);
        g_autofree char *secret = g_uri_escape_string(self->client_secret, NULL, FALSE);
        g_autofree char *pair = g_strconcat(id, ":", secret, NULL);
        *out_basic = g_base64_encode((const guchar *)pair, strlen(pair));
        return g_string_free(body, FALSE);
    }
    add(body, '&', "client_id", self->client_id);
    if (self->client_secret != NULL)
        add(body, '&', "client_secret", self->client_secret);
    return g_string_free(body, FALSE);
}

gboolean oyer_oidc_tokens_parse(const char *bytes, gsize size, char **out_id,
                                char **out_access, GError **error)
{
    g_autoptr(json_t) object = oyer_json_parse(bytes, size, error);
    const char *type = oyer_json_string(object, "token_type");
    const char *id = oyer_json_string(object, "id_token");
    const char *access = oyer_json_string(object, "access_token");

    if (object == NULL)
        return FALSE;
    if (type == NULL || g_ascii_strcasecmp(type, "Bearer") != 0 || id == NULL ||
        access == NULL)
        return fail(error, OYER_OIDC_ERROR_PROVIDER, "its answer has no ID token");
    *out_id = g_strdup(id);
    *out_access = g_strdup(access);
    return TRUE;
}
