/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/visitor.h"

#include <string.h>

#include "docket/case.h"
#include "docket/representative.h"
#include "docket/rows.h"

#define TOKEN_BYTES 32
#define SEEN_EVERY_US (60 * OYER_SECOND_US)

void oyer_code_clear(OyerCode *self)
{
    explicit_bzero(self->code, sizeof self->code);
    g_clear_pointer(&self->channel, g_free);
    g_clear_pointer(&self->address, g_free);
    g_clear_pointer(&self->language, g_free);
}

/* Six digits without a bias: what lies above the last whole million is thrown away. */
static void draw_code(char out[OYER_CODE_DIGITS + 1])
{
    const guint32 limit = G_MAXUINT32 - G_MAXUINT32 % 1000000u;
    guint32 number;

    do
        oyer_random_bytes(&number, sizeof number);
    while (number >= limit);
    g_snprintf(out, OYER_CODE_DIGITS + 1, "%06u", number % 1000000u);
}

/* The id goes in, so that the same code twice is not the same digest. */
static void digest_code(const char *id, const char *code,
                        char out[OYER_SHA256_HEX_SIZE])
{
    g_autofree char *text = g_strdup_printf("%s:%s", id, code);

    oyer_sha256_hex(text, strlen(text), out);
    explicit_bzero(text, strlen(text));
}

static gboolean count_codes(OyerDb *db, const char *channel, const char *address,
                            gint64 since_us, gint64 *out_count, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT COUNT(*) FROM one_time_code WHERE channel = ? "
                      "AND address = ? AND created_at > ?",
                      "ssi", channel, address, since_us);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out_count = oyer_rows_int(rows, 0);
    return TRUE;
}

static gboolean is_too_many(OyerDb *db, const char *channel, const char *address,
                            gint64 now_us, gboolean *out_too_many, GError **error)
{
    gint64 now = 0, today = 0;

    if (!count_codes(db, channel, address, now_us - OYER_CODE_LIFE_US, &now, error) ||
        !count_codes(db, channel, address, now_us - OYER_DAY_US, &today, error))
        return FALSE;
    *out_too_many = now >= OYER_CODES_AT_ONCE || today >= OYER_CODES_A_DAY;
    return TRUE;
}

/* The rows of a code that goes to @person (NULL: not known) at @address. */
static gboolean make_code(OyerDb *db, const char *person, const char *channel,
                          const OyerCodeWish *wish, gint64 now_us,
                          OyerCodeAnswer *out_answer, OyerCode *out_code,
                          GError **error)
{
    static const OyerVisitSubject none;
    const OyerVisitSubject *subject = wish->subject ? wish->subject : &none;
    g_autofree char *id = oyer_id_new(now_us);
    char digest[OYER_SHA256_HEX_SIZE];
    g_auto(OyerCode) code = {.expires_us = now_us + OYER_CODE_LIFE_US};
    gboolean too_many = FALSE;

    if (!is_too_many(db, channel, wish->address, now_us, &too_many, error))
        return FALSE;
    if (too_many) {
        *out_answer = OYER_CODE_TOO_MANY;
        return TRUE;
    }
    g_strlcpy(code.id, id, sizeof code.id);
    g_strlcpy(code.person, person ? person : "", sizeof code.person);
    draw_code(code.code);
    digest_code(id, code.code, digest);
    if (!oyer_db_exec(db, error,
                      "INSERT INTO one_time_code (id, person, channel, address, name, "
                      "language, kind, subject, digest, tries, created_at, expires_at, "
                      "used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, 0)",
                      "sssssssssii", id, person, channel, wish->address, wish->name,
                      wish->language, subject->kind, subject->subject, digest, now_us,
                      code.expires_us))
        return FALSE;
    code.channel = g_strdup(channel);
    code.address = g_strdup(wish->address);
    code.language = g_strdup(wish->language);
    *out_code = code;
    code = (OyerCode){0};
    *out_answer = OYER_CODE_MADE;
    return TRUE;
}

