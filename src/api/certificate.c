/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The certificate of service of a notice, as signed JSON and on paper; docs/NOTICES.md.
 *
 * Thread: main; functions with an OyerDb run on the database thread.
 */
#include "notice/certificate.h"

#include "api/filing.h"
#include "api/internal.h"
#include "docket/notice_desk.h"

static gboolean certify(OyerDb *db, OyerErrand *self, GError **error)
{
    if (!oyer_docket_certificate(db, self->house->config.key, self->staff.court,
                                 self->object, oyer_clock_now_us(NULL), &self->result,
                                 error))
        return FALSE;
    if (self->result == NULL)
        self->answer = OYER_FILING_NO_SUCH;
    return TRUE;
}

static GBytes *set_certificate(const OyerErrand *self, GError **error)
{
    return oyer_certificate_pdf(self->result, error);
}

static void get_json(OyerRequest *request, const OyerStaffSession *staff, gpointer data)
{
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, "notice");

    if (self != NULL)
        oyer_errand_send(self, certify);
}

static void get_pdf(OyerRequest *request, const OyerStaffSession *staff, gpointer data)
{
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, "notice");

    if (self != NULL)
        oyer_errand_send_paper(self, certify, set_certificate, "certificate.pdf");
}

void oyer_certificate_routes(OyerHouse *self)
{
    oyer_house_staff_route(self, "GET", "/api/v1/notices/{notice}/certificate",
                           OYER_RIGHT_SEND_NOTICE, get_json);
    oyer_house_staff_route(self, "GET", "/api/v1/notices/{notice}/certificate.pdf",
                           OYER_RIGHT_SEND_NOTICE, get_pdf);
}
