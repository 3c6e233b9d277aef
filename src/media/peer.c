/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "media/hearing-private.h"

static const char *const kind_names[] = {
    [OYER_MEDIA_PUBLISH] = "publish",
    [OYER_MEDIA_SUBSCRIBE] = "subscribe",
    [OYER_MEDIA_PLAY] = "play",
};

static const char *const state_names[] = {
    [OYER_TRANSPORT_NEW] = "connecting",
    [OYER_TRANSPORT_CONNECTING] = "connecting",
    [OYER_TRANSPORT_CONNECTED] = "connected",
    [OYER_TRANSPORT_DISCONNECTED] = "disconnected",
    [OYER_TRANSPORT_CLOSED] = "closed",
};

/* A change of state on its way from inside the transport to where all is quiet. */
typedef struct {
    OyerMediaPeer *peer; /* a reference */
    OyerTransportState state;
    char *reason;
} Change;

static void peer_clear(gpointer data)
{
    OyerMediaPeer *self = data;

    g_clear_pointer(&self->offer, g_free);
    g_clear_pointer(&self->lines, g_ptr_array_unref);
    gst_clear_object(&self->transport);
}

void oyer_media_peer_unref(OyerMediaPeer *self)
{
    g_rc_box_release_full(self, peer_clear);
}

static void tell_state(OyerMediaPeer *self, const char *reason)
{
    json_t *event = oyer_media_peer_describe(self);

    if (reason && reason[0])
        json_object_set_new(event, "reason", json_string(reason));
    oyer_media_tell(self->hearing, "transport", event);
}

/* Nothing may be taken apart inside the transport's own call: it comes by the mail. */
static void take_change(gpointer data)
{
    Change *change = data;
    OyerMediaPeer *self = change->peer;

    if (self->peer && self->state != change->state) {
        gboolean same =
            strcmp(state_names[self->state], state_names[change->state]) == 0;

        self->state = change->state;
        oyer_router_set_active(self->hearing->router, self->peer,
                               change->state == OYER_TRANSPORT_CONNECTED);
        if (change->state == OYER_TRANSPORT_CLOSED)
            oyer_media_peer_close(self, change->reason);
        else if (!same)
            tell_state(self, change->reason);
        GST_DEBUG_BIN_TO_DOT_FILE(GST_BIN(self->hearing->pipeline),
                                  GST_DEBUG_GRAPH_SHOW_ALL, self->hearing->id);
    }
    g_free(change->reason);
    oyer_media_peer_unref(self);
    g_free(change);
}

static void on_state(OyerTransport *transport, OyerTransportState state,
                     const char *reason, gpointer data)
{
    OyerMediaPeer *self = data;
    Change *change = g_new0(Change, 1);

    (void)transport;
    change->peer = g_rc_box_acquire(self);
    change->state = state;
    change->reason = g_strdup(reason);
    oyer_worker_post(self->hearing->worker, take_change, change);
}

static gboolean start(OyerMediaPeer *self, GError **error)
{
    OyerMediaHearing *hearing = self->hearing;
    GstElement *element;

    self->transport =
        oyer_transport_new(hearing->worker, hearing->options.listen_address,
                           self->kind == OYER_MEDIA_SUBSCRIBE);
    element = GST_ELEMENT(gst_object_ref_sink(self->transport));
    g_object_set(element, "police", TRUE, NULL);
    if (hearing->options.port_range)
        g_object_set(element, "port-range", hearing->options.port_range, NULL);
    g_object_set(element, "ice-port", hearing->options.ice_port, NULL);
    oyer_transport_on_state(self->transport, on_state, self);
    if (!gst_bin_add(GST_BIN(hearing->pipeline), element))
        goto failed;
    (void)gst_element_sync_state_with_parent(element);
    self->peer = oyer_sfu_connect(hearing->sfu, element, self->participant);
    if (self->peer)
        return TRUE;
    (void)gst_element_set_state(element, GST_STATE_NULL);
    (void)gst_bin_remove(GST_BIN(hearing->pipeline), element);
failed:
    g_set_error_literal(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_INTERNAL,
                        "the transport does not fit into the pipeline");
    return FALSE;
}

static OyerMediaPeer *peer_new(OyerMediaHearing *hearing, OyerMediaPeerKind kind,
                               const char *id, const char *participant, GError **error)
{
    OyerMediaPeer *self;

    if (g_hash_table_size(hearing->peers) >= OYER_MEDIA_PEERS_MAX) {
        g_set_error_literal(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_BUSY,
                            "too many connections");
        return NULL;
    }
    self = g_rc_box_new0(OyerMediaPeer);
    self->hearing = hearing;
    self->kind = kind;
    (void)g_strlcpy(self->id, id, sizeof self->id);
    (void)g_strlcpy(self->participant, participant, sizeof self->participant);
    self->session_id = (guint64)g_random_int() << 16 | (g_random_int() & 0xffff);
    self->lines = g_ptr_array_new_with_free_func(oyer_media_line_free);
    if (!start(self, error)) {
        oyer_media_peer_unref(self);
        return NULL;
    }
    g_hash_table_insert(hearing->peers, self->id, self);
    tell_state(self, NULL);
    return self;
}

