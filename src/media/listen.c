/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "media/listen.h"

#include <stdio.h>
#include <string.h>

/* Below it libnice would take what others need; one port is chosen on purpose. */
#define RANGE_MIN 1024

static gboolean refuse(GError **error, const char *option, const char *text,
                       const char *what)
{
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--%s: “%s” is %s",
                option, text, what);
    return FALSE;
}

static gboolean check_addresses(const char *text, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text ? text : "127.0.0.1", ",", -1);

    if (!parts[0])
        return refuse(error, "listen", "", "no address");
    for (guint i = 0; parts[i]; i++) {
        g_autoptr(GInetAddress) address = g_inet_address_new_from_string(parts[i]);

        if (!address)
            return refuse(error, "listen", parts[i], "no address");
    }
    return TRUE;
}

/* "A-B", or just "A". */
static gboolean read_ports(const char *text, guint least, OyerMediaPorts *out)
{
    guint first = 0, last = 0;
    char end;
    gboolean is_one = sscanf(text, "%5u%c", &first, &end) == 1;

    if (is_one)
        last = first;
    else if (sscanf(text, "%5u-%5u%c", &first, &last, &end) != 2)
        return FALSE;
    if (first < least || last > G_MAXUINT16 || first > last)
        return FALSE;
    out->first = (guint16)first;
    out->last = (guint16)last;
    return TRUE;
}

gboolean oyer_media_listen_read(const OyerMediaListen *listen,
                                OyerMediaPorts *out_ports, GError **error)
{
    const char *ice = listen->ice ? listen->ice : listen->port_range ? "full" : "lite";
    OyerMediaPorts ports = {.is_lite = strcmp(ice, "lite") == 0};

    if (!check_addresses(listen->address, error))
        return FALSE;
    if (!ports.is_lite && strcmp(ice, "full") != 0)
        return refuse(error, "ice", ice, "neither lite nor full");
    if (listen->port && !ports.is_lite)
        return refuse(error, "media-port", listen->port, "for ICE lite");
    if (listen->port_range && ports.is_lite)
        return refuse(error, "port-range", listen->port_range, "for full ICE");
    if (listen->port && !read_ports(listen->port, 1, &ports))
        return refuse(error, "media-port", listen->port, "no port");
    if (listen->port_range && (!strchr(listen->port_range, '-') ||
                               !read_ports(listen->port_range, RANGE_MIN, &ports)))
        return refuse(error, "port-range", listen->port_range, "no range of ports");
    *out_ports = ports;
    return TRUE;
}
