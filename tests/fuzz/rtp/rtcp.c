/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/rtcp.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* What was read of a feedback can be written and says the same. */
static void check_twcc(const OyerRtcpBlock *block)
{
    static OyerRtcpArrival arrivals[OYER_RTCP_TWCC_MAX];
    static guint8 bytes[8192];
    OyerRtcpWriter writer = {.bytes = bytes, .capacity = sizeof bytes};
    OyerRtcpTwcc twcc;

    if (!oyer_rtcp_twcc(block, &twcc, arrivals, G_N_ELEMENTS(arrivals)))
        return;
    for (guint i = 0; i < twcc.count; i++)
        arrivals[i].arrival_us += 1000000000000; /* a writer's clock is positive */
    guint told = oyer_rtcp_write_twcc(&writer, 1, 2, 3, arrivals, twcc.count);
    g_assert_cmpuint(told, <=, twcc.count);
    g_assert_true(told > 0 || twcc.received == 0 || writer.size == 0);
}

static void read_block(const OyerRtcpBlock *block)
{
    OyerRtcpSenderInfo info;
    OyerRtcpReport report;
    const char *cname;
    gsize size;
    guint32 ssrc, media;
    guint16 seqs[64];
    guint8 number;
    guint64 bps;

    (void)oyer_rtcp_sender_info(block, &info);
    for (guint i = 0; i < 33; i++) {
        (void)oyer_rtcp_report(block, i, &report);
        (void)oyer_rtcp_bye(block, i, &ssrc);
        (void)oyer_rtcp_fir(block, i, &ssrc, &number);
    }
    if (oyer_rtcp_cname(block, 1, &cname, &size))
        g_free(g_strndup(cname, size));
    (void)oyer_rtcp_feedback(block, &ssrc, &media);
    (void)oyer_rtcp_is_pli(block);
    (void)oyer_rtcp_remb(block, &bps);
    g_assert_cmpuint(oyer_rtcp_nack(block, seqs, G_N_ELEMENTS(seqs)), <=,
                     G_N_ELEMENTS(seqs));
    check_twcc(block);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    OyerRtcpReader reader;
    OyerRtcpBlock block;

    if (!oyer_rtcp_reader_init(&reader, data, size))
        return 0;
    while (oyer_rtcp_reader_next(&reader, &block))
        read_block(&block);
    return 0;
}
