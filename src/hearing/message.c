/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/message.h"

#include <string.h>

#include <openssl/crypto.h>

#include "hearing/fields.h"

/* One row a type: its word, and its fields beside `type` and `id`. */
static const struct {
    const char *word;
    OyerField fields[9];
} shapes[OYER_MESSAGES] = {
    [OYER_MESSAGE_HELLO] = {"hello",
                            {{"version", oyer_field_version, TRUE},
                             {"token", oyer_field_token, TRUE},
                             {"device", oyer_field_device, TRUE},
                             {"language", oyer_field_language, FALSE},
                             {"agent", oyer_field_agent, FALSE}}},
    [OYER_MESSAGE_PING] = {"ping", {{0}}},
    [OYER_MESSAGE_CHECK] = {"check",
                            {{"result", oyer_field_check_result, TRUE},
                             {"camera", oyer_field_check_device, TRUE},
                             {"microphone", oyer_field_check_device, TRUE},
                             {"speaker", oyer_field_check_device, TRUE},
                             {"line", oyer_field_check_line, FALSE}}},
    [OYER_MESSAGE_REPORT] = {"report",
                             {{"up_loss", oyer_field_share, FALSE},
                              {"down_loss", oyer_field_share, FALSE},
                              {"concealed", oyer_field_share, FALSE},
                              {"rtt_ms", oyer_field_count, FALSE},
                              {"freezes", oyer_field_count, FALSE},
                              {"frozen_ms", oyer_field_count, FALSE},
                              {"hidden", oyer_field_flag, FALSE},
                              {"battery", oyer_field_percent, FALSE}}},
    [OYER_MESSAGE_READY] = {"ready",
                            {{"quiet", oyer_field_flag, TRUE},
                             {"alone", oyer_field_flag, TRUE},
                             {"still", oyer_field_flag, TRUE},
                             {"with", oyer_field_remark, FALSE},
                             {"needs", oyer_field_remark, FALSE}}},
    [OYER_MESSAGE_DECLARE] = {"declare",
                              {{"rules", oyer_field_true, TRUE},
                               {"language", oyer_field_language, TRUE},
                               {"text", oyer_field_rules, FALSE}}},
    [OYER_MESSAGE_WAIT] = {"wait", {{0}}},
    [OYER_MESSAGE_PUBLISH] = {"publish",
                              {{"sdp", oyer_field_sdp, TRUE},
                               {"tracks", oyer_field_tracks, TRUE}}},
    [OYER_MESSAGE_UNPUBLISH] = {"unpublish", {{0}}},
    [OYER_MESSAGE_SUBSCRIBE] = {"subscribe", {{0}}},
    [OYER_MESSAGE_ANSWER] = {"answer",
                             {{"negotiation", oyer_field_negotiation, TRUE},
                              {"sdp", oyer_field_sdp, TRUE}}},
    [OYER_MESSAGE_CANDIDATE] = {"candidate",
                                {{"connection", oyer_field_connection, TRUE},
                                 {"mid", oyer_field_mid, TRUE},
                                 {"candidate", oyer_field_candidate, TRUE}}},
    [OYER_MESSAGE_WISH] = {"wish",
                           {{"tracks", oyer_field_wishes, TRUE},
                            {"chosen", oyer_field_chosen, FALSE}}},
    [OYER_MESSAGE_MEDIA] = {"media",
                            {{"audio", oyer_field_sends, TRUE},
                             {"video", oyer_field_sends, TRUE},
                             {"screen", oyer_field_sends, TRUE}}},
    [OYER_MESSAGE_HAND] = {"hand", {{"raised", oyer_field_raised, TRUE}}},
    [OYER_MESSAGE_TROUBLE] = {"trouble", {{"text", oyer_field_trouble, TRUE}}},
    [OYER_MESSAGE_LEAVE] = {"leave", {{0}}},
    [OYER_MESSAGE_LINE] = {"line",
                           {{"text", oyer_field_text, TRUE},
                            {"participant", oyer_field_participant, FALSE},
                            {"at_us", oyer_field_at, FALSE}}},
    [OYER_MESSAGE_LINE_EDIT] = {"line_edit",
                                {{"line", oyer_field_line, TRUE},
                                 {"text", oyer_field_text, TRUE}}},
    [OYER_MESSAGE_NOTE] = {"note", {{"text", oyer_field_text, TRUE}}},
    [OYER_MESSAGE_COMMAND] = {"command", {{0}}},
};

