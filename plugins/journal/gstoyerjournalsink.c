/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/gstoyerjournalsink.h"

#include "journal/gstoyerjournalpad.h"

GST_DEBUG_CATEGORY_STATIC(oyer_journal_sink_debug);
#define GST_CAT_DEFAULT oyer_journal_sink_debug

/* The most packets that one lock takes; a longer list needs another. */
#define BATCH_MAX 64

struct _OyerJournalSink {
    GstElement parent;
    /* any: object lock */
    GPtrArray *writers; /* all there ever were: others may still ask an old one */
    OyerJournalFailed on_failed;
    gpointer on_failed_data;
    guint pads_made;
    char *location;
    gboolean auto_start; /* set before the pipeline starts */
    /* any: atomic */
    OyerJournalWriter *writer; /* the newest of writers */
};

enum { SINK_LOCATION = 1, SINK_AUTO_START };

static void child_proxy_init(gpointer interface, gpointer data);
G_DEFINE_TYPE_WITH_CODE(OyerJournalSink, oyer_journal_sink, GST_TYPE_ELEMENT,
                        G_IMPLEMENT_INTERFACE(GST_TYPE_CHILD_PROXY, child_proxy_init))
GST_ELEMENT_REGISTER_DEFINE(oyerjournalsink, "oyerjournalsink", GST_RANK_NONE,
                            OYER_TYPE_JOURNAL_SINK)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE(
    "sink_%u", GST_PAD_SINK, GST_PAD_REQUEST, GST_STATIC_CAPS_ANY);

static OyerJournalWriter *get_writer(OyerJournalSink *self)
{
    return g_atomic_pointer_get(&self->writer);
}

/*
 * Fills @map and @packet from @buffer.  FALSE: nothing to write.  In a pipeline of
 * gst-launch-1.0 (auto-start) a PTS is no moment of the monotonic clock.
 */
static gboolean take_buffer(OyerJournalSink *self, GstBuffer *buffer, GstMapInfo *map,
                            OyerJournalPacket *packet)
{
    if (!gst_buffer_map(buffer, map, GST_MAP_READ))
        return FALSE;
    if (map->size < 2) {
        gst_buffer_unmap(buffer, map);
        return FALSE;
    }
    /* RFC 5761: packet types 192 to 223 are RTCP. */
    *packet = (OyerJournalPacket){
        .is_rtcp = map->data[1] >= 192 && map->data[1] <= 223,
        .arrival_us = GST_BUFFER_PTS_IS_VALID(buffer) && !self->auto_start
                          ? (gint64)(GST_BUFFER_PTS(buffer) / 1000)
                          : g_get_monotonic_time(),
        .data = map->data,
        .size = map->size,
    };
    return TRUE;
}

/* Writes up to BATCH_MAX buffers of @list (or the one @single) from @from on. */
static void write_batch(OyerJournalSink *self, OyerJournalPad *pad, GstBufferList *list,
                        GstBuffer *single, guint from, guint count)
{
    OyerJournalPacket packets[BATCH_MAX];
    GstMapInfo maps[BATCH_MAX];
    GstBuffer *buffers[BATCH_MAX];
    guint n = 0;

    for (guint i = 0; i < count; i++) {
        buffers[n] = single ? single : gst_buffer_list_get(list, from + i);
        if (take_buffer(self, buffers[n], &maps[n], &packets[n]))
            n++;
    }
    for (guint i = 0; i < n; i++)
        oyer_journal_pad_see(pad, &packets[i]);

    OyerJournalWriter *writer = get_writer(self);
    int number = oyer_journal_pad_number(pad, writer);
    for (guint i = 0; i < n; i++)
        packets[i].track = (guint)number;
    if (n && number >= 0)
        (void)oyer_journal_writer_push(writer, packets, n);
    for (guint i = 0; i < n; i++)
        gst_buffer_unmap(buffers[i], &maps[i]);
}

static GstFlowReturn sink_chain(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
    write_batch(OYER_JOURNAL_SINK(parent), OYER_JOURNAL_PAD(pad), NULL, buffer, 0, 1);
    gst_buffer_unref(buffer);
    return GST_FLOW_OK;
}

static GstFlowReturn sink_chain_list(GstPad *pad, GstObject *parent,
                                     GstBufferList *list)
{
    guint length = gst_buffer_list_length(list);

    for (guint from = 0; from < length; from += BATCH_MAX)
        write_batch(OYER_JOURNAL_SINK(parent), OYER_JOURNAL_PAD(pad), list, NULL, from,
                    MIN(length - from, BATCH_MAX));
    gst_buffer_list_unref(list);
    return GST_FLOW_OK;
}

static void post_eos_when_all_are(OyerJournalSink *self)
{
    gboolean all = TRUE;

    GST_OBJECT_LOCK(self);
    for (GList *l = GST_ELEMENT(self)->sinkpads; l; l = l->next)
        all = all && oyer_journal_pad_is_eos(l->data);
    GST_OBJECT_UNLOCK(self);
    if (all)
        (void)gst_element_post_message(GST_ELEMENT(self),
                                       gst_message_new_eos(GST_OBJECT(self)));
}

