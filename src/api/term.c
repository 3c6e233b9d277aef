/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The statutory clocks of a case: how they stand, and their steps; docs/REGISTER.md.
 *
 * Thread: main; functions with an OyerDb run on the database thread.
 */
#include "docket/term.h"

#include "api/filing.h"
#include "api/internal.h"
#include "filing/content.h"

#define LENGTH_MAX 1000

static const OyerFilingRules *rules(const OyerErrand *self)
{
    return &self->house->desk->rules;
}

/* The case is the errand's object. */
static gboolean clocks(OyerDb *db, OyerErrand *self, GError **error)
{
    if (!oyer_docket_terms(db, rules(self), &self->staff, self->object,
                           oyer_clock_now_us(NULL), &self->result, error))
        return FALSE;
    if (self->result == NULL)
        self->answer = OYER_FILING_NO_SUCH;
    return TRUE;
}

static void get_clocks(OyerRequest *request, const OyerStaffSession *staff,
                       gpointer data)
{
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, "case");

    if (self != NULL)
        oyer_errand_send(self, clocks);
}

static gboolean do_step(OyerDb *db, OyerErrand *self, GError **error)
{
    gint64 now_us = oyer_clock_now_us(NULL);
    const char *kind = oyer_json_string(self->body, "kind");
    const OyerTermWish wish = {
        .case_id = self->object,
        .clock = oyer_request_param(self->request, "clock"),
        .party = oyer_json_string(self->body, "party"),
        .step = (OyerTermStep)self->number,
        .at_us = MIN(oyer_json_int(self->body, "at_us", now_us), now_us),
        .months = (guint)oyer_json_int(self->body, "months", 0),
        .days = (guint)oyer_json_int(self->body, "days", 0),
        .kind = kind ? kind : "",
        .reason = oyer_json_string(self->body, "reason")};

    return oyer_docket_step_term(db, rules(self), &self->staff, &wish, now_us,
                                 &self->answer, error) &&
           (self->answer != OYER_FILING_DONE || clocks(db, self, error));
}

static gboolean check_body(json_t *body, OyerTermStep step, GError **error)
{
    int months = 0, days = 0;
    json_int_t at_us = 1;
    const char *reason, *party = NULL, *kind = "";

    return oyer_json_unpack(body, error, "{s:s,s?s,s?s,s?i,s?i,s?I}", "reason", &reason,
                            "party", &party, "kind", &kind, "months", &months, "days",
                            &days, "at_us", &at_us) &&
           oyer_errand_is_text(reason, OYER_FILING_REASON_MAX) &&
           (party == NULL || oyer_id_is_valid(party)) && months >= 0 && days >= 0 &&
           months <= LENGTH_MAX && days <= LENGTH_MAX && at_us > 0 &&
           (step == OYER_TERM_EXTEND) ==
               (months > 0 || (days > 0 && step != OYER_TERM_START)) &&
           /* A superior allows it from now on, not for what is past. */
           (!oyer_term_step_needs_two(step) || at_us == 1);
}

static void take_step(OyerHouse *house, OyerRequest *request,
                      const OyerStaffSession *staff, OyerTermStep step)
{
    OyerErrand *self = oyer_errand_with_body(house, request, staff, "case");
    g_autoptr(GError) error = NULL;

    if (self == NULL)
        return;
    self->number = step;
    if (check_body(self->body, step, &error))
        oyer_errand_send(self, do_step);
    else
        oyer_errand_refuse(self, error);
}

#define STEP(name, step)                                                         \
    static void post_##name(OyerRequest *request, const OyerStaffSession *staff, \
                            gpointer data)                                       \
    {                                                                            \
        take_step(data, request, staff, step);                                   \
    }
STEP(start, OYER_TERM_START)
STEP(extend, OYER_TERM_EXTEND)
STEP(suspend, OYER_TERM_SUSPEND)
STEP(resume, OYER_TERM_RESUME)
STEP(meet, OYER_TERM_MEET)

void oyer_term_routes(OyerHouse *self)
{
#define AT "/api/v1/register/cases/{case}/clocks"
    oyer_house_staff_route(self, "GET", AT, OYER_RIGHT_READ_REGISTER, get_clocks);
    oyer_house_staff_route(self, "POST", AT "/{clock}/start", OYER_RIGHT_WRITE_REGISTER,
                           post_start);
    oyer_house_staff_route(self, "POST", AT "/{clock}/extend", OYER_RIGHT_OVERRIDE,
                           post_extend);
    oyer_house_staff_route(self, "POST", AT "/{clock}/suspend", OYER_RIGHT_OVERRIDE,
                           post_suspend);
    oyer_house_staff_route(self, "POST", AT "/{clock}/resume",
                           OYER_RIGHT_WRITE_REGISTER, post_resume);
    oyer_house_staff_route(self, "POST", AT "/{clock}/meet", OYER_RIGHT_WRITE_REGISTER,
                           post_meet);
#undef AT
}
