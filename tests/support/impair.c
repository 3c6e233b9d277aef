/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * impair: a bad line between this network and a new one behind it.
 *
 *   impair [--seed N] [--near ADDRESS] [--far ADDRESS] [--name NAME]
 *
 * makes a network namespace whose only way out is a TUN device here called NAME, and
 * there too, and carries every IPv4 packet between the two, changed as
 * support/impairment.h describes.  Who runs in the far namespace knows nothing of it:
 *
 *   nsenter --net=/proc/PID/ns/net chromium …
 *
 * Prints {"ready":PID}: the process that holds the far namespace.  Then each line of
 * standard input is a command, answered by one line:
 *
 *   {"up":{"loss":0.3},"down":{"delay_ms":25,"rate_kbps":300},"after_ms":0}
 *
 * sets what it names ("up": from the far side) now, or that much later, and tells the
 * counters as they are: {"up":{"packets":…},"down":{…}}.  {} only tells.  What makes no
 * sense is answered {"error":…} and changes nothing of that direction's later fields.
 * The end of standard input ends it.
 *
 * Needs CAP_NET_ADMIN and /dev/net/tun.
 */

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>
#include <jansson.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>

#include "support/impairment.h"

#define PACKET_MAX_BYTES 2048
#define WAITING_MAX 65536 /* packets under way in one direction */
#define LINE_MAX_BYTES 4096
#define LATER_MAX 64

enum { UP, DOWN, DIRECTIONS };

static const char *const direction_names[DIRECTIONS] = {"up", "down"};

typedef struct {
    gint64 at_us;
    guint64 order; /* ties leave as they came */
    guint16 bytes;
    guint8 packet[];
} Waiting;

typedef struct {
    int in, out;
    OyerImpairment impairment;
    GTree *waiting; /* of Waiting, by the moment it leaves */
    guint64 count;
} Direction;

typedef struct {
    gint64 at_us;
    json_t *settings;
} Later;

typedef struct {
    Direction directions[DIRECTIONS];
    Later later[LATER_MAX];
    guint n_later;
    char line[LINE_MAX_BYTES];
    gsize line_bytes;
    gboolean ended;
} Impair;

static gint compare(gconstpointer a, gconstpointer b, gpointer data)
{
    const Waiting *one = a, *two = b;

    (void)data;
    if (one->at_us != two->at_us)
        return one->at_us < two->at_us ? -1 : 1;
    return one->order < two->order ? -1 : one->order > two->order;
}

/* ---- packets ---- */

static bool is_udp(const guint8 *packet, gsize bytes)
{
    return bytes >= 20 && packet[0] >> 4 == 4 && packet[9] == IPPROTO_UDP;
}

static void take(Direction *self, const guint8 *packet, gsize bytes)
{
    gint64 at_us[2];
    guint count = oyer_impairment_take(&self->impairment, bytes, is_udp(packet, bytes),
                                       g_get_monotonic_time(), at_us);

    for (guint i = 0; i < count; i++) {
        if (g_tree_nnodes(self->waiting) >= WAITING_MAX)
            return;
        Waiting *waiting = g_malloc(sizeof *waiting + bytes);
        waiting->at_us = at_us[i];
        waiting->order = self->count++;
        waiting->bytes = (guint16)bytes;
        memcpy(waiting->packet, packet, bytes);
        g_tree_insert(self->waiting, waiting, waiting);
    }
}

static void receive(Direction *self)
{
    guint8 packet[PACKET_MAX_BYTES];
    gssize bytes;

    /* IPv6's neighbour discovery has nobody to find here. */
    while ((bytes = read(self->in, packet, sizeof packet)) > 0)
        if (packet[0] >> 4 == 4)
            take(self, packet, (gsize)bytes);
}

static const Waiting *first(const Direction *self)
{
    GTreeNode *node = g_tree_node_first(self->waiting);

    return node ? g_tree_node_key(node) : NULL;
}

static void deliver(Direction *self, gint64 now_us)
{
    const Waiting *waiting;

    while ((waiting = first(self)) && waiting->at_us <= now_us) {
        /* A full or vanished device loses the packet, as a line would. */
        if (write(self->out, waiting->packet, waiting->bytes) < 0 && errno == EBADFD)
            g_warning("a device is gone");
        g_tree_remove(self->waiting, waiting);
    }
}

/* ---- commands ---- */

