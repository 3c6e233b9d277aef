/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/fields.h"

#include <string.h>

#include "base/text.h"
#include "hearing/state.h"
#include "identity/pass.h"

/* The latest moment that a field may name: year 2200. */
#define LATEST_US G_GINT64_CONSTANT(7258118400000000)

/* The most that a device check may report. */
#define CHECK_NUMBER_MAX 1e7

/* A minute in ms: a report tells of five seconds. */
#define REPORT_COUNT_MAX 60000

static gboolean take_clean(char **slot, const json_t *value, gsize max_characters)
{
    const char *text = json_string_value(value);

    if (!text || !*text || !oyer_text_is_clean(text, max_characters))
        return FALSE;
    oyer_set_text(slot, text);
    return TRUE;
}

static gboolean take_id(char out[OYER_ID_SIZE], const json_t *value)
{
    const char *text = json_string_value(value);

    if (!oyer_id_is_valid(text))
        return FALSE;
    g_strlcpy(out, text, OYER_ID_SIZE);
    return TRUE;
}

static gboolean take_bool(gboolean *out, const json_t *value)
{
    *out = json_is_true(value);
    return json_is_boolean(value);
}

static gboolean take_integer(gint64 *out, const json_t *value, gint64 max)
{
    *out = json_integer_value(value);
    return json_is_integer(value) && *out >= 0 && *out <= max;
}

/* Texts with line ends: SDP and candidates.  Only their size and bytes are looked at
 * here; media parses them. */
static gboolean take_lines(char **slot, const json_t *value, gsize max_bytes)
{
    const char *text = json_string_value(value);

    if (!text || strlen(text) > max_bytes)
        return FALSE;
    for (const char *c = text; *c; c++)
        if ((guchar)*c < ' ' && *c != '\r' && *c != '\n' && *c != '\t')
            return FALSE;
    oyer_set_text(slot, text);
    return TRUE;
}

/* A media id of SDP: a token (RFC 8859 keeps them short). */
static gboolean take_mid(char out[17], const json_t *value)
{
    const char *text = json_string_value(value);

    if (!oyer_id_is_valid(text) || strlen(text) > 16)
        return FALSE;
    g_strlcpy(out, text, 17);
    return TRUE;
}

static gboolean is_one_of(const json_t *value, const char *const *words)
{
    return json_is_string(value) && g_strv_contains(words, json_string_value(value));
}

OYER_FIELD(version)
{
    (void)field;
    return take_integer(&message->version, value, G_MAXINT32);
}

OYER_FIELD(token)
{
    const char *text = json_string_value(value);

    (void)field;
    if (!text || strlen(text) > OYER_PASS_TOKEN_MAX)
        return FALSE;
    oyer_set_text(&message->token, text);
    return TRUE;
}

/* Whether it can be a device is the pass's question: its answer is friendlier. */
OYER_FIELD(device)
{
    const char *text = json_string_value(value);

    (void)field;
    return text && g_strlcpy(message->device, text, sizeof message->device) <
                       sizeof message->device;
}

OYER_FIELD(language)
{
    static const char *const words[] = {"zh", "en", NULL};

    (void)field;
    if (!is_one_of(value, words))
        return FALSE;
    g_strlcpy(message->language, json_string_value(value), sizeof message->language);
    return TRUE;
}

OYER_FIELD(agent)
{
    (void)field;
    return take_clean(&message->text, value, OYER_TEXT_MAX_AGENT);
}

OYER_FIELD(check_result)
{
    static const char *const words[] = {"green", "amber", "red", NULL};

    (void)message;
    (void)field;
    return is_one_of(value, words);
}

OYER_FIELD(check_device)
{
    static const char *const words[] = {"ok",   "blocked", "none",
                                        "busy", "unknown", NULL};

    (void)message;
    (void)field;
    return is_one_of(value, words);
}

static gboolean is_measure(const json_t *value)
{
    return json_is_number(value) && json_number_value(value) >= 0 &&
           json_number_value(value) <= CHECK_NUMBER_MAX;
}

OYER_FIELD(check_line)
{
    (void)message;
    (void)field;
    return json_is_object(value) && json_object_size(value) == 2 &&
           is_measure(json_object_get(value, "rtt_ms")) &&
           is_measure(json_object_get(value, "kbps"));
}

/* The four of a report: looked at here, kept as they were sent. */

OYER_FIELD(share)
{
    (void)message;
    (void)field;
    return json_is_number(value) && json_number_value(value) >= 0 &&
           json_number_value(value) <= 1;
}

