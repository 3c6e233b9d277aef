/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A client's message as a value that cannot be wrong: parsed once, at the edge,
 * against a table of types and fields.  A field that is unknown, missing, of a
 * wrong type or out of bounds refuses the whole message.
 *
 * Thread: any.
 */
#pragma once

#include "base/id.h"
#include "base/json.h"
#include "hearing/permission.h"

#define OYER_TEXT_MAX_TROUBLE 500 /* characters */
#define OYER_TEXT_MAX_LINE 2000
#define OYER_TEXT_MAX_REASON 500
#define OYER_TEXT_MAX_AGENT 200
#define OYER_TEXT_MAX_RULES 4000
#define OYER_SDP_MAX (192 * 1024) /* bytes */
#define OYER_CANDIDATE_MAX 1024
#define OYER_MESSAGE_MAX_TRACKS 3
#define OYER_MESSAGE_MAX_WISHES 64
#define OYER_COMPARED_MAX 4
#define OYER_NUMBER_MAX 40         /* bytes of a document's number */
#define OYER_WISH_MAX_HEIGHT 16384 /* pixels */

typedef enum {
    OYER_MESSAGE_HELLO,
    OYER_MESSAGE_PING,
    OYER_MESSAGE_CHECK,
    OYER_MESSAGE_REPORT,
    OYER_MESSAGE_READY,
    OYER_MESSAGE_DECLARE,
    OYER_MESSAGE_WAIT,
    OYER_MESSAGE_PUBLISH,
    OYER_MESSAGE_UNPUBLISH,
    OYER_MESSAGE_SUBSCRIBE,
    OYER_MESSAGE_ANSWER,
    OYER_MESSAGE_CANDIDATE,
    OYER_MESSAGE_WISH,
    OYER_MESSAGE_MEDIA,
    OYER_MESSAGE_HAND,
    OYER_MESSAGE_TROUBLE,
    OYER_MESSAGE_LEAVE,
    OYER_MESSAGE_LINE,
    OYER_MESSAGE_LINE_EDIT,
    OYER_MESSAGE_NOTE,
    OYER_MESSAGE_COMMAND,
    OYER_MESSAGES
} OyerMessageType;

typedef struct {
    char mid[17];
    guint8 kind; /* OYER_AUDIO, OYER_VIDEO or OYER_SCREEN */
} OyerMessageTrack;

/* How high a picture is on the client's screen, in its pixels; 0: not to be seen. */
typedef struct {
    char track[OYER_ID_SIZE + 7]; /* <participant>-video, <participant>-screen */
    guint16 height;
} OyerMessageWish;

/* How an identity was checked: the words of docs/PROTOCOL.md, which are static. */
typedef struct {
    const char *where;                       /* "video", "in_person"; NULL: not said */
    const char *document;                    /* "id_card", …; NULL: not said */
    const char *compared[OYER_COMPARED_MAX]; /* "face", …; NULL: no more */
} OyerComparison;

/* All texts are owned by the message; what a type does not use is 0 or NULL. */
typedef struct {
    OyerMessageType type;
    char id[OYER_ID_SIZE]; /* "" when the client gave none */

    /* command */
    OyerAction command;
    char participant[OYER_ID_SIZE];   /* command, line; "" for none */
    char from[OYER_ID_SIZE];          /* screen */
    guint8 kinds;                     /* mute, unmute */
    OyerScreenMedia media;            /* screen */
    gboolean on, symmetric;           /* screen; look: on */
    gboolean override, confirm;       /* open and resume; close */
    gboolean adjourn;                 /* close: to the session that is booked next */
    gboolean let_in;                  /* second_use */
    OyerComparison comparison;        /* identify; verify: document */
    char number[OYER_NUMBER_MAX + 1]; /* verify: of the document */
    OyerStage stage;                  /* stage */

    char *
        text; /* trouble, line, line_edit, note; hello: the agent; declare: the rules */
    char *reason;       /* command, or NULL */
    char *sdp;          /* publish, answer */
    char *candidate;    /* candidate */
    char mid[17];       /* candidate */
    gboolean subscribe; /* candidate: of the subscribe connection */
    gint64 negotiation; /* answer */
    OyerMessageTrack tracks[OYER_MESSAGE_MAX_TRACKS]; /* publish */
    guint track_count;
    OyerMessageWish *wishes; /* wish */
    guint wish_count;
    char chosen[OYER_ID_SIZE + 7];  /* wish: the track seen before others, or "" */
    guint8 sends;                   /* media: what the client sends */
    gboolean raised;                /* hand */
    char line[OYER_ID_MAX * 2 + 1]; /* line_edit: `<track>:<start_us>` or an id */
    gint64 at_us;                   /* line; 0: now */
    char *check;      /* check, report, ready: the whole as compact JSON */
    char language[3]; /* hello, declare: "zh" or "en" */
    gint64 version;   /* hello */
    char *token;      /* hello */
    char device[65];  /* hello */
} OyerMessage;

/*
 * Parses one text message.
 *
 * @out_id: if not NULL, an array of OYER_ID_SIZE that gets the message's id, or "",
 * even when the rest of it is refused, so that the refusal can be answered.
 *
 * Returns: (transfer full): the message, or NULL with @error (OYER_JSON_ERROR) set.
 */
OyerMessage *oyer_message_parse(const char *bytes, gsize size, char *out_id,
                                GError **error);

/* Returns: (transfer full): an empty message of @type, as WHIP and WHEP ask for. */
OyerMessage *oyer_message_new(OyerMessageType type);

/* Wipes the token and frees @self.  NULL is fine. */
void oyer_message_free(OyerMessage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerMessage, oyer_message_free)

/* "publish", for events and logs. (transfer none) */
const char *oyer_message_word(OyerMessageType type);
