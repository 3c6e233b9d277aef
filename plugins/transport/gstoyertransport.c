/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-oyertransport
 * @title: oyertransport
 *
 * One WebRTC peer connection.  Decrypted RTP and RTCP leave by the src pad in
 * one list per socket drain; what comes to the sink pad is rewritten by the
 * plan (rtp/plan.h), encrypted and sent.
 *
 * Without a remote description, which only the functions of the header can give
 * it, the element opens no socket and drops what it gets.
 *
 * This file is the shell: pads, properties, packet buffers.  The connection is
 * transport/connection.c.
 */

#include "transport/gstoyertransport.h"

#include <string.h>

#include <gio/gio.h>

#include "rtp/plan.h"
#include "transport/connection.h"
#include "transport/drain.h"

#define GST_CAT_DEFAULT oyer_transport_debug
GST_DEBUG_CATEGORY_STATIC(oyer_transport_debug);

#define ADDRESS_DEFAULT "127.0.0.1"
/* Alive at once: some seconds of video, which the forwarding element keeps for
 * resending. */
#define PACKETS_MAX 4096
/* Of one wake-up: whoever is flooded, or floods, takes his turn like the others. */
#define DRAINS_MAX 4

enum {
    PROP_WORKER = 1,
    PROP_ADDRESS,
    PROP_CONTROLLING,
    PROP_PORT_RANGE,
    PROP_ICE_PORT,
    PROP_POLICE,
};

struct _OyerTransport {
    GstElement parent;

    GstPad *sinkpad, *srcpad;

    /* set when made */
    OyerWorker *worker; /* not owned */
    char *address;
    char *port_range;      /* NULL: any */
    OyerIcePort *ice_port; /* not owned: the connection refs it; NULL: libnice */
    gboolean controlling, police;

    /* the worker */
    OyerEgress *egress; /* the connection's: what each packet needs comes first */
    OyerPlan plan;
    OyerConnection *connection;
    OyerTransportStateFunc on_state;
    gpointer on_state_data;
    OyerDrain *drain;
    guint64 dropped_full;
    gboolean has_started; /* stream-start and segment are out */
    gboolean is_closed;   /* before there was a connection */
};

