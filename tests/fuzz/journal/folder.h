/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A journal of one segment whose bytes are the fuzzer's; the folder goes when the
 * program ends.
 *
 * Thread: main.
 */
#pragma once

#include <stdlib.h>

#include <glib/gstdio.h>

#include "journal/segment.h"

static char *folder, *segment;

static void folder_remove(void)
{
    (void)g_unlink(segment);
    (void)g_rmdir(folder);
    g_free(segment);
    g_free(folder);
}

/* Returns: (transfer none): the folder. */
static const char *folder_with(const guint8 *data, gsize size)
{
    if (!folder) {
        folder = g_dir_make_tmp("oyer-fuzz-XXXXXX", NULL);
        segment = oyer_segment_path(folder, 1);
        (void)atexit(folder_remove);
    }
    if (!g_file_set_contents_full(segment, (const char *)data, (gssize)size,
                                  G_FILE_SET_CONTENTS_NONE, 0600, NULL))
        abort();
    return folder;
}
