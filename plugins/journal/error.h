/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The errors of this folder.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

#define OYER_JOURNAL_ERROR (oyer_journal_error_quark())
GQuark oyer_journal_error_quark(void);

/* What the caller can do about it. */
typedef enum {
    OYER_JOURNAL_ERROR_DISK,    /* make room, or replace the disk */
    OYER_JOURNAL_ERROR_STATE,   /* call in another order: not armed, closed, … */
    OYER_JOURNAL_ERROR_INVALID, /* give other arguments */
    OYER_JOURNAL_ERROR_CORRUPT, /* nothing: the bytes are not those that were written */
} OyerJournalError;
