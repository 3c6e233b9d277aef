/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Who stands for whom in a case: granted, renewed and ended by the registry, ended by
 * the party; docs/FILING.md.
 *
 * Thread: main; functions with an OyerDb run on the database thread.
 */
#include "docket/representative.h"

#include <string.h>

#include "api/filing.h"
#include "api/internal.h"
#include "filing/content.h"

#define REASON_MAX 2000

/* The case is the errand's object; the representative its filing, for want of one. */
static const char *representative_of(const OyerErrand *self)
{
    const char *id = oyer_json_string(self->body, "representative");

    return id ? id : "";
}

static gboolean list(OyerDb *db, OyerErrand *self, GError **error)
{
    if (!oyer_docket_representatives(db, self->court, self->object,
                                     oyer_clock_now_us(NULL), &self->result, error))
        return FALSE;
    if (self->result == NULL)
        self->answer = OYER_FILING_NO_SUCH;
    return TRUE;
}

static void get_list(OyerRequest *request, const OyerStaffSession *staff, gpointer data)
{
    OyerErrand *self = oyer_errand_of_staff(data, request, staff, "case");

    if (self != NULL)
        oyer_errand_send(self, list);
}

/* ---- what is wished ---- */

static const char *text_or(const json_t *body, const char *name, const char *other)
{
    const char *text = oyer_json_string(body, name);

    return text ? text : other;
}

/* ["admit","settle"] */
static gboolean read_matters(const json_t *list_of, OyerActs *out_acts)
{
    json_t *value;
    gsize i;

    *out_acts = 0;
    if (list_of != NULL && !json_is_array(list_of))
        return FALSE;
    json_array_foreach(list_of, i, value)
    {
        gint act = oyer_act_of(json_string_value(value));
        if (act < 0 || !oyer_authority_is_special((OyerAct)act))
            return FALSE;
        *out_acts |= 1u << act;
    }
    return TRUE;
}

/* What a new authority and a change of one have alike. */
static gboolean check_terms(const json_t *body)
{
    const char *scope = oyer_json_string(body, "scope");
    const char *document = text_or(body, "document", "");
    OyerActs matters;

    return (scope == NULL || oyer_filing_is_word(oyer_authority_scopes, scope)) &&
           read_matters(json_object_get(body, "matters"), &matters) &&
           (matters == 0 || !g_strcmp0(scope, "special")) &&
           (!*document || oyer_id_is_valid(document)) &&
           oyer_json_int(body, "valid_from_us", 0) >= 0 &&
           oyer_json_int(body, "valid_until_us", 0) >= 0 &&
           oyer_text_is_clean(text_or(body, "reason", ""), REASON_MAX);
}

static gboolean check_grant(json_t *body, GError **error)
{
    const char *party, *name, *address, *kind, *scope, *document = "", *reason = "";
    const char *language = "zh";
    json_int_t from = 0, until = 0;
    json_t *matters = NULL;
    OyerChannel channel;

    if (!oyer_json_unpack(body, error, "{s:s,s:s,s:s,s:s,s:s,s?s,s?o,s?I,s?I,s?s,s?s}",
                          "party", &party, "name", &name, "address", &address, "kind",
                          &kind, "scope", &scope, "language", &language, "matters",
                          &matters, "valid_from_us", &from, "valid_until_us", &until,
                          "document", &document, "reason", &reason))
        return FALSE;
    g_autofree char *place = oyer_contact_parse(address, &channel);
    return place != NULL && oyer_id_is_valid(party) &&
           oyer_errand_is_text(name, OYER_FILING_NAME_MAX) &&
           oyer_filing_is_word(oyer_representative_kinds, kind) &&
           (!strcmp(language, "zh") || !strcmp(language, "en")) && check_terms(body);
}

static gboolean check_renewal(json_t *body, GError **error)
{
    const char *id, *scope = NULL, *document = "", *reason;
    json_int_t from = 0, until = 0;
    json_t *matters = NULL;

    return oyer_json_unpack(body, error, "{s:s,s?s,s?o,s?I,s?I,s?s,s:s}",
                            "representative", &id, "scope", &scope, "matters", &matters,
                            "valid_from_us", &from, "valid_until_us", &until,
                            "document", &document, "reason", &reason) &&
           oyer_id_is_valid(id) && oyer_errand_is_text(reason, REASON_MAX) &&
           check_terms(body);
}

static gboolean check_address(json_t *body, GError **error)
{
    const char *party, *address, *reason;
    OyerChannel channel;

    if (!oyer_json_unpack(body, error, "{s:s,s:s,s:s}", "party", &party, "address",
                          &address, "reason", &reason))
        return FALSE;
    g_autofree char *place = oyer_contact_parse(address, &channel);
    return place != NULL && oyer_id_is_valid(party) &&
           oyer_errand_is_text(reason, REASON_MAX);
}

static gboolean check_end(json_t *body, GError **error)
{
    const char *id, *reason;

    return oyer_json_unpack(body, error, "{s:s,s:s}", "representative", &id, "reason",
                            &reason) &&
           oyer_id_is_valid(id) && oyer_errand_is_text(reason, REASON_MAX);
}

