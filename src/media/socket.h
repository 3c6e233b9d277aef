/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The address of the control socket, DIR/run/media.sock, for both ends.  A Unix
 * address holds 107 bytes and a data directory may be longer, so the socket is
 * named through /proc/self/fd.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

#include "media/listen.h"

/*
 * Listens; the directory is made (0700), the socket has mode 0600.  A socket file
 * that nobody listens on any more is replaced; one in use is an error.
 *
 * Returns: the descriptor (non-blocking, close-on-exec), or -1 with @error set.
 */
int oyer_media_socket_listen(const char *data_dir, GError **error);

/* Returns: a connected descriptor (non-blocking), or -1: nobody listens. */
int oyer_media_socket_connect(const char *data_dir);

/* The process at the other end of @fd, 0 when not known. */
GPid oyer_media_socket_peer_pid(int fd);

/*
 * Starts `PROGRAM media --data DIR` and the options of @listen, detached: own session, child of init, no descriptor of ours but standard error.
 */
gboolean oyer_media_spawn(const char *program, const char *data_dir,
                          const OyerMediaListen *listen, GError **error);
