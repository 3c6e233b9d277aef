/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/ebml.h"

#include "record/fragments.h"

#define ID_EBML 0x1A45DFA3u
#define ID_SEGMENT 0x18538067u
#define ID_INFO 0x1549A966u
#define ID_TIMESTAMP_SCALE 0x2AD7B1u
#define ID_CLUSTER 0x1F43B675u
#define ID_TIMESTAMP 0xE7u
#define ID_SIMPLE_BLOCK 0xA3u
#define ID_BLOCK_GROUP 0xA0u
#define ID_BLOCK 0xA1u

#define UNKNOWN_SIZE G_MAXUINT64
/* A file that plays longer is not a hearing's. */
#define TIME_US_MAX (14 * G_TIME_SPAN_DAY)

/* A cluster is a cut when the last one is this long ago. */
#define CLUSTER_US (G_USEC_PER_SEC / 2)

typedef struct {
    const guint8 *bytes;
    guint64 size;
    gint64 start_us;
    guint64 scale_ns; /* of one tick */
    guint64 cluster_ticks;
    gint64 cut_us; /* since start, of the last cut */
    GArray *fragments;
} Walk;

typedef struct {
    guint32 id;
    guint64 at, body, end; /* of the element; end: of what is there of it */
    gboolean is_unknown_size;
} Element;

/* RFC 8794, 4: the width is in the leading zeros. */
static gboolean read_vint(const Walk *self, guint64 *at, guint max_width,
                          gboolean keep_mark, guint64 *out)
{
    guint width = 1;

    if (*at >= self->size || !self->bytes[*at])
        return FALSE;
    guint8 first = self->bytes[*at];
    while (!(first & (0x80u >> (width - 1))))
        width++;
    if (width > max_width || width > self->size - *at)
        return FALSE;
    guint64 value = keep_mark ? first : first & (0xffu >> width);
    gboolean all_ones = (first & (0xffu >> width)) == (0xffu >> width);
    for (guint i = 1; i < width; i++) {
        guint8 byte = self->bytes[*at + i];
        value = value << 8 | byte;
        all_ones = all_ones && byte == 0xff;
    }
    *at += width;
    *out = !keep_mark && all_ones ? UNKNOWN_SIZE : value;
    return TRUE;
}

static gboolean read_element(const Walk *self, guint64 at, guint64 limit, Element *out)
{
    guint64 id, size, next = at;

    if (!read_vint(self, &next, 4, TRUE, &id) ||
        !read_vint(self, &next, 8, FALSE, &size) || next > limit)
        return FALSE;
    out->id = (guint32)id;
    out->at = at;
    out->body = next;
    out->is_unknown_size = size == UNKNOWN_SIZE;
    out->end = out->is_unknown_size || size > limit - next ? limit : next + size;
    return TRUE;
}

static guint64 read_number(const Walk *self, const Element *element)
{
    guint64 value = 0;

    for (guint64 at = element->body; at < element->end && at < element->body + 8; at++)
        value = value << 8 | self->bytes[at];
    return value;
}

/* At byte @at, the file is at tick @ticks: perhaps a cut; rather at a cluster. */
static void reach(Walk *self, guint64 at, guint64 ticks, gboolean is_cluster)
{
    gint64 time_us = ticks > (guint64)TIME_US_MAX * 1000 / MAX(self->scale_ns, 1)
                         ? TIME_US_MAX
                         : (gint64)(ticks * self->scale_ns / 1000);

    if (self->fragments->len >= OYER_FRAGMENTS_MAX ||
        (self->fragments->len > 0 &&
         time_us - self->cut_us < (is_cluster ? CLUSTER_US : G_USEC_PER_SEC)))
        return;
    self->cut_us = time_us;
    OyerFragment fragment = {.from = at, .at_us = self->start_us + time_us};
    g_array_append_val(self->fragments, fragment);
}

/* A block's ticks are its cluster's plus 16 signed bits behind the track number. */
static gboolean block_ticks(const Walk *self, const Element *block, guint64 *out)
{
    guint64 at = block->body, track;

    if (!read_vint(self, &at, 8, FALSE, &track) || at + 2 > block->end)
        return FALSE;
    gint16 relative = (gint16)((guint)self->bytes[at] << 8 | self->bytes[at + 1]);
    *out = relative < 0 && (guint64)-relative > self->cluster_ticks
               ? 0
               : self->cluster_ticks + (guint64)(gint64)relative;
    return TRUE;
}

static void take_block(Walk *self, const Element *element)
{
    Element block = *element;
    guint64 ticks;

    if (element->id == ID_BLOCK_GROUP &&
        (!read_element(self, element->body, element->end, &block) ||
         block.id != ID_BLOCK))
        return;
    if (block_ticks(self, &block, &ticks))
        reach(self, element->at, ticks, FALSE);
}

/* Returns: where the cluster ends. */
static guint64 walk_cluster(Walk *self, const Element *cluster)
{
    guint64 at = cluster->body;
    gboolean is_told = FALSE;
    Element element;

    while (at < cluster->end && read_element(self, at, cluster->end, &element)) {
        /* A live cluster of unknown size ends where the next thing of its level is. */
        if (element.id == ID_CLUSTER || element.id > 0xFFFFFF)
            return at;
        if (element.id == ID_TIMESTAMP) {
            self->cluster_ticks = read_number(self, &element);
            if (!is_told)
                reach(self, cluster->at, self->cluster_ticks, TRUE);
            is_told = TRUE;
        } else if (element.id == ID_SIMPLE_BLOCK || element.id == ID_BLOCK_GROUP) {
            take_block(self, &element);
        }
        at = element.end;
    }
    return cluster->end;
}

static void read_info(Walk *self, const Element *info)
{
    Element element;

    for (guint64 at = info->body;
         at < info->end && read_element(self, at, info->end, &element);
         at = element.end)
        if (element.id == ID_TIMESTAMP_SCALE)
            self->scale_ns = CLAMP(read_number(self, &element), 1, 1000000000);
}

gboolean oyer_ebml_cut(const guint8 *bytes, guint64 size, gint64 start_us,
                       GArray *fragments)
{
    Walk self = {.bytes = bytes,
                 .size = size,
                 .start_us = start_us,
                 .scale_ns = 1000000,
                 .fragments = fragments};
    Element header, segment, element;

    if (!read_element(&self, 0, size, &header) || header.id != ID_EBML ||
        header.is_unknown_size || !read_element(&self, header.end, size, &segment) ||
        segment.id != ID_SEGMENT)
        return FALSE;

    reach(&self, 0, 0, TRUE);
    guint64 at = segment.body;
    while (at < segment.end && read_element(&self, at, segment.end, &element)) {
        guint64 next = element.end;
        if (element.id == ID_INFO)
            read_info(&self, &element);
        else if (element.id == ID_CLUSTER)
            next = walk_cluster(&self, &element);
        at = next > at ? next : at + 1;
    }
    return TRUE;
}
