/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A manifest that is accepted names only files inside the bag. */

#include "record/bag.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GPtrArray) entries =
        oyer_bag_parse_manifest((const char *)data, size, NULL);

    for (guint i = 0; entries && i < entries->len; i++) {
        const OyerBagEntry *entry = entries->pdata[i];
        g_autofree char *full = g_build_filename("/bag", entry->path, NULL);
        g_autofree char *canonical = g_canonicalize_filename(full, "/");
        if (!g_str_has_prefix(canonical, "/bag/") || strlen(entry->sha256) != 64)
            abort();
    }
    return 0;
}
