/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A pass that is in use on one device and shown on another: a new phone, or a picture
 * of it that was passed on.  The newcomer waits at the door (his socket stays open and
 * hears nothing of the hearing), judge and clerk see it and decide who of the two is
 * the person; both are told.
 *
 * Thread: main.
 */
#include <string.h>

#include "api/internal.h"

static void tell_holder(OyerSitting *self, const char *participant, const char *state)
{
    g_autoptr(json_t) object =
        oyer_json_pack("{s:s,s:s}", "type", "second_use", "state", state);

    oyer_sitting_send(self, participant, OYER_SEND_ALWAYS, NULL, object);
}

static void turn_away(OyerSeat *seat)
{
    const OyerPassVerdict elsewhere = {.fault = OYER_PASS_SECOND_DEVICE};

    seat->knocks_at = NULL;
    oyer_seat_refuse(seat, &elsewhere);
}

void oyer_knock_begin(OyerSeat *seat, const OyerPassVerdict *verdict)
{
    OyerSitting *sitting = verdict->sitting;
    OyerSeat *older = g_hash_table_lookup(sitting->knocks, verdict->participant);
    g_autoptr(json_t) object = oyer_json_pack("{s:s}", "type", "knocking");

    /* Only the newest is asked about: a page that was loaded again is the same. */
    if (older != NULL)
        turn_away(older);
    g_hash_table_insert(sitting->knocks, g_strdup(verdict->participant), seat);
    seat->knocks_at = sitting;
    g_strlcpy(seat->participant, verdict->participant, sizeof seat->participant);
    g_strlcpy(seat->jti, verdict->pass->jti, sizeof seat->jti);
    oyer_seat_send(seat, OYER_SEND_ALWAYS, NULL, object);
    tell_holder(sitting, seat->participant, "asked");
    oyer_sitting_fact(sitting, OYER_SYSTEM_KNOCKED, seat->participant, seat->agent, 0);
}

void oyer_knock_end(OyerSeat *seat)
{
    OyerSitting *sitting = seat->knocks_at;

    seat->knocks_at = NULL;
    if (sitting == NULL ||
        g_hash_table_lookup(sitting->knocks, seat->participant) != seat)
        return;
    g_hash_table_remove(sitting->knocks, seat->participant);
    tell_holder(sitting, seat->participant, "gone");
    oyer_sitting_fact(sitting, OYER_SYSTEM_KNOCK_GONE, seat->participant, NULL, 0);
}

/* ---- let in: the pass is bound to the newcomer's device ---- */

typedef struct {
    OyerSitting *sitting;
    OyerSeat *seat; /* a reference */
} Entry;

static void entry_free(gpointer data)
{
    Entry *entry = data;

    oyer_seat_unref(entry->seat);
    g_free(entry);
}

/* Thread: database. */
static gboolean rebind(OyerDb *db, gpointer data, GError **error)
{
    Entry *entry = data;

    return oyer_docket_rebind_pass(db, entry->seat->jti, entry->seat->device,
                                   oyer_clock_now_us(NULL), error);
}

static void on_rebound(gpointer data, const GError *error)
{
    Entry *entry = data;
    OyerSeat *seat = entry->seat;
    OyerSitting *sitting = entry->sitting;

    seat->is_greeting = FALSE;
    if (error != NULL) {
        g_critical("a pass was not bound anew: %s", error->message);
        if (!seat->is_gone)
            oyer_seat_end(seat, "store", 1013);
        return;
    }
    OyerSeat *holder = g_hash_table_lookup(sitting->seats, seat->participant);
    if (holder != NULL) {
        oyer_wire_close(sitting, seat->participant);
        oyer_seat_end(holder, "replaced", OYER_SEAT_REPLACED);
    }
    if (!seat->is_gone)
        oyer_seat_take(seat, sitting, seat->participant);
}

void oyer_knock_decide(OyerSitting *self, const char *participant, gboolean let_in)
{
    OyerSeat *seat = g_hash_table_lookup(self->knocks, participant);

    if (seat == NULL)
        return;
    g_hash_table_remove(self->knocks, participant);
    if (!let_in) {
        turn_away(seat);
        tell_holder(self, participant, "kept");
        return;
    }
    Entry *entry = g_new0(Entry, 1);
    entry->sitting = self;
    entry->seat = seat;
    seat->refs++;
    seat->knocks_at = NULL;
    seat->is_greeting = TRUE;
    oyer_db_submit(self->house->config.db, rebind, entry, on_rebound, entry_free);
}
