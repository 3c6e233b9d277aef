/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A seat: the socket of one person in one hearing.  The seat in the hearing
 * outlives it; a newer socket of the same device takes the place of an older one.
 *
 * Thread: main.
 */
#include <string.h>

#include "api/internal.h"
#include "docket/record.h"

#define PROTOCOL_VERSION 1

/* After media or serve came back, who sits in the hearing is told to connect anew. */
#define RECONNECT_SPAN_US (30 * G_USEC_PER_SEC)

/* ---- sending ---- */

void oyer_seat_send_text(OyerSeat *self, OyerSendClass class, const char *key,
                         const char *text)
{
    if (!self->is_ended)
        oyer_socket_send(self->socket, class, key, text);
}

void oyer_seat_send(OyerSeat *self, OyerSendClass class, const char *key,
                    json_t *object)
{
    g_autofree char *text = oyer_json_text(object);

    oyer_seat_send_text(self, class, key, text);
}

static void send_error(OyerSeat *self, const char *id, const char *code,
                       const char *text)
{
    g_autoptr(json_t) object =
        oyer_json_pack("{s:s,s:s,s:s}", "type", "error", "code", code, "text", text);

    if (id[0] != '\0')
        json_object_set_new(object, "id", json_string(id));
    oyer_seat_send(self, OYER_SEND_ALWAYS, NULL, object);
}

/* Takes the seat out of the sitting, so that nothing more is sent there. */
static void leave_sitting(OyerSeat *self)
{
    if (self->sitting != NULL &&
        g_hash_table_lookup(self->sitting->seats, self->participant) == self)
        g_hash_table_remove(self->sitting->seats, self->participant);
}

void oyer_seat_end(OyerSeat *self, const char *reason, guint code)
{
    if (self->is_ended)
        return;
    if (!strcmp(reason, "removed") || !strcmp(reason, "closed") ||
        !strcmp(reason, "elsewhere") || !strcmp(reason, "replaced")) {
        g_autoptr(json_t) object =
            oyer_json_pack("{s:s,s:s}", "type", "bye", "reason", reason);
        oyer_seat_send(self, OYER_SEND_ALWAYS, NULL, object);
    }
    oyer_socket_close(self->socket, code, reason);
    self->is_ended = TRUE;
    leave_sitting(self);
}

/* ---- hello ---- */

static void resume_media(OyerSeat *self, const OyerPerson *person)
{
    OyerSitting *sitting = self->sitting;
    OyerWire *wire = oyer_sitting_wire(sitting, self->participant);
    gint64 since_us = self->house->media_since_us;

    oyer_wire_resume(sitting, self->participant);
    /* The page may have lived through what lost its media connections. */
    if (person->room != OYER_ROOM_HEARING || wire->publish != NULL ||
        wire->subscribe != NULL || since_us == 0 ||
        g_get_monotonic_time() - since_us > RECONNECT_SPAN_US)
        return;
    g_autoptr(json_t) object =
        oyer_json_pack("{s:s,s:s}", "type", "reconnect", "connection", "both");
    oyer_seat_send(self, OYER_SEND_ALWAYS, NULL, object);
}

void oyer_seat_refuse(OyerSeat *self, const OyerPassVerdict *verdict)
{
    g_autoptr(json_t) object = oyer_pass_refusal(verdict);

    json_object_set_new(object, "type", json_string("error"));
    oyer_seat_send(self, OYER_SEND_ALWAYS, NULL, object);
    oyer_seat_end(self, "pass refused", 4401);
}

void oyer_seat_take(OyerSeat *self, OyerSitting *sitting, const char *participant)
{
    OyerSeat *older = g_hash_table_lookup(sitting->seats, participant);
    const OyerPerson *person = oyer_hearing_person(sitting->hearing, participant);

    self->sitting = sitting;
    g_strlcpy(self->participant, participant, sizeof self->participant);
    if (person->status == OYER_STATUS_REMOVED) {
        oyer_seat_end(self, "removed", 4403);
        return;
    }
    if (older != NULL)
        oyer_seat_end(older, "elsewhere", 4409);
    g_hash_table_insert(sitting->seats, g_strdup(participant), self);
    oyer_socket_trust(self->socket);

    g_autoptr(json_t) welcome = oyer_json_pack(
        "{s:s,s:i,s:s,s:s,s:o}", "type", "welcome", "version", PROTOCOL_VERSION, "you",
        participant, "hearing", sitting->hearing->id, "ice_servers",
        oyer_turn_ice_servers(sitting->house->config.turn, participant,
                              oyer_clock_now_us(NULL)));
    oyer_seat_send(self, OYER_SEND_ALWAYS, NULL, welcome);
    oyer_sitting_wake(sitting);
    oyer_sitting_fact(sitting, OYER_SYSTEM_ARRIVED, participant, self->agent, 0);
    if (self->is_ended)
        return;
    /* The fact may be on its way to the disk; the state need not wait for it. */
    oyer_sitting_tell(sitting, TRUE);
    if (person->weak) {
        g_autoptr(json_t) weak =
            oyer_json_pack("{s:s,s:b}", "type", "weak_line", "audio_only", TRUE);
        oyer_seat_send(self, OYER_SEND_LATEST, "weak_line", weak);
    }
    resume_media(self, person);
}