/* The fields of each command beside `do`. */
static const OyerField command_fields[OYER_COMMANDS][7] = {
#define TARGET                                      \
    {                                               \
        "participant", oyer_field_participant, TRUE \
    }
#define REASON                             \
    {                                      \
        "reason", oyer_field_reason, FALSE \
    }
    [OYER_DO_ADMIT] = {TARGET, REASON},
    [OYER_DO_SEND_OUT] = {TARGET, REASON},
    [OYER_DO_CALL_WITNESS] = {TARGET, REASON},
    [OYER_DO_DISMISS_WITNESS] = {TARGET, REASON},
    [OYER_DO_MUTE] = {TARGET, REASON, {"kinds", oyer_field_kinds, TRUE}},
    [OYER_DO_UNMUTE] = {TARGET, REASON, {"kinds", oyer_field_kinds, TRUE}},
    [OYER_DO_LOCK] = {TARGET, REASON},
    [OYER_DO_UNLOCK] = {TARGET, REASON},
    [OYER_DO_MUTE_ALL] = {REASON},
    [OYER_DO_LOWER_HAND] = {TARGET, REASON},
    [OYER_DO_IDENTIFY] = {TARGET,
                          REASON,
                          {"level", oyer_field_verified, TRUE},
                          {"where", oyer_field_where, FALSE},
                          {"document", oyer_field_document, FALSE},
                          {"compared", oyer_field_compared, FALSE}},
    [OYER_DO_SCREEN] = {TARGET,
                        REASON,
                        {"from", oyer_field_from, TRUE},
                        {"media", oyer_field_screen_media, TRUE},
                        {"on", oyer_field_on, TRUE},
                        {"symmetric", oyer_field_symmetric, FALSE}},
    [OYER_DO_REMOVE] = {TARGET, REASON},
    [OYER_DO_ARM] = {REASON},
    [OYER_DO_OPEN] = {REASON, {"override", oyer_field_override, FALSE}},
    [OYER_DO_PAUSE] = {REASON},
    [OYER_DO_SUSPEND] = {REASON},
    [OYER_DO_RESUME] = {REASON, {"override", oyer_field_override, FALSE}},
    [OYER_DO_STAGE] = {REASON, {"stage", oyer_field_stage, TRUE}},
    [OYER_DO_CLOSE] = {REASON,
                       {"confirm", oyer_field_true, TRUE},
                       {"adjourn", oyer_field_adjourn, FALSE}},
    [OYER_DO_SEAL_RETRY] = {REASON},
    [OYER_DO_NEXT_SESSION] = {REASON},
    [OYER_DO_HELP_CLAIM] = {TARGET, REASON},
    [OYER_DO_HELP_ANSWER] = {TARGET, REASON},
    [OYER_DO_SECOND_USE] = {TARGET, REASON, {"let_in", oyer_field_let_in, TRUE}},
    [OYER_DO_LOOK] = {TARGET, REASON, {"on", oyer_field_on, TRUE}},
    [OYER_DO_VERIFY] = {TARGET,
                        REASON,
                        {"document", oyer_field_document, TRUE},
                        {"number", oyer_field_number, TRUE}},
};

/* What a client wrote is shown shortened; the cut may fall into a character. */
static gboolean refuse(GError **error, const char *problem, const char *what)
{
    g_autofree char *shown = g_utf8_make_valid(what, (gssize)strnlen(what, 40));
    g_set_error(error, OYER_JSON_ERROR, OYER_JSON_ERROR_SHAPE, "%s: \"%s\"", problem,
                shown);
    return FALSE;
}

static const OyerField *find_field(const OyerField *fields, const char *name)
{
    for (; fields->name; fields++)
        if (!strcmp(fields->name, name))
            return fields;
    return NULL;
}

