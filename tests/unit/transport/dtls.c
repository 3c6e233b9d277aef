/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/dtls.h"

#include <string.h>

#include "transport/dtls_record.h"

#define DATAGRAMS_MAX 64

static const char WRONG[] = "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:"
                            "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF";

/* What one side sent and the other has not taken yet. */
typedef struct {
    GBytes *datagrams[DATAGRAMS_MAX];
    guint count;
    gsize biggest;
} Wire;

static void put(const guint8 *data, gsize size, gpointer user)
{
    Wire *wire = user;

    g_assert_cmpuint(wire->count, <, DATAGRAMS_MAX);
    wire->datagrams[wire->count++] = g_bytes_new(data, size);
    wire->biggest = MAX(wire->biggest, size);
}

static void deliver(Wire *wire, OyerDtls *to)
{
    Wire now = *wire;

    wire->count = 0;
    for (guint i = 0; i < now.count; i++) {
        gsize size;
        const guint8 *data = g_bytes_get_data(now.datagrams[i], &size);

        g_assert_true(oyer_dtls_is(data, size));
        (void)oyer_dtls_receive(to, data, size, 0);
        g_bytes_unref(now.datagrams[i]);
    }
}

static void lose(Wire *wire)
{
    while (wire->count > 0)
        g_bytes_unref(wire->datagrams[--wire->count]);
}

typedef struct {
    Wire to_client, to_server;
    OyerDtls *client, *server;
} Fixture;

static void set_up(Fixture *f, gconstpointer server_expects)
{
    const char *real = oyer_dtls_fingerprint();

    f->client = oyer_dtls_new(TRUE, real, put, &f->to_server);
    f->server = oyer_dtls_new(FALSE, server_expects ? server_expects : real, put,
                              &f->to_client);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    lose(&f->to_client);
    lose(&f->to_server);
    oyer_dtls_free(f->client);
    oyer_dtls_free(f->server);
}

static void talk(Fixture *f)
{
    while (f->to_server.count || f->to_client.count) {
        deliver(&f->to_server, f->server);
        deliver(&f->to_client, f->client);
    }
}

static void test_both_sides_have_the_same_keys(Fixture *f, gconstpointer data)
{
    OyerSrtpKeys a_send, a_receive, b_send, b_receive;

    (void)data;
    g_assert_false(oyer_dtls_keys(f->client, &a_send, &a_receive));
    (void)oyer_dtls_start(f->client);
    talk(f);
    g_assert_cmpint(oyer_dtls_state(f->client), ==, OYER_DTLS_DONE);
    g_assert_cmpint(oyer_dtls_state(f->server), ==, OYER_DTLS_DONE);
    g_assert_true(oyer_dtls_keys(f->client, &a_send, &a_receive));
    g_assert_true(oyer_dtls_keys(f->server, &b_send, &b_receive));
    g_assert_cmpint(a_send.profile, ==, OYER_SRTP_AEAD_AES_128_GCM);
    g_assert_cmpmem(&a_send, sizeof(a_send), &b_receive, sizeof(b_receive));
    g_assert_cmpmem(&a_receive, sizeof(a_receive), &b_send, sizeof(b_send));
    g_assert_cmpint(memcmp(&a_send, &a_receive, sizeof(a_send)), !=, 0);
    g_assert_cmpuint(MAX(f->to_server.biggest, f->to_client.biggest), <=, 1200);
}

/* ICE has proven the address before: nobody is asked to prove it once more. */
static void test_greets_back_at_once(Fixture *f, gconstpointer data)
{
    enum { SERVER_HELLO = 2, TURNS = 2 };
    const guint8 *first;
    gsize size;
    guint turns = 0;

    (void)data;
    (void)oyer_dtls_start(f->client);
    deliver(&f->to_server, f->server);
    g_assert_cmpuint(f->to_client.count, >, 0);
    first = g_bytes_get_data(f->to_client.datagrams[0], &size);
    g_assert_cmpuint(size, >, OYER_DTLS_HEADER_BYTES);
    g_assert_cmpuint(first[OYER_DTLS_HEADER_BYTES], ==, SERVER_HELLO);
    for (; f->to_server.count || f->to_client.count; turns++) {
        deliver(&f->to_client, f->client);
        deliver(&f->to_server, f->server);
    }
    g_assert_cmpuint(turns, <=, TURNS);
    g_assert_cmpint(oyer_dtls_state(f->client), ==, OYER_DTLS_DONE);
    g_assert_cmpint(oyer_dtls_state(f->server), ==, OYER_DTLS_DONE);
}

