/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <gio/gio.h>

#include "api/filing.h"
#include "api/internal.h"
#include "api/post.h"
#include "docket/register.h"
#include "filing/content.h"
#include "filing/fee.h"
#include "filing/paper.h"
#include "filing/term.h"

/* CPL §126: within seven days.  The court's own aim. */
#define STATUTORY_DAYS 7
#define TARGET_US (3 * 3600 * OYER_SECOND_US)

#define TICK_S 15

/* ---- errands ---- */

void oyer_errand_free(gpointer data)
{
    OyerErrand *self = data;

    json_decref(self->body);
    json_decref(self->result);
    json_decref(self->missing);
    g_free(self->why);
    oyer_filing_file_clear(&self->file);
    g_clear_pointer(&self->gone, g_ptr_array_unref);
    g_clear_pointer(&self->page, g_bytes_unref);
    g_free(self);
}

static OyerErrand *errand_new(OyerHouse *house, OyerRequest *request,
                              const char *object)
{
    const char *filing = oyer_request_param(request, "filing");
    const char *id = object ? oyer_request_param(request, object) : NULL;
    OyerErrand *self;

    if ((filing != NULL && !oyer_id_is_valid(filing)) ||
        (id != NULL && !oyer_id_is_valid(id))) {
        oyer_request_respond(request,
                             oyer_response_error(404, "no_such", "there is no such"));
        return NULL;
    }
    self = g_new0(OyerErrand, 1);
    self->house = house;
    self->request = request;
    self->status = 200;
    g_strlcpy(self->filing, filing ? filing : "", sizeof self->filing);
    g_strlcpy(self->object, id ? id : "", sizeof self->object);
    return self;
}

OyerErrand *oyer_errand_of_filer(OyerHouse *house, OyerRequest *request,
                                 const OyerVisitor *visitor, const char *object)
{
    OyerErrand *self = errand_new(house, request, object);

    if (self == NULL)
        return NULL;
    g_strlcpy(self->actor_id, visitor->person, sizeof self->actor_id);
    self->actor = (OyerFilingActor){
        .office = OYER_OFFICE_FILER, .id = self->actor_id, .court = self->court};
    return self;
}

OyerErrand *oyer_errand_of_staff(OyerHouse *house, OyerRequest *request,
                                 const OyerStaffSession *staff, const char *object)
{
    OyerErrand *self = errand_new(house, request, object);

    if (self == NULL)
        return NULL;
    g_strlcpy(self->actor_id, staff->account, sizeof self->actor_id);
    g_strlcpy(self->court, staff->court, sizeof self->court);
    self->staff = *staff;
    self->actor = (OyerFilingActor){
        .office = OYER_OFFICE_REGISTRY, .id = self->actor_id, .court = self->court};
    return self;
}

/* @self with @body, which it takes. */
static OyerErrand *give_body(OyerErrand *self, json_t *body)
{
    if (self == NULL)
        json_decref(body);
    else
        self->body = body;
    return self;
}

OyerErrand *oyer_errand_of_filer_with_body(OyerHouse *house, OyerRequest *request,
                                           const OyerVisitor *visitor,
                                           const char *object)
{
    json_t *body = oyer_request_json(request);

    return body == NULL
               ? NULL
               : give_body(oyer_errand_of_filer(house, request, visitor, object), body);
}

OyerErrand *oyer_errand_with_body(OyerHouse *house, OyerRequest *request,
                                  const OyerStaffSession *staff, const char *object)
{
    json_t *body = oyer_request_json(request);

    return body == NULL
               ? NULL
               : give_body(oyer_errand_of_staff(house, request, staff, object), body);
}

void oyer_errand_respond(OyerErrand *self, OyerResponse *response)
{
    OyerRequest *request = g_steal_pointer(&self->request);

    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(request, response);
}

