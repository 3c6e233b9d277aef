/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/pcapng.h"

#include <string.h>

#include <jansson.h>

#include "journal/error.h"

#define BYTE_ORDER_MAGIC 0x1A2B3C4Du
#define LINKTYPE_RAW 101u

#define OPTION_END 0u
#define OPTION_SHB_USERAPPL 4u
#define OPTION_IF_NAME 2u
#define OPTION_IF_DESCRIPTION 3u
#define OPTION_IF_TSRESOL 9u

/* An id or a codec's name; an fmtp line. */
#define NAME_BYTES_MAX 64
#define FMTP_BYTES_MAX 4096

#define USERAPPL "oyer " OYER_VERSION

G_DEFINE_QUARK(oyer_journal_error, oyer_journal_error)

/* --- bytes --- */

static guint32 get16(const guint8 *p)
{
    return (guint32)p[0] | (guint32)p[1] << 8;
}

static guint32 get32(const guint8 *p)
{
    return get16(p) | get16(p + 2) << 16;
}

static guint32 get16_be(const guint8 *p)
{
    return (guint32)p[0] << 8 | (guint32)p[1];
}

static void set16(guint8 *p, guint32 v)
{
    p[0] = (guint8)v;
    p[1] = (guint8)(v >> 8);
}

static void set32(guint8 *p, guint32 v)
{
    set16(p, v);
    set16(p + 2, v >> 16);
}

static void set16_be(guint8 *p, guint32 v)
{
    p[0] = (guint8)(v >> 8);
    p[1] = (guint8)v;
}

static guint pad4(gsize size)
{
    return (guint)(-size & 3);
}

/* --- making --- */

static guint8 *extend(GByteArray *out, gsize size)
{
    guint before = out->len;

    g_byte_array_set_size(out, before + (guint)size);
    return out->data + before;
}

/* Starts a block; its length is put in by end_block(). */
static guint begin_block(GByteArray *out, guint32 type)
{
    guint start = out->len;
    guint8 *p = extend(out, 8);

    set32(p, type);
    return start;
}

static void end_block(GByteArray *out, guint start)
{
    guint32 size = out->len - start + 4;

    set32(extend(out, 4), size);
    set32(out->data + start + 4, size);
}

static void put_option(GByteArray *out, guint code, const void *value, gsize size)
{
    guint8 *p = extend(out, 4 + size + pad4(size));

    set16(p, code);
    set16(p + 2, (guint32)size);
    if (size)
        memcpy(p + 4, value, size);
    memset(p + 4 + size, 0, pad4(size));
}

void oyer_pcapng_put_section(GByteArray *out)
{
    guint start = begin_block(out, OYER_PCAPNG_SHB);
    guint8 *p = extend(out, 16);

    set32(p, BYTE_ORDER_MAGIC);
    set16(p + 4, 1);
    set16(p + 6, 0);
    memset(p + 8, 0xff, 8); /* section length: not known */
    put_option(out, OPTION_SHB_USERAPPL, USERAPPL, strlen(USERAPPL));
    put_option(out, OPTION_END, NULL, 0);
    end_block(out, start);
}

void oyer_pcapng_put_interface(GByteArray *out, const OyerJournalTrack *track,
                               guint index)
{
    json_t *json = json_pack(
        "{ss ss ss si si si ss sI si si}", "participant", track->participant, "kind",
        track->kind, "codec", track->codec, "pt", (int)track->payload_type,
        "clock_rate", (int)track->clock_rate, "channels", (int)track->channels, "fmtp",
        track->fmtp ? track->fmtp : "", "ssrc", (json_int_t)track->ssrc, "level_id",
        (int)track->level_id, "index", (int)index);
    char *description = json ? json_dumps(json, JSON_COMPACT) : NULL;
    const guint8 resolution = 6;
    guint start = begin_block(out, OYER_PCAPNG_IDB);
    guint8 *p = extend(out, 8);

    memset(p, 0, 8);
    set16(p, LINKTYPE_RAW);
    put_option(out, OPTION_IF_NAME, track->track, strlen(track->track));
    put_option(out, OPTION_IF_DESCRIPTION, description ? description : "{}",
               description ? strlen(description) : 2);
    put_option(out, OPTION_IF_TSRESOL, &resolution, 1);
    put_option(out, OPTION_END, NULL, 0);
    end_block(out, start);
    free(description);
    json_decref(json);
}

/* RFC 1071 over the 20 bytes of our header. */
static guint32 ip_checksum(const guint8 *ip)
{
    guint32 sum = 0;

    for (guint i = 0; i < 20; i += 2)
        sum += get16_be(ip + i);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return ~sum & 0xffff;
}

