/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "post/bounce.h"

#include <string.h>

#include <gmime/gmime.h>

#include "post/mail.h"

#define LOCAL_MAX 64
#define PARTS_MAX 10

char *oyer_bounce_address(const char *from, const char *sending, const char *code)
{
    const char *at = strchr(from, '@');

    if (at == NULL)
        return NULL;
    g_autofree char *local =
        g_strdup_printf("%.*s+%s-%s", (int)(at - from), from, sending, code);
    return strlen(local) > LOCAL_MAX ? NULL : g_strconcat(local, at, NULL);
}

/* ---- whose it is ---- */

/* The ID before @end, as ids are written: servers make addresses small. */
static gboolean take_id(const char *start, const char *end, char out[OYER_ID_SIZE])
{
    char id[OYER_ID_SIZE] = "";

    if (end - start != OYER_ID_LENGTH)
        return FALSE;
    for (gsize i = 0; i < OYER_ID_LENGTH; i++)
        id[i] = g_ascii_toupper(start[i]);
    if (!oyer_id_is_valid(id))
        return FALSE;
    g_strlcpy(out, id, OYER_ID_SIZE);
    return TRUE;
}

/* …+ID-CODE@… anywhere in @text. */
static gboolean take_address(const char *text, OyerBounce *out)
{
    for (const char *plus = strchr(text, '+'); plus != NULL;
         plus = strchr(plus + 1, '+')) {
        const char *dash = strchr(plus, '-'), *at = strchr(plus, '@');
        if (dash == NULL || at == NULL || dash > at ||
            at - dash > OYER_BOUNCE_CODE_SIZE || !take_id(plus + 1, dash, out->sending))
            continue;
        for (const char *c = dash + 1; c < at; c++)
            out->code[c - dash - 1] = g_ascii_toupper(*c);
        out->code[at - dash - 1] = '\0';
        return TRUE;
    }
    return FALSE;
}

static void find_address(GMimeMessage *message, OyerBounce *out)
{
    static const char *const fields[] = {"Delivered-To", "X-Original-To", "To"};

    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        const char *value = g_mime_object_get_header(GMIME_OBJECT(message), fields[i]);
        if (value != NULL && take_address(value, out))
            return;
    }
}

static void take_message_id(const char *id, OyerBounce *out)
{
    const char *at = id ? strchr(id, '@') : NULL;

    if (at != NULL)
        (void)take_id(id, at, out->message);
}

/* ---- what it says ---- */

/* (transfer full): NULL: there is none. */
static char *part_text(GMimeObject *part)
{
    GMimeDataWrapper *content =
        GMIME_IS_PART(part) ? g_mime_part_get_content(GMIME_PART(part)) : NULL;

    if (content == NULL)
        return NULL;
    GMimeStream *stream = g_mime_stream_mem_new();
    (void)g_mime_data_wrapper_write_to_stream(content, stream);
    GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    char *text = g_strndup((const char *)bytes->data, bytes->len);
    g_object_unref(stream);
    return text;
}

/* What stands behind @field at the head of @line, or NULL. */
static const char *value_of(const char *line, const char *field)
{
    gsize length = strlen(field);

    if (g_ascii_strncasecmp(line, field, length) != 0 || line[length] != ':')
        return NULL;
    line += length + 1;
    return line + strspn(line, " \t");
}

/* One recipient's group of fields is enough: a sending has one. */
static void take_status(const char *text, OyerBounce *out)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    gboolean has_failed = FALSE;
    char status[16] = "";

    for (guint i = 0; lines[i] != NULL; i++) {
        const char *action = value_of(lines[i], "Action");
        const char *code = value_of(lines[i], "Status");
        if (action != NULL && !g_ascii_strncasecmp(action, "failed", 6))
            has_failed = TRUE;
        if (code != NULL && !*status)
            g_strlcpy(status, code,
                      MIN(sizeof status, strspn(code, "0123456789.") + 1));
    }
    out->has_failed |= has_failed;
    if (has_failed)
        g_snprintf(out->why, sizeof out->why, "dsn_%s", status);
}

static void take_headers(const char *text, OyerBounce *out)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (guint i = 0; lines[i] != NULL; i++) {
        const char *id = value_of(lines[i], "Message-ID");
        if (id != NULL)
            take_message_id(id + strspn(id, "<"), out);
    }
}

static void take_part(GMimeObject *part, OyerBounce *out)
{
    static const struct {
        const char *type, *subtype;
        void (*take)(const char *text, OyerBounce *out);
    } rows[] = {
        {"message", "delivery-status", take_status},
        {"message", "global-delivery-status", take_status},
        {"text", "rfc822-headers", take_headers},
    };
    GMimeContentType *type = g_mime_object_get_content_type(part);

    if (GMIME_IS_MESSAGE_PART(part)) {
        GMimeMessage *about = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));
        if (about != NULL)
            take_message_id(g_mime_message_get_message_id(about), out);
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text =
            g_mime_content_type_is_type(type, rows[i].type, rows[i].subtype)
                ? part_text(part)
                : NULL;
        if (text != NULL)
            rows[i].take(text, out);
    }
}

static void take_message(GMimeMessage *message, OyerBounce *out)
{
    GMimeObject *body = g_mime_message_get_mime_part(message);

    find_address(message, out);
    if (!GMIME_IS_MULTIPART(body) ||
        !g_mime_content_type_is_type(g_mime_object_get_content_type(body), "multipart",
                                     "report"))
        return;
    int count = g_mime_multipart_get_count(GMIME_MULTIPART(body));
    for (int i = 0; i < MIN(count, PARTS_MAX); i++)
        take_part(g_mime_multipart_get_part(GMIME_MULTIPART(body), i), out);
}

void oyer_bounce_parse(const void *bytes, gsize size, OyerBounce *out)
{
    oyer_mail_init();
    memset(out, 0, sizeof *out);
    GMimeStream *stream =
        g_mime_stream_mem_new_with_buffer(bytes, MIN(size, OYER_BOUNCE_MAX_BYTES));
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

    if (message != NULL) {
        take_message(message, out);
        g_object_unref(message);
    }
    g_object_unref(parser);
    g_object_unref(stream);
}
