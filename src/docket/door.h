/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The door of the court house: who is expected there today, which passes are dead, and
 * what the usher scanned.
 *
 * Thread: database.
 */
#pragma once

#include "base/json.h"
#include "docket/pass.h"

/* How far from now the hearings are that an usher's device knows. */
#define OYER_DOOR_BACK_US (24 * G_GINT64_CONSTANT(3600000000))
#define OYER_DOOR_AHEAD_US (24 * G_GINT64_CONSTANT(3600000000))

/* The most people that one device is told of. */
#define OYER_DOOR_PEOPLE_MAX 5000

/*
 * What an usher's device keeps to work without a line: {"hearings":[{"id",
 * "scheduled_start_us","timezone","room","people":[{"id","name","role","side","mode",
 * "door_us"}]}],"revoked":[jti]}.  Neither case nor cause is in it.
 *
 * Returns: (transfer full): NULL with @error set.
 */
json_t *oyer_docket_door_list(OyerDb *db, const char *court, gint64 now_us,
                              GError **error);

/* One scan; all borrowed. */
typedef struct {
    const char *id, *token, *shown;
    gint64 at_us; /* when it was made */
    gboolean offline;
} OyerDoorScan;

typedef struct {
    OyerPassFault fault;  /* by the time of the scan */
    OyerPass pass;        /* of a good one, and of one that is ours */
    gboolean is_of_court; /* the hearing is one of this court: the rest is set */
    gboolean is_new;      /* FALSE: told before */
    char *name, *timezone;
    char *room;                   /* the court room's name; "": it has none */
    const char *mode;             /* a word of schedule/plan.h; "": nobody said */
    gint64 scheduled_us, door_us; /* door_us: when he came first; 0: not yet */
} OyerDoorResult;

void oyer_door_result_clear(OyerDoorResult *self);

/* Judges @scan and writes it down, in the caller's transaction.  FALSE with @error set
 * only if the store failed. */
gboolean oyer_docket_door_scan(OyerDb *db, const OyerKey *key, const char *court,
                               const char *account, const OyerDoorScan *scan,
                               gint64 now_us, OyerDoorResult *out_result,
                               GError **error);
