/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "media/hearing-private.h"

/* The tracks of one request: audio, camera, screen. */
#define TRACKS_MAX 3

typedef struct {
    const char *mid;
    OyerKind kind;
} Wanted;

static gboolean bad_tracks(GError **error)
{
    g_set_error_literal(
        error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_BAD_REQUEST,
        "tracks: at most one each of audio, video and screen, with a mid");
    return FALSE;
}

static gboolean has_kind(const Wanted *wanted, guint count, OyerKind kind)
{
    for (guint i = 0; i < count; i++)
        if (wanted[i].kind == kind)
            return TRUE;
    return FALSE;
}

static gboolean read_tracks(json_t *tracks, Wanted *wanted, guint *count,
                            GError **error)
{
    json_t *track;
    gsize i;

    if (!json_is_array(tracks) || json_array_size(tracks) > TRACKS_MAX)
        return bad_tracks(error);
    json_array_foreach(tracks, i, track)
    {
        Wanted one = {
            json_string_value(json_object_get(track, "mid")),
            oyer_kind_from_string(json_string_value(json_object_get(track, "kind"))),
        };

        if (!one.mid || !one.kind || has_kind(wanted, *count, one.kind))
            return bad_tracks(error);
        wanted[(*count)++] = one;
    }
    return TRUE;
}

/* An encoder (WHIP) says nothing of tracks: its first audio and its first video. */
static void guess_tracks(const OyerSdp *agreed, Wanted *wanted, guint *count)
{
    for (guint i = 0; i < agreed->n_media; i++) {
        const OyerSdpMedia *media = agreed->media[i];
        OyerKind kind =
            media->kind == OYER_SDP_AUDIO ? OYER_KIND_AUDIO : OYER_KIND_VIDEO;

        if (media->kind == OYER_SDP_OTHER || media->rejected || !media->mid ||
            has_kind(wanted, *count, kind))
            continue;
        wanted[(*count)++] = (Wanted){media->mid, kind};
    }
}

/* A track that came in on another connection of the same participant moves here. */
static void take_over(OyerMediaPeer *self, const char *track)
{
    OyerSource *old = oyer_router_find_track(self->hearing->router, track);

    if (old && old->publisher->owner != self->peer && old->journal)
        oyer_sfu_unlink_journal(self->hearing->sfu, old);
}

static void add_track(OyerMediaPeer *self, const OyerSdpMedia *media, OyerKind kind)
{
    OyerMediaHearing *hearing = self->hearing;
    g_autofree char *track =
        g_strdup_printf("%s-%s", self->participant, oyer_kind_to_string(kind));
    OyerSource *source;

    take_over(self, track);
    source = oyer_router_add_track(hearing->router, self->peer, track, kind, media,
                                   oyer_worker_now_us(hearing->worker));
    if (source && !source->journal)
        oyer_media_link_journal(hearing, source);
}

static const OyerSdpMedia *usable(const OyerSdp *agreed, const Wanted *wanted)
{
    const OyerSdpMedia *media = oyer_sdp_find(agreed, wanted->mid);
    OyerSdpKind kind =
        wanted->kind == OYER_KIND_AUDIO ? OYER_SDP_AUDIO : OYER_SDP_VIDEO;

    if (!media || media->rejected || media->kind != kind || media->n_codecs == 0 ||
        !(media->direction & OYER_SDP_RECVONLY))
        return NULL;
    return media;
}

typedef struct {
    OyerMediaPeer *peer;
    guint kinds; /* that stay */
    GPtrArray *gone;
} Sweep;

static void find_gone(OyerSource *source, gpointer data)
{
    Sweep *sweep = data;

    if (source->publisher->owner == sweep->peer->peer && !(source->kind & sweep->kinds))
        g_ptr_array_add(sweep->gone, source);
}

static void apply_tracks(OyerMediaPeer *self, const OyerSdp *agreed,
                         const Wanted *wanted, guint count)
{
    g_autoptr(GPtrArray) gone = g_ptr_array_new();
    Sweep sweep = {.peer = self, .gone = gone};

    for (guint i = 0; i < count; i++)
        if (usable(agreed, &wanted[i]))
            sweep.kinds |= wanted[i].kind;
    oyer_router_each_source(self->hearing->router, find_gone, &sweep);
    for (guint i = 0; i < gone->len; i++)
        oyer_media_drop_track(self->hearing, gone->pdata[i]);
    for (guint i = 0; i < count; i++) {
        const OyerSdpMedia *media = usable(agreed, &wanted[i]);

        if (media)
            add_track(self, media, wanted[i].kind);
    }
    self->hearing->stale = TRUE;
}

static json_t *negotiate(OyerMediaPeer *self, const OyerSdp *offer, json_t *request,
                         GError **error)
{
    json_t *tracks = json_object_get(request, "tracks");
    Wanted wanted[TRACKS_MAX];
    guint count = 0;
    OyerSdpLocal local;
    g_autoptr(OyerSdp) agreed = NULL;
    g_autoptr(GError) cause = NULL;
    g_autofree char *answer = NULL;

    if (tracks && !read_tracks(tracks, wanted, &count, error))
        return NULL;
    oyer_media_peer_follow_restart(self, offer);
    if (!oyer_media_peer_local(self, &local, error))
        return NULL;
    answer = oyer_sdp_answer_publish(offer, &local, &agreed, &cause);
    if (!answer) {
        g_set_error_literal(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_BAD_SDP,
                            cause->message);
        return NULL;
    }
    if (!tracks)
        guess_tracks(agreed, wanted, &count);
    if (!oyer_media_peer_set_remote(self, offer, error))
        return NULL;
    apply_tracks(self, agreed, wanted, count);
    return json_pack("{s:s}", "sdp", answer);
}

json_t *oyer_media_publish(OyerMediaHearing *hearing, json_t *request, GError **error)
{
    const char *text = oyer_media_take_text(request, "sdp", error);
    g_autoptr(OyerSdp) offer =
        text ? oyer_media_parse_sdp(text, OYER_SDP_OFFER, error) : NULL;
    gboolean is_new = FALSE;
    OyerMediaPeer *peer;
    json_t *reply;

    if (!offer)
        return NULL;
    peer = oyer_media_peer_open(hearing, OYER_MEDIA_PUBLISH, request, &is_new, error);
    if (!peer)
        return NULL;
    reply = negotiate(peer, offer, request, error);
    if (!reply && is_new)
        oyer_media_peer_close(peer, "the offer was refused");
    return reply;
}
