/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/codec.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* The first byte chooses the codec. */
int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    OyerPayload payload;

    if (size == 0 ||
        !oyer_codec_inspect(data[0] % OYER_CODEC_COUNT, data + 1, size - 1, &payload))
        return 0;
    if (payload.picture_id_bytes)
        g_assert_cmpuint(payload.picture_id_offset + payload.picture_id_bytes, <,
                         size - 1);
    if (payload.tl0_offset)
        g_assert_cmpuint(payload.tl0_offset, <, size - 1);
    g_assert_cmpuint(payload.descriptor_bytes, <, size - 1);
    (void)oyer_opus_duration_us(data + 1, size - 1);
    return 0;
}
