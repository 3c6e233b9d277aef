/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Load for a forwarding server: one synthetic publisher, N receivers, and what
 * the server's process spends on each packet that really arrives.
 *
 *   whep-load --people demo.json --pid PID [--receivers N] …     Oyer: WHIP, WHEP
 *   whep-load --janus http://HOST:8088/janus --pid PID …         Janus: videoroom
 *
 * prints one JSON object.  Exit status 1: someone was not connected.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gst/gst.h>
#include <jansson.h>

#include "bench/janus.h"
#include "bench/peer.h"
#include "elements.h"
#include "support/http.h"

#define DEADLINE_US (30 * G_USEC_PER_SEC)
#define RECEIVERS_MAX 2000

static char *people_file, *janus_url, *address;
static int receivers = 50, server_pid;
static double seconds = 10, warm_up = 3;

static const GOptionEntry options[] = {
    {"people", 0, 0, G_OPTION_ARG_FILENAME, &people_file, "Output of “oyer demo”",
     "FILE"},
    {"janus", 0, 0, G_OPTION_ARG_STRING, &janus_url, "Janus instead of Oyer", "URL"},
    {"address", 0, 0, G_OPTION_ARG_STRING, &address, "Own IP address", "IP"},
    {"pid", 0, 0, G_OPTION_ARG_INT, &server_pid, "Process to measure", "PID"},
    {"receivers", 0, 0, G_OPTION_ARG_INT, &receivers, "How many (50)", "N"},
    {"seconds", 0, 0, G_OPTION_ARG_DOUBLE, &seconds, "Measured time (10)", "S"},
    {"warm-up", 0, 0, G_OPTION_ARG_DOUBLE, &warm_up, "Time before it (3)", "S"},
    {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
};

typedef struct {
    OyerWorker *publishing, *receiving;
    LoadPeer *publisher;
    GPtrArray *receivers; /* of LoadPeer */
    Janus *janus;
    GPtrArray *resources; /* of char *: url, token, url, token, … */
} Load;

/* ---- Oyer -------------------------------------------------------------- */

static const char *field(json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    if (!text)
        g_error("no “%s” in %s", name, people_file);
    return text;
}

/* What the server names may be a whole address or a path at its base. */
static char *absolute(const char *base, const char *where)
{
    if (strstr(where, "://"))
        return g_strdup(where);
    g_autoptr(GUri) uri = g_uri_parse(base, G_URI_FLAGS_ENCODED, NULL);

    g_assert(uri);
    return g_strdup_printf("http://%s:%d%s%s", g_uri_get_host(uri), g_uri_get_port(uri),
                           *where == '/' ? "" : "/", where);
}

static void offer_to(Load *load, LoadPeer *peer, const char *url, const char *token)
{
    g_autofree char *offer = load_peer_describe(peer, NULL);
    g_autoptr(GError) error = NULL;
    g_auto(OyerHttpReply) reply = {0};
    OyerHttpRequest request = {
        .method = "POST",
        .url = url,
        .token = token,
        .content_type = "application/sdp",
        .body = offer,
    };

    if (!oyer_http(&request, &reply, &error))
        g_error("%s: %s", url, error->message);
    if (reply.status != 201)
        g_error("%s: status %u\n%s", url, reply.status, reply.body);
    if (!load_peer_accept(peer, reply.body, TRUE, &error))
        g_error("%s: %s", url, error->message);
    g_autofree char *location = oyer_http_header(&reply, "Location");
    if (location) {
        g_ptr_array_add(load->resources, absolute(url, location));
        g_ptr_array_add(load->resources, g_strdup(token));
    }
}

static json_t *person(json_t *people, const char *role, gsize index)
{
    gsize i;
    json_t *one;

    json_array_foreach(people, i, one) if ((g_strcmp0(field(one, "role"), "judge") ==
                                            0) == (g_strcmp0(role, "judge") == 0) &&
                                           index-- == 0) return one;
    g_error("not enough people in %s", people_file);
}

static void wait_connected(LoadPeer *peer);

static void connect_oyer(Load *load)
{
    json_error_t error;
    json_t *demo = json_load_file(people_file, 0, &error);

    if (!demo)
        g_error("%s: %s", people_file, error.text);
    json_t *people = json_object_get(demo, "people");
    json_t *judge = person(people, "judge", 0);
    const char *base = field(demo, "base");
    g_autofree char *whip = absolute(base, field(judge, "whip"));

    load->publisher = load_peer_new(load->publishing, address, TRUE, TRUE);
    offer_to(load, load->publisher, whip, field(judge, "token"));
    wait_connected(load->publisher);
    for (int i = 0; i < receivers; i++) {
        json_t *one = person(people, "", (gsize)i);
        g_autofree char *whep = absolute(base, field(one, "whep"));
        g_autofree char *url = g_strdup_printf(
            "%s%ssource=%s", whep, strchr(whep, '?') ? "&" : "?", field(judge, "id"));
        LoadPeer *peer = load_peer_new(load->receiving, address, TRUE, FALSE);

        g_ptr_array_add(load->receivers, peer);
        offer_to(load, peer, url, field(one, "token"));
    }
    json_decref(demo);
}

static void leave_oyer(Load *load)
{
    for (guint i = 0; i + 1 < load->resources->len; i += 2) {
        g_auto(OyerHttpReply) reply = {0};
        OyerHttpRequest request = {
            .method = "DELETE",
            .url = g_ptr_array_index(load->resources, i),
            .token = g_ptr_array_index(load->resources, i + 1),
        };

        (void)oyer_http(&request, &reply, NULL);
    }
}

/* ---- Janus ------------------------------------------------------------- */

static void connect_janus(Load *load)
{
    g_autoptr(GError) error = NULL;

    load->janus = janus_new(janus_url);
    load->publisher = load_peer_new(load->publishing, address, TRUE, TRUE);
    g_autofree char *offer = load_peer_describe(load->publisher, NULL);
    g_autofree char *answer = janus_publish(load->janus, offer);
    if (!load_peer_accept(load->publisher, answer, TRUE, &error))
        g_error("Janus: %s\n%s", error->message, answer);
    wait_connected(load->publisher);
    janus_wait_published(load->janus);
    for (int i = 0; i < receivers; i++) {
        LoadPeer *peer = load_peer_new(load->receiving, address, FALSE, FALSE);
        g_autofree char *theirs = NULL;
        guint64 handle = janus_subscribe(load->janus, &theirs);
        g_autofree char *ours = load_peer_describe(peer, theirs);

        g_ptr_array_add(load->receivers, peer);
        if (!load_peer_accept(peer, theirs, FALSE, &error))
            g_error("Janus: %s\n%s", error->message, theirs);
        janus_start(load->janus, handle, ours);
    }
}

/* ---- measuring --------------------------------------------------------- */

static void wait_connected(LoadPeer *peer)
{
    gint64 deadline_us = g_get_monotonic_time() + DEADLINE_US;

    while (!load_peer_is_connected(peer)) {
        if (g_get_monotonic_time() > deadline_us) {
            fprintf(stderr, "a peer was not connected within 30 s\n");
            exit(1);
        }
        g_usleep(5000);
    }
}

/* CPU time of all threads of the process, as the scheduler counts it. */
static double cpu_us(int pid)
{
    g_autofree char *tasks = g_strdup_printf("/proc/%d/task", pid);
    g_autoptr(GDir) dir = g_dir_open(tasks, 0, NULL);
    const char *name;
    double sum_us = 0;

    if (!dir)
        g_error("no process %d", pid);
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(tasks, name, "schedstat", NULL);
        g_autofree char *text = NULL;

        if (g_file_get_contents(path, &text, NULL, NULL))
            sum_us += g_ascii_strtod(text, NULL) / 1e3;
    }
    return sum_us;
}

