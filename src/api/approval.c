/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The second person: asking, deciding; and reading the audit chains, which is written
 * into them as well.
 *
 * Thread: main.
 */
#include "docket/approval.h"

#include <string.h>

#include "api/internal.h"
#include "api/people.h"
#include "docket/account.h"
#include "docket/event.h"

#define OBJECT_MAX 128

typedef struct {
    OyerRequest *request;
    OyerStaffSession staff;
    char id[OYER_ID_SIZE]; /* to be decided, or withdrawn; "": to be asked for */
    OyerRight right;
    char *object, *reason;
    gboolean grants, withdraws;
    OyerApprovalAnswer answer;
    char *new_id;
    json_t *list;
    GBytes *log;
    gint64 count;
    gboolean is_intact;
} Matter;

static void matter_free(gpointer data)
{
    Matter *self = data;

    g_free(self->object);
    g_free(self->reason);
    g_free(self->new_id);
    json_decref(self->list);
    g_clear_pointer(&self->log, g_bytes_unref);
    g_free(self);
}

static Matter *matter_new(OyerRequest *request, const OyerStaffSession *staff)
{
    Matter *self = g_new0(Matter, 1);

    self->request = request;
    self->staff = *staff;
    return self;
}

/* ---- the list ---- */

static gboolean read_list(OyerDb *db, gpointer data, GError **error)
{
    Matter *self = data;

    self->list =
        oyer_docket_approvals(db, &self->staff, oyer_clock_now_us(NULL), error);
    return self->list != NULL;
}

static void on_list(gpointer data, const GError *error)
{
    Matter *self = data;

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        return;
    }
    OyerResponse *response = oyer_response_json(200, g_steal_pointer(&self->list));
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(self->request, response);
}

static void get_list(OyerRequest *request, const OyerStaffSession *staff, gpointer data)
{
    OyerHouse *house = data;

    oyer_db_submit(house->config.db, read_list, matter_new(request, staff), on_list,
                   matter_free);
}

/* ---- asking and deciding ---- */

static gboolean do_matter(OyerDb *db, Matter *self, GError **error)
{
    gint64 now_us = oyer_clock_now_us(NULL);

    if (*self->id == '\0')
        return oyer_docket_ask_approval(db, &self->staff, self->right, self->object,
                                        self->reason, now_us, &self->answer,
                                        &self->new_id, error);
    if (self->withdraws)
        return oyer_docket_withdraw_approval(db, &self->staff, self->id, now_us,
                                             &self->answer, error);
    return oyer_docket_decide_approval(db, &self->staff, self->id, self->grants,
                                       self->reason, now_us, &self->answer, error);
}

static gboolean do_whole(OyerDb *db, gpointer data, GError **error)
{
    if (!oyer_db_begin(db, error))
        return FALSE;
    if (do_matter(db, data, error))
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return FALSE;
}

static void on_done(gpointer data, const GError *error)
{
    Matter *self = data;
    OyerResponse *response;

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        return;
    }
    if (self->answer == OYER_APPROVAL_NO_SUCH)
        response = oyer_response_error(404, "no_such", "nothing of that id waits here");
    else if (self->answer == OYER_APPROVAL_NOT_ALLOWED)
        response =
            oyer_response_error(403, "not_allowed", "not in this role, or one's own");
    else if (self->new_id != NULL)
        response = oyer_response_json(200, oyer_json_pack("{s:s}", "id", self->new_id));
    else
        response = oyer_response_json(200, oyer_json_pack("{s:b}", "ok", TRUE));
    oyer_request_respond(self->request, response);
}

static gboolean is_reason(const char *reason)
{
    return oyer_text_is_clean(reason, OYER_APPROVAL_REASON_MAX);
}

static void post_ask(OyerRequest *request, const OyerStaffSession *staff, gpointer data)
{
    OyerHouse *house = data;
    g_autoptr(json_t) body = oyer_request_json(request);
    g_autoptr(GError) error = NULL;
    const char *right, *object, *reason;

    if (body == NULL)
        return;
    if (!oyer_json_unpack(body, &error, "{s:s,s:s,s:s}", "right", &right, "object",
                          &object, "reason", &reason) ||
        oyer_right_of(right) < 0 || !oyer_text_is_clean(object, OBJECT_MAX) ||
        *object == '\0' || !is_reason(reason) || *reason == '\0') {
        oyer_request_refuse_shape(request, error);
        return;
    }
    Matter *self = matter_new(request, staff);
    self->right = (OyerRight)oyer_right_of(right);
    self->object = g_strdup(object);
    self->reason = g_strdup(reason);
    oyer_db_submit(house->config.db, do_whole, self, on_done, matter_free);
}

