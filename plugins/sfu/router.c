/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "rtp/rtcp.h"
#include "sfu/bandwidth.h"
#include "sfu/router-private.h"

static void peer_free(gpointer data)
{
    OyerPeer *peer = data;

    oyer_publisher_free(peer->publisher);
    oyer_receiver_free(peer->receiver);
    g_array_unref(peer->routes);
    g_free(peer);
}

OyerRouter *oyer_router_new(const OyerRouterOutput *output, gpointer data,
                            gint64 now_us)
{
    OyerRouter *self = g_new0(OyerRouter, 1);

    self->output = output;
    self->data = data;
    self->peers = g_ptr_array_new_with_free_func(peer_free);
    self->tracks = g_hash_table_new(g_str_hash, g_str_equal);
    self->wishes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->now_us = now_us;
    self->real_offset_us = g_get_real_time() - now_us;
    return self;
}

void oyer_router_free(OyerRouter *self)
{
    if (!self)
        return;
    g_ptr_array_unref(self->peers);
    g_hash_table_unref(self->tracks);
    g_hash_table_unref(self->wishes);
    oyer_matrix_free(self->matrix);
    g_clear_pointer(&self->priorities, g_hash_table_unref);
    g_free(self);
}

guint64 oyer_router_ntp(const OyerRouter *self)
{
    return oyer_rtcp_ntp(self->now_us + self->real_offset_us);
}

/* ---- who gets what ---- */

static gboolean is_allowed(OyerRouter *self, const char *receiver,
                           const OyerSource *source)
{
    if (!self->matrix)
        return strcmp(receiver, source->participant) != 0;
    return (oyer_matrix_what(self->matrix, receiver, source->participant) &
            source->kind) != 0;
}

typedef struct {
    OyerRouter *self;
    const OyerSlot *slot;
} Choice;

static OyerSource *find_for(OyerRouter *self, const OyerSlot *slot, const char *track)
{
    OyerSource *source = g_hash_table_lookup(self->tracks, track);

    if (!source || !oyer_slot_fits(slot, source) ||
        !is_allowed(self, slot->receiver->participant, source))
        return NULL;
    return source;
}

static OyerSource *find_on_stage(OyerRouter *self, const OyerSlot *slot,
                                 const char *participant)
{
    char track[OYER_ID_BYTES + 8];
    OyerSource *source;

    (void)g_snprintf(track, sizeof track, "%s-%s", participant,
                     oyer_kind_to_string(slot->kind));
    source = find_for(self, slot, track);
    return source && oyer_source_is_alive(source, self->now_us) ? source : NULL;
}

static gboolean may_be_on_stage(const char *participant, gpointer data)
{
    const Choice *choice = data;

    return find_on_stage(choice->self, choice->slot, participant) != NULL;
}

static OyerSource *choose_source(OyerRouter *self, const OyerSlot *slot)
{
    Choice choice = {self, slot};
    const char *participant;

    if (slot->track[0])
        return find_for(self, slot, slot->track);
    participant = oyer_stage_choose(&self->stage, may_be_on_stage, &choice);
    return participant ? find_on_stage(self, slot, participant) : NULL;
}

static void add_route(OyerPeer *receiver, OyerSlot *slot, const OyerSource *source)
{
    OyerPeer *from = source->publisher->owner;
    OyerRoute *last = from->routes->len ? &g_array_index(from->routes, OyerRoute,
                                                         from->routes->len - 1)
                                        : NULL;

    if (!last || last->peer != receiver) {
        OyerRoute route = {.peer = receiver};

        g_array_append_val(from->routes, route);
        last = &g_array_index(from->routes, OyerRoute, from->routes->len - 1);
    }
    last->slots[source->index] = slot;
}

