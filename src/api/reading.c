/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The reader at work: documents on the sheets are read for the search of the register,
 * one after the other, each in a process of its own (filing/reading.h).  A document that
 * makes it fail is marked, and the next one is read.
 *
 * Thread: main; functions with an OyerDb run on the database thread, work() on a thread
 * of its own.
 */
#include "api/filing.h"
#include "api/internal.h"
#include "docket/document_text.h"

/* When there is no pdftotext: somebody may install it. */
#define LEFT_ALONE_US (600 * OYER_SECOND_US)

struct OyerReader {
    OyerHouse *house;
    GCancellable *stopped;
    GThreadPool *thread;
    gint64 alone_until_us; /* monotonic */
    gboolean is_busy, has_recovered;
};

/* A document on its way. */
typedef struct {
    OyerReader *reader;
    OyerDocumentText text;
    gboolean is_found;
    GPtrArray *pieces; /* NULL: @error says why */
    GError *error;
    guint kept; /* pieces in the register */
} Errand;

static void errand_free(gpointer data)
{
    Errand *self = data;

    g_clear_pointer(&self->pieces, g_ptr_array_unref);
    g_clear_error(&self->error);
    g_free(self);
}

/* The errand is over; with the next one when it went well. */
static void end(Errand *self, const GError *error)
{
    OyerReader *reader = self->reader;

    errand_free(self);
    reader->is_busy = FALSE;
    if (error != NULL)
        g_critical("the texts of documents cannot be kept: %s", error->message);
    else
        oyer_reader_go_on(reader);
}

/* ---- keeping ---- */

/* Thread: database. */
static gboolean settle(OyerDb *db, gpointer data, GError **error)
{
    Errand *self = data;

    if (self->pieces != NULL)
        return oyer_docket_keep_text(db, &self->text, self->pieces, self->kept,
                                     &self->kept, error);
    if (g_error_matches(self->error, OYER_READING_ERROR, OYER_READING_ERROR_AWAY))
        return oyer_docket_return_text(db, self->text.file, error);
    return oyer_docket_fail_text(db, self->text.file,
                                 oyer_reading_error_word(self->error), error);
}

static void on_settled(gpointer data, const GError *error)
{
    Errand *self = data;

    if (error == NULL && self->pieces != NULL && self->kept < self->pieces->len)
        oyer_db_submit(self->reader->house->config.db, settle, self, on_settled, NULL);
    else
        end(self, error);
}

/* ---- reading ---- */

static gboolean on_read(gpointer data)
{
    Errand *self = data;
    OyerReader *reader = self->reader;

    /* After the end the database is not there any more; the claim begins anew. */
    if (reader->thread == NULL) {
        errand_free(self);
        return G_SOURCE_REMOVE;
    }
    if (self->error != NULL)
        g_info("file=%s is not read: %s", self->text.file, self->error->message);
    if (g_error_matches(self->error, OYER_READING_ERROR, OYER_READING_ERROR_AWAY)) {
        g_warning("documents are not read: %s", self->error->message);
        reader->alone_until_us = g_get_monotonic_time() + LEFT_ALONE_US;
    }
    oyer_db_submit(reader->house->config.db, settle, self, on_settled, NULL);
    return G_SOURCE_REMOVE;
}

static void work(gpointer data, gpointer unused G_GNUC_UNUSED)
{
    Errand *self = data;
    OyerReader *reader = self->reader;
    g_autofree char *path =
        oyer_desk_path(reader->house, self->text.filing, self->text.file);

    self->pieces = oyer_reading_read(&oyer_reading_limits, path, self->text.type,
                                     reader->stopped, &self->error);
    g_main_context_invoke_full(NULL, G_PRIORITY_DEFAULT, on_read, self, NULL);
}

/* ---- the next one ---- */

/* Thread: database. */
static gboolean claim(OyerDb *db, gpointer data, GError **error)
{
    Errand *self = data;

    if (!self->reader->has_recovered && !oyer_docket_recover_texts(db, error))
        return FALSE;
    return oyer_docket_claim_text(db, &self->text, &self->is_found, error);
}

static void on_claimed(gpointer data, const GError *error)
{
    Errand *self = data;
    OyerReader *reader = self->reader;

    if (error == NULL)
        reader->has_recovered = TRUE;
    if (error == NULL && self->is_found && reader->thread != NULL) {
        g_thread_pool_push(reader->thread, self, NULL);
        return;
    }
    if (error != NULL)
        g_critical("the next document cannot be found: %s", error->message);
    reader->is_busy = FALSE;
    errand_free(self);
}

void oyer_reader_go_on(OyerReader *self)
{
    if (self->is_busy || self->thread == NULL ||
        g_get_monotonic_time() < self->alone_until_us)
        return;
    Errand *errand = g_new0(Errand, 1);
    errand->reader = self;
    self->is_busy = TRUE;
    oyer_db_submit(self->house->config.db, claim, errand, on_claimed, NULL);
}

/* ---- how far it is ---- */

static gboolean progress(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_docket_text_progress(db, self->staff.court, &self->result, error);
}

static void get_progress(OyerRequest *request, const OyerStaffSession *staff,
                         gpointer data)
{
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, NULL);

    if (self != NULL)
        oyer_errand_send(self, progress);
}

/* ---- beginning and end ---- */

OyerReader *oyer_reader_new(OyerHouse *house)
{
    OyerReader *self = g_new0(OyerReader, 1);

    self->house = house;
    self->stopped = g_cancellable_new();
    self->thread = g_thread_pool_new(work, NULL, 1, FALSE, NULL);
    oyer_house_staff_route(house, "GET", "/api/v1/register/texts",
                           OYER_RIGHT_READ_REGISTER, get_progress);
    return self;
}

void oyer_reader_stop(OyerReader *self)
{
    if (self == NULL || self->thread == NULL)
        return;
    g_cancellable_cancel(self->stopped);
    g_thread_pool_free(g_steal_pointer(&self->thread), FALSE, TRUE);
}

void oyer_reader_free(OyerReader *self)
{
    if (self == NULL)
        return;
    oyer_reader_stop(self);
    g_object_unref(self->stopped);
    g_free(self);
}
