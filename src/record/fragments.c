/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/fragments.h"

#include <string.h>

#include "record/ebml.h"
#include "record/mp4.h"

#define SECOND_US G_USEC_PER_SEC

static void to_hex(GChecksum *sha, char out[65])
{
    g_strlcpy(out, g_checksum_get_string(sha), 65);
}

/* Even parts of about a second. */
static void cut_evenly(GArray *fragments, guint64 size, gint64 start_us,
                       gint64 duration_us)
{
    guint64 parts = (guint64)MAX(duration_us, 0) / SECOND_US + 1;

    parts = CLAMP(parts, 1, OYER_FRAGMENTS_MAX / 2);
    parts = MIN(parts, MAX(size, 1));
    for (guint64 i = 0; i < parts; i++) {
        OyerFragment fragment = {.from = size / parts * i,
                                 .at_us = start_us + (gint64)i * SECOND_US};
        g_array_append_val(fragments, fragment);
    }
}

/* Gives each fragment the start of the next as its end. */
static void close_fragments(GArray *fragments, guint64 size)
{
    for (guint i = 0; i < fragments->len; i++)
        g_array_index(fragments, OyerFragment, i).to =
            i + 1 < fragments->len ? g_array_index(fragments, OyerFragment, i + 1).from
                                   : size;
}

GArray *oyer_fragments_cut(const guint8 *bytes, guint64 size, gint64 start_us,
                           gint64 duration_us)
{
    GArray *fragments = g_array_new(FALSE, TRUE, sizeof(OyerFragment));

    if (!oyer_ebml_cut(bytes, size, start_us, fragments) &&
        !oyer_mp4_cut(bytes, size, start_us, fragments)) {
        g_array_set_size(fragments, 0);
        cut_evenly(fragments, size, start_us, duration_us);
    }
    close_fragments(fragments, size);
    return fragments;
}

void oyer_fragments_hash(GArray *fragments, const guint8 *bytes, guint64 size)
{
    for (guint i = 0; i < fragments->len; i++) {
        OyerFragment *fragment = &g_array_index(fragments, OyerFragment, i);
        g_autoptr(GChecksum) sha = g_checksum_new(G_CHECKSUM_SHA256);
        guint64 to = MIN(fragment->to, size);

        if (to > fragment->from)
            g_checksum_update(sha, bytes + fragment->from,
                              (gssize)(to - fragment->from));
        to_hex(sha, fragment->sha256);
    }
}

json_t *oyer_fragments_to_json(const GArray *fragments, const char *participant,
                               const char *kind)
{
    json_t *list = json_array();

    for (guint i = 0; i < fragments->len; i++) {
        const OyerFragment *fragment = &g_array_index(fragments, OyerFragment, i);
        (void)json_array_append_new(
            list, json_pack("{sI sI sI ss ss ss}", "from", (json_int_t)fragment->from,
                            "to", (json_int_t)fragment->to, "at_us",
                            (json_int_t)fragment->at_us, "participant", participant,
                            "kind", kind, "sha256", fragment->sha256));
    }
    return list;
}

static gboolean parse_one(json_t *item, OyerFragment *out, const char **out_participant)
{
    json_int_t from, to, at_us;
    const char *participant, *kind, *sha256;

    if (json_unpack(item, "{sI sI sI ss ss ss}", "from", &from, "to", &to, "at_us",
                    &at_us, "participant", &participant, "kind", &kind, "sha256",
                    &sha256) < 0)
        return FALSE;
    if (from < 0 || to < from || at_us < 0 || strlen(sha256) != 64)
        return FALSE;
    out->from = (guint64)from;
    out->to = (guint64)to;
    out->at_us = at_us;
    g_strlcpy(out->sha256, sha256, sizeof out->sha256);
    *out_participant = participant;
    return TRUE;
}

GArray *oyer_fragments_from_json(json_t *json, guint64 size,
                                 const char **out_participant, GError **error)
{
    g_autoptr(GArray) fragments = g_array_new(FALSE, TRUE, sizeof(OyerFragment));
    const char *participant = NULL;
    guint64 covered = 0;
    size_t i;
    json_t *item;

    if (!json_is_array(json) || json_array_size(json) > OYER_FRAGMENTS_MAX) {
        g_set_error_literal(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_INVALID,
                            "the fragments are no list, or too many");
        return NULL;
    }
    json_array_foreach(json, i, item)
    {
        OyerFragment fragment;
        if (!parse_one(item, &fragment, &participant) || fragment.from != covered) {
            g_set_error(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_INVALID,
                        "fragment %zu is malformed, or does not follow the one before",
                        i);
            return NULL;
        }
        covered = fragment.to;
        g_array_append_val(fragments, fragment);
    }
    if (covered != size) {
        g_set_error_literal(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_INVALID,
                            "the fragments do not cover the file");
        return NULL;
    }
    if (out_participant)
        *out_participant = participant;
    return g_steal_pointer(&fragments);
}