static const struct {
    guint status;
    const char *code, *text;
} answers[] = {
    [OYER_FILING_NO_SUCH] = {404, "no_such", "there is no such"},
    [OYER_FILING_WRONG_STATE] = {409, "wrong_state", "not in this state"},
    [OYER_FILING_STALE] = {409, "stale", "it was changed since; read it again"},
    [OYER_FILING_BAD] = {400, "bad_request", "not understood"},
    [OYER_FILING_INCOMPLETE] = {422, "incomplete", "something is missing"},
    [OYER_FILING_TOO_MANY] = {409, "too_many_files", "there are too many already"},
    [OYER_FILING_TOO_MANY_DRAFTS] = {429, "too_many_drafts",
                                     "finish or withdraw a draft first"},
    [OYER_FILING_TOO_LARGE] = {413, "too_large", "the filing is too large"},
    [OYER_FILING_NEEDS_TWO] = {403, "needs_two", "somebody else must grant it first"},
    [OYER_FILING_NO_AUTHORITY] = {403, "no_authority",
                                  "your authority does not cover this, or is over"},
    [OYER_FILING_TAKEN] = {409, "address_taken", "that address is somebody else's"},
    [OYER_FILING_TOO_LATE] = {409, "too_late", "it had to be asked for earlier"},
    [OYER_FILING_LATE_REASON] = {422, "late_reason",
                                 "this could have been said at first: say why not"},
};

void oyer_errand_respond_answer(OyerErrand *self)
{
    if (self->answer == OYER_FILING_INCOMPLETE) {
        oyer_errand_respond(
            self, oyer_response_json(422, oyer_json_pack("{s:{s:s,s:s,s:O}}", "error",
                                                         "code", "incomplete", "text",
                                                         "something is missing",
                                                         "fields", self->missing)));
        return;
    }
    oyer_errand_respond(
        self,
        oyer_response_error(answers[self->answer].status, answers[self->answer].code,
                            self->why ? self->why : answers[self->answer].text));
}

/* Thread: database. */
static gboolean run(OyerDb *db, gpointer data, GError **error)
{
    OyerErrand *self = data;

    if (!self->run(db, self, error))
        return FALSE;
    if (self->answer != OYER_FILING_DONE || self->result != NULL || self->then != NULL)
        return TRUE;
    if (!oyer_docket_filing_json(db, &self->actor, self->filing,
                                 oyer_clock_now_us(NULL), &self->result, error))
        return FALSE;
    if (self->result == NULL)
        self->answer = OYER_FILING_NO_SUCH;
    return TRUE;
}

static void on_run(gpointer data, const GError *error)
{
    OyerErrand *self = data;

    if (error != NULL)
        oyer_request_refuse_store(g_steal_pointer(&self->request), error);
    else if (self->answer != OYER_FILING_DONE)
        oyer_errand_respond_answer(self);
    else if (self->then != NULL) {
        self->then(self);
        return;
    } else {
        if (self->gone != NULL)
            oyer_desk_forget(self->house, self->filing, self->gone);
        oyer_errand_respond(
            self, oyer_response_json(self->status, json_incref(self->result)));
    }
    oyer_errand_free(self);
}

void oyer_errand_send(OyerErrand *self, OyerErrandRun func)
{
    self->run = func;
    oyer_db_submit(self->house->config.db, run, self, on_run, NULL);
}

/* Thread: the disk's. */
static void set_page(OyerErrand *self)
{
    g_autoptr(GError) error = NULL;

    self->page = self->set(self, &error);
    if (error != NULL)
        g_critical("%s cannot be set: %s", self->page_name, error->message);
}

static void respond_page(OyerErrand *self)
{
    if (self->page == NULL) {
        oyer_request_refuse_store(g_steal_pointer(&self->request), NULL);
        return;
    }
    g_autofree char *place =
        g_strdup_printf("attachment; filename=\"%s\"", self->page_name);
    OyerResponse *response = oyer_response_new(200);
    oyer_response_header(response, "Content-Type", "application/pdf");
    oyer_response_header(response, "Content-Disposition", place);
    oyer_response_add_bytes(response, g_steal_pointer(&self->page));
    oyer_errand_respond(self, response);
}

