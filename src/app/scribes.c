/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "app/scribes.h"

#include <string.h>

#include "app/process.h"
#include "base/file.h"
#include "docket/connectivity.h"
#include "docket/event.h"
#include "docket/record.h"

/* Once the hearing is closed the transcriber may take this long to its last word,
 * and may die this often. */
#define LAST_WORDS_S (20 * 60)
#define LAST_WORDS_LIVES 5

/* How much of the bar finishing is; the rest is sealing. */
#define FINISH_SHARE 0.6

#define FINISH_LIVES 3
#define RECORD_LIVES_CLOSING 20

typedef struct {
    OyerSitting *sitting;
    const OyerScribesConfig *config;
    char *dir;
    OyerProcess *record, *transcribe, *finish, *seal;
    gboolean record_is_done, transcribe_is_done;
    gboolean is_closing, is_writing;
    guint failures;      /* while closing */
    guint patience;      /* source of the transcriber's last words */
    GHashTable *lines;   /* ids of lines that are stored already */
    gboolean is_reading; /* the ids are on their way */
} Scribes;

/* A job of the database.  The scribes live as long as the house, and the database
 * ends before it. */
typedef struct {
    Scribes *scribes;
    char *hearing, *dir;
    gint64 session;
    GPtrArray *lines;
    GBytes *events, *connectivity;
    json_t *object;
    OyerTranscript *transcript;
} Job;

static void begin_scribes(Scribes *self);
static void proceed(Scribes *self);

/* ---- jobs ---- */

static Job *job_new(Scribes *self)
{
    const OyerHearing *hearing = self->sitting->hearing;
    Job *job = g_new0(Job, 1);

    job->scribes = self;
    job->hearing = g_strdup(hearing->id);
    job->dir = g_strdup(self->dir);
    job->session = hearing->session_no;
    return job;
}

static void job_free(gpointer data)
{
    Job *job = data;

    g_free(job->hearing);
    g_free(job->dir);
    g_clear_pointer(&job->lines, g_ptr_array_unref);
    g_clear_pointer(&job->events, g_bytes_unref);
    g_clear_pointer(&job->connectivity, g_bytes_unref);
    json_decref(job->object);
    oyer_transcript_free(job->transcript);
    g_free(job);
}

static void submit(Scribes *self, OyerDbJob work, Job *job, OyerDbDone done)
{
    oyer_db_submit(oyer_sitting_db(self->sitting), work, job, done, job_free);
}

/* ---- while the hearing runs ---- */

static void on_status(Scribes *self, json_t *line)
{
    gint state =
        oyer_word_value(&oyer_transcribing_words, oyer_json_string(line, "state"));

    if (state < 0)
        return; /* "ended": the process ends too */
    oyer_sitting_transcription(
        self->sitting, (OyerTranscribing)state, oyer_json_string(line, "engine"),
        oyer_json_string(line, "model"), oyer_json_string(line, "language"),
        oyer_json_bool(line, "rough", FALSE), oyer_json_string(line, "reason"));
    oyer_sitting_alert(self->sitting, OYER_ALERT_WARNING, OYER_ALERT_TRANSCRIBER_DOWN,
                       NULL, FALSE);
}

static void on_partial(Scribes *self, json_t *line)
{
    const char *participant = oyer_json_string(line, "participant");
    const char *track = oyer_json_string(line, "track");
    const char *text = oyer_json_string(line, "text");

    if (participant != NULL && track != NULL && text != NULL)
        oyer_sitting_partial(self->sitting, participant, track, text);
}

static void on_new_line(Scribes *self, json_t *json)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerLine) line = oyer_line_from_json(json, &error);

    if (line == NULL) {
        g_warning("transcribe: a line is wrong: %s", error->message);
        return;
    }
    /* Those it made before are told again whenever it starts. */
    if (g_hash_table_add(self->lines, g_strdup(line->id)))
        oyer_sitting_line(self->sitting, line);
}

static void on_transcribe_line(json_t *line, gpointer data)
{
    static const struct {
        const char *event;
        void (*handle)(Scribes *self, json_t *line);
    } events[] = {
        {"status", on_status}, {"partial", on_partial}, {"line", on_new_line}};
    const char *event = oyer_json_string(line, "event");

    for (gsize i = 0; i < G_N_ELEMENTS(events); i++)
        if (!g_strcmp0(event, events[i].event))
            events[i].handle(data, line);
}

