/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/sdp-write.h"

#include <string.h>

#define PROTOCOL "UDP/TLS/RTP/SAVPF"
#define H264_FMTP "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id="
#define H264_PROFILE "42e01f"

/* Chromium takes loss for congestion until 30 kbit/s are left, in which a key frame
 * takes seconds.  This much is always tried (kbit/s of the whole connection). */
#define FLOOR "x-google-min-bitrate=200"

/* ---- codecs ---- */

static bool has_value(const char *fmtp, const char *name, const char *wanted,
                      bool or_absent)
{
    g_autofree char *value = oyer_sdp_fmtp_value(fmtp, name);

    return value ? strcmp(value, wanted) == 0 : or_absent;
}

/* Baseline and constrained baseline, any level; RFC 6184, 8.1: 42 is the default. */
static bool is_baseline(const char *fmtp)
{
    g_autofree char *profile = oyer_sdp_fmtp_value(fmtp, "profile-level-id");

    return !profile || (strlen(profile) == 6 && strncmp(profile, "42", 2) == 0 &&
                        strspn(profile, "0123456789abcdefABCDEF") == 6);
}

static bool accept_h264(const OyerSdpCodec *codec)
{
    return is_baseline(codec->fmtp) &&
           has_value(codec->fmtp, "packetization-mode", "1", false);
}

static bool accept_vp9(const OyerSdpCodec *codec)
{
    return has_value(codec->fmtp, "profile-id", "0", true);
}

static bool accept_any(const OyerSdpCodec *codec)
{
    (void)codec;
    return true;
}

/* What we do with each codec, and how our offers name it. */
static const struct {
    bool (*accept)(const OyerSdpCodec *codec);
    guint8 payload_type, rtx_pt, channels;
    const char *fmtp; /* ours; NULL: the other side's is repeated */
} policies[OYER_CODEC_COUNT] = {
    [OYER_CODEC_OPUS] = {accept_any, 111, 0, 2, "minptime=10;useinbandfec=1;usedtx=1"},
    [OYER_CODEC_RED] = {accept_any, 63, 0, 2, NULL},
    [OYER_CODEC_VP8] = {accept_any, 96, 97, 1, ""},
    [OYER_CODEC_VP9] = {accept_vp9, 98, 99, 1, "profile-id=0"},
    [OYER_CODEC_H264] = {accept_h264, 102, 103, 1, NULL},
};

/* Keeps what we take of the m-line, in its order. */
static void choose_codecs(OyerSdp *sdp, OyerSdpMedia *media)
{
    guint kept = 0;

    for (guint i = 0; i < media->n_codecs; i++) {
        OyerSdpCodec codec = media->codecs[i];

        if (!policies[codec.codec].accept(&codec))
            continue;
        codec.feedback &= (guint8)~OYER_SDP_FEEDBACK_REMB;
        if (policies[codec.codec].fmtp)
            codec.fmtp =
                g_string_chunk_insert_const(sdp->strings, policies[codec.codec].fmtp);
        media->codecs[kept++] = codec;
    }
    media->n_codecs = kept;
}

/* The fmtp texts of our H.264 offers, by profile: they outlive the caller's. */
static const char *h264_fmtp(const char *fmtp)
{
    g_autofree char *profile = fmtp && is_baseline(fmtp)
                                   ? oyer_sdp_fmtp_value(fmtp, "profile-level-id")
                                   : NULL;
    g_autofree char *lower = g_ascii_strdown(profile ? profile : H264_PROFILE, -1);
    g_autofree char *text = g_strconcat(H264_FMTP, lower, NULL);

    return g_intern_string(text);
}

void oyer_sdp_offer_codec(OyerCodec codec, const char *fmtp, OyerSdpCodec *out_codec)
{
    g_return_if_fail(codec > OYER_CODEC_NONE && codec < OYER_CODEC_COUNT);

    *out_codec = (OyerSdpCodec){
        .codec = codec,
        .payload_type = policies[codec].payload_type,
        .rtx_pt = policies[codec].rtx_pt,
        .channels = policies[codec].channels,
        .clock_hz = oyer_codec_clock_hz(codec),
        .fmtp = policies[codec].fmtp,
    };
    if (codec == OYER_CODEC_H264)
        out_codec->fmtp = h264_fmtp(fmtp);
    else if (codec == OYER_CODEC_RED)
        out_codec->fmtp = "111/111";
    else if (codec == OYER_CODEC_OPUS)
        out_codec->fmtp =
            "minptime=10;useinbandfec=1"; /* whether to use DTX is the sender's */
}

