/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "schedule/agenda.h"

#include <string.h>

#define HOUR_US (3600 * G_GINT64_CONSTANT(1000000))

/* 2026-03-18 09:00 in Shanghai. */
#define WED_US G_GINT64_CONSTANT(1773795600000000)

static char *agenda_of(OyerAgendaMethod method, const OyerAgendaEntry *entry)
{
    g_autofree char *folded =
        oyer_agenda_text(method, "朱敏", "Asia/Shanghai", entry, 1);
    g_autoptr(GString) text = g_string_new(folded);

    /* RFC 5545 §3.1: a line that goes on begins with a space. */
    g_string_replace(text, "\r\n ", "", 0);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void has(const char *text, const char *line)
{
    g_autofree char *whole = g_strdup_printf("\r\n%s\r\n", line);

    if (strstr(text, whole) == NULL)
        g_error("no line %s in\n%s", line, text);
}

static const OyerAgendaEntry entry = {.uid = "h-1@oyer",
                                      .sequence = 2,
                                      .span = {WED_US, WED_US + HOUR_US},
                                      .changed_us = WED_US - 100 * HOUR_US,
                                      .summary = "开庭; 第一, 二",
                                      .conference = "https://court.example/j/v1.a.b",
                                      .organizer_name = "法院",
                                      .attendee = "zhu@example.org",
                                      .attendee_name = "朱敏"};

static void test_the_courts_clock_counts(void)
{
    g_autofree char *text = agenda_of(OYER_AGENDA_PUBLISH, &entry);

    has(text, "DTSTART;TZID=Asia/Shanghai:20260318T090000");
    has(text, "DTEND;TZID=Asia/Shanghai:20260318T100000");
    has(text, "BEGIN:VTIMEZONE");
    has(text, "TZID:Asia/Shanghai");
    has(text, "X-WR-CALNAME:朱敏");
    has(text, "SUMMARY:开庭\\; 第一\\, 二");
}

static void test_says_the_way_in_and_what_changed(void)
{
    g_autofree char *text = agenda_of(OYER_AGENDA_REQUEST, &entry);

    has(text, "METHOD:REQUEST");
    has(text, "SEQUENCE:2");
    has(text, "STATUS:CONFIRMED");
    g_assert_nonnull(strstr(text, "CONFERENCE;VALUE=URI;FEATURE=VIDEO"));
    g_assert_nonnull(strstr(text, ":https://court.example/j/v1.a.b\r\n"));
    g_assert_nonnull(strstr(text, ":mailto:zhu@example.org\r\n"));
}

static void test_what_is_cancelled_has_no_way_in(void)
{
    OyerAgendaEntry gone = entry;

    gone.is_cancelled = TRUE;
    g_autofree char *text = agenda_of(OYER_AGENDA_CANCEL, &gone);
    has(text, "METHOD:CANCEL");
    has(text, "STATUS:CANCELLED");
    g_assert_null(strstr(text, "CONFERENCE"));
}

/* No text breaks out of its line. */
static void test_a_name_adds_no_line(void)
{
    OyerAgendaEntry rude = entry;

    rude.summary = "a\r\nATTENDEE:mailto:x@example.org\nEND:VEVENT";
    rude.attendee_name = "b\"\r\nX-EVIL:1";
    g_autofree char *text = agenda_of(OYER_AGENDA_REQUEST, &rude);
    g_assert_null(strstr(text, "\r\nATTENDEE:"));
    g_assert_null(strstr(text, "\nX-EVIL"));
    const char *end = strstr(text, "\r\nEND:VEVENT");
    g_assert_nonnull(end);
    g_assert_null(strstr(end + 1, "END:VEVENT\r\nEND:VEVENT"));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/schedule/agenda/the-courts-clock-counts",
                    test_the_courts_clock_counts);
    g_test_add_func("/schedule/agenda/says-the-way-in-and-what-changed",
                    test_says_the_way_in_and_what_changed);
    g_test_add_func("/schedule/agenda/what-is-cancelled-has-no-way-in",
                    test_what_is_cancelled_has_no_way_in);
    g_test_add_func("/schedule/agenda/a-name-adds-no-line", test_a_name_adds_no_line);
    return g_test_run();
}
