/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * oyertranscribe: lets 16 kHz mono sound through unchanged and posts what is said
 * in it as element messages.
 *
 * Thread: GStreamer's rules; the engine works on the streaming thread.
 */
#pragma once

#include <gst/base/gstbasetransform.h>

#define OYER_TYPE_TRANSCRIBE (oyer_transcribe_get_type())
G_DECLARE_FINAL_TYPE(OyerTranscribe, oyer_transcribe, OYER, TRANSCRIBE,
                     GstBaseTransform)

GST_ELEMENT_REGISTER_DECLARE(oyertranscribe);
