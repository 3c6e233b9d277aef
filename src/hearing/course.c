/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The course of a session: the commands that move it from the opening to the seal. */

#include "hearing/scene.h"

void oyer_scene_arm(OyerScene *scene)
{
    OyerRecording recording = scene->hearing->recording;

    if (scene->hearing->is_mediation || recording == OYER_RECORDING_RECORDING ||
        recording == OYER_RECORDING_PAUSED)
        return;
    oyer_scene_effect(scene, OYER_EFFECT_JOURNAL_ARM, NULL);
}

static gboolean has_judge(const OyerHearing *hearing)
{
    for (guint i = 0; i < hearing->people->len; i++) {
        const OyerPerson *person = oyer_hearing_person_at(hearing, i);
        if (oyer_role_presides(person->role) && oyer_person_is_seated(person))
            return TRUE;
    }
    return FALSE;
}

/* The guard of the session machine's rows `open` and `resume`. */
static gboolean is_recorder_fit(OyerScene *scene)
{
    if (scene->hearing->is_mediation)
        return TRUE;
    switch (scene->hearing->recording) {
    case OYER_RECORDING_ARMED:
    case OYER_RECORDING_PAUSED:
    case OYER_RECORDING_RECORDING:
        return TRUE;
    default:
        break;
    }
    /* Ordered once, it holds for the session. */
    if (scene->hearing->unrecorded)
        return TRUE;
    if (!scene->message->override)
        return oyer_scene_refuse(scene, OYER_REFUSAL_RECORDER,
                                 "the recorder is not ready");
    if (!oyer_scene_may(scene, OYER_DO_OVERRIDE))
        return FALSE;
    return scene->message->reason || oyer_scene_refuse(scene, OYER_REFUSAL_BAD_REQUEST,
                                                       "an override has a reason");
}

static void step_session(OyerScene *scene, OyerSessionEvent event)
{
    const OyerRule *rule =
        oyer_machine_find(&oyer_session_machine, scene->hearing->session, event);

    g_return_if_fail(rule != NULL);
    scene->hearing->session = rule->to;
    scene->outcome->changed = TRUE;
}

static void step_hearing(OyerHearing *hearing, OyerHearingEvent event)
{
    const OyerRule *rule =
        oyer_machine_find(&oyer_hearing_machine, hearing->status, event);

    if (rule)
        hearing->status = rule->to;
}

/* Into session: with a recorder that runs, or by the judge's order without.  Of a
 * mediation there is nothing to be recorded, and so no gap. */
static void run_session(OyerScene *scene)
{
    OyerHearing *hearing = scene->hearing;

    if (hearing->is_mediation)
        return;
    switch (hearing->recording) {
    case OYER_RECORDING_ARMED:
        oyer_scene_start_journal(scene);
        oyer_scene_end_interval(scene);
        break;
    case OYER_RECORDING_PAUSED:
    case OYER_RECORDING_RECORDING:
        oyer_scene_recorder(scene, OYER_RECORDER_START);
        oyer_scene_end_interval(scene);
        break;
    default:
        hearing->unrecorded = TRUE;
        oyer_scene_begin_interval(scene, OYER_INTERVAL_TECHNICAL_GAP,
                                  scene->message->reason ? scene->message->reason
                                                         : "recorder");
        break;
    }
}

static void enter_stage(OyerScene *scene, OyerStage stage)
{
    OyerChapter chapter = {.at_us = scene->now_us, .stage = stage};

    scene->hearing->stage = stage;
    scene->outcome->changed = TRUE;
    if (scene->hearing->is_mediation)
        return;
    g_array_append_val(scene->hearing->chapters, chapter);
    oyer_scene_mark(scene, oyer_json_pack("{s:s, s:s, s:s}", "stage",
                                          oyer_word(&oyer_stage_words, stage), "zh",
                                          oyer_stage_title_zh(stage), "en",
                                          oyer_stage_title_en(stage)));
    g_autofree char *text = g_strdup_printf("%s / %s", oyer_stage_title_zh(stage),
                                            oyer_stage_title_en(stage));
    oyer_scene_note(scene, text, FALSE);
}

