/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/view.h"

#include "base/clock.h"
#include "hearing/machine.h"
#include "hearing/permission.h"

/* Small helpers: words, times and texts that may be null. */

static json_t *word(const OyerWords *words, guint value)
{
    const char *text = oyer_word(words, value);
    return text ? json_string(text) : json_null();
}

static json_t *time_or_null(gint64 time_us)
{
    if (!time_us)
        return json_null();
    g_autofree char *text = oyer_time_format(time_us);
    return json_string(text);
}

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *kinds(guint bits)
{
    json_t *list = json_array();

    for (guint bit = OYER_AUDIO; bit <= OYER_SCREEN; bit <<= 1)
        if (bits & bit)
            json_array_append_new(list, json_string(oyer_kind_word(bit)));
    return list;
}

static json_t *stages(void)
{
    json_t *list = json_array();

    for (guint i = OYER_STAGE_NONE + 1; i < OYER_STAGES; i++)
        json_array_append_new(list, word(&oyer_stage_words, i));
    return list;
}

static json_t *hearing_of(const OyerHearing *hearing)
{
    return oyer_json_pack(
        "{s:s, s:s?, s:s?, s:s?, s:s?, s:o, s:s?, s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:o, "
        "s:o, s:b}",
        "id", hearing->id, "case_number", hearing->case_number, "cause", hearing->cause,
        "court", hearing->court, "timezone", hearing->timezone, "scheduled_start",
        time_or_null(hearing->scheduled_us), "openness", hearing->openness, "status",
        word(&oyer_hearing_status_words, hearing->status), "session",
        word(&oyer_session_words, hearing->session), "session_no",
        (int)hearing->session_no, "stage", word(&oyer_stage_words, hearing->stage),
        "stages", stages(), "opened_at", time_or_null(hearing->opened_us), "closed_at",
        time_or_null(hearing->closed_us), "reason", text_or_null(hearing->reason),
        "next_session", time_or_null(oyer_hearing_next_us(hearing)), "mediation",
        hearing->is_mediation);
}

static gboolean has_alarm(const OyerHearing *hearing)
{
    if (hearing->recording == OYER_RECORDING_FAILED)
        return TRUE;
    for (guint i = 0; i < hearing->alerts->len; i++) {
        const OyerAlert *alert = g_ptr_array_index(hearing->alerts, i);
        if (alert->code == OYER_ALERT_RECORDER_STOPPED)
            return TRUE;
    }
    return FALSE;
}

/* `none`: there is no recorder, and nothing that it could miss. */
static json_t *recording_of(const OyerHearing *hearing)
{
    if (hearing->is_mediation)
        return oyer_json_pack("{s:s, s:b}", "state", "none", "alarm", FALSE);
    return oyer_json_pack("{s:o, s:b}", "state",
                          word(&oyer_recording_words, hearing->recording), "alarm",
                          has_alarm(hearing));
}

static json_t *transcription_of(const OyerTranscription *from)
{
    return oyer_json_pack("{s:o, s:o, s:o, s:o, s:b, s:o}", "state",
                          word(&oyer_transcribing_words, from->state), "engine",
                          text_or_null(from->engine), "model",
                          text_or_null(from->model), "language",
                          text_or_null(from->language), "rough", from->rough, "reason",
                          text_or_null(from->reason));
}

static json_t *record_of(const OyerRecordStatus *from)
{
    return oyer_json_pack("{s:o, s:f, s:o}", "state",
                          word(&oyer_record_words, from->state), "progress",
                          from->progress, "root", text_or_null(from->root));
}

static gboolean may(const OyerHearing *hearing, const OyerPerson *person,
                    OyerAction action)
{
    return oyer_permission(action, person->role, hearing->session) == OYER_MAY;
}

/* The words of everything that @person may do now. */
static json_t *may_of(const OyerHearing *hearing, const OyerPerson *person)
{
    json_t *list = json_array();

    for (guint i = 0; i < OYER_ACTIONS; i++) {
        if (!may(hearing, person, i) || (i == OYER_DO_UNMUTE_SELF && person->locked))
            continue;
        json_array_append_new(list, json_string(oyer_action_word(i)));
    }
    return list;
}

/* The private look at @person: who looks, since when; null while there is none. */
static json_t *look_of(const OyerHearing *hearing, const OyerPerson *person)
{
    const OyerPerson *looker = oyer_hearing_looker(hearing, person);
    const json_t *kept = json_object_get(person->check_in, "look");

    if (looker == NULL)
        return json_null();
    return oyer_json_pack("{s:s, s:o}", "by", looker->id, "since",
                          time_or_null(oyer_json_int(kept, "since_us", 0)));
}

