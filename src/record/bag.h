/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * BagIt 1.0 (RFC 8493), as far as a package needs it: writes and reads
 * manifests of SHA-256.  A manifest that is read is hostile: its size, the
 * number of its lines and each path are bounded, and a path that leaves the bag
 * (absolute, "..", a backslash, a control character) is refused.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

#include "record/error.h"

#define OYER_BAG_MANIFEST_BYTES_MAX (16u << 20)
#define OYER_BAG_FILES_MAX 100000
#define OYER_BAG_PATH_BYTES_MAX 1024

typedef struct {
    char *path; /* relative, with '/' */
    char sha256[65];
} OyerBagEntry;

/*
 * Parses a manifest.
 *
 * Returns: (transfer full): of OyerBagEntry, or NULL.
 */
GPtrArray *oyer_bag_parse_manifest(const char *text, gsize size, GError **error);

/* A path that may be in a manifest. */
gboolean oyer_bag_path_is_safe(const char *path);

/* Returns: (transfer full): SHA-256 of file @path as hex, or NULL. */
char *oyer_bag_hash_file(const char *path, GError **error);

/*
 * Returns: (transfer full): sorted relative paths of all files under @dir/@below
 * ("" for all), or NULL: too many, or something that is no file or folder.
 */
GPtrArray *oyer_bag_list(const char *dir, const char *below, GError **error);

/* Writes @bytes to @dir/@path and syncs it. */
gboolean oyer_bag_write(const char *dir, const char *path, const void *bytes,
                        gsize size, GError **error);

/*
 * Makes a bag of @dir, which has data/ and whatever tag folders: bagit.txt,
 * bag-info.txt (with @info, lines "Label: value\n", "" for none) and
 * manifest-sha256.txt.  oyer_bag_close() adds tagmanifest-sha256.txt, last.
 *
 * Returns: (transfer full): hex SHA-256 of the manifest, or NULL.
 */
char *oyer_bag_make(const char *dir, const char *info, GError **error);
gboolean oyer_bag_close(const char *dir, GError **error);

/*
 * Returns: (transfer full): what oyer_bag_close() would write now, or NULL.
 */
char *oyer_bag_tag_manifest(const char *dir, GError **error);
