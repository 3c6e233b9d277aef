/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/permission.h"

#include <string.h>

#include "support/document.h"

/*
 * What each role may, told role by role as the court's rules tell it, and not
 * action by action as the table does: `word:states`, states being N not started,
 * I in session, P paused, S suspended, C closed.  Whatever is not here is refused.
 */
#define EVERYBODY                                                                \
    "subscribe:NIPS declare:NIPS wait:NIPS leave:NIPSC trouble:NIPS check:NIPS " \
    "report:NIPS "
#define SENDERS "publish:NIPS unmute_self:NIPS "
#define SPEAKERS "hand:NIPS "
#define BENCH                                                                                                                \
    "admit:NIPS send_out:NIPS call_witness:IPS dismiss_witness:IPS mute:NIPS "                                               \
    "unmute:NIPS lock:NIPS unlock:NIPS mute_all:NIPS lower_hand:NIPS identify:NIPS "                                         \
    "screen:NIPS remove:NIPS arm:NIPS open:N pause:I suspend:IP resume:PS stage:I "                                          \
    "close:IPS seal_retry:C next_session:C help_claim:NIPS help_answer:NIPS note:NIPSC read_events:NIPSC read_record:NIPSC " \
    "read_connectivity:NIPSC read_sealed:C take_package:C watch:NIPSC "                                                      \
    "second_use:NIPS look:NIPS verify:NIPS issue_pass:NIPSC "

static const char *const expected[OYER_ROLES] = {
    [OYER_ROLE_JUDGE] = EVERYBODY SENDERS BENCH "override:NPS readmit:NIPS ",
    [OYER_ROLE_CLERK] = EVERYBODY SENDERS BENCH "line:IPS line_edit:IPS ",
    [OYER_ROLE_PARTY] = EVERYBODY SENDERS SPEAKERS "read_sealed:C ",
    [OYER_ROLE_REPRESENTATIVE] = EVERYBODY SENDERS SPEAKERS "read_sealed:C ",
    [OYER_ROLE_WITNESS] = EVERYBODY SENDERS SPEAKERS,
    [OYER_ROLE_INTERPRETER] = EVERYBODY SENDERS SPEAKERS,
    [OYER_ROLE_OBSERVER] = EVERYBODY,
    [OYER_ROLE_USHER] = EVERYBODY SENDERS,
    /* No recorder, no record, nothing written down: docs/FILING.md. */
    [OYER_ROLE_MEDIATOR] =
        EVERYBODY SENDERS "admit:NIPS send_out:NIPS mute:NIPS unmute:NIPS lock:NIPS "
                          "unlock:NIPS mute_all:NIPS lower_hand:NIPS identify:NIPS "
                          "screen:NIPS remove:NIPS open:N pause:I suspend:IP resume:PS "
                          "close:IPS help_claim:NIPS help_answer:NIPS watch:NIPSC "
                          "second_use:NIPS look:NIPS issue_pass:NIPSC readmit:NIPS ",
};

static const char letters[OYER_SESSION_STATUSES] = {'N', 'I', 'P', 'S', 'C'};

/* The states that the list of @role gives @word, or NULL. */
static char *states_of(OyerRole role, const char *word)
{
    g_auto(GStrv) grants = g_strsplit(expected[role], " ", -1);
    g_autofree char *start = g_strconcat(word, ":", NULL);

    for (char **grant = grants; *grant; grant++)
        if (g_str_has_prefix(*grant, start))
            return g_strdup(*grant + strlen(start));
    return NULL;
}

static void test_cell(gconstpointer data)
{
    OyerAction action = GPOINTER_TO_UINT(data) / OYER_ROLES;
    OyerRole role = GPOINTER_TO_UINT(data) % OYER_ROLES;
    g_autofree char *states = states_of(role, oyer_action_word(action));

    for (guint session = 0; session < OYER_SESSION_STATUSES; session++) {
        OyerRuling verdict = oyer_permission(action, role, session);
        if (!states)
            g_assert_cmpint(verdict, ==, OYER_MAY_NOT);
        else
            g_assert_cmpint(verdict, ==,
                            strchr(states, letters[session]) ? OYER_MAY
                                                             : OYER_MAY_NOT_NOW);
    }
}

/* Each grant of the lists is an action that exists: a typing error is no pass. */
static void test_the_lists_name_only_actions(void)
{
    for (guint role = 0; role < OYER_ROLES; role++) {
        g_auto(GStrv) grants = g_strsplit(expected[role], " ", -1);
        for (char **grant = grants; **grant; grant++) {
            g_auto(GStrv) parts = g_strsplit(*grant, ":", 2);
            gboolean found = FALSE;
            for (guint action = 0; action < OYER_ACTIONS; action++)
                found |= !strcmp(oyer_action_word(action), parts[0]);
            g_assert_true(found);
        }
    }
}

static void test_what_is_not_in_the_table_is_refused(void)
{
    g_assert_cmpint(oyer_permission(OYER_ACTIONS, OYER_ROLE_JUDGE, 0), ==,
                    OYER_MAY_NOT);
    g_assert_cmpint(oyer_permission(OYER_DO_OPEN, OYER_ROLES, 0), ==, OYER_MAY_NOT);
    g_assert_cmpint(
        oyer_permission(OYER_DO_OPEN, OYER_ROLE_JUDGE, OYER_SESSION_STATUSES), ==,
        OYER_MAY_NOT);
}

static void test_commands_are_found_by_their_words(void)
{
    for (guint action = 0; action < OYER_COMMANDS; action++)
        g_assert_cmpint(oyer_command_of(oyer_action_word(action)), ==, (gint)action);
    g_assert_cmpint(oyer_command_of("override"), ==, -1);
    g_assert_cmpint(oyer_command_of(""), ==, -1);
    g_assert_cmpint(oyer_command_of(NULL), ==, -1);
}

static void test_the_table_prints_a_row_an_action(void)
{
    g_autofree char *text = oyer_permission_text();
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    g_assert_cmpuint(g_strv_length(lines), ==, OYER_ACTIONS + 3);
    g_assert_true(g_str_has_prefix(lines[2], "| `admit` | ✔ | ✔ | – |"));
}

/* docs/PERMISSIONS.md shows the table as it is. */
static void test_the_document_shows_this_table(void)
{
    g_autofree char *table = oyer_permission_text();

    document_must_hold("PERMISSIONS.md", table);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hearing/permission/the-lists-name-only-actions",
                    test_the_lists_name_only_actions);
    g_test_add_func("/hearing/permission/what-is-not-in-the-table-is-refused",
                    test_what_is_not_in_the_table_is_refused);
    g_test_add_func("/hearing/permission/commands-are-found-by-their-words",
                    test_commands_are_found_by_their_words);
    g_test_add_func("/hearing/permission/the-table-prints-a-row-an-action",
                    test_the_table_prints_a_row_an_action);
    g_test_add_func("/hearing/permission/the-document-shows-this-table",
                    test_the_document_shows_this_table);
    for (guint action = 0; action < OYER_ACTIONS; action++)
        for (guint role = 0; role < OYER_ROLES; role++) {
            g_autofree char *path = g_strdup_printf("/hearing/permission/%s-%s",
                                                    oyer_word(&oyer_role_words, role),
                                                    oyer_action_word(action));
            g_test_add_data_func(path, GUINT_TO_POINTER(action * OYER_ROLES + role),
                                 test_cell);
        }
    return g_test_run();
}
