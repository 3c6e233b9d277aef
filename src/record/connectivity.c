/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/connectivity.h"

#include <string.h>

#include "base/json.h"

/* Column and where it is found; after participant stand name and role. */
static const struct {
    const char *column, *path[3];
} columns[] = {
    {"at", {"at"}},
    {"at_us", {"at_us"}},
    {"session", {"session"}},
    {"participant", {"participant"}},
    {"name", {NULL}},
    {"role", {NULL}},
    {"type", {"type"}},
    {"fact", {"fact"}},
    {"reason", {"details", "reason"}},
    {"connection", {"details", "connection"}},
    {"away_us", {"details", "away_us"}},
    {"check", {"details", "result"}},
    {"check_camera", {"details", "camera"}},
    {"check_microphone", {"details", "microphone"}},
    {"check_rtt_ms", {"details", "line", "rtt_ms"}},
    {"check_kbps", {"details", "line", "kbps"}},
    {"rating", {"line", "rating"}},
    {"cause", {"line", "cause"}},
    {"stated", {"line", "stated"}},
    {"up_loss", {"line", "up", "loss"}},
    {"up_audio_loss", {"line", "up", "audio_loss"}},
    {"up_video_loss", {"line", "up", "video_loss"}},
    {"up_loss_sender", {"line", "up", "loss_sender"}},
    {"up_jitter_ms", {"line", "up", "jitter_ms"}},
    {"up_kbps", {"line", "up", "kbps"}},
    {"up_freezes", {"line", "up", "freezes"}},
    {"up_frozen_ms", {"line", "up", "frozen_ms"}},
    {"up_pictures", {"line", "up", "pictures"}},
    {"up_sizes", {"line", "up", "sizes"}},
    {"up_full_size", {"line", "up", "full_size"}},
    {"down_loss", {"line", "down", "loss"}},
    {"down_audio_loss", {"line", "down", "audio_loss"}},
    {"down_video_loss", {"line", "down", "video_loss"}},
    {"down_loss_sender", {"line", "down", "loss_sender"}},
    {"down_jitter_ms", {"line", "down", "jitter_ms"}},
    {"down_kbps", {"line", "down", "kbps"}},
    {"down_pictures", {"line", "down", "pictures"}},
    {"down_sizes", {"line", "down", "sizes"}},
    {"down_full_size", {"line", "down", "full_size"}},
    {"rtt_ms", {"line", "down", "rtt_ms"}},
    {"client_up_loss", {"line", "client", "up_loss"}},
    {"client_down_loss", {"line", "client", "down_loss"}},
    {"client_concealed", {"line", "client", "concealed"}},
    {"client_rtt_ms", {"line", "client", "rtt_ms"}},
    {"client_freezes", {"line", "client", "freezes"}},
    {"client_frozen_ms", {"line", "client", "frozen_ms"}},
    {"client_hidden", {"line", "client", "hidden"}},
    {"client_battery", {"line", "client", "battery"}},
};

/* A name that a spreadsheet would take for a formula gets a quote before it. */
static void put_text(GString *out, const char *text)
{
    gboolean is_formula = *text && strchr("=+-@\t\r", *text);

    if (!is_formula && !strpbrk(text, ",\"\r\n")) {
        g_string_append(out, text);
        return;
    }
    g_string_append(out, is_formula ? "\"'" : "\"");
    for (const char *c = text; *c; c++) {
        if (*c == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *c);
    }
    g_string_append_c(out, '"');
}

static void put_value(GString *out, const json_t *value)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    if (json_is_string(value))
        put_text(out, json_string_value(value));
    else if (json_is_integer(value))
        g_string_append_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        g_string_append(out, g_ascii_formatd(number, sizeof number, "%.4g",
                                             json_real_value(value)));
    else if (json_is_boolean(value))
        g_string_append(out, json_is_true(value) ? "yes" : "no");
}

/* Of a list the items, with a space between them. */
static void put_cell(GString *out, const json_t *value)
{
    if (!json_is_array(value)) {
        put_value(out, value);
        return;
    }
    g_autoptr(GString) text = g_string_new(NULL);
    for (gsize i = 0; i < json_array_size(value); i++) {
        const char *item = json_string_value(json_array_get(value, i));

        if (item)
            g_string_append_printf(text, "%s%s", text->len ? " " : "", item);
    }
    put_text(out, text->str);
}

static const json_t *find_person(const json_t *people, const char *id)
{
    json_t *person;
    gsize i;

    json_array_foreach(people, i, person) if (!g_strcmp0(oyer_json_string(person, "id"),
                                                         id)) return person;
    return NULL;
}

static const json_t *find_value(const json_t *line, const json_t *person, gsize column)
{
    const json_t *value = line;

    if (!columns[column].path[0])
        return json_object_get(person, columns[column].column);
    for (gsize i = 0; i < G_N_ELEMENTS(columns[column].path); i++)
        if (columns[column].path[i])
            value = json_object_get(value, columns[column].path[i]);
    return value;
}

static void put_line(GString *out, const json_t *line, const json_t *people)
{
    const json_t *person = find_person(people, oyer_json_string(line, "participant"));

    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
        if (i > 0)
            g_string_append_c(out, ',');
        put_cell(out, find_value(line, person, i));
    }
    g_string_append(out, "\r\n");
}

GBytes *oyer_connectivity_table(GBytes *lines, const json_t *people)
{
    GString *out = g_string_new("\xef\xbb\xbf");
    gsize size = 0;
    const char *from = g_bytes_get_data(lines, &size), *end = from ? from + size : NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++)
        g_string_append_printf(out, "%s%s", i ? "," : "", columns[i].column);
    g_string_append(out, "\r\n");
    while (from && from < end) {
        const char *newline = memchr(from, '\n', (gsize)(end - from));
        const char *stop = newline ? newline : end;
        g_autoptr(json_t) line = json_loadb(from, (gsize)(stop - from), 0, NULL);

        if (json_is_object(line))
            put_line(out, line, people);
        from = newline ? newline + 1 : end;
    }
    return g_string_free_to_bytes(out);
}
