/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Carriers: one for each way out that the court has, each with a thread and a queue of
 * its own, so that a mail server that hangs holds up neither main nor short messages.
 *
 * api/post.c gives parcels; the two callbacks write down how far each is.
 *
 * Thread: main; the callbacks run on the carrier's thread.
 */
#pragma once

#include "post/parcel.h"
#include "post/smtp.h"
#include "post/webhook.h"

/* What the court has; all borrowed.  A url that is NULL: there is no such way. */
typedef struct {
    OyerSmtpConfig smtp;
    OyerWebhookConfig sms, wechat;
    const char *receipt_secret; /* of receipts about e-mail, or NULL */
    const char *bounces;        /* Maildir where e-mail comes back to, or NULL */
    gint64 first_pause_us;
} OyerPostConfig;

/* "email", "sms" or "wechat". */
extern const char *const oyer_carrier_channels[];

typedef struct OyerCarrier OyerCarrier;

/* What became of @parcel; written down when it returns. */
typedef void (*OyerCarrierDone)(const OyerParcel *parcel, OyerCarried carried,
                                const char *why, gpointer data);

/* The carrier of @channel.  NULL: the court has none. */
OyerCarrier *oyer_carrier_new(const OyerPostConfig *config, const char *channel,
                              OyerCarrierHand hand, OyerCarrierDone done,
                              gpointer data);

/* Takes @parcel. */
void oyer_carrier_send(OyerCarrier *self, OyerParcel *parcel);

/* How many it still has. */
guint oyer_carrier_waiting(OyerCarrier *self);

/*
 * Puts off what was not handed over, waits a few seconds at most for the answer to what
 * was, and ends the thread.  NULL is fine.
 */
void oyer_carrier_free(OyerCarrier *self);
