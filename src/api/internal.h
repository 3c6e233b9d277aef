/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the files of api/ share and nobody else needs.
 *
 * Thread: main.
 */
#pragma once

#include "api/sitting.h"
#include "base/clock.h"
#include "docket/pass.h"

struct OyerHouse {
    OyerHouseConfig config;
    char *data_dir, *language, *base;
    OyerHouseHooks hooks;
    gpointer hooks_data;
    GHashTable *sittings;  /* id → OyerSitting */
    GPtrArray *retired;    /* OyerSitting: rescheduled; requests may hold them */
    GHashTable *resources; /* transport id → WHIP or WHEP resource (whip.c) */
    guint tick_source;
    gint64 media_since_us;     /* monotonic: since when this media process is known */
    struct OyerPeople *people; /* people.h */
    struct OyerDesk *desk;     /* filing.h */
    struct OyerPost *post;     /* post.h */
    struct OyerVerifier *verifier; /* post/verifier.h; NULL: the court has none */
    struct OyerPublic *public;     /* public.c */
};

/* As that of media/client.h. */
gboolean oyer_house_has_media(OyerHouse *self);

/*
 * The court's own file @name of the data directory, if there is one.
 *
 * @out_text: (transfer full): NULL: there is none.
 * Returns: FALSE with @error set: it cannot be read.
 */
gboolean oyer_house_read_own(OyerHouse *self, const char *name, char **out_text,
                             gsize *out_size, GError **error);

/* The cause of @hearing by its names instead of its code, if it has one: the list of
 * causes is read once.  Thread: any. */
void oyer_house_name_cause(const OyerHouse *self, OyerHearing *hearing);

/* The same for each object of the array @rows that has a `cause`. */
void oyer_house_name_causes(const OyerHouse *self, json_t *rows);

/* ---- passes (passes.c) ---- */

/* What a visitor is told whose link cannot be used. */
#define OYER_LINK_REFUSED_TEXT                                             \
    "This link cannot be used. Ask the clerk of the court for a new one. " \
    "此链接无法使用，请联系书记员。"

typedef struct {
    OyerPassFault fault;
    OyerSitting *sitting;    /* of a pass that is fine, or in use on another device */
    const char *participant; /* borrowed from the sitting; set when @sitting is */
    const OyerPass *pass;    /* borrowed for the call; of what is ours alone */
    gboolean failed;         /* the store failed: 503 */
} OyerPassVerdict;

typedef void (*OyerPassFunc)(const OyerPassVerdict *verdict, gpointer data);

/*
 * Judges @token; with @bind binds it to @device.  Refusals are logged here, with
 * their reason.  @hearing and @device may be NULL.
 */
void oyer_house_check_pass(OyerHouse *self, const char *token, const char *hearing,
                           const char *device, gboolean bind, const char *peer,
                           OyerPassFunc func, gpointer data);

/* What whoever holds a refused pass is told, by REST and by WebSocket alike: `code`,
 * `reason`, `text`, and of an early one `from`.  (transfer full) */
json_t *oyer_pass_refusal(const OyerPassVerdict *verdict);

/* Answers 401 with it. */
void oyer_request_refuse_pass(OyerRequest *request, const OyerPassVerdict *verdict);

/* A request with its pass judged; on refusal it is answered already. */
typedef void (*OyerRequestFunc)(OyerRequest *request, OyerSitting *sitting,
                                const char *participant, gpointer data);

typedef enum {
    OYER_REQUEST_BIND = 1,   /* binds the device */
    OYER_REQUEST_COOKIE = 2, /* the cookie will do */
    OYER_REQUEST_BEARER = 4, /* no device sent: the device `bearer` */
    OYER_REQUEST_DEVICE = 8, /* no device sent: refused, a link may be passed on */
} OyerRequestFlags;

/*
 * Takes token and device from the fields (or the cookie), and `{hearing}` from the
 * path.  @func gets @request (taken here) and answers it.
 */
void oyer_house_admit(OyerHouse *self, OyerRequest *request, OyerRequestFlags flags,
                      OyerRequestFunc func, gpointer data);

/* The same; @destroy frees @data when @func is not called. */
void oyer_house_admit_or(OyerHouse *self, OyerRequest *request, OyerRequestFlags flags,
                         OyerRequestFunc func, gpointer data, GDestroyNotify destroy);

/* The value of Set-Cookie for this pass and device.  (transfer full): NULL: no pass. */
char *oyer_seat_cookie(const OyerRequest *request);

/* ---- seats (seat.c) ---- */

extern const OyerSocketHandlers oyer_seat_handlers;

