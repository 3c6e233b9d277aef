/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "api/house.h"

#include <string.h>

#include "api/filing.h"
#include "api/internal.h"
#include "api/past.h"
#include "api/people.h"
#include "api/post.h"
#include "docket/hearing.h"
#include "filing/content.h"
#include "post/verifier.h"

/* How many hearings are looked at when the server starts: the newest. */
#define START_HEARINGS 500

typedef struct {
    OyerHearing *hearing;
    OyerMemory *memory;
} Loaded;

static void loaded_clear(Loaded *loaded)
{
    g_clear_pointer(&loaded->hearing, oyer_hearing_free);
    g_clear_pointer(&loaded->memory, oyer_memory_free);
}

/* ---- Thread: database ---- */

static gboolean load(OyerDb *db, const char *id, Loaded *out_loaded, GError **error)
{
    out_loaded->hearing = oyer_keep_load(db, id, error);
    if (out_loaded->hearing == NULL)
        return FALSE;
    out_loaded->memory = oyer_memory_new(OYER_MEMORY_MAX);
    return oyer_docket_memories(db, id, oyer_memory_put, out_loaded->memory, error);
}

/* A hearing that still has to be held, or whose record is not made yet. */
static gboolean is_unfinished(const OyerHearing *hearing)
{
    return hearing->session != OYER_SESSION_CLOSED ||
           hearing->status == OYER_HEARING_PART_HEARD ||
           hearing->record.state == OYER_RECORD_RECORDING ||
           hearing->record.state == OYER_RECORD_FINISHING ||
           hearing->record.state == OYER_RECORD_SEALING;
}

typedef struct {
    GArray *loaded; /* of Loaded */
} Start;

static gboolean load_unfinished(OyerDb *db, gpointer data, GError **error)
{
    Start *start = data;
    g_autoptr(GPtrArray) ids = oyer_docket_hearings(db, oyer_clock_now_us(NULL), error);

    if (ids == NULL)
        return FALSE;
    for (guint i = ids->len > START_HEARINGS ? ids->len - START_HEARINGS : 0;
         i < ids->len; i++) {
        Loaded loaded = {0};
        if (!load(db, ids->pdata[i], &loaded, error)) {
            loaded_clear(&loaded);
            return FALSE;
        }
        if (is_unfinished(loaded.hearing))
            g_array_append_val(start->loaded, loaded);
        else
            loaded_clear(&loaded);
    }
    return TRUE;
}

/* ---- Thread: main ---- */

static void on_media_state(OyerMediaClient *client, OyerMediaClientState state,
                           gboolean fresh, json_t *hello, gpointer data)
{
    OyerHouse *self = data;
    json_t *known = json_object_get(hello, "hearings");
    GHashTableIter iter;
    gpointer value;

    (void)client;
    if (state != OYER_MEDIA_CONNECTED) {
        g_warning("media is away");
        return;
    }
    g_message("media is there%s", fresh ? ", a process of its own" : "");
    if (fresh)
        self->media_since_us = g_get_monotonic_time();
    g_hash_table_iter_init(&iter, self->sittings);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        OyerSitting *sitting = value;
        json_t *hearing, *mine = NULL;
        gsize i;
        json_array_foreach(
            known, i, hearing) if (!g_strcmp0(oyer_json_string(hearing, "hearing"),
                                              sitting->hearing->id)) mine = hearing;
        oyer_sitting_media_connected(sitting, mine);
    }
}

static void on_media_event(OyerMediaClient *client, const char *name, json_t *event,
                           gpointer data)
{
    OyerHouse *self = data;
    const char *id = oyer_json_string(event, "hearing");
    OyerSitting *sitting = id ? oyer_house_find(self, id) : NULL;

    (void)client;
    if (sitting != NULL)
        oyer_sitting_media_event(sitting, name, event);
}

static gboolean on_tick(gpointer data)
{
    OyerHouse *self = data;
    GHashTableIter iter;
    gpointer sitting;

    g_hash_table_iter_init(&iter, self->sittings);
    while (g_hash_table_iter_next(&iter, NULL, &sitting)) {
        oyer_sitting_fact(sitting, OYER_SYSTEM_TICK, NULL, NULL, 0);
        oyer_sitting_watch(sitting);
    }
    return G_SOURCE_CONTINUE;
}

/* Whoever was here when the server ended was cut off by it, and by nobody else. */
static void reattach(OyerSitting *sitting)
{
    OyerHearing *hearing = sitting->hearing;
    g_autofree OyerStatus *before = g_new(OyerStatus, hearing->people->len + 1);

    for (guint i = 0; i < hearing->people->len; i++)
        before[i] = oyer_hearing_person_at(hearing, i)->status;
    oyer_hearing_reattach(hearing, oyer_clock_now_us(NULL));
    for (guint i = 0; i < hearing->people->len; i++) {
        const OyerPerson *person = oyer_hearing_person_at(hearing, i);

        if (person->status == OYER_STATUS_DISCONNECTED && person->status != before[i])
            oyer_sitting_line_fact(
                sitting, person->id, "lost",
                oyer_json_pack("{s:s}", "reason", "server_restarted"));
    }
}