/* The 28 bytes before a packet follow from its track and size alone. */
static void make_ip_header(guint8 *ip, guint index, gboolean is_rtcp, gsize size)
{
    guint port = OYER_PCAPNG_FIRST_PORT + 2 * index + (is_rtcp ? 1 : 0);
    guint host = index + 1;

    memset(ip, 0, OYER_PCAPNG_IP_BYTES);
    ip[0] = 0x45;
    set16_be(ip + 2, (guint32)size + OYER_PCAPNG_IP_BYTES);
    ip[8] = 64;
    ip[9] = 17;
    ip[12] = 10;
    set16_be(ip + 14, host);
    ip[16] = 10;
    ip[18] = 1;
    set16_be(ip + 10, ip_checksum(ip));
    set16_be(ip + 20, port);
    set16_be(ip + 22, port);
    set16_be(ip + 24, (guint32)size + 8);
}

void oyer_pcapng_put_packet(GByteArray *out, guint interface, guint index, gint64 at_us,
                            gboolean is_rtcp, const guint8 *data, gsize size)
{
    guint32 captured = (guint32)size + OYER_PCAPNG_IP_BYTES;
    guint32 total = 32 + captured + pad4(captured);
    guint8 *p = extend(out, total);

    set32(p, OYER_PCAPNG_EPB);
    set32(p + 4, total);
    set32(p + 8, interface);
    set32(p + 12, (guint32)((guint64)at_us >> 32));
    set32(p + 16, (guint32)(guint64)at_us);
    set32(p + 20, captured);
    set32(p + 24, captured);
    make_ip_header(p + 28, index, is_rtcp, size);
    memcpy(p + 28 + OYER_PCAPNG_IP_BYTES, data, size);
    memset(p + 28 + captured, 0, pad4(captured));
    set32(p + total - 4, total);
}

void oyer_pcapng_put_json(GByteArray *out, const char *json, gsize size)
{
    guint start = begin_block(out, OYER_PCAPNG_CUSTOM);
    guint8 *p = extend(out, 4 + size + pad4(size));

    set32(p, OYER_PCAPNG_PEN);
    memcpy(p + 4, json, size);
    /* Spaces, so that the payload is still JSON: a custom block has no length of it. */
    memset(p + 4 + size, ' ', pad4(size));
    end_block(out, start);
}

/* --- taking apart --- */

gboolean oyer_pcapng_frame(const guint8 *bytes, OyerPcapngFrame *out_frame)
{
    OyerPcapngFrame frame = {get32(bytes), get32(bytes + 4)};

    if (frame.type != OYER_PCAPNG_SHB && frame.type != OYER_PCAPNG_IDB &&
        frame.type != OYER_PCAPNG_EPB && frame.type != OYER_PCAPNG_CUSTOM)
        return FALSE;
    if (frame.size < OYER_PCAPNG_BLOCK_BYTES_MIN || frame.size % 4 ||
        frame.size > OYER_PCAPNG_BLOCK_BYTES_MAX)
        return FALSE;
    *out_frame = frame;
    return TRUE;
}

/* The frame is of @type, fits @size, and is closed by the same size. */
static gboolean is_whole(const guint8 *bytes, gsize size, guint32 type, gsize min)
{
    return size >= MAX(min, OYER_PCAPNG_BLOCK_BYTES_MIN) && get32(bytes) == type &&
           get32(bytes + 4) == size && get32(bytes + size - 4) == size;
}

gboolean oyer_pcapng_is_section(const guint8 *bytes, gsize size)
{
    /* The application's version may differ from ours; the rest may not. */
    return is_whole(bytes, size, OYER_PCAPNG_SHB, 28) &&
           get32(bytes + 8) == BYTE_ORDER_MAGIC && get16(bytes + 12) == 1 &&
           get16(bytes + 14) == 0 && get32(bytes + 16) == G_MAXUINT32 &&
           get32(bytes + 20) == G_MAXUINT32;
}