static void make_page(OyerErrand *self)
{
    oyer_desk_run(self, set_page, respond_page);
}

void oyer_errand_send_paper(OyerErrand *self, OyerErrandRun func,
                            GBytes *(*set)(const OyerErrand *self, GError **error),
                            const char *name)
{
    self->set = set;
    self->page_name = name;
    self->then = make_page;
    oyer_errand_send(self, func);
}

void oyer_errand_refuse(OyerErrand *self, const GError *error)
{
    oyer_request_refuse_shape(g_steal_pointer(&self->request), error);
    oyer_errand_free(self);
}

gboolean oyer_errand_is_text(const char *text, gsize max_characters)
{
    return text != NULL && *text != '\0' && oyer_text_is_clean(text, max_characters);
}

/* ---- files ---- */

char *oyer_desk_path(OyerHouse *house, const char *filing, const char *file)
{
    return g_build_filename(house->data_dir, "filings", filing, file, NULL);
}

OyerResponse *oyer_desk_content(OyerHouse *house, const OyerFilingFile *file)
{
    g_autofree char *path = oyer_desk_path(house, file->filing, file->id);
    OyerResponse *response = NULL;

    if (!strcmp(file->state, "ready"))
        response = oyer_response_file_as(path, file->type);
    if (response == NULL)
        return oyer_response_error(409, "not_ready", "this file is not ready");
    /* What strangers sent is shown, and never runs in the court's name. */
    oyer_response_header(response, "Content-Disposition",
                         g_str_has_prefix(file->type, "application/vnd") ||
                                 !strcmp(file->type, "application/msword")
                             ? "attachment"
                             : "inline");
    return response;
}

void oyer_desk_send_content(OyerErrand *self)
{
    oyer_errand_respond(self, oyer_desk_content(self->house, &self->file));
    oyer_errand_free(self);
}

/* ---- the clock ---- */

typedef struct {
    OyerHouse *house;
    gboolean more;
} Expiry;

/* Thread: database. */
static gboolean expire(OyerDb *db, gpointer data, GError **error)
{
    Expiry *self = data;
    const OyerFilingRules *rules = &self->house->desk->rules;
    gint64 now_us = oyer_clock_now_us(NULL);
    gboolean more = FALSE;

    if (!oyer_docket_expire_filings(db, rules, now_us, &self->more, error) ||
        !oyer_register_catch_up(db, rules->causes, now_us, &more, error))
        return FALSE;
    self->more |= more;
    return TRUE;
}

static gboolean on_tick(gpointer data);

static void on_expired(gpointer data, const GError *error)
{
    Expiry *self = data;

    self->house->desk->is_expiring = FALSE;
    if (error != NULL)
        g_critical("what is due cannot be docketed: %s", error->message);
    else if (self->more && self->house->desk->tick_source != 0)
        on_tick(self->house);
}

static gboolean on_tick(gpointer data)
{
    OyerHouse *house = data;

    oyer_scans_catch_up(house->desk->scans);
    oyer_reader_go_on(house->desk->reader);
    if (!house->desk->is_expiring) {
        Expiry *expiry = g_new0(Expiry, 1);
        expiry->house = house;
        house->desk->is_expiring = TRUE;
        oyer_db_submit(house->config.db, expire, expiry, on_expired, g_free);
    }
    return G_SOURCE_CONTINUE;
}

/* ---- beginning and end ---- */

