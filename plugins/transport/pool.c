/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/pool.h"

#define QUEUE_FIRST 64
/* Who has no more than these out at once sends a report now and then, and keeps none
 * in store: there are hundreds of those. */
#define STORE_FROM 8

struct OyerPool {
    gint refs; /* one of the owner, one of each buffer that is out */
    gint made;
    guint most;
    GstAtomicQueue *idle; /* of Item: what a buffer's is takes locks to find */
};

typedef struct {
    OyerPool *pool;    /* not owned while idle */
    GstBuffer *buffer; /* whose this is */
    guint8 *data;
    GstMemory *memory; /* the buffer's, not owned */
} Item;

static GQuark item_quark(void)
{
    static GQuark quark;

    if (!quark)
        quark = g_quark_from_static_string("oyer-pool-item");
    return quark;
}

static Item *item_of(GstBuffer *buffer)
{
    return gst_mini_object_get_qdata(GST_MINI_OBJECT_CAST(buffer), item_quark());
}

static void free_for_good(GstBuffer *buffer)
{
    GST_MINI_OBJECT_CAST(buffer)->dispose = NULL;
    gst_buffer_unref(buffer);
}

static void unref(OyerPool *self)
{
    Item *item;

    if (!g_atomic_int_dec_and_test(&self->refs))
        return;
    while ((item = gst_atomic_queue_pop(self->idle)))
        free_for_good(item->buffer);
    gst_atomic_queue_unref(self->idle);
    g_free(self);
}

static gboolean drop_meta(GstBuffer *buffer, GstMeta **meta, gpointer data)
{
    (void)buffer;
    (void)data;
    *meta = NULL;
    return TRUE;
}

/* TRUE: nobody else has a part of it, so it can be used again. */
static gboolean is_whole(GstBuffer *buffer, const Item *item)
{
    return gst_buffer_n_memory(buffer) == 1 &&
           gst_buffer_peek_memory(buffer, 0) == item->memory &&
           GST_MINI_OBJECT_REFCOUNT_VALUE(item->memory) == 1;
}

/* The last reference is gone.  TRUE: let it be freed. */
static gboolean on_dispose(GstMiniObject *object)
{
    GstBuffer *buffer = GST_BUFFER_CAST(object);
    Item *item = item_of(buffer);
    OyerPool *pool = item->pool;

    if (g_atomic_int_get(&pool->made) <= STORE_FROM || !is_whole(buffer, item)) {
        g_atomic_int_add(&pool->made, -1);
        unref(pool);
        return TRUE;
    }
    gst_buffer_ref(buffer);
    (void)gst_buffer_foreach_meta(buffer, drop_meta, NULL);
    GST_BUFFER_FLAGS(buffer) = 0;
    GST_BUFFER_PTS(buffer) = GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
    GST_BUFFER_DURATION(buffer) = GST_CLOCK_TIME_NONE;
    GST_BUFFER_OFFSET(buffer) = GST_BUFFER_OFFSET_END(buffer) = GST_BUFFER_OFFSET_NONE;
    gst_atomic_queue_push(pool->idle, item);
    unref(pool);
    return FALSE;
}

static Item *make(OyerPool *self)
{
    Item *item = g_new0(Item, 1);
    GstBuffer *buffer;

    item->data = g_malloc(OYER_POOL_PACKET_BYTES);
    item->pool = self;
    buffer = gst_buffer_new_wrapped_full(0, item->data, OYER_POOL_PACKET_BYTES, 0,
                                         OYER_POOL_PACKET_BYTES, item->data, g_free);
    item->buffer = buffer;
    item->memory = gst_buffer_peek_memory(buffer, 0);
    GST_BUFFER_FLAGS(buffer) = 0;
    gst_mini_object_set_qdata(GST_MINI_OBJECT_CAST(buffer), item_quark(), item, g_free);
    GST_MINI_OBJECT_CAST(buffer)->dispose = on_dispose;
    g_atomic_int_inc(&self->made);
    return item;
}

OyerPool *oyer_pool_new(guint most)
{
    OyerPool *self = g_new0(OyerPool, 1);

    self->refs = 1;
    self->most = most;
    self->idle = gst_atomic_queue_new(QUEUE_FIRST);
    return self;
}

void oyer_pool_free(OyerPool *self)
{
    if (self)
        unref(self);
}

static Item *pop_or_make(OyerPool *self)
{
    Item *item = gst_atomic_queue_pop(self->idle);

    if (item || (guint)g_atomic_int_get(&self->made) >= self->most)
        return item;
    return make(self);
}

/* A buffer was used last some seconds of video ago, and has left the caches: all of
 * them are fetched at once, not each when it is filled. */
static void fetch(const Item *item)
{
    __builtin_prefetch(item->buffer, 1);
    __builtin_prefetch((const char *)item->buffer + 64, 1);
    __builtin_prefetch(item->memory, 1);
    __builtin_prefetch((const char *)item->memory + 64, 1);
    __builtin_prefetch(item->data, 1);
    __builtin_prefetch(item->data + 64, 1);
}

guint oyer_pool_take(OyerPool *self, OyerPoolPacket *out_packets, guint count)
{
    Item *items[OYER_POOL_TAKE_MAX];
    guint taken = 0;

    count = MIN(count, OYER_POOL_TAKE_MAX);
    while (taken < count && (items[taken] = pop_or_make(self)))
        __builtin_prefetch(items[taken++]);
    g_atomic_int_add(&self->refs, (gint)taken);
    for (guint i = 0; i < taken; i++) {
        out_packets[i] = (OyerPoolPacket){items[i]->buffer, items[i]->data};
        fetch(items[i]);
    }
    return taken;
}

void oyer_pool_set_size(GstBuffer *buffer, gsize size)
{
    GstMemory *memory = gst_buffer_peek_memory(buffer, 0);

    gst_memory_resize(memory, -(gssize)memory->offset, size);
}