OYER_FIELD(count)
{
    gint64 number;

    (void)message;
    (void)field;
    return take_integer(&number, value, REPORT_COUNT_MAX);
}

OYER_FIELD(percent)
{
    gint64 number;

    (void)message;
    (void)field;
    return take_integer(&number, value, 100);
}

OYER_FIELD(flag)
{
    (void)message;
    (void)field;
    return json_is_boolean(value);
}

OYER_FIELD(true)
{
    if (!strcmp(field, "confirm"))
        message->confirm = TRUE;
    return json_is_true(value);
}

OYER_FIELD(sdp)
{
    (void)field;
    return take_lines(&message->sdp, value, OYER_SDP_MAX) && *message->sdp;
}

static gboolean take_track(OyerMessageTrack *track, const json_t *value)
{
    guint kind = oyer_kind_bit(oyer_json_string(value, "kind"));

    track->kind = (guint8)kind;
    return json_is_object(value) && json_object_size(value) == 2 && kind &&
           take_mid(track->mid, json_object_get(value, "mid"));
}

OYER_FIELD(tracks)
{
    guint seen = 0;

    (void)field;
    if (!json_is_array(value) || json_array_size(value) > OYER_MESSAGE_MAX_TRACKS)
        return FALSE;
    for (guint i = 0; i < json_array_size(value); i++) {
        OyerMessageTrack *track = &message->tracks[i];
        if (!take_track(track, json_array_get(value, i)) || seen & track->kind)
            return FALSE;
        seen |= track->kind;
        message->track_count = i + 1;
    }
    return TRUE;
}

OYER_FIELD(negotiation)
{
    (void)field;
    return take_integer(&message->negotiation, value, G_MAXINT32);
}

OYER_FIELD(connection)
{
    static const char *const words[] = {"publish", "subscribe", NULL};

    (void)field;
    message->subscribe = !g_strcmp0(json_string_value(value), "subscribe");
    return is_one_of(value, words);
}

OYER_FIELD(mid)
{
    (void)field;
    return take_mid(message->mid, value);
}

/* An empty candidate is the end of candidates. */
OYER_FIELD(candidate)
{
    (void)field;
    return take_lines(&message->candidate, value, OYER_CANDIDATE_MAX);
}

/* A picture's track: `<participant>-video` or `<participant>-screen`. */
static gboolean is_picture(const char *track)
{
    const char *kind = strrchr(track, '-');
    g_autofree char *participant =
        kind ? g_strndup(track, (gsize)(kind - track)) : NULL;

    return participant && oyer_id_is_valid(participant) &&
           (!strcmp(kind, "-video") || !strcmp(kind, "-screen"));
}

OYER_FIELD(wishes)
{
    g_autoptr(json_t) tracks = NULL;
    const char *track;
    json_t *height;

    (void)field;
    if (!json_is_object(value) || json_object_size(value) > OYER_MESSAGE_MAX_WISHES)
        return FALSE;
    tracks = json_deep_copy(value); /* (the iterator takes no const) */
    message->wishes = g_new0(OyerMessageWish, MAX(json_object_size(value), 1));
    json_object_foreach(tracks, track, height)
    {
        OyerMessageWish *wish = &message->wishes[message->wish_count++];
        gint64 pixels;

        if (!is_picture(track) || !take_integer(&pixels, height, OYER_WISH_MAX_HEIGHT))
            return FALSE;
        g_strlcpy(wish->track, track, sizeof wish->track);
        wish->height = (guint16)pixels;
    }
    return TRUE;
}

OYER_FIELD(chosen)
{
    const char *track = json_string_value(value);

    (void)field;
    if (!track || !is_picture(track))
        return FALSE;
    g_strlcpy(message->chosen, track, sizeof message->chosen);
    return TRUE;
}

OYER_FIELD(sends)
{
    if (json_is_true(value))
        message->sends |= (guint8)oyer_kind_bit(field);
    return json_is_boolean(value);
}

OYER_FIELD(raised)
{
    (void)field;
    return take_bool(&message->raised, value);
}

OYER_FIELD(trouble)
{
    (void)field;
    return take_clean(&message->text, value, OYER_TEXT_MAX_TROUBLE);
}

OYER_FIELD(text)
{
    (void)field;
    return take_clean(&message->text, value, OYER_TEXT_MAX_LINE);
}

OYER_FIELD(rules)
{
    (void)field;
    return take_clean(&message->text, value, OYER_TEXT_MAX_RULES);
}

