/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/metrics.h"

#include <string.h>

struct OyerMetrics {
    GString *text;
    GHashTable *names; /* set of the families begun */
    char *family;
};

static const char *const type_words[] = {"counter", "gauge", "histogram"};

OyerMetrics *oyer_metrics_new(void)
{
    OyerMetrics *self = g_new0(OyerMetrics, 1);

    self->text = g_string_new(NULL);
    self->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return self;
}

static gboolean is_name(const char *name)
{
    if (!g_ascii_isalpha(*name) && *name != '_')
        return FALSE;
    for (; *name; name++)
        if (!g_ascii_isalnum(*name) && *name != '_')
            return FALSE;
    return TRUE;
}

void oyer_metrics_family(OyerMetrics *self, const char *name, OyerMetricType type,
                         const char *help)
{
    g_return_if_fail(is_name(name) && !strpbrk(help, "\\\n"));
    g_return_if_fail(g_str_has_suffix(name, "_total") == (type == OYER_METRIC_COUNTER));
    g_return_if_fail(g_hash_table_add(self->names, g_strdup(name)));

    g_free(self->family);
    self->family = g_strdup(name);
    g_string_append_printf(self->text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name,
                           type_words[type]);
}

static void put_number(GString *text, double number)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append(text, g_ascii_formatd(digits, sizeof digits, "%.17g", number));
    g_string_append_c(text, '\n');
}

static void put_sample(OyerMetrics *self, const char *suffix, const char *label,
                       const char *value, double number)
{
    g_string_append_printf(self->text, "%s%s", self->family, suffix);
    if (label) {
        g_string_append_printf(self->text, "{%s=\"", label);
        for (; *value; value++) {
            if (*value == '\\' || *value == '"')
                g_string_append_c(self->text, '\\');
            g_string_append(self->text, *value == '\n' ? "\\n" : (char[]){*value, 0});
        }
        g_string_append(self->text, "\"}");
    }
    g_string_append_c(self->text, ' ');
    put_number(self->text, number);
}

void oyer_metrics_sample(OyerMetrics *self, const char *label, const char *value,
                         double number)
{
    g_return_if_fail(self->family && (!label || is_name(label)));
    put_sample(self, "", label, value, number);
}

void oyer_metrics_one(OyerMetrics *self, const char *name, OyerMetricType type,
                      const char *help, double number)
{
    oyer_metrics_family(self, name, type, help);
    oyer_metrics_sample(self, NULL, NULL, number);
}

void oyer_metrics_histogram(OyerMetrics *self, const char *name, const char *help,
                            const double *bounds, guint n, const guint64 *counts,
                            double sum)
{
    guint64 below = 0;

    oyer_metrics_family(self, name, OYER_METRIC_HISTOGRAM, help);
    for (guint i = 0; i <= n; i++) {
        char bound[G_ASCII_DTOSTR_BUF_SIZE] = "+Inf";

        below += counts[i];
        if (i < n)
            (void)g_ascii_formatd(bound, sizeof bound, "%g", bounds[i]);
        put_sample(self, "_bucket", "le", bound, (double)below);
    }
    put_sample(self, "_sum", NULL, NULL, sum);
    put_sample(self, "_count", NULL, NULL, (double)below);
}

char *oyer_metrics_end(OyerMetrics *self)
{
    char *text = g_string_free(self->text, FALSE);

    g_hash_table_unref(self->names);
    g_free(self->family);
    g_free(self);
    return text;
}