/* Who proved once that this address is his.  (transfer full): "" is nobody. */
static char *find_person(OyerDb *db, const char *channel, const char *address,
                         GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT person FROM person_contact WHERE channel = ? "
                      "AND address = ? AND verified_at > 0 "
                      "ORDER BY verified_at DESC LIMIT 1",
                      "ss", channel, address);

    if (!oyer_rows_first(rows, &found, error))
        return NULL;
    return g_strdup(found ? oyer_rows_text(rows, 0) : "");
}

gboolean oyer_docket_ask_code(OyerDb *db, const OyerCodeWish *wish, gint64 now_us,
                              OyerCodeAnswer *out_answer, OyerCode *out_code,
                              GError **error)
{
    const char *channel = oyer_channel_word(wish->channel);
    g_autofree char *person = find_person(db, channel, wish->address, error);

    return person && make_code(db, *person ? person : NULL, channel, wish, now_us,
                               out_answer, out_code, error);
}

gboolean oyer_docket_ask_code_by_link(OyerDb *db, const char *token, gint64 now_us,
                                      OyerCodeAnswer *out_answer, OyerCode *out_code,
                                      GError **error)
{
    char digest[OYER_SHA256_HEX_SIZE];
    OyerVisitSubject subject = {0};
    gboolean found = FALSE;

    oyer_sha256_hex(token, strlen(token), digest);
    /* A proven address first, then the newest. */
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT l.person, l.kind, l.subject, p.language, c.channel, c.address "
        "FROM visitor_link l JOIN person p ON p.id = l.person "
        "JOIN person_contact c ON c.person = l.person "
        "WHERE l.digest = ? AND l.revoked_at = 0 AND l.expires_at > ? "
        "ORDER BY c.verified_at DESC, c.created_at DESC LIMIT 1",
        "si", digest, now_us);
    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (!found) {
        *out_answer = OYER_CODE_NO_LINK;
        return TRUE;
    }
    g_strlcpy(subject.kind, oyer_rows_text(rows, 1), sizeof subject.kind);
    g_strlcpy(subject.subject, oyer_rows_text(rows, 2), sizeof subject.subject);
    g_autofree char *person = g_strdup(oyer_rows_text(rows, 0));
    g_autofree char *language = g_strdup(oyer_rows_text(rows, 3));
    g_autofree char *channel = g_strdup(oyer_rows_text(rows, 4));
    g_autofree char *address = g_strdup(oyer_rows_text(rows, 5));
    const OyerCodeWish wish = {
        .address = address, .name = "", .language = language, .subject = &subject};
    g_clear_pointer(&rows, oyer_rows_free);
    return make_code(db, person, channel, &wish, now_us, out_answer, out_code, error);
}

/* ---- bringing it back ---- */

typedef struct {
    char person[OYER_ID_SIZE];
    OyerVisitSubject subject;
    char *channel, *address, *name, *language;
    char digest[OYER_SHA256_HEX_SIZE];
} Redeemed;

static void redeemed_clear(Redeemed *self)
{
    g_free(self->channel);
    g_free(self->address);
    g_free(self->name);
    g_free(self->language);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Redeemed, redeemed_clear)

/* Counts the try and reads the code; @out_found is FALSE when it is not good any more. */
static gboolean try_code(OyerDb *db, const char *id, gint64 now_us, Redeemed *out,
                         gboolean *out_found, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "UPDATE one_time_code SET tries = tries + 1 WHERE id = ? AND used_at = 0 "
        "AND expires_at > ? AND tries < ? RETURNING person, kind, subject, channel, "
        "address, name, language, digest",
        "sii", id, now_us, (gint64)OYER_CODE_TRIES);

    if (!oyer_rows_first(rows, out_found, error))
        return FALSE;
    if (!*out_found)
        return TRUE;
    const char *person = oyer_rows_text(rows, 0);
    g_strlcpy(out->person, person ? person : "", sizeof out->person);
    g_strlcpy(out->subject.kind, oyer_rows_text(rows, 1), sizeof out->subject.kind);
    g_strlcpy(out->subject.subject, oyer_rows_text(rows, 2),
              sizeof out->subject.subject);
    out->channel = g_strdup(oyer_rows_text(rows, 3));
    out->address = g_strdup(oyer_rows_text(rows, 4));
    out->name = g_strdup(oyer_rows_text(rows, 5));
    out->language = g_strdup(oyer_rows_text(rows, 6));
    g_strlcpy(out->digest, oyer_rows_text(rows, 7), sizeof out->digest);
    return TRUE;
}

