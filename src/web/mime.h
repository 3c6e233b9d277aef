/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The media type of a file that Oyer serves, by the end of its name.
 *
 * Thread: any.
 */
#pragma once

/* Never NULL: what is not known is application/octet-stream. */
const char *oyer_mime_of(const char *name);
