/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "recorder/mux.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

/* Long enough for the slowest disk to write a trailer; a muxer that hangs is
 * killed with its process rather than waited for. */
#define FINISH_TIMEOUT (120 * GST_SECOND)

struct OyerMux {
    OyerMuxSetup setup;
    char *path;
    GstElement *pipeline, *mux;
    GstElement *video, *sound, *captions; /* appsrc, owned by the pipeline */
    GstToc *toc;
    GstTocEntry *edition; /* not owned: in toc */
    GstTocEntry *chapter; /* the one that is still open; not owned: in toc */
    GByteArray *chpl; /* MP4: the chapters' entries, as they stand in the file */
    gint64 chapter_us;
    guint chapters;
    GPtrArray *waiting; /* GstBuffer: captions until the start */
    gint64 last_video_us;
};

/* By file name, so that nothing else of the system's plugins is ever loaded. */
static const char *const plugins[] = {
    "libgstcoreelements.so", "libgstapp.so",   "libgstrtp.so",
    "libgstmatroska.so",     "libgstisomp4.so", "libgstvideoparsersbad.so",
};

/* For a black picture, when one is needed: no stranger's bytes go in there. */
static const char *const encoder_plugins[] = {"libgstvideotestsrc.so", "libgstvpx.so"};

static gboolean load_plugins(const char *const *names, gsize count, GError **error)
{
    for (gsize i = 0; i < count; i++) {
        g_autofree char *path = g_build_filename(OYER_GST_PLUGINS, names[i], NULL);
        g_autoptr(GstPlugin) plugin = gst_plugin_load_file(path, error);
        if (!plugin)
            return FALSE;
        gst_registry_add_plugin(gst_registry_get(), g_steal_pointer(&plugin));
    }
    return TRUE;
}

gboolean oyer_mux_init(GError **error)
{
    if (gst_is_initialized())
        return TRUE;
    (void)g_setenv("GST_PLUGIN_SYSTEM_PATH_1_0", "", TRUE);
    (void)g_setenv("GST_PLUGIN_PATH_1_0", "", TRUE);
    (void)g_setenv("GST_REGISTRY_DISABLE", "yes", TRUE);
    (void)g_setenv("GST_REGISTRY_FORK", "no", TRUE);
    if (!gst_init_check(NULL, NULL, error))
        return FALSE;
    return load_plugins(plugins, G_N_ELEMENTS(plugins), error);
}

static GstElement *add_source(OyerMux *self, GstBin *bin, const char *caps_text)
{
    GstElement *source = gst_element_factory_make("appsrc", NULL);
    g_autoptr(GstCaps) caps = gst_caps_from_string(caps_text);

    (void)self;
    g_object_set(source, "caps", caps, "format", GST_FORMAT_TIME, "block", FALSE,
                 "max-bytes", (guint64)0, NULL);
    gst_bin_add(bin, source);
    return source;
}

/* The elements between a video appsrc and the muxer, by codec. */
static const struct {
    const char *codec, *elements;
} video_chains[] = {
    {"VP8", "rtpvp8depay wait-for-keyframe=true"},
    {"VP9", "rtpvp9depay wait-for-keyframe=true"},
    /* avc3: parameter sets stay in the stream, so that a change of size
     * does not end the track. */
    {"H264", "rtph264depay wait-for-keyframe=true ! h264parse config-interval=-1"},
};

static gboolean add_video(OyerMux *self, GstBin *bin, GError **error)
{
    const char *codec = self->setup.video_codec;
    const char *chain = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(video_chains); i++)
        if (!strcmp(video_chains[i].codec, codec))
            chain = video_chains[i].elements;
    if (!chain) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                    "no way to record video codec %s", codec);
        return FALSE;
    }

    g_autofree char *caps = g_strdup_printf(
        "application/x-rtp,media=video,clock-rate=90000,encoding-name=%s,payload=%u", codec,
        self->setup.video_payload_type);
    GstElement *depay = gst_parse_bin_from_description(chain, TRUE, error);
    if (!depay)
        return FALSE;
    self->video = add_source(self, bin, caps);
    gst_bin_add(bin, depay);
    if (!gst_element_link(self->video, depay))
        g_return_val_if_reached(FALSE);
    if (strcmp(codec, "H264"))
        return gst_element_link(depay, self->mux);

    g_autoptr(GstCaps) avc =
        gst_caps_from_string("video/x-h264,stream-format=avc3,alignment=au");
    return gst_element_link_filtered(depay, self->mux, avc);
}

