/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the filer sends: drafts, documents, handing in; docs/FILING.md.
 *
 * Thread: main; functions with an OyerDb run on the database thread.
 */
#include "api/filing.h"

#include <string.h>

#include "api/internal.h"
#include "docket/filing_receipt.h"
#include "filing/content.h"
#include "filing/paper.h"
#include "filing/parts.h"
#include "filing/receipt.h"
#include "filing/type.h"

#define TITLE_MAX 100

static OyerFilingRules *rules(OyerErrand *self)
{
    return &self->house->desk->rules;
}

/* ---- the form ---- */

static json_t *words_json(const char *const *words)
{
    json_t *list = json_array();

    for (; *words != NULL; words++)
        json_array_append_new(list, json_string(*words));
    return list;
}

static json_t *types_json(void)
{
    json_t *list = json_array();

    for (const OyerFilingType *row = oyer_filing_types; row->type != NULL; row++) {
        json_t *endings = json_array();
        for (gsize i = 0; i < G_N_ELEMENTS(row->endings) && row->endings[i]; i++)
            json_array_append_new(endings, json_string(row->endings[i]));
        json_array_append_new(
            list, oyer_json_pack("{s:s,s:o}", "type", row->type, "endings", endings));
    }
    return list;
}

static gboolean form(OyerDb *db, OyerErrand *self, GError **error)
{
    json_t *courts = NULL;

    if (!oyer_docket_courts(db, &courts, error))
        return FALSE;
    json_t *limits = oyer_json_pack(
        "{s:i,s:I,s:i,s:i,s:I,s:i,s:i,s:i}", "part_bytes", OYER_PART_BYTES,
        "file_bytes", (json_int_t)OYER_FILING_FILE_MAX_BYTES, "files",
        OYER_FILING_FILES_MAX, "documents", OYER_FILING_DOCUMENTS_MAX, "filing_bytes",
        (json_int_t)OYER_FILING_MAX_BYTES, "claim_characters", OYER_FILING_CLAIM_MAX,
        "facts_characters", OYER_FILING_FACTS_MAX, "parties", OYER_FILING_PARTIES_MAX);
    json_t *causes = json_deep_copy(self->house->desk->causes);
    self->result =
        oyer_json_pack("{s:o,s:o,s:o,s:o,s:o}", "courts", courts, "causes", causes,
                       "document_kinds", words_json(oyer_filing_document_kinds),
                       "limits", limits, "types", types_json());
    return TRUE;
}

static void get_form(OyerRequest *request, gpointer data)
{
    OyerErrand *self = g_new0(OyerErrand, 1);

    self->house = data;
    self->request = request;
    self->status = 200;
    oyer_errand_send(self, form);
}

/* ---- drafts ---- */

static gboolean add(OyerDb *db, OyerErrand *self, GError **error)
{
    if (!oyer_docket_add_filing(db, &self->actor, oyer_json_string(self->body, "court"),
                                oyer_json_string(self->body, "language"),
                                oyer_clock_now_us(NULL), &self->answer, self->filing,
                                error))
        return FALSE;
    return TRUE;
}

static void post_filing(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    OyerErrand *self = oyer_errand_of_filer_with_body(data, request, visitor, NULL);
    g_autoptr(GError) error = NULL;
    const char *court, *language;

    if (self == NULL)
        return;
    if (!oyer_json_unpack(self->body, &error, "{s:s,s:s}", "court", &court, "language",
                          &language) ||
        !oyer_id_is_valid(court)) {
        oyer_errand_refuse(self, error);
        return;
    }
    self->status = 201;
    oyer_errand_send(self, add);
}

static gboolean list(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_docket_filings_of(db, self->actor.id, &self->result, error);
}

static void get_filings(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    OyerErrand *self = oyer_errand_of_filer(data, request, visitor, NULL);

    if (self != NULL)
        oyer_errand_send(self, list);
}

static gboolean nothing(OyerDb *db G_GNUC_UNUSED, OyerErrand *self G_GNUC_UNUSED,
                        GError **error G_GNUC_UNUSED)
{
    return TRUE;
}

static void get_filing(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    OyerErrand *self = oyer_errand_of_filer(data, request, visitor, NULL);

    if (self != NULL)
        oyer_errand_send(self, nothing);
}

static gboolean save(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_docket_save_filing(db, &self->actor, rules(self), self->filing,
                                   self->number, self->body, oyer_clock_now_us(NULL),
                                   &self->answer, &self->why, error);
}

