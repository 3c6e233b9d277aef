/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "schedule/plan.h"

#include <string.h>

#include "base/id.h"
#include "base/text.h"

/* No hearing is planned before 2000 or after 2200. */
#define TIME_MIN_US (946684800 * G_GINT64_CONSTANT(1000000))
#define TIME_MAX_US (7258118400 * G_GINT64_CONSTANT(1000000))

#define MINUTE_US (60 * G_GINT64_CONSTANT(1000000))

static const char *const kinds[] = {"first",         "continued", "evidence_exchange",
                                    "inquiry",       "mediation", "pre_trial",
                                    "pronouncement", NULL};
static const char *const opennesses[] = {"public", "closed", NULL};
static const char *const sides[] = {"", "plaintiff", "defendant", "third_party", NULL};
static const char *const modes[OYER_MODES] = {"video", "phone", "in_person"};
static const char *const waivers[OYER_WAIVERS] = {"none", "agreed", "summary"};

static const struct {
    const char *word, *role;
    gboolean is_noticed, is_exempt;
} resources[OYER_RESOURCES] = {
    [OYER_RESOURCE_JUDGE] = {"judge", "judge", FALSE, TRUE},
    [OYER_RESOURCE_PANEL] = {"panel", "judge", FALSE, TRUE},
    [OYER_RESOURCE_CLERK] = {"clerk", "clerk", FALSE, FALSE},
    [OYER_RESOURCE_PARTY] = {"party", "party", TRUE, FALSE},
    [OYER_RESOURCE_REPRESENTATIVE] = {"representative", "representative", TRUE, FALSE},
    [OYER_RESOURCE_WITNESS] = {"witness", "witness", TRUE, FALSE},
    [OYER_RESOURCE_INTERPRETER] = {"interpreter", "interpreter", FALSE, TRUE},
    [OYER_RESOURCE_SUPPORT] = {"support", "observer", FALSE, TRUE},
    [OYER_RESOURCE_MEDIATOR] = {"mediator", "mediator", FALSE, TRUE},
    [OYER_RESOURCE_ROOM] = {"room", "", FALSE, FALSE},
};

const char *oyer_resource_word(OyerResource resource)
{
    return resource < OYER_RESOURCES ? resources[resource].word : NULL;
}

const char *oyer_resource_role(OyerResource as)
{
    return as < OYER_RESOURCE_ROOM ? resources[as].role : NULL;
}

gboolean oyer_resource_is_noticed(OyerResource as)
{
    return as < OYER_RESOURCES && resources[as].is_noticed;
}

gboolean oyer_resource_is_exempt(OyerResource as)
{
    return as < OYER_RESOURCES && resources[as].is_exempt;
}

const char *oyer_mode_word(OyerMode mode)
{
    return mode < OYER_MODES ? modes[mode] : NULL;
}

const char *oyer_waiver_word(OyerWaiver waiver)
{
    return waiver < OYER_WAIVERS ? waivers[waiver] : NULL;
}

gint oyer_resource_of(const char *word)
{
    for (gint i = 0; word != NULL && i < OYER_RESOURCES; i++)
        if (!strcmp(resources[i].word, word))
            return i;
    return -1;
}

static gint index_of(const char *const *words, guint count, const char *word)
{
    for (guint i = 0; word != NULL && i < count; i++)
        if (!strcmp(words[i], word))
            return (gint)i;
    return -1;
}

gint oyer_mode_of(const char *word)
{
    return index_of(modes, OYER_MODES, word);
}

/* ---- making ---- */

static void person_free(gpointer data)
{
    OyerPlanPerson *person = data;

    g_free(person->person);
    g_free(person->name);
    g_free(person->side);
    g_free(person->represents);
    g_free(person);
}

OyerPlan *oyer_plan_new(void)
{
    OyerPlan *self = g_new0(OyerPlan, 1);

    self->cases = g_ptr_array_new_with_free_func(g_free);
    self->sessions = g_array_new(FALSE, FALSE, sizeof(OyerSpan));
    self->people = g_ptr_array_new_with_free_func(person_free);
    self->waiver_persons = g_ptr_array_new_with_free_func(g_free);
    return self;
}

void oyer_plan_free(OyerPlan *self)
{
    if (self == NULL)
        return;
    g_free(self->kind);
    g_free(self->openness);
    g_free(self->room);
    g_ptr_array_unref(self->cases);
    g_array_unref(self->sessions);
    g_ptr_array_unref(self->people);
    g_free(self->waiver_reason);
    g_ptr_array_unref(self->waiver_persons);
    g_free(self);
}

OyerPlan *oyer_plan_copy(const OyerPlan *self)
{
    g_autoptr(json_t) object = oyer_plan_json(self);
    OyerPlan *copy = oyer_plan_parse(object, NULL);

    g_assert(copy != NULL);
    return copy;
}

