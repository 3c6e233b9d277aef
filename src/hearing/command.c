/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "hearing/scene.h"

/*
 * One handler a command.  It may refuse, or change the hearing and add effects; a
 * handler that finds things as wanted changes nothing.  The table at the end says
 * which needs a person.
 */
typedef void (*Handler)(OyerScene *scene);

static void note_change(OyerScene *scene)
{
    scene->outcome->changed = TRUE;
}

static void refuse_target(OyerScene *scene, const char *text)
{
    oyer_scene_refuse(scene, OYER_REFUSAL_WRONG_STATE, text);
}

/* Nobody lays a hand on the judge, but the judge himself. */
static gboolean may_touch(OyerScene *scene)
{
    if (!oyer_role_presides(scene->target->role) || scene->target == scene->actor)
        return TRUE;
    return oyer_scene_refuse(scene, OYER_REFUSAL_NOT_ALLOWED, "not the judge");
}

static void do_admit(OyerScene *scene)
{
    OyerPerson *target = scene->target;

    if (oyer_person_is_seated(target))
        return;
    if (target->status == OYER_STATUS_REMOVED) {
        if (oyer_scene_may(scene, OYER_DO_READMIT))
            oyer_scene_step(scene, target, OYER_SEAT_READMIT);
        return;
    }
    if (!oyer_scene_step(scene, target, OYER_SEAT_ADMIT)) {
        refuse_target(scene, target->role == OYER_ROLE_WITNESS
                                 ? "a witness is called"
                                 : "not in a waiting room");
        return;
    }
    oyer_hearing_settle(scene->hearing, OYER_ALERT_PERSON_WAITING, target->id);
}

static void do_call_witness(OyerScene *scene)
{
    if (scene->target->role != OYER_ROLE_WITNESS) {
        oyer_scene_refuse(scene, OYER_REFUSAL_BAD_REQUEST, "not a witness");
        return;
    }
    if (oyer_person_is_seated(scene->target))
        return;
    if (!oyer_scene_step(scene, scene->target, OYER_SEAT_CALL)) {
        refuse_target(scene, "the witness is not waiting");
        return;
    }
    oyer_hearing_settle(scene->hearing, OYER_ALERT_PERSON_WAITING, scene->target->id);
}

static void do_dismiss_witness(OyerScene *scene)
{
    if (scene->target->role != OYER_ROLE_WITNESS)
        oyer_scene_refuse(scene, OYER_REFUSAL_BAD_REQUEST, "not a witness");
    else if (oyer_person_seat(scene->target) != OYER_STATUS_DISMISSED &&
             !oyer_scene_step(scene, scene->target, OYER_SEAT_DISMISS))
        refuse_target(scene, "the witness is not in the hearing");
}

static void do_send_out(OyerScene *scene)
{
    if (oyer_role_is_bench(scene->target->role))
        oyer_scene_refuse(scene, OYER_REFUSAL_NOT_ALLOWED, "not judge or clerk");
    else if (oyer_person_seat(scene->target) != OYER_STATUS_SENT_OUT &&
             !oyer_scene_step(scene, scene->target, OYER_SEAT_SEND_OUT))
        refuse_target(scene, "not in the hearing");
}

static void do_remove(OyerScene *scene)
{
    OyerPerson *target = scene->target;

    if (target == scene->actor || oyer_role_is_bench(target->role)) {
        oyer_scene_refuse(scene, OYER_REFUSAL_NOT_ALLOWED, "not judge or clerk");
        return;
    }
    if (!oyer_scene_step(scene, target, OYER_SEAT_REMOVE))
        return;
    oyer_hearing_settle(scene->hearing, OYER_ALERT_PERSON_WAITING, target->id);
    oyer_hearing_settle(scene->hearing, OYER_ALERT_PERSON_LOST, target->id);
    oyer_scene_connectivity(scene, target, "removed", NULL);
    oyer_scene_effect(scene, OYER_EFFECT_MEDIA_CLOSE, target->id);
    oyer_scene_effect(scene, OYER_EFFECT_BYE, target->id)->reason = "removed";
}

static void set_muted(OyerScene *scene, guint muted, gboolean locked)
{
    OyerPerson *target = scene->target;

    if (target->muted == muted && target->locked == locked)
        return;
    target->muted = (guint8)muted;
    target->locked = locked;
    note_change(scene);
}

static void do_mute(OyerScene *scene)
{
    if (may_touch(scene))
        set_muted(scene, scene->target->muted | scene->message->kinds,
                  scene->target->locked);
}

/* When the court gives the word back it also takes the lock off: a person who is
 * unmuted and locked would be neither. */
