/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The court house: all hearings that this server keeps in memory, and what they
 * share: the database thread, the signing key, the line to the media process,
 * the web server.
 *
 * app/ makes it and starts the processes that it asks for by its hooks; web/
 * brings people in; hearing/ decides; media carries it out.
 *
 * Thread: main, all of this folder.
 */
#pragma once

#include "docket/account.h"
#include "docket/account_session.h"
#include "docket/pass.h"
#include "hearing/keep.h"
#include "identity/key.h"
#include "identity/oidc.h"
#include "identity/turn.h"
#include "identity/verifier.h"
#include "media/client.h"
#include "post/carrier.h"
#include "store/thread.h"
#include "web/server.h"

typedef struct OyerHouse OyerHouse;
typedef struct OyerSitting OyerSitting;

/* What app/ does when a hearing comes to these points.  Each may come again. */
typedef struct {
    /* The journal is open: recorder and transcriber should run. */
    void (*journal_open)(OyerSitting *sitting, gpointer data);
    /* The journal is closed: finish, seal.  Also to resume after a restart. */
    void (*journal_closed)(OyerSitting *sitting, gpointer data);
    /* A person asks to seal again what failed. */
    void (*seal_retry)(OyerSitting *sitting, gpointer data);
} OyerHouseHooks;

/* How the staff's door is kept. */
typedef struct {
    OyerSessionPolicy session;
    OyerLockPolicy lock;
} OyerPeoplePolicy;

typedef struct {
    const char *data_dir;
    const char *base;       /* the address that people open, "https://court.example" */
    OyerDbThread *db;       /* borrowed, outlives the house */
    const OyerKey *key;     /* borrowed */
    OyerServer *server;     /* borrowed */
    OyerMediaClient *media; /* borrowed */
    const OyerTurn *turn;   /* borrowed; NULL: there is no relay */
    const OyerOidc *oidc;   /* borrowed; NULL: there is no identity provider */
    const char *language;   /* of the transcriber: "zh", "en", "zh-en" */
    gboolean arms_itself;   /* demo: the recorder is armed without a command */
    OyerPeoplePolicy people;
    const char *case_number; /* format of numbers (filing/number.h), valid; NULL: the
                                usual one; borrowed */
    const char *clamd;       /* where files are scanned (filing/scan.h); NULL: nowhere;
                          borrowed */
    OyerPassPolicy pass;
    OyerVerifierConfig verifier; /* what it points to outlives the house */
    OyerPostConfig post;         /* what it points to outlives the house */
} OyerHouseConfig;

/*
 * Installs the routes and reads back the hearings that are not over.
 *
 * Returns: (transfer full): NULL with @error set when the store fails.
 */
OyerHouse *oyer_house_new(const OyerHouseConfig *config, const OyerHouseHooks *hooks,
                          gpointer data, GError **error);

/* Takes up what was cut off: records that were being finished.  The hooks are called. */
void oyer_house_begin(OyerHouse *self);

/* As that of media/client.h.  After oyer_house_let_media_go() all is `lost`. */
void oyer_house_ask_media(OyerHouse *self, json_t *request, OyerMediaReplyFunc func,
                          gpointer data);

/* The server stops: media is not asked for anything any more, nobody signs in, and
 * what waits to be written is written. */
void oyer_house_let_media_go(OyerHouse *self);

/* Says nothing to anybody: sockets are closed by the server. */
void oyer_house_free(OyerHouse *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerHouse, oyer_house_free)

/* The hearing @id if it is in memory.  (transfer none) */
OyerSitting *oyer_house_find(OyerHouse *self, const char *id);

/*
 * The hearing @id, read back if need be.  @func gets NULL when there is none.
 */
typedef void (*OyerHouseFound)(OyerSitting *sitting, gpointer data);
void oyer_house_open(OyerHouse *self, const char *id, OyerHouseFound func,
                     gpointer data);

/*
 * The schedule changed who comes to the hearing @id, or when: if it has not begun it is
 * read anew when somebody asks for it; who waits for it already comes back by itself.
 */
void oyer_house_refresh(OyerHouse *self, const char *id);

/* Calls @func for each hearing in memory. */
void oyer_house_each(OyerHouse *self, void (*func)(OyerSitting *sitting, gpointer data),
                     gpointer data);
