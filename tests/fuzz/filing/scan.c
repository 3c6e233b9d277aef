/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as the answer of a malware scanner: only "OK" is clean. */

#include "filing/scan.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    char finding[OYER_SCAN_FINDING_SIZE];
    g_autoptr(GError) error = NULL;
    OyerScanVerdict verdict =
        oyer_scan_reply((const char *)data, size, finding, &error);

    g_assert_true((verdict == OYER_SCAN_FAILED) == (error != NULL));
    if (verdict == OYER_SCAN_CLEAN)
        g_assert_true(size >= 2 && memmem(data, size, "OK", 2) != NULL);
    for (const char *c = finding; *c != '\0'; c++)
        g_assert_true(g_ascii_isprint(*c));
    return 0;
}