static gboolean sink_event(GstPad *pad, GstObject *parent, GstEvent *event)
{
    OyerJournalSink *self = OYER_JOURNAL_SINK(parent);
    OyerJournalPad *journal_pad = OYER_JOURNAL_PAD(pad);
    GstCaps *caps;

    switch (GST_EVENT_TYPE(event)) {
    case GST_EVENT_CAPS:
        gst_event_parse_caps(event, &caps);
        oyer_journal_pad_take_caps(journal_pad, caps);
        break;
    case GST_EVENT_EOS:
        GST_OBJECT_LOCK(self);
        oyer_journal_pad_set_eos(journal_pad);
        GST_OBJECT_UNLOCK(self);
        post_eos_when_all_are(self);
        break;
    default:
        break;
    }
    gst_event_unref(event);
    return TRUE;
}

static GstPad *request_pad(GstElement *element, GstPadTemplate *template,
                           const char *name, const GstCaps *caps)
{
    OyerJournalSink *self = OYER_JOURNAL_SINK(element);
    char own[32];

    (void)caps;
    GST_OBJECT_LOCK(self);
    g_snprintf(own, sizeof own, "sink_%u", self->pads_made++);
    GST_OBJECT_UNLOCK(self);

    GstPad *pad = g_object_new(OYER_TYPE_JOURNAL_PAD, "name", name ? name : own,
                               "direction", GST_PAD_SINK, "template", template, NULL);
    gst_pad_set_chain_function(pad, sink_chain);
    gst_pad_set_chain_list_function(pad, sink_chain_list);
    gst_pad_set_event_function(pad, sink_event);
    gst_pad_set_active(pad, TRUE);
    if (!gst_element_add_pad(element, pad))
        return NULL;
    gst_child_proxy_child_added(GST_CHILD_PROXY(element), G_OBJECT(pad),
                                GST_OBJECT_NAME(pad));
    return pad;
}

static void release_pad(GstElement *element, GstPad *pad)
{
    gst_child_proxy_child_removed(GST_CHILD_PROXY(element), G_OBJECT(pad),
                                  GST_OBJECT_NAME(pad));
    (void)gst_pad_set_active(pad, FALSE);
    (void)gst_element_remove_pad(element, pad);
}

/* Pads as children, for gst-launch-1.0: sink_0::track=… */
static GObject *get_child(GstChildProxy *proxy, guint index)
{
    GObject *child;

    GST_OBJECT_LOCK(proxy);
    child = g_list_nth_data(GST_ELEMENT(proxy)->sinkpads, index);
    if (child)
        g_object_ref(child);
    GST_OBJECT_UNLOCK(proxy);
    return child;
}

static guint count_children(GstChildProxy *proxy)
{
    guint count;

    GST_OBJECT_LOCK(proxy);
    count = GST_ELEMENT(proxy)->numsinkpads;
    GST_OBJECT_UNLOCK(proxy);
    return count;
}

static void child_proxy_init(gpointer interface, gpointer data)
{
    GstChildProxyInterface *proxy = interface;

    (void)data;
    proxy->get_child_by_index = get_child;
    proxy->get_children_count = count_children;
}

/* --- control --- */

/* A writer that was closed or has failed is followed by a new one. */
static void renew_writer(OyerJournalSink *self)
{
    g_auto(OyerJournalStatus) status = {0};

    oyer_journal_writer_status(get_writer(self), &status);
    if (!status.dir || status.state == OYER_JOURNAL_ARMED ||
        status.state == OYER_JOURNAL_OPEN)
        return;
    OyerJournalWriter *new = oyer_journal_writer_new();
    GST_OBJECT_LOCK(self);
    oyer_journal_writer_on_failed(new, self->on_failed, self->on_failed_data);
    g_ptr_array_add(self->writers, new);
    GST_OBJECT_UNLOCK(self);
    /* A streaming thread that still has the old one pushes into a closed journal. */
    g_atomic_pointer_set(&self->writer, new);
}

gboolean oyer_journal_sink_arm(OyerJournalSink *self, const char *dir,
                               guint64 reserve_bytes, GError **error)
{
    renew_writer(self);
    return oyer_journal_writer_arm(get_writer(self), dir, reserve_bytes, error);
}

gboolean oyer_journal_sink_start(OyerJournalSink *self, gint64 at_us, GError **error)
{
    return oyer_journal_writer_start(get_writer(self), at_us, error);
}

gboolean oyer_journal_sink_mark(OyerJournalSink *self, const char *json, GError **error)
{
    return oyer_journal_writer_mark(get_writer(self), json, error);
}

gboolean oyer_journal_sink_close(OyerJournalSink *self, GError **error)
{
    return oyer_journal_writer_close(get_writer(self), error);
}

