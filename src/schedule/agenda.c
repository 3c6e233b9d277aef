/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "schedule/agenda.h"

#include <string.h>

#include <libical/ical.h>

#include "base/clock.h"

#define PRODUCT "-//Oyer//Oyer//EN"
/* The organizer answers nobody by mail: RFC 6761's name that never resolves. */
#define NO_REPLY "mailto:noreply@court.invalid"

static const icalproperty_method methods[OYER_AGENDA_METHODS] = {
    ICAL_METHOD_PUBLISH, ICAL_METHOD_REQUEST, ICAL_METHOD_CANCEL};

static void add(icalcomponent *to, icalproperty *property)
{
    icalcomponent_add_property(to, property);
}

static void add_extension(icalcomponent *to, const char *name, const char *value)
{
    icalproperty *property = icalproperty_new_x(value);

    icalproperty_set_x_name(property, name);
    add(to, property);
}

static struct icaltimetype utc(gint64 at_us)
{
    return icaltime_from_timet_with_zone((time_t)(at_us / OYER_SECOND_US), 0,
                                         icaltimezone_get_utc_timezone());
}

/* DTSTART or DTEND in @zone; without one in UTC. */
static void add_time(icalcomponent *to, icalproperty *property, gint64 at_us,
                     icaltimezone *zone)
{
    struct icaltimetype at = utc(at_us);

    if (zone != NULL) {
        at = icaltime_convert_to_zone(at, zone);
        icalproperty_add_parameter(
            property, icalparameter_new_tzid(icaltimezone_get_location(zone)));
    }
    icalproperty_set_value(property, icalvalue_new_datetime(at));
    add(to, property);
}

static void add_people(icalcomponent *to, const OyerAgendaEntry *entry)
{
    if (entry->organizer_name == NULL || *entry->organizer_name == '\0')
        return;
    icalproperty *organizer = icalproperty_new_organizer(NO_REPLY);
    icalproperty_add_parameter(organizer, icalparameter_new_cn(entry->organizer_name));
    add(to, organizer);
    if (entry->attendee == NULL || *entry->attendee == '\0')
        return;
    g_autofree char *address = g_strconcat("mailto:", entry->attendee, NULL);
    icalproperty *attendee = icalproperty_new_attendee(address);
    icalproperty_add_parameter(attendee, icalparameter_new_cn(entry->attendee_name));
    icalproperty_add_parameter(attendee,
                               icalparameter_new_role(ICAL_ROLE_REQPARTICIPANT));
    icalproperty_add_parameter(attendee,
                               icalparameter_new_partstat(ICAL_PARTSTAT_NEEDSACTION));
    add(to, attendee);
}

/* RFC 7986 §5.11: the value is a URI, and has to be called one. */
static void add_conference(icalcomponent *to, const char *address)
{
    icalproperty *property = icalproperty_new_conference(address);

    icalproperty_add_parameter(property, icalparameter_new_value(ICAL_VALUE_URI));
    icalproperty_add_parameter(property, icalparameter_new_feature(ICAL_FEATURE_VIDEO));
    icalproperty_add_parameter(property, icalparameter_new_label("Oyer 云庭"));
    add(to, property);
}

static icalcomponent *event_new(const OyerAgendaEntry *entry, icaltimezone *zone)
{
    icalcomponent *event = icalcomponent_new(ICAL_VEVENT_COMPONENT);

    add(event, icalproperty_new_uid(entry->uid));
    add(event, icalproperty_new_dtstamp(utc(entry->changed_us)));
    add(event, icalproperty_new_lastmodified(utc(entry->changed_us)));
    add(event, icalproperty_new_sequence((int)entry->sequence));
    add(event, icalproperty_new_status(entry->is_cancelled ? ICAL_STATUS_CANCELLED
                                                           : ICAL_STATUS_CONFIRMED));
    add_time(event, icalproperty_new(ICAL_DTSTART_PROPERTY), entry->span.from_us, zone);
    add_time(event, icalproperty_new(ICAL_DTEND_PROPERTY), entry->span.to_us, zone);
    add(event, icalproperty_new_summary(entry->summary));
    if (entry->description != NULL && *entry->description != '\0')
        add(event, icalproperty_new_description(entry->description));
    if (entry->location != NULL && *entry->location != '\0')
        add(event, icalproperty_new_location(entry->location));
    if (entry->conference != NULL && *entry->conference != '\0' && !entry->is_cancelled)
        add_conference(event, entry->conference);
    add_people(event, entry);
    return event;
}

/* The zone's rules under its own name: libical's has a prefix. */
static void add_zone(icalcomponent *to, icaltimezone *zone)
{
    icalcomponent *rules = zone != NULL ? icaltimezone_get_component(zone) : NULL;

    if (rules == NULL)
        return;
    icalcomponent *copy = icalcomponent_new_clone(rules);
    icalproperty *name = icalcomponent_get_first_property(copy, ICAL_TZID_PROPERTY);
    icalproperty_set_tzid(name, icaltimezone_get_location(zone));
    icalcomponent_add_component(to, copy);
}

char *oyer_agenda_text(OyerAgendaMethod method, const char *name, const char *zone_name,
                       const OyerAgendaEntry *entries, guint count)
{
    icalcomponent *calendar = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);

    icaltimezone *zone = icaltimezone_get_builtin_timezone(zone_name);
    add(calendar, icalproperty_new_version("2.0"));
    add(calendar, icalproperty_new_prodid(PRODUCT));
    add(calendar, icalproperty_new_method(methods[method]));
    if (method == OYER_AGENDA_PUBLISH)
        add_extension(calendar, "X-WR-CALNAME", name);
    add_zone(calendar, zone);
    for (guint i = 0; i < count; i++)
        icalcomponent_add_component(calendar, event_new(&entries[i], zone));
    char *text = icalcomponent_as_ical_string_r(calendar);
    char *out = g_strdup(text);
    free(text);
    icalcomponent_free(calendar);
    return out;
}
