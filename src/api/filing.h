/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the files that know filings share: filing.c (the filer), upload.c (files),
 * registry.c (the staff), register.c (the cases that filings become), filing_desk.c (a
 * request's way to the database and back).
 *
 * Thread: main.
 */
#pragma once

#include "api/staff.h"
#include "docket/filing_course.h"
#include "docket/filing_document.h"

/* The malware scanner (scan.c). */
typedef struct OyerScans OyerScans;
/* Reads documents for the search (reading.c). */
typedef struct OyerReader OyerReader;

typedef struct OyerDesk {
    OyerFilingRules rules;
    OyerCalendar *calendar;
    json_t *causes, *clocks, *fees, *papers;
    GHashTable *busy;  /* file id → parts under way; −1: being finished */
    GThreadPool *disk; /* reads and writes files */
    OyerScans *scans;  /* NULL: the court has no scanner */
    OyerReader *reader;
    guint tick_source;
    gboolean is_expiring; /* a job of the clock is under way */
} OyerDesk;

typedef struct OyerErrand OyerErrand;

/* On the database thread.  Sets answer; may set result. */
typedef gboolean (*OyerErrandRun)(OyerDb *db, OyerErrand *self, GError **error);

/* One request and all that it brought. */
struct OyerErrand {
    OyerHouse *house;
    OyerRequest *request;
    OyerFilingActor actor;
    char actor_id[OYER_ID_SIZE], court[OYER_ID_SIZE];
    OyerStaffSession staff; /* of the staff's errands */
    char filing[OYER_ID_SIZE], object[OYER_ID_SIZE];
    json_t *body;
    OyerFilingStep step;
    gint64 number;

    OyerErrandRun run;
    void (*then)(OyerErrand *self); /* on main instead of an answer; takes @self */
    guint status;                   /* of success */
    OyerFilingAnswer answer;
    json_t *result; /* NULL after DONE: the filing itself is the answer */
    json_t *missing;
    char *why;
    OyerFilingFile file;
    gboolean is_writable;
    GPtrArray *gone; /* ids of files to take away */
    GBytes *(*set)(const OyerErrand *self, GError **error); /* of a paper */
    const char *page_name;
    GBytes *page;
};

/*
 * A new errand of a filer, or of the staff; its ids from {filing} and @object (the name
 * of a part of the path, or NULL).  NULL: answered with 404 already.
 */
OyerErrand *oyer_errand_of_filer(OyerHouse *house, OyerRequest *request,
                                 const OyerVisitor *visitor, const char *object);
OyerErrand *oyer_errand_of_staff(OyerHouse *house, OyerRequest *request,
                                 const OyerStaffSession *staff, const char *object);

/* The same with the JSON object in its body. */
OyerErrand *oyer_errand_of_filer_with_body(OyerHouse *house, OyerRequest *request,
                                           const OyerVisitor *visitor,
                                           const char *object);
OyerErrand *oyer_errand_with_body(OyerHouse *house, OyerRequest *request,
                                  const OyerStaffSession *staff, const char *object);

/* Takes @self to the database with @run and answers. */
void oyer_errand_send(OyerErrand *self, OyerErrandRun run);

/* Answers 400 and ends @self. */
void oyer_errand_refuse(OyerErrand *self, const GError *error);

/* Answers with the error of @self->answer, or any. */
void oyer_errand_respond_answer(OyerErrand *self);
void oyer_errand_respond(OyerErrand *self, OyerResponse *response);

void oyer_errand_free(gpointer self);

/* TRUE if @text is clean, not empty and short enough. */
gboolean oyer_errand_is_text(const char *text, gsize max_characters);

/* Where a file of a filing lies.  (transfer full) */
char *oyer_desk_path(OyerHouse *house, const char *filing, const char *file);

/*
 * Takes @errand (with all it has) to a thread of the disk for @on_disk, and back to main
 * for @after, which answers.
 */
void oyer_desk_run(OyerErrand *errand, void (*on_disk)(OyerErrand *errand),
                   void (*after)(OyerErrand *errand));

/*
 * Takes @self to the database with @run and answers with a PDF called @name, which @set
 * makes of self->result on a thread of the disk.
 */
void oyer_errand_send_paper(OyerErrand *self, OyerErrandRun run,
                            GBytes *(*set)(const OyerErrand *self, GError **error),
                            const char *name);

/* Takes files away, on the disk's thread. */
void oyer_desk_forget(OyerHouse *house, const char *filing, GPtrArray *files);

/* The bytes of a file that is ready, with ranges. */
OyerResponse *oyer_desk_content(OyerHouse *house, const OyerFilingFile *file);

/* The same of @self->file, as the answer to @self, which ends. */
void oyer_desk_send_content(OyerErrand *self);

/* The file of a filing, for the registry: nobody reads before it is written down that he
 * does (registry.c).  Thread: database. */
gboolean oyer_registry_find_file(OyerDb *db, OyerErrand *self, GError **error);

/* self->step with the words of the body, which were checked.  Thread: database. */
gboolean oyer_registry_take_step(OyerDb *db, OyerErrand *self, GError **error);

/* The bytes of {file} for the staff, once @find has found it. */
void oyer_registry_send_content(OyerHouse *house, OyerRequest *request,
                                const OyerStaffSession *staff, OyerErrandRun find);

/* ---- the malware scanner (scan.c) ---- */

/* @place: of clamd, checked. */
OyerScans *oyer_scans_new(OyerHouse *house, const char *place);
void oyer_scans_stop(OyerScans *self);
void oyer_scans_free(OyerScans *self);

/* FALSE: there is none, or it did not answer a moment ago.  NULL is fine. */
gboolean oyer_scans_may_ask(const OyerScans *self);

/* Takes @data. */
typedef void (*OyerScanDone)(gpointer data, OyerScanVerdict verdict,
                             const char *finding);

/* Asks about the file at @path.  When the server stops first, @data goes to
 * @destroy instead. */
void oyer_scans_ask(OyerScans *self, const char *path, OyerScanDone done, gpointer data,
                    GDestroyNotify destroy);

/* Asks about what came while the scanner was away.  NULL is fine. */
void oyer_scans_catch_up(OyerScans *self);

/* ---- the reader of documents (reading.c) ---- */

OyerReader *oyer_reader_new(OyerHouse *house);
void oyer_reader_stop(OyerReader *self);
void oyer_reader_free(OyerReader *self);

/* Reads what is to be read, until nothing is left. */
void oyer_reader_go_on(OyerReader *self);

/* Every folder's routes. */
void oyer_filing_routes(OyerHouse *self);         /* filing.c */
void oyer_upload_routes(OyerHouse *self);         /* upload.c */
void oyer_registry_routes(OyerHouse *self);       /* registry.c */
void oyer_register_routes(OyerHouse *self);       /* register.c */
void oyer_sealed_routes(OyerHouse *self);         /* sealed.c */
void oyer_consent_routes(OyerHouse *self);        /* consent.c */
void oyer_representative_routes(OyerHouse *self); /* representative.c */
void oyer_certificate_routes(OyerHouse *self);    /* certificate.c */
void oyer_term_routes(OyerHouse *self);           /* term.c */
void oyer_paper_routes(OyerHouse *self);          /* paper.c */
void oyer_mediation_routes(OyerHouse *self);      /* mediation.c */