static void do_unmute(OyerScene *scene)
{
    set_muted(scene, scene->target->muted & ~scene->message->kinds, FALSE);
}

static void do_lock(OyerScene *scene)
{
    if (oyer_role_is_bench(scene->target->role))
        oyer_scene_refuse(scene, OYER_REFUSAL_NOT_ALLOWED, "not judge or clerk");
    else
        set_muted(scene, scene->target->muted | OYER_AUDIO, TRUE);
}

static void do_unlock(OyerScene *scene)
{
    set_muted(scene, scene->target->muted, FALSE);
}

static void do_mute_all(OyerScene *scene)
{
    for (guint i = 0; i < scene->hearing->people->len; i++) {
        scene->target = oyer_hearing_person_at(scene->hearing, i);
        if (!oyer_role_is_bench(scene->target->role) &&
            scene->target->room == OYER_ROOM_HEARING)
            set_muted(scene, scene->target->muted | OYER_AUDIO, scene->target->locked);
    }
    scene->target = NULL;
}

static void do_lower_hand(OyerScene *scene)
{
    if (!scene->target->hand)
        return;
    scene->target->hand = 0;
    note_change(scene);
}

/* What was compared, as the log keeps it. */
static json_t *comparison_of(const OyerComparison *comparison)
{
    json_t *compared = json_array();

    for (guint i = 0; i < OYER_COMPARED_MAX && comparison->compared[i] != NULL; i++)
        json_array_append_new(compared, json_string(comparison->compared[i]));
    return oyer_json_pack("{s:s,s:s?,s:s?,s:o}", "level", "verified", "where",
                          comparison->where, "document", comparison->document,
                          "compared", compared);
}

/* Who looked and when is kept beside the level: the judge may rely on it. */
static void do_identify(OyerScene *scene)
{
    if (scene->target->verified)
        return;
    scene->target->verified = TRUE;
    scene->details = comparison_of(&scene->message->comparison);
    /* What the court's verifier said of it is kept with what was seen. */
    const json_t *verifier = oyer_person_verifier(scene->target);
    if (verifier)
        json_object_set_new(scene->details, "verifier", json_deep_copy(verifier));
    json_t *kept = json_deep_copy(scene->details);
    json_object_set_new(kept, "by", json_string(scene->actor->id));
    json_object_set_new(kept, "at_us", json_integer(scene->now_us));
    oyer_person_note(scene->target, "identified", kept);
    note_change(scene);
}

static gint find_screening(const OyerHearing *hearing, const OyerMessage *message)
{
    for (guint i = 0; i < hearing->screening->len; i++) {
        const OyerScreening *rule =
            &g_array_index(hearing->screening, OyerScreening, i);
        gboolean same = !strcmp(rule->subject, message->participant) &&
                        !strcmp(rule->from, message->from);
        gboolean mirrored = rule->symmetric &&
                            !strcmp(rule->from, message->participant) &&
                            !strcmp(rule->subject, message->from);
        if (rule->media == message->media && (same || mirrored))
            return (gint)i;
    }
    return -1;
}

static void add_screening(OyerScene *scene)
{
    const OyerMessage *message = scene->message;
    OyerScreening rule = {.media = message->media, .symmetric = message->symmetric};

    if (scene->hearing->screening->len >= OYER_HEARING_MAX_SCREENING) {
        oyer_scene_refuse(scene, OYER_REFUSAL_BAD_REQUEST, "too many rules");
        return;
    }
    g_strlcpy(rule.subject, message->participant, sizeof rule.subject);
    g_strlcpy(rule.from, message->from, sizeof rule.from);
    g_array_append_val(scene->hearing->screening, rule);
    note_change(scene);
}

static void do_screen(OyerScene *scene)
{
    const OyerMessage *message = scene->message;
    const OyerPerson *from = oyer_hearing_person(scene->hearing, message->from);

    if (!from) {
        oyer_scene_refuse(scene, OYER_REFUSAL_NO_SUCH, "no such person");
        return;
    }
    if (from == scene->target || oyer_role_is_bench(from->role) ||
        oyer_role_is_bench(scene->target->role)) {
        oyer_scene_refuse(scene, OYER_REFUSAL_BAD_REQUEST,
                          "nobody is screened from judge, clerk or himself");
        return;
    }
    scene->details =
        oyer_json_pack("{s:s, s:s, s:b, s:b}", "from", message->from, "media",
                       oyer_word(&oyer_screen_words, message->media), "on", message->on,
                       "symmetric", message->symmetric);

    gint index = find_screening(scene->hearing, message);
    gboolean widens =
        index >= 0 && message->on && message->symmetric &&
        !g_array_index(scene->hearing->screening, OyerScreening, index).symmetric;
    if (index >= 0 && (!message->on || widens)) {
        g_array_remove_index(scene->hearing->screening, (guint)index);
        note_change(scene);
    }
    if (message->on && (index < 0 || widens))
        add_screening(scene);
}

