/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * oyersfu: forwards what publishers send to whom the matrix allows (router.h).
 *
 * Pads come in pairs: sink_N and src_N are the two directions of one peer
 * connection and are linked with one oyertransport; RTP and RTCP share them.
 * What goes out on src_N is rewritten by that transport after the plan which
 * the router has filled (rtp/plan.h).  journal_N carries one track, as received,
 * to oyerjournalsink.
 *
 * src/media makes the pairs with oyer_sfu_connect() and then speaks with the
 * router.  In gst-launch-1.0, where nobody does, the pads are request pads,
 * everything goes to everyone but where it came from, and journal_N gets what
 * came in at sink_N.
 *
 * Thread: the media worker of the hearing, for everything.  (The request pads
 * may be fed by several threads; one lock a batch keeps them apart.)
 */
#pragma once

#include <gst/gst.h>

#include "sfu/router.h"

#define OYER_TYPE_SFU (oyer_sfu_get_type())
G_DECLARE_FINAL_TYPE(OyerSfu, oyer_sfu, OYER, SFU, GstElement)
GST_ELEMENT_REGISTER_DECLARE(oyersfu)

/* What the router tells; see OyerRouterOutput.  None may call back into the router. */
typedef struct {
    void (*track)(const OyerSource *source, gpointer data);
    void (*speaker)(const char *participant, gpointer data);
    void (*layers)(const OyerSource *source, gpointer data);
    void (*line)(const char *participant, gboolean audio_only, gpointer data);
    void (*wake)(gint64 at_us, gpointer data);
    /* The next packets that the journal gets of @source have another format. */
    void (*describe)(const OyerSource *source, gpointer data);
} OyerSfuEvents;

/* @events is borrowed, for good. */
void oyer_sfu_set_events(OyerSfu *self, const OyerSfuEvents *events, gpointer data);

/* Returns: (transfer none): lives as long as @self. */
OyerRouter *oyer_sfu_router(OyerSfu *self);

/*
 * Makes a pair of pads and links it with @transport ("src" and "sink"), which is
 * in the same bin.  The peer is not active yet: oyer_router_set_active().
 *
 * Returns: (transfer none): NULL when the pads do not link.
 */
OyerPeer *oyer_sfu_connect(OyerSfu *self, GstElement *transport,
                           const char *participant);

/* Undoes that. */
void oyer_sfu_disconnect(OyerSfu *self, OyerPeer *peer);

/*
 * Makes a pad for @source and links it with @sink (of oyerjournalsink); what the
 * matrix gives to the journal goes there.  The pad goes with the source.
 */
gboolean oyer_sfu_link_journal(OyerSfu *self, OyerSource *source, GstPad *sink);

/* Before a source is removed or moves to another peer: takes its journal pad away. */
void oyer_sfu_unlink_journal(OyerSfu *self, OyerSource *source);
