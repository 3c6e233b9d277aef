/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "elements.h"

#define PACKAGE "oyer"

GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, oyer,
                  "Court-hearing media: transport, forwarding, journal",
                  oyer_elements_register, OYER_VERSION, "LGPL", PACKAGE,
                  "https://oyer.invalid/")
