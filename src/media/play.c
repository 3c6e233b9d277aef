/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "media/hearing-private.h"

/* An audio and a video m-line; a player has no more. */
#define SENDS 2

/* What a player of one person (or of the stage) is to be offered. */
typedef struct {
    const char *participant; /* NULL: the stage */
    OyerKind kind;
    const OyerFormat *format; /* found: the publisher's */
} Search;

static void look_at(OyerSource *source, gpointer data)
{
    Search *search = data;
    gboolean fits =
        !search->participant || strcmp(search->participant, source->participant) == 0;

    if (fits && source->kind == search->kind &&
        (!search->format || source->last_packet_us))
        search->format = source->format;
}

/* Before the source is there, what browsers send when nobody asks them otherwise. */
static void choose_codec(OyerMediaHearing *hearing, const char *participant,
                         OyerKind kind, OyerSdpCodec *out_codec)
{
    Search search = {participant, kind, NULL};

    oyer_router_each_source(hearing->router, look_at, &search);
    if (kind == OYER_KIND_AUDIO || !search.format)
        oyer_sdp_offer_codec(kind == OYER_KIND_AUDIO ? OYER_CODEC_OPUS : OYER_CODEC_VP8,
                             NULL, out_codec);
    else
        oyer_sdp_offer_codec(search.format->codec, search.format->fmtp, out_codec);
}

static void fill_send(OyerMediaPeer *self, const char *participant, OyerKind kind,
                      OyerSdpSend *send)
{
    *send = (OyerSdpSend){
        .kind = kind == OYER_KIND_AUDIO ? OYER_SDP_AUDIO : OYER_SDP_VIDEO,
        .active = TRUE,
        .ssrc = self->ssrcs[kind == OYER_KIND_AUDIO ? 0 : 1],
        .rtx_ssrc = self->rtx_ssrcs[kind == OYER_KIND_AUDIO ? 0 : 1],
        .cname = self->id,
        .stream = participant ? participant : "stage",
        .track = kind == OYER_KIND_AUDIO ? "audio" : "video",
    };
    choose_codec(self->hearing, participant, kind, &send->codec);
}

static void add_slots(OyerMediaPeer *self, const char *participant,
                      const OyerSdp *agreed, const OyerSdpSend *sends)
{
    for (guint i = 0; i < agreed->n_media; i++) {
        const OyerSdpMedia *media = agreed->media[i];
        const OyerSdpSend *send = &sends[media->kind == OYER_SDP_AUDIO ? 0 : 1];
        OyerSlotSpec spec = {
            .participant = participant,
            .kind = media->kind == OYER_SDP_AUDIO ? OYER_KIND_AUDIO : OYER_KIND_VIDEO,
            .ssrc = send->ssrc,
            .rtx_ssrc = send->rtx_ssrc,
            .strip_extensions = TRUE,
            .cname = self->id,
        };

        if (media->kind == OYER_SDP_OTHER || media->rejected || media->n_codecs == 0 ||
            !(media->direction & OYER_SDP_SENDONLY))
            continue;
        for (guint k = 0; k < media->n_codecs; k++) {
            OyerSlotFormat *format = &spec.formats[media->codecs[k].codec];

            if (format->payload_type)
                continue;
            format->payload_type = media->codecs[k].payload_type;
            format->rtx_payload_type = send->rtx_ssrc ? media->codecs[k].rtx_pt : 0;
        }
        (void)oyer_router_add_slot(self->hearing->router, self->peer, &spec);
    }
}

/*
 * A player that answers by transport-cc has an estimate of its line, as a browser in
 * the hearing has.  Pictures without RTX carry no number (a packet that is sent again
 * must not differ), and half of an account is none.
 */
static void agree_on_feedback(OyerMediaPeer *self, const OyerSdp *agreed)
{
    guint8 id = 0;

    for (guint i = 0; i < agreed->n_media; i++) {
        const OyerSdpMedia *media = agreed->media[i];
        guint8 found;

        if (media->kind == OYER_SDP_OTHER || media->rejected || media->n_codecs == 0 ||
            media->direction != OYER_SDP_SENDONLY)
            continue;
        found = oyer_media_twcc_id(media);
        if (media->kind == OYER_SDP_VIDEO && (!found || !media->codecs[0].rtx_pt))
            return;
        if (found)
            id = found;
    }
    if (id)
        oyer_router_set_feedback(self->hearing->router, self->peer, id,
                                 g_get_monotonic_time());
}

/* @is_new: nothing is sent yet; else it is an ICE restart, and the streams stay. */
static json_t *negotiate(OyerMediaPeer *self, const char *participant, gboolean is_new,
                         const OyerSdp *offer, GError **error)
{
    OyerSdpSend sends[SENDS];
    OyerSdpLocal local;
    g_autoptr(OyerSdp) agreed = NULL;
    g_autoptr(GError) cause = NULL;
    g_autofree char *answer = NULL;

    for (guint i = 0; is_new && i < SENDS; i++)
        self->ssrcs[i] = (guint32)g_random_int_range(1, G_MAXINT);
    if (is_new)
        self->rtx_ssrcs[1] = (guint32)g_random_int_range(1, G_MAXINT);
    oyer_media_peer_follow_restart(self, offer);
    fill_send(self, participant, OYER_KIND_AUDIO, &sends[0]);
    fill_send(self, participant, OYER_KIND_VIDEO, &sends[1]);
    if (!oyer_media_peer_local(self, &local, error))
        return NULL;
    answer = oyer_sdp_answer_play(offer, sends, SENDS, &local, &agreed, &cause);
    if (!answer) {
        g_set_error_literal(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_BAD_SDP,
                            cause->message);
        return NULL;
    }
    if (!oyer_media_peer_set_remote(self, offer, error))
        return NULL;
    if (is_new) {
        agree_on_feedback(self, agreed);
        add_slots(self, participant, agreed, sends);
    }
    return json_pack("{s:s}", "sdp", answer);
}

json_t *oyer_media_play(OyerMediaHearing *hearing, json_t *request, GError **error)
{
    const char *text = oyer_media_take_text(request, "sdp", error);
    json_t *source = json_object_get(request, "source");
    g_autoptr(OyerSdp) offer = NULL;
    const char *participant = NULL;
    gboolean is_new = FALSE;
    OyerMediaPeer *peer;
    json_t *reply;

    if (source && !json_is_null(source)) {
        participant = oyer_media_take_id(request, "source", error);
        if (!participant)
            return NULL;
    }
    offer = text ? oyer_media_parse_sdp(text, OYER_SDP_OFFER, error) : NULL;
    if (!offer)
        return NULL;
    peer = oyer_media_peer_open(hearing, OYER_MEDIA_PLAY, request, &is_new, error);
    if (!peer)
        return NULL;
    reply = negotiate(peer, participant, is_new, offer, error);
    if (!reply && is_new)
        oyer_media_peer_close(peer, "the offer was refused");
    return reply;
}
