/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "api/sdp.h"

#include <string.h>

#define LINE_MAX_BYTES 1024

/*
 * Copies the next line of *@at without its end to @out and moves on.  FALSE: there
 * is none, or it is too long.
 */
static gboolean next_line(const char **at, char out[LINE_MAX_BYTES])
{
    if (**at == '\0')
        return FALSE;
    gsize length = strcspn(*at, "\r\n");
    if (length >= LINE_MAX_BYTES)
        return FALSE;
    memcpy(out, *at, length);
    out[length] = '\0';
    *at += length;
    if (**at == '\r')
        (*at)++;
    if (**at == '\n')
        (*at)++;
    return TRUE;
}

static gboolean is_token(const char *text, gsize max_length)
{
    gsize length = strlen(text);

    if (length == 0 || length > max_length)
        return FALSE;
    for (const char *c = text; *c != '\0'; c++)
        if (!g_ascii_isgraph(*c))
            return FALSE;
    return TRUE;
}

/* ---- offers ---- */

typedef struct {
    json_t *tracks;
    const char *kind; /* of the medium that is open, NULL: not sent */
    gboolean needs_mid, is_wrong;
    guint media, audios, videos;
} Scan;

static void open_medium(Scan *scan, const char *line)
{
    scan->is_wrong |= scan->needs_mid || ++scan->media > OYER_SDP_MAX_MEDIA;
    scan->needs_mid = TRUE;
    scan->kind = NULL;
    if (g_str_has_prefix(line, "m=audio ") && scan->audios++ == 0)
        scan->kind = "audio";
    else if (g_str_has_prefix(line, "m=video ") && scan->videos < 2)
        scan->kind = scan->videos++ == 0 ? "video" : "screen";
}

static void take_mid(Scan *scan, const char *mid)
{
    if (!scan->needs_mid)
        return;
    scan->needs_mid = FALSE;
    if (!is_token(mid, OYER_MID_MAX))
        scan->is_wrong = TRUE;
    else if (scan->kind != NULL)
        json_array_append_new(scan->tracks,
                              json_pack("{s:s,s:s}", "mid", mid, "kind", scan->kind));
}

json_t *oyer_sdp_tracks(const char *sdp)
{
    Scan scan = {.tracks = json_array()};
    char line[LINE_MAX_BYTES];
    const char *at = sdp;

    if (!g_str_has_prefix(sdp, "v=0"))
        scan.is_wrong = TRUE;
    while (!scan.is_wrong && next_line(&at, line)) {
        if (g_str_has_prefix(line, "m="))
            open_medium(&scan, line);
        else if (g_str_has_prefix(line, "a=mid:"))
            take_mid(&scan, line + 6);
    }
    if (scan.is_wrong || scan.needs_mid || scan.media == 0 || *at != '\0') {
        json_decref(scan.tracks);
        return NULL;
    }
    return scan.tracks;
}

char *oyer_sdp_attribute(const char *sdp, const char *name)
{
    g_autofree char *prefix = g_strconcat("a=", name, ":", NULL);
    char line[LINE_MAX_BYTES];
    const char *at = sdp;

    while (next_line(&at, line))
        if (g_str_has_prefix(line, prefix))
            return g_strdup(line + strlen(prefix));
    return NULL;
}