G_DEFINE_FINAL_TYPE(OyerTransport, oyer_transport, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE(oyertransport, "oyertransport", GST_RANK_NONE,
                            OYER_TYPE_TRANSPORT);

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

/* For transports made by gst-launch and the like: one thread, never ended. */
static OyerWorker *worker_default(void)
{
    static gsize worker;

    if (g_once_init_enter(&worker))
        g_once_init_leave(&worker, (gsize)oyer_worker_new("transport"));
    return (OyerWorker *)worker;
}

/* ---- from the network -------------------------------------------------- */

static void start_stream(OyerTransport *self)
{
    g_autofree char *id =
        gst_pad_create_stream_id(self->srcpad, GST_ELEMENT(self), NULL);
    GstSegment segment;

    gst_segment_init(&segment, GST_FORMAT_TIME);
    (void)gst_pad_push_event(self->srcpad, gst_event_new_stream_start(id));
    (void)gst_pad_push_event(self->srcpad, gst_event_new_segment(&segment));
    self->has_started = TRUE;
}

static void on_readable(gpointer data)
{
    OyerTransport *self = data;
    OyerIceMessage messages[OYER_DRAIN_MAX];
    GstClockTime now = (GstClockTime)oyer_worker_now_us(self->worker) * GST_USECOND;
    guint received, dropped, drains = 0;

    gst_object_ref(self);
    do {
        oyer_drain_prepare(messages);
        received = oyer_connection_receive(self->connection, messages, OYER_DRAIN_MAX);
        GstBufferList *list =
            oyer_drain_collect(self->drain, messages, received, now, &dropped);
        self->dropped_full += dropped;
        if (!list)
            continue;
        if (!self->has_started)
            start_stream(self);
        (void)gst_pad_push_list(self->srcpad, list);
    } while (received == OYER_DRAIN_MAX && ++drains < DRAINS_MAX && self->connection &&
             oyer_connection_state(self->connection) != OYER_TRANSPORT_CLOSED);
    gst_object_unref(self);
}

static void on_state(OyerTransportState state, const char *reason, gpointer data)
{
    OyerTransport *self = data;

    GST_INFO_OBJECT(self, "state %d %s", state, reason);
    if (self->egress)
        oyer_egress_warm(self->egress, self->plan.warm, OYER_PLAN_WARM_MAX);
    if (self->on_state)
        self->on_state(self, state, reason, self->on_state_data);
}

/* ---- to the network ---------------------------------------------------- */

static void send_buffer(OyerEgress *egress, GstBuffer *buffer,
                        const OyerPlanEntry *entry)
{
    GstMapInfo map;

    if (!gst_buffer_map(buffer, &map, GST_MAP_READ))
        return;
    oyer_egress_add(egress, map.data, map.size, entry);
    gst_buffer_unmap(buffer, &map);
}

static void send_list(OyerTransport *self, GstBufferList *list)
{
    OyerEgress *egress = self->egress;
    guint length = gst_buffer_list_length(list);

    oyer_egress_set_twcc_id(egress, self->plan.twcc_id);
    if (self->plan.count == 0)
        for (guint i = 0; i < length; i++)
            send_buffer(egress, gst_buffer_list_get(list, i), NULL);
    for (guint i = 0; i < MIN(self->plan.count, OYER_PLAN_MAX); i++) {
        const OyerPlanEntry *entry = &self->plan.entries[i];

        if (entry->index < length)
            send_buffer(egress, gst_buffer_list_get(list, entry->index), entry);
    }
    oyer_egress_flush(egress);
}

static gboolean may_send(OyerTransport *self)
{
    return self->egress && oyer_worker_is_current(self->worker);
}

/* The same without pads: OyerPlan.send. */
static void send_at_once(gpointer transport, const OyerPlanEntry *entries, guint count,
                         const OyerPlanPacket *packets)
{
    OyerTransport *self = transport;

    if (!may_send(self))
        return;
    oyer_egress_set_twcc_id(self->egress, self->plan.twcc_id);
    for (guint i = 0; i < count; i++) {
        const OyerPlanPacket *packet = &packets[entries[i].index];

        oyer_egress_add(self->egress, packet->bytes, packet->size, &entries[i]);
    }
    oyer_egress_flush(self->egress);
}

static GstFlowReturn chain_list(GstPad *pad, GstObject *parent, GstBufferList *list)
{
    OyerTransport *self = (OyerTransport *)parent; /* per list: no type check */

    (void)pad;
    if (may_send(self))
        send_list(self, list);
    self->plan.count = 0;
    gst_buffer_list_unref(list);
    return GST_FLOW_OK;
}

static GstFlowReturn chain(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
    OyerTransport *self = OYER_TRANSPORT(parent);

    (void)pad;
    if (may_send(self)) {
        oyer_egress_set_twcc_id(self->egress, self->plan.twcc_id);
        send_buffer(self->egress, buffer,
                    self->plan.count ? &self->plan.entries[0] : NULL);
        oyer_egress_flush(self->egress);
    }
    self->plan.count = 0;
    gst_buffer_unref(buffer);
    return GST_FLOW_OK;
}

static gboolean sink_query(GstPad *pad, GstObject *parent, GstQuery *query)
{
    if (oyer_plan_query_is(query)) {
        oyer_plan_query_answer(query, &OYER_TRANSPORT(parent)->plan);
        return TRUE;
    }
    /* What the two pads carry has nothing to do with one another: nothing is
     * passed through, or it would go round between transports for ever. */
    if (GST_QUERY_TYPE(query) == GST_QUERY_CAPS ||
        GST_QUERY_TYPE(query) == GST_QUERY_ACCEPT_CAPS)
        return gst_pad_query_default(pad, parent, query);
    return FALSE;
}

static gboolean src_query(GstPad *pad, GstObject *parent, GstQuery *query)
{
    if (GST_QUERY_TYPE(query) == GST_QUERY_CAPS ||
        GST_QUERY_TYPE(query) == GST_QUERY_ACCEPT_CAPS)
        return gst_pad_query_default(pad, parent, query);
    return FALSE;
}

static gboolean eat_event(GstPad *pad, GstObject *parent, GstEvent *event)
{
    (void)pad;
    (void)parent;
    gst_event_unref(event);
    return TRUE;
}

/* ---- for control ------------------------------------------------------- */

/* "A-B", both of them ports. */
static gboolean read_port_range(const char *text, guint16 *out_min, guint16 *out_max)
{
    char *end;
    guint64 min = g_ascii_strtoull(text, &end, 10), max;

    if (*end != '-')
        return FALSE;
    max = g_ascii_strtoull(end + 1, &end, 10);
    if (*end || min < 1 || max < min || max > G_MAXUINT16)
        return FALSE;
    *out_min = (guint16)min;
    *out_max = (guint16)max;
    return TRUE;
}

static gboolean connect_worker(OyerTransport *self, GError **error)
{
    OyerConnectionEvents events = {
        .on_state = on_state,
        .on_readable = on_readable,
        .data = self,
    };

    OyerIceOptions options = {.address = self->address,
                              .controlling = self->controlling,
                              .port = self->ice_port};

    g_return_val_if_fail(oyer_worker_is_current(self->worker), FALSE);
    if (self->connection)
        return TRUE;
    if (self->port_range &&
        !read_port_range(self->port_range, &options.port_min, &options.port_max)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "“%s” is no range of ports", self->port_range);
        return FALSE;
    }
    if (self->is_closed) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the transport is closed");
        return FALSE;
    }
    self->connection = oyer_connection_new(self->worker, &options, &events, error);
    if (!self->connection)
        return FALSE;
    oyer_connection_set_police(self->connection, self->police);
    self->egress = oyer_connection_egress(self->connection);
    return TRUE;
}

