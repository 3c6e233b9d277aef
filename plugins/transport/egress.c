/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/egress.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

#define SLOT_BYTES_MAX 2112 /* a pooled packet, RTX number, extension and trailer */
#define PACKET_BYTES_MAX \
    (SLOT_BYTES_MAX - 2 - OYER_PLAN_TWCC_BYTES - OYER_SRTP_TRAILER_MAX)
#define BATCH_BYTES (OYER_PLAN_MAX * 1536)
/* Longer bursts gain little and hurt phones on radio links. */
#define SEGMENTS_MAX 32
#define DATAGRAM_BYTES_MAX 60000
#define WAITING_MAX 32
#define WAITING_BYTES (16 * 1024)
#define RETRY_US 2000
#define RTP_FIXED_BYTES 12
#define EXTENSION_BIT 0x10
#define MARKER_BIT 0x80

typedef struct {
    guint16 size;
    gboolean may_wait; /* sound or RTCP */
} Slot;

typedef struct {
    Slot slots[OYER_PLAN_MAX];
    guint count;
    gsize bytes;
} Batch;

/* Already encrypted. */
typedef struct {
    Batch batch;
    guint8 data[WAITING_BYTES];
} Waiting;

struct OyerEgress {
    /* in every batch */
    OyerSrtp *srtp; /* not owned */
    gboolean has_path, has_gso;
    guint8 twcc_id;
    OyerEgressStats stats;
    OyerIcePath path;

    OyerWorker *worker; /* not owned */
    OyerIce *ice;       /* not owned */
    Waiting *waiting;   /* NULL: the socket was never full */
    OyerWorkerSource *retry;
};

/* The batch being made: of one egress between its first add and its flush, so
 * that all of a worker's share the same warm memory. */
static __thread Batch batch;
static __thread guint8 batch_data[BATCH_BYTES];
static __thread OyerEgress *batch_owner;

OyerEgress *oyer_egress_new(OyerWorker *worker)
{
    OyerEgress *self = g_new0(OyerEgress, 1);

    self->worker = worker;
    self->has_gso = TRUE;
    return self;
}

void oyer_egress_free(OyerEgress *self)
{
    if (!self)
        return;
    if (batch_owner == self)
        batch_owner = NULL;
    oyer_worker_source_free(self->retry);
    g_free(self->waiting);
    g_free(self);
}

void oyer_egress_set_path(OyerEgress *self, const OyerIcePath *path, OyerIce *ice)
{
    self->path = *path;
    self->ice = ice;
    self->has_path = TRUE;
    self->has_gso = TRUE;
}

void oyer_egress_set_srtp(OyerEgress *self, OyerSrtp *srtp)
{
    self->srtp = srtp;
}

static void write16(guint8 *p, guint16 value)
{
    p[0] = (guint8)(value >> 8);
    p[1] = (guint8)value;
}

static void write32(guint8 *p, guint32 value)
{
    write16(p, (guint16)(value >> 16));
    write16(p + 2, (guint16)value);
}

/* RFC 8285, 4.2: one word of elements, of which the last byte is padding. */
static void write_twcc(guint8 *out, guint8 id, guint16 seq)
{
    static const guint8 block[4] = {0xbe, 0xde, 0, 1};

    memcpy(out, block, sizeof block);
    out[4] = (guint8)(id << 4 | 1);
    write16(out + 5, seq);
    out[7] = 0;
}

/* The new header in @out; returns its size. */
static gsize rewrite_header(const guint8 *packet, const OyerPlanEntry *entry,
                            guint8 twcc_id, guint8 *out)
{
    gsize size = entry->header_bytes;

    if (entry->flags & (OYER_PLAN_STRIP_EXTENSIONS | OYER_PLAN_TWCC))
        size = RTP_FIXED_BYTES + 4u * (packet[0] & 0x0f);
    memcpy(out, packet, size);
    if (entry->flags & OYER_PLAN_STRIP_EXTENSIONS)
        out[0] &= (guint8)~EXTENSION_BIT;
    out[1] = (out[1] & MARKER_BIT) | (entry->payload_type & (guint8)~MARKER_BIT);
    if (entry->flags & OYER_PLAN_MARKER)
        out[1] |= MARKER_BIT;
    write16(out + 2, entry->seq);
    write32(out + 4, entry->rtp_time);
    write32(out + 8, entry->ssrc);
    if (entry->flags & OYER_PLAN_TWCC) {
        out[0] |= EXTENSION_BIT;
        write_twcc(out + size, twcc_id, entry->twcc_seq);
        size += OYER_PLAN_TWCC_BYTES;
    }
    return size;
}

