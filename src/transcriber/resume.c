/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/resume.h"

#include <stdio.h>

#include "base/json.h"

#define MAX_FILE_BYTES (4 << 20)
#define MAX_TRACKS 65536

json_t *oyer_resume_to_json(const OyerResume *self)
{
    g_autofree char *at =
        g_strdup_printf("%u:%" G_GUINT64_FORMAT, self->segment, self->offset);

    return oyer_json_pack(
        "{s:s,s:I,s:i,s:I,s:I,s:b,s:I,s:I}", "at", at, "ssrc", (json_int_t)self->ssrc,
        "seq", (int)self->seq, "rtp", (json_int_t)self->rtp_time, "utc_us",
        (json_int_t)self->utc_us, "speaking", self->is_speaking ? 1 : 0, "lines",
        (json_int_t)self->lines, "last_start_us", (json_int_t)self->last_start_us);
}

static gboolean parse_place(const char *text, guint *out_segment, guint64 *out_offset)
{
    char *end;
    guint64 segment;

    if (!text || !g_ascii_isdigit(*text))
        return FALSE;
    segment = g_ascii_strtoull(text, &end, 10);
    if (segment < 1 || segment > G_MAXINT32 || *end != ':' || !g_ascii_isdigit(end[1]))
        return FALSE;
    *out_segment = (guint)segment;
    *out_offset = g_ascii_strtoull(end + 1, &end, 10);
    return *end == '\0' && *out_offset <= G_MAXINT64;
}

gboolean oyer_resume_from_json(const json_t *json, OyerResume *out)
{
    OyerResume self = {0};
    gint64 ssrc = oyer_json_int(json, "ssrc", -1), seq = oyer_json_int(json, "seq", -1);
    gint64 rtp_time = oyer_json_int(json, "rtp", -1);

    if (!parse_place(oyer_json_string(json, "at"), &self.segment, &self.offset) ||
        ssrc < 0 || ssrc > G_MAXUINT32 || seq < 0 || seq > G_MAXUINT16 ||
        rtp_time < 0 || rtp_time > G_MAXUINT32)
        return FALSE;
    self.ssrc = (guint32)ssrc;
    self.seq = (guint16)seq;
    self.rtp_time = (guint32)rtp_time;
    self.utc_us = oyer_json_int(json, "utc_us", 0);
    self.is_speaking = oyer_json_bool(json, "speaking", FALSE);
    self.lines = MAX(oyer_json_int(json, "lines", 0), 0);
    self.last_start_us = oyer_json_int(json, "last_start_us", 0);
    *out = self;
    return TRUE;
}

static int compare_places(guint a_segment, guint64 a_offset, guint b_segment,
                          guint64 b_offset)
{
    if (a_segment != b_segment)
        return a_segment < b_segment ? -1 : 1;
    return a_offset < b_offset ? -1 : a_offset > b_offset;
}

gboolean oyer_resume_is_behind(const OyerResume *self, const OyerResume *other)
{
    int order =
        compare_places(self->segment, self->offset, other->segment, other->offset);

    if (order != 0)
        return order > 0;
    return self->ssrc == other->ssrc && (gint16)(guint16)(self->seq - other->seq) > 0;
}

gboolean oyer_resume_is_before(const OyerResume *self, guint segment, guint64 offset)
{
    return compare_places(segment, offset, self->segment, self->offset) < 0;
}

/* The plan. */

void oyer_resume_plan_init(OyerResumePlan *self)
{
    self->tracks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->segment = 1;
    self->offset = 0;
}

void oyer_resume_plan_clear(OyerResumePlan *self)
{
    g_clear_pointer(&self->tracks, g_hash_table_unref);
}

void oyer_resume_plan_add(OyerResumePlan *self, const char *id,
                          const OyerResume *resume)
{
    const OyerResume *known = g_hash_table_lookup(self->tracks, id);

    if (!known || oyer_resume_is_behind(resume, known))
        g_hash_table_replace(self->tracks, g_strdup(id),
                             g_memdup2(resume, sizeof *resume));
}

char *oyer_resume_plan_position(const OyerResumePlan *self)
{
    guint segment = self->segment;
    guint64 offset = self->offset;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, self->tracks);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const OyerResume *resume = value;
        if (compare_places(resume->segment, resume->offset, segment, offset) < 0) {
            segment = resume->segment;
            offset = resume->offset;
        }
    }
    return g_strdup_printf("%u:%" G_GUINT64_FORMAT, segment, offset);
}

void oyer_resume_plan_load(OyerResumePlan *self, const char *path)
{
    g_autofree char *text = NULL;
    gsize size;
    const char *id;
    json_t *value, *tracks;

    if (!g_file_get_contents(path, &text, &size, NULL) || size > MAX_FILE_BYTES)
        return;
    g_autoptr(json_t) json = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    tracks = json_object_get(json, "tracks");
    if (oyer_json_int(json, "version", 0) != 1 ||
        json_object_size(tracks) > MAX_TRACKS ||
        !parse_place(oyer_json_string(json, "at"), &self->segment, &self->offset)) {
        self->segment = 1;
        self->offset = 0;
        return;
    }
    json_object_foreach(tracks, id, value)
    {
        OyerResume resume;
        if (oyer_resume_from_json(value, &resume))
            oyer_resume_plan_add(self, id, &resume);
    }
}

gboolean oyer_resume_plan_save(const OyerResumePlan *self, const char *path,
                               GError **error)
{
    g_autofree char *at =
        g_strdup_printf("%u:%" G_GUINT64_FORMAT, self->segment, self->offset);
    json_t *tracks = json_object();
    GHashTableIter iter;
    gpointer id, resume;

    g_hash_table_iter_init(&iter, self->tracks);
    while (g_hash_table_iter_next(&iter, &id, &resume))
        (void)json_object_set_new(tracks, id, oyer_resume_to_json(resume));
    g_autoptr(json_t) json =
        oyer_json_pack("{s:i,s:s,s:o}", "version", 1, "at", at, "tracks", tracks);
    g_autofree char *text = oyer_json_text(json);

    return g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT,
                                    0600, error);
}
