/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Short messages and WeChat by a gateway of the court's: one signed POST of JSON for
 * each (docs/NOTICES.md).  The gateway takes the same id once, so what was cut off is
 * sent again.
 *
 * Thread: one, all its life.
 */
#pragma once

#include "post/parcel.h"

typedef struct OyerWebhook OyerWebhook;

/* All borrowed. */
typedef struct {
    const char *channel; /* "sms", "wechat" */
    const char *url, *secret;
} OyerWebhookConfig;

OyerWebhook *oyer_webhook_new(const OyerWebhookConfig *config, gint *stop);
void oyer_webhook_free(OyerWebhook *self);

/* As oyer_smtp_send(). */
OyerCarried oyer_webhook_send(OyerWebhook *self, const OyerParcel *parcel,
                              OyerCarrierHand hand, gpointer data,
                              char why[OYER_CARRIED_WHY_SIZE]);