static gsize protect_by_plan(OyerEgress *self, const guint8 *packet, gsize size,
                             const OyerPlanEntry *entry, guint8 *out)
{
    gsize csrcs = RTP_FIXED_BYTES + 4u * (packet[0] & 0x0f);
    gsize skipped =
        (gsize)entry->header_bytes + entry->patch_bytes + entry->skip_bytes;

    if (entry->header_bytes < csrcs || entry->patch_bytes > OYER_PLAN_PATCH_MAX ||
        skipped > size)
        return 0;
    gsize header = rewrite_header(packet, entry, self->twcc_id, out), at = header;
    if (entry->flags & OYER_PLAN_RTX) {
        write16(out + at, entry->rtx_seq);
        at += 2;
    }
    memcpy(out + at, entry->patch, entry->patch_bytes);
    at += entry->patch_bytes;
    memcpy(out + at, packet + skipped, size - skipped);
    return oyer_srtp_send_rtp(self->srtp, out, header, at + size - skipped);
}

static gsize protect_as_it_is(OyerEgress *self, const guint8 *packet, gsize size,
                              guint8 *out)
{
    gsize header = oyer_srtp_header_bytes(packet, size);

    if (!header)
        return 0;
    memcpy(out, packet, size);
    return oyer_srtp_send_rtp(self->srtp, out, header, size);
}

void oyer_egress_set_twcc_id(OyerEgress *self, guint8 id)
{
    self->twcc_id = id;
}

void oyer_egress_add(OyerEgress *self, const guint8 *packet, gsize size,
                     const OyerPlanEntry *entry)
{
    gboolean is_rtcp =
        entry ? (entry->flags & OYER_PLAN_RTCP) != 0 : oyer_srtp_is_rtcp(packet, size);
    gsize done = 0;

    if (!self->srtp || !self->has_path)
        return;
    if (batch_owner != self) {
        g_assert(!batch_owner || batch.count == 0);
        batch_owner = self;
        batch.count = 0;
        batch.bytes = 0;
    }
    if (batch.count == OYER_PLAN_MAX || batch.bytes + SLOT_BYTES_MAX > BATCH_BYTES)
        oyer_egress_flush(self);

    guint8 *out = batch_data + batch.bytes;
    if (size >= RTP_FIXED_BYTES && size <= PACKET_BYTES_MAX)
        done = is_rtcp ? oyer_srtp_send_rtcp(self->srtp, out, packet, size)
               : entry ? protect_by_plan(self, packet, size, entry, out)
                       : protect_as_it_is(self, packet, size, out);
    else if (is_rtcp && size <= SLOT_BYTES_MAX - OYER_SRTP_TRAILER_MAX)
        done = oyer_srtp_send_rtcp(self->srtp, out, packet, size);
    if (!done) {
        self->stats.dropped_malformed++;
        return;
    }
    batch.slots[batch.count++] = (Slot){
        .size = (guint16)done,
        .may_wait = is_rtcp || (entry && (entry->flags & OYER_PLAN_AUDIO)),
    };
    batch.bytes += done;
}

/* How many slots from @first on can be segments of one datagram. */
static guint run_from(const OyerEgress *self, const Batch *from, guint first,
                      gsize *out_bytes)
{
    gsize segment = from->slots[first].size, bytes = segment;
    guint count = 1;

    while (self->has_gso && first + count < from->count && count < SEGMENTS_MAX) {
        gsize next = from->slots[first + count].size;

        if (next > segment || bytes + next > DATAGRAM_BYTES_MAX)
            break;
        bytes += next;
        count++;
        if (next < segment) /* only the last may be shorter */
            break;
    }
    *out_bytes = bytes;
    return count;
}

typedef struct {
    struct mmsghdr messages[OYER_PLAN_MAX];
    struct iovec vectors[OYER_PLAN_MAX];
    union {
        struct cmsghdr align;
        guint8 bytes[CMSG_SPACE(sizeof(guint16))];
    } control[OYER_PLAN_MAX];
    guint slots[OYER_PLAN_MAX]; /* how many each carries */
    guint count;
} Messages;

static void put_segment_size(struct msghdr *header, void *control, gsize bytes,
                             guint16 segment)
{
    header->msg_control = control;
    header->msg_controllen = bytes;
    struct cmsghdr *cmsg = CMSG_FIRSTHDR(header);
    cmsg->cmsg_level = IPPROTO_UDP;
    cmsg->cmsg_type = UDP_SEGMENT;
    cmsg->cmsg_len = CMSG_LEN(sizeof(segment));
    memcpy(CMSG_DATA(cmsg), &segment, sizeof(segment));
}

static void make_messages(OyerEgress *self, const Batch *from, guint8 *data,
                          Messages *out)
{
    out->count = 0;
    for (guint first = 0; first < from->count;) {
        gsize bytes;
        guint slots = run_from(self, from, first, &bytes), i = out->count++;

        out->vectors[i] = (struct iovec){data, bytes};
        out->slots[i] = slots;
        out->messages[i].msg_hdr = (struct msghdr){
            .msg_name = self->path.to_bytes ? &self->path.to : NULL,
            .msg_namelen = self->path.to_bytes,
            .msg_iov = &out->vectors[i],
            .msg_iovlen = 1,
        };
        if (slots > 1)
            put_segment_size(&out->messages[i].msg_hdr, &out->control[i],
                             sizeof(out->control[i].bytes), from->slots[first].size);
        data += bytes;
        first += slots;
    }
}

static gboolean is_full(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS;
}

