/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * From one session of a hearing to the next: the same people, a record of its own.
 * Everybody checks in again: it may be another day, and another face before the camera.
 */

#include "hearing/scene.h"

/* So long before it is booked a session can be entered, as by its passes (QP-1). */
#define EARLY_US (30 * 60 * G_GINT64_CONSTANT(1000000))

gint64 oyer_hearing_next_us(const OyerHearing *self)
{
    return self->session_no < self->booked->len
               ? g_array_index(self->booked, gint64, self->session_no)
               : 0;
}

/* What is being made of the session before would be lost sight of. */
static gboolean is_recorded(const OyerHearing *hearing)
{
    return hearing->record.state == OYER_RECORD_NONE ||
           hearing->record.state == OYER_RECORD_SEALED;
}

/* Who was removed stays so, whom the court screened from whom as well. */
static void invite_again(OyerScene *scene, OyerPerson *person)
{
    if (person->status == OYER_STATUS_REMOVED)
        return;
    person->room = OYER_ROOM_NONE;
    person->status = person->before = OYER_STATUS_INVITED;
    person->status_us = scene->now_us;
    person->muted = 0;
    person->locked = person->verified = FALSE;
    person->hand = 0;
    person->declared_us = 0;
    oyer_set_text(&person->check, NULL);
    oyer_set_text(&person->trouble, NULL);
    g_clear_pointer(&person->check_in, json_decref);
    if (person->online)
        (void)oyer_person_step(person, OYER_SEAT_ARRIVE, scene->now_us);
}

static void begin_anew(OyerHearing *hearing)
{
    hearing->session_no++;
    hearing->session = OYER_SESSION_NOT_STARTED;
    hearing->stage = OYER_STAGE_NONE;
    hearing->opened_us = hearing->closed_us = 0;
    oyer_set_text(&hearing->reason, NULL);
    hearing->unrecorded = FALSE;
    hearing->hands = 0;
    hearing->recording = OYER_RECORDING_IDLE;
    hearing->record.state = OYER_RECORD_NONE;
    hearing->record.progress = 0;
    oyer_set_text(&hearing->record.root, NULL);
    g_array_set_size(hearing->chapters, 0);
    g_ptr_array_set_size(hearing->intervals, 0);
    g_ptr_array_set_size(hearing->alerts, 0);
}

void oyer_scene_next_session(OyerScene *scene)
{
    OyerHearing *hearing = scene->hearing;

    if (hearing->status != OYER_HEARING_PART_HEARD) {
        oyer_scene_refuse(scene, OYER_REFUSAL_WRONG_STATE,
                          "the hearing was not adjourned to another session");
        return;
    }
    if (!is_recorded(hearing)) {
        oyer_scene_refuse(scene, OYER_REFUSAL_WRONG_STATE,
                          "the record of the session before is not made yet");
        return;
    }
    begin_anew(hearing);
    for (guint i = 0; i < hearing->people->len; i++)
        invite_again(scene, oyer_hearing_person_at(hearing, i));
    scene->outcome->changed = TRUE;
    oyer_scene_effect(scene, OYER_EFFECT_NEXT_SESSION, NULL);
    g_clear_pointer(&scene->details, json_decref);
    scene->details = oyer_json_pack("{s:i}", "session", (int)hearing->session_no);
}

void oyer_scene_session_due(OyerScene *scene)
{
    const OyerHearing *hearing = scene->hearing;
    gint64 next_us = oyer_hearing_next_us(hearing);

    if (hearing->status != OYER_HEARING_PART_HEARD || !is_recorded(hearing) ||
        hearing->session != OYER_SESSION_CLOSED || next_us == 0 ||
        scene->now_us < next_us - EARLY_US)
        return;
    oyer_scene_next_session(scene);
    oyer_scene_log(scene, "next_session", NULL, NULL);
}
