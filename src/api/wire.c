/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The two media connections of a person: publish (the client offers) and subscribe
 * (the server offers).  Transport ids are made so that a browser's connection is
 * found again after serve was restarted, and a page that was loaded anew gets a
 * new one.
 *
 * Thread: main.
 */
#include <string.h>

#include "api/internal.h"
#include "base/text.h"

/* A request to media that a message of a person waits for. */
typedef struct {
    OyerSitting *self;
    char participant[OYER_ID_SIZE];
    char message[OYER_ID_SIZE];
    char transport[OYER_ID_SIZE];
    char older[OYER_ID_SIZE]; /* publish: what it takes the place of, or "" */
} Asked;

void oyer_wire_free(gpointer data)
{
    OyerWire *self = data;

    g_free(self->publish);
    g_free(self->subscribe);
    g_free(self->offer);
    g_free(self);
}

OyerWire *oyer_sitting_wire(OyerSitting *self, const char *participant)
{
    OyerWire *wire = g_hash_table_lookup(self->wires, participant);

    if (wire == NULL) {
        wire = g_new0(OyerWire, 1);
        g_hash_table_insert(self->wires, g_strdup(participant), wire);
    }
    return wire;
}

char *oyer_wire_publish_id(const char *participant, const char *sdp)
{
    char digest[OYER_SHA256_HEX_SIZE];
    const char *at = strstr(sdp, "a=fingerprint:");
    gsize length = at ? strcspn(at, "\r\n") : 0;
    g_autofree char *fingerprint = g_strndup(at ? at : "", length);
    g_autofree char *text = g_strconcat(participant, " ", fingerprint, NULL);

    oyer_sha256_hex(text, strlen(text), digest);
    return g_strdup_printf("pub-%.24s", digest);
}

