/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/gstoyerjournalpad.h"

#include "journal/caps.h"

/* A source that keeps changing its SSRC gets a new description this often. */
#define SSRC_CHANGE_US G_USEC_PER_SEC

struct _OyerJournalPad {
    GstPad parent;
    /* any: object lock */
    char *track, *participant, *kind, *codec, *fmtp;
    guint payload_type, clock_rate, channels, level_id;
    /* any: the element's object lock */
    gboolean is_eos;
    /* streaming */
    gint64 ssrc_us; /* when the SSRC was last taken */
    guint32 ssrc;
    gboolean has_ssrc;
    int number;                /* of the writer's track; -1: none */
    OyerJournalWriter *writer; /* that gave the number; only compared */
    guint registered;          /* value of changes that the number is for */
    /* any: atomic */
    guint changes; /* of what the pad is, counted */
};

enum {
    PAD_TRACK = 1,
    PAD_PARTICIPANT,
    PAD_KIND,
    PAD_CODEC,
    PAD_FMTP,
    PAD_PAYLOAD,
    PAD_CLOCK_RATE,
    PAD_CHANNELS,
    PAD_LEVEL_ID,
};

G_DEFINE_TYPE(OyerJournalPad, oyer_journal_pad, GST_TYPE_PAD)

static char **pad_text(OyerJournalPad *pad, guint id)
{
    char **texts[] = {&pad->track, &pad->participant, &pad->kind, &pad->codec,
                      &pad->fmtp};

    return id >= PAD_TRACK && id <= PAD_FMTP ? texts[id - PAD_TRACK] : NULL;
}

static guint *pad_number(OyerJournalPad *pad, guint id)
{
    guint *numbers[] = {&pad->payload_type, &pad->clock_rate, &pad->channels,
                        &pad->level_id};

    return numbers[id - PAD_PAYLOAD];
}

static void pad_set_property(GObject *object, guint id, const GValue *value,
                             GParamSpec *spec)
{
    OyerJournalPad *pad = OYER_JOURNAL_PAD(object);
    char **text = pad_text(pad, id);

    (void)spec;
    GST_OBJECT_LOCK(pad);
    if (text) {
        g_free(*text);
        *text = g_value_dup_string(value);
    } else {
        *pad_number(pad, id) = g_value_get_uint(value);
    }
    GST_OBJECT_UNLOCK(pad);
    g_atomic_int_inc(&pad->changes);
}

static void pad_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
    OyerJournalPad *pad = OYER_JOURNAL_PAD(object);
    char **text = pad_text(pad, id);

    (void)spec;
    GST_OBJECT_LOCK(pad);
    if (text)
        g_value_set_string(value, *text);
    else
        g_value_set_uint(value, *pad_number(pad, id));
    GST_OBJECT_UNLOCK(pad);
}

static void pad_finalize(GObject *object)
{
    OyerJournalPad *pad = OYER_JOURNAL_PAD(object);

    for (guint id = PAD_TRACK; id <= PAD_FMTP; id++)
        g_free(*pad_text(pad, id));
    G_OBJECT_CLASS(oyer_journal_pad_parent_class)->finalize(object);
}

static void oyer_journal_pad_class_init(OyerJournalPadClass *class)
{
    static const struct {
        guint id, max;
        const char *name, *blurb;
    } numbers[] = {
        {PAD_PAYLOAD, 127, "payload", "RTP payload type"},
        {PAD_CLOCK_RATE, G_MAXINT32, "clock-rate", "RTP clock rate in Hz"},
        {PAD_CHANNELS, 255, "channels", "Channels of sound"},
        {PAD_LEVEL_ID, 255, "level-id", "Id of the RFC 6464 header extension; 0: none"},
    };
    static const struct {
        guint id;
        const char *name, *blurb;
    } texts[] = {
        {PAD_TRACK, "track", "Id of the track, e.g. ID-audio"},
        {PAD_PARTICIPANT, "participant", "Id of the participant"},
        {PAD_KIND, "kind", "audio, video or screen"},
        {PAD_CODEC, "codec", "Name of the codec as in SDP"},
        {PAD_FMTP, "fmtp", "Parameters of the codec as in SDP"},
    };
    GObjectClass *object_class = G_OBJECT_CLASS(class);
    const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

    object_class->set_property = pad_set_property;
    object_class->get_property = pad_get_property;
    object_class->finalize = pad_finalize;
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_object_class_install_property(
            object_class, texts[i].id,
            g_param_spec_string(texts[i].name, texts[i].name, texts[i].blurb, NULL,
                                flags));
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
        g_object_class_install_property(
            object_class, numbers[i].id,
            g_param_spec_uint(numbers[i].name, numbers[i].name, numbers[i].blurb, 0,
                              numbers[i].max, 0, flags));
}

