/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/writer.h"

static const char *const state_names[] = {
    [OYER_JOURNAL_CLOSED] = "closed",
    [OYER_JOURNAL_ARMED] = "armed",
    [OYER_JOURNAL_OPEN] = "open",
    [OYER_JOURNAL_FAILED] = "failed",
};

void oyer_journal_status_clear(OyerJournalStatus *status)
{
    g_clear_pointer(&status->dir, g_free);
    g_clear_pointer(&status->error, g_free);
    g_clear_pointer(&status->tracks, g_array_unref);
}

json_t *oyer_journal_status_to_json(const OyerJournalStatus *status)
{
    json_t *tracks = json_array();

    for (guint i = 0; status->tracks && i < status->tracks->len; i++) {
        const OyerJournalTrackStatus *track =
            &g_array_index(status->tracks, OyerJournalTrackStatus, i);
        (void)json_array_append_new(
            tracks,
            json_pack("{ss ss ss ss sI sI sI}", "track", track->track, "participant",
                      track->participant, "kind", track->kind, "codec", track->codec,
                      "packets", (json_int_t)track->packets, "bytes",
                      (json_int_t)track->bytes, "age_us", (json_int_t)track->age_us));
    }
    return json_pack(
        "{ss ss? ss? sI sI sI sI sI sI ss so}", "state", state_names[status->state],
        "dir", status->dir, "error", status->error, "bytes", (json_int_t)status->bytes,
        "packets", (json_int_t)status->packets, "dropped", (json_int_t)status->dropped,
        "queued_bytes", (json_int_t)status->queued_bytes, "synced_us",
        (json_int_t)status->synced_us, "free_bytes", (json_int_t)status->free_bytes,
        "head", status->head, "tracks", tracks);
}
