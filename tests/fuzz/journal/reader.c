/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Whatever a segment holds, a reader comes to its end: each block it gives has
 * its bytes, and damage can be skipped.
 */

#include "journal/reader.h"

#include "folder.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(OyerJournalReader) reader =
        oyer_journal_reader_new(folder_with(data, size));
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
