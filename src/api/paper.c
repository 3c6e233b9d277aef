/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Papers that are filed into a case: begun by a party or who stands for it (files,
 * handing in and receipt are those of a filing: filing.c, upload.c), entered or sent
 * back by the registry; and the time limits.  docs/PAPERS.md.
 *
 * Thread: main; functions with an OyerDb run on the database thread.
 */
#include "docket/paper.h"

#include <string.h>

#include "api/filing.h"
#include "api/internal.h"
#include "docket/term.h"
#include "filing/content.h"

#define DAYS_MAX 365
#define REMARK_MAX 2000

static OyerFilingRules *rules(OyerErrand *self)
{
    return &self->house->desk->rules;
}

static void send_or_refuse(OyerErrand *self, gboolean is_good, OyerErrandRun run,
                           const GError *error)
{
    if (is_good)
        oyer_errand_send(self, run);
    else
        oyer_errand_refuse(self, error);
}

/* ---- for whose case it is ---- */

static gboolean own(OyerDb *db, OyerErrand *self, GError **error)
{
    if (!oyer_docket_case_papers(db, rules(self), self->actor.id, self->object,
                                 oyer_clock_now_us(NULL), &self->result, error))
        return FALSE;
    if (self->result == NULL)
        self->answer = OYER_FILING_NO_SUCH;
    return TRUE;
}

static void get_own(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    OyerErrand *self = oyer_errand_of_filer(data, request, visitor, "case");

    if (self != NULL)
        oyer_errand_send(self, own);
}

static gboolean add(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_docket_add_paper(
        db, &self->actor, rules(self), self->object,
        oyer_json_string(self->body, "party"), oyer_json_string(self->body, "code"),
        oyer_json_string(self->body, "language"), oyer_clock_now_us(NULL),
        &self->answer, self->filing, error);
}

static void post_paper(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    OyerErrand *self = oyer_errand_of_filer_with_body(data, request, visitor, "case");
    g_autoptr(GError) error = NULL;
    const char *party, *code, *language;

    if (self == NULL)
        return;
    self->status = 201;
    send_or_refuse(self,
                   oyer_json_unpack(self->body, &error, "{s:s,s:s,s:s}", "party",
                                    &party, "code", &code, "language", &language) &&
                       oyer_id_is_valid(party) && strlen(code) <= 64,
                   add, error);
}

/* ---- the registry ---- */

/* What the court calls papers. */
static void add_list(OyerErrand *self)
{
    json_object_set_new(self->result, "list", json_deep_copy(rules(self)->papers));
}

static gboolean queue(OyerDb *db, OyerErrand *self, GError **error)
{
    if (!oyer_docket_paper_queue(db, self->court, oyer_json_string(self->body, "view"),
                                 oyer_clock_now_us(NULL), &self->result, error))
        return FALSE;
    if (self->result == NULL)
        self->answer = OYER_FILING_BAD;
    else
        add_list(self);
    return TRUE;
}

static void get_queue(OyerRequest *request, const OyerStaffSession *staff,
                      gpointer data)
{
    const char *view = oyer_request_query(request, "view");
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, NULL);

    if (self == NULL)
        return;
    self->body = oyer_json_pack("{s:s}", "view", view ? view : "open");
    oyer_errand_send(self, queue);
}

static gboolean waiting(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_docket_registry_waiting(
        db, self->court,
        oyer_right_is_granted(OYER_RIGHT_REVIEW_FILING, self->staff.roles),
        &self->result, error);
}

static void get_waiting(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, NULL);

    if (self != NULL)
        oyer_errand_send(self, waiting);
}

/* What is no paper is not there for these routes: a clerk has no look at filings. */
static gboolean is_paper(OyerDb *db, OyerErrand *self, gboolean *out_is, GError **error)
{
    g_auto(OyerPaper) paper = {0};

    if (!oyer_docket_find_paper(db, self->filing, &paper, out_is, error))
        return FALSE;
    if (!*out_is)
        self->answer = OYER_FILING_NO_SUCH;
    return TRUE;
}