const OyerPlanPerson *oyer_plan_person(const OyerPlan *self, const char *id)
{
    for (guint i = 0; i < self->people->len; i++) {
        const OyerPlanPerson *person = g_ptr_array_index(self->people, i);
        if (!strcmp(person->person, id))
            return person;
    }
    return NULL;
}

guint oyer_plan_count(const OyerPlan *self, OyerResource as)
{
    guint count = 0;

    for (guint i = 0; i < self->people->len; i++) {
        const OyerPlanPerson *person = g_ptr_array_index(self->people, i);
        count += person->as == as;
    }
    return count;
}

/* ---- reading ---- */

static gboolean fail(GError **error, const char *name, const char *why)
{
    g_set_error(error, OYER_JSON_ERROR, OYER_JSON_ERROR_SHAPE, "%s: %s", name, why);
    return FALSE;
}

/* At most @max ids, none twice. */
static gboolean take_ids(GPtrArray *out, const json_t *list, const char *name,
                         gsize max, GError **error)
{
    gsize i;
    json_t *item;

    if (!json_is_array(list) || json_array_size(list) > max)
        return fail(error, name, "not a list, or too long");
    json_array_foreach(list, i, item)
    {
        const char *id = json_string_value(item);
        if (!oyer_id_is_valid(id))
            return fail(error, name, "not an id");
        if (g_ptr_array_find_with_equal_func(out, id, g_str_equal, NULL))
            return fail(error, name, "stands there twice");
        g_ptr_array_add(out, g_strdup(id));
    }
    return TRUE;
}

gboolean oyer_plan_is_span(OyerSpan span)
{
    return span.from_us % MINUTE_US == 0 && span.to_us % MINUTE_US == 0 &&
           span.from_us >= TIME_MIN_US && span.from_us <= TIME_MAX_US &&
           span.to_us > span.from_us &&
           span.to_us - span.from_us <= OYER_PLAN_SESSION_MAX_US;
}

static gboolean take_session(OyerPlan *self, json_t *item, GError **error)
{
    json_int_t from_us = 0, to_us = 0;

    if (!oyer_json_unpack(item, error, "{s:I,s:I}", "from_us", &from_us, "to_us",
                          &to_us))
        return FALSE;
    const OyerSpan span = {from_us, to_us};
    if (!oyer_plan_is_span(span))
        return fail(error, "sessions", "not a whole minute, or too long");
    if (self->sessions->len > 0) {
        const OyerSpan *last =
            &g_array_index(self->sessions, OyerSpan, self->sessions->len - 1);
        if (last->to_us > from_us)
            return fail(error, "sessions", "one begins before the last has ended");
    }
    g_array_append_val(self->sessions, span);
    return TRUE;
}

static gboolean is_id_list(const char *text)
{
    if (*text == '\0')
        return TRUE;
    g_auto(GStrv) ids = g_strsplit(text, " ", OYER_PLAN_PEOPLE_MAX + 1);
    if (g_strv_length(ids) > OYER_PLAN_PEOPLE_MAX)
        return FALSE;
    for (guint i = 0; ids[i] != NULL; i++)
        if (!oyer_id_is_valid(ids[i]))
            return FALSE;
    return TRUE;
}

static gboolean take_person(OyerPlan *self, json_t *item, GError **error)
{
    const char *person = "", *name = "", *as, *mode, *side = "", *represents = "";

    if (!oyer_json_unpack(item, error, "{s?s,s?s,s:s,s:s,s?s,s?s}", "person", &person,
                          "name", &name, "as", &as, "mode", &mode, "side", &side,
                          "represents", &represents))
        return FALSE;
    gint resource = oyer_resource_of(as), medium = oyer_mode_of(mode);
    if (resource < 0 || resource >= OYER_RESOURCE_MEDIATOR || medium < 0)
        return fail(error, "people", "no such capacity or mode");
    if (!g_strv_contains(sides, side) || !is_id_list(represents))
        return fail(error, "people", "no such side, or represents no id");
    if (*person != '\0' ? !oyer_id_is_valid(person) : *name == '\0')
        return fail(error, "people", "neither an id nor a name");
    if (!oyer_text_is_clean(name, OYER_PLAN_NAME_MAX))
        return fail(error, "people", "the name is too long");
    if (*person != '\0' && oyer_plan_person(self, person) != NULL)
        return fail(error, "people", "stands there twice");

    OyerPlanPerson *row = g_new0(OyerPlanPerson, 1);
    row->person = g_strdup(person);
    row->name = g_strdup(name);
    row->as = (OyerResource)resource;
    row->mode = (OyerMode)medium;
    row->side = g_strdup(side);
    row->represents = g_strdup(represents);
    g_ptr_array_add(self->people, row);
    return TRUE;
}

