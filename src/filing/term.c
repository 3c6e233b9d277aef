/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/term.h"

#include <string.h>

#include <gio/gio.h>

#include "base/clock.h"
#include "base/text.h"
#include "filing/builtin.h"

#define TEXT_MAX 200
#define CODE_MAX 32
#define LENGTH_MAX 1000 /* months, days */
#define MONTH_DAYS 30   /* to compare an extension with what is allowed */

static const char *const steps[OYER_TERM_STEPS] = {"start", "extend", "suspend",
                                                   "resume", "meet"};

const char *oyer_term_step_word(OyerTermStep step)
{
    return step < OYER_TERM_STEPS ? steps[step] : NULL;
}

gint oyer_term_step_of(const char *word)
{
    for (gint i = 0; word != NULL && i < OYER_TERM_STEPS; i++)
        if (!strcmp(steps[i], word))
            return i;
    return -1;
}

const char *oyer_term_state_word(OyerTermState state)
{
    static const char *const states[] = {"waiting", "running", "suspended", "over",
                                         "met"};

    return state < G_N_ELEMENTS(states) ? states[state] : NULL;
}

gboolean oyer_term_step_needs_two(OyerTermStep step)
{
    return step == OYER_TERM_EXTEND || step == OYER_TERM_SUSPEND;
}

/* ---- the rules ---- */

static gboolean fail(GError **error, const char *why)
{
    g_set_error(error, OYER_JSON_ERROR, OYER_JSON_ERROR_SHAPE, "clocks: %s", why);
    return FALSE;
}

static gboolean check_texts(json_t *object, GError **error)
{
    const char *zh, *en;

    if (!oyer_json_unpack(object, error, "{s:s,s:s}", "zh", &zh, "en", &en))
        return FALSE;
    return (oyer_text_is_clean(zh, TEXT_MAX) && oyer_text_is_clean(en, TEXT_MAX)) ||
           fail(error, "a text is too long");
}

static gboolean is_length(int months, int days)
{
    return months >= 0 && months <= LENGTH_MAX && days >= 0 && days <= LENGTH_MAX &&
           months + days > 0;
}

static gboolean check_extension(json_t *object, GError **error)
{
    int months, days, times, ask_days;
    json_t *article;

    if (!oyer_json_unpack(object, error, "{s:i,s:i,s:i,s:i,s:o}", "months", &months,
                          "days", &days, "times", &times, "ask_days", &ask_days,
                          "article", &article) ||
        !check_texts(article, error))
        return FALSE;
    return (is_length(months, days) && times > 0 && times <= LENGTH_MAX &&
            ask_days >= 0 && ask_days <= LENGTH_MAX) ||
           fail(error, "an extension is out of bounds");
}

static gboolean is_code(const char *code)
{
    return *code != '\0' && strlen(code) <= CODE_MAX &&
           strspn(code, "abcdefghijklmnopqrstuvwxyz_") == strlen(code);
}

static gboolean check_clock(json_t *object, GError **error)
{
    const char *code, *procedure, *begins, *shown;
    int months, days;
    json_t *name, *article, *extension = NULL;

    if (!oyer_json_unpack(object, error, "{s:s,s:s,s:s,s:s,s:i,s:i,s:o,s:o,s?o}",
                          "code", &code, "procedure", &procedure, "begins", &begins,
                          "for", &shown, "months", &months, "days", &days, "name",
                          &name, "article", &article, "extension", &extension) ||
        !check_texts(name, error) || !check_texts(article, error) ||
        (extension != NULL && !check_extension(extension, error)))
        return FALSE;
    return (is_code(code) &&
            (!strcmp(begins, "docketed") || !strcmp(begins, "by_hand")) &&
            (!strcmp(shown, "parties") || !strcmp(shown, "court")) &&
            is_length(months, days)) ||
           fail(error, "a code, a beginning, a reader or a length is not one");
}