static double delay_ms(const LoadCounts *counts, double part)
{
    guint64 upto = 0, wanted = (guint64)((double)counts->received * part);

    for (guint i = 0; i < LOAD_DELAY_STEPS; i++) {
        upto += counts->delays[i];
        if (upto >= wanted)
            return i * LOAD_DELAY_STEP_US / 1e3;
    }
    return LOAD_DELAY_STEPS * LOAD_DELAY_STEP_US / 1e3;
}

static void print_result(const LoadCounts *counts, double spent_us)
{
    double lost = (double)counts->expected - (double)counts->received;

    printf(
        "{\"receivers\":%d,\"seconds\":%.1f,\"sent\":%" G_GUINT64_FORMAT
        ",\"received\":%" G_GUINT64_FORMAT ",\"expected\":%" G_GUINT64_FORMAT
        ",\"loss\":%.6f,\"delay_p50_ms\":%.2f,\"delay_p99_ms\":%.2f,"
        "\"cpu_us\":%.0f,\"us_per_packet\":%.3f,\"key_frames_asked\":%" G_GUINT64_FORMAT
        "}\n",
        receivers, seconds, counts->sent, counts->received, counts->expected,
        counts->expected ? lost / (double)counts->expected : 1.0, delay_ms(counts, 0.5),
        delay_ms(counts, 0.99), spent_us,
        counts->received ? spent_us / (double)counts->received : 0,
        counts->key_frames_asked);
}

