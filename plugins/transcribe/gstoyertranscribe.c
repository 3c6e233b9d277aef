/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-oyertranscribe
 * @title: oyertranscribe
 *
 * Speech to text for one speaker.  Sound passes unchanged; what is said is posted
 * on the bus as element messages named "oyer-transcript" with the fields
 * participant, segment, final, text, start, end (running time, ns), confidence,
 * and for finals words: an array of structures "word" {text, start, end,
 * confidence}.  A partial replaces the one before it.
 *
 * |[
 * gst-launch-1.0 -m filesrc location=a.wav ! decodebin ! audioconvert ! audioresample ! \
 *   oyertranscribe engine-dir=DATA/engine model-dir=DATA/models/NAME ! fakesink
 * ]|
 *
 * This file is the shell; listener.c and what is below it do the work.
 */

#include "transcribe/gstoyertranscribe.h"

#include "transcribe/anchors.h"
#include "transcribe/listener.h"

#define GST_CAT_DEFAULT oyer_transcribe_debug
GST_DEBUG_CATEGORY_STATIC(oyer_transcribe_debug);

enum {
    PROP_ENGINE = 1,
    PROP_ENGINE_DIR,
    PROP_MODEL_DIR,
    PROP_PARTICIPANT,
    PROP_ENDPOINT_SILENCE,
    PROP_MAX_UTTERANCE,
    PROP_PARTIAL_INTERVAL,
    PROP_MAX_OBSERVED_DELAY,
};

struct _OyerTranscribe {
    GstBaseTransform parent;

    /* set before start */
    char *engine_name, *engine_dir, *model_dir, *participant;
    guint endpoint_ms, utterance_ms, partial_ms;

    /* streaming thread */
    OyerEngine *engine;
    OyerListener *listener;
    OyerAnchors anchors;
    guint64 segment;

    /* streaming thread writes, any reads: GST_OBJECT_LOCK */
    GstClockTime max_observed_delay;
};

G_DEFINE_FINAL_TYPE(OyerTranscribe, oyer_transcribe, GST_TYPE_BASE_TRANSFORM)
GST_ELEMENT_REGISTER_DEFINE(oyertranscribe, "oyertranscribe", GST_RANK_NONE,
                            OYER_TYPE_TRANSCRIBE);

#define CAPS "audio/x-raw, format=S16LE, rate=16000, channels=1, layout=interleaved"

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE(
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS(CAPS));
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(CAPS));

static GstClockTime to_time(const OyerTranscribe *self, gint64 samples)
{
    return (GstClockTime)MAX(oyer_anchors_time(&self->anchors, samples), 0) *
           GST_USECOND;
}

static void set_words(const OyerTranscribe *self, GstStructure *structure,
                      const OyerHeard *heard)
{
    GValue words = G_VALUE_INIT;

    g_value_init(&words, GST_TYPE_ARRAY);
    for (guint i = 0; i < heard->words->len; i++) {
        const OyerHeardWord *word = &g_array_index(heard->words, OyerHeardWord, i);
        GValue value = G_VALUE_INIT;
        g_value_init(&value, GST_TYPE_STRUCTURE);
        g_value_take_boxed(
            &value,
            gst_structure_new("word", "text", G_TYPE_STRING, word->text, "start",
                              G_TYPE_UINT64, to_time(self, word->start), "end",
                              G_TYPE_UINT64, to_time(self, word->end), "confidence",
                              G_TYPE_DOUBLE, word->confidence, NULL));
        gst_value_array_append_and_take_value(&words, &value);
    }
    gst_structure_take_value(structure, "words", &words);
}

static void on_heard(const OyerHeard *heard, gboolean is_final, gpointer data)
{
    OyerTranscribe *self = data;
    GstClockTime now = to_time(self, oyer_listener_position(self->listener));
    GstClockTime start = now, end = now;

    if (heard && heard->words->len) {
        start = to_time(self, g_array_index(heard->words, OyerHeardWord, 0).start);
        end = to_time(
            self,
            g_array_index(heard->words, OyerHeardWord, heard->words->len - 1).end);
    }
    GstStructure *structure = gst_structure_new(
        "oyer-transcript", "participant", G_TYPE_STRING, self->participant, "segment",
        G_TYPE_UINT64, self->segment, "final", G_TYPE_BOOLEAN, is_final && heard,
        "text", G_TYPE_STRING, heard ? heard->text : "", "start", G_TYPE_UINT64, start,
        "end", G_TYPE_UINT64, end, "confidence", G_TYPE_DOUBLE,
        heard ? heard->confidence : 0.0, NULL);
    if (is_final && heard) {
        set_words(self, structure, heard);
        GST_OBJECT_LOCK(self);
        self->max_observed_delay = MAX(self->max_observed_delay, now - MIN(end, now));
        GST_OBJECT_UNLOCK(self);
        self->segment++;
    }
    (void)gst_element_post_message(
        GST_ELEMENT(self), gst_message_new_element(GST_OBJECT(self), structure));
}

