/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcribe/gstoyertranscribe.h"

#define PACKAGE "oyer"

static gboolean plugin_init(GstPlugin *plugin)
{
    return GST_ELEMENT_REGISTER(oyertranscribe, plugin);
}

GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, oyertranscribe,
                  "Speech to text for court hearings", plugin_init, OYER_VERSION,
                  "LGPL", PACKAGE, "https://oyer.invalid/")
