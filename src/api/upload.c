/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Files of a filing come in and are read: the database says whose a file is, a thread
 * of the disk does the rest, main sees to it that the two ends of an upload do not
 * meet: no part while the file is being finished, no finish while a part is under way.
 *
 * Thread: main; functions with an OyerDb run on the database thread, those of the
 * pool on a thread of its own.
 */
#include <string.h>
#include <sys/statvfs.h>

#include "api/filing.h"
#include "api/internal.h"
#include "base/file.h"
#include "filing/parts.h"
#include "filing/type.h"

/* What must stay free on the disk for hearings that are being recorded. */
#define FREE_BYTES (G_GINT64_CONSTANT(1) * 1024 * 1024 * 1024)

/* Larger files are checked while the client goes on asking. */
#define AT_ONCE_BYTES (64 * 1024 * 1024)

#define DISK_THREADS 2
#define MISSING_PAIRS 100
#define FINISHING (-1)

/* ---- the disk's jobs ---- */

typedef struct Job Job;
struct Job {
    OyerErrand *errand; /* NULL: nobody waits for an answer any more */
    OyerHouse *house;
    void (*work)(Job *self); /* on a thread of the pool */
    void (*done)(Job *self); /* on main; frees nothing */
    char *path;
    OyerParts parts;
    GBytes *bytes;
    guint number;
    char sha256[OYER_SHA256_HEX_SIZE]; /* wanted, or computed */
    char wanted[OYER_SHA256_HEX_SIZE];
    OyerFilingFile file;
    OyerPartsAnswer answer;
    OyerTypeVerdict verdict;
    GArray *missing;
    GPtrArray *gone;
    gboolean keeps_file;
    void (*on_disk)(OyerErrand *errand); /* of oyer_desk_run() */
    void (*after)(OyerErrand *errand);
    GError *error;
};

static void job_free(Job *self)
{
    g_free(self->path);
    g_clear_pointer(&self->bytes, g_bytes_unref);
    oyer_filing_file_clear(&self->file);
    g_clear_pointer(&self->missing, g_array_unref);
    g_clear_pointer(&self->gone, g_ptr_array_unref);
    g_clear_error(&self->error);
    g_clear_pointer(&self->errand, oyer_errand_free);
    g_free(self);
}

static gboolean on_job(gpointer data)
{
    Job *self = data;

    /* After the end the database is not there any more. */
    if (self->done != NULL && self->house->desk->disk != NULL)
        self->done(self);
    else if (self->errand != NULL)
        oyer_request_refuse_store(g_steal_pointer(&self->errand->request), NULL);
    job_free(self);
    return G_SOURCE_REMOVE;
}

static void work(gpointer data, gpointer unused G_GNUC_UNUSED)
{
    Job *self = data;

    self->work(self);
    g_main_context_invoke_full(NULL, G_PRIORITY_DEFAULT, on_job, self, NULL);
}

static Job *job_new(OyerErrand *errand, void (*func)(Job *self),
                    void (*done)(Job *self))
{
    Job *self = g_new0(Job, 1);

    self->errand = errand;
    self->house = errand->house;
    self->work = func;
    self->done = done;
    self->path = oyer_desk_path(self->house, errand->file.filing, errand->file.id);
    self->parts = (OyerParts){self->path, errand->file.size_bytes};
    self->file = errand->file;
    self->file.name = g_strdup(errand->file.name);
    self->file.type = g_strdup(errand->file.type);
    return self;
}

/* FALSE: the server stops. */
static void job_push(Job *self)
{
    OyerDesk *desk = self->house->desk;

    if (desk->disk != NULL) {
        g_thread_pool_push(desk->disk, self, NULL);
        return;
    }
    oyer_request_refuse_store(g_steal_pointer(&self->errand->request), NULL);
    job_free(self);
}

static void work_errand(Job *self)
{
    self->on_disk(self->errand);
}

static void done_errand(Job *self)
{
    self->after(self->errand);
}

void oyer_desk_run(OyerErrand *errand, void (*on_disk)(OyerErrand *errand),
                   void (*after)(OyerErrand *errand))
{
    Job *self = job_new(errand, work_errand, done_errand);

    self->on_disk = on_disk;
    self->after = after;
    job_push(self);
}

