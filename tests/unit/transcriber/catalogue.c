/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/catalogue.h"

#include <string.h>

#include "transcribe/model.h"

static void test_every_entry_can_be_installed(void)
{
    guint n = 0;

    for (const OyerCatalogueEntry *entry = oyer_catalogue(); entry->name;
         entry++, n++) {
        g_assert_true(oyer_model_name_is_safe(entry->name));
        g_assert_true(g_str_has_prefix(entry->url, "https://github.com/k2-fsa/"));
        g_assert_nonnull(strstr(entry->url, entry->name));
        g_assert_true(!entry->sha256 || strlen(entry->sha256) == 64);
        g_assert_nonnull(entry->languages);
        g_assert_nonnull(entry->licence);
        g_assert_cmpuint(entry->used_mb, >, 0);
        g_assert_true(oyer_catalogue_find(entry->name) == entry);
    }
    g_assert_cmpuint(n, >, 0);
    g_assert_null(oyer_catalogue_find("no such model"));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transcriber/catalogue/every-entry-can-be-installed",
                    test_every_entry_can_be_installed);
    return g_test_run();
}
