/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/filing_course.h"

#include <string.h>

#include "base/clock.h"
#include "docket/case.h"
#include "docket/filing_document.h"
#include "docket/filing_sealed.h"
#include "docket/register.h"
#include "docket/rows.h"
#include "docket/visitor.h"
#include "filing/content.h"

#define EXPIRE_AT_ONCE 20

static const OyerFilingActor clockwork = {
    .office = OYER_OFFICE_SYSTEM, .id = "system", .court = ""};

/* One step under way: all of it happens in one transaction. */
typedef struct {
    OyerDb *db;
    const OyerFilingRules *rules;
    const OyerFilingActor *actor;
    OyerFiling filing;
    char *court_code, *court_name;
    GTimeZone *zone;
    gint64 now_us;
    OyerFilingAnswer answer;
} Step;

static void step_clear(Step *self)
{
    oyer_filing_clear(&self->filing);
    g_free(self->court_code);
    g_free(self->court_name);
    g_clear_pointer(&self->zone, g_time_zone_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Step, step_clear)

static gboolean find_court(Step *self, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        self->db, error, "SELECT code, name, timezone FROM court WHERE id = ?", "s",
        self->filing.court);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    self->court_code = g_strdup(oyer_rows_text(rows, 0));
    self->court_name = g_strdup(oyer_rows_text(rows, 1));
    self->zone = g_time_zone_new_identifier(oyer_rows_text(rows, 2));
    if (self->zone == NULL)
        self->zone = g_time_zone_new_utc();
    return TRUE;
}

/* Begins: the filing as it is, moved to where @step leads, or an answer why not. */
static gboolean begin(Step *self, const char *id, OyerFilingStep step, GError **error)
{
    gboolean found = FALSE;

    if (!oyer_docket_find_filing(self->db, self->actor, id, &self->filing, &found,
                                 error))
        return FALSE;
    self->answer = !found ? OYER_FILING_NO_SUCH
                   : oyer_filing_step(self->filing.state, step, self->actor->office,
                                      &self->filing.state)
                       ? OYER_FILING_DONE
                       : OYER_FILING_WRONG_STATE;
    return self->answer != OYER_FILING_DONE || find_court(self, error);
}

static gboolean note(Step *self, const char *type, const char *object,
                     const char *reason, json_t *details, GError **error)
{
    return oyer_docket_note_filing(self->db, &self->filing, self->actor, type, object,
                                   reason, details, self->now_us, error);
}

static gboolean write_row(Step *self, GError **error)
{
    return oyer_docket_write_filing(self->db, &self->filing, self->now_us,
                                    &self->answer, error);
}

/* Ends the transaction as it went. */
static gboolean end(Step *self, gboolean done, OyerFilingAnswer *out_answer,
                    GError **error)
{
    *out_answer = self->answer;
    /* That an approval was missing is written down. */
    if (done &&
        (self->answer == OYER_FILING_DONE || self->answer == OYER_FILING_NEEDS_TWO))
        return oyer_db_commit(self->db, error);
    oyer_db_rollback(self->db);
    return done;
}

/* Tells the filer: once for each round and kind.  @values is taken. */
static gboolean tell(Step *self, const char *kind, json_t *values, GError **error)
{
    const OyerFiling *filing = &self->filing;
    g_autoptr(json_t) owned = values;
    g_autofree char *key =
        g_strdup_printf("%s:%s:%" G_GINT64_FORMAT, kind, filing->id, filing->round);
    const OyerNoticeWish wish = {.key = key,
                                 .kind = kind,
                                 .role = "filer",
                                 .court = filing->court,
                                 .person = filing->filer,
                                 .case_id = *filing->case_id ? filing->case_id : NULL,
                                 .filing = filing->id,
                                 .values = owned};

    json_object_set_new(owned, "receipt_no", json_string(filing->receipt_no));
    return oyer_docket_queue_notice(self->db, &self->rules->notices, &wish,
                                    self->now_us, NULL, error);
}

static GDateTime *local_time(const Step *self)
{
    g_autoptr(GDateTime) utc =
        g_date_time_new_from_unix_utc(self->now_us / OYER_SECOND_US);

    return g_date_time_to_timezone(utc, self->zone);
}

static int local_year(const Step *self)
{
    g_autoptr(GDateTime) local = local_time(self);

    return g_date_time_get_year(local);
}