static void on_pass(const OyerPassVerdict *verdict, gpointer data)
{
    OyerSeat *self = data;

    self->is_greeting = FALSE;
    if (self->is_gone) {
        oyer_seat_unref(self);
        return;
    }
    if (verdict->failed) {
        oyer_seat_end(self, "store", 1013);
    } else if (verdict->fault == OYER_PASS_FINE) {
        oyer_seat_take(self, verdict->sitting, verdict->participant);
    } else if (verdict->fault == OYER_PASS_SECOND_DEVICE && verdict->sitting != NULL) {
        oyer_knock_begin(self, verdict);
    } else {
        oyer_seat_refuse(self, verdict);
    }
    oyer_seat_unref(self);
}

static void greet(OyerSeat *self, const OyerMessage *message)
{
    if (message->type != OYER_MESSAGE_HELLO) {
        send_error(self, message->id, "bad_request", "say hello first");
        oyer_seat_end(self, "hello first", 1008);
        return;
    }
    if (message->version != PROTOCOL_VERSION) {
        oyer_seat_end(self, "version", 4426);
        return;
    }
    g_free(self->agent);
    self->agent = g_strdup(message->text);
    oyer_set_text(&self->device, message->device);
    self->is_greeting = TRUE;
    self->refs++;
    oyer_house_check_pass(self->house, message->token, NULL, message->device, TRUE,
                          oyer_socket_peer(self->socket), on_pass, self);
}

/* ---- messages ---- */

/* A message that is judged by the hearing first and then goes to media; owned. */
typedef struct {
    char participant[OYER_ID_SIZE];
    OyerMessage *message;
} Judging;

static void on_judged(OyerSitting *sitting, const OyerOutcome *outcome, gpointer data)
{
    Judging *judging = data;

    if (outcome->refusal == OYER_REFUSAL_NONE) {
        oyer_wire_act(sitting, judging->participant, judging->message);
    } else {
        OyerSeat *seat = g_hash_table_lookup(sitting->seats, judging->participant);
        if (seat != NULL)
            send_error(seat, judging->message->id, oyer_refusal_code(outcome->refusal),
                       outcome->text ? outcome->text : "");
    }
    oyer_message_free(judging->message);
    g_free(judging);
}

static void do_media(OyerSeat *self, OyerMessage *message)
{
    Judging *judging = g_new0(Judging, 1);

    g_strlcpy(judging->participant, self->participant, sizeof judging->participant);
    judging->message = message;
    oyer_sitting_do(self->sitting, self->participant, message, NULL, FALSE, on_judged,
                    judging);
}

static void do_plain(OyerSeat *self, OyerMessage *message)
{
    oyer_sitting_do(self->sitting, self->participant, message, NULL, TRUE, NULL, NULL);
    oyer_message_free(message);
}

static void do_ping(OyerSeat *self, OyerMessage *message)
{
    oyer_seat_send_text(self, OYER_SEND_LATEST, "pong", "{\"type\":\"pong\"}");
    oyer_message_free(message);
}

static void do_hello(OyerSeat *self, OyerMessage *message)
{
    send_error(self, message->id, "bad_request", "hello was said already");
    oyer_message_free(message);
}

/* An edit needs the line as it stands. */
typedef struct {
    OyerSitting *sitting;
    char participant[OYER_ID_SIZE];
    OyerMessage *message;
    char *line; /* JSON of its newest revision, or NULL */
} Edit;

static void edit_free(gpointer data)
{
    Edit *edit = data;

    oyer_message_free(edit->message);
    g_free(edit->line);
    g_free(edit);
}

static gboolean read_line(OyerDb *db, gpointer data, GError **error)
{
    Edit *edit = data;
    g_autoptr(GPtrArray) history = oyer_docket_line_history(
        db, edit->sitting->hearing->id, edit->message->line, error);

    if (history == NULL)
        return FALSE;
    if (history->len > 0)
        edit->line = g_strdup(history->pdata[history->len - 1]);
    return TRUE;
}

static void on_line_read(gpointer data, const GError *error)
{
    Edit *edit = data;
    g_autoptr(OyerLine) line =
        edit->line && !error ? oyer_line_parse(edit->line, strlen(edit->line), NULL)
                             : NULL;

    oyer_sitting_do(edit->sitting, edit->participant, edit->message, line, TRUE, NULL,
                    NULL);
}

static void do_line_edit(OyerSeat *self, OyerMessage *message)
{
    Edit *edit = g_new0(Edit, 1);

    edit->sitting = self->sitting;
    edit->message = message;
    g_strlcpy(edit->participant, self->participant, sizeof edit->participant);
    oyer_db_submit(self->house->config.db, read_line, edit, on_line_read, edit_free);
}

