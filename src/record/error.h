/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The errors of this folder.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

#define OYER_RECORD_ERROR (oyer_record_error_quark())
GQuark oyer_record_error_quark(void);

/* What the caller can do about it. */
typedef enum {
    OYER_RECORD_ERROR_STORAGE, /* make room, or fix the folder's rights */
    OYER_RECORD_ERROR_MISSING, /* finish what comes before (oyer finish) */
    OYER_RECORD_ERROR_INVALID, /* nothing: the bytes are not a record's */
    OYER_RECORD_ERROR_KEY,     /* give another key */
} OyerRecordError;