static gboolean look(OyerDb *db, OyerErrand *self, GError **error)
{
    gboolean is = FALSE;

    return is_paper(db, self, &is, error);
}

static void get_paper(OyerRequest *request, const OyerStaffSession *staff,
                      gpointer data)
{
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, NULL);

    if (self != NULL)
        oyer_errand_send(self, look);
}

static gboolean trail(OyerDb *db, OyerErrand *self, GError **error)
{
    gboolean is = FALSE;

    if (!is_paper(db, self, &is, error))
        return FALSE;
    if (!is)
        return TRUE;
    if (!oyer_docket_filing_trail(db, &self->actor, self->filing, &self->result, error))
        return FALSE;
    if (self->result == NULL)
        self->answer = OYER_FILING_NO_SUCH;
    return TRUE;
}

static void get_trail(OyerRequest *request, const OyerStaffSession *staff,
                      gpointer data)
{
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, NULL);

    if (self != NULL)
        oyer_errand_send(self, trail);
}

/* Nobody reads before it is written down that he does. */
static gboolean find_and_note(OyerDb *db, OyerErrand *self, GError **error)
{
    gboolean is = FALSE;

    return is_paper(db, self, &is, error) &&
           (!is || oyer_registry_find_file(db, self, error));
}

static void get_content(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    oyer_registry_send_content(data, request, staff, find_and_note);
}

/* A judge seals what is entered, by the register. */
static void post_enter(OyerRequest *request, const OyerStaffSession *staff,
                       gpointer data)
{
    OyerErrand *self = oyer_errand_with_body(data, request, staff, NULL);
    g_autoptr(GError) error = NULL;
    const char *access = "parties", *text = "";

    if (self == NULL)
        return;
    self->step = OYER_FILING_ENTER;
    send_or_refuse(self,
                   oyer_json_unpack(self->body, &error, "{s?s,s?s}", "access", &access,
                                    "text", &text) &&
                       oyer_access_of(access) >= 0 &&
                       oyer_access_of(access) < OYER_ACCESS_SEALED &&
                       oyer_text_is_clean(text, REMARK_MAX),
                   oyer_registry_take_step, error);
}

static void post_send_back(OyerRequest *request, const OyerStaffSession *staff,
                           gpointer data)
{
    OyerErrand *self = oyer_errand_with_body(data, request, staff, NULL);
    g_autoptr(GError) error = NULL;
    const char *text = "";
    json_t *items;
    int days;

    if (self == NULL)
        return;
    self->step = OYER_FILING_SEND_BACK;
    send_or_refuse(self,
                   oyer_json_unpack(self->body, &error, "{s:o,s:s,s:i}", "items",
                                    &items, "text", &text, "days", &days) &&
                       oyer_filing_items_check(items, &error) &&
                       oyer_text_is_clean(text, OYER_FILING_REASON_MAX) && days >= 1 &&
                       days <= DAYS_MAX,
                   oyer_registry_take_step, error);
}

static void post_recall(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    OyerErrand *self = oyer_errand_with_body(data, request, staff, NULL);
    g_autoptr(GError) error = NULL;

    if (self == NULL)
        return;
    self->step = OYER_FILING_RECALL;
    send_or_refuse(self, oyer_json_unpack(self->body, &error, "{}"),
                   oyer_registry_take_step, error);
}

/* ---- time limits ---- */

static gboolean limits(OyerDb *db, OyerErrand *self, GError **error)
{
    if (!oyer_docket_limits(db, rules(self), &self->staff, self->object,
                            oyer_clock_now_us(NULL), &self->result, error))
        return FALSE;
    if (self->result == NULL) {
        self->answer = OYER_FILING_NO_SUCH;
        return TRUE;
    }
    json_t *papers = json_object_get(rules(self)->papers, "papers");
    json_object_set_new(json_object_get(self->result, "list"), "papers",
                        json_deep_copy(papers));
    return TRUE;
}