static void on_stated(OyerSitting *sitting, const OyerOutcome *outcome, gpointer data)
{
    Judging *judging = data;

    if (outcome->refusal == OYER_REFUSAL_NONE)
        oyer_sitting_report(sitting, judging->participant, judging->message);
    oyer_message_free(judging->message);
    g_free(judging);
}

static void do_report(OyerSeat *self, OyerMessage *message)
{
    Judging *judging;

    if (!oyer_sitting_takes_report(self->sitting, self->participant)) {
        if (message->id[0] != '\0')
            send_error(self, message->id, "bad_request", "not so often");
        oyer_message_free(message);
        return;
    }
    judging = g_new0(Judging, 1);
    g_strlcpy(judging->participant, self->participant, sizeof judging->participant);
    judging->message = message;
    oyer_sitting_do(self->sitting, self->participant, message, NULL, TRUE, on_stated,
                    judging);
}

/* Each takes the message.  What is not named is done by the hearing alone. */
static void (*const acts[OYER_MESSAGES])(OyerSeat *, OyerMessage *) = {
    [OYER_MESSAGE_HELLO] = do_hello,     [OYER_MESSAGE_PING] = do_ping,
    [OYER_MESSAGE_PUBLISH] = do_media,   [OYER_MESSAGE_UNPUBLISH] = do_media,
    [OYER_MESSAGE_SUBSCRIBE] = do_media, [OYER_MESSAGE_ANSWER] = do_media,
    [OYER_MESSAGE_CANDIDATE] = do_media, [OYER_MESSAGE_LINE_EDIT] = do_line_edit,
    [OYER_MESSAGE_REPORT] = do_report,   [OYER_MESSAGE_WISH] = do_media,
};

/* TRUE: this id was seen before; it was answered, or will be. */
static gboolean is_repeated(OyerSeat *self, const OyerMessage *message)
{
    OyerMemory *memory = self->sitting->memory;

    if (message->id[0] == '\0')
        return FALSE;
    const char *reply = oyer_memory_find(memory, self->participant, message->id);
    if (reply == NULL) {
        oyer_memory_put(self->participant, message->id, "", memory);
        return FALSE;
    }
    if (reply[0] != '\0')
        oyer_seat_send_text(self, OYER_SEND_ALWAYS, NULL, reply);
    return TRUE;
}

static void on_message(OyerSocket *socket, const char *text, gsize length,
                       gpointer data)
{
    OyerSeat *self = oyer_socket_data(socket);
    char id[OYER_ID_SIZE];
    g_autoptr(GError) error = NULL;

    (void)data;
    if (self->is_ended || self->is_greeting)
        return;
    g_autoptr(OyerMessage) message = oyer_message_parse(text, length, id, &error);
    if (message == NULL) {
        send_error(self, id, "bad_request", error->message);
        if (self->sitting == NULL && self->knocks_at == NULL)
            oyer_seat_end(self, "bad hello", 1008);
        return;
    }
    if (self->knocks_at != NULL) {
        /* Until the clerk has decided it may only show that it is there. */
        if (message->type == OYER_MESSAGE_PING)
            do_ping(self, g_steal_pointer(&message));
        return;
    }
    if (self->sitting == NULL) {
        greet(self, message);
        return;
    }
    if (message->type != OYER_MESSAGE_PING && is_repeated(self, message))
        return;
    (acts[message->type] ? acts[message->type] : do_plain)(self,
                                                           g_steal_pointer(&message));
}

/* ---- the socket ---- */

/* As docs/RECORD.md has them. */
static const char *const end_words[] = {
    [OYER_SOCKET_BROKEN] = "line_broken",     [OYER_SOCKET_LEFT] = "page_closed",
    [OYER_SOCKET_SILENT] = "line_silent",     [OYER_SOCKET_CLOSED] = "closed_here",
    [OYER_SOCKET_STOPPED] = "server_stopped",
};

void oyer_seat_unref(OyerSeat *self)
{
    if (--self->refs > 0)
        return;
    g_free(self->agent);
    g_free(self->device);
    g_free(self->last_state);
    g_free(self);
}

static void on_opened(OyerSocket *socket, gpointer data)
{
    OyerSeat *self = g_new0(OyerSeat, 1);

    self->refs = 1;
    self->house = data;
    self->socket = socket;
    oyer_socket_set_data(socket, self);
}

static void on_closed(OyerSocket *socket, gpointer data)
{
    OyerSeat *self = oyer_socket_data(socket);
    OyerSitting *sitting = self->sitting;

    (void)data;
    self->is_gone = self->is_ended = TRUE;
    oyer_knock_end(self);
    if (sitting != NULL) {
        leave_sitting(self);
        if (g_hash_table_lookup(sitting->seats, self->participant) == NULL)
            oyer_sitting_fact(sitting, OYER_SYSTEM_LOST, self->participant,
                              end_words[oyer_socket_end(socket)], 0);
    }
    oyer_seat_unref(self);
}

const OyerSocketHandlers oyer_seat_handlers = {on_opened, on_message, on_closed};
