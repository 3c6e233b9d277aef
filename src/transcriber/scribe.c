/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/scribe.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "journal/reader.h"
#include "transcriber/lines.h"
#include "transcriber/output.h"
#include "transcriber/voice.h"

#define WAIT_MS 50
/* A journal grows at least once a second; longer still, and time goes on without. */
#define STILL_US (1500 * G_GINT64_CONSTANT(1000))
#define CATCHING_UP_US (5 * OYER_SECOND_US)
#define STATUS_PERIOD_US (2 * OYER_SECOND_US)
#define SAVE_PERIOD_US (5 * OYER_SECOND_US)
/* Between looks at the clock; blocks are cheap. */
#define BLOCKS_PER_LOOK 64
#define MAX_VOICES 1024

typedef struct {
    const OyerScribeSettings *settings;
    OyerChoice choice;
    OyerEngine *engine; /* NULL: nothing is transcribed */
    OyerLines *lines;
    OyerJournalReader *reader;
    OyerResumePlan plan; /* where tracks begin; later, what is saved */
    char *plan_path;
    GHashTable *voices; /* track → OyerVoice, owned */

    guint segment; /* place of the newest block */
    guint64 offset;
    gint64 block_us, seen_us; /* its time, and ours when we saw it */
    OyerOutputState state;
    gint64 told_us, saved_us;
    GError *failure;
} Scribe;

/* What voices say. */

static void on_partial(const OyerUtterance *utterance, gpointer data)
{
    const Scribe *self = data;

    if (self->settings->follow && self->state == OYER_OUTPUT_LIVE)
        oyer_output_partial(utterance);
}

static gboolean has_han(const char *text)
{
    for (const char *p = text; *p; p = g_utf8_find_next_char(p, NULL))
        if (g_unichar_get_script(g_utf8_get_char(p)) == G_UNICODE_SCRIPT_HAN)
            return TRUE;
    return FALSE;
}

/* Of a model of several languages: which is this? */
static const char *language_of(const Scribe *self, const char *text)
{
    const char *all = self->choice.language;

    if (!strchr(all, '-'))
        return all;
    return has_han(text) ? "zh" : "en";
}

static OyerLine *make_line(const Scribe *self, const OyerUtterance *utterance)
{
    const OyerHeard *heard = utterance->heard;
    OyerLine *line = oyer_line_new();

    line->id =
        g_strdup_printf("%s:%" G_GINT64_FORMAT, utterance->track, utterance->start_us);
    line->participant = g_strdup(utterance->participant);
    line->track = g_strdup(utterance->track);
    line->segment = utterance->number;
    line->start_us = utterance->start_us;
    line->end_us = utterance->end_us;
    line->text = g_strdup(heard->text);
    line->language = g_strdup(language_of(self, heard->text));
    line->confidence = heard->confidence;
    line->source = g_strdup("asr");
    line->engine = g_strdup(self->engine->klass->name);
    line->model = g_strdup(self->engine->model);
    for (guint i = 0; i < heard->words->len; i++) {
        const OyerHeardWord *word = &g_array_index(heard->words, OyerHeardWord, i);
        oyer_line_add_word(
            line, word->text, oyer_anchors_time(utterance->anchors, word->start),
            oyer_anchors_time(utterance->anchors, word->end), word->confidence);
    }
    return line;
}

static void on_line(const OyerUtterance *utterance, const OyerResume *resume,
                    gpointer data)
{
    Scribe *self = data;
    g_autoptr(OyerLine) line = make_line(self, utterance);

    if (self->failure)
        return;
    g_autoptr(json_t) json =
        oyer_lines_append(self->lines, line, resume, &self->failure);
    if (json)
        oyer_output_json(json);
}

/* Voices. */

static void free_voice(gpointer voice)
{
    oyer_voice_free(voice);
}

static OyerVoice *voice_for(Scribe *self, const OyerJournalTrack *track)
{
    OyerVoiceEvents events = {on_partial, on_line, self};
    OyerVoice *voice = g_hash_table_lookup(self->voices, track->track);

    if (voice || g_hash_table_size(self->voices) >= MAX_VOICES)
        return voice;
    voice =
        oyer_voice_new(track, self->engine, oyer_vad_new(self->choice.engine_dir),
                       &events, g_hash_table_lookup(self->plan.tracks, track->track));
    g_hash_table_insert(self->voices, g_strdup(track->track), voice);
    return voice;
}

