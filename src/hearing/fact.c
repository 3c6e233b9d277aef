/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/scene.h"

/* How long a notice stands that nobody has to settle. */
#define NOTICE_US (5 * 60 * G_GINT64_CONSTANT(1000000))

/* Who is absent was waited for, all the time, before. */
static gint64 away_since_us(const OyerPerson *person)
{
    return person->status == OYER_STATUS_ABSENT ? person->status_us - OYER_RECONNECT_US
                                                : person->status_us;
}

static json_t *away_details(OyerScene *scene, gint64 since_us)
{
    return oyer_json_pack("{s:I}", "away_us",
                          (json_int_t)MAX(scene->now_us - since_us, 0));
}

static void do_arrived(OyerScene *scene)
{
    OyerPerson *person = scene->target;
    gint64 since_us = away_since_us(person);
    gboolean was_away = person->status == OYER_STATUS_DISCONNECTED ||
                        person->status == OYER_STATUS_ABSENT;

    if (person->status == OYER_STATUS_REMOVED) {
        oyer_scene_refuse(scene, OYER_REFUSAL_NOT_ALLOWED, "removed by the court");
        return;
    }
    person->online = TRUE;
    person->away[0] = '\0';
    if (scene->text)
        oyer_set_text(&person->agent, scene->text);
    scene->outcome->changed = TRUE;
    oyer_hearing_settle(scene->hearing, OYER_ALERT_PERSON_LOST, person->id);
    if (!oyer_scene_step(scene, person, OYER_SEAT_ARRIVE))
        return;
    oyer_scene_connectivity(scene, person, was_away ? "back" : "arrived",
                            was_away ? away_details(scene, since_us) : NULL);
    oyer_scene_log(scene, was_away ? "back" : "arrive", person->id, NULL);
}

static void lose(OyerScene *scene, OyerPerson *person)
{
    gboolean is_judge = oyer_role_presides(person->role);

    g_strlcpy(person->away, scene->text ? scene->text : "", sizeof person->away);
    person->online = FALSE;
    person->sending = 0;
    person->silent = FALSE;
    scene->outcome->changed = TRUE;
    if (!oyer_scene_step(scene, person, OYER_SEAT_LOSE))
        return;
    oyer_hearing_raise(scene->hearing, is_judge ? OYER_ALERT_ALARM : OYER_ALERT_WARNING,
                       OYER_ALERT_PERSON_LOST, person->id, scene->now_us);
    oyer_scene_connectivity(scene, person, "lost",
                            scene->text ? oyer_json_pack("{s:s}", "reason", scene->text)
                                        : NULL);
    oyer_scene_log(scene, "lost", person->id, NULL);
}

static void do_lost(OyerScene *scene)
{
    lose(scene, scene->target);
}

static void expire_notices(OyerScene *scene)
{
    static const guint passing = 1u << OYER_ALERT_MEDIA_RESTARTED |
                                 1u << OYER_ALERT_SECOND_DEVICE |
                                 1u << OYER_ALERT_TROUBLE;
    GPtrArray *alerts = scene->hearing->alerts;

    for (guint i = alerts->len; i-- > 0;) {
        const OyerAlert *alert = g_ptr_array_index(alerts, i);
        const OyerPerson *person =
            oyer_hearing_person(scene->hearing, alert->participant);
        if (!(passing & 1u << alert->code) || scene->now_us - alert->at_us < NOTICE_US)
            continue;
        /* Who still waits for an answer is not forgotten. */
        if (alert->code == OYER_ALERT_SECOND_DEVICE && person && person->knock_us)
            continue;
        if (alert->code == OYER_ALERT_TROUBLE && person &&
            oyer_person_is_unheard(person))
            continue;
        g_ptr_array_remove_index(alerts, i);
        scene->outcome->changed = TRUE;
    }
}

static void do_tick(OyerScene *scene)
{
    for (guint i = 0; i < scene->hearing->people->len; i++) {
        OyerPerson *person = oyer_hearing_person_at(scene->hearing, i);
        if (person->status != OYER_STATUS_DISCONNECTED ||
            scene->now_us - person->status_us < OYER_RECONNECT_US)
            continue;
        gint64 since_us = away_since_us(person);
        oyer_scene_step(scene, person, OYER_SEAT_EXPIRE);
        oyer_scene_connectivity(scene, person, "absent", away_details(scene, since_us));
        oyer_scene_log(scene, "absent", person->id, NULL);
    }
    expire_notices(scene);
    oyer_scene_help_due(scene);
    oyer_scene_verify_due(scene);
    oyer_scene_session_due(scene);
}

static void settle_recorder(OyerScene *scene)
{
    oyer_hearing_settle(scene->hearing, OYER_ALERT_RECORDER_STOPPED, NULL);
    scene->outcome->changed = TRUE;
}