/* "2026-03-13 09:30:00 +08:00" */
static char *local_text(const Step *self)
{
    g_autoptr(GDateTime) local = local_time(self);

    return g_date_time_format(local, "%F %T %:z");
}

/* Both clocks begin (LIT §9(2): for a supplement on the day after it arrives). */
static void start_clocks(Step *self)
{
    OyerFiling *filing = &self->filing;

    filing->received_us = self->now_us;
    filing->due_us = oyer_calendar_due_us(self->rules->calendar, self->zone,
                                          self->now_us, self->rules->statutory_days);
    filing->target_us = oyer_calendar_work_end_us(self->rules->calendar, self->zone,
                                                  self->now_us, self->rules->target_us);
    filing->correction_due_us = 0;
}

/* ---- handing in ---- */

static gboolean take_receipt_number(Step *self, GError **error)
{
    int year = local_year(self);
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        self->db, error,
        "INSERT INTO receipt_number_seq (court, year, next) VALUES (?, ?, 2) "
        "ON CONFLICT (court, year) DO UPDATE SET next = receipt_number_seq.next + 1 "
        "RETURNING next - 1",
        "si", self->filing.court, (gint64)year);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    g_free(self->filing.receipt_no);
    self->filing.receipt_no = g_strdup_printf("R%d%s-%06" G_GINT64_FORMAT, year,
                                              self->court_code, oyer_rows_int(rows, 0));
    return TRUE;
}

/* Every file of every document, flat. */
static json_t *list_files(json_t *documents)
{
    json_t *out = json_array(), *document, *file;
    gsize i, j;

    json_array_foreach(documents, i, document)
    {
        json_t *files = json_object_get(document, "files");
        json_array_foreach(files, j, file)
        {
            json_array_append_new(
                out, oyer_json_pack("{s:O,s:O,s:O,s:O}", "document",
                                    json_object_get(document, "title"), "name",
                                    json_object_get(file, "name"), "sha256",
                                    json_object_get(file, "sha256"), "size_bytes",
                                    json_object_get(file, "size_bytes")));
        }
    }
    return out;
}

static gboolean sign_receipt(Step *self, const char *text, char **out_body,
                             GError **error)
{
    g_autoptr(json_t) body = oyer_key_sign_text(self->rules->key, text, error);

    if (body == NULL)
        return FALSE;
    *out_body = oyer_json_text(body);
    return TRUE;
}

static gboolean write_receipt(Step *self, GError **error)
{
    const OyerFiling *filing = &self->filing;
    json_t *documents =
        oyer_docket_filing_documents(self->db, filing->id, filing->round, TRUE, error);
    g_autofree char *at = oyer_time_format(self->now_us);
    g_autofree char *local = local_text(self);
    g_autofree char *content = oyer_json_canonical(filing->submitted);
    g_autofree char *body = NULL;
    char content_sha256[OYER_SHA256_HEX_SIZE];

    if (documents == NULL)
        return FALSE;
    oyer_sha256_hex(content, strlen(content), content_sha256);
    g_autoptr(json_t) receipt = oyer_json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:o}", "type", "oyer.receipt.v1",
        "number", filing->receipt_no, "filing", filing->id, "court", self->court_code,
        "court_name", self->court_name, "received", at, "local", local, "round",
        (json_int_t)filing->round, "content_sha256", content_sha256, "files",
        list_files(documents));
    json_decref(documents);
    g_autofree char *text = oyer_json_canonical(receipt);
    return sign_receipt(self, text, &body, error) &&
           oyer_db_exec(self->db, error,
                        "INSERT INTO filing_receipt (filing, round, body, created_at) "
                        "VALUES (?, ?, ?, ?)",
                        "sisi", filing->id, filing->round, body, self->now_us);
}

/* What must still be done before it can be handed in. */
static gboolean find_missing(Step *self, json_t **out_missing, GError **error)
{
    gint64 documents = 0, unready = 0;

    if (!oyer_docket_count_files(self->db, self->filing.id, &documents, &unready,
                                 error))
        return FALSE;
    json_t *missing = oyer_filing_content_missing(self->filing.content);
    if (documents == 0)
        json_array_append_new(missing, json_string("documents"));
    if (unready > 0)
        json_array_append_new(missing, json_string("files"));
    if (json_array_size(missing) > 0)
        self->answer = OYER_FILING_INCOMPLETE;
    *out_missing = missing;
    return TRUE;
}

