/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/connection.h"

#include <string.h>

#include <gio/gio.h>
#include <openssl/crypto.h>

#include "transport/dtls.h"
#include "transport/liveness.h"
#include "transport/police.h"
#include "transport/srtp.h"

#define TICK_US (1 * G_USEC_PER_SEC)
/* A ClientHello may be faster than the nomination of the path to answer on; with
 * post-quantum keys it takes two datagrams. */
#define EARLY_MAX 4
#define EARLY_BYTES_MAX 1500

struct OyerConnection {
    OyerWorker *worker; /* not owned */
    OyerConnectionEvents events;
    OyerTransportState state;
    OyerTransportLocal local;
    char *remote_ufrag;
    gboolean restarted; /* locally, for the remote ufrag that comes next */

    OyerIce *ice;
    OyerDtls *dtls;
    OyerSrtp *receiving, *sending;
    OyerEgress *egress;
    OyerWorkerSource *tick, *dtls_timer;
    OyerSrtpProfile profile;

    gint64 heard_us; /* or since when it has been waited for */
    gboolean is_policed;
    OyerBudget police;        /* what it may send */
    OyerTransportStats stats; /* of what comes in */
    GBytes *early[EARLY_MAX];
    guint early_count;
};

static void set_state(OyerConnection *self, OyerTransportState state,
                      const char *reason)
{
    if (self->state == state || self->state == OYER_TRANSPORT_CLOSED)
        return;
    self->state = state;
    self->events.on_state(state, reason, self->events.data);
}

static void close_with(OyerConnection *self, const char *reason)
{
    g_clear_pointer(&self->tick, oyer_worker_source_free);
    g_clear_pointer(&self->dtls_timer, oyer_worker_source_free);
    oyer_egress_set_srtp(self->egress, NULL);
    oyer_ice_stop(self->ice);
    set_state(self, OYER_TRANSPORT_CLOSED, reason);
}

static void send_datagram(const guint8 *data, gsize size, gpointer user)
{
    OyerConnection *self = user;
    OyerIcePath path;

    if (!oyer_ice_path(self->ice, &path))
        return;
    if (path.fd >= 0)
        (void)!sendto(path.fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL,
                      (struct sockaddr *)&path.to, path.to_bytes);
    else
        (void)oyer_ice_send(self->ice, data, size);
}

/* Connected is who has a way, keys, and a sign of life. */
static void start_media(OyerConnection *self)
{
    OyerSrtpKeys sending, receiving;

    if (!oyer_dtls_keys(self->dtls, &sending, &receiving)) {
        close_with(self, "no SRTP keys");
        return;
    }
    self->profile = sending.profile;
    self->sending = oyer_srtp_new(&sending, TRUE);
    self->receiving = oyer_srtp_new(&receiving, FALSE);
    OPENSSL_cleanse(&sending, sizeof(sending));
    OPENSSL_cleanse(&receiving, sizeof(receiving));
    oyer_egress_set_srtp(self->egress, self->sending);
    self->heard_us = oyer_worker_now_us(self->worker);
    set_state(self, OYER_TRANSPORT_CONNECTED, "");
}

static void after_dtls(OyerConnection *self);

static void on_dtls_timer(guint32 events, gpointer data)
{
    OyerConnection *self = data;

    (void)events;
    (void)oyer_dtls_on_timeout(self->dtls);
    after_dtls(self);
}

/* What each step of the handshake may have changed. */
static void after_dtls(OyerConnection *self)
{
    gint64 timeout_us = oyer_dtls_timeout_us(self->dtls);

    g_clear_pointer(&self->dtls_timer, oyer_worker_source_free);
    if (self->state == OYER_TRANSPORT_CLOSED)
        return;
    switch (oyer_dtls_state(self->dtls)) {
    case OYER_DTLS_HANDSHAKING:
        if (timeout_us >= 0)
            self->dtls_timer =
                oyer_worker_timer(self->worker, timeout_us, TRUE, on_dtls_timer, self);
        break;
    case OYER_DTLS_DONE:
        if (!self->sending)
            start_media(self);
        break;
    case OYER_DTLS_ENDED:
        close_with(self, "the other side left");
        break;
    case OYER_DTLS_REFUSED:
        close_with(self, oyer_dtls_reason(self->dtls));
        break;
    }
}

static void take_dtls(OyerConnection *self, const guint8 *data, gsize size)
{
    OyerIcePath path;

    if (!self->dtls)
        return;
    if (!oyer_ice_path(self->ice, &path)) {
        if (size <= EARLY_BYTES_MAX && self->early_count < EARLY_MAX)
            self->early[self->early_count++] = g_bytes_new(data, size);
        return;
    }
    (void)oyer_dtls_receive(self->dtls, data, size, oyer_worker_now_us(self->worker));
    after_dtls(self);
}

