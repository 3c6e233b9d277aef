/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/extensions.h"

#include <string.h>

#define ONE_BYTE_PROFILE 0xbede
#define TWO_BYTE_PROFILE 0x1000
#define TWO_BYTE_MASK 0xfff0 /* the low bits belong to the application */
#define ONE_BYTE_LAST_ID 15  /* RFC 8285, 4.2: ends the list */
#define MAP_IDS 16

static const char *const uris[OYER_EXTENSION_COUNT] = {
    [OYER_EXTENSION_MID] = "urn:ietf:params:rtp-hdrext:sdes:mid",
    [OYER_EXTENSION_AUDIO_LEVEL] = "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    [OYER_EXTENSION_TRANSPORT_CC] =
        "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    [OYER_EXTENSION_ABS_SEND_TIME] =
        "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    [OYER_EXTENSION_VIDEO_ORIENTATION] = "urn:3gpp:video-orientation",
    [OYER_EXTENSION_RID] = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    [OYER_EXTENSION_REPAIRED_RID] =
        "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
};

const char *oyer_extension_uri(OyerExtension extension)
{
    return extension < OYER_EXTENSION_COUNT ? uris[extension] : NULL;
}

OyerExtension oyer_extension_from_uri(const char *uri)
{
    for (guint i = 1; i < OYER_EXTENSION_COUNT; i++) {
        if (strcmp(uris[i], uri) == 0)
            return (OyerExtension)i;
    }
    return OYER_EXTENSION_NONE;
}

/* ---- the walk over the elements, in both forms ---- */

typedef struct {
    gsize at; /* the id; from the packet's first byte */
    gsize data;
    gsize size; /* of the data */
    guint8 id;
} Element;

typedef struct {
    const guint8 *bytes;
    gsize next, end;
    bool two_byte;
} Walk;

static Walk walk_start(const guint8 *bytes, const OyerRtpPacket *packet)
{
    Walk walk = {.bytes = bytes, .next = packet->extension_offset};

    walk.end = walk.next;
    walk.two_byte = (packet->extension_profile & TWO_BYTE_MASK) == TWO_BYTE_PROFILE;
    if (walk.two_byte || packet->extension_profile == ONE_BYTE_PROFILE)
        walk.end += packet->extension_bytes;
    return walk;
}

static bool read_one_byte(const Walk *walk, Element *element)
{
    guint8 head = walk->bytes[walk->next];

    element->id = head >> 4;
    element->size = (gsize)(head & 0x0f) + 1;
    element->data = walk->next + 1;
    /* Id 0 with a length is not padding: RFC 8285, 4.2 ends the processing. */
    return element->id != 0 && element->id != ONE_BYTE_LAST_ID;
}

static bool read_two_byte(const Walk *walk, Element *element)
{
    if (walk->next + 2 > walk->end)
        return false;
    element->id = walk->bytes[walk->next];
    element->size = walk->bytes[walk->next + 1];
    element->data = walk->next + 2;
    return true;
}

/* FALSE: the end, or what follows is malformed (walk->next < walk->end). */
static bool walk_next(Walk *walk, Element *element)
{
    while (walk->next < walk->end && walk->bytes[walk->next] == 0)
        walk->next++;
    if (walk->next >= walk->end)
        return false;
    element->at = walk->next;
    if (!(walk->two_byte ? read_two_byte(walk, element) : read_one_byte(walk, element)))
        return false;
    if (element->data + element->size > walk->end)
        return false;
    walk->next = element->data + element->size;
    return true;
}

bool oyer_extensions_find(const guint8 *bytes, const OyerRtpPacket *packet, guint8 id,
                          const guint8 **out_data, gsize *out_size)
{
    Walk walk = walk_start(bytes, packet);
    Element element;

    while (walk_next(&walk, &element)) {
        if (element.id != id)
            continue;
        if (out_data)
            *out_data = bytes + element.data;
        if (out_size)
            *out_size = element.size;
        return true;
    }
    return false;
}

/* ---- what the elements say: one reader each ---- */

typedef bool (*Reader)(const guint8 *data, gsize size, OyerExtensions *values);

static bool read_name(const guint8 *data, gsize size,
                      char name[OYER_EXTENSION_NAME_MAX + 1])
{
    if (size == 0 || size > OYER_EXTENSION_NAME_MAX)
        return false;
    for (gsize i = 0; i < size; i++) {
        if (!g_ascii_isgraph(data[i]))
            return false;
    }
    memcpy(name, data, size);
    name[size] = '\0';
    return true;
}

static bool read_mid(const guint8 *data, gsize size, OyerExtensions *values)
{
    return read_name(data, size, values->mid);
}

static bool read_rid(const guint8 *data, gsize size, OyerExtensions *values)
{
    return read_name(data, size, values->rid);
}

static bool read_repaired_rid(const guint8 *data, gsize size, OyerExtensions *values)
{
    return read_name(data, size, values->repaired_rid);
}

static bool read_level(const guint8 *data, gsize size, OyerExtensions *values)
{
    if (size < 1)
        return false;
    values->voice = data[0] & 0x80;
    values->level = data[0] & 0x7f;
    return true;
}

