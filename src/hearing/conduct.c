/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "base/text.h"
#include "hearing/scene.h"

/* How long a line that was typed by hand stands as a caption and a cue. */
#define TYPED_LINE_US (3 * G_GINT64_CONSTANT(1000000))

static gboolean is_in_hearing(OyerScene *scene)
{
    return scene->actor->room == OYER_ROOM_HEARING ||
           oyer_scene_refuse(scene, OYER_REFUSAL_WRONG_STATE, "not in the hearing");
}

static void do_check(OyerScene *scene)
{
    /* Of his line before the hearing there is nothing else on record. */
    if (g_strcmp0(scene->actor->check, scene->message->check) != 0)
        oyer_scene_connectivity(scene, scene->actor, "checked",
                                json_loads(scene->message->check, 0, NULL));
    oyer_set_text(&scene->actor->check, scene->message->check);
    scene->outcome->changed = TRUE;
    oyer_scene_log(scene, "check", NULL, NULL);
}

/* Where and how somebody takes part, by his own word: advice to the court, never a
 * reason to shut him out.  The log says that he answered; what he needs is his own. */
static void do_ready(OyerScene *scene)
{
    json_t *answers = json_loads(scene->message->check, 0, NULL);

    scene->details = oyer_json_pack(
        "{s:O, s:O, s:O}", "quiet", json_object_get(answers, "quiet"), "alone",
        json_object_get(answers, "alone"), "still", json_object_get(answers, "still"));
    oyer_person_note(scene->actor, "ready", answers);
    scene->outcome->changed = TRUE;
    oyer_scene_log(scene, "ready", NULL, NULL);
}

static void do_declare(OyerScene *scene)
{
    if (scene->actor->declared_us)
        return;
    scene->actor->declared_us = scene->now_us;
    g_strlcpy(scene->actor->language, scene->message->language,
              sizeof scene->actor->language);
    scene->outcome->changed = TRUE;
    scene->details = oyer_json_pack("{s:s}", "language", scene->message->language);
    /* The words themselves: what was declared can be read years later, whatever the
     * page says then. */
    if (scene->message->text) {
        char version[OYER_SHA256_HEX_SIZE];
        oyer_sha256_hex(scene->message->text, strlen(scene->message->text), version);
        json_object_set_new(scene->details, "text", json_string(scene->message->text));
        json_object_set_new(scene->details, "version", json_string(version));
    }
    oyer_scene_log(scene, "declare", NULL, NULL);
}

/* Judge and clerk walk in; the recorder gets ready when the first of them does. */
static void enter(OyerScene *scene)
{
    OyerRecording recording = scene->hearing->recording;

    if (!oyer_scene_step(scene, scene->actor, OYER_SEAT_ENTER))
        return;
    if (!scene->hearing->is_mediation &&
        scene->hearing->session == OYER_SESSION_NOT_STARTED &&
        (recording == OYER_RECORDING_IDLE || recording == OYER_RECORDING_FAILED))
        oyer_scene_effect(scene, OYER_EFFECT_JOURNAL_ARM, NULL);
    oyer_scene_log(scene, "enter", NULL, NULL);
}

static void do_wait(OyerScene *scene)
{
    OyerPerson *actor = scene->actor;

    if (actor->room != OYER_ROOM_LOBBY)
        return;
    if (oyer_role_is_bench(actor->role)) {
        enter(scene);
        return;
    }
    if (!oyer_scene_step(scene, actor, OYER_SEAT_WAIT)) {
        oyer_scene_refuse(scene, OYER_REFUSAL_WRONG_STATE, "the rules come first");
        return;
    }
    oyer_hearing_raise(scene->hearing, OYER_ALERT_INFO, OYER_ALERT_PERSON_WAITING,
                       actor->id, scene->now_us);
    oyer_scene_log(scene, "wait", NULL, NULL);
}

static void join(OyerScene *scene)
{
    if (oyer_scene_step(scene, scene->actor, OYER_SEAT_JOIN))
        oyer_scene_log(scene, "join", NULL, NULL);
}

static void do_publish(OyerScene *scene)
{
    if (scene->actor->room == OYER_ROOM_NONE) {
        oyer_scene_refuse(scene, OYER_REFUSAL_WRONG_STATE, "not here");
        return;
    }
    if (scene->actor->room == OYER_ROOM_HEARING)
        join(scene);
}

