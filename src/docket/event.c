/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/event.h"

#include <string.h>

#include "base/text.h"
#include "docket/error.h"

G_DEFINE_QUARK(oyer_docket_error, oyer_docket_error)

static const char genesis[] =
    "0000000000000000000000000000000000000000000000000000000000000000";

OyerEvent *oyer_event_new(gint64 at_us, const char *type, const char *actor,
                          const char *role, const char *object, const char *result)
{
    OyerEvent *self = g_new0(OyerEvent, 1);

    self->at_us = at_us;
    self->type = g_strdup(type);
    self->actor = g_strdup(actor);
    self->role = g_strdup(role);
    self->object = g_strdup(object);
    self->result = g_strdup(result);
    return self;
}

void oyer_event_free(OyerEvent *self)
{
    if (!self)
        return;
    g_free(self->type);
    g_free(self->actor);
    g_free(self->role);
    g_free(self->object);
    g_free(self->result);
    g_free(self->reason);
    json_decref(self->details);
    g_free(self);
}

static void set_text(json_t *body, const char *name, const char *text)
{
    if (text)
        json_object_set_new(body, name, json_string(text));
}

static char *body_of(const OyerEvent *event, gint64 at_us)
{
    g_autoptr(json_t) body = json_object();

    json_object_set_new(body, "at_us", json_integer(at_us));
    set_text(body, "type", event->type);
    set_text(body, "actor", event->actor);
    set_text(body, "role", event->role);
    set_text(body, "object", event->object);
    set_text(body, "result", event->result);
    set_text(body, "reason", event->reason);
    if (event->details)
        json_object_set(body, "details", event->details);
    return oyer_json_text(body);
}

static void hash_of(gint64 seq, const char *prev, const char *body,
                    char out[OYER_SHA256_HEX_SIZE])
{
    g_autofree char *text =
        g_strdup_printf("%" G_GINT64_FORMAT "\n%s\n%s", seq, prev, body);
    oyer_sha256_hex(text, strlen(text), out);
}

/* Two tables of one shape: a hearing's log, and the chains beside them. */
typedef struct {
    const char *tip, *insert, *walk, *chains;
} Log;

static const Log hearing_log = {
    .tip = "SELECT seq, at, hash FROM event WHERE hearing = ? "
           "ORDER BY seq DESC LIMIT 1",
    .insert = "INSERT INTO event (hearing, seq, at, body, prev, hash) "
              "VALUES (?, ?, ?, ?, ?, ?)",
    .walk = "SELECT seq, body, prev, hash FROM event WHERE hearing = ? ORDER BY seq",
    .chains = "SELECT DISTINCT hearing FROM event",
};

static const Log audit_log = {
    .tip = "SELECT seq, at, hash FROM audit_event WHERE chain = ? "
           "ORDER BY seq DESC LIMIT 1",
    .insert = "INSERT INTO audit_event (chain, seq, at, body, prev, hash) "
              "VALUES (?, ?, ?, ?, ?, ?)",
    .walk = "SELECT seq, body, prev, hash FROM audit_event WHERE chain = ? "
            "ORDER BY seq",
    .chains = "SELECT DISTINCT chain FROM audit_event",
};

typedef struct {
    gint64 seq, at_us;
    char hash[OYER_SHA256_HEX_SIZE];
} Tip;

static gboolean find_tip(OyerDb *db, const Log *log, const char *chain, Tip *out_tip,
                         GError **error)
{
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(db, error, log->tip, "s", chain);
    if (!rows)
        return FALSE;

    *out_tip = (Tip){0};
    g_strlcpy(out_tip->hash, genesis, sizeof out_tip->hash);
    if (oyer_rows_next(rows, &failed)) {
        out_tip->seq = oyer_rows_int(rows, 0);
        out_tip->at_us = oyer_rows_int(rows, 1);
        g_strlcpy(out_tip->hash, oyer_rows_text(rows, 2), sizeof out_tip->hash);
    }
    if (!failed)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
}

static gboolean append(OyerDb *db, const Log *log, const char *chain,
                       const OyerEvent *event, gint64 *out_seq, GError **error)
{
    Tip tip;

    if (!find_tip(db, log, chain, &tip, error))
        return FALSE;
    gint64 seq = tip.seq + 1;
    gint64 at_us = MAX(event->at_us, tip.at_us);
    g_autofree char *body = body_of(event, at_us);
    char hash[OYER_SHA256_HEX_SIZE];

    hash_of(seq, tip.hash, body, hash);
    if (!oyer_db_exec(db, error, log->insert, "siisss", chain, seq, at_us, body,
                      tip.hash, hash))
        return FALSE;
    if (out_seq)
        *out_seq = seq;
    return TRUE;
}

