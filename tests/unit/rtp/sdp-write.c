/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/sdp-write.h"

#include <string.h>

#define FINGERPRINT                                                                     \
    "00:EE:4B:BA:75:25:F4:22:45:2E:08:D8:21:A2:AB:18:CE:1F:5F:F4:F9:A1:38:AA:2D:1D:D0:" \
    "06:AD:8D:7B:A1"

static const char *const candidates[] = {
    "candidate:1 1 UDP 2122317823 127.0.0.1 4000 typ host",
    "2 1 UDP 2122317822 127.0.0.1 4001 typ host", NULL};
static const OyerSdpLocal local = {
    "ouruf", "ourpasswordourpassword", FINGERPRINT, candidates, 77, 3, FALSE};

static OyerSdp *parse(const char *text, OyerSdpType type)
{
    g_autoptr(GError) error = NULL;
    OyerSdp *sdp = oyer_sdp_parse(text, -1, type, &error);

    g_assert_no_error(error);
    return sdp;
}

static char *read_file(const char *name)
{
    g_autofree char *path =
        g_build_filename(TEST_DATA, "corpus", "rtp", "sdp", name, NULL);
    char *text;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static OyerSdp *parse_file(const char *name)
{
    g_autofree char *text = read_file(name);

    return parse(text, OYER_SDP_OFFER);
}

/* Answers @offer and reads the answer as its client would. */
static OyerSdp *answer_publish(const OyerSdp *offer, OyerSdp **out_agreed)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = oyer_sdp_answer_publish(offer, &local, out_agreed, &error);

    g_assert_no_error(error);
    return parse(text, OYER_SDP_ANSWER);
}

/* RFC 8839 §5.3: at session level, or a browser that answers would let us decide. */
static void test_says_that_it_is_lite(void)
{
    g_autoptr(OyerSdp) offer = parse_file("chromium-publish.sdp");
    g_autoptr(OyerSdp) agreed = NULL;
    OyerSdpLocal lite = local;

    lite.is_lite = TRUE;
    g_autofree char *full = oyer_sdp_answer_publish(offer, &local, &agreed, NULL);
    g_clear_pointer(&agreed, oyer_sdp_free);
    g_autofree char *text = oyer_sdp_answer_publish(offer, &lite, &agreed, NULL);
    g_assert_null(strstr(full, "a=ice-lite"));
    g_assert_nonnull(strstr(text, "\r\na=ice-lite\r\n"));
    g_assert_true(strstr(text, "a=ice-lite") < strstr(text, "m="));
    g_autoptr(OyerSdp) again = parse(text, OYER_SDP_ANSWER);
}

static void assert_codecs(const OyerSdpMedia *media, const guint8 *types, guint n_types)
{
    g_assert_cmpuint(media->n_codecs, ==, n_types);
    for (guint i = 0; i < n_types; i++)
        g_assert_cmpuint(media->codecs[i].payload_type, ==, types[i]);
}

static void test_answers_chromium(void)
{
    const guint8 audio[] = {111, 63}, video[] = {96, 102, 108, 98};
    g_autoptr(OyerSdp) offer = parse_file("chromium-publish.sdp");
    g_autoptr(OyerSdp) agreed = NULL;
    g_autoptr(OyerSdp) answer = answer_publish(offer, &agreed);

    g_assert_cmpuint(answer->n_media, ==, 2);
    g_assert_true(answer->bundle);
    g_assert_true(answer->trickle);
    g_assert_true(answer->end_of_candidates);
    g_assert_cmpint(answer->setup, ==, OYER_SDP_SETUP_PASSIVE);
    g_assert_cmpstr(answer->ufrag, ==, "ouruf");
    g_assert_cmpstr(answer->fingerprint, ==, FINGERPRINT);
    g_assert_cmpuint(answer->n_candidates, ==, 2);
    g_assert_cmpstr(answer->candidates[0], ==, candidates[0]);
    g_assert_cmpstr(answer->candidates[1], ==,
                    "candidate:2 1 UDP 2122317822 127.0.0.1 4001 "
                    "typ host");
    g_assert_cmpuint(answer->session_version, ==, 3);
    assert_codecs(answer->media[0], audio, 2);
    assert_codecs(answer->media[1], video, 4);
    g_assert_cmpuint(answer->media[1]->codecs[0].rtx_pt, ==, 97);
    g_assert_cmphex(answer->media[1]->codecs[0].feedback, ==,
                    OYER_SDP_FEEDBACK_NACK | OYER_SDP_FEEDBACK_PLI |
                        OYER_SDP_FEEDBACK_FIR | OYER_SDP_FEEDBACK_TRANSPORT_CC);
    g_assert_cmpint(answer->media[0]->direction, ==, OYER_SDP_RECVONLY);
    g_assert_cmpmem(answer->media[0]->extension_map, 16, offer->media[0]->extension_map,
                    16);

    /* What was agreed says the same, and knows the sources. */
    assert_codecs(agreed->media[1], video, 4);
    g_assert_cmpint(agreed->media[1]->direction, ==, OYER_SDP_RECVONLY);
    g_assert_cmpuint(agreed->media[1]->ssrcs[0].rtx_ssrc, ==,
                     offer->media[1]->ssrcs[0].rtx_ssrc);
    g_assert_cmpstr(agreed->ufrag, ==, offer->ufrag);
}

