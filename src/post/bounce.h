/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * E-mail that comes back: reports of delivery (RFC 3464) as mail servers write them.
 * Each sending has a return address of its own (VERP) with a code that only the court
 * can make, so that a report is of that sending whatever else stands in it; a server
 * that lost the address still gives back the Message-ID.
 *
 * api/bounce.c finds the reports and knows the codes.
 *
 * Thread: any.
 */
#pragma once

#include "base/id.h"

#define OYER_BOUNCE_MAX_BYTES (1024 * 1024)
#define OYER_BOUNCE_CODE_SIZE 17

typedef struct {
    gboolean has_failed;        /* it says so of a recipient; FALSE: no report, or of
                                        something else, as that it is late */
    char sending[OYER_ID_SIZE]; /* of its return address, or "" */
    char code[OYER_BOUNCE_CODE_SIZE]; /* that stands with it; to be checked */
    char message[OYER_ID_SIZE]; /* left half of the Message-ID it is about, or "" */
    char why[40];               /* "dsn_5.1.1" */
} OyerBounce;

/*
 * Where a server reports about @sending: court+ID-CODE@court.example.
 *
 * Returns: (transfer full): NULL: it would be longer than an address may be (RFC 5321
 * 4.5.3.1.1).
 */
char *oyer_bounce_address(const char *from, const char *sending, const char *code);

/* Reads a message. */
void oyer_bounce_parse(const void *bytes, gsize size, OyerBounce *out);
