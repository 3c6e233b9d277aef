/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the usher's phone asks for at the door of the court house: the list with which
 * it works without a line, and scans to be judged, now or after the line was away.
 * Each scan is in the register once, however often it is told; who came with a good
 * pass is noted in the hearing, and the clerk sees when.
 *
 * Thread: main; functions with an OyerDb run on the database thread.
 */
#include "docket/door.h"

#include <string.h>

#include "api/internal.h"
#include "api/people.h"

#define SCANS_MAX 50

/* A scan of longer ago is judged as if it were of then. */
#define SCAN_AGE_MAX_US (2 * OYER_DAY_US)

/* ---- the list ---- */

typedef struct {
    OyerHouse *house;
    OyerRequest *request;
    OyerStaffSession staff;
    json_t *list;
} Listing;

static void listing_free(gpointer data)
{
    Listing *self = data;

    json_decref(self->list);
    g_free(self);
}

static gboolean read_list(OyerDb *db, gpointer data, GError **error)
{
    Listing *self = data;

    self->list =
        oyer_docket_door_list(db, self->staff.court, oyer_clock_now_us(NULL), error);
    return self->list != NULL;
}

static void on_list(gpointer data, const GError *error)
{
    Listing *self = data;
    const OyerKey *key = self->house->config.key;

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        return;
    }
    g_autofree char *pem = oyer_key_public_pem(key);
    json_object_set_new(self->list, "now_us", json_integer(oyer_clock_now_us(NULL)));
    json_object_set_new(self->list, "key", json_string(pem));
    OyerResponse *response = oyer_response_json(200, json_incref(self->list));
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(self->request, response);
}

static void get_list(OyerRequest *request, const OyerStaffSession *staff, gpointer data)
{
    Listing *self = g_new0(Listing, 1);

    self->house = data;
    self->request = request;
    self->staff = *staff;
    oyer_db_submit(self->house->config.db, read_list, self, on_list, listing_free);
}

/* ---- scans ---- */

typedef struct {
    OyerHouse *house;
    OyerRequest *request;
    OyerStaffSession staff;
    json_t *scans;
    OyerDoorResult results[SCANS_MAX];
} Telling;

static void telling_free(gpointer data)
{
    Telling *self = data;

    for (gsize i = 0; i < SCANS_MAX; i++)
        oyer_door_result_clear(&self->results[i]);
    json_decref(self->scans);
    g_free(self);
}

static OyerDoorScan scan_of(const json_t *object)
{
    return (OyerDoorScan){.id = oyer_json_string(object, "id"),
                          .token = oyer_json_string(object, "token"),
                          .shown = oyer_json_string(object, "shown"),
                          .at_us = oyer_json_int(object, "at_us", 0),
                          .offline = json_is_true(json_object_get(object, "offline"))};
}

/* A clock that is wrong must not make a dead pass good. */
static gboolean is_scan(const json_t *object, gint64 now_us)
{
    OyerDoorScan scan = scan_of(object);

    return json_is_object(object) && json_object_size(object) == 5 &&
           oyer_id_is_valid(scan.id) && scan.token != NULL &&
           strlen(scan.token) <= OYER_PASS_TOKEN_MAX && scan.shown != NULL &&
           oyer_id_is_valid(scan.shown) && scan.at_us > now_us - SCAN_AGE_MAX_US &&
           scan.at_us < now_us + 60 * OYER_SECOND_US;
}

static gboolean judge_all(OyerDb *db, Telling *self, GError **error)
{
    gint64 now_us = oyer_clock_now_us(NULL);
    json_t *object;
    gsize i;

    json_array_foreach(self->scans, i, object)
    {
        OyerDoorScan scan = scan_of(object);
        if (!scan.offline)
            scan.at_us = now_us;
        if (!oyer_docket_door_scan(db, self->house->config.key, self->staff.court,
                                   self->staff.account, &scan, now_us,
                                   &self->results[i], error))
            return FALSE;
    }
    return TRUE;
}

static gboolean judge(OyerDb *db, gpointer data, GError **error)
{
    if (!oyer_db_begin(db, error))
        return FALSE;
    if (judge_all(db, data, error))
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return FALSE;
}

