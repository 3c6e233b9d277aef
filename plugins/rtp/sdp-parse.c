/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/sdp-parse.h"

#include <string.h>

static void add_formats(OyerSdpSection *section, char *text)
{
    const char *word;
    guint64 payload_type;

    while ((word = oyer_sdp_next_word(&text))) {
        if (!oyer_sdp_read_number(word, 127, &payload_type) ||
            oyer_sdp_find_format(section, payload_type))
            continue;
        if (section->n_formats == OYER_SDP_PAYLOADS_MAX)
            return;
        section->formats[section->n_formats++] =
            (OyerSdpFormat){.payload_type = (guint8)payload_type, .fmtp = ""};
    }
}

/* "audio 9 UDP/TLS/RTP/SAVPF 111 63" */
static gboolean parse_media(OyerSdpParser *parser, char *text, GError **error)
{
    OyerSdp *sdp = parser->sdp;
    guint64 port;

    oyer_sdp_finish_media(parser);
    if (sdp->n_media == OYER_SDP_MEDIA_MAX) {
        g_set_error(error, OYER_SDP_ERROR, OYER_SDP_ERROR_SYNTAX,
                    "The SDP has more than %d m-lines", OYER_SDP_MEDIA_MAX);
        return FALSE;
    }

    const char *kind = oyer_sdp_next_word(&text);
    char *port_text = oyer_sdp_next_word(&text);
    const char *protocol = oyer_sdp_next_word(&text);
    if (port_text)
        port_text[strcspn(port_text, "/")] = '\0';
    if (!oyer_sdp_read_number(port_text, 65535, &port) || !protocol ||
        !oyer_sdp_is_token(kind, 1, 32) || !oyer_sdp_is_token(protocol, 1, 64))
        return oyer_sdp_refuse(error, "m-line");

    OyerSdpMedia *media = g_new0(OyerSdpMedia, 1);
    sdp->media[sdp->n_media++] = media;
    media->kind = strcmp(kind, "audio") == 0   ? OYER_SDP_AUDIO
                  : strcmp(kind, "video") == 0 ? OYER_SDP_VIDEO
                                               : OYER_SDP_OTHER;
    media->media = oyer_sdp_keep(parser, kind);
    media->protocol = oyer_sdp_keep(parser, protocol);
    media->mid = "";
    media->formats = oyer_sdp_keep(parser, *text ? text : "0");
    parser->section = (OyerSdpSection){.media = media, .port_zero = port == 0};
    add_formats(&parser->section, text);
    return TRUE;
}

/* "- 4611 2 IN IP4 127.0.0.1": the version tells one description from the next. */
static gboolean parse_origin(OyerSdpParser *parser, char *text, GError **error)
{
    guint64 version;

    oyer_sdp_next_word(&text);
    oyer_sdp_next_word(&text);
    if (!oyer_sdp_read_number(oyer_sdp_next_word(&text), G_MAXUINT64, &version))
        return oyer_sdp_refuse(error, "o-line");
    parser->sdp->session_version = version;
    return TRUE;
}

static gboolean parse_line(OyerSdpParser *parser, char *line, GError **error)
{
    if (strlen(line) > OYER_SDP_LINE_BYTES_MAX || !g_ascii_islower(line[0]) ||
        line[1] != '=')
        return oyer_sdp_refuse(error, "line");
    /* A lone CR or another control character could end a line in what we write back. */
    for (const char *at = line; *at; at++) {
        if (g_ascii_iscntrl(*at) && *at != '\t')
            return oyer_sdp_refuse(error, "character");
    }
    if (line[0] == 'm')
        return parse_media(parser, line + 2, error);
    if (line[0] == 'o' && parser->sdp->n_media == 0)
        return parse_origin(parser, line + 2, error);
    if (line[0] == 'a')
        return oyer_sdp_parse_attribute(
            parser, parser->sdp->n_media ? &parser->section : &parser->session,
            line + 2, error);
    return TRUE;
}

static gboolean parse_lines(OyerSdpParser *parser, const char *text, gsize size,
                            GError **error)
{
    const char *end = text + size;

    if (size < 3 || strncmp(text, "v=0", 3) != 0)
        return oyer_sdp_refuse(error, "first line: v=0 expected");
    while (text < end) {
        const char *newline = memchr(text, '\n', (gsize)(end - text));
        gsize length = (gsize)((newline ? newline : end) - text);
        g_autofree char *line = g_strndup(text, length);

        text += length + 1;
        if (length > 0 && line[length - 1] == '\r')
            line[--length] = '\0';
        if (length > 0 && !parse_line(parser, line, error))
            return FALSE;
    }
    oyer_sdp_finish_media(parser);
    return TRUE;
}

OyerSdp *oyer_sdp_parse(const char *text, gssize size, OyerSdpType type, GError **error)
{
    gsize length = size < 0 ? strnlen(text, OYER_SDP_BYTES_MAX + 1) : (gsize)size;

    if (length > OYER_SDP_BYTES_MAX) {
        g_set_error(error, OYER_SDP_ERROR, OYER_SDP_ERROR_SYNTAX,
                    "The SDP is over %d bytes", OYER_SDP_BYTES_MAX);
        return NULL;
    }
    if (!g_utf8_validate_len(text, length, NULL)) {
        oyer_sdp_refuse(error, "character");
        return NULL;
    }

    g_autoptr(OyerSdp) sdp = oyer_sdp_new();
    g_autofree OyerSdpParser *parser = g_new0(OyerSdpParser, 1);
    parser->sdp = sdp;
    parser->direction = OYER_SDP_SENDRECV;
    if (!parse_lines(parser, text, length, error) ||
        !oyer_sdp_check(parser, type, error))
        return NULL;
    return g_steal_pointer(&sdp);
}
