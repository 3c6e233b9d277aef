/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * All of Oyer's elements, registered in one go: by plugin.c for
 * gst-launch-1.0, by the media process for itself.
 *
 * Thread: any, after gst_init().
 */
#pragma once

#include <gst/gst.h>

/* Registers every element with @plugin; NULL registers them statically. */
gboolean oyer_elements_register(GstPlugin *plugin);
