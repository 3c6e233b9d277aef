/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "post/smtp.h"

#include <string.h>

#include <curl/curl.h>

#include "post/mail.h"

#define CONNECT_TIMEOUT_S 20L
#define WHOLE_TIMEOUT_S 120L

/* How long a stop waits for the answer to what was handed over. */
#define STOP_PATIENCE_US (3 * G_USEC_PER_SEC)

struct OyerSmtp {
    OyerSmtpConfig config;
    gint *stop; /* not owned */
    CURL *curl;
};

/* One message under way. */
typedef struct {
    OyerSmtp *smtp;
    const OyerParcel *parcel;
    const char *bytes;
    gsize size, offset;
    OyerCarrierHand hand;
    gpointer data;
    gboolean is_handed;
    gint64 stopped_us;
} Letter;

OyerSmtp *oyer_smtp_new(const OyerSmtpConfig *config, gint *stop)
{
    OyerSmtp *self = g_new0(OyerSmtp, 1);

    self->config = *config;
    self->stop = stop;
    self->curl = curl_easy_init();
    return self;
}

void oyer_smtp_free(OyerSmtp *self)
{
    if (self == NULL)
        return;
    curl_easy_cleanup(self->curl);
    g_free(self);
}

/* When it says 0, libcurl sends the end of the data. */
static size_t on_read(char *buffer, size_t size, size_t count, void *data)
{
    Letter *letter = data;
    gsize length = MIN(size * count, letter->size - letter->offset);

    if (length == 0) {
        if (g_atomic_int_get(letter->smtp->stop) ||
            !letter->hand(letter->parcel, letter->data))
            return CURL_READFUNC_ABORT;
        letter->is_handed = TRUE;
    }
    memcpy(buffer, letter->bytes + letter->offset, length);
    letter->offset += length;
    return length;
}

static int on_progress(void *data, curl_off_t a G_GNUC_UNUSED,
                       curl_off_t b G_GNUC_UNUSED, curl_off_t c G_GNUC_UNUSED,
                       curl_off_t d G_GNUC_UNUSED)
{
    Letter *letter = data;
    gint64 now_us = g_get_monotonic_time();

    if (!g_atomic_int_get(letter->smtp->stop))
        return 0;
    if (letter->stopped_us == 0)
        letter->stopped_us = now_us;
    return !letter->is_handed || now_us - letter->stopped_us > STOP_PATIENCE_US;
}

static void set_up(OyerSmtp *self, Letter *letter, struct curl_slist *to,
                   const char *from)
{
    CURL *curl = self->curl;

    /* Keeps the connection. */
    curl_easy_reset(curl);
    (void)curl_easy_setopt(curl, CURLOPT_URL, self->config.url);
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    (void)curl_easy_setopt(curl, CURLOPT_USE_SSL,
                           self->config.needs_tls ? (long)CURLUSESSL_ALL
                                                  : (long)CURLUSESSL_TRY);
    if (self->config.user != NULL) {
        (void)curl_easy_setopt(curl, CURLOPT_USERNAME, self->config.user);
        (void)curl_easy_setopt(curl, CURLOPT_PASSWORD, self->config.password);
    }
    (void)curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
    (void)curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    (void)curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
    (void)curl_easy_setopt(curl, CURLOPT_READDATA, letter);
    (void)curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    (void)curl_easy_setopt(curl, CURLOPT_XFERINFODATA, letter);
    (void)curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_S);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, WHOLE_TIMEOUT_S);
}

/*
 * What the end says.  354, "go on", as the last answer means that there was none to the
 * message.  That we may not sign in is our fault, not the address's.
 */
static OyerCarried judge(const Letter *letter, CURLcode code, long answer, char *why)
{
    gboolean has_answer = answer >= 400 && answer < 600;

    if (code == CURLE_OK)
        return OYER_CARRIED_ACCEPTED;
    if (has_answer)
        g_snprintf(why, OYER_CARRIED_WHY_SIZE, "smtp_%ld", answer);
    else
        g_strlcpy(why, letter->is_handed ? "cut_off" : "no_connection",
                  OYER_CARRIED_WHY_SIZE);
    if (letter->is_handed && !has_answer)
        return OYER_CARRIED_LOST;
    return has_answer && answer >= 500 && code != CURLE_LOGIN_DENIED
               ? OYER_CARRIED_REFUSED
               : OYER_CARRIED_PUT_OFF;
}

OyerCarried oyer_smtp_send(OyerSmtp *self, const OyerParcel *parcel,
                           OyerCarrierHand hand, gpointer data,
                           char why[OYER_CARRIED_WHY_SIZE])
{
    g_autoptr(GBytes) message =
        oyer_mail_build(parcel, self->config.from, self->config.domain,
                        g_get_real_time() / G_USEC_PER_SEC);
    g_autofree char *from = g_strconcat(
        "<", parcel->return_address ? parcel->return_address : self->config.from, ">",
        NULL);
    g_autofree char *address = g_strconcat("<", parcel->to, ">", NULL);
    struct curl_slist *to = curl_slist_append(NULL, address);
    Letter letter = {.smtp = self, .parcel = parcel, .hand = hand, .data = data};
    long answer = 0;

    *why = '\0';
    if (!oyer_mail_is_address(parcel->to)) {
        curl_slist_free_all(to);
        g_strlcpy(why, "bad_address", OYER_CARRIED_WHY_SIZE);
        return OYER_CARRIED_REFUSED;
    }
    letter.bytes = g_bytes_get_data(message, &letter.size);
    set_up(self, &letter, to, from);
    CURLcode code = curl_easy_perform(self->curl);
    (void)curl_easy_getinfo(self->curl, CURLINFO_RESPONSE_CODE, &answer);
    curl_slist_free_all(to);
    return judge(&letter, code, answer, why);
}
