/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Consent to a stage of a case being held online (Rules of Online Litigation §4, §5):
 * the stages, the answers, and what follows from them.  Each stage is asked for itself;
 * silence is no consent; where parties differ the sitting is mixed: who agreed is
 * online, who did not is in the court room.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

typedef enum {
    OYER_CONSENT_NONE, /* no answer yet */
    OYER_CONSENT_YES,
    OYER_CONSENT_NO,
    OYER_CONSENTS
} OyerConsent;

/* How a stage is held. */
typedef enum {
    OYER_MODE_OPEN, /* somebody may still answer */
    OYER_MODE_ONLINE,
    OYER_MODE_MIXED,
    OYER_MODE_IN_PERSON,
} OyerConsentMode;

/* "filing", "mediation", "evidence", "inquiry", "hearing", "service"; NULL ends. */
extern const char *const oyer_consent_stages[];

/* "platform", "phone", "paper", "on_record"; NULL ends. */
extern const char *const oyer_consent_means[];

/* "none", "yes", "no".  (transfer none) */
const char *oyer_consent_word(OyerConsent consent);
/* −1: no such word. */
gint oyer_consent_of(const char *word);

/* "open", "online", "mixed", "in_person".  (transfer none) */
const char *oyer_consent_mode_word(OyerConsentMode mode);

/* @counts: how many parties gave each answer.  @is_over: nobody need be waited for. */
OyerConsentMode oyer_consent_mode(const guint counts[OYER_CONSENTS], gboolean is_over);