static gboolean submit(Step *self, json_t **out_missing, GError **error)
{
    OyerFiling *filing = &self->filing;

    if (!find_missing(self, out_missing, error))
        return FALSE;
    if (self->answer != OYER_FILING_DONE)
        return TRUE;
    filing->round++;
    start_clocks(self);
    if (filing->first_received_us == 0)
        filing->first_received_us = self->now_us;
    g_clear_pointer(&filing->submitted, json_decref);
    filing->submitted = json_deep_copy(filing->content);
    if (!*filing->receipt_no && !take_receipt_number(self, error))
        return FALSE;
    return write_row(self, error) &&
           (self->answer != OYER_FILING_DONE ||
            (write_receipt(self, error) &&
             note(self, "submitted", filing->receipt_no, NULL,
                  oyer_json_pack("{s:I}", "round", (json_int_t)filing->round), error) &&
             tell(self, "filing_received",
                  oyer_json_pack("{s:I,s:I}", "time", (json_int_t)self->now_us, "due",
                                 (json_int_t)filing->due_us),
                  error)));
}

gboolean oyer_docket_submit_filing(OyerDb *db, const OyerFilingActor *filer,
                                   const OyerFilingRules *rules, const char *id,
                                   gint64 rev, gint64 now_us,
                                   OyerFilingAnswer *out_answer, json_t **out_missing,
                                   GError **error)
{
    g_auto(Step) self = {.db = db, .rules = rules, .actor = filer, .now_us = now_us};

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = begin(&self, id, OYER_FILING_SUBMIT, error);
    if (done && self.answer == OYER_FILING_DONE && self.filing.rev != rev)
        self.answer = OYER_FILING_STALE;
    if (done && self.answer == OYER_FILING_DONE)
        done = submit(&self, out_missing, error);
    return end(&self, done, out_answer, error);
}

gboolean oyer_docket_filer_step(OyerDb *db, const OyerFilingActor *filer,
                                const OyerFilingRules *rules, const char *id,
                                OyerFilingStep step, const char *reason, gint64 now_us,
                                OyerFilingAnswer *out_answer, GError **error)
{
    g_auto(Step) self = {.db = db, .rules = rules, .actor = filer, .now_us = now_us};
    gboolean insists = step == OYER_FILING_INSIST;

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = begin(&self, id, step, error);
    if (done && self.answer == OYER_FILING_DONE) {
        if (insists)
            start_clocks(&self);
        else
            self.filing.decided_us = now_us;
        done =
            write_row(&self, error) &&
            note(&self, insists ? "insisted" : "withdrawn", NULL, reason, NULL, error);
    }
    return end(&self, done, out_answer, error);
}

/* ---- the case ---- */

