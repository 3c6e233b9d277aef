/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What somebody who stands for a party may do for it: one table, act × kind of
 * authority (Civil Procedure Law §60, §62).  What stands not in it is refused.
 *
 * docket/ keeps who has which authority, and until when; this knows no dates.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

typedef enum {
    OYER_ACT_READ,    /* the case, as a party may */
    OYER_ACT_ATTEND,  /* hearings */
    OYER_ACT_CONSENT, /* to a stage being held online */
    OYER_ACT_ANSWER,
    OYER_ACT_EVIDENCE,
    OYER_ACT_MOTION,
    OYER_ACT_ADMIT, /* what the other side claims */
    OYER_ACT_WAIVE,
    OYER_ACT_CHANGE, /* the claims */
    OYER_ACT_SETTLE,
    OYER_ACT_WITHDRAW,
    OYER_ACT_COUNTERCLAIM,
    OYER_ACT_APPEAL,
    OYER_ACTS
} OyerAct;

/* One or two: CPL §61. */
#define OYER_REPRESENTATIVES_MAX 2

/* The acts of one authority, a bit each. */
typedef guint OyerActs;

/*
 * Whether @act may be done by a representative of @kind ("lawyer", …, "guardian") with
 * @scope ("general", "special"); @matters: the acts that the power of attorney names.
 */
gboolean oyer_authority_may(OyerAct act, const char *kind, const char *scope,
                            OyerActs matters);

/* Whether @act may be named in a power of attorney: it needs special authority. */
gboolean oyer_authority_is_special(OyerAct act);

/* "admit". (transfer none) */
const char *oyer_act_word(OyerAct act);
/* −1: no such word. */
gint oyer_act_of(const char *word);

/* "admit settle", and back.  FALSE: a word that is no special act. (transfer full) */
char *oyer_acts_text(OyerActs acts);
gboolean oyer_acts_parse(const char *text, OyerActs *out_acts);

extern const char *const oyer_representative_kinds[];
extern const char *const oyer_authority_scopes[];

/* The table as docs/PERMISSIONS.md shows it. (transfer full) */
char *oyer_authority_text(void);
