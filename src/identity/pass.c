/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/pass.h"

#include <string.h>

#include "base/clock.h"
#include "base/json.h"

static const char version[] = "v1.";

/* Ed25519 in base64url: 86 characters. */
#define SIGNATURE_CHARACTERS 86

/* The last second that a pass may name: year 9999. */
#define LAST_SECOND G_GINT64_CONSTANT(253402300799)

static const char *const fault_names[OYER_PASS_FAULTS] = {
    [OYER_PASS_FINE] = "fine",
    [OYER_PASS_MALFORMED] = "malformed",
    [OYER_PASS_FORGED] = "forged",
    [OYER_PASS_ALTERED] = "altered",
    [OYER_PASS_EXPIRED] = "expired",
    [OYER_PASS_EARLY] = "early",
    [OYER_PASS_OTHER_HEARING] = "other_hearing",
    [OYER_PASS_REVOKED] = "revoked",
    [OYER_PASS_SECOND_DEVICE] = "second_device",
    [OYER_PASS_BAD_DEVICE] = "bad_device",
};

const char *oyer_pass_fault_name(OyerPassFault fault)
{
    return fault < OYER_PASS_FAULTS ? fault_names[fault] : "unknown";
}

char *oyer_pass_issue(const OyerPass *pass, const OyerKey *key, GError **error)
{
    g_return_val_if_fail(oyer_id_is_valid(pass->jti) &&
                             oyer_id_is_valid(pass->hearing) &&
                             oyer_id_is_valid(pass->participant),
                         NULL);

    g_autoptr(json_t) claims =
        oyer_json_pack("{s:s, s:s, s:s, s:I, s:I}", "jti", pass->jti, "hearing",
                       pass->hearing, "participant", pass->participant, "nbf",
                       (json_int_t)(pass->not_before_us / OYER_SECOND_US), "exp",
                       (json_int_t)(pass->expires_us / OYER_SECOND_US));
    g_autofree char *json = oyer_json_text(claims);
    g_autofree char *payload = oyer_base64url_encode(json, strlen(json));
    g_autofree char *signed_text = g_strconcat(version, payload, NULL);
    guint8 signature[OYER_SIGNATURE_BYTES];

    if (!oyer_key_sign(key, signed_text, strlen(signed_text), signature, error))
        return NULL;
    g_autofree char *tail = oyer_base64url_encode(signature, sizeof signature);
    return g_strconcat(signed_text, ".", tail, NULL);
}

static gboolean is_second(gint64 second)
{
    return second >= 0 && second <= LAST_SECOND;
}

static gboolean read_claims(const char *payload, gsize length, OyerPass *out_pass)
{
    g_autoptr(GBytes) bytes = oyer_base64url_decode(payload, length);
    const char *jti, *hearing, *participant;
    json_int_t nbf, exp;
    gsize size;

    if (!bytes)
        return FALSE;
    const char *text = g_bytes_get_data(bytes, &size);
    g_autoptr(json_t) claims = oyer_json_parse(text, size, NULL);
    if (!claims ||
        !oyer_json_unpack(claims, NULL, "{s:s, s:s, s:s, s:I, s:I}", "jti", &jti,
                          "hearing", &hearing, "participant", &participant, "nbf", &nbf,
                          "exp", &exp) ||
        !oyer_id_is_valid(jti) || !oyer_id_is_valid(hearing) ||
        !oyer_id_is_valid(participant) || !is_second(nbf) || !is_second(exp))
        return FALSE;

    g_strlcpy(out_pass->jti, jti, sizeof out_pass->jti);
    g_strlcpy(out_pass->hearing, hearing, sizeof out_pass->hearing);
    g_strlcpy(out_pass->participant, participant, sizeof out_pass->participant);
    out_pass->not_before_us = nbf * OYER_SECOND_US;
    out_pass->expires_us = exp * OYER_SECOND_US;
    return TRUE;
}

OyerPassFault oyer_pass_read(const char *token, gsize length, const OyerKey *key,
                             OyerPass *out_pass)
{
    gsize prefix = strlen(version);

    if (length > OYER_PASS_TOKEN_MAX || length < prefix ||
        memchr(token, '\0', length) || memcmp(token, version, prefix) != 0)
        return OYER_PASS_MALFORMED;

    const char *payload = token + prefix;
    const char *dot = memchr(payload, '.', length - prefix);
    if (!dot)
        return OYER_PASS_MALFORMED;
    gsize tail = length - (gsize)(dot + 1 - token);
    if (tail != SIGNATURE_CHARACTERS ||
        !read_claims(payload, (gsize)(dot - payload), out_pass))
        return OYER_PASS_MALFORMED;

    /* A signature that is no base64url is one that does not fit. */
    g_autoptr(GBytes) signature = oyer_base64url_decode(dot + 1, tail);
    gsize size = 0;
    const guint8 *bytes = signature ? g_bytes_get_data(signature, &size) : NULL;
    return bytes && oyer_key_verify(key, token, (gsize)(dot - token), bytes, size)
               ? OYER_PASS_FINE
               : OYER_PASS_FORGED;
}

static OyerPassFault judge_device(const OyerPassRecord *record, const char *device)
{
    if (!oyer_device_is_valid(device))
        return OYER_PASS_BAD_DEVICE;
    return oyer_device_match(record->device, device) == OYER_DEVICE_OTHER
               ? OYER_PASS_SECOND_DEVICE
               : OYER_PASS_FINE;
}

OyerPassFault oyer_pass_judge(OyerPassFault fault, const OyerPass *pass,
                              const OyerPassRecord *record, const char *hearing,
                              const char *device, gint64 now_us)
{
    if (fault == OYER_PASS_FORGED && record->known)
        return OYER_PASS_ALTERED;
    if (fault != OYER_PASS_FINE)
        return fault;
    /* Our signature on a pass that the register does not have: from another
     * register, or from before a backup was put back. */
    if (!record->known)
        return OYER_PASS_REVOKED;
    if (hearing && strcmp(hearing, pass->hearing) != 0)
        return OYER_PASS_OTHER_HEARING;
    if (record->revoked_us)
        return OYER_PASS_REVOKED;
    if (now_us < pass->not_before_us)
        return OYER_PASS_EARLY;
    if (now_us >= pass->expires_us)
        return OYER_PASS_EXPIRED;
    return device ? judge_device(record, device) : OYER_PASS_FINE;
}

gboolean oyer_device_is_valid(const char *device)
{
    gsize length = strnlen(device, OYER_DEVICE_MAX + 1);

    if (!strcmp(device, OYER_DEVICE_BEARER))
        return TRUE;
    return length >= OYER_DEVICE_MIN && length <= OYER_DEVICE_MAX &&
           oyer_id_is_valid(device);
}

void oyer_device_digest(const char *device, char out[OYER_SHA256_HEX_SIZE])
{
    oyer_sha256_hex(device, strlen(device), out);
}

OyerDeviceMatch oyer_device_match(const char *bound, const char *device)
{
    char digest[OYER_SHA256_HEX_SIZE];

    if (!*bound)
        return OYER_DEVICE_NEW;
    oyer_device_digest(device, digest);
    return oyer_text_equal(bound, digest) ? OYER_DEVICE_SAME : OYER_DEVICE_OTHER;
}
