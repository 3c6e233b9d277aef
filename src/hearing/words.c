/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/words.h"

#include <string.h>

#include "hearing/state.h"

#define WORDS(name, ...)                                    \
    static const char *const name##_list[] = {__VA_ARGS__}; \
    const OyerWords oyer_##name##_words = {name##_list, G_N_ELEMENTS(name##_list)}

WORDS(role, "judge", "clerk", "party", "representative", "witness", "interpreter",
      "observer", "usher", "mediator");
WORDS(side, NULL, "plaintiff", "defendant", "third_party");
WORDS(room, "none", "lobby", "waiting", "witness", "hearing");
WORDS(status, "invited", "checked_in", "waiting", "admitted", "in_hearing",
      "disconnected", "absent", "sent_out", "dismissed", "removed", "left");
WORDS(hearing_status, "scheduled", "ready", "in_progress", "part_heard", "concluded",
      "cancelled");
WORDS(session, "not_started", "in_session", "paused", "suspended", "closed");
WORDS(recording, "idle", "armed", "recording", "paused", "failed", "closing", "sealed");
WORDS(record, "none", "recording", "finishing", "sealing", "sealed", "failed");
WORDS(transcribing, "off", "live", "catching_up", "unavailable");
WORDS(screen, "video", "audio", "both", "presence");
WORDS(interval, "off_record", "technical_gap");
WORDS(alert_level, "info", "warning", "alarm");
WORDS(alert_code, "recorder_stopped", "recorder_disk_low", "track_silent",
      "person_lost", "person_waiting", "media_restarted", "transcriber_down", "trouble",
      "second_device", "line_weak", "help_unheard");

/* The stages of a civil hearing in the order of the code of procedure. */
static const struct {
    const char *zh, *en;
} stages[OYER_STAGES] = {
    [OYER_STAGE_NONE] = {"", ""},
    [OYER_STAGE_OPENING] = {"宣布开庭", "Opening"},
    [OYER_STAGE_IDENTITY] = {"核对身份", "Identity of the parties"},
    [OYER_STAGE_RIGHTS] = {"告知权利与回避", "Rights and recusal"},
    [OYER_STAGE_STATEMENT] = {"原告陈述", "Plaintiff's statement"},
    [OYER_STAGE_DEFENCE] = {"被告答辩", "Defence"},
    [OYER_STAGE_INVESTIGATION] = {"法庭调查", "Court investigation"},
    [OYER_STAGE_DEBATE] = {"法庭辩论", "Debate"},
    [OYER_STAGE_LAST_WORDS] = {"最后意见", "Closing statements"},
    [OYER_STAGE_MEDIATION] = {"调解", "Mediation"},
    [OYER_STAGE_DELIBERATION] = {"合议", "Deliberation"},
    [OYER_STAGE_PRONOUNCEMENT] = {"宣判", "Pronouncement"},
    [OYER_STAGE_TRANSCRIPT_REVIEW] = {"核对笔录", "Review of the transcript"},
};

WORDS(stage, NULL, "opening", "identity", "rights", "statement", "defence",
      "investigation", "debate", "last_words", "mediation", "deliberation",
      "pronouncement", "transcript_review");

G_STATIC_ASSERT(G_N_ELEMENTS(role_list) == OYER_ROLES);
G_STATIC_ASSERT(G_N_ELEMENTS(side_list) == OYER_SIDES);
G_STATIC_ASSERT(G_N_ELEMENTS(room_list) == OYER_ROOMS);
G_STATIC_ASSERT(G_N_ELEMENTS(status_list) == OYER_STATUSES);
G_STATIC_ASSERT(G_N_ELEMENTS(hearing_status_list) == OYER_HEARING_STATUSES);
G_STATIC_ASSERT(G_N_ELEMENTS(session_list) == OYER_SESSION_STATUSES);
G_STATIC_ASSERT(G_N_ELEMENTS(recording_list) == OYER_RECORDINGS);
G_STATIC_ASSERT(G_N_ELEMENTS(record_list) == OYER_RECORD_STATES);
G_STATIC_ASSERT(G_N_ELEMENTS(transcribing_list) == OYER_TRANSCRIBINGS);
G_STATIC_ASSERT(G_N_ELEMENTS(stage_list) == OYER_STAGES);
G_STATIC_ASSERT(G_N_ELEMENTS(screen_list) == OYER_SCREEN_MEDIAS);
G_STATIC_ASSERT(G_N_ELEMENTS(interval_list) == OYER_INTERVALS);
G_STATIC_ASSERT(G_N_ELEMENTS(alert_level_list) == OYER_ALERT_LEVELS);
G_STATIC_ASSERT(G_N_ELEMENTS(alert_code_list) == OYER_ALERT_CODES);

const char *oyer_word(const OyerWords *words, guint value)
{
    return value < words->count ? words->words[value] : NULL;
}

gint oyer_word_value(const OyerWords *words, const char *word)
{
    if (!word)
        return -1;
    for (guint i = 0; i < words->count; i++)
        if (words->words[i] && !strcmp(words->words[i], word))
            return (gint)i;
    return -1;
}

const char *oyer_stage_title_zh(OyerStage stage)
{
    return stage < OYER_STAGES ? stages[stage].zh : "";
}

const char *oyer_stage_title_en(OyerStage stage)
{
    return stage < OYER_STAGES ? stages[stage].en : "";
}

static const struct {
    guint bit;
    const char *word;
} kinds[] = {{OYER_AUDIO, "audio"}, {OYER_VIDEO, "video"}, {OYER_SCREEN, "screen"}};

const char *oyer_kind_word(guint bit)
{
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (kinds[i].bit == bit)
            return kinds[i].word;
    return NULL;
}

guint oyer_kind_bit(const char *word)
{
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (word && !strcmp(kinds[i].word, word))
            return kinds[i].bit;
    return 0;
}
