/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "rtp/sdp-parse.h"

#define UFRAG_MIN 4 /* RFC 8839, 5.4 */
#define PWD_MIN 22
#define ICE_VALUE_MAX 256
#define FINGERPRINT_BYTES 32
#define MSID_MAX 64 /* RFC 8830, 2 */
#define CNAME_MAX 255

/* ---- small readers ---- */

/* Cuts the word at *text off and moves *text behind it and the blanks; NULL: none. */
char *oyer_sdp_next_word(char **text)
{
    char *word = *text + strspn(*text, " ");

    if (!*word)
        return NULL;
    char *end = word + strcspn(word, " ");
    *text = *end ? end + 1 : end;
    *end = '\0';
    return word;
}

gboolean oyer_sdp_read_number(const char *text, guint64 max, guint64 *out)
{
    return text && g_ascii_string_to_unsigned(text, 10, 0, max, out, NULL);
}

const char *oyer_sdp_keep(OyerSdpParser *parser, const char *text)
{
    return g_string_chunk_insert(parser->sdp->strings, text);
}

/* What we write back, or hand on, must be one plain word. */
gboolean oyer_sdp_is_token(const char *text, gsize min, gsize max)
{
    gsize size = strlen(text);

    if (size < min || size > max)
        return FALSE;
    for (; *text; text++) {
        if (!g_ascii_isgraph(*text))
            return FALSE;
    }
    return TRUE;
}

gboolean oyer_sdp_refuse(GError **error, const char *what)
{
    g_set_error(error, OYER_SDP_ERROR, OYER_SDP_ERROR_SYNTAX, "The SDP has a bad %s",
                what);
    return FALSE;
}

OyerSdpFormat *oyer_sdp_find_format(OyerSdpSection *section, guint64 payload_type)
{
    for (guint i = 0; i < section->n_formats; i++) {
        if (section->formats[i].payload_type == payload_type)
            return &section->formats[i];
    }
    return NULL;
}

/* ---- attributes: one function each; @value may be written into ---- */

typedef gboolean (*Attribute)(OyerSdpParser *parser, OyerSdpSection *section,
                              char *value, GError **error);

static gboolean on_group(OyerSdpParser *parser, OyerSdpSection *section, char *value,
                         GError **error)
{
    (void)error;
    const char *semantics = oyer_sdp_next_word(&value);

    if (!section->media && g_strcmp0(semantics, "BUNDLE") == 0 && !parser->bundle)
        parser->bundle = oyer_sdp_keep(parser, value);
    return TRUE;
}

static gboolean on_mid(OyerSdpParser *parser, OyerSdpSection *section, char *value,
                       GError **error)
{
    if (!section->media)
        return TRUE;
    if (!oyer_sdp_is_token(value, 1, OYER_SDP_MID_MAX) ||
        oyer_sdp_find(parser->sdp, value))
        return oyer_sdp_refuse(error, "a=mid");
    section->media->mid = oyer_sdp_keep(parser, value);
    return TRUE;
}

static gboolean on_ufrag(OyerSdpParser *parser, OyerSdpSection *section, char *value,
                         GError **error)
{
    if (!oyer_sdp_is_token(value, UFRAG_MIN, ICE_VALUE_MAX))
        return oyer_sdp_refuse(error, "a=ice-ufrag");
    section->transport.ufrag = oyer_sdp_keep(parser, value);
    return TRUE;
}

static gboolean on_pwd(OyerSdpParser *parser, OyerSdpSection *section, char *value,
                       GError **error)
{
    if (!oyer_sdp_is_token(value, PWD_MIN, ICE_VALUE_MAX))
        return oyer_sdp_refuse(error, "a=ice-pwd");
    section->transport.pwd = oyer_sdp_keep(parser, value);
    return TRUE;
}

/* "AB:CD:…", @bytes pairs. */
static gboolean is_fingerprint(const char *text, gsize bytes)
{
    if (strlen(text) != bytes * 3 - 1)
        return FALSE;
    for (gsize i = 0; text[i]; i++) {
        if (i % 3 == 2 ? text[i] != ':' : !g_ascii_isxdigit(text[i]))
            return FALSE;
    }
    return TRUE;
}

/* RFC 8122: there may be several, of different hashes; we take the sha-256 one. */
static gboolean on_fingerprint(OyerSdpParser *parser, OyerSdpSection *section,
                               char *value, GError **error)
{
    const char *hash = oyer_sdp_next_word(&value);
    const char *digest = oyer_sdp_next_word(&value);

    if (!hash || !digest)
        return oyer_sdp_refuse(error, "a=fingerprint");
    if (g_ascii_strcasecmp(hash, "sha-256") != 0) {
        section->transport.weak_hash = oyer_sdp_keep(parser, hash);
        return TRUE;
    }
    if (!is_fingerprint(digest, FINGERPRINT_BYTES))
        return oyer_sdp_refuse(error, "a=fingerprint");
    if (!section->transport.fingerprint) {
        g_autofree char *upper = g_ascii_strup(digest, -1);
        section->transport.fingerprint = oyer_sdp_keep(parser, upper);
    }
    return TRUE;
}