static void test_refuses_another_certificate(Fixture *f, gconstpointer data)
{
    OyerSrtpKeys send, receive;

    (void)data;
    (void)oyer_dtls_start(f->client);
    talk(f);
    g_assert_cmpint(oyer_dtls_state(f->server), ==, OYER_DTLS_REFUSED);
    g_assert_false(oyer_dtls_keys(f->server, &send, &receive));
}

static void test_sends_again_what_was_lost(Fixture *f, gconstpointer data)
{
    (void)data;
    (void)oyer_dtls_start(f->client);
    lose(&f->to_server);
    gint64 left_us = oyer_dtls_timeout_us(f->client);
    g_assert_cmpint(left_us, >=, 0);
    g_assert_cmpint(left_us, <=, G_USEC_PER_SEC);
    /* A fact to wait for: OpenSSL's own clock says that it is due. */
    while (oyer_dtls_timeout_us(f->client) > 0)
        g_usleep(1000);
    (void)oyer_dtls_on_timeout(f->client);
    g_assert_cmpuint(f->to_server.count, >, 0);
    talk(f);
    g_assert_cmpint(oyer_dtls_state(f->server), ==, OYER_DTLS_DONE);
}

static void test_goodbye_ends_the_other_side(Fixture *f, gconstpointer data)
{
    (void)data;
    (void)oyer_dtls_start(f->client);
    talk(f);
    oyer_dtls_say_goodbye(f->client);
    talk(f);
    g_assert_cmpint(oyer_dtls_state(f->server), ==, OYER_DTLS_ENDED);
}

static void test_rubbish_after_the_keys_ends_nothing(Fixture *f, gconstpointer data)
{
    /* An alert in the clear, and noise that looks like a record. */
    static const guint8 alert[] = {21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40};
    guint8 noise[60] = {23, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 9, 0, 47, 1};

    (void)data;
    (void)oyer_dtls_start(f->client);
    talk(f);
    for (int i = 0; i < 3; i++) {
        (void)oyer_dtls_receive(f->server, alert, sizeof(alert), 0);
        (void)oyer_dtls_receive(f->server, noise, sizeof(noise), 0);
    }
    g_assert_cmpint(oyer_dtls_state(f->server), ==, OYER_DTLS_DONE);
    oyer_dtls_say_goodbye(f->client);
    talk(f);
    g_assert_cmpint(oyer_dtls_state(f->server), ==, OYER_DTLS_ENDED);
}

/* Where the list of ciphers of a ClientHello begins. */
static gsize ciphers_at(const guint8 *hello)
{
    gsize at = 13 + 12 + 2 + 32;

    at += 1u + hello[at];
    return at + 1 + hello[at];
}

static void test_a_hello_without_ciphers_is_not_answered(Fixture *f, gconstpointer data)
{
    guint8 null_hello[1500];
    gsize size, ciphers;

    (void)data;
    (void)oyer_dtls_start(f->client);
    g_assert_cmpuint(f->to_server.count, ==, 1);
    size = g_bytes_get_size(f->to_server.datagrams[0]);
    memcpy(null_hello, g_bytes_get_data(f->to_server.datagrams[0], NULL), size);
    ciphers = ciphers_at(null_hello);
    for (gsize i = 0; i < null_hello[ciphers + 1]; i++)
        null_hello[ciphers + 2 + i] = i % 2;
    for (int i = 0; i < 20; i++)
        (void)oyer_dtls_receive(f->server, null_hello, size, 0);
    g_assert_cmpuint(f->to_client.count, ==, 0);
    talk(f);
    g_assert_cmpint(oyer_dtls_state(f->server), ==, OYER_DTLS_DONE);
}

