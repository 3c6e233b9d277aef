/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/nearby.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* RFC 791. */
#define IP_SOURCE_OFFSET 12

#include <ifaddrs.h>
#include <linux/filter.h>
#include <net/if.h>

char **oyer_nearby_addresses(void)
{
    GPtrArray *found = g_ptr_array_new();
    struct ifaddrs *all = NULL;

    if (getifaddrs(&all) == 0) {
        for (const struct ifaddrs *i = all; i && found->len < OYER_NEARBY_MAX;
             i = i->ifa_next) {
            char text[INET_ADDRSTRLEN];

            if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET ||
                i->ifa_flags & IFF_LOOPBACK || !(i->ifa_flags & IFF_UP))
                continue;
            const struct sockaddr_in *in =
                (const struct sockaddr_in *)(const void *)i->ifa_addr;
            if (inet_ntop(AF_INET, &in->sin_addr, text, sizeof text))
                g_ptr_array_add(found, g_strdup(text));
        }
        freeifaddrs(all);
    }
    g_ptr_array_add(found, NULL);
    return (char **)g_ptr_array_free(found, FALSE);
}

gboolean oyer_nearby_fence(int fd)
{
    struct sockaddr_in own;
    socklen_t size = sizeof own;

    if (getsockname(fd, (struct sockaddr *)&own, &size))
        return FALSE;
    if (own.sin_family != AF_INET || ntohl(own.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET)
        return TRUE;

    /* Passes what comes from the very address that the socket is bound to. */
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (guint32)SKF_NET_OFF + IP_SOURCE_OFFSET),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ntohl(own.sin_addr.s_addr), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, G_MAXUINT32),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    const struct sock_fprog filter = {G_N_ELEMENTS(program), program};

    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0;
}
