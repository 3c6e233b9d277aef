/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Checks a package, without a server and without believing anything in it.
 *
 * `oyer verify` is its command; the record page asks it as well.
 *
 * Thread: any; it blocks.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

#include "record/error.h"

/* More findings than this are only counted. */
#define OYER_VERIFY_FINDINGS_MAX 1000

/* What kind of sentence a finding is; the texts are in verify-text.c. */
typedef enum {
    OYER_FINDING_CHANGED, /* a file's bytes are not those that were sealed */
    OYER_FINDING_MISSING,
    OYER_FINDING_EXTRA,
    OYER_FINDING_STRUCTURE, /* no bag, a tag file that cannot be read, … */
    OYER_FINDING_SIGNATURE,
    OYER_FINDING_KEY,     /* signed, but by another key than demanded */
    OYER_FINDING_ROOT,    /* root.json does not fit the bag */
    OYER_FINDING_JOURNAL, /* the journal's own chain */
    OYER_FINDING_EVENTS,  /* the event log's own chain */
} OyerFindingKind;

typedef struct {
    OyerFindingKind kind;
    char *file;                     /* in the package, or NULL */
    gint64 from_us, to_us;          /* UTC; 0 when not known */
    guint64 from_offset, to_offset; /* to 0: not known */
    char *participant, *speaker;    /* id and name, or NULL */
    char *text;                     /* detail, English, or NULL */
} OyerFinding;

typedef struct {
    GPtrArray *findings; /* of OyerFinding; empty: the package is whole */
    guint findings_left_out;
    char *hearing, *session, *case_number; /* or NULL */
    char *fingerprint;                     /* of the key that signed, or NULL */
    char *root;                            /* or NULL */
    char *sealed_at;
    gint64 opened_us; /* 0: not known */
    guint files;
    guint64 bytes;
} OyerVerdict;

/*
 * Checks the package at @path: a folder, or a .tar of one.  @key (may be NULL):
 * a fingerprint (hex) or the path of a PEM file that must have signed it.
 *
 * Returns: (transfer full): the verdict; NULL with @error when @path cannot be
 * read at all.
 */
OyerVerdict *oyer_verify(const char *path, const char *key, GError **error);
void oyer_verdict_free(OyerVerdict *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerVerdict, oyer_verdict_free)

/*
 * The report in plain words, @language "en" or "zh".
 *
 * Returns: (transfer full).
 */
char *oyer_verdict_to_text(const OyerVerdict *self, const char *language);

/* Returns: (transfer full). */
json_t *oyer_verdict_to_json(const OyerVerdict *self);

/* The subcommand. */
int oyer_verify_main(int argc, char *argv[]);
