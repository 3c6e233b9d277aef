/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/queue.h"

#include <string.h>

/* Before each record's bytes, which are filled up to 8. */
typedef struct {
    guint32 size;
    guint16 track;
    guint16 type;
    gint64 at_us;
} Head;

G_STATIC_ASSERT(sizeof(Head) + 8 <= OYER_RECORD_FRAME_BYTES);

static gsize fill_up(gsize size)
{
    return (size + 7) & ~(gsize)7;
}

void oyer_record_put(GByteArray *queue, OyerRecordType type, guint track, gint64 at_us,
                     gconstpointer bytes, gsize size)
{
    Head head = {.size = (guint32)size,
                 .track = (guint16)track,
                 .type = (guint16)type,
                 .at_us = at_us};
    guint from = queue->len;

    g_byte_array_set_size(queue, from + (guint)(sizeof head + fill_up(size)));
    memcpy(queue->data + from, &head, sizeof head);
    memcpy(queue->data + from + sizeof head, bytes, size);
}

gboolean oyer_record_next(const GByteArray *queue, gsize *at, OyerRecord *out_record)
{
    Head head;

    if (*at >= queue->len)
        return FALSE;
    memcpy(&head, queue->data + *at, sizeof head);
    *out_record = (OyerRecord){.type = (OyerRecordType)head.type,
                               .track = head.track,
                               .at_us = head.at_us,
                               .bytes = queue->data + *at + sizeof head,
                               .size = head.size};
    *at += sizeof head + fill_up(head.size);
    return TRUE;
}
