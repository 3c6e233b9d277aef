/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "api/past.h"

#include "api/internal.h"
#include "docket/hearing.h"

guint oyer_request_session(OyerRequest *request, const OyerSitting *sitting)
{
    const char *text = oyer_request_query(request, "session");
    guint64 number = 0;

    if (text == NULL)
        return sitting->hearing->session_no;
    return g_ascii_string_to_unsigned(text, 10, 1, sitting->hearing->session_no,
                                      &number, NULL)
               ? (guint)number
               : 0;
}

gboolean oyer_sitting_may_read(const OyerSitting *sitting, const char *participant,
                               guint number)
{
    gint index = oyer_hearing_index(sitting->hearing, participant);

    if (index < 0)
        return FALSE;
    if (number == sitting->hearing->session_no)
        return oyer_view_may_read_record(sitting->hearing, (guint)index);
    const OyerPerson *person = oyer_hearing_person_at(sitting->hearing, (guint)index);
    return person->status != OYER_STATUS_REMOVED &&
           oyer_permission(OYER_DO_READ_SEALED, person->role, OYER_SESSION_CLOSED) ==
               OYER_MAY;
}

void oyer_past_init(OyerPast *self, const OyerSitting *sitting, guint number)
{
    g_strlcpy(self->hearing, sitting->hearing->id, sizeof self->hearing);
    self->house = sitting->house;
    self->number = number;
    self->is_past = number != sitting->hearing->session_no;
}

void oyer_past_clear(OyerPast *self)
{
    g_clear_pointer(&self->loaded, oyer_hearing_free);
}

gboolean oyer_past_load(OyerPast *self, OyerDb *db, GError **error)
{
    if (self->is_past)
        self->loaded = oyer_keep_load_session(db, self->hearing, self->number, error);
    if (self->loaded != NULL)
        oyer_house_name_cause(self->house, self->loaded);
    return !self->is_past || self->loaded != NULL;
}

const OyerHearing *oyer_past_of(const OyerPast *self, const OyerSitting *sitting)
{
    return self->is_past ? self->loaded : sitting->hearing;
}

typedef struct {
    OyerSitting *sitting; /* lives as long as the house */
    char hearing[OYER_ID_SIZE];
    GArray *booked;
} Rebooking;

static void rebooking_free(gpointer data)
{
    Rebooking *self = data;

    g_clear_pointer(&self->booked, g_array_unref);
    g_free(self);
}

static gboolean read_booked(OyerDb *db, gpointer data, GError **error)
{
    Rebooking *self = data;

    self->booked = oyer_docket_booked(db, self->hearing, error);
    return self->booked != NULL;
}

static void on_booked(gpointer data, const GError *error)
{
    Rebooking *self = data;

    if (error != NULL) {
        g_warning("hearing=%s: the schedule cannot be read: %s", self->hearing,
                  error->message);
        return;
    }
    g_array_unref(self->sitting->hearing->booked);
    self->sitting->hearing->booked = g_steal_pointer(&self->booked);
    oyer_sitting_tell(self->sitting, FALSE);
}

void oyer_sitting_rebooked(OyerSitting *sitting)
{
    Rebooking *self = g_new0(Rebooking, 1);

    self->sitting = sitting;
    g_strlcpy(self->hearing, sitting->hearing->id, sizeof self->hearing);
    oyer_db_submit(sitting->house->config.db, read_booked, self, on_booked,
                   rebooking_free);
}