static gboolean take_waiver(OyerPlan *self, json_t *item, GError **error)
{
    const char *ground, *reason;
    json_t *persons = NULL;

    if (item == NULL || json_is_null(item))
        return TRUE;
    if (!oyer_json_unpack(item, error, "{s:s,s:s,s?o}", "ground", &ground, "reason",
                          &reason, "persons", &persons))
        return FALSE;
    gint waiver = index_of(waivers, OYER_WAIVERS, ground);
    if (waiver <= OYER_WAIVER_NONE || *reason == '\0' ||
        !oyer_text_is_clean(reason, OYER_PLAN_REASON_MAX))
        return fail(error, "waiver", "needs a ground and a reason");
    self->waiver = (OyerWaiver)waiver;
    g_free(self->waiver_reason);
    self->waiver_reason = g_strdup(reason);
    return persons == NULL || take_ids(self->waiver_persons, persons, "waiver.persons",
                                       OYER_PLAN_PEOPLE_MAX, error);
}

static gboolean take_list(OyerPlan *self, json_t *list, const char *name, gsize max,
                          gboolean (*take)(OyerPlan *, json_t *, GError **),
                          GError **error)
{
    gsize i;
    json_t *item;

    if (!json_is_array(list) || json_array_size(list) > max)
        return fail(error, name, "not a list, or too long");
    json_array_foreach(list, i, item)
    {
        if (!take(self, item, error))
            return FALSE;
    }
    return TRUE;
}

OyerPlan *oyer_plan_parse(json_t *object, GError **error)
{
    g_autoptr(OyerPlan) self = oyer_plan_new();
    const char *kind = "first", *openness = "public", *room = "";
    json_t *cases, *sessions, *people, *waiver = NULL;

    if (!oyer_json_unpack(object, error, "{s?s,s?s,s?s,s:o,s:o,s:o,s?o}", "kind", &kind,
                          "openness", &openness, "room", &room, "cases", &cases,
                          "sessions", &sessions, "people", &people, "waiver", &waiver))
        return NULL;
    if (!g_strv_contains(kinds, kind) || !g_strv_contains(opennesses, openness) ||
        (*room != '\0' && !oyer_id_is_valid(room))) {
        fail(error, "plan", "no such kind, openness or room");
        return NULL;
    }
    self->kind = g_strdup(kind);
    self->openness = g_strdup(openness);
    self->room = g_strdup(room);
    self->waiver_reason = g_strdup("");
    if (!take_ids(self->cases, cases, "cases", OYER_PLAN_CASES_MAX, error) ||
        !take_list(self, sessions, "sessions", OYER_PLAN_SESSIONS_MAX, take_session,
                   error) ||
        !take_list(self, people, "people", OYER_PLAN_PEOPLE_MAX, take_person, error) ||
        !take_waiver(self, waiver, error))
        return NULL;
    if (self->cases->len == 0) {
        fail(error, "cases", "a hearing needs a case");
        return NULL;
    }
    return g_steal_pointer(&self);
}

/* ---- writing ---- */

static json_t *ids_json(const GPtrArray *ids)
{
    json_t *out = json_array();

    for (guint i = 0; i < ids->len; i++)
        json_array_append_new(out, json_string(ids->pdata[i]));
    return out;
}

json_t *oyer_plan_json(const OyerPlan *self)
{
    json_t *sessions = json_array(), *people = json_array();

    for (guint i = 0; i < self->sessions->len; i++) {
        const OyerSpan *span = &g_array_index(self->sessions, OyerSpan, i);
        json_array_append_new(
            sessions, oyer_json_pack("{s:I,s:I}", "from_us", (json_int_t)span->from_us,
                                     "to_us", (json_int_t)span->to_us));
    }
    for (guint i = 0; i < self->people->len; i++) {
        const OyerPlanPerson *person = g_ptr_array_index(self->people, i);
        json_array_append_new(people,
                              oyer_json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "person",
                                             person->person, "name", person->name, "as",
                                             resources[person->as].word, "mode",
                                             modes[person->mode], "side", person->side,
                                             "represents", person->represents));
    }
    json_t *out =
        oyer_json_pack("{s:s,s:s,s:s,s:o,s:o,s:o}", "kind", self->kind, "openness",
                       self->openness, "room", self->room, "cases",
                       ids_json(self->cases), "sessions", sessions, "people", people);
    if (self->waiver != OYER_WAIVER_NONE)
        json_object_set_new(out, "waiver",
                            oyer_json_pack("{s:s,s:s,s:o}", "ground",
                                           waivers[self->waiver], "reason",
                                           self->waiver_reason, "persons",
                                           ids_json(self->waiver_persons)));
    return out;
}
