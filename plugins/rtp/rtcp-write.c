/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "rtp/rtcp.h"

#define SDES_CNAME 1
#define CNAME_MAX 255
#define NACK_SPAN 16 /* numbers behind the first that one pair can name */

static void put16(guint8 *bytes, guint16 value)
{
    bytes[0] = (guint8)(value >> 8);
    bytes[1] = (guint8)value;
}

static void put32(guint8 *bytes, guint32 value)
{
    put16(bytes, (guint16)(value >> 16));
    put16(bytes + 2, (guint16)value);
}

/* Room for a packet of @size bytes (whole words), zeroed, its header written; or NULL. */
static guint8 *begin_packet(OyerRtcpWriter *self, guint8 type, guint count, gsize size)
{
    if (size > self->capacity - self->size)
        return NULL;

    guint8 *bytes = self->bytes + self->size;
    memset(bytes, 0, size);
    bytes[0] = (guint8)(0x80 | count);
    bytes[1] = type;
    put16(bytes + 2, (guint16)(size / 4 - 1));
    self->size += size;
    return bytes;
}

static void put_reports(guint8 *bytes, const OyerRtcpReport *reports, guint n_reports)
{
    for (guint i = 0; i < n_reports; i++, bytes += 24) {
        put32(bytes, reports[i].ssrc);
        put32(bytes + 4, (guint32)reports[i].fraction_lost << 24 |
                             ((guint32)reports[i].lost & 0xffffff));
        put32(bytes + 8, reports[i].highest);
        put32(bytes + 12, reports[i].jitter);
        put32(bytes + 16, reports[i].last_sr);
        put32(bytes + 20, reports[i].delay);
    }
}

bool oyer_rtcp_write_sr(OyerRtcpWriter *self, const OyerRtcpSenderInfo *info,
                        const OyerRtcpReport *reports, guint n_reports)
{
    g_return_val_if_fail(n_reports <= OYER_RTCP_REPORTS_MAX, false);

    guint8 *bytes =
        begin_packet(self, OYER_RTCP_SR, n_reports, 28 + (gsize)n_reports * 24);
    if (!bytes)
        return false;
    put32(bytes + 4, info->ssrc);
    put32(bytes + 8, (guint32)(info->ntp >> 32));
    put32(bytes + 12, (guint32)info->ntp);
    put32(bytes + 16, info->rtp_time);
    put32(bytes + 20, info->packets);
    put32(bytes + 24, info->bytes);
    put_reports(bytes + 28, reports, n_reports);
    return true;
}

bool oyer_rtcp_write_rr(OyerRtcpWriter *self, guint32 ssrc,
                        const OyerRtcpReport *reports, guint n_reports)
{
    g_return_val_if_fail(n_reports <= OYER_RTCP_REPORTS_MAX, false);

    guint8 *bytes =
        begin_packet(self, OYER_RTCP_RR, n_reports, 8 + (gsize)n_reports * 24);
    if (!bytes)
        return false;
    put32(bytes + 4, ssrc);
    put_reports(bytes + 8, reports, n_reports);
    return true;
}

bool oyer_rtcp_write_cname(OyerRtcpWriter *self, guint32 ssrc, const char *cname)
{
    gsize length = strlen(cname);

    g_return_val_if_fail(length <= CNAME_MAX, false);

    /* RFC 3550, 6.5: the list ends with at least one 0, up to a whole word. */
    gsize size = (8 + 2 + length) / 4 * 4 + 4;
    guint8 *bytes = begin_packet(self, OYER_RTCP_SDES, 1, size);
    if (!bytes)
        return false;
    put32(bytes + 4, ssrc);
    bytes[8] = SDES_CNAME;
    bytes[9] = (guint8)length;
    memcpy(bytes + 10, cname, length);
    return true;
}

bool oyer_rtcp_write_bye(OyerRtcpWriter *self, guint32 ssrc)
{
    guint8 *bytes = begin_packet(self, OYER_RTCP_BYE, 1, 8);

    if (!bytes)
        return false;
    put32(bytes + 4, ssrc);
    return true;
}

bool oyer_rtcp_write_pli(OyerRtcpWriter *self, guint32 sender, guint32 media)
{
    guint8 *bytes = begin_packet(self, OYER_RTCP_PSFB, OYER_RTCP_FORMAT_PLI, 12);

    if (!bytes)
        return false;
    put32(bytes + 4, sender);
    put32(bytes + 8, media);
    return true;
}

/* How many of @seqs the pair that begins with the first can name; its mask. */
static guint take_pair(const guint16 *seqs, guint n_seqs, guint16 *out_mask)
{
    guint taken = 1;

    *out_mask = 0;
    for (; taken < n_seqs; taken++) {
        guint16 distance = (guint16)(seqs[taken] - seqs[0]);
        if (distance == 0 || distance > NACK_SPAN)
            break;
        *out_mask |= (guint16)(1 << (distance - 1));
    }
    return taken;
}

bool oyer_rtcp_write_nack(OyerRtcpWriter *self, guint32 sender, guint32 media,
                          const guint16 *seqs, guint n_seqs)
{
    gsize pairs = 0;
    guint16 mask;

    for (guint i = 0; i < n_seqs; i += take_pair(seqs + i, n_seqs - i, &mask))
        pairs++;
    if (pairs == 0)
        return false;

    guint8 *bytes =
        begin_packet(self, OYER_RTCP_RTPFB, OYER_RTCP_FORMAT_NACK, 12 + pairs * 4);
    if (!bytes)
        return false;
    put32(bytes + 4, sender);
    put32(bytes + 8, media);
    bytes += 12;
    for (guint i = 0; i < n_seqs; bytes += 4) {
        guint taken = take_pair(seqs + i, n_seqs - i, &mask);
        put16(bytes, seqs[i]);
        put16(bytes + 2, mask);
        i += taken;
    }
    return true;
}
