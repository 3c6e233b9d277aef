/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The register: a search, the page of a case and its sheet, for the staff and for whose
 * case it is; docs/REGISTER.md.
 *
 * Thread: main; functions with an OyerDb run on the database thread.
 */
#include <string.h>

#include "api/filing.h"
#include "api/internal.h"
#include "base/search.h"
#include "docket/register_csv.h"
#include "docket/register_pdf.h"
#include "docket/register_read.h"
#include "filing/content.h"

#define FILED_BY_MAX 100

/* Who reads: the staff's errand has a session, a party's has none. */
static OyerRegisterReader reader_of(const OyerErrand *self)
{
    return *self->staff.account ? (OyerRegisterReader){.staff = &self->staff}
                                : (OyerRegisterReader){.person = self->actor.id};
}

/* A number from the query; 0 when it is not there or is none. */
static gint64 number_of(OyerRequest *request, const char *name)
{
    const char *text = oyer_request_query(request, name);
    gint64 number = 0;

    return text && g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, &number, NULL)
               ? number
               : 0;
}

/* Readings write what is sealed into the chain: all of it, or nothing is read. */
static gboolean end(OyerDb *db, gboolean done, GError **error)
{
    if (done)
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return FALSE;
}

/* ---- searching ---- */

static gboolean search(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_db_begin(db, error) &&
           end(db,
               oyer_register_search(db, &self->staff, oyer_json_string(self->body, "q"),
                                    self->number, oyer_clock_now_us(NULL),
                                    &self->result, error),
               error);
}

static void get_cases(OyerRequest *request, const OyerStaffSession *staff,
                      gpointer data)
{
    const char *query = oyer_request_query(request, "q");
    gint64 before = number_of(request, "before");
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, NULL);

    if (self == NULL)
        return;
    if (query != NULL && (strlen(query) > OYER_SEARCH_MAX_QUERY_BYTES ||
                          !g_utf8_validate(query, -1, NULL))) {
        oyer_errand_refuse(self, NULL);
        return;
    }
    self->number = before;
    self->body = oyer_json_pack("{s:s}", "q", query ? query : "");
    oyer_errand_send(self, search);
}

/* ---- a case ---- */

static gboolean read_page(OyerDb *db, OyerErrand *self, gint64 after, json_t **out,
                          GError **error)
{
    const OyerRegisterReader reader = reader_of(self);

    return oyer_register_case(db, &reader, self->object, after, oyer_clock_now_us(NULL),
                              out, error);
}

static gboolean page(OyerDb *db, OyerErrand *self, GError **error)
{
    if (!oyer_db_begin(db, error) ||
        !end(db, read_page(db, self, self->number, &self->result, error), error))
        return FALSE;
    if (self->result == NULL)
        self->answer = OYER_FILING_NO_SUCH;
    return TRUE;
}

static void send_page(OyerErrand *self, gint64 after)
{
    if (self == NULL)
        return;
    self->number = after;
    oyer_errand_send(self, page);
}

static void staff_page(OyerRequest *request, const OyerStaffSession *staff,
                       gpointer data)
{
    gint64 after = number_of(request, "after");

    send_page(oyer_errand_of_staff(data, request, staff, "case"), after);
}

static void party_page(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    gint64 after = number_of(request, "after");

    send_page(oyer_errand_of_filer(data, request, visitor, "case"), after);
}

static gboolean cases_of(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_register_cases_of(db, self->actor.id, oyer_clock_now_us(NULL),
                                  &self->result, error);
}

static void party_cases(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    OyerErrand *self = oyer_errand_of_filer(data, request, visitor, NULL);

    if (self != NULL)
        oyer_errand_send(self, cases_of);
}

/* ---- its sheet, to take away ---- */

/* The page with all its entries, not only the first. */
static gboolean whole(OyerDb *db, OyerErrand *self, GError **error)
{
    gint64 after = 0, count;

    do {
        g_autoptr(json_t) part = NULL;
        if (!read_page(db, self, after, &part, error))
            return FALSE;
        if (part == NULL)
            break;
        count = oyer_json_int(part, "entry_count", 0);
        if (self->result == NULL)
            self->result = json_incref(part);
        else
            json_array_extend(json_object_get(self->result, "entries"),
                              json_object_get(part, "entries"));
        after += OYER_REGISTER_ENTRIES_MAX;
    } while (after < count);
    return TRUE;
}

static gboolean sheet(OyerDb *db, OyerErrand *self, GError **error)
{
    if (!oyer_db_begin(db, error) || !end(db, whole(db, self, error), error))
        return FALSE;
    if (self->result == NULL)
        self->answer = OYER_FILING_NO_SUCH;
    return TRUE;
}

