/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Innocent and hostile peers of a running server, as hostile.py orders: one JSON
 * object a line on standard input, one answer a line on standard output.
 *
 *   publish, play NAME URL TOKEN   a peer comes by WHIP or WHEP and is connected;
 *                                  HOSTILE: and is niced, MEASURED: and counts
 *   offer NAME; accept NAME SDP    the same for whoever carries descriptions himself
 *   leave NAME
 *   reset; count                   what each peer sent and received, and how late
 *                                  it came to those MEASURED together
 *   flood KIND RATE [AS] [AT]      datagrams from strangers, or from the very
 *                                  address of the peer AS, at all media ports
 *                                  or at those of the peer AT
 *   misbehave NAME KIND RATE       authentic packets of that peer
 *   calm                           ends both; how much it was
 *   setups COUNT URL TOKEN [KIND]  calls that are set up one after the other; with
 *                                  KIND each is also shot at from its own address
 */

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gst/gst.h>
#include <jansson.h>

#include "elements.h"
#include "fault/flood.h"
#include "support/http.h"

#define CONNECT_US (5 * G_USEC_PER_SEC)
#define ADDRESS "127.0.0.1"
#define FDS_MAX 1024
#define SOCKETS_MAX 8
#define FLOODS_MAX 4
#define ATTACKER_NICE 10

typedef struct {
    FaultPeer *peer;
    char *resource, *token;
    int sockets[SOCKETS_MAX]; /* its own.  Not owned */
    guint n_sockets;
    struct sockaddr_in ports[SOCKETS_MAX]; /* the server's */
    guint n_ports;
    gboolean misbehaves, is_measured, told_secret;
} Person;

typedef struct {
    OyerWorker *publishing, *receiving, *attacking;
    GHashTable *people; /* name → Person */
    Flood *floods[FLOODS_MAX];
    guint n_floods;
} Stage;

/* ---- addresses --------------------------------------------------------- */

static gboolean is_socket_of(int fd, guint16 port)
{
    struct sockaddr_in own;
    socklen_t size = sizeof(own);

    return getsockname(fd, (struct sockaddr *)&own, &size) == 0 &&
           own.sin_family == AF_INET && ntohs(own.sin_port) == port;
}

static void add_sockets(Person *person, guint16 port)
{
    for (int fd = 3; fd < FDS_MAX && person->n_sockets < SOCKETS_MAX; fd++)
        if (is_socket_of(fd, port))
            person->sockets[person->n_sockets++] = fd;
}

/* The candidates of a description: a peer's own become sockets, the server's ports. */
static void read_candidates(Person *person, const char *sdp, gboolean own)
{
    g_auto(GStrv) lines = g_strsplit(sdp, "\r\n", -1);

    for (guint i = 0; lines[i]; i++) {
        g_auto(GStrv) words = g_strsplit(lines[i], " ", 8);
        struct sockaddr_in at = {.sin_family = AF_INET};

        if (!g_str_has_prefix(lines[i], "a=candidate:") || g_strv_length(words) < 6 ||
            inet_pton(AF_INET, words[4], &at.sin_addr) != 1)
            continue;
        at.sin_port = htons((guint16)g_ascii_strtoull(words[5], NULL, 10));
        if (own)
            add_sockets(person, ntohs(at.sin_port));
        else if (person->n_ports < SOCKETS_MAX)
            person->ports[person->n_ports++] = at;
    }
}

/* ---- coming and going -------------------------------------------------- */

static void person_free(gpointer data)
{
    Person *person = data;

    if (person->resource) {
        g_auto(OyerHttpReply) reply = {0};
        OyerHttpRequest request = {
            .method = "DELETE", .url = person->resource, .token = person->token};

        (void)oyer_http(&request, &reply, NULL);
    }
    fault_peer_free(person->peer);
    g_free(person->resource);
    g_free(person->token);
    g_free(person);
}

static char *absolute(const char *base, const char *path)
{
    g_autoptr(GUri) uri = g_uri_parse(base, G_URI_FLAGS_ENCODED, NULL);

    g_assert(uri);
    return g_strdup_printf("http://%s:%d%s", g_uri_get_host(uri), g_uri_get_port(uri),
                           path);
}

