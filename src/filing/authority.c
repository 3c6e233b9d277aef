/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/authority.h"

#include <string.h>

#include "base/matrix.h"

const char *const oyer_representative_kinds[] = {"lawyer",   "legal_worker", "relative",
                                                 "employee", "guardian",     NULL};
const char *const oyer_authority_scopes[] = {"general", "special", NULL};

typedef enum {
    GENERAL, /* any authority */
    NAMED,   /* special authority that names it */
} Need;

/* Who acts by law (guardian) needs no authority: §60. */
static const struct {
    const char *word;
    Need need;
} acts[OYER_ACTS] = {
    [OYER_ACT_READ] = {"read", GENERAL},
    [OYER_ACT_ATTEND] = {"attend", GENERAL},
    [OYER_ACT_CONSENT] = {"consent", GENERAL},
    [OYER_ACT_ANSWER] = {"answer", GENERAL},
    [OYER_ACT_EVIDENCE] = {"evidence", GENERAL},
    [OYER_ACT_MOTION] = {"motion", GENERAL},
    [OYER_ACT_ADMIT] = {"admit", NAMED},
    [OYER_ACT_WAIVE] = {"waive", NAMED},
    [OYER_ACT_CHANGE] = {"change", NAMED},
    [OYER_ACT_SETTLE] = {"settle", NAMED},
    [OYER_ACT_WITHDRAW] = {"withdraw", NAMED},
    [OYER_ACT_COUNTERCLAIM] = {"counterclaim", NAMED},
    [OYER_ACT_APPEAL] = {"appeal", NAMED},
};

gboolean oyer_authority_may(OyerAct act, const char *kind, const char *scope,
                            OyerActs matters)
{
    gboolean is_special = !g_strcmp0(scope, "special");

    if (act >= OYER_ACTS || !kind || !g_strv_contains(oyer_representative_kinds, kind))
        return FALSE;
    if (!strcmp(kind, "guardian"))
        return TRUE;
    if (!is_special && g_strcmp0(scope, "general") != 0)
        return FALSE;
    return acts[act].need == GENERAL || (is_special && (matters & 1u << act));
}

gboolean oyer_authority_is_special(OyerAct act)
{
    return act < OYER_ACTS && acts[act].need == NAMED;
}

const char *oyer_act_word(OyerAct act)
{
    return act < OYER_ACTS ? acts[act].word : NULL;
}

gint oyer_act_of(const char *word)
{
    for (guint i = 0; word && i < OYER_ACTS; i++)
        if (!strcmp(acts[i].word, word))
            return (gint)i;
    return -1;
}

char *oyer_acts_text(OyerActs bits)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint act = 0; act < OYER_ACTS; act++)
        if (bits & 1u << act)
            g_string_append_printf(text, "%s%s", text->len ? " " : "", acts[act].word);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

gboolean oyer_acts_parse(const char *text, OyerActs *out_acts)
{
    g_auto(GStrv) words = g_strsplit(text, " ", OYER_ACTS + 1);
    OyerActs bits = 0;

    for (guint i = 0; words[i]; i++) {
        gint act = oyer_act_of(words[i]);
        if (!*words[i])
            continue;
        if (act < 0 || !oyer_authority_is_special((OyerAct)act))
            return FALSE;
        bits |= 1u << act;
    }
    *out_acts = bits;
    return TRUE;
}

/* The columns of the document. */
static const struct {
    const char *head, *kind, *scope;
    gboolean names_all;
} columns[] = {
    {"general", "lawyer", "general", FALSE},
    {"special, not named", "lawyer", "special", FALSE},
    {"special, named", "lawyer", "special", TRUE},
    {"guardian", "guardian", "general", FALSE},
};

static const char *column(guint i)
{
    return columns[i].head;
}

static const char *row(guint act)
{
    return acts[act].word;
}

static gboolean holds(guint act, guint i)
{
    return oyer_authority_may(act, columns[i].kind, columns[i].scope,
                              columns[i].names_all ? ~0u : 0);
}

char *oyer_authority_text(void)
{
    static const OyerMatrix matrix = {
        .corner = "act",
        .rows = OYER_ACTS,
        .columns = G_N_ELEMENTS(columns),
        .column = column,
        .row = row,
        .holds = holds,
    };

    return oyer_matrix_text(&matrix);
}
