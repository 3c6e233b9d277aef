/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/oidc_token.h"

#include <string.h>

#include <cjose/cjose.h>

#include "base/json.h"
#include "base/text.h"

#define RSA_MIN_BITS 2048
#define KID_MAX 256

typedef struct {
    char *kid, *alg; /* NULL: not said */
    char *curve;     /* of an EC key */
    cjose_jwk_kty_t kind;
    cjose_jwk_t *jwk;
} Key;

struct OyerOidcKeys {
    GPtrArray *keys;
};

static const char *const fault_words[OYER_OIDC_FAULTS] = {
    [OYER_OIDC_FINE] = "fine",
    [OYER_OIDC_MALFORMED] = "malformed",
    [OYER_OIDC_ALGORITHM] = "algorithm",
    [OYER_OIDC_NO_KEY] = "no_key",
    [OYER_OIDC_SIGNATURE] = "signature",
    [OYER_OIDC_ISSUER] = "issuer",
    [OYER_OIDC_AUDIENCE] = "audience",
    [OYER_OIDC_EXPIRED] = "expired",
    [OYER_OIDC_TIME] = "time",
    [OYER_OIDC_NONCE] = "nonce",
    [OYER_OIDC_ACCESS_TOKEN] = "access_token",
    [OYER_OIDC_SUBJECT] = "subject",
};

const char *oyer_oidc_fault_word(OyerOidcFault fault)
{
    return fault < OYER_OIDC_FAULTS ? fault_words[fault] : NULL;
}

/* ---- keys ---- */

static void free_key(gpointer data)
{
    Key *key = data;

    g_free(key->kid);
    g_free(key->alg);
    g_free(key->curve);
    if (key->jwk != NULL)
        (void)cjose_jwk_release(key->jwk);
    g_free(key);
}

/* cjose 0.6.2 ends the process (assert) over base64url that is none: it gets no other. */
static gboolean is_base64url(const char *text)
{
    g_autoptr(GBytes) bytes = oyer_base64url_decode(text, strlen(text));

    return bytes != NULL;
}

