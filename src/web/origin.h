/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Whether a page of this server made the request: the Origin field against the
 * Host field.  libwebsockets checks neither, and a browser lets every page of the
 * world open a WebSocket here, cookies included.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * @origin: the Origin field, NULL when absent (a program, not a browser: fine).
 * @host: the Host field.  @tls: whether this connection is.  @public_origin:
 * `https://name[:port]` of a proxy in front, or NULL.
 */
gboolean oyer_origin_is_own(const char *origin, const char *host, gboolean tls,
                            const char *public_origin);

G_END_DECLS
