/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/gstoyersfu.h"

#include <stdio.h>
#include <string.h>

GST_DEBUG_CATEGORY_STATIC(oyer_sfu_debug);
#define GST_CAT_DEFAULT oyer_sfu_debug

/* One number: the pads sink_N, src_N and, in gst-launch-1.0, journal_N. */
typedef struct {
    guint number;
    GstPad *sink, *src, *journal; /* owned by the element */
    OyerPeer *peer;
    gboolean ended;
} Pair;

struct _OyerSfu {
    GstElement parent;
    GMutex lock; /* one a batch; uncontended where a worker feeds all pads */
    OyerRouter *router;
    GPtrArray *pairs; /* of Pair, owned */
    guint next_number, next_journal;
    gboolean controlled; /* by oyer_sfu_connect(), not by request pads */
    gint64 ticked_us;
    const OyerSfuEvents *events;
    gpointer events_data;
};

G_DEFINE_TYPE(OyerSfu, oyer_sfu, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE(oyersfu, "oyersfu", GST_RANK_NONE, OYER_TYPE_SFU)

#define TEMPLATE(variable, name, direction) \
    static GstStaticPadTemplate variable =  \
        GST_STATIC_PAD_TEMPLATE(name, direction, GST_PAD_REQUEST, GST_STATIC_CAPS_ANY)
TEMPLATE(sink_template, "sink_%u", GST_PAD_SINK);
TEMPLATE(src_template, "src_%u", GST_PAD_SRC);
TEMPLATE(journal_template, "journal_%u", GST_PAD_SRC);

static gint64 now_us(void)
{
    return g_get_monotonic_time();
}

/* ---- what the router sends ---- */

static void send_list(gpointer out, GstBufferList *list, gpointer data)
{
    Pair *pair = out;

    (void)data;
    if (pair->src)
        (void)gst_pad_push_list(pair->src, list);
    else
        gst_buffer_list_unref(list);
}

static void send_to_journal(OyerSource *source, GstBufferList *list, gpointer data)
{
    OyerSfu *self = data;

    if (!source->described && self->events)
        self->events->describe(source, self->events_data);
    source->described = TRUE;
    (void)gst_pad_push_list(source->journal, list);
}

static void tell_track(const OyerSource *source, gpointer data)
{
    OyerSfu *self = data;

    GST_DEBUG_OBJECT(self, "track %s: state %d", source->id, source->state);
    if (self->events)
        self->events->track(source, self->events_data);
}

static void tell_speaker(const char *participant, gpointer data)
{
    OyerSfu *self = data;

    if (self->events)
        self->events->speaker(participant, self->events_data);
}

static void tell_layers(const OyerSource *source, gpointer data)
{
    OyerSfu *self = data;

    if (self->events)
        self->events->layers(source, self->events_data);
}

static void tell_line(const char *participant, gboolean audio_only, gpointer data)
{
    OyerSfu *self = data;

    if (self->events)
        self->events->line(participant, audio_only, self->events_data);
}

static void ask_to_wake(gint64 at_us, gpointer data)
{
    OyerSfu *self = data;

    if (self->events)
        self->events->wake(at_us, self->events_data);
}

static const OyerRouterOutput router_output = {
    send_list,   send_to_journal, tell_track,  tell_speaker,
    tell_layers, tell_line,       ask_to_wake,
};

/* ---- pads ---- */

static Pair *pair_of_pad(GstPad *pad)
{
    return gst_pad_get_element_private(pad);
}

static GstFlowReturn chain_list(GstPad *pad, GstObject *parent, GstBufferList *list)
{
    OyerSfu *self = OYER_SFU(parent);
    Pair *pair = pair_of_pad(pad);
    guint length = gst_buffer_list_length(list);

    g_mutex_lock(&self->lock);
    if (pair->journal)
        (void)gst_pad_push_list(pair->journal, gst_buffer_list_ref(list));
    if (length <= OYER_PLAN_MAX)
        oyer_router_input(self->router, pair->peer, list, now_us());
    for (guint from = 0; length > OYER_PLAN_MAX && from < length;
         from += OYER_PLAN_MAX) {
        GstBufferList *piece = gst_buffer_list_new_sized(OYER_PLAN_MAX);

        for (guint i = from; i < MIN(from + OYER_PLAN_MAX, length); i++)
            gst_buffer_list_add(piece, gst_buffer_ref(gst_buffer_list_get(list, i)));
        oyer_router_input(self->router, pair->peer, piece, now_us());
    }
    if (length > OYER_PLAN_MAX)
        gst_buffer_list_unref(list);
    if (!self->controlled && now_us() - self->ticked_us >= OYER_ROUTER_TICK_US) {
        self->ticked_us = now_us();
        oyer_router_tick(self->router, self->ticked_us);
    }
    g_mutex_unlock(&self->lock);
    return GST_FLOW_OK;
}

static GstFlowReturn chain(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
    GstBufferList *list = gst_buffer_list_new_sized(1);

    gst_buffer_list_add(list, buffer);
    return chain_list(pad, parent, list);
}

static gboolean all_ended(const OyerSfu *self)
{
    for (guint i = 0; i < self->pairs->len; i++) {
        const Pair *pair = self->pairs->pdata[i];

        if (pair->sink && !pair->ended)
            return FALSE;
    }
    return TRUE;
}

/* Without control what is said of one input holds for all others' outputs. */
static void pass_event(OyerSfu *self, const Pair *from, GstEvent *event)
{
    for (guint i = 0; i < self->pairs->len; i++) {
        const Pair *pair = self->pairs->pdata[i];

        if (pair->src && (pair != from || GST_EVENT_TYPE(event) == GST_EVENT_EOS))
            (void)gst_pad_push_event(pair->src, gst_event_ref(event));
        if (pair->journal && pair == from)
            (void)gst_pad_push_event(pair->journal, gst_event_ref(event));
    }
}

static gboolean sink_event(GstPad *pad, GstObject *parent, GstEvent *event)
{
    OyerSfu *self = OYER_SFU(parent);
    Pair *pair = pair_of_pad(pad);

    if (GST_EVENT_TYPE(event) == GST_EVENT_EOS)
        pair->ended = TRUE;
    if (!self->controlled &&
        (GST_EVENT_TYPE(event) == GST_EVENT_CAPS ||
         (GST_EVENT_TYPE(event) == GST_EVENT_EOS && all_ended(self))))
        pass_event(self, pair, event);
    gst_event_unref(event);
    return TRUE;
}

/* A live source: nobody waits for anybody else's clock here. */
static gboolean src_query(GstPad *pad, GstObject *parent, GstQuery *query)
{
    if (GST_QUERY_TYPE(query) != GST_QUERY_LATENCY)
        return gst_pad_query_default(pad, parent, query);
    gst_query_set_latency(query, TRUE, 0, GST_CLOCK_TIME_NONE);
    return TRUE;
}

static gboolean src_event(GstPad *pad, GstObject *parent, GstEvent *event)
{
    (void)pad;
    (void)parent;
    gst_event_unref(event);
    return TRUE;
}

static void on_linked(GstPad *pad, GstPad *sink, gpointer data)
{
    OyerSfu *self = data;
    Pair *pair = pair_of_pad(pad);
    g_autoptr(GstQuery) query = oyer_plan_query_new();

    (void)sink;
    if (gst_pad_peer_query(pad, query))
        oyer_router_set_plan(self->router, pair->peer, oyer_plan_query_plan(query));
}

static void on_unlinked(GstPad *pad, GstPad *sink, gpointer data)
{
    OyerSfu *self = data;

    (void)sink;
    oyer_router_set_plan(self->router, pair_of_pad(pad)->peer, NULL);
}

static GstPad *add_pad(OyerSfu *self, GstStaticPadTemplate *pad_template, guint number,
                       gpointer data)
{
    g_autoptr(GstPadTemplate) template = gst_static_pad_template_get(pad_template);
    char name[32];
    GstPad *pad;

    (void)snprintf(name, sizeof name, "%.*s%u",
                   (int)(strlen(pad_template->name_template) - 2),
                   pad_template->name_template, number);
    pad = gst_pad_new_from_template(template, name);
    gst_pad_set_element_private(pad, data);
    if (pad_template->direction == GST_PAD_SRC) {
        gst_pad_set_query_function(pad, src_query);
        gst_pad_set_event_function(pad, src_event);
    } else {
        gst_pad_set_chain_function(pad, chain);
        gst_pad_set_chain_list_function(pad, chain_list);
        gst_pad_set_event_function(pad, sink_event);
    }
    (void)gst_pad_set_active(pad, TRUE);
    (void)gst_element_add_pad(GST_ELEMENT(self), pad);
    return pad;
}

static void begin_stream(OyerSfu *self, GstPad *pad)
{
    GstSegment segment;
    g_autoptr(GstCaps) caps = gst_caps_new_empty_simple("application/x-rtp");
    g_autofree char *id =
        g_strdup_printf("%s/%s", GST_OBJECT_NAME(self), GST_OBJECT_NAME(pad));

    gst_segment_init(&segment, GST_FORMAT_TIME);
    (void)gst_pad_push_event(pad, gst_event_new_stream_start(id));
    (void)gst_pad_push_event(pad, gst_event_new_caps(caps));
    (void)gst_pad_push_event(pad, gst_event_new_segment(&segment));
}

static GstPad *add_src_pad(OyerSfu *self, GstStaticPadTemplate *pad_template,
                           guint number, gpointer data)
{
    GstPad *pad = add_pad(self, pad_template, number, data);

    begin_stream(self, pad);
    if (pad_template == &src_template) {
        (void)g_signal_connect(pad, "linked", G_CALLBACK(on_linked), self);
        (void)g_signal_connect(pad, "unlinked", G_CALLBACK(on_unlinked), self);
    }
    return pad;
}

static void drop_pad(OyerSfu *self, GstPad **pad)
{
    if (!*pad)
        return;
    (void)gst_pad_set_active(*pad, FALSE);
    (void)gst_element_remove_pad(GST_ELEMENT(self), *pad);
    *pad = NULL;
}

static Pair *add_pair(OyerSfu *self, guint number, const char *participant)
{
    Pair *pair = g_new0(Pair, 1);

    pair->number = number;
    pair->peer = oyer_router_add_peer(self->router, participant, pair);
    g_ptr_array_add(self->pairs, pair);
    self->next_number = MAX(self->next_number, number + 1);
    return pair;
}

static void remove_pair(OyerSfu *self, Pair *pair)
{
    drop_pad(self, &pair->sink);
    drop_pad(self, &pair->src);
    drop_pad(self, &pair->journal);
    oyer_router_remove_peer(self->router, pair->peer);
    (void)g_ptr_array_remove(self->pairs, pair);
}

/* ---- request pads: gst-launch-1.0 ---- */

static Pair *pair_by_number(OyerSfu *self, guint number)
{
    Pair *pair;

    for (guint i = 0; i < self->pairs->len; i++) {
        pair = self->pairs->pdata[i];
        if (pair->number == number)
            return pair;
    }
    pair = add_pair(self, number, "");
    oyer_router_set_active(self->router, pair->peer, TRUE);
    return pair;
}

static GstPad *request_new_pad(GstElement *element, GstPadTemplate *template,
                               const char *name, const GstCaps *caps)
{
    OyerSfu *self = OYER_SFU(element);
    const char *kind = GST_PAD_TEMPLATE_NAME_TEMPLATE(template);
    gsize prefix = strlen(kind) - 2;
    guint number = self->next_number;
    guint64 asked;
    Pair *pair;

    (void)caps;
    if (name && strlen(name) > prefix &&
        g_ascii_string_to_unsigned(name + prefix, 10, 0, G_MAXINT, &asked, NULL))
        number = (guint)asked;
    pair = pair_by_number(self, number);
    GstPad **slot = kind[0] == 'j'                        ? &pair->journal
                    : template->direction == GST_PAD_SINK ? &pair->sink
                                                          : &pair->src;
    if (*slot)
        return NULL;
    if (kind[0] == 'j')
        *slot = add_src_pad(self, &journal_template, number, pair);
    else if (template->direction == GST_PAD_SINK)
        *slot = add_pad(self, &sink_template, number, pair);
    else
        *slot = add_src_pad(self, &src_template, number, pair);
    return *slot;
}

static void release_pad(GstElement *element, GstPad *pad)
{
    OyerSfu *self = OYER_SFU(element);
    Pair *pair = pair_of_pad(pad);

    g_mutex_lock(&self->lock);
    drop_pad(self, pad == pair->sink  ? &pair->sink
                   : pad == pair->src ? &pair->src
                                      : &pair->journal);
    if (!pair->sink && !pair->src && !pair->journal)
        remove_pair(self, pair);
    g_mutex_unlock(&self->lock);
}

/* ---- control ---- */

void oyer_sfu_set_events(OyerSfu *self, const OyerSfuEvents *events, gpointer data)
{
    self->events = events;
    self->events_data = data;
}

OyerRouter *oyer_sfu_router(OyerSfu *self)
{
    return self->router;
}

OyerPeer *oyer_sfu_connect(OyerSfu *self, GstElement *transport,
                           const char *participant)
{
    Pair *pair;
    g_autoptr(GstPad) in = gst_element_get_static_pad(transport, "src");
    g_autoptr(GstPad) out = gst_element_get_static_pad(transport, "sink");

    self->controlled = TRUE;
    pair = add_pair(self, self->next_number, participant);
    pair->sink = add_pad(self, &sink_template, pair->number, pair);
    pair->src = add_src_pad(self, &src_template, pair->number, pair);
    if (GST_PAD_LINK_FAILED(gst_pad_link(in, pair->sink)) ||
        GST_PAD_LINK_FAILED(gst_pad_link(pair->src, out))) {
        remove_pair(self, pair);
        return NULL;
    }
    return pair->peer;
}

void oyer_sfu_disconnect(OyerSfu *self, OyerPeer *peer)
{
    for (guint i = 0; i < self->pairs->len; i++) {
        Pair *pair = self->pairs->pdata[i];

        if (pair->peer == peer) {
            remove_pair(self, pair);
            return;
        }
    }
}

gboolean oyer_sfu_link_journal(OyerSfu *self, OyerSource *source, GstPad *sink)
{
    GstPad *pad = add_src_pad(self, &journal_template, self->next_journal++, NULL);

    if (GST_PAD_LINK_FAILED(gst_pad_link(pad, sink))) {
        drop_pad(self, &pad);
        return FALSE;
    }
    source->journal = pad;
    return TRUE;
}

void oyer_sfu_unlink_journal(OyerSfu *self, OyerSource *source)
{
    GstPad *pad = source->journal;

    source->journal = NULL;
    drop_pad(self, &pad);
}

/* ---- the element ---- */

static void finalize(GObject *object)
{
    OyerSfu *self = OYER_SFU(object);

    oyer_router_free(self->router);
    g_ptr_array_unref(self->pairs);
    g_mutex_clear(&self->lock);
    G_OBJECT_CLASS(oyer_sfu_parent_class)->finalize(object);
}

static void oyer_sfu_class_init(OyerSfuClass *class)
{
    GstElementClass *element = GST_ELEMENT_CLASS(class);

    GST_DEBUG_CATEGORY_INIT(oyer_sfu_debug, "oyersfu", 0, "Selective forwarding");
    G_OBJECT_CLASS(class)->finalize = finalize;
    element->request_new_pad = request_new_pad;
    element->release_pad = release_pad;
    gst_element_class_add_static_pad_template(element, &sink_template);
    gst_element_class_add_static_pad_template(element, &src_template);
    gst_element_class_add_static_pad_template(element, &journal_template);
    gst_element_class_set_static_metadata(
        element, "Selective forwarding unit", "Filter/Network/RTP",
        "Sends each receiver what a matrix allows, in batches", "The Oyer authors");
}

static void oyer_sfu_init(OyerSfu *self)
{
    g_mutex_init(&self->lock);
    self->pairs = g_ptr_array_new_with_free_func(g_free);
    self->router = oyer_router_new(&router_output, self, now_us());
}
