/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Whatever a segment holds, a reader comes to its end: each block it gives has
 * its bytes, and damage can be skipped.
 */

#include "journal/reader.h"

#include <stdlib.h>

#include <glib/gstdio.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static char *dir, *path;

static void remove_dir(void)
{
    (void)g_unlink(path);
    (void)g_rmdir(dir);
    g_free(path);
    g_free(dir);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    if (!dir) {
        dir = g_dir_make_tmp("oyer-fuzz-XXXXXX", NULL);
        path = g_build_filename(dir, "000001.pcapng", NULL);
        (void)atexit(remove_dir);
    }
    if (!g_file_set_contents_full(path, (const char *)data, (gssize)size,
                                  G_FILE_SET_CONTENTS_NONE, 0600, NULL))
        abort();

    g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(dir);
    OyerJournalBlock block;
    guint sum = 0;
    for (gsize steps = 0;; steps++) {
        /* Each step goes at least four bytes on. */
        if (steps > size / 4 + 16)
            abort();
        OyerJournalResult result = oyer_journal_reader_next(reader, &block, NULL);
        if (result == OYER_JOURNAL_WAIT || result == OYER_JOURNAL_ENDED)
            break;
        if (result == OYER_JOURNAL_BROKEN) {
            oyer_journal_reader_skip(reader);
            continue;
        }
        for (gsize i = 0; i < block.size; i++)
            sum += block.data[i];
        if (block.type <= OYER_JOURNAL_RTCP)
            sum += (guint)block.track->track[0] + block.track->ssrc;
    }
    g_autofree char *position = oyer_journal_reader_position(reader);
    return sum == 0 && !position ? 1 : 0;
}