/* Somebody who is not connected yet, and *@out_offer. */
static Person *person_begin(OyerWorker *worker, gboolean publishes, char **out_offer)
{
    Person *person = g_new0(Person, 1);

    person->peer = fault_peer_new(worker, ADDRESS, TRUE, publishes);
    *out_offer = fault_peer_describe(person->peer);
    read_candidates(person, *out_offer, TRUE);
    return person;
}

static gboolean person_accept(Person *person, const char *answer, GError **error)
{
    read_candidates(person, answer, FALSE);
    person->told_secret = strstr(answer, FAULT_SECRET) != NULL;
    return fault_peer_accept(person->peer, answer, error);
}

/* Offers and takes the answer.  Returns: (transfer full): NULL: refused. */
static Person *person_new(OyerWorker *worker, gboolean publishes, const char *url,
                          const char *token)
{
    g_autofree char *offer = NULL;
    Person *person = person_begin(worker, publishes, &offer);
    g_autoptr(GError) error = NULL;
    g_auto(OyerHttpReply) reply = {0};

    person->token = g_strdup(token);
    OyerHttpRequest request = {.method = "POST",
                               .url = url,
                               .token = token,
                               .content_type = "application/sdp",
                               .body = offer};
    if (!oyer_http(&request, &reply, &error) || reply.status != 201 ||
        !person_accept(person, reply.body, &error)) {
        fprintf(stderr, "%s: %u %s\n", url, reply.status,
                error ? error->message : reply.body);
        person_free(person);
        return NULL;
    }
    g_autofree char *location = oyer_http_header(&reply, "Location");
    if (location)
        person->resource = absolute(url, location);
    return person;
}

/* @forge: as somebody would who can send from the same address as @person. */
static gboolean wait_connected(const Person *person, ForgeFunc forge)
{
    gint64 until_us = g_get_monotonic_time() + CONNECT_US;
    g_autoptr(GRand) random = g_rand_new_with_seed(7);

    for (guint64 n = 0; !fault_peer_is_connected(person->peer); n++) {
        guint8 bytes[FORGE_BYTES_MAX];

        if (g_get_monotonic_time() > until_us)
            return FALSE;
        for (guint i = 0; forge && i < person->n_sockets; i++) {
            gsize size = forge(n, random, bytes);

            for (guint k = 0; k < person->n_ports; k++)
                (void)!sendto(person->sockets[i], bytes, size, MSG_DONTWAIT,
                              (const struct sockaddr *)&person->ports[k],
                              sizeof(person->ports[k]));
        }
        g_usleep(1000);
    }
    return TRUE;
}

/* ---- orders ------------------------------------------------------------ */

static const char *text(json_t *order, const char *name)
{
    return json_string_value(json_object_get(order, name));
}

static guint number(json_t *order, const char *name)
{
    return (guint)json_integer_value(json_object_get(order, name));
}

static json_t *failed(const char *why)
{
    return json_pack("{s:s}", "error", why);
}

static json_t *come(Stage *stage, json_t *order, gboolean publishes)
{
    gboolean hostile = json_is_true(json_object_get(order, "hostile"));
    OyerWorker *worker = hostile     ? stage->attacking
                         : publishes ? stage->publishing
                                     : stage->receiving;
    Person *person =
        person_new(worker, publishes, text(order, "url"), text(order, "token"));

    if (!person)
        return failed("refused");
    person->is_measured = json_is_true(json_object_get(order, "measured"));
    g_hash_table_replace(stage->people, g_strdup(text(order, "name")), person);
    if (!wait_connected(person, NULL))
        return failed("not connected");
    return json_object();
}

static json_t *do_publish(Stage *stage, json_t *order)
{
    return come(stage, order, TRUE);
}

static json_t *do_play(Stage *stage, json_t *order)
{
    return come(stage, order, FALSE);
}

static json_t *do_offer(Stage *stage, json_t *order)
{
    g_autofree char *offer = NULL;
    gboolean publishes = json_is_true(json_object_get(order, "publishes"));
    Person *person = person_begin(publishes ? stage->publishing : stage->receiving,
                                  publishes, &offer);

    g_hash_table_replace(stage->people, g_strdup(text(order, "name")), person);
    return json_pack("{s:s}", "sdp", offer);
}

