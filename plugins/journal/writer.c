/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/writer.h"

#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "journal/appender.h"
#include "journal/mark.h"
#include "journal/pcapng.h"
#include "journal/prove.h"
#include "journal/queue.h"
#include "journal/recover.h"
#include "journal/syncer.h"

/*
 * What arrives within it goes to the file in one write.  A kill -9 takes what is
 * younger, of which it may take 0.5 s: the rest is for a busy machine.  Shorter,
 * waking up costs more than writing; longer, the packets leave the cache first.
 */
#define GATHER_US (60 * G_TIME_SPAN_MILLISECOND)
/* A chain block and an fdatasync: while packets come, and when nothing comes. */
#define CHAIN_US (500 * G_TIME_SPAN_MILLISECOND)
#define IDLE_CHAIN_US (900 * G_TIME_SPAN_MILLISECOND)
/* Priority of the write thread, which needs little, but soon. */
#define WRITER_NICE (-10)
/* Behind a stall, the file still gets pieces of this size at most. */
#define WRITE_BYTES (1u << 20)
/* Marks may still enter a full queue, up to this much more. */
#define MARK_SPARE_BYTES (1u << 20)

typedef struct {
    /* any: lock */
    OyerJournalTrack *description;
    guint64 packets, bytes;
    gint64 written_us; /* arrival of the last packet in the file; 0: none */
    gint64 pending_us; /* the same when the running fdatasync began */
    gint64 synced_us;  /* the same on the disk */
    /* writer thread: not published yet */
    guint64 new_packets, new_bytes;
    gint64 new_us;
} Track;

struct OyerJournalWriter {
    /* control */
    GThread *write_thread;

    /* any: lock */
    pthread_mutex_t lock; /* not GMutex: ThreadSanitizer does not see into that */
    pthread_cond_t wake;  /* the write thread; on the monotonic clock */
    OyerJournalState state;
    char *dir, *error;
    GByteArray *queue;   /* of Record */
    gboolean wants_wake; /* the write thread sleeps until something comes */
    gboolean is_closing;
    guint64 dropped;
    gint64 drop_from_us, drop_to_us; /* 0: nothing dropped since the last gap */
    Track tracks[OYER_JOURNAL_TRACKS_MAX];
    guint track_count;
    GHashTable *by_id;       /* id → index + 1 */
    GPtrArray *descriptions; /* all that were ever put into the queue */
    guint64 bytes, packets, free_bytes;
    gint64 synced_us; /* when the last fdatasync ended; 0: never */
    char head[65];
    OyerJournalFailed on_failed;
    gpointer on_failed_data;

    /* writer thread */
    OyerAppender *appender;
    OyerSyncer *syncer;
    GByteArray *taken;
    gint64 chained_us; /* monotonic, of the last chain block */
    gint64 wrote_us;
};

/* --- any thread --- */

static void lock(OyerJournalWriter *self)
{
    (void)pthread_mutex_lock(&self->lock);
}

static void unlock(OyerJournalWriter *self)
{
    (void)pthread_mutex_unlock(&self->lock);
}

/* lock held.  Until somebody wakes the write thread, at most until @until_us. */
static void wait_until(OyerJournalWriter *self, gint64 until_us)
{
    struct timespec until = {.tv_sec = until_us / G_USEC_PER_SEC,
                             .tv_nsec = until_us % G_USEC_PER_SEC * 1000};

    (void)pthread_cond_timedwait(&self->wake, &self->lock, &until);
}

static gboolean is_in(OyerJournalWriter *self, OyerJournalState state)
{
    lock(self);
    gboolean is_it = self->state == state;
    unlock(self);
    return is_it;
}

OyerJournalWriter *oyer_journal_writer_new(void)
{
    OyerJournalWriter *self = g_new0(OyerJournalWriter, 1);
    pthread_condattr_t monotonic;

    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&self->lock, NULL);
    (void)pthread_cond_init(&self->wake, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    self->queue = g_byte_array_new();
    self->taken = g_byte_array_new();
    self->by_id = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->descriptions =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_journal_track_free);
    return self;
}

void oyer_journal_writer_on_failed(OyerJournalWriter *self, OyerJournalFailed func,
                                   gpointer data)
{
    lock(self);
    self->on_failed = func;
    self->on_failed_data = data;
    unlock(self);
}

