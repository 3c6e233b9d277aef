/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Who is at the door: passes of hello messages and of requests.  Whoever holds a pass
 * that is refused is told why in plain words, but of one that is not ours only that
 * it cannot be read; the log and, where the person is known, the event log say exactly
 * what it was.
 *
 * Thread: main.
 */
#include <string.h>

#include "api/internal.h"

#define COOKIE "oyer_seat"
#define COOKIE_SECONDS (24 * 3600)

/* ---- judging ---- */

typedef struct {
    OyerHouse *house;
    char *token, *hearing, *device, *peer;
    gboolean bind;
    OyerPassFault fault;
    OyerPass pass;
    gboolean bound;
    OyerPassFunc func;
    gpointer data;
} Check;

static void check_free(gpointer data)
{
    Check *check = data;

    if (check->token != NULL)
        explicit_bzero(check->token, strlen(check->token));
    g_free(check->token);
    g_free(check->hearing);
    g_free(check->device);
    g_free(check->peer);
    g_free(check);
}

static gboolean judge(OyerDb *db, gpointer data, GError **error)
{
    Check *check = data;

    return oyer_docket_check_pass(db, check->house->config.key, check->token,
                                  check->hearing, check->device, check->bind,
                                  oyer_clock_now_us(NULL), &check->fault, &check->pass,
                                  &check->bound, error);
}

/* What is known for certain about who it was, is written into the hearing's log. */
static void note_refusal(Check *check, OyerSitting *sitting)
{
    const char *reason = oyer_pass_fault_name(check->fault);
    gboolean is_ours = check->fault != OYER_PASS_FORGED &&
                       check->fault != OYER_PASS_MALFORMED && sitting != NULL &&
                       oyer_hearing_person(sitting->hearing, check->pass.participant);

    g_message("pass refused: %s hearing=%s participant=%s peer=%s", reason,
              is_ours ? check->pass.hearing : "?",
              is_ours ? check->pass.participant : "?", check->peer ? check->peer : "?");
    if (is_ours)
        oyer_sitting_fact(sitting, OYER_SYSTEM_REFUSED_PASS, check->pass.participant,
                          reason, 0);
}

static void on_found(OyerSitting *sitting, gpointer data)
{
    Check *check = data;
    OyerPassVerdict verdict = {.fault = check->fault, .pass = &check->pass};
    OyerPerson *person =
        sitting ? oyer_hearing_person(sitting->hearing, check->pass.participant) : NULL;

    if (check->fault == OYER_PASS_FINE && person == NULL)
        check->fault = verdict.fault = OYER_PASS_REVOKED;
    if (check->fault != OYER_PASS_FINE)
        note_refusal(check, sitting);
    if (person != NULL &&
        (check->fault == OYER_PASS_FINE || check->fault == OYER_PASS_SECOND_DEVICE)) {
        verdict.sitting = sitting;
        verdict.participant = person->id;
    }
    if (check->fault == OYER_PASS_FINE && check->bound)
        oyer_sitting_fact(sitting, OYER_SYSTEM_DEVICE_BOUND, person->id, NULL, 0);
    check->func(&verdict, check->data);
    check_free(check);
}

static void on_judged(gpointer data, const GError *error)
{
    Check *check = data;

    if (error != NULL) {
        OyerPassVerdict verdict = {.fault = OYER_PASS_MALFORMED, .failed = TRUE};
        g_critical("a pass could not be judged: %s", error->message);
        check->func(&verdict, check->data);
        check_free(check);
        return;
    }
    /* A forged pass may name any hearing: it is not looked for. */
    if (check->fault == OYER_PASS_MALFORMED || check->fault == OYER_PASS_FORGED)
        on_found(NULL, check);
    else
        oyer_house_open(check->house, check->pass.hearing, on_found, check);
}

void oyer_house_check_pass(OyerHouse *self, const char *token, const char *hearing,
                           const char *device, gboolean bind, const char *peer,
                           OyerPassFunc func, gpointer data)
{
    Check *check = g_new0(Check, 1);

    check->house = self;
    check->token = g_strdup(token ? token : "");
    check->hearing = g_strdup(hearing);
    check->device = g_strdup(device);
    check->peer = g_strdup(peer);
    check->bind = bind && device != NULL;
    check->func = func;
    check->data = data;
    oyer_db_submit(self->config.db, judge, check, on_judged, NULL);
}

/* ---- requests ---- */

typedef struct {
    OyerRequest *request;
    OyerRequestFunc func;
    gpointer data;
    GDestroyNotify destroy;
} Admission;