struct OyerSeat {
    guint refs; /* the socket's, and one while the pass is being judged */
    OyerHouse *house;
    OyerSocket *socket;
    OyerSitting *sitting; /* NULL before hello was accepted */
    char participant[OYER_ID_SIZE];
    gboolean is_greeting;   /* the pass is being judged */
    gboolean is_ended;      /* a close was sent: hears nothing more */
    gboolean is_gone;       /* the socket is closed */
    OyerSitting *knocks_at; /* asks in there: knock.c; NULL: does not */
    char jti[OYER_ID_SIZE]; /* while it knocks: of the pass, */
    char *device;           /* and its own device; from hello on */
    char *agent;
    char *last_state; /* text of the last state, without seq and now */
};

void oyer_seat_unref(OyerSeat *self);
void oyer_seat_send(OyerSeat *self, OyerSendClass class, const char *key,
                    json_t *object);
void oyer_seat_send_text(OyerSeat *self, OyerSendClass class, const char *key,
                         const char *text);

/* Says `bye` and closes. */
void oyer_seat_end(OyerSeat *self, const char *reason, guint code);

/* The close code of a seat whose pass is good on another device now, or no more. */
#define OYER_SEAT_REPLACED 4411

/* Tells why the pass is refused and closes. */
void oyer_seat_refuse(OyerSeat *self, const OyerPassVerdict *verdict);

/* The person sits down: his pass was judged. */
void oyer_seat_take(OyerSeat *self, OyerSitting *sitting, const char *participant);

/* ---- a pass in use on two devices (knock.c) ---- */

/* @seat asks in with the pass of @verdict; judge or clerk decide, both are told. */
void oyer_knock_begin(OyerSeat *seat, const OyerPassVerdict *verdict);
void oyer_knock_decide(OyerSitting *self, const char *participant, gboolean let_in);
/* The socket of @seat is closed. */
void oyer_knock_end(OyerSeat *seat);

/* ---- the court's verifier (verification.c) ---- */

/* Asks it what OYER_EFFECT_VERIFY says. */
void oyer_verification_ask(OyerSitting *self, const OyerEffect *effect);

/* ---- a person's media connections (wire.c) ---- */

struct OyerWire {
    char *publish; /* transport id, or NULL */
    char *subscribe;
    gint64 negotiation; /* of the offer that waits for its answer; 0: none */
    char *offer;        /* that offer as a message, for a seat that comes back */
};

void oyer_wire_free(gpointer self);
OyerWire *oyer_sitting_wire(OyerSitting *self, const char *participant);

/* The messages publish, unpublish, subscribe, answer, candidate, once judged. */
void oyer_wire_act(OyerSitting *self, const char *participant,
                   const OyerMessage *message);
void oyer_wire_offer(OyerSitting *self, json_t *event);
void oyer_wire_layers(OyerSitting *self, json_t *event);
void oyer_wire_closed(OyerSitting *self, json_t *event);
/* Closes all that @participant has. */
void oyer_wire_close(OyerSitting *self, const char *participant);
/* The seat is back: what it may have missed. */
void oyer_wire_resume(OyerSitting *self, const char *participant);
/* Media lost everything; or has this transport of hello. */
void oyer_wire_forget_all(OyerSitting *self);
void oyer_wire_adopt(OyerSitting *self, json_t *transport);

/* The transport id of the peer connection that made @sdp: the same connection has
 * the same certificate.  (transfer full) */
char *oyer_wire_publish_id(const char *participant, const char *sdp);

/* The line to @person has room for sound only, or for more again (media.c). */
void oyer_sitting_set_weak(OyerSitting *self, OyerPerson *person, gboolean weak);

/* A code of docs/MEDIA.md as one of the protocol's. */
const char *oyer_media_code_text(const char *code);

/* ---- filings (filing_desk.c) ---- */

/* FALSE with @error set: the court's calendar or causes cannot be read. */
gboolean oyer_filing_install(OyerHouse *self, GError **error);
/* The clock of the filings begins. */
void oyer_filing_begin(OyerHouse *self);
void oyer_filing_stop(OyerHouse *self);
void oyer_filing_free(OyerHouse *self);

/* ---- for everybody (public.c) ---- */

void oyer_public_install(OyerHouse *self);
void oyer_public_free(OyerHouse *self);

/* ---- resources ---- */
void oyer_rest_install(OyerHouse *self);         /* rest.c */
void oyer_record_install(OyerHouse *self);       /* record.c */
void oyer_connectivity_install(OyerHouse *self); /* connectivity.c */
void oyer_declaration_install(OyerHouse *self);  /* declaration.c */
void oyer_whip_install(OyerHouse *self);         /* whip.c */
void oyer_whip_closed(OyerHouse *self, const char *transport);
/* A connection that media already has, after serve was restarted. */
void oyer_whip_adopt(OyerHouse *self, OyerSitting *sitting, const char *transport,
                     const char *participant, gboolean plays);
void oyer_whip_forget(OyerHouse *self, OyerSitting *sitting);
/* Closes what @participant has by WHIP and WHEP; "": what everybody has. */
void oyer_whip_close_person(OyerHouse *self, OyerSitting *sitting,
                            const char *participant);
