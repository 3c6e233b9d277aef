/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The board: who and which room is taken when.  docket/ fills it with what is booked;
 * check.h looks for clashes in it, vacancy.h for room.
 *
 * A resource is an id, of a person or of a room.  What holds it is a hearing, or
 * nothing ("": leave of a judge, repair of a room).
 *
 * Thread: any; one board belongs to one at a time.
 */
#pragma once

#include "schedule/plan.h"

typedef struct OyerBoard OyerBoard;

typedef struct {
    const char *resource;
    const char *hearing; /* "" */
    OyerResource as;     /* in which capacity it is held there */
    OyerSpan span;
} OyerBusy;

OyerBoard *oyer_board_new(void);
void oyer_board_free(OyerBoard *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerBoard, oyer_board_free)

/* Texts of @busy are copied. */
void oyer_board_add(OyerBoard *self, const OyerBusy *busy);

/* All that @plan holds as @hearing: every person and the room, in every session. */
void oyer_board_add_plan(OyerBoard *self, const char *hearing, const OyerPlan *plan);

/* Lets go of all that @hearing holds. */
void oyer_board_remove(OyerBoard *self, const char *hearing);

/*
 * Calls @func for each time that @resource is taken within @span by anything but
 * @hearing ("": nothing is left out), earliest first.
 */
typedef void (*OyerBoardFunc)(const OyerBusy *busy, gpointer data);
void oyer_board_each(const OyerBoard *self, const char *resource, OyerSpan span,
                     const char *hearing, OyerBoardFunc func, gpointer data);

/* The first of them in @out.  FALSE: @resource is free. */
gboolean oyer_board_clash(const OyerBoard *self, const char *resource, OyerSpan span,
                          const char *hearing, OyerBusy *out);

/* How long @resource sits in hearings: who has least to do is asked first. */
gint64 oyer_board_load_us(const OyerBoard *self, const char *resource);
