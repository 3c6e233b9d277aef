/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/scene.h"

#include <string.h>

#include <openssl/crypto.h>

#include "docket/record.h"

static const char *const refusal_codes[OYER_REFUSALS] = {
    NULL, "not_allowed", "wrong_state", "no_such", "bad_request", "recorder", "media",
};

const char *oyer_refusal_code(OyerRefusal refusal)
{
    return refusal < OYER_REFUSALS ? refusal_codes[refusal] : NULL;
}

static void free_effect(gpointer data)
{
    OyerEffect *effect = data;

    json_decref(effect->mark);
    oyer_line_free(effect->line);
    if (effect->number)
        OPENSSL_cleanse(effect->number, strlen(effect->number));
    g_free(effect->number);
    g_free(effect);
}

OyerOutcome *oyer_outcome_new(void)
{
    OyerOutcome *self = g_new0(OyerOutcome, 1);

    self->events = g_ptr_array_new_with_free_func((GDestroyNotify)oyer_event_free);
    self->effects = g_ptr_array_new_with_free_func(free_effect);
    self->lines = g_ptr_array_new_with_free_func((GDestroyNotify)oyer_line_free);
    self->notes = g_ptr_array_new_with_free_func((GDestroyNotify)oyer_docket_note_free);
    self->connectivity =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_connectivity_free);
    return self;
}

void oyer_outcome_free(OyerOutcome *self)
{
    if (!self)
        return;
    g_ptr_array_unref(self->events);
    g_ptr_array_unref(self->effects);
    g_ptr_array_unref(self->lines);
    g_ptr_array_unref(self->notes);
    g_ptr_array_unref(self->connectivity);
    g_free(self);
}

gboolean oyer_scene_refuse(OyerScene *self, OyerRefusal refusal, const char *text)
{
    self->outcome->refusal = refusal;
    self->outcome->text = text;
    return FALSE;
}

gboolean oyer_scene_may(OyerScene *self, OyerAction action)
{
    switch (oyer_permission(action, self->actor->role, self->hearing->session)) {
    case OYER_MAY:
        return TRUE;
    case OYER_MAY_NOT_NOW:
        return oyer_scene_refuse(self, OYER_REFUSAL_WRONG_STATE,
                                 "not in this state of the session");
    case OYER_MAY_NOT:
    default:
        return oyer_scene_refuse(self, OYER_REFUSAL_NOT_ALLOWED, "not in this role");
    }
}

OyerEffect *oyer_scene_effect(OyerScene *self, OyerEffectKind kind,
                              const char *participant)
{
    OyerEffect *effect = g_new0(OyerEffect, 1);

    effect->kind = kind;
    effect->at_us = self->now_us;
    g_strlcpy(effect->participant, participant ? participant : "",
              sizeof effect->participant);
    g_ptr_array_add(self->outcome->effects, effect);
    return effect;
}

void oyer_scene_log(OyerScene *self, const char *type, const char *object,
                    const char *reason)
{
    const char *code = oyer_refusal_code(self->outcome->refusal);
    OyerEvent *event = oyer_event_new(
        self->now_us, type, self->actor ? self->actor->id : "system",
        self->actor ? oyer_word(&oyer_role_words, self->actor->role) : NULL, object,
        code ? code : "ok");

    event->reason = g_strdup(reason);
    event->details = g_steal_pointer(&self->details);
    g_ptr_array_add(self->outcome->events, event);
}

void oyer_scene_mark(OyerScene *self, json_t *mark)
{
    json_object_set_new(mark, "type", json_string("mark"));
    json_object_set_new(mark, "at_us", json_integer(self->now_us));
    oyer_scene_effect(self, OYER_EFFECT_JOURNAL_MARK, NULL)->mark = mark;
}

/* Who moved somebody, for `moved`. */
static const char *mover(const OyerScene *self)
{
    if (!self->actor || !oyer_role_is_bench(self->actor->role))
        return "system";
    return oyer_word(&oyer_role_words, self->actor->role);
}