static json_t *you_of(const OyerHearing *hearing, const OyerPerson *person)
{
    gboolean publishes =
        person->room != OYER_ROOM_NONE && may(hearing, person, OYER_DO_PUBLISH);
    gboolean is_looked_at = oyer_hearing_looker(hearing, person) != NULL;
    gboolean subscribes = (person->room == OYER_ROOM_HEARING || is_looked_at) &&
                          may(hearing, person, OYER_DO_SUBSCRIBE);

    return oyer_json_pack(
        "{s:s, s:s?, s:o, s:o, s:o, s:b, s:o, s:b, s:i, s:o, s:o, s:b, s:s?, s:o}",
        "id", person->id, "name", person->name, "role",
        word(&oyer_role_words, person->role), "room",
        word(&oyer_room_words, person->room), "status",
        word(&oyer_status_words, person->status), "declared", person->declared_us != 0,
        "muted", kinds(person->muted), "locked", person->locked, "hand",
        (int)person->hand, "may", may_of(hearing, person), "publish",
        kinds(publishes ? OYER_MEDIA : 0), "subscribe", subscribes, "help",
        oyer_person_help(person) == NULL ? NULL
        : oyer_person_is_unheard(person) ? "asked"
                                         : "claimed",
        "look", look_of(hearing, person));
}

/* Whom @person stands for, as far as the reader may know of them. */
static json_t *represents_of(const OyerHearing *hearing, const OyerAudience *audience,
                             guint reader, const OyerPerson *person)
{
    json_t *list = json_array();

    for (char **id = person->represents; id && *id; id++) {
        gint index = oyer_hearing_index(hearing, *id);
        if (index >= 0 && oyer_audience_cell(audience, reader, (guint)index))
            json_array_append_new(list, json_string(*id));
    }
    return list;
}

/* What only judge and clerk see of a person. */
/* Who was cut off, since when and why; null while there is nothing to say. */
static json_t *away_of(const OyerPerson *person)
{
    if (person->status != OYER_STATUS_DISCONNECTED &&
        person->status != OYER_STATUS_ABSENT)
        return json_null();
    return oyer_json_pack("{s:o, s:o}", "since",
                          time_or_null(oyer_person_away_since_us(person)), "reason",
                          text_or_null(person->away[0] ? person->away : NULL));
}

/* Another device that asks in with his pass; null while there is none. */
static json_t *knock_of(const OyerPerson *person)
{
    if (!person->knock_us)
        return json_null();
    return oyer_json_pack("{s:o, s:o}", "since", time_or_null(person->knock_us),
                          "agent", text_or_null(person->knock_agent));
}

/* What the bench sees of an open call for help. */
static json_t *help_of(const OyerPerson *person)
{
    const json_t *help = oyer_person_help(person);
    const char *by = oyer_json_string(help, "by");

    if (help == NULL)
        return json_null();
    return oyer_json_pack("{s:o, s:o, s:o}", "asked",
                          time_or_null(oyer_json_int(help, "asked_us", 0)), "claimed",
                          time_or_null(oyer_json_int(help, "claimed_us", 0)), "by",
                          text_or_null(by && *by ? by : NULL));
}

/* What the court's verifier says of him; null: it was not asked. */
static json_t *verifier_of(const json_t *kept)
{
    if (!json_is_object(kept))
        return json_null();
    return oyer_json_pack(
        "{s:s?,s:o,s:s?,s:s?,s:s?}", "state", oyer_json_string(kept, "state"), "at",
        time_or_null(oyer_json_int(kept, "at_us", 0)), "document",
        oyer_json_string(kept, "document"), "reference",
        oyer_json_string(kept, "reference"), "level", oyer_json_string(kept, "level"));
}

/* Who checked his identity, when and how; null: nobody yet, or before this was kept. */
static json_t *identified_of(const OyerPerson *person)
{
    const json_t *kept = json_object_get(person->check_in, "identified");
    const json_t *compared = json_object_get(kept, "compared");

    if (!person->verified || kept == NULL)
        return json_null();
    return oyer_json_pack("{s:s?,s:o,s:s?,s:s?,s:O,s:o}", "by",
                          oyer_json_string(kept, "by"), "at",
                          time_or_null(oyer_json_int(kept, "at_us", 0)), "where",
                          oyer_json_string(kept, "where"), "document",
                          oyer_json_string(kept, "document"), "compared", compared,
                          "verifier", verifier_of(json_object_get(kept, "verifier")));
}

