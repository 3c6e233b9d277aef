/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is taken out of sight in a filing, and what one alone may not do: sealing,
 * opening a seal, deleting, more time for a correction; docs/FILING.md.
 *
 * Thread: main; functions with an OyerDb run on the database thread.
 */
#include "api/filing.h"
#include "api/internal.h"
#include "docket/filing_sealed.h"
#include "filing/content.h"

#define EXTENSION_DAYS_MAX 60

static gboolean say_done(OyerErrand *self)
{
    if (self->answer == OYER_FILING_DONE)
        self->result = oyer_json_pack("{s:b}", "ok", TRUE);
    return TRUE;
}

/* ---- seal ---- */

static gboolean seal(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_docket_seal_document(db, &self->staff, self->filing, self->object,
                                     oyer_json_string(self->body, "reason"),
                                     oyer_clock_now_us(NULL), &self->answer, error) &&
           say_done(self);
}

static void post_seal(OyerRequest *request, const OyerStaffSession *staff,
                      gpointer data)
{
    OyerErrand *self = oyer_errand_with_body(data, request, staff, "document");
    g_autoptr(GError) error = NULL;
    const char *reason;

    if (self == NULL)
        return;
    if (oyer_json_unpack(self->body, &error, "{s:s}", "reason", &reason) &&
        oyer_errand_is_text(reason, OYER_FILING_REASON_MAX))
        oyer_errand_send(self, seal);
    else
        oyer_errand_refuse(self, error);
}

static gboolean unseal(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_docket_unseal_document(db, &self->staff, self->filing, self->object,
                                       oyer_clock_now_us(NULL), &self->answer, error) &&
           say_done(self);
}

static void post_unseal(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    OyerErrand *self = oyer_errand_with_body(data, request, staff, "document");

    if (self != NULL)
        oyer_errand_send(self, unseal);
}

/* ---- reading ---- */

static gboolean list(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_docket_sealed_documents(db, &self->staff, &self->result, error);
}

static void get_list(OyerRequest *request, const OyerStaffSession *staff, gpointer data)
{
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, NULL);

    if (self != NULL)
        oyer_errand_send(self, list);
}

static gboolean read_document(OyerDb *db, OyerErrand *self, GError **error)
{
    if (!oyer_docket_read_sealed(db, &self->staff, self->object,
                                 oyer_clock_now_us(NULL), &self->result, error))
        return FALSE;
    if (self->result == NULL)
        self->answer = OYER_FILING_NO_SUCH;
    return TRUE;
}

static void get_document(OyerRequest *request, const OyerStaffSession *staff,
                         gpointer data)
{
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, "document");

    if (self != NULL)
        oyer_errand_send(self, read_document);
}

static gboolean read_file(OyerDb *db, OyerErrand *self, GError **error)
{
    gboolean found = FALSE;

    if (!oyer_docket_read_sealed_file(
            db, &self->staff, oyer_request_param(self->request, "document"),
            self->object, oyer_clock_now_us(NULL), &self->file, &found, error))
        return FALSE;
    self->answer = found ? OYER_FILING_DONE : OYER_FILING_NO_SUCH;
    return TRUE;
}

static void get_content(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    oyer_registry_send_content(data, request, staff, read_file);
}

/* ---- deleting, and more time ---- */

static gboolean delete_file(OyerDb *db, OyerErrand *self, GError **error)
{
    if (!oyer_docket_delete_file(db, &self->staff, self->filing, self->object,
                                 oyer_clock_now_us(NULL), &self->answer, error))
        return FALSE;
    if (self->answer == OYER_FILING_DONE) {
        self->gone = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(self->gone, g_strdup(self->object));
    }
    return say_done(self);
}

static void delete_delete(OyerRequest *request, const OyerStaffSession *staff,
                          gpointer data)
{
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, "file");

    if (self != NULL)
        oyer_errand_send(self, delete_file);
}

static gboolean extend(OyerDb *db, OyerErrand *self, GError **error)
{
    return oyer_registry_take_step(db, self, error) && say_done(self);
}

static void post_extend(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    OyerErrand *self = oyer_errand_with_body(data, request, staff, NULL);
    g_autoptr(GError) error = NULL;
    const char *text;
    int days;

    if (self == NULL)
        return;
    self->step = OYER_FILING_EXTEND;
    if (oyer_json_unpack(self->body, &error, "{s:i,s:s}", "days", &days, "text",
                         &text) &&
        days >= 1 && days <= EXTENSION_DAYS_MAX &&
        oyer_errand_is_text(text, OYER_FILING_REASON_MAX))
        oyer_errand_send(self, extend);
    else
        oyer_errand_refuse(self, error);
}

void oyer_sealed_routes(OyerHouse *self)
{
    static const struct {
        const char *method, *path;
        OyerRight right;
        OyerStaffFunc func;
    } routes[] = {
        {"POST", "/api/v1/registry/filings/{filing}/documents/{document}/seal",
         OYER_RIGHT_SEAL, post_seal},
        {"POST", "/api/v1/registry/filings/{filing}/documents/{document}/unseal",
         OYER_RIGHT_UNSEAL, post_unseal},
        {"GET", "/api/v1/registry/sealed", OYER_RIGHT_READ_SEALED, get_list},
        {"GET", "/api/v1/registry/sealed/{document}", OYER_RIGHT_READ_SEALED,
         get_document},
        {"GET", "/api/v1/registry/sealed/{document}/files/{file}/content",
         OYER_RIGHT_READ_SEALED, get_content},
        {"DELETE", "/api/v1/registry/filings/{filing}/files/{file}", OYER_RIGHT_DELETE,
         delete_delete},
        {"POST", "/api/v1/registry/filings/{filing}/extend", OYER_RIGHT_OVERRIDE,
         post_extend},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(routes); i++)
        oyer_house_staff_route(self, routes[i].method, routes[i].path, routes[i].right,
                               routes[i].func);
}
