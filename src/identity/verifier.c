/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/verifier.h"

#include <string.h>

#include "base/text.h"

static const char *const words[OYER_VERIFIED_RESULTS] = {
    "matched", "not_matched", "unsure", "no_answer", "bad_answer",
};

const char *oyer_verified_word(OyerVerified result)
{
    return result < OYER_VERIFIED_RESULTS ? words[result] : NULL;
}

/* "31010119800101123x" and "310101 19800101 123X" are one number. */
static char *one_number(const char *typed)
{
    GString *number = g_string_new(NULL);

    for (const char *c = typed; *c; c++)
        if (g_ascii_isgraph(*c))
            g_string_append_c(number, g_ascii_toupper(*c));
    return g_string_free(number, FALSE);
}

static void wipe(char *text)
{
    explicit_bzero(text, strlen(text));
    g_free(text);
}

/* A digest without the secret could be tried out: there are not so many numbers. */
char *oyer_verifier_ask(const OyerVerifierConfig *config,
                        const OyerVerifierQuestion *question)
{
    g_autoptr(json_t) body =
        oyer_json_pack("{s:s,s:s,s:s?,s:s}", "id", question->id, "kind", "identity",
                       "name", question->name, "document", question->document);
    char *number = one_number(question->number);

    if (config->sends_number) {
        json_object_set_new(body, "number", json_string(number));
    } else {
        g_autofree char *digest =
            g_compute_hmac_for_string(G_CHECKSUM_SHA256, (const guint8 *)config->secret,
                                      strlen(config->secret), number, -1);
        json_object_set_new(body, "number_hmac_sha256", json_string(digest));
    }
    wipe(number);
    return oyer_json_text(body);
}

static gboolean refuse(GError **error, const char *problem)
{
    g_set_error_literal(error, OYER_JSON_ERROR, OYER_JSON_ERROR_SHAPE, problem);
    return FALSE;
}

/* FALSE: it is there and cannot be that. */
static gboolean take_text(const json_t *object, const char *name, char **out)
{
    const json_t *value = json_object_get(object, name);
    const char *text = json_string_value(value);

    if (value == NULL || json_is_null(value))
        return TRUE;
    if (text == NULL || strpbrk(text, "\r\n\t") != NULL ||
        !oyer_text_is_clean(text, OYER_VERIFIER_TEXT_MAX))
        return FALSE;
    *out = *text != '\0' ? g_strdup(text) : NULL;
    return TRUE;
}

gboolean oyer_verifier_answer_parse(const char *bytes, gsize size, const char *id,
                                    OyerVerifierAnswer *out_answer, GError **error)
{
    g_auto(OyerVerifierAnswer) answer = {.result = OYER_VERIFIED_RESULTS};

    if (size > OYER_VERIFIER_ANSWER_MAX_BYTES)
        return refuse(error, "the answer is too long");
    g_autoptr(json_t) object = oyer_json_parse(bytes, size, error);
    if (object == NULL)
        return FALSE;
    if (g_strcmp0(oyer_json_string(object, "id"), id) != 0)
        return refuse(error, "the answer is to another question");
    for (guint i = 0; i <= OYER_VERIFIED_UNSURE; i++)
        if (!g_strcmp0(oyer_json_string(object, "result"), words[i]))
            answer.result = i;
    if (answer.result == OYER_VERIFIED_RESULTS)
        return refuse(error, "result: matched, not_matched or unsure");
    if (!take_text(object, "reference", &answer.reference) ||
        !take_text(object, "level", &answer.level))
        return refuse(error, "reference, level: short texts");
    *out_answer = answer;
    answer.reference = answer.level = NULL;
    return TRUE;
}

json_t *oyer_verifier_answer_json(const OyerVerifierAnswer *answer)
{
    return oyer_json_pack("{s:s?,s:s?,s:s?}", "state",
                          oyer_verified_word(answer->result), "reference",
                          answer->reference, "level", answer->level);
}

void oyer_verifier_answer_clear(OyerVerifierAnswer *answer)
{
    g_clear_pointer(&answer->reference, g_free);
    g_clear_pointer(&answer->level, g_free);
}
