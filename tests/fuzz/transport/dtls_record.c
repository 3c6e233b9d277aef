/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/dtls_record.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    OyerDtlsRecord record;
    gsize at = 0, before = 0;

    while (oyer_dtls_record_next(data, size, &at, &record)) {
        g_assert_cmpuint(at, >, before);
        g_assert_cmpuint(at, <=, size);
        g_assert_true(record.bytes + record.size == data + at);
        (void)oyer_dtls_hello_is_usable(&record);
        before = at;
    }
    g_assert_true(oyer_dtls_records_are_whole(data, size) == (size > 0 && at == size));
    return 0;
}
