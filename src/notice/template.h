/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What notices say: a file of texts, in Chinese and English, for each kind of notice
 * and each role, with a version.  The court's own file replaces what it names.
 *
 * {"reminders_minutes":[…],
 *  "contact":{"zh","en"},                     how to ask the court for help
 *  "templates":[{"kind","role","version",     role "": everybody else
 *                "zh":{"subject","text","short"},"en":{…}}]}
 *
 * A text has words in braces for what differs: {name}.  Those of OYER_NOTICE_LINKS stay
 * in the text as they are and are filled in when it is sent; so no link or pass is kept.
 *
 * Thread: any; never changed while it is used.
 */
#pragma once

#include "base/json.h"

#define OYER_NOTICE_MAX_BYTES (256 * 1024)
#define OYER_NOTICE_REMINDERS_MAX 12

typedef enum {
    OYER_NOTICE_ZH,
    OYER_NOTICE_EN,
    OYER_NOTICE_LANGUAGES
} OyerNoticeLanguage;

typedef struct {
    char *kind, *role;
    gint64 version;
    struct {
        char *subject, *text, *brief; /* brief: for a short message */
    } in[OYER_NOTICE_LANGUAGES];
} OyerNoticeTemplate;

typedef struct {
    GPtrArray *templates; /* OyerNoticeTemplate */
    gint64 reminders_us[OYER_NOTICE_REMINDERS_MAX];
    gsize n_reminders;
    char *contact[OYER_NOTICE_LANGUAGES];
} OyerNoticeTexts;

/* The texts that come with the program. */
OyerNoticeTexts *oyer_notice_texts_built_in(void);

/*
 * The built-in texts with those of the court's file in their place.
 *
 * Returns: (transfer full): or NULL with @error set.
 */
OyerNoticeTexts *oyer_notice_texts_parse(const char *bytes, gsize size, GError **error);
void oyer_notice_texts_free(OyerNoticeTexts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerNoticeTexts, oyer_notice_texts_free)

/* The text of @kind for @role, or for everybody.  NULL: no such kind. */
const OyerNoticeTemplate *oyer_notice_find(const OyerNoticeTexts *self,
                                           const char *kind, const char *role);

/* "en", and everything else Chinese. */
OyerNoticeLanguage oyer_notice_language_of(const char *word);

/*
 * Fills @text in.  @values: word → text; → {"zh","en"}; → integer: a time in UTC µs,
 * written in @zone.  A word without a value becomes "".  Braces in a value cannot
 * become words.
 *
 * Returns: (transfer full)
 */
char *oyer_notice_fill(const char *text, const json_t *values,
                       OyerNoticeLanguage language, GTimeZone *zone);

/* The words that stay in a filled text, ended by NULL. */
extern const char *const oyer_notice_links[];

/* Fills the links in: @values has word → text.  (transfer full) */
char *oyer_notice_fill_links(const char *text, const json_t *values);