/* The first failure counts; it is told without the lock. */
static void fail(OyerJournalWriter *self, const char *reason)
{
    OyerJournalFailed func = NULL;
    gpointer data = NULL;

    lock(self);
    if (self->state != OYER_JOURNAL_FAILED) {
        self->state = OYER_JOURNAL_FAILED;
        self->error = g_strdup(reason);
        func = self->on_failed;
        data = self->on_failed_data;
    }
    (void)pthread_cond_signal(&self->wake);
    unlock(self);
    if (func)
        func(reason, data);
}

/* lock held. */
static void wake_writer(OyerJournalWriter *self)
{
    if (self->wants_wake) {
        self->wants_wake = FALSE;
        (void)pthread_cond_signal(&self->wake);
    }
}

/* lock held.  The write thread finds the pointer in the queue. */
static void put_description(OyerJournalWriter *self, guint track)
{
    OyerJournalTrack *copy = oyer_journal_track_copy(self->tracks[track].description);

    g_ptr_array_add(self->descriptions, copy);
    oyer_record_put(self->queue, OYER_RECORD_TRACK, track, 0, &copy, sizeof copy);
}

int oyer_journal_writer_add_track(OyerJournalWriter *self,
                                  const OyerJournalTrack *track)
{
    int number = -1;

    if (!oyer_journal_track_is_valid(track))
        return -1;
    lock(self);
    guint known = GPOINTER_TO_UINT(g_hash_table_lookup(self->by_id, track->track));
    if (known)
        number = (int)known - 1;
    else if (self->track_count < OYER_JOURNAL_TRACKS_MAX)
        number = (int)self->track_count++;
    if (number >= 0) {
        Track *slot = &self->tracks[number];
        gboolean is_new =
            !slot->description || !oyer_journal_track_equal(slot->description, track);
        if (is_new) {
            oyer_journal_track_free(slot->description);
            slot->description = oyer_journal_track_copy(track);
            (void)g_hash_table_insert(self->by_id, g_strdup(track->track),
                                      GUINT_TO_POINTER((guint)number + 1));
        }
        if (is_new && self->state == OYER_JOURNAL_OPEN)
            put_description(self, (guint)number);
    }
    unlock(self);
    return number;
}

/* lock held. */
static void drop(OyerJournalWriter *self, const OyerJournalPacket *packets, guint count)
{
    if (!self->drop_from_us)
        self->drop_from_us = packets[0].arrival_us;
    self->drop_to_us = packets[count - 1].arrival_us;
    self->dropped += count;
}

guint oyer_journal_writer_push(OyerJournalWriter *self,
                               const OyerJournalPacket *packets, guint count)
{
    guint taken = 0;

    lock(self);
    if (self->state != OYER_JOURNAL_OPEN || self->is_closing) {
        unlock(self);
        return count;
    }
    for (; taken < count; taken++) {
        const OyerJournalPacket *packet = &packets[taken];

        if (packet->track >= self->track_count || !packet->size ||
            packet->size > OYER_PCAPNG_PACKET_BYTES_MAX)
            continue;
        if (self->queue->len + packet->size + OYER_RECORD_FRAME_BYTES >
            OYER_JOURNAL_QUEUE_BYTES) {
            drop(self, packet, count - taken);
            break;
        }
        oyer_record_put(self->queue,
                        packet->is_rtcp ? OYER_RECORD_RTCP : OYER_RECORD_RTP,
                        packet->track, packet->arrival_us, packet->data, packet->size);
    }
    wake_writer(self);
    unlock(self);
    return taken;
}

gboolean oyer_journal_writer_mark(OyerJournalWriter *self, const char *json,
                                  GError **error)
{
    g_autofree char *mark = oyer_journal_mark_new(json, g_get_real_time(), error);
    gboolean ok = FALSE;

    if (!mark)
        return FALSE;
    lock(self);
    if (self->state != OYER_JOURNAL_OPEN || self->is_closing) {
        g_set_error_literal(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_STATE,
                            "the journal is not open");
    } else if (self->queue->len > OYER_JOURNAL_QUEUE_BYTES + MARK_SPARE_BYTES) {
        g_set_error_literal(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_DISK,
                            "the disk does not keep up");
    } else {
        oyer_record_put(self->queue, OYER_RECORD_MARK, 0, g_get_monotonic_time(), mark,
                        strlen(mark) + 1);
        wake_writer(self);
        ok = TRUE;
    }
    unlock(self);
    return ok;
}

