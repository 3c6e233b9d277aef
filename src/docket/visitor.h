/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * People from outside who have no password: parties, representatives, whoever files.
 * They come with a personal link, or say where they can be reached; a code of six
 * digits goes there; who brings it back has a visitor's session, bound to a person.
 *
 * What a visitor may see is decided by who that person is in a case or a filing,
 * never by what his link or his request names: oyer_docket_standing().
 *
 * Thread: database.
 */
#pragma once

#include "base/clock.h"
#include "base/id.h"
#include "base/text.h"
#include "docket/error.h"
#include "identity/contact.h"
#include "store/db.h"

#define OYER_CODE_DIGITS 6
#define OYER_CODE_TRIES 5
#define OYER_CODE_LIFE_US (10 * 60 * OYER_SECOND_US)

/* Codes to one address: so many within OYER_CODE_LIFE_US, so many within a day. */
#define OYER_CODES_AT_ONCE 3
#define OYER_CODES_A_DAY 20

#define OYER_VISIT_IDLE_US (60 * 60 * OYER_SECOND_US)
#define OYER_VISIT_MAX_US (24 * 60 * 60 * OYER_SECOND_US)

/* What a visit is about. */
typedef struct {
    char kind[OYER_ID_SIZE];    /* "case", "filing", …, or "" */
    char subject[OYER_ID_SIZE]; /* its id, or "" */
} OyerVisitSubject;

/* A code that has to be delivered. */
typedef struct {
    char id[OYER_ID_SIZE];
    char code[OYER_CODE_DIGITS + 1];
    char person[OYER_ID_SIZE]; /* "": not known yet */
    char *channel, *address, *language;
    gint64 expires_us;
} OyerCode;

void oyer_code_clear(OyerCode *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OyerCode, oyer_code_clear)

typedef enum {
    OYER_CODE_MADE,
    OYER_CODE_TOO_MANY, /* to this address */
    OYER_CODE_NO_LINK,  /* no such link, or not any more, or nowhere to send it */
} OyerCodeAnswer;

/* A newcomer, or somebody who is known at that address: to be told apart by nobody. */
typedef struct {
    OyerChannel channel;
    const char *address;             /* of oyer_contact_parse() */
    const char *name;                /* of a newcomer */
    const char *language;            /* "zh", "en" */
    const OyerVisitSubject *subject; /* NULL: none */
} OyerCodeWish;

gboolean oyer_docket_ask_code(OyerDb *db, const OyerCodeWish *wish, gint64 now_us,
                              OyerCodeAnswer *out_answer, OyerCode *out_code,
                              GError **error);

/* The same for the holder of a link. */
gboolean oyer_docket_ask_code_by_link(OyerDb *db, const char *token, gint64 now_us,
                                      OyerCodeAnswer *out_answer, OyerCode *out_code,
                                      GError **error);

/*
 * Whether @code is the one of @id.  When it is, the code is used up, a newcomer gets
 * a person, and a session begins.  Wrong, late, used and unknown look alike.
 *
 * @out_token: (transfer full): for the cookie; NULL: refused.
 */
gboolean oyer_docket_redeem_code(OyerDb *db, const char *id, const char *code,
                                 gint64 now_us, char **out_token, GError **error);

/* A visit that is good now.  A plain value. */
typedef struct {
    char digest[OYER_SHA256_HEX_SIZE];
    char person[OYER_ID_SIZE];
    OyerVisitSubject subject;
    gint64 idle_ends_us, ends_us;
} OyerVisitor;

gboolean oyer_docket_find_visitor(OyerDb *db, const char *token, gint64 now_us,
                                  OyerVisitor *out_visitor, gboolean *out_found,
                                  GError **error);
gboolean oyer_docket_end_visit(OyerDb *db, const char *digest, gint64 now_us,
                               GError **error);

/* ---- links and addresses ---- */

/* Returns: (transfer full): the token of a new personal link, NULL with @error set. */
char *oyer_docket_add_visitor_link(OyerDb *db, const char *person,
                                   const OyerVisitSubject *subject, gint64 now_us,
                                   gint64 expires_us, GError **error);

/* Revokes all links of @person to @subject. */
gboolean oyer_docket_revoke_visitor_links(OyerDb *db, const char *person,
                                          const OyerVisitSubject *subject,
                                          gint64 now_us, GError **error);

/* @verified_us: when a code came back from there; 0: not yet. */
gboolean oyer_docket_put_contact(OyerDb *db, const char *person, OyerChannel channel,
                                 const char *address, gint64 verified_us, gint64 now_us,
                                 GError **error);

/*
 * Who is reached at @address ("sms" or "email", @channel), or somebody new, whose address
 * the court has from a document that he signed: it counts as confirmed.
 */
gboolean oyer_docket_person_at(OyerDb *db, const char *channel, const char *address,
                               const char *name, const char *language, gint64 now_us,
                               char out[OYER_ID_SIZE], GError **error);

/* ---- standing ---- */

/*
 * Who @person is in @case_id now: @out_role is "plaintiff", … for a party,
 * "representative" for somebody who stands for one and whose authority holds, "" for
 * nobody.
 */
gboolean oyer_docket_standing(OyerDb *db, const char *person, const char *case_id,
                              gint64 now_us, char out_role[OYER_ID_SIZE],
                              GError **error);
