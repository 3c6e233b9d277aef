/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A notice as an e-mail (RFC 5322, 2047, 3834), made by GMime.
 *
 * Thread: any.
 */
#pragma once

#include "post/parcel.h"

/* Before anything of GMime; again is fine. */
void oyer_mail_init(void);

/* TRUE if @text is one address, "court@example.cn". */
gboolean oyer_mail_is_address(const char *text);

/*
 * @from: the court's address.  @domain: the right half of the Message-ID; the left is
 * the parcel's id.  @now_s: seconds since 1970, UTC.
 *
 * Returns: (transfer full): the message, its lines ended by CRLF.
 */
GBytes *oyer_mail_build(const OyerParcel *parcel, const char *from, const char *domain,
                        gint64 now_s);
