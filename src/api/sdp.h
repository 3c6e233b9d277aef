/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * As much of SDP as WHIP and WHEP need: which media an offer has, its ICE
 * credentials, and the fragments of trickle ICE (RFC 8840).  What the media means
 * is the media process' business.
 *
 * Every byte is from outside.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

#define OYER_SDP_MAX_MEDIA 32
#define OYER_FRAGMENT_MAX_BYTES (64 * 1024)
#define OYER_FRAGMENT_MAX_CANDIDATES 32
#define OYER_ICE_MAX 256 /* characters of an ufrag or a password (RFC 8839) */
#define OYER_MID_MAX 16

/*
 * The `tracks` of docs/MEDIA.md for an offer: its first audio is audio, its first
 * video the camera, its second video the screen.
 *
 * Returns: (transfer full): NULL if it is not an SDP with `a=mid` in each medium.
 */
json_t *oyer_sdp_tracks(const char *sdp);

/* The value of the first `a=@name:`.  (transfer full), NULL when there is none. */
char *oyer_sdp_attribute(const char *sdp, const char *name);

/* @sdp with every ICE credential replaced.  (transfer full) */
char *oyer_sdp_with_credentials(const char *sdp, const char *ufrag,
                                const char *password);

typedef struct {
    char mid[OYER_MID_MAX + 1];
    char *candidate; /* "candidate:…" */
} OyerFragmentCandidate;

typedef struct {
    char *ufrag, *password; /* or NULL */
    GArray *candidates;     /* of OyerFragmentCandidate */
    gboolean is_end;        /* a=end-of-candidates */
} OyerFragment;

/* Returns: (transfer full): NULL when malformed or beyond the bounds. */
OyerFragment *oyer_fragment_parse(const char *text, gsize size);
void oyer_fragment_free(OyerFragment *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerFragment, oyer_fragment_free)

/* The fragment with which an ICE restart is answered: credentials and candidates of
 * @answer.  (transfer full) */
char *oyer_fragment_of_answer(const char *answer);
