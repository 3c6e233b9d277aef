/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/sdp-write.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static const OyerSdpLocal local = {
    .ufrag = "abcd",
    .pwd = "abcdefghijklmnopqrstuv",
    .fingerprint =
        "29:EE:4B:BA:75:25:F4:22:45:2E:08:D8:21:A2:AB:18:CE:1F:5F:F4:F9:A1:38:AA:2D:"
        "1D:D0:06:AD:8D:7B:A1",
};

/* Whatever was offered, our answer must be one that we would take ourselves. */
static void check_answer(char *answer)
{
    g_autofree char *text = answer;
    g_autoptr(GError) error = NULL;

    if (!text)
        return;
    g_autoptr(OyerSdp) sdp = oyer_sdp_parse(text, -1, OYER_SDP_ANSWER, &error);
    g_assert_no_error(error);
    g_assert_nonnull(sdp);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    OyerSdpSend sends[2] = {
        {.kind = OYER_SDP_AUDIO,
         .mid = "0",
         .active = true,
         .ssrc = 1,
         .cname = "c",
         .stream = "s",
         .track = "a"},
        {.kind = OYER_SDP_VIDEO,
         .mid = "1",
         .active = true,
         .ssrc = 2,
         .rtx_ssrc = 3,
         .cname = "c",
         .stream = "s",
         .track = "v"},
    };

    oyer_sdp_offer_codec(OYER_CODEC_OPUS, NULL, &sends[0].codec);
    oyer_sdp_offer_codec(OYER_CODEC_VP8, NULL, &sends[1].codec);
    for (int type = OYER_SDP_OFFER; type <= OYER_SDP_ANSWER; type++) {
        g_autoptr(OyerSdp) sdp =
            oyer_sdp_parse((const char *)data, (gssize)size, type, NULL);

        if (!sdp)
            continue;
        (void)oyer_sdp_check_answer(sdp, sends, 2, NULL);
        check_answer(oyer_sdp_answer_publish(sdp, &local, NULL, NULL));
        check_answer(oyer_sdp_answer_play(sdp, sends, 2, &local, NULL, NULL));
    }
    return 0;
}
