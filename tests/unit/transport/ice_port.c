/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The lite agent behind its port, as seen from the other side of the wire: phones
 * are plain sockets that say and hear exactly what a test wants.
 */

#include "transport/ice_port.h"

#include <arpa/inet.h>
#include <unistd.h>

#include <gio/gio.h>
#include <poll.h>

#include "transport/address.h"

#define DEADLINE_MS 10000
#define THEIR_PWD "their-password-is-long-enough"
#define DATA 0x80 /* as RTP begins */
#define STRANGERS 500

typedef struct {
    int fd;
    struct sockaddr_storage address; /* its own */
} Phone;

typedef struct {
    OyerWorker *worker;
    OyerIcePort *port;
    const char *address; /* that it listens on */
    OyerIce *agents[2];
    guint data[2], paths[2]; /* what came to each */
    struct sockaddr_storage to;
    char ufrag[OYER_STUN_UFRAG_MAX], pwd[64]; /* of the first agent */
} Fixture;

/* ---- the port's side, on the worker ------------------------------------ */

static Fixture *current;

static void on_state(OyerIceState state, gpointer data)
{
    (void)data;
    g_assert_cmpint(state, ==, OYER_ICE_CONNECTED);
}

static void on_readable(gpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    guint8 bytes[64];
    OyerIceMessage message = {.data = bytes, .capacity = sizeof(bytes)};

    while (oyer_ice_receive(current->agents[i], &message, 1) == 1)
        current->data[i] += bytes[0] == DATA;
}

static void on_path(gpointer data)
{
    current->paths[GPOINTER_TO_UINT(data)]++;
}

static void note_credentials(gpointer data)
{
    Fixture *f = data;
    const OyerIceLocal *local = oyer_ice_local(f->agents[0]);

    g_strlcpy(f->ufrag, local->ufrag, sizeof(f->ufrag));
    g_strlcpy(f->pwd, local->pwd, sizeof(f->pwd));
}

static struct sockaddr_storage parse(const char *text, guint16 port)
{
    struct sockaddr_storage address = {.ss_family = AF_INET};
    struct sockaddr_in *v4 = (void *)&address;
    struct sockaddr_in6 *v6 = (void *)&address;

    if (inet_pton(AF_INET, text, &v4->sin_addr) != 1) {
        address.ss_family = AF_INET6;
        g_assert_cmpint(inet_pton(AF_INET6, text, &v6->sin6_addr), ==, 1);
    }
    v4->sin_port = htons(port);
    return address;
}

static void open_all(gpointer data)
{
    Fixture *f = data;
    g_autoptr(GError) error = NULL;

    f->port = oyer_ice_port_new(f->worker, f->address, 0, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < G_N_ELEMENTS(f->agents); i++) {
        OyerIceEvents events = {on_state, on_readable, on_path, GUINT_TO_POINTER(i)};

        f->agents[i] = oyer_ice_lite_new(f->worker, f->port, &events, &error);
        g_assert_no_error(error);
        g_assert_true(oyer_ice_set_remote(f->agents[i], "phone", THEIR_PWD));
    }
    const OyerIceLocal *local = oyer_ice_local(f->agents[0]);
    g_auto(GStrv) words = g_strsplit(local->candidates[0], " ", -1);
    f->to = parse(words[4], (guint16)g_ascii_strtoull(words[5], NULL, 10));
    note_credentials(f);
}

static void close_all(gpointer data)
{
    Fixture *f = data;

    for (guint i = 0; i < G_N_ELEMENTS(f->agents); i++)
        oyer_ice_free(f->agents[i]);
    oyer_ice_port_unref(f->port);
}

static void set_up(Fixture *f, gconstpointer data)
{
    current = f;
    f->address = data;
    f->worker = oyer_worker_new("test");
    oyer_worker_run(f->worker, open_all, f);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    oyer_worker_run(f->worker, close_all, f);
    oyer_worker_free(f->worker);
}

/* ---- phones ------------------------------------------------------------ */

