/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * docket PLACE CASES: what the register costs when it holds so many cases.  The bulk is
 * written straight into the tables; what is measured goes through the code that the
 * server uses: searches, pages of cases, the docketing of filings, when a tenth of the
 * cases is there and when all are, and fifty at once.
 *
 * Prints one line of JSON.  PLACE: an empty file's path, or the URI of an empty database.
 */
#include <string.h>

#include "base/clock.h"
#include "base/search.h"
#include "docket/demo.h"
#include "docket/filing_course.h"
#include "docket/register_read.h"
#include "docket/rows.h"
#include "filing/content.h"
#include "filing/fee.h"
#include "filing/paper.h"
#include "filing/term.h"
#include "store/thread.h"

#define COURT "demo-court"
#define BATCH 500
#define ACCEPTANCES 200
#define SEARCHES 400
#define PAGES 500
#define AT_ONCE 50

static const char *const surnames[] = {
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱",
    "胡", "郭", "何", "林", "高", "罗", "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯",
    "邓", "曹", "彭", "曾", "肖", "田", "董", "潘", "袁", "蔡", "蒋", "余"};
static const char *const given[] = {
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟",
    "涛", "明", "超", "秀", "霞", "平", "刚", "桂", "英", "华", "玉", "兰", "建", "国",
    "文", "志", "海", "云", "峰", "雪", "梅", "宇", "欣", "浩", "思", "佳"};
static const char *const causes[][2] = {
    {"private_lending", "民间借贷纠纷 Private lending dispute"},
    {"sale", "买卖合同纠纷 Sale contract dispute"},
    {"lease", "房屋租赁合同纠纷 House lease dispute"},
    {"service", "服务合同纠纷 Service contract dispute"},
    {"traffic", "机动车交通事故责任纠纷 Traffic accident liability"},
    {"labour", "劳动争议 Labour dispute"},
    {"divorce", "离婚纠纷 Divorce"},
    {"property", "物业服务合同纠纷 Property service dispute"}};
static const char *const claims[] = {
    "请求判令被告归还借款",       "请求判令被告支付货款", "请求解除租赁合同并返还押金",
    "请求判令被告赔偿医疗费",     "请求支付拖欠的工资",   "请求判令离婚",
    "请求支付物业服务费及违约金", "请求返还定金"};
static const char *const facts[] = {
    "双方签订书面合同",     "原告多次催讨未果", "被告至今未付",       "有转账记录为证",
    "经交警认定负全部责任", "约定按月付息",     "押金条由出租人出具", "双方长期分居"};

typedef struct {
    OyerDb *db;
    GRand *dice; /* the same each time */
    gint64 now_us;
    guint cases; /* so far, in bulk */
    gboolean is_postgres;
    OyerKey *key;
    OyerCalendar *calendar;
    json_t *causes, *clocks, *fees, *papers;
    OyerNoticeTexts *texts;
    OyerFilingRules rules;
} Bench;

#define PICK(self, list) \
    (list)[g_rand_int_range((self)->dice, 0, (gint32)G_N_ELEMENTS(list))]

static void check(gboolean done, const GError *error)
{
    if (!done)
        g_error("%s", error ? error->message : "it did not work");
}

static void run(Bench *self, const char *sql)
{
    g_autoptr(GError) error = NULL;

    check(oyer_db_run(self->db, sql, &error), error);
}

static gint64 ask_number(OyerDb *db, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(db, &error, sql, "");
    gboolean found = FALSE;

    check(oyer_rows_first(rows, &found, &error), error);
    return found ? oyer_rows_int(rows, 0) : 0;
}

/* ---- the bulk ---- */

static char *make_name(Bench *self)
{
    return g_strconcat(PICK(self, surnames), PICK(self, given),
                       g_rand_boolean(self->dice) ? PICK(self, given) : "", NULL);
}

/* The rows of one INSERT for each table. */
enum { PERSON, CASE, PARTY, ENTRY, TEXT, SEARCH, TABLES };

static const char *const inserts[TABLES] = {
    [PERSON] = "person (id, name, language, created_at)",
    [CASE] = "case_ (id, court, year, type_code, seq, number_text, cause, procedure, "
             "docketed_at, access, entries, claimant, respondent)",
    [PARTY] = "party (id, case_id, person, role, order_no, created_at)",
    [ENTRY] = "docket_entry (case_id, number, kind, text, access, filed_at, filed_by, "
              "entered_at, entered_by)",
    [TEXT] = "register_text (id, case_id, entry, text)",
    [SEARCH] = "register_search (rowid, folded, pairs, access)",
};

