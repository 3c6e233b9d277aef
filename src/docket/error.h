/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What can go wrong in the register, beside what the store says (OYER_DB_ERROR).
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

typedef enum {
    OYER_DOCKET_ERROR_NO_SUCH, /* no row of that id */
    OYER_DOCKET_ERROR_BROKEN,  /* what is stored contradicts itself */
} OyerDocketError;

#define OYER_DOCKET_ERROR (oyer_docket_error_quark())
GQuark oyer_docket_error_quark(void);
