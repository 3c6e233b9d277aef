/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The size of an H.264 picture, out of its sequence parameter set (ITU-T H.264,
 * 7.3.2.1): all that a forwarder wants of it.
 *
 * codec.c calls it for the SPS at the start of a key frame.
 *
 * Thread: any.  Memory: none allocated.
 */
#pragma once

#include <stdbool.h>

#include <glib.h>

/*
 * @nal: the NAL unit, its header byte included.  FALSE: not an SPS of a baseline,
 * main or extended profile, or cut off; the results are untouched.
 */
bool oyer_h264_sps_size(const guint8 *nal, gsize size, guint16 *out_width,
                        guint16 *out_height);
