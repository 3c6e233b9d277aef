/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Errors of the operating system as GError in the domain G_IO_ERROR.  Each
 * folder has a domain of its own beside it, whose codes say what the caller can
 * do.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

/*
 * Sets @error from @saved_errno: "<what is said>: <what the system says>".
 *
 * Returns: FALSE, for `return oyer_error_set_errno(…)`.
 */
gboolean oyer_error_set_errno(GError **error, int saved_errno, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
