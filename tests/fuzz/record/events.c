/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A line that is accepted has the hash it says. */

#include "record/events.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    OyerEvents events = OYER_EVENTS_INIT;
    const char *at = (const char *)data, *end = at + size;

    while (at < end) {
        const char *newline = memchr(at, '\n', (gsize)(end - at));
        const char *stop = newline ? newline : end;
        OyerEvents before = events;
        const char *body;
        gsize body_size;

        if (!oyer_events_next(&events, at, (gsize)(stop - at), &body, &body_size,
                              NULL)) {
            oyer_events_skip(&events);
        } else if (!before.is_unsure) {
            char hash[65];
            oyer_events_hash(before.seq + 1, before.hash, body, body_size, hash);
            if (strcmp(hash, events.hash))
                abort();
        }
        at = stop + 1;
    }
    return 0;
}
