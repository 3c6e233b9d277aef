/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the files that know accounts and visitors share: staff.c (the doors),
 * account.c (signing in), visitor.c (codes).
 *
 * Thread: main.
 */
#pragma once

#include "api/hasher.h"
#include "api/staff.h"
#include "web/limiter.h"

#define OYER_STAFF_COOKIE "oyer_staff"
#define OYER_VISITOR_COOKIE "oyer_visitor"

typedef struct OyerPeople {
    GPtrArray *guards; /* of routes: staff.c */
    OyerHasher *hasher;
    OyerLimiter *arrivals;         /* sign-ins and codes by the peer's address */
    GHashTable *busy;              /* set of logins whose password is being compared */
    struct OyerProvider *provider; /* post/provider.h; NULL: there is none */
    OyerCourier courier;
    gpointer courier_data;
} OyerPeople;

OyerPeople *oyer_people_new(void);

/* The server stops: passwords that are being compared are let go. */
void oyer_people_stop(OyerPeople *self);
void oyer_people_free(OyerPeople *self);

/* The value of the cookie @name.  (transfer full): NULL: there is none. */
char *oyer_people_cookie(const OyerRequest *request, const char *name);

/* Sets it; @token NULL takes it away. */
void oyer_people_set_cookie(OyerResponse *response, const OyerRequest *request,
                            const char *name, const char *token);

/* A cookie that comes along when another site sends the browser here: of @path alone,
 * for @seconds; @token NULL takes it away. */
void oyer_people_set_passing_cookie(OyerResponse *response, const OyerRequest *request,
                                    const char *name, const char *path,
                                    const char *token, gint seconds);

/* FALSE: this peer came too often; @request is answered and gone. */
gboolean oyer_people_take_turn(OyerHouse *house, OyerRequest *request);

void oyer_account_install(OyerHouse *self);       /* account.c */
void oyer_oidc_install(OyerHouse *self);          /* oidc.c */
void oyer_account_setup_install(OyerHouse *self); /* account_setup.c */
void oyer_approval_install(OyerHouse *self);      /* approval.c */
void oyer_visitor_install(OyerHouse *self);       /* visitor.c */
void oyer_day_install(OyerHouse *self);           /* day.c */
void oyer_door_install(OyerHouse *self);          /* door.c */
void oyer_issue_install(OyerHouse *self);         /* issue.c */
void oyer_schedule_install(OyerHouse *self);      /* schedule.c */
void oyer_agenda_install(OyerHouse *self);        /* agenda.c */
void oyer_absence_install(OyerHouse *self);       /* absence.c */