static void on_transcribe_failed(const char *why, gpointer data)
{
    Scribes *self = data;

    oyer_sitting_transcription(self->sitting, OYER_TRANSCRIBING_UNAVAILABLE, NULL, NULL,
                               NULL, FALSE, "died");
    oyer_sitting_alert(self->sitting, OYER_ALERT_WARNING, OYER_ALERT_TRANSCRIBER_DOWN,
                       NULL, TRUE);
    (void)why;
    if (self->is_closing && ++self->failures >= LAST_WORDS_LIVES) {
        self->transcribe_is_done = TRUE;
        g_clear_pointer(&self->transcribe, oyer_process_free);
        proceed(self);
    }
}

static void on_transcribe_ended(int code, const char *why, gpointer data)
{
    Scribes *self = data;

    (void)code;
    (void)why;
    self->transcribe_is_done = TRUE;
    g_clear_pointer(&self->transcribe, oyer_process_free);
    proceed(self);
}

static void on_record_line(json_t *line, gpointer data)
{
    (void)line;
    (void)data;
}

static void fail_record(Scribes *self, const char *why)
{
    self->is_writing = FALSE;
    g_clear_pointer(&self->finish, oyer_process_free);
    g_clear_pointer(&self->seal, oyer_process_free);
    oyer_sitting_fact(self->sitting, OYER_SYSTEM_SEAL_FAILED, NULL, why, 0);
}

static void on_record_failed(const char *why, gpointer data)
{
    Scribes *self = data;

    if (self->is_closing && ++self->failures >= RECORD_LIVES_CLOSING) {
        g_clear_pointer(&self->record, oyer_process_free);
        self->is_closing = FALSE;
        fail_record(self, why);
    }
}

static void on_record_ended(int code, const char *why, gpointer data)
{
    Scribes *self = data;

    (void)code;
    (void)why;
    self->record_is_done = TRUE;
    g_clear_pointer(&self->record, oyer_process_free);
    proceed(self);
}

static const OyerProcessEvents record_events = {on_record_line, on_record_failed,
                                                on_record_ended};
static const OyerProcessEvents transcribe_events = {
    on_transcribe_line, on_transcribe_failed, on_transcribe_ended};

static gboolean read_ids(OyerDb *db, gpointer data, GError **error)
{
    Job *job = data;

    job->lines = oyer_docket_lines(db, job->hearing, job->session, error);
    return job->lines != NULL;
}

static void on_ids(gpointer data, const GError *error)
{
    Job *job = data;
    Scribes *self = job->scribes;

    self->is_reading = FALSE;
    self->lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; error == NULL && i < job->lines->len; i++) {
        g_autoptr(json_t) line = json_loads(job->lines->pdata[i], 0, NULL);
        const char *id = oyer_json_string(line, "id");
        if (id != NULL)
            g_hash_table_add(self->lines, g_strdup(id));
    }
    begin_scribes(self);
}

static void begin_scribes(Scribes *self)
{
    const OyerScribesConfig *config = self->config;
    const char *record[] = {"record", "--session", self->dir, "--follow", NULL};
    const char *transcribe[] = {
        "transcribe",     "--session",      self->dir,  "--data",
        config->data_dir, "--follow",       "--engine", config->engine,
        "--language",     config->language, NULL};

    if (self->lines == NULL) {
        if (!self->is_reading)
            submit(self, read_ids, job_new(self), on_ids);
        self->is_reading = TRUE;
        return;
    }
    if (self->record == NULL && !self->record_is_done)
        self->record = oyer_process_new(record, 0, &record_events, self);
    if (self->transcribe == NULL && !self->transcribe_is_done)
        self->transcribe = oyer_process_new(transcribe, 0, &transcribe_events, self);
    proceed(self);
}

/* ---- after the hearing ---- */

static void show_share(Scribes *self, json_t *line, double from, double to)
{
    double done = json_number_value(json_object_get(line, "done"));
    double total = json_number_value(json_object_get(line, "total"));

    if (!g_strcmp0(oyer_json_string(line, "event"), "progress") && total > 0)
        oyer_sitting_progress(self->sitting,
                              from + (to - from) * MIN(done / total, 1.0));
}