static gboolean build(OyerMux *self, GError **error)
{
    gboolean mp4 = self->setup.container == OYER_MUX_MP4;
    GstElement *sink = gst_element_factory_make("filesink", NULL);

    self->pipeline = gst_pipeline_new(NULL);
    self->mux = gst_element_factory_make(mp4 ? "mp4mux" : "matroskamux", NULL);
    GstBin *bin = GST_BIN(self->pipeline);
    gst_bin_add_many(bin, self->mux, sink, NULL);
    g_object_set(sink, "location", self->path, "async", FALSE, NULL);
    if (self->setup.live) {
        /* 2: unbuffered.  With the default a kill leaves nothing. */
        g_object_set(sink, "buffer-mode", 2, NULL);
        g_object_set(self->mux, "streamable", TRUE, "max-cluster-duration",
                     (gint64)GST_SECOND, NULL);
    } else if (!mp4) {
        g_autoptr(GDateTime) utc =
            g_date_time_new_from_unix_utc(self->setup.created_us / G_USEC_PER_SEC);
        g_object_set(self->mux, "writing-app", "oyer", "creation-time", utc, NULL);
    }
    if (!gst_element_link(self->mux, sink))
        g_return_val_if_reached(FALSE);

    if (self->setup.video_codec && !add_video(self, bin, error))
        return FALSE;
    if (self->setup.sound) {
        self->sound = add_source(
            self, bin, "audio/x-opus,rate=48000,channels=2,channel-mapping-family=0");
        if (!gst_element_link_pads(self->sound, "src", self->mux, "audio_%u"))
            g_return_val_if_reached(FALSE);
    }
    if (self->setup.captions) {
        self->captions = add_source(self, bin, "text/x-raw,format=utf8");
        if (!gst_element_link_pads(self->captions, "src", self->mux, "subtitle_%u"))
            g_return_val_if_reached(FALSE);
    }
    return TRUE;
}

OyerMux *oyer_mux_new(const char *path, const OyerMuxSetup *setup, GError **error)
{
    g_autoptr(OyerMux) self = g_new0(OyerMux, 1);

    self->setup = *setup;
    self->path = g_strdup(path);
    self->chpl = g_byte_array_new();
    self->waiting = g_ptr_array_new_with_free_func((GDestroyNotify)gst_buffer_unref);
    self->setup.video_codec = setup->video_codec ? g_intern_string(setup->video_codec) : NULL;
    if (!build(self, error))
        return NULL;
    return g_steal_pointer(&self);
}

void oyer_mux_free(OyerMux *self)
{
    if (!self)
        return;
    if (self->pipeline) {
        gst_element_set_state(self->pipeline, GST_STATE_NULL);
        gst_object_unref(self->pipeline);
    }
    if (self->toc)
        gst_toc_unref(self->toc);
    g_ptr_array_unref(self->waiting);
    g_byte_array_unref(self->chpl);
    g_free(self->path);
    g_free(self);
}

static void close_chapter(OyerMux *self, gint64 until_us)
{
    if (self->chapter)
        gst_toc_entry_set_start_stop_times(self->chapter, self->chapter_us * GST_USECOND,
                                           until_us * GST_USECOND);
}

/* One entry of a chpl box: start in 100 ns, length of the title, title. */
static void add_chpl(OyerMux *self, gint64 at_us, const char *title)
{
    guint64 start = GUINT64_TO_BE((guint64)at_us * 10);
    guint8 length = (guint8)MIN(strlen(title), 255);

    if (++self->chapters > 255)
        return;
    g_byte_array_append(self->chpl, (const guint8 *)&start, sizeof start);
    g_byte_array_append(self->chpl, &length, 1);
    g_byte_array_append(self->chpl, (const guint8 *)title, length);
}

