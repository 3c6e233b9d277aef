/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "rtp/sdp-parse.h"

#define RTX_NAME "rtx"

/* ---- one m-line ---- */

/* Whether @format is @codec as we know it: clock and channels are part of it. */
static bool is_ours(const OyerSdpFormat *format, OyerSdpKind kind, OyerCodec codec)
{
    if (codec == OYER_CODEC_NONE || kind == OYER_SDP_OTHER)
        return false;
    /* Chromium's video has a "red", too: of ULPFEC. */
    if (oyer_codec_is_video(codec) != (kind == OYER_SDP_VIDEO))
        return false;
    if (format->clock_hz != oyer_codec_clock_hz(codec))
        return false;
    return kind == OYER_SDP_VIDEO || format->channels == 2;
}

static void add_codecs(const OyerSdpSection *section)
{
    OyerSdpMedia *media = section->media;

    for (guint i = 0; i < section->n_formats; i++) {
        const OyerSdpFormat *format = &section->formats[i];
        OyerCodec codec = oyer_codec_from_name(format->name);

        if (!is_ours(format, media->kind, codec))
            continue;
        media->codecs[media->n_codecs++] = (OyerSdpCodec){
            .codec = codec,
            .payload_type = format->payload_type,
            .channels = format->channels,
            .feedback = format->feedback,
            .clock_hz = format->clock_hz,
            .fmtp = format->fmtp,
        };
    }
}

/* RFC 4588, 8.6: "apt" names what an RTX payload type repeats. */
static void add_rtx(const OyerSdpSection *section)
{
    for (guint i = 0; i < section->n_formats; i++) {
        const OyerSdpFormat *format = &section->formats[i];
        guint64 repeated;

        if (g_ascii_strcasecmp(format->name, RTX_NAME) != 0)
            continue;
        g_autofree char *apt = oyer_sdp_fmtp_value(format->fmtp, "apt");
        if (!apt || !g_ascii_string_to_unsigned(apt, 10, 0, 127, &repeated, NULL))
            continue;
        for (guint k = 0; k < section->media->n_codecs; k++) {
            OyerSdpCodec *codec = &section->media->codecs[k];
            if (codec->payload_type == repeated && codec->rtx_pt == 0)
                codec->rtx_pt = format->payload_type;
        }
    }
}

static bool is_rtx_ssrc(const OyerSdpSection *section, guint32 ssrc)
{
    for (guint i = 0; i < section->n_pairs; i++) {
        if (section->pairs[i][1] == ssrc)
            return true;
    }
    return false;
}

static guint32 find_rtx_ssrc(const OyerSdpSection *section, guint32 ssrc)
{
    for (guint i = 0; i < section->n_pairs; i++) {
        if (section->pairs[i][0] == ssrc)
            return section->pairs[i][1];
    }
    return 0;
}

static void add_ssrcs(const OyerSdpSection *section)
{
    OyerSdpMedia *media = section->media;

    for (guint i = 0; i < section->n_ssrcs && media->n_ssrcs < OYER_SDP_SSRCS_MAX;
         i++) {
        guint32 ssrc = section->ssrcs[i];

        if (is_rtx_ssrc(section, ssrc))
            continue;
        media->ssrcs[media->n_ssrcs++] =
            (OyerSdpSsrc){.ssrc = ssrc, .rtx_ssrc = find_rtx_ssrc(section, ssrc)};
    }
}

static bool has_rid(const char *const *rids, guint count, const char *rid)
{
    for (guint i = 0; i < count; i++) {
        if (strcmp(rids[i], rid) == 0)
            return true;
    }
    return false;
}

/* The layers in the order of a=simulcast; of alternatives ("1,2") the first, and
 * "~" (not sent at present) is nothing to us. */
static void add_rids(OyerSdpParser *parser, const OyerSdpSection *section)
{
    OyerSdpMedia *media = section->media;

    if (!section->simulcast || media->kind != OYER_SDP_VIDEO)
        return;
    g_auto(GStrv) layers = g_strsplit(section->simulcast, ";", -1);
    for (guint i = 0; layers[i] && media->n_rids < OYER_SDP_RIDS_MAX; i++) {
        char *rid = layers[i] + (layers[i][0] == '~');

        rid[strcspn(rid, ",")] = '\0';
        if (has_rid(section->rids, section->n_rids, rid) &&
            !has_rid(media->rids, media->n_rids, rid))
            media->rids[media->n_rids++] = oyer_sdp_keep(parser, rid);
    }
}

void oyer_sdp_finish_media(OyerSdpParser *parser)
{
    OyerSdpSection *section = &parser->section;

    if (!section->media)
        return;
    add_codecs(section);
    add_rtx(section);
    add_ssrcs(section);
    add_rids(parser, section);
    if (!section->has_direction)
        section->media->direction = parser->direction;
    section->media->rejected = section->port_zero && !section->bundle_only;
    parser->transports[parser->sdp->n_media - 1] = section->transport;
    section->media = NULL;
}

/* ---- the whole ---- */

static gboolean insecure(GError **error, const char *text)
{
    g_set_error_literal(error, OYER_SDP_ERROR, OYER_SDP_ERROR_INSECURE, text);
    return FALSE;
}