static void get_limits(OyerRequest *request, const OyerStaffSession *staff,
                       gpointer data)
{
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, "case");

    if (self != NULL)
        oyer_errand_send(self, limits);
}

/* A limit is a clock that begins by hand. */
static gboolean set_limit(OyerDb *db, OyerErrand *self, GError **error)
{
    const char *reason = oyer_json_string(self->body, "reason");
    const OyerTermWish wish = {.case_id = self->object,
                               .clock = oyer_json_string(self->body, "code"),
                               .party = oyer_json_string(self->body, "party"),
                               .step = OYER_TERM_START,
                               .at_us = oyer_json_int(self->body, "from_us", 0),
                               .days = (guint)oyer_json_int(self->body, "days", 0),
                               .kind = "",
                               .reason = reason ? reason : ""};

    return oyer_docket_step_term(db, rules(self), &self->staff, &wish,
                                 oyer_clock_now_us(NULL), &self->answer, error) &&
           (self->answer != OYER_FILING_DONE || limits(db, self, error));
}

static void post_limit(OyerRequest *request, const OyerStaffSession *staff,
                       gpointer data)
{
    OyerErrand *self = oyer_errand_with_body(data, request, staff, "case");
    g_autoptr(GError) error = NULL;
    const char *code, *party = NULL, *reason = "";
    json_int_t from_us;
    int days = 0;

    if (self == NULL)
        return;
    send_or_refuse(self,
                   oyer_json_unpack(self->body, &error, "{s:s,s:I,s?s,s?i,s?s}", "code",
                                    &code, "from_us", &from_us, "party", &party, "days",
                                    &days, "reason", &reason) &&
                       (party == NULL || oyer_id_is_valid(party)) && from_us > 0 &&
                       from_us < oyer_clock_now_us(NULL) + 366 * OYER_DAY_US &&
                       days >= 0 && days <= DAYS_MAX &&
                       oyer_text_is_clean(reason, REMARK_MAX),
                   set_limit, error);
}

void oyer_paper_routes(OyerHouse *self)
{
#define REGISTRY "/api/v1/registry/"
    static const struct {
        const char *method, *path;
        OyerRight right;
        OyerStaffFunc func;
    } routes[] = {
        {"GET", REGISTRY "papers", OYER_RIGHT_WRITE_REGISTER, get_queue},
        {"GET", REGISTRY "papers/{filing}", OYER_RIGHT_WRITE_REGISTER, get_paper},
        {"GET", REGISTRY "papers/{filing}/trail", OYER_RIGHT_WRITE_REGISTER, get_trail},
        {"GET", REGISTRY "papers/{filing}/files/{file}/content",
         OYER_RIGHT_WRITE_REGISTER, get_content},
        {"POST", REGISTRY "papers/{filing}/enter", OYER_RIGHT_WRITE_REGISTER,
         post_enter},
        {"POST", REGISTRY "papers/{filing}/send_back", OYER_RIGHT_WRITE_REGISTER,
         post_send_back},
        {"POST", REGISTRY "papers/{filing}/recall", OYER_RIGHT_WRITE_REGISTER,
         post_recall},
        {"GET", REGISTRY "waiting", OYER_RIGHT_WRITE_REGISTER, get_waiting},
        {"GET", REGISTRY "cases/{case}/limits", OYER_RIGHT_READ_REGISTER, get_limits},
        {"POST", REGISTRY "cases/{case}/limits", OYER_RIGHT_WRITE_REGISTER, post_limit},
    };
#undef REGISTRY

    for (gsize i = 0; i < G_N_ELEMENTS(routes); i++)
        oyer_house_staff_route(self, routes[i].method, routes[i].path, routes[i].right,
                               routes[i].func);
    oyer_house_party_route(self, "GET", "/api/v1/cases/{case}/papers", get_own);
    oyer_house_party_route(self, "POST", "/api/v1/cases/{case}/papers", post_paper);
}