/* ---- taking away ---- */

static void work_forget(Job *self)
{
    for (guint i = 0; i < self->gone->len; i++) {
        g_autofree char *path =
            g_build_filename(self->path, self->gone->pdata[i], NULL);
        const OyerParts parts = {path, 0};
        oyer_parts_forget(&parts, !self->keeps_file);
    }
}

/* The lists of parts, or the files with them. */
static void forget(OyerHouse *house, const char *filing, GPtrArray *files,
                   gboolean keeps_file)
{
    if (house->desk->disk == NULL || files->len == 0)
        return;
    Job *job = g_new0(Job, 1);
    job->house = house;
    job->work = work_forget;
    job->path = g_build_filename(house->data_dir, "filings", filing, NULL);
    job->gone = g_ptr_array_ref(files);
    job->keeps_file = keeps_file;
    g_thread_pool_push(house->desk->disk, job, NULL);
}

void oyer_desk_forget(OyerHouse *house, const char *filing, GPtrArray *files)
{
    forget(house, filing, files, FALSE);
}

/* ---- who works on a file ---- */

static gint busy(OyerHouse *house, const char *file)
{
    return GPOINTER_TO_INT(g_hash_table_lookup(house->desk->busy, file));
}

static void set_busy(OyerHouse *house, const char *file, gint count)
{
    if (count == 0)
        g_hash_table_remove(house->desk->busy, file);
    else
        g_hash_table_replace(house->desk->busy, g_strdup(file), GINT_TO_POINTER(count));
}

static void refuse(OyerErrand *self, guint status, const char *code, const char *text)
{
    oyer_errand_respond(self, oyer_response_error(status, code, text));
}

static void refuse_parts(OyerErrand *self, OyerPartsAnswer answer, const GError *error)
{
    static const struct {
        guint status;
        const char *code, *text;
    } rows[] = {
        [OYER_PARTS_BAD] = {400, "bad_part", "no such part, or not of its length"},
        [OYER_PARTS_HASH] = {422, "hash", "this is not what was announced: send again"},
        [OYER_PARTS_DIFFERS] = {409, "part_differs", "another part was sent before"},
        [OYER_PARTS_MISSING] = {409, "parts_missing", "ask which are missing"},
        [OYER_PARTS_FAILED] = {503, "store", "the server cannot do it now"},
    };

    if (answer == OYER_PARTS_FAILED)
        g_critical("a file cannot be written: %s", error ? error->message : "?");
    refuse(self, rows[answer].status, rows[answer].code, rows[answer].text);
}

/* ---- what is missing ---- */

static json_t *missing_json(const GArray *pairs)
{
    json_t *list = json_array();

    for (guint i = 0; pairs != NULL && i + 1 < pairs->len; i += 2)
        json_array_append_new(
            list, oyer_json_pack("[i,i]", (int)g_array_index(pairs, guint, i),
                                 (int)g_array_index(pairs, guint, i + 1)));
    return list;
}

static void work_missing(Job *self)
{
    g_autofree char *folder = g_path_get_dirname(self->path);

    if (oyer_dir_make(folder, &self->error))
        self->missing = oyer_parts_missing(&self->parts, MISSING_PAIRS, &self->error);
}

static void done_missing(Job *self)
{
    OyerErrand *errand = self->errand;

    if (self->missing == NULL) {
        refuse_parts(errand, OYER_PARTS_FAILED, self->error);
        return;
    }
    oyer_errand_respond(
        errand,
        oyer_response_json(errand->status,
                           oyer_json_pack("{s:o,s:o}", "file",
                                          oyer_filing_file_json(&errand->file),
                                          "missing", missing_json(self->missing))));
}

/* A file as it is: what is missing of it only while it comes. */
static void respond_file(OyerErrand *self)
{
    if (!strcmp(self->file.state, "uploading") &&
        busy(self->house, self->file.id) == FINISHING)
        g_strlcpy(self->file.state, "checking", sizeof self->file.state);
    if (!strcmp(self->file.state, "uploading")) {
        job_push(job_new(self, work_missing, done_missing));
        return;
    }
    oyer_errand_respond(
        self, oyer_response_json(self->status,
                                 oyer_json_pack("{s:o,s:[]}", "file",
                                                oyer_filing_file_json(&self->file),
                                                "missing")));
    oyer_errand_free(self);
}