/* Armed while the session runs without a recorder: it starts at once. */
static void do_armed(OyerScene *scene)
{
    OyerHearing *hearing = scene->hearing;
    OyerRecording before = hearing->recording;

    oyer_scene_recorder(scene, OYER_RECORDER_ARM);
    if (hearing->recording != OYER_RECORDING_ARMED)
        return;
    settle_recorder(scene);
    if (hearing->status == OYER_HEARING_SCHEDULED)
        hearing->status = oyer_machine_find(&oyer_hearing_machine, hearing->status,
                                            OYER_HEARING_PREPARE)
                              ->to;
    if (before != OYER_RECORDING_ARMED)
        oyer_scene_log(scene, "recorder_armed", NULL, NULL);
    if (hearing->session == OYER_SESSION_IN_SESSION) {
        oyer_scene_start_journal(scene);
        oyer_scene_end_interval(scene);
    }
}

/* A hearing does not go on unrecorded by accident: it is suspended. */
static void do_recorder_failed(OyerScene *scene)
{
    OyerHearing *hearing = scene->hearing;
    gboolean runs = hearing->session == OYER_SESSION_IN_SESSION && !hearing->unrecorded;

    oyer_scene_recorder(scene, OYER_RECORDER_FAIL);
    if (hearing->recording != OYER_RECORDING_FAILED)
        return;
    scene->outcome->changed = TRUE;
    oyer_hearing_raise(hearing, OYER_ALERT_ALARM, OYER_ALERT_RECORDER_STOPPED, NULL,
                       scene->now_us);
    oyer_scene_log(scene, "recorder_failed", NULL, scene->text);
    if (!runs)
        return;
    hearing->session =
        oyer_machine_find(&oyer_session_machine, hearing->session, OYER_SESSION_SUSPEND)
            ->to;
    oyer_set_text(&hearing->reason, "recorder");
    oyer_scene_begin_interval(scene, OYER_INTERVAL_TECHNICAL_GAP, "recorder");
    oyer_scene_log(scene, "suspend", NULL, "recorder");
}

static void do_recorder_back(OyerScene *scene)
{
    OyerHearing *hearing = scene->hearing;

    if (hearing->recording != OYER_RECORDING_FAILED ||
        hearing->record.state != OYER_RECORD_RECORDING)
        return;
    oyer_scene_recorder(scene, hearing->session == OYER_SESSION_IN_SESSION
                                   ? OYER_RECORDER_START
                                   : OYER_RECORDER_PAUSE);
    settle_recorder(scene);
    oyer_scene_log(scene, "recorder_back", NULL, NULL);
}

static void do_gap(OyerScene *scene)
{
    OyerHearing *hearing = scene->hearing;

    oyer_hearing_raise(hearing, OYER_ALERT_WARNING, OYER_ALERT_MEDIA_RESTARTED, NULL,
                       scene->now_us);
    scene->outcome->changed = TRUE;
    scene->details = oyer_json_pack("{s:I, s:I}", "from_us", (json_int_t)scene->from_us,
                                    "to_us", (json_int_t)scene->now_us);
    oyer_scene_log(scene, "media_gap", NULL, scene->text);
    if (hearing->session != OYER_SESSION_IN_SESSION || hearing->unrecorded ||
        hearing->is_mediation)
        return;

    OyerInterval *interval = g_new0(OyerInterval, 1);
    interval->from_us = scene->from_us;
    interval->to_us = MAX(scene->now_us, scene->from_us + 1);
    interval->kind = OYER_INTERVAL_TECHNICAL_GAP;
    interval->reason = g_strdup(scene->text);
    g_strlcpy(interval->by, "system", sizeof interval->by);
    g_ptr_array_add(hearing->intervals, interval);
    oyer_scene_note(scene, "media_gap", FALSE);
}

static void set_record(OyerScene *scene, OyerRecordState state)
{
    scene->hearing->record.state = state;
    scene->hearing->record.progress = state == OYER_RECORD_SEALED ? 1 : 0;
    scene->outcome->changed = TRUE;
}

static void do_finishing(OyerScene *scene)
{
    set_record(scene, OYER_RECORD_FINISHING);
}

static void do_sealing(OyerScene *scene)
{
    set_record(scene, OYER_RECORD_SEALING);
}

static void do_sealed(OyerScene *scene)
{
    oyer_scene_recorder(scene, OYER_RECORDER_SEAL);
    set_record(scene, OYER_RECORD_SEALED);
    oyer_set_text(&scene->hearing->record.root, scene->text);
    settle_recorder(scene);
    scene->details = oyer_json_pack("{s:s?}", "root", scene->text);
    oyer_scene_log(scene, "sealed", NULL, NULL);
}

static void do_seal_failed(OyerScene *scene)
{
    set_record(scene, OYER_RECORD_FAILED);
    oyer_scene_log(scene, "seal_failed", NULL, scene->text);
}

static void do_refused_pass(OyerScene *scene)
{
    scene->details = oyer_json_pack("{s:s?}", "fault", scene->text);
    if (!g_strcmp0(scene->text, "second_device")) {
        oyer_hearing_raise(scene->hearing, OYER_ALERT_WARNING, OYER_ALERT_SECOND_DEVICE,
                           scene->target->id, scene->now_us);
        scene->outcome->changed = TRUE;
    }
    oyer_scene_log(scene, "pass_refused", scene->target->id, NULL);
}