static const char *apply(Impair *self, json_t *settings)
{
    for (guint i = 0; i < DIRECTIONS; i++) {
        json_t *values = json_object_get(settings, direction_names[i]);
        const char *name;
        json_t *value;

        json_object_foreach(values, name, value)
        {
            if (!json_is_number(value) ||
                !oyer_impairment_set(&self->directions[i].impairment, name,
                                     json_number_value(value)))
                return "no such setting, or no such value";
        }
    }
    return NULL;
}

static void apply_later(Impair *self, gint64 now_us)
{
    guint kept = 0;

    for (guint i = 0; i < self->n_later; i++) {
        if (self->later[i].at_us > now_us) {
            self->later[kept++] = self->later[i];
            continue;
        }
        (void)apply(self, self->later[i].settings);
        json_decref(self->later[i].settings);
    }
    self->n_later = kept;
}

static json_t *tell(Direction *self)
{
    OyerImpairmentCounters c = oyer_impairment_read(&self->impairment);

    return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:f}", "packets",
                     (json_int_t)c.packets, "bytes", (json_int_t)c.bytes, "delivered",
                     (json_int_t)c.delivered, "lost", (json_int_t)c.lost, "duplicated",
                     (json_int_t)c.duplicated, "reordered", (json_int_t)c.reordered,
                     "overflowed", (json_int_t)c.overflowed, "refused",
                     (json_int_t)c.refused, "queue_ms", (double)c.queue_us / 1000);
}

static void print(json_t *line)
{
    (void)json_dumpf(line, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
    (void)putchar('\n');
    (void)fflush(stdout);
    json_decref(line);
}

static const char *obey(Impair *self, json_t *command, gint64 now_us)
{
    double after_ms = json_number_value(json_object_get(command, "after_ms"));

    if (!json_is_object(command))
        return "not a JSON object";
    if (after_ms <= 0)
        return apply(self, command);
    if (self->n_later == LATER_MAX)
        return "too much is put off already";
    self->later[self->n_later++] =
        (Later){now_us + (gint64)(after_ms * 1000), json_incref(command)};
    return NULL;
}

static void hear(Impair *self, const char *line)
{
    json_t *command = json_loads(line, 0, NULL);
    const char *trouble = obey(self, command, g_get_monotonic_time());

    if (trouble)
        print(json_pack("{s:s}", "error", trouble));
    else
        print(json_pack("{s:o,s:o}", direction_names[UP], tell(&self->directions[UP]),
                        direction_names[DOWN], tell(&self->directions[DOWN])));
    json_decref(command);
}

static void listen_to(Impair *self)
{
    gssize bytes = read(STDIN_FILENO, self->line + self->line_bytes,
                        sizeof self->line - 1 - self->line_bytes);
    char *end;

    if (bytes <= 0) {
        self->ended = TRUE;
        return;
    }
    self->line_bytes += (gsize)bytes;
    self->line[self->line_bytes] = '\0';
    while ((end = strchr(self->line, '\n'))) {
        *end = '\0';
        hear(self, self->line);
        self->line_bytes -= (gsize)(end + 1 - self->line);
        memmove(self->line, end + 1, self->line_bytes + 1);
    }
    self->ended = self->line_bytes == sizeof self->line - 1;
}

/* ---- the two networks ---- */

static int die(const char *what)
{
    fprintf(stderr, "impair: %s: %s\n", what, g_strerror(errno));
    exit(1);
}

static void ip(const char *format, ...) G_GNUC_PRINTF(1, 2);

static void ip(const char *format, ...)
{
    g_autofree char *arguments = NULL;
    g_autofree char *command = NULL;
    va_list list;
    int status = -1;

    va_start(list, format);
    arguments = g_strdup_vprintf(format, list);
    va_end(list);
    command = g_strconcat("ip ", arguments, NULL);
    if (!g_spawn_command_line_sync(command, NULL, NULL, &status, NULL) || status != 0) {
        errno = ECANCELED;
        die(command);
    }
}

/* A TUN device in the namespace that this process is in. */
static int open_tun(const char *name)
{
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        die("/dev/net/tun");
    (void)g_strlcpy(request.ifr_name, name, sizeof request.ifr_name);
    if (ioctl(fd, TUNSETIFF, &request) < 0)
        die(name);
    return fd;
}

/* Lives as long as this process, so that the far namespace does. */
static pid_t hold(void)
{
    pid_t parent = getpid(), pid = fork();

    if (pid < 0)
        die("fork");
    if (pid > 0)
        return pid;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)close(STDIN_FILENO);
    (void)close(STDOUT_FILENO);
    while (getppid() == parent)
        (void)pause();
    _exit(0);
}

