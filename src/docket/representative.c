/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/representative.h"

#include <string.h>

#include "docket/rows.h"

typedef struct {
    OyerAct act;
    gboolean mine, may;
} Judging;

/* A party itself has no kind. */
static void take_row(OyerRows *rows, gpointer data)
{
    Judging *self = data;
    const char *kind = oyer_rows_text(rows, 0);
    OyerActs matters = 0;

    self->mine = TRUE;
    self->may |= !*kind || (oyer_acts_parse(oyer_rows_text(rows, 2), &matters) &&
                            oyer_authority_may(self->act, kind, oyer_rows_text(rows, 1),
                                               matters));
}

gboolean oyer_docket_may_act(OyerDb *db, const char *person, const char *case_id,
                             const char *party, OyerAct act, gint64 now_us,
                             gboolean *out_mine, gboolean *out_may, GError **error)
{
    Judging judging = {.act = act};
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT '', '', '' FROM party WHERE id = ? AND case_id = ? AND person = ? "
        "UNION ALL SELECT r.kind, r.scope, r.matters FROM representative r "
        "JOIN party p ON p.id = r.party WHERE p.id = ? AND p.case_id = ? "
        "AND r.person = ? AND " OYER_AUTHORITY_HOLDS("r"),
        "ssssssii", party, case_id, person, party, case_id, person, now_us, now_us);

    if (!oyer_rows_each(rows, take_row, &judging, error))
        return FALSE;
    *out_mine = judging.mine;
    *out_may = judging.may;
    return TRUE;
}

gboolean oyer_docket_seat_is_backed(OyerDb *db, const char *participant, gint64 now_us,
                                    gboolean *out_is, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT 1 FROM participant s WHERE s.id = ? AND " OYER_SEAT_BACKED("s"), "sii",
        participant, now_us, now_us);

    return oyer_rows_first(rows, out_is, error);
}

static void take_person(OyerRows *rows, gpointer data)
{
    g_ptr_array_add(data, g_strdup(oyer_rows_text(rows, 0)));
}

GPtrArray *oyer_docket_people_of_case(OyerDb *db, const char *case_id,
                                      const char *party, const char *except,
                                      gint64 now_us, GError **error)
{
    g_autoptr(GPtrArray) people = g_ptr_array_new_with_free_func(g_free);
    const char *one = party ? party : "";
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT p.person FROM party p WHERE p.case_id = ? AND ? IN ('', p.id) "
        "AND p.person <> ? "
        "UNION SELECT r.person FROM representative r JOIN party p ON p.id = r.party "
        "WHERE p.case_id = ? AND ? IN ('', p.id) AND r.person <> ? "
        "AND " OYER_AUTHORITY_HOLDS("r"),
        "ssssssii", case_id, one, except, case_id, one, except, now_us, now_us);

    return oyer_rows_each(rows, take_person, people, error) ? g_steal_pointer(&people)
                                                            : NULL;
}

const char *oyer_authority_state(gint64 valid_from_us, gint64 valid_until_us,
                                 gint64 ended_us, gint64 now_us)
{
    return ended_us != 0                                     ? "ended"
           : valid_from_us > now_us                          ? "not_yet"
           : valid_until_us != 0 && valid_until_us <= now_us ? "expired"
                                                             : "holds";
}
