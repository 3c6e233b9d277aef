/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/gstoyerjournalsrc.h"

#include "journal/caps.h"
#include "journal/reader.h"

GST_DEBUG_CATEGORY_STATIC(oyer_journal_src_debug);
#define GST_CAT_DEFAULT oyer_journal_src_debug

/* How often the end of a growing journal is looked at. */
#define FOLLOW_US (50 * G_TIME_SPAN_MILLISECOND)

struct _OyerJournalSrc {
    GstPushSrc parent;
    /* any: object lock */
    char *location, *track;
    gboolean follow;
    /* streaming thread */
    OyerJournalReader *reader;
    char *wanted;                      /* the track that is read; NULL: the first one */
    const OyerJournalTrack *described; /* what the caps say; the reader's */
    gboolean is_first_buffer;
    /* any: lock */
    GMutex lock;
    GCond wake;
    gboolean is_unlocked;
};

enum { SRC_LOCATION = 1, SRC_TRACK, SRC_FOLLOW };

G_DEFINE_TYPE(OyerJournalSrc, oyer_journal_src, GST_TYPE_PUSH_SRC)
GST_ELEMENT_REGISTER_DEFINE(oyerjournalsrc, "oyerjournalsrc", GST_RANK_NONE,
                            OYER_TYPE_JOURNAL_SRC)

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE(
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS("application/x-rtp"));

static gboolean src_start(GstBaseSrc *base)
{
    OyerJournalSrc *self = OYER_JOURNAL_SRC(base);

    if (!self->location || !g_file_test(self->location, G_FILE_TEST_IS_DIR)) {
        GST_ELEMENT_ERROR(
            self, RESOURCE, NOT_FOUND, (NULL),
            ("no journal folder at '%s'", self->location ? self->location : ""));
        return FALSE;
    }
    self->reader = oyer_journal_reader_new(self->location);
    self->wanted = self->track && *self->track ? g_strdup(self->track) : NULL;
    self->described = NULL;
    self->is_first_buffer = TRUE;
    return TRUE;
}

static gboolean src_stop(GstBaseSrc *base)
{
    OyerJournalSrc *self = OYER_JOURNAL_SRC(base);

    self->described = NULL;
    g_clear_pointer(&self->reader, oyer_journal_reader_free);
    g_clear_pointer(&self->wanted, g_free);
    return TRUE;
}

static gboolean set_unlocked(OyerJournalSrc *self, gboolean is_unlocked)
{
    g_mutex_lock(&self->lock);
    self->is_unlocked = is_unlocked;
    g_cond_signal(&self->wake);
    g_mutex_unlock(&self->lock);
    return TRUE;
}

static gboolean src_unlock(GstBaseSrc *base)
{
    return set_unlocked(OYER_JOURNAL_SRC(base), TRUE);
}

static gboolean src_unlock_stop(GstBaseSrc *base)
{
    return set_unlocked(OYER_JOURNAL_SRC(base), FALSE);
}

static gboolean src_is_seekable(GstBaseSrc *base)
{
    (void)base;
    return FALSE;
}

/* The journal says the caps, with the first packet: nothing is chosen before. */
static gboolean src_negotiate(GstBaseSrc *base)
{
    (void)base;
    return TRUE;
}

/* At the end of what is written so far.  FALSE: the pipeline wants us to stop. */
static gboolean wait_for_more(OyerJournalSrc *self)
{
    gint64 until_us = g_get_monotonic_time() + FOLLOW_US;

    g_mutex_lock(&self->lock);
    while (!self->is_unlocked && g_cond_wait_until(&self->wake, &self->lock, until_us))
        ;
    gboolean goes_on = !self->is_unlocked;
    g_mutex_unlock(&self->lock);
    return goes_on;
}

static gboolean is_wanted(OyerJournalSrc *self, const OyerJournalBlock *block)
{
    if (block->type != OYER_JOURNAL_RTP)
        return FALSE;
    if (!self->wanted)
        self->wanted = g_strdup(block->track->track);
    return !g_strcmp0(block->track->track, self->wanted);
}

static GstFlowReturn make_buffer(OyerJournalSrc *self, const OyerJournalBlock *block,
                                 GstBuffer **out_buffer)
{
    if (self->described != block->track) {
        g_autoptr(GstCaps) caps = oyer_journal_caps_new(block->track);
        self->described = block->track;
        if (!gst_base_src_set_caps(GST_BASE_SRC(self), caps))
            return GST_FLOW_NOT_NEGOTIATED;
    }

    gint64 since_us = block->at_us - oyer_journal_reader_start_us(self->reader);
    GstBuffer *buffer = gst_buffer_new_memdup(block->data, block->size);
    GST_BUFFER_PTS(buffer) = (GstClockTime)MAX(since_us, 0) * GST_USECOND;
    GST_BUFFER_DTS(buffer) = GST_BUFFER_PTS(buffer);
    if (self->is_first_buffer)
        GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
    self->is_first_buffer = FALSE;
    *out_buffer = buffer;
    return GST_FLOW_OK;
}

