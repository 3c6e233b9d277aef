/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "schedule/propose.h"

static void proposal_free(gpointer data)
{
    OyerProposal *proposal = data;

    oyer_vacancy_free(proposal->slot);
    g_free(proposal);
}

/* Who has a last day comes before who has none, an earlier one first; then who has
 * waited longer. */
static gint compare_urgency(gconstpointer a, gconstpointer b, gpointer data)
{
    const OyerWaiting *waiting = data;
    const OyerWaiting *one = &waiting[*(const guint *)a];
    const OyerWaiting *other = &waiting[*(const guint *)b];
    gint64 due_one = one->due_us ? one->due_us : G_MAXINT64;
    gint64 due_other = other->due_us ? other->due_us : G_MAXINT64;

    if (due_one != due_other)
        return due_one < due_other ? -1 : 1;
    return (one->since_us > other->since_us) - (one->since_us < other->since_us);
}

static void take_place(OyerBoard *board, const OyerWaiting *waiting,
                       const OyerVacancy *slot)
{
    for (guint i = 0; i < slot->sessions->len; i++)
        for (guint j = 0; j < slot->chosen->len; j++) {
            const OyerNeed *need = g_ptr_array_index(waiting->wish->needs, j);
            const OyerBusy busy = {g_ptr_array_index(slot->chosen, j), waiting->id,
                                   need->as,
                                   g_array_index(slot->sessions, OyerSpan, i)};
            oyer_board_add(board, &busy);
        }
}

static OyerProposal *propose(OyerBoard *board, const GArray *work, gint64 earliest_us,
                             const OyerWaiting *waiting)
{
    OyerProposal *row = g_new0(OyerProposal, 1);
    guint in_the_way = 0;

    row->id = waiting->id;
    row->short_ = OYER_RESOURCES;
    waiting->wish->earliest_us = MAX(waiting->wish->earliest_us, earliest_us);
    row->slot = oyer_vacancy_find(board, work, waiting->wish, &in_the_way);
    if (row->slot != NULL) {
        take_place(board, waiting, row->slot);
    } else if (waiting->wish->needs->len > 0) {
        const OyerNeed *need = g_ptr_array_index(waiting->wish->needs, in_the_way);
        row->short_ = need->as;
    }
    return row;
}

GPtrArray *oyer_schedule_propose(OyerBoard *board, const OyerScheduleRules *rules,
                                 OyerWaiting *waiting, guint count, gint64 now_us,
                                 guint days)
{
    g_autoptr(GArray) work = oyer_vacancy_horizon(rules, now_us, days);
    g_autoptr(GArray) order = g_array_sized_new(FALSE, FALSE, sizeof(guint), count);
    GPtrArray *rows = g_ptr_array_new_with_free_func(proposal_free);
    gint64 earliest_us = oyer_schedule_notice_us(rules, now_us);

    for (guint i = 0; i < count; i++)
        g_array_append_val(order, i);
    g_array_sort_with_data(order, compare_urgency, waiting);
    for (guint i = 0; i < count; i++)
        g_ptr_array_add(rows, propose(board, work, earliest_us,
                                      &waiting[g_array_index(order, guint, i)]));
    return rows;
}