static void test_answers_the_others(void)
{
    static const struct {
        const char *name;
        OyerCodec video;
    } files[] = {
        {"firefox-publish.sdp", OYER_CODEC_VP8},
        {"aiortc-publish.sdp", OYER_CODEC_VP8},
        {"gstreamer-publish.sdp", OYER_CODEC_VP8},
        {"obs-publish.sdp", OYER_CODEC_H264},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_test_message("%s", files[i].name);
        g_autoptr(OyerSdp) offer = parse_file(files[i].name);
        g_autoptr(OyerSdp) agreed = NULL;
        g_autoptr(OyerSdp) answer = answer_publish(offer, &agreed);

        g_assert_cmpuint(answer->n_media, ==, 2);
        g_assert_cmpstr(answer->media[1]->mid, ==, offer->media[1]->mid);
        g_assert_cmpint(answer->media[0]->codecs[0].codec, ==, OYER_CODEC_OPUS);
        g_assert_cmpint(answer->media[1]->codecs[0].codec, ==, files[i].video);
        g_assert_cmpint(answer->media[1]->direction, ==, OYER_SDP_RECVONLY);
    }
}

/* The recording cannot turn a picture: the phone has to. */
static void test_takes_all_layers_of_simulcast(void)
{
    g_autoptr(OyerSdp) offer = parse_file("chromium-simulcast.sdp");
    g_autoptr(OyerSdp) agreed = NULL;
    g_autofree char *text = oyer_sdp_answer_publish(offer, &local, &agreed, NULL);

    g_assert_cmpuint(agreed->media[0]->n_rids, ==, 2);
    g_assert_nonnull(strstr(text, "a=rid:l recv\r\na=rid:h recv\r\n"));
    g_assert_nonnull(strstr(text, "a=simulcast:recv l;h\r\n"));
}

static void test_layers_without_names_in_the_packets_are_declined(void)
{
    g_autofree char *whole = read_file("chromium-simulcast.sdp");
    g_auto(GStrv) parts = g_strsplit(whole, "urn:ietf:params:rtp-hdrext:sdes:rtp-", -1);
    g_autofree char *text = g_strjoinv("urn:other:", parts);
    g_autoptr(OyerSdp) offer = parse(text, OYER_SDP_OFFER);
    g_autoptr(OyerSdp) agreed = NULL;
    g_autofree char *answer = oyer_sdp_answer_publish(offer, &local, &agreed, NULL);

    g_assert_cmpuint(offer->media[0]->n_rids, ==, 2);
    g_assert_cmpuint(agreed->media[0]->n_rids, ==, 0);
    g_assert_null(strstr(answer, "a=simulcast"));
}

static void test_declines_video_orientation(void)
{
    g_autofree char *sdp = read_file("chromium-publish.sdp");
    g_autoptr(OyerSdp) offer = parse(sdp, OYER_SDP_OFFER);
    g_autofree char *answer = oyer_sdp_answer_publish(offer, &local, NULL, NULL);

    g_assert_nonnull(strstr(sdp, "urn:3gpp:video-orientation"));
    g_assert_null(strstr(answer, "urn:3gpp:video-orientation"));
}

