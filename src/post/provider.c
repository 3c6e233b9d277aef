/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "post/provider.h"

#include <string.h>

#include "post/fetch.h"

#define THREADS 4
#define WAITING_MAX 64

#define CONNECT_TIMEOUT_S 5L
#define WHOLE_TIMEOUT_S 10L

/* What the provider says of itself and its keys is asked for again after this. */
#define KEPT_US (3600 * (gint64)G_USEC_PER_SEC)

/* A token with an unknown key makes us ask for new keys, but not in a stream. */
#define KEYS_AGAIN_US (5 * G_USEC_PER_SEC)

/* A provider that has just not answered is not waited for by everybody in turn. */
#define LEFT_ALONE_US (3 * G_USEC_PER_SEC)

struct OyerProvider {
    const OyerOidc *oidc;
    GThreadPool *threads; /* NULL: it stops */
    gint stop;            /* atomic */

    /* any thread: lock */
    GMutex lock;
    OyerOidcPlace *place; /* NULL: not known */
    OyerOidcKeys *keys;   /* NULL: not known */
    gint64 place_us, keys_us, again_us, alone_until_us;
};

typedef struct {
    OyerProvider *provider;
    OyerProviderWhat what;
    char *redirect, *state, *nonce, *verifier, *code, *issuer;
    OyerProviderAnswer answer;
    char *url;
    OyerProviderFunc func;
    gpointer data;
} Job;

static void wipe(char *text)
{
    if (text != NULL)
        explicit_bzero(text, strlen(text));
    g_free(text);
}

static void job_free(gpointer data)
{
    Job *job = data;

    g_free(job->redirect);
    g_free(job->state);
    g_free(job->nonce);
    g_free(job->issuer);
    g_free(job->url);
    wipe(job->verifier);
    wipe(job->code);
    g_free(job);
}

/* ---- Thread: one of the pool, under the lock where it says so ---- */

/* What is at @url; NULL: nothing that can be used.  Under the lock. */
static GString *get(OyerProvider *self, OyerFetcher *fetcher, const char *url)
{
    static const char *const fields[] = {"Accept: application/json", NULL};
    const OyerFetch fetch = {.url = url,
                             .fields = fields,
                             .connect_s = CONNECT_TIMEOUT_S,
                             .whole_s = WHOLE_TIMEOUT_S,
                             .answer_max_bytes = OYER_OIDC_ANSWER_MAX_BYTES};
    GString *answer = NULL;

    if (g_get_monotonic_time() < self->alone_until_us)
        return NULL;
    guint status = oyer_fetcher_ask(fetcher, &fetch, &answer);
    if (status == 200)
        return answer;
    self->alone_until_us = g_get_monotonic_time() + LEFT_ALONE_US;
    g_warning("the identity provider says %u at %s", status, url);
    (void)g_string_free(answer, TRUE);
    return NULL;
}

/* Under the lock. */
static gboolean know_place(OyerProvider *self, OyerFetcher *fetcher)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *url = oyer_oidc_discovery(self->oidc);
    gint64 now_us = g_get_monotonic_time();

    if (self->place != NULL && now_us - self->place_us < KEPT_US)
        return TRUE;
    GString *text = get(self, fetcher, url);
    if (text == NULL)
        return FALSE;
    OyerOidcPlace *place =
        oyer_oidc_place_parse(self->oidc, text->str, text->len, &error);
    (void)g_string_free(text, TRUE);
    if (place == NULL) {
        g_warning("the identity provider cannot be used: %s", error->message);
        return FALSE;
    }
    oyer_oidc_place_free(self->place);
    self->place = place;
    self->place_us = now_us;
    return TRUE;
}

