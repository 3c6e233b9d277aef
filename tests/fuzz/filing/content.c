/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as a step of the form: what is taken is again a content of the same shape,
 * and writing it once more changes nothing.
 */

#include "filing/content.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(json_t) patch = oyer_json_parse((const char *)data, size, NULL);
    g_autoptr(json_t) causes = oyer_filing_causes_built_in();
    g_autoptr(json_t) empty = oyer_filing_content_new("zh");
    g_autoptr(GError) error = NULL;

    if (patch == NULL)
        return 0;
    (void)oyer_filing_items_check(patch, NULL);
    g_autoptr(json_t) content =
        oyer_filing_content_change(empty, patch, causes, &error);
    g_assert_true((content == NULL) == (error != NULL));
    if (content == NULL)
        return 0;
    g_assert_cmpuint(json_object_size(content), ==, json_object_size(empty));
    g_autoptr(json_t) again =
        oyer_filing_content_change(content, content, causes, NULL);
    g_assert_true(json_equal(content, again));
    json_decref(oyer_filing_content_missing(content));
    return 0;
}
