/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Personal links for a terminal: one line each, and a QR code that a phone can read
 * from the screen.
 *
 * Thread: any.
 */
#pragma once

#include <stdio.h>

#include <glib.h>
#include <jansson.h>

/*
 * @text as a QR code of half blocks, dark on light with its quiet zone.
 *
 * Returns: (transfer full): NULL when it is too long for one.
 */
char *oyer_qr_text(const char *text);

/* Prints the people of @demo (DATA/demo.json). */
void oyer_links_print(json_t *demo, gboolean with_codes, FILE *out);
