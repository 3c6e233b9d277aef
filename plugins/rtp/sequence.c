/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/sequence.h"

#define CYCLE ((guint64)1 << 16)

guint64 oyer_sequence_peek(const OyerSequence *self, guint16 seq)
{
    if (!self->started)
        return CYCLE + seq;

    /* The difference modulo 2^16, read as signed, is the shorter way round. */
    int step = oyer_sequence_distance(seq, (guint16)self->highest);

    return self->highest + (guint64)(gint64)step;
}

guint64 oyer_sequence_extend(OyerSequence *self, guint16 seq)
{
    guint64 extended = oyer_sequence_peek(self, seq);

    if (!self->started || extended > self->highest)
        self->highest = extended;
    self->started = true;
    return extended;
}