void oyer_house_name_cause(const OyerHouse *self, OyerHearing *hearing)
{
    g_autofree char *names =
        hearing->cause ? oyer_filing_cause_names(self->desk->causes, hearing->cause)
                       : NULL;

    if (names != NULL)
        oyer_set_text(&hearing->cause, names);
}

void oyer_house_name_causes(const OyerHouse *self, json_t *rows)
{
    gsize i;
    json_t *row;

    json_array_foreach(rows, i, row)
    {
        const char *code = oyer_json_string(row, "cause");
        g_autofree char *names =
            code ? oyer_filing_cause_names(self->desk->causes, code) : NULL;
        if (names != NULL)
            json_object_set_new(row, "cause", json_string(names));
    }
}

/* Takes what was loaded into the house. */
static OyerSitting *move_in(OyerHouse *self, Loaded *loaded)
{
    OyerSitting *sitting = oyer_house_find(self, loaded->hearing->id);

    if (sitting != NULL) {
        loaded_clear(loaded);
        return sitting;
    }
    oyer_house_name_cause(self, loaded->hearing);
    sitting = oyer_sitting_new(self, g_steal_pointer(&loaded->hearing),
                               g_steal_pointer(&loaded->memory));
    reattach(sitting);
    g_hash_table_insert(self->sittings, sitting->hearing->id, sitting);
    return sitting;
}

/* The record was being made when the server ended. */
static void resume_record(OyerHouse *self, OyerSitting *sitting)
{
    OyerRecordState state = sitting->hearing->record.state;

    if ((state == OYER_RECORD_FINISHING || state == OYER_RECORD_SEALING) &&
        oyer_sitting_is_journal_closed(sitting))
        self->hooks.journal_closed(sitting, self->hooks_data);
}

OyerHouse *oyer_house_new(const OyerHouseConfig *config, const OyerHouseHooks *hooks,
                          gpointer data, GError **error)
{
    OyerHouse *self = g_new0(OyerHouse, 1);
    Start start = {g_array_new(FALSE, FALSE, sizeof(Loaded))};

    self->config = *config;
    self->data_dir = g_strdup(config->data_dir);
    self->language = g_strdup(config->language);
    self->base = g_strdup(config->base);
    self->config.base = self->base;
    self->config.data_dir = self->data_dir;
    self->config.language = self->language;
    self->hooks = *hooks;
    self->hooks_data = data;
    self->sittings = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
                                           (GDestroyNotify)oyer_sitting_free);
    self->retired = g_ptr_array_new_with_free_func((GDestroyNotify)oyer_sitting_free);
    oyer_whip_install(self);
    oyer_rest_install(self);
    oyer_record_install(self);
    oyer_connectivity_install(self);
    oyer_declaration_install(self);
    self->people = oyer_people_new();
    oyer_account_install(self);
    oyer_oidc_install(self);
    if (config->verifier.url != NULL)
        self->verifier = oyer_verifier_new(&config->verifier);
    oyer_account_setup_install(self);
    oyer_approval_install(self);
    oyer_visitor_install(self);
    oyer_issue_install(self);
    oyer_day_install(self);
    oyer_door_install(self);
    oyer_schedule_install(self);
    oyer_agenda_install(self);
    oyer_absence_install(self);
    oyer_notice_install(self);
    oyer_public_install(self);
    oyer_server_sockets(config->server, "/api/v1/ws", "oyer.v1", &oyer_seat_handlers,
                        self);

    gboolean is_loaded = oyer_post_install(self, error) &&
                         oyer_filing_install(self, error) &&
                         oyer_db_call(config->db, load_unfinished, &start, error);
    for (guint i = 0; i < start.loaded->len; i++) {
        Loaded *loaded = &g_array_index(start.loaded, Loaded, i);
        if (is_loaded)
            (void)move_in(self, loaded);
        loaded_clear(loaded);
    }
    g_array_unref(start.loaded);
    if (!is_loaded) {
        oyer_house_free(self);
        return NULL;
    }

    oyer_media_client_on_state(config->media, on_media_state, self);
    oyer_media_client_on_event(config->media, on_media_event, self);
    self->tick_source = g_timeout_add(1000, on_tick, self);
    return self;
}

void oyer_house_begin(OyerHouse *self)
{
    GHashTableIter iter;
    gpointer sitting;

    g_hash_table_iter_init(&iter, self->sittings);
    while (g_hash_table_iter_next(&iter, NULL, &sitting))
        resume_record(self, sitting);
    oyer_filing_begin(self);
    oyer_post_begin(self);
}

typedef struct {
    OyerMediaReplyFunc func;
    gpointer data;
} Lost;

static gboolean on_lost(gpointer data)
{
    Lost *lost = data;

    lost->func(NULL, "lost", lost->data);
    return G_SOURCE_REMOVE;
}

