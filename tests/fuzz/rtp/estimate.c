/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/estimate.h"

#include "rtp/probe.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

#define SENT 400

/* Feedback of any content about packets that were sent, or not. */
static void take(const OyerRtcpBlock *block, OyerHistory *history,
                 OyerEstimate *estimate, OyerProbe *probe, gint64 now_us)
{
    static OyerRtcpArrival arrivals[OYER_RTCP_TWCC_MAX];
    static OyerHistoryResult results[OYER_HISTORY_RESULTS_MAX];
    OyerRtcpTwcc twcc;
    guint count;
    double bps = 0;

    if (!oyer_rtcp_twcc(block, &twcc, arrivals, G_N_ELEMENTS(arrivals)))
        return;
    count = oyer_history_take(history, arrivals, twcc.count, now_us, results);
    g_assert_cmpuint(count, <=, SENT);
    for (guint i = 0; i < count; i++)
        oyer_probe_take(probe, &results[i]);
    oyer_estimate_feedback(estimate, results, count, now_us);
    if (oyer_probe_finish(probe, now_us, &bps))
        oyer_estimate_probed(estimate, bps, now_us);
    oyer_estimate_tick(estimate, history->unanswered_us, now_us);
    g_assert_cmpuint(oyer_estimate_kbps(estimate), >=, OYER_ESTIMATE_KBPS_MIN / 2);
    g_assert_cmpuint(oyer_estimate_kbps(estimate), <=, OYER_ESTIMATE_KBPS_MAX);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static OyerHistory history;
    gint64 now_us = 1000 * G_USEC_PER_SEC;
    OyerEstimate estimate;
    OyerProbe probe = {0};
    OyerRtcpReader reader;
    OyerRtcpBlock block;

    if (!oyer_rtcp_reader_init(&reader, data, size))
        return 0;
    history = (OyerHistory){0};
    oyer_estimate_init(&estimate, now_us);
    (void)oyer_probe_begin(&probe, 500, 2000, now_us);
    for (guint i = 0; i < SENT; i++, now_us += 1000) {
        (void)oyer_history_sent(&history, 1000, oyer_probe_cluster(&probe), now_us);
        if (oyer_probe_fill_bytes(&probe, now_us))
            oyer_probe_sent(&probe, 1000);
    }
    while (oyer_rtcp_reader_next(&reader, &block)) {
        now_us += 50000;
        take(&block, &history, &estimate, &probe, now_us);
    }
    return 0;
}
