/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Between the files of the SDP parser only: sdp.c (the value), sdp-parse.c (the
 * lines), sdp-attribute.c (a= lines) and sdp-check.c (what the whole must fulfil).
 *
 * Thread: any.
 */
#pragma once

#include "rtp/sdp.h"

#define OYER_SDP_RAW_SSRCS_MAX 32
#define OYER_SDP_RAW_RIDS_MAX 8

/* A payload type as its m-line and attributes name it, before it is understood. */
typedef struct {
    guint8 payload_type;
    char name[16]; /* "" without a=rtpmap, or one too long to be ours */
    guint32 clock_hz;
    guint8 channels;
    guint8 feedback;
    const char *fmtp; /* "" if none */
} OyerSdpFormat;

/* What the attributes of one m-line (or of the session) say of the transport. */
typedef struct {
    const char *ufrag, *pwd;
    const char *fingerprint; /* sha-256 */
    const char *weak_hash;   /* the name of another hash */
    OyerSdpSetup setup;
    bool rtcp_mux;
} OyerSdpTransport;

/* An m-line while it is being read. */
typedef struct {
    OyerSdpMedia *media; /* NULL: the session */
    OyerSdpTransport transport;
    bool port_zero, bundle_only;
    bool has_direction;
    guint n_formats;
    OyerSdpFormat formats[OYER_SDP_PAYLOADS_MAX];
    guint n_ssrcs;
    guint32 ssrcs[OYER_SDP_RAW_SSRCS_MAX];
    guint n_pairs; /* FID: media, rtx */
    guint32 pairs[OYER_SDP_SSRCS_MAX][2];
    guint n_rids; /* a=rid: that send */
    const char *rids[OYER_SDP_RAW_RIDS_MAX];
    const char
        *simulcast; /* what a=simulcast says of sending: "q;h,x;~f"; NULL: none */
} OyerSdpSection;

typedef struct {
    OyerSdp *sdp;
    OyerSdpSection session;
    OyerSdpSection section;                          /* the current m-line */
    OyerSdpTransport transports[OYER_SDP_MEDIA_MAX]; /* of the m-lines, by index */
    OyerSdpDirection direction;                      /* of the session */
    const char *bundle; /* the mids of a=group:BUNDLE; NULL: none */
} OyerSdpParser;

/* An empty description. */
OyerSdp *oyer_sdp_new(void);

/* One attribute, "name:value", of @section; @text is written into. */
gboolean oyer_sdp_parse_attribute(OyerSdpParser *parser, OyerSdpSection *section,
                                  char *text, GError **error);

/* Cuts the word at *text off and moves *text behind it; NULL: none. */
char *oyer_sdp_next_word(char **text);

/* A whole number, 0 … @max, and nothing else.  NULL @text is none. */
gboolean oyer_sdp_read_number(const char *text, guint64 max, guint64 *out);

/* Returns: (transfer none): a copy that lives as long as the description. */
const char *oyer_sdp_keep(OyerSdpParser *parser, const char *text);

/* What we write back, or hand on, must be one plain word. */
gboolean oyer_sdp_is_token(const char *text, gsize min, gsize max);

/* Sets @error: "bad @what".  Returns: FALSE. */
gboolean oyer_sdp_refuse(GError **error, const char *what);

OyerSdpFormat *oyer_sdp_find_format(OyerSdpSection *section, guint64 payload_type);

/* The m-line in parser->section is complete: its formats and SSRCs are understood. */
void oyer_sdp_finish_media(OyerSdpParser *parser);

/* The whole is complete: is it bundled, muxed, secure?  Settles the transport. */
gboolean oyer_sdp_check(OyerSdpParser *parser, OyerSdpType type, GError **error);
