/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Load for a forwarding server: synthetic publishers, real WebRTC receivers, and
 * what the server's processes spend on each packet that really arrives, on each
 * receiver that joins, and keep in memory for it.
 *
 *   load --media DIR --pid PID …                          “oyer media”
 *   load --people demo.json --pid PID --pid PID …         Oyer: WHIP, WHEP
 *   load --janus http://HOST:8088/janus --pid PID …       Janus: videoroom
 *
 * Each hearing has --publishers; either --receivers who get all of them, or, with
 * --mesh, the publishers themselves, who get all but themselves.  Prints one JSON
 * object.  Exit status 1: someone was not connected or saw nothing.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gst/gst.h>

#include "bench/peer.h"
#include "bench/server.h"
#include "elements.h"
#include "transport/dtls.h"

#define DEADLINE_US (60 * G_USEC_PER_SEC)
#define POLL_US 5000
#define RECEIVERS_MAX 2000

static char *media_dir, *people_file, *janus_url, *address, *journal, **pids;
static char *kind_name;
static int hearings = 1, publishers = 1, receivers = 50, base_receivers;
static double seconds = 10, warm_up = 3, settle = 8;
static gboolean mesh, old_phones;

static const GOptionEntry options[] = {
    {"media", 0, 0, G_OPTION_ARG_FILENAME, &media_dir, "Data of “oyer media”", "DIR"},
    {"people", 0, 0, G_OPTION_ARG_FILENAME, &people_file, "Output of “oyer demo”",
     "FILE"},
    {"janus", 0, 0, G_OPTION_ARG_STRING, &janus_url, "Janus' REST API", "URL"},
    {"address", 0, 0, G_OPTION_ARG_STRING, &address, "Own IP address", "IP"},
    {"pid", 0, 0, G_OPTION_ARG_STRING_ARRAY, &pids, "A process to measure", "PID"},
    {"hearings", 0, 0, G_OPTION_ARG_INT, &hearings, "How many (1)", "N"},
    {"publishers", 0, 0, G_OPTION_ARG_INT, &publishers, "In each hearing (1)", "N"},
    {"receivers", 0, 0, G_OPTION_ARG_INT, &receivers, "In each hearing (50)", "N"},
    {"mesh", 0, 0, G_OPTION_ARG_NONE, &mesh, "Publishers see each other instead", NULL},
    {"kind", 0, 0, G_OPTION_ARG_STRING, &kind_name, "video (default), slow or audio",
     "KIND"},
    {"old-phones", 0, 0, G_OPTION_ARG_NONE, &old_phones,
     "Offer AES_CM_128_HMAC_SHA1_80 only", NULL},
    {"journal", 0, 0, G_OPTION_ARG_FILENAME, &journal, "Where media is to write one",
     "DIR"},
    {"memory-from", 0, 0, G_OPTION_ARG_INT, &base_receivers,
     "Measure how memory grows from N receivers on", "N"},
    {"settle", 0, 0, G_OPTION_ARG_DOUBLE, &settle, "Time before memory is read (8)",
     "S"},
    {"seconds", 0, 0, G_OPTION_ARG_DOUBLE, &seconds, "Measured time (10)", "S"},
    {"warm-up", 0, 0, G_OPTION_ARG_DOUBLE, &warm_up, "Time before it (3)", "S"},
    {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
};

typedef struct {
    LoadServer *server;
    LoadKind kind;
    OyerWorker *publishing, *receiving;
    GPtrArray *publishers, *receivers; /* of LoadPeer, hearing after hearing */
    guint tracks;                      /* that each receiver is to get */

    double join_us;                     /* CPU for one of the receivers */
    double memory_from_kib, memory_kib; /* with base_receivers, with all */
} Load;

/* ---- the server's processes -------------------------------------------- */

/* CPU time of all their threads, the ended ones too, as the scheduler counts it. */
static double cpu_us(void)
{
    double sum_us = 0;

    for (char **pid = pids; *pid; pid++) {
        clockid_t clock;
        struct timespec now;

        if (clock_getcpuclockid(atoi(*pid), &clock) != 0 ||
            clock_gettime(clock, &now) != 0)
            g_error("no process %s", *pid);
        sum_us += (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
    }
    return sum_us;
}

/* Proportional share: what would be free if they were not there. */
static double memory_kib(void)
{
    double sum_kib = 0;

    for (char **pid = pids; *pid; pid++) {
        g_autofree char *path = g_strdup_printf("/proc/%s/smaps_rollup", *pid);
        g_autofree char *text = NULL;

        if (!g_file_get_contents(path, &text, NULL, NULL) || !strstr(text, "\nPss:"))
            g_error("no process %s", *pid);
        sum_kib += g_ascii_strtod(strstr(text, "\nPss:") + strlen("\nPss:"), NULL);
    }
    return sum_kib;
}

/* ---- connecting -------------------------------------------------------- */

static void sleep_s(double time_s)
{
    g_usleep((gulong)(time_s * G_USEC_PER_SEC));
}

static void wait_until(LoadPeer *peer, gboolean (*is_so)(LoadPeer *, guint), guint with,
                       const char *what)
{
    gint64 deadline_us = g_get_monotonic_time() + DEADLINE_US;

    while (!is_so(peer, with)) {
        if (g_get_monotonic_time() > deadline_us) {
            fprintf(stderr, "load: a peer %s within 60 s\n", what);
            exit(1);
        }
        g_usleep(POLL_US);
    }
}

static gboolean is_connected(LoadPeer *peer, guint with)
{
    (void)with;
    return load_peer_is_connected(peer);
}

static gboolean has_tracks(LoadPeer *peer, guint count)
{
    return load_peer_tracks(peer) >= count;
}

static void accept_sdp(LoadPeer *peer, const char *sdp, gboolean is_answer)
{
    g_autoptr(GError) error = NULL;

    if (!load_peer_accept(peer, sdp, is_answer, &error))
        g_error("%s\n%s", error->message, sdp);
}

static void add_publisher(Load *load, guint hearing, guint number)
{
    LoadOptions peer_options = {
        .address = address,
        .controlling = TRUE,
        .publishes = TRUE,
        .kind = load->kind,
        /* Golden ratio: even, and no two at once, however many there are. */
        .phase_us = (guint)(1000 + fmod(load->publishers->len * 0.618034, 1) * 30000),
    };
    LoadPeer *peer = load_peer_new(load->publishing, &peer_options);
    g_autofree char *offer = load_peer_describe(peer, NULL);
    g_autofree char *answer =
        load->server->publish(load->server, hearing, number, offer);

    accept_sdp(peer, answer, TRUE);
    wait_until(peer, is_connected, 0, "was not connected");
    if (load->server->wait_published)
        load->server->wait_published(load->server, hearing, number);
    g_ptr_array_add(load->publishers, peer);
}

static void add_receiver(Load *load, guint hearing, guint number)
{
    LoadServer *server = load->server;
    LoadOptions peer_options = {
        .address = address,
        .controlling = server->play != NULL,
        .kind = load->kind,
    };
    LoadPeer *peer = load_peer_new(load->receiving, &peer_options);
    g_autofree char *offer = NULL, *answer = NULL;

    if (server->play) {
        offer = load_peer_describe(peer, NULL);
        answer = server->play(server, number, offer);
        accept_sdp(peer, answer, TRUE);
    } else {
        offer = server->subscribe(server, hearing, number, mesh ? (int)number : -1);
        answer = load_peer_describe(peer, offer);
        accept_sdp(peer, offer, FALSE);
        server->answer(server, hearing, number, answer);
    }
    g_ptr_array_add(load->receivers, peer);
}

static void wait_for_pictures(Load *load)
{
    for (guint i = 0; i < load->receivers->len; i++)
        wait_until(load->receivers->pdata[i], has_tracks, load->tracks,
                   "did not get every track");
}

static void connect_all(Load *load)
{
    guint each = (guint)(mesh ? publishers : receivers);

    for (guint h = 0; h < (guint)hearings; h++)
        for (guint p = 0; p < (guint)publishers; p++)
            add_publisher(load, h, p);
    double before_us = cpu_us();
    for (guint h = 0; h < (guint)hearings; h++)
        for (guint r = 0; r < each; r++) {
            if (base_receivers && h == 0 && r == (guint)base_receivers) {
                wait_for_pictures(load);
                sleep_s(settle);
                load->memory_from_kib = memory_kib();
            }
            add_receiver(load, h, r);
        }
    wait_for_pictures(load);
    load->join_us = (cpu_us() - before_us) / load->receivers->len;
    if (base_receivers) {
        sleep_s(settle);
        load->memory_kib = memory_kib();
    }
}

/* ---- measuring --------------------------------------------------------- */

static void print_result(const Load *load, const LoadCounts *counts, double spent_us)
{
    double lost = (double)counts->expected - (double)counts->received;
    guint grown = load->receivers->len - (guint)base_receivers;

    printf("{\"receivers\":%u,\"tracks\":%u,\"seconds\":%.1f,"
           "\"sent\":%" G_GUINT64_FORMAT ",\"received\":%" G_GUINT64_FORMAT
           ",\"expected\":%" G_GUINT64_FORMAT ",\"loss\":%.6f,\"delay_p50_ms\":%.2f,"
           "\"delay_p99_ms\":%.2f,\"cpu_us\":%.0f,\"us_per_packet\":%.3f,"
           "\"join_us\":%.0f",
           load->receivers->len, load->receivers->len * load->tracks, seconds,
           counts->sent, counts->received, counts->expected,
           counts->expected ? lost / (double)counts->expected : 1.0,
           peer_delay_ms(counts->delays, counts->received, 0.5),
           peer_delay_ms(counts->delays, counts->received, 0.99), spent_us,
           counts->received ? spent_us / (double)counts->received : 0, load->join_us);
    if (base_receivers)
        printf(",\"kib_per_receiver\":%.1f",
               (load->memory_kib - load->memory_from_kib) / grown);
    printf("}\n");
}

static void measure(Load *load)
{
    g_autofree LoadCounts *counts = g_new0(LoadCounts, 1);

    sleep_s(warm_up);
    for (guint i = 0; i < load->publishers->len; i++)
        load_peer_reset(load->publishers->pdata[i]);
    for (guint i = 0; i < load->receivers->len; i++)
        load_peer_reset(load->receivers->pdata[i]);
    (void)fputs("measuring\n", stderr);
    double before_us = cpu_us();
    sleep_s(seconds);
    double spent_us = cpu_us() - before_us;
    for (guint i = 0; i < load->publishers->len; i++)
        load_peer_count(load->publishers->pdata[i], counts);
    counts->received = counts->expected = 0;
    for (guint i = 0; i < load->receivers->len; i++)
        load_peer_count(load->receivers->pdata[i], counts);
    print_result(load, counts, spent_us);
}

/* ---- the program ------------------------------------------------------- */

static gboolean kind_of(const char *name, LoadKind *out_kind)
{
    static const char *const names[] = {
        [LOAD_VIDEO] = "video", [LOAD_SLOW_VIDEO] = "slow", [LOAD_AUDIO] = "audio"};

    for (LoadKind kind = 0; kind < LOAD_KINDS; kind++)
        if (g_strcmp0(name ? name : "video", names[kind]) == 0) {
            *out_kind = kind;
            return TRUE;
        }
    return FALSE;
}

static gboolean parse(int argc, char *argv[], LoadKind *out_kind)
{
    g_autoptr(GOptionContext) context = g_option_context_new("- load for a server");
    g_autoptr(GError) error = NULL;

    g_option_context_add_main_entries(context, options, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "load: %s\n", error->message);
        return FALSE;
    }
    if (!!media_dir + !!people_file + !!janus_url != 1 || !pids || hearings < 1 ||
        publishers < 1 || publishers > LOAD_TRACKS_MAX || receivers < 1 ||
        receivers > RECEIVERS_MAX || !kind_of(kind_name, out_kind)) {
        fprintf(stderr,
                "load: give one of --media, --people and --janus, --pid, 1 to %d "
                "publishers, 1 to %d receivers\n",
                LOAD_TRACKS_MAX, RECEIVERS_MAX);
        return FALSE;
    }
    return TRUE;
}

int main(int argc, char *argv[])
{
    Load load = {0};

    if (!parse(argc, argv, &load.kind))
        return 2;
    (void)g_setenv("GST_REGISTRY_DISABLE", "yes", TRUE);
    gst_init(NULL, NULL);
    (void)oyer_elements_register(NULL);
    if (old_phones)
        oyer_dtls_offer_only(OYER_SRTP_AES128_CM_SHA1_80);
    load.tracks = (guint)(mesh ? publishers - 1 : publishers);
    load.publishing = oyer_worker_new("publishing");
    load.receiving = oyer_worker_new("receiving");
    load.publishers = g_ptr_array_new_with_free_func((GDestroyNotify)load_peer_free);
    load.receivers = g_ptr_array_new_with_free_func((GDestroyNotify)load_peer_free);
    LoadHearings all = {
        .count = (guint)hearings,
        .publishers = (guint)publishers,
        .receivers = (guint)(mesh ? 0 : receivers),
        .journal = journal,
    };
    load.server = media_dir   ? load_media_new(media_dir, &all)
                  : janus_url ? load_janus_new(janus_url, (guint)hearings)
                              : load_front_door_new(people_file);
    connect_all(&load);
    measure(&load);

    g_ptr_array_unref(load.receivers);
    g_ptr_array_unref(load.publishers);
    load.server->free(load.server);
    oyer_worker_free(load.publishing);
    oyer_worker_free(load.receiving);
    return 0;
}
