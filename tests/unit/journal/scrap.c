/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/scrap.h"

#include <string.h>

#include "fixture.h"
#include "journal/pcapng.h"

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define CHAIN                                                                                 \
    "{\"type\":\"chain\",\"n\":7,\"at_us\":1800000000000000,\"tracks\":{},\"sha256\":\"" HASH \
    "\"}"

static const guint8 *bytes_of(const char *text)
{
    return (const guint8 *)text;
}

static void test_reads_what_a_chain_block_says(void)
{
    const guint8 *chain = bytes_of(CHAIN);
    gsize size = strlen(CHAIN);
    char hash[65];

    g_assert_cmpint(oyer_scrap_number(chain, size, "\"at_us\":"), ==,
                    G_GINT64_CONSTANT(1800000000000000));
    g_assert_cmpint(oyer_scrap_number(chain, size, "\"n\":"), ==, 7);
    g_assert_cmpint(oyer_scrap_number(chain, size, "\"none\":"), ==, 0);
    g_assert_true(oyer_scrap_hash(chain, size, "\"sha256\":\"", hash));
    g_assert_cmpstr(hash, ==, HASH);
    g_assert_true(oyer_scrap_find(chain, size, "\"n\"") == chain + 16);
    g_assert_null(oyer_scrap_find(chain, 0, "\"n\""));
}

static void test_refuses_half_a_hash_and_wild_numbers(void)
{
    static const char *const hashes[] = {"\"prev\":\"", "\"prev\":\"0123",
                                         "\"prev\":\"0123456789ABCDEF" HASH,
                                         "\"prev\":\"-" HASH};
    char hash[65];

    for (guint i = 0; i < G_N_ELEMENTS(hashes); i++)
        g_assert_false(oyer_scrap_hash(bytes_of(hashes[i]), strlen(hashes[i]),
                                       "\"prev\":\"", hash));
    g_assert_cmpint(oyer_scrap_number(bytes_of("n:99999999999999999999"), 22, "n:"), ==,
                    0);
    g_assert_cmpint(oyer_scrap_number(bytes_of("n:12"), 2, "n:"), ==, 0);
}

/* Whatever one byte becomes, it is a chain block still; and packets are none. */
static void test_one_changed_byte_hides_no_chain_block(void)
{
    g_autofree char *text = g_strdup(CHAIN);
    static const char packet[] = "{\"type\":\"mark\",\"tracks\":1}";

    for (gsize at = 0; at < strlen(CHAIN); at++) {
        text[at] ^= 1;
        g_assert_true(oyer_scrap_is_chain(bytes_of(text), strlen(CHAIN)));
        text[at] ^= 1;
    }
    g_assert_false(oyer_scrap_is_chain(bytes_of(packet), strlen(packet)));
}

static void test_one_changed_byte_hides_no_description(void)
{
    g_autoptr(GByteArray) block = g_byte_array_new();
    g_autoptr(GByteArray) packet = g_byte_array_new();

    oyer_pcapng_put_interface(block, &fixture_tracks[0], 0);
    for (guint at = 0; at < block->len; at++) {
        block->data[at] ^= 1;
        g_assert_true(oyer_scrap_is_interface(block->data, block->len));
        block->data[at] ^= 1;
    }
    g_assert_false(oyer_scrap_is_interface(block->data, 19));
    oyer_pcapng_put_packet(packet, 0, 0, 1, FALSE, bytes_of("abcd"), 4);
    g_assert_false(oyer_scrap_is_interface(packet->data, packet->len));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/journal/scrap/reads-what-a-chain-block-says",
                    test_reads_what_a_chain_block_says);
    g_test_add_func("/journal/scrap/refuses-half-a-hash-and-wild-numbers",
                    test_refuses_half_a_hash_and_wild_numbers);
    g_test_add_func("/journal/scrap/one-changed-byte-hides-no-chain-block",
                    test_one_changed_byte_hides_no_chain_block);
    g_test_add_func("/journal/scrap/one-changed-byte-hides-no-description",
                    test_one_changed_byte_hides_no_description);
    return g_test_run();
}