static void take_early(OyerConnection *self)
{
    guint count = self->early_count;

    self->early_count = 0;
    for (guint i = 0; i < count; i++) {
        g_autoptr(GBytes) bytes = g_steal_pointer(&self->early[i]);
        gsize size;
        const guint8 *data = g_bytes_get_data(bytes, &size);

        take_dtls(self, data, size);
    }
}

static void on_ice_path(gpointer data)
{
    OyerConnection *self = data;
    OyerIcePath path;

    if (self->state == OYER_TRANSPORT_CLOSED || !oyer_ice_path(self->ice, &path))
        return;
    oyer_egress_set_path(self->egress, &path, self->ice);
    if (!self->dtls || oyer_dtls_state(self->dtls) != OYER_DTLS_HANDSHAKING)
        return;
    take_early(self);
    if (!self->dtls_timer && oyer_dtls_state(self->dtls) == OYER_DTLS_HANDSHAKING) {
        (void)oyer_dtls_start(self->dtls);
        after_dtls(self);
    }
}

static void on_ice_state(OyerIceState state, gpointer data)
{
    OyerConnection *self = data;

    /* A failed ICE may be revived by the other side's checks: silence decides. */
    if (state == OYER_ICE_CONNECTED)
        on_ice_path(self);
}

static void on_ice_readable(gpointer data)
{
    OyerConnection *self = data;

    self->events.on_readable(self->events.data);
}

static void on_tick(guint32 events, gpointer data)
{
    OyerConnection *self = data;
    gint64 now_us = oyer_worker_now_us(self->worker);

    (void)events;
    if (oyer_ice_was_heard(self->ice))
        self->heard_us = now_us;
    gboolean was_connected = self->sending != NULL;
    switch (oyer_liveness(self->heard_us, now_us)) {
    case OYER_LIVENESS_HERE:
        break;
    case OYER_LIVENESS_QUIET:
        if (was_connected)
            oyer_ice_ask(self->ice);
        break;
    case OYER_LIVENESS_AWAY:
        if (was_connected) {
            oyer_ice_ask(self->ice);
            set_state(self, OYER_TRANSPORT_DISCONNECTED, "nothing heard for 5 s");
        }
        return;
    case OYER_LIVENESS_GONE:
        close_with(self, was_connected ? "nothing heard for 30 s"
                                       : "not connected within 30 s");
        return;
    }
    if (was_connected)
        set_state(self, OYER_TRANSPORT_CONNECTED, "");
}

OyerConnection *oyer_connection_new(OyerWorker *worker, const OyerIceOptions *options,
                                    const OyerConnectionEvents *events, GError **error)
{
    OyerConnection *self = g_new0(OyerConnection, 1);
    OyerIceEvents ice_events = {
        .on_state = on_ice_state,
        .on_readable = on_ice_readable,
        .on_path = on_ice_path,
        .data = self,
    };

    self->worker = worker;
    self->events = *events;
    self->egress = oyer_egress_new(worker);
    self->ice = options->port
                    ? oyer_ice_lite_new(worker, options->port, &ice_events, error)
                    : oyer_ice_nice_new(worker, options, &ice_events, error);
    if (!self->ice) {
        oyer_connection_free(self);
        return NULL;
    }
    return self;
}

void oyer_connection_free(OyerConnection *self)
{
    if (!self)
        return;
    oyer_worker_source_free(self->tick);
    oyer_worker_source_free(self->dtls_timer);
    oyer_egress_free(self->egress);
    oyer_srtp_free(self->sending);
    oyer_srtp_free(self->receiving);
    oyer_dtls_free(self->dtls);
    oyer_ice_free(self->ice);
    for (guint i = 0; i < self->early_count; i++)
        g_bytes_unref(self->early[i]);
    g_free(self->remote_ufrag);
    g_free(self);
}

const OyerTransportLocal *oyer_connection_local(OyerConnection *self)
{
    const OyerIceLocal *ice = oyer_ice_local(self->ice);

    self->local = (OyerTransportLocal){
        .ufrag = ice->ufrag,
        .pwd = ice->pwd,
        .fingerprint = oyer_dtls_fingerprint(),
        .candidates = ice->candidates,
        .is_lite = ice->is_lite,
    };
    return &self->local;
}

static gboolean refuse(GError **error, const char *what)
{
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s", what);
    return FALSE;
}

/* The first description: from now on the clock runs. */
static gboolean begin(OyerConnection *self, const OyerTransportRemote *remote,
                      GError **error)
{
    self->dtls = oyer_dtls_new(remote->role == OYER_DTLS_ACTIVE, remote->fingerprint,
                               send_datagram, self);
    if (!self->dtls)
        return refuse(error, "the fingerprint is not a SHA-256 one");
    self->heard_us = oyer_worker_now_us(self->worker);
    self->tick = oyer_worker_timer(self->worker, TICK_US, FALSE, on_tick, self);
    set_state(self, OYER_TRANSPORT_CONNECTING, "");
    return TRUE;
}

