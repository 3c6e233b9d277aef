/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/rtcp.h"

#include <string.h>

#define HEADER_BYTES 4
#define SENDER_INFO_BYTES 24 /* header and SSRC of the sender included: 28 */
#define REPORT_BYTES 24
#define FEEDBACK_BYTES 12
#define SDES_CNAME 1
#define NTP_UNIX_OFFSET_S G_GUINT64_CONSTANT(2208988800)

static guint16 read16(const guint8 *bytes)
{
    return (guint16)(bytes[0] << 8 | bytes[1]);
}

static guint32 read24(const guint8 *bytes)
{
    return (guint32)bytes[0] << 16 | (guint32)bytes[1] << 8 | bytes[2];
}

static guint32 read32(const guint8 *bytes)
{
    return (guint32)bytes[0] << 24 | read24(bytes + 1);
}

/* ---- the walk ---- */

/* Size of the packet at @bytes, or 0 if it does not fit into @size. */
static gsize packet_size(const guint8 *bytes, gsize size)
{
    if (size < HEADER_BYTES || (bytes[0] & 0xc0) != 0x80)
        return 0;

    gsize length = ((gsize)read16(bytes + 2) + 1) * 4;
    return length <= size ? length : 0;
}

/*
 * RFC 3550, 6.4.1: counted by the last byte.  Not always whole words: libwebrtc
 * fills the last word of its transport-cc feedback so.  −1: a lie.
 */
static gssize padding_size(const guint8 *bytes, gsize size)
{
    if (!(bytes[0] & 0x20))
        return 0;

    guint8 padding = bytes[size - 1];
    if (padding == 0 || padding > size - HEADER_BYTES)
        return -1;
    return padding;
}

bool oyer_rtcp_reader_init(OyerRtcpReader *self, const guint8 *bytes, gsize size)
{
    if (size == 0 || size > OYER_RTCP_BYTES_MAX)
        return false;
    for (gsize offset = 0; offset < size;) {
        gsize length = packet_size(bytes + offset, size - offset);
        if (length == 0 || padding_size(bytes + offset, length) < 0)
            return false;
        offset += length;
    }
    *self = (OyerRtcpReader){.bytes = bytes, .size = size};
    return true;
}

bool oyer_rtcp_reader_next(OyerRtcpReader *self, OyerRtcpBlock *out_block)
{
    if (self->offset >= self->size || self->blocks >= OYER_RTCP_BLOCKS_MAX)
        return false;

    const guint8 *bytes = self->bytes + self->offset;
    gsize length = packet_size(bytes, self->size - self->offset);
    *out_block = (OyerRtcpBlock){
        .type = bytes[1],
        .count = bytes[0] & 0x1f,
        .bytes = bytes,
        .size = length - (gsize)padding_size(bytes, length),
    };
    self->offset += length;
    self->blocks++;
    return true;
}

/* ---- reports ---- */

bool oyer_rtcp_sender_info(const OyerRtcpBlock *block, OyerRtcpSenderInfo *out_info)
{
    const guint8 *bytes = block->bytes;

    if (block->type != OYER_RTCP_SR || block->size < HEADER_BYTES + SENDER_INFO_BYTES)
        return false;
    *out_info = (OyerRtcpSenderInfo){
        .ssrc = read32(bytes + 4),
        .ntp = (guint64)read32(bytes + 8) << 32 | read32(bytes + 12),
        .rtp_time = read32(bytes + 16),
        .packets = read32(bytes + 20),
        .bytes = read32(bytes + 24),
    };
    return true;
}

bool oyer_rtcp_report(const OyerRtcpBlock *block, guint index,
                      OyerRtcpReport *out_report)
{
    gsize offset = HEADER_BYTES + 4;

    if (block->type == OYER_RTCP_SR)
        offset = HEADER_BYTES + SENDER_INFO_BYTES;
    else if (block->type != OYER_RTCP_RR)
        return false;
    offset += (gsize)index * REPORT_BYTES;
    if (index >= block->count || offset + REPORT_BYTES > block->size)
        return false;

    const guint8 *bytes = block->bytes + offset;
    guint32 lost = read24(bytes + 5);
    *out_report = (OyerRtcpReport){
        .ssrc = read32(bytes),
        .fraction_lost = bytes[4],
        .lost = lost & 0x800000 ? (gint32)lost - 0x1000000 : (gint32)lost,
        .highest = read32(bytes + 8),
        .jitter = read32(bytes + 12),
        .last_sr = read32(bytes + 16),
        .delay = read32(bytes + 20),
    };
    return true;
}

/* ---- SDES and BYE ---- */

