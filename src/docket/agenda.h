/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calendars to subscribe to, and invitations: the schedule as schedule/agenda.h writes
 * it.  A subscription has a secret address, of which only the SHA-256 is kept; a new one
 * for the same person or room makes the old one void.
 *
 * Thread: database.
 */
#pragma once

#include "base/json.h"
#include "docket/account_session.h"
#include "identity/key.h"
#include "store/db.h"

/* What addresses begin with, "https://court.example"; the key that signs passes. */
typedef struct {
    const OyerKey *key;
    const char *origin;
    gint64 now_us;
    const json_t *causes; /* names for the code of a cause */
} OyerAgendaContext;

/*
 * A new address for the calendar of @subject: of a person who is booked in the court of
 * @staff or works there (@kind "person"), or of one of its rooms ("room").
 *
 * @out_token: (transfer full): NULL: there is no such.
 */
gboolean oyer_docket_add_feed(OyerDb *db, const OyerStaffSession *staff,
                              const char *kind, const char *subject, gint64 now_us,
                              char **out_token, GError **error);

/* The calendar of @token.  *out NULL: there is none, or none any more.
 * (transfer full) */
gboolean oyer_docket_feed(OyerDb *db, const OyerAgendaContext *context,
                          const char *token, char **out, GError **error);

/*
 * The invitation of @participant to @hearing of @court, METHOD:REQUEST, or CANCEL when
 * it is cancelled: for a notice.  *out NULL: no such.  (transfer full)
 */
gboolean oyer_docket_invitation(OyerDb *db, const OyerAgendaContext *context,
                                const char *court, const char *hearing,
                                const char *participant, char **out, GError **error);
