/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/metrics.h"

static void test_text_is_the_exposition_format(void)
{
    OyerMetrics *metrics = oyer_metrics_new();

    oyer_metrics_one(metrics, "oyer_up", OYER_METRIC_GAUGE, "Whether it is there.", 1);
    oyer_metrics_family(metrics, "oyer_bytes_total", OYER_METRIC_COUNTER, "Bytes.");
    oyer_metrics_sample(metrics, "direction", "in", 1e15);
    oyer_metrics_sample(metrics, "direction", "out", 0.5);
    g_autofree char *text = oyer_metrics_end(metrics);
    g_assert_cmpstr(text, ==,
                    "# HELP oyer_up Whether it is there.\n"
                    "# TYPE oyer_up gauge\n"
                    "oyer_up 1\n"
                    "# HELP oyer_bytes_total Bytes.\n"
                    "# TYPE oyer_bytes_total counter\n"
                    "oyer_bytes_total{direction=\"in\"} 1000000000000000\n"
                    "oyer_bytes_total{direction=\"out\"} 0.5\n");
}

static void test_a_histogram_is_cumulative(void)
{
    static const double bounds[] = {0.01, 0.1};
    static const guint64 counts[] = {3, 2, 1};
    OyerMetrics *metrics = oyer_metrics_new();

    oyer_metrics_histogram(metrics, "oyer_late_seconds", "Late.", bounds, 2, counts,
                           4.5);
    g_autofree char *text = oyer_metrics_end(metrics);
    g_assert_cmpstr(text, ==,
                    "# HELP oyer_late_seconds Late.\n"
                    "# TYPE oyer_late_seconds histogram\n"
                    "oyer_late_seconds_bucket{le=\"0.01\"} 3\n"
                    "oyer_late_seconds_bucket{le=\"0.1\"} 5\n"
                    "oyer_late_seconds_bucket{le=\"+Inf\"} 6\n"
                    "oyer_late_seconds_sum 4.5\n"
                    "oyer_late_seconds_count 6\n");
}

static void test_label_values_are_escaped(void)
{
    OyerMetrics *metrics = oyer_metrics_new();

    oyer_metrics_family(metrics, "oyer_x", OYER_METRIC_GAUGE, "X.");
    oyer_metrics_sample(metrics, "v", "a\"b\\c\nd", 1);
    g_autofree char *text = oyer_metrics_end(metrics);
    g_assert_true(g_str_has_suffix(text, "oyer_x{v=\"a\\\"b\\\\c\\nd\"} 1\n"));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/metrics/text-is-the-exposition-format",
                    test_text_is_the_exposition_format);
    g_test_add_func("/base/metrics/a-histogram-is-cumulative",
                    test_a_histogram_is_cumulative);
    g_test_add_func("/base/metrics/label-values-are-escaped",
                    test_label_values_are_escaped);
    return g_test_run();
}
