/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/log.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"

static GLogLevelFlags lowest_level = G_LOG_LEVEL_INFO;

static const struct {
    GLogLevelFlags level;
    const char *word;
} words[] = {
    {G_LOG_LEVEL_ERROR, "error"},     {G_LOG_LEVEL_CRITICAL, "critical"},
    {G_LOG_LEVEL_WARNING, "warning"}, {G_LOG_LEVEL_MESSAGE, "message"},
    {G_LOG_LEVEL_INFO, "info"},       {G_LOG_LEVEL_DEBUG, "debug"},
};

static const char *level_word(GLogLevelFlags level)
{
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (level & words[i].level)
            return words[i].word;
    return "message";
}

char *oyer_log_line(gint64 time_us, GLogLevelFlags level, const char *domain,
                    const char *message)
{
    g_autofree char *time = oyer_time_format(time_us);
    g_autofree char *clean = g_utf8_make_valid(message ? message : "", -1);
    g_autoptr(json_t) line =
        oyer_json_pack("{s:s, s:s, s:s, s:s}", "time", time, "level", level_word(level),
                       "domain", domain ? domain : "", "message", clean);
    return oyer_json_text(line);
}

static gboolean is_wanted(GLogLevelFlags level, const char *domain)
{
    const char *loud = g_getenv("G_MESSAGES_DEBUG");

    if ((level & G_LOG_LEVEL_MASK) <= lowest_level)
        return TRUE;
    return loud && (!strcmp(loud, "all") || (domain && strstr(loud, domain)));
}

static GLogWriterOutput write_line(GLogLevelFlags level, const GLogField *fields,
                                   gsize count, gpointer data G_GNUC_UNUSED)
{
    const char *domain = NULL, *message = NULL;

    for (gsize i = 0; i < count; i++) {
        if (!strcmp(fields[i].key, "GLIB_DOMAIN"))
            domain = fields[i].value;
        else if (!strcmp(fields[i].key, "MESSAGE"))
            message = fields[i].value;
    }
    if (!is_wanted(level, domain))
        return G_LOG_WRITER_HANDLED;

    g_autofree char *line = oyer_log_line(g_get_real_time(), level, domain, message);
    g_autofree char *ended = g_strconcat(line, "\n", NULL);
    /* One write, so that lines of several processes on one stderr stay whole. */
    if (write(STDERR_FILENO, ended, strlen(ended)) < 0)
        return G_LOG_WRITER_UNHANDLED;
    return G_LOG_WRITER_HANDLED;
}

void oyer_log_setup(GLogLevelFlags lowest)
{
    lowest_level = lowest;
    g_log_set_writer_func(write_line, NULL, NULL);
}
