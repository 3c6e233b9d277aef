/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Hearings as iCalendar (RFC 5545): what a person's or a room's calendar subscribes to,
 * and the invitation to one hearing (RFC 5546), with the way in (CONFERENCE, RFC 7986).
 * Times are those of the court's zone, which comes along: the court's clock counts, and
 * a calendar elsewhere shows its own beside it.
 *
 * docket/ knows the hearings and reads no iCalendar; nothing here knows SQL.
 *
 * Thread: database: libical's zones are read from the system when first asked for.
 */
#pragma once

#include "filing/calendar.h"

typedef enum {
    OYER_AGENDA_PUBLISH, /* a subscription */
    OYER_AGENDA_REQUEST, /* an invitation, or a newer one */
    OYER_AGENDA_CANCEL,
    OYER_AGENDA_METHODS
} OyerAgendaMethod;

/* One session; texts borrowed, NULL or "" is left out. */
typedef struct {
    const char *uid; /* of this session, always the same */
    guint sequence;  /* counts what was changed */
    OyerSpan span;
    gint64 changed_us;
    gboolean is_cancelled;
    const char *summary, *description, *location;
    const char *conference;               /* address of the way in */
    const char *organizer_name;           /* an invitation's */
    const char *attendee, *attendee_name; /* an e-mail address */
} OyerAgendaEntry;

/*
 * @name: of the calendar; @zone: IANA's name.
 *
 * Returns: (transfer full): the text, in lines of CR LF.
 */
char *oyer_agenda_text(OyerAgendaMethod method, const char *name, const char *zone,
                       const OyerAgendaEntry *entries, guint count);
