/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Without libFuzzer: runs a fuzz target once over each file named, and over
 * each file of each folder named, and says how many there were.
 */

#include <stdio.h>

#include <glib.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static guint count;

static void replay_file(const char *path)
{
    g_autofree char *data = NULL;
    gsize size;
    g_autoptr(GError) error = NULL;

    if (!g_file_get_contents(path, &data, &size, &error))
        g_error("%s", error->message);
    /* A copy of exact size, so that ASan sees a read past the end. */
    g_autofree guint8 *exact = g_memdup2(data, size);
    LLVMFuzzerTestOneInput(exact, size);
    count++;
}

int main(int argc, char *argv[])
{
    for (int i = 1; i < argc; i++) {
        g_autoptr(GDir) dir = g_dir_open(argv[i], 0, NULL);
        const char *name;

        if (!dir) {
            replay_file(argv[i]);
            continue;
        }
        while ((name = g_dir_read_name(dir))) {
            g_autofree char *path = g_build_filename(argv[i], name, NULL);
            replay_file(path);
        }
    }
    printf("%u inputs replayed\n", count);
    return count ? 0 : 1;
}