static OyerAllocateClass priority_of(const OyerRouter *self, const OyerSlot *slot)
{
    const OyerSource *source = slot->next ? slot->next : slot->now.source;
    gpointer named = NULL;

    if (slot->kind == OYER_KIND_AUDIO)
        return OYER_ALLOCATE_AUDIO;
    if (source && self->priorities)
        named = g_hash_table_lookup(self->priorities, source->participant);
    if (GPOINTER_TO_INT(named) == OYER_ALLOCATE_JUDGE && slot->kind == OYER_KIND_VIDEO)
        return OYER_ALLOCATE_JUDGE;
    if (slot->kind == OYER_KIND_SCREEN || !slot->track[0] ||
        (source && strcmp(source->participant, self->speaker_name) == 0))
        return OYER_ALLOCATE_SPEAKER_OR_EXHIBIT;
    if (named)
        return (OyerAllocateClass)GPOINTER_TO_INT(named);
    return slot->pinned ? OYER_ALLOCATE_CHOSEN : OYER_ALLOCATE_OTHER;
}

void oyer_router_rank(OyerRouter *self, OyerSlot *slot)
{
    slot->priority = priority_of(self, slot);
}

static void route_slot(OyerRouter *self, OyerPeer *peer, OyerSlot *slot)
{
    OyerSource *target = peer->active ? choose_source(self, slot) : NULL;
    gboolean smooth = !slot->track[0] && slot->now.source &&
                      is_allowed(self, slot->receiver->participant, slot->now.source);
    const OyerSource *before = slot->now.source;
    OyerSource *waits_for;
    guint layer;

    oyer_slot_attach(slot, target, smooth);
    oyer_router_rank(self, slot);
    if (slot->now.source != before && peer->receiver->bandwidth)
        oyer_bandwidth_forget(peer->receiver->bandwidth, slot->ssrc);
    oyer_slot_update(slot);
    if (slot->now.source)
        add_route(peer, slot, slot->now.source);
    if (slot->next)
        add_route(peer, slot, slot->next);
    waits_for = oyer_slot_waits_for(slot, &layer);
    if (waits_for)
        oyer_source_ask_keyframe(waits_for, (int)layer, TRUE, self->now_us);
}

static void route_journal(OyerRouter *self, OyerSource *source)
{
    gboolean was = source->journalled;

    source->journalled =
        !self->matrix || is_allowed(self, OYER_RECEIVER_JOURNAL, source);
    if (source->journalled && !was)
        oyer_source_ask_keyframe(source, (int)source->journal_next, TRUE, self->now_us);
}

static gboolean is_anything_journalled(OyerRouter *self)
{
    GHashTableIter iter;
    gpointer source;

    g_hash_table_iter_init(&iter, self->tracks);
    while (g_hash_table_iter_next(&iter, NULL, &source))
        if (((OyerSource *)source)->journalled &&
            ((OyerSource *)source)->kind == OYER_KIND_AUDIO)
            return TRUE;
    return FALSE;
}

/* Whom the court hears can be the speaker; off the record, whom anybody hears. */
static void choose_candidates(OyerRouter *self)
{
    gboolean on_record = is_anything_journalled(self);
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, self->tracks);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        OyerSource *source = value;

        source->eligible =
            source->kind == OYER_KIND_AUDIO &&
            (!self->matrix ||
             (on_record ? source->journalled
                        : oyer_matrix_is_heard(self->matrix, source->participant)));
        oyer_level_set_muted(&source->level, !source->eligible, self->now_us);
    }
}

void oyer_router_rebuild(OyerRouter *self)
{
    self->dirty = FALSE;
    for (guint i = 0; i < self->peers->len; i++) {
        OyerPeer *peer = self->peers->pdata[i];

        g_array_set_size(peer->routes, 0);
        for (guint k = 0; k < peer->publisher->n_sources; k++)
            route_journal(self, peer->publisher->sources[k]);
    }
    for (guint i = 0; i < self->peers->len; i++) {
        OyerPeer *peer = self->peers->pdata[i];

        for (guint k = 0; k < peer->receiver->n_slots; k++)
            route_slot(self, peer, peer->receiver->slots[k]);
    }
    choose_candidates(self);
}

