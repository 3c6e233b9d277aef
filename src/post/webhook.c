/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "post/webhook.h"

#include "base/json.h"
#include "post/fetch.h"
#include "post/signature.h"

#define CONNECT_TIMEOUT_S 10L
#define WHOLE_TIMEOUT_S 30L

struct OyerWebhook {
    OyerWebhookConfig config;
    gint *stop; /* not owned */
    OyerFetcher *fetcher;
};

OyerWebhook *oyer_webhook_new(const OyerWebhookConfig *config, gint *stop)
{
    OyerWebhook *self = g_new0(OyerWebhook, 1);

    self->config = *config;
    self->stop = stop;
    self->fetcher = oyer_fetcher_new(stop);
    return self;
}

void oyer_webhook_free(OyerWebhook *self)
{
    if (self == NULL)
        return;
    oyer_fetcher_free(self->fetcher);
    g_free(self);
}

static char *write_body(const OyerWebhook *self, const OyerParcel *parcel)
{
    g_autoptr(json_t) body =
        oyer_json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "id", parcel->id, "channel",
                       self->config.channel, "to", parcel->to, "name", parcel->name,
                       "language", parcel->language, "kind", parcel->kind, "text",
                       parcel->brief, "link", parcel->link);

    return oyer_json_text(body);
}

/* Too early, too much, or it is ill: later.  Anything else below 500 stays as it is. */
static OyerCarried judge(guint status, char *why)
{
    if (status == 0) {
        g_strlcpy(why, "no_connection", OYER_CARRIED_WHY_SIZE);
        return OYER_CARRIED_LOST;
    }
    if (status >= 200 && status < 300)
        return OYER_CARRIED_ACCEPTED;
    g_snprintf(why, OYER_CARRIED_WHY_SIZE, "http_%u", status);
    return status == 408 || status == 425 || status == 429 || status >= 500 ||
                   status < 400
               ? OYER_CARRIED_PUT_OFF
               : OYER_CARRIED_REFUSED;
}

OyerCarried oyer_webhook_send(OyerWebhook *self, const OyerParcel *parcel,
                              OyerCarrierHand hand, gpointer data,
                              char why[OYER_CARRIED_WHY_SIZE])
{
    g_autofree char *body = write_body(self, parcel);
    g_auto(GStrv) fields = oyer_signature_fields(self->config.secret, parcel->id, body,
                                                 g_get_real_time() / G_USEC_PER_SEC);
    const OyerFetch fetch = {.url = self->config.url,
                             .fields = (const char *const *)fields,
                             .body = body,
                             .connect_s = CONNECT_TIMEOUT_S,
                             .whole_s = WHOLE_TIMEOUT_S};

    *why = '\0';
    if (g_atomic_int_get(self->stop) || !hand(parcel, data))
        return OYER_CARRIED_PUT_OFF;
    return judge(oyer_fetcher_ask(self->fetcher, &fetch, NULL), why);
}
