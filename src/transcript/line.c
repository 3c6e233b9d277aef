/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcript/line.h"

#include <math.h>
#include <string.h>

#include "base/json.h"

#define MAX_ID_BYTES 160
#define MAX_WORD_BYTES 256

static void clear_word(gpointer data)
{
    g_free(((OyerLineWord *)data)->text);
}

OyerLine *oyer_line_new(void)
{
    OyerLine *self = g_new0(OyerLine, 1);

    self->revision = 1;
    self->words = g_array_new(FALSE, FALSE, sizeof(OyerLineWord));
    g_array_set_clear_func(self->words, clear_word);
    return self;
}

void oyer_line_free(OyerLine *self)
{
    if (!self)
        return;
    g_free(self->id);
    g_free(self->participant);
    g_free(self->track);
    g_free(self->text);
    g_free(self->language);
    g_free(self->source);
    g_free(self->engine);
    g_free(self->model);
    g_array_unref(self->words);
    g_free(self);
}

void oyer_line_add_word(OyerLine *self, const char *text, gint64 start_us,
                        gint64 end_us, double confidence)
{
    OyerLineWord word = {g_strdup(text), start_us, end_us, confidence};

    g_array_append_val(self->words, word);
}

/* From JSON. */

static gboolean wrong(GError **error, const char *field)
{
    g_set_error(error, OYER_JSON_ERROR, OYER_JSON_ERROR_SHAPE,
                "transcript line: \"%s\" is missing or wrong", field);
    return FALSE;
}

/* A string of at most @max bytes; absent or null is fine unless @needed. */
static gboolean take_text(const json_t *json, const char *field, gsize max,
                          gboolean needed, char **out, GError **error)
{
    const json_t *value = json_object_get(json, field);

    if (!value || json_is_null(value))
        return needed ? wrong(error, field) : TRUE;
    if (!json_is_string(value) || json_string_length(value) > max ||
        strlen(json_string_value(value)) != json_string_length(value))
        return wrong(error, field);
    *out = g_strdup(json_string_value(value));
    return TRUE;
}

/* The end of the year 9999 in µs: sums of two such numbers never overflow. */
#define MAX_INT G_GINT64_CONSTANT(253402300799999999)

static gboolean take_int(const json_t *json, const char *field, gboolean needed,
                         gint64 *out, GError **error)
{
    const json_t *value = json_object_get(json, field);

    if (!value)
        return needed ? wrong(error, field) : TRUE;
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        json_integer_value(value) > MAX_INT)
        return wrong(error, field);
    *out = json_integer_value(value);
    return TRUE;
}

static double read_confidence(const json_t *json, const char *field)
{
    double value = json_number_value(json_object_get(json, field));

    return isfinite(value) ? CLAMP(value, 0.0, 1.0) : 0;
}

static gboolean take_words(OyerLine *self, const json_t *words, GError **error)
{
    gsize i;
    json_t *word;

    if (!words || json_is_null(words))
        return TRUE;
    if (!json_is_array(words) || json_array_size(words) > OYER_LINE_MAX_WORDS)
        return wrong(error, "words");
    json_array_foreach(words, i, word)
    {
        g_autofree char *text = NULL;
        gint64 start_us = 0, end_us = 0;
        if (!take_text(word, "w", MAX_WORD_BYTES, TRUE, &text, error) ||
            !take_int(word, "start_us", TRUE, &start_us, error) ||
            !take_int(word, "end_us", TRUE, &end_us, error))
            return FALSE;
        oyer_line_add_word(self, text, start_us, MAX(start_us, end_us),
                           read_confidence(word, "conf"));
    }
    return TRUE;
}