gboolean oyer_pcapng_parse_packet(const guint8 *bytes, gsize size,
                                  OyerPcapngPacket *out_packet)
{
    if (!is_whole(bytes, size, OYER_PCAPNG_EPB, 32 + OYER_PCAPNG_IP_BYTES))
        return FALSE;

    guint32 captured = get32(bytes + 20);
    if (captured != get32(bytes + 24) || captured < OYER_PCAPNG_IP_BYTES ||
        captured > 65535 || 32 + captured + pad4(captured) != size)
        return FALSE;
    for (guint i = 0; i < pad4(captured); i++)
        if (bytes[28 + captured + i])
            return FALSE;

    /* The header must be the one that we would make for its port. */
    const guint8 *ip = bytes + 28;
    guint port = get16_be(ip + 20);
    guint8 header[OYER_PCAPNG_IP_BYTES];
    if (port < OYER_PCAPNG_FIRST_PORT)
        return FALSE;
    make_ip_header(header, (port - OYER_PCAPNG_FIRST_PORT) / 2, port & 1,
                   captured - OYER_PCAPNG_IP_BYTES);
    if (memcmp(ip, header, sizeof header))
        return FALSE;

    out_packet->interface = get32(bytes + 8);
    out_packet->at_us = (gint64)((guint64)get32(bytes + 12) << 32 | get32(bytes + 16));
    out_packet->index = (port - OYER_PCAPNG_FIRST_PORT) / 2;
    out_packet->is_rtcp = port & 1;
    out_packet->data = ip + OYER_PCAPNG_IP_BYTES;
    out_packet->size = captured - OYER_PCAPNG_IP_BYTES;
    return out_packet->at_us >= 0 && out_packet->at_us <= OYER_PCAPNG_TIME_US_MAX;
}

gboolean oyer_pcapng_parse_json(const guint8 *bytes, gsize size, const char **out_json,
                                gsize *out_size)
{
    if (!is_whole(bytes, size, OYER_PCAPNG_CUSTOM, 16) ||
        get32(bytes + 8) != OYER_PCAPNG_PEN)
        return FALSE;

    const char *json = (const char *)bytes + 12;
    gsize length = size - 16;
    guint spaces = 0;
    while (length && json[length - 1] == ' ' && spaces++ < 3)
        length--;
    if (!length || json[0] != '{' || json[length - 1] != '}')
        return FALSE;
    *out_json = json;
    *out_size = length;
    return TRUE;
}

/* Finds option @code of an IDB. */
static gboolean find_option(const guint8 *bytes, gsize size, guint code,
                            const guint8 **out_value, gsize *out_size)
{
    gsize at = 16, end = size - 4;

    while (at + 4 <= end) {
        guint here = get16(bytes + at);
        gsize length = get16(bytes + at + 2);

        if (here == OPTION_END || length + pad4(length) > end - at - 4)
            return FALSE;
        if (here == code) {
            *out_value = bytes + at + 4;
            *out_size = length;
            return TRUE;
        }
        at += 4 + length + pad4(length);
    }
    return FALSE;
}

static gboolean is_id(const char *text, gsize size)
{
    if (!size || size > NAME_BYTES_MAX)
        return FALSE;
    for (gsize i = 0; i < size; i++)
        if (!g_ascii_isalnum(text[i]) && text[i] != '-' && text[i] != '_')
            return FALSE;
    return TRUE;
}

static gboolean is_short(const char *text, gsize max)
{
    return text && strlen(text) <= max;
}

/* What a description that was parsed, or is to be written, has to be like. */
static gboolean is_valid(const OyerJournalTrack *track)
{
    return is_short(track->participant, NAME_BYTES_MAX) &&
           is_short(track->kind, NAME_BYTES_MAX) &&
           is_short(track->codec, NAME_BYTES_MAX) &&
           is_short(track->fmtp, FMTP_BYTES_MAX) && track->payload_type <= 127 &&
           track->clock_rate <= G_MAXINT32 && track->channels <= 255 &&
           track->level_id <= 255;
}

/* Unpacks if_description into @track, whose strings are copied later. */
static gboolean parse_description(json_t *json, OyerJournalTrack *track,
                                  guint *out_index)
{
    int pt, clock_rate, channels, level_id, index;
    json_int_t ssrc;

    if (json_unpack(json, "{ss ss ss si si si ss sI si si}", "participant",
                    &track->participant, "kind", &track->kind, "codec", &track->codec,
                    "pt", &pt, "clock_rate", &clock_rate, "channels", &channels, "fmtp",
                    &track->fmtp, "ssrc", &ssrc, "level_id", &level_id, "index",
                    &index) < 0)
        return FALSE;
    if (pt < 0 || clock_rate < 0 || channels < 0 || level_id < 0 || ssrc < 0 ||
        ssrc > G_MAXUINT32 || index < 0 || index > (int)OYER_PCAPNG_INDEX_MAX)
        return FALSE;
    track->payload_type = (guint)pt;
    track->clock_rate = (guint)clock_rate;
    track->channels = (guint)channels;
    track->level_id = (guint)level_id;
    track->ssrc = (guint32)ssrc;
    *out_index = (guint)index;
    return is_valid(track);
}

