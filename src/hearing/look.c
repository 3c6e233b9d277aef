/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A private look: one of the bench and one person who waits see and hear each other,
 * so that a face can be compared with a document before anybody is let in.  Nobody else
 * has a part in it and nothing of it is recorded (hearing/audience.h); that it took
 * place, between whom and how it ended, is in the log.
 */

#include <string.h>

#include "hearing/scene.h"

/* Why a look does not stand; the first row that applies is the reason. */
static const char *broken(const OyerHearing *hearing, const OyerPerson *looker,
                          const OyerPerson *waits)
{
    gboolean is_apart =
        waits->room == OYER_ROOM_WAITING || waits->room == OYER_ROOM_WITNESS;

    if (hearing->session == OYER_SESSION_CLOSED)
        return "closed";
    if (!is_apart)
        return "not_waiting";
    if (!looker || !looker->online || !oyer_person_is_seated(looker))
        return "line";
    if (!oyer_role_is_bench(looker->role))
        return "not_allowed";
    /* Who presides is with the hearing while it runs. */
    if (oyer_role_presides(looker->role) && hearing->session == OYER_SESSION_IN_SESSION)
        return "in_session";
    return NULL;
}

/* Who is noted to look at @person, or NULL. */
static const char *noted(const OyerPerson *person)
{
    return oyer_json_string(json_object_get(person->check_in, "look"), "by");
}

static void note(OyerPerson *person, const char *by, gint64 since_us)
{
    oyer_person_note(
        person, "look",
        by ? oyer_json_pack("{s:s, s:I}", "by", by, "since_us", (json_int_t)since_us)
           : json_null());
}

const OyerPerson *oyer_hearing_looker(const OyerHearing *self, const OyerPerson *person)
{
    const char *by = noted(person);
    const OyerPerson *looker = by ? oyer_hearing_person(self, by) : NULL;

    return looker && !broken(self, looker, person) ? looker : NULL;
}

static void end(OyerScene *scene, OyerPerson *person, const char *reason)
{
    scene->details = oyer_json_pack("{s:s}", "by", noted(person));
    note(person, NULL, 0);
    scene->outcome->changed = TRUE;
    oyer_scene_log(scene, "look_ended", person->id, reason);
    /* He was let in out of the look: his connections are there already. */
    if (oyer_person_is_seated(person) && person->sending)
        oyer_scene_step(scene, person, OYER_SEAT_JOIN);
}

static gboolean may_begin(OyerScene *scene)
{
    const char *why = broken(scene->hearing, scene->actor, scene->target);
    const OyerPerson *other = oyer_hearing_looker(scene->hearing, scene->target);

    if (why)
        return oyer_scene_refuse(scene, OYER_REFUSAL_WRONG_STATE,
                                 !strcmp(why, "in_session")
                                     ? "the judge is with the hearing that runs"
                                     : "only who sits in court looks at who waits");
    if (scene->target->role == OYER_ROLE_OBSERVER)
        return oyer_scene_refuse(scene, OYER_REFUSAL_BAD_REQUEST,
                                 "an observer has no picture");
    return !other || other == scene->actor ||
           oyer_scene_refuse(scene, OYER_REFUSAL_WRONG_STATE,
                             "somebody else is looking");
}

static void begin(OyerScene *scene)
{
    OyerHearing *hearing = scene->hearing;

    if (!may_begin(scene) ||
        oyer_hearing_looker(hearing, scene->target) == scene->actor)
        return;
    for (guint i = 0; i < hearing->people->len; i++) {
        OyerPerson *person = oyer_hearing_person_at(hearing, i);
        if (!g_strcmp0(noted(person), scene->actor->id))
            end(scene, person, "another");
    }
    note(scene->target, scene->actor->id, scene->now_us);
    scene->outcome->changed = TRUE;
}

/* Ending it twice is no harm: the dialog is closed by whatever ended the look. */
void oyer_scene_look(OyerScene *scene)
{
    gboolean on = scene->message->on;

    if (on) {
        begin(scene);
    } else if (noted(scene->target)) {
        note(scene->target, NULL, 0);
        scene->outcome->changed = TRUE;
    }
    scene->details = oyer_json_pack("{s:b}", "on", on);
}

void oyer_scene_look_due(OyerScene *scene)
{
    for (guint i = 0; i < scene->hearing->people->len; i++) {
        OyerPerson *person = oyer_hearing_person_at(scene->hearing, i);
        const char *by = noted(person);
        const char *why =
            by ? broken(scene->hearing, oyer_hearing_person(scene->hearing, by), person)
               : NULL;

        if (why)
            end(scene, person, why);
    }
}
