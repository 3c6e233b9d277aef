/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Inside of verify.h: what the parts of one check share.  verify.c checks bag and
 * signature, check.c what is inside the files.
 *
 * Thread: one.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

#include "record/verify.h"

/* session.json and fragments.json of a long hearing. */
#define OYER_CHECK_JSON_BYTES_MAX (256u << 20)

typedef struct {
    const char *dir; /* the package */
    OyerVerdict *verdict;
    json_t *root;          /* metadata/root.json, or NULL */
    json_t *session;       /* data/session.json, or NULL; for names only */
    gboolean is_signed;    /* root is under a good signature */
    GHashTable *changed;   /* set of paths whose hash is wrong */
    GHashTable *explained; /* set of those that a finer finding names */
    GPtrArray *left_out;   /* the last finding that was only counted */
} OyerCheck;

/* Adds a finding; the rest of it may be filled in (borrowed until the next). */
OyerFinding *oyer_check_find(OyerCheck *self, OyerFindingKind kind, const char *file,
                             const char *text);
void oyer_check_set_speaker(OyerCheck *self, OyerFinding *finding,
                            const char *participant);

/* Returns: (transfer full): the file's bytes, or NULL: missing or above @max. */
GBytes *oyer_check_read(OyerCheck *self, const char *path, gsize max);
json_t *oyer_check_read_json(OyerCheck *self, const char *path, gsize max);

/* Each looks inside the files of one kind. */
void oyer_check_media(OyerCheck *self);
void oyer_check_journal(OyerCheck *self);
void oyer_check_events(OyerCheck *self);