static void oyer_journal_pad_init(OyerJournalPad *pad)
{
    pad->number = -1;
    pad->changes = 1;
}

void oyer_journal_pad_describe(OyerJournalPad *pad, const OyerJournalTrack *track)
{
    const char *texts[] = {track->track, track->participant, track->kind, track->codec,
                           track->fmtp};

    GST_OBJECT_LOCK(pad);
    for (guint id = PAD_TRACK; id <= PAD_FMTP; id++) {
        char **text = pad_text(pad, id);
        g_free(*text);
        *text = g_strdup(texts[id - PAD_TRACK]);
    }
    pad->payload_type = track->payload_type;
    pad->clock_rate = track->clock_rate;
    pad->channels = track->channels;
    pad->level_id = track->level_id;
    GST_OBJECT_UNLOCK(pad);
    g_atomic_int_inc(&pad->changes);
}

/* What the pad was not told, it takes from its caps. */
void oyer_journal_pad_take_caps(OyerJournalPad *pad, GstCaps *caps)
{
    const GstStructure *structure = gst_caps_get_structure(caps, 0);
    g_autofree char *codec = oyer_journal_caps_codec(structure);
    const char *media = gst_structure_get_string(structure, "media");
    int value;

    if (!gst_structure_has_name(structure, "application/x-rtp"))
        return;
    GST_OBJECT_LOCK(pad);
    if (!pad->codec && codec)
        pad->codec = g_steal_pointer(&codec);
    if (!pad->kind && media)
        pad->kind = g_strdup(media);
    if (!pad->payload_type && gst_structure_get_int(structure, "payload", &value) &&
        value >= 0 && value <= 127)
        pad->payload_type = (guint)value;
    if (!pad->clock_rate && gst_structure_get_int(structure, "clock-rate", &value) &&
        value > 0)
        pad->clock_rate = (guint)value;
    GST_OBJECT_UNLOCK(pad);
    g_atomic_int_inc(&pad->changes);
}

/* A pad that was told nothing is a track by its own name. */
static void name_pad(OyerJournalPad *pad, OyerJournalTrack *track)
{
    if (!track->track || !*track->track)
        track->track = GST_OBJECT_NAME(pad);
    if (!track->participant || !*track->participant)
        track->participant = track->track;
}

static int register_pad(OyerJournalPad *pad, OyerJournalWriter *writer)
{
    GST_OBJECT_LOCK(pad);
    OyerJournalTrack track = {
        .track = pad->track,
        .participant = pad->participant,
        .kind = pad->kind ? pad->kind : "",
        .codec = pad->codec ? pad->codec : "",
        .fmtp = pad->fmtp ? pad->fmtp : "",
        .payload_type = pad->payload_type,
        .clock_rate = pad->clock_rate,
        .channels = pad->channels,
        .level_id = pad->level_id,
        .ssrc = pad->ssrc,
    };
    name_pad(pad, &track);
    int number = oyer_journal_writer_add_track(writer, &track);
    GST_OBJECT_UNLOCK(pad);
    if (number < 0)
        GST_WARNING_OBJECT(pad, "this track cannot be described in a journal");
    return number;
}

int oyer_journal_pad_number(OyerJournalPad *pad, OyerJournalWriter *writer)
{
    /* Counted first: a change from here on is noticed at the next batch. */
    guint changes = (guint)g_atomic_int_get(&pad->changes);

    if (pad->registered != changes || pad->writer != writer) {
        pad->number = register_pad(pad, writer);
        pad->registered = changes;
        pad->writer = writer;
    }
    return pad->number;
}

/* Takes a new SSRC into the description, but not a flood of them. */
void oyer_journal_pad_see(OyerJournalPad *pad, const OyerJournalPacket *packet)
{
    if (packet->is_rtcp || packet->size < 12)
        return;

    const guint8 *p = packet->data + 8;
    guint32 ssrc =
        (guint32)p[0] << 24 | (guint32)p[1] << 16 | (guint32)p[2] << 8 | p[3];
    if (pad->has_ssrc &&
        (pad->ssrc == ssrc || packet->arrival_us - pad->ssrc_us < SSRC_CHANGE_US))
        return;
    pad->has_ssrc = TRUE;
    pad->ssrc = ssrc;
    pad->ssrc_us = packet->arrival_us;
    g_atomic_int_inc(&pad->changes);
}

void oyer_journal_pad_set_eos(OyerJournalPad *pad)
{
    pad->is_eos = TRUE;
}

gboolean oyer_journal_pad_is_eos(OyerJournalPad *pad)
{
    return pad->is_eos;
}
