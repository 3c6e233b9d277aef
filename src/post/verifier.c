/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "post/verifier.h"

#include <string.h>

#include "post/fetch.h"
#include "post/signature.h"

#define THREADS 2
#define WAITING_MAX 16

#define CONNECT_TIMEOUT_S 5L
#define WHOLE_TIMEOUT_S 15L

struct OyerVerifier {
    OyerVerifierConfig config;
    GThreadPool *threads; /* NULL: it stops */
    gint stop;            /* atomic */
};

typedef struct {
    OyerVerifier *verifier;
    char *id, *body;
    OyerVerifierAnswer answer;
    OyerVerifierFunc func;
    gpointer data;
    GDestroyNotify destroy;
} Job;

static void job_free(gpointer data)
{
    Job *job = data;

    explicit_bzero(job->body, strlen(job->body));
    g_free(job->body);
    g_free(job->id);
    oyer_verifier_answer_clear(&job->answer);
    job->destroy(job->data);
    g_free(job);
}

static gboolean on_answer(gpointer data)
{
    Job *job = data;

    /* Who stops has nowhere left to write an answer. */
    if (!g_atomic_int_get(&job->verifier->stop))
        job->func(&job->answer, job->data);
    return G_SOURCE_REMOVE;
}

/* ---- Thread: one of the pool ---- */

static void judge(Job *job, guint status, const GString *text)
{
    g_autoptr(GError) error = NULL;

    job->answer.result =
        status == 0 ? OYER_VERIFIED_NO_ANSWER : OYER_VERIFIED_BAD_ANSWER;
    if (status != 200) {
        g_warning("the verifier says %u", status);
        return;
    }
    if (!oyer_verifier_answer_parse(text->str, text->len, job->id, &job->answer,
                                    &error))
        g_warning("the verifier's answer cannot be used: %s", error->message);
}

static void work(gpointer data, gpointer unused G_GNUC_UNUSED)
{
    Job *job = data;
    OyerVerifier *self = job->verifier;
    g_auto(GStrv) fields = oyer_signature_fields(
        self->config.secret, job->id, job->body, g_get_real_time() / G_USEC_PER_SEC);
    const OyerFetch fetch = {.url = self->config.url,
                             .fields = (const char *const *)fields,
                             .body = job->body,
                             .connect_s = CONNECT_TIMEOUT_S,
                             .whole_s = WHOLE_TIMEOUT_S,
                             .answer_max_bytes = OYER_VERIFIER_ANSWER_MAX_BYTES};
    OyerFetcher *fetcher = oyer_fetcher_new(&self->stop);
    GString *text = NULL;

    guint status = oyer_fetcher_ask(fetcher, &fetch, &text);
    judge(job, status, text);
    (void)g_string_free(text, TRUE);
    oyer_fetcher_free(fetcher);
    g_main_context_invoke_full(NULL, G_PRIORITY_DEFAULT, on_answer, job, job_free);
}

/* ---- Thread: main ---- */

OyerVerifier *oyer_verifier_new(const OyerVerifierConfig *config)
{
    OyerVerifier *self = g_new0(OyerVerifier, 1);

    self->config = *config;
    oyer_fetch_init();
    self->threads = g_thread_pool_new(work, NULL, THREADS, FALSE, NULL);
    return self;
}

gboolean oyer_verifier_send(OyerVerifier *self, const OyerVerifierQuestion *question,
                            OyerVerifierFunc func, gpointer data,
                            GDestroyNotify destroy)
{
    if (self->threads == NULL || g_thread_pool_unprocessed(self->threads) > WAITING_MAX)
        return FALSE;
    Job *job = g_new0(Job, 1);
    job->verifier = self;
    job->id = g_strdup(question->id);
    job->body = oyer_verifier_ask(&self->config, question);
    job->func = func;
    job->data = data;
    job->destroy = destroy;
    g_thread_pool_push(self->threads, job, NULL);
    return TRUE;
}

void oyer_verifier_stop(OyerVerifier *self)
{
    if (self == NULL || self->threads == NULL)
        return;
    g_atomic_int_set(&self->stop, 1);
    g_thread_pool_free(g_steal_pointer(&self->threads), FALSE, TRUE);
}

void oyer_verifier_free(OyerVerifier *self)
{
    if (self == NULL)
        return;
    oyer_verifier_stop(self);
    g_free(self);
}
