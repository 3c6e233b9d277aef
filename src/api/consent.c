/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Consent to a stage being held online: the registry asks and writes down what it is
 * told, a party answers for himself; docs/FILING.md.
 *
 * Thread: main; functions with an OyerDb run on the database thread.
 */
#include "docket/consent.h"

#include "api/filing.h"
#include "api/internal.h"
#include "filing/consent.h"
#include "filing/content.h"

#define EVIDENCE_MAX 500

/* The case is the errand's object. */
static gboolean ledger(OyerDb *db, OyerErrand *self, GError **error)
{
    if (!oyer_docket_consents(db, &self->actor, self->object, oyer_clock_now_us(NULL),
                              &self->result, error))
        return FALSE;
    if (self->result == NULL)
        self->answer = OYER_FILING_NO_SUCH;
    return TRUE;
}

static void get_ledger(OyerRequest *request, const OyerStaffSession *staff,
                       gpointer data)
{
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, "case");

    if (self != NULL)
        oyer_errand_send(self, ledger);
}

static gboolean own(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_docket_consents_of_person(db, self->actor_id, oyer_clock_now_us(NULL),
                                          &self->result, error);
}

static void get_own(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    OyerErrand *self = oyer_errand_of_filer(data, request, visitor, NULL);

    if (self != NULL)
        oyer_errand_send(self, own);
}

/* ---- asking ---- */

static gboolean ask(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_docket_ask_consent(db, &self->actor, self->house->desk->calendar,
                                   self->object, oyer_json_string(self->body, "stage"),
                                   oyer_json_string(self->body, "text"),
                                   oyer_clock_now_us(NULL), &self->answer, error) &&
           (self->answer != OYER_FILING_DONE || ledger(db, self, error));
}

static void post_ask(OyerRequest *request, const OyerStaffSession *staff, gpointer data)
{
    g_autoptr(json_t) body = oyer_request_json(request);
    g_autoptr(GError) error = NULL;
    const char *stage, *text;

    if (body == NULL)
        return;
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, "case");
    if (self == NULL)
        return;
    self->body = json_incref(body);
    if (oyer_json_unpack(body, &error, "{s:s,s:s}", "stage", &stage, "text", &text) &&
        oyer_filing_is_word(oyer_consent_stages, stage) &&
        oyer_errand_is_text(text, OYER_CONSENT_TEXT_MAX))
        oyer_errand_send(self, ask);
    else
        oyer_errand_refuse(self, error);
}

/* ---- answering ---- */

static gboolean give(OyerDb *db, OyerErrand *self, GError **error)
{
    gboolean is_own = self->actor.office == OYER_OFFICE_FILER;
    const char *reason = oyer_json_string(self->body, "reason");
    const OyerConsentEntry entry = {
        .case_id = self->object,
        .party = oyer_json_string(self->body, "party"),
        .stage = oyer_json_string(self->body, "stage"),
        .answer = oyer_json_string(self->body, "answer"),
        .means = is_own ? "platform" : oyer_json_string(self->body, "means"),
        .evidence = is_own ? "" : oyer_json_string(self->body, "evidence"),
        .reason = reason ? reason : ""};

    return oyer_docket_give_consent(db, &self->actor, &entry, oyer_clock_now_us(NULL),
                                    &self->answer, error) &&
           (self->answer != OYER_FILING_DONE ||
            (is_own ? own(db, self, error) : ledger(db, self, error)));
}

static gboolean is_answer(const char *party, const char *stage, const char *answer,
                          const char *reason)
{
    gint consent = oyer_consent_of(answer);

    return oyer_id_is_valid(party) && oyer_filing_is_word(oyer_consent_stages, stage) &&
           consent > OYER_CONSENT_NONE &&
           oyer_text_is_clean(reason, OYER_CONSENT_TEXT_MAX);
}

static gboolean check_own(json_t *body, GError **error)
{
    const char *party, *stage, *answer, *reason = "";

    return oyer_json_unpack(body, error, "{s:s,s:s,s:s,s?s}", "party", &party, "stage",
                            &stage, "answer", &answer, "reason", &reason) &&
           is_answer(party, stage, answer, reason);
}

/* What somebody else writes down needs to say what shows it. */
static gboolean check_told(json_t *body, GError **error)
{
    const char *party, *stage, *answer, *means, *evidence, *reason = "";

    return oyer_json_unpack(body, error, "{s:s,s:s,s:s,s:s,s:s,s?s}", "party", &party,
                            "stage", &stage, "answer", &answer, "means", &means,
                            "evidence", &evidence, "reason", &reason) &&
           is_answer(party, stage, answer, reason) &&
           oyer_filing_is_word(oyer_consent_means, means) &&
           g_strcmp0(means, "platform") != 0 &&
           oyer_errand_is_text(evidence, EVIDENCE_MAX);
}

static void take_answer(OyerErrand *self, json_t *body,
                        gboolean (*check)(json_t *body, GError **error))
{
    g_autoptr(GError) error = NULL;

    if (self == NULL)
        return;
    self->body = json_incref(body);
    if (check(body, &error))
        oyer_errand_send(self, give);
    else
        oyer_errand_refuse(self, error);
}

static void post_own(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    g_autoptr(json_t) body = oyer_request_json(request);

    if (body != NULL)
        take_answer(oyer_errand_of_filer(data, request, visitor, "case"), body,
                    check_own);
}

static void post_told(OyerRequest *request, const OyerStaffSession *staff,
                      gpointer data)
{
    g_autoptr(json_t) body = oyer_request_json(request);

    if (body != NULL)
        take_answer(oyer_errand_of_staff(data, request, staff, "case"), body,
                    check_told);
}

void oyer_consent_routes(OyerHouse *self)
{
    oyer_house_party_route(self, "GET", "/api/v1/consents", get_own);
    oyer_house_party_route(self, "POST", "/api/v1/consents/{case}", post_own);
    oyer_house_staff_route(self, "GET", "/api/v1/registry/cases/{case}/consents",
                           OYER_RIGHT_READ_REGISTER, get_ledger);
    oyer_house_staff_route(self, "POST", "/api/v1/registry/cases/{case}/consents",
                           OYER_RIGHT_WRITE_REGISTER, post_told);
    oyer_house_staff_route(self, "POST", "/api/v1/registry/cases/{case}/consents/ask",
                           OYER_RIGHT_WRITE_REGISTER, post_ask);
}
