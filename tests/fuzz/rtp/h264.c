/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/h264.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    guint16 width = 0, height = 0;

    if (oyer_h264_sps_size(data, size, &width, &height)) {
        g_assert_cmpuint(width, >, 0);
        g_assert_cmpuint(height, >, 0);
        g_assert_cmpuint(width, <=, 16384);
    } else {
        g_assert_cmpuint(width, ==, 0);
    }
    return 0;
}
