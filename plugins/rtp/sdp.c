/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/sdp.h"

#include <string.h>

#include "rtp/sdp-parse.h"

#define STRINGS_BLOCK_BYTES 2048

G_DEFINE_QUARK(oyer_sdp_error, oyer_sdp_error)

OyerSdp *oyer_sdp_new(void)
{
    OyerSdp *self = g_new0(OyerSdp, 1);

    self->strings = g_string_chunk_new(STRINGS_BLOCK_BYTES);
    return self;
}

void oyer_sdp_free(OyerSdp *self)
{
    if (!self)
        return;
    for (guint i = 0; i < self->n_media; i++)
        g_free(self->media[i]);
    g_string_chunk_free(self->strings);
    g_free(self);
}

/* ---- copying: the strings move into a chunk of their own ---- */

static void adopt(OyerSdp *self, const char **string)
{
    if (*string)
        *string = g_string_chunk_insert_const(self->strings, *string);
}

static OyerSdpMedia *copy_media(OyerSdp *self, const OyerSdpMedia *from)
{
    OyerSdpMedia *media = g_memdup2(from, sizeof *from);

    adopt(self, &media->mid);
    adopt(self, &media->cname);
    adopt(self, &media->stream);
    adopt(self, &media->track);
    adopt(self, &media->protocol);
    adopt(self, &media->media);
    adopt(self, &media->formats);
    for (guint i = 0; i < media->n_codecs; i++)
        adopt(self, &media->codecs[i].fmtp);
    for (guint i = 0; i < media->n_rids; i++)
        adopt(self, &media->rids[i]);
    return media;
}

OyerSdp *oyer_sdp_copy(const OyerSdp *from)
{
    OyerSdp *self = g_memdup2(from, sizeof *from);

    self->strings = g_string_chunk_new(STRINGS_BLOCK_BYTES);
    adopt(self, &self->ufrag);
    adopt(self, &self->pwd);
    adopt(self, &self->fingerprint);
    for (guint i = 0; i < self->n_candidates; i++)
        adopt(self, &self->candidates[i]);
    for (guint i = 0; i < self->n_media; i++)
        self->media[i] = copy_media(self, from->media[i]);
    return self;
}

/* ---- queries ---- */

const OyerSdpMedia *oyer_sdp_find(const OyerSdp *self, const char *mid)
{
    for (guint i = 0; i < self->n_media; i++) {
        if (strcmp(self->media[i]->mid, mid) == 0)
            return self->media[i];
    }
    return NULL;
}

const OyerSdpCodec *oyer_sdp_media_codec(const OyerSdpMedia *media, guint8 payload_type,
                                         bool *out_is_rtx)
{
    for (guint i = 0; i < media->n_codecs; i++) {
        const OyerSdpCodec *codec = &media->codecs[i];
        bool is_rtx = codec->rtx_pt != 0 && codec->rtx_pt == payload_type;

        if (codec->payload_type != payload_type && !is_rtx)
            continue;
        if (out_is_rtx)
            *out_is_rtx = is_rtx;
        return codec;
    }
    return NULL;
}

char *oyer_sdp_fmtp_value(const char *fmtp, const char *name)
{
    g_auto(GStrv) pairs = g_strsplit(fmtp, ";", -1);

    for (guint i = 0; pairs[i]; i++) {
        char *pair = g_strstrip(pairs[i]);
        char *equals = strchr(pair, '=');

        if (!equals)
            continue;
        *equals = '\0';
        if (g_ascii_strcasecmp(g_strchomp(pair), name) == 0)
            return g_strdup(g_strchug(equals + 1));
    }
    return NULL;
}
