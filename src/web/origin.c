/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "web/origin.h"

#include <string.h>

/* @authority without a port that @scheme has anyway.  (transfer full) */
static char *plain_authority(const char *authority, const char *default_port)
{
    g_autofree char *lower = g_ascii_strdown(authority, -1);

    if (g_str_has_suffix(lower, default_port))
        lower[strlen(lower) - strlen(default_port)] = '\0';
    return g_steal_pointer(&lower);
}

gboolean oyer_origin_is_own(const char *origin, const char *host, gboolean tls,
                            const char *public_origin)
{
    const char *scheme = tls ? "https://" : "http://";
    const char *default_port = tls ? ":443" : ":80";

    if (origin == NULL)
        return TRUE;
    if (public_origin != NULL && !g_ascii_strcasecmp(origin, public_origin))
        return TRUE;
    if (host == NULL || host[0] == '\0' || !g_str_has_prefix(origin, scheme))
        return FALSE;

    g_autofree char *theirs = plain_authority(origin + strlen(scheme), default_port);
    g_autofree char *ours = plain_authority(host, default_port);
    return !strcmp(theirs, ours);
}