static void measure(Load *load)
{
    g_autofree LoadCounts *counts = g_new0(LoadCounts, 1);

    g_usleep((gulong)(warm_up * G_USEC_PER_SEC));
    load_peer_reset(load->publisher);
    for (guint i = 0; i < load->receivers->len; i++)
        load_peer_reset(g_ptr_array_index(load->receivers, i));
    double before_us = cpu_us(server_pid);
    g_usleep((gulong)(seconds * G_USEC_PER_SEC));
    double spent_us = cpu_us(server_pid) - before_us;
    load_peer_count(load->publisher, counts);
    counts->received = counts->expected = 0;
    for (guint i = 0; i < load->receivers->len; i++)
        load_peer_count(g_ptr_array_index(load->receivers, i), counts);
    print_result(counts, spent_us);
}

int main(int argc, char *argv[])
{
    g_autoptr(GOptionContext) context = g_option_context_new("- load for a server");
    g_autoptr(GError) error = NULL;

    g_option_context_add_main_entries(context, options, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "whep-load: %s\n", error->message);
        return 2;
    }
    if (!people_file == !janus_url || server_pid <= 0 || receivers < 1 ||
        receivers > RECEIVERS_MAX) {
        fprintf(stderr,
                "whep-load: give --people or --janus, --pid, and 1 to %d "
                "receivers\n",
                RECEIVERS_MAX);
        return 2;
    }
    (void)g_setenv("GST_REGISTRY_DISABLE", "yes", TRUE);
    gst_init(NULL, NULL);
    (void)oyer_elements_register(NULL);
    Load load = {
        .publishing = oyer_worker_new("publishing"),
        .receiving = oyer_worker_new("receiving"),
        .receivers = g_ptr_array_new_with_free_func((GDestroyNotify)load_peer_free),
        .resources = g_ptr_array_new_with_free_func(g_free),
    };
    if (janus_url)
        connect_janus(&load);
    else
        connect_oyer(&load);
    for (guint i = 0; i < load.receivers->len; i++)
        wait_connected(g_ptr_array_index(load.receivers, i));
    measure(&load);

    g_ptr_array_unref(load.receivers);
    load_peer_free(load.publisher);
    if (load.janus)
        janus_free(load.janus);
    else
        leave_oyer(&load);
    g_ptr_array_unref(load.resources);
    oyer_worker_free(load.publishing);
    oyer_worker_free(load.receiving);
    return 0;
}
