/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "post/webhook.h"

#include <string.h>

#include <curl/curl.h>

#include "base/json.h"
#include "post/signature.h"

#define CONNECT_TIMEOUT_S 10L
#define WHOLE_TIMEOUT_S 30L

struct OyerWebhook {
    OyerWebhookConfig config;
    gint *stop; /* not owned */
    CURL *curl;
};

OyerWebhook *oyer_webhook_new(const OyerWebhookConfig *config, gint *stop)
{
    OyerWebhook *self = g_new0(OyerWebhook, 1);

    self->config = *config;
    self->stop = stop;
    self->curl = curl_easy_init();
    return self;
}

void oyer_webhook_free(OyerWebhook *self)
{
    if (self == NULL)
        return;
    curl_easy_cleanup(self->curl);
    g_free(self);
}

static size_t drop(char *bytes G_GNUC_UNUSED, size_t size, size_t count,
                   void *data G_GNUC_UNUSED)
{
    return size * count;
}

static int on_progress(void *data, curl_off_t a G_GNUC_UNUSED,
                       curl_off_t b G_GNUC_UNUSED, curl_off_t c G_GNUC_UNUSED,
                       curl_off_t d G_GNUC_UNUSED)
{
    OyerWebhook *self = data;

    return g_atomic_int_get(self->stop);
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

static struct curl_slist *write_fields(const OyerWebhook *self,
                                       const OyerParcel *parcel, const char *body)
{
    gint64 now_s = g_get_real_time() / G_USEC_PER_SEC;
    g_autofree char *signature =
        oyer_signature_make(self->config.secret, now_s, body, strlen(body));
    g_autofree char *time_line =
        g_strdup_printf(OYER_SIGNATURE_TIMESTAMP_FIELD ": %" G_GINT64_FORMAT, now_s);
    g_autofree char *signed_line =
        g_strconcat(OYER_SIGNATURE_FIELD ": ", signature, NULL);
    g_autofree char *key = g_strconcat("Idempotency-Key: ", parcel->id, NULL);
    struct curl_slist *list = curl_slist_append(NULL, "Content-Type: application/json");

    list = curl_slist_append(list, time_line);
    list = curl_slist_append(list, signed_line);
    return curl_slist_append(list, key);
}

/* Too early, too much, or it is ill: later.  Anything else below 500 stays as it is. */
static OyerCarried judge(CURLcode code, long status, char *why)
{
    if (code != CURLE_OK) {
        g_strlcpy(why, "no_connection", OYER_CARRIED_WHY_SIZE);
        return OYER_CARRIED_LOST;
    }
    if (status >= 200 && status < 300)
        return OYER_CARRIED_ACCEPTED;
    g_snprintf(why, OYER_CARRIED_WHY_SIZE, "http_%ld", status);
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
    struct curl_slist *fields = write_fields(self, parcel, body);
    CURL *curl = self->curl;
    long status = 0;

    *why = '\0';
    if (g_atomic_int_get(self->stop) || !hand(parcel, data)) {
        curl_slist_free_all(fields);
        return OYER_CARRIED_PUT_OFF;
    }
    curl_easy_reset(curl);
    (void)curl_easy_setopt(curl, CURLOPT_URL, self->config.url);
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(curl, CURLOPT_POST, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    (void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
    (void)curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    (void)curl_easy_setopt(curl, CURLOPT_XFERINFODATA, self);
    (void)curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_S);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, WHOLE_TIMEOUT_S);
    CURLcode code = curl_easy_perform(curl);
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(fields);
    return judge(code, status, why);
}