static Phone phone_new(Fixture *f)
{
    Phone phone = {.fd = socket(f->to.ss_family, SOCK_DGRAM, 0),
                   .address = parse(f->address, 0)};
    socklen_t length = oyer_address_bytes(&phone.address);

    g_assert_cmpint(bind(phone.fd, (struct sockaddr *)&phone.address, length), ==, 0);
    g_assert_cmpint(getsockname(phone.fd, (struct sockaddr *)&phone.address, &length),
                    ==, 0);
    return phone;
}

static void phone_send(Fixture *f, const Phone *phone, const guint8 *bytes, gsize size)
{
    g_assert_cmpint((int)sendto(phone->fd, bytes, size, 0, (struct sockaddr *)&f->to,
                                oyer_address_bytes(&f->to)),
                    ==, (int)size);
}

static void phone_send_data(Fixture *f, const Phone *phone)
{
    phone_send(f, phone, (const guint8[]){DATA, 0, 0, 0}, 4);
}

typedef struct {
    const char *ufrag, *pwd;
    gboolean nominates;
    gboolean is_lesser; /* the least priority there is */
} Words;

/* Before the integrity and the fingerprint, which are made anew. */
static gsize make_lesser(guint8 *bytes, gsize size, const Words *words)
{
    gsize at = 20 + 4 + ((strlen(words->ufrag) + strlen(":phone") + 3) & ~(gsize)3) + 4;

    memset(bytes + at, 0, 4);
    return oyer_stun_sign(bytes, size - 24 - 8, words->pwd);
}

/* Sends a check; @out_transaction tells its answer. */
static void phone_check(Fixture *f, const Phone *phone, Words words,
                        guint8 *out_transaction)
{
    g_autofree char *username = g_strconcat(words.ufrag, ":phone", NULL);
    guint8 bytes[OYER_STUN_CHECK_MAX];
    OyerStunCheck check = {
        .username = username,
        .password = words.pwd,
        .controlling = TRUE,
        .nominates = words.nominates,
    };
    gsize size = oyer_stun_check_write(&check, bytes);

    if (words.is_lesser)
        size = make_lesser(bytes, size, &words);
    memcpy(out_transaction, oyer_stun_transaction(bytes), OYER_STUN_TRANSACTION_BYTES);
    phone_send(f, phone, bytes, size);
}

/* The next datagram that is no question of the agent's; those are answered or not. */
static gsize phone_hear(const Phone *phone, gboolean answers, guint8 *bytes, gsize most)
{
    for (;;) {
        struct pollfd wait = {.fd = phone->fd, .events = POLLIN};
        struct sockaddr_storage from;
        socklen_t length = sizeof(from);
        guint8 out[OYER_STUN_ANSWER_MAX];
        OyerStunRequest request;

        g_assert_cmpint(poll(&wait, 1, DEADLINE_MS), ==, 1);
        gssize size =
            recvfrom(phone->fd, bytes, most, 0, (struct sockaddr *)&from, &length);
        g_assert_cmpint((int)size, >, 0);
        if (!oyer_stun_request_parse(bytes, (gsize)size, &request))
            return (gsize)size;
        OyerStunAnswer answer = {.code = oyer_stun_judge(&request, THEIR_PWD),
                                 .request = &request,
                                 .from = &from,
                                 .password = THEIR_PWD};
        /* We call ourselves controlled, and so we are. */
        g_assert_cmpint(answer.code, ==, OYER_STUN_ROLE_CONFLICT);
        answer.code = OYER_STUN_OK;
        gsize written = oyer_stun_answer_write(&answer, out);
        if (answers)
            g_assert_cmpint((int)sendto(phone->fd, out, written, 0,
                                        (struct sockaddr *)&from, length),
                            ==, (int)written);
    }
}