static void test_rejects_what_it_does_not_know_in_place(void)
{
    g_autofree char *text = read_file("chromium-play.sdp");
    g_autoptr(OyerSdp) offer = parse(text, OYER_SDP_OFFER);
    g_autofree char *answer = oyer_sdp_answer_publish(offer, &local, NULL, NULL);

    g_assert_nonnull(
        strstr(answer, "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"));
    g_assert_nonnull(strstr(answer, "a=group:BUNDLE 0 1\r\n"));
    /* Received only: nothing to take, but the line stays. */
    g_assert_nonnull(strstr(answer, "a=inactive\r\na=rtcp-mux\r\n"));
    g_assert_null(strstr(answer, "a=recvonly"));
}

static void test_stopped_lines_are_answered_in_kind(void)
{
    g_autofree char *text = read_file("chromium-publish.sdp");
    g_auto(GStrv) parts = g_strsplit(text, "a=sendonly", -1);
    g_autofree char *stopped = g_strjoinv("a=inactive", parts);
    g_autoptr(OyerSdp) offer = parse(stopped, OYER_SDP_OFFER);
    g_autoptr(OyerSdp) answer = answer_publish(offer, NULL);

    g_assert_cmpint(answer->media[0]->direction, ==, OYER_SDP_INACTIVE);
    g_assert_false(answer->media[0]->rejected);

    g_autoptr(OyerSdp) all =
        parse("v=0\r\nm=audio 0 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n", OYER_SDP_OFFER);
    g_autoptr(OyerSdp) nothing = answer_publish(all, NULL);
    g_assert_true(nothing->media[0]->rejected);
}

static void test_says_when_no_codec_is_common(void)
{
    g_autofree char *text = read_file("obs-publish.sdp");
    g_autoptr(GString) odd = g_string_new(text);
    g_autoptr(GError) error = NULL;

    g_string_replace(odd, "42e01f", "640c1f", 0);
    g_string_replace(odd, "opus/48000/2", "PCMU/8000", 0);
    g_autoptr(OyerSdp) offer = parse(odd->str, OYER_SDP_OFFER);
    g_assert_null(oyer_sdp_answer_publish(offer, &local, NULL, &error));
    g_assert_error(error, OYER_SDP_ERROR, OYER_SDP_ERROR_UNSUPPORTED);
    g_assert_nonnull(strstr(error->message, "VP8"));
}

/* ---- offers ---- */

static void fill_sends(OyerSdpSend sends[3])
{
    sends[0] = (OyerSdpSend){.kind = OYER_SDP_AUDIO,
                             .mid = "0",
                             .active = true,
                             .ssrc = 1,
                             .cname = "c",
                             .stream = "judge",
                             .track = "judge-audio"};
    oyer_sdp_offer_codec(OYER_CODEC_OPUS, NULL, &sends[0].codec);
    sends[1] = (OyerSdpSend){.kind = OYER_SDP_VIDEO,
                             .mid = "1",
                             .active = true,
                             .ssrc = 2,
                             .rtx_ssrc = 3,
                             .cname = "c",
                             .stream = "judge",
                             .track = "judge-video"};
    oyer_sdp_offer_codec(OYER_CODEC_VP8, NULL, &sends[1].codec);
    sends[2] = (OyerSdpSend){.kind = OYER_SDP_VIDEO,
                             .mid = "2",
                             .active = false,
                             .ssrc = 4,
                             .rtx_ssrc = 5,
                             .cname = "c",
                             .stream = "clerk",
                             .track = "clerk-video"};
    oyer_sdp_offer_codec(OYER_CODEC_H264, "profile-level-id=42001f", &sends[2].codec);
}

static void test_offer_says_what_is_sent(void)
{
    OyerSdpSend sends[3];

    fill_sends(sends);
    g_autofree char *text = oyer_sdp_offer(sends, 3, &local);
    g_autoptr(OyerSdp) offer = parse(text, OYER_SDP_OFFER);

    g_assert_cmpuint(offer->n_media, ==, 3);
    g_assert_cmpint(offer->setup, ==, OYER_SDP_SETUP_ACTPASS);
    g_assert_cmpstr(offer->media[0]->stream, ==, "judge");
    g_assert_cmpstr(offer->media[0]->track, ==, "judge-audio");
    g_assert_cmpint(offer->media[0]->direction, ==, OYER_SDP_SENDONLY);
    g_assert_cmpuint(offer->media[1]->ssrcs[0].ssrc, ==, 2);
    g_assert_cmpuint(offer->media[1]->ssrcs[0].rtx_ssrc, ==, 3);
    g_assert_cmpuint(offer->media[1]->codecs[0].rtx_pt, ==, 97);
    g_assert_cmpint(offer->media[2]->direction, ==, OYER_SDP_INACTIVE);
    g_assert_nonnull(strstr(offer->media[2]->codecs[0].fmtp, "42001f"));
    g_assert_cmpuint(offer->media[2]->n_ssrcs, ==, 0);
    for (guint i = 0; i < 3; i++) {
        for (guint id = 0; id < 16; id++) {
            guint8 extension = offer->media[i]->extension_map[id];
            g_assert_true(extension == OYER_EXTENSION_NONE || extension == id);
        }
    }
}

