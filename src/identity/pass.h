/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The hearing pass: `v1.PAYLOAD.SIGNATURE`, signed, personal, for one hearing and
 * one span of time, and once used, for one device.  docs/PROTOCOL.md has the
 * format.  Nothing here touches a database: who keeps the passes (docket/pass.h)
 * says whether one is known, revoked, and to which device it is bound.
 *
 * Thread: any.
 */
#pragma once

#include "base/id.h"
#include "base/text.h"
#include "identity/key.h"

/* The most bytes of a token, and of a device id. */
#define OYER_PASS_TOKEN_MAX 1024
#define OYER_DEVICE_MIN 22
#define OYER_DEVICE_MAX 64

/* The device of standard tools that send only a bearer token. */
#define OYER_DEVICE_BEARER "bearer"

typedef struct {
    char jti[OYER_ID_SIZE];
    char hearing[OYER_ID_SIZE];
    char participant[OYER_ID_SIZE];
    guint8 role;          /* oyer_pass_role(): what the usher is shown without a line */
    gint64 not_before_us; /* whole seconds, until 2106 */
    gint64 expires_us;
} OyerPass;

/* Why a pass is refused: the log says which. */
typedef enum {
    OYER_PASS_FINE,
    OYER_PASS_MALFORMED, /* not the shape of a pass */
    OYER_PASS_FORGED,    /* not our signature, and no pass of ours looks like it */
    OYER_PASS_ALTERED,   /* a pass of ours whose content was changed */
    OYER_PASS_EXPIRED,
    OYER_PASS_EARLY,
    OYER_PASS_OTHER_HEARING,
    OYER_PASS_REVOKED,
    OYER_PASS_SECOND_DEVICE,
    OYER_PASS_BAD_DEVICE,   /* the device id is not one */
    OYER_PASS_NO_AUTHORITY, /* a representative whose authority does not hold now */
    OYER_PASS_FAULTS
} OyerPassFault;

/* What the register knows of a pass. */
typedef struct {
    gboolean known;
    gint64 revoked_us; /* 0: never */
    char
        device[OYER_SHA256_HEX_SIZE]; /* digest of the device it is bound to; "" none */
} OyerPassRecord;

typedef enum {
    OYER_DEVICE_NEW, /* nothing is bound yet */
    OYER_DEVICE_SAME,
    OYER_DEVICE_OTHER,
} OyerDeviceMatch;

/*
 * Signs @pass with @key.
 *
 * Returns: (transfer full): the token, or NULL with @error set.
 */
char *oyer_pass_issue(const OyerPass *pass, const OyerKey *key, GError **error);

/*
 * Takes @token apart and checks the signature, and nothing else: FINE, MALFORMED
 * or FORGED.  @out_pass is written unless it is malformed, so that the caller can
 * look its jti up; after FORGED nothing in it may be believed.
 */
OyerPassFault oyer_pass_read(const char *token, gsize length, const OyerKey *key,
                             OyerPass *out_pass);

/*
 * The whole judgement, in one fixed order: signature (altered if @record knows the
 * jti), hearing, revoked, span of time, device.
 *
 * @fault: what oyer_pass_read() said.
 * @hearing: the hearing that was asked for, or NULL for whichever it names.
 * @device: what the client sent, or NULL: the device is not looked at.
 */
OyerPassFault oyer_pass_judge(OyerPassFault fault, const OyerPass *pass,
                              const OyerPassRecord *record, const char *hearing,
                              const char *device, gint64 now_us);

/* TRUE if @device is 22 to 64 base64url characters, or `bearer`. */
gboolean oyer_device_is_valid(const char *device);

/* The digest that is stored in place of @device. */
void oyer_device_digest(const char *device, char out[OYER_SHA256_HEX_SIZE]);

/* Compares @device with the digest @bound ("" when none is). */
OyerDeviceMatch oyer_device_match(const char *bound, const char *device);

/* The word for the log, "second_device". (transfer none) */
const char *oyer_pass_fault_name(OyerPassFault fault);

/*
 * What whoever holds the pass is told: a word for programs and one sentence in both
 * languages.  What is not ours, in whatever way, is "unreadable": a forger learns
 * nothing.  (transfer none)
 */
const char *oyer_pass_fault_reason(OyerPassFault fault);
const char *oyer_pass_fault_text(OyerPassFault fault);

/* The number of a role in a pass, by its word, and back; 0 and NULL: there is none. */
guint8 oyer_pass_role(const char *word);
const char *oyer_pass_role_word(guint8 role);
