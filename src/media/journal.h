/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The requests that wait for a disk (journal.arm, .start, .mark, .close): done one
 * after the other on a thread of their own, so that a slow disk holds up neither a
 * packet nor any other request.
 *
 * server.c hands them in; the answers go back through it.
 *
 * Thread: control.
 */
#pragma once

#include "media/hearing.h"
#include "media/server.h"

typedef struct OyerMediaJournals OyerMediaJournals;

OyerMediaJournals *oyer_media_journals_new(OyerMediaServer *server);

/* Does what was handed in, then ends. */
void oyer_media_journals_free(OyerMediaJournals *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerMediaJournals, oyer_media_journals_free)

/*
 * Hands in @request, whose answer goes to @connection.  FALSE: @name is no such
 * request (no error), or a field is wrong (@error).
 */
gboolean oyer_media_journals_request(OyerMediaJournals *self, OyerMediaHearing *hearing,
                                     const char *name, json_t *request,
                                     guint64 connection, GError **error);

/* Whether its journal is open, or a request about it is not done yet. */
gboolean oyer_media_journals_is_open(OyerMediaJournals *self,
                                     OyerMediaHearing *hearing);