/* ---- what control changes ---- */

OyerPeer *oyer_router_add_peer(OyerRouter *self, const char *participant, gpointer out)
{
    OyerPeer *peer = g_new0(OyerPeer, 1);

    peer->router = self;
    peer->out = out;
    peer->publisher = oyer_publisher_new(participant ? participant : "");
    peer->publisher->owner = peer;
    peer->receiver = oyer_receiver_new(participant ? participant : "");
    peer->receiver->owner = peer;
    peer->routes = g_array_new(FALSE, FALSE, sizeof(OyerRoute));
    g_ptr_array_add(self->peers, peer);
    return peer;
}

/* Nothing may point to @source any more when it goes. */
static void forget_source(OyerRouter *self, OyerSource *source)
{
    for (guint i = 0; i < self->peers->len; i++) {
        OyerReceiver *receiver = ((OyerPeer *)self->peers->pdata[i])->receiver;

        for (guint k = 0; k < receiver->n_slots; k++)
            oyer_slot_forget(receiver->slots[k], source);
    }
    if (oyer_speaker_forget(&self->speaker, &source->level))
        oyer_router_tell_speaker(self);
    if (g_hash_table_lookup(self->tracks, source->id) == source)
        g_hash_table_remove(self->tracks, source->id);
    self->dirty = TRUE;
}

static gboolean publishes(OyerRouter *self, const char *participant)
{
    for (guint i = 0; i < self->peers->len; i++) {
        const OyerPublisher *publisher = ((OyerPeer *)self->peers->pdata[i])->publisher;

        if (publisher->n_sources && strcmp(publisher->participant, participant) == 0)
            return TRUE;
    }
    return FALSE;
}

void oyer_router_remove_track(OyerRouter *self, OyerSource *source)
{
    OyerPublisher *publisher = source->publisher;

    forget_source(self, source);
    source->state = OYER_TRACK_ENDED;
    self->output->track(source, self->data);
    oyer_publisher_remove(publisher, source);
    if (!publishes(self, publisher->participant))
        oyer_stage_leave(&self->stage, publisher->participant);
}

void oyer_router_remove_peer(OyerRouter *self, OyerPeer *peer)
{
    while (peer->publisher->n_sources)
        oyer_router_remove_track(self, peer->publisher->sources[0]);
    self->dirty = TRUE;
    oyer_sfu_counters_add(&self->past, &peer->publisher->counters);
    oyer_sfu_counters_add(&self->past, &peer->receiver->counters);
    if (peer->audio_only && self->output->line)
        self->output->line(peer->receiver->participant, FALSE, self->data);
    (void)g_ptr_array_remove(self->peers, peer);
}

static void set_twcc_id(OyerPeer *peer)
{
    if (peer->plan)
        peer->plan->twcc_id = peer->twcc_id;
}

void oyer_router_set_plan(OyerRouter *self, OyerPeer *peer, OyerPlan *plan)
{
    (void)self;
    peer->plan = plan;
    set_twcc_id(peer);
}

void oyer_router_set_feedback(OyerRouter *self, OyerPeer *peer, guint8 twcc_id,
                              gint64 now_us)
{
    OyerReceiver *receiver = peer->receiver;

    (void)self;
    /* For good: what is sent again must have the id that it had. */
    if (receiver->bandwidth && (peer->twcc_id || peer->twcc_id == twcc_id))
        return;
    oyer_bandwidth_free(receiver->bandwidth);
    receiver->bandwidth = oyer_bandwidth_new(twcc_id != 0, now_us);
    receiver->has_twcc = twcc_id != 0;
    peer->twcc_id = twcc_id;
    set_twcc_id(peer);
}

void oyer_router_set_priorities(OyerRouter *self, GHashTable *priorities)
{
    g_clear_pointer(&self->priorities, g_hash_table_unref);
    self->priorities = priorities;
    self->dirty = TRUE;
}

