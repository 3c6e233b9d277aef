/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The administrator's door: DATA/run/admin.sock, for whoever may write in the data
 * directory.  One JSON object a line in, one out.
 *
 * Thread: main.
 */
#pragma once

#include "app/courthouse.h"

typedef struct OyerAdmin OyerAdmin;

/* Opens the door.  (transfer full), NULL with @error set. */
OyerAdmin *oyer_admin_new(OyerCourthouse *courthouse, GError **error);
void oyer_admin_free(OyerAdmin *self);

/*
 * From another process: asks the server of @data_dir and waits.
 *
 * Returns: (transfer full): the reply, or NULL with @error set: no server is there.
 */
json_t *oyer_admin_ask(const char *data_dir, json_t *request, GError **error);
