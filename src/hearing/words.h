/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The words of a hearing: each enum with its word in the protocol, and the stages
 * with their titles in both languages.  One table an enum; the words are also what
 * the register stores.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

typedef enum {
    OYER_ROLE_JUDGE,
    OYER_ROLE_CLERK,
    OYER_ROLE_PARTY,
    OYER_ROLE_REPRESENTATIVE,
    OYER_ROLE_WITNESS,
    OYER_ROLE_INTERPRETER,
    OYER_ROLE_OBSERVER,
    OYER_ROLE_USHER,
    OYER_ROLE_MEDIATOR, /* presides over a mediation, and over nothing else */
    OYER_ROLES
} OyerRole;

typedef enum {
    OYER_SIDE_NONE,
    OYER_SIDE_PLAINTIFF,
    OYER_SIDE_DEFENDANT,
    OYER_SIDE_THIRD_PARTY,
    OYER_SIDES
} OyerSide;

typedef enum {
    OYER_ROOM_NONE,
    OYER_ROOM_LOBBY, /* before the waiting room */
    OYER_ROOM_WAITING,
    OYER_ROOM_WITNESS, /* a witness waits here, apart from everybody */
    OYER_ROOM_HEARING,
    OYER_ROOMS
} OyerRoom;

typedef enum {
    OYER_STATUS_INVITED,
    OYER_STATUS_CHECKED_IN,
    OYER_STATUS_WAITING,
    OYER_STATUS_ADMITTED,
    OYER_STATUS_IN_HEARING,
    OYER_STATUS_DISCONNECTED,
    OYER_STATUS_ABSENT,
    OYER_STATUS_SENT_OUT,
    OYER_STATUS_DISMISSED,
    OYER_STATUS_REMOVED,
    OYER_STATUS_LEFT,
    OYER_STATUSES
} OyerStatus;

typedef enum {
    OYER_HEARING_SCHEDULED,
    OYER_HEARING_READY,
    OYER_HEARING_IN_PROGRESS,
    OYER_HEARING_PART_HEARD,
    OYER_HEARING_CONCLUDED,
    OYER_HEARING_CANCELLED, /* by the schedule: it is not held */
    OYER_HEARING_STATUSES
} OyerHearingStatus;

typedef enum {
    OYER_SESSION_NOT_STARTED,
    OYER_SESSION_IN_SESSION,
    OYER_SESSION_PAUSED,    /* the judge's break */
    OYER_SESSION_SUSPENDED, /* technical */
    OYER_SESSION_CLOSED,
    OYER_SESSION_STATUSES
} OyerSessionStatus;

typedef enum {
    OYER_RECORDING_IDLE,
    OYER_RECORDING_ARMED,
    OYER_RECORDING_RECORDING,
    OYER_RECORDING_PAUSED,
    OYER_RECORDING_FAILED,
    OYER_RECORDING_CLOSING,
    OYER_RECORDING_SEALED,
    OYER_RECORDINGS
} OyerRecording;

typedef enum {
    OYER_RECORD_NONE,
    OYER_RECORD_RECORDING,
    OYER_RECORD_FINISHING,
    OYER_RECORD_SEALING,
    OYER_RECORD_SEALED,
    OYER_RECORD_FAILED,
    OYER_RECORD_STATES
} OyerRecordState;

typedef enum {
    OYER_TRANSCRIBING_OFF,
    OYER_TRANSCRIBING_LIVE,
    OYER_TRANSCRIBING_CATCHING_UP,
    OYER_TRANSCRIBING_UNAVAILABLE,
    OYER_TRANSCRIBINGS
} OyerTranscribing;

typedef enum {
    OYER_STAGE_NONE, /* no word: null */
    OYER_STAGE_OPENING,
    OYER_STAGE_IDENTITY,
    OYER_STAGE_RIGHTS,
    OYER_STAGE_STATEMENT,
    OYER_STAGE_DEFENCE,
    OYER_STAGE_INVESTIGATION,
    OYER_STAGE_DEBATE,
    OYER_STAGE_LAST_WORDS,
    OYER_STAGE_MEDIATION,
    OYER_STAGE_DELIBERATION,
    OYER_STAGE_PRONOUNCEMENT,
    OYER_STAGE_TRANSCRIPT_REVIEW,
    OYER_STAGES
} OyerStage;

typedef enum {
    OYER_SCREEN_VIDEO,
    OYER_SCREEN_AUDIO,
    OYER_SCREEN_BOTH,
    OYER_SCREEN_PRESENCE,
    OYER_SCREEN_MEDIAS
} OyerScreenMedia;

typedef enum {
    OYER_INTERVAL_OFF_RECORD,
    OYER_INTERVAL_TECHNICAL_GAP,
    OYER_INTERVALS
} OyerIntervalKind;

typedef enum {
    OYER_ALERT_INFO,
    OYER_ALERT_WARNING,
    OYER_ALERT_ALARM,
    OYER_ALERT_LEVELS
} OyerAlertLevel;

typedef enum {
    OYER_ALERT_RECORDER_STOPPED,
    OYER_ALERT_RECORDER_DISK_LOW,
    OYER_ALERT_TRACK_SILENT,
    OYER_ALERT_PERSON_LOST,
    OYER_ALERT_PERSON_WAITING,
    OYER_ALERT_MEDIA_RESTARTED,
    OYER_ALERT_TRANSCRIBER_DOWN,
    OYER_ALERT_TROUBLE,
    OYER_ALERT_SECOND_DEVICE,
    OYER_ALERT_LINE_WEAK,
    OYER_ALERT_HELP_UNHEARD,
    OYER_ALERT_CODES
} OyerAlertCode;

/* An enum's words, by value; a NULL stands for JSON null. */
typedef struct {
    const char *const *words;
    guint count;
} OyerWords;

extern const OyerWords oyer_role_words;
extern const OyerWords oyer_side_words;
extern const OyerWords oyer_room_words;
extern const OyerWords oyer_status_words;
extern const OyerWords oyer_hearing_status_words;
extern const OyerWords oyer_session_words;
extern const OyerWords oyer_recording_words;
extern const OyerWords oyer_record_words;
extern const OyerWords oyer_transcribing_words;
extern const OyerWords oyer_stage_words;
extern const OyerWords oyer_screen_words;
extern const OyerWords oyer_interval_words;
extern const OyerWords oyer_alert_level_words;
extern const OyerWords oyer_alert_code_words;

/* The word of @value; NULL for a value that has none. (transfer none) */
const char *oyer_word(const OyerWords *words, guint value);

/* The value whose word is @word, or -1. */
gint oyer_word_value(const OyerWords *words, const char *word);

/* A stage's title for chapters and headings. (transfer none) */
const char *oyer_stage_title_zh(OyerStage stage);
const char *oyer_stage_title_en(OyerStage stage);

/* "audio", "video", "screen" of the bit @bit, or NULL; and the bit of a word, or 0. */
const char *oyer_kind_word(guint bit);
guint oyer_kind_bit(const char *word);
