/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "post/fetch.h"

#include <curl/curl.h>

struct OyerFetcher {
    gint *stop; /* not owned */
    CURL *curl;
};

typedef struct {
    GString *text;
    gsize max_bytes;
} Answer;

void oyer_fetch_init(void)
{
    static gsize is_ready;

    if (g_once_init_enter(&is_ready)) {
        (void)curl_global_init(CURL_GLOBAL_DEFAULT);
        g_once_init_leave(&is_ready, 1);
    }
}

OyerFetcher *oyer_fetcher_new(gint *stop)
{
    OyerFetcher *self = g_new0(OyerFetcher, 1);

    oyer_fetch_init();
    self->stop = stop;
    self->curl = curl_easy_init();
    return self;
}

void oyer_fetcher_free(OyerFetcher *self)
{
    if (self == NULL)
        return;
    curl_easy_cleanup(self->curl);
    g_free(self);
}

/* What is taken short of what came ends the transfer. */
static size_t take(char *bytes, size_t size, size_t count, void *data)
{
    Answer *answer = data;

    if (answer->max_bytes == 0)
        return size * count;
    if (size * count > answer->max_bytes - answer->text->len)
        return 0;
    g_string_append_len(answer->text, bytes, (gssize)(size * count));
    return size * count;
}

static int on_progress(void *data, curl_off_t a G_GNUC_UNUSED,
                       curl_off_t b G_GNUC_UNUSED, curl_off_t c G_GNUC_UNUSED,
                       curl_off_t d G_GNUC_UNUSED)
{
    OyerFetcher *self = data;

    return g_atomic_int_get(self->stop);
}

static void set_up(OyerFetcher *self, const OyerFetch *fetch, struct curl_slist *fields,
                   Answer *answer)
{
    CURL *curl = self->curl;

    /* Keeps the connection. */
    curl_easy_reset(curl);
    (void)curl_easy_setopt(curl, CURLOPT_URL, fetch->url);
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    if (fetch->body != NULL) {
        (void)curl_easy_setopt(curl, CURLOPT_POST, 1L);
        (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, fetch->body);
    }
    (void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    (void)curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    (void)curl_easy_setopt(curl, CURLOPT_XFERINFODATA, self);
    (void)curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, fetch->connect_s);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, fetch->whole_s);
}

guint oyer_fetcher_ask(OyerFetcher *self, const OyerFetch *fetch, GString **out_answer)
{
    Answer answer = {g_string_new(NULL), fetch->answer_max_bytes};
    struct curl_slist *fields = NULL;
    long status = 0;

    for (guint i = 0; fetch->fields != NULL && fetch->fields[i] != NULL; i++)
        fields = curl_slist_append(fields, fetch->fields[i]);
    set_up(self, fetch, fields, &answer);
    if (curl_easy_perform(self->curl) == CURLE_OK)
        (void)curl_easy_getinfo(self->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(fields);
    if (out_answer != NULL)
        *out_answer = g_steal_pointer(&answer.text);
    else
        (void)g_string_free(answer.text, TRUE);
    return (guint)status;
}
