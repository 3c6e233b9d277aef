/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Where a person can be reached: a telephone number or an e-mail address as people
 * type them, made one text each, so that the same address is always the same.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

/* RFC 5321 4.5.3.1.3: a path of 256 with its brackets. */
#define OYER_CONTACT_MAX_BYTES 254

typedef enum { OYER_CHANNEL_SMS, OYER_CHANNEL_EMAIL, OYER_CHANNELS } OyerChannel;

/* "sms", "email". (transfer none) */
const char *oyer_channel_word(OyerChannel channel);

/*
 * Reads what somebody typed.  A number of eleven digits that begins with 1 is a
 * Chinese mobile number and gets +86.
 *
 * Returns: (transfer full): "+8613800138000", "zhu@example.cn"; NULL: neither.
 */
char *oyer_contact_parse(const char *text, OyerChannel *out_channel);

/* What may be shown to somebody who only holds a link: "…8000", "z…@example.cn".
 * (transfer full) */
char *oyer_contact_mask(const char *address);
