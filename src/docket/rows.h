/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the files of docket/ do with rows again and again.
 *
 * Thread: database.
 */
#pragma once

#include "store/db.h"

/*
 * Steps to the first row of @rows, which may be NULL: its query failed and @error is
 * set.
 *
 * @out_found: whether there is one.  Returns: FALSE with @error set: it failed.
 */
static inline gboolean oyer_rows_first(OyerRows *rows, gboolean *out_found,
                                       GError **error)
{
    g_autoptr(GError) failed = NULL;

    if (!rows)
        return FALSE;
    *out_found = oyer_rows_next(rows, &failed);
    if (!failed)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
}

/* Calls @func with each row of @rows, which may be NULL as above. */
static inline gboolean oyer_rows_each(OyerRows *rows,
                                      void (*func)(OyerRows *rows, gpointer data),
                                      gpointer data, GError **error)
{
    g_autoptr(GError) failed = NULL;

    if (!rows)
        return FALSE;
    while (oyer_rows_next(rows, &failed))
        func(rows, data);
    if (!failed)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
}