static void on_seal_line(json_t *line, gpointer data)
{
    show_share(data, line, FINISH_SHARE, 1.0);
}

static void on_step_failed(const char *why, gpointer data)
{
    (void)why;
    (void)data;
}

static char *read_root(const Scribes *self)
{
    g_autofree char *path =
        g_build_filename(self->dir, "package", "metadata", "root.json", NULL);
    g_autoptr(json_t) object = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);

    return g_strdup(oyer_json_string(object, "root"));
}

static void on_sealed(int code, const char *why, gpointer data)
{
    Scribes *self = data;
    g_autofree char *root = code == 0 ? read_root(self) : NULL;

    g_clear_pointer(&self->seal, oyer_process_free);
    if (root == NULL) {
        fail_record(self, code == 0 ? "the package has no root" : why);
        return;
    }
    self->is_writing = FALSE;
    oyer_sitting_fact(self->sitting, OYER_SYSTEM_SEALED, NULL, root, 0);
}

static const OyerProcessEvents seal_events = {on_seal_line, on_step_failed, on_sealed};

static void on_finish_line(json_t *line, gpointer data)
{
    show_share(data, line, 0.0, FINISH_SHARE);
}

static void on_finished(int code, const char *why, gpointer data)
{
    Scribes *self = data;
    g_autofree char *key =
        g_build_filename(self->config->data_dir, "keys", "sign.pem", NULL);
    const char *seal[] = {"seal", "--session", self->dir, "--key", key, NULL};

    g_clear_pointer(&self->finish, oyer_process_free);
    if (code != 0) {
        fail_record(self, why);
        return;
    }
    oyer_sitting_fact(self->sitting, OYER_SYSTEM_SEALING, NULL, NULL, 0);
    self->seal = oyer_process_new(seal, FINISH_LIVES, &seal_events, self);
}

static const OyerProcessEvents finish_events = {on_finish_line, on_step_failed,
                                                on_finished};

static gboolean write_text(const char *dir, const char *name, const char *text,
                           gsize length, GError **error)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);

    return oyer_file_write(path, text, length, 0600, error);
}

gboolean oyer_scribes_write(const char *dir, const json_t *session, GBytes *events,
                            GBytes *connectivity, OyerTranscript *transcript,
                            GError **error)
{
    g_autofree char *folder = g_build_filename(dir, "transcript", NULL);
    g_autofree char *session_text = oyer_json_text(session);
    gsize size = 0;
    gsize lines_size = 0;
    const char *log = g_bytes_get_data(events, &size);
    const char *lines = g_bytes_get_data(connectivity, &lines_size);

    if (!oyer_dir_make(folder, error) ||
        !write_text(dir, "events.jsonl", log ? log : "", size, error) ||
        !write_text(dir, "connectivity.jsonl", lines ? lines : "", lines_size, error))
        return FALSE;
    if (transcript != NULL) {
        g_autofree char *vtt = oyer_transcript_to_vtt(transcript);
        g_autofree char *json = oyer_transcript_to_json(transcript);
        g_autofree char *text = oyer_transcript_to_text(transcript);
        if (!write_text(folder, "transcript.vtt", vtt, strlen(vtt), error) ||
            !write_text(folder, "transcript.json", json, strlen(json), error) ||
            !write_text(folder, "transcript.txt", text, strlen(text), error))
            return FALSE;
    }
    return write_text(dir, "session.json", session_text, strlen(session_text), error);
}

static gboolean write_files(OyerDb *db, gpointer data, GError **error)
{
    Job *job = data;

    (void)db;
    return oyer_scribes_write(job->dir, job->object, job->events, job->connectivity,
                              job->transcript, error);
}

static void on_written(gpointer data, const GError *error)
{
    Job *job = data;
    Scribes *self = job->scribes;
    const char *finish[] = {"finish", "--session", self->dir, NULL};

    if (error != NULL)
        fail_record(self, error->message);
    else
        self->finish = oyer_process_new(finish, FINISH_LIVES, &finish_events, self);
}

