/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/case.h"
#include "docket/filing_run.h"
#include "docket/register.h"
#include "docket/visitor.h"
#include "filing/content.h"

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
           oyer_filing_run_tell(self, "filing_docketed", json_object(), error);
}
