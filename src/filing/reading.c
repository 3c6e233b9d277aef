/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/reading.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib-unix.h>
#include <poll.h>

#include "filing/confine.h"

/* So much of a piece stands again at the head of the next, for a word on the seam. */
#define OVERLAP 64 /* bytes */
/* A page with less is not alone in its piece. */
#define PAGE_MIN 1024 /* bytes */

#define WAKE_MS 200

#define PDF "application/pdf"
#define PLAIN "text/plain"

G_DEFINE_QUARK(oyer_reading_error, oyer_reading_error)

/* Pages behind the last would be cut off by the size of the text anyway. */
static const char *const pdftotext[] = {
    "/usr/bin/pdftotext", "-q", "-enc", "UTF-8", "-l", "3000",
    "/proc/self/fd/0",    "-",  NULL};

const OyerReadingLimits oyer_reading_limits = {
    .program = pdftotext, .time_s = 60, .cpu_s = 30, .memory_bytes = 1024ull << 20};

const char *oyer_reading_error_word(const GError *error)
{
    static const char *const words[] = {
        [OYER_READING_ERROR_AWAY] = "away",
        [OYER_READING_ERROR_BROKEN] = "broken",
        [OYER_READING_ERROR_LIMIT] = "limit",
        [OYER_READING_ERROR_GONE] = "gone",
    };

    return error->domain == OYER_READING_ERROR ? words[error->code] : "broken";
}

gboolean oyer_reading_takes(const char *type)
{
    return !strcmp(type, PDF) || !strcmp(type, PLAIN);
}

/* ---- pieces ---- */

static void free_piece(gpointer data)
{
    OyerPiece *piece = data;

    g_free(piece->text);
    g_free(piece);
}

typedef struct {
    GPtrArray *pieces;
    GString *text; /* of the piece that is being filled */
    guint page, first_page;
} Cutter;

static gboolean has_word(const char *text)
{
    for (; *text; text += g_utf8_skip[(guchar)*text])
        if (g_unichar_isalnum(g_utf8_get_char(text)))
            return TRUE;
    return FALSE;
}

static void finish_piece(Cutter *self)
{
    if (has_word(self->text->str)) {
        OyerPiece *piece = g_new(OyerPiece, 1);
        *piece = (OyerPiece){self->first_page, g_strdup(self->text->str)};
        g_ptr_array_add(self->pieces, piece);
    }
    const char *tail =
        self->text->str + self->text->len - MIN(self->text->len, OVERLAP);
    while ((*tail & 0xc0) == 0x80)
        tail++;
    g_autofree char *kept = g_strdup(self->text->len > OVERLAP ? tail : "");
    g_string_assign(self->text, kept);
    self->first_page = self->page;
}

static void end_page(Cutter *self)
{
    self->page++;
    if (self->text->len <= PAGE_MIN)
        return;
    finish_piece(self);
    /* The next page begins with no word of this one. */
    g_string_truncate(self->text, 0);
}

static void add(Cutter *self, gunichar c)
{
    if (self->text->len + 6 > OYER_READING_PIECE_MAX)
        finish_piece(self);
    if (self->text->len == 0)
        self->first_page = self->page;
    g_string_append_unichar(self->text, c);
}

GPtrArray *oyer_reading_cut(const char *bytes, gsize size)
{
    g_autofree char *valid =
        g_utf8_make_valid(bytes, (gssize)MIN(size, OYER_READING_BYTES_MAX));
    Cutter self = {.pieces = g_ptr_array_new_with_free_func(free_piece),
                   .text = g_string_new(NULL),
                   .page = 1,
                   .first_page = 1};

    for (const char *p = valid; *p; p += g_utf8_skip[(guchar)*p]) {
        gunichar c = g_utf8_get_char(p);
        if (c == '\f')
            end_page(&self);
        else if (c == '\n' || !g_unichar_iscntrl(c))
            add(&self, c);
        else
            add(&self, ' ');
    }
    finish_piece(&self);
    g_string_free(self.text, TRUE);
    return self.pieces;
}

/* ---- plain text ---- */