json_t *oyer_pass_refusal(const OyerPassVerdict *verdict)
{
    OyerPassFault fault = verdict->fault;
    json_t *object = oyer_json_pack("{s:s,s:s,s:s}", "code", "pass_refused", "reason",
                                    oyer_pass_fault_reason(fault), "text",
                                    oyer_pass_fault_text(fault));

    if (fault == OYER_PASS_EARLY) {
        g_autofree char *from = oyer_time_format(verdict->pass->not_before_us);
        json_object_set_new(object, "from", json_string(from));
    }
    return object;
}

void oyer_request_refuse_pass(OyerRequest *request, const OyerPassVerdict *verdict)
{
    OyerResponse *response = oyer_response_json(
        401, oyer_json_pack("{s:o}", "error", oyer_pass_refusal(verdict)));

    oyer_response_header(response, "WWW-Authenticate", "Bearer");
    oyer_request_respond(request, response);
}

static void on_admitted(const OyerPassVerdict *verdict, gpointer data)
{
    g_autofree Admission *admission = data;
    OyerRequest *request = admission->request;

    if (!verdict->failed && verdict->fault == OYER_PASS_FINE) {
        admission->func(request, verdict->sitting, verdict->participant,
                        admission->data);
        return;
    }
    if (verdict->failed)
        oyer_request_respond(
            request, oyer_response_error(503, "store", "the server cannot look it up"));
    else
        oyer_request_refuse_pass(request, verdict);
    if (admission->destroy != NULL)
        admission->destroy(admission->data);
}

/* `Bearer TOKEN`.  Borrowed from @field; NULL when it is something else. */
static const char *bearer_token(const char *field)
{
    if (field == NULL || g_ascii_strncasecmp(field, "Bearer ", 7) != 0)
        return NULL;
    return field + 7;
}

/* The cookie is TOKEN:DEVICE.  (transfer full): its two halves, or NULL. */
static GStrv cookie_halves(const char *field)
{
    g_auto(GStrv) cookies = g_strsplit(field ? field : "", ";", 32);

    for (guint i = 0; cookies[i] != NULL; i++) {
        const char *cookie = g_strstrip(cookies[i]);
        if (g_str_has_prefix(cookie, COOKIE "=")) {
            g_auto(GStrv) halves = g_strsplit(cookie + strlen(COOKIE "="), ":", 2);
            if (g_strv_length(halves) == 2)
                return g_steal_pointer(&halves);
        }
    }
    return NULL;
}

void oyer_house_admit(OyerHouse *self, OyerRequest *request, OyerRequestFlags flags,
                      OyerRequestFunc func, gpointer data)
{
    oyer_house_admit_or(self, request, flags, func, data, NULL);
}

void oyer_house_admit_or(OyerHouse *self, OyerRequest *request, OyerRequestFlags flags,
                         OyerRequestFunc func, gpointer data, GDestroyNotify destroy)
{
    const char *token =
        bearer_token(oyer_request_field(request, OYER_FIELD_AUTHORIZATION));
    const char *device = oyer_request_field(request, OYER_FIELD_DEVICE);
    const char *hearing = oyer_request_param(request, "hearing");
    g_auto(GStrv) halves = NULL;

    if (token == NULL && (flags & OYER_REQUEST_COOKIE) != 0 &&
        oyer_request_is_own_origin(request)) {
        halves = cookie_halves(oyer_request_field(request, OYER_FIELD_COOKIE));
        if (halves != NULL) {
            token = halves[0];
            device = halves[1];
        }
    }
    if (device == NULL && (flags & OYER_REQUEST_BEARER) != 0)
        device = OYER_DEVICE_BEARER;

    /* A record is never opened by a pass without its device. */
    if (token == NULL || (device == NULL &&
                          (flags & (OYER_REQUEST_COOKIE | OYER_REQUEST_DEVICE)) != 0)) {
        const OyerPassVerdict none = {.fault = OYER_PASS_MALFORMED};
        oyer_request_refuse_pass(request, &none);
        if (destroy != NULL)
            destroy(data);
        return;
    }

    Admission *admission = g_new0(Admission, 1);
    admission->request = request;
    admission->func = func;
    admission->data = data;
    admission->destroy = destroy;
    oyer_house_check_pass(self, token, hearing, device,
                          (flags & OYER_REQUEST_BIND) != 0, oyer_request_peer(request),
                          on_admitted, admission);
}

char *oyer_seat_cookie(const OyerRequest *request)
{
    const char *token =
        bearer_token(oyer_request_field(request, OYER_FIELD_AUTHORIZATION));
    const char *device = oyer_request_field(request, OYER_FIELD_DEVICE);

    if (token == NULL || device == NULL || strpbrk(token, "; ,\r\n\"\\") != NULL ||
        !oyer_device_is_valid(device))
        return NULL;
    return g_strdup_printf(COOKIE "=%s:%s; Path=/api/v1; HttpOnly; SameSite=Strict; "
                                  "Max-Age=%d%s",
                           token, device, COOKIE_SECONDS,
                           oyer_request_is_tls(request) ? "; Secure" : "");
}