OyerLine *oyer_line_from_json(const json_t *json, GError **error)
{
    g_autoptr(OyerLine) self = oyer_line_new();

    if (!json_is_object(json)) {
        wrong(error, "{}");
        return NULL;
    }
    if (!take_text(json, "id", MAX_ID_BYTES, TRUE, &self->id, error) ||
        !take_text(json, "participant", MAX_ID_BYTES, FALSE, &self->participant,
                   error) ||
        !take_text(json, "track", MAX_ID_BYTES, FALSE, &self->track, error) ||
        !take_text(json, "text", OYER_LINE_MAX_TEXT_BYTES, TRUE, &self->text, error) ||
        !take_text(json, "language", MAX_ID_BYTES, FALSE, &self->language, error) ||
        !take_text(json, "source", MAX_ID_BYTES, FALSE, &self->source, error) ||
        !take_text(json, "engine", MAX_ID_BYTES, FALSE, &self->engine, error) ||
        !take_text(json, "model", MAX_ID_BYTES, FALSE, &self->model, error) ||
        !take_int(json, "segment", FALSE, &self->segment, error) ||
        !take_int(json, "revision", FALSE, &self->revision, error) ||
        !take_int(json, "start_us", TRUE, &self->start_us, error) ||
        !take_int(json, "end_us", TRUE, &self->end_us, error) ||
        !take_words(self, json_object_get(json, "words"), error))
        return NULL;
    if (!*self->id) {
        wrong(error, "id");
        return NULL;
    }
    if (self->end_us < self->start_us) {
        wrong(error, "end_us");
        return NULL;
    }
    self->confidence = read_confidence(json, "confidence");
    if (!self->source)
        self->source = g_strdup("asr");
    return g_steal_pointer(&self);
}

OyerLine *oyer_line_parse(const char *text, gsize size, GError **error)
{
    g_autoptr(json_t) json = oyer_json_parse(text, size, error);

    return json ? oyer_line_from_json(json, error) : NULL;
}

/* To JSON. */

static void set_text(json_t *json, const char *field, const char *text)
{
    if (text)
        (void)json_object_set_new(json, field, json_string(text));
}

static void set_int(json_t *json, const char *field, gint64 value)
{
    (void)json_object_set_new(json, field, json_integer(value));
}

/* Three digits are more than a confidence is worth. */
static json_t *confidence(double value)
{
    return json_real(round(value * 1000) / 1000);
}

static json_t *words_to_json(const GArray *words)
{
    json_t *list = json_array();

    for (guint i = 0; i < words->len; i++) {
        const OyerLineWord *word = &g_array_index(words, OyerLineWord, i);
        json_t *entry = json_object();
        set_text(entry, "w", word->text);
        set_int(entry, "start_us", word->start_us);
        set_int(entry, "end_us", word->end_us);
        (void)json_object_set_new(entry, "conf", confidence(word->confidence));
        (void)json_array_append_new(list, entry);
    }
    return list;
}

json_t *oyer_line_to_json(const OyerLine *self)
{
    json_t *json = json_object();

    set_text(json, "id", self->id);
    if (self->participant)
        set_text(json, "participant", self->participant);
    else
        (void)json_object_set_new(json, "participant", json_null());
    set_text(json, "track", self->track);
    set_int(json, "segment", self->segment);
    set_int(json, "start_us", self->start_us);
    set_int(json, "end_us", self->end_us);
    set_text(json, "text", self->text);
    set_text(json, "language", self->language);
    (void)json_object_set_new(json, "confidence", confidence(self->confidence));
    set_text(json, "source", self->source);
    set_int(json, "revision", self->revision);
    (void)json_object_set_new(json, "words", words_to_json(self->words));
    set_text(json, "engine", self->engine);
    set_text(json, "model", self->model);
    return json;
}

gint oyer_line_compare(gconstpointer a, gconstpointer b)
{
    const OyerLine *one = *(const OyerLine *const *)a;
    const OyerLine *two = *(const OyerLine *const *)b;

    if (one->start_us != two->start_us)
        return one->start_us < two->start_us ? -1 : 1;
    return strcmp(one->id, two->id);
}
