/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Where a test keeps its database: on SQLite, or on the PostgreSQL that the
 * environment variable OYER_TEST_DATABASE names, in a schema that is new each time.
 */
#pragma once

#include <glib.h>

typedef struct {
    char *folder, *file; /* SQLite's */
    char *place;         /* what to give to oyer_db_open() */
} TestPlace;

void test_place_set_up(TestPlace *self);
void test_place_tear_down(TestPlace *self);

/* (transfer full): @path, or the URI of a new schema. */
char *test_place_new(const char *path);

/* Whether it is PostgreSQL. */
gboolean test_place_is_postgres(void);
