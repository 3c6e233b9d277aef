/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/liveness.h"

#define S G_USEC_PER_SEC

static void test_tells_silence_by_its_length(void)
{
    static const struct {
        gint64 silent_us;
        OyerLiveness says;
    } cases[] = {
        {0, OYER_LIVENESS_HERE},      {2 * S - 1, OYER_LIVENESS_HERE},
        {2 * S, OYER_LIVENESS_QUIET}, {5 * S - 1, OYER_LIVENESS_QUIET},
        {5 * S, OYER_LIVENESS_AWAY},  {30 * S - 1, OYER_LIVENESS_AWAY},
        {30 * S, OYER_LIVENESS_GONE}, {3600LL * S, OYER_LIVENESS_GONE},
        {-1, OYER_LIVENESS_HERE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(oyer_liveness(1000, 1000 + cases[i].silent_us), ==,
                        cases[i].says);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transport/liveness/tells-silence-by-its-length",
                    test_tells_silence_by_its_length);
    return g_test_run();
}