static void do_subscribe(OyerScene *scene)
{
    /* Whom the court looks at sees who looks; he takes no part by that. */
    if (!oyer_hearing_looker(scene->hearing, scene->actor) && is_in_hearing(scene))
        join(scene);
}

static void do_media(OyerScene *scene)
{
    if (scene->actor->wants == scene->message->sends)
        return;
    scene->actor->wants = scene->message->sends;
    scene->outcome->changed = TRUE;
}

static void do_hand(OyerScene *scene)
{
    OyerPerson *actor = scene->actor;

    if (!is_in_hearing(scene) || scene->message->raised == (actor->hand != 0))
        return;
    actor->hand = scene->message->raised ? ++scene->hearing->hands : 0;
    scene->outcome->changed = TRUE;
    scene->details = oyer_json_pack("{s:b}", "raised", scene->message->raised);
    oyer_scene_log(scene, "hand", NULL, NULL);
}

static void do_leave(OyerScene *scene)
{
    OyerPerson *actor = scene->actor;

    if (!oyer_scene_step(scene, actor, OYER_SEAT_LEAVE))
        return;
    oyer_hearing_settle(scene->hearing, OYER_ALERT_PERSON_WAITING, actor->id);
    oyer_scene_effect(scene, OYER_EFFECT_MEDIA_CLOSE, actor->id);
    oyer_scene_connectivity(scene, actor, "left", NULL);
    oyer_scene_log(scene, "leave", NULL, NULL);
}

static void keep_line(OyerScene *scene, OyerLine *line)
{
    g_ptr_array_add(scene->outcome->lines, line);

    /* The effect has its own: lines go to the database thread. */
    json_t *json = oyer_line_to_json(line);
    OyerEffect *effect =
        oyer_scene_effect(scene, OYER_EFFECT_CAPTION, line->participant);
    effect->line = oyer_line_from_json(json, NULL);
    json_decref(json);
}

static void do_line(OyerScene *scene)
{
    const OyerMessage *message = scene->message;
    gint64 start_us = message->at_us ? message->at_us : scene->now_us;

    if (*message->participant &&
        !oyer_hearing_person(scene->hearing, message->participant)) {
        oyer_scene_refuse(scene, OYER_REFUSAL_NO_SUCH, "no such person");
        return;
    }
    if (start_us < scene->hearing->opened_us || start_us > scene->now_us) {
        oyer_scene_refuse(scene, OYER_REFUSAL_BAD_REQUEST,
                          "not a time of this session");
        return;
    }

    OyerLine *line = oyer_line_new();
    line->id = oyer_id_new(scene->now_us);
    line->participant = *message->participant ? g_strdup(message->participant) : NULL;
    line->start_us = start_us;
    line->end_us = start_us + TYPED_LINE_US;
    oyer_set_text(&line->text, message->text);
    oyer_set_text(&line->language,
                  *scene->actor->language ? scene->actor->language : "zh");
    line->confidence = 1;
    oyer_set_text(&line->source, "clerk");
    line->revision = 1;
    keep_line(scene, line);
    oyer_scene_log(scene, "line", line->id, NULL);
}

/* The words of the recogniser and their times are of the old text only. */
static void do_line_edit(OyerScene *scene)
{
    const OyerMessage *message = scene->message;

    if (!scene->line) {
        oyer_scene_refuse(scene, OYER_REFUSAL_NO_SUCH, "no such line");
        return;
    }
    if (!g_strcmp0(scene->line->text, message->text))
        return;

    json_t *json = oyer_line_to_json(scene->line);
    json_object_del(json, "words");
    OyerLine *line = oyer_line_from_json(json, NULL);
    json_decref(json);
    g_return_if_fail(line != NULL);
    oyer_set_text(&line->text, message->text);
    oyer_set_text(&line->source, "clerk");
    line->confidence = 1;
    line->revision++;
    keep_line(scene, line);
    scene->details = oyer_json_pack("{s:I}", "revision", (json_int_t)line->revision);
    oyer_scene_log(scene, "line_edit", line->id, NULL);
}

static void do_note(OyerScene *scene)
{
    oyer_scene_note(scene, scene->message->text, TRUE);
    oyer_scene_log(scene, "note", NULL, NULL);
}