static json_t *session_of(const OyerHearing *hearing, const GPtrArray *lines)
{
    return oyer_json_pack(
        "{s:i,s:s,s:i,s:s?,s:s?,s:s?,s:s?,s:I,s:I,s:o,s:o,s:o,s:o,s:s}", "version", 1,
        "hearing", hearing->id, "session", (int)hearing->session_no, "case_number",
        hearing->case_number, "cause", hearing->cause, "court", hearing->court,
        "timezone", hearing->timezone, "opened_us", (json_int_t)hearing->opened_us,
        "closed_us", (json_int_t)hearing->closed_us, "people",
        oyer_view_people(hearing), "chapters", oyer_view_chapters(hearing), "intervals",
        oyer_view_intervals(hearing), "lines", oyer_view_lines(lines, TRUE),
        "events_file", "events.jsonl");
}

static gboolean read_all(OyerDb *db, gpointer data, GError **error)
{
    Job *job = data;

    job->lines = oyer_docket_lines(db, job->hearing, job->session, error);
    if (job->lines == NULL)
        return FALSE;
    job->events = oyer_docket_events(db, job->hearing, error);
    if (job->events == NULL)
        return FALSE;
    job->connectivity = oyer_docket_connectivity(db, job->hearing, job->session, error);
    return job->connectivity != NULL;
}

static void on_read(gpointer data, const GError *error)
{
    Job *job = data;
    Scribes *self = job->scribes;

    if (error != NULL) {
        fail_record(self, error->message);
        return;
    }
    Job *next = job_new(self);
    next->events = g_bytes_ref(job->events);
    next->connectivity = g_bytes_ref(job->connectivity);
    next->object = session_of(self->sitting->hearing, job->lines);
    next->transcript = oyer_transcript_of(self->sitting->hearing, job->lines);
    submit(self, write_files, next, on_written);
}

/* Goes on as soon as both scribes have come to the end of the journal. */
static void proceed(Scribes *self)
{
    if (!self->is_closing || self->is_writing || !self->record_is_done ||
        !self->transcribe_is_done)
        return;
    g_clear_handle_id(&self->patience, g_source_remove);
    self->is_closing = FALSE;
    self->is_writing = TRUE;
    oyer_sitting_lines_write(self->sitting, TRUE);
    submit(self, read_all, job_new(self), on_read);
}

static gboolean on_impatient(gpointer data)
{
    Scribes *self = data;

    self->patience = 0;
    g_warning("hearing=%s: the transcriber does not come to an end",
              self->sitting->hearing->id);
    self->transcribe_is_done = TRUE;
    g_clear_pointer(&self->transcribe, oyer_process_free);
    proceed(self);
    return G_SOURCE_REMOVE;
}

/* ---- the hooks ---- */

static void scribes_free(gpointer data)
{
    Scribes *self = data;

    g_clear_handle_id(&self->patience, g_source_remove);
    oyer_process_free(self->record);
    oyer_process_free(self->transcribe);
    oyer_process_free(self->finish);
    oyer_process_free(self->seal);
    g_clear_pointer(&self->lines, g_hash_table_unref);
    g_free(self->dir);
    g_free(self);
}

static Scribes *scribes_of(OyerSitting *sitting, const OyerScribesConfig *config)
{
    if (sitting->work == NULL) {
        Scribes *self = g_new0(Scribes, 1);
        self->sitting = sitting;
        self->config = config;
        self->dir = oyer_sitting_dir(sitting);
        sitting->work = self;
        sitting->work_free = scribes_free;
    }
    return sitting->work;
}

static void journal_open(OyerSitting *sitting, gpointer data)
{
    begin_scribes(scribes_of(sitting, data));
}

static void journal_closed(OyerSitting *sitting, gpointer data)
{
    Scribes *self = scribes_of(sitting, data);

    if (self->is_closing || self->is_writing)
        return;
    self->is_closing = TRUE;
    self->failures = 0;
    if (self->patience == 0)
        self->patience = g_timeout_add_seconds(LAST_WORDS_S, on_impatient, self);
    begin_scribes(self);
}

const OyerHouseHooks oyer_scribes_hooks = {journal_open, journal_closed,
                                           journal_closed};
