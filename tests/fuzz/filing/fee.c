/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as a court's fees: those that are taken cost nobody less than nothing. */

#include "filing/fee.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const gint64 amounts_fen[] = {0, 1, 1000000,
                                         G_GINT64_CONSTANT(1000000000000000)};
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) fees = oyer_fees_parse((const char *)data, size, &error);

    g_assert_true((fees == NULL) == (error != NULL));
    for (gsize i = 0; fees != NULL && i < G_N_ELEMENTS(amounts_fen); i++)
        g_assert_cmpint(oyer_fee_fen(fees, "sale", "summary", amounts_fen[i]), >=, 0);
    return 0;
}
