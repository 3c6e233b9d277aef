/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Who may what in which state: one table, action × role × state of the session.
 * What the table does not grant is refused.  Guards that look at one person (the
 * room, the target) stand beside the action in hearing/command.c.
 *
 * Thread: any.
 */
#pragma once

#include "hearing/words.h"

typedef enum {
    /* `command.do`, in the order of docs/PROTOCOL.md */
    OYER_DO_ADMIT,
    OYER_DO_SEND_OUT,
    OYER_DO_CALL_WITNESS,
    OYER_DO_DISMISS_WITNESS,
    OYER_DO_MUTE,
    OYER_DO_UNMUTE,
    OYER_DO_LOCK,
    OYER_DO_UNLOCK,
    OYER_DO_MUTE_ALL,
    OYER_DO_LOWER_HAND,
    OYER_DO_IDENTIFY,
    OYER_DO_SCREEN,
    OYER_DO_REMOVE,
    OYER_DO_ARM,
    OYER_DO_OPEN,
    OYER_DO_PAUSE,
    OYER_DO_SUSPEND,
    OYER_DO_RESUME,
    OYER_DO_STAGE,
    OYER_DO_CLOSE,
    OYER_DO_SEAL_RETRY,
    OYER_DO_NEXT_SESSION,
    OYER_DO_HELP_CLAIM,
    OYER_DO_HELP_ANSWER,
    OYER_DO_SECOND_USE, /* whether another device with the same pass comes in */
    OYER_DO_LOOK,       /* see and hear in private who waits, to check who he is */
    OYER_DO_VERIFY,     /* ask the court's verifier whose document that is */
    OYER_COMMANDS,      /* how many commands there are */

    /* other things that the table grants */
    OYER_DO_OVERRIDE = OYER_COMMANDS, /* open or resume without a recorder */
    OYER_DO_READMIT,                  /* admit someone who was removed */
    OYER_DO_UNMUTE_SELF, /* lift the court's block from oneself, unless locked */
    OYER_DO_HAND,
    OYER_DO_PUBLISH,
    OYER_DO_SUBSCRIBE,
    OYER_DO_DECLARE,
    OYER_DO_WAIT,
    OYER_DO_LEAVE,
    OYER_DO_TROUBLE,
    OYER_DO_CHECK,
    OYER_DO_REPORT, /* state how one's own line is */
    OYER_DO_LINE,
    OYER_DO_LINE_EDIT,
    OYER_DO_NOTE,
    OYER_DO_READ_EVENTS,
    OYER_DO_READ_CONNECTIVITY, /* everybody's lines, cuts and returns */
    OYER_DO_READ_RECORD,
    OYER_DO_READ_SEALED, /* the record, once it is sealed */
    OYER_DO_TAKE_PACKAGE,
    OYER_DO_ISSUE_PASS, /* a new one for somebody of this hearing: the old one dies */
    OYER_DO_WATCH,      /* recorder, levels, network of all, alerts, screening */
    OYER_ACTIONS
} OyerAction;

typedef enum {
    OYER_MAY,         /* granted */
    OYER_MAY_NOT,     /* not in this role, whatever the state */
    OYER_MAY_NOT_NOW, /* in this role, but not in this state */
} OyerRuling;

OyerRuling oyer_permission(OyerAction action, OyerRole role, OyerSessionStatus session);

/* The action's word: `admit`, `call_witness`, `read_record`. (transfer none) */
const char *oyer_action_word(OyerAction action);

/* The command (below OYER_COMMANDS) of a word, or -1. */
gint oyer_command_of(const char *word);

/*
 * The whole table as Markdown, for the documents.
 *
 * Returns: (transfer full)
 */
char *oyer_permission_text(void);
