/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The event log of a hearing: append-only, numbered without a gap, each line
 * hashed together with the one before, one clock.  docs/RECORD.md, "events.jsonl",
 * has the form; what was hashed is what is stored and exported.
 *
 * What belongs to no hearing goes into chains of the same form: `accounts` (who signed
 * in, who got a role), `court:ID` (what was done in a court: sealed things read, second
 * persons asked), `case:ID`, `filing:ID`.  There `actor` is an account, a person or
 * `system`.
 *
 * BODY is {"at_us","type","actor","role","object","result","reason","details"}, where
 * what is not known is left out.  `actor` is a participant's id or `system`.
 *
 * Thread: an event any; the register's calls on the database thread.
 */
#pragma once

#include "base/id.h"
#include "base/json.h"
#include "store/db.h"

typedef struct {
    gint64 at_us;
    char *type;      /* "admit", "open", "person_lost", … */
    char *actor;     /* participant or "system" */
    char *role;      /* of the actor, or NULL */
    char *object;    /* participant, line, … or NULL */
    char *result;    /* "ok", or the code of the refusal */
    char *reason;    /* or NULL */
    json_t *details; /* or NULL */
} OyerEvent;

/* Returns: (transfer full) */
OyerEvent *oyer_event_new(gint64 at_us, const char *type, const char *actor,
                          const char *role, const char *object, const char *result);
void oyer_event_free(OyerEvent *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerEvent, oyer_event_free)

/*
 * Appends @event to the log of @hearing, inside the caller's transaction.  The
 * time never goes back: an event earlier than the last one gets its time.
 *
 * @out_seq may be NULL.
 */
gboolean oyer_docket_append_event(OyerDb *db, const char *hearing,
                                  const OyerEvent *event, gint64 *out_seq,
                                  GError **error);

/*
 * The log as JSON Lines, every line ended by a line feed.
 *
 * Returns: (transfer full): or NULL with @error set.
 */
GBytes *oyer_docket_events(OyerDb *db, const char *hearing, GError **error);

/*
 * Computes the chain of the stored log anew.
 *
 * @out_count: how many events there are, may be NULL.
 * Returns: FALSE with OYER_DOCKET_ERROR_BROKEN naming the first event that is wrong.
 */
gboolean oyer_docket_verify_events(OyerDb *db, const char *hearing, gint64 *out_count,
                                   GError **error);

/* The same for the chain @chain. */
gboolean oyer_docket_append_audit(OyerDb *db, const char *chain, const OyerEvent *event,
                                  gint64 *out_seq, GError **error);
GBytes *oyer_docket_audit(OyerDb *db, const char *chain, GError **error);
gboolean oyer_docket_verify_audit(OyerDb *db, const char *chain, gint64 *out_count,
                                  GError **error);

/*
 * Every chain there is, of hearings and beside them.
 *
 * @out_chains, @out_events: how many; may be NULL.
 */
gboolean oyer_docket_verify_all(OyerDb *db, gint64 *out_chains, gint64 *out_events,
                                GError **error);