/* Under the lock.  @anew: a key is missing that may be a new one. */
static gboolean know_keys(OyerProvider *self, OyerFetcher *fetcher, gboolean anew)
{
    g_autoptr(GError) error = NULL;
    gint64 now_us = g_get_monotonic_time();

    if (self->keys != NULL &&
        (anew ? now_us < self->again_us : now_us - self->keys_us < KEPT_US))
        return TRUE;
    if (anew)
        self->again_us = now_us + KEYS_AGAIN_US;
    GString *text = get(self, fetcher, self->place->keys);
    if (text == NULL)
        return FALSE;
    OyerOidcKeys *keys = oyer_oidc_keys_parse(text->str, text->len, &error);
    (void)g_string_free(text, TRUE);
    if (keys == NULL) {
        g_warning("the identity provider's keys cannot be used: %s", error->message);
        return FALSE;
    }
    oyer_oidc_keys_free(self->keys);
    self->keys = keys;
    self->keys_us = now_us;
    return TRUE;
}

static OyerOidcAttempt attempt_of(const Job *job)
{
    return (OyerOidcAttempt){job->redirect, job->state, job->nonce, job->verifier};
}

/* The code for tokens.  FALSE: *out_outcome says why not. */
static gboolean redeem(OyerFetcher *fetcher, const char *url, const char *body,
                       const char *basic, char **out_id, char **out_access,
                       OyerProviderOutcome *out_outcome)
{
    g_autofree char *authorization =
        basic ? g_strconcat("Authorization: Basic ", basic, NULL) : NULL;
    const char *const fields[] = {"Content-Type: application/x-www-form-urlencoded",
                                  "Accept: application/json", authorization, NULL};
    const OyerFetch fetch = {.url = url,
                             .fields = fields,
                             .body = body,
                             .connect_s = CONNECT_TIMEOUT_S,
                             .whole_s = WHOLE_TIMEOUT_S,
                             .answer_max_bytes = OYER_OIDC_ANSWER_MAX_BYTES};
    g_autoptr(GError) error = NULL;
    GString *answer = NULL;
    guint status = oyer_fetcher_ask(fetcher, &fetch, &answer);
    gboolean is_taken =
        status == 200 &&
        oyer_oidc_tokens_parse(answer->str, answer->len, out_id, out_access, &error);

    explicit_bzero(answer->str, answer->len);
    (void)g_string_free(answer, TRUE);
    if (is_taken)
        return TRUE;
    g_message("the identity provider gives no token for a code: %u %s", status,
              error ? error->message : "");
    *out_outcome =
        status >= 400 && status < 500 ? OYER_PROVIDER_REFUSED : OYER_PROVIDER_AWAY;
    return FALSE;
}

static OyerProviderOutcome judge(Job *job, OyerFetcher *fetcher, const char *id,
                                 const char *access)
{
    OyerProvider *self = job->provider;
    gint64 now_s = g_get_real_time() / G_USEC_PER_SEC;
    OyerProviderOutcome outcome = OYER_PROVIDER_AWAY;

    g_mutex_lock(&self->lock);
    for (guint round = 0; round < 2; round++) {
        if (!know_keys(self, fetcher, round > 0)) {
            outcome = OYER_PROVIDER_AWAY;
            break;
        }
        job->answer.fault = oyer_oidc_token_check(
            self->oidc, self->keys, id, access, job->nonce, now_s, &job->answer.claims);
        outcome = job->answer.fault == OYER_OIDC_FINE ? OYER_PROVIDER_DONE
                                                      : OYER_PROVIDER_FORGED;
        if (job->answer.fault != OYER_OIDC_NO_KEY)
            break;
    }
    g_mutex_unlock(&self->lock);
    return outcome;
}

