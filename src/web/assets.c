/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "web/assets.h"

#include <string.h>

#include "web/mime.h"

/* The folder is looked through again at most this often. */
#define RESCAN_US G_USEC_PER_SEC
#define DEPTH_MAX 6
#define FILES_MAX 4096

struct OyerAssets {
    char *root;
    GHashTable *names; /* of files, below root */
    gint64 scanned_us;
};

static void scan(OyerAssets *self, const char *folder, int depth)
{
    g_autofree char *path = g_build_filename(self->root, folder, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *entry;

    while (dir != NULL && (entry = g_dir_read_name(dir)) != NULL) {
        g_autofree char *name =
            folder[0] ? g_strconcat(folder, "/", entry, NULL) : g_strdup(entry);
        g_autofree char *full = g_build_filename(self->root, name, NULL);

        if (entry[0] == '.' || g_hash_table_size(self->names) >= FILES_MAX)
            continue;
        if (g_file_test(full, G_FILE_TEST_IS_DIR) && depth < DEPTH_MAX)
            scan(self, name, depth + 1);
        else if (g_file_test(full, G_FILE_TEST_IS_REGULAR))
            g_hash_table_add(self->names, g_steal_pointer(&name));
    }
}

OyerAssets *oyer_assets_new(const char *root)
{
    OyerAssets *self = g_new0(OyerAssets, 1);

    self->root = g_strdup(root);
    self->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (root != NULL)
        scan(self, "", 0);
    self->scanned_us = g_get_monotonic_time();
    return self;
}

void oyer_assets_free(OyerAssets *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->names);
    g_free(self->root);
    g_free(self);
}

static gboolean has(OyerAssets *self, const char *name)
{
    return g_hash_table_contains(self->names, name);
}

/* A client that is built anew while we run brings new names. */
static void rescan(OyerAssets *self)
{
    gint64 now_us = g_get_monotonic_time();

    if (self->root == NULL || now_us - self->scanned_us < RESCAN_US)
        return;
    self->scanned_us = now_us;
    g_hash_table_remove_all(self->names);
    scan(self, "", 0);
}

/* Vite puts a hash of the contents into every name below assets/. */
static gboolean is_immutable(const char *name)
{
    return g_str_has_prefix(name, "assets/");
}

static gboolean accepts_gzip(const char *accept_encoding)
{
    return accept_encoding != NULL && strstr(accept_encoding, "gzip") != NULL &&
           strstr(accept_encoding, "gzip;q=0") == NULL;
}

OyerResponse *oyer_assets_respond(OyerAssets *self, const char *name,
                                  const char *accept_encoding)
{
    if (!has(self, name))
        rescan(self);
    if (!has(self, name))
        return NULL;

    g_autofree char *path = g_build_filename(self->root, name, NULL);
    g_autofree char *packed_name = g_strconcat(name, ".gz", NULL);
    g_autofree char *packed_path = g_strconcat(path, ".gz", NULL);
    gboolean has_packed = has(self, packed_name);
    gboolean send_packed = has_packed && accepts_gzip(accept_encoding);

    OyerResponse *response =
        oyer_response_file_as(send_packed ? packed_path : path, oyer_mime_of(name));
    if (response == NULL)
        return NULL;
    if (send_packed)
        oyer_response_header(response, "Content-Encoding", "gzip");
    if (has_packed)
        oyer_response_header(response, "Vary", "Accept-Encoding");
    oyer_response_header(response, "Cache-Control",
                         is_immutable(name) ? "public, max-age=31536000, immutable"
                                            : "no-cache");
    return response;
}

OyerResponse *oyer_assets_missing_page(void)
{
    return oyer_response_text(
        503, "text/html; charset=utf-8",
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Oyer</title>"
        "<meta name=\"viewport\" content=\"width=device-width\">"
        "<h1>云庭 Oyer</h1><p>The server runs, but its web client is not built. "
        "Run <code>./run</code>, or build it with <code>npm ci &amp;&amp; npm run "
        "build</code> in <code>web-client/</code>.</p>"
        "<p>服务器已启动，但网页客户端尚未构建。</p></html>\n");
}