static OyerEngine *open_engine(OyerTranscribe *self, const char *dir, GError **error)
{
    if (g_strcmp0(self->engine_name, "pocketsphinx") == 0)
        return oyer_pocketsphinx_open(error);
    if (!self->model_dir) {
        g_set_error_literal(error, OYER_ENGINE_ERROR, OYER_ENGINE_ERROR_MODEL,
                            "model-dir is not set");
        return NULL;
    }
    return oyer_sherpa_open(dir, self->model_dir, error);
}

static gboolean start(GstBaseTransform *base)
{
    OyerTranscribe *self = OYER_TRANSCRIBE(base);
    g_autofree char *dir =
        self->engine_dir ? g_strdup(self->engine_dir) : oyer_engine_dir(NULL);
    g_autoptr(GError) error = NULL;
    const guint per_ms = OYER_ENGINE_RATE_HZ / 1000;
    OyerListenerSettings settings = {
        .endpoint_samples = self->endpoint_ms * per_ms,
        .max_samples = self->utterance_ms * per_ms,
        .partial_samples = self->partial_ms * per_ms,
    };

    /* "none" lets sound through: a pipeline need not change without an engine. */
    if (g_strcmp0(self->engine_name, "none") == 0)
        return TRUE;
    self->engine = open_engine(self, dir, &error);
    if (!self->engine) {
        GST_ELEMENT_ERROR(self, RESOURCE, NOT_FOUND, ("%s", error->message), (NULL));
        return FALSE;
    }
    self->listener =
        oyer_listener_new(self->engine, oyer_vad_new(dir), &settings, on_heard, self);
    oyer_anchors_clear(&self->anchors);
    self->segment = 1;
    return TRUE;
}

static gboolean stop(GstBaseTransform *base)
{
    OyerTranscribe *self = OYER_TRANSCRIBE(base);

    g_clear_pointer(&self->listener, oyer_listener_free);
    g_clear_pointer(&self->engine, oyer_engine_free);
    return TRUE;
}

static GstFlowReturn transform_ip(GstBaseTransform *base, GstBuffer *buffer)
{
    OyerTranscribe *self = OYER_TRANSCRIBE(base);
    GstMapInfo map;

    if (!self->listener || !gst_buffer_map(buffer, &map, GST_MAP_READ))
        return GST_FLOW_OK;
    GstClockTime time = gst_segment_to_running_time(&base->segment, GST_FORMAT_TIME,
                                                    GST_BUFFER_PTS(buffer));
    if (GST_CLOCK_TIME_IS_VALID(time))
        oyer_anchors_note(&self->anchors, oyer_listener_position(self->listener),
                          (gint64)GST_TIME_AS_USECONDS(time));
    oyer_listener_feed(self->listener, (const gint16 *)(const void *)map.data,
                       map.size / sizeof(gint16));
    gst_buffer_unmap(buffer, &map);
    return GST_FLOW_OK;
}

static gboolean sink_event(GstBaseTransform *base, GstEvent *event)
{
    OyerTranscribe *self = OYER_TRANSCRIBE(base);
    GstEventType type = GST_EVENT_TYPE(event);

    if (self->listener && (type == GST_EVENT_EOS || type == GST_EVENT_FLUSH_STOP))
        oyer_listener_stop(self->listener);
    return GST_BASE_TRANSFORM_CLASS(oyer_transcribe_parent_class)
        ->sink_event(base, event);
}

