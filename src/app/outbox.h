/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The demo court's way of sending codes: a file for each in DATA/outbox, for whoever
 * may read the data directory.
 *
 * Thread: main.
 */
#pragma once

#include "docket/visitor.h"

/* An OyerCourier; @data is the data directory. */
gboolean oyer_outbox_put(const OyerCode *code, gpointer data);