static GPtrArray *read_plain(int file, GError **error)
{
    g_autofree char *bytes = g_malloc(OYER_READING_BYTES_MAX);
    gsize size = 0;
    gssize got;

    while (size < OYER_READING_BYTES_MAX &&
           (got = read(file, bytes + size, OYER_READING_BYTES_MAX - size)) > 0)
        size += (gsize)got;
    if (g_utf8_validate(bytes, (gssize)size, NULL))
        return oyer_reading_cut(bytes, size);
    /* What was written on a Chinese Windows; what is wrong in it stays wrong. */
    gsize length = 0;
    g_autofree char *text = g_convert_with_fallback(
        bytes, (gssize)size, "UTF-8", "GB18030", "?", NULL, &length, NULL);
    (void)error;
    return text ? oyer_reading_cut(text, length) : oyer_reading_cut(bytes, size);
}

/* ---- PDF ---- */

/* Runs in the child. */
static void confine(gpointer data)
{
    if (!oyer_confine(data))
        _exit(126);
}

typedef struct {
    GPid pid;
    int out;
    gint64 until_us;
    GCancellable *cancellable;
    GByteArray *text;
    gboolean is_late;
} Child;

static gboolean start(Child *self, const OyerReadingLimits *limits, int file,
                      GError **error)
{
    static const char *const environment[] = {"LANG=C.UTF-8", "PATH=/usr/bin:/bin",
                                              NULL};
    OyerConfinement confinement = {limits->cpu_s, limits->memory_bytes};
    g_autoptr(GError) failed = NULL;
    int silence = open("/dev/null", O_WRONLY | O_CLOEXEC);
    gboolean done = g_spawn_async_with_pipes_and_fds(
        "/", limits->program, environment, G_SPAWN_DO_NOT_REAP_CHILD, confine,
        &confinement, file, -1, silence, NULL, NULL, 0, &self->pid, NULL, &self->out,
        NULL, &failed);

    (void)close(silence);
    if (done)
        return TRUE;
    g_set_error(error, OYER_READING_ERROR, OYER_READING_ERROR_AWAY, "%s",
                failed->message);
    return FALSE;
}

/* Until it ends, has said enough, or is too late. */
static void listen_to(Child *self)
{
    guint8 buffer[16384];

    while (self->text->len < OYER_READING_BYTES_MAX) {
        struct pollfd line = {self->out, POLLIN, 0};
        self->is_late = g_get_monotonic_time() >= self->until_us ||
                        g_cancellable_is_cancelled(self->cancellable);
        if (self->is_late)
            return;
        if (poll(&line, 1, WAKE_MS) <= 0)
            continue;
        gssize got = read(self->out, buffer, sizeof buffer);
        if (got <= 0)
            return;
        g_byte_array_append(self->text, buffer, (guint)got);
    }
}

/* How it ended; what was cut off at the size did well. */
static gboolean end(Child *self, GError **error)
{
    gboolean is_enough = self->text->len >= OYER_READING_BYTES_MAX;
    int status = 0;

    (void)close(self->out);
    if (is_enough || self->is_late)
        (void)kill(self->pid, SIGKILL);
    while (waitpid(self->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (is_enough || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
        return TRUE;
    gboolean is_limit =
        self->is_late || (WIFSIGNALED(status) &&
                          (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL));
    g_set_error(error, OYER_READING_ERROR,
                is_limit ? OYER_READING_ERROR_LIMIT : OYER_READING_ERROR_BROKEN,
                "the reader ended with status %d", status);
    return FALSE;
}

static GPtrArray *read_pdf(const OyerReadingLimits *limits, int file,
                           GCancellable *cancellable, GError **error)
{
    g_autoptr(GByteArray) text = g_byte_array_new();
    Child child = {.until_us = g_get_monotonic_time() + limits->time_s * G_USEC_PER_SEC,
                   .cancellable = cancellable,
                   .text = text};

    if (!start(&child, limits, file, error))
        return NULL;
    listen_to(&child);
    if (!end(&child, error))
        return NULL;
    return oyer_reading_cut(text->len ? (const char *)text->data : "", text->len);
}

GPtrArray *oyer_reading_read(const OyerReadingLimits *limits, const char *path,
                             const char *type, GCancellable *cancellable,
                             GError **error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0) {
        g_set_error(error, OYER_READING_ERROR, OYER_READING_ERROR_GONE,
                    "it cannot be opened: %s", g_strerror(errno));
        return NULL;
    }
    GPtrArray *pieces = strcmp(type, PDF) ? read_plain(file, error)
                                          : read_pdf(limits, file, cancellable, error);
    (void)close(file);
    return pieces;
}
