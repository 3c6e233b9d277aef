/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/consent.h"

#include <string.h>

const char *const oyer_consent_stages[] = {
    "filing", "mediation", "evidence", "inquiry", "hearing", "service", NULL};

const char *const oyer_consent_means[] = {"platform", "phone", "paper", "on_record",
                                          NULL};

static const char *const words[OYER_CONSENTS] = {"none", "yes", "no"};

const char *oyer_consent_word(OyerConsent consent)
{
    return consent < OYER_CONSENTS ? words[consent] : NULL;
}

gint oyer_consent_of(const char *word)
{
    for (guint i = 0; word && i < OYER_CONSENTS; i++)
        if (!strcmp(words[i], word))
            return (gint)i;
    return -1;
}

const char *oyer_consent_mode_word(OyerConsentMode mode)
{
    static const char *const modes[] = {[OYER_MODE_OPEN] = "open",
                                        [OYER_MODE_ONLINE] = "online",
                                        [OYER_MODE_MIXED] = "mixed",
                                        [OYER_MODE_IN_PERSON] = "in_person"};

    return mode < G_N_ELEMENTS(modes) ? modes[mode] : NULL;
}

OyerConsentMode oyer_consent_mode(const guint counts[OYER_CONSENTS], gboolean is_over)
{
    guint not_agreed = counts[OYER_CONSENT_NONE] + counts[OYER_CONSENT_NO];

    if (counts[OYER_CONSENT_NONE] > 0 && !is_over)
        return OYER_MODE_OPEN;
    if (counts[OYER_CONSENT_YES] == 0)
        return OYER_MODE_IN_PERSON;
    return not_agreed == 0 ? OYER_MODE_ONLINE : OYER_MODE_MIXED;
}
