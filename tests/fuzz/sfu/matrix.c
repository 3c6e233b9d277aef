/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/matrix.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    json_t *cells = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    OyerMatrix *matrix = oyer_matrix_from_json(cells);

    if (matrix) {
        (void)oyer_matrix_what(matrix, "a", "b");
        (void)oyer_matrix_is_heard(matrix, "b");
    }
    oyer_matrix_free(matrix);
    json_decref(cells);
    return 0;
}