static gboolean is_format(const OyerErrand *self, const char *format)
{
    return g_strcmp0(oyer_request_query(self->request, "format"), format) == 0;
}

static gboolean in_english(const OyerErrand *self)
{
    return g_strcmp0(oyer_request_query(self->request, "language"), "en") == 0;
}

static GBytes *set_sheet(const OyerErrand *self, GError **error)
{
    return oyer_register_pdf(self->result, self->house->desk->causes, in_english(self),
                             error);
}

static void respond_sheet(OyerErrand *self)
{
    OyerResponse *response;

    if (!is_format(self, "csv")) {
        response = oyer_response_json(200, json_incref(self->result));
    } else {
        g_autofree char *text = oyer_register_csv(self->result, in_english(self));
        response = oyer_response_text(200, "text/csv; charset=utf-8", text);
        oyer_response_header(response, "Content-Disposition",
                             "attachment; filename=\"sheet.csv\"");
    }
    oyer_errand_respond(self, response);
    oyer_errand_free(self);
}

static void send_sheet(OyerErrand *self)
{
    if (self == NULL)
        return;
    if (is_format(self, "pdf")) {
        oyer_errand_send_paper(self, sheet, set_sheet, "sheet.pdf");
        return;
    }
    self->then = respond_sheet;
    oyer_errand_send(self, sheet);
}

static void staff_sheet(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    send_sheet(oyer_errand_of_staff(data, request, staff, "case"));
}

static void party_sheet(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    send_sheet(oyer_errand_of_filer(data, request, visitor, "case"));
}

/* ---- its files ---- */

static gboolean find_file(OyerDb *db, OyerErrand *self, GError **error)
{
    const OyerRegisterReader reader = reader_of(self);
    g_autofree char *file = g_strdup(oyer_json_string(self->body, "file"));
    gboolean found = FALSE;

    if (!oyer_db_begin(db, error) ||
        !end(db,
             oyer_register_find_file(db, &reader, self->object, file,
                                     oyer_clock_now_us(NULL), &self->file, &found,
                                     error),
             error))
        return FALSE;
    if (!found)
        self->answer = OYER_FILING_NO_SUCH;
    return TRUE;
}

static void respond_file(OyerErrand *self)
{
    oyer_errand_respond(self, oyer_desk_content(self->house, &self->file));
    oyer_errand_free(self);
}

static void send_file(OyerErrand *self)
{
    if (self == NULL)
        return;
    const char *file = oyer_request_param(self->request, "file");
    self->body = oyer_json_pack("{s:s}", "file", oyer_id_is_valid(file) ? file : "");
    self->then = respond_file;
    oyer_errand_send(self, find_file);
}

static void staff_file(OyerRequest *request, const OyerStaffSession *staff,
                       gpointer data)
{
    send_file(oyer_errand_of_staff(data, request, staff, "case"));
}

static void party_file(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    send_file(oyer_errand_of_filer(data, request, visitor, "case"));
}

/* ---- writing ---- */

/* The page as it is afterwards is the answer. */
static gboolean settle(OyerDb *db, OyerErrand *self, OyerRegisterAnswer answer,
                       GError **error)
{
    if (answer == OYER_REGISTER_DONE)
        return page(db, self, error);
    self->number = answer;
    return TRUE;
}

static void respond_written(OyerErrand *self)
{
    static const struct {
        guint status;
        const char *code, *text;
    } answers[] = {
        [OYER_REGISTER_NO_SUCH] = {404, "no_such", "there is no such"},
        [OYER_REGISTER_NOT_ALLOWED] = {403, "not_allowed", "not in this role"},
        [OYER_REGISTER_NEEDS_TWO] = {409, "needs_two",
                                     "somebody else has to grant it first"},
    };

    if (self->result != NULL)
        oyer_errand_respond(self, oyer_response_json(200, json_incref(self->result)));
    else
        oyer_errand_respond(self, oyer_response_error(answers[self->number].status,
                                                      answers[self->number].code,
                                                      answers[self->number].text));
    oyer_errand_free(self);
}

static gboolean write_entry(OyerDb *db, OyerErrand *self, GError **error)
{
    const char *access = oyer_json_string(self->body, "access");
    const char *filed_by = oyer_json_string(self->body, "filed_by");
    gint64 now_us = oyer_clock_now_us(NULL);
    const OyerEntry entry = {.case_id = self->object,
                             .kind = oyer_json_string(self->body, "kind"),
                             .text = oyer_json_string(self->body, "text"),
                             .access = access ? (OyerAccess)oyer_access_of(access)
                                              : OYER_ACCESS_PARTIES,
                             .filed_us = oyer_json_int(self->body, "filed_us", now_us),
                             .filed_by = filed_by ? filed_by : "",
                             .entered_by = self->staff.account};
    OyerRegisterAnswer answer;

    return oyer_register_write(db, &self->staff, &entry, now_us, &answer, error) &&
           settle(db, self, answer, error);
}

