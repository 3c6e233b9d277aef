/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/right.h"

#include <string.h>

#include "base/matrix.h"

/* Roles as letters. */
enum {
    J = 1 << OYER_STAFF_JUDGE,
    K = 1 << OYER_STAFF_CLERK,
    R = 1 << OYER_STAFF_REGISTRAR,
    H = 1 << OYER_STAFF_FILING_HEAD,
    P = 1 << OYER_STAFF_PRESIDENT,
    A = 1 << OYER_STAFF_ADMINISTRATOR,
    U = 1 << OYER_STAFF_USHER,
    ALL = J | K | R | H | P | A | U,
};

typedef struct {
    const char *word;
    OyerStaffRoles roles;
    OyerStaffRoles second; /* 0: one person will do */
} Grant;

static const Grant grants[OYER_RIGHTS] = {
    [OYER_RIGHT_SIGNED_IN] = {"signed_in", ALL, 0},
    [OYER_RIGHT_REVIEW_FILING] = {"review_filing", R | H, 0},
    [OYER_RIGHT_LEAD_FILING] = {"lead_filing", H | P, 0},
    [OYER_RIGHT_READ_REGISTER] = {"read_register", J | K | R | H | P, 0},
    [OYER_RIGHT_WRITE_REGISTER] = {"write_register", K | R | H, 0},
    [OYER_RIGHT_READ_SCHEDULE] = {"read_schedule", J | K | R | H | P | U, 0},
    [OYER_RIGHT_SCHEDULE] = {"schedule", K | R | H, 0},
    [OYER_RIGHT_SEND_NOTICE] = {"send_notice", K | R | H, 0},
    [OYER_RIGHT_ISSUE_PASS] = {"issue_pass", K | R | H, 0},
    [OYER_RIGHT_CHECK_IN] = {"check_in", K | U, 0},
    [OYER_RIGHT_READ_SEALED] = {"read_sealed", J | P, 0},
    [OYER_RIGHT_SEAL] = {"seal", J, 0},
    [OYER_RIGHT_UNSEAL] = {"unseal", J, J | P},
    [OYER_RIGHT_DELETE] = {"delete", K | R | H, P},
    [OYER_RIGHT_OVERRIDE] = {"override", J | K | R | H, P},
    [OYER_RIGHT_APPROVE] = {"approve", J | P, 0},
    [OYER_RIGHT_MANAGE_ACCOUNTS] = {"manage_accounts", A, 0},
    [OYER_RIGHT_CONFIGURE] = {"configure", A, 0},
    [OYER_RIGHT_READ_AUDIT] = {"read_audit", P | A, 0},
};

static const char *const role_words[OYER_STAFF_ROLES] = {
    [OYER_STAFF_JUDGE] = "judge",         [OYER_STAFF_CLERK] = "clerk",
    [OYER_STAFF_REGISTRAR] = "registrar", [OYER_STAFF_FILING_HEAD] = "filing_head",
    [OYER_STAFF_PRESIDENT] = "president", [OYER_STAFF_ADMINISTRATOR] = "administrator",
    [OYER_STAFF_USHER] = "usher",
};

gboolean oyer_right_is_granted(OyerRight right, OyerStaffRoles roles)
{
    return right < OYER_RIGHTS && (grants[right].roles & roles) != 0;
}

gboolean oyer_right_needs_two(OyerRight right)
{
    return right < OYER_RIGHTS && grants[right].second != 0;
}

gboolean oyer_right_may_approve(OyerRight right, OyerStaffRoles roles)
{
    return right < OYER_RIGHTS && (grants[right].second & roles) != 0;
}

gint oyer_right_role(OyerRight right, OyerStaffRoles roles)
{
    for (guint role = 0; role < OYER_STAFF_ROLES; role++)
        if (oyer_right_is_granted(right, roles & 1u << role))
            return (gint)role;
    return -1;
}

const char *oyer_right_word(OyerRight right)
{
    return right < OYER_RIGHTS ? grants[right].word : NULL;
}

const char *oyer_staff_role_word(OyerStaffRole role)
{
    return role < OYER_STAFF_ROLES ? role_words[role] : NULL;
}

gint oyer_right_of(const char *word)
{
    for (guint i = 0; word && i < OYER_RIGHTS; i++)
        if (!strcmp(grants[i].word, word))
            return (gint)i;
    return -1;
}

gint oyer_staff_role_of(const char *word)
{
    for (guint i = 0; word && i < OYER_STAFF_ROLES; i++)
        if (!strcmp(role_words[i], word))
            return (gint)i;
    return -1;
}

static const char *column(guint role)
{
    return role_words[role];
}

static const char *row(guint right)
{
    return grants[right].word;
}

static gboolean holds(guint right, guint role)
{
    return (grants[right].roles & 1u << role) != 0;
}

static void append_second(GString *text, guint right)
{
    OyerStaffRoles second = grants[right].second;
    gboolean first = TRUE;

    for (guint role = 0; role < OYER_STAFF_ROLES; role++) {
        if (!(second & 1u << role))
            continue;
        g_string_append_printf(text, "%sanother %s", first ? "" : " or ",
                               role_words[role]);
        first = FALSE;
    }
    if (first)
        g_string_append(text, "–");
}

char *oyer_right_text(void)
{
    static const OyerMatrix matrix = {
        .corner = "right",
        .last = "granted by",
        .rows = OYER_RIGHTS,
        .columns = OYER_STAFF_ROLES,
        .column = column,
        .row = row,
        .holds = holds,
        .append_last = append_second,
    };

    return oyer_matrix_text(&matrix);
}
