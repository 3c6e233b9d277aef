/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "api/sdp.h"

#include <string.h>

static const char offer[] = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
                            "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n"
                            "a=ice-ufrag:old1\r\na=ice-pwd:oldpassword\r\n"
                            "a=candidate:1 1 udp 1 127.0.0.1 5000 typ host\r\n"
                            "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n"
                            "a=ice-ufrag:old1\r\na=ice-pwd:oldpassword\r\n"
                            "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:2\r\n";

static void test_an_offers_media_become_tracks(void)
{
    json_t *tracks = oyer_sdp_tracks(offer);
    char *text = json_dumps(tracks, JSON_COMPACT);

    g_assert_cmpstr(
        text, ==,
        "[{\"mid\":\"0\",\"kind\":\"audio\"},{\"mid\":\"1\",\"kind\":\"video\"},"
        "{\"mid\":\"2\",\"kind\":\"screen\"}]");
    free(text);
    json_decref(tracks);
}

static void test_what_is_no_offer_is_refused(void)
{
    static const char *const wrong[] = {
        "",
        "hello",
        "v=0\r\n",
        "v=0\r\nm=audio 9 X 0\r\n",
        "v=0\r\nm=audio 9 X 0\r\nm=video 9 X 0\r\na=mid:1\r\n",
        "v=0\r\nm=audio 9 X 0\r\na=mid:\r\n",
        "v=0\r\nm=audio 9 X 0\r\na=mid:12345678901234567\r\n",
        "v=0\r\nm=audio 9 X 0\r\na=mid:a b\r\n",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        g_assert_null(oyer_sdp_tracks(wrong[i]));
}

static void test_an_offer_is_bounded(void)
{
    g_autoptr(GString) text = g_string_new("v=0\r\n");

    for (int i = 0; i <= OYER_SDP_MAX_MEDIA; i++)
        g_string_append_printf(text, "m=audio 9 X 0\r\na=mid:%d\r\n", i);
    g_assert_null(oyer_sdp_tracks(text->str));
    g_string_assign(text, "v=0\r\nm=audio 9 X 0\r\na=mid:0\r\na=");
    for (int i = 0; i < 2000; i++)
        g_string_append_c(text, 'x');
    g_assert_null(oyer_sdp_tracks(text->str));
}

static void test_credentials_are_replaced_everywhere(void)
{
    g_autofree char *text = oyer_sdp_with_credentials(offer, "new1", "newpassword");

    g_assert_null(strstr(text, "old"));
    g_assert_null(strstr(text, "candidate"));
    g_autofree char *ufrag = oyer_sdp_attribute(text, "ice-ufrag");
    g_autofree char *password = oyer_sdp_attribute(text, "ice-pwd");
    g_assert_cmpstr(ufrag, ==, "new1");
    g_assert_cmpstr(password, ==, "newpassword");
}

/* RFC 8840 section 4.4, shortened. */
static const char fragment_text[] =
    "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
    "m=audio 9 RTP/AVP 0\r\na=mid:0\r\n"
    "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0\r\n"
    "m=video 9 RTP/AVP 0\r\na=mid:1\r\n"
    "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61765 typ host\r\n"
    "a=end-of-candidates\r\n";

static void test_a_fragment_gives_credentials_and_candidates(void)
{
    g_autoptr(OyerFragment) fragment =
        oyer_fragment_parse(fragment_text, strlen(fragment_text));

    g_assert_nonnull(fragment);
    g_assert_cmpstr(fragment->ufrag, ==, "EsAw");
    g_assert_cmpstr(fragment->password, ==, "P2uYro0UCOQ4zxjKXaWCBui1");
    g_assert_cmpuint(fragment->candidates->len, ==, 2);
    const OyerFragmentCandidate *second =
        &g_array_index(fragment->candidates, OyerFragmentCandidate, 1);
    g_assert_cmpstr(second->mid, ==, "1");
    g_assert_true(g_str_has_prefix(second->candidate, "candidate:1387637174 1 udp"));
    g_assert_true(fragment->is_end);
}

static void test_a_malformed_fragment_is_refused(void)
{
    static const char *const wrong[] = {
        "",
        "hello",
        "a=ice-ufrag:x\r\n",
        "a=ice-ufrag:\r\na=ice-pwd:y\r\n",
        "a=ice-ufrag:x\r\na=ice-pwd:y\r\na=ice-ufrag:z\r\n",
        "a=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n", /* of no medium */
        "m=audio 9 X 0\r\na=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n",
        "a=mid:\r\n",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        g_assert_null(oyer_fragment_parse(wrong[i], strlen(wrong[i])));
    g_assert_null(oyer_fragment_parse("a=x\0a=y", 7));
}

static void test_a_fragment_is_bounded(void)
{
    g_autoptr(GString) text = g_string_new("a=mid:0\r\n");

    for (int i = 0; i < OYER_FRAGMENT_MAX_CANDIDATES; i++)
        g_string_append(text, "a=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n");
    g_autoptr(OyerFragment) full = oyer_fragment_parse(text->str, text->len);
    g_assert_nonnull(full);
    g_string_append(text, "a=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n");
    g_assert_null(oyer_fragment_parse(text->str, text->len));
}

static void test_the_answer_of_a_restart_can_be_read_back(void)
{
    g_autofree char *text = oyer_fragment_of_answer(offer);
    g_autoptr(OyerFragment) fragment = oyer_fragment_parse(text, strlen(text));

    g_assert_nonnull(fragment);
    g_assert_cmpstr(fragment->ufrag, ==, "old1");
    g_assert_cmpuint(fragment->candidates->len, ==, 1);
    g_assert_true(fragment->is_end);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/api/sdp/an-offers-media-become-tracks",
                    test_an_offers_media_become_tracks);
    g_test_add_func("/api/sdp/what-is-no-offer-is-refused",
                    test_what_is_no_offer_is_refused);
    g_test_add_func("/api/sdp/an-offer-is-bounded", test_an_offer_is_bounded);
    g_test_add_func("/api/sdp/credentials-are-replaced-everywhere",
                    test_credentials_are_replaced_everywhere);
    g_test_add_func("/api/sdp/a-fragment-gives-credentials-and-candidates",
                    test_a_fragment_gives_credentials_and_candidates);
    g_test_add_func("/api/sdp/a-malformed-fragment-is-refused",
                    test_a_malformed_fragment_is_refused);
    g_test_add_func("/api/sdp/a-fragment-is-bounded", test_a_fragment_is_bounded);
    g_test_add_func("/api/sdp/the-answer-of-a-restart-can-be-read-back",
                    test_the_answer_of_a_restart_can_be_read_back);
    return g_test_run();
}