static gboolean on_setup(OyerSdpParser *parser, OyerSdpSection *section, char *value,
                         GError **error)
{
    static const struct {
        const char *name;
        OyerSdpSetup setup;
    } names[] = {
        {"actpass", OYER_SDP_SETUP_ACTPASS},
        {"active", OYER_SDP_SETUP_ACTIVE},
        {"passive", OYER_SDP_SETUP_PASSIVE},
    };

    (void)parser;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(value, names[i].name) == 0) {
            section->transport.setup = names[i].setup;
            return TRUE;
        }
    }
    return oyer_sdp_refuse(error, "a=setup");
}

static gboolean on_rtcp_mux(OyerSdpParser *parser, OyerSdpSection *section, char *value,
                            GError **error)
{
    (void)parser, (void)value, (void)error;
    section->transport.rtcp_mux = true;
    return TRUE;
}

static gboolean on_rtcp_rsize(OyerSdpParser *parser, OyerSdpSection *section,
                              char *value, GError **error)
{
    (void)parser, (void)value, (void)error;
    if (section->media)
        section->media->rtcp_rsize = true;
    return TRUE;
}

static gboolean on_bundle_only(OyerSdpParser *parser, OyerSdpSection *section,
                               char *value, GError **error)
{
    (void)parser, (void)value, (void)error;
    section->bundle_only = true;
    return TRUE;
}

static gboolean on_crypto(OyerSdpParser *parser, OyerSdpSection *section, char *value,
                          GError **error)
{
    (void)parser, (void)section, (void)value;
    g_set_error(error, OYER_SDP_ERROR, OYER_SDP_ERROR_INSECURE,
                "The SDP carries SRTP keys (a=crypto); only DTLS-SRTP is accepted");
    return FALSE;
}

static gboolean on_ice_options(OyerSdpParser *parser, OyerSdpSection *section,
                               char *value, GError **error)
{
    const char *option;

    (void)section, (void)error;
    while ((option = oyer_sdp_next_word(&value))) {
        if (strcmp(option, "trickle") == 0)
            parser->sdp->trickle = true;
    }
    return TRUE;
}

static gboolean on_candidate(OyerSdpParser *parser, OyerSdpSection *section,
                             char *value, GError **error)
{
    OyerSdp *sdp = parser->sdp;

    (void)section, (void)error;
    if (sdp->n_candidates == OYER_SDP_CANDIDATES_MAX)
        return TRUE;
    g_autofree char *whole = g_strconcat("candidate:", value, NULL);
    sdp->candidates[sdp->n_candidates++] = oyer_sdp_keep(parser, whole);
    return TRUE;
}

static gboolean on_end_of_candidates(OyerSdpParser *parser, OyerSdpSection *section,
                                     char *value, GError **error)
{
    (void)section, (void)value, (void)error;
    parser->sdp->end_of_candidates = true;
    return TRUE;
}

static void set_direction(OyerSdpParser *parser, OyerSdpSection *section,
                          OyerSdpDirection direction)
{
    if (section->media) {
        section->media->direction = direction;
        section->has_direction = true;
    } else {
        parser->direction = direction;
    }
}

#define DIRECTION(function, direction)                                       \
    static gboolean function(OyerSdpParser *parser, OyerSdpSection *section, \
                             char *value, GError **error)                    \
    {                                                                        \
        (void)value, (void)error;                                            \
        set_direction(parser, section, direction);                           \
        return TRUE;                                                         \
    }
DIRECTION(on_sendrecv, OYER_SDP_SENDRECV)
DIRECTION(on_sendonly, OYER_SDP_SENDONLY)
DIRECTION(on_recvonly, OYER_SDP_RECVONLY)
DIRECTION(on_inactive, OYER_SDP_INACTIVE)
#undef DIRECTION

/* "111 opus/48000/2" */
static gboolean on_rtpmap(OyerSdpParser *parser, OyerSdpSection *section, char *value,
                          GError **error)
{
    guint64 payload_type, clock_hz = 0, channels = 1;
    const char *first = oyer_sdp_next_word(&value);
    char *encoding = oyer_sdp_next_word(&value);

    (void)parser;
    if (!oyer_sdp_read_number(first, 127, &payload_type) || !encoding)
        return oyer_sdp_refuse(error, "a=rtpmap");

    g_auto(GStrv) parts = g_strsplit(encoding, "/", 4);
    guint n_parts = g_strv_length(parts);
    if (n_parts < 2 || !oyer_sdp_read_number(parts[1], 1000000, &clock_hz) ||
        (n_parts > 2 && !oyer_sdp_read_number(parts[2], 255, &channels)))
        return oyer_sdp_refuse(error, "a=rtpmap");

    OyerSdpFormat *format = oyer_sdp_find_format(section, payload_type);
    if (!format || strlen(parts[0]) >= sizeof format->name)
        return TRUE;
    g_strlcpy(format->name, parts[0], sizeof format->name);
    format->clock_hz = (guint32)clock_hz;
    format->channels = (guint8)channels;
    return TRUE;
}

