/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The court's verifier is asked whose document that is.  Its answer is advice: it
 * stands beside the person until somebody of the court says what he compared, and is
 * then kept with that.  The number itself is nowhere kept.
 */

#include "hearing/scene.h"

/* Longer than the verifier is waited for: what asked is gone, by a restart. */
#define ANSWER_US (60 * G_GINT64_CONSTANT(1000000))

const json_t *oyer_person_verifier(const OyerPerson *person)
{
    return json_object_get(person->check_in, "verifier");
}

static gboolean is_asked(const OyerPerson *person)
{
    return !g_strcmp0(oyer_json_string(oyer_person_verifier(person), "state"), "asked");
}

void oyer_scene_verify(OyerScene *scene)
{
    OyerPerson *target = scene->target;
    const OyerMessage *message = scene->message;

    scene->details = oyer_json_pack("{s:s}", "document", message->comparison.document);
    if (!scene->hearing->has_verifier) {
        oyer_scene_refuse(scene, OYER_REFUSAL_NO_SUCH, "the court has no verifier");
        return;
    }
    if (is_asked(target)) {
        oyer_scene_refuse(scene, OYER_REFUSAL_WRONG_STATE, "it is being asked");
        return;
    }
    oyer_person_note(target, "verifier",
                     oyer_json_pack("{s:s,s:s,s:s,s:I}", "state", "asked", "by",
                                    scene->actor->id, "document",
                                    message->comparison.document, "at_us",
                                    (json_int_t)scene->now_us));
    OyerEffect *effect = oyer_scene_effect(scene, OYER_EFFECT_VERIFY, target->id);
    effect->reason = message->comparison.document;
    effect->number = g_strdup(message->number);
    scene->outcome->changed = TRUE;
}

/* Takes @said: state, and perhaps reference and level. */
static void keep(OyerScene *scene, OyerPerson *person, json_t *said)
{
    const json_t *asked = oyer_person_verifier(person);

    json_object_set(said, "by", json_object_get(asked, "by"));
    json_object_set(said, "document", json_object_get(asked, "document"));
    scene->details = json_deep_copy(said);
    json_object_set_new(said, "at_us", json_integer(scene->now_us));
    oyer_person_note(person, "verifier", said);
    scene->outcome->changed = TRUE;
    oyer_scene_log(scene, "verifier", person->id, NULL);
}

void oyer_scene_verified(OyerScene *scene)
{
    json_t *said = scene->text ? json_loads(scene->text, 0, NULL) : NULL;

    if (said && is_asked(scene->target))
        keep(scene, scene->target, said);
    else
        json_decref(said);
}

void oyer_scene_verify_due(OyerScene *scene)
{
    for (guint i = 0; i < scene->hearing->people->len; i++) {
        OyerPerson *person = oyer_hearing_person_at(scene->hearing, i);
        gint64 at_us = oyer_json_int(oyer_person_verifier(person), "at_us", 0);

        if (is_asked(person) && scene->now_us - at_us >= ANSWER_US)
            keep(scene, person, oyer_json_pack("{s:s}", "state", "no_answer"));
    }
}