void oyer_router_set_active(OyerRouter *self, OyerPeer *peer, gboolean active)
{
    if (active && !peer->active && peer->receiver->bandwidth)
        oyer_bandwidth_restart(peer->receiver->bandwidth, self->now_us);
    peer->active = active;
    self->dirty = TRUE;
}

OyerSource *oyer_router_find_track(OyerRouter *self, const char *track)
{
    return g_hash_table_lookup(self->tracks, track);
}

/* The track is known and stays on this connection. */
static OyerSource *renew_track(OyerSource *source, const OyerSdpMedia *media)
{
    if (media->n_codecs == 0)
        return NULL;
    oyer_source_renew(source, media);
    oyer_publisher_forget_ssrcs(source->publisher);
    oyer_publisher_agree(source->publisher, media);
    return source;
}

OyerSource *oyer_router_add_track(OyerRouter *self, OyerPeer *peer, const char *track,
                                  OyerKind kind, const OyerSdpMedia *media,
                                  gint64 now_us)
{
    OyerSource *source = g_hash_table_lookup(self->tracks, track);

    self->dirty = TRUE;
    if (source && source->publisher == peer->publisher)
        return renew_track(source, media);
    if (media->n_codecs == 0 ||
        peer->publisher->n_sources == OYER_PUBLISHER_SOURCES_MAX)
        return NULL;
    if (source) {
        OyerPublisher *old = source->publisher;

        forget_source(self, source);
        oyer_publisher_remove(old, source);
    }
    source = oyer_source_new(track, peer->publisher->participant, kind, media, now_us);
    (void)oyer_publisher_add(peer->publisher, source);
    oyer_publisher_agree(peer->publisher, media);
    g_hash_table_insert(self->tracks, source->id, source);
    oyer_stage_join(&self->stage, source->participant);
    return source;
}

OyerSlot *oyer_router_add_slot(OyerRouter *self, OyerPeer *peer,
                               const OyerSlotSpec *spec)
{
    OyerSlot *slot = oyer_receiver_add_slot(peer->receiver, spec);

    self->dirty = TRUE;
    if (slot)
        oyer_router_apply_wish(self, slot);
    return slot;
}

void oyer_router_remove_slot(OyerRouter *self, OyerSlot *slot)
{
    self->dirty = TRUE;
    if (slot->receiver->bandwidth)
        oyer_bandwidth_forget(slot->receiver->bandwidth, slot->ssrc);
    oyer_receiver_remove_slot(slot->receiver, slot);
}

void oyer_router_set_matrix(OyerRouter *self, OyerMatrix *matrix)
{
    oyer_matrix_free(self->matrix);
    self->matrix = matrix;
    self->dirty = TRUE;
}

guint oyer_router_what(OyerRouter *self, const char *receiver, const char *source)
{
    if (!self->matrix)
        return strcmp(receiver, source) != 0 ? OYER_KIND_ALL : 0;
    return oyer_matrix_what(self->matrix, receiver, source);
}

void oyer_router_ask_keyframe(OyerRouter *self, const char *participant, gint64 now_us)
{
    self->now_us = now_us;
    for (guint i = 0; i < self->peers->len; i++) {
        OyerPeer *peer = self->peers->pdata[i];

        if (strcmp(peer->publisher->participant, participant) != 0)
            continue;
        for (guint k = 0; k < peer->publisher->n_sources; k++)
            oyer_source_ask_keyframe(peer->publisher->sources[k], -1, FALSE, now_us);
    }
    oyer_router_send_asked(self);
}

/* ---- what control asks ---- */

void oyer_router_each_source(OyerRouter *self,
                             void (*func)(OyerSource *source, gpointer data),
                             gpointer data)
{
    GHashTableIter iter;
    gpointer source;

    g_hash_table_iter_init(&iter, self->tracks);
    while (g_hash_table_iter_next(&iter, NULL, &source))
        func(source, data);
}

const char *oyer_router_speaker(OyerRouter *self)
{
    return self->speaker_name[0] ? self->speaker_name : NULL;
}
