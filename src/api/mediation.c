/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Mediation: opened by the registry, then for its mediator and its parties alone; what a
 * party takes out of it begins a filing of his; docs/FILING.md.
 *
 * Thread: main; functions with an OyerDb run on the database thread.
 */
#include "api/filing.h"
#include "api/internal.h"
#include "docket/mediation_sitting.h"
#include "filing/content.h"
#include "identity/contact.h"

#define PAPERS_MAX 100

static const char *const sides[] = {"plaintiff", "defendant", "third_party", NULL};

/* The mediation is the errand's object. */
static OyerMediationReader reader_of(const OyerErrand *self)
{
    gboolean is_staff = self->actor.office == OYER_OFFICE_REGISTRY;

    return (OyerMediationReader){.staff = is_staff ? &self->staff : NULL,
                                 .person = is_staff ? NULL : self->actor_id};
}

/* ---- reading ---- */

static gboolean list(OyerDb *db, OyerErrand *self, GError **error)
{
    const OyerMediationReader reader = reader_of(self);

    return oyer_docket_mediations(db, &reader, &self->result, error);
}

static gboolean one(OyerDb *db, OyerErrand *self, GError **error)
{
    const OyerMediationReader reader = reader_of(self);

    if (!oyer_docket_mediation(db, &reader, self->object, &self->result, error))
        return FALSE;
    if (self->result == NULL)
        self->answer = OYER_FILING_NO_SUCH;
    return TRUE;
}

static void send(OyerErrand *self, OyerErrandRun run)
{
    if (self != NULL)
        oyer_errand_send(self, run);
}

static void staff_list(OyerRequest *request, const OyerStaffSession *staff,
                       gpointer data)
{
    send(oyer_errand_of_staff(data, request, staff, NULL), list);
}

static void staff_one(OyerRequest *request, const OyerStaffSession *staff,
                      gpointer data)
{
    send(oyer_errand_of_staff(data, request, staff, "mediation"), one);
}

static void party_list(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    send(oyer_errand_of_filer(data, request, visitor, NULL), list);
}

static void party_one(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    send(oyer_errand_of_filer(data, request, visitor, "mediation"), one);
}

/* ---- opening ---- */

static gboolean open_one(OyerDb *db, OyerErrand *self, GError **error)
{
    const char *case_id = oyer_json_string(self->body, "case");
    const OyerMediationWish wish = {
        .case_id = case_id != NULL && *case_id != '\0' ? case_id : NULL,
        .subject = oyer_json_string(self->body, "subject"),
        .mediator = oyer_json_string(self->body, "mediator"),
        .parties = json_object_get(self->body, "parties")};
    char id[OYER_ID_SIZE] = "";

    if (!oyer_docket_open_mediation(db, &self->staff, &wish, oyer_clock_now_us(NULL),
                                    &self->answer, id, error))
        return FALSE;
    /* Whoever opened it is not let in by that. */
    if (self->answer == OYER_FILING_DONE)
        self->result = oyer_json_pack("{s:s}", "id", id);
    return TRUE;
}

/* Puts its address as it is kept, with its channel. */
static gboolean check_party(json_t *party, GError **error)
{
    const char *name, *side, *address;
    OyerChannel channel = OYER_CHANNEL_SMS;

    if (!oyer_json_unpack(party, error, "{s:s,s:s,s:s}", "name", &name, "side", &side,
                          "address", &address) ||
        !oyer_errand_is_text(name, OYER_FILING_NAME_MAX) ||
        !oyer_filing_is_word(sides, side))
        return FALSE;
    g_autofree char *kept = oyer_contact_parse(address, &channel);
    if (kept == NULL)
        return FALSE;
    json_object_set_new(party, "address", json_string(kept));
    json_object_set_new(party, "channel", json_string(oyer_channel_word(channel)));
    return TRUE;
}

static gboolean check_open(json_t *body, GError **error)
{
    const char *subject, *mediator, *case_id = "";
    json_t *parties, *party;
    gsize i;

    if (!oyer_json_unpack(body, error, "{s:s,s:s,s:o,s?s}", "subject", &subject,
                          "mediator", &mediator, "parties", &parties, "case",
                          &case_id) ||
        !oyer_errand_is_text(subject, OYER_MEDIATION_TITLE_MAX) ||
        !oyer_errand_is_text(mediator, OYER_MEDIATION_TITLE_MAX) ||
        !json_is_array(parties) || json_array_size(parties) < 2 ||
        json_array_size(parties) > OYER_MEDIATION_PARTIES_MAX)
        return FALSE;
    json_array_foreach(parties, i, party)
    {
        if (!check_party(party, error))
            return FALSE;
    }
    return *case_id == '\0' || oyer_id_is_valid(case_id);
}

