/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * As much of STUN (RFC 8489) as ICE needs: to ask the other side whether it is
 * still there (RFC 7675), to know an answer or a question of its own from a
 * stranger's, and to answer checks as a lite agent does (RFC 8445 §7.3), with
 * short-term credentials.
 *
 * Plain functions over bytes.  Thread: any.
 */
#pragma once

#include <sys/socket.h>

#include <glib.h>

#define OYER_STUN_CHECK_MAX 768
#define OYER_STUN_ANSWER_MAX 160
#define OYER_STUN_TRANSACTION_BYTES 12
/* Unknown attributes named in one answer. */
#define OYER_STUN_UNKNOWN_MAX 8
/* Ours, which are shorter than RFC 8839 allows. */
#define OYER_STUN_UFRAG_MAX 32

typedef struct {
    const char *username; /* "theirs:ours" */
    const char *password; /* theirs */
    gboolean controlling;
    gboolean nominates; /* says “use this pair”; only for the controlling side */
    guint64 tie_breaker;
} OyerStunCheck;

/* TRUE if the first bytes are those of a STUN message. */
gboolean oyer_stun_is(const guint8 *bytes, gsize size);

/* The OYER_STUN_TRANSACTION_BYTES of what is STUN. */
const guint8 *oyer_stun_transaction(const guint8 *bytes);

/*
 * TRUE if @bytes is a whole STUN message whose MESSAGE-INTEGRITY was made with
 * @password.
 */
gboolean oyer_stun_is_authentic(const guint8 *bytes, gsize size, const char *password);

/* TRUE for a request, FALSE for what answers one. */
gboolean oyer_stun_is_request(const guint8 *bytes, gsize size);

/* TRUE if it says USE-CANDIDATE; ask only what is authentic. */
gboolean oyer_stun_nominates(const guint8 *bytes, gsize size);

/*
 * Writes a Binding request into @out (OYER_STUN_CHECK_MAX bytes).
 *
 * Returns: its size; 0 if a name is too long.
 */
gsize oyer_stun_check_write(const OyerStunCheck *check, guint8 *out);

/*
 * Ends the message of @size bytes in @bytes (room for 32 more): MESSAGE-INTEGRITY
 * with @password unless NULL, then FINGERPRINT.  Returns: its new size.
 */
gsize oyer_stun_sign(guint8 *bytes, gsize size, const char *password);

/* ---- the answering side ---- */

/* A Binding request, taken apart; it points into the bytes. */
typedef struct {
    const guint8 *bytes;
    gsize size;
    const guint8 *transaction;       /* OYER_STUN_TRANSACTION_BYTES */
    char ufrag[OYER_STUN_UFRAG_MAX]; /* ours, before the colon; "": none of ours */
    gboolean has_username, has_integrity, has_priority;
    gboolean nominates;     /* USE-CANDIDATE */
    gboolean is_controlled; /* says that it is: a conflict */
    guint32 priority;
    guint16 unknown[OYER_STUN_UNKNOWN_MAX]; /* that must not be */
    guint unknown_count;
} OyerStunRequest;

typedef enum {
    OYER_STUN_OK = 0,
    OYER_STUN_BAD_REQUEST = 400,
    OYER_STUN_UNAUTHENTICATED = 401,
    OYER_STUN_UNKNOWN_ATTRIBUTE = 420,
    OYER_STUN_ROLE_CONFLICT = 487,
} OyerStunCode;

typedef struct {
    OyerStunCode code;
    const OyerStunRequest *request;
    const struct sockaddr_storage *from; /* where the request came from */
    const char *password;                /* ours; NULL: unsigned */
} OyerStunAnswer;

/*
 * FALSE: no Binding request, not whole, or without the right FINGERPRINT: then it
 * is not meant for ICE and not answered.  Only what the integrity covers is taken.
 */
gboolean oyer_stun_request_parse(const guint8 *bytes, gsize size,
                                 OyerStunRequest *out_request);

/*
 * What to answer to @request by RFC 8489 §9.1.3 and §6.3.1 and RFC 8445 §7.3.1.1,
 * in their order.  @password: ours for its ufrag; NULL: nobody has it.  Anything but
 * 400 and 401 is from who knows the password.
 */
OyerStunCode oyer_stun_judge(const OyerStunRequest *request, const char *password);

/* Writes into @out (OYER_STUN_ANSWER_MAX bytes); returns the size. */
gsize oyer_stun_answer_write(const OyerStunAnswer *answer, guint8 *out);