gboolean oyer_docket_append_event(OyerDb *db, const char *hearing,
                                  const OyerEvent *event, gint64 *out_seq,
                                  GError **error)
{
    return append(db, &hearing_log, hearing, event, out_seq, error);
}

gboolean oyer_docket_append_audit(OyerDb *db, const char *chain, const OyerEvent *event,
                                  gint64 *out_seq, GError **error)
{
    return append(db, &audit_log, chain, event, out_seq, error);
}

/* Both readers walk the log in order. */
typedef gboolean (*EachEvent)(gint64 seq, const char *body, const char *prev,
                              const char *hash, gpointer data, GError **error);

static gboolean walk(OyerDb *db, const Log *log, const char *chain, EachEvent each,
                     gpointer data, GError **error)
{
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(db, error, log->walk, "s", chain);
    if (!rows)
        return FALSE;
    while (oyer_rows_next(rows, &failed))
        if (!each(oyer_rows_int(rows, 0), oyer_rows_text(rows, 1),
                  oyer_rows_text(rows, 2), oyer_rows_text(rows, 3), data, error))
            return FALSE;
    if (!failed)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
}

static gboolean print_event(gint64 seq, const char *body, const char *prev,
                            const char *hash, gpointer data,
                            GError **error G_GNUC_UNUSED)
{
    g_string_append_printf(data,
                           "{\"seq\":%" G_GINT64_FORMAT
                           ",\"prev\":\"%s\",\"hash\":\"%s\",\"event\":%s}\n",
                           seq, prev, hash, body);
    return TRUE;
}

static GBytes *print(OyerDb *db, const Log *log, const char *chain, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (!walk(db, log, chain, print_event, text, error))
        return NULL;
    return g_string_free_to_bytes(g_steal_pointer(&text));
}

GBytes *oyer_docket_events(OyerDb *db, const char *hearing, GError **error)
{
    return print(db, &hearing_log, hearing, error);
}

GBytes *oyer_docket_audit(OyerDb *db, const char *chain, GError **error)
{
    return print(db, &audit_log, chain, error);
}

static gboolean check_event(gint64 seq, const char *body, const char *prev,
                            const char *hash, gpointer data, GError **error)
{
    Tip *tip = data;
    char computed[OYER_SHA256_HEX_SIZE];

    hash_of(seq, prev, body, computed);
    if (seq == tip->seq + 1 && !strcmp(prev, tip->hash) && !strcmp(hash, computed)) {
        tip->seq = seq;
        g_strlcpy(tip->hash, hash, sizeof tip->hash);
        return TRUE;
    }
    g_set_error(error, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_BROKEN,
                "event %" G_GINT64_FORMAT " does not follow from the one before", seq);
    return FALSE;
}

static gboolean verify(OyerDb *db, const Log *log, const char *chain, gint64 *out_count,
                       GError **error)
{
    Tip tip = {0};

    g_strlcpy(tip.hash, genesis, sizeof tip.hash);
    if (!walk(db, log, chain, check_event, &tip, error))
        return FALSE;
    if (out_count)
        *out_count = tip.seq;
    return TRUE;
}

gboolean oyer_docket_verify_events(OyerDb *db, const char *hearing, gint64 *out_count,
                                   GError **error)
{
    return verify(db, &hearing_log, hearing, out_count, error);
}

gboolean oyer_docket_verify_audit(OyerDb *db, const char *chain, gint64 *out_count,
                                  GError **error)
{
    return verify(db, &audit_log, chain, out_count, error);
}

static GPtrArray *list_chains(OyerDb *db, const Log *log, GError **error)
{
    g_autoptr(GPtrArray) chains = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(db, error, log->chains, "");

    if (!rows)
        return NULL;
    while (oyer_rows_next(rows, &failed))
        g_ptr_array_add(chains, g_strdup(oyer_rows_text(rows, 0)));
    if (!failed)
        return g_steal_pointer(&chains);
    g_propagate_error(error, g_steal_pointer(&failed));
    return NULL;
}

gboolean oyer_docket_verify_all(OyerDb *db, gint64 *out_chains, gint64 *out_events,
                                GError **error)
{
    const Log *const logs[] = {&hearing_log, &audit_log};
    gint64 chains = 0, events = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(logs); i++) {
        g_autoptr(GPtrArray) names = list_chains(db, logs[i], error);
        if (!names)
            return FALSE;
        for (guint n = 0; n < names->len; n++) {
            gint64 count = 0;
            if (!verify(db, logs[i], names->pdata[n], &count, error)) {
                g_prefix_error(error, "%s: ", (char *)names->pdata[n]);
                return FALSE;
            }
            events += count;
        }
        chains += names->len;
    }
    if (out_chains)
        *out_chains = chains;
    if (out_events)
        *out_events = events;
    return TRUE;
}
