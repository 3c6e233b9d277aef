/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The periods in which a case has to be dealt with (Civil Procedure Law §§68, 128, 152,
 * 164, 168): which there are, for which procedure, from when, how long, and how far they
 * may be extended, each with its article; and for what reasons one is extended or not
 * counted.  They are data (data/clocks.json, or the court's own file of that form), and
 * there is no other table of them: the time limits of papers, the days of a calendar and
 * what a party is told are asked here.  What was done with one of a case is a list of
 * steps, from which follows how it stands.
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

/* Reads the clocks of a court: {"clocks":[…],"reasons":[…]}, docs/REGISTER.md.
 * (transfer full): the object, or NULL with @error set. */
json_t *oyer_terms_parse(const char *text, gsize size_bytes, GError **error);

/* Those that come with this version.  (transfer full) */
json_t *oyer_terms_built_in(void);

/* The clock @code of a case in @procedure.  (transfer none): NULL: there is none. */
const json_t *oyer_terms_find(const json_t *clocks, const char *code,
                              const char *procedure);

/* TRUE if @clock runs in @procedure. */
gboolean oyer_term_is_of(const json_t *clock, const char *procedure);

/* TRUE if somebody says from when @clock runs, and for whom; FALSE: from the docketing. */
gboolean oyer_term_is_by_hand(const json_t *clock);

/* "民事诉讼法第… (Civil Procedure Law §…)": the article of @clock.  (transfer full) */
char *oyer_term_rule(const json_t *clock);

/* Those that begin by hand, as what may be set in @procedure: [{"code","zh","en","days",
 * "rule"}].  (transfer full) */
json_t *oyer_terms_to_set(const json_t *clocks, const char *procedure);

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

/* The reason @code for @step, {"code","step","zh","en","article"}.  (transfer none):
 * NULL: there is none. */
const json_t *oyer_terms_find_reason(const json_t *clocks, OyerTermStep step,
                                     const char *code);

/* "running".  (transfer none) */
const char *oyer_term_state_word(OyerTermState state);

/* How a clock of a case stands. */
typedef struct {
    const json_t *rule;
    gint64 began_us, suspended_since_us, met_us;
    guint set_days;                 /* instead of the rule's length; 0: that */
    guint months, days, extensions; /* extended by so much, so often */
    guint suspended_days;           /* over */
} OyerTerm;

/* As it is before any step; @docketed_us: when the case was. */
OyerTerm oyer_term_begin(const json_t *rule, gint64 docketed_us);

/* FALSE: not in this state, or further than the rule lets it.  @months and @days: of
 * OYER_TERM_EXTEND; @days of OYER_TERM_START: how long, 0: as is usual.  One that begins
 * by hand may begin anew: the newest stands. */
gboolean oyer_term_take(OyerTerm *self, OyerTermStep step, gint64 at_us, guint months,
                        guint days);

/* TRUE if @step takes a superior. */
gboolean oyer_term_step_needs_two(OyerTermStep step);

/* Midnight after the last day, by the court's calendar: a suspended clock's moves on
 * with @now_us.  0: it has not begun. */
gint64 oyer_term_due_us(const OyerTerm *self, const OyerCalendar *calendar,
                        GTimeZone *zone, gint64 now_us);

/* Until when an extension has to be asked for; 0: it may be at any time. */
gint64 oyer_term_ask_until_us(const OyerTerm *self, gint64 due_us);

OyerTermState oyer_term_state(const OyerTerm *self, gint64 due_us, gint64 now_us);
