/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a member of staff may do in the court house outside a hearing: one table,
 * right × role.  What it does not grant is refused.  (Inside a hearing:
 * hearing/permission.h.)
 *
 * Some rights need two: whoever asks, and someone else who grants.  The table names
 * the roles of both.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

/* A role is held in one court; a person may hold several. */
typedef enum {
    OYER_STAFF_JUDGE,         /* 审判员 */
    OYER_STAFF_CLERK,         /* 书记员 */
    OYER_STAFF_REGISTRAR,     /* 立案人员 */
    OYER_STAFF_FILING_HEAD,   /* 立案庭庭长 */
    OYER_STAFF_PRESIDENT,     /* 院长: the named superior */
    OYER_STAFF_ADMINISTRATOR, /* accounts and settings; no case */
    OYER_STAFF_USHER,         /* 法警 */
    OYER_STAFF_ROLES
} OyerStaffRole;

typedef enum {
    OYER_RIGHT_SIGNED_IN,     /* whatever concerns oneself */
    OYER_RIGHT_REVIEW_FILING, /* queue, pages, accept, notice, refuse */
    OYER_RIGHT_LEAD_FILING,   /* late defects, void numbers, the dashboard */
    OYER_RIGHT_READ_REGISTER,
    OYER_RIGHT_WRITE_REGISTER,
    OYER_RIGHT_READ_SCHEDULE,
    OYER_RIGHT_SCHEDULE,
    OYER_RIGHT_SEND_NOTICE,
    OYER_RIGHT_ISSUE_PASS,
    OYER_RIGHT_CHECK_IN,    /* the door: scan a pass, verify an identity */
    OYER_RIGHT_READ_SEALED, /* each reading is written into the audit chain */
    OYER_RIGHT_SEAL,
    OYER_RIGHT_UNSEAL,   /* needs two */
    OYER_RIGHT_DELETE,   /* needs two */
    OYER_RIGHT_OVERRIDE, /* a rule of the docket, by a superior: needs two */
    OYER_RIGHT_APPROVE,  /* sees what waits for a second person */
    OYER_RIGHT_MANAGE_ACCOUNTS,
    OYER_RIGHT_CONFIGURE, /* calendar, rooms, texts of the court */
    OYER_RIGHT_READ_AUDIT,
    OYER_RIGHTS
} OyerRight;

/* Roles as bits: 1u << OYER_STAFF_JUDGE | …. */
typedef guint OyerStaffRoles;

/* TRUE if one of @roles has @right. */
gboolean oyer_right_is_granted(OyerRight right, OyerStaffRoles roles);

/* TRUE if @right needs a second person. */
gboolean oyer_right_needs_two(OyerRight right);

/* TRUE if one of @roles may be that second person. */
gboolean oyer_right_may_approve(OyerRight right, OyerStaffRoles roles);

/* The role of @roles by which @right is granted, for the log; −1: none. */
gint oyer_right_role(OyerRight right, OyerStaffRoles roles);

/* "review_filing", "registrar"; NULL when there is none. (transfer none) */
const char *oyer_right_word(OyerRight right);
const char *oyer_staff_role_word(OyerStaffRole role);

/* −1: no such word.  NULL is none. */
gint oyer_right_of(const char *word);
gint oyer_staff_role_of(const char *word);

/* The table as docs/PERMISSIONS.md shows it.  (transfer full) */
char *oyer_right_text(void);
