/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "app/outbox.h"

#include <string.h>

#include "base/json.h"

gboolean oyer_outbox_put(const OyerCode *code, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) object = oyer_json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:s,s:I}", "id", code->id, "kind", "code", "channel",
        code->channel, "address", code->address, "language", code->language, "code",
        code->code, "expires_us", (json_int_t)code->expires_us);
    g_autofree char *text = oyer_json_text(object);
    g_autofree char *name = g_strconcat(code->id, ".json", NULL);
    g_autofree char *folder = g_build_filename(data, "outbox", NULL);
    g_autofree char *path = g_build_filename(folder, name, NULL);

    /* Whole or not there; it need not outlive a power cut. */
    if (g_mkdir_with_parents(folder, 0700) == 0 &&
        g_file_set_contents_full(path, text, (gssize)strlen(text),
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
        return TRUE;
    g_warning("a code cannot be put into the outbox: %s",
              error ? error->message : "no folder");
    return FALSE;
}
