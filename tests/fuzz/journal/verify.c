/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Whatever a segment holds, it is judged; and a journal that is not empty and has
 * no chain block is never called ended without a finding.
 */

#include "journal/verify.h"

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

    g_autoptr(OyerJournalVerdict) verdict = oyer_journal_verify(dir, NULL);
    if (!verdict || verdict->segments != 1)
        abort();
    if (verdict->is_ended && !verdict->chains && !verdict->findings->len)
        abort();
    return 0;
}