static gboolean read_settings(OyerHouse *house, OyerDesk *desk, GError **error)
{
    g_autofree char *calendar = NULL, *causes = NULL, *clocks = NULL, *fees = NULL,
                    *papers = NULL;
    gsize calendar_size = 0, causes_size = 0, clocks_size = 0, fees_size = 0,
          papers_size = 0;

    if (!oyer_house_read_own(house, "calendar.txt", &calendar, &calendar_size, error) ||
        !oyer_house_read_own(house, "causes.json", &causes, &causes_size, error) ||
        !oyer_house_read_own(house, "clocks.json", &clocks, &clocks_size, error) ||
        !oyer_house_read_own(house, "fees.json", &fees, &fees_size, error) ||
        !oyer_house_read_own(house, "papers.json", &papers, &papers_size, error))
        return FALSE;
    desk->calendar = calendar ? oyer_calendar_parse(calendar, calendar_size, error)
                              : oyer_calendar_built_in();
    if (desk->calendar == NULL)
        return FALSE;
    desk->causes = causes ? oyer_filing_causes_parse(causes, causes_size, error)
                          : oyer_filing_causes_built_in();
    desk->clocks =
        clocks ? oyer_terms_parse(clocks, clocks_size, error) : oyer_terms_built_in();
    if (desk->causes == NULL || desk->clocks == NULL)
        return FALSE;
    desk->fees = fees ? oyer_fees_parse(fees, fees_size, error) : oyer_fees_built_in();
    if (desk->fees == NULL)
        return FALSE;
    desk->papers =
        papers ? oyer_papers_parse(papers, papers_size, error) : oyer_papers_built_in();
    return desk->papers != NULL &&
           oyer_papers_keep_clocks(desk->papers, desk->clocks, error);
}

void oyer_filing_stop(OyerHouse *self)
{
    g_clear_handle_id(&self->desk->tick_source, g_source_remove);
    oyer_scans_stop(self->desk->scans);
    oyer_reader_stop(self->desk->reader);
    /* Waits for what is being written; what it says is delivered to nobody. */
    if (self->desk->disk != NULL)
        g_thread_pool_free(g_steal_pointer(&self->desk->disk), FALSE, TRUE);
}

void oyer_filing_free(OyerHouse *self)
{
    OyerDesk *desk = g_steal_pointer(&self->desk);

    if (desk == NULL)
        return;
    g_clear_handle_id(&desk->tick_source, g_source_remove);
    if (desk->disk != NULL)
        g_thread_pool_free(desk->disk, FALSE, TRUE);
    oyer_scans_free(desk->scans);
    oyer_reader_free(desk->reader);
    oyer_calendar_free(desk->calendar);
    json_decref(desk->causes);
    json_decref(desk->clocks);
    json_decref(desk->fees);
    json_decref(desk->papers);
    g_hash_table_unref(desk->busy);
    g_free(desk);
}

gboolean oyer_filing_install(OyerHouse *self, GError **error)
{
    OyerDesk *desk = self->desk = g_new0(OyerDesk, 1);

    desk->busy = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (!read_settings(self, desk, error))
        return FALSE;
    desk->rules = (OyerFilingRules){.calendar = desk->calendar,
                                    .causes = desk->causes,
                                    .clocks = desk->clocks,
                                    .papers = desk->papers,
                                    .fees = desk->fees,
                                    .key = self->config.key,
                                    .number_format = self->config.case_number,
                                    .statutory_days = STATUTORY_DAYS,
                                    .target_us = TARGET_US,
                                    .notices = *oyer_post_rules(self)};
    if (self->config.clamd != NULL)
        desk->scans = oyer_scans_new(self, self->config.clamd);
    desk->reader = oyer_reader_new(self);
    oyer_filing_routes(self);
    oyer_upload_routes(self);
    oyer_registry_routes(self);
    oyer_register_routes(self);
    oyer_sealed_routes(self);
    oyer_consent_routes(self);
    oyer_representative_routes(self);
    oyer_certificate_routes(self);
    oyer_term_routes(self);
    oyer_paper_routes(self);
    oyer_mediation_routes(self);
    return TRUE;
}

void oyer_filing_begin(OyerHouse *self)
{
    self->desk->tick_source = g_timeout_add_seconds(TICK_S, on_tick, self);
    on_tick(self);
}
