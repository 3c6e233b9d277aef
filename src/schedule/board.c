/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "schedule/board.h"

#include <string.h>

/* One resource: what it is taken by, by the time it begins. */
typedef struct {
    GArray *busy;      /* OyerBusy, texts interned in the board */
    gint64 longest_us; /* no span is longer: so far back one has to look */
    gint64 load_us;
} Lane;

struct OyerBoard {
    GHashTable *lanes; /* id → Lane */
    GStringChunk *texts;
};

static void lane_free(gpointer data)
{
    Lane *lane = data;

    g_array_unref(lane->busy);
    g_free(lane);
}

OyerBoard *oyer_board_new(void)
{
    OyerBoard *self = g_new0(OyerBoard, 1);

    self->texts = g_string_chunk_new(4096);
    self->lanes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, lane_free);
    return self;
}

void oyer_board_free(OyerBoard *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->lanes);
    g_string_chunk_free(self->texts);
    g_free(self);
}

/* The first that begins at @from_us or later. */
static guint lower_bound(const Lane *lane, gint64 from_us)
{
    guint low = 0, high = lane->busy->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(lane->busy, OyerBusy, middle).span.from_us < from_us)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void oyer_board_add(OyerBoard *self, const OyerBusy *busy)
{
    const OyerBusy row = {g_string_chunk_insert_const(self->texts, busy->resource),
                          g_string_chunk_insert_const(self->texts, busy->hearing),
                          busy->as, busy->span};
    Lane *lane = g_hash_table_lookup(self->lanes, row.resource);
    gint64 length_us = busy->span.to_us - busy->span.from_us;

    if (lane == NULL) {
        lane = g_new0(Lane, 1);
        lane->busy = g_array_new(FALSE, FALSE, sizeof(OyerBusy));
        g_hash_table_insert(self->lanes, g_strdup(row.resource), lane);
    }
    guint at = lower_bound(lane, busy->span.from_us);
    g_array_insert_val(lane->busy, at, row);
    lane->longest_us = MAX(lane->longest_us, length_us);
    if (*row.hearing != '\0')
        lane->load_us += length_us;
}

void oyer_board_add_plan(OyerBoard *self, const char *hearing, const OyerPlan *plan)
{
    for (guint i = 0; i < plan->sessions->len; i++) {
        OyerBusy busy = {NULL, hearing, OYER_RESOURCE_ROOM,
                         g_array_index(plan->sessions, OyerSpan, i)};
        for (guint j = 0; j < plan->people->len; j++) {
            const OyerPlanPerson *person = g_ptr_array_index(plan->people, j);
            if (*person->person == '\0')
                continue;
            busy.resource = person->person;
            busy.as = person->as;
            oyer_board_add(self, &busy);
        }
        if (*plan->room != '\0') {
            busy.resource = plan->room;
            busy.as = OYER_RESOURCE_ROOM;
            oyer_board_add(self, &busy);
        }
    }
}

void oyer_board_remove(OyerBoard *self, const char *hearing)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, self->lanes);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Lane *lane = value;
        for (guint i = lane->busy->len; i-- > 0;) {
            const OyerBusy *busy = &g_array_index(lane->busy, OyerBusy, i);
            if (strcmp(busy->hearing, hearing) != 0)
                continue;
            lane->load_us -= busy->span.to_us - busy->span.from_us;
            g_array_remove_index(lane->busy, i);
        }
    }
}

/* The next row from @index on that overlaps @span and is not @hearing's; NULL: none. */
static const OyerBusy *next_overlap(const Lane *lane, guint *index, OyerSpan span,
                                    const char *hearing)
{
    while (*index < lane->busy->len) {
        const OyerBusy *busy = &g_array_index(lane->busy, OyerBusy, (*index)++);
        if (busy->span.from_us >= span.to_us)
            return NULL;
        if (busy->span.to_us > span.from_us &&
            (*busy->hearing == '\0' || strcmp(busy->hearing, hearing) != 0))
            return busy;
    }
    return NULL;
}

void oyer_board_each(const OyerBoard *self, const char *resource, OyerSpan span,
                     const char *hearing, OyerBoardFunc func, gpointer data)
{
    const Lane *lane = g_hash_table_lookup(self->lanes, resource);
    const OyerBusy *busy;

    if (lane == NULL)
        return;
    guint index = lower_bound(lane, span.from_us - lane->longest_us);
    while ((busy = next_overlap(lane, &index, span, hearing)) != NULL)
        func(busy, data);
}

gboolean oyer_board_clash(const OyerBoard *self, const char *resource, OyerSpan span,
                          const char *hearing, OyerBusy *out)
{
    const Lane *lane = g_hash_table_lookup(self->lanes, resource);

    if (lane == NULL)
        return FALSE;
    guint index = lower_bound(lane, span.from_us - lane->longest_us);
    const OyerBusy *busy = next_overlap(lane, &index, span, hearing);
    if (busy != NULL && out != NULL)
        *out = *busy;
    return busy != NULL;
}

gint64 oyer_board_load_us(const OyerBoard *self, const char *resource)
{
    const Lane *lane = g_hash_table_lookup(self->lanes, resource);

    return lane != NULL ? lane->load_us : 0;
}
