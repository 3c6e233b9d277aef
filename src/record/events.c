/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/events.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#define HEX 64
/* Up to the number, between number and prev, prev and hash, hash and body. */
#define PART_SEQ "{\"seq\":"
#define PART_PREV ",\"prev\":\""
#define PART_HASH "\",\"hash\":\""
#define PART_EVENT "\",\"event\":"

/* A line taken apart; the pointers are into it. */
typedef struct {
    guint64 seq;
    const char *prev, *hash; /* 64 digits each, no NUL */
    const char *body;
    gsize body_size;
} Line;

static gboolean fail(GError **error, const char *what)
{
    g_set_error_literal(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_INVALID, what);
    return FALSE;
}

/* Steps over @text at *@at. */
static gboolean take(const char **at, const char *end, const char *text)
{
    gsize length = strlen(text);

    if ((gsize)(end - *at) < length || memcmp(*at, text, length))
        return FALSE;
    *at += length;
    return TRUE;
}

static gboolean take_number(const char **at, const char *end, guint64 *out)
{
    guint64 number = 0;
    guint digits = 0;

    for (; *at < end && g_ascii_isdigit(**at); (*at)++, digits++) {
        if (digits == 18)
            return FALSE;
        number = number * 10 + (guint64)(**at - '0');
    }
    *out = number;
    return digits > 0;
}

static gboolean take_hex(const char **at, const char *end, const char **out)
{
    if (end - *at < HEX)
        return FALSE;
    for (guint i = 0; i < HEX; i++)
        if (!g_ascii_isdigit((*at)[i]) && !((*at)[i] >= 'a' && (*at)[i] <= 'f'))
            return FALSE;
    *out = *at;
    *at += HEX;
    return TRUE;
}

static gboolean parse(const char *line, gsize size, Line *out)
{
    const char *at = line, *end = line + size;

    if (size > OYER_EVENTS_LINE_BYTES_MAX || size < 2 || end[-1] != '}')
        return FALSE;
    end--;
    if (!take(&at, end, PART_SEQ) || !take_number(&at, end, &out->seq) ||
        !take(&at, end, PART_PREV) || !take_hex(&at, end, &out->prev) ||
        !take(&at, end, PART_HASH) || !take_hex(&at, end, &out->hash) ||
        !take(&at, end, PART_EVENT))
        return FALSE;
    out->body = at;
    out->body_size = (gsize)(end - at);
    return out->body_size >= 2 && at[0] == '{' && end[-1] == '}';
}

void oyer_events_hash(guint64 seq, const char *prev, const char *body, gsize body_size,
                      char out_hash[65])
{
    g_autoptr(GChecksum) sha = g_checksum_new(G_CHECKSUM_SHA256);
    char head[32 + HEX + 2];
    int length =
        g_snprintf(head, sizeof head, "%" G_GUINT64_FORMAT "\n%.*s\n", seq, HEX, prev);

    g_checksum_update(sha, (const guchar *)head, length);
    g_checksum_update(sha, (const guchar *)body, (gssize)body_size);
    g_strlcpy(out_hash, g_checksum_get_string(sha), HEX + 1);
}

gboolean oyer_events_next(OyerEvents *self, const char *line, gsize size,
                          const char **out_body, gsize *out_body_size, GError **error)
{
    Line parsed;
    char hash[HEX + 1];

    if (!parse(line, size, &parsed))
        return fail(error, "the line is not a chained event");
    if (!self->is_unsure && parsed.seq != self->seq + 1)
        return fail(error, "the number does not follow the line before");
    if (!self->is_unsure && memcmp(parsed.prev, self->hash, HEX))
        return fail(error, "it does not follow the line before");
    oyer_events_hash(parsed.seq, parsed.prev, parsed.body, parsed.body_size, hash);
    if (memcmp(parsed.hash, hash, HEX))
        return fail(error, "the event is not the one that was hashed");

    json_t *body =
        json_loadb(parsed.body, parsed.body_size, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(body)) {
        json_decref(body);
        return fail(error, "the event is no JSON object");
    }
    json_decref(body);
    self->seq = parsed.seq;
    self->is_unsure = FALSE;
    g_strlcpy(self->hash, hash, sizeof self->hash);
    if (out_body) {
        *out_body = parsed.body;
        *out_body_size = parsed.body_size;
    }
    return TRUE;
}

void oyer_events_skip(OyerEvents *self)
{
    self->is_unsure = TRUE;
}