static void do_device_bound(OyerScene *scene)
{
    oyer_scene_log(scene, "device_bound", scene->target->id, NULL);
}

/* Whatever device came in by the old one is out: the holder comes with the new one. */
static void do_pass_issued(OyerScene *scene)
{
    (void)oyer_scene_end_knock(scene, "keep");
    oyer_scene_effect(scene, OYER_EFFECT_MEDIA_CLOSE, scene->target->id);
    oyer_scene_effect(scene, OYER_EFFECT_BYE, scene->target->id)->reason = "replaced";
    scene->details = oyer_json_pack("{s:s?}", "by", scene->text);
    oyer_scene_log(scene, "pass_issued", scene->target->id, NULL);
}

/* The first time counts; each is in the log. */
static void do_at_door(OyerScene *scene)
{
    OyerPerson *person = scene->target;

    scene->details = oyer_json_pack("{s:I, s:s?}", "at_us", (json_int_t)scene->from_us,
                                    "by", scene->text);
    oyer_scene_log(scene, "at_door", person->id, NULL);
    if (oyer_json_int(person->check_in, "door_us", 0))
        return;
    oyer_person_note(person, "door_us", json_integer(scene->from_us));
    scene->outcome->changed = TRUE;
}

static void do_knocked(OyerScene *scene)
{
    scene->target->knock_us = scene->now_us;
    oyer_set_text(&scene->target->knock_agent, scene->text);
    oyer_hearing_raise(scene->hearing, OYER_ALERT_WARNING, OYER_ALERT_SECOND_DEVICE,
                       scene->target->id, scene->now_us);
    scene->outcome->changed = TRUE;
    scene->details = oyer_json_pack("{s:s?}", "agent", scene->text);
    oyer_scene_log(scene, "second_use_asked", scene->target->id, NULL);
}

static void do_knock_gone(OyerScene *scene)
{
    if (oyer_scene_end_knock(scene, NULL))
        oyer_scene_log(scene, "second_use_gone", scene->target->id, NULL);
}

static const struct {
    void (*handler)(OyerScene *scene);
    gboolean needs_target;
} facts[OYER_SYSTEM_FACTS] = {
    [OYER_SYSTEM_ARRIVED] = {do_arrived, TRUE},
    [OYER_SYSTEM_LOST] = {do_lost, TRUE},
    [OYER_SYSTEM_TICK] = {do_tick, FALSE},
    [OYER_SYSTEM_ARMED] = {do_armed, FALSE},
    [OYER_SYSTEM_RECORDER_FAILED] = {do_recorder_failed, FALSE},
    [OYER_SYSTEM_RECORDER_BACK] = {do_recorder_back, FALSE},
    [OYER_SYSTEM_GAP] = {do_gap, FALSE},
    [OYER_SYSTEM_FINISHING] = {do_finishing, FALSE},
    [OYER_SYSTEM_SEALING] = {do_sealing, FALSE},
    [OYER_SYSTEM_SEALED] = {do_sealed, FALSE},
    [OYER_SYSTEM_SEAL_FAILED] = {do_seal_failed, FALSE},
    [OYER_SYSTEM_REFUSED_PASS] = {do_refused_pass, TRUE},
    [OYER_SYSTEM_DEVICE_BOUND] = {do_device_bound, TRUE},
    [OYER_SYSTEM_PASS_ISSUED] = {do_pass_issued, TRUE},
    [OYER_SYSTEM_AT_DOOR] = {do_at_door, TRUE},
    [OYER_SYSTEM_KNOCKED] = {do_knocked, TRUE},
    [OYER_SYSTEM_KNOCK_GONE] = {do_knock_gone, TRUE},
    [OYER_SYSTEM_VERIFIED] = {oyer_scene_verified, TRUE},
};

OyerOutcome *oyer_hearing_fact(OyerHearing *self, OyerSystemFact fact,
                               const char *participant, const char *text,
                               gint64 from_us, gint64 now_us)
{
    OyerScene scene = {
        .hearing = self,
        .target = oyer_hearing_person(self, participant),
        .text = text,
        .from_us = from_us,
        .now_us = now_us,
        .outcome = oyer_outcome_new(),
    };

    if (facts[fact].needs_target && !scene.target)
        oyer_scene_refuse(&scene, OYER_REFUSAL_NO_SUCH, "no such person");
    else
        facts[fact].handler(&scene);
    if (!scene.outcome->refusal)
        oyer_scene_look_due(&scene);
    json_decref(scene.details);
    return scene.outcome;
}

void oyer_hearing_reattach(OyerHearing *self, gint64 now_us)
{
    for (guint i = 0; i < self->people->len; i++) {
        OyerPerson *person = oyer_hearing_person_at(self, i);
        person->online = FALSE;
        g_strlcpy(person->away, "server_restarted", sizeof person->away);
        oyer_person_step(person, OYER_SEAT_LOSE, now_us);
        if (person->status == OYER_STATUS_DISCONNECTED)
            person->status_us = now_us;
    }
}
