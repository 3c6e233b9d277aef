/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The built web client: which files there are, and how each is sent.  Only names
 * found in the folder can be asked for, so no path of a request ever reaches the
 * file system.
 *
 * Thread: net.
 */
#pragma once

#include "web/response.h"

G_BEGIN_DECLS

typedef struct OyerAssets OyerAssets;

/* @root: the folder, or NULL: every page then says that the client is not built. */
OyerAssets *oyer_assets_new(const char *root);
void oyer_assets_free(OyerAssets *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerAssets, oyer_assets_free)

/*
 * The file @name ("join.html", "assets/join-Bx31.js").
 *
 * @accept_encoding: the request's field, or NULL.
 *
 * Returns: (transfer full): NULL when there is no such file.
 */
OyerResponse *oyer_assets_respond(OyerAssets *self, const char *name,
                                  const char *accept_encoding);

/* The plain page for when the client was not built. (transfer full) */
OyerResponse *oyer_assets_missing_page(void);

G_END_DECLS
