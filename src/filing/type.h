/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a file that was handed in is: by its content (libmagic) and by its name, which
 * must say the same, and be of the list that the court takes.
 *
 * Thread: any, one at a time for each file; blocks on the disk.
 */
#pragma once

#include <glib.h>

typedef struct {
    const char *type;       /* "image/jpeg" */
    const char *endings[4]; /* "jpg", "jpeg", NULL */
    const char *found[4];   /* what libmagic says of such files; NULL: @type only */
} OyerFilingType;

/* The types that are taken; one without type ends the list. */
extern const OyerFilingType oyer_filing_types[];

typedef enum {
    OYER_TYPE_FINE,
    OYER_TYPE_REFUSED, /* what it is, is not taken */
    OYER_TYPE_NAME,    /* its name says something else than its content */
} OyerTypeVerdict;

/* The row for what libmagic @found and the file's @name. */
OyerTypeVerdict oyer_filing_type_judge(const char *found, const char *name,
                                       const OyerFilingType **out_type);

/* Returns: (transfer full): what libmagic says of the file at @path; NULL with @error. */
char *oyer_filing_type_find(const char *path, GError **error);

/* TRUE if @name is the name of a file and no path: 1…200 clean characters. */
gboolean oyer_filing_name_is_valid(const char *name);
