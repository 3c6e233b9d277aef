/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as what a reader of documents wrote: pieces of clean UTF-8, bounded. */

#include "filing/reading.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GPtrArray) pieces = oyer_reading_cut((const char *)data, size);
    guint page = 1;

    for (guint i = 0; i < pieces->len; i++) {
        const OyerPiece *piece = pieces->pdata[i];
        g_assert_true(g_utf8_validate(piece->text, -1, NULL));
        g_assert_cmpuint(strlen(piece->text), <=, OYER_READING_PIECE_MAX);
        g_assert_cmpuint(piece->page, >=, page);
        page = piece->page;
    }
    return 0;
}
