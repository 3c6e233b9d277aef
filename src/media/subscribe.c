/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Subscribe connections: we offer, the browser answers.  M-lines are only ever
 * appended; one that carries nothing any more stays, inactive, and is used again
 * for the next track of its kind.  One negotiation at a time: what changes
 * meanwhile waits for the answer and is then offered in one.
 */

#include <string.h>

#include "media/hearing-private.h"

void oyer_media_line_free(gpointer data)
{
    OyerMediaLine *line = data;

    g_free(line->fmtp);
    g_free(line);
}

static OyerSdpKind sdp_kind(OyerKind kind)
{
    return kind == OYER_KIND_AUDIO ? OYER_SDP_AUDIO : OYER_SDP_VIDEO;
}

/* ---- what is wanted ---- */

static void collect(OyerSource *source, gpointer data)
{
    g_ptr_array_add(data, source);
}

/* Sound first: where there is no room for all, pictures are left out. */
static gint compare_sources(gconstpointer a, gconstpointer b)
{
    const OyerSource *left = *(OyerSource *const *)a, *right = *(OyerSource *const *)b;

    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    return strcmp(left->id, right->id);
}

static GPtrArray *allowed_sources(OyerMediaPeer *self)
{
    OyerRouter *router = self->hearing->router;
    GPtrArray *sources = g_ptr_array_new();

    oyer_router_each_source(router, collect, sources);
    for (guint i = sources->len; i > 0; i--) {
        const OyerSource *source = sources->pdata[i - 1];

        if (!(oyer_router_what(router, self->participant, source->participant) &
              source->kind))
            g_ptr_array_remove_index(sources, i - 1);
    }
    g_ptr_array_sort(sources, compare_sources);
    return sources;
}

static gboolean has_red(const OyerSource *source)
{
    for (guint i = 0; i < source->n_formats; i++)
        if (source->formats[i].codec == OYER_CODEC_RED)
            return TRUE;
    return FALSE;
}

/* What is offered of a source; RED is offered beside the Opus that it carries. */
static const OyerFormat *format_of(const OyerSource *source)
{
    if (source->format->codec != OYER_CODEC_RED)
        return source->format;
    for (guint i = 0; i < source->n_formats; i++)
        if (source->formats[i].codec != OYER_CODEC_RED)
            return &source->formats[i];
    return source->format;
}

/* A source of RED alone still reaches everybody, as the Opus in it. */
static OyerCodec codec_of(const OyerSource *source)
{
    OyerCodec codec = format_of(source)->codec;

    return codec == OYER_CODEC_RED ? OYER_CODEC_OPUS : codec;
}

static OyerMediaLine *line_of(OyerMediaPeer *self, const OyerSource *source)
{
    for (guint i = 0; i < self->lines->len; i++) {
        OyerMediaLine *line = self->lines->pdata[i];

        if (line->track_kind == source->kind &&
            strcmp(line->participant, source->participant) == 0)
            return line;
    }
    return NULL;
}

static OyerMediaLine *free_line(OyerMediaPeer *self, OyerSdpKind kind)
{
    OyerMediaLine *line;

    for (guint i = 0; i < self->lines->len; i++) {
        line = self->lines->pdata[i];
        if (line->kind == kind && !line->wanted && !line->offered)
            return line;
    }
    if (self->lines->len == OYER_SDP_MEDIA_MAX)
        return NULL;
    line = g_new0(OyerMediaLine, 1);
    line->kind = kind;
    (void)g_snprintf(line->mid, sizeof line->mid, "%u", self->lines->len);
    g_ptr_array_add(self->lines, line);
    return line;
}

/*
 * New SSRCs each time that a line begins to carry something: the numbers start at
 * random, and a browser's SRTP takes smaller ones of an SSRC that it knows for
 * replayed packets.
 */
static void assign(OyerMediaLine *line, const OyerSource *source)
{
    (void)g_strlcpy(line->participant, source->participant, sizeof line->participant);
    (void)g_strlcpy(line->stream, source->participant, sizeof line->stream);
    (void)g_strlcpy(line->track, source->id, sizeof line->track);
    line->track_kind = source->kind;
    line->ssrc = (guint32)g_random_int_range(1, G_MAXINT);
    line->rtx_ssrc = (guint32)g_random_int_range(1, G_MAXINT);
}

static void drop_slot(OyerMediaPeer *self, OyerMediaLine *line)
{
    if (line->slot)
        oyer_router_remove_slot(self->hearing->router, line->slot);
    line->slot = NULL;
}