static void patch_filing(OyerRequest *request, const OyerVisitor *visitor,
                         gpointer data)
{
    OyerErrand *self = oyer_errand_of_filer_with_body(data, request, visitor, NULL);

    if (self == NULL)
        return;
    if (!json_is_integer(json_object_get(self->body, "rev"))) {
        oyer_errand_refuse(self, NULL);
        return;
    }
    self->number = oyer_json_int(self->body, "rev", 0);
    json_object_del(self->body, "rev");
    oyer_errand_send(self, save);
}

/* ---- documents ---- */

static gboolean is_kind(const char *kind)
{
    return oyer_filing_is_word(oyer_filing_document_kinds, kind);
}

static gboolean add_document(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_docket_add_document(db, &self->actor, self->filing,
                                    oyer_json_string(self->body, "title"),
                                    oyer_json_string(self->body, "kind"),
                                    oyer_clock_now_us(NULL), &self->answer, error);
}

static void post_document(OyerRequest *request, const OyerVisitor *visitor,
                          gpointer data)
{
    OyerErrand *self = oyer_errand_of_filer_with_body(data, request, visitor, NULL);
    g_autoptr(GError) error = NULL;
    const char *title, *kind;

    if (self == NULL)
        return;
    if (!oyer_json_unpack(self->body, &error, "{s:s,s:s}", "title", &title, "kind",
                          &kind) ||
        !oyer_errand_is_text(title, TITLE_MAX) || !is_kind(kind)) {
        oyer_errand_refuse(self, error);
        return;
    }
    self->status = 201;
    oyer_errand_send(self, add_document);
}

static gboolean change_document(OyerDb *db, OyerErrand *self, GError **error)
{
    const OyerDocumentChange change = {
        .title = oyer_json_string(self->body, "title"),
        .kind = oyer_json_string(self->body, "kind"),
        .purpose = oyer_json_string(self->body, "purpose"),
        .position = oyer_json_int(self->body, "position", -1),
        .files = json_object_get(self->body, "files")};

    return oyer_docket_change_document(db, &self->actor, self->filing, self->object,
                                       &change, oyer_clock_now_us(NULL), &self->answer,
                                       error);
}

static void patch_document(OyerRequest *request, const OyerVisitor *visitor,
                           gpointer data)
{
    OyerErrand *self =
        oyer_errand_of_filer_with_body(data, request, visitor, "document");
    g_autoptr(GError) error = NULL;
    const char *title = NULL, *kind = NULL, *purpose = "";
    json_int_t position = 0;
    json_t *files = NULL;

    if (self == NULL)
        return;
    if (!oyer_json_unpack(self->body, &error, "{s?s,s?s,s?s,s?I,s?o}", "title", &title,
                          "kind", &kind, "purpose", &purpose, "position", &position,
                          "files", &files) ||
        !oyer_text_is_clean(purpose, OYER_PAPER_PURPOSE_MAX) ||
        (title != NULL && !oyer_errand_is_text(title, TITLE_MAX)) ||
        (kind != NULL && !is_kind(kind)) || position < 0 ||
        (files != NULL && !json_is_array(files))) {
        oyer_errand_refuse(self, error);
        return;
    }
    oyer_errand_send(self, change_document);
}

static gboolean remove_document(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_docket_remove_document(db, &self->actor, self->filing, self->object,
                                       &self->answer, &self->gone, error);
}

static void delete_document(OyerRequest *request, const OyerVisitor *visitor,
                            gpointer data)
{
    OyerErrand *self = oyer_errand_of_filer(data, request, visitor, "document");

    if (self != NULL)
        oyer_errand_send(self, remove_document);
}

/* ---- steps ---- */

static gboolean submit(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_docket_submit_filing(db, &self->actor, rules(self), self->filing,
                                     self->number, oyer_clock_now_us(NULL),
                                     &self->answer, &self->missing, error);
}

static void post_submit(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    OyerErrand *self = oyer_errand_of_filer_with_body(data, request, visitor, NULL);
    g_autoptr(GError) error = NULL;
    json_int_t rev = 0;

    if (self == NULL)
        return;
    if (!oyer_json_unpack(self->body, &error, "{s:I}", "rev", &rev)) {
        oyer_errand_refuse(self, error);
        return;
    }
    self->number = rev;
    oyer_errand_send(self, submit);
}

static gboolean take_step(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_docket_filer_step(db, &self->actor, rules(self), self->filing,
                                  self->step, oyer_json_string(self->body, "reason"),
                                  oyer_clock_now_us(NULL), &self->answer, error);
}

static void post_step(OyerRequest *request, const OyerVisitor *visitor,
                      OyerHouse *house, OyerFilingStep step)
{
    OyerErrand *self = oyer_errand_of_filer_with_body(house, request, visitor, NULL);
    g_autoptr(GError) error = NULL;
    const char *reason;

    if (self == NULL)
        return;
    if (!oyer_json_unpack(self->body, &error, "{s:s}", "reason", &reason) ||
        !oyer_errand_is_text(reason, OYER_FILING_REASON_MAX)) {
        oyer_errand_refuse(self, error);
        return;
    }
    self->step = step;
    oyer_errand_send(self, take_step);
}