static void add_private(json_t *entry, const OyerHearing *hearing,
                        const OyerPerson *person)
{
    json_t *check = person->check ? json_loads(person->check, 0, NULL) : NULL;

    json_object_set_new(entry, "identity",
                        json_string(person->verified ? "verified" : "self"));
    json_object_set_new(entry, "identified", identified_of(person));
    json_object_set_new(entry, "declared", json_boolean(person->declared_us != 0));
    json_object_set_new(entry, "check", check ? check : json_null());
    json_object_set_new(entry, "agent", text_or_null(person->agent));
    json_object_set_new(entry, "trouble", text_or_null(person->trouble));
    json_object_set_new(entry, "away", away_of(person));
    json_object_set_new(entry, "knock", knock_of(person));
    json_object_set_new(entry, "help", help_of(person));
    json_object_set_new(entry, "look", look_of(hearing, person));
    json_object_set_new(entry, "verifier", verifier_of(oyer_person_verifier(person)));
    json_t *ready = json_object_get(person->check_in, "ready");
    json_object_set_new(entry, "ready", ready ? json_incref(ready) : json_null());
    json_object_set_new(entry, "door",
                        time_or_null(oyer_json_int(person->check_in, "door_us", 0)));
}

/* What the reader gets of what @index sends: of himself, all that goes out. */
static guint sending_to(const OyerHearing *hearing, const OyerAudience *audience,
                        guint reader, guint index)
{
    const OyerPerson *person = oyer_hearing_person_at(hearing, index);
    guint out = person->sending & ~person->muted;

    return reader == index ? out : out & oyer_audience_cell(audience, reader, index);
}

static json_t *person_of(const OyerHearing *hearing, const OyerAudience *audience,
                         guint reader, guint index)
{
    const OyerPerson *person = oyer_hearing_person_at(hearing, index);
    json_t *entry = oyer_json_pack(
        "{s:s, s:s?, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:b, s:i, s:b}", "id",
        person->id, "name", person->name, "role", word(&oyer_role_words, person->role),
        "party", word(&oyer_side_words, person->side), "represents",
        represents_of(hearing, audience, reader, person), "room",
        word(&oyer_room_words, person->room), "status",
        word(&oyer_status_words, person->status), "online", person->online, "sending",
        kinds(sending_to(hearing, audience, reader, index)), "muted",
        kinds(person->muted), "locked", person->locked, "hand", (int)person->hand,
        "silent", person->silent);

    if (oyer_role_is_bench(oyer_hearing_person_at(hearing, reader)->role))
        add_private(entry, hearing, person);
    return entry;
}

static json_t *people_of(const OyerHearing *hearing, const OyerAudience *audience,
                         guint reader)
{
    json_t *list = json_array();

    for (guint i = 0; i < hearing->people->len; i++)
        if (oyer_audience_cell(audience, reader, i) & OYER_PRESENCE)
            json_array_append_new(list, person_of(hearing, audience, reader, i));
    return list;
}

static json_t *screening_of(const OyerHearing *hearing)
{
    json_t *list = json_array();

    for (guint i = 0; i < hearing->screening->len; i++) {
        const OyerScreening *rule =
            &g_array_index(hearing->screening, OyerScreening, i);
        json_array_append_new(list,
                              oyer_json_pack("{s:s, s:s, s:o, s:b}", "participant",
                                             rule->subject, "from", rule->from, "media",
                                             word(&oyer_screen_words, rule->media),
                                             "symmetric", rule->symmetric));
    }
    return list;
}

static json_t *alerts_of(const OyerHearing *hearing)
{
    json_t *list = json_array();

    for (guint i = 0; i < hearing->alerts->len; i++) {
        const OyerAlert *alert = g_ptr_array_index(hearing->alerts, i);
        json_array_append_new(
            list, oyer_json_pack(
                      "{s:s, s:o, s:o, s:o, s:o}", "id", alert->id, "level",
                      word(&oyer_alert_level_words, alert->level), "code",
                      word(&oyer_alert_code_words, alert->code), "participant",
                      text_or_null(*alert->participant ? alert->participant : NULL),
                      "at", time_or_null(alert->at_us)));
    }
    return list;
}

