/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "notice/template.h"

#include <string.h>

#include <gio/gio.h>

#include "base/clock.h"
#include "base/text.h"
#include "notice/builtin.h"

#define TEMPLATES_MAX 200
#define SUBJECT_MAX 100
#define TEXT_MAX 4000
#define BRIEF_MAX 300
#define MINUTES_MAX (366 * 24 * 60)

const char *const oyer_notice_links[] = {"pass_link", "check_link",  "help_link",
                                         "read_link", "status_link", "status_code",
                                         "case_link", NULL};

static const char *const language_words[OYER_NOTICE_LANGUAGES] = {"zh", "en"};

/* What a text may ask for, beside the links. */
static const char *const words[] = {
    "name",  "court",  "case_number", "receipt_no", "time",   "old_time",
    "due",   "target", "items",       "reason",     "ruling", "appeal",
    "mode",  "place",  "left",        "contact",    "paper",  "by",
    "entry", "rule",   "fee",         "days",       NULL};

static gboolean fail(GError **error, const char *what, const char *why)
{
    g_set_error(error, OYER_JSON_ERROR, OYER_JSON_ERROR_SHAPE, "%s: %s", what, why);
    return FALSE;
}

static void template_free(gpointer data)
{
    OyerNoticeTemplate *self = data;

    g_free(self->kind);
    g_free(self->role);
    for (guint i = 0; i < OYER_NOTICE_LANGUAGES; i++) {
        g_free(self->in[i].subject);
        g_free(self->in[i].text);
        g_free(self->in[i].brief);
    }
    g_free(self);
}

void oyer_notice_texts_free(OyerNoticeTexts *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->templates);
    for (guint i = 0; i < OYER_NOTICE_LANGUAGES; i++)
        g_free(self->contact[i]);
    g_free(self);
}

/* ---- reading ---- */

/* The next `{word}` of @text.  FALSE: there is none. */
static gboolean next_word(const char *text, const char **out_open, const char **out_end,
                          char **out_word)
{
    const char *open = strchr(text, '{');
    const char *close = open ? strchr(open, '}') : NULL;

    if (close == NULL)
        return FALSE;
    *out_open = open;
    *out_end = close + 1;
    *out_word = g_strndup(open + 1, (gsize)(close - open - 1));
    return TRUE;
}

static gboolean check_words(const char *text, GError **error)
{
    const char *open, *rest = text;
    char *found;

    while (next_word(rest, &open, &rest, &found)) {
        g_autofree char *word = found;
        if (!g_strv_contains(words, word) && !g_strv_contains(oyer_notice_links, word))
            return fail(error, word, "no such word in braces");
    }
    return TRUE;
}

static gboolean check_text(const char *text, gsize max, GError **error)
{
    if (!*text || !oyer_text_is_clean(text, max))
        return fail(error, "text", "empty, too long, or not text");
    return check_words(text, error);
}

static gboolean read_language(json_t *object, OyerNoticeTemplate *out, guint language,
                              GError **error)
{
    const char *subject, *text, *brief;

    if (!json_is_object(object))
        return fail(error, language_words[language], "is missing");
    if (!oyer_json_unpack(object, error, "{s:s,s:s,s:s}", "subject", &subject, "text",
                          &text, "short", &brief) ||
        !check_text(subject, SUBJECT_MAX, error) ||
        !check_text(text, TEXT_MAX, error) || !check_text(brief, BRIEF_MAX, error))
        return FALSE;
    if (strpbrk(subject, "\n\t") != NULL)
        return fail(error, "subject", "one line");
    out->in[language].subject = g_strdup(subject);
    out->in[language].text = g_strdup(text);
    out->in[language].brief = g_strdup(brief);
    return TRUE;
}

static OyerNoticeTemplate *find_exactly(const OyerNoticeTexts *self, const char *kind,
                                        const char *role)
{
    for (guint i = 0; i < self->templates->len; i++) {
        OyerNoticeTemplate *row = self->templates->pdata[i];
        if (!strcmp(row->kind, kind) && !strcmp(row->role, role))
            return row;
    }
    return NULL;
}

