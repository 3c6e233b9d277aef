/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * ICE: finds the way to the other side and carries datagrams over it.  There are
 * two behind it, and the constructor chooses: our own lite agent, all of them on
 * one port (ice_lite.c), and libnice, a socket each (ice_nice.c).
 *
 * The transport is the only user: it is told when datagrams wait and then takes
 * them in one go; it sends on the path's socket itself, in batches.
 *
 * Thread: the worker it was made on, for everything.
 */
#pragma once

#include <sys/socket.h>

#include <glib.h>

#include "transport/worker.h"

#define OYER_ICE_CANDIDATES_MAX 32
#define OYER_ICE_CANDIDATE_BYTES_MAX 512
/* RFC 8839 §5.4 */
#define OYER_ICE_UFRAG_MAX 256
#define OYER_ICE_PWD_MAX 256

typedef struct OyerIce OyerIce;
typedef struct OyerIcePort OyerIcePort; /* ice_port.h */

typedef enum {
    OYER_ICE_CHECKING,
    OYER_ICE_CONNECTED,
    OYER_ICE_FAILED, /* may still become CONNECTED when the other side checks */
} OyerIceState;

typedef struct {
    void (*on_state)(OyerIceState state, gpointer data);
    void (*on_readable)(gpointer data); /* oyer_ice_receive() until it gives too few */
    void (*on_path)(gpointer data);     /* oyer_ice_path() gives something new */
    gpointer data;
} OyerIceEvents;

typedef struct {
    const char *ufrag, *pwd;
    char **candidates; /* NULL-ended */
    gboolean is_lite;  /* the description has to say so (RFC 8839 §5.3) */
} OyerIceLocal;

/* How to open it.  Borrowed. */
typedef struct {
    const char *address; /* one, several with commas; "0.0.0.0": all but loopback */
    guint16 port_min, port_max; /* 0: any */
    gboolean controlling;
    OyerIcePort *port; /* not NULL: lite, on this port; the rest does not matter */
} OyerIceOptions;

/* Where one datagram goes to and what it is then. */
typedef struct {
    guint8 *data;
    gsize capacity, size;
} OyerIceMessage;

/* The way out: an unconnected UDP socket and the address to send to. */
typedef struct {
    int fd; /* -1: only oyer_ice_send() gets there */
    socklen_t to_bytes;
    struct sockaddr_storage to; /* last: the most of it is never looked at */
} OyerIcePath;

/*
 * RFC 8445 §2.5: answers checks, makes none; never controls.  It holds a reference
 * to @port.
 *
 * Returns: (transfer full): or NULL with @error when the port has no address.
 */
OyerIce *oyer_ice_lite_new(OyerWorker *worker, OyerIcePort *port,
                           const OyerIceEvents *events, GError **error);

/*
 * libnice, host candidates only.
 *
 * Returns: (transfer full): or NULL with @error when no socket could be had.
 */
OyerIce *oyer_ice_nice_new(OyerWorker *worker, const OyerIceOptions *options,
                           const OyerIceEvents *events, GError **error);

/* Falls silent: nothing is sent, answered or called any more. */
void oyer_ice_stop(OyerIce *self);

/* The same, and it goes as soon as nothing of it is running. */
void oyer_ice_free(OyerIce *self);

/* Owned by @self until the next restart. */
const OyerIceLocal *oyer_ice_local(OyerIce *self);

/* Credentials of the other side; checks begin.  FALSE: too long or empty. */
gboolean oyer_ice_set_remote(OyerIce *self, const char *ufrag, const char *pwd);

/*
 * @candidate as in a=candidate.  TRUE also for what is understood but of no use
 * here (TCP, mDNS names, more than OYER_ICE_CANDIDATES_MAX); FALSE: unparsable.
 */
gboolean oyer_ice_add_candidate(OyerIce *self, const char *candidate);

/* New local credentials; the path in use stays until a new one is found. */
void oyer_ice_restart(OyerIce *self);

/*
 * Takes up to @count waiting datagrams from validated addresses; STUN is
 * answered on the way and not given.  Fewer than @count: none left.
 */
guint oyer_ice_receive(OyerIce *self, OyerIceMessage *messages, guint count);

/* FALSE: no path yet. */
gboolean oyer_ice_path(OyerIce *self, OyerIcePath *out_path);

/* One datagram, the slow way. */
gboolean oyer_ice_send(OyerIce *self, const guint8 *data, gsize size);

/*
 * Asks the other side for a sign of life (RFC 7675), and from now until
 * oyer_ice_was_heard() says TRUE looks for one (the lite agent always does).
 */
void oyer_ice_ask(OyerIce *self);

/* TRUE if the other side gave an authentic sign of life; once. */
gboolean oyer_ice_was_heard(OyerIce *self);