static gboolean set_codec(OyerMediaPeer *self, OyerMediaLine *line,
                          const OyerSource *source)
{
    const char *fmtp = format_of(source)->fmtp;

    if (line->codec == codec_of(source) && line->red == has_red(source) &&
        g_strcmp0(line->fmtp, fmtp) == 0)
        return FALSE;
    drop_slot(self, line);
    assign(line, source);
    line->codec = codec_of(source);
    line->red = has_red(source);
    g_free(line->fmtp);
    line->fmtp = g_strdup(fmtp);
    return TRUE;
}

/* Returns: whether the browser must be offered something else than last time. */
static gboolean choose_lines(OyerMediaPeer *self)
{
    g_autoptr(GPtrArray) sources = allowed_sources(self);
    gboolean changed = FALSE;

    for (guint i = 0; i < self->lines->len; i++)
        ((OyerMediaLine *)self->lines->pdata[i])->wanted = FALSE;
    for (guint i = 0; i < sources->len; i++) {
        OyerMediaLine *line = line_of(self, sources->pdata[i]);

        if (line)
            line->wanted = TRUE;
    }
    for (guint i = 0; i < sources->len; i++) {
        const OyerSource *source = sources->pdata[i];
        OyerMediaLine *line = line_of(self, source);

        if (!line) {
            line = free_line(self, sdp_kind(source->kind));
            if (!line)
                continue;
            line->wanted = TRUE;
        }
        if (!line->offered)
            assign(line, source);
        changed |= set_codec(self, line, source);
    }
    for (guint i = 0; i < self->lines->len; i++) {
        OyerMediaLine *line = self->lines->pdata[i];

        if (!line->wanted)
            drop_slot(self, line);
        changed |= line->wanted != line->offered;
    }
    return changed;
}

/* ---- the offer ---- */

static void fill_send(const OyerMediaLine *line, OyerSdpSend *send)
{
    *send = (OyerSdpSend){
        .kind = line->kind,
        .mid = line->mid,
        .active = line->offered,
        .red = line->red,
        .ssrc = line->ssrc,
        .cname = line->stream,
        .stream = line->stream,
        .track = line->track,
    };
    oyer_sdp_offer_codec(line->codec, line->fmtp, &send->codec);
    if (send->codec.rtx_pt)
        send->rtx_ssrc = line->rtx_ssrc;
}

static guint fill_sends(OyerMediaPeer *self, OyerSdpSend *sends)
{
    for (guint i = 0; i < self->lines->len; i++)
        fill_send(self->lines->pdata[i], &sends[i]);
    return self->lines->len;
}

static char *make_offer(OyerMediaPeer *self, GError **error)
{
    OyerSdpSend sends[OYER_SDP_MEDIA_MAX];
    OyerSdpLocal local;
    guint count;

    if (!oyer_media_peer_local(self, &local, error))
        return NULL;
    for (guint i = 0; i < self->lines->len; i++) {
        OyerMediaLine *line = self->lines->pdata[i];

        line->offered = line->wanted;
    }
    count = fill_sends(self, sends);
    self->negotiation = ++self->hearing->negotiations;
    self->in_flight = TRUE;
    g_free(self->offer);
    self->offer = oyer_sdp_offer(sends, count, &local);
    return g_strdup(self->offer);
}

static void tell_offer(OyerMediaPeer *self)
{
    oyer_media_tell(self->hearing, "offer",
                    json_pack("{s:s,s:s,s:i,s:s}", "transport", self->id, "participant",
                              self->participant, "negotiation", (int)self->negotiation,
                              "sdp", self->offer));
}

void oyer_media_subscribe_tell(OyerMediaPeer *self)
{
    if (self->kind == OYER_MEDIA_SUBSCRIBE && self->in_flight)
        tell_offer(self);
}

static void update(OyerMediaPeer *self)
{
    g_autofree char *sdp = NULL;

    if (self->in_flight || !choose_lines(self))
        return;
    sdp = make_offer(self, NULL);
    if (sdp)
        tell_offer(self);
}

void oyer_media_subscribe_update(OyerMediaHearing *hearing)
{
    GHashTableIter iter;
    gpointer value;

    hearing->stale = FALSE;
    g_hash_table_iter_init(&iter, hearing->peers);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        if (((OyerMediaPeer *)value)->kind == OYER_MEDIA_SUBSCRIBE)
            update(value);
}

json_t *oyer_media_subscribe(OyerMediaHearing *hearing, json_t *request, GError **error)
{
    gboolean is_new = FALSE;
    OyerMediaPeer *self =
        oyer_media_peer_open(hearing, OYER_MEDIA_SUBSCRIBE, request, &is_new, error);
    g_autofree char *sdp = NULL;

    /* Whoever asks again after an answer has a new connection on the other side. */
    if (self && self->remote_ufrag[0]) {
        oyer_media_peer_close(self, "replaced");
        self = oyer_media_peer_open(hearing, OYER_MEDIA_SUBSCRIBE, request, &is_new,
                                    error);
    }
    if (!self)
        return NULL;
    (void)choose_lines(self);
    sdp = make_offer(self, error);
    if (!sdp)
        return NULL;
    return json_pack("{s:s,s:i}", "sdp", sdp, "negotiation", (int)self->negotiation);
}

