/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/stun.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    gboolean is = oyer_stun_is(data, size);

    g_assert(is || !oyer_stun_is_request(data, size));
    g_assert(is || !oyer_stun_is_authentic(data, size, "VOkJxbRl1RmTxUk/WvJxBt"));
    (void)oyer_stun_is_authentic(data, size, "VOkJxbRl1RmTxUk/WvJxBt");
    return 0;
}
