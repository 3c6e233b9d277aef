/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "app/links.h"

#include "base/json.h"
#include "identity/qr.h"

#define QUIET_ZONE 2 /* modules; the standard says 4, readers take 2 */

/* Two rows a line.  A terminal is dark, paper is light: what is light is painted. */
char *oyer_qr_text(const char *text)
{
    static const char *const blocks[] = {"█", "▀", "▄",
                                         " "}; /* dark below, above: bits */
    g_autoptr(OyerQr) code = oyer_qr_new(text, OYER_QR_VERSION_MAX);
    g_autoptr(GString) out = g_string_new(NULL);

    if (code == NULL)
        return NULL;
    int end = oyer_qr_width(code) + QUIET_ZONE;
    for (int y = -QUIET_ZONE; y < end; y += 2) {
        for (int x = -QUIET_ZONE; x < end; x++) {
            int above = oyer_qr_is_dark(code, x, y),
                below = oyer_qr_is_dark(code, x, y + 1);
            g_string_append(out, blocks[above * 2 + below]);
        }
        g_string_append_c(out, '\n');
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

void oyer_links_print(json_t *demo, gboolean with_codes, FILE *out)
{
    const char *number = oyer_json_string(demo, "case");
    json_t *person;
    gsize i;

    fprintf(out, "%s\n\n", number ? number : "");
    json_array_foreach(json_object_get(demo, "people"), i, person)
    {
        const char *name = oyer_json_string(person, "name");
        const char *role = oyer_json_string(person, "role");
        const char *link = oyer_json_string(person, "link");
        if (name == NULL || role == NULL || link == NULL)
            continue;
        fprintf(out, "%s (%s)\n%s\n", name, role, link);
        g_autofree char *code = with_codes ? oyer_qr_text(link) : NULL;
        fprintf(out, "%s\n", code ? code : "");
    }
    json_array_foreach(json_object_get(demo, "staff"), i, person)
    {
        const char *name = oyer_json_string(person, "name");
        const char *role = oyer_json_string(person, "role");
        const char *link = oyer_json_string(person, "link");
        if (i == 0)
            fputs("Staff: each link signs in once.\n", out);
        if (name != NULL && role != NULL && link != NULL)
            fprintf(out, "%s (%s)\n%s\n", name, role, link);
    }
}
