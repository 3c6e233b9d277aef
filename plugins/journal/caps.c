/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/caps.h"

#include <string.h>

/* Caps write codecs in capitals; SDP as they are registered. */
static const char *const names[][2] = {
    {"OPUS", "opus"},
    {"RED", "red"},
    {"ULPFEC", "ulpfec"},
};

/* "a=1;b=x": each a field of the caps, all of them text. */
static void set_fmtp(GstStructure *structure, const char *fmtp)
{
    g_auto(GStrv) parts = g_strsplit(fmtp, ";", 0);

    for (guint i = 0; parts[i]; i++) {
        char *value = strchr(parts[i], '=');

        if (!value)
            continue;
        *value++ = 0;
        g_strstrip(parts[i]);
        g_strstrip(value);
        /* A field's name has to be one for GStreamer; these are. */
        gboolean is_name = g_ascii_isalpha(parts[i][0]);
        for (const char *c = parts[i]; *c; c++)
            is_name = is_name && (g_ascii_isalnum(*c) || *c == '-' || *c == '_');
        if (is_name && !gst_structure_has_field(structure, parts[i]) &&
            g_utf8_validate(value, -1, NULL))
            gst_structure_set(structure, parts[i], G_TYPE_STRING, value, NULL);
    }
}

GstCaps *oyer_journal_caps_new(const OyerJournalTrack *track)
{
    g_autofree char *encoding = g_ascii_strup(track->codec, -1);
    const char *media = strcmp(track->kind, "audio") ? "video" : "audio";
    GstCaps *caps = gst_caps_new_simple(
        "application/x-rtp", "media", G_TYPE_STRING, media, "payload", G_TYPE_INT,
        (int)track->payload_type, "clock-rate", G_TYPE_INT, (int)track->clock_rate,
        "encoding-name", G_TYPE_STRING, encoding, "ssrc", G_TYPE_UINT, track->ssrc,
        NULL);
    GstStructure *structure = gst_caps_get_structure(caps, 0);

    if (!strcmp(media, "audio") && track->channels) {
        g_autofree char *channels = g_strdup_printf("%u", track->channels);
        gst_structure_set(structure, "encoding-params", G_TYPE_STRING, channels, NULL);
    }
    set_fmtp(structure, track->fmtp);
    return caps;
}

char *oyer_journal_caps_codec(const GstStructure *structure)
{
    const char *encoding = gst_structure_get_string(structure, "encoding-name");

    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (!g_strcmp0(encoding, names[i][0]))
            return g_strdup(names[i][1]);
    return g_strdup(encoding);
}