static gboolean find(OyerDb *db, OyerErrand *self, GError **error)
{
    gboolean found = FALSE;

    if (!oyer_docket_find_file(db, &self->actor, self->filing, self->object,
                               &self->file, &found, &self->is_writable, error))
        return FALSE;
    self->answer = found ? OYER_FILING_DONE : OYER_FILING_NO_SUCH;
    return TRUE;
}

static void get_file(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    OyerErrand *self = oyer_errand_of_filer(data, request, visitor, "file");

    if (self == NULL)
        return;
    self->then = respond_file;
    oyer_errand_send(self, find);
}

/* ---- a new file ---- */

static gboolean add_file(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_docket_add_file(db, &self->actor, self->filing, self->object,
                                oyer_json_string(self->body, "name"), self->number,
                                oyer_clock_now_us(NULL), &self->answer, &self->file,
                                error);
}

static gboolean has_space(OyerHouse *house, gint64 size_bytes)
{
    struct statvfs disk;

    return statvfs(house->data_dir, &disk) != 0 ||
           (gint64)disk.f_bavail * (gint64)disk.f_frsize >= size_bytes + FREE_BYTES;
}

static void post_file(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    g_autoptr(json_t) body = oyer_request_json(request);
    g_autoptr(GError) error = NULL;
    const char *name;
    json_int_t size_bytes;

    if (body == NULL)
        return;
    OyerErrand *self = oyer_errand_of_filer(data, request, visitor, "document");
    if (self == NULL)
        return;
    self->body = json_incref(body);
    if (!oyer_json_unpack(body, &error, "{s:s,s:I}", "name", &name, "size_bytes",
                          &size_bytes) ||
        !oyer_filing_name_is_valid(name) || size_bytes < 1) {
        oyer_errand_refuse(self, error);
        return;
    }
    if (size_bytes > OYER_FILING_FILE_MAX_BYTES || !has_space(data, size_bytes)) {
        if (size_bytes > OYER_FILING_FILE_MAX_BYTES)
            refuse(self, 413, "too_large", "the file is too large");
        else
            refuse(self, 507, "no_space", "the court's disk is full");
        oyer_errand_free(self);
        return;
    }
    self->number = size_bytes;
    self->status = 201;
    self->then = respond_file;
    oyer_errand_send(self, add_file);
}

/* ---- a part ---- */

static void work_part(Job *self)
{
    self->answer = oyer_parts_put(&self->parts, self->number, self->bytes, self->wanted,
                                  &self->error);
}

static void done_part(Job *self)
{
    set_busy(self->house, self->file.id, busy(self->house, self->file.id) - 1);
    if (self->answer != OYER_PARTS_FINE)
        refuse_parts(self->errand, self->answer, self->error);
    else
        oyer_errand_respond(self->errand,
                            oyer_response_json(200, oyer_json_pack("{s:i}", "part",
                                                                   (int)self->number)));
}

static void take_part(OyerErrand *self)
{
    const char *sha256 = oyer_request_query(self->request, "sha256");
    gint count = busy(self->house, self->file.id);

    if (!self->is_writable || count == FINISHING) {
        if (count == FINISHING)
            refuse(self, 409, "busy", "the file is being finished");
        else
            refuse(self, 409, "wrong_state", "this file takes no more parts");
        oyer_errand_free(self);
        return;
    }
    Job *job = job_new(self, work_part, done_part);
    job->bytes = g_bytes_ref(oyer_request_body(self->request));
    job->number = (guint)self->number;
    g_strlcpy(job->wanted, sha256 ? sha256 : "", sizeof job->wanted);
    set_busy(self->house, self->file.id, count + 1);
    job_push(job);
}