OyerJournalTrack *oyer_pcapng_parse_interface(const guint8 *bytes, gsize size,
                                              guint *out_index)
{
    const guint8 *name, *description, *resolution;
    gsize name_size, description_size, resolution_size;

    if (!is_whole(bytes, size, OYER_PCAPNG_IDB, 20) ||
        get16(bytes + 8) != LINKTYPE_RAW || get16(bytes + 10) || get32(bytes + 12) ||
        !find_option(bytes, size, OPTION_IF_NAME, &name, &name_size) ||
        !find_option(bytes, size, OPTION_IF_DESCRIPTION, &description,
                     &description_size) ||
        !find_option(bytes, size, OPTION_IF_TSRESOL, &resolution, &resolution_size) ||
        resolution_size != 1 || resolution[0] != 6 ||
        !is_id((const char *)name, name_size))
        return NULL;

    g_autofree char *id = g_strndup((const char *)name, name_size);
    json_t *json = json_loadb((const char *)description, description_size, 0, NULL);
    OyerJournalTrack track = {.track = id};
    OyerJournalTrack *copy = NULL;
    if (parse_description(json, &track, out_index))
        copy = oyer_journal_track_copy(&track);
    json_decref(json);
    return copy;
}

gboolean oyer_pcapng_is_block(const guint8 *bytes, const OyerPcapngFrame *frame)
{
    OyerPcapngPacket packet;
    const char *json;
    gsize json_size;
    guint index;

    switch (frame->type) {
    case OYER_PCAPNG_SHB:
        return oyer_pcapng_is_section(bytes, frame->size);
    case OYER_PCAPNG_EPB:
        return oyer_pcapng_parse_packet(bytes, frame->size, &packet);
    case OYER_PCAPNG_CUSTOM:
        return oyer_pcapng_parse_json(bytes, frame->size, &json, &json_size);
    default: {
        g_autoptr(OyerJournalTrack) track =
            oyer_pcapng_parse_interface(bytes, frame->size, &index);
        return track != NULL;
    }
    }
}

gsize oyer_pcapng_resync(const guint8 *bytes, gsize size, gsize from)
{
    OyerPcapngFrame frame;

    for (gsize at = from + (-from & 3); at + OYER_PCAPNG_BLOCK_BYTES_MIN <= size;
         at += 4)
        if (oyer_pcapng_frame(bytes + at, &frame) && frame.size <= size - at &&
            oyer_pcapng_is_block(bytes + at, &frame))
            return at;
    return size;
}

/* --- descriptions --- */

/* The strings lie behind the struct, in one allocation. */
OyerJournalTrack *oyer_journal_track_copy(const OyerJournalTrack *track)
{
    const char *from[] = {track->track, track->participant, track->kind, track->codec,
                          track->fmtp};
    gsize sizes[G_N_ELEMENTS(from)], total = sizeof *track;

    for (guint i = 0; i < G_N_ELEMENTS(from); i++) {
        sizes[i] = (from[i] ? strlen(from[i]) : 0) + 1;
        total += sizes[i];
    }

    OyerJournalTrack *copy = g_malloc0(total);
    const char **to[] = {&copy->track, &copy->participant, &copy->kind, &copy->codec,
                         &copy->fmtp};
    char *text = (char *)(copy + 1);
    *copy = *track;
    for (guint i = 0; i < G_N_ELEMENTS(from); i++) {
        if (from[i])
            memcpy(text, from[i], sizes[i]);
        *to[i] = text;
        text += sizes[i];
    }
    return copy;
}

void oyer_journal_track_free(OyerJournalTrack *track)
{
    g_free(track);
}

gboolean oyer_journal_track_is_valid(const OyerJournalTrack *track)
{
    return track->track && is_id(track->track, strlen(track->track)) &&
           is_valid(track) && g_utf8_validate(track->participant, -1, NULL) &&
           g_utf8_validate(track->kind, -1, NULL) &&
           g_utf8_validate(track->codec, -1, NULL) &&
           g_utf8_validate(track->fmtp, -1, NULL);
}

gboolean oyer_journal_track_equal(const OyerJournalTrack *a, const OyerJournalTrack *b)
{
    return !g_strcmp0(a->track, b->track) &&
           !g_strcmp0(a->participant, b->participant) && !g_strcmp0(a->kind, b->kind) &&
           !g_strcmp0(a->codec, b->codec) && !g_strcmp0(a->fmtp, b->fmtp) &&
           a->payload_type == b->payload_type && a->clock_rate == b->clock_rate &&
           a->channels == b->channels && a->level_id == b->level_id &&
           a->ssrc == b->ssrc;
}