static pid_t make_far(const char *name, const char *near, const char *far, int *out_fd)
{
    int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    pid_t pid;

    if (home < 0 || unshare(CLONE_NEWNET) < 0)
        die("a network namespace");
    ip("link set lo up");
    *out_fd = open_tun(name);
    ip("address add %s peer %s dev %s", far, near, name);
    ip("link set %s up", name);
    ip("route add default dev %s", name);
    pid = hold();
    if (setns(home, CLONE_NEWNET) < 0)
        die("back to the first namespace");
    (void)close(home);
    return pid;
}

static int make_near(const char *name, const char *near, const char *far)
{
    int fd = open_tun(name);

    ip("address add %s peer %s dev %s", near, far, name);
    ip("link set %s up", name);
    return fd;
}

/* ---- the loop ---- */

static void arm(const Impair *self, int timer)
{
    struct itimerspec when = {0};
    gint64 at_us = G_MAXINT64;

    for (guint i = 0; i < DIRECTIONS; i++) {
        const Waiting *waiting = first(&self->directions[i]);

        if (waiting)
            at_us = MIN(at_us, waiting->at_us);
    }
    for (guint i = 0; i < self->n_later; i++)
        at_us = MIN(at_us, self->later[i].at_us);
    if (at_us != G_MAXINT64) {
        at_us = MAX(at_us, 1); /* 0 would disarm it */
        when.it_value.tv_sec = at_us / G_USEC_PER_SEC;
        when.it_value.tv_nsec = at_us % G_USEC_PER_SEC * 1000;
    }
    (void)timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}

static void run(Impair *self)
{
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    struct pollfd fds[] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = timer, .events = POLLIN},
        {.fd = self->directions[UP].in, .events = POLLIN},
        {.fd = self->directions[DOWN].in, .events = POLLIN},
    };

    while (!self->ended) {
        arm(self, timer);
        if (poll(fds, G_N_ELEMENTS(fds), -1) < 0 && errno != EINTR)
            die("poll");
        for (guint i = 0; i < DIRECTIONS; i++)
            receive(&self->directions[i]);
        gint64 now_us = g_get_monotonic_time();
        apply_later(self, now_us);
        for (guint i = 0; i < DIRECTIONS; i++)
            deliver(&self->directions[i], now_us);
        if (fds[0].revents)
            listen_to(self);
    }
    (void)close(timer);
}

static void direction_init(Direction *self, int in, int out, guint64 seed)
{
    self->in = in;
    self->out = out;
    self->waiting = g_tree_new_full(compare, NULL, NULL, g_free);
    oyer_impairment_init(&self->impairment, seed);
}

int main(int argc, char *argv[])
{
    gint64 seed = 1;
    g_autofree char *near = NULL, *far = NULL, *name = NULL;
    const GOptionEntry entries[] = {
        {"seed", 0, 0, G_OPTION_ARG_INT64, &seed, "of all that is left to chance", "N"},
        {"near", 0, 0, G_OPTION_ARG_STRING, &near, "on this side", "ADDRESS"},
        {"far", 0, 0, G_OPTION_ARG_STRING, &far, "in the new network", "ADDRESS"},
        {"name", 0, 0, G_OPTION_ARG_STRING, &name, "of both devices", "NAME"},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;
    Impair self = {0};
    int near_fd, far_fd = -1;
    pid_t holder;

    g_option_context_set_summary(context, "A bad line to a network of its own.");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "impair: %s\n", error->message);
        return 2;
    }
    if (!near)
        near = g_strdup("10.98.0.1");
    if (!far)
        far = g_strdup("10.98.0.2");
    if (!name)
        name = g_strdup("line0");

    holder = make_far(name, near, far, &far_fd);
    near_fd = make_near(name, near, far);
    direction_init(&self.directions[UP], far_fd, near_fd, (guint64)seed);
    direction_init(&self.directions[DOWN], near_fd, far_fd, ~(guint64)seed);
    print(json_pack("{s:i}", "ready", (int)holder));
    run(&self);
    (void)kill(holder, SIGKILL);
    (void)waitpid(holder, NULL, 0);
    for (guint i = 0; i < self.n_later; i++)
        json_decref(self.later[i].settings);
    for (guint i = 0; i < DIRECTIONS; i++)
        g_tree_destroy(self.directions[i].waiting);
    return 0;
}
