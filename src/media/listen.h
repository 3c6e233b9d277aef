/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Where media gets its packets: what `oyer serve` is told, hands on to `oyer media`,
 * and that reads.
 *
 * Plain values.  Thread: any.
 */
#pragma once

#include <gio/gio.h>

/* As on the command line; NULL: the default. */
typedef struct {
    const char *address;    /* one, or several with commas; "127.0.0.1" */
    const char *ice;        /* "lite": our own agent, a port for all of a worker;
                             * "full": libnice, a port each */
    const char *port;       /* lite: "443", or "A-B": one for each worker */
    const char *port_range; /* full: "A-B" */
} OyerMediaListen;

typedef struct {
    gboolean is_lite;
    guint16 first, last; /* ports; 0: any */
} OyerMediaPorts;

/* Lite unless a range for libnice, or libnice itself, is asked for. */
gboolean oyer_media_listen_read(const OyerMediaListen *listen,
                                OyerMediaPorts *out_ports, GError **error);
