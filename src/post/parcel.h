/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is given to a carrier, and what he says of it.
 *
 * Thread: one at a time, whoever holds it.
 */
#pragma once

#include <glib.h>

typedef struct {
    char *id; /* does not change from try to try */
    char *to; /* address of the channel */
    char *name, *language, *kind;
    char *subject, *text, *brief; /* as they go out */
    char *link;                   /* where all of it can be read */
    char *return_address;         /* of e-mail; NULL: the court's own */
} OyerParcel;

void oyer_parcel_free(OyerParcel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerParcel, oyer_parcel_free)

typedef enum {
    OYER_CARRIED_ACCEPTED,
    OYER_CARRIED_PUT_OFF, /* surely not taken; may be tried again */
    OYER_CARRIED_REFUSED, /* surely not taken, and never will be */
    OYER_CARRIED_LOST,    /* cut off after the whole of it was handed over */
} OyerCarried;

#define OYER_CARRIED_WHY_SIZE 40

/*
 * Called right before the last byte leaves: what it writes down must be on the disk
 * when it returns.  FALSE: the parcel may not go, and is put off.
 */
typedef gboolean (*OyerCarrierHand)(const OyerParcel *parcel, gpointer data);