static gboolean write_contact(OyerDb *db, const char *person, const char *channel,
                              const char *address, gint64 verified_us, gint64 now_us,
                              GError **error)
{
    return oyer_db_exec(db, error,
                        "INSERT INTO person_contact (person, channel, address, "
                        "verified_at, created_at) VALUES (?, ?, ?, ?, ?) "
                        "ON CONFLICT (person, channel, address) DO UPDATE SET "
                        "verified_at = CASE WHEN excluded.verified_at > 0 "
                        "THEN excluded.verified_at ELSE person_contact.verified_at END",
                        "sssii", person, channel, address, verified_us, now_us);
}

gboolean oyer_docket_put_contact(OyerDb *db, const char *person, OyerChannel channel,
                                 const char *address, gint64 verified_us, gint64 now_us,
                                 GError **error)
{
    return write_contact(db, person, oyer_channel_word(channel), address, verified_us,
                         now_us, error);
}

/* Somebody may have become known at that address since the code was asked for. */
static gboolean settle_person(OyerDb *db, Redeemed *code, gint64 now_us, GError **error)
{
    if (!*code->person) {
        g_autofree char *known = find_person(db, code->channel, code->address, error);
        if (!known)
            return FALSE;
        g_strlcpy(code->person, known, sizeof code->person);
    }
    if (!*code->person) {
        g_autofree char *id = oyer_id_new(now_us);
        g_strlcpy(code->person, id, sizeof code->person);
        if (!oyer_docket_put_person(db, id, code->name, code->language, now_us, error))
            return FALSE;
    }
    return write_contact(db, code->person, code->channel, code->address, now_us, now_us,
                         error);
}

static gboolean begin_visit(OyerDb *db, const Redeemed *code, gint64 now_us,
                            char **out_token, GError **error)
{
    g_autofree char *token = oyer_random_text(TOKEN_BYTES);
    char digest[OYER_SHA256_HEX_SIZE];

    oyer_sha256_hex(token, strlen(token), digest);
    if (!oyer_db_exec(db, error,
                      "INSERT INTO visitor_session (digest, person, kind, subject, "
                      "created_at, seen_at, expires_at, ended_at) "
                      "VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
                      "ssssiii", digest, code->person, code->subject.kind,
                      code->subject.subject, now_us, now_us,
                      now_us + OYER_VISIT_MAX_US))
        return FALSE;
    *out_token = g_steal_pointer(&token);
    return TRUE;
}

gboolean oyer_docket_redeem_code(OyerDb *db, const char *id, const char *code,
                                 gint64 now_us, char **out_token, GError **error)
{
    g_auto(Redeemed) row = {0};
    char digest[OYER_SHA256_HEX_SIZE];
    gboolean found = FALSE;

    *out_token = NULL;
    if (!try_code(db, id, now_us, &row, &found, error))
        return FALSE;
    digest_code(id, code, digest);
    if (!found || !oyer_text_equal(digest, row.digest))
        return TRUE;
    return oyer_db_exec(db, error, "UPDATE one_time_code SET used_at = ? WHERE id = ?",
                        "is", now_us, id) &&
           settle_person(db, &row, now_us, error) &&
           begin_visit(db, &row, now_us, out_token, error);
}

/* ---- visits ---- */

