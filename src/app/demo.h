/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The demo court, and its description as JSON: {"base","hearing","case","people":
 * [{"id","role","name","link","token","whip","whep"}]}.
 *
 * Thread: main.
 */
#pragma once

#include "app/courthouse.h"
#include "docket/demo.h"

/* The description of @demo at @base.  (transfer full) */
json_t *oyer_demo_json(const OyerDemo *demo, const char *base);

/* Seeds the demo court and writes DATA/demo.json.  Blocks: only at the start. */
gboolean oyer_demo_write(OyerCourthouse *courthouse, GError **error);