/* Checks and waits for the answer to just that; returns its code, 0: success. */
static guint ask(Fixture *f, const Phone *phone, Words words)
{
    guint8 bytes[1500], transaction[OYER_STUN_TRANSACTION_BYTES];

    phone_check(f, phone, words, transaction);
    (void)phone_hear(phone, TRUE, bytes, sizeof(bytes));
    g_assert_cmpmem(oyer_stun_transaction(bytes), sizeof(transaction), transaction,
                    sizeof(transaction));
    return bytes[1] == 1 ? 0 : bytes[26] * 100u + bytes[27];
}

static Words own(Fixture *f, gboolean nominates)
{
    return (Words){f->ufrag, f->pwd, nominates, FALSE};
}

/* ---- looking ----------------------------------------------------------- */

typedef struct {
    Fixture *fixture;
    const Phone *phone;
    guint data;
    gboolean result;
} Question;

static void look_at_path(gpointer data)
{
    Question *question = data;
    OyerIcePath path;

    (void)oyer_ice_was_heard(question->fixture->agents[0]);
    question->result = oyer_ice_path(question->fixture->agents[0], &path) &&
                       oyer_address_equal(&path.to, &question->phone->address);
}

static gboolean path_is(Fixture *f, const Phone *phone)
{
    Question question = {.fixture = f, .phone = phone};

    oyer_worker_run(f->worker, look_at_path, &question);
    return question.result;
}

static void wait_for_path(Fixture *f, const Phone *phone)
{
    gint64 deadline_us = g_get_monotonic_time() + DEADLINE_MS * 1000;

    while (!path_is(f, phone)) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_usleep(2000);
    }
}

static void count_data(gpointer data)
{
    Question *question = data;

    question->data = question->fixture->data[0];
}

/* A check behind it has been answered: all that was sent before was sorted. */
static guint data_so_far(Fixture *f, const Phone *phone)
{
    Question question = {.fixture = f};

    (void)ask(f, phone, (Words){"nobody", "nothing", FALSE, FALSE});
    oyer_worker_run(f->worker, count_data, &question);
    return question.data;
}

/* ---- the tests --------------------------------------------------------- */

static void test_takes_data_only_after_a_check(Fixture *f, gconstpointer data)
{
    Phone phone = phone_new(f), other = phone_new(f);

    (void)data;
    phone_send_data(f, &phone);
    g_assert_cmpuint(ask(f, &phone, (Words){f->ufrag, "wrong", TRUE, FALSE}), ==, 401);
    phone_send_data(f, &phone);
    g_assert_cmpuint(data_so_far(f, &phone), ==, 0);
    g_assert_cmpuint(ask(f, &phone, own(f, FALSE)), ==, 0);
    g_assert_false(path_is(f, &phone));
    phone_send_data(f, &phone);
    phone_send_data(f, &other);
    phone_send_data(f, &phone);
    g_assert_cmpuint(data_so_far(f, &other), ==, 2);
    close(phone.fd);
    close(other.fd);
}

static void test_the_path_moves_with_the_nomination(Fixture *f, gconstpointer data)
{
    Phone wifi = phone_new(f), mobile = phone_new(f);

    (void)data;
    g_assert_cmpuint(ask(f, &wifi, own(f, TRUE)), ==, 0);
    g_assert_true(path_is(f, &wifi));
    g_assert_cmpuint(ask(f, &mobile, own(f, FALSE)), ==, 0);
    g_assert_true(path_is(f, &wifi));
    g_assert_cmpuint(ask(f, &mobile, own(f, TRUE)), ==, 0);
    g_assert_true(path_is(f, &mobile));
    close(wifi.fd);
    close(mobile.fd);
}

/* Some nominate whatever they check and mean the best: at first a lesser address does
 * not count; later, when the better one may be gone, it does. */
static void test_prefers_the_better_of_two_at_first(Fixture *f, gconstpointer data)
{
    Phone better = phone_new(f), lesser = phone_new(f);
    Words words = {f->ufrag, f->pwd, TRUE, TRUE};
    gint64 deadline_us = g_get_monotonic_time() + DEADLINE_MS * 1000;

    (void)data;
    g_assert_cmpuint(ask(f, &better, own(f, TRUE)), ==, 0);
    g_assert_cmpuint(ask(f, &lesser, words), ==, 0);
    g_assert_true(path_is(f, &better));
    while (!path_is(f, &lesser)) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_assert_cmpuint(ask(f, &lesser, words), ==, 0);
    }
    close(better.fd);
    close(lesser.fd);
}

