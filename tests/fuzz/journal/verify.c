/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Whatever a segment holds, it is judged; and a journal that is not empty and has
 * no chain block is never called ended without a finding.
 */

#include "journal/verify.h"

#include "folder.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(OyerJournalVerdict) verdict =
        oyer_journal_verify(folder_with(data, size), NULL);
    if (!verdict || verdict->segments != 1)
        abort();
    if (verdict->is_ended && !verdict->chains && !verdict->findings->len)
        abort();
    return 0;
}
