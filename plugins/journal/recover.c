/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/recover.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "journal/reader.h"
#include "journal/segment.h"

static gboolean is_hex64(const char *text)
{
    return text && strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

/* Takes over what a start or chain block says of the chain. */
static void take_chain(OyerJournalRecovery *self, const OyerJournalBlock *block,
                       const char *hash_name)
{
    json_t *json = json_loadb((const char *)block->data, block->size, 0, NULL);
    const char *hash = json_string_value(json_object_get(json, hash_name));
    json_t *n = json_object_get(json, "n");
    json_t *epoch = json_object_get(json, "epoch");

    if (is_hex64(hash) && json_is_integer(n) && json_integer_value(n) >= 0) {
        memcpy(self->head, hash, sizeof self->head);
        self->n = (guint64)json_integer_value(n);
    }
    if (json_is_integer(epoch))
        self->epoch = (guint)json_integer_value(epoch);
    json_decref(json);
}

/* Reads one segment to its end.  Returns: the offset behind its last chain block. */
static guint64 read_segment(OyerJournalRecovery *self, const char *dir, guint segment)
{
    g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(dir);
    g_autofree char *position = g_strdup_printf("%u:0", segment);
    OyerJournalBlock block;
    guint64 chained = 0;

    if (!oyer_journal_reader_seek(reader, position, NULL))
        return 0;
    for (;;) {
        OyerJournalResult result = oyer_journal_reader_next(reader, &block, NULL);

        if (result == OYER_JOURNAL_BROKEN) {
            oyer_journal_reader_skip(reader);
            continue;
        }
        if (result != OYER_JOURNAL_BLOCK || block.segment != segment)
            return chained;
        self->last_us = MAX(self->last_us, block.at_us);
        if (block.type == OYER_JOURNAL_START) {
            take_chain(self, &block, "prev");
        } else if (block.type == OYER_JOURNAL_CHAIN) {
            g_autofree char *end = oyer_journal_reader_position(reader);
            take_chain(self, &block, "sha256");
            chained = g_ascii_strtoull(strchr(end, ':') + 1, NULL, 10);
        } else if (block.type == OYER_JOURNAL_END) {
            self->is_ended = TRUE;
        }
    }
}

/* Hashes file @path from @from to its end. */
static gboolean hash_tail(OyerJournalRecovery *self, const char *path, guint64 from,
                          GError **error)
{
    g_autoptr(GChecksum) sha = g_checksum_new(G_CHECKSUM_SHA256);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    guint64 at = from;
    guint8 bytes[65536];
    ssize_t n = fd < 0 ? -1 : 0;

    while (fd >= 0 && (n = pread(fd, bytes, sizeof bytes, (off_t)at)) > 0) {
        g_checksum_update(sha, bytes, n);
        at += (guint64)n;
    }
    if (fd >= 0)
        (void)close(fd);
    if (n < 0) {
        g_set_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_DISK, "%s: %s", path,
                    g_strerror(errno));
        return FALSE;
    }
    self->tail_to = at;
    g_strlcpy(self->tail_sha256, g_checksum_get_string(sha), sizeof self->tail_sha256);
    return TRUE;
}

gboolean oyer_journal_recover(const char *dir, OyerJournalRecovery *out_recovery,
                              GError **error)
{
    OyerJournalRecovery self = {.head = OYER_CHAIN_ZERO};
    guint64 chained = 0;

    if (!oyer_segment_last(dir, &self.segment, error))
        return FALSE;
    /* After a power cut the last file may be empty: then the one before knows. */
    for (guint segment = self.segment; segment && !self.epoch; segment--) {
        guint64 end = read_segment(&self, dir, segment);
        if (segment == self.segment)
            chained = end;
    }
    if (self.segment) {
        g_autofree char *path = oyer_segment_path(dir, self.segment);
        if (!hash_tail(&self, path, chained, error))
            return FALSE;
    }
    *out_recovery = self;
    return TRUE;
}