static bool read_transport_seq(const guint8 *data, gsize size, OyerExtensions *values)
{
    if (size < 2)
        return false;
    values->transport_seq = (guint16)(data[0] << 8 | data[1]);
    return true;
}

static bool read_send_time(const guint8 *data, gsize size, OyerExtensions *values)
{
    if (size != 3)
        return false;
    values->abs_send_time = (guint32)data[0] << 16 | (guint32)data[1] << 8 | data[2];
    return true;
}

static bool read_orientation(const guint8 *data, gsize size, OyerExtensions *values)
{
    if (size < 1)
        return false;
    values->orientation = data[0];
    return true;
}

static const struct {
    Reader read;
    bool hop; /* means something on this hop only */
} known[OYER_EXTENSION_COUNT] = {
    [OYER_EXTENSION_MID] = {read_mid, true},
    [OYER_EXTENSION_AUDIO_LEVEL] = {read_level, false},
    [OYER_EXTENSION_TRANSPORT_CC] = {read_transport_seq, false},
    [OYER_EXTENSION_ABS_SEND_TIME] = {read_send_time, false},
    [OYER_EXTENSION_VIDEO_ORIENTATION] = {read_orientation, false},
    [OYER_EXTENSION_RID] = {read_rid, true},
    [OYER_EXTENSION_REPAIRED_RID] = {read_repaired_rid, true},
};

static bool read_element(const guint8 *bytes, const Element *element, guint8 extension,
                         OyerExtensions *values)
{
    bool ok = known[extension].read(bytes + element->data, element->size, values);

    if (ok)
        values->has |= (guint16)(1 << extension);
    return ok;
}

/* A map comes from the SDP parser, but a wrong one must not index behind the table. */
static guint8 map_id(const guint8 map[MAP_IDS], guint8 id)
{
    guint8 extension = id < MAP_IDS ? map[id] : OYER_EXTENSION_NONE;

    return extension < OYER_EXTENSION_COUNT ? extension : (guint8)OYER_EXTENSION_NONE;
}

void oyer_extensions_renumber(guint8 *bytes, const OyerRtpPacket *packet,
                              const guint8 map[MAP_IDS], OyerExtensions *out_values)
{
    OyerExtensions values = {0};
    Walk walk = walk_start(bytes, packet);
    Element element;

    while (walk_next(&walk, &element)) {
        guint8 extension = map_id(map, element.id);

        /* Of a wrong length it goes no further: a receiver may fall over it (aiortc
         * 1.4 does, which itself numbers two extensions alike in one bundle). */
        bool ok = extension != OYER_EXTENSION_NONE &&
                  read_element(bytes, &element, extension, &values);
        if (!ok || known[extension].hop)
            memset(bytes + element.at, 0, element.data + element.size - element.at);
        else if (walk.two_byte)
            bytes[element.at] = extension;
        else
            bytes[element.at] = (guint8)(extension << 4 | (bytes[element.at] & 0x0f));
    }
    /* What could not be read shall not be read otherwise by somebody else. */
    memset(bytes + walk.next, 0, walk.end - walk.next);
    if (out_values)
        *out_values = values;
}

void oyer_extensions_read(const guint8 *bytes, const OyerRtpPacket *packet,
                          OyerExtensions *out_values)
{
    OyerExtensions values = {0};
    Walk walk = walk_start(bytes, packet);
    Element element;

    while (walk_next(&walk, &element)) {
        if (element.id > 0 && element.id < OYER_EXTENSION_COUNT)
            (void)read_element(bytes, &element, element.id, &values);
    }
    *out_values = values;
}

/* ---- what each hop writes anew ---- */

static guint8 *find_to_write(guint8 *bytes, const OyerRtpPacket *packet, guint8 id,
                             gsize size)
{
    const guint8 *data;
    gsize found;

    if (!oyer_extensions_find(bytes, packet, id, &data, &found) || found < size)
        return NULL;
    return bytes + (data - bytes);
}

bool oyer_extensions_set_transport_seq(guint8 *bytes, const OyerRtpPacket *packet,
                                       guint16 seq)
{
    guint8 *data = find_to_write(bytes, packet, OYER_EXTENSION_TRANSPORT_CC, 2);

    if (!data)
        return false;
    data[0] = (guint8)(seq >> 8);
    data[1] = (guint8)seq;
    return true;
}

bool oyer_extensions_set_abs_send_time(guint8 *bytes, const OyerRtpPacket *packet,
                                       gint64 now_us)
{
    guint8 *data = find_to_write(bytes, packet, OYER_EXTENSION_ABS_SEND_TIME, 3);
    /* 6.18 fixed point: wraps every 64 s, so whole seconds are cut first. */
    guint64 time = ((guint64)now_us % (64 * G_USEC_PER_SEC) << 18) / G_USEC_PER_SEC;

    if (!data)
        return false;
    data[0] = (guint8)(time >> 16);
    data[1] = (guint8)(time >> 8);
    data[2] = (guint8)time;
    return true;
}