static GstFlowReturn src_create(GstPushSrc *push, GstBuffer **out_buffer)
{
    OyerJournalSrc *self = OYER_JOURNAL_SRC(push);
    OyerJournalBlock block;

    for (;;) {
        g_autoptr(GError) error = NULL;

        switch (oyer_journal_reader_next(self->reader, &block, &error)) {
        case OYER_JOURNAL_BLOCK:
            if (is_wanted(self, &block))
                return make_buffer(self, &block, out_buffer);
            break;
        case OYER_JOURNAL_WAIT:
            if (!self->follow)
                return GST_FLOW_EOS;
            if (!wait_for_more(self))
                return GST_FLOW_FLUSHING;
            break;
        case OYER_JOURNAL_ENDED:
            return GST_FLOW_EOS;
        case OYER_JOURNAL_BROKEN:
            GST_ELEMENT_WARNING(self, STREAM, DECODE, (NULL), ("%s", error->message));
            oyer_journal_reader_skip(self->reader);
            break;
        }
    }
}

static void src_set_property(GObject *object, guint id, const GValue *value,
                             GParamSpec *spec)
{
    OyerJournalSrc *self = OYER_JOURNAL_SRC(object);

    (void)spec;
    GST_OBJECT_LOCK(self);
    if (id == SRC_FOLLOW) {
        self->follow = g_value_get_boolean(value);
    } else {
        char **text = id == SRC_LOCATION ? &self->location : &self->track;
        g_free(*text);
        *text = g_value_dup_string(value);
    }
    GST_OBJECT_UNLOCK(self);
}

static void src_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
    OyerJournalSrc *self = OYER_JOURNAL_SRC(object);

    (void)spec;
    GST_OBJECT_LOCK(self);
    if (id == SRC_FOLLOW)
        g_value_set_boolean(value, self->follow);
    else
        g_value_set_string(value, id == SRC_LOCATION ? self->location : self->track);
    GST_OBJECT_UNLOCK(self);
}

static void src_finalize(GObject *object)
{
    OyerJournalSrc *self = OYER_JOURNAL_SRC(object);

    oyer_journal_reader_free(self->reader);
    g_mutex_clear(&self->lock);
    g_cond_clear(&self->wake);
    g_free(self->wanted);
    g_free(self->location);
    g_free(self->track);
    G_OBJECT_CLASS(oyer_journal_src_parent_class)->finalize(object);
}

static void install_properties(GObjectClass *class)
{
    const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

    g_object_class_install_property(class, SRC_LOCATION,
                                    g_param_spec_string("location", "location",
                                                        "Folder of the journal", NULL,
                                                        flags));
    g_object_class_install_property(
        class, SRC_TRACK,
        g_param_spec_string("track", "track", "Id of the track; empty: the first one",
                            NULL, flags));
    g_object_class_install_property(
        class, SRC_FOLLOW,
        g_param_spec_boolean("follow", "follow", "Go on while the journal grows", FALSE,
                             flags));
}

static void oyer_journal_src_class_init(OyerJournalSrcClass *class)
{
    GObjectClass *object_class = G_OBJECT_CLASS(class);
    GstElementClass *element_class = GST_ELEMENT_CLASS(class);
    GstBaseSrcClass *base_class = GST_BASE_SRC_CLASS(class);

    GST_DEBUG_CATEGORY_INIT(oyer_journal_src_debug, "oyerjournalsrc", 0,
                            "reads a journal");
    object_class->set_property = src_set_property;
    object_class->get_property = src_get_property;
    object_class->finalize = src_finalize;
    install_properties(object_class);

    base_class->start = src_start;
    base_class->stop = src_stop;
    base_class->unlock = src_unlock;
    base_class->unlock_stop = src_unlock_stop;
    base_class->is_seekable = src_is_seekable;
    base_class->negotiate = src_negotiate;
    GST_PUSH_SRC_CLASS(class)->create = src_create;
    gst_element_class_add_static_pad_template(element_class, &src_template);
    gst_element_class_set_static_metadata(element_class, "Court hearing journal",
                                          "Source/File",
                                          "Reads the RTP packets of one track", "Oyer");
}

static void oyer_journal_src_init(OyerJournalSrc *self)
{
    g_mutex_init(&self->lock);
    g_cond_init(&self->wake);
    gst_base_src_set_format(GST_BASE_SRC(self), GST_FORMAT_TIME);
    gst_base_src_set_live(GST_BASE_SRC(self), FALSE);
}
