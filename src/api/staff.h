/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The doors of the court house: who of the staff, or of those who come from outside,
 * makes a request, and whether he may.  Every route that is not public, and not a
 * hearing's (passes.c), goes through here, and says so when it is installed; a
 * request that is let through has been judged against the database a moment ago.
 *
 * Refusals are answered here: 401 `signed_out`, 403 `not_allowed`, 403 `origin` (a
 * page of another site sent it), 503.  A right refused is written into the court's
 * audit chain.
 *
 * Thread: main.
 */
#pragma once

#include "api/house.h"
#include "docket/account_session.h"
#include "docket/visitor.h"
#include "identity/right.h"

/* Who the staff member is: account, person, court, roles there.  Borrowed for the call;
 * a plain value, so it can be copied. */
typedef void (*OyerStaffFunc)(OyerRequest *request, const OyerStaffSession *staff,
                              gpointer data);
typedef void (*OyerVisitorFunc)(OyerRequest *request, const OyerVisitor *visitor,
                                gpointer data);

/*
 * Lets @request (taken) through to @func if it comes with a session of the staff whose
 * roles in its court have @right.  @func answers it.  What an object belongs to (its
 * court, its case) is still @func's to check: compare with staff->court.
 */
void oyer_house_admit_staff(OyerHouse *self, OyerRequest *request, OyerRight right,
                            OyerStaffFunc func, gpointer data);

/* Lets @request through if it comes with a visitor's session.  What that person may
 * see is @func's to check: oyer_docket_standing() and the like. */
void oyer_house_admit_party(OyerHouse *self, OyerRequest *request, OyerVisitorFunc func,
                            gpointer data);

/* Routes with their door.  @func gets the house as its data. */
void oyer_house_staff_route(OyerHouse *self, const char *methods, const char *pattern,
                            OyerRight right, OyerStaffFunc func);
void oyer_house_party_route(OyerHouse *self, const char *methods, const char *pattern,
                            OyerVisitorFunc func);

/* A route without a door: sign-in, public pages.  @handler gets the house. */
void oyer_house_public_route(OyerHouse *self, const char *methods, const char *pattern,
                             OyerRequestHandler handler);

/*
 * All routes of the server with their doors: a JSON array of {"methods","pattern",
 * "door"}, the door "public", "pass" (a hearing's), "visitor", or "staff RIGHT".
 *
 * Returns: (transfer full)
 */
json_t *oyer_house_routes(OyerHouse *self);

/*
 * The JSON object in the body.
 *
 * Returns: (transfer full); NULL: it was answered with 400, and @request is gone.
 */
json_t *oyer_request_json(OyerRequest *request);

/* Answers 400 `bad_request`, 503 `store`. */
void oyer_request_refuse_shape(OyerRequest *request, const GError *error);
void oyer_request_refuse_store(OyerRequest *request, const GError *error);

/* Answers 429 and when to come back. */
void oyer_request_refuse_hurry(OyerRequest *request, guint retry_after_s);

/*
 * TRUE if @request was not made by a page of another site: whoever lets somebody in,
 * or goes by a cookie, asks.  On FALSE it was answered with 403, and is gone.
 */
gboolean oyer_request_is_from_here(OyerRequest *request);

/* ---- delivering codes ---- */

/* Takes a code to where it has to go; it may not be logged.  FALSE: it cannot. */
typedef gboolean (*OyerCourier)(const OyerCode *code, gpointer data);

/* Without a courier nobody from outside can come in: 503 `no_delivery`. */
void oyer_house_set_courier(OyerHouse *self, OyerCourier courier, gpointer data);