static gboolean set_credentials(OyerConnection *self, const OyerTransportRemote *remote)
{
    if (g_strcmp0(self->remote_ufrag, remote->ufrag) == 0)
        return TRUE;
    if (self->remote_ufrag && !self->restarted)
        oyer_ice_restart(self->ice);
    self->restarted = FALSE;
    if (!oyer_ice_set_remote(self->ice, remote->ufrag, remote->pwd))
        return FALSE;
    g_free(self->remote_ufrag);
    self->remote_ufrag = g_strdup(remote->ufrag);
    return TRUE;
}

gboolean oyer_connection_set_remote(OyerConnection *self,
                                    const OyerTransportRemote *remote, GError **error)
{
    if (self->state == OYER_TRANSPORT_CLOSED)
        return refuse(error, "the connection is closed");
    if (!self->dtls && !begin(self, remote, error))
        return FALSE;
    if (!set_credentials(self, remote))
        return refuse(error, "ICE ufrag or pwd has a wrong length");
    for (gsize i = 0; remote->candidates && remote->candidates[i]; i++)
        (void)oyer_ice_add_candidate(self->ice, remote->candidates[i]);
    return TRUE;
}

gboolean oyer_connection_add_candidate(OyerConnection *self, const char *candidate)
{
    return self->state != OYER_TRANSPORT_CLOSED &&
           oyer_ice_add_candidate(self->ice, candidate);
}

void oyer_connection_restart_ice(OyerConnection *self)
{
    if (self->state == OYER_TRANSPORT_CLOSED)
        return;
    self->restarted = TRUE;
    oyer_ice_restart(self->ice);
}

/* Decrypts one packet.  FALSE: it is not the other side's.  What is, but too much,
 * has size 0 then. */
static gboolean open_packet(OyerConnection *self, OyerIceMessage *message)
{
    OyerSrtpResult result;

    if (!self->receiving)
        return FALSE;
    result =
        oyer_srtp_is_rtcp(message->data, message->size)
            ? oyer_srtp_receive_rtcp(self->receiving, message->data, &message->size)
            : oyer_srtp_receive_rtp(self->receiving, message->data, &message->size);
    switch (result) {
    case OYER_SRTP_OK:
        self->stats.packets_in++;
        self->stats.bytes_in += message->size;
        if (self->is_policed &&
            !oyer_police_admit(&self->police, oyer_worker_now_us(self->worker),
                               message->size)) {
            self->stats.dropped_excess++;
            message->size = 0;
        }
        return TRUE;
    case OYER_SRTP_REPLAYED:
        self->stats.dropped_replay++;
        return FALSE;
    case OYER_SRTP_UNAUTHENTIC:
        self->stats.dropped_auth++;
        return FALSE;
    case OYER_SRTP_MALFORMED:
    case OYER_SRTP_FULL:
        break;
    }
    self->stats.dropped_malformed++;
    return FALSE;
}

guint oyer_connection_receive(OyerConnection *self, OyerIceMessage *messages,
                              guint count)
{
    guint received = oyer_ice_receive(self->ice, messages, count);
    gboolean heard = FALSE;

    for (guint i = 0; i < received; i++) {
        OyerIceMessage *message = &messages[i];

        if (self->state != OYER_TRANSPORT_CLOSED &&
            !oyer_dtls_is(message->data, message->size) && open_packet(self, message)) {
            heard = TRUE;
            continue;
        }
        if (oyer_dtls_is(message->data, message->size) &&
            self->state != OYER_TRANSPORT_CLOSED)
            take_dtls(self, message->data, message->size);
        message->size = 0;
    }
    if (heard) {
        self->heard_us = oyer_worker_now_us(self->worker);
        if (self->state == OYER_TRANSPORT_DISCONNECTED)
            set_state(self, OYER_TRANSPORT_CONNECTED, "");
    }
    return received;
}

void oyer_connection_set_police(OyerConnection *self, gboolean police)
{
    self->is_policed = police;
}

OyerEgress *oyer_connection_egress(OyerConnection *self)
{
    return self->egress;
}

OyerTransportState oyer_connection_state(OyerConnection *self)
{
    return self->state;
}

void oyer_connection_stats(OyerConnection *self, OyerTransportStats *out_stats)
{
    const OyerEgressStats *egress = oyer_egress_stats(self->egress);

    *out_stats = self->stats;
    out_stats->packets_out = egress->packets;
    out_stats->bytes_out = egress->bytes;
    out_stats->dropped_full += egress->dropped_full;
    out_stats->dropped_malformed += egress->dropped_malformed;
    if (self->sending)
        g_strlcpy(out_stats->srtp_profile, oyer_srtp_profile_name(self->profile),
                  sizeof(out_stats->srtp_profile));
}

void oyer_connection_close(OyerConnection *self, const char *reason)
{
    if (self->state == OYER_TRANSPORT_CLOSED)
        return;
    if (self->dtls)
        oyer_dtls_say_goodbye(self->dtls);
    close_with(self, reason);
}
