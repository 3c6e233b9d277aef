/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * For the tests of the register: a database of its own with the demo court's
 * hearing of one fixed day.
 */
#pragma once

#include "docket/demo.h"
#include "support/place.h"

/* 2026-03-13 09:00 in Shanghai. */
#define NOW_US G_GINT64_CONSTANT(1773363600000000)

typedef struct {
    OyerDb *db;
    OyerKey *key;
    OyerDemo *demo;
} Court;

static inline void court_set_up(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *place = test_place_new(":memory:");
    g_autoptr(GError) error = NULL;

    court->db = oyer_db_open(place, &error);
    g_assert_no_error(error);
    court->key = oyer_key_new(&error);
    g_assert_no_error(error);
    court->demo = oyer_demo_seed(court->db, court->key, NOW_US, &error);
    g_assert_no_error(error);
}

static inline void court_tear_down(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    oyer_demo_free(court->demo);
    oyer_key_free(court->key);
    oyer_db_close(court->db);
}
