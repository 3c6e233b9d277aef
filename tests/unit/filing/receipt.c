/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/receipt.h"

#include <string.h>

static json_t *receipt(guint files)
{
    g_autoptr(json_t) said = oyer_json_pack(
        "{s:s,s:s,s:i,s:s,s:[]}", "number", "R2026沪0114-000001", "court_name",
        "海东区人民法院", "round", 1, "received", "2026-03-13T01:30:00.000Z", "files");

    for (guint i = 0; i < files; i++)
        json_array_append_new(
            json_object_get(said, "files"),
            oyer_json_pack(
                "{s:s,s:s,s:s,s:i}", "document", "借条", "name", "p1.jpg", "sha256",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852"
                "b855",
                "size_bytes", 183220));
    g_autofree char *text = oyer_json_canonical(said);
    return oyer_json_pack("{s:s,s:s,s:s,s:s}", "signed", text, "signature", "c2ln",
                          "key", "-----BEGIN PUBLIC KEY-----\n", "fingerprint", "9f86");
}

/* How often @word stands in the bytes of @pdf. */
static guint count(GBytes *pdf, const char *word)
{
    gsize size;
    const char *at = g_bytes_get_data(pdf, &size);
    const char *end = at + size;
    guint found = 0;

    while ((at = memmem(at, (gsize)(end - at), word, strlen(word))) != NULL) {
        found++;
        at += strlen(word);
    }
    return found;
}

static void test_goes_over_as_many_pages_as_it_needs(void)
{
    static const guint files[] = {1, 200};

    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(json_t) one = receipt(files[i]);
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) pdf = oyer_receipt_pdf(one, &error);
        g_assert_no_error(error);
        g_assert_cmpint(count(pdf, "%PDF-"), ==, 1);
        g_assert_cmpuint(g_bytes_get_size(pdf), <, 2 * 1024 * 1024);
    }
}

static void test_what_is_no_receipt_is_refused(void)
{
    static const char *const texts[] = {"{}", "{\"signed\":\"\"}",
                                        "{\"signed\":\"{}\"}", "{\"signed\":\"[\"}",
                                        "{\"signed\":7}"};

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(json_t) one = oyer_json_parse(texts[i], strlen(texts[i]), NULL);
        g_autoptr(GError) error = NULL;
        g_assert_null(oyer_receipt_pdf(one, &error));
        g_assert_nonnull(error);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/filing/receipt/goes-over-as-many-pages-as-it-needs",
                    test_goes_over_as_many_pages_as_it_needs);
    g_test_add_func("/filing/receipt/what-is-no-receipt-is-refused",
                    test_what_is_no_receipt_is_refused);
    return g_test_run();
}