/* ---- the answer ---- */

/* As the answer numbers it; 0: it does not take it. */
static guint8 payload_type_of(const OyerSdpMedia *media, OyerCodec codec)
{
    for (guint i = 0; i < media->n_codecs; i++)
        if (media->codecs[i].codec == codec)
            return media->codecs[i].payload_type;
    return 0;
}

static void add_slot(OyerMediaPeer *self, OyerMediaLine *line,
                     const OyerSdpMedia *media, const OyerSdpSend *send)
{
    OyerSlotSpec spec = {
        .participant = line->participant,
        .kind = line->track_kind,
        .ssrc = line->ssrc,
        .strip_extensions = self->strips_extensions,
        .cname = line->stream,
    };
    bool is_rtx = false;
    const OyerSdpCodec *codec;

    if (line->slot || !line->offered || !line->wanted || media->rejected ||
        !(media->direction & OYER_SDP_RECVONLY))
        return;
    codec = oyer_sdp_media_codec(media, send->codec.payload_type, &is_rtx);
    if (!codec)
        return;
    spec.formats[line->codec].payload_type = codec->payload_type;
    if (send->rtx_ssrc) {
        spec.formats[line->codec].rtx_payload_type = codec->rtx_pt;
        spec.rtx_ssrc = send->rtx_ssrc;
    }
    if (send->red)
        spec.formats[OYER_CODEC_RED].payload_type =
            payload_type_of(media, OYER_CODEC_RED);
    line->slot = oyer_router_add_slot(self->hearing->router, self->peer, &spec);
}

/* How the browser tells of its line: one way for the whole connection. */
static void agree_on_feedback(OyerMediaPeer *self, const OyerSdp *answer)
{
    gboolean has_remb = FALSE;
    guint8 id = 0;

    for (guint i = 0; i < answer->n_media; i++) {
        const OyerSdpMedia *media = answer->media[i];

        if (media->rejected || media->n_codecs == 0)
            continue;
        if (!id)
            id = oyer_media_twcc_id(media);
        has_remb |= (media->codecs[0].feedback & OYER_SDP_FEEDBACK_REMB) != 0;
    }
    /* REMB is made of the times in packets, and publishers' clocks are not ours. */
    self->strips_extensions = has_remb && !id;
    if (id || has_remb)
        oyer_router_set_feedback(self->hearing->router, self->peer, id,
                                 g_get_monotonic_time());
}

static gboolean take_answer(OyerMediaPeer *self, const char *text, GError **error)
{
    OyerSdpSend sends[OYER_SDP_MEDIA_MAX];
    guint count = fill_sends(self, sends);
    g_autoptr(OyerSdp) answer = NULL;
    g_autoptr(GError) cause = NULL;

    if (count == 0)
        return TRUE; /* nothing was offered, so nothing was answered */
    answer = oyer_media_parse_sdp(text, OYER_SDP_ANSWER, error);
    if (!answer)
        return FALSE;
    if (!oyer_sdp_check_answer(answer, sends, count, &cause)) {
        g_set_error_literal(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_BAD_SDP,
                            cause->message);
        return FALSE;
    }
    if (!oyer_media_peer_set_remote(self, answer, error))
        return FALSE;
    agree_on_feedback(self, answer);
    for (guint i = 0; i < count; i++)
        add_slot(self, self->lines->pdata[i], answer->media[i], &sends[i]);
    return TRUE;
}

json_t *oyer_media_answer(OyerMediaHearing *hearing, json_t *request, GError **error)
{
    OyerMediaPeer *self = oyer_media_peer_find(hearing, request, error);
    const char *text = self ? oyer_media_take_text(request, "sdp", error) : NULL;
    json_int_t negotiation =
        json_integer_value(json_object_get(request, "negotiation"));

    if (!text)
        return NULL;
    if (self->kind != OYER_MEDIA_SUBSCRIBE) {
        g_set_error_literal(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_STATE,
                            "nothing was offered on this transport");
        return NULL;
    }
    if (!self->in_flight || negotiation != (json_int_t)self->negotiation)
        return json_pack("{s:b}", "stale", TRUE);
    if (!take_answer(self, text, error))
        return NULL;
    self->in_flight = FALSE;
    g_clear_pointer(&self->offer, g_free);
    hearing->stale = TRUE;
    return json_object();
}
