/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "app/program.h"

#include <glib.h>

#define INSTALLED "/usr/share/oyer/web"

char *oyer_program_path(void)
{
    return g_file_read_link("/proc/self/exe", NULL);
}

static gboolean has_client(const char *folder)
{
    g_autofree char *page = g_build_filename(folder, "join.html", NULL);

    return g_file_test(page, G_FILE_TEST_EXISTS);
}

/* BUILD/src/oyer: the client is beside the build folder, or in the tree above. */
static char *beside_build(void)
{
    g_autofree char *program = oyer_program_path();
    g_autofree char *folder = program ? g_path_get_dirname(program) : NULL;

    for (int up = 0; folder != NULL && up < 4; up++) {
        g_autofree char *client = g_build_filename(folder, "web-client", "dist", NULL);
        if (has_client(client))
            return g_steal_pointer(&client);
        g_autofree char *lower = g_steal_pointer(&folder);
        folder = g_path_get_dirname(lower);
    }
    return NULL;
}

char *oyer_program_web_root(void)
{
    const char *chosen = g_getenv("OYER_WEB_ROOT");

    if (chosen != NULL && chosen[0] != '\0')
        return g_strdup(chosen);

    g_autofree char *built = beside_build();
    if (built != NULL)
        return g_steal_pointer(&built);
    return has_client(INSTALLED) ? g_strdup(INSTALLED) : NULL;
}
