/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "notice/service.h"

#include "base/clock.h"

#define HOUR_US (3600 * OYER_SECOND_US)

static void test_the_address_decides_what_serves(void)
{
    static const struct {
        gboolean is_confirmed;
        gint64 arrived, read, acted, effective;
    } rows[] = {
        {TRUE, 10, 0, 0, 10},   {TRUE, 10, 5, 0, 5},    {TRUE, 0, 0, 0, 0},
        {FALSE, 10, 0, 0, 0},   {FALSE, 10, 20, 0, 20}, {FALSE, 10, 30, 20, 20},
        {FALSE, 10, 0, 40, 40},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const OyerService row = {rows[i].is_confirmed, rows[i].arrived, rows[i].read,
                                 rows[i].acted};
        g_assert_cmpint(oyer_service_effective_us(&row), ==, rows[i].effective);
    }
    g_assert_cmpint(oyer_service_earlier_us(0, 7), ==, 7);
    g_assert_cmpint(oyer_service_earlier_us(9, 7), ==, 7);
}

static void test_nobody_is_reminded_of_what_he_just_heard(void)
{
    gint64 start_us = 100 * OYER_DAY_US, day_us = OYER_DAY_US;

    g_assert_cmpint(
        oyer_service_reminder_us(start_us, 3 * day_us, start_us - 7 * day_us), ==,
        start_us - 3 * day_us);
    g_assert_cmpint(
        oyer_service_reminder_us(start_us, 3 * day_us, start_us - 3 * day_us - HOUR_US),
        ==, 0);
    g_assert_cmpint(oyer_service_reminder_us(start_us, 3 * day_us, start_us - day_us),
                    ==, 0);
    g_assert_cmpint(oyer_service_reminder_us(start_us, HOUR_US, start_us - 3 * HOUR_US),
                    ==, start_us - HOUR_US);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/notice/service/the-address-decides-what-serves",
                    test_the_address_decides_what_serves);
    g_test_add_func("/notice/service/nobody-is-reminded-of-what-he-just-heard",
                    test_nobody_is_reminded_of_what_he_just_heard);
    return g_test_run();
}
