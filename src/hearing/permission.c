/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/permission.h"

#include <string.h>

#include "base/matrix.h"

/* Columns: roles as letters. */
enum {
    J = 1 << OYER_ROLE_JUDGE,
    K = 1 << OYER_ROLE_CLERK,
    P = 1 << OYER_ROLE_PARTY,
    R = 1 << OYER_ROLE_REPRESENTATIVE,
    W = 1 << OYER_ROLE_WITNESS,
    I = 1 << OYER_ROLE_INTERPRETER,
    O = 1 << OYER_ROLE_OBSERVER,
    U = 1 << OYER_ROLE_USHER,
    M = 1 << OYER_ROLE_MEDIATOR,
    ALL = J | K | P | R | W | I | O | U | M,
};

/* States of the session. */
enum {
    BEFORE = 1 << OYER_SESSION_NOT_STARTED,
    RUNS = 1 << OYER_SESSION_IN_SESSION,
    PAUSED = 1 << OYER_SESSION_PAUSED,
    STOPS = 1 << OYER_SESSION_SUSPENDED,
    AFTER = 1 << OYER_SESSION_CLOSED,
    OPEN = RUNS | PAUSED | STOPS,
    LIVE = BEFORE | OPEN,
    ANY = LIVE | AFTER,
};

typedef struct {
    const char *word;
    guint roles, states;
} Grant;

static const Grant grants[OYER_ACTIONS] = {
    [OYER_DO_ADMIT] = {"admit", J | K | M, LIVE},
    [OYER_DO_SEND_OUT] = {"send_out", J | K | M, LIVE},
    [OYER_DO_CALL_WITNESS] = {"call_witness", J | K, OPEN},
    [OYER_DO_DISMISS_WITNESS] = {"dismiss_witness", J | K, OPEN},
    [OYER_DO_MUTE] = {"mute", J | K | M, LIVE},
    [OYER_DO_UNMUTE] = {"unmute", J | K | M, LIVE},
    [OYER_DO_LOCK] = {"lock", J | K | M, LIVE},
    [OYER_DO_UNLOCK] = {"unlock", J | K | M, LIVE},
    [OYER_DO_MUTE_ALL] = {"mute_all", J | K | M, LIVE},
    [OYER_DO_LOWER_HAND] = {"lower_hand", J | K | M, LIVE},
    [OYER_DO_IDENTIFY] = {"identify", J | K | M, LIVE},
    [OYER_DO_SCREEN] = {"screen", J | K | M, LIVE},
    [OYER_DO_REMOVE] = {"remove", J | K | M, LIVE},
    [OYER_DO_ARM] = {"arm", J | K, LIVE},
    [OYER_DO_OPEN] = {"open", J | K | M, BEFORE},
    [OYER_DO_PAUSE] = {"pause", J | K | M, RUNS},
    [OYER_DO_SUSPEND] = {"suspend", J | K | M, RUNS | PAUSED},
    [OYER_DO_RESUME] = {"resume", J | K | M, PAUSED | STOPS},
    [OYER_DO_STAGE] = {"stage", J | K, RUNS},
    [OYER_DO_CLOSE] = {"close", J | K | M, OPEN},
    [OYER_DO_SEAL_RETRY] = {"seal_retry", J | K, AFTER},
    [OYER_DO_NEXT_SESSION] = {"next_session", J | K, AFTER},
    [OYER_DO_HELP_CLAIM] = {"help_claim", J | K | M, LIVE},
    [OYER_DO_HELP_ANSWER] = {"help_answer", J | K | M, LIVE},
    [OYER_DO_SECOND_USE] = {"second_use", J | K | M, LIVE},
    [OYER_DO_LOOK] = {"look", J | K | M, LIVE},
    [OYER_DO_VERIFY] = {"verify", J | K, LIVE},

    [OYER_DO_OVERRIDE] = {"override", J, BEFORE | PAUSED | STOPS},
    [OYER_DO_READMIT] = {"readmit", J | M, LIVE},
    [OYER_DO_UNMUTE_SELF] = {"unmute_self", ALL & ~O, LIVE},
    [OYER_DO_HAND] = {"hand", P | R | W | I, LIVE},
    [OYER_DO_PUBLISH] = {"publish", ALL & ~O, LIVE},
    [OYER_DO_SUBSCRIBE] = {"subscribe", ALL, LIVE},
    [OYER_DO_DECLARE] = {"declare", ALL, LIVE},
    [OYER_DO_WAIT] = {"wait", ALL, LIVE},
    [OYER_DO_LEAVE] = {"leave", ALL, ANY},
    [OYER_DO_TROUBLE] = {"trouble", ALL, LIVE},
    [OYER_DO_CHECK] = {"check", ALL, LIVE},
    [OYER_DO_REPORT] = {"report", ALL, LIVE},
    [OYER_DO_LINE] = {"line", K, OPEN},
    [OYER_DO_LINE_EDIT] = {"line_edit", K, OPEN},
    [OYER_DO_NOTE] = {"note", J | K, ANY},
    [OYER_DO_READ_EVENTS] = {"read_events", J | K, ANY},
    [OYER_DO_READ_CONNECTIVITY] = {"read_connectivity", J | K, ANY},
    [OYER_DO_READ_RECORD] = {"read_record", J | K, ANY},
    [OYER_DO_READ_SEALED] = {"read_sealed", J | K | P | R, AFTER},
    [OYER_DO_TAKE_PACKAGE] = {"take_package", J | K, AFTER},
    [OYER_DO_ISSUE_PASS] = {"issue_pass", J | K | M, ANY},
    [OYER_DO_WATCH] = {"watch", J | K | M, ANY},
};

OyerRuling oyer_permission(OyerAction action, OyerRole role, OyerSessionStatus session)
{
    if (action >= OYER_ACTIONS || role >= OYER_ROLES ||
        session >= OYER_SESSION_STATUSES || !(grants[action].roles & 1u << role))
        return OYER_MAY_NOT;
    return grants[action].states & 1u << session ? OYER_MAY : OYER_MAY_NOT_NOW;
}

const char *oyer_action_word(OyerAction action)
{
    return action < OYER_ACTIONS ? grants[action].word : NULL;
}

gint oyer_command_of(const char *word)
{
    for (guint i = 0; word && i < OYER_COMMANDS; i++)
        if (!strcmp(grants[i].word, word))
            return (gint)i;
    return -1;
}

static const char *column(guint role)
{
    return oyer_word(&oyer_role_words, role);
}

static const char *row(guint action)
{
    return grants[action].word;
}

static gboolean holds(guint action, guint role)
{
    return (grants[action].roles & 1u << role) != 0;
}

static void append_states(GString *text, guint action)
{
    guint states = grants[action].states;
    gboolean first = TRUE;

    if (states == ANY) {
        g_string_append(text, "always");
        return;
    }
    for (guint i = 0; i < OYER_SESSION_STATUSES; i++) {
        if (!(states & 1u << i))
            continue;
        g_string_append_printf(text, "%s%s", first ? "" : ", ",
                               oyer_word(&oyer_session_words, i));
        first = FALSE;
    }
}

char *oyer_permission_text(void)
{
    static const OyerMatrix matrix = {
        .corner = "action",
        .last = "in session states",
        .rows = OYER_ACTIONS,
        .columns = OYER_ROLES,
        .column = column,
        .row = row,
        .holds = holds,
        .append_last = append_states,
    };

    return oyer_matrix_text(&matrix);
}
