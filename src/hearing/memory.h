/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The memory of answers: a message that comes again with the same id from the same
 * person is answered with what was said before, and not done again.  Bounded: the
 * oldest answers of a person are forgotten first.
 *
 * Thread: main.
 */
#pragma once

#include <glib.h>

typedef struct OyerMemory OyerMemory;

/* @per_person: how many answers of one person are kept. */
OyerMemory *oyer_memory_new(guint per_person);
void oyer_memory_free(OyerMemory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerMemory, oyer_memory_free)

/* Returns: (transfer none): the answer, "" while it is still being worked on, or NULL
 * if the id is new. */
const char *oyer_memory_find(const OyerMemory *self, const char *participant,
                             const char *id);

/* Keeps @reply, in place of the one that was there.  Shaped as OyerMemoryEach. */
void oyer_memory_put(const char *participant, const char *id, const char *reply,
                     gpointer self);
