/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The blocks of a journal segment (docs/JOURNAL.md) as bytes: made, and taken
 * apart again.  Only what a journal uses of pcapng is known here; a block that
 * was not made by the functions below is refused.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

#include "journal/reader.h"

/* A block is never longer; nor shorter than its frame. */
#define OYER_PCAPNG_BLOCK_BYTES_MAX (128u << 10)
#define OYER_PCAPNG_BLOCK_BYTES_MIN 12u

#define OYER_PCAPNG_SHB 0x0A0D0D0Au
#define OYER_PCAPNG_IDB 1u
#define OYER_PCAPNG_EPB 6u
#define OYER_PCAPNG_CUSTOM 0x00000BADu

/* Documentation's enterprise number (RFC 5612): ours for the custom blocks. */
#define OYER_PCAPNG_PEN 32473u

/* IPv4 and UDP header that we put before each packet. */
#define OYER_PCAPNG_IP_BYTES 28u
/* An IPv4 packet's length has 16 bits. */
#define OYER_PCAPNG_PACKET_BYTES_MAX (65535u - OYER_PCAPNG_IP_BYTES)

#define OYER_PCAPNG_FIRST_PORT 20000u
/* 20000 + 2k + 1 is still a port. */
#define OYER_PCAPNG_INDEX_MAX 22767u

/* No moment of a hearing is later (year 2255): sums of two of them fit. */
#define OYER_PCAPNG_TIME_US_MAX (G_GINT64_CONSTANT(1) << 53)

/* The start of a block, as its first 8 bytes say. */
typedef struct {
    guint32 type, size;
} OyerPcapngFrame;

/* FALSE: not the start of a block that a journal may have.  @bytes has 8. */
gboolean oyer_pcapng_frame(const guint8 *bytes, OyerPcapngFrame *out_frame);

/* A parsed EPB.  @data points into the block. */
typedef struct {
    guint interface, index; /* index: k of docs/JOURNAL.md */
    gint64 at_us;
    gboolean is_rtcp;
    const guint8 *data; /* from the RTP or RTCP header on */
    gsize size;
} OyerPcapngPacket;

/* Each appends one block to @out. */
void oyer_pcapng_put_section(GByteArray *out);
void oyer_pcapng_put_interface(GByteArray *out, const OyerJournalTrack *track,
                               guint index);
void oyer_pcapng_put_packet(GByteArray *out, guint interface, guint index, gint64 at_us,
                            gboolean is_rtcp, const guint8 *data, gsize size);
void oyer_pcapng_put_json(GByteArray *out, const char *json, gsize size);

/*
 * The parsers take one whole block: @bytes has as many as its frame says.
 * FALSE: not such a block, or damaged.
 */
gboolean oyer_pcapng_is_section(const guint8 *bytes, gsize size);
gboolean oyer_pcapng_parse_packet(const guint8 *bytes, gsize size,
                                  OyerPcapngPacket *out_packet);
gboolean oyer_pcapng_parse_json(const guint8 *bytes, gsize size, const char **out_json,
                                gsize *out_size);

/* Returns: (transfer full): what an IDB describes, or NULL. */
OyerJournalTrack *oyer_pcapng_parse_interface(const guint8 *bytes, gsize size,
                                              guint *out_index);

/*
 * The first offset from @from on (4 by 4) where a whole block stands; @size when
 * there is none.
 */
gsize oyer_pcapng_resync(const guint8 *bytes, gsize size, gsize from);

/* Whether one whole, undamaged block of the given frame stands at @bytes. */
gboolean oyer_pcapng_is_block(const guint8 *bytes, const OyerPcapngFrame *frame);

/* Copies of descriptions; NULL is fine for free. */
OyerJournalTrack *oyer_journal_track_copy(const OyerJournalTrack *track);
void oyer_journal_track_free(OyerJournalTrack *track);
/* Whether it can be written: ids are ids, texts short UTF-8, numbers in range. */
gboolean oyer_journal_track_is_valid(const OyerJournalTrack *track);
gboolean oyer_journal_track_equal(const OyerJournalTrack *a, const OyerJournalTrack *b);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerJournalTrack, oyer_journal_track_free)
