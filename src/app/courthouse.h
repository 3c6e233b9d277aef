/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The worker of `oyer serve`: makes all parts, wires them, runs the main loop and
 * takes them apart again.
 *
 * Thread: main.
 */
#pragma once

#include "api/house.h"
#include "app/config.h"
#include "app/exporter.h"
#include "app/supervisor.h"

typedef struct {
    const OyerConfig *config;
    int listen_fd;            /* the worker's; the parent keeps its own */
    int port;                 /* that it listens on */
    int admin_fd, admin_port; /* of the figures; -1, 0: none */
    char *base;               /* "http://127.0.0.1:8080" */
    char *run_dir;

    OyerSupervised *shared;
    GMainLoop *loop;
    OyerKey *key;
    OyerDbThread *db;
    OyerServer *server;
    OyerMediaClient *media;
    OyerHouse *house;
    gpointer admin;         /* app/admin.c */
    OyerExporter *exporter; /* NULL: nobody asked for it */
    gboolean is_stopping;
    guint ready_source;
    gint64 born_us;
    int code;
} OyerCourthouse;

/* An OyerWorkerMain; @data is an OyerCourthouse with its first fields set. */
int oyer_courthouse_main(OyerSupervised *shared, gpointer data);
