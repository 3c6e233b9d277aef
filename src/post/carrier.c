/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "post/carrier.h"

#include <string.h>

#include "post/fetch.h"

const char *const oyer_carrier_channels[] = {"email", "sms", "wechat", NULL};

struct OyerCarrier {
    GThread *thread;
    GAsyncQueue *parcels; /* of OyerParcel; `end`: no more */
    gint stop;            /* atomic */
    gint waiting;         /* atomic */
    OyerPostConfig config;
    const OyerWebhookConfig *gateway; /* NULL: by SMTP */
    OyerCarrierHand hand;
    OyerCarrierDone done;
    gpointer data;
};

static OyerParcel end;

void oyer_parcel_free(OyerParcel *self)
{
    if (self == NULL || self == &end)
        return;
    g_free(self->id);
    g_free(self->to);
    g_free(self->name);
    g_free(self->language);
    g_free(self->kind);
    g_free(self->subject);
    g_free(self->text);
    g_free(self->brief);
    g_free(self->link);
    g_free(self->return_address);
    g_free(self);
}

/* ---- Thread: the carrier's ---- */

static gpointer run(gpointer data)
{
    OyerCarrier *self = data;
    OyerSmtp *smtp =
        self->gateway ? NULL : oyer_smtp_new(&self->config.smtp, &self->stop);
    OyerWebhook *webhook =
        self->gateway ? oyer_webhook_new(self->gateway, &self->stop) : NULL;
    OyerParcel *parcel;

    while ((parcel = g_async_queue_pop(self->parcels)) != &end) {
        char why[OYER_CARRIED_WHY_SIZE] = "";
        /* Claimed and untouched: the next start begins with it. */
        if (!g_atomic_int_get(&self->stop)) {
            OyerCarried carried =
                smtp ? oyer_smtp_send(smtp, parcel, self->hand, self->data, why)
                     : oyer_webhook_send(webhook, parcel, self->hand, self->data, why);
            self->done(parcel, carried, why, self->data);
        }
        oyer_parcel_free(parcel);
        (void)g_atomic_int_add(&self->waiting, -1);
    }
    oyer_smtp_free(smtp);
    oyer_webhook_free(webhook);
    return NULL;
}

/* ---- Thread: main ---- */

static const OyerWebhookConfig *gateway_of(const OyerPostConfig *config,
                                           const char *channel)
{
    return !strcmp(channel, "sms")      ? &config->sms
           : !strcmp(channel, "wechat") ? &config->wechat
                                        : NULL;
}

OyerCarrier *oyer_carrier_new(const OyerPostConfig *config, const char *channel,
                              OyerCarrierHand hand, OyerCarrierDone done, gpointer data)
{
    const OyerWebhookConfig *gateway = gateway_of(config, channel);

    if ((gateway ? gateway->url : config->smtp.url) == NULL)
        return NULL;
    oyer_fetch_init();
    OyerCarrier *self = g_new0(OyerCarrier, 1);
    self->config = *config;
    self->gateway = gateway_of(&self->config, channel);
    self->parcels = g_async_queue_new();
    self->hand = hand;
    self->done = done;
    self->data = data;
    self->thread = g_thread_new(channel, run, self);
    return self;
}

void oyer_carrier_send(OyerCarrier *self, OyerParcel *parcel)
{
    (void)g_atomic_int_add(&self->waiting, 1);
    g_async_queue_push(self->parcels, parcel);
}

guint oyer_carrier_waiting(OyerCarrier *self)
{
    return (guint)g_atomic_int_get(&self->waiting);
}

void oyer_carrier_free(OyerCarrier *self)
{
    if (self == NULL)
        return;
    g_atomic_int_set(&self->stop, 1);
    g_async_queue_push(self->parcels, &end);
    g_thread_join(self->thread);
    g_async_queue_unref(self->parcels);
    g_free(self);
}