static gboolean on_fmtp(OyerSdpParser *parser, OyerSdpSection *section, char *value,
                        GError **error)
{
    guint64 payload_type;

    if (!oyer_sdp_read_number(oyer_sdp_next_word(&value), 127, &payload_type))
        return oyer_sdp_refuse(error, "a=fmtp");

    OyerSdpFormat *format = oyer_sdp_find_format(section, payload_type);
    if (format)
        format->fmtp = oyer_sdp_keep(parser, g_strstrip(value));
    return TRUE;
}

/* "96 nack pli", "* transport-cc" */
static gboolean on_feedback(OyerSdpParser *parser, OyerSdpSection *section, char *value,
                            GError **error)
{
    static const struct {
        const char *name;
        guint8 bit;
    } names[] = {
        {"nack", OYER_SDP_FEEDBACK_NACK},
        {"nack pli", OYER_SDP_FEEDBACK_PLI},
        {"ccm fir", OYER_SDP_FEEDBACK_FIR},
        {"transport-cc", OYER_SDP_FEEDBACK_TRANSPORT_CC},
        {"goog-remb", OYER_SDP_FEEDBACK_REMB},
    };
    const char *target = oyer_sdp_next_word(&value);
    guint64 payload_type = 0;
    guint8 bit = 0;

    (void)parser;
    gboolean all = g_strcmp0(target, "*") == 0;
    if (!all && !oyer_sdp_read_number(target, 127, &payload_type))
        return oyer_sdp_refuse(error, "a=rtcp-fb");
    g_strstrip(value);
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(value, names[i].name) == 0)
            bit = names[i].bit;
    }
    for (guint i = 0; i < section->n_formats; i++) {
        if (all || section->formats[i].payload_type == payload_type)
            section->formats[i].feedback |= bit;
    }
    return TRUE;
}

/* "3 urn:…", "3/recvonly urn:…" */
static gboolean on_extmap(OyerSdpParser *parser, OyerSdpSection *section, char *value,
                          GError **error)
{
    guint64 id;
    char *number = oyer_sdp_next_word(&value);
    const char *uri = oyer_sdp_next_word(&value);

    (void)parser;
    if (number)
        number[strcspn(number, "/")] = '\0';
    if (!oyer_sdp_read_number(number, 65535, &id) || !uri)
        return oyer_sdp_refuse(error, "a=extmap");
    /* 1 … 14: the one-byte form, the only one that we agree to. */
    if (section->media && id > 0 && id < 15 && section->media->extension_map[id] == 0)
        section->media->extension_map[id] = (guint8)oyer_extension_from_uri(uri);
    return TRUE;
}

static void set_msid(OyerSdpParser *parser, OyerSdpMedia *media, char *value)
{
    const char *stream = oyer_sdp_next_word(&value);
    const char *track = oyer_sdp_next_word(&value);

    if (stream && strcmp(stream, "-") != 0 && oyer_sdp_is_token(stream, 1, MSID_MAX) &&
        !media->stream)
        media->stream = oyer_sdp_keep(parser, stream);
    if (track && oyer_sdp_is_token(track, 1, MSID_MAX) && !media->track)
        media->track = oyer_sdp_keep(parser, track);
}

static gboolean on_msid(OyerSdpParser *parser, OyerSdpSection *section, char *value,
                        GError **error)
{
    (void)error;
    if (section->media)
        set_msid(parser, section->media, value);
    return TRUE;
}

static void add_ssrc(OyerSdpSection *section, guint32 ssrc)
{
    for (guint i = 0; i < section->n_ssrcs; i++) {
        if (section->ssrcs[i] == ssrc)
            return;
    }
    if (section->n_ssrcs < OYER_SDP_RAW_SSRCS_MAX)
        section->ssrcs[section->n_ssrcs++] = ssrc;
}