static int send_messages(const OyerEgress *self, struct mmsghdr *messages, guint count)
{
    int flags = MSG_DONTWAIT | MSG_NOSIGNAL;

    if (count == 1)
        return sendmsg(self->path.fd, &messages->msg_hdr, flags) < 0 ? -1 : 1;
    return sendmmsg(self->path.fd, messages, count, flags);
}

/* Sends as much as goes; returns how many slots are done with (sent or lost). */
static guint send_batch(OyerEgress *self, const Batch *from, guint8 *data)
{
    Messages out;
    guint done = 0, next = 0;

    make_messages(self, from, data, &out);
    while (next < out.count) {
        int sent = send_messages(self, out.messages + next, out.count - next);

        if (sent > 0) {
            for (int i = 0; i < sent; i++, next++) {
                done += out.slots[next];
                self->stats.packets += out.slots[next];
                self->stats.bytes += out.vectors[next].iov_len;
            }
        } else if (is_full(errno)) {
            break;
        } else if (errno != EINTR) {
            /* A device without segmentation, or a path that lost its MTU: singly
             * from now on; what cannot be sent even so is lost. */
            if (out.slots[next] > 1) {
                self->has_gso = FALSE;
                break;
            }
            done += out.slots[next++];
            self->stats.dropped_full++;
        }
    }
    return done;
}

/* One by one through ICE, for paths that are no plain socket. */
static guint send_slowly(OyerEgress *self, const Batch *from, const guint8 *data)
{
    guint done = 0;

    for (; self->ice && done < from->count; data += from->slots[done++].size) {
        if (!oyer_ice_send(self->ice, data, from->slots[done].size))
            break;
        self->stats.packets++;
        self->stats.bytes += from->slots[done].size;
    }
    return done;
}

/* Takes the first @count slots out of @from, whose bytes are @data. */
static void shift(Batch *from, guint8 *data, guint count)
{
    gsize bytes = 0;

    for (guint i = 0; i < count; i++)
        bytes += from->slots[i].size;
    memmove(from->slots, from->slots + count, (from->count - count) * sizeof(Slot));
    memmove(data, data + bytes, from->bytes - bytes);
    from->count -= count;
    from->bytes -= bytes;
}

static guint send_some(OyerEgress *self, Batch *from, guint8 *data)
{
    gboolean had_gso = self->has_gso;
    guint done = self->path.fd >= 0 ? send_batch(self, from, data)
                                    : send_slowly(self, from, data);

    if (done < from->count && had_gso && !self->has_gso) {
        shift(from, data, done);
        done = send_batch(self, from, data);
    }
    if (done > 0 && done < from->count) {
        shift(from, data, done);
        return from->count;
    }
    if (done == from->count) {
        from->count = 0;
        from->bytes = 0;
    }
    return from->count;
}

/* TRUE: nothing waits any more. */
static gboolean send_waiting(OyerEgress *self)
{
    return !self->waiting || self->waiting->batch.count == 0 ||
           send_some(self, &self->waiting->batch, self->waiting->data) == 0;
}

static void on_retry(guint32 events, gpointer data)
{
    OyerEgress *self = data;

    (void)events;
    g_clear_pointer(&self->retry, oyer_worker_source_free);
    if (!send_waiting(self))
        self->retry = oyer_worker_timer(self->worker, RETRY_US, TRUE, on_retry, self);
}

/* What of the batch did not go out: sound and RTCP wait, the rest is dropped. */
static void keep_what_may_wait(OyerEgress *self)
{
    const guint8 *data = batch_data;

    if (!self->waiting)
        self->waiting = g_new0(Waiting, 1);
    Batch *waiting = &self->waiting->batch;
    for (guint i = 0; i < batch.count; data += batch.slots[i++].size) {
        gsize size = batch.slots[i].size;

        if (!batch.slots[i].may_wait || waiting->count == WAITING_MAX ||
            waiting->bytes + size > WAITING_BYTES) {
            self->stats.dropped_full++;
            continue;
        }
        memcpy(self->waiting->data + waiting->bytes, data, size);
        waiting->slots[waiting->count++] = batch.slots[i];
        waiting->bytes += size;
    }
    if (waiting->count > 0 && !self->retry)
        self->retry = oyer_worker_timer(self->worker, RETRY_US, TRUE, on_retry, self);
}

void oyer_egress_flush(OyerEgress *self)
{
    if (batch_owner != self || batch.count == 0)
        return;
    if (send_waiting(self) && send_some(self, &batch, batch_data) == 0)
        return;
    keep_what_may_wait(self);
    batch.count = 0;
    batch.bytes = 0;
}

void oyer_egress_warm(OyerEgress *self, gconstpointer *out_warm, guint most)
{
    memset(out_warm, 0, most * sizeof(*out_warm));
    if (most < 2 || !self->srtp)
        return;
    out_warm[0] = self;
    oyer_srtp_warm(self->srtp, out_warm + 1, most - 1);
}

const OyerEgressStats *oyer_egress_stats(OyerEgress *self)
{
    return &self->stats;
}