OyerTransport *oyer_transport_new(OyerWorker *worker, const char *address,
                                  gboolean controlling)
{
    return g_object_new(OYER_TYPE_TRANSPORT, "worker", worker, "address",
                        address ? address : ADDRESS_DEFAULT, "controlling", controlling,
                        NULL);
}

const OyerTransportLocal *oyer_transport_local(OyerTransport *self)
{
    g_autoptr(GError) error = NULL;

    if (!connect_worker(self, &error)) {
        GST_WARNING_OBJECT(self, "%s", error ? error->message : "wrong thread");
        return NULL;
    }
    return oyer_connection_local(self->connection);
}

gboolean oyer_transport_set_remote(OyerTransport *self,
                                   const OyerTransportRemote *remote, GError **error)
{
    return connect_worker(self, error) &&
           oyer_connection_set_remote(self->connection, remote, error);
}

gboolean oyer_transport_add_candidate(OyerTransport *self, const char *candidate)
{
    return connect_worker(self, NULL) &&
           oyer_connection_add_candidate(self->connection, candidate);
}

void oyer_transport_restart_ice(OyerTransport *self)
{
    if (connect_worker(self, NULL))
        oyer_connection_restart_ice(self->connection);
}

void oyer_transport_on_state(OyerTransport *self, OyerTransportStateFunc func,
                             gpointer data)
{
    self->on_state = func;
    self->on_state_data = data;
}

OyerTransportState oyer_transport_state(OyerTransport *self)
{
    return self->connection  ? oyer_connection_state(self->connection)
           : self->is_closed ? OYER_TRANSPORT_CLOSED
                             : OYER_TRANSPORT_NEW;
}

void oyer_transport_stats(OyerTransport *self, OyerTransportStats *out_stats)
{
    *out_stats = (OyerTransportStats){0};
    if (self->connection)
        oyer_connection_stats(self->connection, out_stats);
    out_stats->dropped_full += self->dropped_full;
}

void oyer_transport_close(OyerTransport *self)
{
    if (self->connection) {
        oyer_connection_close(self->connection, "closed here");
    } else if (!self->is_closed) {
        self->is_closed = TRUE;
        on_state(OYER_TRANSPORT_CLOSED, "closed here", self);
    }
}

/* ---- the element ------------------------------------------------------- */