static void post_open(OyerRequest *request, const OyerStaffSession *staff,
                      gpointer data)
{
    OyerErrand *self = oyer_errand_with_body(data, request, staff, NULL);
    g_autoptr(GError) error = NULL;

    if (self == NULL)
        return;
    self->status = 201;
    if (check_open(self->body, &error))
        oyer_errand_send(self, open_one);
    else
        oyer_errand_refuse(self, error);
}

/* ---- papers ---- */

static gboolean add(OyerDb *db, OyerErrand *self, GError **error)
{
    const OyerMediationReader reader = reader_of(self);

    return oyer_docket_add_to_mediation(
               db, &reader, self->object, oyer_json_string(self->body, "kind"),
               oyer_json_string(self->body, "title"),
               oyer_json_string(self->body, "text"), oyer_clock_now_us(NULL),
               &self->answer, error) &&
           (self->answer != OYER_FILING_DONE || one(db, self, error));
}

static void take_paper(OyerErrand *self)
{
    g_autoptr(GError) error = NULL;
    const char *kind, *title, *text;

    if (self == NULL)
        return;
    if (oyer_json_unpack(self->body, &error, "{s:s,s:s,s:s}", "kind", &kind, "title",
                         &title, "text", &text) &&
        oyer_filing_is_word(oyer_mediation_kinds, kind) &&
        oyer_errand_is_text(title, OYER_MEDIATION_TITLE_MAX) &&
        oyer_errand_is_text(text, OYER_MEDIATION_TEXT_MAX))
        oyer_errand_send(self, add);
    else
        oyer_errand_refuse(self, error);
}

static void staff_paper(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    take_paper(oyer_errand_with_body(data, request, staff, "mediation"));
}

static void party_paper(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    take_paper(oyer_errand_of_filer_with_body(data, request, visitor, "mediation"));
}

/* ---- sittings ---- */

/* What is in the way, with the status of a refusal. */
static void say_faults(OyerErrand *self, json_t *faults)
{
    self->status = 409;
    self->result = oyer_json_pack("{s:{s:s,s:s,s:o}}", "error", "code", "refused",
                                  "text", "it cannot be booked then", "faults", faults);
}

static gboolean book(OyerDb *db, OyerErrand *self, GError **error)
{
    const OyerScheduler by = {.staff = &self->staff,
                              .calendar = self->house->desk->calendar,
                              .now_us = oyer_clock_now_us(NULL)};
    const char *room = oyer_json_string(self->body, "room");
    const OyerSittingWish wish = {.mediation = self->object,
                                  .span = {oyer_json_int(self->body, "from_us", 0),
                                           oyer_json_int(self->body, "to_us", 0)},
                                  .room = room != NULL ? room : ""};
    json_t *faults = NULL;

    if (!oyer_docket_book_sitting(db, &by, &wish, &self->answer, &faults, error))
        return FALSE;
    if (faults != NULL)
        say_faults(self, faults);
    return self->answer != OYER_FILING_DONE || faults != NULL || one(db, self, error);
}

static void post_sitting(OyerRequest *request, const OyerStaffSession *staff,
                         gpointer data)
{
    OyerErrand *self = oyer_errand_with_body(data, request, staff, "mediation");
    g_autoptr(GError) error = NULL;
    json_int_t from_us, to_us;
    const char *room = "";

    if (self == NULL)
        return;
    self->status = 201;
    if (oyer_json_unpack(self->body, &error, "{s:I,s:I,s?s}", "from_us", &from_us,
                         "to_us", &to_us, "room", &room) &&
        oyer_plan_is_span((OyerSpan){from_us, to_us}) &&
        (*room == '\0' || oyer_id_is_valid(room)))
        oyer_errand_send(self, book);
    else
        oyer_errand_refuse(self, error);
}

static gboolean cancel(OyerDb *db, OyerErrand *self, GError **error)
{
    const OyerMediationReader reader = reader_of(self);

    return oyer_docket_cancel_sitting(db, &reader, self->object,
                                      oyer_json_string(self->body, "hearing"),
                                      oyer_clock_now_us(NULL), &self->answer, error) &&
           (self->answer != OYER_FILING_DONE || one(db, self, error));
}

/* Who waits for it already is told by the seat's end. */
static void on_cancelled(OyerErrand *self)
{
    oyer_house_refresh(self->house, oyer_json_string(self->body, "hearing"));
    oyer_errand_respond(self, oyer_response_json(200, json_incref(self->result)));
    oyer_errand_free(self);
}

static void post_cancel(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    OyerErrand *self = oyer_errand_with_body(data, request, staff, "mediation");
    g_autoptr(GError) error = NULL;
    const char *hearing;

    if (self == NULL)
        return;
    self->then = on_cancelled;
    if (oyer_json_unpack(self->body, &error, "{s:s}", "hearing", &hearing) &&
        oyer_id_is_valid(hearing))
        oyer_errand_send(self, cancel);
    else
        oyer_errand_refuse(self, error);
}

