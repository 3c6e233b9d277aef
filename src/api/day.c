/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The day of a member of staff: the hearings in which he sits, as the first page after
 * signing in shows them.  The way in is issue.c's.
 *
 * Thread: main; functions with an OyerDb run on the database thread.
 */
#include "docket/day.h"

#include "api/internal.h"
#include "api/people.h"

/* What began last night may still go on. */
#define BACK_US OYER_DAY_US
#define AHEAD_US (14 * OYER_DAY_US)

typedef struct {
    OyerHouse *house;
    OyerRequest *request;
    OyerStaffSession staff;
    json_t *day;
} Day;

static void day_free(gpointer data)
{
    Day *self = data;

    json_decref(self->day);
    g_free(self);
}

static gboolean read_day(OyerDb *db, gpointer data, GError **error)
{
    Day *self = data;

    gint64 now_us = oyer_clock_now_us(NULL);

    self->day =
        oyer_docket_day(db, &self->staff, now_us - BACK_US, now_us + AHEAD_US, error);
    if (self->day == NULL)
        return FALSE;
    oyer_house_name_causes(self->house, json_object_get(self->day, "hearings"));
    json_object_set_new(self->day, "now_us", json_integer(now_us));
    return TRUE;
}

static void on_day(gpointer data, const GError *error)
{
    Day *self = data;

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        return;
    }
    OyerResponse *response = oyer_response_json(200, json_incref(self->day));

    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(self->request, response);
}

static void get_day(OyerRequest *request, const OyerStaffSession *staff, gpointer data)
{
    OyerHouse *house = data;
    Day *self = g_new0(Day, 1);

    self->house = house;
    self->request = request;
    self->staff = *staff;
    oyer_db_submit(house->config.db, read_day, self, on_day, day_free);
}

void oyer_day_install(OyerHouse *self)
{
    oyer_house_staff_route(self, "GET", "/api/v1/staff/hearings", OYER_RIGHT_SIGNED_IN,
                           get_day);
}