static gboolean read_template(OyerNoticeTexts *self, json_t *object, GError **error)
{
    const char *kind, *role = "";
    json_int_t version;
    json_t *zh, *en;

    if (!oyer_json_unpack(object, error, "{s:s,s?s,s:I,s:o,s:o}", "kind", &kind, "role",
                          &role, "version", &version, "zh", &zh, "en", &en))
        return FALSE;
    if (!*kind || strlen(kind) > 40 || strlen(role) > 40 || version < 1 ||
        version > 1000000)
        return fail(error, "templates", "a kind, a role, a version from 1");
    OyerNoticeTemplate *row = g_new0(OyerNoticeTemplate, 1);
    row->kind = g_strdup(kind);
    row->role = g_strdup(role);
    row->version = version;
    if (!read_language(zh, row, OYER_NOTICE_ZH, error) ||
        !read_language(en, row, OYER_NOTICE_EN, error)) {
        template_free(row);
        return FALSE;
    }
    OyerNoticeTemplate *before = find_exactly(self, kind, role);
    if (before != NULL)
        g_ptr_array_remove(self->templates, before);
    g_ptr_array_add(self->templates, row);
    return TRUE;
}

static gboolean read_reminders(OyerNoticeTexts *self, const json_t *list,
                               GError **error)
{
    if (!json_is_array(list) || json_array_size(list) > OYER_NOTICE_REMINDERS_MAX)
        return fail(error, "reminders_minutes", "a list of at most twelve");
    self->n_reminders = json_array_size(list);
    for (gsize i = 0; i < self->n_reminders; i++) {
        json_int_t minutes = json_integer_value(json_array_get(list, i));
        if (minutes < 5 || minutes > MINUTES_MAX)
            return fail(error, "reminders_minutes", "from five to a year");
        self->reminders_us[i] = minutes * 60 * OYER_SECOND_US;
    }
    return TRUE;
}

static gboolean read_contact(OyerNoticeTexts *self, json_t *object, GError **error)
{
    const char *texts[OYER_NOTICE_LANGUAGES];

    if (!oyer_json_unpack(object, error, "{s:s,s:s}", "zh", &texts[OYER_NOTICE_ZH],
                          "en", &texts[OYER_NOTICE_EN]))
        return FALSE;
    for (guint i = 0; i < OYER_NOTICE_LANGUAGES; i++) {
        if (!oyer_text_is_clean(texts[i], BRIEF_MAX))
            return fail(error, "contact", "too long, or not text");
        g_free(self->contact[i]);
        self->contact[i] = g_strdup(texts[i]);
    }
    return TRUE;
}

static gboolean read_file(OyerNoticeTexts *self, const char *bytes, gsize size,
                          GError **error)
{
    json_t *reminders = NULL, *contact = NULL, *list = NULL, *row;
    gsize i;

    g_autoptr(json_t) root = oyer_json_parse(bytes, size, error);
    if (root == NULL ||
        !oyer_json_unpack(root, error, "{s?o,s?o,s?o}", "reminders_minutes", &reminders,
                          "contact", &contact, "templates", &list))
        return FALSE;
    if ((reminders != NULL && !read_reminders(self, reminders, error)) ||
        (contact != NULL && !read_contact(self, contact, error)))
        return FALSE;
    if (list != NULL && (!json_is_array(list) || json_array_size(list) > TEMPLATES_MAX))
        return fail(error, "templates", "a list");
    json_array_foreach(list, i, row)
    {
        if (!read_template(self, row, error))
            return FALSE;
    }
    return TRUE;
}