static OyerProviderOutcome identify(Job *job, OyerFetcher *fetcher)
{
    OyerProvider *self = job->provider;
    const OyerOidcAttempt attempt = attempt_of(job);
    g_autofree char *url = NULL, *body = NULL, *basic = NULL, *id = NULL,
                    *access = NULL;
    OyerProviderOutcome outcome = OYER_PROVIDER_AWAY;

    g_mutex_lock(&self->lock);
    gboolean is_known = know_place(self, fetcher);
    /* RFC 9207 section 2.4: an answer of another provider ends here. */
    gboolean is_his =
        is_known && (job->issuer != NULL ? !strcmp(job->issuer, self->oidc->issuer)
                                         : !self->place->sends_issuer);
    if (is_his) {
        url = g_strdup(self->place->token);
        body = oyer_oidc_redeem(self->oidc, self->place, &attempt, job->code, &basic);
    }
    g_mutex_unlock(&self->lock);
    if (!is_known)
        return OYER_PROVIDER_AWAY;
    if (!is_his)
        return OYER_PROVIDER_REFUSED;
    if (redeem(fetcher, url, body, basic, &id, &access, &outcome))
        outcome = judge(job, fetcher, id, access);
    if (id != NULL)
        explicit_bzero(id, strlen(id));
    if (access != NULL)
        explicit_bzero(access, strlen(access));
    return outcome;
}

static OyerProviderOutcome point(Job *job, OyerFetcher *fetcher)
{
    OyerProvider *self = job->provider;
    const OyerOidcAttempt attempt = attempt_of(job);

    g_mutex_lock(&self->lock);
    gboolean is_known = know_place(self, fetcher);
    if (is_known)
        job->url = job->what == OYER_PROVIDER_ASK
                       ? oyer_oidc_ask(self->oidc, self->place, &attempt)
                       : oyer_oidc_leave(self->oidc, self->place, job->redirect);
    g_mutex_unlock(&self->lock);
    return is_known ? OYER_PROVIDER_DONE : OYER_PROVIDER_AWAY;
}

static gboolean on_answer(gpointer data)
{
    Job *job = data;

    job->answer.url = job->url;
    job->func(&job->answer, job->data);
    return G_SOURCE_REMOVE;
}

static void work(gpointer data, gpointer unused G_GNUC_UNUSED)
{
    Job *job = data;
    OyerProvider *self = job->provider;
    OyerFetcher *fetcher = oyer_fetcher_new(&self->stop);

    job->answer.outcome = g_atomic_int_get(&self->stop)       ? OYER_PROVIDER_AWAY
                          : job->what == OYER_PROVIDER_REDEEM ? identify(job, fetcher)
                                                              : point(job, fetcher);
    oyer_fetcher_free(fetcher);
    g_main_context_invoke_full(NULL, G_PRIORITY_DEFAULT, on_answer, job, job_free);
}

/* ---- Thread: main ---- */

OyerProvider *oyer_provider_new(const OyerOidc *oidc)
{
    OyerProvider *self = g_new0(OyerProvider, 1);

    self->oidc = oidc;
    g_mutex_init(&self->lock);
    self->threads = g_thread_pool_new(work, NULL, THREADS, FALSE, NULL);
    return self;
}

gboolean oyer_provider_ask(OyerProvider *self, const OyerProviderQuestion *question,
                           OyerProviderFunc func, gpointer data)
{
    if (self->threads == NULL || g_thread_pool_unprocessed(self->threads) > WAITING_MAX)
        return FALSE;
    Job *job = g_new0(Job, 1);
    job->provider = self;
    job->what = question->what;
    job->redirect = g_strdup(question->attempt.redirect);
    job->state = g_strdup(question->attempt.state);
    job->nonce = g_strdup(question->attempt.nonce);
    job->verifier = g_strdup(question->attempt.verifier);
    job->code = g_strdup(question->code);
    job->issuer = g_strdup(question->issuer);
    job->func = func;
    job->data = data;
    g_thread_pool_push(self->threads, job, NULL);
    return TRUE;
}

void oyer_provider_stop(OyerProvider *self)
{
    if (self == NULL || self->threads == NULL)
        return;
    g_atomic_int_set(&self->stop, 1);
    g_thread_pool_free(g_steal_pointer(&self->threads), FALSE, TRUE);
}

void oyer_provider_free(OyerProvider *self)
{
    if (self == NULL)
        return;
    oyer_provider_stop(self);
    oyer_oidc_place_free(self->place);
    oyer_oidc_keys_free(self->keys);
    g_mutex_clear(&self->lock);
    g_free(self);
}
