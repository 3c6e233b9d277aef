/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as a mail that came back. */

#include "post/bounce.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    OyerBounce out;

    oyer_bounce_parse(data, size, &out);
    g_assert_true(!*out.sending || oyer_id_is_valid(out.sending));
    g_assert_true(!*out.message || oyer_id_is_valid(out.message));
    g_assert_true(g_str_is_ascii(out.why));
    g_assert_true(!*out.why || out.has_failed);
    return 0;
}