OyerMediaPeer *oyer_media_peer_open(OyerMediaHearing *hearing, OyerMediaPeerKind kind,
                                    json_t *request, gboolean *out_is_new,
                                    GError **error)
{
    const char *id = oyer_media_take_id(request, "transport", error);
    const char *participant =
        id ? oyer_media_take_id(request, "participant", error) : NULL;
    OyerMediaPeer *self;

    if (!participant)
        return NULL;
    self = g_hash_table_lookup(hearing->peers, id);
    *out_is_new = !self;
    if (!self)
        return peer_new(hearing, kind, id, participant, error);
    if (self->kind == kind && strcmp(self->participant, participant) == 0)
        return self;
    g_set_error(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_STATE,
                "transport %s is another's or of another kind", id);
    return NULL;
}

OyerMediaPeer *oyer_media_peer_find(OyerMediaHearing *hearing, json_t *request,
                                    GError **error)
{
    const char *id = oyer_media_take_id(request, "transport", error);
    OyerMediaPeer *self = id ? g_hash_table_lookup(hearing->peers, id) : NULL;

    if (id && !self)
        g_set_error(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_NO_SUCH,
                    "no transport %s", id);
    return self;
}

static void collect(OyerSource *source, gpointer data)
{
    g_ptr_array_add(data, source);
}

/* The tracks that came in here are gone; whoever came back on another
 * connection has taken them there before. */
static void drop_tracks(OyerMediaPeer *self)
{
    g_autoptr(GPtrArray) sources = g_ptr_array_new();

    oyer_router_each_source(self->hearing->router, collect, sources);
    for (guint i = 0; i < sources->len; i++) {
        OyerSource *source = sources->pdata[i];

        if (source->publisher->owner == self->peer)
            oyer_media_drop_track(self->hearing, source);
    }
}

void oyer_media_peer_close(OyerMediaPeer *self, const char *reason)
{
    OyerMediaHearing *hearing = self->hearing;
    GstElement *element = GST_ELEMENT(self->transport);

    if (!self->peer)
        return;
    self->state = OYER_TRANSPORT_CLOSED;
    drop_tracks(self);
    oyer_transport_on_state(self->transport, NULL, NULL);
    oyer_media_count_transport(self->transport, &hearing->past);
    oyer_transport_close(self->transport);
    oyer_sfu_disconnect(hearing->sfu, self->peer);
    self->peer = NULL;
    (void)gst_element_set_state(element, GST_STATE_NULL);
    (void)gst_bin_remove(GST_BIN(hearing->pipeline), element);
    hearing->stale = TRUE;
    tell_state(self, reason);
    (void)g_hash_table_remove(hearing->peers, self->id);
}

gboolean oyer_media_peer_local(OyerMediaPeer *self, OyerSdpLocal *out_local,
                               GError **error)
{
    const OyerTransportLocal *local = oyer_transport_local(self->transport);

    if (!local) {
        g_set_error_literal(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_INTERNAL,
                            "no socket could be opened");
        return FALSE;
    }
    *out_local = (OyerSdpLocal){
        .ufrag = local->ufrag,
        .pwd = local->pwd,
        .fingerprint = local->fingerprint,
        .candidates = (const char *const *)local->candidates,
        .is_lite = local->is_lite,
        .session_id = self->session_id,
        .session_version = ++self->session_version,
    };
    return TRUE;
}

gboolean oyer_media_peer_set_remote(OyerMediaPeer *self, const OyerSdp *remote,
                                    GError **error)
{
    OyerTransportRemote description = {
        .ufrag = remote->ufrag,
        .pwd = remote->pwd,
        .fingerprint = remote->fingerprint,
        .role = remote->setup == OYER_SDP_SETUP_PASSIVE ? OYER_DTLS_ACTIVE
                                                        : OYER_DTLS_PASSIVE,
        .candidates = remote->candidates,
    };
    g_autoptr(GError) cause = NULL;

    if (!oyer_transport_set_remote(self->transport, &description, &cause)) {
        g_set_error_literal(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_BAD_SDP,
                            cause->message);
        return FALSE;
    }
    (void)g_strlcpy(self->remote_ufrag, remote->ufrag, sizeof self->remote_ufrag);
    return TRUE;
}

void oyer_media_peer_follow_restart(OyerMediaPeer *self, const OyerSdp *remote)
{
    if (self->remote_ufrag[0] && strcmp(self->remote_ufrag, remote->ufrag) != 0)
        oyer_transport_restart_ice(self->transport);
}

guint8 oyer_media_twcc_id(const OyerSdpMedia *media)
{
    for (guint8 id = 1; id < 15; id++)
        if (media->extension_map[id] == OYER_EXTENSION_TRANSPORT_CC)
            return media->codecs[0].feedback & OYER_SDP_FEEDBACK_TRANSPORT_CC ? id : 0;
    return 0;
}

OyerSdp *oyer_media_parse_sdp(const char *text, OyerSdpType type, GError **error)
{
    g_autoptr(GError) cause = NULL;
    OyerSdp *sdp = oyer_sdp_parse(text, -1, type, &cause);

    if (!sdp)
        g_set_error_literal(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_BAD_SDP,
                            cause->message);
    return sdp;
}

json_t *oyer_media_peer_describe(const OyerMediaPeer *self)
{
    return json_pack("{s:s,s:s,s:s,s:s}", "transport", self->id, "participant",
                     self->participant, "kind", kind_names[self->kind], "state",
                     state_names[self->state]);
}