OYER_FIELD(remark)
{
    const char *text = json_string_value(value);

    (void)message;
    (void)field;
    return text && oyer_text_is_clean(text, OYER_TEXT_MAX_TROUBLE);
}

/* `<track>:<start_us>` from the recogniser, or an id. */
OYER_FIELD(line)
{
    const char *text = json_string_value(value);

    (void)field;
    if (!text || !*text || strlen(text) >= sizeof message->line)
        return FALSE;
    for (const char *c = text; *c; c++)
        if (!g_ascii_isalnum(*c) && !strchr("-_:", *c))
            return FALSE;
    g_strlcpy(message->line, text, sizeof message->line);
    return TRUE;
}

OYER_FIELD(at)
{
    (void)field;
    return take_integer(&message->at_us, value, LATEST_US);
}

OYER_FIELD(participant)
{
    (void)field;
    return take_id(message->participant, value);
}

OYER_FIELD(from)
{
    (void)field;
    return take_id(message->from, value);
}

OYER_FIELD(reason)
{
    (void)field;
    return take_clean(&message->reason, value, OYER_TEXT_MAX_REASON);
}

OYER_FIELD(kinds)
{
    (void)field;
    if (!json_is_array(value) || json_array_size(value) < 1 ||
        json_array_size(value) > OYER_MESSAGE_MAX_TRACKS)
        return FALSE;
    for (guint i = 0; i < json_array_size(value); i++) {
        guint bit = oyer_kind_bit(json_string_value(json_array_get(value, i)));
        if (!bit)
            return FALSE;
        message->kinds |= (guint8)bit;
    }
    return TRUE;
}

OYER_FIELD(verified)
{
    static const char *const words[] = {"verified", NULL};

    (void)message;
    (void)field;
    return is_one_of(value, words);
}

/* The word of @words that @value is; NULL: none. */
static const char *word_among(const json_t *value, const char *const *words)
{
    for (; *words != NULL; words++)
        if (!g_strcmp0(json_string_value(value), *words))
            return *words;
    return NULL;
}

OYER_FIELD(where)
{
    static const char *const words[] = {"video", "in_person", NULL};

    (void)field;
    message->comparison.where = word_among(value, words);
    return message->comparison.where != NULL;
}

OYER_FIELD(document)
{
    static const char *const words[] = {"id_card", "passport",     "travel_permit",
                                        "lawyer",  "organisation", "other",
                                        NULL};

    (void)field;
    message->comparison.document = word_among(value, words);
    return message->comparison.document != NULL;
}

/* Of a document: letters and digits with what is printed between them. */
OYER_FIELD(number)
{
    const char *text = json_string_value(value);

    (void)field;
    if (!text || !*text || strlen(text) > OYER_NUMBER_MAX)
        return FALSE;
    for (const char *c = text; *c; c++)
        if (!g_ascii_isalnum(*c) && !strchr(" -()./", *c))
            return FALSE;
    g_strlcpy(message->number, text, sizeof message->number);
    return TRUE;
}

OYER_FIELD(compared)
{
    static const char *const words[] = {"face", "name", "number", "validity", NULL};
    const char **list = message->comparison.compared;

    (void)field;
    if (json_array_size(value) < 1 || json_array_size(value) > OYER_COMPARED_MAX)
        return FALSE;
    for (guint i = 0; i < json_array_size(value); i++) {
        list[i] = word_among(json_array_get(value, i), words);
        for (guint before = 0; before < i; before++)
            if (list[before] == list[i])
                return FALSE;
        if (list[i] == NULL)
            return FALSE;
    }
    return TRUE;
}

OYER_FIELD(screen_media)
{
    gint media = oyer_word_value(&oyer_screen_words, json_string_value(value));

    (void)field;
    message->media = (OyerScreenMedia)MAX(media, 0);
    return media >= 0;
}

OYER_FIELD(on)
{
    (void)field;
    return take_bool(&message->on, value);
}

OYER_FIELD(symmetric)
{
    (void)field;
    return take_bool(&message->symmetric, value);
}

OYER_FIELD(override)
{
    (void)field;
    return take_bool(&message->override, value);
}

OYER_FIELD(adjourn)
{
    (void)field;
    return take_bool(&message->adjourn, value);
}

OYER_FIELD(let_in)
{
    (void)field;
    return take_bool(&message->let_in, value);
}

OYER_FIELD(stage)
{
    gint stage = oyer_word_value(&oyer_stage_words, json_string_value(value));

    (void)field;
    message->stage = (OyerStage)MAX(stage, 0);
    return stage > 0;
}