void oyer_mux_chapter(OyerMux *self, gint64 at_us, const char *title)
{
    if (!GST_IS_TOC_SETTER(self->mux)) {
        add_chpl(self, at_us, title);
        return;
    }
    if (!self->toc) {
        self->toc = gst_toc_new(GST_TOC_SCOPE_GLOBAL);
        self->edition = gst_toc_entry_new(GST_TOC_ENTRY_TYPE_EDITION, "hearing");
        gst_toc_append_entry(self->toc, self->edition);
    }
    close_chapter(self, at_us);

    g_autofree char *uid = g_strdup_printf("%u", ++self->chapters);
    GstTagList *tags = gst_tag_list_new(GST_TAG_TITLE, title, NULL);
    self->chapter = gst_toc_entry_new(GST_TOC_ENTRY_TYPE_CHAPTER, uid);
    gst_toc_entry_set_tags(self->chapter, tags);
    gst_toc_entry_append_sub_entry(self->edition, self->chapter);
    self->chapter_us = at_us;
    gst_toc_entry_set_start_stop_times(self->chapter, at_us * GST_USECOND,
                                       (at_us + 1) * GST_USECOND);
}

static void push(GstElement *source, GstBuffer *buffer)
{
    /* Refused only while an error is on its way to the bus: checked there. */
    (void)gst_app_src_push_buffer(GST_APP_SRC(source), buffer);
}

static GstBuffer *copy_buffer(const void *data, gsize size, gint64 at_us)
{
    GstBuffer *buffer = gst_buffer_new_memdup(data, size);

    GST_BUFFER_PTS(buffer) = (GstClockTime)MAX(at_us, 0) * GST_USECOND;
    return buffer;
}

void oyer_mux_caption(OyerMux *self, gint64 at_us, gint64 duration_us, const char *text)
{
    if (!self->captions || !*text)
        return;
    GstBuffer *buffer = copy_buffer(text, strlen(text), at_us);
    GST_BUFFER_DURATION(buffer) = (GstClockTime)duration_us * GST_USECOND;
    g_ptr_array_add(self->waiting, buffer);
}

/* All captions at once, and their end: the muxer never waits for that track. */
static void push_captions(OyerMux *self)
{
    for (guint i = 0; i < self->waiting->len; i++)
        push(self->captions, gst_buffer_ref(g_ptr_array_index(self->waiting, i)));
    (void)gst_app_src_end_of_stream(GST_APP_SRC(self->captions));
    g_ptr_array_set_size(self->waiting, 0);
}

gboolean oyer_mux_start(OyerMux *self, gint64 end_us, GError **error)
{
    close_chapter(self, MAX(end_us, self->chapter_us + 1));
    if (self->toc)
        gst_toc_setter_set_toc(GST_TOC_SETTER(self->mux), self->toc);
    if (gst_element_set_state(self->pipeline, GST_STATE_PLAYING) ==
        GST_STATE_CHANGE_FAILURE) {
        if (oyer_mux_check(self, error))
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot write %s", self->path);
        return FALSE;
    }
    if (self->captions)
        push_captions(self);
    return TRUE;
}

void oyer_mux_video(OyerMux *self, const guint8 *rtp, gsize size, gboolean discont,
                    gint64 at_us)
{
    /* A muxer takes no step back; a fitted clock may take one of a millisecond. */
    self->last_video_us = MAX(at_us, self->last_video_us);
    GstBuffer *buffer = copy_buffer(rtp, size, self->last_video_us);
    GST_BUFFER_DTS(buffer) = GST_BUFFER_PTS(buffer);
    if (discont)
        GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
    push(self->video, buffer);
}

void oyer_mux_sound(OyerMux *self, const guint8 *opus, gsize size, gint64 at_us,
                    gint64 duration_us)
{
    GstBuffer *buffer = copy_buffer(opus, size, at_us);

    GST_BUFFER_DURATION(buffer) = (GstClockTime)duration_us * GST_USECOND;
    push(self->sound, buffer);
}

/* What makes a picture of each codec, and the RTP payload descriptor that says
 * "a whole key frame" (RFC 7741 section 4.2, RFC 9628 section 4.2). */
