/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the registry sends: the queue, reading, deciding; docs/FILING.md.
 *
 * Thread: main; functions with an OyerDb run on the database thread.
 */
#include <string.h>

#include "api/filing.h"
#include "api/internal.h"
#include "docket/case.h"
#include "filing/content.h"

#define CORRECTION_DAYS_MAX 60
#define DWELL_SECONDS_MAX 86400

static const char *const procedures[] = {"ordinary", "summary", "small_claims", NULL};

/* ---- the queue ---- */

static gboolean queue(OyerDb *db, OyerErrand *self, GError **error)
{
    const char *view = oyer_json_string(self->body, "view");

    if (!oyer_docket_filing_queue(db, self->court, view, oyer_clock_now_us(NULL),
                                  &self->result, error))
        return FALSE;
    if (self->result == NULL)
        self->answer = OYER_FILING_BAD;
    return TRUE;
}

static void get_queue(OyerRequest *request, const OyerStaffSession *staff,
                      gpointer data)
{
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, NULL);
    const char *view = oyer_request_query(request, "view");

    if (self == NULL)
        return;
    self->body = oyer_json_pack("{s:s}", "view", view ? view : "open");
    oyer_errand_send(self, queue);
}

static gboolean figures(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_docket_filing_figures(db, self->court, oyer_clock_now_us(NULL),
                                      &self->result, error);
}

static void get_figures(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, NULL);

    if (self != NULL)
        oyer_errand_send(self, figures);
}

/* ---- reading ---- */

gboolean oyer_registry_find_file(OyerDb *db, OyerErrand *self, GError **error)
{
    gboolean found = FALSE;

    if (!oyer_docket_find_file(db, &self->actor, self->filing, self->object,
                               &self->file, &found, &self->is_writable, error))
        return FALSE;
    self->answer = found ? OYER_FILING_DONE : OYER_FILING_NO_SUCH;
    return !found || oyer_docket_note_reading(db, &self->actor, &self->file,
                                              oyer_clock_now_us(NULL), error);
}

void oyer_registry_send_content(OyerHouse *house, OyerRequest *request,
                                const OyerStaffSession *staff, OyerErrandRun find)
{
    OyerErrand *self = oyer_errand_of_staff(house, request, staff, "file");

    if (self == NULL)
        return;
    self->then = oyer_desk_send_content;
    oyer_errand_send(self, find);
}

static void get_content(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    oyer_registry_send_content(data, request, staff, oyer_registry_find_file);
}

static gboolean dwell(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_docket_note_dwell(db, &self->actor, self->filing, self->object,
                                  (guint)oyer_json_int(self->body, "page", 0),
                                  (guint)oyer_json_int(self->body, "seconds", 0),
                                  oyer_clock_now_us(NULL), &self->answer, error);
}

static void post_dwell(OyerRequest *request, const OyerStaffSession *staff,
                       gpointer data)
{
    OyerErrand *self = oyer_errand_with_body(data, request, staff, "file");
    g_autoptr(GError) error = NULL;
    int page, seconds;

    if (self == NULL)
        return;
    if (!oyer_json_unpack(self->body, &error, "{s:i,s:i}", "page", &page, "seconds",
                          &seconds) ||
        page < 1 || page > 100000 || seconds < 0 || seconds > DWELL_SECONDS_MAX) {
        oyer_errand_refuse(self, error);
        return;
    }
    oyer_errand_send(self, dwell);
}

/* ---- deciding ---- */

gboolean oyer_registry_take_step(OyerDb *db, OyerErrand *self, GError **error)
{
    gint access = oyer_access_of(oyer_json_string(self->body, "access"));
    const OyerRegistryWords words = {
        .code = oyer_json_string(self->body, "code"),
        .text = oyer_json_string(self->body, "text"),
        .ruling = oyer_json_string(self->body, "ruling"),
        .late_reason = oyer_json_string(self->body, "late_reason"),
        .items = json_object_get(self->body, "items"),
        .days = (guint)oyer_json_int(self->body, "days", 0),
        .type_code = oyer_json_string(self->body, "type_code"),
        .procedure = oyer_json_string(self->body, "procedure"),
        .access = access < 0 ? OYER_ACCESS_PARTIES : (OyerAccess)access,
        .staff = &self->staff};

    return oyer_docket_registry_step(db, &self->actor, &self->house->desk->rules,
                                     self->filing, self->step, &words,
                                     oyer_clock_now_us(NULL), &self->answer, error);
}

static gboolean check_open(json_t *body, GError **error)
{
    return oyer_json_unpack(body, error, "{}");
}

static gboolean check_note(json_t *body, GError **error)
{
    const char *text;

    return oyer_json_unpack(body, error, "{s:s}", "text", &text) &&
           oyer_errand_is_text(text, OYER_FILING_REASON_MAX);
}

static gboolean check_correction(json_t *body, GError **error)
{
    const char *text, *late = "";
    json_t *items;
    int days;

    return oyer_json_unpack(body, error, "{s:o,s:s,s:i,s?s}", "items", &items, "text",
                            &text, "days", &days, "late_reason", &late) &&
           oyer_filing_items_check(items, error) && days >= 1 &&
           days <= CORRECTION_DAYS_MAX &&
           oyer_text_is_clean(text, OYER_FILING_REASON_MAX) &&
           oyer_text_is_clean(late, OYER_FILING_REASON_MAX);
}

static gboolean check_accept(json_t *body, GError **error)
{
    const char *type = "民初", *procedure = "ordinary";

    return oyer_json_unpack(body, error, "{s?s,s?s}", "type_code", &type, "procedure",
                            &procedure) &&
           oyer_errand_is_text(type, 10) && oyer_filing_is_word(procedures, procedure);
}