static OyerAuthorityWish wish_of(const OyerErrand *self)
{
    const json_t *body = self->body;
    OyerActs matters = 0;

    (void)read_matters(json_object_get(body, "matters"), &matters);
    return (OyerAuthorityWish){
        .case_id = self->object,
        .party = oyer_json_string(body, "party"),
        .name = oyer_json_string(body, "name"),
        .language = text_or(body, "language", "zh"),
        .representative = representative_of(self),
        .kind = oyer_json_string(body, "kind"),
        .scope = oyer_json_string(body, "scope"),
        .matters = matters,
        .valid_from_us = oyer_json_int(body, "valid_from_us", -1),
        .valid_until_us = oyer_json_int(body, "valid_until_us", -1),
        .document = oyer_json_string(body, "document"),
        .reason = text_or(body, "reason", "")};
}

/* ---- what is done ---- */

static gboolean grant(OyerDb *db, OyerErrand *self, GError **error)
{
    OyerAuthorityWish wish = wish_of(self);
    g_autofree char *address =
        oyer_contact_parse(oyer_json_string(self->body, "address"), &wish.channel);

    wish.address = address;
    return oyer_docket_grant_authority(db, &self->actor, &wish, oyer_clock_now_us(NULL),
                                       &self->answer, error) &&
           (self->answer != OYER_FILING_DONE || list(db, self, error));
}

static gboolean confirm(OyerDb *db, OyerErrand *self, GError **error)
{
    OyerAuthorityWish wish = wish_of(self);
    g_autofree char *address =
        oyer_contact_parse(oyer_json_string(self->body, "address"), &wish.channel);

    wish.address = address;
    self->result = oyer_json_pack("{s:b}", "ok", TRUE);
    return oyer_docket_confirm_address(db, &self->actor, &wish, oyer_clock_now_us(NULL),
                                       &self->answer, error);
}

static gboolean renew(OyerDb *db, OyerErrand *self, GError **error)
{
    const OyerAuthorityWish wish = wish_of(self);

    return oyer_docket_renew_authority(db, &self->actor, &wish, oyer_clock_now_us(NULL),
                                       &self->answer, error) &&
           (self->answer != OYER_FILING_DONE || list(db, self, error));
}

static gboolean end(OyerDb *db, OyerErrand *self, GError **error)
{
    const OyerAuthorityWish wish = wish_of(self);

    if (!oyer_docket_end_authority(db, &self->actor, &wish, oyer_clock_now_us(NULL),
                                   &self->answer, error))
        return FALSE;
    if (self->answer != OYER_FILING_DONE)
        return TRUE;
    if (self->actor.office == OYER_OFFICE_REGISTRY)
        return list(db, self, error);
    self->result = oyer_json_pack("{s:b}", "ok", TRUE);
    return TRUE;
}

static void take(OyerErrand *self, gboolean (*check)(json_t *body, GError **error),
                 OyerErrandRun run)
{
    g_autoptr(GError) error = NULL;

    if (self == NULL)
        return;
    if (check(self->body, &error))
        oyer_errand_send(self, run);
    else
        oyer_errand_refuse(self, error);
}

static void post_grant(OyerRequest *request, const OyerStaffSession *staff,
                       gpointer data)
{
    take(oyer_errand_with_body(data, request, staff, "case"), check_grant, grant);
}

static void post_renewal(OyerRequest *request, const OyerStaffSession *staff,
                         gpointer data)
{
    take(oyer_errand_with_body(data, request, staff, "case"), check_renewal, renew);
}

static void post_end(OyerRequest *request, const OyerStaffSession *staff, gpointer data)
{
    take(oyer_errand_with_body(data, request, staff, "case"), check_end, end);
}

static void post_address(OyerRequest *request, const OyerStaffSession *staff,
                         gpointer data)
{
    take(oyer_errand_with_body(data, request, staff, "case"), check_address, confirm);
}

/* Who gave the authority may take it back. */
static void post_end_by_party(OyerRequest *request, const OyerVisitor *visitor,
                              gpointer data)
{
    take(oyer_errand_of_filer_with_body(data, request, visitor, "case"), check_end,
         end);
}

void oyer_representative_routes(OyerHouse *self)
{
#define OF_CASE "/api/v1/registry/cases/{case}/representatives"
    oyer_house_staff_route(self, "GET", OF_CASE, OYER_RIGHT_READ_REGISTER, get_list);
    oyer_house_staff_route(self, "POST", OF_CASE, OYER_RIGHT_WRITE_REGISTER,
                           post_grant);
    oyer_house_staff_route(self, "POST", OF_CASE "/renew", OYER_RIGHT_WRITE_REGISTER,
                           post_renewal);
    oyer_house_staff_route(self, "POST", OF_CASE "/end", OYER_RIGHT_WRITE_REGISTER,
                           post_end);
    oyer_house_staff_route(self, "POST", "/api/v1/registry/cases/{case}/address",
                           OYER_RIGHT_WRITE_REGISTER, post_address);
    oyer_house_party_route(self, "POST", "/api/v1/cases/{case}/representatives/end",
                           post_end_by_party);
#undef OF_CASE
}
