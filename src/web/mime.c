/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "web/mime.h"

#include <glib.h>

static const struct {
    const char *suffix, *mime;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".jsonl", "application/jsonl; charset=utf-8"},
    {".map", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".woff", "font/woff"},
    {".txt", "text/plain; charset=utf-8"},
    {".vtt", "text/vtt; charset=utf-8"},
    {".webm", "video/webm"},
    {".mkv", "video/x-matroska"},
    {".mka", "audio/x-matroska"},
    {".mp4", "video/mp4"},
    {".wav", "audio/wav"},
    {".wasm", "application/wasm"},
    {".webmanifest", "application/manifest+json"},
    {".tar", "application/x-tar"},
};

const char *oyer_mime_of(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
        if (g_str_has_suffix(name, types[i].suffix))
            return types[i].mime;
    return "application/octet-stream";
}
