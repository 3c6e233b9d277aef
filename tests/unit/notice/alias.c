/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "notice/alias.h"

static void test_nobody_is_named_and_organizations_are(void)
{
    static const struct {
        const char *name, *alias;
    } rows[] = {
        {"朱敏", "朱某"},
        {"朱敏 Zhu Min", "朱某"},
        {"欧阳修文", "欧阳某"},
        {"欧阳", "欧某"},
        {"Zhu Min", "Z. M."},
        {"anne-marie o'neill", "A. M. O."},
        {"海东市长风贸易有限公司", "海东市长风贸易有限公司"},
        {"王公司", "王某"}, /* too short to be sure */
        {"阿布都热依木·买买提", "阿某"},
        {"Changfeng Trading Co.", "Changfeng Trading Co."},
        {"", ""},
        {"\xff", "\357\277\275."},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *alias = oyer_alias(rows[i].name);
        g_assert_cmpstr(alias, ==, rows[i].alias);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/notice/alias/nobody-is-named-and-organizations-are",
                    test_nobody_is_named_and_organizations_are);
    return g_test_run();
}