/* Who knows the password could nominate a third person's address under a forged
 * source, for us to flood it. */
static void test_leaves_an_address_that_does_not_answer(Fixture *f, gconstpointer data)
{
    guint8 bytes[1500], transaction[OYER_STUN_TRANSACTION_BYTES];
    Phone phone = phone_new(f), victim = phone_new(f);

    (void)data;
    g_assert_cmpuint(ask(f, &phone, own(f, TRUE)), ==, 0);
    phone_check(f, &victim, own(f, TRUE), transaction);
    (void)phone_hear(&victim, FALSE, bytes, sizeof(bytes));
    g_assert_true(path_is(f, &victim));
    wait_for_path(f, &phone);
    close(phone.fd);
    close(victim.fd);
}

static void restart(gpointer data)
{
    Fixture *f = data;

    oyer_ice_restart(f->agents[0]);
    note_credentials(f);
}

static void test_old_credentials_hold_until_the_new_are_used(Fixture *f,
                                                             gconstpointer data)
{
    Phone phone = phone_new(f), mobile = phone_new(f);
    g_autofree char *ufrag = g_strdup(f->ufrag), *pwd = g_strdup(f->pwd);

    (void)data;
    g_assert_cmpuint(ask(f, &phone, (Words){ufrag, pwd, TRUE, FALSE}), ==, 0);
    oyer_worker_run(f->worker, restart, f);
    g_assert_cmpstr(f->ufrag, !=, ufrag);
    g_assert_cmpstr(f->pwd, !=, pwd);
    g_assert_cmpuint(ask(f, &phone, (Words){ufrag, pwd, TRUE, FALSE}), ==, 0);
    g_assert_cmpuint(ask(f, &phone, (Words){f->ufrag, pwd, TRUE, FALSE}), ==, 401);
    g_assert_cmpuint(ask(f, &mobile, own(f, TRUE)), ==, 0);
    g_assert_true(path_is(f, &mobile));
    g_assert_cmpuint(ask(f, &phone, (Words){ufrag, pwd, TRUE, FALSE}), ==, 401);
    close(phone.fd);
    close(mobile.fd);
}

static void note_second(gpointer data)
{
    Fixture *f = data;
    const OyerIceLocal *local = oyer_ice_local(f->agents[1]);

    g_strlcpy(f->ufrag, local->ufrag, sizeof(f->ufrag));
    g_strlcpy(f->pwd, local->pwd, sizeof(f->pwd));
}

/* The second agent's person forges the first one's address. */
static void test_nobody_takes_an_address_in_use(Fixture *f, gconstpointer data)
{
    guint8 forged[OYER_STUN_TRANSACTION_BYTES];
    Phone phone = phone_new(f);
    g_autofree char *ufrag = g_strdup(f->ufrag), *pwd = g_strdup(f->pwd);

    (void)data;
    g_assert_cmpuint(ask(f, &phone, own(f, TRUE)), ==, 0);
    oyer_worker_run(f->worker, note_second, f);
    phone_check(f, &phone, own(f, TRUE), forged);
    phone_send_data(f, &phone);
    g_assert_cmpuint(ask(f, &phone, (Words){ufrag, pwd, FALSE, FALSE}), ==, 0);
    g_assert_cmpuint(data_so_far(f, &phone), ==, 1);
    g_assert_cmpuint(f->paths[1], ==, 0);
    close(phone.fd);
}

static void stop_first(gpointer data)
{
    oyer_ice_stop(((Fixture *)data)->agents[0]);
}

