/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/ice.h"

#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>

#include "transport/ice_port.h"
#include "transport/stun.h"

/* Everything here holds for whichever is behind “two”; “one” is a browser's part. */
#define FULL "full"
#define LITE "lite"

#define DEADLINE_US (20 * G_USEC_PER_SEC)

typedef struct {
    OyerIce *ice;
    OyerIceState state;
    guint paths;
} Side;

typedef struct {
    OyerWorker *worker;
    OyerIcePort *port; /* of two; NULL: libnice */
    Side one, two;     /* controlling, controlled */
    int phone;         /* a socket with another address */
    struct sockaddr_in phone_address;
    gboolean nominates;
    char *username, *password;
} Fixture;

static void on_state(OyerIceState state, gpointer data)
{
    ((Side *)data)->state = state;
}

static void on_path(gpointer data)
{
    ((Side *)data)->paths++;
}

static void on_readable(gpointer data)
{
    guint8 bytes[2048];
    OyerIceMessage message = {.data = bytes, .capacity = sizeof(bytes)};

    while (oyer_ice_receive(((Side *)data)->ice, &message, 1) == 1)
        ;
}

static void side_open(Side *self, OyerWorker *worker, OyerIcePort *port,
                      gboolean controlling)
{
    OyerIceEvents events = {
        .on_state = on_state,
        .on_readable = on_readable,
        .on_path = on_path,
        .data = self,
    };
    g_autoptr(GError) error = NULL;

    OyerIceOptions options = {.address = "127.0.0.1", .controlling = controlling};

    self->ice = port ? oyer_ice_lite_new(worker, port, &events, &error)
                     : oyer_ice_nice_new(worker, &options, &events, &error);
    g_assert_no_error(error);
    g_assert_cmpint(oyer_ice_local(self->ice)->is_lite, ==, port != NULL);
}

static void side_meet(Side *self, Side *other)
{
    const OyerIceLocal *theirs = oyer_ice_local(other->ice);

    g_assert_true(oyer_ice_set_remote(self->ice, theirs->ufrag, theirs->pwd));
    for (gsize i = 0; theirs->candidates[i]; i++)
        g_assert_true(oyer_ice_add_candidate(self->ice, theirs->candidates[i]));
}

static void open_both(gpointer data)
{
    Fixture *f = data;

    side_open(&f->one, f->worker, NULL, TRUE);
    side_open(&f->two, f->worker, f->port, FALSE);
    side_meet(&f->one, &f->two);
    side_meet(&f->two, &f->one);
}

static void close_both(gpointer data)
{
    Fixture *f = data;

    oyer_ice_free(f->one.ice);
    oyer_ice_free(f->two.ice);
    oyer_ice_port_unref(f->port);
}

static void open_port(gpointer data)
{
    Fixture *f = data;
    g_autoptr(GError) error = NULL;

    f->port = oyer_ice_port_new(f->worker, "127.0.0.1", 0, &error);
    g_assert_no_error(error);
}

static void set_up(Fixture *f, gconstpointer data)
{
    socklen_t length = sizeof(f->phone_address);

    f->worker = oyer_worker_new("test");
    if (g_str_equal(data, LITE))
        oyer_worker_run(f->worker, open_port, f);
    f->phone = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    f->phone_address = (struct sockaddr_in){.sin_family = AF_INET,
                                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    g_assert_cmpint(bind(f->phone, (struct sockaddr *)&f->phone_address, length), ==,
                    0);
    g_assert_cmpint(
        getsockname(f->phone, (struct sockaddr *)&f->phone_address, &length), ==, 0);
    oyer_worker_run(f->worker, open_both, f);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    oyer_worker_run(f->worker, close_both, f);
    oyer_worker_free(f->worker);
    close(f->phone);
    g_free(f->username);
    g_free(f->password);
}

typedef struct {
    Fixture *fixture;
    gboolean (*check)(Fixture *f);
    gboolean result;
} Question;

static void ask(gpointer data)
{
    Question *question = data;

    question->result = question->check(question->fixture);
}

static void wait_until(Fixture *f, gboolean (*check)(Fixture *f))
{
    gint64 deadline_us = g_get_monotonic_time() + DEADLINE_US;
    Question question = {f, check, FALSE};

    while (!question.result) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_usleep(2000);
        oyer_worker_run(f->worker, ask, &question);
    }
}

