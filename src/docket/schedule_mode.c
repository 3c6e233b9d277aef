/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/schedule_mode.h"

#include <string.h>

#include "docket/rows.h"

json_t *oyer_schedule_place(OyerMode mode, const char *room)
{
    static const struct {
        const char *zh, *en;
    } words[OYER_MODES] = {
        [OYER_MODE_VIDEO] = {"网上视频", "online, by video"},
        [OYER_MODE_PHONE] = {"电话", "by telephone"},
        [OYER_MODE_IN_PERSON] = {"本人到法院", "in person, at the court"},
    };
    gboolean has_room = mode == OYER_MODE_IN_PERSON && *room != '\0';
    g_autofree char *zh =
        g_strconcat(words[mode].zh, has_room ? "：" : "", has_room ? room : "", NULL);
    g_autofree char *en =
        g_strconcat(words[mode].en, has_room ? ", " : "", has_room ? room : "", NULL);

    return oyer_json_pack("{s:s,s:s}", "zh", zh, "en", en);
}

static OyerPlan *read_plan(OyerDb *db, const char *hearing, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT body FROM hearing_plan WHERE hearing = ?", "s", hearing);

    if (!oyer_rows_first(rows, &found, error) || !found)
        return NULL;
    const char *text = oyer_rows_text(rows, 0);
    g_autoptr(json_t) object = oyer_json_parse(text, strlen(text), error);
    return object != NULL ? oyer_plan_parse(object, error) : NULL;
}

GHashTable *oyer_schedule_places(OyerDb *db, const char *hearing, GError **error)
{
    g_autoptr(GHashTable) places = g_hash_table_new_full(
        g_str_hash, g_str_equal, g_free, (GDestroyNotify)json_decref);
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerPlan) plan = read_plan(db, hearing, &failed);

    if (failed != NULL) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return NULL;
    }
    if (plan == NULL)
        return g_steal_pointer(&places);
    g_autofree char *room = oyer_schedule_name(db, plan->room, error);
    if (room == NULL)
        return NULL;
    for (guint i = 0; i < plan->people->len; i++) {
        const OyerPlanPerson *person = plan->people->pdata[i];
        g_hash_table_insert(places, g_strdup(person->person),
                            oyer_schedule_place(person->mode, room));
    }
    return g_steal_pointer(&places);
}

static gboolean comes_otherwise(const OyerScheduleChange *change,
                                const OyerPlanPerson *person)
{
    const OyerPlanPerson *old = oyer_plan_person(change->before, person->person);

    return old != NULL && (old->mode != person->mode ||
                           (person->mode == OYER_MODE_IN_PERSON &&
                            strcmp(change->before->room, change->plan->room) != 0));
}

gboolean oyer_schedule_tell_modes(OyerDb *db, const OyerScheduleChange *change,
                                  GError **error)
{
    const OyerPlan *plan = change->plan;

    /* Of another time everybody is told anyway. */
    if (change->before == NULL || strcmp(change->state_before, "booked") != 0 ||
        g_array_index(change->before->sessions, OyerSpan, 0).from_us !=
            g_array_index(plan->sessions, OyerSpan, 0).from_us)
        return TRUE;
    for (guint i = 0; i < plan->people->len; i++) {
        const OyerPlanPerson *person = plan->people->pdata[i];
        if (comes_otherwise(change, person) &&
            !oyer_docket_tell_mode(db, change->notices, change->hearing, person->person,
                                   change->rev, change->now_us, error))
            return FALSE;
    }
    return TRUE;
}