static const struct {
    const char *codec, *encoder;
    guint8 descriptor;
} blacks[] = {
    {"VP8", "vp8enc deadline=1", 0x10},
    {"VP9", "vp9enc deadline=1 cpu-used=8", 0x0c},
};

static GstSample *encode_black(const char *encoder, guint width, guint height)
{
    g_autofree char *text = g_strdup_printf(
        "videotestsrc num-buffers=1 pattern=black ! video/x-raw,format=I420,width=%u,"
        "height=%u,framerate=1/1 ! %s ! appsink name=out sync=false",
        width, height, encoder);
    g_autoptr(GError) error = NULL;
    g_autoptr(GstElement) pipeline = NULL;
    GstSample *sample = NULL;

    if (load_plugins(encoder_plugins, G_N_ELEMENTS(encoder_plugins), &error))
        pipeline = gst_parse_launch(text, &error);
    if (!pipeline) {
        g_warning("no black picture: %s", error->message);
        return NULL;
    }
    g_autoptr(GstElement) out = gst_bin_get_by_name(GST_BIN(pipeline), "out");
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    g_signal_emit_by_name(out, "pull-sample", &sample);
    gst_element_set_state(pipeline, GST_STATE_NULL);
    return sample;
}

void oyer_mux_black(OyerMux *self, guint width, guint height, guint16 seq)
{
    for (gsize i = 0; i < G_N_ELEMENTS(blacks); i++) {
        if (strcmp(blacks[i].codec, self->setup.video_codec))
            continue;
        g_autoptr(GstSample) sample = encode_black(blacks[i].encoder, width, height);
        if (!sample)
            return;
        GstBuffer *frame = gst_sample_get_buffer(sample);
        gsize size = 13 + gst_buffer_get_size(frame);
        g_autofree guint8 *rtp = g_malloc0(size);

        rtp[0] = 0x80;
        rtp[1] = (guint8)(0x80 | self->setup.video_payload_type);
        rtp[2] = (guint8)(seq >> 8);
        rtp[3] = (guint8)seq;
        rtp[11] = 1; /* the SSRC that the real packets get too */
        rtp[12] = blacks[i].descriptor;
        gst_buffer_extract(frame, 0, rtp + 13, size - 13);
        oyer_mux_video(self, rtp, size, FALSE, 0);
    }
}

/* How much waits on the track that has the least: that one the muxer works on. */
static guint64 queued(OyerMux *self)
{
    guint64 video = G_MAXUINT64, sound = G_MAXUINT64;

    if (self->video)
        video = gst_app_src_get_current_level_bytes(GST_APP_SRC(self->video));
    if (self->sound)
        sound = gst_app_src_get_current_level_bytes(GST_APP_SRC(self->sound));
    return MIN(video, sound);
}

void oyer_mux_throttle(OyerMux *self, guint64 bytes)
{
    /* The streaming threads drain the queues; there is no event to wait for. */
    while (queued(self) > bytes && oyer_mux_check(self, NULL))
        g_usleep(1000);
}

gboolean oyer_mux_check(OyerMux *self, GError **error)
{
    g_autoptr(GstBus) bus = gst_element_get_bus(self->pipeline);
    g_autoptr(GstMessage) message = gst_bus_peek(bus);

    if (!message)
        return TRUE;
    if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ERROR) {
        gst_message_unref(gst_bus_pop(bus));
        return TRUE;
    }
    gst_message_parse_error(message, error, NULL);
    return FALSE;
}

/*
 * Matroska and WebM differ in the document type and in what they allow.  The
 * muxer for WebM knows no captions, so the general one writes and its type is
 * put right: "matroska" (with its closing zero byte) becomes "webm" and a void
 * element of the five bytes that are left over (RFC 8794 section 11.2.6).
 */