static gboolean check_entry(json_t *body, GError **error)
{
    const char *kind = NULL, *text, *access = "parties", *filed_by = "";
    gint64 now_us = oyer_clock_now_us(NULL);
    json_int_t filed_us = now_us;

    if (!oyer_json_unpack(body, error, "{s:s,s:s,s?s,s?s,s?I}", "kind", &kind, "text",
                          &text, "access", &access, "filed_by", &filed_by, "filed_us",
                          &filed_us))
        return FALSE;
    const OyerEntryKind *known = oyer_entry_kind(kind);
    return known != NULL && known->by_hand &&
           oyer_errand_is_text(text, OYER_ENTRY_TEXT_MAX) &&
           oyer_access_of(access) >= 0 && oyer_text_is_clean(filed_by, FILED_BY_MAX) &&
           filed_us > 0 && filed_us <= now_us;
}

static void post_entry(OyerRequest *request, const OyerStaffSession *staff,
                       gpointer data)
{
    OyerErrand *self = oyer_errand_with_body(data, request, staff, "case");
    g_autoptr(GError) error = NULL;

    if (self == NULL)
        return;
    if (!check_entry(self->body, &error)) {
        oyer_errand_refuse(self, error);
        return;
    }
    self->then = respond_written;
    oyer_errand_send(self, write_entry);
}

static gboolean write_access(OyerDb *db, OyerErrand *self, GError **error)
{
    OyerAccess access =
        (OyerAccess)oyer_access_of(oyer_json_string(self->body, "access"));
    OyerRegisterAnswer answer;

    return oyer_register_set_access(db, &self->staff, self->object,
                                    oyer_json_int(self->body, "entry", 0), access,
                                    oyer_json_string(self->body, "reason"),
                                    oyer_clock_now_us(NULL), &answer, error) &&
           settle(db, self, answer, error);
}

static void post_access(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    OyerErrand *self = oyer_errand_with_body(data, request, staff, "case");
    g_autoptr(GError) error = NULL;
    const char *access, *reason;
    json_int_t entry = 0;

    if (self == NULL)
        return;
    if (!oyer_json_unpack(self->body, &error, "{s:s,s:s,s?I}", "access", &access,
                          "reason", &reason, "entry", &entry) ||
        oyer_access_of(access) < 0 || entry < 0 ||
        !oyer_errand_is_text(reason, OYER_FILING_REASON_MAX)) {
        oyer_errand_refuse(self, error);
        return;
    }
    self->then = respond_written;
    oyer_errand_send(self, write_access);
}

void oyer_register_routes(OyerHouse *self)
{
    static const struct {
        const char *method, *path;
        OyerRight right;
        OyerStaffFunc func;
    } staff[] = {
        {"GET", "/api/v1/register/cases", OYER_RIGHT_READ_REGISTER, get_cases},
        {"GET", "/api/v1/register/cases/{case}", OYER_RIGHT_READ_REGISTER, staff_page},
        {"GET", "/api/v1/register/cases/{case}/sheet", OYER_RIGHT_READ_REGISTER,
         staff_sheet},
        {"GET", "/api/v1/register/cases/{case}/files/{file}/content",
         OYER_RIGHT_READ_REGISTER, staff_file},
        {"POST", "/api/v1/register/cases/{case}/entries", OYER_RIGHT_WRITE_REGISTER,
         post_entry},
        /* A judge seals, a clerk changes the rest: register.c of docket/ says who. */
        {"POST", "/api/v1/register/cases/{case}/access", OYER_RIGHT_READ_REGISTER,
         post_access},
    };
    static const struct {
        const char *path;
        OyerVisitorFunc func;
    } parties[] = {
        {"/api/v1/cases", party_cases},
        {"/api/v1/cases/{case}", party_page},
        {"/api/v1/cases/{case}/sheet", party_sheet},
        {"/api/v1/cases/{case}/files/{file}/content", party_file},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(staff); i++)
        oyer_house_staff_route(self, staff[i].method, staff[i].path, staff[i].right,
                               staff[i].func);
    for (gsize i = 0; i < G_N_ELEMENTS(parties); i++)
        oyer_house_party_route(self, "GET", parties[i].path, parties[i].func);
}
