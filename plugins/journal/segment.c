/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/segment.h"

#include <string.h>

#define SUFFIX ".pcapng"
#define DIGITS_MIN 6

char *oyer_segment_name(guint segment)
{
    return g_strdup_printf("%06u" SUFFIX, segment);
}

char *oyer_segment_path(const char *dir, guint segment)
{
    g_autofree char *name = oyer_segment_name(segment);

    return g_build_filename(dir, name, NULL);
}

guint oyer_segment_number(const char *name)
{
    gsize digits = strspn(name, "0123456789");

    if (digits < DIGITS_MIN || strcmp(name + digits, SUFFIX))
        return 0;
    guint64 number = g_ascii_strtoull(name, NULL, 10);
    return number <= OYER_SEGMENTS_MAX ? (guint)number : 0;
}

gboolean oyer_segment_last(const char *dir, guint *out_segment, GError **error)
{
    g_autoptr(GDir) listing = g_dir_open(dir, 0, error);
    const char *name;
    guint last = 0;

    if (!listing)
        return FALSE;
    while ((name = g_dir_read_name(listing)))
        last = MAX(last, oyer_segment_number(name));
    *out_segment = last;
    return TRUE;
}