/* Only what is public is given on: a set that carries more gains nothing by it. */
static cjose_jwk_t *import_key(const json_t *object)
{
    static const char *const words[] = {"kty", "kid", "crv"};
    static const char *const numbers[] = {"n", "e", "x", "y"};
    g_autoptr(json_t) public = json_object();

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (oyer_json_string(object, words[i]) != NULL)
            json_object_set(public, words[i], json_object_get(object, words[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        const char *number = oyer_json_string(object, numbers[i]);
        if (number == NULL)
            continue;
        if (!is_base64url(number))
            return NULL;
        json_object_set(public, numbers[i], json_object_get(object, numbers[i]));
    }
    g_autofree char *text = oyer_json_text(public);
    return cjose_jwk_import(text, strlen(text), NULL);
}

/* NULL: it signs nothing here. */
static Key *read_key(const json_t *object)
{
    const char *kty = oyer_json_string(object, "kty");
    const char *use = oyer_json_string(object, "use");
    const char *kid = oyer_json_string(object, "kid");
    gboolean is_rsa = !g_strcmp0(kty, "RSA");

    if ((!is_rsa && g_strcmp0(kty, "EC") != 0) ||
        (use != NULL && strcmp(use, "sig") != 0) ||
        (kid != NULL && strlen(kid) > KID_MAX))
        return NULL;
    cjose_jwk_t *jwk = import_key(object);
    if (jwk == NULL)
        return NULL;
    if (is_rsa && cjose_jwk_get_keysize(jwk, NULL) < RSA_MIN_BITS) {
        (void)cjose_jwk_release(jwk);
        return NULL;
    }
    Key *key = g_new0(Key, 1);
    key->kid = g_strdup(kid);
    key->alg = g_strdup(oyer_json_string(object, "alg"));
    key->curve = g_strdup(oyer_json_string(object, "crv"));
    key->kind = is_rsa ? CJOSE_JWK_KTY_RSA : CJOSE_JWK_KTY_EC;
    key->jwk = jwk;
    return key;
}

OyerOidcKeys *oyer_oidc_keys_parse(const char *bytes, gsize size, GError **error)
{
    g_autoptr(json_t) object = oyer_json_parse(bytes, size, error);
    const json_t *list = json_object_get(object, "keys"), *one;
    gsize i;

    if (object == NULL)
        return NULL;
    if (!json_is_array(list) || json_array_size(list) > OYER_OIDC_KEYS_MAX) {
        g_set_error_literal(error, OYER_OIDC_ERROR, OYER_OIDC_ERROR_PROVIDER,
                            "it has no set of keys, or one of too many");
        return NULL;
    }
    OyerOidcKeys *self = g_new0(OyerOidcKeys, 1);
    self->keys = g_ptr_array_new_with_free_func(free_key);
    json_array_foreach(list, i, one)
    {
        Key *key = read_key(one);
        if (key != NULL)
            g_ptr_array_add(self->keys, key);
    }
    return self;
}

guint oyer_oidc_keys_count(const OyerOidcKeys *self)
{
    return self->keys->len;
}

void oyer_oidc_keys_free(OyerOidcKeys *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->keys);
    g_free(self);
}

static gboolean key_fits(const Key *key, const char *alg, const char *kid)
{
    static const struct {
        const char *alg, *curve;
    } curves[] = {{"ES256", "P-256"}, {"ES384", "P-384"}, {"ES512", "P-521"}};
    gboolean is_ec = alg[0] == 'E';

    if ((key->kind == CJOSE_JWK_KTY_EC) != is_ec ||
        (key->alg != NULL && strcmp(key->alg, alg) != 0) ||
        (kid != NULL && g_strcmp0(key->kid, kid) != 0))
        return FALSE;
    for (gsize i = 0; is_ec && i < G_N_ELEMENTS(curves); i++)
        if (!strcmp(curves[i].alg, alg))
            return !g_strcmp0(key->curve, curves[i].curve);
    return !is_ec;
}

/* The one key that it can be.  A token that names none needs a set of one (Core 10.1). */
static const Key *find_key(const OyerOidcKeys *self, const char *alg, const char *kid)
{
    const Key *found = NULL;

    for (guint i = 0; i < self->keys->len; i++) {
        const Key *key = self->keys->pdata[i];
        if (!key_fits(key, alg, kid))
            continue;
        if (found != NULL)
            return NULL;
        found = key;
    }
    return found;
}

/* ---- the token ---- */

/* One of its three parts as an object; NULL: it is none. */
static json_t *part_of(const char *text, gsize length)
{
    g_autoptr(GBytes) bytes = oyer_base64url_decode(text, length);
    gsize size = 0;
    const char *json = bytes ? g_bytes_get_data(bytes, &size) : NULL;
    g_autoptr(json_t) object = json ? oyer_json_parse(json, size, NULL) : NULL;

    return json_is_object(object) ? g_steal_pointer(&object) : NULL;
}

static OyerOidcFault check_signature(const OyerOidc *self, const OyerOidcKeys *keys,
                                     const char *token, const json_t *head)
{
    const char *alg = oyer_json_string(head, "alg");

    if (alg == NULL || !g_strv_contains((const char *const *)self->algorithms, alg))
        return OYER_OIDC_ALGORITHM;
    /* RFC 7515 section 4.1.11: what must be understood and is not. */
    if (json_object_get(head, "crit") != NULL || json_object_get(head, "b64") != NULL)
        return OYER_OIDC_MALFORMED;
    const Key *key = find_key(keys, alg, oyer_json_string(head, "kid"));
    if (key == NULL)
        return OYER_OIDC_NO_KEY;
    cjose_jws_t *jws = cjose_jws_import(token, strlen(token), NULL);
    if (jws == NULL)
        return OYER_OIDC_MALFORMED;
    gboolean is_good = cjose_jws_verify(jws, key->jwk, NULL);
    cjose_jws_release(jws);
    return is_good ? OYER_OIDC_FINE : OYER_OIDC_SIGNATURE;
}

/* Section 3.1.3.7, 3 to 5: for us, and if for others too, asked for by us. */
static gboolean is_for_us(const OyerOidc *self, const json_t *claims)
{
    const json_t *aud = json_object_get(claims, "aud"), *one;
    const char *party = oyer_json_string(claims, "azp");
    gboolean is_named = !g_strcmp0(json_string_value(aud), self->client_id);
    gsize i;

    json_array_foreach(aud, i, one)
    {
        is_named = is_named || !g_strcmp0(json_string_value(one), self->client_id);
    }
    if (json_object_get(claims, "azp") != NULL || json_array_size(aud) > 1)
        return is_named && !g_strcmp0(party, self->client_id);
    return is_named;
}

static OyerOidcFault check_times(const OyerOidc *self, const json_t *claims,
                                 gint64 now_s)
{
    gint64 ends_s = oyer_json_int(claims, "exp", -1);
    gint64 made_s = oyer_json_int(claims, "iat", -1);
    const json_t *from = json_object_get(claims, "nbf");
    /* 2^53: further than any clock, and no sum of it overflows. */
    const gint64 far_s = G_GINT64_CONSTANT(1) << 53;

    if (ends_s < 0 || made_s < 0 || ends_s > far_s || made_s > far_s)
        return OYER_OIDC_MALFORMED;
    if (now_s >= ends_s + self->skew_s)
        return OYER_OIDC_EXPIRED;
    if (made_s > now_s + self->skew_s ||
        made_s < now_s - OYER_OIDC_AGE_MAX_S - self->skew_s)
        return OYER_OIDC_TIME;
    if (from != NULL &&
        (!json_is_integer(from) || json_integer_value(from) > now_s + self->skew_s))
        return OYER_OIDC_TIME;
    return OYER_OIDC_FINE;
}

/* Section 3.1.3.6: the left half of the hash that the algorithm has. */
static gboolean is_access_hash(const json_t *claims, const char *alg,
                               const char *access)
{
    const json_t *hash = json_object_get(claims, "at_hash");
    GChecksumType type = g_str_has_suffix(alg, "512")   ? G_CHECKSUM_SHA512
                         : g_str_has_suffix(alg, "384") ? G_CHECKSUM_SHA384
                                                        : G_CHECKSUM_SHA256;
    guint8 digest[64];
    gsize size = sizeof digest;

    if (hash == NULL)
        return TRUE;
    GChecksum *sum = g_checksum_new(type);
    g_checksum_update(sum, (const guchar *)access, (gssize)strlen(access));
    g_checksum_get_digest(sum, digest, &size);
    g_checksum_free(sum);
    g_autofree char *half = oyer_base64url_encode(digest, size / 2);
    return json_is_string(hash) && oyer_text_equal(half, json_string_value(hash));
}

static OyerOidcFault check_claims(const OyerOidc *self, const json_t *claims,
                                  const char *nonce, gint64 now_s)
{
    const char *said = oyer_json_string(claims, "nonce");

    if (g_strcmp0(oyer_json_string(claims, "iss"), self->issuer) != 0)
        return OYER_OIDC_ISSUER;
    if (!is_for_us(self, claims))
        return OYER_OIDC_AUDIENCE;
    OyerOidcFault fault = check_times(self, claims, now_s);
    if (fault != OYER_OIDC_FINE)
        return fault;
    return said != NULL && oyer_text_equal(said, nonce) ? OYER_OIDC_FINE
                                                        : OYER_OIDC_NONCE;
}

static gboolean is_plain(const char *text)
{
    gsize length = text ? strnlen(text, OYER_OIDC_SUBJECT_MAX + 1) : 0;

    if (length == 0 || length > OYER_OIDC_SUBJECT_MAX)
        return FALSE;
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isprint(text[i]))
            return FALSE;
    return TRUE;
}

