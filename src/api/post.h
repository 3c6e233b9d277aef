/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The court's post: takes what waits in the outbox (docket/outbox.h) to the carriers
 * (post/carrier.h), with its links, and writes down what became of it.
 *
 * Thread: main.
 */
#pragma once

#include "api/staff.h"
#include "docket/outbox.h"
#include "post/carrier.h"

typedef struct OyerPost OyerPost;

/* FALSE with @error set: the court's texts cannot be read. */
gboolean oyer_post_install(OyerHouse *self, GError **error);
/* What was cut off is settled, and the sending begins. */
void oyer_post_begin(OyerHouse *self);
/* Ends the carriers: what they have done is written. */
void oyer_post_stop(OyerHouse *self);
void oyer_post_free(OyerHouse *self);

/* The doors of notices (notice.c). */
void oyer_notice_install(OyerHouse *self);

/* The texts and what else queueing needs.  Borrowed, for as long as the house lives. */
const OyerNoticeRules *oyer_post_rules(OyerHouse *self);

/* Whether there is a way out for @channel. */
gboolean oyer_post_has(OyerHouse *self, const char *channel);

/* How to ask the court for help: {"zh","en"}.  Thread: any.  (transfer full) */
json_t *oyer_post_contact(OyerHouse *self);

/*
 * The code with which @number (of a case, or of a receipt; tidy) may be asked after:
 * ten characters, made of the number by the court's key.  (transfer full)
 */
char *oyer_post_status_code(OyerHouse *self, const char *number);

/* The code that stands with @sending in the address it comes back to.  (transfer full) */
char *oyer_post_bounce_code(OyerHouse *self, const char *sending);

/* @number as the court writes it: no spaces, brackets （）.  (transfer full) */
char *oyer_number_tidy(const char *number);

/* Something may wait: looks at once, not at the next tick. */
void oyer_post_kick(OyerHouse *self);

/*
 * Proof that somebody was sent this sending: for the link in it.  Nothing is kept; it
 * opens what was sent, and no more.  (transfer full): `ID.CODE`
 */
char *oyer_post_token(OyerHouse *self, const char *sending);

/* The sending whose token this is.  FALSE: it is none. */
gboolean oyer_post_read_token(OyerHouse *self, const char *token,
                              char out_sending[OYER_ID_SIZE]);

/*
 * The links of the text of @sending (notice/template.h), and the code of its case or
 * receipt.  (transfer full)
 */
json_t *oyer_post_links(OyerHouse *self, const OyerSending *sending);