OyerNoticeTexts *oyer_notice_texts_built_in(void)
{
    g_autoptr(GBytes) bytes = g_resource_lookup_data(
        oyer_notice_get_resource(), "/oyer/notice/data/notices.json",
        G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    g_autoptr(GError) error = NULL;
    OyerNoticeTexts *self = g_new0(OyerNoticeTexts, 1);
    gsize size = 0;
    const char *text = bytes ? g_bytes_get_data(bytes, &size) : "";

    self->templates = g_ptr_array_new_with_free_func(template_free);
    if (!read_file(self, text, size, &error))
        g_error("the built-in notices: %s", error->message);
    return self;
}

OyerNoticeTexts *oyer_notice_texts_parse(const char *bytes, gsize size, GError **error)
{
    g_autoptr(OyerNoticeTexts) self = oyer_notice_texts_built_in();

    return read_file(self, bytes, size, error) ? g_steal_pointer(&self) : NULL;
}

const OyerNoticeTemplate *oyer_notice_find(const OyerNoticeTexts *self,
                                           const char *kind, const char *role)
{
    const OyerNoticeTemplate *row = find_exactly(self, kind, role);

    return row ? row : find_exactly(self, kind, "");
}

OyerNoticeLanguage oyer_notice_language_of(const char *word)
{
    return word != NULL && !strcmp(word, "en") ? OYER_NOTICE_EN : OYER_NOTICE_ZH;
}

/* ---- filling in ---- */

static char *format_time(gint64 at_us, OyerNoticeLanguage language, GTimeZone *zone)
{
    static const char *const days_zh[] = {"一", "二", "三", "四", "五", "六", "日"};
    static const char *const days_en[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                          "Friday", "Saturday", "Sunday"};
    static const char *const months_en[] = {
        "January", "February", "March",     "April",   "May",      "June",
        "July",    "August",   "September", "October", "November", "December"};
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_us / OYER_SECOND_US);
    g_autoptr(GDateTime) local = utc ? g_date_time_to_timezone(utc, zone) : NULL;

    if (local == NULL)
        return g_strdup("");
    int day = g_date_time_get_day_of_week(local) - 1;
    int month = g_date_time_get_month(local);
    if (language == OYER_NOTICE_ZH)
        return g_strdup_printf(
            "%d年%d月%d日（星期%s）%02d:%02d（%s 时间）", g_date_time_get_year(local),
            month, g_date_time_get_day_of_month(local), days_zh[day],
            g_date_time_get_hour(local), g_date_time_get_minute(local),
            g_time_zone_get_identifier(zone));
    return g_strdup_printf("%s, %d %s %d, %02d:%02d (%s time)", days_en[day],
                           g_date_time_get_day_of_month(local), months_en[month - 1],
                           g_date_time_get_year(local), g_date_time_get_hour(local),
                           g_date_time_get_minute(local),
                           g_time_zone_get_identifier(zone));
}

/* A value cannot bring words of its own. */
static void append_value(GString *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '{')
            g_string_append(out, "｛");
        else if (*text == '}')
            g_string_append(out, "｝");
        else
            g_string_append_c(out, *text);
    }
}

static void append_word(GString *out, const char *word, const json_t *values,
                        OyerNoticeLanguage language, GTimeZone *zone)
{
    const json_t *value = json_object_get(values, word);

    if (g_strv_contains(oyer_notice_links, word)) {
        g_string_append_printf(out, "{%s}", word);
    } else if (json_is_integer(value)) {
        g_autofree char *time = format_time(json_integer_value(value), language, zone);
        append_value(out, time);
    } else {
        if (json_is_object(value))
            value = json_object_get(value, language_words[language]);
        if (json_is_string(value))
            append_value(out, json_string_value(value));
    }
}

char *oyer_notice_fill(const char *text, const json_t *values,
                       OyerNoticeLanguage language, GTimeZone *zone)
{
    GString *out = g_string_new(NULL);
    const char *open, *rest, *from = text;
    char *found;

    while (next_word(from, &open, &rest, &found)) {
        g_autofree char *word = found;
        g_string_append_len(out, from, open - from);
        append_word(out, word, values, language, zone);
        from = rest;
    }
    g_string_append(out, from);
    return g_string_free(out, FALSE);
}

char *oyer_notice_fill_links(const char *text, const json_t *values)
{
    GString *out = g_string_new(NULL);
    const char *open, *rest, *from = text;
    char *found;

    while (next_word(from, &open, &rest, &found)) {
        g_autofree char *word = found;
        const char *value = oyer_json_string(values, word);
        g_string_append_len(out, from, open - from);
        if (value != NULL)
            g_string_append(out, value);
        from = rest;
    }
    g_string_append(out, from);
    return g_string_free(out, FALSE);
}