static gboolean proves_second_factor(const OyerOidc *self, const json_t *claims)
{
    const char *acr = oyer_json_string(claims, "acr");
    const json_t *one;
    gsize i;

    if (self->trusts ||
        (acr != NULL && g_strv_contains((const char *const *)self->acr, acr)))
        return TRUE;
    json_array_foreach(json_object_get(claims, "amr"), i, one)
    {
        if (json_is_string(one) &&
            g_strv_contains((const char *const *)self->amr, json_string_value(one)))
            return TRUE;
    }
    return FALSE;
}

OyerOidcFault oyer_oidc_token_check(const OyerOidc *self, const OyerOidcKeys *keys,
                                    const char *token, const char *access,
                                    const char *nonce, gint64 now_s,
                                    OyerOidcClaims *out_claims)
{
    const char *dot = strchr(token, '.');
    const char *last = dot ? strchr(dot + 1, '.') : NULL;

    if (last == NULL ||
        strnlen(token, OYER_OIDC_TOKEN_MAX_BYTES + 1) > OYER_OIDC_TOKEN_MAX_BYTES ||
        !is_base64url(last + 1))
        return OYER_OIDC_MALFORMED;
    g_autoptr(json_t) head = part_of(token, (gsize)(dot - token));
    g_autoptr(json_t) claims = part_of(dot + 1, (gsize)(last - dot - 1));
    if (head == NULL || claims == NULL)
        return OYER_OIDC_MALFORMED;
    OyerOidcFault fault = check_signature(self, keys, token, head);
    if (fault == OYER_OIDC_FINE)
        fault = check_claims(self, claims, nonce, now_s);
    if (fault != OYER_OIDC_FINE)
        return fault;
    if (!is_access_hash(claims, oyer_json_string(head, "alg"), access))
        return OYER_OIDC_ACCESS_TOKEN;
    const char *subject = oyer_json_string(claims, "sub");
    if (!is_plain(subject))
        return OYER_OIDC_SUBJECT;
    OyerOidcClaims out = {.has_second_factor = proves_second_factor(self, claims)};
    const char *email = oyer_json_string(claims, "email");
    g_strlcpy(out.subject, subject, sizeof out.subject);
    if (oyer_json_bool(claims, "email_verified", FALSE) && is_plain(email))
        g_strlcpy(out.email, email, sizeof out.email);
    *out_claims = out;
    return OYER_OIDC_FINE;
}
