/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "media/process.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gstdio.h>

#include "base/log.h"
#include "elements.h"
#include "media/server.h"

#define ORPHAN_US (10 * 60 * (gint64)G_USEC_PER_SEC)

typedef struct {
    char *data_dir;
    char *address, *ice, *port, *port_range; /* OyerMediaListen */
    OyerMediaPorts ports;
} Options;

static void options_clear(Options *options)
{
    g_free(options->data_dir);
    g_free(options->address);
    g_free(options->ice);
    g_free(options->port);
    g_free(options->port_range);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static gboolean parse(Options *options, int argc, char *argv[], GError **error)
{
    GOptionEntry entries[] = {
        {"data", 0, 0, G_OPTION_ARG_FILENAME, &options->data_dir, "Data directory",
         "DIR"},
        {"listen", 0, 0, G_OPTION_ARG_STRING, &options->address,
         "Addresses that get the packets (127.0.0.1; 0.0.0.0: all but loopback)",
         "ADDRESS[,ADDRESS]"},
        {"port-range", 0, 0, G_OPTION_ARG_STRING, &options->port_range,
         "UDP ports of full ICE", "A-B"},
        {"media-port", 0, 0, G_OPTION_ARG_STRING, &options->port,
         "One UDP port for everybody; A-B: one for each worker thread", "N"},
        {"ice", 0, 0, G_OPTION_ARG_STRING, &options->ice,
         "lite: one port for everybody; full: libnice, a port each", "KIND"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    g_autoptr(GOptionContext) context =
        g_option_context_new("- forwards and records packets");

    g_set_prgname("oyer media");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, error))
        return FALSE;
    if (argc > 1 || !options->data_dir) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s",
                    argc > 1 ? "no arguments but options" : "--data is missing");
        return FALSE;
    }
    OyerMediaListen listen = {options->address, options->ice, options->port,
                              options->port_range};
    return oyer_media_listen_read(&listen, &options->ports, error);
}

/* No parser or decoder of anybody else's shall ever see a participant's bytes in
 * this process: GStreamer's core, and our elements, linked in. */
static void init_gstreamer(void)
{
    (void)g_setenv("GST_PLUGIN_SYSTEM_PATH_1_0", "", TRUE);
    (void)g_setenv("GST_PLUGIN_PATH_1_0", "", TRUE);
    (void)g_setenv("GST_PLUGIN_PATH", "", TRUE);
    (void)g_setenv("GST_REGISTRY_DISABLE", "yes", TRUE);
    (void)g_setenv("GST_REGISTRY_FORK", "no", TRUE);
    gst_init(NULL, NULL);
    (void)gst_plugin_register_static(GST_VERSION_MAJOR, GST_VERSION_MINOR, "oyer",
                                     "Court-hearing media", oyer_elements_register,
                                     OYER_VERSION, "LGPL", "oyer", "oyer",
                                     "https://oyer.invalid/");
}

static char *write_pid(const char *data_dir)
{
    g_autofree char *path = g_build_filename(data_dir, "run", "media.pid", NULL);
    g_autofree char *text = g_strdup_printf("%d\n", (int)getpid());
    g_autoptr(GError) error = NULL;

    if (!g_file_set_contents(path, text, -1, &error))
        g_warning("%s", error->message);
    return g_steal_pointer(&path);
}

static void on_end(gpointer data)
{
    g_main_loop_quit(data);
}

static gboolean on_signal(gpointer data)
{
    g_main_loop_quit(data);
    return G_SOURCE_CONTINUE;
}

static int run(const Options *options)
{
    guint workers = MAX(g_get_num_processors(), 2) - 1;
    OyerMediaServerOptions server_options = {
        .data_dir = options->data_dir,
        .listen = {.address = options->address, .port_range = options->port_range},
        .ports = options->ports,
        .workers =
            options->ports.is_lite && options->ports.first
                ? MIN(workers, (guint)(options->ports.last - options->ports.first) + 1)
                : workers,
        .orphan_us = ORPHAN_US,
    };
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_autoptr(OyerMediaServer) server = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *pid_path = NULL;

    server = oyer_media_server_new(&server_options, on_end, loop, &error);
    if (!server) {
        fprintf(stderr, "oyer media: %s\n", error->message);
        return 1;
    }
    pid_path = write_pid(options->data_dir);
    (void)g_unix_signal_add(SIGTERM, on_signal, loop);
    (void)g_unix_signal_add(SIGINT, on_signal, loop);
    g_message("media process %d", (int)getpid());
    g_main_loop_run(loop);
    (void)g_unlink(pid_path);
    return 0;
}

int oyer_media_main(int argc, char *argv[])
{
    g_auto(Options) options = {0};
    g_autoptr(GError) error = NULL;

    if (!parse(&options, argc, argv, &error)) {
        fprintf(stderr, "oyer media: %s\n", error->message);
        return 2;
    }
    /* A terminal that closes or a serve that dies is no reason to end. */
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
    json_object_seed(0);
    oyer_log_setup(G_LOG_LEVEL_INFO);
    init_gstreamer();
    return run(&options);
}
