/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/mark.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "journal/pcapng.h"

static gboolean is_time(const json_t *value)
{
    return json_is_integer(value) && json_integer_value(value) >= 0 &&
           json_integer_value(value) <= OYER_PCAPNG_TIME_US_MAX;
}

char *oyer_journal_mark_new(const char *text, gint64 utc_us, GError **error)
{
    json_t *given = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    if (!json_is_object(given)) {
        json_decref(given);
        g_set_error_literal(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_INVALID,
                            "a mark has to be a JSON object");
        return NULL;
    }
    json_t *mark = json_pack("{ss sI}", "type", "mark", "at_us", (json_int_t)utc_us);
    json_t *at_us = json_object_get(given, "at_us");
    if (is_time(at_us))
        (void)json_object_set(mark, "at_us", at_us);
    (void)json_object_update_missing(mark, given);
    char *dumped = json_dumps(mark, JSON_COMPACT);
    char *json = g_strdup(dumped);
    free(dumped);
    json_decref(mark);
    json_decref(given);
    if (strlen(json) > OYER_JOURNAL_MARK_BYTES_MAX) {
        g_clear_pointer(&json, g_free);
        g_set_error_literal(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_INVALID,
                            "the mark is too long");
    }
    return json;
}
