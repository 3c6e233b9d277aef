/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/mp4.h"

#include <string.h>

#include "record/fragments.h"

/* Chunks of all tracks. */
#define CHUNKS_MAX 4000000u
/* Boxes at the top of a file; of tracks. */
#define BOXES_MAX 100000u

typedef struct {
    const guint8 *bytes;
    guint64 size; /* of what is there */
} Box;

/* Where a chunk begins, and when. */
typedef struct {
    guint64 offset;
    gint64 at_us; /* since the file's start */
} Chunk;

static guint32 get32(const guint8 *p)
{
    return (guint32)p[0] << 24 | (guint32)p[1] << 16 | (guint32)p[2] << 8 |
           (guint32)p[3];
}

static guint64 get64(const guint8 *p)
{
    return (guint64)get32(p) << 32 | get32(p + 4);
}

/* Takes the next box from the front of @in. */
static gboolean next_box(Box *in, char out_type[5], Box *out_body)
{
    if (in->size < 8)
        return FALSE;
    guint64 size = get32(in->bytes), head = 8;
    memcpy(out_type, in->bytes + 4, 4);
    out_type[4] = 0;
    if (size == 1) {
        if (in->size < 16)
            return FALSE;
        size = get64(in->bytes + 8);
        head = 16;
    } else if (size == 0) {
        size = in->size;
    }
    if (size < head || size > in->size)
        return FALSE;
    *out_body = (Box){in->bytes + head, size - head};
    in->bytes += size;
    in->size -= size;
    return TRUE;
}

/* The box at @path ("mdia/minf/stbl/stts") inside @in. */
static gboolean find_box(Box in, const char *path, Box *out)
{
    g_auto(GStrv) names = g_strsplit(path, "/", 0);

    for (guint i = 0; names[i]; i++) {
        char type[5];
        Box body;
        gboolean found = FALSE;

        for (guint n = 0; !found && n < BOXES_MAX && next_box(&in, type, &body); n++)
            found = !strcmp(type, names[i]);
        if (!found)
            return FALSE;
        in = body;
    }
    *out = in;
    return TRUE;
}

/* A table: version and flags, count, then @row bytes a row. */
static guint32 table_rows(const Box *box, guint row)
{
    if (box->size < 8)
        return 0;
    return (guint32)MIN(get32(box->bytes + 4), (box->size - 8) / row);
}

static guint32 timescale(const Box *mdhd)
{
    guint at = mdhd->size && mdhd->bytes[0] == 1 ? 20 : 12;

    return mdhd->size >= at + 4u ? get32(mdhd->bytes + at) : 0;
}

/* Steps through stts: the time of sample after sample. */
typedef struct {
    const Box *stts;
    guint32 row, rows, left, delta;
    guint64 ticks;
} Clock;

static void clock_skip(Clock *self, guint64 samples)
{
    while (samples) {
        if (!self->left) {
            if (self->row == self->rows)
                return;
            const guint8 *p = self->stts->bytes + 8 + 8ul * self->row++;
            self->left = get32(p);
            self->delta = get32(p + 4);
            continue;
        }
        guint64 n = MIN(samples, self->left);
        self->ticks += n * self->delta;
        self->left -= (guint32)n;
        samples -= n;
    }
}

static void take_track(Box trak, GArray *chunks)
{
    Box mdhd, stts, stsc, offsets;
    gboolean is_wide = FALSE;

    if (!find_box(trak, "mdia/mdhd", &mdhd) ||
        !find_box(trak, "mdia/minf/stbl/stts", &stts) ||
        !find_box(trak, "mdia/minf/stbl/stsc", &stsc))
        return;
    if (!find_box(trak, "mdia/minf/stbl/stco", &offsets)) {
        is_wide = TRUE;
        if (!find_box(trak, "mdia/minf/stbl/co64", &offsets))
            return;
    }

    guint32 scale = timescale(&mdhd), count = table_rows(&offsets, is_wide ? 8 : 4);
    guint32 runs = table_rows(&stsc, 12), run = 0;
    Clock clock = {.stts = &stts, .rows = table_rows(&stts, 8)};
    if (!scale || !runs)
        return;
    for (guint32 i = 0; i < count && chunks->len < CHUNKS_MAX; i++) {
        const guint8 *p = offsets.bytes + 8 + (is_wide ? 8ul : 4ul) * i;
        Chunk chunk = {is_wide ? get64(p) : get32(p),
                       (gint64)MIN(clock.ticks / scale, G_MAXINT32) * G_USEC_PER_SEC +
                           (gint64)(clock.ticks % scale * G_USEC_PER_SEC / scale)};
        g_array_append_val(chunks, chunk);
        /* A row of stsc holds from its first chunk (from 1) to that of the next. */
        while (run + 1 < runs && get32(stsc.bytes + 8 + 12ul * (run + 1)) <= i + 1)
            run++;
        clock_skip(&clock, get32(stsc.bytes + 8 + 12ul * run + 4));
    }
}

static int compare_chunks(gconstpointer a, gconstpointer b)
{
    const Chunk *x = a, *y = b;

    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

gboolean oyer_mp4_cut(const guint8 *bytes, guint64 size, gint64 start_us,
                      GArray *fragments)
{
    Box file = {bytes, size}, moov, trak;
    char type[5];
    g_autoptr(GArray) chunks = g_array_new(FALSE, FALSE, sizeof(Chunk));

    if (size < 8 || memcmp(bytes + 4, "ftyp", 4) || !find_box(file, "moov", &moov))
        return FALSE;
    for (guint n = 0; n < BOXES_MAX && next_box(&moov, type, &trak); n++)
        if (!strcmp(type, "trak"))
            take_track(trak, chunks);
    if (!chunks->len)
        return FALSE;
    g_array_sort(chunks, compare_chunks);

    OyerFragment first = {.from = 0, .at_us = start_us};
    gint64 cut_us = 0;
    g_array_append_val(fragments, first);
    for (guint i = 0; i < chunks->len && fragments->len < OYER_FRAGMENTS_MAX; i++) {
        const Chunk *chunk = &g_array_index(chunks, Chunk, i);
        OyerFragment *last =
            &g_array_index(fragments, OyerFragment, fragments->len - 1);
        if (chunk->offset >= size || chunk->offset <= last->from ||
            (fragments->len > 1 && chunk->at_us - cut_us < G_USEC_PER_SEC))
            continue;
        cut_us = chunk->at_us;
        OyerFragment fragment = {.from = chunk->offset,
                                 .at_us = start_us + chunk->at_us};
        g_array_append_val(fragments, fragment);
    }
    return TRUE;
}
