/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Filings in the register: what a person writes, what he handed in, its documents, its
 * course (filing/machine.h), its trail.  docs/FILING.md has the shapes of what comes out
 * as JSON.
 *
 * Whoever asks says who he is; a filing that is not his, or not of his court, is not
 * there for him.  The registry never sees what has not been handed in.
 *
 * Thread: database.  Functions that change something make their own transaction.
 */
#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/text.h"
#include "docket/error.h"
#include "docket/notice.h"
#include "filing/calendar.h"
#include "filing/machine.h"
#include "identity/key.h"
#include "store/db.h"

#define OYER_FILING_FILES_MAX 200
#define OYER_FILING_DOCUMENTS_MAX 60
#define OYER_FILING_DRAFTS_MAX 20
#define OYER_FILING_MAX_BYTES (G_GINT64_CONSTANT(8) * 1024 * 1024 * 1024)

/* The court's settings.  All borrowed, and never changed while they are used. */
typedef struct {
    const OyerCalendar *calendar;
    const json_t *causes;
    const json_t *clocks; /* filing/term.h */
    const json_t *papers; /* filing/paper.h */
    const json_t *fees;   /* filing/fee.h */
    const OyerKey *key;
    const char *number_format; /* filing/number.h; NULL: the usual one */
    guint statutory_days;
    gint64 target_us; /* of working time */
    OyerNoticeRules notices;
} OyerFilingRules;

/* Who asks: a filer has a person, the registry an account and its court. */
typedef struct {
    OyerOffice office;
    const char *id;    /* person or account */
    const char *court; /* the registry's */
    gboolean reads_sealed;
} OyerFilingActor;

/* Why something was not done; what came out is written only for DONE. */
typedef enum {
    OYER_FILING_DONE,
    OYER_FILING_NO_SUCH,
    OYER_FILING_WRONG_STATE,
    OYER_FILING_STALE,
    OYER_FILING_BAD,        /* what was sent; @error of the caller's parser says it */
    OYER_FILING_INCOMPLETE, /* out: the list of what is missing */
    OYER_FILING_TOO_MANY,
    OYER_FILING_TOO_MANY_DRAFTS,
    OYER_FILING_TOO_LARGE,
    OYER_FILING_LATE_REASON,
    OYER_FILING_NEEDS_TWO,    /* no approval to spend */
    OYER_FILING_NO_AUTHORITY, /* of a representative; or it is over */
    OYER_FILING_TAKEN,        /* an address that is somebody else's */
    OYER_FILING_TOO_LATE,     /* to ask for it */
} OyerFilingAnswer;

typedef struct {
    char id[OYER_ID_SIZE], court[OYER_ID_SIZE], filer[OYER_ID_SIZE];
    char reviewer[OYER_ID_SIZE], case_id[OYER_ID_SIZE];
    OyerFilingState state;
    gint64 rev, round;
    json_t *content, *submitted;
    char *receipt_no, *case_number, *head_task;
    gint64 first_received_us, received_us, due_us, target_us, correction_due_us;
    gint64 decided_us, created_us, updated_us;
    gboolean is_late;
} OyerFiling;

void oyer_filing_clear(OyerFiling *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OyerFiling, oyer_filing_clear)

/* Reads it as far as @actor may see it. */
gboolean oyer_docket_find_filing(OyerDb *db, const OyerFilingActor *actor,
                                 const char *id, OyerFiling *out, gboolean *out_found,
                                 GError **error);

/* Writes what can change, if nobody wrote since; one more rev. */
gboolean oyer_docket_write_filing(OyerDb *db, OyerFiling *filing, gint64 now_us,
                                  OyerFilingAnswer *out_answer, GError **error);

/* One line of the trail.  @reason and @details (taken) may be NULL. */
gboolean oyer_docket_note_filing(OyerDb *db, const OyerFiling *filing,
                                 const OyerFilingActor *actor, const char *type,
                                 const char *object, const char *reason,
                                 json_t *details, gint64 now_us, GError **error);

/* The row of a new filing, or of a paper, and the first line of its trail; in the
 * caller's transaction. */
gboolean oyer_docket_put_filing(OyerDb *db, const OyerFilingActor *filer,
                                const char *id, const char *court,
                                OyerFilingState state, const json_t *content,
                                gint64 now_us, GError **error);

gboolean oyer_docket_add_filing(OyerDb *db, const OyerFilingActor *filer,
                                const char *court, const char *language, gint64 now_us,
                                OyerFilingAnswer *out_answer, char out_id[OYER_ID_SIZE],
                                GError **error);

/* Saves a step of the form. */
gboolean oyer_docket_save_filing(OyerDb *db, const OyerFilingActor *filer,
                                 const OyerFilingRules *rules, const char *id,
                                 gint64 rev, const json_t *patch, gint64 now_us,
                                 OyerFilingAnswer *out_answer, char **out_why,
                                 GError **error);

/* All that @actor may see of it.  *out NULL: no such.  (transfer full) */
gboolean oyer_docket_filing_json(OyerDb *db, const OyerFilingActor *actor,
                                 const char *id, gint64 now_us, json_t **out,
                                 GError **error);

/* The filer's own: {"filings":[…]}. */
gboolean oyer_docket_filings_of(OyerDb *db, const char *person, json_t **out,
                                GError **error);

/* {"events":[…]}; the filer's without names and notes. */
gboolean oyer_docket_filing_trail(OyerDb *db, const OyerFilingActor *actor,
                                  const char *id, json_t **out, GError **error);

/* {"courts":[{"id","code","name"}]} */
gboolean oyer_docket_courts(OyerDb *db, json_t **out, GError **error);