/* lock held. */
static void fill_track(const Track *track, gint64 now_us, OyerJournalTrackStatus *out)
{
    *out = (OyerJournalTrackStatus){
        .packets = track->packets,
        .bytes = track->bytes,
        .age_us = track->synced_us ? now_us - track->synced_us : -1};
    g_strlcpy(out->track, track->description->track, sizeof out->track);
    g_strlcpy(out->participant, track->description->participant,
              sizeof out->participant);
    g_strlcpy(out->kind, track->description->kind, sizeof out->kind);
    g_strlcpy(out->codec, track->description->codec, sizeof out->codec);
}

void oyer_journal_writer_status(OyerJournalWriter *self, OyerJournalStatus *out_status)
{
    gint64 now_us = g_get_monotonic_time();

    *out_status = (OyerJournalStatus){
        .tracks = g_array_new(FALSE, TRUE, sizeof(OyerJournalTrackStatus))};
    lock(self);
    out_status->state = self->state;
    out_status->dir = g_strdup(self->dir);
    out_status->error = g_strdup(self->error);
    out_status->bytes = self->bytes;
    out_status->packets = self->packets;
    out_status->dropped = self->dropped;
    out_status->queued_bytes = self->queue->len;
    out_status->free_bytes = self->free_bytes;
    out_status->synced_us = self->synced_us ? now_us - self->synced_us : -1;
    g_strlcpy(out_status->head, self->head, sizeof out_status->head);
    for (guint i = 0; i < self->track_count; i++) {
        OyerJournalTrackStatus track;
        fill_track(&self->tracks[i], now_us, &track);
        g_array_append_val(out_status->tracks, track);
    }
    unlock(self);
}

/* --- the syncer's events --- */

static void on_sync_began(gpointer data)
{
    OyerJournalWriter *self = data;

    lock(self);
    for (guint i = 0; i < self->track_count; i++)
        self->tracks[i].pending_us = self->tracks[i].written_us;
    unlock(self);
}

static void on_sync_ended(guint64 free_bytes, gpointer data)
{
    OyerJournalWriter *self = data;

    lock(self);
    self->free_bytes = free_bytes;
    self->synced_us = g_get_monotonic_time();
    for (guint i = 0; i < self->track_count; i++)
        self->tracks[i].synced_us = self->tracks[i].pending_us;
    unlock(self);
}

static void on_sync_failed(const char *reason, guint64 free_bytes, gpointer data)
{
    OyerJournalWriter *self = data;

    lock(self);
    self->free_bytes = free_bytes;
    unlock(self);
    fail(self, reason);
}

static const OyerSyncerEvents sync_events = {
    .began = on_sync_began, .ended = on_sync_ended, .failed = on_sync_failed};

/* --- write thread --- */

/* Lets the others see what is in the file now. */
static void publish(OyerJournalWriter *self)
{
    lock(self);
    for (guint i = 0; i < self->track_count; i++) {
        Track *track = &self->tracks[i];
        if (!track->new_packets)
            continue;
        track->packets += track->new_packets;
        track->bytes += track->new_bytes;
        track->written_us = track->new_us;
        track->new_packets = track->new_bytes = 0;
    }
    self->bytes = oyer_appender_bytes(self->appender);
    self->packets = oyer_appender_packets(self->appender);
    memcpy(self->head, oyer_appender_head(self->appender), sizeof self->head);
    unlock(self);
}

static gboolean flush(OyerJournalWriter *self, GError **error)
{
    if (!oyer_appender_flush(self->appender, error))
        return FALSE;
    publish(self);
    return TRUE;
}

static gboolean chain(OyerJournalWriter *self, gint64 at_us, GError **error)
{
    self->chained_us = MAX(self->chained_us, at_us);
    if (!oyer_appender_chain(self->appender, self->chained_us, error))
        return FALSE;
    publish(self);
    oyer_syncer_ask(self->syncer);
    return TRUE;
}

static gboolean rotate(OyerJournalWriter *self, gint64 at_us, GError **error)
{
    int old_fd;

    if (!chain(self, at_us, error) ||
        !oyer_appender_rotate(self->appender, self->chained_us, &old_fd, error))
        return FALSE;
    oyer_syncer_turn(self->syncer, old_fd, oyer_appender_fd(self->appender));
    return TRUE;
}