static void post_part(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    const char *type = oyer_request_field(request, OYER_FIELD_CONTENT_TYPE);
    const char *part = oyer_request_param(request, "part");
    guint64 number = 0;

    /* No form of another site can send this type. */
    if (g_strcmp0(type, "application/octet-stream") != 0 ||
        !g_ascii_string_to_unsigned(part, 10, 0, G_MAXUINT16, &number, NULL)) {
        oyer_request_respond(
            request, oyer_response_error(400, "bad_part", "not a part of a file"));
        return;
    }
    OyerErrand *self = oyer_errand_of_filer(data, request, visitor, "file");
    if (self == NULL)
        return;
    self->number = (gint64)number;
    self->then = take_part;
    oyer_errand_send(self, find);
}

/* ---- the end of an upload ---- */

/* Sets the file's state by what it is; a refused one leaves no bytes. */
static void judge_file(Job *self)
{
    const OyerFilingType *type = NULL;
    g_autofree char *found = oyer_filing_type_find(self->path, &self->error);

    if (found == NULL) {
        self->answer = OYER_PARTS_FAILED;
        return;
    }
    self->verdict = oyer_filing_type_judge(found, self->file.name, &type);
    gboolean is_fine = self->verdict == OYER_TYPE_FINE;
    g_strlcpy(self->file.state, is_fine ? "ready" : "refused", sizeof self->file.state);
    g_strlcpy(self->file.reason,
              is_fine                           ? ""
              : self->verdict == OYER_TYPE_NAME ? "name"
                                                : "type",
              sizeof self->file.reason);
    g_strlcpy(self->file.sha256, self->sha256, sizeof self->file.sha256);
    g_free(self->file.type);
    self->file.type = g_strdup(type ? type->type : "");
}

static void work_finish(Job *self)
{
    self->answer = oyer_parts_finish(&self->parts, self->sha256, &self->error);
    if (self->answer == OYER_PARTS_FINE && *self->wanted &&
        g_ascii_strcasecmp(self->wanted, self->sha256) != 0)
        self->answer = OYER_PARTS_HASH;
    if (self->answer == OYER_PARTS_FINE)
        judge_file(self);
}

typedef struct {
    OyerHouse *house;
    OyerErrand *errand;
    OyerFilingFile file;
} Settle;

static void settle_free(gpointer data)
{
    Settle *self = data;

    oyer_filing_file_clear(&self->file);
    /* Nobody came to an answer: the server stops. */
    if (self->errand != NULL && self->errand->request != NULL)
        oyer_request_refuse_store(g_steal_pointer(&self->errand->request), NULL);
    g_clear_pointer(&self->errand, oyer_errand_free);
    g_free(self);
}

/* Thread: database. */
static gboolean settle(OyerDb *db, gpointer data, GError **error)
{
    return oyer_docket_settle_file(db, &((Settle *)data)->file, oyer_clock_now_us(NULL),
                                   error);
}

static void on_settled(gpointer data, const GError *error)
{
    Settle *self = data;
    g_autoptr(GPtrArray) gone = g_ptr_array_new_with_free_func(g_free);

    set_busy(self->house, self->file.id, 0);
    g_ptr_array_add(gone, g_strdup(self->file.id));
    if (error == NULL)
        forget(self->house, self->file.filing, gone,
               strcmp(self->file.state, "ready") == 0);
    if (self->errand == NULL) {
        if (error != NULL)
            g_critical("a file that is whole cannot be noted: %s", error->message);
        return;
    }
    if (error != NULL) {
        oyer_request_refuse_store(g_steal_pointer(&self->errand->request), error);
        return;
    }
    oyer_errand_respond(
        self->errand,
        oyer_response_json(200, oyer_json_pack("{s:o,s:[]}", "file",
                                               oyer_filing_file_json(&self->file),
                                               "missing")));
}

static void settle_later(Settle *self)
{
    oyer_db_submit(self->house->config.db, settle, self, on_settled, settle_free);
}

static void on_scanned(gpointer data, OyerScanVerdict verdict, const char *finding)
{
    Settle *self = data;

    oyer_filing_file_judge(&self->file, verdict, finding);
    settle_later(self);
}

