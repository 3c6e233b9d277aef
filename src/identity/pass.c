/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/pass.h"

#include <string.h>

#include "base/clock.h"

static const char version[] = "v1.";

/* Ed25519 in base64url: 86 characters. */
#define SIGNATURE_CHARACTERS 86

/* The payload: role, the key's first bytes, two times, three ids. */
#define KEY_BYTES 4
#define HEAD_BYTES (1 + KEY_BYTES + 4 + 4)
#define IDS 3
#define PAYLOAD_MAX_BYTES (HEAD_BYTES + IDS * (1 + OYER_ID_MAX))

/* For each fault its word in the log, and what the holder is told. */
static const struct {
    const char *name, *reason, *text;
} faults[OYER_PASS_FAULTS] = {
#define UNREADABLE                                                                 \
    "unreadable", "This pass cannot be read. Open the newest link from the court " \
                  "again, or ask the clerk for a new one. "                        \
                  "出入证无法识别。请重新打开法院最近发送的链接，或联系书记员补发。"
#define REVOKED                                                                \
    "revoked", "This pass has been replaced or withdrawn. Use the newest one " \
               "from the court. 此出入证已作废。请使用法院最近发送的出入证。"
    [OYER_PASS_FINE] = {"fine", "fine", ""},
    [OYER_PASS_MALFORMED] = {"malformed", UNREADABLE},
    [OYER_PASS_FORGED] = {"forged", UNREADABLE},
    [OYER_PASS_ALTERED] = {"altered", UNREADABLE},
    [OYER_PASS_BAD_DEVICE] = {"bad_device", UNREADABLE},
    [OYER_PASS_EXPIRED] = {"expired", "expired",
                           "The time of this pass is over. Ask the clerk for a new "
                           "one. 出入证已过期，请联系书记员补发。"},
    [OYER_PASS_EARLY] = {"early", "early",
                         "It is too early: the pass is not valid yet. "
                         "时间未到，出入证尚未生效。"},
    [OYER_PASS_OTHER_HEARING] = {"other_hearing", "other_hearing",
                                 "This pass is for another hearing. "
                                 "此出入证属于另一场庭审。"},
    [OYER_PASS_REVOKED] = {"revoked", REVOKED},
    [OYER_PASS_SECOND_DEVICE] = {"second_device", "elsewhere",
                                 "This pass is in use on another device. "
                                 "此出入证正在另一台设备上使用。"},
    [OYER_PASS_NO_AUTHORITY] =
        {"no_authority", "no_authority",
         "The court has no authority of yours that holds today. Ask the clerk, or have "
         "a new power of attorney filed. 法院没有您现在有效的代理手续，"
         "请联系书记员，或补交授权委托书。"},
#undef UNREADABLE
#undef REVOKED
};

/* As hearing/words.h has them; the number 0 is none. */
static const char *const roles[] = {
    NULL,      "judge",       "clerk",    "party", "representative",
    "witness", "interpreter", "observer", "usher", "mediator",
};

const char *oyer_pass_fault_name(OyerPassFault fault)
{
    return fault < OYER_PASS_FAULTS ? faults[fault].name : "unknown";
}

const char *oyer_pass_fault_reason(OyerPassFault fault)
{
    return faults[fault < OYER_PASS_FAULTS ? fault : OYER_PASS_MALFORMED].reason;
}

const char *oyer_pass_fault_text(OyerPassFault fault)
{
    return faults[fault < OYER_PASS_FAULTS ? fault : OYER_PASS_MALFORMED].text;
}

guint8 oyer_pass_role(const char *word)
{
    for (guint8 role = 1; word && role < G_N_ELEMENTS(roles); role++)
        if (!strcmp(roles[role], word))
            return role;
    return 0;
}

const char *oyer_pass_role_word(guint8 role)
{
    return role < G_N_ELEMENTS(roles) ? roles[role] : NULL;
}