static gboolean check_reason(json_t *object, GError **error)
{
    const char *code, *step, *zh, *en;
    json_t *article;

    if (!oyer_json_unpack(object, error, "{s:s,s:s,s:s,s:s,s:o}", "code", &code, "step",
                          &step, "zh", &zh, "en", &en, "article", &article) ||
        !check_texts(article, error))
        return FALSE;
    return (is_code(code) && (!strcmp(step, "extend") || !strcmp(step, "suspend")) &&
            oyer_text_is_clean(zh, TEXT_MAX) && oyer_text_is_clean(en, TEXT_MAX)) ||
           fail(error, "a reason is out of bounds");
}

static gboolean check_rows(const json_t *list, gboolean (*check)(json_t *, GError **),
                           GError **error)
{
    json_t *row;
    gsize i;

    if (!json_is_array(list) || json_array_size(list) > OYER_TERMS_MAX)
        return fail(error, "not a list, or too long");
    json_array_foreach(list, i, row)
    {
        if (!check(row, error))
            return FALSE;
    }
    return TRUE;
}

json_t *oyer_terms_parse(const char *text, gsize size_bytes, GError **error)
{
    g_autoptr(json_t) object = size_bytes <= OYER_TERMS_MAX_BYTES
                                   ? oyer_json_parse(text, size_bytes, error)
                                   : NULL;
    json_t *list, *reasons;

    if (size_bytes > OYER_TERMS_MAX_BYTES)
        fail(error, "too large");
    if (object == NULL ||
        !oyer_json_unpack(object, error, "{s:o,s:o}", "clocks", &list, "reasons",
                          &reasons) ||
        !check_rows(list, check_clock, error) ||
        !check_rows(reasons, check_reason, error))
        return NULL;
    return g_steal_pointer(&object);
}