static gboolean both_connected(Fixture *f)
{
    return f->one.state == OYER_ICE_CONNECTED && f->two.state == OYER_ICE_CONNECTED &&
           f->one.paths > 0 && f->two.paths > 0;
}

static void ask_two(gpointer data)
{
    oyer_ice_ask(((Fixture *)data)->two.ice);
}

static gboolean two_heard(Fixture *f)
{
    return oyer_ice_was_heard(f->two.ice);
}

static void test_the_other_side_answers_when_asked(Fixture *f, gconstpointer data)
{
    (void)data;
    wait_until(f, both_connected);
    oyer_worker_run(f->worker, ask_two, f);
    wait_until(f, two_heard);
}

/* ---- a new address ----------------------------------------------------- */

static guint16 port_of_candidate(const char *candidate)
{
    g_auto(GStrv) words = g_strsplit(candidate, " ", -1);

    return (guint16)g_ascii_strtoull(words[5], NULL, 10);
}

/* Makes “one” fall silent; what it would have said comes from the phone. */
static void move_to_the_phone(gpointer data)
{
    Fixture *f = data;
    const OyerIceLocal *two = oyer_ice_local(f->two.ice);
    guint8 bytes[OYER_STUN_CHECK_MAX];
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                             .sin_port = htons(port_of_candidate(two->candidates[0]))};

    f->username = g_strconcat(two->ufrag, ":", oyer_ice_local(f->one.ice)->ufrag, NULL);
    f->password = g_strdup(two->pwd);
    oyer_ice_free(f->one.ice);
    f->one.ice = NULL;
    oyer_ice_ask(f->two.ice);
    OyerStunCheck check = {
        .username = f->username,
        .password = f->password,
        .controlling = TRUE,
        .nominates = f->nominates,
        .tie_breaker = G_MAXUINT64,
    };
    gsize size = oyer_stun_check_write(&check, bytes);
    g_assert_cmpint(
        (int)sendto(f->phone, bytes, size, 0, (struct sockaddr *)&to, sizeof(to)), ==,
        (int)size);
}

static gboolean path_is_the_phone(Fixture *f)
{
    OyerIcePath path;

    if (!oyer_ice_path(f->two.ice, &path))
        return FALSE;
    return ((struct sockaddr_in *)&path.to)->sin_port == f->phone_address.sin_port;
}

static void test_follows_a_nomination_from_a_new_address(Fixture *f, gconstpointer data)
{
    (void)data;
    f->nominates = TRUE;
    wait_until(f, both_connected);
    oyer_worker_run(f->worker, move_to_the_phone, f);
    wait_until(f, path_is_the_phone);
}

static void test_stays_when_nothing_is_nominated(Fixture *f, gconstpointer data)
{
    Question question = {f, path_is_the_phone, FALSE};

    (void)data;
    wait_until(f, both_connected);
    oyer_worker_run(f->worker, move_to_the_phone, f);
    wait_until(f, two_heard);
    oyer_worker_run(f->worker, ask, &question);
    g_assert_false(question.result);
}