void oyer_journal_sink_status(OyerJournalSink *self, OyerJournalStatus *out_status)
{
    oyer_journal_writer_status(get_writer(self), out_status);
}

void oyer_journal_sink_on_failed(OyerJournalSink *self, OyerJournalFailed func,
                                 gpointer data)
{
    GST_OBJECT_LOCK(self);
    self->on_failed = func;
    self->on_failed_data = data;
    oyer_journal_writer_on_failed(get_writer(self), func, data);
    GST_OBJECT_UNLOCK(self);
}

void oyer_journal_sink_describe(OyerJournalSink *self, GstPad *pad,
                                const OyerJournalTrack *track)
{
    g_return_if_fail(OYER_IS_JOURNAL_SINK(self));
    g_return_if_fail(OYER_IS_JOURNAL_PAD(pad));

    oyer_journal_pad_describe(OYER_JOURNAL_PAD(pad), track);
}

/* --- GstElement --- */

static GstStateChangeReturn change_state(GstElement *element, GstStateChange transition)
{
    OyerJournalSink *self = OYER_JOURNAL_SINK(element);
    g_autoptr(GError) error = NULL;

    if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && self->auto_start) {
        if (!self->location ||
            !oyer_journal_sink_arm(self, self->location, 0, &error) ||
            !oyer_journal_sink_start(self, 0, &error)) {
            GST_ELEMENT_ERROR(self, RESOURCE, OPEN_WRITE, (NULL),
                              ("%s", error ? error->message : "no location"));
            return GST_STATE_CHANGE_FAILURE;
        }
    }

    GstStateChangeReturn result = GST_ELEMENT_CLASS(oyer_journal_sink_parent_class)
                                      ->change_state(element, transition);
    if (result == GST_STATE_CHANGE_FAILURE)
        return result;

    if (transition == GST_STATE_CHANGE_PAUSED_TO_READY && self->auto_start &&
        !oyer_journal_sink_close(self, &error))
        GST_ELEMENT_ERROR(self, RESOURCE, WRITE, (NULL), ("%s", error->message));
    return result;
}

static void sink_set_property(GObject *object, guint id, const GValue *value,
                              GParamSpec *spec)
{
    OyerJournalSink *self = OYER_JOURNAL_SINK(object);

    (void)spec;
    GST_OBJECT_LOCK(self);
    if (id == SINK_LOCATION) {
        g_free(self->location);
        self->location = g_value_dup_string(value);
    } else {
        self->auto_start = g_value_get_boolean(value);
    }
    GST_OBJECT_UNLOCK(self);
}

static void sink_get_property(GObject *object, guint id, GValue *value,
                              GParamSpec *spec)
{
    OyerJournalSink *self = OYER_JOURNAL_SINK(object);

    (void)spec;
    GST_OBJECT_LOCK(self);
    if (id == SINK_LOCATION)
        g_value_set_string(value, self->location);
    else
        g_value_set_boolean(value, self->auto_start);
    GST_OBJECT_UNLOCK(self);
}

static void sink_finalize(GObject *object)
{
    OyerJournalSink *self = OYER_JOURNAL_SINK(object);

    g_ptr_array_unref(self->writers);
    g_free(self->location);
    G_OBJECT_CLASS(oyer_journal_sink_parent_class)->finalize(object);
}

static void oyer_journal_sink_class_init(OyerJournalSinkClass *class)
{
    GObjectClass *object_class = G_OBJECT_CLASS(class);
    GstElementClass *element_class = GST_ELEMENT_CLASS(class);

    GST_DEBUG_CATEGORY_INIT(oyer_journal_sink_debug, "oyerjournalsink", 0,
                            "writes the journal");
    object_class->set_property = sink_set_property;
    object_class->get_property = sink_get_property;
    object_class->finalize = sink_finalize;
    g_object_class_install_property(
        object_class, SINK_LOCATION,
        g_param_spec_string("location", "location", "Folder of the journal", NULL,
                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
    g_object_class_install_property(
        object_class, SINK_AUTO_START,
        g_param_spec_boolean(
            "auto-start", "auto-start",
            "Open the journal when the pipeline starts, close it at its end", FALSE,
            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));

    element_class->change_state = change_state;
    element_class->request_new_pad = request_pad;
    element_class->release_pad = release_pad;
    gst_element_class_add_static_pad_template_with_gtype(element_class, &sink_template,
                                                         OYER_TYPE_JOURNAL_PAD);
    gst_element_class_set_static_metadata(
        element_class, "Court hearing journal", "Sink/File",
        "Writes RTP and RTCP packets with a hash chain to pcapng segments", "Oyer");
}

static void oyer_journal_sink_init(OyerJournalSink *self)
{
    GST_OBJECT_FLAG_SET(self, GST_ELEMENT_FLAG_SINK);
    self->writers =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_journal_writer_free);
    self->writer = oyer_journal_writer_new();
    g_ptr_array_add(self->writers, self->writer);
}