json_t *oyer_terms_built_in(void)
{
    g_autoptr(GBytes) bytes = g_resource_lookup_data(
        oyer_filing_get_resource(), "/oyer/filing/data/clocks.json",
        G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    gsize size_bytes = 0;
    const char *text = g_bytes_get_data(bytes, &size_bytes);
    json_t *clocks = oyer_terms_parse(text, size_bytes, NULL);

    g_assert(clocks != NULL);
    return clocks;
}

gboolean oyer_term_is_of(const json_t *clock, const char *procedure)
{
    const char *of = oyer_json_string(clock, "procedure");

    return *of == '\0' || !strcmp(of, procedure);
}

const json_t *oyer_terms_find(const json_t *clocks, const char *code,
                              const char *procedure)
{
    json_t *clock;
    gsize i;

    json_array_foreach(json_object_get(clocks, "clocks"), i, clock)
    {
        if (!g_strcmp0(oyer_json_string(clock, "code"), code) &&
            oyer_term_is_of(clock, procedure))
            return clock;
    }
    return NULL;
}

const json_t *oyer_terms_find_reason(const json_t *clocks, OyerTermStep step,
                                     const char *code)
{
    json_t *reason;
    gsize i;

    json_array_foreach(json_object_get(clocks, "reasons"), i, reason)
    {
        if (!g_strcmp0(oyer_json_string(reason, "code"), code) &&
            oyer_term_step_of(oyer_json_string(reason, "step")) == (gint)step)
            return reason;
    }
    return NULL;
}

gboolean oyer_term_is_by_hand(const json_t *clock)
{
    return !strcmp(oyer_json_string(clock, "begins"), "by_hand");
}

char *oyer_term_rule(const json_t *clock)
{
    const json_t *article = json_object_get(clock, "article");

    return g_strdup_printf("%s (%s)", oyer_json_string(article, "zh"),
                           oyer_json_string(article, "en"));
}

json_t *oyer_terms_to_set(const json_t *clocks, const char *procedure)
{
    json_t *list = json_array(), *clock;
    gsize i;

    json_array_foreach(json_object_get(clocks, "clocks"), i, clock)
    {
        const json_t *name = json_object_get(clock, "name");
        g_autofree char *rule = oyer_term_rule(clock);
        if (oyer_term_is_by_hand(clock) && oyer_term_is_of(clock, procedure))
            json_array_append_new(
                list, oyer_json_pack("{s:s,s:s,s:s,s:I,s:s}", "code",
                                     oyer_json_string(clock, "code"), "zh",
                                     oyer_json_string(name, "zh"), "en",
                                     oyer_json_string(name, "en"), "days",
                                     (json_int_t)oyer_json_int(clock, "days", 0),
                                     "rule", rule));
    }
    return list;
}

/* ---- one of a case ---- */

OyerTerm oyer_term_begin(const json_t *rule, gint64 docketed_us)
{
    return (OyerTerm){.rule = rule,
                      .began_us = oyer_term_is_by_hand(rule) ? 0 : docketed_us};
}

static gboolean extend(OyerTerm *self, guint months, guint days)
{
    const json_t *limit = json_object_get(self->rule, "extension");
    gint64 most = oyer_json_int(limit, "months", 0) * MONTH_DAYS +
                  oyer_json_int(limit, "days", 0);
    gint64 wanted = (gint64)months * MONTH_DAYS + days;

    if (limit == NULL || self->extensions >= oyer_json_int(limit, "times", 0) ||
        wanted == 0 || wanted > most)
        return FALSE;
    self->months += months;
    self->days += days;
    self->extensions++;
    return TRUE;
}

static guint whole_days(gint64 length_us)
{
    return length_us > 0 ? (guint)((length_us + OYER_DAY_US - 1) / OYER_DAY_US) : 0;
}

gboolean oyer_term_take(OyerTerm *self, OyerTermStep step, gint64 at_us, guint months,
                        guint days)
{
    gboolean runs =
        self->began_us != 0 && self->met_us == 0 && self->suspended_since_us == 0;

    switch (step) {
    case OYER_TERM_START:
        if (!oyer_term_is_by_hand(self->rule))
            return FALSE;
        *self = (OyerTerm){.rule = self->rule, .began_us = at_us, .set_days = days};
        return TRUE;
    case OYER_TERM_EXTEND:
        return runs && extend(self, months, days);
    case OYER_TERM_SUSPEND:
        if (runs)
            self->suspended_since_us = at_us;
        return runs;
    case OYER_TERM_RESUME:
        if (self->suspended_since_us == 0)
            return FALSE;
        self->suspended_days += whole_days(at_us - self->suspended_since_us);
        self->suspended_since_us = 0;
        return TRUE;
    case OYER_TERM_MEET:
        if (runs)
            self->met_us = at_us;
        return runs;
    default:
        return FALSE;
    }
}

gint64 oyer_term_due_us(const OyerTerm *self, const OyerCalendar *calendar,
                        GTimeZone *zone, gint64 now_us)
{
    gboolean is_set = self->set_days != 0;
    guint months =
        self->months + (is_set ? 0 : (guint)oyer_json_int(self->rule, "months", 0));
    guint days =
        self->days + self->suspended_days +
        (is_set ? self->set_days : (guint)oyer_json_int(self->rule, "days", 0));
    GDate from, to;

    if (self->began_us == 0)
        return 0;
    if (self->suspended_since_us != 0)
        days += whole_days(now_us - self->suspended_since_us);
    oyer_calendar_day(zone, self->began_us, &from);
    to = from;
    g_date_add_months(&to, months);
    days += (guint)g_date_days_between(&from, &to);
    return oyer_calendar_due_us(calendar, zone, self->began_us, days);
}

gint64 oyer_term_ask_until_us(const OyerTerm *self, gint64 due_us)
{
    gint64 days =
        oyer_json_int(json_object_get(self->rule, "extension"), "ask_days", 0);

    return days == 0 || due_us == 0 ? 0 : due_us - days * OYER_DAY_US;
}

OyerTermState oyer_term_state(const OyerTerm *self, gint64 due_us, gint64 now_us)
{
    if (self->began_us == 0)
        return OYER_TERM_WAITING;
    if (self->met_us != 0)
        return OYER_TERM_MET;
    if (self->suspended_since_us != 0)
        return OYER_TERM_SUSPENDED;
    return due_us <= now_us ? OYER_TERM_OVER : OYER_TERM_RUNNING;
}
