/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One UDP port for everybody of a worker: a socket for each local address, read in
 * batches and sorted to those whose datagrams they are.  An address is somebody's
 * only after a check that proved it (ice_lite.c); what else comes from a stranger
 * costs a look into one table, is counted and forgotten.
 *
 * The lite agents are the users; who makes transports opens it.
 *
 * Thread: the worker it was made for, for everything but ref.
 */
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <glib.h>

#include "transport/ice.h"
#include "transport/stun.h"

typedef struct {
    guint64 strangers; /* datagrams of nobody's */
    guint64 refused;   /* checks that were no good */
} OyerIcePortStats;

/*
 * Binds @port (0: any, each address another) on @address: one, several with commas;
 * "0.0.0.0" or "::": all of the machine's but loopback, also such as come later;
 * 127.…: this machine only (nearby.h).
 *
 * Returns: (transfer full): or NULL with @error when it cannot be had.
 */
OyerIcePort *oyer_ice_port_new(OyerWorker *worker, const char *address, guint16 port,
                               GError **error);
OyerIcePort *oyer_ice_port_ref(OyerIcePort *self);
void oyer_ice_port_unref(OyerIcePort *self);

const OyerIcePortStats *oyer_ice_port_stats(OyerIcePort *self);

/* ---- for the agents ---- */

typedef struct OyerIceMember OyerIceMember;

/* An address that is somebody's: the socket it comes by, and itself. */
typedef struct {
    int fd;
    struct sockaddr_storage remote;
    OyerIceMember *member; /* not owned */
    gint64 heard_us;       /* of the last check */
} OyerIcePair;

/* Somebody behind the port. */
struct OyerIceMember {
    /* A check from @from that names one of its ufrags. */
    void (*on_request)(OyerIceMember *self, const OyerIcePair *from,
                       const OyerStunRequest *request);
    /* Other STUN from an address of its own. */
    void (*on_response)(OyerIceMember *self, const OyerIcePair *from,
                        const guint8 *bytes, gsize size);
    /* Datagrams wait: oyer_ice_port_take() now or never. */
    void (*on_data)(OyerIceMember *self);

    /* the port's: its part of the batch */
    guint first, last, waiting;
    OyerIceMember *next;
};

/* Returns: (transfer full): NULL-ended a=candidate values, all addresses there are. */
char **oyer_ice_port_candidates(OyerIcePort *self);

/* Checks that name @ufrag (copied) are @member's from now on; NULL: nobody's. */
void oyer_ice_port_name(OyerIcePort *self, const char *ufrag, OyerIceMember *member);

/*
 * What comes from @pair's address is its member's.  FALSE: it is another's, who was
 * heard there a moment ago.  Borrowed until forgotten.
 */
gboolean oyer_ice_port_know(OyerIcePort *self, OyerIcePair *pair);
void oyer_ice_port_forget(OyerIcePort *self, OyerIcePair *pair);

/* Copies up to @count waiting datagrams out; returns how many. */
guint oyer_ice_port_take(OyerIcePort *self, OyerIceMember *member,
                         OyerIceMessage *messages, guint count);

/* Answers; errors to strangers only so many a second. */
void oyer_ice_port_answer(OyerIcePort *self, const OyerIcePair *to,
                          const OyerStunAnswer *answer);