static void test_offer_has_red_beside_opus(void)
{
    OyerSdpSend sends[3];

    fill_sends(sends);
    sends[0].red = true;
    g_autofree char *text = oyer_sdp_offer(sends, 1, &local);
    g_autoptr(OyerSdp) offer = parse(text, OYER_SDP_OFFER);

    g_assert_cmpuint(offer->media[0]->n_codecs, ==, 2);
    g_assert_cmpint(offer->media[0]->codecs[0].codec, ==, OYER_CODEC_OPUS);
    g_assert_cmpint(offer->media[0]->codecs[1].codec, ==, OYER_CODEC_RED);
    g_assert_cmpstr(offer->media[0]->codecs[1].fmtp, ==, "111/111");
    /* Sound is asked for again, too. */
    g_assert_true(offer->media[0]->codecs[0].feedback & OYER_SDP_FEEDBACK_NACK);
}

static void test_offer_without_media_is_whole(void)
{
    g_autofree char *text = oyer_sdp_offer(NULL, 0, &local);
    g_autoptr(OyerSdp) offer = parse(text, OYER_SDP_OFFER);

    g_assert_cmpuint(offer->n_media, ==, 0);
}

static void test_answers_of_browsers_fit(void)
{
    static const char *const names[] = {"chromium-answer.sdp", "firefox-answer.sdp",
                                        "aiortc-answer.sdp"};
    OyerSdpSend sends[3];

    fill_sends(sends);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *text = read_file(names[i]);
        g_autoptr(OyerSdp) answer = parse(text, OYER_SDP_ANSWER);
        g_autoptr(GError) error = NULL;

        g_assert_true(oyer_sdp_check_answer(answer, sends, 3, &error));
        g_assert_no_error(error);
        g_assert_cmpint(answer->setup, ==, OYER_SDP_SETUP_ACTIVE);
    }
}

static void test_an_answer_to_something_else_is_refused(void)
{
    g_autofree char *text = read_file("chromium-answer.sdp");
    g_autoptr(OyerSdp) answer = parse(text, OYER_SDP_ANSWER);
    OyerSdpSend sends[3];

    for (int i = 0; i < 4; i++) {
        g_autoptr(GError) error = NULL;

        fill_sends(sends);
        if (i == 1)
            sends[0].mid = "9";
        else if (i == 2)
            sends[0].kind = OYER_SDP_VIDEO;
        else if (i == 3)
            sends[1].codec.payload_type = 50;
        g_assert_false(oyer_sdp_check_answer(answer, sends, i == 0 ? 2 : 3, &error));
        g_assert_error(error, OYER_SDP_ERROR, OYER_SDP_ERROR_MISMATCH);
    }
}

/* ---- players ---- */

