/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "api/bounce.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "api/internal.h"
#include "api/post.h"
#include "docket/notice_desk.h"
#include "post/bounce.h"

struct OyerBounces {
    OyerHouse *house;
    const char *dir;
    GThreadPool *thread; /* NULL: the server stops */
    gboolean is_busy, is_missing;
};

/* One message; those that were settled go out of the way with the next look. */
typedef struct {
    OyerBounces *bounces;
    char *settled; /* name in `new`, or NULL */
    gboolean settled_was_ours;
    char *name; /* NULL: nothing there */
    OyerBounce report;
    char sending[OYER_ID_SIZE];
    gboolean is_ours; /* it is settled by it, or was before */
    GError *error;
} Look;

static void look_free(gpointer data)
{
    Look *self = data;

    g_free(self->settled);
    g_free(self->name);
    g_clear_error(&self->error);
    g_free(self);
}

/* ---- Thread: its own ---- */

/* Maildir: what was seen has the flag S. */
static void move(Look *self)
{
    const char *dir = self->bounces->dir;
    g_autofree char *to =
        g_strconcat(self->settled, self->settled_was_ours ? ":2,S" : ":2,", NULL);
    g_autofree char *from = g_build_filename(dir, "new", self->settled, NULL);
    g_autofree char *there = g_build_filename(dir, "cur", to, NULL);

    if (rename(from, there) != 0)
        g_set_error(&self->error, G_FILE_ERROR, g_file_error_from_errno(errno),
                    "it cannot be moved: %s", g_strerror(errno));
}

static void read_message(Look *self)
{
    g_autofree char *path =
        g_build_filename(self->bounces->dir, "new", self->name, NULL);
    g_autofree char *bytes = g_malloc(OYER_BOUNCE_MAX_BYTES);
    FILE *file = fopen(path, "rbe");
    gsize size = file ? fread(bytes, 1, OYER_BOUNCE_MAX_BYTES, file) : 0;

    if (file != NULL)
        (void)fclose(file);
    oyer_bounce_parse(bytes, size, &self->report);
}

static gboolean on_looked(gpointer data);

static void work(gpointer data, gpointer unused G_GNUC_UNUSED)
{
    Look *self = data;

    if (self->settled != NULL)
        move(self);
    g_autofree char *path = g_build_filename(self->bounces->dir, "new", NULL);
    g_autoptr(GDir) dir = self->error ? NULL : g_dir_open(path, 0, &self->error);
    const char *name;
    while (dir != NULL && self->name == NULL && (name = g_dir_read_name(dir)) != NULL)
        if (*name != '.')
            self->name = g_strdup(name);
    if (self->name != NULL)
        read_message(self);
    g_main_context_invoke_full(NULL, G_PRIORITY_DEFAULT, on_looked, self, NULL);
}

/* ---- Thread: database ---- */

static gboolean settle(OyerDb *db, gpointer data, GError **error)
{
    Look *self = data;
    gboolean done;

    return oyer_docket_take_receipt(db, "email", self->sending, OYER_SENDING_BOUNCE,
                                    self->report.why, oyer_clock_now_us(NULL), &done,
                                    error);
}

/* ---- Thread: main ---- */

static void start(OyerBounces *bounces, const Look *before)
{
    Look *look = g_new0(Look, 1);

    look->bounces = bounces;
    if (before != NULL) {
        look->settled = g_strdup(before->name);
        look->settled_was_ours = before->is_ours;
    }
    bounces->is_busy = TRUE;
    g_thread_pool_push(bounces->thread, look, NULL);
}

static void on_settled(gpointer data, const GError *error)
{
    Look *self = data;
    OyerBounces *bounces = self->bounces;

    /* What could not be settled stays there, and is tried again. */
    bounces->is_busy = FALSE;
    if (error != NULL)
        g_critical("a mail that came back cannot be noted: %s", error->message);
    else if (bounces->thread != NULL)
        start(bounces, self);
    look_free(self);
}

/* Of which sending it is: its address proves it; else what the report is about. */
static gboolean find_sending(Look *self)
{
    const OyerBounce *report = &self->report;

    if (*report->sending) {
        g_autofree char *code =
            oyer_post_bounce_code(self->bounces->house, report->sending);
        if (!oyer_text_equal(code, report->code))
            return FALSE;
        g_strlcpy(self->sending, report->sending, sizeof self->sending);
    } else {
        g_strlcpy(self->sending, report->message, sizeof self->sending);
    }
    return *self->sending != '\0';
}

static gboolean on_looked(gpointer data)
{
    Look *self = data;
    OyerBounces *bounces = self->bounces;

    if (self->error != NULL && !bounces->is_missing)
        g_warning("mail that comes back is not read: %s", self->error->message);
    bounces->is_missing = self->error != NULL;
    if (bounces->thread == NULL || self->name == NULL) {
        bounces->is_busy = FALSE;
        look_free(self);
        return G_SOURCE_REMOVE;
    }
    self->is_ours = self->report.has_failed && find_sending(self);
    if (self->is_ours)
        oyer_db_submit(bounces->house->config.db, settle, self, on_settled, NULL);
    else
        on_settled(self, NULL);
    return G_SOURCE_REMOVE;
}

void oyer_bounces_look(OyerBounces *self)
{
    if (self != NULL && !self->is_busy && self->thread != NULL)
        start(self, NULL);
}

OyerBounces *oyer_bounces_new(OyerHouse *house, const char *dir)
{
    OyerBounces *self = g_new0(OyerBounces, 1);

    self->house = house;
    self->dir = dir;
    self->thread = g_thread_pool_new(work, NULL, 1, FALSE, NULL);
    return self;
}

void oyer_bounces_stop(OyerBounces *self)
{
    if (self == NULL || self->thread == NULL)
        return;
    g_thread_pool_free(g_steal_pointer(&self->thread), FALSE, TRUE);
}

void oyer_bounces_free(OyerBounces *self)
{
    oyer_bounces_stop(self);
    g_free(self);
}