G_GNUC_PRINTF(3, 4)
static void add_row(GString **tables, int table, const char *format, ...)
{
    va_list values;

    g_string_append(tables[table], tables[table]->len ? ",(" : "(");
    va_start(values, format);
    g_string_append_vprintf(tables[table], format, values);
    va_end(values);
    g_string_append_c(tables[table], ')');
}

static void add_found(GString **tables, gint64 id, const char *case_id, int entry,
                      const char *text, OyerAccess access)
{
    g_autofree char *folded = oyer_search_fold(text);
    g_autofree char *pairs = oyer_search_pairs(text);

    add_row(tables, TEXT, "%" G_GINT64_FORMAT ",'%s',%d,'%s'", id, case_id, entry,
            text);
    add_row(tables, SEARCH, "%" G_GINT64_FORMAT ",'%s','%s',%d", id, folded, pairs,
            (int)access);
}

static void add_case(Bench *self, GString **tables, gint64 first)
{
    static const char *const roles[] = {"plaintiff", "defendant"};
    guint seq = ++self->cases;
    gint64 at_us = self->now_us - OYER_DAY_US + seq;
    g_autofree char *id = oyer_id_new(at_us);
    g_autofree char *number = g_strdup_printf("（2020）沪0199民初%u号", seq);
    g_autofree char *names[] = {make_name(self), make_name(self)};
    guint cause = (guint)g_rand_int_range(self->dice, 0, G_N_ELEMENTS(causes));
    g_autofree char *head =
        g_strdup_printf("%s\n%s\n%s、%s", number, causes[cause][1], names[0], names[1]);
    g_autofree char *claim =
        g_strdup_printf("%s%d元。%s，%s。", PICK(self, claims),
                        g_rand_int_range(self->dice, 1, 999) * 1000, PICK(self, facts),
                        PICK(self, facts));

    add_row(tables, CASE,
            "'%s','" COURT "',2020,'民初',%u,'%s','%s','summary',%" G_GINT64_FORMAT
            ",0,2,'%s','%s'",
            id, seq, number, causes[cause][0], at_us, names[0], names[1]);
    for (guint i = 0; i < 2; i++) {
        g_autofree char *person = oyer_id_new(at_us);
        add_row(tables, PERSON, "'%s','%s','zh',%" G_GINT64_FORMAT, person, names[i],
                at_us);
        add_row(tables, PARTY, "'%s','%s','%s','%s',1,%" G_GINT64_FORMAT, person, id,
                person, roles[i], at_us);
        add_row(tables, ENTRY,
                "'%s',%u,'%s','',%d,%" G_GINT64_FORMAT ",'',%" G_GINT64_FORMAT
                ",'system'",
                id, i + 1, i ? "docketed" : "complaint", i ? 0 : 1, at_us, at_us);
    }
    add_found(tables, first + 2 * seq, id, 0, head, OYER_ACCESS_PUBLIC);
    add_found(tables, first + 2 * seq + 1, id, 1, claim, OYER_ACCESS_PARTIES);
}

static char *ask_text(OyerDb *db, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(db, &error, sql, "");
    gboolean found = FALSE;

    check(oyer_rows_first(rows, &found, &error), error);
    return g_strdup(oyer_rows_text(rows, 0));
}

/* What the server itself adds in between takes its ids behind the bulk's. */
static void write_bulk(Bench *self, guint until)
{
    gint64 first = ask_number(self->db, "SELECT MAX(next) FROM register_range") -
                   2 * (gint64)self->cases;

    while (self->cases < until) {
        GString *tables[TABLES];
        g_autoptr(GString) sql = g_string_new("BEGIN;");
        guint last = MIN(self->cases + BATCH, until);

        for (int i = 0; i < TABLES; i++)
            tables[i] = g_string_new(NULL);
        while (self->cases < last)
            add_case(self, tables, first);
        for (int i = 0; i < TABLES; i++) {
            g_string_append_printf(sql, "INSERT INTO %s VALUES %s;", inserts[i],
                                   tables[i]->str);
            g_string_free(tables[i], TRUE);
        }
        g_string_append_printf(
            sql, "UPDATE register_range SET next = %" G_GINT64_FORMAT ";COMMIT;",
            first + 2 * (gint64)self->cases + 2);
        run(self, sql->str);
    }
}

/* Quicker than a court grows: nothing is checked that is right by its making, nothing is
 * synced; PostgreSQL's index is made at the end, and its statistics, which autovacuum
 * does once a minute. */
