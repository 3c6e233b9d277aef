/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/pcapng.h"

#include <jansson.h>

#include "fixture.h"

static void test_a_packet_comes_back(void)
{
    for (guint size = 1; size < 40; size++) {
        g_autoptr(GByteArray) out = g_byte_array_new();
        guint8 data[64];
        OyerPcapngPacket packet;
        OyerPcapngFrame frame;

        memset(data, (int)size, sizeof data);
        oyer_pcapng_put_packet(out, 3, 300, FIXTURE_UTC_US, size & 1, data, size);
        g_assert_true(oyer_pcapng_frame(out->data, &frame));
        g_assert_cmpuint(frame.size, ==, out->len);
        g_assert_cmpuint(out->len % 4, ==, 0);
        g_assert_true(oyer_pcapng_parse_packet(out->data, out->len, &packet));
        g_assert_cmpuint(packet.interface, ==, 3);
        g_assert_cmpuint(packet.index, ==, 300);
        g_assert_cmpint(packet.at_us, ==, FIXTURE_UTC_US);
        g_assert_cmpint(packet.is_rtcp, ==, (int)(size & 1));
        g_assert_cmpmem(packet.data, (guint)packet.size, data, size);
    }
}

static void test_the_longest_packet_fits(void)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_autofree guint8 *data = g_malloc0(OYER_PCAPNG_PACKET_BYTES_MAX);
    OyerPcapngPacket packet;

    oyer_pcapng_put_packet(out, 0, OYER_PCAPNG_INDEX_MAX, 1, TRUE, data,
                           OYER_PCAPNG_PACKET_BYTES_MAX);
    g_assert_cmpuint(out->len, <=, OYER_PCAPNG_BLOCK_BYTES_MAX);
    g_assert_true(oyer_pcapng_parse_packet(out->data, out->len, &packet));
    g_assert_cmpuint(packet.size, ==, OYER_PCAPNG_PACKET_BYTES_MAX);
    g_assert_cmpuint(packet.index, ==, OYER_PCAPNG_INDEX_MAX);
}

/* Of the frame and header around a packet only number and time can be others. */
static void test_refuses_a_changed_frame(void)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    OyerPcapngPacket packet;

    oyer_pcapng_put_packet(out, 3, 7, FIXTURE_UTC_US, FALSE, (const guint8 *)"abcdefg",
                           7);
    for (guint at = 0; at < out->len; at++) {
        gboolean is_free = (at >= 8 && at < 20) || (at >= 56 && at < 63);

        for (guint bit = 0; bit < 8; bit++) {
            out->data[at] ^= (guint8)(1 << bit);
            gboolean ok = oyer_pcapng_parse_packet(out->data, out->len, &packet);
            out->data[at] ^= (guint8)(1 << bit);
            if (!is_free)
                g_assert_false(ok);
        }
    }
}

static void test_a_description_comes_back(void)
{
    for (guint i = 0; i < FIXTURE_TRACKS; i++) {
        g_autoptr(GByteArray) out = g_byte_array_new();
        guint index;

        oyer_pcapng_put_interface(out, &fixture_tracks[i], 17);
        g_autoptr(OyerJournalTrack) track =
            oyer_pcapng_parse_interface(out->data, out->len, &index);
        g_assert_nonnull(track);
        g_assert_true(oyer_journal_track_equal(track, &fixture_tracks[i]));
        g_assert_cmpuint(index, ==, 17);
    }
}

static void test_json_is_still_json_with_its_padding(void)
{
    static const char *const texts[] = {"{}", "{\"a\":1}", "{\"a\":12}", "{\"a\":123}",
                                        "{\"a\":\" \"}"};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GByteArray) out = g_byte_array_new();
        const char *json;
        gsize size;

        oyer_pcapng_put_json(out, texts[i], strlen(texts[i]));
        g_assert_true(oyer_pcapng_parse_json(out->data, out->len, &json, &size));
        g_assert_cmpmem(json, (guint)size, texts[i], (guint)strlen(texts[i]));
        json_t *whole =
            json_loadb((const char *)out->data + 12, out->len - 16, 0, NULL);
        g_assert_nonnull(whole);
        json_decref(whole);
    }
}

static void test_finds_the_next_block_behind_damage(void)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    guint start;

    oyer_pcapng_put_section(out);
    start = out->len;
    oyer_pcapng_put_packet(out, 0, 0, 1, FALSE, (const guint8 *)"abcd", 4);
    g_assert_cmpuint(oyer_pcapng_resync(out->data, out->len, 4), ==, start);
    g_assert_cmpuint(oyer_pcapng_resync(out->data, out->len, start), ==, start);
    g_assert_cmpuint(oyer_pcapng_resync(out->data, out->len, start + 1), ==, out->len);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/journal/pcapng/a-packet-comes-back", test_a_packet_comes_back);
    g_test_add_func("/journal/pcapng/the-longest-packet-fits",
                    test_the_longest_packet_fits);
    g_test_add_func("/journal/pcapng/refuses-a-changed-frame",
                    test_refuses_a_changed_frame);
    g_test_add_func("/journal/pcapng/a-description-comes-back",
                    test_a_description_comes_back);
    g_test_add_func("/journal/pcapng/json-is-still-json-with-its-padding",
                    test_json_is_still_json_with_its_padding);
    g_test_add_func("/journal/pcapng/finds-the-next-block-behind-damage",
                    test_finds_the_next_block_behind_damage);
    return g_test_run();
}
