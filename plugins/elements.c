/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "elements.h"

#include "journal/gstoyerjournalsink.h"
#include "journal/gstoyerjournalsrc.h"
#include "sfu/gstoyersfu.h"
#include "transport/gstoyertransport.h"

gboolean oyer_elements_register(GstPlugin *plugin)
{
    gboolean ok = TRUE;

    ok = GST_ELEMENT_REGISTER(oyerjournalsink, plugin) && ok;
    ok = GST_ELEMENT_REGISTER(oyerjournalsrc, plugin) && ok;
    ok = GST_ELEMENT_REGISTER(oyertransport, plugin) && ok;
    ok = GST_ELEMENT_REGISTER(oyersfu, plugin) && ok;
    return ok;
}