static void test_what_nobody_signed_ends_no_handshake(Fixture *f, gconstpointer data)
{
    static const guint8 alert[] = {21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40};
    guint8 hello[1500];
    gsize size;

    (void)data;
    (void)oyer_dtls_start(f->client);
    size = g_bytes_get_size(f->to_server.datagrams[0]);
    memcpy(hello, g_bytes_get_data(f->to_server.datagrams[0], NULL), size);
    /* Ours are its ciphers, but the rest of it is noise. */
    memset(hello + ciphers_at(hello) + 2 + hello[ciphers_at(hello) + 1], 0xee,
           size - ciphers_at(hello) - 2 - hello[ciphers_at(hello) + 1]);
    (void)oyer_dtls_receive(f->server, hello, size, 0);
    (void)oyer_dtls_receive(f->server, alert, sizeof(alert), 0);
    g_assert_cmpint(oyer_dtls_state(f->server), ==, OYER_DTLS_HANDSHAKING);
    g_assert_cmpuint(f->to_client.count, ==, 0);
    deliver(&f->to_server, f->server);
    (void)oyer_dtls_receive(f->server, alert, sizeof(alert), 0);
    (void)oyer_dtls_receive(f->client, alert, sizeof(alert), 0);
    talk(f);
    g_assert_cmpint(oyer_dtls_state(f->server), ==, OYER_DTLS_DONE);
    g_assert_cmpint(oyer_dtls_state(f->client), ==, OYER_DTLS_DONE);
}

static void test_the_last_flight_is_sent_again(Fixture *f, gconstpointer data)
{
    (void)data;
    (void)oyer_dtls_start(f->client);
    deliver(&f->to_server, f->server);
    deliver(&f->to_client, f->client);
    deliver(&f->to_server, f->server);
    g_assert_cmpint(oyer_dtls_state(f->server), ==, OYER_DTLS_DONE);
    lose(&f->to_client);
    /* A fact to wait for: OpenSSL's own clock says that it is due. */
    while (oyer_dtls_timeout_us(f->client) > 0)
        g_usleep(1000);
    (void)oyer_dtls_on_timeout(f->client);
    talk(f);
    g_assert_cmpint(oyer_dtls_state(f->client), ==, OYER_DTLS_DONE);
}

static void test_refuses_a_malformed_fingerprint(void)
{
    g_autofree char *truncated = g_strndup(oyer_dtls_fingerprint(), 94);
    g_autofree char *colonless = g_strdup(oyer_dtls_fingerprint());
    Wire wire = {0};

    colonless[2] = '-';
    g_assert_null(oyer_dtls_new(FALSE, NULL, put, &wire));
    g_assert_null(oyer_dtls_new(FALSE, "", put, &wire));
    g_assert_null(oyer_dtls_new(FALSE, truncated, put, &wire));
    g_assert_null(oyer_dtls_new(FALSE, colonless, put, &wire));
}

#define ADD(name, expects, func) \
    g_test_add("/transport/dtls/" name, Fixture, expects, set_up, func, tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("both-sides-have-the-same-keys", NULL, test_both_sides_have_the_same_keys);
    ADD("greets-back-at-once", NULL, test_greets_back_at_once);
    ADD("refuses-another-certificate", WRONG, test_refuses_another_certificate);
    ADD("sends-again-what-was-lost", NULL, test_sends_again_what_was_lost);
    ADD("goodbye-ends-the-other-side", NULL, test_goodbye_ends_the_other_side);
    ADD("rubbish-after-the-keys-ends-nothing", NULL,
        test_rubbish_after_the_keys_ends_nothing);
    ADD("a-hello-without-ciphers-is-not-answered", NULL,
        test_a_hello_without_ciphers_is_not_answered);
    ADD("what-nobody-signed-ends-no-handshake", NULL,
        test_what_nobody_signed_ends_no_handshake);
    ADD("the-last-flight-is-sent-again", NULL, test_the_last_flight_is_sent_again);
    g_test_add_func("/transport/dtls/refuses-a-malformed-fingerprint",
                    test_refuses_a_malformed_fingerprint);
    return g_test_run();
}
