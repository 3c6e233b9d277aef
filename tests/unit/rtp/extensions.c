/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/extensions.h"

#include <string.h>

/* A packet around @elements, which are filled up to whole words. */
static gsize build(guint8 *bytes, guint16 profile, const guint8 *elements, gsize size)
{
    gsize words = (size + 3) / 4;

    memset(bytes, 0, 16 + words * 4 + 1);
    bytes[0] = 0x90;
    bytes[1] = 96;
    bytes[12] = (guint8)(profile >> 8);
    bytes[13] = (guint8)profile;
    bytes[15] = (guint8)words;
    memcpy(bytes + 16, elements, size);
    bytes[16 + words * 4] = 0x55;
    return 16 + words * 4 + 1;
}

#define BUILD(profile, ...)                                        \
    const guint8 elements[] = {__VA_ARGS__};                       \
    guint8 bytes[128];                                             \
    gsize size = build(bytes, profile, elements, sizeof elements); \
    OyerRtpPacket packet;                                          \
    g_assert_true(oyer_rtp_packet_parse(bytes, size, &packet))

static void test_finds_one_byte_elements(void)
{
    BUILD(0xbede, 0x10, 0x85, 0x00, 0x32, 1, 2, 3);
    const guint8 *data;
    gsize found;

    g_assert_true(oyer_extensions_find(bytes, &packet, 3, &data, &found));
    g_assert_cmpmem(data, (int)found, "\1\2\3", 3);
    g_assert_true(oyer_extensions_find(bytes, &packet, 1, NULL, NULL));
    g_assert_false(oyer_extensions_find(bytes, &packet, 2, NULL, NULL));
}

static void test_finds_two_byte_elements(void)
{
    BUILD(0x1000, 200, 0, 0, 0, 3, 2, 7, 8);
    const guint8 *data;
    gsize found;

    g_assert_true(oyer_extensions_find(bytes, &packet, 3, &data, &found));
    g_assert_cmpmem(data, (int)found, "\7\10", 2);
    g_assert_true(oyer_extensions_find(bytes, &packet, 200, &data, &found));
    g_assert_cmpuint(found, ==, 0);
}

static void test_stops_at_an_element_that_is_too_long(void)
{
    BUILD(0xbede, 0x10, 0x85, 0x2f, 1);

    g_assert_true(oyer_extensions_find(bytes, &packet, 1, NULL, NULL));
    g_assert_false(oyer_extensions_find(bytes, &packet, 2, NULL, NULL));
}

static void test_stops_at_id_15(void)
{
    BUILD(0xbede, 0xf0, 0x00, 0x10, 0x85);

    g_assert_false(oyer_extensions_find(bytes, &packet, 1, NULL, NULL));
}

static void test_renumbers_to_our_ids(void)
{
    /* Chromium: 1 level, 2 send time, 3 transport-cc, 4 mid, 13 orientation. */
    const guint8 map[16] = {
        [1] = OYER_EXTENSION_AUDIO_LEVEL,        [2] = OYER_EXTENSION_ABS_SEND_TIME,
        [3] = OYER_EXTENSION_TRANSPORT_CC,       [4] = OYER_EXTENSION_MID,
        [13] = OYER_EXTENSION_VIDEO_ORIENTATION,
    };
    BUILD(0xbede, 0x22, 1, 2, 3, 0x31, 0x12, 0x34, 0x40, '0', 0x10, 0x85, 0xd0, 2, 0x51,
          9, 9);
    OyerExtensions values;

    oyer_extensions_renumber(bytes, &packet, map, &values);
    g_assert_cmpstr(values.mid, ==, "0");
    g_assert_cmphex(values.transport_seq, ==, 0x1234);
    g_assert_cmphex(values.abs_send_time, ==, 0x010203);
    g_assert_cmpuint(values.level, ==, 5);
    g_assert_true(values.voice);
    g_assert_cmpuint(values.orientation, ==, 2);
    g_assert_cmphex(values.has, ==, 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5);

    const guint8 expected[] = {0x42, 1,    2,    3,    0x31, 0x12, 0x34, 0,
                               0,    0x20, 0x85, 0x50, 2,    0,    0,    0};
    g_assert_cmpmem(bytes + 16, sizeof expected, expected, sizeof expected);
    g_assert_cmphex(bytes[size - 1], ==, 0x55);

    oyer_extensions_read(bytes, &packet, &values);
    g_assert_cmpuint(values.level, ==, 5);
    g_assert_cmpstr(values.mid, ==, "");
}

static void test_renumbers_the_two_byte_form(void)
{
    const guint8 map[16] = {[7] = OYER_EXTENSION_TRANSPORT_CC};
    BUILD(0x1005, 7, 2, 0xab, 0xcd, 99, 1, 5, 0);
    OyerExtensions values;

    oyer_extensions_renumber(bytes, &packet, map, &values);
    g_assert_cmphex(values.transport_seq, ==, 0xabcd);
    g_assert_cmpmem(bytes + 16, 8, "\3\2\xab\xcd\0\0\0\0", 8);
}

