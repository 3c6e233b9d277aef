/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/sdp.h"

#include <string.h>

#define FINGERPRINT                                                                     \
    "29:EE:4B:BA:75:25:F4:22:45:2E:08:D8:21:A2:AB:18:CE:1F:5F:F4:F9:A1:38:AA:2D:1D:D0:" \
    "06:AD:8D:7B:A1"
#define HEAD "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
#define TRANSPORT                                                                 \
    "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\na=setup:actpass\r\n" \
    "a=fingerprint:sha-256 " FINGERPRINT "\r\n"
#define AUDIO(mid)                                  \
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:" mid \
    "\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n"

static OyerSdp *parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    OyerSdp *sdp = oyer_sdp_parse(text, -1, OYER_SDP_OFFER, &error);

    g_assert_no_error(error);
    return sdp;
}

static OyerSdp *parse_file(const char *name, OyerSdpType type)
{
    g_autofree char *path =
        g_build_filename(TEST_DATA, "corpus", "rtp", "sdp", name, NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    gsize size;

    g_assert_true(g_file_get_contents(path, &text, &size, &error));
    OyerSdp *sdp = oyer_sdp_parse(text, (gssize)size, type, &error);
    g_assert_no_error(error);
    return sdp;
}

static void test_reads_what_chromium_publishes(void)
{
    g_autoptr(OyerSdp) sdp = parse_file("chromium-publish.sdp", OYER_SDP_OFFER);
    bool is_rtx;

    g_assert_cmpuint(sdp->n_media, ==, 2);
    g_assert_cmpstr(sdp->ufrag, ==, "QdfA");
    g_assert_cmpint(sdp->setup, ==, OYER_SDP_SETUP_ACTPASS);
    g_assert_true(sdp->bundle);
    g_assert_true(sdp->trickle);
    g_assert_cmpuint(sdp->n_candidates, ==, 2);
    g_assert_true(g_str_has_prefix(sdp->candidates[0], "candidate:"));
    g_assert_null(sdp->candidates[2]);

    const OyerSdpMedia *audio = oyer_sdp_find(sdp, "0"),
                       *video = oyer_sdp_find(sdp, "1");
    g_assert_cmpint(audio->direction, ==, OYER_SDP_SENDONLY);
    g_assert_cmpuint(audio->n_codecs, ==, 2);
    g_assert_cmpint(audio->codecs[0].codec, ==, OYER_CODEC_OPUS);
    g_assert_cmpint(audio->codecs[1].codec, ==, OYER_CODEC_RED);
    g_assert_cmpuint(audio->extension_map[1], ==, OYER_EXTENSION_AUDIO_LEVEL);
    g_assert_cmpuint(audio->extension_map[4], ==, OYER_EXTENSION_MID);
    g_assert_cmpuint(audio->n_ssrcs, ==, 1);
    g_assert_cmpuint(audio->ssrcs[0].ssrc, ==, 265737205);
    g_assert_cmpstr(audio->cname, ==, "BolDFNDx3aWUwPfR");

    g_assert_cmpint(video->codecs[0].codec, ==, OYER_CODEC_VP8);
    g_assert_cmpuint(video->codecs[0].rtx_pt, ==, 97);
    g_assert_cmphex(video->codecs[0].feedback, ==, 0x1f);
    g_assert_cmpuint(video->n_ssrcs, ==, 1);
    g_assert_cmpuint(video->ssrcs[0].rtx_ssrc, !=, 0);
    g_assert_cmpuint(video->extension_map[13], ==, OYER_EXTENSION_VIDEO_ORIENTATION);
    g_assert_true(oyer_sdp_media_codec(video, 97, &is_rtx) == &video->codecs[0]);
    g_assert_true(is_rtx);
    g_assert_null(oyer_sdp_media_codec(video, 45, &is_rtx)); /* AV1 */
}

static void test_reads_what_the_others_write(void)
{
    static const struct {
        const char *name;
        OyerSdpType type;
        guint n_media;
    } files[] = {
        {"chromium-play.sdp", OYER_SDP_OFFER, 3},
        {"chromium-answer.sdp", OYER_SDP_ANSWER, 3},
        {"firefox-publish.sdp", OYER_SDP_OFFER, 2},
        {"firefox-play.sdp", OYER_SDP_OFFER, 3},
        {"firefox-answer.sdp", OYER_SDP_ANSWER, 3},
        {"aiortc-publish.sdp", OYER_SDP_OFFER, 2},
        {"aiortc-play.sdp", OYER_SDP_OFFER, 2},
        {"aiortc-answer.sdp", OYER_SDP_ANSWER, 3},
        {"gstreamer-publish.sdp", OYER_SDP_OFFER, 2},
        {"obs-publish.sdp", OYER_SDP_OFFER, 2},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_test_message("%s", files[i].name);
        g_autoptr(OyerSdp) sdp = parse_file(files[i].name, files[i].type);
        g_assert_cmpuint(sdp->n_media, ==, files[i].n_media);
        g_assert_cmpint(sdp->media[0]->codecs[0].codec, ==, OYER_CODEC_OPUS);
        g_assert_nonnull(sdp->fingerprint);
        g_assert_cmpuint(strlen(sdp->fingerprint), ==, 95);
    }
}

static void test_reads_simulcast(void)
{
    g_autoptr(OyerSdp) sdp = parse_file("chromium-simulcast.sdp", OYER_SDP_OFFER);

    g_assert_cmpuint(sdp->media[0]->n_rids, ==, 2);
    g_assert_cmpstr(sdp->media[0]->rids[0], ==, "l");
}

#define VIDEO_WITH(attributes)                                     \
    HEAD TRANSPORT "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n" \
                   "a=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\n" attributes

static void test_layers_come_in_the_order_of_simulcast(void)
{
    static const struct {
        const char *text;
        const char *rids; /* joined by ";" */
    } cases[] = {
        {VIDEO_WITH("a=rid:a send\r\na=rid:b send\r\na=simulcast:send b;a\r\n"), "b;a"},
        {VIDEO_WITH("a=simulcast:recv x send 1,2;~3\r\na=rid:1 send pt=96\r\n"
                    "a=rid:2 send\r\na=rid:3 send max-width=320\r\n"),
         "1;3"},
        /* not sent, not named, twice, no letters and digits, too long, no simulcast */
        {VIDEO_WITH("a=rid:a recv\r\na=rid:b send\r\na=simulcast:send a;b\r\n"), "b"},
        {VIDEO_WITH("a=rid:a send\r\na=simulcast:send a;b\r\n"), "a"},
        {VIDEO_WITH("a=rid:a send\r\na=simulcast:send a;a;a\r\n"), "a"},
        {VIDEO_WITH("a=rid:a;b send\r\na=simulcast:send a;b\r\n"), ""},
        {VIDEO_WITH("a=rid:a2345678901234567 send\r\n"
                    "a=simulcast:send a2345678901234567\r\n"),
         ""},
        {VIDEO_WITH("a=rid:a send\r\na=rid:b send\r\n"), ""},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(OyerSdp) sdp = parse(cases[i].text);
        g_autoptr(GString) rids = g_string_new(NULL);

        for (guint k = 0; k < sdp->media[0]->n_rids; k++)
            g_string_append_printf(rids, "%s%s", k ? ";" : "", sdp->media[0]->rids[k]);
        g_assert_cmpstr(rids->str, ==, cases[i].rids);
    }
}

static void test_session_attributes_count_for_all(void)
{
    g_autoptr(OyerSdp) sdp =
        parse(HEAD "a=group:BUNDLE 0 1\r\n" TRANSPORT "a=recvonly\r\n" AUDIO("0")
                  AUDIO("1") "a=sendonly\r\n");

    g_assert_cmpstr(sdp->fingerprint, ==, FINGERPRINT);
    g_assert_cmpint(sdp->media[0]->direction, ==, OYER_SDP_RECVONLY);
    g_assert_cmpint(sdp->media[1]->direction, ==, OYER_SDP_SENDONLY);
}

static void test_one_line_needs_no_group(void)
{
    g_autoptr(OyerSdp) sdp = parse(HEAD TRANSPORT AUDIO("a"));

    g_assert_false(sdp->bundle);
    g_assert_cmpuint(sdp->session_version, ==, 2);
}

static void test_bundle_only_is_not_rejected(void)
{
    g_autoptr(OyerSdp) sdp = parse(HEAD "a=group:BUNDLE 0 1\r\n" TRANSPORT AUDIO(
        "0") "m=audio 0 UDP/TLS/RTP/SAVPF 111\r\na=bundle-only\r\na=mid:1\r\n"
             "a=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n"
             "m=video 0 UDP/TLS/RTP/SAVPF 96\r\n");

    g_assert_false(sdp->media[1]->rejected);
    g_assert_true(sdp->media[2]->rejected);
}

static void test_refuses_with_a_reason(void)
{
    static const struct {
        const char *text;
        OyerSdpError code;
        const char *says;
    } rows[] = {
        {"", OYER_SDP_ERROR_SYNTAX, "v=0"},
        {"hello", OYER_SDP_ERROR_SYNTAX, "v=0"},
        {HEAD "nonsense\r\n", OYER_SDP_ERROR_SYNTAX, "line"},
        {HEAD "a=x\ry\r\n", OYER_SDP_ERROR_SYNTAX, "character"},
        {HEAD TRANSPORT "m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=rtcp-mux\r\n"
                        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n",
         OYER_SDP_ERROR_INSECURE, "a=crypto"},
        {HEAD "m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=rtcp-mux\r\n",
         OYER_SDP_ERROR_INSECURE, "RTP/AVP"},
        {HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=rtcp-mux\r\n",
         OYER_SDP_ERROR_INSECURE, "a=fingerprint"},
        {HEAD
         "a=fingerprint:sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB"
         "\r\n" AUDIO("0"),
         OYER_SDP_ERROR_INSECURE, "sha-256"},
        {HEAD "a=fingerprint:sha-256 00:11\r\n" AUDIO("0"), OYER_SDP_ERROR_SYNTAX,
         "fingerprint"},
        {HEAD TRANSPORT AUDIO("0") AUDIO("1"), OYER_SDP_ERROR_UNSUPPORTED, "BUNDLE"},
        {HEAD "a=group:BUNDLE 0\r\n" TRANSPORT AUDIO("0") AUDIO("1"),
         OYER_SDP_ERROR_UNSUPPORTED, "BUNDLE"},
        {HEAD TRANSPORT "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n",
         OYER_SDP_ERROR_UNSUPPORTED, "rtcp-mux"},
        {HEAD TRANSPORT "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtcp-mux\r\n",
         OYER_SDP_ERROR_UNSUPPORTED, "a=mid"},
        {HEAD "a=group:BUNDLE 0 0\r\n" TRANSPORT AUDIO("0") AUDIO("0"),
         OYER_SDP_ERROR_SYNTAX, "a=mid"},
        {HEAD "a=fingerprint:sha-256 " FINGERPRINT "\r\n" AUDIO("0"),
         OYER_SDP_ERROR_UNSUPPORTED, "ice-ufrag"},
        {HEAD TRANSPORT AUDIO("0") "a=setup:passive\r\n", OYER_SDP_ERROR_UNSUPPORTED,
         "passive"},
        {HEAD TRANSPORT AUDIO("a b"), OYER_SDP_ERROR_SYNTAX, "a=mid"},
        {HEAD TRANSPORT "m=audio x UDP/TLS/RTP/SAVPF 111\r\n", OYER_SDP_ERROR_SYNTAX,
         "m-line"},
        {HEAD TRANSPORT AUDIO("0") "a=rtpmap:111 opus\r\n", OYER_SDP_ERROR_SYNTAX,
         "rtpmap"},
        {HEAD TRANSPORT AUDIO("0") "a=ssrc:99999999999 cname:x\r\n",
         OYER_SDP_ERROR_SYNTAX, "ssrc"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;

        g_test_message("%s", rows[i].says);
        g_assert_null(oyer_sdp_parse(rows[i].text, -1, OYER_SDP_OFFER, &error));
        g_assert_error(error, OYER_SDP_ERROR, (int)rows[i].code);
        g_assert_nonnull(strstr(error->message, rows[i].says));
    }
}

static void test_refuses_a_second_certificate(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(oyer_sdp_parse(
        HEAD "a=group:BUNDLE 0 1\r\n" TRANSPORT AUDIO("0")
            AUDIO("1") "a=fingerprint:sha-256 00"
                       ":EE:4B:BA:75:25:F4:22:"
                       "45:2E:08:D8:21:A2:AB:18:CE:1F:5F:F4:F9:A1:38:AA:2D:1D:D0:06:"
                       "AD:8D:7B:A1\r\n",
        -1, OYER_SDP_OFFER, &error));
    g_assert_error(error, OYER_SDP_ERROR, OYER_SDP_ERROR_INSECURE);
}

static void test_refuses_an_answer_that_does_not_choose(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(
        oyer_sdp_parse(HEAD TRANSPORT AUDIO("0"), -1, OYER_SDP_ANSWER, &error));
    g_assert_error(error, OYER_SDP_ERROR, OYER_SDP_ERROR_UNSUPPORTED);
}

static void test_sizes_are_bounded(void)
{
    g_autofree char *big = g_malloc(OYER_SDP_BYTES_MAX + 2);
    g_autoptr(GString) many = g_string_new(HEAD TRANSPORT);
    g_autoptr(GError) error = NULL;

    memset(big, 'a', OYER_SDP_BYTES_MAX + 1);
    big[OYER_SDP_BYTES_MAX + 1] = '\0';
    g_assert_null(oyer_sdp_parse(big, -1, OYER_SDP_OFFER, &error));
    g_assert_error(error, OYER_SDP_ERROR, OYER_SDP_ERROR_SYNTAX);
    g_clear_error(&error);

    for (guint i = 0; i <= OYER_SDP_MEDIA_MAX; i++)
        g_string_append(many, "m=audio 0 UDP/TLS/RTP/SAVPF 0\r\n");
    g_assert_null(oyer_sdp_parse(many->str, -1, OYER_SDP_OFFER, &error));
    g_assert_error(error, OYER_SDP_ERROR, OYER_SDP_ERROR_SYNTAX);
}

static void test_takes_no_more_than_it_has_room_for(void)
{
    g_autoptr(GString) many =
        g_string_new(HEAD TRANSPORT "m=video 9 UDP/TLS/RTP/SAVPF");

    for (guint i = 0; i < 128; i++)
        g_string_append_printf(many, " %u", i);
    g_string_append(many, "\r\na=mid:0\r\na=rtcp-mux\r\n"
                          "a=simulcast:send r0;r1;r2;r3;r4;r5;r6;r7;r8;r9\r\n");
    for (guint i = 0; i < 100; i++) {
        g_string_append_printf(
            many, "a=rtpmap:%u VP8/90000\r\na=candidate:%u 1 udp\r\n", i, i);
        g_string_append_printf(many, "a=ssrc:%u cname:x\r\na=rid:r%u send\r\n", i, i);
        g_string_append_printf(many, "a=ssrc-group:FID %u %u\r\n", i, i + 200);
    }
    g_autoptr(OyerSdp) sdp = parse(many->str);
    g_assert_cmpuint(sdp->n_candidates, ==, OYER_SDP_CANDIDATES_MAX);
    g_assert_cmpuint(sdp->media[0]->n_codecs, ==, OYER_SDP_PAYLOADS_MAX);
    g_assert_cmpuint(sdp->media[0]->n_ssrcs, ==, OYER_SDP_SSRCS_MAX);
    g_assert_cmpuint(sdp->media[0]->n_rids, ==, OYER_SDP_RIDS_MAX);
}

static void test_a_copy_stands_alone(void)
{
    OyerSdp *sdp = parse_file("chromium-publish.sdp", OYER_SDP_OFFER);
    g_autoptr(OyerSdp) copy = oyer_sdp_copy(sdp);

    oyer_sdp_free(sdp);
    g_assert_cmpstr(copy->ufrag, ==, "QdfA");
    g_assert_cmpstr(copy->media[1]->mid, ==, "1");
    g_assert_cmpstr(copy->media[0]->codecs[1].fmtp, ==, "111/111");
    g_assert_nonnull(copy->candidates[1]);
}

static void test_reads_values_out_of_fmtp(void)
{
    g_autofree char *profile =
        oyer_sdp_fmtp_value("a=1; Profile-Level-Id = 42e01f ;x", "profile-level-id");

    g_assert_cmpstr(profile, ==, "42e01f");
    g_assert_null(oyer_sdp_fmtp_value("x;y=1", "x"));
    g_assert_null(oyer_sdp_fmtp_value("", "x"));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/sdp/reads-what-chromium-publishes",
                    test_reads_what_chromium_publishes);
    g_test_add_func("/rtp/sdp/reads-what-the-others-write",
                    test_reads_what_the_others_write);
    g_test_add_func("/rtp/sdp/reads-simulcast", test_reads_simulcast);
    g_test_add_func("/rtp/sdp/layers-come-in-the-order-of-simulcast",
                    test_layers_come_in_the_order_of_simulcast);
    g_test_add_func("/rtp/sdp/session-attributes-count-for-all",
                    test_session_attributes_count_for_all);
    g_test_add_func("/rtp/sdp/one-line-needs-no-group", test_one_line_needs_no_group);
    g_test_add_func("/rtp/sdp/bundle-only-is-not-rejected",
                    test_bundle_only_is_not_rejected);
    g_test_add_func("/rtp/sdp/refuses-with-a-reason", test_refuses_with_a_reason);
    g_test_add_func("/rtp/sdp/refuses-a-second-certificate",
                    test_refuses_a_second_certificate);
    g_test_add_func("/rtp/sdp/refuses-an-answer-that-does-not-choose",
                    test_refuses_an_answer_that_does_not_choose);
    g_test_add_func("/rtp/sdp/sizes-are-bounded", test_sizes_are_bounded);
    g_test_add_func("/rtp/sdp/takes-no-more-than-it-has-room-for",
                    test_takes_no_more_than_it_has_room_for);
    g_test_add_func("/rtp/sdp/a-copy-stands-alone", test_a_copy_stands_alone);
    g_test_add_func("/rtp/sdp/reads-values-out-of-fmtp", test_reads_values_out_of_fmtp);
    return g_test_run();
}
