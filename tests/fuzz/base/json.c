/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is parsed can be written, and what was written is parsed to the same. */

#include "base/json.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) value = oyer_json_parse((const char *)data, size, &error);

    if (!value) {
        g_assert_nonnull(error);
        return 0;
    }
    g_autofree char *text = oyer_json_canonical(value);
    /* Escapes can make the text longer than what may be parsed. */
    g_autoptr(json_t) again = oyer_json_parse(text, strlen(text), NULL);
    g_assert_true(!again || json_equal(value, again));
    return 0;
}