json_t *oyer_view_state(const OyerHearing *hearing, const OyerAudience *audience,
                        guint self, guint64 seq, gint64 now_us)
{
    const OyerPerson *person = oyer_hearing_person_at(hearing, self);
    json_t *state = oyer_json_pack(
        "{s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "type", "state", "seq",
        (json_int_t)seq, "now", time_or_null(now_us), "hearing", hearing_of(hearing),
        "recording", recording_of(hearing), "transcription",
        transcription_of(&hearing->transcription), "record",
        record_of(&hearing->record), "you", you_of(hearing, person), "people",
        people_of(hearing, audience, self));

    if (may(hearing, person, OYER_DO_WATCH)) {
        json_object_set_new(state, "screening", screening_of(hearing));
        json_object_set_new(state, "alerts", alerts_of(hearing));
        json_object_set_new(state, "verifier", json_boolean(hearing->has_verifier));
    }
    return state;
}

json_t *oyer_view_card(const OyerHearing *hearing, guint self)
{
    const OyerPerson *person = oyer_hearing_person_at(hearing, self);

    return oyer_json_pack(
        "{s:{s:s, s:s?, s:s?, s:s?, s:o, s:s?, s:o, s:o, s:i, s:o, s:b}, "
        "s:{s:s, s:s?, s:o, s:b}}",
        "hearing", "id", hearing->id, "case_number", hearing->case_number, "cause",
        hearing->cause, "court", hearing->court, "scheduled_start",
        time_or_null(hearing->scheduled_us), "timezone", hearing->timezone, "status",
        word(&oyer_hearing_status_words, hearing->status), "session",
        word(&oyer_session_words, hearing->session), "session_no",
        (int)hearing->session_no, "next_session",
        time_or_null(oyer_hearing_next_us(hearing)), "mediation", hearing->is_mediation,
        "you", "id", person->id, "name", person->name, "role",
        word(&oyer_role_words, person->role), "declared", person->declared_us != 0);
}

json_t *oyer_view_people(const OyerHearing *hearing)
{
    json_t *list = json_array();

    for (guint i = 0; i < hearing->people->len; i++) {
        const OyerPerson *person = oyer_hearing_person_at(hearing, i);
        if (person->status == OYER_STATUS_INVITED)
            continue;
        json_array_append_new(
            list,
            oyer_json_pack("{s:s, s:s?, s:o, s:o}", "id", person->id, "name",
                           person->name, "role", word(&oyer_role_words, person->role),
                           "party", word(&oyer_side_words, person->side)));
    }
    return list;
}

json_t *oyer_view_chapters(const OyerHearing *hearing)
{
    json_t *list = json_array();

    for (guint i = 0; i < hearing->chapters->len; i++) {
        const OyerChapter *chapter = &g_array_index(hearing->chapters, OyerChapter, i);
        json_array_append_new(
            list,
            oyer_json_pack("{s:I, s:o, s:s, s:s}", "at_us", (json_int_t)chapter->at_us,
                           "stage", word(&oyer_stage_words, chapter->stage), "zh",
                           oyer_stage_title_zh(chapter->stage), "en",
                           oyer_stage_title_en(chapter->stage)));
    }
    return list;
}

json_t *oyer_view_intervals(const OyerHearing *hearing)
{
    json_t *list = json_array();

    for (guint i = 0; i < hearing->intervals->len; i++) {
        const OyerInterval *interval = g_ptr_array_index(hearing->intervals, i);
        json_array_append_new(
            list, oyer_json_pack("{s:I, s:I, s:o, s:o, s:s}", "from_us",
                                 (json_int_t)interval->from_us, "to_us",
                                 (json_int_t)interval->to_us, "kind",
                                 word(&oyer_interval_words, interval->kind), "reason",
                                 text_or_null(interval->reason), "by", interval->by));
    }
    return list;
}

json_t *oyer_view_lines(const GPtrArray *lines, gboolean is_final)
{
    static const char *const left_out[] = {"event", "track", "segment", "engine",
                                           "model"};
    json_t *list = json_array();

    for (guint i = 0; i < lines->len; i++) {
        json_t *line = json_loads(lines->pdata[i], JSON_REJECT_DUPLICATES, NULL);
        if (!line)
            continue;
        for (gsize k = 0; k < G_N_ELEMENTS(left_out); k++)
            (void)json_object_del(line, left_out[k]);
        if (is_final)
            (void)json_object_del(line, "revision");
        json_array_append_new(list, line);
    }
    return list;
}

gboolean oyer_view_may_read_record(const OyerHearing *hearing, guint self)
{
    const OyerPerson *person = oyer_hearing_person_at(hearing, self);

    if (person->status == OYER_STATUS_REMOVED)
        return FALSE;
    return may(hearing, person, OYER_DO_READ_RECORD) ||
           (hearing->record.state == OYER_RECORD_SEALED &&
            may(hearing, person, OYER_DO_READ_SEALED));
}
