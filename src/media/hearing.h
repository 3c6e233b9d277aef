/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One hearing in the media process: a GstPipeline with an oyertransport for each
 * peer connection, one oyersfu and one oyerjournalsink, all of it on one media
 * worker.  It knows participants' ids, a matrix and session descriptions; who
 * those people are, serve knows.
 *
 * server.c owns it and hands it requests; it tells what happens by events.
 *
 * Thread: control; what is inside runs on the worker (hearing-private.h).
 */
#pragma once

#include <gst/gst.h>
#include <jansson.h>

#include "journal/gstoyerjournalsink.h"
#include "media/figures.h"
#include "transport/ice_port.h"
#include "transport/worker.h"

typedef struct OyerMediaHearing OyerMediaHearing;

typedef struct {
    const char *listen_address; /* of its transports */
    const char *port_range;     /* "A-B", or NULL */
    OyerIcePort *ice_port;      /* of its worker, which all share; NULL: a port each */
    /* any thread.  Takes @event. */
    void (*event)(json_t *event, gpointer data);
    gpointer data;
} OyerMediaHearingOptions;

/* @worker: borrowed. */
OyerMediaHearing *oyer_media_hearing_new(const char *id, OyerWorker *worker,
                                         const OyerMediaHearingOptions *options);

/* Closes its transports; an open journal is closed too, as well as it can. */
void oyer_media_hearing_free(OyerMediaHearing *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerMediaHearing, oyer_media_hearing_free)

const char *oyer_media_hearing_id(OyerMediaHearing *self);

/* Whether @name is a request for a hearing's worker. */
gboolean oyer_media_hearing_knows(const char *name);

/*
 * Does @request on the worker, and waits for it: microseconds to a few
 * milliseconds.
 *
 * Returns: (transfer full): the fields of the answer, or NULL with @error set.
 */
json_t *oyer_media_hearing_request(OyerMediaHearing *self, const char *name,
                                   json_t *request, GError **error);

/* Returns: (transfer full): its entry in the answer to `hello`. */
json_t *oyer_media_hearing_describe(OyerMediaHearing *self);

/* How many transports are not closed. */
guint oyer_media_hearing_transports(OyerMediaHearing *self);

/* Adds its figures to @figures; also how long its worker let this wait. */
void oyer_media_hearing_measure(OyerMediaHearing *self, OyerMediaFigures *figures);

/* Returns: (transfer none): any thread, as its header says. */
OyerJournalSink *oyer_media_hearing_journal(OyerMediaHearing *self);

/* any.  Asks for key frames of all that is recorded: a journal begins. */
void oyer_media_hearing_refresh(OyerMediaHearing *self);

/*
 * any.  Tells every track, the speaker, and the offers that wait for an answer: who
 * listens now did not hear of them.
 */
void oyer_media_hearing_tell_all(OyerMediaHearing *self);

/* Tells of the journal's state, if it is armed or open.  To be called once a second. */
void oyer_media_hearing_tell_journal(OyerMediaHearing *self);
