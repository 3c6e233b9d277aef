/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * E-mail by SMTP (RFC 5321), by libcurl: one connection, kept while there is more.
 *
 * Before the end of the data is sent the caller is asked (OyerCarrierHand): what the
 * server has until then it must throw away when the line breaks (4.1.1.4), what it has
 * after it may be in the mailbox.
 *
 * Thread: one, all its life.
 */
#pragma once

#include "post/parcel.h"

typedef struct OyerSmtp OyerSmtp;

/* All borrowed; user and password may be NULL. */
typedef struct {
    const char *url; /* smtp://mail.example:25, smtps://… */
    const char *user, *password;
    const char *from;   /* the court's address */
    const char *domain; /* of the Message-ID */
    gboolean needs_tls; /* smtp://: STARTTLS or nothing; otherwise if the server can */
} OyerSmtpConfig;

OyerSmtp *oyer_smtp_new(const OyerSmtpConfig *config, gint *stop);
void oyer_smtp_free(OyerSmtp *self);

/*
 * Sends @parcel; blocks.  @stop of oyer_smtp_new() is an atomic flag: when it is set,
 * what was not handed over is put off at once.
 *
 * @why: a word for the clerk: "smtp_550", "no_connection".
 */
OyerCarried oyer_smtp_send(OyerSmtp *self, const OyerParcel *parcel,
                           OyerCarrierHand hand, gpointer data,
                           char why[OYER_CARRIED_WHY_SIZE]);