static void set_property(GObject *object, guint id, const GValue *value,
                         GParamSpec *pspec)
{
    OyerTransport *self = OYER_TRANSPORT(object);

    switch (id) {
    case PROP_WORKER:
        self->worker = g_value_get_pointer(value);
        break;
    case PROP_ADDRESS:
        g_free(self->address);
        self->address = g_value_dup_string(value);
        break;
    case PROP_CONTROLLING:
        self->controlling = g_value_get_boolean(value);
        break;
    case PROP_PORT_RANGE:
        g_free(self->port_range);
        self->port_range = g_value_dup_string(value);
        break;
    case PROP_ICE_PORT:
        self->ice_port = g_value_get_pointer(value);
        break;
    case PROP_POLICE:
        self->police = g_value_get_boolean(value);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
}

static void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    OyerTransport *self = OYER_TRANSPORT(object);

    switch (id) {
    case PROP_WORKER:
        g_value_set_pointer(value, self->worker);
        break;
    case PROP_ADDRESS:
        g_value_set_string(value, self->address);
        break;
    case PROP_CONTROLLING:
        g_value_set_boolean(value, self->controlling);
        break;
    case PROP_PORT_RANGE:
        g_value_set_string(value, self->port_range);
        break;
    case PROP_POLICE:
        g_value_set_boolean(value, self->police);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
}

static void constructed(GObject *object)
{
    OyerTransport *self = OYER_TRANSPORT(object);

    G_OBJECT_CLASS(oyer_transport_parent_class)->constructed(object);
    if (!self->worker)
        self->worker = worker_default();
}

static void free_connection(gpointer data)
{
    OyerTransport *self = data;

    self->on_state = NULL;
    oyer_connection_close(self->connection, "freed");
    memset(self->plan.warm, 0, sizeof(self->plan.warm));
    self->egress = NULL;
    g_clear_pointer(&self->connection, oyer_connection_free);
}

static void dispose(GObject *object)
{
    OyerTransport *self = OYER_TRANSPORT(object);

    if (self->connection && oyer_worker_is_current(self->worker))
        free_connection(self);
    else if (self->connection)
        oyer_worker_run(self->worker, free_connection, self);
    G_OBJECT_CLASS(oyer_transport_parent_class)->dispose(object);
}

static void finalize(GObject *object)
{
    OyerTransport *self = OYER_TRANSPORT(object);

    oyer_drain_free(self->drain);
    g_free(self->address);
    g_free(self->port_range);
    G_OBJECT_CLASS(oyer_transport_parent_class)->finalize(object);
}

static void oyer_transport_class_init(OyerTransportClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);
    GstElementClass *element_class = GST_ELEMENT_CLASS(klass);
    const GParamFlags flags =
        G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

    GST_DEBUG_CATEGORY_INIT(oyer_transport_debug, "oyertransport", 0,
                            "peer connection");

    object_class->set_property = set_property;
    object_class->get_property = get_property;
    object_class->constructed = constructed;
    object_class->dispose = dispose;
    object_class->finalize = finalize;
    g_object_class_install_property(
        object_class, PROP_WORKER,
        g_param_spec_pointer("worker", "Worker",
                             "Media worker (OyerWorker); none: a shared one", flags));
    g_object_class_install_property(
        object_class, PROP_ADDRESS,
        g_param_spec_string("address", "Address",
                            "IP address to listen on, several with commas; "
                            "0.0.0.0: all interfaces but loopback",
                            ADDRESS_DEFAULT, flags));
    g_object_class_install_property(object_class, PROP_CONTROLLING,
                                    g_param_spec_boolean("controlling", "Controlling",
                                                         "This side decides in ICE",
                                                         FALSE, flags));

    g_object_class_install_property(
        object_class, PROP_PORT_RANGE,
        g_param_spec_string("port-range", "Port range",
                            "“A-B”: UDP ports to use; to be set before the first use",
                            NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
    g_object_class_install_property(
        object_class, PROP_ICE_PORT,
        g_param_spec_pointer("ice-port", "ICE port",
                             "The port (OyerIcePort) that it shares as an ICE lite "
                             "agent; to be set before the first use",
                             G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
    g_object_class_install_property(
        object_class, PROP_POLICE,
        g_param_spec_boolean("police", "Police",
                             "Drops what the other side sends beyond what cameras, a "
                             "screen and sound take; to be set before the first use",
                             FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));

    gst_element_class_add_static_pad_template(element_class, &sink_template);
    gst_element_class_add_static_pad_template(element_class, &src_template);
    gst_element_class_set_static_metadata(
        element_class, "Peer connection", "Source/Sink/Network",
        "One WebRTC connection: ICE, DTLS, SRTP", "The Oyer authors");
}

static void oyer_transport_init(OyerTransport *self)
{
    self->plan.send = send_at_once;
    self->plan.transport = self;
    self->drain = oyer_drain_new(PACKETS_MAX);

    self->sinkpad = gst_pad_new_from_static_template(&sink_template, "sink");
    gst_pad_set_chain_function(self->sinkpad, chain);
    gst_pad_set_chain_list_function(self->sinkpad, chain_list);
    gst_pad_set_query_function(self->sinkpad, sink_query);
    gst_pad_set_event_function(self->sinkpad, eat_event);
    gst_element_add_pad(GST_ELEMENT(self), self->sinkpad);

    self->srcpad = gst_pad_new_from_static_template(&src_template, "src");
    gst_pad_set_query_function(self->srcpad, src_query);
    gst_pad_set_event_function(self->srcpad, eat_event);
    gst_element_add_pad(GST_ELEMENT(self), self->srcpad);
}