static gboolean write_packet(OyerJournalWriter *self, const OyerRecord *record,
                             GError **error)
{
    /* By the packets' own time: behind a stall, too, a range is half a second. */
    if (record->at_us - self->chained_us >= CHAIN_US &&
        oyer_appender_unchained(self->appender) && !chain(self, record->at_us, error))
        return FALSE;
    if (oyer_appender_is_full(self->appender, record->at_us) &&
        !rotate(self, record->at_us, error))
        return FALSE;

    Track *track = &self->tracks[record->track];
    oyer_appender_packet(self->appender, record->track,
                         record->type == OYER_RECORD_RTCP, record->at_us, record->bytes,
                         record->size);
    track->new_packets++;
    track->new_bytes += record->size;
    track->new_us = record->at_us;
    return TRUE;
}

static gboolean write_record(OyerJournalWriter *self, const OyerRecord *record,
                             GError **error)
{
    if (record->type == OYER_RECORD_TRACK) {
        const OyerJournalTrack *description;
        memcpy(&description, record->bytes, sizeof description);
        oyer_appender_describe(self->appender, record->track, description);
    } else if (record->type == OYER_RECORD_MARK) {
        oyer_appender_json(self->appender, (const char *)record->bytes);
    } else if (!write_packet(self, record, error)) {
        return FALSE;
    }
    return oyer_appender_buffered(self->appender) < WRITE_BYTES || flush(self, error);
}

static gboolean write_records(OyerJournalWriter *self, GByteArray *queue,
                              GError **error)
{
    gsize at = 0;
    OyerRecord record;

    while (oyer_record_next(queue, &at, &record))
        if (!write_record(self, &record, error))
            return FALSE;
    return TRUE;
}

/* Writes what was taken from the queue; then what has to follow by the clock. */
static gboolean write_taken(OyerJournalWriter *self, gint64 drop_from_us,
                            gint64 drop_to_us, GError **error)
{
    gboolean ok = write_records(self, self->taken, error);

    g_byte_array_set_size(self->taken, 0);
    if (!ok)
        return FALSE;
    if (drop_from_us)
        oyer_appender_gap(self->appender, drop_from_us, drop_to_us, "slow_disk");

    gint64 now_us = g_get_monotonic_time();
    gint64 since_us = now_us - self->chained_us;
    self->wrote_us = now_us;
    if (oyer_appender_is_full(self->appender, now_us))
        return rotate(self, now_us, error);
    if (since_us >= IDLE_CHAIN_US ||
        (since_us >= CHAIN_US && oyer_appender_unchained(self->appender)))
        return chain(self, now_us, error);
    return flush(self, error);
}

/*
 * Sleeps until there is something to do and takes the queue.  Packets that come
 * while one write is young wait for the next: nobody is woken for each batch.
 * Returns: FALSE when it is the last time.
 */
static gboolean take_queue(OyerJournalWriter *self, gint64 *out_drop_from_us,
                           gint64 *out_drop_to_us)
{
    gint64 gather_us = self->wrote_us + GATHER_US;
    gint64 chain_us =
        self->chained_us +
        (oyer_appender_unchained(self->appender) ? CHAIN_US : IDLE_CHAIN_US);

    lock(self);
    while (!self->is_closing && self->state == OYER_JOURNAL_OPEN) {
        gint64 now_us = g_get_monotonic_time();
        gboolean is_young = now_us < gather_us;

        if ((self->queue->len && !is_young) || now_us >= chain_us)
            break;
        self->wants_wake = !is_young;
        wait_until(self, is_young ? gather_us : chain_us);
    }
    self->wants_wake = FALSE;

    GByteArray *empty = self->taken;
    self->taken = self->queue;
    self->queue = empty;
    *out_drop_from_us = self->drop_from_us;
    *out_drop_to_us = self->drop_to_us;
    self->drop_from_us = self->drop_to_us = 0;
    gboolean goes_on = !self->is_closing && self->state == OYER_JOURNAL_OPEN;
    unlock(self);
    return goes_on;
}

static gpointer run_write(gpointer data)
{
    OyerJournalWriter *self = data;
    g_autoptr(GError) error = NULL;
    gint64 drop_from_us, drop_to_us;
    gboolean goes_on = TRUE;

    /* A busy machine must not make the journal late.  Without the right to it: so be it. */
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), WRITER_NICE);
    while (goes_on) {
        goes_on = take_queue(self, &drop_from_us, &drop_to_us);
        if (is_in(self, OYER_JOURNAL_FAILED))
            break;
        if (!write_taken(self, drop_from_us, drop_to_us, &error) ||
            (!goes_on &&
             !oyer_appender_end(self->appender, g_get_monotonic_time(), &error))) {
            fail(self, error->message);
            break;
        }
    }
    if (!error)
        publish(self);
    oyer_syncer_end(self->syncer, !is_in(self, OYER_JOURNAL_FAILED));
    return NULL;
}