static void fill(Bench *self, guint until)
{
    if (!self->is_postgres) {
        run(self, "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF");
        write_bulk(self, until);
        run(self, "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;"
                  "PRAGMA wal_checkpoint(TRUNCATE)");
        return;
    }
    g_autofree char *index = ask_text(
        self->db, "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() "
                  "AND indexname = 'register_search_tokens'");
    run(self, "SET session_replication_role = replica; SET synchronous_commit = off;"
              "SET maintenance_work_mem = '512MB'; DROP INDEX register_search_tokens");
    write_bulk(self, until);
    run(self, index);
    run(self, "RESET session_replication_role; RESET synchronous_commit; ANALYZE");
    run(self, "CHECKPOINT");
}

/* ---- docketing ---- */

/* Filings that somebody has under review.  Of char *: their ids. */
static GPtrArray *make_filings(Bench *self, guint count)
{
    GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < count; i++) {
        char *id = oyer_id_new(self->now_us);
        g_autofree char *name = make_name(self);
        g_autofree char *sql = g_strdup_printf(
            "INSERT INTO filing (id, court, filer, state, rev, round, content, "
            "submitted, receipt_no, first_received_at, received_at, due_at, target_at, "
            "correction_due_at, decided_at, case_number, reviewer, late_defect, "
            "head_task, created_at, updated_at) VALUES ('%s', '" COURT
            "', 'demo-plaintiff', 'in_review', 1, 1, '{}', "
            "'{\"language\":\"zh\",\"cause\":\"sale\",\"claim\":\"%s\",\"facts\":\"%s\","
            "\"parties\":[{\"role\":\"plaintiff\",\"kind\":\"person\",\"name\":\"朱敏\","
            "\"self\":true},{\"role\":\"defendant\",\"kind\":\"person\",\"name\":\"%s\"}"
            "]}', 'R-%s', 1, 1, 1, 1, 0, 0, '', 'demo-registrar', 0, '', 1, 1);"
            "INSERT INTO filing_receipt VALUES ('%s', 1, '{}', 1);"
            "INSERT INTO filing_document (id, filing, position, round, title, kind, "
            "created_at) VALUES ('d-%s', '%s', 0, 1, '借条', 'evidence', 1)",
            id, PICK(self, claims), PICK(self, facts), name, id, id, id, id);
        g_ptr_array_add(ids, id);
        run(self, sql);
    }
    return ids;
}

static gboolean accept_filing(OyerDb *db, const OyerFilingRules *rules, const char *id,
                              gint64 now_us, GError **error)
{
    const OyerFilingActor registry = {
        .office = OYER_OFFICE_REGISTRY, .id = "demo-registrar", .court = COURT};
    const OyerRegistryWords words = {.type_code = "民初"};
    OyerFilingAnswer answer = OYER_FILING_BAD;

    if (!oyer_docket_registry_step(db, &registry, rules, id, OYER_FILING_ACCEPT, &words,
                                   now_us, &answer, error))
        return FALSE;
    g_assert_cmpint(answer, ==, OYER_FILING_DONE);
    return TRUE;
}

static gint compare(gconstpointer a, gconstpointer b)
{
    gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

    return x < y ? -1 : x > y;
}

/* The value below which a share of @times lies; µs. */
static gint64 quantile(GArray *times, double share)
{
    g_array_sort(times, compare);
    return g_array_index(times, gint64,
                         MIN((guint)(times->len * share), times->len - 1));
}

static void take_time(GArray *times, gint64 begun_us)
{
    gint64 took_us = g_get_monotonic_time() - begun_us;

    g_array_append_val(times, took_us);
}

/* Milliseconds that a docketing takes, the median. */
static double measure_docketing(Bench *self)
{
    g_autoptr(GPtrArray) ids = make_filings(self, ACCEPTANCES);
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < ids->len; i++) {
        gint64 begun_us = g_get_monotonic_time();
        check(
            accept_filing(self->db, &self->rules, ids->pdata[i], self->now_us, &error),
            error);
        take_time(times, begun_us);
    }
    return (double)quantile(times, 0.5) / 1000;
}

/* ---- reading ---- */

static const OyerStaffSession clerk = {.account = "demo-clerk",
                                       .person = "demo-clerk",
                                       .court = COURT,
                                       .roles = 1u << OYER_STAFF_CLERK};

/* What people look for: names, numbers, causes, words of claims; one that stands nowhere,
 * one character that stands everywhere. */