static json_t *do_accept(Stage *stage, json_t *order)
{
    Person *person = g_hash_table_lookup(stage->people, text(order, "name"));
    g_autoptr(GError) error = NULL;

    if (!person || !person_accept(person, text(order, "sdp"), &error))
        return failed(error ? error->message : "nobody of that name");
    return json_pack("{s:b}", "connected", wait_connected(person, NULL));
}

static json_t *do_leave(Stage *stage, json_t *order)
{
    return g_hash_table_remove(stage->people, text(order, "name"))
               ? json_object()
               : failed("nobody of that name");
}

static json_t *do_reset(Stage *stage, json_t *order)
{
    GHashTableIter iter;
    gpointer person;

    (void)order;
    g_hash_table_iter_init(&iter, stage->people);
    while (g_hash_table_iter_next(&iter, NULL, &person))
        fault_peer_reset(((Person *)person)->peer);
    return json_object();
}

static json_t *count_person(const Person *person)
{
    g_autofree FaultCounts *counts = g_new0(FaultCounts, 1);

    fault_peer_count(person->peer, counts);
    return json_pack(
        "{s:I,s:I,s:I,s:I,s:f,s:f,s:I,s:I,s:f,s:I,s:I,s:b}", "sent",
        (json_int_t)counts->sent, "received", (json_int_t)counts->received, "expected",
        (json_int_t)counts->expected, "resent", (json_int_t)counts->resent, "p50_ms",
        peer_delay_ms(counts->delays, counts->received, 0.5), "p99_ms",
        peer_delay_ms(counts->delays, counts->received, 0.99), "asked",
        (json_int_t)counts->key_frames_asked, "losses", (json_int_t)counts->losses,
        "gap_ms", (double)counts->longest_gap_us / 1e3, "last_us",
        (json_int_t)counts->last_us, "leaks",
        (json_int_t)(counts->leaks + person->told_secret), "connected",
        fault_peer_is_connected(person->peer));
}

static json_t *do_count(Stage *stage, json_t *order)
{
    g_autofree FaultCounts *together = g_new0(FaultCounts, 1);
    json_t *people = json_object();
    GHashTableIter iter;
    gpointer name, value;

    (void)order;
    g_hash_table_iter_init(&iter, stage->people);
    while (g_hash_table_iter_next(&iter, &name, &value)) {
        const Person *person = value;

        json_object_set_new(people, name, count_person(person));
        if (person->is_measured)
            fault_peer_count(person->peer, together);
    }
    return json_pack("{s:o,s:f,s:f}", "people", people, "p50_ms",
                     peer_delay_ms(together->delays, together->received, 0.5), "p99_ms",
                     peer_delay_ms(together->delays, together->received, 0.99));
}

static guint all_ports(Stage *stage, struct sockaddr_in *out, guint most)
{
    GHashTableIter iter;
    gpointer value;
    guint count = 0;

    g_hash_table_iter_init(&iter, stage->people);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        for (guint i = 0; i < ((Person *)value)->n_ports && count < most; i++)
            out[count++] = ((Person *)value)->ports[i];
    return count;
}

static json_t *do_flood(Stage *stage, json_t *order)
{
    struct sockaddr_in ports[64];
    const char *as = text(order, "as"), *at = text(order, "at");
    const Person *source = as ? g_hash_table_lookup(stage->people, as) : NULL;
    const Person *target = at ? g_hash_table_lookup(stage->people, at) : NULL;
    FloodPlan plan = {
        .forge = forge_datagram(text(order, "kind")),
        .per_second = number(order, "rate"),
        .targets = target ? target->ports : ports,
        .n_targets =
            target ? target->n_ports : all_ports(stage, ports, G_N_ELEMENTS(ports)),
        .sources = source ? source->sockets : NULL,
        .n_sources = source ? source->n_sockets : 0,
    };

    if (!plan.forge || !plan.n_targets || stage->n_floods == FLOODS_MAX ||
        (as && !plan.n_sources))
        return failed("no such flood");
    stage->floods[stage->n_floods++] = flood_start(&plan);
    return json_object();
}