static void test_who_left_is_a_stranger(Fixture *f, gconstpointer data)
{
    Phone phone = phone_new(f);

    (void)data;
    g_assert_cmpuint(ask(f, &phone, own(f, TRUE)), ==, 0);
    oyer_worker_run(f->worker, stop_first, f);
    phone_send_data(f, &phone);
    g_assert_cmpuint(ask(f, &phone, own(f, TRUE)), ==, 401);
    g_assert_cmpuint(data_so_far(f, &phone), ==, 0);
    close(phone.fd);
}

/* Errors to strangers are few: nobody is flooded by way of us. */
static void test_strangers_get_few_answers(Fixture *f, gconstpointer data)
{
    Phone stranger = phone_new(f), phone = phone_new(f);
    guint8 bytes[1500], transaction[OYER_STUN_TRANSACTION_BYTES];
    gint64 since_us = g_get_monotonic_time();
    guint answers = 0;

    (void)data;
    for (guint i = 0; i < STRANGERS; i++)
        phone_check(f, &stranger, (Words){"nobody", "nothing", TRUE, FALSE},
                    transaction);
    g_assert_cmpuint(ask(f, &phone, own(f, TRUE)), ==, 0);
    while (recv(stranger.fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
        answers++;
    g_assert_cmpuint(answers, >, 0);
    g_assert_cmpint(answers, <=,
                    100 * (1 + (g_get_monotonic_time() - since_us) / G_USEC_PER_SEC));
    close(stranger.fd);
    close(phone.fd);
}

/* More addresses than one person has: the path stays, the table does not grow. */
static void test_remembers_only_so_many_addresses(Fixture *f, gconstpointer data)
{
    Phone phones[12];

    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(phones); i++) {
        phones[i] = phone_new(f);
        g_assert_cmpuint(ask(f, &phones[i], own(f, i == 0)), ==, 0);
    }
    g_assert_true(path_is(f, &phones[0]));
    for (guint i = 0; i < G_N_ELEMENTS(phones); i++)
        phone_send_data(f, &phones[i]);
    g_assert_cmpuint(data_so_far(f, &phones[0]), ==, 8);
    for (guint i = 0; i < G_N_ELEMENTS(phones); i++)
        close(phones[i].fd);
}

static void open_wrongly(gpointer data)
{
    Fixture *f = data;
    g_autoptr(GError) error = NULL;
    guint16 taken = ntohs(((struct sockaddr_in *)(void *)&f->to)->sin_port);

    g_assert_null(oyer_ice_port_new(f->worker, "nowhere", 0, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    g_clear_error(&error);
    g_assert_null(oyer_ice_port_new(f->worker, f->address, taken, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
}

static void test_says_why_a_port_cannot_be_had(Fixture *f, gconstpointer data)
{
    (void)data;
    oyer_worker_run(f->worker, open_wrongly, f);
}

#define ADD(name, func)                                                            \
    g_test_add("/transport/ice_port/v4/" name, Fixture, "127.0.0.1", set_up, func, \
               tear_down);                                                         \
    g_test_add("/transport/ice_port/v6/" name, Fixture, "::1", set_up, func, tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("takes-data-only-after-a-check", test_takes_data_only_after_a_check);
    ADD("the-path-moves-with-the-nomination", test_the_path_moves_with_the_nomination);
    ADD("prefers-the-better-of-two-at-first", test_prefers_the_better_of_two_at_first);
    ADD("leaves-an-address-that-does-not-answer",
        test_leaves_an_address_that_does_not_answer);
    ADD("old-credentials-hold-until-the-new-are-used",
        test_old_credentials_hold_until_the_new_are_used);
    ADD("nobody-takes-an-address-in-use", test_nobody_takes_an_address_in_use);
    ADD("who-left-is-a-stranger", test_who_left_is_a_stranger);
    ADD("strangers-get-few-answers", test_strangers_get_few_answers);
    ADD("remembers-only-so-many-addresses", test_remembers_only_so_many_addresses);
    ADD("says-why-a-port-cannot-be-had", test_says_why_a_port_cannot_be_had);
    return g_test_run();
}