static void set_property(GObject *object, guint id, const GValue *value,
                         GParamSpec *pspec)
{
    OyerTranscribe *self = OYER_TRANSCRIBE(object);
    char **strings[] = {
        [PROP_ENGINE] = &self->engine_name,
        [PROP_ENGINE_DIR] = &self->engine_dir,
        [PROP_MODEL_DIR] = &self->model_dir,
        [PROP_PARTICIPANT] = &self->participant,
    };
    guint *numbers[] = {
        [PROP_ENDPOINT_SILENCE] = &self->endpoint_ms,
        [PROP_MAX_UTTERANCE] = &self->utterance_ms,
        [PROP_PARTIAL_INTERVAL] = &self->partial_ms,
    };

    if (id < G_N_ELEMENTS(strings)) {
        g_free(*strings[id]);
        *strings[id] = g_value_dup_string(value);
    } else if (id < G_N_ELEMENTS(numbers)) {
        *numbers[id] = g_value_get_uint(value);
    } else {
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
}

static void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    OyerTranscribe *self = OYER_TRANSCRIBE(object);

    switch (id) {
    case PROP_ENGINE:
        g_value_set_string(value, self->engine_name);
        break;
    case PROP_ENGINE_DIR:
        g_value_set_string(value, self->engine_dir);
        break;
    case PROP_MODEL_DIR:
        g_value_set_string(value, self->model_dir);
        break;
    case PROP_PARTICIPANT:
        g_value_set_string(value, self->participant);
        break;
    case PROP_ENDPOINT_SILENCE:
        g_value_set_uint(value, self->endpoint_ms);
        break;
    case PROP_MAX_UTTERANCE:
        g_value_set_uint(value, self->utterance_ms);
        break;
    case PROP_PARTIAL_INTERVAL:
        g_value_set_uint(value, self->partial_ms);
        break;
    case PROP_MAX_OBSERVED_DELAY:
        GST_OBJECT_LOCK(self);
        g_value_set_uint64(value, self->max_observed_delay);
        GST_OBJECT_UNLOCK(self);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
}

static void finalize(GObject *object)
{
    OyerTranscribe *self = OYER_TRANSCRIBE(object);

    g_free(self->engine_name);
    g_free(self->engine_dir);
    g_free(self->model_dir);
    g_free(self->participant);
    G_OBJECT_CLASS(oyer_transcribe_parent_class)->finalize(object);
}

static void install_string(GObjectClass *klass, guint id, const char *name,
                           const char *blurb, const char *value)
{
    g_object_class_install_property(
        klass, id,
        g_param_spec_string(name, name, blurb, value,
                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
}

static void install_ms(GObjectClass *klass, guint id, const char *name,
                       const char *blurb, guint least, guint most, guint value)
{
    g_object_class_install_property(
        klass, id,
        g_param_spec_uint(name, name, blurb, least, most, value,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
}

static void oyer_transcribe_class_init(OyerTranscribeClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);
    GstElementClass *element_class = GST_ELEMENT_CLASS(klass);
    GstBaseTransformClass *base_class = GST_BASE_TRANSFORM_CLASS(klass);

    GST_DEBUG_CATEGORY_INIT(oyer_transcribe_debug, "oyertranscribe", 0,
                            "speech to text");

    object_class->set_property = set_property;
    object_class->get_property = get_property;
    object_class->finalize = finalize;
    install_string(object_class, PROP_ENGINE, "engine",
                   "sherpa, pocketsphinx (English only, rough) or none", "sherpa");
    install_string(object_class, PROP_ENGINE_DIR, "engine-dir",
                   "Folder with lib/ and vad/ (default: $OYER_ENGINE_DIR)", NULL);
    install_string(object_class, PROP_MODEL_DIR, "model-dir",
                   "Folder of a checked model: one that is broken ends the process",
                   NULL);
    install_string(object_class, PROP_PARTICIPANT, "participant", "Whose sound this is",
                   NULL);
    install_ms(object_class, PROP_ENDPOINT_SILENCE, "endpoint-silence",
               "Silence that ends an utterance, ms", 300, 10000, 800);
    install_ms(object_class, PROP_MAX_UTTERANCE, "max-utterance",
               "An utterance is cut behind so many ms", 3000, 120000, 30000);
    install_ms(object_class, PROP_PARTIAL_INTERVAL, "partial-interval",
               "Least time between partials, ms", 20, 10000, 300);
    g_object_class_install_property(
        object_class, PROP_MAX_OBSERVED_DELAY,
        g_param_spec_uint64("max-observed-delay", "max-observed-delay",
                            "Longest time from the end of words to their final, ns", 0,
                            G_MAXUINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));

    base_class->start = start;
    base_class->stop = stop;
    base_class->transform_ip = transform_ip;
    base_class->sink_event = sink_event;
    base_class->passthrough_on_same_caps = TRUE;
    base_class->transform_ip_on_passthrough = TRUE;
    gst_element_class_add_static_pad_template(element_class, &sink_template);
    gst_element_class_add_static_pad_template(element_class, &src_template);
    gst_element_class_set_static_metadata(element_class, "Transcriber", "Filter/Audio",
                                          "Tells what is said, word by word",
                                          "The oyer authors");
}

static void oyer_transcribe_init(OyerTranscribe *self)
{
    self->engine_name = g_strdup("sherpa");
    self->endpoint_ms = 800;
    self->utterance_ms = 30000;
    self->partial_ms = 300;
    gst_base_transform_set_passthrough(GST_BASE_TRANSFORM(self), TRUE);
}
