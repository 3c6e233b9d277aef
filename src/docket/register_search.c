/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "base/search.h"
#include "docket/register_read.h"
#include "docket/rows.h"

/* Characters of the text on either side of what was found. */
#define AROUND 40

typedef struct {
    const char *query; /* or "" */
    json_t *hits;
    GArray *sealed; /* of Sealed */
    gint64 last_id;
    guint n_rows;
    gboolean has_more;
} Search;

typedef struct {
    char case_id[OYER_ID_SIZE];
    gint64 entry;
} Sealed;

/* ---- what is shown of the text ---- */

static char *cut_before(const char *text, gsize start)
{
    const char *from = text + start;

    for (int i = 0; i < AROUND && from > text && from[-1] != '\n'; i++)
        from = g_utf8_prev_char(from);
    return g_strndup(from, (gsize)(text + start - from));
}

static char *cut_after(const char *text)
{
    const char *end = text;

    for (int i = 0; i < AROUND && *end && *end != '\n'; i++)
        end = g_utf8_find_next_char(end, NULL);
    return g_strndup(text, (gsize)(end - text));
}

/* The line around the first word of @query that stands in @text. */
static json_t *snippet(const char *text, const char *query)
{
    g_auto(GStrv) words = g_strsplit_set(query, " \t\r\n", -1);
    gsize start = 0, end = 0;

    for (guint i = 0; words[i]; i++)
        if (*words[i] && oyer_search_find(text, words[i], 0, &start, &end))
            break;
    g_autofree char *before = cut_before(text, start);
    g_autofree char *match = g_strndup(text + start, end - start);
    g_autofree char *after = cut_after(text + end);
    return oyer_json_pack("{s:s,s:s,s:s}", "before", before, "match", match, "after",
                          after);
}

/* ---- the query ---- */

#define NEWEST                                                           \
    "SELECT t.id FROM register_text t JOIN case_ c ON c.id = t.case_id " \
    "WHERE t.entry = 0 AND t.id BETWEEN ? AND ? AND c.access <= ? "      \
    "ORDER BY t.id DESC LIMIT ?"

static gboolean find_range(OyerDb *db, const char *court, gint64 *out_first,
                           gint64 *out_last, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT first, next - 1 FROM register_range WHERE court = ?", "s",
        court);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out_first = found ? oyer_rows_int(rows, 0) : 0;
    *out_last = found ? oyer_rows_int(rows, 1) : 0;
    return TRUE;
}

static gboolean is_of_last_hit(const Search *self, const char *file)
{
    const json_t *last = json_array_get(self->hits, json_array_size(self->hits) - 1);

    return g_strcmp0(oyer_json_string(last, "file"), file) == 0;
}

static void take_hit(OyerRows *rows, gpointer data)
{
    Search *self = data;
    gint64 entry = oyer_rows_int(rows, 2);
    OyerAccess access = (OyerAccess)oyer_rows_int(rows, 9);
    const char *kind = oyer_rows_text(rows, 10);

    self->has_more = self->n_rows == OYER_REGISTER_HITS_MAX;
    if (self->has_more)
        return;
    self->n_rows++;
    self->last_id = oyer_rows_int(rows, 0);
    /* Many pages of one document are one hit. */
    if (!oyer_rows_is_null(rows, 11) && is_of_last_hit(self, oyer_rows_text(rows, 11)))
        return;
    if (access == OYER_ACCESS_SEALED) {
        Sealed sealed = {.entry = entry};
        g_strlcpy(sealed.case_id, oyer_rows_text(rows, 1), sizeof sealed.case_id);
        g_array_append_val(self->sealed, sealed);
    }
    json_t *hit = oyer_json_pack(
        "{s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:o}", "case", oyer_rows_text(rows, 1),
        "entry", (json_int_t)entry, "kind", kind ? kind : "case", "number",
        oyer_rows_text(rows, 4), "cause", oyer_rows_text(rows, 5), "claimant",
        oyer_rows_text(rows, 6), "respondent", oyer_rows_text(rows, 7), "docketed_us",
        (json_int_t)oyer_rows_int(rows, 8), "access", oyer_access_word(access),
        "snippet", snippet(oyer_rows_text(rows, 3), self->query));
    json_array_append_new(self->hits, hit);
    if (oyer_rows_is_null(rows, 11))
        return;
    json_object_set_new(hit, "file", json_string(oyer_rows_text(rows, 11)));
    json_object_set_new(hit, "file_name", json_string(oyer_rows_text(rows, 12)));
    json_object_set_new(hit, "page", json_integer(oyer_rows_int(rows, 13)));
}

/* One more than is shown, to know whether there are more. */
static OyerRows *ask(OyerDb *db, const char *words, gint64 first, gint64 last,
                     OyerAccess clearance, GError **error)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT t.id, t.case_id, t.entry, t.text, c.number_text, c.cause, c.claimant, "
        "c.respondent, c.docketed_at, t.access, e.kind, t.file, f.name, t.page "
        "FROM (%s) h JOIN register_level t ON t.id = h.id "
        "JOIN case_ c ON c.id = t.case_id "
        "LEFT JOIN docket_entry e ON e.case_id = t.case_id AND e.number = t.entry "
        "LEFT JOIN filing_file f ON f.id = t.file ORDER BY t.id DESC",
        words ? oyer_db_search_register(db) : NEWEST);
    gint64 most = OYER_REGISTER_HITS_MAX + 1;

    return words ? oyer_db_query(db, error, sql, "siiii", words, first, last,
                                 (gint64)clearance, most)
                 : oyer_db_query(db, error, sql, "iiii", first, last, (gint64)clearance,
                                 most);
}

static gboolean find(OyerDb *db, const OyerStaffSession *staff, const char *words,
                     gint64 before, Search *self, gint64 *out_next, GError **error)
{
    const OyerRegisterReader reader = {.staff = staff};
    gint64 first = 0, last = 0;

    if (!find_range(db, staff->court, &first, &last, error))
        return FALSE;
    if (before > 0)
        last = MIN(last, before - 1);
    g_autoptr(OyerRows) rows =
        ask(db, words, first, last, oyer_register_clearance(&reader), error);
    if (!oyer_rows_each(rows, take_hit, self, error))
        return FALSE;
    *out_next = self->has_more ? self->last_id : 0;
    return TRUE;
}

gboolean oyer_register_search(OyerDb *db, const OyerStaffSession *staff,
                              const char *query, gint64 before, gint64 now_us,
                              json_t **out, GError **error)
{
    g_autofree char *words = oyer_search_words(query);
    g_autoptr(json_t) hits = json_array();
    g_autoptr(GArray) sealed = g_array_new(FALSE, FALSE, sizeof(Sealed));
    Search self = {.query = words ? query : "", .hits = hits, .sealed = sealed};
    gint64 next = 0;

    /* Nothing to look for is not the same as nothing asked for. */
    if ((words || !*query) && !find(db, staff, words, before, &self, &next, error))
        return FALSE;
    for (guint i = 0; i < sealed->len; i++) {
        const Sealed *one = &g_array_index(sealed, Sealed, i);
        if (!oyer_register_note_reading(db, staff, one->case_id, one->entry, now_us,
                                        error))
            return FALSE;
    }
    *out = oyer_json_pack("{s:O,s:I}", "hits", hits, "next", (json_int_t)next);
    return TRUE;
}
