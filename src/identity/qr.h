/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * QR codes: the dark and light squares of a text, for a terminal, a page, a printer.
 *
 * Thread: any; a code never changes after it was made.
 */
#pragma once

#include <glib.h>

#include "base/json.h"

/* 57 × 57 modules: what the camera of a cheap phone still reads from paper. */
#define OYER_QR_VERSION_SMALL 10

/* The largest there is. */
#define OYER_QR_VERSION_MAX 40

typedef struct OyerQr OyerQr;

/*
 * @text as a code of at most @version_max: with 15 % of repair where that fits,
 * otherwise with 7 %.
 *
 * Returns: (transfer full): NULL when it does not fit.
 */
OyerQr *oyer_qr_new(const char *text, int version_max);

void oyer_qr_free(OyerQr *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerQr, oyer_qr_free)

/* 1 … 40. */
int oyer_qr_version(const OyerQr *self);

/* Modules a side, without the quiet zone. */
int oyer_qr_width(const OyerQr *self);

/* FALSE outside of the code: the quiet zone is light. */
gboolean oyer_qr_is_dark(const OyerQr *self, int x, int y);

/* Rows of 0 and 1, as pages draw them; an empty list for NULL.  (transfer full) */
json_t *oyer_qr_rows(const OyerQr *self);