/* What may always be done: the line itself. */
static void do_nothing(OyerScene *scene G_GNUC_UNUSED)
{
}

#define ALWAYS OYER_ACTIONS

static const struct {
    void (*handler)(OyerScene *scene);
    OyerAction action;
} acts[OYER_MESSAGES] = {
    [OYER_MESSAGE_HELLO] = {do_nothing, ALWAYS},
    [OYER_MESSAGE_PING] = {do_nothing, ALWAYS},
    [OYER_MESSAGE_CHECK] = {do_check, OYER_DO_CHECK},
    [OYER_MESSAGE_REPORT] = {do_nothing, OYER_DO_REPORT},
    [OYER_MESSAGE_READY] = {do_ready, OYER_DO_CHECK},
    [OYER_MESSAGE_DECLARE] = {do_declare, OYER_DO_DECLARE},
    [OYER_MESSAGE_WAIT] = {do_wait, OYER_DO_WAIT},
    [OYER_MESSAGE_PUBLISH] = {do_publish, OYER_DO_PUBLISH},
    [OYER_MESSAGE_UNPUBLISH] = {do_nothing, ALWAYS},
    [OYER_MESSAGE_SUBSCRIBE] = {do_subscribe, OYER_DO_SUBSCRIBE},
    [OYER_MESSAGE_ANSWER] = {do_nothing, OYER_DO_SUBSCRIBE},
    [OYER_MESSAGE_CANDIDATE] = {do_nothing, OYER_DO_SUBSCRIBE},
    [OYER_MESSAGE_WISH] = {do_nothing, OYER_DO_SUBSCRIBE},
    [OYER_MESSAGE_MEDIA] = {do_media, OYER_DO_PUBLISH},
    [OYER_MESSAGE_HAND] = {do_hand, OYER_DO_HAND},
    [OYER_MESSAGE_TROUBLE] = {oyer_scene_trouble, OYER_DO_TROUBLE},
    [OYER_MESSAGE_LEAVE] = {do_leave, OYER_DO_LEAVE},
    [OYER_MESSAGE_LINE] = {do_line, OYER_DO_LINE},
    [OYER_MESSAGE_LINE_EDIT] = {do_line_edit, OYER_DO_LINE_EDIT},
    [OYER_MESSAGE_NOTE] = {do_note, OYER_DO_NOTE},
};

/* Of what is said in a mediation nothing is kept, by whatever hand. */
static gboolean is_kept_out(const OyerScene *scene)
{
    OyerMessageType type = scene->message->type;

    return scene->hearing->is_mediation &&
           (type == OYER_MESSAGE_LINE || type == OYER_MESSAGE_LINE_EDIT ||
            type == OYER_MESSAGE_NOTE);
}

static void conduct(OyerScene *scene)
{
    OyerMessageType type = scene->message->type;

    if (is_kept_out(scene))
        oyer_scene_refuse(scene, OYER_REFUSAL_NOT_ALLOWED,
                          "nothing is written down of a mediation");
    if (scene->outcome->refusal ||
        (acts[type].action != ALWAYS && !oyer_scene_may(scene, acts[type].action))) {
        oyer_scene_log(scene, oyer_message_word(type), NULL, NULL);
        return;
    }
    acts[type].handler(scene);
    if (scene->outcome->refusal)
        oyer_scene_log(scene, oyer_message_word(type), NULL, NULL);
}

OyerOutcome *oyer_hearing_do(OyerHearing *self, const char *actor,
                             const OyerMessage *message, const OyerLine *line,
                             gint64 now_us)
{
    OyerScene scene = {
        .hearing = self,
        .actor = oyer_hearing_person(self, actor),
        .message = message,
        .line = line,
        .now_us = now_us,
        .outcome = oyer_outcome_new(),
    };

    if (!scene.actor || scene.actor->status == OYER_STATUS_REMOVED)
        oyer_scene_refuse(&scene, OYER_REFUSAL_NOT_ALLOWED, "not of this hearing");
    else if (message->type == OYER_MESSAGE_COMMAND)
        oyer_scene_command(&scene);
    else
        conduct(&scene);
    if (!scene.outcome->refusal)
        oyer_scene_look_due(&scene);
    json_decref(scene.details);
    return scene.outcome;
}
