/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "notice/template.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(OyerNoticeTexts) texts =
        oyer_notice_texts_parse((const char *)data, size, NULL);
    g_autoptr(GTimeZone) zone = g_time_zone_new_utc();

    if (texts == NULL)
        return 0;
    for (guint i = 0; i < texts->templates->len; i++) {
        const OyerNoticeTemplate *row = texts->templates->pdata[i];
        g_autofree char *text =
            oyer_notice_fill(row->in[OYER_NOTICE_ZH].text, NULL, OYER_NOTICE_ZH, zone);
        g_autofree char *sent = oyer_notice_fill_links(text, NULL);
    }
    return 0;
}
