/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A list of fragments that is accepted covers the file that it is for. */

#include <stdlib.h>

#include "record/fragments.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    json_t *json = json_loadb((const char *)data, size, 0, NULL);
    const char *participant = NULL;
    g_autoptr(GArray) fragments =
        oyer_fragments_from_json(json, 1000, &participant, NULL);
    guint64 covered = 0;

    for (guint i = 0; fragments && i < fragments->len; i++) {
        const OyerFragment *fragment = &g_array_index(fragments, OyerFragment, i);
        covered += fragment->to - fragment->from;
    }
    if (fragments && (covered != 1000 || !participant))
        abort();
    json_decref(json);
    return 0;
}