/* ---- lines ---- */

static const char *direction_name(OyerSdpDirection direction)
{
    static const char *const names[] = {"inactive", "sendonly", "recvonly", "sendrecv"};

    return names[direction];
}

static void write_session(GString *text, const OyerSdpLocal *local)
{
    g_string_append_printf(text,
                           "v=0\r\no=- %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT
                           " IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n%s",
                           local->session_id, local->session_version,
                           local->is_lite ? "a=ice-lite\r\n" : "");
}

static void write_rejected(GString *text, const OyerSdpMedia *media)
{
    g_autofree char *format = g_strndup(media->formats, strcspn(media->formats, " "));

    g_string_append_printf(text, "m=%s 0 %s %s\r\nc=IN IP4 0.0.0.0\r\n", media->media,
                           media->protocol, *format ? format : "0");
    if (*media->mid)
        g_string_append_printf(text, "a=mid:%s\r\n", media->mid);
    g_string_append(text, "a=inactive\r\n");
}

static void write_candidates(GString *text, const OyerSdpLocal *local)
{
    for (guint i = 0; local->candidates && local->candidates[i]; i++) {
        const char *candidate = local->candidates[i];
        bool prefixed = g_str_has_prefix(candidate, "candidate:");

        g_string_append_printf(text, "a=%s%s\r\n",
                               prefixed ? "" : "candidate:", candidate);
    }
    g_string_append(text, "a=end-of-candidates\r\n");
}

static void write_transport(GString *text, const OyerSdpLocal *local, const char *setup)
{
    g_string_append_printf(text,
                           "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=ice-options:trickle\r\n"
                           "a=fingerprint:sha-256 %s\r\na=setup:%s\r\n",
                           local->ufrag, local->pwd, local->fingerprint, setup);
}

