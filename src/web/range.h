/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What HTTP's own header fields say, as far as Oyer answers them: byte ranges
 * and entity tags (RFC 9110 sections 8.8.3, 13 and 14), Content-Length.
 *
 * The field values come from the net thread; every one is hostile.
 *
 * Thread: any; nothing here has state.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
    OYER_RANGE_WHOLE, /* no range, one not understood, or several: send it all */
    OYER_RANGE_PART,  /* send what the out parameters say */
    OYER_RANGE_UNSATISFIABLE, /* 416 */
} OyerRangeKind;

/*
 * Reads a Range field.  @field may be NULL.  Only one `bytes=` range is served;
 * a list of them is answered with the whole, as section 14.2 allows.
 */
OyerRangeKind oyer_range_parse(const char *field, guint64 size_bytes,
                               guint64 *out_offset, guint64 *out_length);

/*
 * Whether @etag (with its quotes) is in @field, an If-Match or If-None-Match
 * list.  `*` matches every tag.  Weak tags match only with @weak.
 */
gboolean oyer_etag_matches(const char *field, const char *etag, gboolean weak);

/* Digits only, at most 18 of them. */
gboolean oyer_content_length_parse(const char *field, guint64 *out_length);

G_END_DECLS
