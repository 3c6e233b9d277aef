/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Socket addresses of UDP over IPv4 and IPv6, compared by what makes them one
 * another's: family, address and port.
 *
 * Plain functions over values.  Thread: any.
 */
#pragma once

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include <glib.h>

static inline gboolean oyer_address_equal(const struct sockaddr_storage *a,
                                          const struct sockaddr_storage *b)
{
    const struct sockaddr_in *a4 = (const void *)a, *b4 = (const void *)b;
    const struct sockaddr_in6 *a6 = (const void *)a, *b6 = (const void *)b;

    if (a->ss_family != b->ss_family)
        return FALSE;
    if (a->ss_family == AF_INET)
        return a4->sin_port == b4->sin_port &&
               a4->sin_addr.s_addr == b4->sin_addr.s_addr;
    return a->ss_family == AF_INET6 && a6->sin6_port == b6->sin6_port &&
           memcmp(&a6->sin6_addr, &b6->sin6_addr, sizeof(a6->sin6_addr)) == 0;
}

static inline guint oyer_address_hash(const struct sockaddr_storage *address)
{
    const struct sockaddr_in *v4 = (const void *)address;
    const struct sockaddr_in6 *v6 = (const void *)address;
    guint32 words[4], hash;

    if (address->ss_family == AF_INET)
        return (v4->sin_addr.s_addr ^ (guint32)v4->sin_port << 16) * 2654435761u;
    memcpy(words, &v6->sin6_addr, sizeof(words));
    hash = v6->sin6_port;
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        hash = (hash ^ words[i]) * 2654435761u;
    return hash;
}

static inline socklen_t oyer_address_bytes(const struct sockaddr_storage *address)
{
    return address->ss_family == AF_INET ? sizeof(struct sockaddr_in)
                                         : sizeof(struct sockaddr_in6);
}
