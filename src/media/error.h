/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a request of docs/MEDIA.md can end with, and its reading of fields.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

#define OYER_MEDIA_ERROR (oyer_media_error_quark())
GQuark oyer_media_error_quark(void);

typedef enum {
    OYER_MEDIA_ERROR_BAD_REQUEST,
    OYER_MEDIA_ERROR_NO_SUCH,
    OYER_MEDIA_ERROR_BAD_SDP,
    OYER_MEDIA_ERROR_BUSY,
    OYER_MEDIA_ERROR_DISK,
    OYER_MEDIA_ERROR_STATE,
    OYER_MEDIA_ERROR_INTERNAL,
} OyerMediaError;

/* The word that goes over the socket. */
const char *oyer_media_error_code(const GError *error);

/* The field @name as a valid id, borrowed; NULL with @error set. */
const char *oyer_media_take_id(json_t *request, const char *name, GError **error);

/* The field @name as text, borrowed; NULL with @error set. */
const char *oyer_media_take_text(json_t *request, const char *name, GError **error);