static void post_withdraw(OyerRequest *request, const OyerVisitor *visitor,
                          gpointer data)
{
    post_step(request, visitor, data, OYER_FILING_WITHDRAW);
}

static void post_insist(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    post_step(request, visitor, data, OYER_FILING_INSIST);
}

/* ---- receipt and trail ---- */

static gboolean receipt(OyerDb *db, OyerErrand *self, GError **error)
{
    if (!oyer_docket_filing_receipt(db, &self->actor, self->filing, self->number,
                                    &self->result, error))
        return FALSE;
    if (self->result == NULL)
        self->answer = OYER_FILING_NO_SUCH;
    return TRUE;
}

static GBytes *set_receipt(const OyerErrand *self, GError **error)
{
    return oyer_receipt_pdf(self->result, error);
}

/* As JSON, or as PDF when that is how the path ends. */
static void send_receipt(OyerErrand *self)
{
    const char *round = oyer_request_query(self->request, "round");

    self->number = round ? (gint64)g_ascii_strtoull(round, NULL, 10) & 0xffff : 0;
    if (g_str_has_suffix(oyer_request_path(self->request), ".pdf"))
        oyer_errand_send_paper(self, receipt, set_receipt, "receipt.pdf");
    else
        oyer_errand_send(self, receipt);
}

static gboolean trail(OyerDb *db, OyerErrand *self, GError **error)
{
    if (!oyer_docket_filing_trail(db, &self->actor, self->filing, &self->result, error))
        return FALSE;
    if (self->result == NULL)
        self->answer = OYER_FILING_NO_SUCH;
    return TRUE;
}

static void get_receipt(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    OyerErrand *self = oyer_errand_of_filer(data, request, visitor, NULL);

    if (self != NULL)
        send_receipt(self);
}

static void get_trail(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    OyerErrand *self = oyer_errand_of_filer(data, request, visitor, NULL);

    if (self != NULL)
        oyer_errand_send(self, trail);
}

static void staff_receipt(OyerRequest *request, const OyerStaffSession *staff,
                          gpointer data)
{
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, NULL);

    if (self != NULL)
        send_receipt(self);
}

static void staff_trail(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, NULL);

    if (self != NULL)
        oyer_errand_send(self, trail);
}

static void staff_filing(OyerRequest *request, const OyerStaffSession *staff,
                         gpointer data)
{
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, NULL);

    if (self != NULL)
        oyer_errand_send(self, nothing);
}

void oyer_filing_routes(OyerHouse *self)
{
    static const struct {
        const char *method, *path;
        OyerVisitorFunc func;
    } routes[] = {
        {"POST", "/api/v1/filings", post_filing},
        {"GET", "/api/v1/filings", get_filings},
        {"GET", "/api/v1/filings/{filing}", get_filing},
        {"PATCH", "/api/v1/filings/{filing}", patch_filing},
        {"POST", "/api/v1/filings/{filing}/documents", post_document},
        {"PATCH", "/api/v1/filings/{filing}/documents/{document}", patch_document},
        {"DELETE", "/api/v1/filings/{filing}/documents/{document}", delete_document},
        {"POST", "/api/v1/filings/{filing}/submit", post_submit},
        {"POST", "/api/v1/filings/{filing}/withdraw", post_withdraw},
        {"POST", "/api/v1/filings/{filing}/insist", post_insist},
        {"GET", "/api/v1/filings/{filing}/receipt", get_receipt},
        {"GET", "/api/v1/filings/{filing}/receipt.pdf", get_receipt},
        {"GET", "/api/v1/filings/{filing}/trail", get_trail},
    };
    static const struct {
        const char *path;
        OyerStaffFunc func;
    } staff[] = {
        {"/api/v1/registry/filings/{filing}", staff_filing},
        {"/api/v1/registry/filings/{filing}/receipt", staff_receipt},
        {"/api/v1/registry/filings/{filing}/receipt.pdf", staff_receipt},
        {"/api/v1/registry/filings/{filing}/trail", staff_trail},
    };

    oyer_house_public_route(self, "GET", "/api/v1/filing/form", get_form);
    for (gsize i = 0; i < G_N_ELEMENTS(routes); i++)
        oyer_house_party_route(self, routes[i].method, routes[i].path, routes[i].func);
    for (gsize i = 0; i < G_N_ELEMENTS(staff); i++)
        oyer_house_staff_route(self, "GET", staff[i].path, OYER_RIGHT_REVIEW_FILING,
                               staff[i].func);
}