void oyer_house_ask_media(OyerHouse *self, json_t *request, OyerMediaReplyFunc func,
                          gpointer data)
{
    if (self->config.media != NULL) {
        oyer_media_client_request(self->config.media, request, func, data);
        return;
    }
    json_decref(request);
    if (func == NULL)
        return;
    Lost *lost = g_new0(Lost, 1);
    lost->func = func;
    lost->data = data;
    g_idle_add_full(G_PRIORITY_DEFAULT, on_lost, lost, g_free);
}

gboolean oyer_house_has_media(OyerHouse *self)
{
    return self->config.media != NULL &&
           oyer_media_client_is_connected(self->config.media);
}

static void write_lines(OyerSitting *sitting, gpointer data)
{
    (void)data;
    oyer_sitting_lines_write(sitting, TRUE);
}

void oyer_house_let_media_go(OyerHouse *self)
{
    self->config.media = NULL;
    /* The database ends soon: a tick after it would have nowhere to write. */
    g_clear_handle_id(&self->tick_source, g_source_remove);
    oyer_house_each(self, write_lines, NULL);
    oyer_people_stop(self->people);
    oyer_verifier_stop(self->verifier);
    oyer_filing_stop(self);
    oyer_post_stop(self);
}

void oyer_house_free(OyerHouse *self)
{
    if (self == NULL)
        return;
    g_clear_handle_id(&self->tick_source, g_source_remove);
    g_hash_table_unref(self->sittings);
    g_ptr_array_unref(self->retired);
    g_clear_pointer(&self->resources, g_hash_table_unref);
    oyer_people_free(self->people);
    oyer_verifier_free(self->verifier);
    oyer_filing_free(self);
    oyer_post_free(self);
    oyer_public_free(self);
    g_free(self->data_dir);
    g_free(self->language);
    g_free(self->base);
    g_free(self);
}

OyerSitting *oyer_house_find(OyerHouse *self, const char *id)
{
    return g_hash_table_lookup(self->sittings, id);
}

void oyer_house_refresh(OyerHouse *self, const char *id)
{
    OyerSitting *sitting = oyer_house_find(self, id);

    if (sitting == NULL)
        return;
    if (sitting->hearing->session != OYER_SESSION_NOT_STARTED) {
        oyer_sitting_rebooked(sitting);
        return;
    }
    g_autoptr(GList) seats = g_hash_table_get_values(sitting->seats);
    for (GList *one = seats; one != NULL; one = one->next)
        oyer_seat_end(one->data, "the schedule changed", 1013);
    /* Requests under way still hold it. */
    g_hash_table_steal(self->sittings, id);
    g_ptr_array_add(self->retired, sitting);
}

void oyer_house_each(OyerHouse *self, void (*func)(OyerSitting *sitting, gpointer data),
                     gpointer data)
{
    GHashTableIter iter;
    gpointer sitting;

    g_hash_table_iter_init(&iter, self->sittings);
    while (g_hash_table_iter_next(&iter, NULL, &sitting))
        func(sitting, data);
}

gboolean oyer_house_read_own(OyerHouse *self, const char *name, char **out_text,
                             gsize *out_size, GError **error)
{
    g_autofree char *path = g_build_filename(self->data_dir, name, NULL);

    *out_text = NULL;
    return !g_file_test(path, G_FILE_TEST_EXISTS) ||
           g_file_get_contents(path, out_text, out_size, error);
}

/* ---- reading a hearing back ---- */

typedef struct {
    OyerHouse *house;
    char id[OYER_ID_SIZE];
    Loaded loaded;
    OyerHouseFound func;
    gpointer data;
} Opening;

static void opening_free(gpointer data)
{
    Opening *opening = data;

    loaded_clear(&opening->loaded);
    g_free(opening);
}

static gboolean load_one(OyerDb *db, gpointer data, GError **error)
{
    Opening *opening = data;

    return load(db, opening->id, &opening->loaded, error);
}

static void on_loaded(gpointer data, const GError *error)
{
    Opening *opening = data;
    OyerSitting *sitting = oyer_house_find(opening->house, opening->id);

    if (sitting == NULL && error == NULL)
        sitting = move_in(opening->house, &opening->loaded);
    if (error != NULL)
        g_message("hearing=%s cannot be read: %s", opening->id, error->message);
    opening->func(sitting, opening->data);
}

void oyer_house_open(OyerHouse *self, const char *id, OyerHouseFound func,
                     gpointer data)
{
    OyerSitting *sitting = oyer_house_find(self, id);

    if (sitting != NULL) {
        func(sitting, data);
        return;
    }
    Opening *opening = g_new0(Opening, 1);
    opening->house = self;
    opening->func = func;
    opening->data = data;
    g_strlcpy(opening->id, id, sizeof opening->id);
    oyer_db_submit(self->config.db, load_one, opening, on_loaded, opening_free);
}