static gboolean is_of_every_message(const char *name, gboolean is_command)
{
    return !strcmp(name, "type") || !strcmp(name, "id") ||
           (is_command && !strcmp(name, "do"));
}

static gboolean take_fields(OyerMessage *self, const OyerField *fields, json_t *object,
                            GError **error)
{
    gboolean is_command = self->type == OYER_MESSAGE_COMMAND;
    const char *name;
    json_t *value;

    json_object_foreach(object, name, value)
    {
        if (is_of_every_message(name, is_command))
            continue;
        const OyerField *field = find_field(fields, name);
        if (!field)
            return refuse(error, "no such field", name);
        if (json_is_null(value) && !field->required)
            continue;
        if (!field->take(self, name, value))
            return refuse(error, "a field cannot be that", name);
    }
    for (; fields->name; fields++)
        if (fields->required && !json_object_get(object, fields->name))
            return refuse(error, "a field is missing", fields->name);
    return TRUE;
}

static gboolean take_type(OyerMessage *self, const json_t *object, GError **error)
{
    const char *word = oyer_json_string(object, "type");

    for (guint i = 0; word && i < OYER_MESSAGES; i++) {
        if (strcmp(shapes[i].word, word) != 0)
            continue;
        self->type = i;
        return TRUE;
    }
    return refuse(error, "no such message", word ? word : "");
}

static gboolean take_id(OyerMessage *self, const json_t *object, GError **error)
{
    const json_t *value = json_object_get(object, "id");
    const char *id = json_string_value(value);

    if (!value)
        return TRUE;
    if (!oyer_id_is_valid(id))
        return refuse(error, "a field cannot be that", "id");
    g_strlcpy(self->id, id, sizeof self->id);
    return TRUE;
}

static gboolean take_body(OyerMessage *self, json_t *object, GError **error)
{
    if (self->type != OYER_MESSAGE_COMMAND)
        return take_fields(self, shapes[self->type].fields, object, error);

    const char *word = oyer_json_string(object, "do");
    gint command = oyer_command_of(word);
    if (command < 0)
        return refuse(error, "no such command", word ? word : "");
    self->command = (OyerAction)command;
    return take_fields(self, command_fields[command], object, error);
}

/* A device check or a report is kept as it was sent, without what belongs to the message. */
static void keep_check(OyerMessage *self, json_t *object)
{
    g_autoptr(json_t) check = json_copy(object);

    json_object_del(check, "type");
    json_object_del(check, "id");
    self->check = oyer_json_text(check);
}

OyerMessage *oyer_message_parse(const char *bytes, gsize size, char *out_id,
                                GError **error)
{
    g_autoptr(OyerMessage) self = oyer_message_new(OYER_MESSAGE_PING);
    g_autoptr(json_t) object = oyer_json_parse(bytes, size, error);

    if (out_id)
        *out_id = '\0';
    if (!object)
        return NULL;
    if (!json_is_object(object)) {
        refuse(error, "not a message", "no object");
        return NULL;
    }
    if (!take_id(self, object, error))
        return NULL;
    if (out_id)
        g_strlcpy(out_id, self->id, OYER_ID_SIZE);
    if (!take_type(self, object, error) || !take_body(self, object, error))
        return NULL;
    if (self->type == OYER_MESSAGE_CHECK || self->type == OYER_MESSAGE_REPORT ||
        self->type == OYER_MESSAGE_READY)
        keep_check(self, object);
    return g_steal_pointer(&self);
}

OyerMessage *oyer_message_new(OyerMessageType type)
{
    OyerMessage *self = g_new0(OyerMessage, 1);

    self->type = type;
    return self;
}

void oyer_message_free(OyerMessage *self)
{
    if (!self)
        return;
    if (self->token)
        OPENSSL_cleanse(self->token, strlen(self->token));
    OPENSSL_cleanse(self->number, sizeof self->number);
    g_free(self->token);
    g_free(self->text);
    g_free(self->reason);
    g_free(self->sdp);
    g_free(self->candidate);
    g_free(self->wishes);
    g_free(self->check);
    g_free(self);
}

const char *oyer_message_word(OyerMessageType type)
{
    return type < OYER_MESSAGES ? shapes[type].word : "unknown";
}