static void done_finish(Job *self)
{
    OyerScans *scans = self->house->desk->scans;

    if (self->answer != OYER_PARTS_FINE) {
        set_busy(self->house, self->file.id, 0);
        if (self->errand != NULL)
            refuse_parts(self->errand, self->answer, self->error);
        else
            g_message("filing=%s file=%s is not whole", self->file.filing,
                      self->file.id);
        return;
    }
    Settle *next = g_new0(Settle, 1);
    next->house = self->house;
    next->errand = g_steal_pointer(&self->errand);
    next->file = self->file;
    self->file = (OyerFilingFile){0};
    if (!strcmp(next->file.state, "ready") && oyer_scans_may_ask(scans))
        oyer_scans_ask(scans, self->path, on_scanned, next, settle_free);
    else
        settle_later(next);
}

/* The client need not wait: it asks again. */
static void respond_checking(Job *job)
{
    OyerErrand *errand = g_steal_pointer(&job->errand);

    g_strlcpy(errand->file.state, "checking", sizeof errand->file.state);
    oyer_errand_respond(
        errand,
        oyer_response_json(202, oyer_json_pack("{s:o,s:[]}", "file",
                                               oyer_filing_file_json(&errand->file),
                                               "missing")));
    oyer_errand_free(errand);
}

static void finish(OyerErrand *self)
{
    const char *wanted = oyer_json_string(self->body, "sha256");

    if (!strcmp(self->file.state, "ready") || !strcmp(self->file.state, "refused")) {
        respond_file(self);
        return;
    }
    if (!self->is_writable || busy(self->house, self->file.id) != 0) {
        if (self->is_writable)
            refuse(self, 409, "busy", "a part is under way");
        else
            refuse(self, 409, "wrong_state", "not in this state");
        oyer_errand_free(self);
        return;
    }
    Job *job = job_new(self, work_finish, done_finish);
    g_strlcpy(job->wanted, wanted ? wanted : "", sizeof job->wanted);
    set_busy(self->house, self->file.id, FINISHING);
    if (self->file.size_bytes > AT_ONCE_BYTES && self->house->desk->disk != NULL)
        respond_checking(job);
    job_push(job);
}

static void post_finish(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    g_autoptr(json_t) body = oyer_request_json(request);
    g_autoptr(GError) error = NULL;
    const char *sha256 = NULL;

    if (body == NULL)
        return;
    OyerErrand *self = oyer_errand_of_filer(data, request, visitor, "file");
    if (self == NULL)
        return;
    self->body = json_incref(body);
    if (!oyer_json_unpack(body, &error, "{s?s}", "sha256", &sha256)) {
        oyer_errand_refuse(self, error);
        return;
    }
    self->then = finish;
    oyer_errand_send(self, find);
}

/* ---- reading and taking away ---- */

static void get_content(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    OyerErrand *self = oyer_errand_of_filer(data, request, visitor, "file");

    if (self == NULL)
        return;
    self->then = oyer_desk_send_content;
    oyer_errand_send(self, find);
}

static gboolean remove_file(OyerDb *db, OyerErrand *self, GError **error)
{
    if (!oyer_docket_remove_file(db, &self->actor, self->filing, self->object,
                                 &self->answer, error))
        return FALSE;
    if (self->answer == OYER_FILING_DONE) {
        self->gone = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(self->gone, g_strdup(self->object));
    }
    return TRUE;
}

static void delete_file(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    OyerErrand *self = oyer_errand_of_filer(data, request, visitor, "file");

    if (self != NULL)
        oyer_errand_send(self, remove_file);
}

void oyer_upload_routes(OyerHouse *self)
{
    static const struct {
        const char *method, *path;
        OyerVisitorFunc func;
    } routes[] = {
        {"POST", "/api/v1/filings/{filing}/documents/{document}/files", post_file},
        {"GET", "/api/v1/filings/{filing}/files/{file}", get_file},
        {"DELETE", "/api/v1/filings/{filing}/files/{file}", delete_file},
        {"POST", "/api/v1/filings/{filing}/files/{file}/parts/{part}", post_part},
        {"POST", "/api/v1/filings/{filing}/files/{file}/finish", post_finish},
        {"GET", "/api/v1/filings/{filing}/files/{file}/content", get_content},
    };

    self->desk->disk = g_thread_pool_new(work, NULL, DISK_THREADS, FALSE, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(routes); i++)
        oyer_house_party_route(self, routes[i].method, routes[i].path, routes[i].func);
}