static char *make_query(Bench *self, guint number)
{
    g_autofree char *name = make_name(self);
    guint seq = (guint)g_rand_int_range(self->dice, 1, (gint32)self->cases);

    switch (number % 8) {
    case 0:
        return g_strdup_printf("民初%u号", seq);
    case 1:
        return g_strconcat(name, " 借贷", NULL);
    case 2:
        return g_strdup(PICK(self, claims));
    case 3:
        return g_strconcat(PICK(self, facts), " 押金", NULL);
    case 4:
        return g_strdup("合同");
    case 5:
        return g_strdup(number % 16 == 5 ? "纠" : "鼎鑫");
    default:
        return g_steal_pointer(&name);
    }
}

static void measure_searches(Bench *self, json_t *out)
{
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(GError) error = NULL;
    guint hits = 0;

    for (guint i = 0; i < SEARCHES; i++) {
        g_autofree char *query = make_query(self, i);
        g_autoptr(json_t) found = NULL;
        gint64 begun_us = g_get_monotonic_time();
        check(oyer_register_search(self->db, &clerk, query, 0, self->now_us, &found,
                                   &error),
              error);
        take_time(times, begun_us);
        hits += json_array_size(json_object_get(found, "hits")) > 0;
    }
    /* A register in which nothing is found is fast. */
    g_assert_cmpuint(hits, >, SEARCHES / 2);
    json_object_set_new(out, "search_p50_ms",
                        json_real((double)quantile(times, 0.5) / 1000));
    json_object_set_new(out, "search_p99_ms",
                        json_real((double)quantile(times, 0.99) / 1000));
}

static GPtrArray *pick_cases(Bench *self)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < PAGES; i++) {
        gint64 seq = g_rand_int_range(self->dice, 1, (gint32)self->cases);
        g_autoptr(OyerRows) rows =
            oyer_db_query(self->db, NULL,
                          "SELECT id FROM case_ WHERE court = ? AND year = 2020 AND "
                          "type_code = ? AND seq = ?",
                          "ssi", COURT, "民初", seq);
        g_assert_true(rows && oyer_rows_next(rows, NULL));
        g_ptr_array_add(ids, g_strdup(oyer_rows_text(rows, 0)));
    }
    return g_steal_pointer(&ids);
}

static void measure_pages(Bench *self, json_t *out)
{
    const OyerRegisterReader reader = {.staff = &clerk};
    g_autoptr(GPtrArray) ids = pick_cases(self);
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < ids->len; i++) {
        g_autoptr(json_t) page = NULL;
        gint64 begun_us = g_get_monotonic_time();
        check(oyer_register_case(self->db, &reader, ids->pdata[i], 0, self->now_us,
                                 &page, &error),
              error);
        take_time(times, begun_us);
        g_assert_cmpuint(json_array_size(json_object_get(page, "entries")), ==, 2);
    }
    json_object_set_new(out, "case_page_p99_ms",
                        json_real((double)quantile(times, 0.99) / 1000));
}

/* ---- fifty at once ---- */

typedef struct {
    Bench *bench;
    OyerDbThread *shared; /* SQLite: the server's one connection; NULL: one's own */
    OyerDb *own;
    const char *id;
} Clerk;

static gboolean accept_on(OyerDb *db, gpointer data, GError **error)
{
    const Clerk *self = data;

    return accept_filing(db, &self->bench->rules, self->id, self->bench->now_us, error);
}

static gpointer work(gpointer data)
{
    Clerk *self = data;
    g_autoptr(GError) error = NULL;

    check(self->shared ? oyer_db_call(self->shared, accept_on, self, &error)
                       : accept_on(self->own, self, &error),
          error);
    return NULL;
}

/* Numbers of cases, and of entries of a sheet, that nothing has. */
static gint64 count_gaps(OyerDb *db)
{
    return ask_number(db, "SELECT COALESCE(SUM(gaps), 0) FROM (SELECT MAX(seq) - "
                          "COUNT(*) AS gaps FROM case_ GROUP BY court, year, "
                          "type_code) x") +
           ask_number(db, "SELECT COALESCE(SUM(last - n), 0) FROM (SELECT MAX(number) "
                          "AS last, COUNT(*) AS n FROM docket_entry WHERE case_id IN "
                          "(SELECT case_id FROM filing) GROUP BY case_id) x");
}

