/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Session descriptions (RFC 8866, 8829) of one bundled, muxed, DTLS-SRTP
 * connection: hostile text parsed into a value, and our answers and offers
 * written (sdp-write.h).  What is insecure or unbundled is refused with a text
 * that tells the client's author why.
 *
 * Thread: any.  Errors: OYER_SDP_ERROR; the text may be shown to the client.
 */
#pragma once

#include "rtp/codec.h"
#include "rtp/extensions.h"

#define OYER_SDP_BYTES_MAX (64 * 1024)
#define OYER_SDP_MEDIA_MAX 32        /* m-lines */
#define OYER_SDP_CANDIDATES_MAX 32   /* of the description; further ones are left out */
#define OYER_SDP_PAYLOADS_MAX 40     /* on an m-line */
#define OYER_SDP_SSRCS_MAX 8         /* on an m-line; further ones are left out */
#define OYER_SDP_RIDS_MAX 3          /* layers of simulcast; the same */
#define OYER_SDP_MID_MAX 32          /* bytes */
#define OYER_SDP_LINE_BYTES_MAX 2048 /* longer: refused */

#define OYER_SDP_ERROR (oyer_sdp_error_quark())
GQuark oyer_sdp_error_quark(void);
typedef enum {
    OYER_SDP_ERROR_SYNTAX,      /* not a description, or over a bound */
    OYER_SDP_ERROR_INSECURE,    /* no fingerprint, sha-1, a=crypto, RTP/AVP */
    OYER_SDP_ERROR_UNSUPPORTED, /* no BUNDLE, no rtcp-mux, no common codec */
    OYER_SDP_ERROR_MISMATCH,    /* an answer that does not fit the offer */
} OyerSdpError;

typedef enum {
    OYER_SDP_AUDIO,
    OYER_SDP_VIDEO,
    OYER_SDP_OTHER, /* application and what else: always rejected */
} OyerSdpKind;

/* From the view of whoever wrote the description. */
typedef enum {
    OYER_SDP_INACTIVE = 0,
    OYER_SDP_SENDONLY = 1,
    OYER_SDP_RECVONLY = 2,
    OYER_SDP_SENDRECV = 3, /* bits: 1 sends, 2 receives */
} OyerSdpDirection;

typedef enum {
    OYER_SDP_SETUP_NONE,
    OYER_SDP_SETUP_ACTPASS,
    OYER_SDP_SETUP_ACTIVE,
    OYER_SDP_SETUP_PASSIVE,
} OyerSdpSetup;

typedef enum {
    OYER_SDP_FEEDBACK_NACK = 1 << 0,
    OYER_SDP_FEEDBACK_PLI = 1 << 1, /* nack pli */
    OYER_SDP_FEEDBACK_FIR = 1 << 2, /* ccm fir */
    OYER_SDP_FEEDBACK_TRANSPORT_CC = 1 << 3,
    OYER_SDP_FEEDBACK_REMB = 1 << 4, /* offered to receivers, never answered */
} OyerSdpFeedback;

/* One payload type of ours.  RTX is not one of its own: it is rtx_pt. */
typedef struct {
    OyerCodec codec;
    guint8 payload_type;
    guint8 rtx_pt; /* 0: no retransmission */
    guint8 channels;
    guint8 feedback; /* OyerSdpFeedback bits */
    guint32 clock_hz;
    const char *fmtp; /* "" if none */
} OyerSdpCodec;

typedef struct {
    guint32 ssrc;
    guint32 rtx_ssrc; /* by a=ssrc-group:FID; 0: none */
} OyerSdpSsrc;

/*
 * One m-line.  Parsed: what the other side wrote, of what we know.  Agreed: what
 * holds for the connection, with the offerer's payload types and ids.
 */
typedef struct {
    OyerSdpKind kind;
    bool bundled;    /* named by a=group:BUNDLE */
    bool rtcp_rsize; /* RFC 5506: reduced-size RTCP */
    bool rejected;   /* port 0 and not bundle-only; agreed: not accepted by us */
    OyerSdpDirection direction; /* agreed: as in our answer */
    const char *mid;
    guint n_codecs;
    OyerSdpCodec codecs[OYER_SDP_PAYLOADS_MAX]; /* in their order */
    guint8 extension_map
        [16];      /* their id → OyerExtension, for oyer_extensions_renumber() */
    guint n_ssrcs; /* media SSRCs, without those of RTX; often 0 */
    OyerSdpSsrc ssrcs[OYER_SDP_SSRCS_MAX];
    const char *cname;          /* NULL: not said */
    const char *stream, *track; /* a=msid; NULL: not said */
    guint n_rids;               /* simulcast that is sent, in its order; 0: none */
    const char *rids[OYER_SDP_RIDS_MAX];
    const char *protocol, *media, *formats; /* of the m-line, to reject it as it came */
} OyerSdpMedia;

/* A description.  Strings live as long as it does.  Read only for others. */
typedef struct OyerSdp {
    guint n_media;
    OyerSdpMedia *media[OYER_SDP_MEDIA_MAX];
    const char *ufrag, *pwd;
    const char *fingerprint; /* sha-256, "AB:CD:…" in upper case */
    OyerSdpSetup setup;
    bool bundle; /* there was an a=group:BUNDLE */
    bool trickle, end_of_candidates;
    guint n_candidates;
    const char *candidates[OYER_SDP_CANDIDATES_MAX + 1]; /* "candidate:…", NULL-ended */
    guint64 session_version;
    GStringChunk *strings;
} OyerSdp;

/* What kind of description is to be parsed. */
typedef enum {
    OYER_SDP_OFFER,
    OYER_SDP_ANSWER,
} OyerSdpType;

/*
 * Parses @text (@size bytes, or −1: ended by 0).
 *
 * Returns: (transfer full): a description that is secure, bundled and muxed (what
 * is not rejected in it), or NULL with @error set.
 */
OyerSdp *oyer_sdp_parse(const char *text, gssize size, OyerSdpType type,
                        GError **error);
void oyer_sdp_free(OyerSdp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerSdp, oyer_sdp_free)

/* Returns: (transfer full): a copy that shares nothing. */
OyerSdp *oyer_sdp_copy(const OyerSdp *self);

/* The m-line with this mid, or NULL. */
const OyerSdpMedia *oyer_sdp_find(const OyerSdp *self, const char *mid);

/* The codec that @payload_type is (or is the RTX of; then *@out_is_rtx), or NULL. */
const OyerSdpCodec *oyer_sdp_media_codec(const OyerSdpMedia *media, guint8 payload_type,
                                         bool *out_is_rtx);

/*
 * A value out of fmtp text, e.g. "profile-level-id" of
 * "packetization-mode=1;profile-level-id=42e01f".  Returns: (transfer full): or NULL.
 */
char *oyer_sdp_fmtp_value(const char *fmtp, const char *name);
