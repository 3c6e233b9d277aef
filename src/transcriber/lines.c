/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"

/* Longer than any line that we write: 2048 words of 256 bytes. */
#define MAX_LINE_BYTES (1 << 20)
#define LOCK_WAIT_US (10 * G_USEC_PER_SEC)
#define LOCK_STEP_US 50000

struct OyerLines {
    char *path;
    int fd;
    gboolean failed;
};

void oyer_lines_free(OyerLines *self)
{
    if (!self)
        return;
    if (self->fd >= 0)
        (void)close(self->fd);
    g_free(self->path);
    g_free(self);
}

/* The one before us was killed and may take a moment to be gone. */
static gboolean lock(OyerLines *self, GError **error)
{
    gint64 until_us = g_get_monotonic_time() + LOCK_WAIT_US;

    while (flock(self->fd, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return oyer_error_set_errno(error, errno, "%s", self->path);
        if (g_get_monotonic_time() > until_us)
            return oyer_error_set_errno(error, EBUSY, "%s: another transcriber has it",
                                        self->path);
        g_usleep(LOCK_STEP_US);
    }
    return TRUE;
}

static void replay_line(const char *text, gsize size, OyerLinesReplay replay,
                        gpointer data, OyerResumePlan *plan)
{
    g_autoptr(json_t) json = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    g_autoptr(OyerLine) line = oyer_line_from_json(json, NULL);
    OyerResume resume;

    if (!line || !line->track) {
        g_warning("a line of lines.jsonl cannot be read and is left out");
        return;
    }
    if (oyer_resume_from_json(json_object_get(json, "resume"), &resume))
        oyer_resume_plan_add(plan, line->track, &resume);
    (void)json_object_del(json, "resume");
    replay(json, data);
}

/* Hands over each whole line; what is behind the last line end was torn: cut off. */
static gboolean read_all(OyerLines *self, OyerLinesReplay replay, gpointer data,
                         OyerResumePlan *plan, GError **error)
{
    g_autofree char *text = NULL;
    size_t room = 0;
    ssize_t n;
    off_t whole = 0;
    FILE *file = fdopen(dup(self->fd), "r");

    if (!file)
        return oyer_error_set_errno(error, errno, "%s", self->path);
    while ((n = getline(&text, &room, file)) > 0 && text[n - 1] == '\n') {
        whole += n;
        if (n <= MAX_LINE_BYTES)
            replay_line(text, (gsize)n - 1, replay, data, plan);
    }
    int code = ferror(file) ? EIO : 0;
    (void)fclose(file);
    if (code)
        return oyer_error_set_errno(error, code, "%s", self->path);
    if (n > 0 && ftruncate(self->fd, whole) < 0)
        return oyer_error_set_errno(error, errno, "%s", self->path);
    return TRUE;
}

OyerLines *oyer_lines_open(const char *path, OyerLinesReplay replay, gpointer data,
                           OyerResumePlan *plan, GError **error)
{
    g_autoptr(OyerLines) self = g_new0(OyerLines, 1);
    g_autofree char *dir = g_path_get_dirname(path);

    self->fd = -1;
    self->path = g_strdup(path);
    if (!oyer_dir_make(dir, error))
        return NULL;
    self->fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (self->fd < 0) {
        (void)oyer_error_set_errno(error, errno, "%s", path);
        return NULL;
    }
    if (!oyer_dir_sync(dir, error) || !lock(self, error) ||
        !read_all(self, replay, data, plan, error))
        return NULL;
    return g_steal_pointer(&self);
}

static gboolean write_all(int fd, const char *bytes, gsize size)
{
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return FALSE;
        bytes += n;
        size -= (gsize)n;
    }
    return TRUE;
}

json_t *oyer_lines_append(OyerLines *self, const OyerLine *line,
                          const OyerResume *resume, GError **error)
{
    g_autoptr(json_t) json = oyer_line_to_json(line);

    if (self->failed) {
        (void)oyer_error_set_errno(error, EIO, "%s failed before", self->path);
        return NULL;
    }
    (void)json_object_set_new(json, "event", json_string("line"));
    (void)json_object_set_new(json, "resume", oyer_resume_to_json(resume));
    g_autofree char *text = oyer_json_text(json);
    g_autofree char *bytes = g_strconcat(text, "\n", NULL);
    if (!write_all(self->fd, bytes, strlen(bytes)) || fdatasync(self->fd) < 0) {
        self->failed = TRUE;
        (void)oyer_error_set_errno(error, errno, "%s", self->path);
        return NULL;
    }
    (void)json_object_del(json, "resume");
    return g_steal_pointer(&json);
}
