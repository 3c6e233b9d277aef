/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/error.h"

#include <gio/gio.h>

gboolean oyer_error_set_errno(GError **error, int saved_errno, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(saved_errno), "%s: %s", what,
                g_strerror(saved_errno));
    return FALSE;
}
