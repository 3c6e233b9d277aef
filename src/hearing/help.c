/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Somebody asks for help: one of the court takes it upon himself, and says in the end
 * what came of it.  Unheard for two minutes it is an alarm (SR-2).  What was asked is a
 * private word and stands in no log; that there was a call, who took it, when, and what
 * came of it does.
 */

#include "hearing/scene.h"

#define UNHEARD_US (120 * G_GINT64_CONSTANT(1000000))

/* What stands in the note of a call: times, 0 for not yet, and who took it. */
static void note(OyerPerson *person, gint64 asked_us, gint64 claimed_us, const char *by)
{
    oyer_person_note(person, "help",
                     oyer_json_pack("{s:I, s:I, s:s}", "asked_us", (json_int_t)asked_us,
                                    "claimed_us", (json_int_t)claimed_us, "by", by));
}

const json_t *oyer_person_help(const OyerPerson *person)
{
    const json_t *help = json_object_get(person->check_in, "help");

    return oyer_json_int(help, "asked_us", 0) != 0 ? help : NULL;
}

gboolean oyer_person_is_unheard(const OyerPerson *person)
{
    const json_t *help = oyer_person_help(person);

    return help != NULL && oyer_json_int(help, "claimed_us", 0) == 0;
}

void oyer_scene_trouble(OyerScene *scene)
{
    OyerPerson *actor = scene->actor;

    oyer_set_text(&actor->trouble, scene->message->text);
    oyer_hearing_settle(scene->hearing, OYER_ALERT_TROUBLE, actor->id);
    oyer_hearing_raise(scene->hearing, OYER_ALERT_WARNING, OYER_ALERT_TROUBLE,
                       actor->id, scene->now_us);
    note(actor, scene->now_us, 0, "");
    scene->outcome->changed = TRUE;
    oyer_scene_log(scene, "trouble", NULL, NULL);
}

static void settle(OyerScene *scene)
{
    oyer_hearing_settle(scene->hearing, OYER_ALERT_TROUBLE, scene->target->id);
    oyer_hearing_settle(scene->hearing, OYER_ALERT_HELP_UNHEARD, scene->target->id);
    scene->outcome->changed = TRUE;
}

static gboolean is_called(OyerScene *scene)
{
    return oyer_person_help(scene->target) != NULL ||
           oyer_scene_refuse(scene, OYER_REFUSAL_WRONG_STATE, "nobody asks for help");
}

void oyer_scene_help_claim(OyerScene *scene)
{
    OyerPerson *target = scene->target;

    if (!is_called(scene))
        return;
    if (!oyer_person_is_unheard(target)) {
        oyer_scene_refuse(scene, OYER_REFUSAL_WRONG_STATE, "somebody has taken it");
        return;
    }
    note(target, oyer_json_int(oyer_person_help(target), "asked_us", 0), scene->now_us,
         scene->actor->id);
    settle(scene);
}

void oyer_scene_help_answer(OyerScene *scene)
{
    OyerPerson *target = scene->target;

    if (!is_called(scene))
        return;
    if (!scene->message->reason) {
        oyer_scene_refuse(scene, OYER_REFUSAL_BAD_REQUEST, "say what came of it");
        return;
    }
    note(target, 0, 0, "");
    oyer_set_text(&target->trouble, NULL);
    settle(scene);
}

void oyer_scene_help_due(OyerScene *scene)
{
    for (guint i = 0; i < scene->hearing->people->len; i++) {
        const OyerPerson *person = oyer_hearing_person_at(scene->hearing, i);
        gint64 asked_us = oyer_json_int(oyer_person_help(person), "asked_us", 0);

        if (!oyer_person_is_unheard(person) || scene->now_us - asked_us < UNHEARD_US ||
            !oyer_hearing_raise(scene->hearing, OYER_ALERT_ALARM,
                                OYER_ALERT_HELP_UNHEARD, person->id, scene->now_us))
            continue;
        scene->outcome->changed = TRUE;
        oyer_scene_log(scene, "help_unheard", person->id, NULL);
    }
}