/* "1234 cname:abc", "1234 msid:stream track" (old browsers) */
static gboolean on_ssrc(OyerSdpParser *parser, OyerSdpSection *section, char *value,
                        GError **error)
{
    guint64 ssrc;

    if (!oyer_sdp_read_number(oyer_sdp_next_word(&value), G_MAXUINT32, &ssrc))
        return oyer_sdp_refuse(error, "a=ssrc");
    if (!section->media)
        return TRUE;
    add_ssrc(section, (guint32)ssrc);
    if (g_str_has_prefix(value, "cname:") && !section->media->cname &&
        oyer_sdp_is_token(value + 6, 1, CNAME_MAX))
        section->media->cname = oyer_sdp_keep(parser, value + 6);
    else if (g_str_has_prefix(value, "msid:"))
        set_msid(parser, section->media, value + 5);
    return TRUE;
}

static gboolean on_ssrc_group(OyerSdpParser *parser, OyerSdpSection *section,
                              char *value, GError **error)
{
    guint64 ssrc, rtx_ssrc;

    (void)parser;
    if (g_strcmp0(oyer_sdp_next_word(&value), "FID") != 0)
        return TRUE;
    if (!oyer_sdp_read_number(oyer_sdp_next_word(&value), G_MAXUINT32, &ssrc) ||
        !oyer_sdp_read_number(oyer_sdp_next_word(&value), G_MAXUINT32, &rtx_ssrc))
        return oyer_sdp_refuse(error, "a=ssrc-group");
    if (section->n_pairs < OYER_SDP_SSRCS_MAX) {
        section->pairs[section->n_pairs][0] = (guint32)ssrc;
        section->pairs[section->n_pairs++][1] = (guint32)rtx_ssrc;
    }
    return TRUE;
}

/* RFC 8852, 3: letters and digits; longer ones do not fit the header extension. */
static gboolean is_rid(const char *text)
{
    gsize size = 0;

    for (; text[size]; size++)
        if (!g_ascii_isalnum(text[size]))
            return FALSE;
    return size > 0 && size <= OYER_EXTENSION_NAME_MAX;
}

/* "q send", "h send pt=96;max-width=640" (RFC 8851); restrictions do not bind us. */
static gboolean on_rid(OyerSdpParser *parser, OyerSdpSection *section, char *value,
                       GError **error)
{
    const char *rid = oyer_sdp_next_word(&value);
    const char *direction = oyer_sdp_next_word(&value);

    if (!rid || !oyer_sdp_is_token(rid, 1, OYER_SDP_MID_MAX) || !direction)
        return oyer_sdp_refuse(error, "a=rid");
    if (section->media && is_rid(rid) && strcmp(direction, "send") == 0 &&
        section->n_rids < OYER_SDP_RAW_RIDS_MAX)
        section->rids[section->n_rids++] = oyer_sdp_keep(parser, rid);
    return TRUE;
}

/* "send q;h;f", "recv x send 1,2;~3" (RFC 8853, 5.1) */
static gboolean on_simulcast(OyerSdpParser *parser, OyerSdpSection *section,
                             char *value, GError **error)
{
    const char *direction;

    while ((direction = oyer_sdp_next_word(&value))) {
        const char *list = oyer_sdp_next_word(&value);

        if (!list || (strcmp(direction, "send") != 0 && strcmp(direction, "recv") != 0))
            return oyer_sdp_refuse(error, "a=simulcast");
        if (direction[0] == 's' && !section->simulcast)
            section->simulcast = oyer_sdp_keep(parser, list);
    }
    return TRUE;
}

static const struct {
    const char *name;
    Attribute on_attribute;
} attributes[] = {
    {"bundle-only", on_bundle_only},
    {"candidate", on_candidate},
    {"crypto", on_crypto},
    {"end-of-candidates", on_end_of_candidates},
    {"extmap", on_extmap},
    {"fingerprint", on_fingerprint},
    {"fmtp", on_fmtp},
    {"group", on_group},
    {"ice-options", on_ice_options},
    {"ice-pwd", on_pwd},
    {"ice-ufrag", on_ufrag},
    {"inactive", on_inactive},
    {"mid", on_mid},
    {"msid", on_msid},
    {"recvonly", on_recvonly},
    {"rid", on_rid},
    {"rtcp-fb", on_feedback},
    {"rtcp-mux", on_rtcp_mux},
    {"rtcp-rsize", on_rtcp_rsize},
    {"rtpmap", on_rtpmap},
    {"sendonly", on_sendonly},
    {"sendrecv", on_sendrecv},
    {"setup", on_setup},
    {"simulcast", on_simulcast},
    {"ssrc", on_ssrc},
    {"ssrc-group", on_ssrc_group},
};

gboolean oyer_sdp_parse_attribute(OyerSdpParser *parser, OyerSdpSection *section,
                                  char *text, GError **error)
{
    char *value = text + strcspn(text, ":");

    if (*value)
        *value++ = '\0';
    for (guint i = 0; i < G_N_ELEMENTS(attributes); i++) {
        if (strcmp(attributes[i].name, text) == 0)
            return attributes[i].on_attribute(parser, section, value, error);
    }
    return TRUE;
}
