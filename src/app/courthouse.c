/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "app/courthouse.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <glib-unix.h>

#include "api/staff.h"
#include "app/admin.h"
#include "app/demo.h"
#include "app/outbox.h"
#include "app/scribes.h"
#include "base/log.h"

/* People are let in without media after this long; their media waits. */
#define MEDIA_WAIT_US (5 * G_USEC_PER_SEC)
#define READY_POLL_MS 20

/* A clean stop lets media flush its journals. */
#define STOP_MEDIA_MS 5000

static int say(const char *what, const GError *error)
{
    fprintf(stderr, "oyer serve: %s%s%s\n", what, error ? ": " : "",
            error ? error->message : "");
    return 1;
}

/* ---- the end ---- */

static gboolean on_stop_timeout(gpointer data)
{
    OyerCourthouse *self = data;

    g_warning("media does not end");
    g_main_loop_quit(self->loop);
    return G_SOURCE_REMOVE;
}

static void on_media_ended(json_t *reply, const char *code, gpointer data)
{
    OyerCourthouse *self = data;

    (void)reply;
    (void)code;
    g_main_loop_quit(self->loop);
}

static gboolean on_stop_signal(gpointer data)
{
    OyerCourthouse *self = data;

    if (self->is_stopping)
        return G_SOURCE_CONTINUE;
    self->is_stopping = TRUE;
    g_message("stopping");
    if (!oyer_media_client_is_connected(self->media)) {
        g_main_loop_quit(self->loop);
        return G_SOURCE_CONTINUE;
    }
    oyer_media_client_shutdown(self->media, on_media_ended, self);
    g_timeout_add(STOP_MEDIA_MS, on_stop_timeout, self);
    return G_SOURCE_CONTINUE;
}

/* ---- the beginning ---- */

static gboolean on_ready_poll(gpointer data)
{
    OyerCourthouse *self = data;
    gboolean has_media = oyer_media_client_is_connected(self->media);

    if (!has_media && g_get_monotonic_time() - self->born_us < MEDIA_WAIT_US)
        return G_SOURCE_CONTINUE;
    self->ready_source = 0;
    if (!has_media)
        g_warning("media is not there yet");
    if (!self->shared->is_ready) {
        self->shared->is_ready = TRUE;
        printf("ready %s\n", self->base);
        (void)fflush(stdout);
    }
    return G_SOURCE_REMOVE;
}

static void install_pages(OyerServer *server)
{
    static const struct {
        const char *pattern, *file;
    } pages[] = {
        {"/", "join.html"},
        {"/j/{token}", "join.html"},
        {"/r/{hearing}", "record.html"},
        {"/staff", "staff.html"},
        {"/file", "file.html"},
        {"/case", "case.html"},
        {"/pass", "pass.html"},
        {"/door", "door.html"},
        {"/court", "court.html"},
        {"/n/{token}", "court.html"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(pages); i++)
        oyer_server_page(server, pages[i].pattern, pages[i].file);
}

static gboolean open_parts(OyerCourthouse *self, OyerScribesConfig *scribes,
                           GError **error)
{
    const OyerConfig *config = self->config;
    g_autofree char *database =
        config->database ? g_strdup(config->database)
                         : g_build_filename(config->data_dir, "oyer.db", NULL);
    g_autofree char *keys = g_build_filename(config->data_dir, "keys", NULL);
    OyerServerConfig web = {.listen_fd = dup(self->listen_fd),
                            .tls_cert = config->tls_cert,
                            .tls_key = config->tls_key,
                            .public_origin = config->public_url,
                            .web_root = config->web_root};

    self->key = oyer_key_open(keys, error);
    if (self->key == NULL)
        return FALSE;
    self->db = oyer_db_thread_new(database, NULL, error);
    if (self->db == NULL)
        return FALSE;
    self->server = oyer_server_new(&web, error);
    if (self->server == NULL)
        return FALSE;
    OyerMediaListen listen = oyer_config_media(config);
    self->media = oyer_media_client_new(config->data_dir, &listen, NULL);
    OyerHouseConfig house = {.data_dir = config->data_dir,
                             .db = self->db,
                             .key = self->key,
                             .server = self->server,
                             .media = self->media,
                             .turn = config->turn,
                             .oidc = config->oidc,
                             .language = config->language,
                             .arms_itself = config->demo,
                             .people = oyer_config_people(config),
                             .case_number = config->case_number,
                             .clamd = config->clamd,
                             .pass = oyer_config_pass(config),
                             .verifier = oyer_config_verifier(config),
                             .base = self->base,
                             .post = oyer_config_post(config)};
    /* The demo court must be there before the hearings are read. */
    if (config->demo && !oyer_demo_write(self, error))
        return FALSE;
    self->house = oyer_house_new(&house, &oyer_scribes_hooks, scribes, error);
    if (self->house == NULL)
        return FALSE;
    if (config->demo)
        oyer_house_set_courier(self->house, oyer_outbox_put, config->data_dir);
    self->admin = oyer_admin_new(self, error);
    if (self->admin == NULL)
        return FALSE;
    if (self->admin_fd < 0)
        return TRUE;
    self->exporter = oyer_exporter_new(self, error);
    return self->exporter != NULL;
}

static void close_parts(OyerCourthouse *self)
{
    g_clear_handle_id(&self->ready_source, g_source_remove);
    oyer_admin_free(self->admin);
    /* Before anything else is dispatched: it would start media again. */
    if (self->house != NULL)
        oyer_house_let_media_go(self->house);
    oyer_media_client_free(self->media);
    oyer_exporter_free(self->exporter);
    oyer_server_free(self->server);
    /* What the database still has to say goes to the house. */
    oyer_db_thread_free(self->db);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    oyer_house_free(self->house);
    oyer_key_free(self->key);
}

int oyer_courthouse_main(OyerSupervised *shared, gpointer data)
{
    OyerCourthouse *self = data;
    OyerScribesConfig scribes = {.data_dir = self->config->data_dir,
                                 .language = self->config->language,
                                 .engine = self->config->engine};
    g_autoptr(GError) error = NULL;

    (void)signal(SIGPIPE, SIG_IGN);
    oyer_log_setup(G_LOG_LEVEL_MESSAGE);
    self->shared = shared;
    self->born_us = g_get_monotonic_time();
    self->loop = g_main_loop_new(NULL, FALSE);
    guint on_term = g_unix_signal_add(SIGTERM, on_stop_signal, self);
    guint on_int = g_unix_signal_add(SIGINT, on_stop_signal, self);

    if (!open_parts(self, &scribes, &error)) {
        self->code = say("cannot start", error);
    } else {
        install_pages(self->server);
        oyer_media_client_start(self->media);
        oyer_house_begin(self->house);
        oyer_server_start(self->server);
        self->ready_source = g_timeout_add(READY_POLL_MS, on_ready_poll, self);
        g_main_loop_run(self->loop);
    }
    g_source_remove(on_term);
    g_source_remove(on_int);
    close_parts(self);
    g_main_loop_unref(self->loop);
    return self->code;
}