static gboolean name_webm(const char *path, GError **error)
{
    static const guint8 from[] = {0x42, 0x82, 0x89, 'm', 'a', 't', 'r', 'o', 's', 'k', 'a', 0};
    static const guint8 to[] = {0x42, 0x82, 0x84, 'w', 'e', 'b', 'm', 0xec, 0x83, 0, 0, 0};
    G_STATIC_ASSERT(sizeof from == sizeof to);
    guint8 head[128];
    int fd = open(path, O_RDWR | O_CLOEXEC);
    gssize n = fd < 0 ? -1 : pread(fd, head, sizeof head, 0);
    guint8 *found = n > 0 ? memmem(head, (gsize)n, from, sizeof from) : NULL;
    gboolean ok = found && pwrite(fd, to, sizeof to, found - head) == sizeof to;

    if (fd >= 0) {
        ok = ok && fdatasync(fd) == 0;
        close(fd);
    }
    if (!ok)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot finish %s: %s", path,
                    found ? g_strerror(errno) : "no Matroska header");
    return ok;
}

/*
 * mp4mux writes no chapters, so a chpl box (which ffmpeg and VLC read) is put at
 * the end of moov.  That is the last box of the file: nothing else moves.
 */
static gboolean append_chapters(OyerMux *self, GError **error)
{
    const guint32 chpl_bytes = 8 + 4 + 4 + 1 + self->chpl->len, udta_bytes = 8 + chpl_bytes;
    const guint8 count = (guint8)MIN(self->chapters, 255);
    g_autoptr(GByteArray) box = g_byte_array_new();
    guint32 head[] = {GUINT32_TO_BE(udta_bytes), GUINT32_TO_BE(0x75647461), /* udta */
                      GUINT32_TO_BE(chpl_bytes), GUINT32_TO_BE(0x6368706c), /* chpl */
                      GUINT32_TO_BE(1u << 24), 0};
    int fd = open(self->path, O_RDWR | O_CLOEXEC);
    off_t end = fd < 0 ? 0 : lseek(fd, 0, SEEK_END), at = 0;
    gboolean ok = FALSE;

    g_byte_array_append(box, (const guint8 *)head, sizeof head);
    g_byte_array_append(box, &count, 1);
    g_byte_array_append(box, self->chpl->data, self->chpl->len);
    while (!ok && end - at >= 8) {
        guint32 box_head[4];

        if (pread(fd, box_head, sizeof box_head, at) != sizeof box_head)
            break;
        guint64 size = GUINT32_FROM_BE(box_head[0]);
        if (size == 1)
            size = (guint64)GUINT32_FROM_BE(box_head[2]) << 32 | GUINT32_FROM_BE(box_head[3]);
        if (size < 8 || size > (guint64)(end - at))
            break;
        if (GUINT32_FROM_BE(box_head[1]) == 0x6d6f6f76 && at + (off_t)size == end) {
            guint32 longer = GUINT32_TO_BE((guint32)size + udta_bytes);
            ok = pwrite(fd, box->data, box->len, end) == (gssize)box->len &&
                 pwrite(fd, &longer, sizeof longer, at) == sizeof longer;
        }
        at += (off_t)size;
    }
    if (fd >= 0)
        (void)close(fd);
    if (!ok)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot put chapters into %s",
                    self->path);
    return ok;
}

static gboolean sync_file(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    gboolean ok = fd >= 0 && fdatasync(fd) == 0;

    if (!ok)
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "cannot sync %s: %s",
                    path, g_strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

gboolean oyer_mux_finish(OyerMux *self, GError **error)
{
    g_autoptr(GstBus) bus = gst_element_get_bus(self->pipeline);
    g_autoptr(GstMessage) message = NULL;

    if (self->video)
        (void)gst_app_src_end_of_stream(GST_APP_SRC(self->video));
    if (self->sound)
        (void)gst_app_src_end_of_stream(GST_APP_SRC(self->sound));
    message = gst_bus_timed_pop_filtered(bus, FINISH_TIMEOUT,
                                         GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    if (!message || GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
        if (message)
            gst_message_parse_error(message, error, NULL);
        else
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "%s does not finish",
                        self->path);
        return FALSE;
    }
    gst_element_set_state(self->pipeline, GST_STATE_NULL);
    if (self->setup.container == OYER_MUX_WEBM)
        return name_webm(self->path, error);
    if (self->chpl->len && !append_chapters(self, error))
        return FALSE;
    return sync_file(self->path, error);
}
