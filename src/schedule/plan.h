/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The plan of a hearing: which cases, when (one session or several), where, who comes in
 * which capacity and how: what a clerk asks for, and what stands in the schedule when it
 * was booked.  docs/SCHEDULE.md has its form in JSON.
 *
 * api/ brings what came from outside; docket/ keeps it; check.h judges it.
 *
 * Thread: any; a plan belongs to one at a time.
 */
#pragma once

#include "base/json.h"
#include "filing/calendar.h"

#define OYER_PLAN_CASES_MAX 20
#define OYER_PLAN_SESSIONS_MAX 20
#define OYER_PLAN_PEOPLE_MAX 60
#define OYER_PLAN_NAME_MAX 100
#define OYER_PLAN_REASON_MAX 1000 /* characters */

/* A session lasts so long, in steps of OYER_PLAN_STEP_US. */
#define OYER_PLAN_STEP_US (15 * 60 * G_GINT64_CONSTANT(1000000))
#define OYER_PLAN_SESSION_MAX_US (16 * OYER_PLAN_STEP_US)

/* What can be booked but once at a time.  People come in a capacity; one person is one
 * resource, whatever the capacity. */
typedef enum {
    OYER_RESOURCE_JUDGE, /* presiding, or sole */
    OYER_RESOURCE_PANEL, /* the other members */
    OYER_RESOURCE_CLERK,
    OYER_RESOURCE_PARTY,
    OYER_RESOURCE_REPRESENTATIVE,
    OYER_RESOURCE_WITNESS,
    OYER_RESOURCE_INTERPRETER,
    OYER_RESOURCE_SUPPORT,  /* sits beside a person who needs it */
    OYER_RESOURCE_MEDIATOR, /* of a mediation, which no clerk plans */
    OYER_RESOURCE_ROOM,
    OYER_RESOURCES
} OyerResource;

typedef enum {
    OYER_MODE_VIDEO,
    OYER_MODE_PHONE,
    OYER_MODE_IN_PERSON,
    OYER_MODES
} OyerMode;

typedef struct {
    char *person; /* id; "" somebody new, of @name */
    char *name;
    OyerResource as;
    OyerMode mode;
    char *side;       /* plaintiff, …, or "" */
    char *represents; /* ids of persons with spaces between, or "" */
} OyerPlanPerson;

/* Why less notice will do. */
typedef enum {
    OYER_WAIVER_NONE,
    OYER_WAIVER_AGREED,  /* everybody who had to be given notice: @persons */
    OYER_WAIVER_SUMMARY, /* CPL §162: summary procedure, called in a simple way */
    OYER_WAIVERS
} OyerWaiver;

typedef struct {
    char *kind;       /* first, continued, … */
    char *openness;   /* public, closed */
    char *room;       /* id, or "" */
    GPtrArray *cases; /* ids, the leading one first */
    GArray *sessions; /* OyerSpan, in order */
    GPtrArray *people;
    OyerWaiver waiver;
    char *waiver_reason;
    GPtrArray *waiver_persons; /* ids */
} OyerPlan;

/* Of whole minutes, not too long, in a time that hearings are planned in. */
gboolean oyer_plan_is_span(OyerSpan span);

OyerPlan *oyer_plan_new(void);
void oyer_plan_free(OyerPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerPlan, oyer_plan_free)

/*
 * Reads a plan.  Everything is of its type and within its bounds, sessions are in order,
 * nobody and no case stands there twice; whether it can be held is check.h's.
 *
 * Returns: (transfer full): NULL with @error set (OYER_JSON_ERROR).
 */
OyerPlan *oyer_plan_parse(json_t *object, GError **error);

/* (transfer full) */
json_t *oyer_plan_json(const OyerPlan *self);
OyerPlan *oyer_plan_copy(const OyerPlan *self);

/* The person @id, or NULL. */
const OyerPlanPerson *oyer_plan_person(const OyerPlan *self, const char *id);

/* How many come as @as. */
guint oyer_plan_count(const OyerPlan *self, OyerResource as);

/* "judge", "in_person", "agreed".  (transfer none) */
const char *oyer_resource_word(OyerResource resource);
const char *oyer_mode_word(OyerMode mode);
const char *oyer_waiver_word(OyerWaiver waiver);

/* −1: no such word. */
gint oyer_resource_of(const char *word);
gint oyer_mode_of(const char *word);

/* The role in the hearing of who comes as @as: a word of hearing/words.h. */
const char *oyer_resource_role(OyerResource as);

/* Whoever comes as @as is given notice; may still change within the freeze. */
gboolean oyer_resource_is_noticed(OyerResource as);
gboolean oyer_resource_is_exempt(OyerResource as);