static void measure_fifty(Bench *self, const char *place, json_t *out)
{
    g_autoptr(GPtrArray) ids = make_filings(self, AT_ONCE);
    g_autoptr(OyerDbThread) shared = NULL;
    g_autoptr(GError) error = NULL;
    Clerk clerks[AT_ONCE];
    GThread *threads[AT_ONCE];

    /* There is never more than one connection that writes to SQLite. */
    if (!self->is_postgres) {
        g_clear_pointer(&self->db, oyer_db_close);
        shared = oyer_db_thread_new(place, NULL, &error);
        check(shared != NULL, error);
    }
    for (guint i = 0; i < AT_ONCE; i++) {
        clerks[i] = (Clerk){self, shared, NULL, ids->pdata[i]};
        if (!shared)
            clerks[i].own = oyer_db_open(place, &error);
        check(shared || clerks[i].own, error);
    }
    gint64 begun_us = g_get_monotonic_time();
    for (guint i = 0; i < AT_ONCE; i++)
        threads[i] = g_thread_new("clerk", work, &clerks[i]);
    for (guint i = 0; i < AT_ONCE; i++)
        g_thread_join(threads[i]);
    gint64 took_us = g_get_monotonic_time() - begun_us;
    for (guint i = 0; i < AT_ONCE; i++)
        oyer_db_close(clerks[i].own);
    g_clear_pointer(&shared, oyer_db_thread_free);
    if (!self->db)
        self->db = oyer_db_open(place, NULL);
    json_object_set_new(out, "accept_50_parallel_ms",
                        json_real((double)took_us / 1000));
    json_object_set_new(out, "accept_50_parallel_gaps",
                        json_integer(count_gaps(self->db)));
}

/* ---- all together ---- */

static void bench_open(Bench *self, const char *place)
{
    g_autoptr(GError) error = NULL;

    self->dice = g_rand_new_with_seed(1);
    self->now_us = oyer_clock_now_us(NULL);
    self->db = oyer_db_open(place, &error);
    check(self->db != NULL, error);
    self->is_postgres = oyer_db_is_uri(place);
    self->key = oyer_key_new(&error);
    check(self->key != NULL, error);
    oyer_demo_free(oyer_demo_seed(self->db, self->key, self->now_us, &error));
    check(error == NULL, error);
    self->calendar = oyer_calendar_built_in();
    self->causes = oyer_filing_causes_built_in();
    self->fees = oyer_fees_built_in();
    self->clocks = oyer_terms_built_in();
    self->papers = oyer_papers_built_in();
    self->texts = oyer_notice_texts_built_in();
    self->rules = (OyerFilingRules){.calendar = self->calendar,
                                    .causes = self->causes,
                                    .fees = self->fees,
                                    .clocks = self->clocks,
                                    .papers = self->papers,
                                    .key = self->key,
                                    .statutory_days = 7,
                                    .target_us = 3 * 3600 * OYER_SECOND_US,
                                    .notices = {self->texts, FALSE}};
}

static void bench_close(Bench *self)
{
    oyer_calendar_free(self->calendar);
    json_decref(self->causes);
    json_decref(self->fees);
    json_decref(self->clocks);
    json_decref(self->papers);
    oyer_notice_texts_free(self->texts);
    oyer_key_free(self->key);
    oyer_db_close(self->db);
    g_rand_free(self->dice);
}

int main(int argc, char *argv[])
{
    guint64 cases = 0;
    Bench self = {0};
    g_autoptr(json_t) out = json_object();

    if (argc != 3 ||
        !g_ascii_string_to_unsigned(argv[2], 10, 1000, 10000000, &cases, NULL)) {
        g_printerr("usage: docket PLACE CASES\n");
        return 2;
    }
    bench_open(&self, argv[1]);
    gint64 begun_us = g_get_monotonic_time();
    fill(&self, (guint)cases / 10);
    double first_ms = measure_docketing(&self);
    fill(&self, (guint)cases);
    json_object_set_new(
        out, "fill_s",
        json_real((double)(g_get_monotonic_time() - begun_us) / OYER_SECOND_US));
    double last_ms = measure_docketing(&self);
    json_object_set_new(out, "cases", json_integer((json_int_t)cases));
    json_object_set_new(out, "insert_first_tenth_ms", json_real(first_ms));
    json_object_set_new(out, "insert_last_tenth_ms", json_real(last_ms));
    measure_searches(&self, out);
    measure_pages(&self, out);
    measure_fifty(&self, argv[1], out);
    g_autofree char *text = oyer_json_text(out);
    g_print("%s\n", text);
    bench_close(&self);
    return 0;
}