static void decide(OyerHouse *house, OyerRequest *request,
                   const OyerStaffSession *staff, gboolean grants)
{
    const char *id = oyer_request_param(request, "approval");
    g_autoptr(json_t) body = NULL;
    g_autoptr(GError) error = NULL;
    const char *reason = "";

    if (!oyer_id_is_valid(id)) {
        oyer_request_respond(request,
                             oyer_response_error(404, "no_such", "no such id"));
        return;
    }
    body = oyer_request_json(request);
    if (body == NULL)
        return;
    if (!oyer_json_unpack(body, &error, "{s?s}", "reason", &reason) ||
        !is_reason(reason) || (!grants && *reason == '\0')) {
        oyer_request_refuse_shape(request, error);
        return;
    }
    Matter *self = matter_new(request, staff);
    g_strlcpy(self->id, id, sizeof self->id);
    self->grants = grants;
    self->reason = g_strdup(reason);
    oyer_db_submit(house->config.db, do_whole, self, on_done, matter_free);
}

static void post_withdraw(OyerRequest *request, const OyerStaffSession *staff,
                          gpointer data)
{
    OyerHouse *house = data;
    const char *id = oyer_request_param(request, "approval");
    g_autoptr(json_t) body = oyer_request_json(request);

    if (body == NULL)
        return;
    if (!oyer_id_is_valid(id)) {
        oyer_request_respond(request,
                             oyer_response_error(404, "no_such", "no such id"));
        return;
    }
    Matter *self = matter_new(request, staff);
    g_strlcpy(self->id, id, sizeof self->id);
    self->withdraws = TRUE;
    oyer_db_submit(house->config.db, do_whole, self, on_done, matter_free);
}

static void post_grant(OyerRequest *request, const OyerStaffSession *staff,
                       gpointer data)
{
    decide(data, request, staff, TRUE);
}

static void post_refuse(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    decide(data, request, staff, FALSE);
}

/* ---- the audit chains ---- */

static gboolean read_log(OyerDb *db, gpointer data, GError **error)
{
    Matter *self = data;
    g_autoptr(GError) broken = NULL;

    self->is_intact = oyer_docket_verify_audit(db, self->object, &self->count, &broken);
    if (!self->is_intact &&
        !g_error_matches(broken, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_BROKEN)) {
        g_propagate_error(error, g_steal_pointer(&broken));
        return FALSE;
    }
    self->log = oyer_docket_audit(db, self->object, error);
    return self->log != NULL &&
           oyer_docket_note_court(db, &self->staff, "audit_read", self->object, "ok",
                                  NULL, oyer_clock_now_us(NULL), error);
}

static void on_log(gpointer data, const GError *error)
{
    Matter *self = data;

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        return;
    }
    OyerResponse *response = oyer_response_new(200);
    oyer_response_header(response, "Content-Type", "application/jsonl; charset=utf-8");
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_response_header(response, "Oyer-Chain", self->is_intact ? "intact" : "broken");
    oyer_response_add_bytes(response, g_steal_pointer(&self->log));
    oyer_request_respond(self->request, response);
}

/* One's own court, and what was done with accounts.  Other courts are not there. */
static void get_audit(OyerRequest *request, const OyerStaffSession *staff,
                      gpointer data)
{
    OyerHouse *house = data;
    const char *chain = oyer_request_query(request, "chain");
    g_autofree char *own = g_strconcat("court:", staff->court, NULL);

    if (g_strcmp0(chain, own) != 0 && g_strcmp0(chain, OYER_AUDIT_ACCOUNTS) != 0) {
        oyer_request_respond(request,
                             oyer_response_error(404, "no_such", "no such chain here"));
        return;
    }
    Matter *self = matter_new(request, staff);
    self->object = g_strdup(chain);
    oyer_db_submit(house->config.db, read_log, self, on_log, matter_free);
}

void oyer_approval_install(OyerHouse *self)
{
    oyer_house_staff_route(self, "GET", "/api/v1/staff/approvals", OYER_RIGHT_SIGNED_IN,
                           get_list);
    oyer_house_staff_route(self, "POST", "/api/v1/staff/approvals",
                           OYER_RIGHT_SIGNED_IN, post_ask);
    oyer_house_staff_route(self, "POST", "/api/v1/staff/approvals/{approval}/grant",
                           OYER_RIGHT_APPROVE, post_grant);
    oyer_house_staff_route(self, "POST", "/api/v1/staff/approvals/{approval}/refuse",
                           OYER_RIGHT_APPROVE, post_refuse);
    oyer_house_staff_route(self, "POST", "/api/v1/staff/approvals/{approval}/withdraw",
                           OYER_RIGHT_SIGNED_IN, post_withdraw);
    oyer_house_staff_route(self, "GET", "/api/v1/staff/audit", OYER_RIGHT_READ_AUDIT,
                           get_audit);
}