static void test_player_gets_its_own_numbers(void)
{
    g_autoptr(OyerSdp) offer = parse_file("firefox-play.sdp");
    g_autoptr(OyerSdp) agreed = NULL;
    g_autoptr(GError) error = NULL;
    OyerSdpSend sends[3];

    fill_sends(sends);
    oyer_sdp_offer_codec(OYER_CODEC_VP9, NULL, &sends[1].codec);
    g_autofree char *text =
        oyer_sdp_answer_play(offer, sends, 3, &local, &agreed, &error);
    g_assert_no_error(error);
    g_autoptr(OyerSdp) answer = parse(text, OYER_SDP_ANSWER);

    g_assert_cmpint(agreed->media[0]->direction, ==, OYER_SDP_SENDONLY);
    g_assert_cmpuint(agreed->media[0]->codecs[0].payload_type, ==, 109);
    g_assert_cmpint(agreed->media[1]->codecs[0].codec, ==, OYER_CODEC_VP9);
    g_assert_cmpuint(agreed->media[1]->codecs[0].payload_type, ==, 121);
    g_assert_cmpstr(answer->media[1]->track, ==, "judge-video");
    g_assert_cmpuint(answer->media[1]->ssrcs[0].ssrc, ==, 2);
    g_assert_cmpuint(answer->media[1]->ssrcs[0].rtx_ssrc, ==, 3);
    g_assert_true(answer->media[2]->rejected);
    /* Of the extensions only the number of its feedback, under its own id. */
    for (guint i = 0; i < 2; i++)
        for (guint id = 0; id < 16; id++)
            g_assert_cmpint(agreed->media[i]->extension_map[id], ==,
                            id == 7 ? OYER_EXTENSION_TRANSPORT_CC
                                    : OYER_EXTENSION_NONE);
    g_assert_cmpint(answer->media[1]->extension_map[7], ==,
                    OYER_EXTENSION_TRANSPORT_CC);
    g_assert_true(answer->media[1]->codecs[0].feedback &
                  OYER_SDP_FEEDBACK_TRANSPORT_CC);
}

static void test_player_of_what_is_not_there_gets_nothing(void)
{
    g_autoptr(OyerSdp) play = parse_file("chromium-play.sdp");
    g_autoptr(OyerSdp) publish = parse_file("chromium-publish.sdp");
    g_autoptr(OyerSdp) agreed = NULL;
    g_autoptr(GError) error = NULL;
    OyerSdpSend sends[3];

    fill_sends(sends);
    g_autofree char *text =
        oyer_sdp_answer_play(play, sends, 1, &local, &agreed, &error);
    g_assert_no_error(error);
    g_assert_nonnull(strstr(text, "judge-audio"));
    g_assert_cmpint(agreed->media[0]->direction, ==, OYER_SDP_SENDONLY);
    g_assert_cmpint(agreed->media[1]->direction, ==, OYER_SDP_INACTIVE);
    g_assert_null(oyer_sdp_answer_play(publish, sends, 3, &local, NULL, &error));
    g_assert_error(error, OYER_SDP_ERROR, OYER_SDP_ERROR_UNSUPPORTED);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/sdp-write/takes-all-layers-of-simulcast",
                    test_takes_all_layers_of_simulcast);
    g_test_add_func("/rtp/sdp-write/layers-without-names-in-the-packets-are-declined",
                    test_layers_without_names_in_the_packets_are_declined);
    g_test_add_func("/rtp/sdp-write/declines-video-orientation",
                    test_declines_video_orientation);
    g_test_add_func("/rtp/sdp-write/answers-chromium", test_answers_chromium);
    g_test_add_func("/rtp/sdp-write/says-that-it-is-lite", test_says_that_it_is_lite);
    g_test_add_func("/rtp/sdp-write/answers-the-others", test_answers_the_others);
    g_test_add_func("/rtp/sdp-write/rejects-what-it-does-not-know-in-place",
                    test_rejects_what_it_does_not_know_in_place);
    g_test_add_func("/rtp/sdp-write/stopped-lines-are-answered-in-kind",
                    test_stopped_lines_are_answered_in_kind);
    g_test_add_func("/rtp/sdp-write/says-when-no-codec-is-common",
                    test_says_when_no_codec_is_common);
    g_test_add_func("/rtp/sdp-write/offer-says-what-is-sent",
                    test_offer_says_what_is_sent);
    g_test_add_func("/rtp/sdp-write/offer-has-red-beside-opus",
                    test_offer_has_red_beside_opus);
    g_test_add_func("/rtp/sdp-write/offer-without-media-is-whole",
                    test_offer_without_media_is_whole);
    g_test_add_func("/rtp/sdp-write/answers-of-browsers-fit",
                    test_answers_of_browsers_fit);
    g_test_add_func("/rtp/sdp-write/an-answer-to-something-else-is-refused",
                    test_an_answer_to_something_else_is_refused);
    g_test_add_func("/rtp/sdp-write/player-gets-its-own-numbers",
                    test_player_gets_its_own_numbers);
    g_test_add_func("/rtp/sdp-write/player-of-what-is-not-there-gets-nothing",
                    test_player_of_what_is_not_there_gets_nothing);
    return g_test_run();
}