static void tick_all(Scribe *self, gint64 now_us)
{
    GHashTableIter iter;
    gpointer voice;

    g_hash_table_iter_init(&iter, self->voices);
    while (g_hash_table_iter_next(&iter, NULL, &voice))
        oyer_voice_tick(voice, now_us, self->segment, self->offset);
}

static void finish_all(Scribe *self)
{
    GHashTableIter iter;
    gpointer voice;

    g_hash_table_iter_init(&iter, self->voices);
    while (g_hash_table_iter_next(&iter, NULL, &voice))
        oyer_voice_finish(voice);
}

/* Saves places, so that a successor need not read all that was silence. */
static void save_places(Scribe *self)
{
    GHashTableIter iter;
    gpointer id, voice;
    OyerResume resume;
    g_autoptr(GError) error = NULL;

    self->saved_us = g_get_monotonic_time();
    if (!self->engine || !self->segment)
        return;
    g_hash_table_iter_init(&iter, self->voices);
    while (g_hash_table_iter_next(&iter, &id, &voice)) {
        /* A track that was never fresh yet must be read from its beginning. */
        if (!oyer_voice_resume(voice, &resume))
            return;
        oyer_resume_plan_add(&self->plan, id, &resume);
    }
    self->plan.segment = self->segment;
    self->plan.offset = self->offset;
    if (!oyer_resume_plan_save(&self->plan, self->plan_path, &error))
        g_warning("%s", error->message);
}

/* The journal. */

static void take_block(Scribe *self, const OyerJournalBlock *block)
{
    gboolean is_second =
        block->at_us / OYER_SECOND_US != self->block_us / OYER_SECOND_US;

    self->segment = block->segment;
    self->offset = block->offset;
    self->block_us = block->at_us;
    self->seen_us = g_get_monotonic_time();
    if (!self->engine)
        return;
    if (block->type == OYER_JOURNAL_RTP && strcmp(block->track->kind, "audio") == 0) {
        OyerVoice *voice = voice_for(self, block->track);
        if (voice)
            oyer_voice_push(voice, block);
    }
    if (is_second || block->type != OYER_JOURNAL_RTP)
        tick_all(self, block->at_us);
}

static void tell(Scribe *self, OyerOutputState state)
{
    gint64 behind_us = oyer_clock_now_us(NULL) - self->block_us;

    self->state = state;
    self->told_us = g_get_monotonic_time();
    oyer_output_status(state, &self->choice, self->engine,
                       self->block_us ? MAX(behind_us, 0) / 1000 : 0);
}

static void tell_progress(Scribe *self, OyerOutputState state)
{
    if (self->state != OYER_OUTPUT_LIVE && self->state != OYER_OUTPUT_CATCHING_UP)
        return;
    if (state != self->state ||
        (state == OYER_OUTPUT_CATCHING_UP &&
         g_get_monotonic_time() - self->told_us > STATUS_PERIOD_US))
        tell(self, state);
}

static void save_now_and_then(Scribe *self)
{
    if (g_get_monotonic_time() - self->saved_us > SAVE_PERIOD_US)
        save_places(self);
}

/* Amid reading: are these blocks old? */
static void look_around(Scribe *self)
{
    if (self->settings->follow &&
        oyer_clock_now_us(NULL) - self->block_us > CATCHING_UP_US)
        tell_progress(self, OYER_OUTPUT_CATCHING_UP);
    save_now_and_then(self);
}

/* At the end of what is written so far: whatever its age, nothing is behind it. */
static void wait_for_more(Scribe *self)
{
    gint64 still_us = g_get_monotonic_time() - self->seen_us;

    tell_progress(self, OYER_OUTPUT_LIVE);
    if (self->engine && self->seen_us && still_us > STILL_US)
        tick_all(self, self->block_us + still_us);
    save_now_and_then(self);
    oyer_output_wait(WAIT_MS);
}

