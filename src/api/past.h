/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A session of a hearing that is asked for by its number: the one that is held now,
 * which is in memory, or one before it, which is read back.
 *
 * Thread: main, except where a function is given a database.
 */
#pragma once

#include "api/sitting.h"
#include "web/server.h"

typedef struct {
    const OyerHouse *house;
    char hearing[OYER_ID_SIZE];
    guint number;
    gboolean is_past;    /* settled when it was asked for */
    OyerHearing *loaded; /* owned: of a past session */
} OyerPast;

/* `?session=N`, or the last one.  0: there is no such session. */
guint oyer_request_session(OyerRequest *request, const OyerSitting *sitting);

/* Of a session that is over the record is closed: who may read it then, may. */
gboolean oyer_sitting_may_read(const OyerSitting *sitting, const char *participant,
                               guint number);

void oyer_past_init(OyerPast *self, const OyerSitting *sitting, guint number);
void oyer_past_clear(OyerPast *self);

/* Thread: database.  Reads back what is not in memory. */
gboolean oyer_past_load(OyerPast *self, OyerDb *db, GError **error);

/* The hearing as it was in that session; borrowed. */
const OyerHearing *oyer_past_of(const OyerPast *self, const OyerSitting *sitting);

/* The schedule changed while @sitting is held: reads when its other sessions begin. */
void oyer_sitting_rebooked(OyerSitting *sitting);