static json_t *do_misbehave(Stage *stage, json_t *order)
{
    FaultFill fill = forge_packet(text(order, "kind"));
    Person *person = g_hash_table_lookup(stage->people, text(order, "name"));

    if (!fill || !person)
        return failed("no such misbehaviour");
    person->misbehaves = TRUE;
    fault_peer_flood(person->peer, number(order, "rate"), fill, NULL);
    return json_object();
}

static json_t *do_calm(Stage *stage, json_t *order)
{
    FloodResult all = {0};
    GHashTableIter iter;
    gpointer value;

    (void)order;
    for (guint i = 0; i < stage->n_floods; i++) {
        FloodResult one;

        flood_stop(stage->floods[i], &one);
        all.sent += one.sent;
        all.answered += one.answered;
    }
    stage->n_floods = 0;
    g_hash_table_iter_init(&iter, stage->people);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Person *person = value;

        if (person->misbehaves)
            fault_peer_flood(person->peer, 0, NULL, NULL);
        person->misbehaves = FALSE;
    }
    return json_pack("{s:I,s:I}", "sent", (json_int_t)all.sent, "answered",
                     (json_int_t)all.answered);
}

static json_t *do_setups(Stage *stage, json_t *order)
{
    const char *kind = text(order, "kind");
    ForgeFunc forge = kind ? forge_datagram(kind) : NULL;
    gint64 longest_us = 0;
    guint done = 0, count = number(order, "count");

    for (guint i = 0; i < count; i++) {
        gint64 began_us = g_get_monotonic_time();
        Person *person = person_new(stage->receiving, FALSE, text(order, "url"),
                                    text(order, "token"));

        if (!person)
            continue;
        done += wait_connected(person, forge);
        longest_us = MAX(longest_us, g_get_monotonic_time() - began_us);
        person_free(person);
    }
    return json_pack("{s:i,s:i,s:f}", "done", (int)done, "failed", (int)(count - done),
                     "longest_ms", (double)longest_us / 1e3);
}

static json_t *obey(Stage *stage, json_t *order)
{
    static const struct {
        const char *name;
        json_t *(*func)(Stage *stage, json_t *order);
    } orders[] = {
        {"publish", do_publish}, {"play", do_play},           {"offer", do_offer},
        {"accept", do_accept},   {"leave", do_leave},         {"reset", do_reset},
        {"count", do_count},     {"flood", do_flood},         {"calm", do_calm},
        {"setups", do_setups},   {"misbehave", do_misbehave},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(orders); i++)
        if (g_strcmp0(orders[i].name, text(order, "do")) == 0)
            return orders[i].func(stage, order);
    return failed("no such order");
}

/* ---- life -------------------------------------------------------------- */

static void be_nice(gpointer data)
{
    (void)data;
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), ATTACKER_NICE);
}

static void serve_orders(Stage *stage)
{
    char line[4096];

    while (fgets(line, sizeof(line), stdin)) {
        json_t *order = json_loads(line, 0, NULL);
        json_t *answer = order ? obey(stage, order) : failed("not JSON");
        char *dump = json_dumps(answer, JSON_COMPACT);

        puts(dump);
        (void)fflush(stdout);
        free(dump);
        json_decref(answer);
        json_decref(order);
    }
}

int main(int argc, char *argv[])
{
    (void)g_setenv("GST_REGISTRY_DISABLE", "yes", TRUE);
    (void)g_setenv("GST_PLUGIN_PATH_1_0", "", TRUE);
    gst_init(&argc, &argv);
    (void)oyer_elements_register(NULL);
    if (argc != 2) {
        fprintf(stderr, "usage: hostile CORPUS\n");
        return 2;
    }
    forge_seeds(argv[1]);
    Stage stage = {
        .publishing = oyer_worker_new("publishing"),
        .receiving = oyer_worker_new("receiving"),
        .attacking = oyer_worker_new("attacking"),
        .people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, person_free),
    };
    oyer_worker_run(stage.attacking, be_nice, NULL);
    serve_orders(&stage);
    json_decref(do_calm(&stage, NULL));
    g_hash_table_unref(stage.people);
    oyer_worker_free(stage.publishing);
    oyer_worker_free(stage.receiving);
    oyer_worker_free(stage.attacking);
    return 0;
}
