/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A court to try the server with: one case, one hearing today, and people who are
 * not real.  Also hearings with any number of receivers, for load tests.
 *
 * Thread: database.
 */
#pragma once

#include "docket/error.h"
#include "identity/key.h"
#include "store/db.h"

typedef struct {
    char *id; /* participant */
    char *name, *role;
    char *token; /* a pass for today and tomorrow */
} OyerDemoPerson;

typedef struct {
    char *hearing, *case_number;
    GPtrArray *people; /* OyerDemoPerson */
    GPtrArray *staff;  /* OyerDemoPerson; the token signs in once */
} OyerDemo;

void oyer_demo_free(OyerDemo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerDemo, oyer_demo_free)

/*
 * Makes the demo court's hearing of the court's day @now_us, or finds the one that
 * is there and not closed; new passes are issued only for people who have none
 * that is good for the rest of the day.  The staff gets new links each time; those
 * of before stay good for a day, until they are used.
 *
 * Returns: (transfer full): or NULL with @error set.
 */
OyerDemo *oyer_demo_seed(OyerDb *db, const OyerKey *key, gint64 now_us, GError **error);

/*
 * One more hearing: a judge (a WHIP encoder may be he) and @people observers, all
 * admitted already.  Its session is in session if @in_session.
 *
 * Returns: (transfer full): or NULL with @error set.
 */
OyerDemo *oyer_demo_crowd(OyerDb *db, const OyerKey *key, guint people,
                          gboolean in_session, gint64 now_us, GError **error);
