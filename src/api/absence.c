/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The doors of leave and repair, for the staff; docs/SCHEDULE.md.
 *
 * Thread: main; functions with an OyerDb run on the database thread.
 */
#include "docket/absence.h"

#include "api/internal.h"
#include "api/people.h"
#include "base/clock.h"
#include "base/text.h"

#define MINUTE_US (60 * OYER_SECOND_US)

typedef struct {
    OyerRequest *request;
    OyerStaffSession staff;
    char id[OYER_ID_SIZE]; /* to be taken out; "": to be entered */
    json_t *body;          /* what @absence borrows from */
    OyerAbsence absence;
    json_t *result;
} Note;

static void note_free(gpointer data)
{
    Note *self = data;

    json_decref(self->body);
    json_decref(self->result);
    g_free(self);
}

static Note *note_new(OyerRequest *request, const OyerStaffSession *staff, json_t *body)
{
    Note *self = g_new0(Note, 1);

    self->request = request;
    self->staff = *staff;
    self->body = body;
    return self;
}

static gboolean run(OyerDb *db, gpointer data, GError **error)
{
    Note *self = data;
    gint64 now_us = oyer_clock_now_us(NULL);

    if (*self->id != '\0')
        return oyer_docket_remove_absence(db, &self->staff, self->id, now_us,
                                          &self->result, error);
    return oyer_docket_add_absence(db, &self->staff, &self->absence, now_us,
                                   &self->result, error);
}

static void on_run(gpointer data, const GError *error)
{
    Note *self = data;
    gboolean is_new = *self->id == '\0';

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        return;
    }
    OyerResponse *response =
        self->result != NULL
            ? oyer_response_json(is_new ? 201 : 200, json_incref(self->result))
        : is_new
            ? oyer_response_error(422, "unknown", "nobody and no room of this court")
            : oyer_response_error(404, "no_such", "there is no such");
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(self->request, response);
}

/* From whole minute to whole minute, and not longer than anybody plans. */
static gboolean is_span(OyerSpan span)
{
    return span.from_us > 0 && span.from_us < span.to_us &&
           span.from_us % MINUTE_US == 0 && span.to_us % MINUTE_US == 0 &&
           span.to_us - span.from_us <= OYER_ABSENCE_DAYS_MAX * OYER_DAY_US;
}

static void post_absence(OyerRequest *request, const OyerStaffSession *staff,
                         gpointer data)
{
    OyerHouse *house = data;
    json_t *body = oyer_request_json(request);
    g_autoptr(GError) error = NULL;
    json_int_t from_us = 0, to_us = 0;

    if (body == NULL)
        return;
    Note *self = note_new(request, staff, body);
    self->absence.note = "";
    gboolean is_whole = oyer_json_unpack(body, &error, "{s:s,s:I,s:I,s?s}", "resource",
                                         &self->absence.resource, "from_us", &from_us,
                                         "to_us", &to_us, "note", &self->absence.note);
    self->absence.span = (OyerSpan){from_us, to_us};
    if (!is_whole || !oyer_id_is_valid(self->absence.resource) ||
        !is_span(self->absence.span) ||
        !oyer_text_is_clean(self->absence.note, OYER_ABSENCE_NOTE_MAX)) {
        oyer_request_refuse_shape(request, error);
        note_free(self);
        return;
    }
    oyer_db_submit(house->config.db, run, self, on_run, note_free);
}

static void delete_absence(OyerRequest *request, const OyerStaffSession *staff,
                           gpointer data)
{
    OyerHouse *house = data;
    const char *id = oyer_request_param(request, "absence");

    if (!oyer_id_is_valid(id)) {
        oyer_request_respond(request,
                             oyer_response_error(404, "no_such", "there is no such"));
        return;
    }
    Note *self = note_new(request, staff, NULL);
    g_strlcpy(self->id, id, sizeof self->id);
    oyer_db_submit(house->config.db, run, self, on_run, note_free);
}

void oyer_absence_install(OyerHouse *self)
{
    oyer_house_staff_route(self, "POST", "/api/v1/schedule/absences",
                           OYER_RIGHT_SCHEDULE, post_absence);
    oyer_house_staff_route(self, "DELETE", "/api/v1/schedule/absences/{absence}",
                           OYER_RIGHT_SCHEDULE, delete_absence);
}
