/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What every kind of ICE gives to ice.c; nobody else includes it.
 *
 * Thread: the worker.
 */
#pragma once

#include "transport/ice.h"

typedef struct {
    void (*stop)(OyerIce *self);
    void (*free)(OyerIce *self);
    const OyerIceLocal *(*local)(OyerIce *self);
    gboolean (*set_remote)(OyerIce *self, const char *ufrag, const char *pwd);
    gboolean (*add_candidate)(OyerIce *self, const char *candidate);
    void (*restart)(OyerIce *self);
    guint (*receive)(OyerIce *self, OyerIceMessage *messages, guint count);
    gboolean (*path)(OyerIce *self, OyerIcePath *out_path);
    gboolean (*send)(OyerIce *self, const guint8 *data, gsize size);
    void (*ask)(OyerIce *self);
    gboolean (*was_heard)(OyerIce *self);
} OyerIceClass;

struct OyerIce {
    const OyerIceClass *class;
};