const char *oyer_media_code_text(const char *code)
{
    static const struct {
        const char *code, *text;
    } texts[] = {
        {"bad_sdp", "the session description cannot be used"},
        {"bad_request", "the media process did not understand"},
        {"no_such", "there is no such connection"},
        {"busy", "a negotiation is under way"},
        {"lost", "the media process is not there; try again"},
        {"timeout", "the media process did not answer in time"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        if (!strcmp(texts[i].code, code))
            return texts[i].text;
    return "the media process refused";
}

/* ---- replies ---- */

static Asked *asked_new(OyerSitting *self, const char *participant, const char *message,
                        const char *transport)
{
    Asked *asked = g_new0(Asked, 1);

    asked->self = self;
    g_strlcpy(asked->participant, participant, sizeof asked->participant);
    g_strlcpy(asked->message, message, sizeof asked->message);
    g_strlcpy(asked->transport, transport ? transport : "", sizeof asked->transport);
    return asked;
}

/* Answers the message of @asked; @sdp may be NULL. */
static void reply(const Asked *asked, const char *code, const char *sdp)
{
    g_autoptr(json_t) object =
        code == NULL
            ? oyer_json_pack("{s:s}", "type", "ok")
            : oyer_json_pack("{s:s,s:s,s:s}", "type", "error", "code",
                             !strcmp(code, "bad_sdp") ? "bad_request" : "media", "text",
                             oyer_media_code_text(code));

    if (sdp != NULL)
        json_object_set_new(object, "sdp", json_string(sdp));
    if (asked->message[0] != '\0') {
        json_object_set_new(object, "id", json_string(asked->message));
        g_autofree char *text = oyer_json_text(object);
        oyer_memory_put(asked->participant, asked->message, text, asked->self->memory);
    }
    oyer_sitting_send(asked->self, asked->participant, OYER_SEND_ALWAYS, NULL, object);
}

static void on_plain_reply(json_t *answer, const char *code, gpointer data)
{
    g_autofree Asked *asked = data;

    (void)answer;
    reply(asked, code, NULL);
}

static void close_transport(OyerSitting *self, const char *transport);

/* The page was loaded anew: its tracks went over, its old connection is dead. */
static void on_published(json_t *answer, const char *code, gpointer data)
{
    g_autofree Asked *asked = data;
    OyerWire *wire = oyer_sitting_wire(asked->self, asked->participant);

    if (code == NULL && asked->older[0] != '\0') {
        close_transport(asked->self, asked->older);
    } else if (code != NULL && !g_strcmp0(wire->publish, asked->transport)) {
        g_free(wire->publish);
        wire->publish = asked->older[0] != '\0' ? g_strdup(asked->older) : NULL;
    }
    reply(asked, code, oyer_json_string(answer, "sdp"));
}

/* ---- requests ---- */

static void request(OyerSitting *self, json_t *object, OyerMediaReplyFunc func,
                    gpointer data)
{
    json_object_set_new(object, "hearing", json_string(self->hearing->id));
    oyer_house_ask_media(self->house, object, func, data);
}

static void close_transport(OyerSitting *self, const char *transport)
{
    request(
        self,
        oyer_json_pack("{s:s,s:s}", "do", "transport.close", "transport", transport),
        NULL, NULL);
}

static void publish(OyerSitting *self, const char *participant,
                    const OyerMessage *message)
{
    OyerWire *wire = oyer_sitting_wire(self, participant);
    g_autofree char *transport = oyer_wire_publish_id(participant, message->sdp);
    json_t *tracks = json_array();

    for (guint i = 0; i < message->track_count; i++)
        json_array_append_new(
            tracks, oyer_json_pack("{s:s,s:s}", "mid", message->tracks[i].mid, "kind",
                                   oyer_kind_word(message->tracks[i].kind)));
    Asked *asked = asked_new(self, participant, message->id, transport);
    if (wire->publish != NULL && strcmp(wire->publish, transport) != 0)
        g_strlcpy(asked->older, wire->publish, sizeof asked->older);
    g_free(wire->publish);
    wire->publish = g_strdup(transport);
    request(self,
            oyer_json_pack("{s:s,s:s,s:s,s:s,s:o}", "do", "transport.publish",
                           "participant", participant, "transport", transport, "sdp",
                           message->sdp, "tracks", tracks),
            on_published, asked);
}

static void unpublish(OyerSitting *self, const char *participant,
                      const OyerMessage *message)
{
    OyerWire *wire = oyer_sitting_wire(self, participant);
    g_autofree Asked *asked = asked_new(self, participant, message->id, NULL);

    if (wire->publish != NULL)
        close_transport(self, wire->publish);
    g_clear_pointer(&wire->publish, g_free);
    reply(asked, NULL, NULL);
}

/* Passes @sdp on to the seat, and keeps it until it is answered. */
static void pass_offer(OyerSitting *self, const char *participant, OyerWire *wire,
                       const char *sdp, gint64 negotiation)
{
    g_autoptr(json_t) object =
        oyer_json_pack("{s:s,s:I,s:s}", "type", "offer", "negotiation",
                       (json_int_t)negotiation, "sdp", sdp);

    wire->negotiation = negotiation;
    g_free(wire->offer);
    wire->offer = oyer_json_text(object);
    oyer_sitting_send(self, participant, OYER_SEND_ALWAYS, NULL, object);
}

static void on_subscribed(json_t *answer, const char *code, gpointer data)
{
    g_autofree Asked *asked = data;
    OyerWire *wire = oyer_sitting_wire(asked->self, asked->participant);
    const char *sdp = oyer_json_string(answer, "sdp");

    if (g_strcmp0(wire->subscribe, asked->transport) != 0)
        return; /* another one was begun meanwhile */
    if (asked->message[0] != '\0')
        reply(asked, code, NULL);
    if (code == NULL && sdp != NULL)
        pass_offer(asked->self, asked->participant, wire, sdp,
                   oyer_json_int(answer, "negotiation", 0));
}

static void ask_subscribe(OyerSitting *self, const char *participant,
                          const char *transport, const char *message)
{
    request(self,
            oyer_json_pack("{s:s,s:s,s:s}", "do", "transport.subscribe", "participant",
                           participant, "transport", transport),
            on_subscribed, asked_new(self, participant, message, transport));
}

static void subscribe(OyerSitting *self, const char *participant,
                      const OyerMessage *message)
{
    OyerWire *wire = oyer_sitting_wire(self, participant);
    g_autofree char *secret = oyer_random_text(9);

    if (wire->subscribe != NULL)
        close_transport(self, wire->subscribe);
    g_free(wire->subscribe);
    g_clear_pointer(&wire->offer, g_free);
    wire->negotiation = 0;
    wire->subscribe = g_strconcat("sub-", secret, NULL);
    ask_subscribe(self, participant, wire->subscribe, message->id);
}

static void answer(OyerSitting *self, const char *participant,
                   const OyerMessage *message)
{
    OyerWire *wire = oyer_sitting_wire(self, participant);
    Asked *asked = asked_new(self, participant, message->id, wire->subscribe);

    if (wire->subscribe == NULL) {
        reply(asked, "no_such", NULL);
        g_free(asked);
        return;
    }
    if (message->negotiation == wire->negotiation) {
        g_clear_pointer(&wire->offer, g_free);
        wire->negotiation = 0;
    }
    request(self,
            oyer_json_pack("{s:s,s:s,s:I,s:s}", "do", "transport.answer", "transport",
                           wire->subscribe, "negotiation",
                           (json_int_t)message->negotiation, "sdp", message->sdp),
            on_plain_reply, asked);
}

static void candidate(OyerSitting *self, const char *participant,
                      const OyerMessage *message)
{
    OyerWire *wire = oyer_sitting_wire(self, participant);
    const char *transport = message->subscribe ? wire->subscribe : wire->publish;
    Asked *asked = asked_new(self, participant, message->id, transport);

    if (transport == NULL) {
        reply(asked, "no_such", NULL);
        g_free(asked);
        return;
    }
    request(self,
            oyer_json_pack("{s:s,s:s,s:s,s:s}", "do", "transport.candidate",
                           "transport", transport, "mid", message->mid, "candidate",
                           message->candidate ? message->candidate : ""),
            on_plain_reply, asked);
}

static void wish(OyerSitting *self, const char *participant, const OyerMessage *message)
{
    json_t *tracks = json_object();

    /* Whom one may not see (any more) one has not chosen. */
    const char *chosen = oyer_audience_may_watch(self->audience, self->hearing,
                                                 participant, message->chosen)
                             ? message->chosen
                             : NULL;

    for (guint i = 0; i < message->wish_count; i++)
        json_object_set_new(tracks, message->wishes[i].track,
                            json_integer(message->wishes[i].height));
    request(self,
            oyer_json_pack("{s:s,s:s,s:o,s:s?}", "do", "wish", "participant",
                           participant, "tracks", tracks, "chosen", chosen),
            on_plain_reply, asked_new(self, participant, message->id, NULL));
}

void oyer_wire_act(OyerSitting *self, const char *participant,
                   const OyerMessage *message)
{
    static void (*const acts[OYER_MESSAGES])(OyerSitting *, const char *,
                                             const OyerMessage *) = {
        [OYER_MESSAGE_PUBLISH] = publish,     [OYER_MESSAGE_UNPUBLISH] = unpublish,
        [OYER_MESSAGE_SUBSCRIBE] = subscribe, [OYER_MESSAGE_ANSWER] = answer,
        [OYER_MESSAGE_CANDIDATE] = candidate, [OYER_MESSAGE_WISH] = wish,
    };

    oyer_sitting_wake(self);
    if (acts[message->type] != NULL)
        acts[message->type](self, participant, message);
}

/* ---- what media tells ---- */

void oyer_wire_offer(OyerSitting *self, json_t *event)
{
    const char *participant = oyer_json_string(event, "participant");
    const char *transport = oyer_json_string(event, "transport");
    const char *sdp = oyer_json_string(event, "sdp");
    OyerWire *wire = participant ? g_hash_table_lookup(self->wires, participant) : NULL;

    if (wire != NULL && sdp != NULL && !g_strcmp0(wire->subscribe, transport))
        pass_offer(self, participant, wire, sdp,
                   oyer_json_int(event, "negotiation", 0));
}

/* What of a picture anybody has use for. */
void oyer_wire_layers(OyerSitting *self, json_t *event)
{
    const char *participant = oyer_json_string(event, "participant");
    g_autoptr(json_t) object = oyer_json_pack("{s:s,s:O?,s:O?,s:O?}", "type", "layers",
                                              "kind", json_object_get(event, "kind"),
                                              "on", json_object_get(event, "on"),
                                              "rids", json_object_get(event, "rids"));

    if (participant != NULL)
        oyer_sitting_send(self, participant, OYER_SEND_ALWAYS, NULL, object);
}

/* Media gave a connection up that the person still counts on. */
void oyer_wire_closed(OyerSitting *self, json_t *event)
{
    const char *participant = oyer_json_string(event, "participant");
    const char *transport = oyer_json_string(event, "transport");
    OyerWire *wire = participant ? g_hash_table_lookup(self->wires, participant) : NULL;
    const char *which = NULL;

    if (wire == NULL || transport == NULL)
        return;
    if (!g_strcmp0(wire->publish, transport)) {
        which = "publish";
        g_clear_pointer(&wire->publish, g_free);
    } else if (!g_strcmp0(wire->subscribe, transport)) {
        which = "subscribe";
        g_clear_pointer(&wire->subscribe, g_free);
        g_clear_pointer(&wire->offer, g_free);
    }
    if (which != NULL) {
        g_autoptr(json_t) object =
            oyer_json_pack("{s:s,s:s}", "type", "reconnect", "connection", which);
        oyer_sitting_send(self, participant, OYER_SEND_ALWAYS, NULL, object);
    }
}

static void close_one(OyerSitting *self, OyerWire *wire)
{
    if (wire->publish != NULL)
        close_transport(self, wire->publish);
    if (wire->subscribe != NULL)
        close_transport(self, wire->subscribe);
    g_clear_pointer(&wire->publish, g_free);
    g_clear_pointer(&wire->subscribe, g_free);
    g_clear_pointer(&wire->offer, g_free);
    wire->negotiation = 0;
}

void oyer_wire_close(OyerSitting *self, const char *participant)
{
    GHashTableIter iter;
    gpointer id, wire;

    g_hash_table_iter_init(&iter, self->wires);
    while (g_hash_table_iter_next(&iter, &id, &wire))
        if (participant[0] == '\0' || !strcmp(participant, id))
            close_one(self, wire);
    oyer_whip_close_person(self->house, self, participant);
}

void oyer_wire_resume(OyerSitting *self, const char *participant)
{
    OyerWire *wire = oyer_sitting_wire(self, participant);
    OyerSeat *seat = g_hash_table_lookup(self->seats, participant);

    if (seat != NULL && wire->offer != NULL)
        oyer_seat_send_text(seat, OYER_SEND_ALWAYS, NULL, wire->offer);
}

void oyer_wire_forget_all(OyerSitting *self)
{
    g_hash_table_remove_all(self->wires);
}

void oyer_wire_adopt(OyerSitting *self, json_t *transport)
{
    const char *id = oyer_json_string(transport, "transport");
    const char *participant = oyer_json_string(transport, "participant");
    const char *kind = oyer_json_string(transport, "kind");

    if (id == NULL || participant == NULL || kind == NULL ||
        !g_strcmp0(oyer_json_string(transport, "state"), "closed"))
        return;
    OyerWire *wire = oyer_sitting_wire(self, participant);
    if (!strcmp(kind, "publish") && wire->publish == NULL &&
        g_str_has_prefix(id, "pub-")) {
        wire->publish = g_strdup(id);
    } else if (!strcmp(kind, "subscribe") && wire->subscribe == NULL) {
        wire->subscribe = g_strdup(id);
    } else if (g_str_has_prefix(id, "whip-") || g_str_has_prefix(id, "whep-")) {
        oyer_whip_adopt(self->house, self, id, participant,
                        g_str_has_prefix(id, "whep-"));
    }
}