char *oyer_sdp_with_credentials(const char *sdp, const char *ufrag,
                                const char *password)
{
    g_autoptr(GString) out = g_string_new(NULL);
    char line[LINE_MAX_BYTES];
    const char *at = sdp;

    while (next_line(&at, line)) {
        if (g_str_has_prefix(line, "a=ice-ufrag:"))
            g_string_append_printf(out, "a=ice-ufrag:%s\r\n", ufrag);
        else if (g_str_has_prefix(line, "a=ice-pwd:"))
            g_string_append_printf(out, "a=ice-pwd:%s\r\n", password);
        else if (!g_str_has_prefix(line, "a=candidate:"))
            g_string_append_printf(out, "%s\r\n", line);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* ---- fragments ---- */

static void candidate_clear(gpointer data)
{
    OyerFragmentCandidate *candidate = data;

    g_free(candidate->candidate);
}

void oyer_fragment_free(OyerFragment *self)
{
    if (self == NULL)
        return;
    g_free(self->ufrag);
    g_free(self->password);
    g_array_unref(self->candidates);
    g_free(self);
}

/* The same value may stand at the session and in each medium; another may not. */
static gboolean set_once(char **slot, const char *value)
{
    if (!is_token(value, OYER_ICE_MAX) || (*slot != NULL && strcmp(*slot, value) != 0))
        return FALSE;
    if (*slot == NULL)
        *slot = g_strdup(value);
    return TRUE;
}

static gboolean add_candidate(OyerFragment *self, const char *mid, const char *value)
{
    OyerFragmentCandidate candidate = {0};

    if (mid[0] == '\0' || self->candidates->len >= OYER_FRAGMENT_MAX_CANDIDATES ||
        !g_utf8_validate(value, -1, NULL))
        return FALSE;
    g_strlcpy(candidate.mid, mid, sizeof candidate.mid);
    candidate.candidate = g_strdup(value);
    g_array_append_val(self->candidates, candidate);
    return TRUE;
}

static gboolean take_line(OyerFragment *self, const char *line, char *mid)
{
    if (g_str_has_prefix(line, "a=ice-ufrag:"))
        return set_once(&self->ufrag, line + 12);
    if (g_str_has_prefix(line, "a=ice-pwd:"))
        return set_once(&self->password, line + 10);
    if (g_str_has_prefix(line, "m=")) {
        mid[0] = '\0';
        return TRUE;
    }
    if (g_str_has_prefix(line, "a=mid:")) {
        if (!is_token(line + 6, OYER_MID_MAX))
            return FALSE;
        g_strlcpy(mid, line + 6, OYER_MID_MAX + 1);
        return TRUE;
    }
    if (g_str_has_prefix(line, "a=candidate:"))
        return add_candidate(self, mid, line + 2);
    if (!strcmp(line, "a=end-of-candidates"))
        self->is_end = TRUE;
    /* Other attributes mean nothing here (RFC 8840 section 9): they are let be. */
    return line[0] == '\0' || (g_ascii_islower(line[0]) && line[1] == '=');
}

OyerFragment *oyer_fragment_parse(const char *text, gsize size)
{
    if (size == 0 || size > OYER_FRAGMENT_MAX_BYTES || memchr(text, '\0', size) != NULL)
        return NULL;

    g_autofree char *copy = g_strndup(text, size);
    g_autoptr(OyerFragment) self = g_new0(OyerFragment, 1);
    self->candidates = g_array_new(FALSE, FALSE, sizeof(OyerFragmentCandidate));
    g_array_set_clear_func(self->candidates, candidate_clear);

    char line[LINE_MAX_BYTES], mid[OYER_MID_MAX + 1] = "";
    const char *at = copy;
    while (next_line(&at, line))
        if (!take_line(self, line, mid))
            return NULL;
    if (*at != '\0' || (self->ufrag == NULL) != (self->password == NULL))
        return NULL;
    return g_steal_pointer(&self);
}

char *oyer_fragment_of_answer(const char *answer)
{
    g_autofree char *ufrag = oyer_sdp_attribute(answer, "ice-ufrag");
    g_autofree char *password = oyer_sdp_attribute(answer, "ice-pwd");
    g_autofree char *mid = oyer_sdp_attribute(answer, "mid");
    g_autoptr(GString) out = g_string_new(NULL);
    char line[LINE_MAX_BYTES];
    const char *at = strstr(answer, "m=");
    guint media = 0;

    g_string_printf(
        out,
        "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"
        "a=mid:%s\r\n",
        ufrag ? ufrag : "", password ? password : "", mid ? mid : "0");
    /* BUNDLE: the candidates of the first medium are all there are. */
    while (at != NULL && next_line(&at, line)) {
        if (g_str_has_prefix(line, "m=") && ++media > 1)
            break;
        if (g_str_has_prefix(line, "a=candidate:"))
            g_string_append_printf(out, "%s\r\n", line);
    }
    g_string_append(out, "a=end-of-candidates\r\n");
    return g_string_free(g_steal_pointer(&out), FALSE);
}