gboolean oyer_docket_find_visitor(OyerDb *db, const char *token, gint64 now_us,
                                  OyerVisitor *out_visitor, gboolean *out_found,
                                  GError **error)
{
    OyerVisitor visitor = {0};

    oyer_sha256_hex(token, strlen(token), visitor.digest);
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT person, kind, subject, seen_at, expires_at "
                      "FROM visitor_session WHERE digest = ? AND ended_at = 0 "
                      "AND expires_at > ? AND seen_at > ?",
                      "sii", visitor.digest, now_us, now_us - OYER_VISIT_IDLE_US);
    if (!oyer_rows_first(rows, out_found, error))
        return FALSE;
    if (!*out_found)
        return TRUE;
    g_strlcpy(visitor.person, oyer_rows_text(rows, 0), sizeof visitor.person);
    g_strlcpy(visitor.subject.kind, oyer_rows_text(rows, 1),
              sizeof visitor.subject.kind);
    g_strlcpy(visitor.subject.subject, oyer_rows_text(rows, 2),
              sizeof visitor.subject.subject);
    gint64 seen_us = oyer_rows_int(rows, 3);
    visitor.ends_us = oyer_rows_int(rows, 4);
    g_clear_pointer(&rows, oyer_rows_free);
    if (now_us - seen_us >= SEEN_EVERY_US) {
        if (!oyer_db_exec(db, error,
                          "UPDATE visitor_session SET seen_at = ? WHERE digest = ?",
                          "is", now_us, visitor.digest))
            return FALSE;
        seen_us = now_us;
    }
    visitor.idle_ends_us = MIN(seen_us + OYER_VISIT_IDLE_US, visitor.ends_us);
    *out_visitor = visitor;
    return TRUE;
}

gboolean oyer_docket_end_visit(OyerDb *db, const char *digest, gint64 now_us,
                               GError **error)
{
    return oyer_db_exec(db, error,
                        "UPDATE visitor_session SET ended_at = ? "
                        "WHERE digest = ? AND ended_at = 0",
                        "is", now_us, digest);
}

char *oyer_docket_add_visitor_link(OyerDb *db, const char *person,
                                   const OyerVisitSubject *subject, gint64 now_us,
                                   gint64 expires_us, GError **error)
{
    g_autofree char *token = oyer_random_text(TOKEN_BYTES);
    char digest[OYER_SHA256_HEX_SIZE];

    oyer_sha256_hex(token, strlen(token), digest);
    if (!oyer_db_exec(
            db, error,
            "INSERT INTO visitor_link (digest, person, kind, subject, "
            "created_at, expires_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?, 0)",
            "ssssii", digest, person, subject->kind, subject->subject, now_us,
            expires_us))
        return NULL;
    return g_steal_pointer(&token);
}

gboolean oyer_docket_revoke_visitor_links(OyerDb *db, const char *person,
                                          const OyerVisitSubject *subject,
                                          gint64 now_us, GError **error)
{
    return oyer_db_exec(db, error,
                        "UPDATE visitor_link SET revoked_at = ? WHERE person = ? "
                        "AND kind = ? AND subject = ? AND revoked_at = 0",
                        "isss", now_us, person, subject->kind, subject->subject);
}

gboolean oyer_docket_standing(OyerDb *db, const char *person, const char *case_id,
                              gint64 now_us, char out_role[OYER_ID_SIZE],
                              GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT role FROM party WHERE case_id = ? AND person = ? "
        "UNION ALL SELECT 'representative' FROM representative r "
        "JOIN party p ON p.id = r.party WHERE p.case_id = ? AND r.person = ? "
        "AND " OYER_AUTHORITY_HOLDS("r") " LIMIT 1",
        "ssssii", case_id, person, case_id, person, now_us, now_us);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    g_strlcpy(out_role, found ? oyer_rows_text(rows, 0) : "", OYER_ID_SIZE);
    return TRUE;
}

gboolean oyer_docket_person_at(OyerDb *db, const char *channel, const char *address,
                               const char *name, const char *language, gint64 now_us,
                               char out[OYER_ID_SIZE], GError **error)
{
    gboolean found = FALSE;
    g_autofree char *id = oyer_id_new(now_us);
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT person FROM person_contact WHERE channel = ? AND address = ? "
        "AND verified_at > 0 ORDER BY verified_at DESC LIMIT 1",
        "ss", channel, address);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    g_strlcpy(out, found ? oyer_rows_text(rows, 0) : id, OYER_ID_SIZE);
    g_clear_pointer(&rows, oyer_rows_free);
    return found ||
           (oyer_docket_put_person(db, out, name, language, now_us, error) &&
            oyer_docket_put_contact(db, out,
                                    !strcmp(channel, "sms") ? OYER_CHANNEL_SMS
                                                            : OYER_CHANNEL_EMAIL,
                                    address, now_us, now_us, error));
}