/* --- control --- */

gboolean oyer_journal_writer_arm(OyerJournalWriter *self, const char *dir,
                                 guint64 reserve_bytes, GError **error)
{
    OyerJournalRecovery before;
    guint64 free_bytes = 0;

    if (is_in(self, OYER_JOURNAL_OPEN) || is_in(self, OYER_JOURNAL_FAILED)) {
        g_set_error_literal(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_STATE,
                            "the journal is open, or has failed");
        return FALSE;
    }
    if (!oyer_journal_prove(dir, reserve_bytes, &free_bytes, error) ||
        !oyer_journal_recover(dir, &before, error))
        return FALSE;
    if (before.is_ended) {
        g_set_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_STATE,
                    "%s: this journal has been closed", dir);
        return FALSE;
    }
    lock(self);
    g_free(self->dir);
    self->dir = g_strdup(dir);
    self->free_bytes = free_bytes;
    self->state = OYER_JOURNAL_ARMED;
    unlock(self);
    return TRUE;
}

gboolean oyer_journal_writer_start(OyerJournalWriter *self, gint64 at_us,
                                   GError **error)
{
    if (is_in(self, OYER_JOURNAL_OPEN))
        return TRUE;
    if (!is_in(self, OYER_JOURNAL_ARMED)) {
        g_set_error_literal(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_STATE,
                            "the journal is not armed");
        return FALSE;
    }

    gint64 now_us = g_get_monotonic_time(), utc_us = g_get_real_time();
    g_autoptr(GError) reason = NULL;
    self->appender =
        oyer_appender_new(self->dir, utc_us, now_us, at_us ? at_us : utc_us, &reason);
    if (self->appender)
        self->syncer = oyer_syncer_new(oyer_appender_fd(self->appender),
                                       oyer_appender_dir_fd(self->appender),
                                       &sync_events, self, &reason);
    if (!self->syncer) {
        fail(self, reason->message);
        g_propagate_error(error, g_steal_pointer(&reason));
        return FALSE;
    }
    self->chained_us = self->wrote_us = now_us;

    lock(self);
    self->synced_us = now_us;
    self->free_bytes = oyer_journal_free_bytes(oyer_appender_dir_fd(self->appender));
    memcpy(self->head, oyer_appender_head(self->appender), sizeof self->head);
    for (guint i = 0; i < self->track_count; i++)
        oyer_appender_describe(self->appender, i, self->tracks[i].description);
    self->state = OYER_JOURNAL_OPEN;
    unlock(self);
    self->write_thread = g_thread_new("journal-write", run_write, self);
    return TRUE;
}

static void join_thread(OyerJournalWriter *self)
{
    lock(self);
    self->is_closing = TRUE;
    (void)pthread_cond_signal(&self->wake);
    unlock(self);
    if (self->write_thread)
        (void)g_thread_join(g_steal_pointer(&self->write_thread));
}

gboolean oyer_journal_writer_close(OyerJournalWriter *self, GError **error)
{
    gboolean ok;

    join_thread(self);
    lock(self);
    ok = self->state != OYER_JOURNAL_FAILED;
    if (ok)
        self->state = OYER_JOURNAL_CLOSED;
    else
        g_set_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_DISK, "%s",
                    self->error);
    unlock(self);
    return ok;
}

void oyer_journal_writer_free(OyerJournalWriter *self)
{
    if (!self)
        return;
    join_thread(self);
    oyer_syncer_free(self->syncer);
    oyer_appender_free(self->appender);
    for (guint i = 0; i < self->track_count; i++)
        oyer_journal_track_free(self->tracks[i].description);
    g_hash_table_unref(self->by_id);
    g_ptr_array_unref(self->descriptions);
    g_byte_array_unref(self->queue);
    g_byte_array_unref(self->taken);
    (void)pthread_mutex_destroy(&self->lock);
    (void)pthread_cond_destroy(&self->wake);
    g_free(self->dir);
    g_free(self->error);
    g_free(self);
}