static void read_journal(Scribe *self)
{
    OyerJournalBlock block;
    guint n = 0;

    while (!self->failure) {
        g_autoptr(GError) error = NULL;
        switch (oyer_journal_reader_next(self->reader, &block, &error)) {
        case OYER_JOURNAL_BLOCK:
            take_block(self, &block);
            if (++n % BLOCKS_PER_LOOK == 0)
                look_around(self);
            break;
        case OYER_JOURNAL_WAIT:
            if (!self->settings->follow)
                return;
            wait_for_more(self);
            break;
        case OYER_JOURNAL_ENDED:
            return;
        case OYER_JOURNAL_BROKEN:
            /* What is damaged is the verifier's to judge; the words behind it count. */
            g_warning("journal: %s", error->message);
            oyer_journal_reader_skip(self->reader);
            break;
        }
    }
}

/* The whole. */

static void replay(const json_t *json, gpointer data)
{
    (void)data;
    oyer_output_json(json);
}

static gboolean open_session(Scribe *self, GError **error)
{
    const char *dir = self->settings->session_dir;
    g_autofree char *lines = g_build_filename(dir, "transcript", "lines.jsonl", NULL);
    g_autofree char *journal = g_build_filename(dir, "journal", NULL);

    self->plan_path = g_build_filename(dir, "transcript", "resume.json", NULL);
    oyer_resume_plan_load(&self->plan, self->plan_path);
    self->lines = oyer_lines_open(lines, replay, NULL, &self->plan, error);
    self->reader = oyer_journal_reader_new(journal);
    return self->lines != NULL;
}

/* A place that does not exist (another journal was put here): from the start. */
static void seek(Scribe *self)
{
    g_autofree char *position = oyer_resume_plan_position(&self->plan);
    g_autofree char *journal =
        g_build_filename(self->settings->session_dir, "journal", NULL);
    g_autoptr(GError) error = NULL;

    if (g_str_has_prefix(position, "1:0") ||
        oyer_journal_reader_seek(self->reader, position, &error))
        return;
    g_warning("journal: %s: reading all of it", error->message);
    oyer_journal_reader_free(self->reader);
    self->reader = oyer_journal_reader_new(journal);
}

static void open_engine(Scribe *self)
{
    const OyerScribeSettings *settings = self->settings;
    g_autoptr(GError) error = NULL;

    oyer_choice_make(&self->choice, settings->data_dir, settings->engine,
                     settings->language);
    if (settings->is_broken && self->choice.engine != OYER_CHOICE_NONE)
        oyer_choice_give_up(
            &self->choice, "model_broke",
            "the speech engine crashed with this model again and again");
    self->engine = oyer_choice_open(&self->choice, &error);
    if (error)
        oyer_choice_give_up(&self->choice, "model_broke", error->message);
    tell(self, !self->engine      ? OYER_OUTPUT_UNAVAILABLE
               : settings->follow ? OYER_OUTPUT_CATCHING_UP
                                  : OYER_OUTPUT_LIVE);
}

static void scribe_clear(Scribe *self)
{
    g_hash_table_unref(self->voices);
    oyer_engine_free(self->engine);
    oyer_choice_clear(&self->choice);
    oyer_journal_reader_free(self->reader);
    oyer_lines_free(self->lines);
    oyer_resume_plan_clear(&self->plan);
    g_free(self->plan_path);
    g_clear_error(&self->failure);
}

int oyer_scribe_run(const OyerScribeSettings *settings)
{
    Scribe self = {.settings = settings};
    int code = 0;

    oyer_resume_plan_init(&self.plan);
    self.voices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_voice);
    if (open_session(&self, &self.failure)) {
        open_engine(&self);
        seek(&self);
        read_journal(&self);
        if (!self.failure)
            finish_all(&self);
    }
    if (self.failure) {
        fprintf(stderr, "oyer transcribe: %s\n", self.failure->message);
        code = 1;
    } else {
        save_places(&self);
        tell(&self, OYER_OUTPUT_ENDED);
    }
    scribe_clear(&self);
    return code;
}
