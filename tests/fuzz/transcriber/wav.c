/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A clip that came with a model. */

#include "transcriber/wav.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GArray) samples = oyer_wav_parse(data, size);

    if (samples)
        g_assert_cmpuint(samples->len, <=, size / 2);
    return 0;
}
