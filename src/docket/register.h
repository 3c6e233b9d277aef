/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The register, written: the docket sheet of each case, entry after entry without a
 * gap, and what a search finds.  Who may see what is one of four levels; docs/REGISTER.md.
 * register_read.h reads it.
 *
 * An entry, its number and what is found of it are made in the caller's transaction or
 * not at all.  Thread: database.
 */
#pragma once

#include "base/json.h"
#include "docket/account_session.h"
#include "docket/error.h"
#include "store/db.h"

#define OYER_ENTRY_TEXT_MAX 5000 /* characters */

/* Who may see a case or an entry of its sheet.  The numbers are in the database. */
typedef enum {
    OYER_ACCESS_PUBLIC,
    OYER_ACCESS_PARTIES,      /* and those who stand for them, and the court */
    OYER_ACCESS_CONFIDENTIAL, /* the court */
    OYER_ACCESS_SEALED,       /* who may read what is sealed; each reading is kept */
    OYER_ACCESS_LEVELS
} OyerAccess;

/* "parties".  NULL, −1: there is no such. */
const char *oyer_access_word(OyerAccess access);
gint oyer_access_of(const char *word);

/* What an entry is: its words on the sheet, whether a person may write one, and whether
 * a search finds it (what only repeats the case is not worth it). */
typedef struct {
    const char *word, *zh, *en;
    gboolean by_hand, is_found;
} OyerEntryKind;

/* NULL: there is no such kind.  (transfer none) */
const OyerEntryKind *oyer_entry_kind(const char *word);

/* All kinds; the last has no word. */
extern const OyerEntryKind oyer_entry_kinds[];

typedef struct {
    const char *case_id, *kind;
    const char *text; /* on the sheet */
    const char *body; /* what else it is found by: the text of its documents; or NULL */
    OyerAccess access;
    gint64 filed_us;
    const char *filed_by;   /* a name, or "" */
    const char *entered_by; /* account, or "system" */
} OyerEntry;

/* Puts @entry at the end of the sheet of its case.  @out_number may be NULL. */
gboolean oyer_register_enter(OyerDb *db, const OyerEntry *entry, gint64 now_us,
                             gint64 *out_number, GError **error);

/* Lets a search of @court find @text of entry @entry of a case, or with 0 of the case. */
gboolean oyer_register_make_found(OyerDb *db, const char *court, const char *case_id,
                                  gint64 entry, const char *text, OyerAccess access,
                                  GError **error);

/* The next id of what a search of @court finds; its tokens are put under it. */
gboolean oyer_register_take_id(OyerDb *db, const char *court, gint64 *out_id,
                               GError **error);
gboolean oyer_register_index(OyerDb *db, gint64 id, const char *text, OyerAccess access,
                             GError **error);

/* ---- register_sheet.c ---- */

/*
 * Begins the sheet of a case that has parties already: what was filed, round by round,
 * that it was docketed, the hearings that are fixed; and makes it to be found.
 *
 * @filing: the filing it comes from, or NULL.  @causes: names for the code of its cause,
 * or NULL.
 */
gboolean oyer_register_begin_sheet(OyerDb *db, const char *case_id, const char *filing,
                                   const json_t *causes, gint64 now_us, GError **error);

/*
 * Begins the sheets of cases that have none, because an earlier version docketed them.
 * A few a call, in a transaction of its own; @out_more: there may be more.
 */
gboolean oyer_register_catch_up(OyerDb *db, const json_t *causes, gint64 now_us,
                                gboolean *out_more, GError **error);

/* ---- register_held.c ---- */

/* Writes onto the sheets of the cases of @hearing that session @number of it was held. */
gboolean oyer_register_held(OyerDb *db, const char *hearing, gint64 number,
                            gint64 from_us, gint64 to_us, gint64 now_us,
                            GError **error);

/* ---- by the staff ---- */

typedef enum {
    OYER_REGISTER_DONE,
    OYER_REGISTER_NO_SUCH,
    OYER_REGISTER_NOT_ALLOWED, /* not in this role */
    OYER_REGISTER_NEEDS_TWO,   /* nobody has granted it yet: ask for `unseal` */
} OyerRegisterAnswer;

/*
 * Puts @entry, of a kind that is written by hand, on the sheet of a case that @staff may
 * see.  Makes its own transaction.
 */
gboolean oyer_register_write(OyerDb *db, const OyerStaffSession *staff,
                             const OyerEntry *entry, gint64 now_us,
                             OyerRegisterAnswer *out_answer, GError **error);

/*
 * Changes who may see entry @number of @case_id, or with 0 the whole case, and writes it
 * into the court's chain.  Sealing needs `seal`, what was sealed a granted `unseal` for
 * `case:ID`.  Makes its own transaction.
 */
gboolean oyer_register_set_access(OyerDb *db, const OyerStaffSession *staff,
                                  const char *case_id, gint64 number, OyerAccess access,
                                  const char *reason, gint64 now_us,
                                  OyerRegisterAnswer *out_answer, GError **error);