/* ---- the end ---- */

static gboolean close_one(OyerDb *db, OyerErrand *self, GError **error)
{
    const OyerMediationReader reader = reader_of(self);

    return oyer_docket_close_mediation(db, &reader, self->object,
                                       oyer_json_bool(self->body, "agreed", FALSE),
                                       oyer_clock_now_us(NULL), &self->answer, error) &&
           (self->answer != OYER_FILING_DONE || one(db, self, error));
}

static void post_close(OyerRequest *request, const OyerStaffSession *staff,
                       gpointer data)
{
    OyerErrand *self = oyer_errand_with_body(data, request, staff, "mediation");
    g_autoptr(GError) error = NULL;
    int agreed;

    if (self == NULL)
        return;
    if (oyer_json_unpack(self->body, &error, "{s:b}", "agreed", &agreed))
        oyer_errand_send(self, close_one);
    else
        oyer_errand_refuse(self, error);
}

/* A draft of his own, with what he chose as its facts: it knows nothing of where that
 * comes from. */
static gboolean file(OyerDb *db, OyerErrand *self, GError **error)
{
    const OyerMediationReader reader = reader_of(self);
    gint64 now_us = oyer_clock_now_us(NULL);
    char court[OYER_ID_SIZE] = "", id[OYER_ID_SIZE] = "";
    g_autofree char *text = NULL, *why = NULL;

    if (!oyer_docket_take_from_mediation(db, &reader, self->object,
                                         json_object_get(self->body, "papers"), now_us,
                                         &self->answer, &text, court, error))
        return FALSE;
    if (self->answer != OYER_FILING_DONE)
        return TRUE;
    if (!oyer_docket_add_filing(db, &self->actor, court, "zh", now_us, &self->answer,
                                id, error))
        return FALSE;
    if (self->answer != OYER_FILING_DONE)
        return TRUE;
    g_autoptr(json_t) patch = oyer_json_pack("{s:s}", "facts", text);
    if (!oyer_docket_save_filing(db, &self->actor, &self->house->desk->rules, id, 1,
                                 patch, now_us, &self->answer, &why, error))
        return FALSE;
    if (self->answer == OYER_FILING_DONE)
        self->result = oyer_json_pack("{s:s}", "filing", id);
    return TRUE;
}

static void post_file(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    OyerErrand *self =
        oyer_errand_of_filer_with_body(data, request, visitor, "mediation");
    g_autoptr(GError) error = NULL;
    json_t *papers = NULL;

    if (self == NULL)
        return;
    self->status = 201;
    if (oyer_json_unpack(self->body, &error, "{s:o}", "papers", &papers) &&
        json_is_array(papers) && json_array_size(papers) <= PAPERS_MAX)
        oyer_errand_send(self, file);
    else
        oyer_errand_refuse(self, error);
}

void oyer_mediation_routes(OyerHouse *self)
{
#define STAFF "/api/v1/staff/mediations"
#define PARTY "/api/v1/mediations"
    static const struct {
        const char *method, *path;
        OyerRight right;
        OyerStaffFunc func;
    } staff[] = {
        {"POST", STAFF, OYER_RIGHT_WRITE_REGISTER, post_open},
        /* No right opens one: docket/mediation.c lets its mediator in. */
        {"GET", STAFF, OYER_RIGHT_SIGNED_IN, staff_list},
        {"GET", STAFF "/{mediation}", OYER_RIGHT_SIGNED_IN, staff_one},
        {"POST", STAFF "/{mediation}/papers", OYER_RIGHT_SIGNED_IN, staff_paper},
        {"POST", STAFF "/{mediation}/sittings", OYER_RIGHT_SIGNED_IN, post_sitting},
        {"POST", STAFF "/{mediation}/sittings/cancel", OYER_RIGHT_SIGNED_IN,
         post_cancel},
        {"POST", STAFF "/{mediation}/close", OYER_RIGHT_SIGNED_IN, post_close},
    };
    static const struct {
        const char *method, *path;
        OyerVisitorFunc func;
    } parties[] = {
        {"GET", PARTY, party_list},
        {"GET", PARTY "/{mediation}", party_one},
        {"POST", PARTY "/{mediation}/papers", party_paper},
        {"POST", PARTY "/{mediation}/file", post_file},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(staff); i++)
        oyer_house_staff_route(self, staff[i].method, staff[i].path, staff[i].right,
                               staff[i].func);
    for (gsize i = 0; i < G_N_ELEMENTS(parties); i++)
        oyer_house_party_route(self, parties[i].method, parties[i].path,
                               parties[i].func);
}
