/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "schedule/vacancy.h"

#include <string.h>

static void need_free(gpointer data)
{
    OyerNeed *need = data;

    g_ptr_array_unref(need->any_of);
    g_free(need);
}

OyerWish *oyer_wish_new(void)
{
    OyerWish *self = g_new0(OyerWish, 1);

    self->needs = g_ptr_array_new_with_free_func(need_free);
    self->lengths_us = g_array_new(FALSE, FALSE, sizeof(gint64));
    self->hearing = "";
    return self;
}

void oyer_wish_free(OyerWish *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->needs);
    g_array_unref(self->lengths_us);
    g_free(self);
}

void oyer_wish_need(OyerWish *self, OyerResource as, const char *const *ids,
                    guint count)
{
    OyerNeed *need = g_new0(OyerNeed, 1);

    need->as = as;
    need->any_of = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < count; i++)
        g_ptr_array_add(need->any_of, g_strdup(ids[i]));
    g_ptr_array_add(self->needs, need);
}

OyerWish *oyer_wish_of_plan(const OyerPlan *plan, const char *hearing,
                            gint64 earliest_us)
{
    OyerWish *self = oyer_wish_new();
    const char *room = plan->room;

    self->hearing = hearing;
    self->earliest_us = earliest_us;
    for (guint i = 0; i < plan->people->len; i++) {
        const OyerPlanPerson *person = g_ptr_array_index(plan->people, i);
        const char *id = person->person;
        if (*id != '\0')
            oyer_wish_need(self, person->as, &id, 1);
    }
    if (*room != '\0')
        oyer_wish_need(self, OYER_RESOURCE_ROOM, &room, 1);
    for (guint i = 0; i < plan->sessions->len; i++) {
        const OyerSpan *span = &g_array_index(plan->sessions, OyerSpan, i);
        const gint64 length_us = span->to_us - span->from_us;
        g_array_append_val(self->lengths_us, length_us);
    }
    return self;
}

static OyerVacancy *slot_new(void)
{
    OyerVacancy *self = g_new0(OyerVacancy, 1);

    self->sessions = g_array_new(FALSE, FALSE, sizeof(OyerSpan));
    self->chosen = g_ptr_array_new_with_free_func(g_free);
    return self;
}

void oyer_vacancy_free(OyerVacancy *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->sessions);
    g_ptr_array_unref(self->chosen);
    g_free(self);
}

GArray *oyer_vacancy_horizon(const OyerScheduleRules *rules, gint64 now_us, guint days)
{
    return oyer_calendar_work(rules->calendar, rules->zone, now_us, days);
}

/* One search. */
typedef struct {
    const OyerBoard *board;
    const GArray *work;
    const OyerWish *wish;
    guint *refusals; /* of each need */
} Search;

/* When @id is free again for all of @span, or @span.from_us when it is. */
static gint64 free_from_us(const Search *self, const char *id, OyerSpan span)
{
    gint64 length_us = span.to_us - span.from_us;
    OyerBusy busy;

    while (oyer_board_clash(self->board, id, span, self->wish->hearing, &busy)) {
        span.from_us = busy.span.to_us;
        span.to_us = span.from_us + length_us;
    }
    return span.from_us;
}

/*
 * Chooses for the need @index whoever is free in @span, is not chosen yet and has least
 * to do.  NULL: nobody, and nobody will be before *@out_next_us.
 */
static const char *choose(const Search *self, guint index, OyerSpan span,
                          GPtrArray *chosen, gint64 *out_next_us)
{
    const OyerNeed *need = g_ptr_array_index(self->wish->needs, index);
    const char *best = NULL;
    gint64 least_us = G_MAXINT64;

    *out_next_us = G_MAXINT64;
    for (guint i = 0; i < need->any_of->len; i++) {
        const char *id = g_ptr_array_index(need->any_of, i);
        gint64 load_us = oyer_board_load_us(self->board, id);
        if (g_ptr_array_find_with_equal_func(chosen, id, g_str_equal, NULL))
            continue;
        gint64 free_us = free_from_us(self, id, span);
        *out_next_us = MIN(*out_next_us, free_us);
        if (free_us > span.from_us || load_us >= least_us)
            continue;
        least_us = load_us;
        best = id;
    }
    return best;
}