static gboolean check_refuse(json_t *body, GError **error)
{
    const char *code, *text, *ruling;

    return oyer_json_unpack(body, error, "{s:s,s:s,s:s}", "code", &code, "text", &text,
                            "ruling", &ruling) &&
           oyer_filing_is_word(oyer_filing_refusals, code) &&
           oyer_errand_is_text(text, OYER_FILING_REASON_MAX) &&
           oyer_errand_is_text(ruling, OYER_FILING_FACTS_MAX);
}

/* The last word of the path, what must be in the body, the step. */
static const struct {
    const char *path;
    gboolean (*check)(json_t *body, GError **error);
    OyerFilingStep step;
} steps[] = {
    {"/api/v1/registry/filings/{filing}/open", check_open, OYER_FILING_OPEN},
    {"/api/v1/registry/filings/{filing}/note", check_note, OYER_FILING_NOTE},
    {"/api/v1/registry/filings/{filing}/correction", check_correction,
     OYER_FILING_REQUEST_CORRECTION},
    {"/api/v1/registry/filings/{filing}/accept", check_accept, OYER_FILING_ACCEPT},
    {"/api/v1/registry/filings/{filing}/refuse", check_refuse, OYER_FILING_REFUSE},
};

static void post_step(OyerRequest *request, const OyerStaffSession *staff,
                      gpointer data)
{
    const char *word = strrchr(oyer_request_path(request), '/');
    OyerErrand *self = oyer_errand_with_body(data, request, staff, NULL);
    g_autoptr(GError) error = NULL;
    gsize row = 0;

    if (self == NULL)
        return;
    while (row < G_N_ELEMENTS(steps) && !g_str_has_suffix(steps[row].path, word))
        row++;
    g_assert(row < G_N_ELEMENTS(steps));
    if (!steps[row].check(self->body, &error)) {
        oyer_errand_refuse(self, error);
        return;
    }
    self->step = steps[row].step;
    oyer_errand_send(self, oyer_registry_take_step);
}

static gboolean acknowledge(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_docket_acknowledge_filing(
        db, &self->actor, self->filing, oyer_json_string(self->body, "text"),
        oyer_clock_now_us(NULL), &self->answer, error);
}

static void post_acknowledge(OyerRequest *request, const OyerStaffSession *staff,
                             gpointer data)
{
    OyerErrand *self = oyer_errand_with_body(data, request, staff, NULL);
    g_autoptr(GError) error = NULL;

    if (self == NULL)
        return;
    if (!check_note(self->body, &error)) {
        oyer_errand_refuse(self, error);
        return;
    }
    oyer_errand_send(self, acknowledge);
}

/* ---- void numbers ---- */

static gboolean void_number(OyerDb *db, OyerErrand *self, GError **error)
{
    const OyerCase row = {.court = self->court,
                          .year = (int)self->number,
                          .type_code = oyer_json_string(self->body, "type_code"),
                          .format = self->house->desk->rules.number_format};
    g_autofree char *number = NULL;

    if (!oyer_db_begin(db, error))
        return FALSE;
    if (!oyer_docket_void_number(db, &row, oyer_json_string(self->body, "reason"),
                                 self->actor.id, oyer_clock_now_us(NULL), &number,
                                 error)) {
        oyer_db_rollback(db);
        return FALSE;
    }
    self->result = oyer_json_pack("{s:s}", "number", number);
    return oyer_db_commit(db, error);
}

static void post_void(OyerRequest *request, const OyerStaffSession *staff,
                      gpointer data)
{
    OyerErrand *self = oyer_errand_with_body(data, request, staff, NULL);
    g_autoptr(GError) error = NULL;
    const char *type, *reason;
    int year;

    if (self == NULL)
        return;
    if (!oyer_json_unpack(self->body, &error, "{s:i,s:s,s:s}", "year", &year,
                          "type_code", &type, "reason", &reason) ||
        year < 2000 || year > 2199 || !oyer_errand_is_text(type, 10) ||
        !oyer_errand_is_text(reason, OYER_FILING_REASON_MAX)) {
        oyer_errand_refuse(self, error);
        return;
    }
    self->number = year;
    oyer_errand_send(self, void_number);
}

static gboolean list_void(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_docket_void_numbers(db, self->court, &self->result, error);
}

static void get_void(OyerRequest *request, const OyerStaffSession *staff, gpointer data)
{
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, NULL);

    if (self != NULL)
        oyer_errand_send(self, list_void);
}

void oyer_registry_routes(OyerHouse *self)
{
    static const struct {
        const char *method, *path;
        OyerRight right;
        OyerStaffFunc func;
    } routes[] = {
        {"GET", "/api/v1/registry/filings", OYER_RIGHT_REVIEW_FILING, get_queue},
        {"GET", "/api/v1/registry/figures", OYER_RIGHT_REVIEW_FILING, get_figures},
        {"GET", "/api/v1/registry/filings/{filing}/files/{file}/content",
         OYER_RIGHT_REVIEW_FILING, get_content},
        {"POST", "/api/v1/registry/filings/{filing}/files/{file}/dwell",
         OYER_RIGHT_REVIEW_FILING, post_dwell},
        {"POST", "/api/v1/registry/filings/{filing}/acknowledge",
         OYER_RIGHT_LEAD_FILING, post_acknowledge},
        {"POST", "/api/v1/registry/numbers/void", OYER_RIGHT_LEAD_FILING, post_void},
        {"GET", "/api/v1/registry/numbers/void", OYER_RIGHT_LEAD_FILING, get_void},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(routes); i++)
        oyer_house_staff_route(self, routes[i].method, routes[i].path, routes[i].right,
                               routes[i].func);
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++)
        oyer_house_staff_route(self, "POST", steps[i].path, OYER_RIGHT_REVIEW_FILING,
                               post_step);
}