/* The person of a party: the filer himself, or somebody new. */
static gboolean put_party_person(Step *self, const json_t *party, gboolean *self_taken,
                                 char out[OYER_ID_SIZE], GError **error)
{
    static const char *const places[] = {"phone", "email"};
    const char *language = oyer_json_string(self->filing.submitted, "language");
    g_autofree char *id = oyer_id_new(self->now_us);

    if (oyer_json_bool(party, "self", FALSE) && !*self_taken) {
        *self_taken = TRUE;
        g_strlcpy(out, self->filing.filer, OYER_ID_SIZE);
        return TRUE;
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

static gboolean register_parties(Step *self, const char *case_id, GError **error)
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

/* Number, case, parties and sheet, in this transaction. */
static gboolean docket(Step *self, const char *type_code, const char *procedure,
                       GError **error)
{
    OyerFiling *filing = &self->filing;
    const char *cause = oyer_json_string(filing->submitted, "cause");
    const char *usual = oyer_filing_cause_type(self->rules->causes, cause);
    g_autofree char *id = oyer_id_new(self->now_us);
    const OyerCase row = {.id = id,
                          .court = filing->court,
                          .year = local_year(self),
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
           tell(self, "filing_docketed", json_object(), error);
}

/* ---- the registry's steps ---- */

static gboolean put_review(Step *self, const char *kind, json_t *body, GError **error)
{
    g_autoptr(json_t) owned = body;
    g_autofree char *text = oyer_json_text(owned);
    g_autofree char *id = oyer_id_new(self->now_us);

    return oyer_db_exec(self->db, error,
                        "INSERT INTO filing_review (id, filing, round, kind, reviewer, "
                        "body, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        "ssisssi", id, self->filing.id, self->filing.round, kind,
                        self->actor->id, text, self->now_us);
}

/* The earlier notices of this filing.  (transfer full): NULL with @error set. */
static json_t *find_corrections(Step *self, GError **error)
{
    g_autoptr(json_t) list = json_array();
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        self->db, error,
        "SELECT body FROM filing_review WHERE filing = ? AND kind = 'correction' "
        "ORDER BY created_at",
        "s", self->filing.id);

    while (rows && oyer_rows_next(rows, &failed)) {
        const char *text = oyer_rows_text(rows, 0);
        json_t *body = oyer_json_parse(text, strlen(text), &failed);
        if (body == NULL)
            break;
        json_array_append_new(list, body);
    }
    if (failed)
        g_propagate_error(error, g_steal_pointer(&failed));
    else if (rows)
        return g_steal_pointer(&list);
    return NULL;
}

/* The ids of the documents that came with this round.  (transfer full) */
static json_t *find_new_documents(Step *self, GError **error)
{
    g_autoptr(json_t) documents = oyer_docket_filing_documents(
        self->db, self->filing.id, self->filing.round, TRUE, error);
    json_t *list = documents ? json_array() : NULL, *document;
    gsize i;

    json_array_foreach(documents, i, document)
    {
        if (oyer_json_int(document, "round", 0) == self->filing.round)
            json_array_append(list, json_object_get(document, "id"));
    }
    return list;
}

/* GF-3: what could have been said at first needs a reason, and the head hears of it. */
static gboolean judge_lateness(Step *self, const OyerRegistryWords *words,
                               GError **error)
{
    g_autoptr(json_t) before = find_corrections(self, error);
    g_autoptr(json_t) fresh = before ? find_new_documents(self, error) : NULL;

    if (fresh == NULL)
        return FALSE;
    if (!oyer_filing_is_late(words->items, before, fresh))
        return TRUE;
    if (words->late_reason == NULL || !*words->late_reason) {
        self->answer = OYER_FILING_LATE_REASON;
        return TRUE;
    }
    self->filing.is_late = TRUE;
    g_free(self->filing.head_task);
    self->filing.head_task = g_strdup("late_defect");
    return note(self, "late_defect", NULL, words->late_reason, NULL, error);
}

/* "1. …", and what the registry says to all of it. */
static json_t *list_items(const OyerRegistryWords *words)
{
    g_autoptr(GString) text = g_string_new(NULL);
    json_t *item;
    gsize i;

    json_array_foreach(words->items, i, item)
    {
        g_string_append_printf(text, "%s%" G_GSIZE_FORMAT ". %s", i ? "\n" : "", i + 1,
                               oyer_json_string(item, "text"));
    }
    if (words->text != NULL && *words->text)
        g_string_append_printf(text, "\n\n%s", words->text);
    return json_string(text->str);
}

static gboolean request_correction(Step *self, const OyerRegistryWords *words,
                                   GError **error)
{
    OyerFiling *filing = &self->filing;

    if (!judge_lateness(self, words, error))
        return FALSE;
    if (self->answer != OYER_FILING_DONE)
        return TRUE;
    filing->correction_due_us = oyer_calendar_due_us(self->rules->calendar, self->zone,
                                                     self->now_us, words->days);
    g_autoptr(json_t) items = json_deep_copy(words->items);
    return put_review(self, "correction",
                      oyer_json_pack(
                          "{s:O,s:s,s:I,s:s}", "items", items, "text", words->text,
                          "due_us", (json_int_t)filing->correction_due_us,
                          "late_reason", words->late_reason ? words->late_reason : ""),
                      error) &&
           note(self, "correction_requested", NULL, words->text,
                oyer_json_pack("{s:O,s:I}", "items", items, "due_us",
                               (json_int_t)filing->correction_due_us),
                error) &&
           tell(self, "filing_correction",
                oyer_json_pack("{s:o,s:I}", "items", list_items(words), "due",
                               (json_int_t)filing->correction_due_us),
                error);
}

static gboolean refuse(Step *self, const OyerRegistryWords *words, GError **error)
{
    static const char appeal[] =
        "可以自裁定书送达之日起十日内向上一级人民法院提起上诉。 "
        "You may appeal to the next higher court within ten days of service of the "
        "ruling.";

    self->filing.decided_us = self->now_us;
    return put_review(self, "refusal",
                      oyer_json_pack("{s:s,s:s,s:s,s:s}", "code", words->code, "text",
                                     words->text, "ruling", words->ruling, "appeal",
                                     appeal),
                      error) &&
           note(self, "refused", NULL, words->text,
                oyer_json_pack("{s:s}", "code", words->code), error) &&
           tell(self, "filing_refused",
                oyer_json_pack("{s:s,s:s}", "reason", words->text, "appeal", appeal),
                error);
}

static gboolean accept_case(Step *self, const OyerRegistryWords *words, GError **error)
{
    return docket(self, words->type_code, words->procedure, error) &&
           note(self, "docketed", self->filing.case_id, NULL,
                oyer_json_pack("{s:s}", "case_number", self->filing.case_number),
                error);
}

static gboolean open_review(Step *self, const OyerRegistryWords *words G_GNUC_UNUSED,
                            GError **error)
{
    g_strlcpy(self->filing.reviewer, self->actor->id, sizeof self->filing.reviewer);
    return note(self, "opened", NULL, NULL, NULL, error);
}

static gboolean put_note(Step *self, const OyerRegistryWords *words, GError **error)
{
    return put_review(self, "note", oyer_json_pack("{s:s}", "text", words->text),
                      error) &&
           note(self, "noted", NULL, words->text, NULL, error);
}

/* The last day moves, by a superior's leave, also when it is over. */
static gboolean extend(Step *self, const OyerRegistryWords *words, GError **error)
{
    OyerFiling *filing = &self->filing;

    if (!oyer_docket_spend_filing(self->db, words->staff, OYER_RIGHT_OVERRIDE, "filing",
                                  filing->id, self->now_us, &self->answer, error))
        return FALSE;
    if (self->answer != OYER_FILING_DONE)
        return TRUE;
    filing->correction_due_us = oyer_calendar_due_us(self->rules->calendar, self->zone,
                                                     self->now_us, words->days);
    return note(
        self, "extended", NULL, words->text,
        oyer_json_pack("{s:I}", "due_us", (json_int_t)filing->correction_due_us),
        error);
}

gboolean oyer_docket_registry_step(OyerDb *db, const OyerFilingActor *registry,
                                   const OyerFilingRules *rules, const char *id,
                                   OyerFilingStep step, const OyerRegistryWords *words,
                                   gint64 now_us, OyerFilingAnswer *out_answer,
                                   GError **error)
{
    static gboolean (*const acts[OYER_FILING_STEPS])(
        Step * self, const OyerRegistryWords *words, GError **error) = {
        [OYER_FILING_OPEN] = open_review,
        [OYER_FILING_NOTE] = put_note,
        [OYER_FILING_REQUEST_CORRECTION] = request_correction,
        [OYER_FILING_ACCEPT] = accept_case,
        [OYER_FILING_REFUSE] = refuse,
        [OYER_FILING_EXTEND] = extend,
    };
    g_auto(Step) self = {.db = db, .rules = rules, .actor = registry, .now_us = now_us};

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = begin(&self, id, step, error);
    if (done && self.answer == OYER_FILING_DONE)
        done = acts[step](&self, words, error);
    if (done && self.answer == OYER_FILING_DONE)
        done = write_row(&self, error);
    return end(&self, done, out_answer, error);
}

gboolean oyer_docket_acknowledge_filing(OyerDb *db, const OyerFilingActor *registry,
                                        const char *id, const char *text, gint64 now_us,
                                        OyerFilingAnswer *out_answer, GError **error)
{
    g_auto(Step) self = {.db = db, .actor = registry, .now_us = now_us};
    gboolean found = FALSE;

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done =
        oyer_docket_find_filing(db, registry, id, &self.filing, &found, error);
    self.answer = !found                    ? OYER_FILING_NO_SUCH
                  : !*self.filing.head_task ? OYER_FILING_WRONG_STATE
                                            : OYER_FILING_DONE;
    if (done && self.answer == OYER_FILING_DONE) {
        g_free(self.filing.head_task);
        self.filing.head_task = g_strdup("");
        done = note(&self, "noted", NULL, text, NULL, error) && write_row(&self, error);
    }
    return end(&self, done, out_answer, error);
}

gboolean oyer_docket_note_dwell(OyerDb *db, const OyerFilingActor *registry,
                                const char *id, const char *file_id, guint page,
                                guint seconds, gint64 now_us,
                                OyerFilingAnswer *out_answer, GError **error)
{
    g_auto(Step) self = {.db = db, .actor = registry, .now_us = now_us};
    g_auto(OyerFilingFile) file = {0};
    gboolean found = FALSE, writable = FALSE;

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = oyer_docket_find_file(db, registry, id, file_id, &file, &found,
                                          &writable, error);
    self.answer = found ? OYER_FILING_DONE : OYER_FILING_NO_SUCH;
    g_strlcpy(self.filing.id, id, sizeof self.filing.id);
    if (done && found)
        done = note(
            &self, "dwelt", file_id, NULL,
            oyer_json_pack("{s:i,s:i}", "page", (int)page, "seconds", (int)seconds),
            error);
    return end(&self, done, out_answer, error);
}

gboolean oyer_docket_filing_receipt(OyerDb *db, const OyerFilingActor *actor,
                                    const char *id, gint64 round, json_t **out,
                                    GError **error)
{
    g_auto(OyerFiling) filing = {0};
    gboolean found = FALSE;

    *out = NULL;
    if (!oyer_docket_find_filing(db, actor, id, &filing, &found, error))
        return FALSE;
    if (!found)
        return TRUE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT body FROM filing_receipt r WHERE filing = ? AND round = ? "
        "AND (? = 1 OR NOT EXISTS (SELECT 1 FROM filing_document d "
        "WHERE d.filing = r.filing AND d.sealed_at > 0))",
        "sii", id, round > 0 ? round : filing.round,
        (gint64)(actor->office != OYER_OFFICE_REGISTRY || actor->reads_sealed));
    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (found)
        *out = oyer_json_parse(oyer_rows_text(rows, 0), strlen(oyer_rows_text(rows, 0)),
                               error);
    return !found || *out != NULL;
}

/* ---- the clock ---- */

static gboolean deem(Step *self, GError **error)
{
    g_free(self->filing.head_task);
    self->filing.head_task = g_strdup("deemed");
    return docket(self, NULL, NULL, error) &&
           note(self, "deemed_docketed", self->filing.case_id, NULL,
                oyer_json_pack("{s:s}", "case_number", self->filing.case_number),
                error);
}

static gboolean expire_one(OyerDb *db, const OyerFilingRules *rules, const char *id,
                           OyerFilingStep step, gint64 now_us, GError **error)
{
    g_auto(Step) self = {
        .db = db, .rules = rules, .actor = &clockwork, .now_us = now_us};
    OyerFilingAnswer answer;

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = begin(&self, id, step, error);
    if (done && self.answer == OYER_FILING_DONE)
        done = step == OYER_FILING_DEEM
                   ? deem(&self, error)
                   : note(&self, "returned", NULL, NULL, NULL, error) &&
                         tell(&self, "filing_returned", json_object(), error);
    if (done && self.answer == OYER_FILING_DONE)
        done = write_row(&self, error);
    return end(&self, done, &answer, error);
}

static gboolean expire_all(OyerDb *db, const OyerFilingRules *rules, const char *sql,
                           OyerFilingStep step, gint64 now_us, gboolean *out_more,
                           GError **error)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, sql, "ii", now_us, (gint64)EXPIRE_AT_ONCE);

    while (rows && oyer_rows_next(rows, &failed))
        g_ptr_array_add(ids, g_strdup(oyer_rows_text(rows, 0)));
    if (failed)
        g_propagate_error(error, g_steal_pointer(&failed));
    if (!rows || (error && *error))
        return FALSE;
    g_clear_pointer(&rows, oyer_rows_free);
    for (guint i = 0; i < ids->len; i++)
        if (!expire_one(db, rules, ids->pdata[i], step, now_us, error))
            return FALSE;
    *out_more |= ids->len == EXPIRE_AT_ONCE;
    return TRUE;
}

gboolean oyer_docket_expire_filings(OyerDb *db, const OyerFilingRules *rules,
                                    gint64 now_us, gboolean *out_more, GError **error)
{
    *out_more = FALSE;
    return expire_all(db, rules,
                      "SELECT id FROM filing WHERE state IN ('received', 'in_review', "
                      "'insisted') AND due_at <= ? ORDER BY due_at, id LIMIT ?",
                      OYER_FILING_DEEM, now_us, out_more, error) &&
           expire_all(db, rules,
                      "SELECT id FROM filing WHERE state = 'correction_requested' "
                      "AND correction_due_at <= ? ORDER BY correction_due_at, id "
                      "LIMIT ?",
                      OYER_FILING_RETURN, now_us, out_more, error);
}
