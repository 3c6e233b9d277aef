/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Finding room: the next times at which all that a hearing needs is free, within the
 * court's working time.  A need is one resource, or any one of several (a court room,
 * a clerk).
 *
 * Thread: any.
 */
#pragma once

#include "schedule/check.h"

typedef struct {
    OyerResource as;
    GPtrArray *any_of; /* ids */
} OyerNeed;

/* What is looked for. */
typedef struct {
    GPtrArray *needs;   /* OyerNeed */
    GArray *lengths_us; /* gint64, one for each session */
    gint64 earliest_us;
    gint64 latest_us;    /* the first session begins before; 0: whenever */
    const char *hearing; /* its own bookings are in nobody's way; "" */
} OyerWish;

typedef struct {
    GArray *sessions;  /* OyerSpan */
    GPtrArray *chosen; /* ids, one for each need */
} OyerVacancy;

OyerWish *oyer_wish_new(void);
void oyer_wish_free(OyerWish *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerWish, oyer_wish_free)

/* Adds a need; the first of @ids is preferred only by having as much to do. */
void oyer_wish_need(OyerWish *self, OyerResource as, const char *const *ids,
                    guint count);

/* What @plan needs: its people, its room, its sessions' lengths. */
OyerWish *oyer_wish_of_plan(const OyerPlan *plan, const char *hearing,
                            gint64 earliest_us);

void oyer_vacancy_free(OyerVacancy *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerVacancy, oyer_vacancy_free)

/* The court's time in which slots are looked for, worked out once for many wishes. */
GArray *oyer_vacancy_horizon(const OyerScheduleRules *rules, gint64 now_us, guint days);

/*
 * The next slot in @work (of oyer_vacancy_horizon()).  Sessions follow each other, each in
 * one stretch of working time, with the same people and room.
 *
 * @out_short: which need stood in the way most often, its index; may be NULL.
 * Returns: (transfer full): NULL when there is none.
 */
OyerVacancy *oyer_vacancy_find(const OyerBoard *board, const GArray *work,
                               const OyerWish *wish, guint *out_short);

/*
 * At most @count slots, each beginning after the first session of the one before.
 *
 * Returns: (transfer full): of OyerVacancy, earliest first.
 */
GPtrArray *oyer_vacancy_offers(const OyerBoard *board, const GArray *work,
                               OyerWish *wish, guint count);