gboolean oyer_scene_step(OyerScene *self, OyerPerson *person, OyerSeatEvent event)
{
    OyerRoom before = person->room;

    if (!oyer_person_step(person, event, self->now_us))
        return FALSE;
    self->outcome->changed = TRUE;
    if (person->room != before && person->room != OYER_ROOM_NONE &&
        before != OYER_ROOM_NONE) {
        OyerEffect *moved = oyer_scene_effect(self, OYER_EFFECT_MOVED, person->id);
        moved->room = person->room;
        moved->reason = mover(self);
    }
    if (person->room != before && person->room != OYER_ROOM_HEARING)
        person->hand = 0;
    return TRUE;
}

void oyer_scene_recorder(OyerScene *self, OyerRecorderEvent event)
{
    const OyerRule *rule =
        oyer_machine_find(&oyer_recording_machine, self->hearing->recording, event);

    if (!rule || self->hearing->is_mediation)
        return;
    self->hearing->recording = rule->to;
    self->outcome->changed = TRUE;
}

static OyerInterval *open_interval(const OyerHearing *hearing)
{
    guint count = hearing->intervals->len;
    OyerInterval *last =
        count ? g_ptr_array_index(hearing->intervals, count - 1) : NULL;

    return last && !last->to_us ? last : NULL;
}

void oyer_scene_begin_interval(OyerScene *self, OyerIntervalKind kind,
                               const char *reason)
{
    /* Nothing is on the record that could be off it. */
    if (self->hearing->is_mediation)
        return;
    oyer_scene_end_interval(self);

    OyerInterval *interval = g_new0(OyerInterval, 1);
    interval->from_us = self->now_us;
    interval->kind = kind;
    interval->reason = g_strdup(reason);
    g_strlcpy(interval->by, self->actor ? self->actor->id : "system",
              sizeof interval->by);
    g_ptr_array_add(self->hearing->intervals, interval);
    oyer_scene_mark(self, oyer_json_pack("{s:s, s:s}", "interval",
                                         oyer_word(&oyer_interval_words, kind), "edge",
                                         "from"));
}

void oyer_scene_end_interval(OyerScene *self)
{
    OyerInterval *interval = open_interval(self->hearing);

    if (!interval)
        return;
    interval->to_us = MAX(self->now_us, interval->from_us + 1);
    oyer_scene_mark(self,
                    oyer_json_pack("{s:s, s:s}", "interval",
                                   oyer_word(&oyer_interval_words, interval->kind),
                                   "edge", "to"));
}

void oyer_scene_note(OyerScene *self, const char *text, gboolean by_hand)
{
    OyerDocketNote *note = g_new0(OyerDocketNote, 1);

    note->hearing = g_strdup(self->hearing->id);
    note->session = self->hearing->session_no;
    note->at_us = self->now_us;
    note->author = g_strdup(self->actor ? self->actor->id : "system");
    note->text = g_strdup(text);
    note->by_hand = by_hand;
    g_ptr_array_add(self->outcome->notes, note);
}

void oyer_scene_start_journal(OyerScene *self)
{
    g_return_if_fail(!self->hearing->is_mediation);
    oyer_scene_recorder(self, OYER_RECORDER_START);
    self->hearing->record.state = OYER_RECORD_RECORDING;
    self->hearing->unrecorded = FALSE;
    oyer_scene_effect(self, OYER_EFFECT_JOURNAL_START, NULL);
}

void oyer_scene_connectivity(OyerScene *self, const OyerPerson *person,
                             const char *fact, json_t *details)
{
    OyerConnectivity *row = g_new0(OyerConnectivity, 1);

    row->hearing = g_strdup(self->hearing->id);
    row->session = self->hearing->session_no;
    row->details = details ? oyer_json_text(details) : NULL;
    json_decref(details);
    row->participant = g_strdup(person->id);
    row->at_us = self->now_us;
    row->fact = g_strdup(fact);
    g_ptr_array_add(self->outcome->connectivity, row);
}

gboolean oyer_scene_end_knock(OyerScene *self, const char *decision)
{
    if (!self->target->knock_us)
        return FALSE;
    self->target->knock_us = 0;
    g_clear_pointer(&self->target->knock_agent, g_free);
    oyer_hearing_settle(self->hearing, OYER_ALERT_SECOND_DEVICE, self->target->id);
    self->outcome->changed = TRUE;
    if (decision)
        oyer_scene_effect(self, OYER_EFFECT_SECOND_USE, self->target->id)->reason =
            decision;
    return TRUE;
}
