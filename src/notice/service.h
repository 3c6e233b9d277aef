/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * When something is served (送达), and when people are reminded.
 *
 * Rules of the People's Courts for online litigation (人民法院在线诉讼规则) §31: to an
 * address that the person gave or confirmed, service is done when the message arrives
 * in that system; to an address that the court found, when the person answers, acts on
 * it, or is shown to have read it.  Of several ways the earliest effective one counts.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

/* Of one sending; 0: not, or not known. */
typedef struct {
    gboolean is_confirmed; /* the person gave or confirmed the address */
    gint64 arrived_us, read_us, acted_us;
} OyerService;

/* 0: not effective (yet). */
gint64 oyer_service_effective_us(const OyerService *self);

/* The earlier of two times that are there; 0 is none. */
gint64 oyer_service_earlier_us(gint64 a_us, gint64 b_us);

/* What is the time of the reminder @before_us ahead of @start_us; 0: it would come too
 * soon after now, or too late. */
gint64 oyer_service_reminder_us(gint64 start_us, gint64 before_us, gint64 now_us);