static void open_on_addresses(gpointer data)
{
    Fixture *f = data;
    OyerIceEvents events = {on_state, on_readable, on_path, &f->one};
    OyerIceOptions options = {.address = "127.0.0.1, ::1"};
    g_autoptr(GError) error = NULL;
    OyerIce *ice = oyer_ice_nice_new(f->worker, &options, &events, &error);

    g_assert_no_error(error);
    g_assert_nonnull(strstr(oyer_ice_local(ice)->candidates[0], " 127.0.0.1 "));
    g_assert_nonnull(strstr(oyer_ice_local(ice)->candidates[1], " ::1 "));
    oyer_ice_free(ice);
    options.address = "127.0.0.1,nowhere";
    g_assert_null(oyer_ice_nice_new(f->worker, &options, &events, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

/* The only port allowed is taken. */
static void open_in_range(gpointer data)
{
    Fixture *f = data;
    OyerIceEvents events = {on_state, on_readable, on_path, &f->one};
    guint16 first = port_of_candidate(oyer_ice_local(f->one.ice)->candidates[0]);
    OyerIceOptions options = {
        .address = "127.0.0.1", .port_min = first, .port_max = first};
    g_autoptr(GError) error = NULL;

    g_assert_null(oyer_ice_nice_new(f->worker, &options, &events, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
}

static void test_keeps_to_its_ports(Fixture *f, gconstpointer data)
{
    (void)data;
    oyer_worker_run(f->worker, open_in_range, f);
}

static void test_listens_on_several_addresses(Fixture *f, gconstpointer data)
{
    (void)data;
    oyer_worker_run(f->worker, open_on_addresses, f);
}

static void bad_credentials(gpointer data)
{
    Fixture *f = data;
    g_autofree char *lengthy = g_strnfill(300, 'x');
    const char *pwd = "0123456789012345678901";

    g_assert_false(oyer_ice_set_remote(f->two.ice, "abc", pwd));
    g_assert_false(oyer_ice_set_remote(f->two.ice, "", ""));
    g_assert_false(oyer_ice_set_remote(f->two.ice, NULL, NULL));
    g_assert_false(oyer_ice_set_remote(f->two.ice, "abcd", "short"));
    g_assert_false(oyer_ice_set_remote(f->two.ice, lengthy, pwd));
    g_assert_false(oyer_ice_set_remote(f->two.ice, "abcd", lengthy));
}

static void add_candidates(gpointer data)
{
    static const char *const good[] = {
        "candidate:1 1 udp 2130706431 127.0.0.1 5000 typ host",
        "a=candidate:1 1 UDP 1 ::1 5000 typ srflx raddr ::1 rport 4",
        "candidate:1 1 tcp 1 127.0.0.1 9 typ host tcptype active",
        "candidate:1 1 udp 1 12345678-1234.local 5000 typ host",
    };
    static const char *const bad[] = {"", "candidate:", "candidate:1 1 udp 1 ::1 5000",
                                      "nonsense 1 udp 1 ::1 5000 typ host"};
    Fixture *f = data;

    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        g_assert_true(oyer_ice_add_candidate(f->two.ice, good[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(oyer_ice_add_candidate(f->two.ice, bad[i]));
}

static void test_tells_candidates_from_nonsense(Fixture *f, gconstpointer data)
{
    (void)data;
    oyer_worker_run(f->worker, add_candidates, f);
}

static void test_refuses_credentials_of_wrong_length(Fixture *f, gconstpointer data)
{
    (void)data;
    oyer_worker_run(f->worker, bad_credentials, f);
}

#define ADD(name, func) \
    g_test_add("/transport/ice/full/" name, Fixture, FULL, set_up, func, tear_down)
#define ADD_BOTH(name, func) \
    ADD(name, func);         \
    g_test_add("/transport/ice/lite/" name, Fixture, LITE, set_up, func, tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD_BOTH("the-other-side-answers-when-asked",
             test_the_other_side_answers_when_asked);
    ADD_BOTH("follows-a-nomination-from-a-new-address",
             test_follows_a_nomination_from_a_new_address);
    ADD_BOTH("stays-when-nothing-is-nominated", test_stays_when_nothing_is_nominated);
    ADD("listens-on-several-addresses", test_listens_on_several_addresses);
    ADD("keeps-to-its-ports", test_keeps_to_its_ports);
    ADD_BOTH("refuses-credentials-of-wrong-length",
             test_refuses_credentials_of_wrong_length);
    ADD_BOTH("tells-candidates-from-nonsense", test_tells_candidates_from_nonsense);
    return g_test_run();
}
