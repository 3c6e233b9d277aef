/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/plan.h"

#define STRUCTURE "oyer-plan"
#define FIELD "plan"

GstQuery *oyer_plan_query_new(void)
{
    return gst_query_new_custom(GST_QUERY_CUSTOM, gst_structure_new_empty(STRUCTURE));
}

gboolean oyer_plan_query_is(GstQuery *query)
{
    const GstStructure *structure;

    if (GST_QUERY_TYPE(query) != GST_QUERY_CUSTOM)
        return FALSE;
    structure = gst_query_get_structure(query);
    return structure && gst_structure_has_name(structure, STRUCTURE);
}

void oyer_plan_query_answer(GstQuery *query, OyerPlan *plan)
{
    g_return_if_fail(oyer_plan_query_is(query));

    gst_structure_set(gst_query_writable_structure(query), FIELD, G_TYPE_POINTER, plan,
                      NULL);
}

OyerPlan *oyer_plan_query_plan(GstQuery *query)
{
    gpointer plan = NULL;

    g_return_val_if_fail(oyer_plan_query_is(query), NULL);
    if (!gst_structure_get(gst_query_get_structure(query), FIELD, G_TYPE_POINTER, &plan,
                           NULL))
        return NULL;
    return plan;
}