/* What has to be noted in a hearing that may have to be read back first. */
typedef struct {
    char participant[OYER_ID_SIZE], account[OYER_ID_SIZE];
    OyerPassFault fault;
    gint64 at_us;
} Note;

static void write_note(OyerSitting *sitting, gpointer data)
{
    g_autofree Note *note = data;

    if (sitting == NULL)
        return;
    if (note->fault == OYER_PASS_FINE)
        oyer_sitting_fact(sitting, OYER_SYSTEM_AT_DOOR, note->participant,
                          note->account, note->at_us);
    else
        oyer_sitting_fact(sitting, OYER_SYSTEM_REFUSED_PASS, note->participant,
                          oyer_pass_fault_name(note->fault), 0);
}

static void note_result(Telling *self, const OyerDoorResult *result,
                        const OyerDoorScan *scan)
{
    if (!result->is_new || !result->is_of_court)
        return;
    Note *note = g_new0(Note, 1);
    note->fault = result->fault;
    note->at_us = scan->offline ? scan->at_us : oyer_clock_now_us(NULL);
    g_strlcpy(note->participant, result->pass.participant, sizeof note->participant);
    g_strlcpy(note->account, self->staff.account, sizeof note->account);
    oyer_house_open(self->house, result->pass.hearing, write_note, note);
}

static json_t *result_json(const OyerDoorResult *result, const char *id)
{
    gboolean fine = result->fault == OYER_PASS_FINE;
    json_t *object =
        oyer_json_pack("{s:s,s:s}", "id", id, "verdict",
                       fine ? "valid" : oyer_pass_fault_reason(result->fault));

    if (result->fault == OYER_PASS_EARLY)
        json_object_set_new(object, "from_us",
                            json_integer(result->pass.not_before_us));
    /* Of a pass that is not good the name stays hidden: whoever shows it may not be he. */
    if (!fine || !result->is_of_court)
        return object;
    const char *role = oyer_pass_role_word(result->pass.role);
    json_t *person = oyer_json_pack(
        "{s:s,s:s,s:s,s:s?,s:I,s:s,s:s,s:s,s:I}", "participant",
        result->pass.participant, "hearing", result->pass.hearing, "name", result->name,
        "role", role, "scheduled_start_us", (json_int_t)result->scheduled_us,
        "timezone", result->timezone, "room", result->room, "mode", result->mode,
        "door_us", (json_int_t)result->door_us);
    json_object_set_new(object, "person", person);
    return object;
}

static void on_judged(gpointer data, const GError *error)
{
    Telling *self = data;
    json_t *list, *object;
    gsize i;

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        return;
    }
    list = json_array();
    json_array_foreach(self->scans, i, object)
    {
        OyerDoorScan scan = scan_of(object);
        json_array_append_new(list, result_json(&self->results[i], scan.id));
        note_result(self, &self->results[i], &scan);
    }
    OyerResponse *response =
        oyer_response_json(200, oyer_json_pack("{s:o}", "results", list));
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(self->request, response);
}

static gboolean are_scans(json_t *scans)
{
    gint64 now_us = oyer_clock_now_us(NULL);
    json_t *object;
    gsize i;

    if (!json_is_array(scans) || json_array_size(scans) > SCANS_MAX)
        return FALSE;
    json_array_foreach(scans, i, object)
    {
        if (!is_scan(object, now_us))
            return FALSE;
    }
    return TRUE;
}

static void post_scans(OyerRequest *request, const OyerStaffSession *staff,
                       gpointer data)
{
    g_autoptr(json_t) body = oyer_request_json(request);
    json_t *scans;

    if (body == NULL)
        return;
    scans = json_object_get(body, "scans");
    if (!are_scans(scans)) {
        oyer_request_refuse_shape(request, NULL);
        return;
    }
    Telling *self = g_new0(Telling, 1);
    self->house = data;
    self->request = request;
    self->staff = *staff;
    self->scans = json_incref(scans);
    oyer_db_submit(self->house->config.db, judge, self, on_judged, telling_free);
}

void oyer_door_install(OyerHouse *self)
{
    oyer_house_staff_route(self, "GET", "/api/v1/door/list", OYER_RIGHT_CHECK_IN,
                           get_list);
    oyer_house_staff_route(self, "POST", "/api/v1/door/scans", OYER_RIGHT_CHECK_IN,
                           post_scans);
}
