/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The descriptions that we write: an answer to a publisher, the offer to a
 * subscriber, the answer to a WHEP player.  Payload types, header extensions and
 * m-line order are always the offerer's.
 *
 * Control (src/media) is the user; the transport supplies the local half.
 *
 * Thread: any.
 */
#pragma once

#include "rtp/sdp.h"

/* Our side of the connection.  Borrowed. */
typedef struct {
    const char *ufrag, *pwd;
    const char *fingerprint; /* sha-256, "AB:CD:…" */
    const char *const
        *candidates;         /* NULL-ended; with or without "candidate:"; may be NULL */
    guint64 session_id;      /* the same for the life of the connection, below 2^63 */
    guint64 session_version; /* grows with each description */
    gboolean is_lite;        /* ICE lite: the other side checks and decides */
} OyerSdpLocal;

/*
 * Answers a publisher: all sent audio and video is received (recvonly, DTLS
 * passive), the rest of the m-lines is rejected or inactive.
 *
 * @out_agreed: (transfer full): the same m-lines by index, with what was accepted:
 * codecs in the offerer's order, rtx_pt, extension_map, ssrcs, rids; direction as
 * answered.
 *
 * Returns: (transfer full): the text; or NULL with @error set: no m-line has a
 * codec in common with us.
 */
char *oyer_sdp_answer_publish(const OyerSdp *offer, const OyerSdpLocal *local,
                              OyerSdp **out_agreed, GError **error);

/* An m-line that we send on (or once did).  Borrowed. */
typedef struct {
    OyerSdpKind kind;
    const char *mid;
    bool active;        /* FALSE: a=inactive; the m-line stays */
    OyerSdpCodec codec; /* with our payload type; feedback is ours to choose, ignored */
    bool red;           /* beside Opus, RED of it */
    guint32 ssrc, rtx_ssrc; /* rtx_ssrc: 0 without rtx_pt */
    const char *cname;
    const char *stream, *track; /* a=msid */
} OyerSdpSend;

/*
 * Fills @out_codec as our offers name @codec; its strings live for ever.  @fmtp: the
 * publisher's (borrowed; for H.264 its profile is kept), or NULL.
 */
void oyer_sdp_offer_codec(OyerCodec codec, const char *fmtp, OyerSdpCodec *out_codec);

/*
 * Offers @n_sends m-lines in this order (actpass, canonical extension ids).  0 gives
 * a valid description without media.
 *
 * Returns: (transfer full).
 */
char *oyer_sdp_offer(const OyerSdpSend *sends, guint n_sends,
                     const OyerSdpLocal *local);

/*
 * Whether @answer fits the offer made of @sends: as many m-lines, same mids and
 * kinds, and where not rejected the codec offered.  Its media[i]->rejected says
 * which m-lines the client does not take.
 */
bool oyer_sdp_check_answer(const OyerSdp *answer, const OyerSdpSend *sends,
                           guint n_sends, GError **error);

/*
 * Answers a WHEP player: its first receiving audio and first receiving video
 * m-line are sent on; payload types are the player's, and of its header extensions
 * only transport-cc is taken, under its id.
 *
 * @sends: the first active audio and the first active video of it are used; their
 * mid and payload types are not looked at.  What can be received but is not in
 * @sends is inactive.
 * @out_agreed: (transfer full): by index; direction SENDONLY where we send;
 * codecs[0] is the codec of @sends if the player knows it (look!), then those that a
 * later source may have.
 *
 * Returns: (transfer full): the text; or NULL with @error set: nothing that could
 * be sent.
 */
char *oyer_sdp_answer_play(const OyerSdp *offer, const OyerSdpSend *sends,
                           guint n_sends, const OyerSdpLocal *local,
                           OyerSdp **out_agreed, GError **error);
