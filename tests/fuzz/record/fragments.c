/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whatever a media file holds, its fragments cover each byte once. */

#include "record/fragments.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GArray) fragments = oyer_fragments_cut(data, size, 1000000, 5000000);
    guint64 at = 0;

    for (guint i = 0; i < fragments->len; i++) {
        const OyerFragment *fragment = &g_array_index(fragments, OyerFragment, i);
        if (fragment->from != at || fragment->to < at)
            abort();
        at = fragment->to;
    }
    if (at != size)
        abort();
    oyer_fragments_hash(fragments, data, size);
    return 0;
}
