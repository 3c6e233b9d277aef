/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Courts, people, cases and their numbers, parties and who represents them.
 *
 * Thread: database.
 */
#pragma once

#include "base/id.h"
#include "docket/error.h"
#include "store/db.h"

typedef struct {
    const char *id;
    const char *code; /* 沪0114 */
    const char *name;
    const char *timezone; /* IANA */
} OyerCourt;

typedef struct {
    const char *id;
    const char *court; /* id */
    int year;
    const char *type_code; /* 民初 */
    const char *cause;     /* 案由 */
    const char *procedure; /* ordinary, summary, small_claims */
    const char *format;    /* of its number (filing/number.h); NULL: the usual one */
} OyerCase;

typedef struct {
    const char *id;
    const char *case_id;
    const char *person;
    const char *role; /* plaintiff, defendant, third_party */
    gint64 order_no;  /* among those of the same role, from 1 */
} OyerParty;

typedef struct {
    const char *id;
    const char *party;
    const char *person;
    const char *kind;  /* lawyer, legal_worker, relative, employee, guardian */
    const char *scope; /* general, special */
} OyerRepresentative;

/* Each puts the row there, or replaces the one of the same id. */
gboolean oyer_docket_put_court(OyerDb *db, const OyerCourt *court, gint64 now_us,
                               GError **error);
gboolean oyer_docket_put_person(OyerDb *db, const char *id, const char *name,
                                const char *language, gint64 now_us, GError **error);
gboolean oyer_docket_put_party(OyerDb *db, const OyerParty *party, gint64 now_us,
                               GError **error);
gboolean oyer_docket_put_representative(OyerDb *db, const OyerRepresentative *row,
                                        gint64 now_us, GError **error);

/*
 * Registers @row under the next number of its court, year and type, without a gap:
 * number and case are made in the caller's transaction or not at all.
 *
 * @out_number: (transfer full): `（2026）沪0114民初1号`.
 */
gboolean oyer_docket_open_case(OyerDb *db, const OyerCase *row, gint64 now_us,
                               char **out_number, GError **error);

/*
 * Takes the next number of @court, @year and @type_code, in the caller's transaction,
 * and keeps it as void with @reason, so that the sequence stays without a gap.
 *
 * @out_number: (transfer full)
 */
gboolean oyer_docket_void_number(OyerDb *db, const OyerCase *row, const char *reason,
                                 const char *by, gint64 now_us, char **out_number,
                                 GError **error);