static void write_feedback(GString *text, const OyerSdpCodec *codec)
{
    static const struct {
        guint8 bit;
        const char *name;
    } names[] = {
        {OYER_SDP_FEEDBACK_TRANSPORT_CC, "transport-cc"},
        {OYER_SDP_FEEDBACK_REMB, "goog-remb"},
        {OYER_SDP_FEEDBACK_FIR, "ccm fir"},
        {OYER_SDP_FEEDBACK_NACK, "nack"},
        {OYER_SDP_FEEDBACK_PLI, "nack pli"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (codec->feedback & names[i].bit)
            g_string_append_printf(text, "a=rtcp-fb:%u %s\r\n", codec->payload_type,
                                   names[i].name);
    }
}

static void write_codec(GString *text, const OyerSdpCodec *codec, const char *wish)
{
    g_string_append_printf(text, "a=rtpmap:%u %s/%u", codec->payload_type,
                           oyer_codec_name(codec->codec), codec->clock_hz);
    if (codec->channels > 1)
        g_string_append_printf(text, "/%u", codec->channels);
    g_string_append(text, "\r\n");
    write_feedback(text, codec);
    if (*codec->fmtp || *wish)
        g_string_append_printf(text, "a=fmtp:%u %s%s%s\r\n", codec->payload_type,
                               codec->fmtp, *codec->fmtp && *wish ? ";" : "", wish);
    if (codec->rtx_pt)
        g_string_append_printf(text, "a=rtpmap:%u rtx/%u\r\na=fmtp:%u apt=%u\r\n",
                               codec->rtx_pt, codec->clock_hz, codec->rtx_pt,
                               codec->payload_type);
}

static void write_payload_types(GString *text, const OyerSdpMedia *media)
{
    for (guint i = 0; i < media->n_codecs; i++) {
        g_string_append_printf(text, " %u", media->codecs[i].payload_type);
        if (media->codecs[i].rtx_pt)
            g_string_append_printf(text, " %u", media->codecs[i].rtx_pt);
    }
    g_string_append(text, "\r\n");
}

/*
 * Everything of an m-line but what it sends and the transport.  @wish: more for
 * the fmtp of its codecs, or "".
 */
static void write_media(GString *text, const OyerSdpMedia *media, const char *wish)
{
    g_string_append_printf(text, "m=%s 9 %s", media->media, media->protocol);
    write_payload_types(text, media);
    g_string_append_printf(text, "c=IN IP4 0.0.0.0\r\na=mid:%s\r\n", media->mid);
    for (guint id = 1; id < 15; id++) {
        if (media->extension_map[id])
            g_string_append_printf(text, "a=extmap:%u %s\r\n", id,
                                   oyer_extension_uri(media->extension_map[id]));
    }
    g_string_append_printf(text, "a=%s\r\na=rtcp-mux\r\n",
                           direction_name(media->direction));
    if (media->rtcp_rsize)
        g_string_append(text, "a=rtcp-rsize\r\n");
    for (guint i = 0; i < media->n_codecs; i++)
        write_codec(text, &media->codecs[i], wish);
}

/* RFC 8853, 5.3.2: the layers that we take apart, in the order offered. */
static void write_simulcast(GString *text, const OyerSdpMedia *media)
{
    for (guint i = 0; i < media->n_rids; i++)
        g_string_append_printf(text, "a=rid:%s recv\r\n", media->rids[i]);
    for (guint i = 0; i < media->n_rids; i++)
        g_string_append_printf(text, "%s%s", i ? ";" : "a=simulcast:recv ",
                               media->rids[i]);
    if (media->n_rids)
        g_string_append(text, "\r\n");
}

static void write_sources(GString *text, const OyerSdpSend *send, bool rtx)
{
    g_string_append_printf(text, "a=msid:%s %s\r\n", send->stream, send->track);
    if (rtx && send->rtx_ssrc)
        g_string_append_printf(text, "a=ssrc-group:FID %u %u\r\n", send->ssrc,
                               send->rtx_ssrc);
    g_string_append_printf(text, "a=ssrc:%u cname:%s\r\n", send->ssrc, send->cname);
    if (rtx && send->rtx_ssrc)
        g_string_append_printf(text, "a=ssrc:%u cname:%s\r\n", send->rtx_ssrc,
                               send->cname);
}

/* ---- answers ---- */

static void write_group(GString *text, const OyerSdp *agreed)
{
    if (!agreed->bundle)
        return;
    g_string_append(text, "a=group:BUNDLE");
    for (guint i = 0; i < agreed->n_media; i++) {
        if (!agreed->media[i]->rejected)
            g_string_append_printf(text, " %s", agreed->media[i]->mid);
    }
    g_string_append(text, "\r\n");
}

/*
 * What was agreed, as text.  @sends: by m-line index, what we send there; NULL
 * entries: nothing.  NULL: we only receive.
 */
static char *write_answer(const OyerSdp *agreed, const OyerSdpLocal *local,
                          const OyerSdpSend *const *sends)
{
    GString *text = g_string_new(NULL);
    bool first = true;

    write_session(text, local);
    write_group(text, agreed);
    g_string_append(text, "a=msid-semantic: WMS *\r\n");
    for (guint i = 0; i < agreed->n_media; i++) {
        const OyerSdpMedia *media = agreed->media[i];

        if (media->rejected) {
            write_rejected(text, media);
            continue;
        }
        write_media(text, media, !sends && media->kind == OYER_SDP_VIDEO ? FLOOR : "");
        if (!sends)
            write_simulcast(text, media);
        if (sends && sends[i])
            write_sources(text, sends[i], media->codecs[0].rtx_pt != 0);
        write_transport(text, local, "passive");
        if (first)
            write_candidates(text, local);
        first = false;
    }
    return g_string_free(text, FALSE);
}

/* The offer with codecs chosen, and rejected what has none. */
static OyerSdp *choose(const OyerSdp *offer, guint *out_wanted, guint *out_accepted)
{
    OyerSdp *agreed = oyer_sdp_copy(offer);

    *out_wanted = *out_accepted = 0;
    for (guint i = 0; i < agreed->n_media; i++) {
        OyerSdpMedia *media = agreed->media[i];

        if (media->rejected)
            continue;
        *out_wanted += media->kind != OYER_SDP_OTHER;
        choose_codecs(agreed, media);
        media->rejected = media->n_codecs == 0;
        *out_accepted += !media->rejected;
    }
    return agreed;
}

static OyerSdp *choose_or_refuse(const OyerSdp *offer, GError **error)
{
    guint wanted, accepted;
    g_autoptr(OyerSdp) agreed = choose(offer, &wanted, &accepted);

    /* All rejected by the offerer itself is a connection that has stopped; fine. */
    if (wanted == 0 || accepted > 0)
        return g_steal_pointer(&agreed);
    g_set_error(
        error, OYER_SDP_ERROR, OYER_SDP_ERROR_UNSUPPORTED,
        "The offer has no codec that the server knows: audio Opus; video VP8, H.264 "
        "baseline with packetization-mode 1, or VP9 profile 0");
    return NULL;
}

/* Without the extension a phone turns its picture itself before encoding; with
 * it the recording, and players without it, would lie on their side. */
static void drop_orientation(OyerSdpMedia *media)
{
    for (guint id = 0; id < G_N_ELEMENTS(media->extension_map); id++)
        if (media->extension_map[id] == OYER_EXTENSION_VIDEO_ORIENTATION)
            media->extension_map[id] = OYER_EXTENSION_NONE;
}

/* Without the RID in its packets nobody knows which layer is which. */
static bool can_tell_layers(const OyerSdpMedia *media)
{
    for (guint id = 0; id < G_N_ELEMENTS(media->extension_map); id++)
        if (media->extension_map[id] == OYER_EXTENSION_RID)
            return true;
    return false;
}

char *oyer_sdp_answer_publish(const OyerSdp *offer, const OyerSdpLocal *local,
                              OyerSdp **out_agreed, GError **error)
{
    g_autoptr(OyerSdp) agreed = choose_or_refuse(offer, error);

    if (!agreed)
        return NULL;
    for (guint i = 0; i < agreed->n_media; i++) {
        OyerSdpMedia *media = agreed->media[i];

        media->direction = media->direction & OYER_SDP_SENDONLY ? OYER_SDP_RECVONLY
                                                                : OYER_SDP_INACTIVE;
        if (media->direction == OYER_SDP_INACTIVE || !can_tell_layers(media))
            media->n_rids = 0;
        drop_orientation(media);
    }

    char *text = write_answer(agreed, local, NULL);
    if (out_agreed)
        *out_agreed = g_steal_pointer(&agreed);
    return text;
}

/*
 * RFC 8285 ids are the offerer's, and those in a publisher's packets are others: the
 * only extension that a player gets is the number that we write ourselves.
 */
static void keep_transport_cc(OyerSdpMedia *media)
{
    for (guint id = 0; id < G_N_ELEMENTS(media->extension_map); id++) {
        if (media->extension_map[id] != OYER_EXTENSION_TRANSPORT_CC)
            media->extension_map[id] = OYER_EXTENSION_NONE;
    }
}

/* What is sent comes first; the rest stays, for a source of another codec. */
static void put_first(OyerSdpMedia *media, OyerCodec codec)
{
    for (guint i = 1; i < media->n_codecs; i++) {
        OyerSdpCodec found = media->codecs[i];

        if (found.codec != codec || media->codecs[0].codec == codec)
            continue;
        memmove(&media->codecs[1], &media->codecs[0], i * sizeof found);
        media->codecs[0] = found;
    }
}

static const OyerSdpSend *find_send(const OyerSdpSend *sends, guint n_sends,
                                    OyerSdpKind kind)
{
    for (guint i = 0; i < n_sends; i++) {
        if (sends[i].kind == kind && sends[i].active)
            return &sends[i];
    }
    return NULL;
}

char *oyer_sdp_answer_play(const OyerSdp *offer, const OyerSdpSend *sends,
                           guint n_sends, const OyerSdpLocal *local,
                           OyerSdp **out_agreed, GError **error)
{
    const OyerSdpSend *by_index[OYER_SDP_MEDIA_MAX] = {NULL};
    bool used[OYER_SDP_OTHER] = {false};
    g_autoptr(OyerSdp) agreed = choose_or_refuse(offer, error);

    if (!agreed)
        return NULL;
    for (guint i = 0; i < agreed->n_media; i++) {
        OyerSdpMedia *media = agreed->media[i];

        if (media->rejected)
            continue;
        keep_transport_cc(media);
        if ((media->direction & OYER_SDP_RECVONLY) && !used[media->kind])
            by_index[i] = find_send(sends, n_sends, media->kind);
        media->direction = by_index[i] ? OYER_SDP_SENDONLY : OYER_SDP_INACTIVE;
        if (!by_index[i])
            continue;
        used[media->kind] = true;
        put_first(media, by_index[i]->codec.codec);
    }
    if (!used[OYER_SDP_AUDIO] && !used[OYER_SDP_VIDEO]) {
        g_set_error(error, OYER_SDP_ERROR, OYER_SDP_ERROR_UNSUPPORTED,
                    "The offer receives nothing that the server could send");
        return NULL;
    }

    char *text = write_answer(agreed, local, by_index);
    if (out_agreed)
        *out_agreed = g_steal_pointer(&agreed);
    return text;
}

/* ---- offers ---- */

static void offer_extensions(OyerSdpMedia *media)
{
    static const guint8 audio[] = {OYER_EXTENSION_MID, OYER_EXTENSION_AUDIO_LEVEL,
                                   OYER_EXTENSION_TRANSPORT_CC,
                                   OYER_EXTENSION_ABS_SEND_TIME};
    static const guint8 video[] = {OYER_EXTENSION_MID, OYER_EXTENSION_TRANSPORT_CC,
                                   OYER_EXTENSION_ABS_SEND_TIME};
    gboolean is_audio = media->kind == OYER_SDP_AUDIO;
    const guint8 *list = is_audio ? audio : video;

    for (gsize i = 0; i < (is_audio ? sizeof audio : sizeof video); i++)
        media->extension_map[list[i]] = list[i];
}

/* Our offer's view of @send, to be written like any m-line. */
static OyerSdpMedia describe_send(const OyerSdpSend *send)
{
    OyerSdpMedia media = {
        .kind = send->kind,
        .direction = send->active ? OYER_SDP_SENDONLY : OYER_SDP_INACTIVE,
        .mid = send->mid,
        .rtcp_rsize = true,
        .protocol = PROTOCOL,
        .media = send->kind == OYER_SDP_AUDIO ? "audio" : "video",
        .n_codecs = 1,
        .codecs = {send->codec},
    };

    media.codecs[0].feedback = OYER_SDP_FEEDBACK_TRANSPORT_CC;
    /* What tells of the line where the other is not known. */
    if (oyer_codec_is_video(send->codec.codec))
        media.codecs[0].feedback |= OYER_SDP_FEEDBACK_REMB | OYER_SDP_FEEDBACK_NACK |
                                    OYER_SDP_FEEDBACK_PLI | OYER_SDP_FEEDBACK_FIR;
    else
        media.codecs[0].feedback |= OYER_SDP_FEEDBACK_NACK;
    if (send->red) {
        oyer_sdp_offer_codec(OYER_CODEC_RED, NULL, &media.codecs[media.n_codecs]);
        media.codecs[media.n_codecs++].feedback = media.codecs[0].feedback;
    }
    offer_extensions(&media);
    return media;
}

char *oyer_sdp_offer(const OyerSdpSend *sends, guint n_sends, const OyerSdpLocal *local)
{
    GString *text = g_string_new(NULL);

    write_session(text, local);
    g_string_append(text, "a=group:BUNDLE");
    for (guint i = 0; i < n_sends; i++)
        g_string_append_printf(text, " %s", sends[i].mid);
    g_string_append(text, "\r\na=msid-semantic: WMS *\r\n");
    for (guint i = 0; i < n_sends; i++) {
        OyerSdpMedia media = describe_send(&sends[i]);

        write_media(text, &media, "");
        if (sends[i].active)
            write_sources(text, &sends[i], media.codecs[0].rtx_pt != 0);
        write_transport(text, local, "actpass");
        if (i == 0)
            write_candidates(text, local);
    }
    return g_string_free(text, FALSE);
}

static gboolean mismatch(GError **error, guint index, const char *what)
{
    g_set_error(error, OYER_SDP_ERROR, OYER_SDP_ERROR_MISMATCH,
                "The answer does not fit the offer: m-line %u has another %s", index,
                what);
    return FALSE;
}

/* The codec of @send, by number and by name. */
static bool has_codec(const OyerSdpMedia *media, const OyerSdpSend *send)
{
    for (guint i = 0; i < media->n_codecs; i++) {
        if (media->codecs[i].payload_type == send->codec.payload_type &&
            media->codecs[i].codec == send->codec.codec)
            return true;
    }
    return false;
}

bool oyer_sdp_check_answer(const OyerSdp *answer, const OyerSdpSend *sends,
                           guint n_sends, GError **error)
{
    if (answer->n_media != n_sends) {
        g_set_error(error, OYER_SDP_ERROR, OYER_SDP_ERROR_MISMATCH,
                    "The answer has %u m-lines, the offer %u", answer->n_media,
                    n_sends);
        return false;
    }
    for (guint i = 0; i < n_sends; i++) {
        const OyerSdpMedia *media = answer->media[i];

        if (media->kind != sends[i].kind)
            return mismatch(error, i, "kind");
        if (media->rejected)
            continue;
        if (strcmp(media->mid, sends[i].mid) != 0)
            return mismatch(error, i, "mid");
        if (!has_codec(media, &sends[i]))
            return mismatch(error, i, "codec");
    }
    return true;
}