/* One chunk: items until a 0, then padding to a word.  Moves *at behind it. */
static bool read_chunk(const OyerRtcpBlock *block, gsize *at, const char **out_cname,
                       gsize *out_size)
{
    while (*at < block->size && block->bytes[*at] != 0) {
        if (*at + 2 > block->size)
            return false;
        gsize length = block->bytes[*at + 1];
        if (*at + 2 + length > block->size)
            return false;
        if (block->bytes[*at] == SDES_CNAME && !*out_cname) {
            *out_cname = (const char *)block->bytes + *at + 2;
            *out_size = length;
        }
        *at += 2 + length;
    }
    *at = (*at / 4 + 1) * 4;
    return true;
}

bool oyer_rtcp_cname(const OyerRtcpBlock *block, guint32 ssrc, const char **out_cname,
                     gsize *out_size)
{
    gsize at = HEADER_BYTES;

    if (block->type != OYER_RTCP_SDES)
        return false;
    for (guint i = 0; i < block->count && at + 4 <= block->size; i++) {
        guint32 chunk_ssrc = read32(block->bytes + at);
        const char *cname = NULL;
        gsize size = 0;

        at += 4;
        if (!read_chunk(block, &at, &cname, &size))
            return false;
        if (chunk_ssrc != ssrc || !cname)
            continue;
        *out_cname = cname;
        *out_size = size;
        return true;
    }
    return false;
}

bool oyer_rtcp_bye(const OyerRtcpBlock *block, guint index, guint32 *out_ssrc)
{
    gsize offset = HEADER_BYTES + (gsize)index * 4;

    if (block->type != OYER_RTCP_BYE || index >= block->count ||
        offset + 4 > block->size)
        return false;
    *out_ssrc = read32(block->bytes + offset);
    return true;
}

/* ---- feedback: RFC 4585, 6.1 ---- */

bool oyer_rtcp_feedback(const OyerRtcpBlock *block, guint32 *out_sender,
                        guint32 *out_media)
{
    if ((block->type != OYER_RTCP_RTPFB && block->type != OYER_RTCP_PSFB) ||
        block->size < FEEDBACK_BYTES)
        return false;
    *out_sender = read32(block->bytes + 4);
    *out_media = read32(block->bytes + 8);
    return true;
}

static bool is_feedback(const OyerRtcpBlock *block, guint8 type, guint8 format)
{
    return block->type == type && block->count == format &&
           block->size >= FEEDBACK_BYTES;
}

guint oyer_rtcp_nack(const OyerRtcpBlock *block, guint16 *out_seqs, guint max)
{
    guint count = 0;

    if (!is_feedback(block, OYER_RTCP_RTPFB, OYER_RTCP_FORMAT_NACK))
        return 0;
    for (gsize at = FEEDBACK_BYTES; at + 4 <= block->size; at += 4) {
        guint16 first = read16(block->bytes + at);
        guint32 mask = (guint32)read16(block->bytes + at + 2) << 1 | 1;

        for (guint bit = 0; bit < 17; bit++) {
            if (!(mask & 1u << bit))
                continue;
            if (count == max)
                return count;
            out_seqs[count++] = (guint16)(first + bit);
        }
    }
    return count;
}

bool oyer_rtcp_is_pli(const OyerRtcpBlock *block)
{
    return is_feedback(block, OYER_RTCP_PSFB, OYER_RTCP_FORMAT_PLI);
}

bool oyer_rtcp_fir(const OyerRtcpBlock *block, guint index, guint32 *out_ssrc,
                   guint8 *out_number)
{
    gsize offset = FEEDBACK_BYTES + (gsize)index * 8;

    if (!is_feedback(block, OYER_RTCP_PSFB, OYER_RTCP_FORMAT_FIR) ||
        offset + 8 > block->size)
        return false;
    *out_ssrc = read32(block->bytes + offset);
    *out_number = block->bytes[offset + 4];
    return true;
}

bool oyer_rtcp_remb(const OyerRtcpBlock *block, guint64 *out_bps)
{
    if (!is_feedback(block, OYER_RTCP_PSFB, OYER_RTCP_FORMAT_AFB) ||
        block->size < FEEDBACK_BYTES + 8 ||
        memcmp(block->bytes + FEEDBACK_BYTES, "REMB", 4) != 0)
        return false;

    guint32 word = read24(block->bytes + FEEDBACK_BYTES + 5);
    guint exponent = word >> 18;
    guint64 mantissa = word & 0x3ffff;
    bool fits = mantissa == 0 ||
                (exponent <= 46 && mantissa << exponent >> exponent == mantissa);
    *out_bps = fits ? (mantissa ? mantissa << exponent : 0) : G_MAXUINT64;
    return true;
}

guint64 oyer_rtcp_ntp(gint64 real_us)
{
    guint64 seconds = (guint64)(real_us / G_USEC_PER_SEC) + NTP_UNIX_OFFSET_S;
    guint64 fraction = ((guint64)(real_us % G_USEC_PER_SEC) << 32) / G_USEC_PER_SEC;

    return seconds << 32 | fraction;
}
