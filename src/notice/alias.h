/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How a name stands where everybody can read it: of a person the surname and 某, or
 * initials; an organization by its name.  Whatever is not surely an organization is
 * treated as a person.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

/* "朱敏" → "朱某"; "Zhu Min" → "Z. M."; "长风贸易有限公司" as it is.  (transfer full) */
char *oyer_alias(const char *name);
