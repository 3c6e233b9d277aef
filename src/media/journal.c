/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "media/journal.h"

#include <string.h>

#include "base/json.h"
#include "media/error.h"

struct OyerMediaJournals {
    OyerMediaServer *server; /* not owned */
    OyerWorker *disk;        /* in the order of asking */
    gint pending;            /* atomic */
};

typedef struct {
    OyerMediaJournals *owner;  /* not owned */
    OyerJournalSink *journal;  /* a reference */
    OyerMediaHearing *hearing; /* not owned; it stays while anything is pending */
    json_t *(*work)(json_t *request, OyerJournalSink *journal, GError **error);
    json_t *request; /* owned by the job alone */
    guint64 connection;
} Job;

/* ---- on the disk's thread ---- */

static void take_cause(GError **error, GError *cause)
{
    OyerMediaError code = OYER_MEDIA_ERROR_INTERNAL;

    if (cause->domain == OYER_JOURNAL_ERROR) {
        code = cause->code == OYER_JOURNAL_ERROR_DISK    ? OYER_MEDIA_ERROR_DISK
               : cause->code == OYER_JOURNAL_ERROR_STATE ? OYER_MEDIA_ERROR_STATE
                                                         : OYER_MEDIA_ERROR_BAD_REQUEST;
    }
    g_set_error_literal(error, OYER_MEDIA_ERROR, (int)code, cause->message);
    g_error_free(cause);
}

static json_t *arm(json_t *request, OyerJournalSink *journal, GError **error)
{
    const char *dir = oyer_json_string(request, "dir");
    gint64 reserve = oyer_json_int(request, "reserve_bytes", 0);

    if (!oyer_journal_sink_arm(journal, dir, (guint64)MAX(reserve, 0), error))
        return NULL;
    return json_object();
}

static json_t *start(json_t *request, OyerJournalSink *journal, GError **error)
{
    if (!oyer_journal_sink_start(journal, oyer_json_int(request, "at_us", 0), error))
        return NULL;
    return json_object();
}

static json_t *mark(json_t *request, OyerJournalSink *journal, GError **error)
{
    g_autofree char *text = oyer_json_text(json_object_get(request, "mark"));

    if (!oyer_journal_sink_mark(journal, text, error))
        return NULL;
    return json_object();
}

static json_t *close_journal(json_t *request, OyerJournalSink *journal, GError **error)
{
    g_auto(OyerJournalStatus) status = {0};

    (void)request;
    if (!oyer_journal_sink_close(journal, error))
        return NULL;
    oyer_journal_sink_status(journal, &status);
    return json_pack("{s:s,s:I,s:I}", "head", status.head, "packets",
                     (json_int_t)status.packets, "bytes", (json_int_t)status.bytes);
}

static void run(gpointer data)
{
    Job *job = data;
    GError *cause = NULL;
    g_autoptr(GError) error = NULL;
    json_t *fields = job->work(job->request, job->journal, &cause);

    if (cause)
        take_cause(&error, cause);
    else if (job->work == start)
        oyer_media_hearing_refresh(job->hearing);
    oyer_media_server_reply(
        job->owner->server, job->connection,
        oyer_media_reply_new(json_object_get(job->request, "id"), fields, error));
    g_object_unref(job->journal);
    json_decref(job->request);
    (void)g_atomic_int_add(&job->owner->pending, -1);
    g_free(job);
}

/* ---- on the control thread ---- */

static gboolean check_arm(json_t *request)
{
    const char *dir = oyer_json_string(request, "dir");

    return dir && g_path_is_absolute(dir) &&
           oyer_json_int(request, "reserve_bytes", 0) >= 0;
}

static gboolean check_mark(json_t *request)
{
    return json_is_object(json_object_get(request, "mark"));
}

static gboolean check_nothing(json_t *request)
{
    (void)request;
    return TRUE;
}

static const struct {
    const char *name;
    gboolean (*check)(json_t *request);
    json_t *(*work)(json_t *request, OyerJournalSink *journal, GError **error);
} requests[] = {
    {"journal.arm", check_arm, arm},
    {"journal.start", check_nothing, start},
    {"journal.mark", check_mark, mark},
    {"journal.close", check_nothing, close_journal},
};

gboolean oyer_media_journals_request(OyerMediaJournals *self, OyerMediaHearing *hearing,
                                     const char *name, json_t *request,
                                     guint64 connection, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(requests); i++) {
        Job *job;

        if (strcmp(requests[i].name, name) != 0)
            continue;
        if (!requests[i].check(request)) {
            g_set_error(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_BAD_REQUEST,
                        "a field of %s is missing or wrong", name);
            return FALSE;
        }
        job = g_new0(Job, 1);
        job->owner = self;
        job->hearing = hearing;
        job->journal = g_object_ref(oyer_media_hearing_journal(hearing));
        job->work = requests[i].work;
        job->request = json_deep_copy(request);
        job->connection = connection;
        (void)g_atomic_int_add(&self->pending, 1);
        oyer_worker_post(self->disk, run, job);
        return TRUE;
    }
    return FALSE;
}

gboolean oyer_media_journals_is_open(OyerMediaJournals *self, OyerMediaHearing *hearing)
{
    g_auto(OyerJournalStatus) status = {0};

    if (g_atomic_int_get(&self->pending) > 0)
        return TRUE;
    oyer_journal_sink_status(oyer_media_hearing_journal(hearing), &status);
    return status.state == OYER_JOURNAL_OPEN;
}

OyerMediaJournals *oyer_media_journals_new(OyerMediaServer *server)
{
    OyerMediaJournals *self = g_new0(OyerMediaJournals, 1);

    self->server = server;
    self->disk = oyer_worker_new("journals");
    return self;
}

void oyer_media_journals_free(OyerMediaJournals *self)
{
    if (!self)
        return;
    oyer_worker_free(self->disk);
    g_free(self);
}
