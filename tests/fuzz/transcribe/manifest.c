/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* manifest.json of a model: from a stranger's disk. */

#include <string.h>

#include "transcribe/model.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree char *text = g_memdup2(data, size);
    g_autoptr(OyerModel) model = oyer_model_parse(text ? text : "", size, NULL);

    if (!model)
        return 0;
    g_assert_true(oyer_model_name_is_safe(model->name));
    g_assert_true(oyer_model_speaks(model, model->languages[0]));
    for (guint role = 0; role < OYER_MODEL_N_ROLES; role++) {
        const char *path = model->files[role].path;
        g_assert_cmpint(path != NULL, ==,
                        oyer_model_needs(model->family, (OyerModelRole)role));
        g_assert_true(!path || !strchr(path, '/'));
    }
    g_autofree char *digest = oyer_model_digest(model);
    g_assert_cmpuint(strlen(digest), ==, 64);
    return 0;
}