static void test_blanks_what_it_cannot_read(void)
{
    const guint8 map[16] = {[1] = OYER_EXTENSION_AUDIO_LEVEL};
    BUILD(0xbede, 0x10, 0x85, 0x2f, 1);

    oyer_extensions_renumber(bytes, &packet, map, NULL);
    g_assert_cmpmem(bytes + 16, 4, "\x20\x85\0\0", 4);
}

/* aiortc 1.4 gives the id of abs-send-time to the level of its sound. */
static void test_blanks_what_has_a_wrong_length(void)
{
    const guint8 map[16] = {[2] = OYER_EXTENSION_ABS_SEND_TIME};
    BUILD(0xbede, 0x20, 0x85, 0x22, 1, 2, 3, 0, 0);
    OyerExtensions values;

    oyer_extensions_renumber(bytes, &packet, map, &values);
    g_assert_cmphex(values.abs_send_time, ==, 0x010203);
    g_assert_cmpmem(bytes + 16, 6, "\0\0\x42\1\2\3", 6);
}

static void test_survives_a_map_that_lies(void)
{
    const guint8 map[16] = {[1] = 200};
    BUILD(0xbede, 0x10, 0x85);

    oyer_extensions_renumber(bytes, &packet, map, NULL);
    g_assert_cmpmem(bytes + 16, 4, "\0\0\0\0", 4);
}

static void test_refuses_a_mid_with_odd_characters(void)
{
    const guint8 map[16] = {[4] = OYER_EXTENSION_MID};
    BUILD(0xbede, 0x41, 'a', '\n');
    OyerExtensions values;

    oyer_extensions_renumber(bytes, &packet, map, &values);
    g_assert_cmphex(values.has, ==, 0);
    g_assert_cmpstr(values.mid, ==, "");
}

static void test_stamps_the_next_hop(void)
{
    BUILD(0xbede, 0x31, 0, 0, 0x42, 0, 0, 0);
    OyerExtensions values;

    g_assert_true(oyer_extensions_set_transport_seq(bytes, &packet, 0xbeef));
    g_assert_true(oyer_extensions_set_abs_send_time(bytes, &packet,
                                                    64 * G_USEC_PER_SEC + 1500000));
    oyer_extensions_read(bytes, &packet, &values);
    g_assert_cmphex(values.transport_seq, ==, 0xbeef);
    g_assert_cmphex(values.abs_send_time, ==, 3 << 17); /* 1.5 s in 6.18 */
}

static void test_stamps_nothing_that_is_not_there(void)
{
    BUILD(0xbede, 0x20, 0x7f);
    OyerExtensions values;

    g_assert_false(oyer_extensions_set_transport_seq(bytes, &packet, 1));
    g_assert_false(oyer_extensions_set_abs_send_time(bytes, &packet, 1));
    oyer_extensions_read(bytes, &packet, &values);
    g_assert_cmpuint(values.level, ==, 127);
    g_assert_false(values.voice);
}

static void test_knows_uris_both_ways(void)
{
    for (guint i = 1; i < OYER_EXTENSION_COUNT; i++)
        g_assert_cmpuint(oyer_extension_from_uri(oyer_extension_uri(i)), ==, i);
    g_assert_cmpuint(oyer_extension_from_uri("urn:x"), ==, OYER_EXTENSION_NONE);
    g_assert_null(oyer_extension_uri(OYER_EXTENSION_NONE));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/extensions/finds-one-byte-elements",
                    test_finds_one_byte_elements);
    g_test_add_func("/rtp/extensions/finds-two-byte-elements",
                    test_finds_two_byte_elements);
    g_test_add_func("/rtp/extensions/stops-at-an-element-that-is-too-long",
                    test_stops_at_an_element_that_is_too_long);
    g_test_add_func("/rtp/extensions/stops-at-id-15", test_stops_at_id_15);
    g_test_add_func("/rtp/extensions/renumbers-to-our-ids", test_renumbers_to_our_ids);
    g_test_add_func("/rtp/extensions/renumbers-the-two-byte-form",
                    test_renumbers_the_two_byte_form);
    g_test_add_func("/rtp/extensions/blanks-what-it-cannot-read",
                    test_blanks_what_it_cannot_read);
    g_test_add_func("/rtp/extensions/blanks-what-has-a-wrong-length",
                    test_blanks_what_has_a_wrong_length);
    g_test_add_func("/rtp/extensions/survives-a-map-that-lies",
                    test_survives_a_map_that_lies);
    g_test_add_func("/rtp/extensions/refuses-a-mid-with-odd-characters",
                    test_refuses_a_mid_with_odd_characters);
    g_test_add_func("/rtp/extensions/stamps-the-next-hop", test_stamps_the_next_hop);
    g_test_add_func("/rtp/extensions/stamps-nothing-that-is-not-there",
                    test_stamps_nothing_that_is_not_there);
    g_test_add_func("/rtp/extensions/knows-uris-both-ways", test_knows_uris_both_ways);
    return g_test_run();
}