static guint8 *put_number(guint8 *at, guint32 value)
{
    for (int i = 3; i >= 0; i--)
        *at++ = (guint8)(value >> (8 * i));
    return at;
}

/* A ULID is its 16 bytes after a 0; any other id its characters after their count. */
static guint8 *put_id(guint8 *at, const char *id)
{
    gsize length = strlen(id);

    if (oyer_id_to_bytes(id, at + 1)) {
        *at = 0;
        return at + 1 + OYER_ID_BYTES;
    }
    *at = (guint8)length;
    memcpy(at + 1, id, length);
    return at + 1 + length;
}

char *oyer_pass_issue(const OyerPass *pass, const OyerKey *key, GError **error)
{
    guint8 payload[PAYLOAD_MAX_BYTES], *at = payload;
    guint8 signature[OYER_SIGNATURE_BYTES];

    g_return_val_if_fail(oyer_id_is_valid(pass->jti) &&
                             oyer_id_is_valid(pass->hearing) &&
                             oyer_id_is_valid(pass->participant),
                         NULL);

    *at++ = pass->role;
    at = put_number(at, oyer_key_number(key));
    at = put_number(at, (guint32)(pass->not_before_us / OYER_SECOND_US));
    at = put_number(at, (guint32)(pass->expires_us / OYER_SECOND_US));
    at = put_id(at, pass->jti);
    at = put_id(at, pass->hearing);
    at = put_id(at, pass->participant);

    g_autofree char *middle = oyer_base64url_encode(payload, (gsize)(at - payload));
    g_autofree char *signed_text = g_strconcat(version, middle, NULL);
    if (!oyer_key_sign(key, signed_text, strlen(signed_text), signature, error))
        return NULL;
    g_autofree char *tail = oyer_base64url_encode(signature, sizeof signature);
    return g_strconcat(signed_text, ".", tail, NULL);
}

/* What is left of a payload while it is read. */
typedef struct {
    const guint8 *at, *end;
} Reader;

static guint32 take_number(Reader *reader)
{
    guint32 value = 0;

    for (guint i = 0; i < 4; i++)
        value = value << 8 | *reader->at++;
    return value;
}

static gboolean take_id(Reader *reader, char out_id[OYER_ID_SIZE])
{
    guint8 id[OYER_ID_BYTES];
    gsize left = (gsize)(reader->end - reader->at);
    gsize length = left > 0 ? *reader->at : 0;
    gsize size = length > 0 ? length : OYER_ID_BYTES;

    if (left < 1 + size || length > OYER_ID_MAX)
        return FALSE;
    if (length > 0) {
        memcpy(out_id, reader->at + 1, length);
        out_id[length] = '\0';
    } else {
        oyer_id_from_bytes(reader->at + 1, out_id);
    }
    reader->at += 1 + size;
    /* One way to write each id: a ULID is never spelt out. */
    return oyer_id_is_valid(out_id) && strlen(out_id) >= length &&
           (length == 0 || !oyer_id_to_bytes(out_id, id));
}

static gboolean read_payload(const char *payload, gsize length, OyerPass *out_pass)
{
    g_autoptr(GBytes) bytes = oyer_base64url_decode(payload, length);
    OyerPass pass = {0};
    gsize size = 0;
    const guint8 *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;

    if (size < HEAD_BYTES)
        return FALSE;
    Reader reader = {data, data + size};
    pass.role = *reader.at++;
    reader.at += KEY_BYTES; /* which key it was: the signature says */
    pass.not_before_us = take_number(&reader) * OYER_SECOND_US;
    pass.expires_us = take_number(&reader) * OYER_SECOND_US;
    if (!take_id(&reader, pass.jti) || !take_id(&reader, pass.hearing) ||
        !take_id(&reader, pass.participant) || reader.at != reader.end)
        return FALSE;
    *out_pass = pass;
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
        !read_payload(payload, (gsize)(dot - payload), out_pass))
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
