/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Whether a hearing can be held as planned: all that speaks against it is named, every
 * clash with the resource, the other hearing and the time.  What this accepts contains
 * no clash; nothing is booked that it does not accept.
 *
 * Rules: notice of three days (CPL §139), waived by those concerned or in summary
 * procedure (§162); a panel of an odd number (§40); the court's hours and days
 * (filing/calendar.h); a freeze shortly before the start; at most two adjournments, one
 * in summary procedure, and a month between (延期开庭问题的规定 §3, §5); online only
 * who agreed to it (online.h).
 *
 * docket/ asks inside the transaction that writes the booking.
 *
 * Thread: any; nothing is changed.
 */
#pragma once

#include "schedule/board.h"
#include "schedule/online.h"

/* The court's settings, borrowed. */
typedef struct {
    const OyerCalendar *calendar;
    GTimeZone *zone;
    guint notice_days;
    gint64 freeze_us;
    guint adjournments, adjournments_summary; /* at most so many */
    guint gap_days;                           /* from the old date to the new one */
    guint horizon_days;                       /* nothing is booked later */
} OyerScheduleRules;

/* CPL and the customs of the court, for @calendar and @zone. */
OyerScheduleRules oyer_schedule_rules(const OyerCalendar *calendar, GTimeZone *zone);

typedef enum {
    OYER_FAULT_CLASH,    /* resource, hearing, span */
    OYER_FAULT_LEAVE,    /* resource: a judge or clerk; span: of the leave */
    OYER_FAULT_REPAIR,   /* resource: the room; span: of the repair */
    OYER_FAULT_PAST,     /* span */
    OYER_FAULT_HOURS,    /* span: not in the court's working time */
    OYER_FAULT_FAR,      /* span: beyond what may be booked */
    OYER_FAULT_NOTICE,   /* resource: whom; span.from_us: not before */
    OYER_FAULT_FROZEN,   /* span: the start; resource: who may not change any more */
    OYER_FAULT_NO_TIME,  /* no session */
    OYER_FAULT_NO_JUDGE, /* not one that presides */
    OYER_FAULT_NO_CLERK, /* not one clerk */
    OYER_FAULT_NO_PARTY,
    OYER_FAULT_PANEL,   /* an even number of judges */
    OYER_FAULT_NO_ROOM, /* somebody comes in person */
    OYER_FAULT_NOBODY,  /* resource: whom somebody represents, and who does not come */
    OYER_FAULT_WAIVER,  /* summary procedure, and it is not */
    OYER_FAULT_ADJOURNED, /* number: so many times already */
    OYER_FAULT_GAP,       /* span.to_us: not later */
    OYER_FAULT_CONSENT,   /* resource: who never agreed to be online */
    OYER_FAULT_WITHDRAWN, /* resource: who does not agree any more */
    OYER_FAULT_MEDIATOR,  /* resource: a judge who mediated it; nobody allows that */
    OYER_FAULTS
} OyerFaultCode;

typedef struct {
    OyerFaultCode code;
    OyerResource as;
    char *resource; /* id, or "" */
    char *hearing;  /* id, or "" */
    OyerSpan span;
    guint number;
} OyerFault;

/* What the plan is judged against. */
typedef struct {
    const OyerScheduleRules *rules;
    const OyerBoard *board;
    const char *hearing;    /* its own bookings are no clash; "" for a new one */
    const OyerPlan *before; /* what stands booked; NULL: nothing */
    gint64 now_us;
    gboolean is_summary;   /* every case is in summary or small claims procedure */
    gboolean adjourns;     /* by this change the hearing is adjourned */
    guint adjournments;    /* so far, of the case that has most */
    gint64 adjourned_us;   /* the date that was adjourned and has no new one; 0 */
    guint allowed;         /* bits of OyerFaultCode: what a superior has allowed */
    OyerOnlineFunc online; /* who agreed; NULL: nobody */
    gpointer online_data;
    GHashTable *mediators; /* set of persons: who mediated one of the cases; or NULL */
} OyerScheduleCase;

/*
 * Returns: (transfer full): of OyerFault; empty: it can be held.
 */
GPtrArray *oyer_schedule_check(const OyerScheduleCase *self, const OyerPlan *plan);

/*
 * Not before this may a hearing begin of which notice is given at @now_us.
 */
gint64 oyer_schedule_notice_us(const OyerScheduleRules *rules, gint64 now_us);

/* Days of @plan lie in a year whose holidays are not announced yet. */
gboolean oyer_schedule_is_unannounced(const OyerScheduleRules *rules,
                                      const OyerPlan *plan);

/* "clash".  (transfer none) */
const char *oyer_fault_word(OyerFaultCode code);
