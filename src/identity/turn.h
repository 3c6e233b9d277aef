/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The way in for those whose network lets no UDP out: credentials for a TURN relay
 * (coturn), good for a day at court and made of a secret that the relay has too
 * (draft-uberti-behave-turn-rest-00).  Nothing is stored, and the relay asks nobody.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

typedef struct {
    char **urls;       /* "turn:relay.court.example:3478?transport=tcp", … */
    char *secret;      /* static-auth-secret of the relay */
    gint64 lifetime_s; /* of what is given out */
} OyerTurn;

/*
 * @urls: separated by spaces or commas; @hours: "8" (the default), up to 48.
 *
 * Returns: (transfer full): NULL with @error set: what one of them lacks.
 */
OyerTurn *oyer_turn_new(const char *urls, const char *secret, const char *hours,
                        GError **error);
void oyer_turn_free(OyerTurn *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerTurn, oyer_turn_free)

/*
 * What a browser takes as iceServers, for @participant until @now_us (UTC) and the
 * lifetime; an empty list when @self is NULL: there is no relay.
 *
 * Returns: (transfer full).
 */
json_t *oyer_turn_ice_servers(const OyerTurn *self, const char *participant,
                              gint64 now_us);
