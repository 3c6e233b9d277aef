/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/memory.h"

static void test_answers_by_person_and_id(void)
{
    g_autoptr(OyerMemory) memory = oyer_memory_new(4);

    g_assert_null(oyer_memory_find(memory, "a", "1"));
    oyer_memory_put("a", "1", "", memory);
    g_assert_cmpstr(oyer_memory_find(memory, "a", "1"), ==, "");
    oyer_memory_put("a", "1", "ok", memory);
    g_assert_cmpstr(oyer_memory_find(memory, "a", "1"), ==, "ok");
    g_assert_null(oyer_memory_find(memory, "b", "1"));
}

static void test_forgets_the_oldest_of_the_same_person(void)
{
    g_autoptr(OyerMemory) memory = oyer_memory_new(2);

    oyer_memory_put("b", "1", "kept", memory);
    oyer_memory_put("a", "1", "x", memory);
    oyer_memory_put("a", "2", "x", memory);
    oyer_memory_put("a", "2", "y", memory);
    oyer_memory_put("a", "3", "x", memory);
    g_assert_null(oyer_memory_find(memory, "a", "1"));
    g_assert_cmpstr(oyer_memory_find(memory, "a", "2"), ==, "y");
    g_assert_cmpstr(oyer_memory_find(memory, "b", "1"), ==, "kept");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hearing/memory/answers-by-person-and-id",
                    test_answers_by_person_and_id);
    g_test_add_func("/hearing/memory/forgets-the-oldest-of-the-same-person",
                    test_forgets_the_oldest_of_the_same_person);
    return g_test_run();
}