void oyer_scene_open(OyerScene *scene)
{
    OyerHearing *hearing = scene->hearing;

    if (!has_judge(hearing)) {
        oyer_scene_refuse(scene, OYER_REFUSAL_WRONG_STATE,
                          "no judge is in the hearing");
        return;
    }
    if (!is_recorder_fit(scene))
        return;
    step_session(scene, OYER_SESSION_OPEN);
    step_hearing(hearing, OYER_HEARING_OPEN);
    hearing->opened_us = scene->now_us;
    oyer_set_text(&hearing->reason, NULL);
    run_session(scene);
    enter_stage(scene,
                hearing->is_mediation ? OYER_STAGE_MEDIATION : OYER_STAGE_OPENING);
}

static void stop_session(OyerScene *scene, OyerSessionEvent event,
                         OyerIntervalKind interval, const char *reason)
{
    step_session(scene, event);
    oyer_set_text(&scene->hearing->reason, scene->message->reason);
    if (scene->hearing->recording == OYER_RECORDING_RECORDING)
        oyer_scene_recorder(scene, OYER_RECORDER_PAUSE);
    oyer_scene_begin_interval(scene, interval,
                              scene->message->reason ? scene->message->reason : reason);
}

void oyer_scene_pause(OyerScene *scene)
{
    stop_session(scene, OYER_SESSION_PAUSE, OYER_INTERVAL_OFF_RECORD, "recess");
}

void oyer_scene_suspend(OyerScene *scene)
{
    stop_session(scene, OYER_SESSION_SUSPEND, OYER_INTERVAL_TECHNICAL_GAP, "technical");
}

void oyer_scene_resume(OyerScene *scene)
{
    if (!is_recorder_fit(scene))
        return;
    step_session(scene, OYER_SESSION_RESUME);
    oyer_set_text(&scene->hearing->reason, NULL);
    run_session(scene);
}

void oyer_scene_stage(OyerScene *scene)
{
    OyerStage stage = scene->message->stage;

    scene->details =
        oyer_json_pack("{s:s}", "stage", oyer_word(&oyer_stage_words, stage));
    if (stage != scene->hearing->stage)
        enter_stage(scene, stage);
}

/* Who has nothing to wait for after the close: neither bench nor right to the record. */
static void say_goodbye(OyerScene *scene)
{
    OyerHearing *hearing = scene->hearing;

    for (guint i = 0; i < hearing->people->len; i++) {
        OyerPerson *person = oyer_hearing_person_at(hearing, i);
        person->hand = 0;
        if (!oyer_role_is_bench(person->role) &&
            oyer_permission(OYER_DO_READ_SEALED, person->role, OYER_SESSION_CLOSED) !=
                OYER_MAY &&
            person->room != OYER_ROOM_NONE)
            oyer_scene_effect(scene, OYER_EFFECT_BYE, person->id)->reason = "closed";
    }
}

void oyer_scene_close(OyerScene *scene)
{
    OyerHearing *hearing = scene->hearing;
    gboolean has_journal = hearing->record.state == OYER_RECORD_RECORDING;
    gboolean adjourns = scene->message->adjourn;

    if (adjourns && oyer_hearing_next_us(hearing) == 0) {
        oyer_scene_refuse(scene, OYER_REFUSAL_WRONG_STATE,
                          "no other session of this hearing is booked");
        return;
    }
    step_session(scene, OYER_SESSION_CLOSE);
    step_hearing(hearing, adjourns ? OYER_HEARING_ADJOURN : OYER_HEARING_CONCLUDE);
    if (adjourns)
        scene->details = oyer_json_pack("{s:b}", "adjourn", TRUE);
    hearing->closed_us = scene->now_us;
    oyer_set_text(&hearing->reason, scene->message->reason);
    oyer_scene_end_interval(scene);
    if (has_journal) {
        oyer_scene_recorder(scene, OYER_RECORDER_CLOSE);
        hearing->record.state = OYER_RECORD_FINISHING;
        oyer_scene_effect(scene, OYER_EFFECT_JOURNAL_CLOSE, NULL);
    }
    oyer_scene_effect(scene, OYER_EFFECT_MEDIA_CLOSE, NULL);
    if (!adjourns)
        say_goodbye(scene);
}

void oyer_scene_seal_retry(OyerScene *scene)
{
    if (scene->hearing->record.state != OYER_RECORD_FAILED) {
        oyer_scene_refuse(scene, OYER_REFUSAL_WRONG_STATE, "the record did not fail");
        return;
    }
    scene->hearing->record.state = OYER_RECORD_FINISHING;
    scene->outcome->changed = TRUE;
    oyer_scene_effect(scene, OYER_EFFECT_SEAL_RETRY, NULL);
}