/* Everything that is needed in @span: chosen into @out, or the time to try next. */
static gboolean fits(Search *self, OyerSpan span, GPtrArray *out, gint64 *out_next_us)
{
    *out_next_us = span.from_us;
    g_ptr_array_set_size(out, 0);
    for (guint i = 0; i < self->wish->needs->len; i++) {
        gint64 next_us;
        const char *id = choose(self, i, span, out, &next_us);
        if (id != NULL) {
            g_ptr_array_add(out, g_strdup(id));
            continue;
        }
        self->refusals[i]++;
        *out_next_us = MAX(*out_next_us, next_us);
        return FALSE;
    }
    return TRUE;
}

/* The first moment of the grid of @stretch that is not before @at_us. */
static gint64 on_grid_us(const OyerSpan *stretch, gint64 at_us)
{
    if (at_us <= stretch->from_us)
        return stretch->from_us;
    gint64 steps =
        (at_us - stretch->from_us + OYER_PLAN_STEP_US - 1) / OYER_PLAN_STEP_US;
    return stretch->from_us + steps * OYER_PLAN_STEP_US;
}

static gboolean find_in(Search *self, const OyerSpan *stretch, gint64 length_us,
                        gint64 earliest_us, GPtrArray *chosen, OyerSpan *out)
{
    gint64 at_us = on_grid_us(stretch, earliest_us), next_us = 0;

    while (at_us + length_us <= stretch->to_us) {
        const OyerSpan span = {at_us, at_us + length_us};
        if (fits(self, span, chosen, &next_us)) {
            *out = span;
            return TRUE;
        }
        if (next_us >= stretch->to_us)
            return FALSE;
        at_us = MAX(on_grid_us(stretch, next_us), at_us + OYER_PLAN_STEP_US);
    }
    return FALSE;
}

static gboolean find_session(Search *self, gint64 length_us, gint64 earliest_us,
                             GPtrArray *chosen, OyerSpan *out)
{
    for (guint i = 0; i < self->work->len; i++) {
        const OyerSpan *stretch = &g_array_index(self->work, OyerSpan, i);
        if (stretch->to_us > earliest_us &&
            find_in(self, stretch, length_us, earliest_us, chosen, out))
            return TRUE;
    }
    return FALSE;
}

/* @wish with its needs settled on @chosen. */
static OyerWish *settled(const OyerWish *wish, const GPtrArray *chosen)
{
    OyerWish *self = oyer_wish_new();

    self->hearing = wish->hearing;
    for (guint i = 0; i < chosen->len; i++) {
        const OyerNeed *need = g_ptr_array_index(wish->needs, i);
        const char *id = g_ptr_array_index(chosen, i);
        oyer_wish_need(self, need->as, &id, 1);
    }
    return self;
}

/* All sessions, the first in one of the next free times. */
static OyerVacancy *find_all(Search *self)
{
    g_autoptr(OyerVacancy) slot = slot_new();
    gint64 earliest_us = self->wish->earliest_us;
    g_autoptr(OyerWish) fixed = NULL;
    const OyerWish *wish = self->wish;

    for (guint i = 0; i < wish->lengths_us->len; i++) {
        OyerSpan span;
        if (!find_session(self, g_array_index(wish->lengths_us, gint64, i), earliest_us,
                          slot->chosen, &span) ||
            (i == 0 && wish->latest_us != 0 && span.from_us >= wish->latest_us))
            return NULL;
        g_array_append_val(slot->sessions, span);
        earliest_us = span.to_us;
        if (fixed == NULL && wish->lengths_us->len > 1) {
            fixed = settled(wish, slot->chosen);
            self->wish = fixed;
        }
    }
    return g_steal_pointer(&slot);
}

OyerVacancy *oyer_vacancy_find(const OyerBoard *board, const GArray *work,
                               const OyerWish *wish, guint *out_short)
{
    g_autofree guint *refusals = g_new0(guint, wish->needs->len + 1);
    Search search = {board, work, wish, refusals};

    if (wish->lengths_us->len == 0)
        return NULL;
    OyerVacancy *slot = find_all(&search);
    for (guint i = 0; out_short != NULL && i < wish->needs->len; i++)
        if (i == 0 || refusals[i] > refusals[*out_short])
            *out_short = i;
    return slot;
}

GPtrArray *oyer_vacancy_offers(const OyerBoard *board, const GArray *work,
                               OyerWish *wish, guint count)
{
    GPtrArray *offers =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_vacancy_free);

    while (offers->len < count) {
        OyerVacancy *slot = oyer_vacancy_find(board, work, wish, NULL);
        if (slot == NULL)
            break;
        g_ptr_array_add(offers, slot);
        wish->earliest_us = g_array_index(slot->sessions, OyerSpan, 0).to_us;
    }
    return offers;
}
