/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/content.h"

#include <string.h>

static json_t *parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    json_t *value = oyer_json_parse(text, strlen(text), &error);

    g_assert_no_error(error);
    return value;
}

static json_t *change(const json_t *content, const char *text)
{
    g_autoptr(json_t) patch = parse(text);
    g_autoptr(json_t) causes = oyer_filing_causes_built_in();
    g_autoptr(GError) error = NULL;
    json_t *changed = oyer_filing_content_change(content, patch, causes, &error);

    g_assert_true((changed == NULL) == (error != NULL));
    return changed;
}

static void test_what_is_not_sent_stays(void)
{
    g_autoptr(json_t) empty = oyer_filing_content_new("zh");
    g_autoptr(json_t) one = change(empty, "{\"claim\":\"还款\",\"step\":\"claim\"}");
    g_autoptr(json_t) two = change(one, "{\"facts\":\"借条\"}");

    g_assert_cmpstr(oyer_json_string(two, "claim"), ==, "还款");
    g_assert_cmpstr(oyer_json_string(two, "facts"), ==, "借条");
    g_assert_cmpstr(oyer_json_string(empty, "claim"), ==, "");
}

static void test_refuses_what_it_does_not_know(void)
{
    static const char *const rows[] = {
        "{\"state\":\"docketed\"}",
        "{\"claim\":1}",
        "{\"language\":\"fr\"}",
        "{\"cause\":\"no-such\"}",
        "{\"amount_fen\":-1}",
        "{\"amount_fen\":1.5}",
        "{\"claim\":\"\\u0007\"}",
        "{\"parties\":{}}",
        "{\"parties\":[{\"role\":\"judge\",\"kind\":\"person\"}]}",
        "{\"parties\":[{\"role\":\"plaintiff\"}]}",
        "{\"parties\":[{\"role\":\"plaintiff\",\"kind\":\"person\",\"admin\":true}]}",
    };
    g_autoptr(json_t) empty = oyer_filing_content_new("zh");

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_null(change(empty, rows[i]));
}

static void test_says_all_that_is_missing(void)
{
    g_autoptr(json_t) empty = oyer_filing_content_new("zh");
    g_autoptr(json_t) missing = oyer_filing_content_missing(empty);
    g_autofree char *text = oyer_json_text(missing);
    g_autoptr(json_t) full = change(
        empty,
        "{\"cause\":\"private_lending\",\"claim\":\"a\",\"facts\":\"b\","
        "\"parties\":[{\"role\":\"plaintiff\",\"kind\":\"person\",\"name\":"
        "\"朱敏\"},{\"role\":\"defendant\",\"kind\":\"person\",\"name\":\"王磊\"}"
        "]}");
    g_autoptr(json_t) none = oyer_filing_content_missing(full);

    g_assert_cmpstr(text, ==,
                    "[\"parties.plaintiff\",\"parties.defendant\",\"cause\",\"claim\","
                    "\"facts\"]");
    g_assert_cmpuint(json_array_size(none), ==, 0);
    g_assert_cmpstr(oyer_filing_content_party(full, "defendant"), ==, "王磊");
}

static void test_a_late_defect_is_seen(void)
{
    static const struct {
        const char *items;
        gboolean late;
    } rows[] = {
        /* Still not put right. */
        {"[{\"code\":\"identity\",\"text\":\"x\"}]", FALSE},
        /* Of a document that came with the supplement. */
        {"[{\"code\":\"illegible\",\"text\":\"x\",\"document\":\"new\"}]", FALSE},
        /* Could have been seen the first time. */
        {"[{\"code\":\"authority\",\"text\":\"x\"}]", TRUE},
        {"[{\"code\":\"illegible\",\"text\":\"x\",\"document\":\"first\"}]", TRUE},
        {"[{\"code\":\"identity\",\"text\":\"x\",\"old\":true}]", TRUE},
    };
    g_autoptr(json_t) reviews =
        parse("[{\"items\":[{\"code\":\"identity\",\"text\":\"no copy\"}]}]");
    g_autoptr(json_t) none = json_array();
    g_autoptr(json_t) fresh = parse("[\"new\"]");

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(json_t) items = parse(rows[i].items);
        g_assert_true(oyer_filing_items_check(items, NULL));
        g_assert_cmpint(oyer_filing_is_late(items, reviews, fresh), ==, rows[i].late);
        g_assert_false(oyer_filing_is_late(items, none, fresh));
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/filing/content/what-is-not-sent-stays",
                    test_what_is_not_sent_stays);
    g_test_add_func("/filing/content/refuses-what-it-does-not-know",
                    test_refuses_what_it_does_not_know);
    g_test_add_func("/filing/content/says-all-that-is-missing",
                    test_says_all_that_is_missing);
    g_test_add_func("/filing/content/a-late-defect-is-seen",
                    test_a_late_defect_is_seen);
    return g_test_run();
}