/* The court says who the holder is: it has looked at both. */
static void do_second_use(OyerScene *scene)
{
    gboolean let_in = scene->message->let_in;

    scene->details = oyer_json_pack("{s:b}", "let_in", let_in);
    if (!oyer_scene_end_knock(scene, let_in ? "let_in" : "keep"))
        refuse_target(scene, "nobody asks to come in with that pass");
}

static const struct {
    Handler handler;
    gboolean needs_target;
} commands[OYER_COMMANDS] = {
    [OYER_DO_ADMIT] = {do_admit, TRUE},
    [OYER_DO_SEND_OUT] = {do_send_out, TRUE},
    [OYER_DO_CALL_WITNESS] = {do_call_witness, TRUE},
    [OYER_DO_DISMISS_WITNESS] = {do_dismiss_witness, TRUE},
    [OYER_DO_MUTE] = {do_mute, TRUE},
    [OYER_DO_UNMUTE] = {do_unmute, TRUE},
    [OYER_DO_LOCK] = {do_lock, TRUE},
    [OYER_DO_UNLOCK] = {do_unlock, TRUE},
    [OYER_DO_MUTE_ALL] = {do_mute_all, FALSE},
    [OYER_DO_LOWER_HAND] = {do_lower_hand, TRUE},
    [OYER_DO_IDENTIFY] = {do_identify, TRUE},
    [OYER_DO_SCREEN] = {do_screen, TRUE},
    [OYER_DO_REMOVE] = {do_remove, TRUE},
    [OYER_DO_ARM] = {oyer_scene_arm, FALSE},
    [OYER_DO_OPEN] = {oyer_scene_open, FALSE},
    [OYER_DO_PAUSE] = {oyer_scene_pause, FALSE},
    [OYER_DO_SUSPEND] = {oyer_scene_suspend, FALSE},
    [OYER_DO_RESUME] = {oyer_scene_resume, FALSE},
    [OYER_DO_STAGE] = {oyer_scene_stage, FALSE},
    [OYER_DO_CLOSE] = {oyer_scene_close, FALSE},
    [OYER_DO_SEAL_RETRY] = {oyer_scene_seal_retry, FALSE},
    [OYER_DO_NEXT_SESSION] = {oyer_scene_next_session, FALSE},
    [OYER_DO_HELP_CLAIM] = {oyer_scene_help_claim, TRUE},
    [OYER_DO_HELP_ANSWER] = {oyer_scene_help_answer, TRUE},
    [OYER_DO_SECOND_USE] = {do_second_use, TRUE},
    [OYER_DO_LOOK] = {oyer_scene_look, TRUE},
    [OYER_DO_VERIFY] = {oyer_scene_verify, TRUE},
};

/* Lifting the block from oneself is nobody's business, unless it is locked. */
static gboolean is_own_unmute(const OyerScene *scene)
{
    return scene->message->command == OYER_DO_UNMUTE &&
           !strcmp(scene->message->participant, scene->actor->id) &&
           !scene->actor->locked && !oyer_role_is_bench(scene->actor->role);
}

static gboolean find_target(OyerScene *scene)
{
    if (!commands[scene->message->command].needs_target)
        return TRUE;
    scene->target = oyer_hearing_person(scene->hearing, scene->message->participant);
    return scene->target ||
           oyer_scene_refuse(scene, OYER_REFUSAL_NO_SUCH, "no such person");
}

static json_t *kinds_of(guint bits)
{
    json_t *kinds = json_array();

    for (guint bit = 1; bit <= OYER_SCREEN; bit <<= 1)
        if (bits & bit)
            json_array_append_new(kinds, json_string(oyer_kind_word(bit)));
    return kinds;
}

void oyer_scene_command(OyerScene *scene)
{
    const OyerMessage *message = scene->message;
    OyerAction action = is_own_unmute(scene) ? OYER_DO_UNMUTE_SELF : message->command;

    if (message->kinds)
        scene->details = oyer_json_pack("{s:o}", "kinds", kinds_of(message->kinds));
    if (message->override)
        scene->details = oyer_json_pack("{s:b}", "override", TRUE);
    if (oyer_scene_may(scene, action) && find_target(scene))
        commands[message->command].handler(scene);
    oyer_scene_log(scene, oyer_action_word(message->command),
                   *message->participant ? message->participant : NULL,
                   message->reason);
}
