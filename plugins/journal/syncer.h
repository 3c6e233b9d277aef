/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Brings a journal's files to the disk, on a thread of its own: fdatasync takes
 * as long as the disk likes, and nobody else waits for it.
 *
 * The writer tells it which file is being appended to, asks for a sync after
 * each chain block, and learns by the events how much of what it has written is
 * safe.  It knows files, no packets.
 *
 * Thread: _new(), _end() and _free(): the writer's, they wait for the disk;
 * _ask() and _turn(): one at a time, they do not wait.  The events come on the
 * syncer's thread, without its lock.
 */
#pragma once

#include <glib.h>

#include "journal/error.h"

typedef struct OyerSyncer OyerSyncer;

typedef struct {
    /* A sync begins: all that was written before this returns is part of it. */
    void (*began)(gpointer data);
    /* That sync is on the disk, where @free_bytes are left. */
    void (*ended)(guint64 free_bytes, gpointer data);
    /* It is not, for @reason; called once, and no sync follows. */
    void (*failed)(const char *reason, guint64 free_bytes, gpointer data);
} OyerSyncerEvents;

/*
 * Syncs file @fd and its folder @dir_fd, then waits to be asked.  Both are
 * borrowed and stay open until the end, @fd until _turn().  @events is borrowed,
 * too.  NULL: OYER_JOURNAL_ERROR_DISK, without an event.
 */
OyerSyncer *oyer_syncer_new(int fd, int dir_fd, const OyerSyncerEvents *events,
                            gpointer data, GError **error);

/* Asks for a sync.  Those that are asked for during one become one more. */
void oyer_syncer_ask(OyerSyncer *self);

/*
 * From now on @fd (borrowed) is appended to.  @old_fd, the one before it, is
 * taken: the next sync brings it to the disk with the folder, and closes it.
 */
void oyer_syncer_turn(OyerSyncer *self, int old_fd, int fd);

/*
 * Ends the thread and waits for it: with one more sync when @is_whole, else as
 * soon as it can.  After a failure, or again: nothing more is synced.
 */
void oyer_syncer_end(OyerSyncer *self, gboolean is_whole);

/* Ends it without a sync, when that was not done, and frees it.  NULL is fine. */
void oyer_syncer_free(OyerSyncer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerSyncer, oyer_syncer_free)