static gboolean unsupported(GError **error, const char *text)
{
    g_set_error_literal(error, OYER_SDP_ERROR, OYER_SDP_ERROR_UNSUPPORTED, text);
    return FALSE;
}

static bool is_media(const OyerSdpMedia *media)
{
    return !media->rejected && media->kind != OYER_SDP_OTHER;
}

/* An m-line's own attributes, or else those of the session. */
static OyerSdpTransport effective(const OyerSdpParser *parser, guint index)
{
    const OyerSdpTransport *session = &parser->session.transport;
    OyerSdpTransport own = parser->transports[index];

    if (!own.fingerprint && !own.weak_hash) {
        own.fingerprint = session->fingerprint;
        own.weak_hash = session->weak_hash;
    }
    if (!own.ufrag)
        own.ufrag = session->ufrag;
    if (!own.pwd)
        own.pwd = session->pwd;
    if (own.setup == OYER_SDP_SETUP_NONE)
        own.setup = session->setup;
    own.rtcp_mux = own.rtcp_mux || session->rtcp_mux;
    return own;
}

static gboolean check_bundle(OyerSdpParser *parser, GError **error)
{
    OyerSdp *sdp = parser->sdp;
    guint n_media = 0;

    g_auto(GStrv) mids = g_strsplit(parser->bundle ? parser->bundle : "", " ", -1);
    sdp->bundle = parser->bundle != NULL;
    for (guint i = 0; i < sdp->n_media; i++) {
        OyerSdpMedia *media = sdp->media[i];

        media->bundled =
            *media->mid && g_strv_contains((const char *const *)mids, media->mid);
        if (!is_media(media))
            continue;
        n_media++;
        if (!*media->mid)
            return unsupported(error, "The SDP has an m-line without a=mid");
        if (sdp->bundle && !media->bundled)
            return unsupported(error, "The SDP has an m-line outside a=group:BUNDLE");
    }
    if (!sdp->bundle && n_media > 1)
        return unsupported(error,
                           "The SDP has no a=group:BUNDLE: all media must share one "
                           "transport (bundlePolicy max-bundle)");
    return TRUE;
}

static gboolean check_security(const OyerSdpMedia *media,
                               const OyerSdpTransport *transport, GError **error)
{
    if (!strstr(media->protocol, "RTP/"))
        return unsupported(error, "The SDP has media that is not RTP");
    if (!transport->fingerprint && transport->weak_hash)
        return insecure(error,
                        "The SDP has no sha-256 fingerprint; other hashes are not "
                        "accepted");
    if (!transport->fingerprint && !strstr(media->protocol, "SAVP"))
        return insecure(error,
                        "The SDP asks for unencrypted RTP (RTP/AVP); only DTLS-SRTP "
                        "(UDP/TLS/RTP/SAVPF with a=fingerprint) is accepted");
    if (!transport->fingerprint)
        return insecure(error,
                        "The SDP has no a=fingerprint; only DTLS-SRTP is accepted");
    if (!transport->rtcp_mux)
        return unsupported(error,
                           "The SDP has no a=rtcp-mux: RTP and RTCP must share one "
                           "port");
    return TRUE;
}

/* The first live m-line of the bundle speaks for all; nobody may contradict it. */
static gboolean settle_transport(OyerSdpParser *parser,
                                 const OyerSdpTransport *transport, GError **error)
{
    OyerSdp *sdp = parser->sdp;

    if (!sdp->ufrag) {
        sdp->ufrag = transport->ufrag;
        sdp->pwd = transport->pwd;
    }
    if (!sdp->fingerprint)
        sdp->fingerprint = transport->fingerprint;
    if (sdp->setup == OYER_SDP_SETUP_NONE)
        sdp->setup = transport->setup;
    if (transport->fingerprint && strcmp(sdp->fingerprint, transport->fingerprint) != 0)
        return insecure(error,
                        "The SDP names different fingerprints for one transport");
    return TRUE;
}

static gboolean check_transport(const OyerSdp *sdp, OyerSdpType type, GError **error)
{
    if (!sdp->ufrag || !sdp->pwd)
        return unsupported(error, "The SDP has no a=ice-ufrag and a=ice-pwd");
    if (type == OYER_SDP_OFFER && sdp->setup == OYER_SDP_SETUP_PASSIVE)
        return unsupported(error,
                           "The offer is a=setup:passive, and the server is, too; "
                           "offer actpass or active");
    if (type == OYER_SDP_ANSWER && sdp->setup == OYER_SDP_SETUP_ACTPASS)
        return unsupported(error,
                           "The answer is a=setup:actpass; it must choose active or "
                           "passive");
    return TRUE;
}

gboolean oyer_sdp_check(OyerSdpParser *parser, OyerSdpType type, GError **error)
{
    OyerSdp *sdp = parser->sdp;
    guint n_media = 0;

    if (!check_bundle(parser, error))
        return FALSE;
    for (guint i = 0; i < sdp->n_media; i++) {
        OyerSdpTransport transport = effective(parser, i);

        if (sdp->media[i]->rejected)
            continue;
        if (is_media(sdp->media[i]) &&
            !check_security(sdp->media[i], &transport, error))
            return FALSE;
        if (!settle_transport(parser, &transport, error))
            return FALSE;
        n_media += is_media(sdp->media[i]);
    }
    return n_media == 0 || check_transport(sdp, type, error);
}
