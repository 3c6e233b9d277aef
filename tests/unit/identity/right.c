/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/right.h"

#include "support/document.h"

#define BIT(role) (1u << (role))

static void test_what_is_not_in_the_table_is_refused(void)
{
    g_assert_false(oyer_right_is_granted(OYER_RIGHTS, ~0u));
    for (guint right = 0; right < OYER_RIGHTS; right++)
        g_assert_false(oyer_right_is_granted(right, 0));
    g_assert_false(oyer_right_is_granted(OYER_RIGHT_UNSEAL, BIT(OYER_STAFF_CLERK)));
    g_assert_false(
        oyer_right_is_granted(OYER_RIGHT_READ_REGISTER, BIT(OYER_STAFF_ADMINISTRATOR)));
}

/* The administrator keeps accounts and settings, and sees no case. */
static void test_the_administrator_sees_no_case(void)
{
    for (guint right = 0; right < OYER_RIGHTS; right++)
        if (oyer_right_is_granted(right, BIT(OYER_STAFF_ADMINISTRATOR)))
            g_assert_true(
                right == OYER_RIGHT_SIGNED_IN || right == OYER_RIGHT_MANAGE_ACCOUNTS ||
                right == OYER_RIGHT_CONFIGURE || right == OYER_RIGHT_READ_AUDIT);
}

static void test_unseal_delete_and_override_need_two(void)
{
    for (guint right = 0; right < OYER_RIGHTS; right++)
        g_assert_cmpint(oyer_right_needs_two(right), ==,
                        right == OYER_RIGHT_UNSEAL || right == OYER_RIGHT_DELETE ||
                            right == OYER_RIGHT_OVERRIDE);
    g_assert_true(oyer_right_may_approve(OYER_RIGHT_DELETE, BIT(OYER_STAFF_PRESIDENT)));
    g_assert_false(oyer_right_may_approve(OYER_RIGHT_DELETE, BIT(OYER_STAFF_CLERK)));
    g_assert_false(oyer_right_may_approve(OYER_RIGHT_SEAL, ~0u));
}

static void test_words_are_found_again(void)
{
    for (guint right = 0; right < OYER_RIGHTS; right++)
        g_assert_cmpint(oyer_right_of(oyer_right_word(right)), ==, (gint)right);
    for (guint role = 0; role < OYER_STAFF_ROLES; role++)
        g_assert_cmpint(oyer_staff_role_of(oyer_staff_role_word(role)), ==, (gint)role);
    g_assert_cmpint(oyer_right_of("everything"), ==, -1);
    g_assert_cmpint(oyer_right_of(NULL), ==, -1);
    g_assert_cmpint(oyer_staff_role_of("party"), ==, -1);
    g_assert_cmpint(
        oyer_right_role(OYER_RIGHT_SEAL, BIT(OYER_STAFF_CLERK) | BIT(OYER_STAFF_JUDGE)),
        ==, OYER_STAFF_JUDGE);
    g_assert_cmpint(oyer_right_role(OYER_RIGHT_SEAL, BIT(OYER_STAFF_CLERK)), ==, -1);
}

static void test_the_document_shows_this_table(void)
{
    g_autofree char *table = oyer_right_text();

    document_must_hold("PERMISSIONS.md", table);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/identity/right/what-is-not-in-the-table-is-refused",
                    test_what_is_not_in_the_table_is_refused);
    g_test_add_func("/identity/right/the-administrator-sees-no-case",
                    test_the_administrator_sees_no_case);
    g_test_add_func("/identity/right/unseal-delete-and-override-need-two",
                    test_unseal_delete_and_override_need_two);
    g_test_add_func("/identity/right/words-are-found-again",
                    test_words_are_found_again);
    g_test_add_func("/identity/right/the-document-shows-this-table",
                    test_the_document_shows_this_table);
    return g_test_run();
}
