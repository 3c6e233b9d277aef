/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The malware scanner at work: upload.c asks about what has just come in; the clock
 * asks again about what came while the scanner was away.  A scanner that does not answer
 * is left alone for a while, so that nobody's upload waits for it.
 *
 * Thread: main; functions with an OyerDb run on the database thread, work() on a thread
 * of its own, where scanning does not keep parts from the disk.
 */
#include "api/filing.h"
#include "api/internal.h"
#include "base/clock.h"

#define SCAN_THREADS 2
#define LEFT_ALONE_US (30 * OYER_SECOND_US)

/* clamd's own limits are 120 s for reading and for a scan (clamd.conf(5)). */
#define SILENCE_S 10
#define VERDICT_S 60

struct OyerScans {
    OyerHouse *house;
    char *place;
    OyerScanner scanner;
    GCancellable *stopped;
    GThreadPool *threads; /* NULL: the server stops */
    gint64 alone_until_us;
    gboolean is_catching_up;
};

typedef struct {
    OyerScans *scans;
    char *path;
    OyerScanVerdict verdict;
    char finding[OYER_SCAN_FINDING_SIZE];
    GError *error;
    OyerScanDone done;
    gpointer data;
    GDestroyNotify destroy;
} Question;

static void question_free(Question *self)
{
    if (self->data != NULL)
        self->destroy(self->data);
    g_clear_error(&self->error);
    g_free(self->path);
    g_free(self);
}

static gboolean on_verdict(gpointer data)
{
    Question *self = data;
    OyerScans *scans = self->scans;

    /* After the end the database is not there any more. */
    if (scans->threads == NULL) {
        question_free(self);
        return G_SOURCE_REMOVE;
    }
    if (self->verdict == OYER_SCAN_FAILED) {
        g_warning("the malware scanner does not answer: %s", self->error->message);
        scans->alone_until_us = g_get_monotonic_time() + LEFT_ALONE_US;
    }
    self->done(g_steal_pointer(&self->data), self->verdict, self->finding);
    question_free(self);
    return G_SOURCE_REMOVE;
}

static void work(gpointer data, gpointer unused G_GNUC_UNUSED)
{
    Question *self = data;
    OyerScans *scans = self->scans;

    self->verdict = oyer_scan_file(&scans->scanner, self->path, scans->stopped,
                                   self->finding, &self->error);
    g_main_context_invoke_full(NULL, G_PRIORITY_DEFAULT, on_verdict, self, NULL);
}

gboolean oyer_scans_may_ask(const OyerScans *self)
{
    return self != NULL && self->threads != NULL &&
           g_get_monotonic_time() >= self->alone_until_us;
}

void oyer_scans_ask(OyerScans *self, const char *path, OyerScanDone done, gpointer data,
                    GDestroyNotify destroy)
{
    Question *question = g_new0(Question, 1);

    *question = (Question){.scans = self,
                           .path = g_strdup(path),
                           .done = done,
                           .data = data,
                           .destroy = destroy};
    g_thread_pool_push(self->threads, question, NULL);
}

/* ---- what came while the scanner was away ---- */

typedef struct {
    OyerScans *scans;
    OyerFilingFile file;
    gboolean is_found;
} Late;

static void late_free(gpointer data)
{
    Late *self = data;

    oyer_filing_file_clear(&self->file);
    g_free(self);
}

static gboolean find_late(OyerDb *db, gpointer data, GError **error)
{
    Late *self = data;

    return oyer_docket_unscanned_file(db, &self->file, &self->is_found, error);
}

static gboolean note_late(OyerDb *db, gpointer data, GError **error)
{
    return oyer_docket_note_scan(db, &((Late *)data)->file, oyer_clock_now_us(NULL),
                                 error);
}

static void on_noted(gpointer data, const GError *error)
{
    OyerScans *scans = ((Late *)data)->scans;

    scans->is_catching_up = FALSE;
    if (error != NULL)
        g_critical("what the scanner says cannot be noted: %s", error->message);
    else
        oyer_scans_catch_up(scans);
}

static void on_late_verdict(gpointer data, OyerScanVerdict verdict, const char *finding)
{
    Late *self = data;

    oyer_filing_file_judge(&self->file, verdict, finding);
    oyer_db_submit(self->scans->house->config.db, note_late, self, on_noted, late_free);
}

static void on_late(gpointer data, const GError *error)
{
    Late *self = data;
    OyerScans *scans = self->scans;

    if (error != NULL || !self->is_found || !oyer_scans_may_ask(scans)) {
        scans->is_catching_up = FALSE;
        late_free(self);
        return;
    }
    g_autofree char *path =
        oyer_desk_path(scans->house, self->file.filing, self->file.id);
    oyer_scans_ask(scans, path, on_late_verdict, self, late_free);
}

void oyer_scans_catch_up(OyerScans *self)
{
    if (!oyer_scans_may_ask(self) || self->is_catching_up)
        return;
    Late *late = g_new0(Late, 1);
    late->scans = self;
    self->is_catching_up = TRUE;
    oyer_db_submit(self->house->config.db, find_late, late, on_late, NULL);
}

/* ---- beginning and end ---- */

OyerScans *oyer_scans_new(OyerHouse *house, const char *place)
{
    OyerScans *self = g_new0(OyerScans, 1);

    self->house = house;
    self->place = g_strdup(place);
    self->scanner = (OyerScanner){self->place, SILENCE_S, VERDICT_S};
    self->stopped = g_cancellable_new();
    self->threads = g_thread_pool_new(work, NULL, SCAN_THREADS, FALSE, NULL);
    return self;
}

void oyer_scans_stop(OyerScans *self)
{
    if (self == NULL || self->threads == NULL)
        return;
    g_cancellable_cancel(self->stopped);
    g_thread_pool_free(g_steal_pointer(&self->threads), FALSE, TRUE);
}

void oyer_scans_free(OyerScans *self)
{
    if (self == NULL)
        return;
    oyer_scans_stop(self);
    g_object_unref(self->stopped);
    g_free(self->place);
    g_free(self);
}
