/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The notices of a case as whoever they are for finds them on the page of that case:
 * all that was sent to this person, and by which ways it came.  To open one there is one
 * more way by which it reached the person, `page`: its reading stands on the certificate
 * of service beside the other sendings, and the earliest counts
 * (人民法院在线诉讼规则 §31).
 *
 * api/notice.c is on the other side.
 *
 * Thread: database.
 */
#pragma once

#include "base/json.h"
#include "docket/outbox.h"

/* {"notices":[{"id","kind","subject","created_us","sent_us","arrived_us","read_us",
 * "ways":["sms",…]}],"now_us"}, the newest first; what still waits for its day and what
 * was called off before it went out is not there.  *out NULL: not a case of @person.
 * (transfer full) */
gboolean oyer_docket_own_notices(OyerDb *db, const char *person, const char *case_id,
                                 gint64 now_us, json_t **out, GError **error);

/*
 * One of them with its text, links not filled in, as docket/notice_desk.h has it;
 * @marks: it is read now.  Makes its own transaction.
 *
 * *out NULL: none of these.  @out_sending: one of its sendings.  (transfer full)
 */
gboolean oyer_docket_open_own_notice(OyerDb *db, const char *person,
                                     const char *case_id, const char *notice,
                                     gboolean marks, gint64 now_us, json_t **out,
                                     OyerSending **out_sending, GError **error);
