/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Where e-mail comes back to: a Maildir that the court's mail server fills.  Each report
 * in `new` is read once, settled in the database, and moved to `cur`; what is no report
 * is moved too and stays unread, for a person.
 *
 * post.c owns it.  Thread: main.
 */
#pragma once

#include "api/house.h"

typedef struct OyerBounces OyerBounces;

/* @dir: borrowed, for ever. */
OyerBounces *oyer_bounces_new(OyerHouse *house, const char *dir);

/* Looks whether something came, until nothing is left.  NULL is fine. */
void oyer_bounces_look(OyerBounces *self);

/* Ends its thread.  NULL is fine. */
void oyer_bounces_stop(OyerBounces *self);
void oyer_bounces_free(OyerBounces *self);
