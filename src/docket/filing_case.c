/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/case.h"
#include "docket/filing_run.h"
#include "docket/register.h"
#include "docket/visitor.h"
#include "filing/content.h"
#include "filing/fee.h"
#include "filing/term.h"

/* The person of a party: the filer himself, or somebody new. */
static gboolean put_party_person(OyerFilingRun *self, const json_t *party,
                                 gboolean *self_taken, char out[OYER_ID_SIZE],
                                 GError **error)
{
    static const char *const places[] = {"phone", "email"};
    const char *language = oyer_json_string(self->filing.submitted, "language");
    g_autofree char *id = oyer_id_new(self->now_us);

    if (oyer_json_bool(party, "self", FALSE) && !*self_taken) {
        *self_taken = TRUE;
        g_strlcpy(out, self->filing.filer, OYER_ID_SIZE);
        /* Who came in by a code has no name until here. */
        return oyer_db_exec(self->db, error,
                            "UPDATE person SET name = ? WHERE id = ? AND name = ''",
                            "ss", oyer_json_string(party, "name"), out);
    }
    g_strlcpy(out, id, OYER_ID_SIZE);
    if (!oyer_docket_put_person(self->db, id, oyer_json_string(party, "name"), language,
                                self->now_us, error))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        OyerChannel channel;
        const char *text = oyer_json_string(party, places[i]);
        g_autofree char *address = oyer_contact_parse(text ? text : "", &channel);
        if (address != NULL && !oyer_docket_put_contact(self->db, id, channel, address,
                                                        0, self->now_us, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean register_parties(OyerFilingRun *self, const char *case_id,
                                 GError **error)
{
    const json_t *parties = json_object_get(self->filing.submitted, "parties");
    g_autoptr(GHashTable) orders =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gboolean self_taken = FALSE;
    json_t *value;
    gsize i;

    json_array_foreach(parties, i, value)
    {
        const char *role = oyer_json_string(value, "role");
        char person[OYER_ID_SIZE];
        g_autofree char *id = oyer_id_new(self->now_us);
        int order = GPOINTER_TO_INT(g_hash_table_lookup(orders, role)) + 1;

        g_hash_table_insert(orders, g_strdup(role), GINT_TO_POINTER(order));
        if (!put_party_person(self, value, &self_taken, person, error))
            return FALSE;
        const OyerParty party = {id, case_id, person, role, order};
        if (!oyer_docket_put_party(self->db, &party, self->now_us, error))
            return FALSE;
    }
    return TRUE;
}

/* On the sheet, what goes out with the acceptance. */
static gboolean enter_notices(OyerFilingRun *self, const char *fee,
                              gboolean with_evidence, GError **error)
{
    g_autofree char *text = g_strdup_printf(
        "受理通知、交费通知（%s 元）%s / notices of acceptance and fee (CNY %s)%s", fee,
        with_evidence ? "、举证通知" : "", fee, with_evidence ? ", of evidence" : "");
    const OyerEntry entry = {.case_id = self->filing.case_id,
                             .kind = "notice",
                             .text = text,
                             .access = OYER_ACCESS_PARTIES,
                             .filed_us = self->now_us,
                             .filed_by = "",
                             .entered_by = "system"};

    return oyer_register_enter(self->db, &entry, self->now_us, NULL, error);
}

static json_t *notice_values(const char *fee, guint days, const char *rule)
{
    g_autofree char *count = g_strdup_printf("%u", days);

    return oyer_json_pack("{s:s,s:s,s:s}", "fee", fee, "days", count, "rule", rule);
}

/* The case is taken, what it costs, and what has to be shown until when. */
static gboolean tell_docketed(OyerFilingRun *self, const OyerCase *row, GError **error)
{
    const json_t *fees = self->rules->fees;
    gint64 fee_fen =
        oyer_fee_fen(fees, row->cause, row->procedure,
                     oyer_json_int(self->filing.submitted, "amount_fen", 0));
    g_autofree char *fee = g_strdup_printf("%" G_GINT64_FORMAT ".%02d", fee_fen / 100,
                                           (int)(fee_fen % 100));
    const json_t *evidence =
        oyer_terms_find(self->rules->clocks, "evidence", row->procedure);
    gboolean with_evidence = evidence != NULL;
    g_autofree char *rule = with_evidence ? oyer_term_rule(evidence) : NULL;

    return enter_notices(self, fee, with_evidence, error) &&
           oyer_filing_run_tell(self, "filing_docketed", json_object(), error) &&
           oyer_filing_run_tell(
               self, "case_fee",
               notice_values(fee, oyer_fee_days(fees), oyer_fee_rule(fees)), error) &&
           (!with_evidence ||
            oyer_filing_run_tell(
                self, "case_evidence",
                notice_values(fee, (guint)oyer_json_int(evidence, "days", 0), rule),
                error));
}

gboolean oyer_filing_run_docket(OyerFilingRun *self, const char *type_code,
                                const char *procedure, GError **error)
{
    OyerFiling *filing = &self->filing;
    const char *cause = oyer_json_string(filing->submitted, "cause");
    const char *usual = oyer_filing_cause_type(self->rules->causes, cause);
    g_autofree char *id = oyer_id_new(self->now_us);
    const OyerCase row = {.id = id,
                          .court = filing->court,
                          .year = oyer_filing_run_year(self),
                          .type_code = type_code ? type_code
                                       : usual   ? usual
                                                 : "民初",
                          .cause = cause,
                          .procedure = procedure ? procedure : "ordinary",
                          .format = self->rules->number_format};

    g_clear_pointer(&filing->case_number, g_free);
    if (!oyer_docket_open_case(self->db, &row, self->now_us, &filing->case_number,
                               error))
        return FALSE;
    g_strlcpy(filing->case_id, id, sizeof filing->case_id);
    filing->decided_us = self->now_us;
    return register_parties(self, id, error) &&
           oyer_register_begin_sheet(self->db, id, filing->id, self->rules->causes,
                                     self->now_us, error) &&
           tell_docketed(self, &row, error);
}
