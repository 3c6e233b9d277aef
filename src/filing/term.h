/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The periods in which a case has to be dealt with (Civil Procedure Law §§68, 128, 152,
 * 164, 168): which there are, for which procedure, from when, how long, and how far they
 * may be extended, each with its article.  They are data (data/clocks.json, or the
 * court's own file of that form); what was done with one of a case is a list of steps,
 * from which follows how it stands.
 *
 * docket/term.h keeps the steps.
 *
 * Thread: any; never changed after it was made.
 */
#pragma once

#include "base/json.h"
#include "filing/calendar.h"

#define OYER_TERMS_MAX_BYTES (64 * 1024)
#define OYER_TERMS_MAX 50

/* Reads the clocks of a court: {"clocks":[…]}, docs/REGISTER.md.  (transfer full): the
 * list, or NULL with @error set. */
json_t *oyer_terms_parse(const char *text, gsize size_bytes, GError **error);

/* Those that come with this version.  (transfer full) */
json_t *oyer_terms_built_in(void);

/* The clock @code of a case in @procedure.  (transfer none): NULL: there is none. */
const json_t *oyer_terms_find(const json_t *clocks, const char *code,
                              const char *procedure);

/* TRUE if @clock runs in @procedure. */
gboolean oyer_term_is_of(const json_t *clock, const char *procedure);

typedef enum {
    OYER_TERM_START,
    OYER_TERM_EXTEND,
    OYER_TERM_SUSPEND,
    OYER_TERM_RESUME,
    OYER_TERM_MEET, /* what had to be done is done */
    OYER_TERM_STEPS
} OyerTermStep;

/* "start".  (transfer none) */
const char *oyer_term_step_word(OyerTermStep step);
/* −1: no such. */
gint oyer_term_step_of(const char *word);

typedef enum {
    OYER_TERM_WAITING, /* has not begun */
    OYER_TERM_RUNNING,
    OYER_TERM_SUSPENDED,
    OYER_TERM_OVER,
    OYER_TERM_MET,
} OyerTermState;

/* "running".  (transfer none) */
const char *oyer_term_state_word(OyerTermState state);

/* How a clock of a case stands. */
typedef struct {
    const json_t *rule;
    gint64 began_us, suspended_since_us, met_us;
    guint months, days, extensions; /* extended by so much, so often */
    guint suspended_days;           /* over */
} OyerTerm;

/* As it is before any step; @docketed_us: when the case was. */
OyerTerm oyer_term_begin(const json_t *rule, gint64 docketed_us);

/* FALSE: not in this state, or further than the rule lets it.  @months and @days: of
 * OYER_TERM_EXTEND. */
gboolean oyer_term_take(OyerTerm *self, OyerTermStep step, gint64 at_us, guint months,
                        guint days);

/* TRUE if @step takes a superior. */
gboolean oyer_term_step_needs_two(OyerTermStep step);

/* Midnight after the last day, by the court's calendar: a suspended clock's moves on
 * with @now_us.  0: it has not begun. */
gint64 oyer_term_due_us(const OyerTerm *self, const OyerCalendar *calendar,
                        GTimeZone *zone, gint64 now_us);

OyerTermState oyer_term_state(const OyerTerm *self, gint64 due_us, gint64 now_us);
