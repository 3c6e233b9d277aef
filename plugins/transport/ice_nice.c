/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * ICE by libnice 0.1.21, fenced: no UPnP, no TCP, no consent timer of its own
 * (10 s with checks every 5 would end a peer for one lost answer), and its
 * sockets never on a GMainContext that anything else shares, where each wake-up
 * costs as much as there are agents.  The agent's context carries only its
 * timers; the worker iterates it exactly when one is due.
 */

#include <string.h>
#include <sys/epoll.h>

#include <gio/gio.h>
#include <nice/agent.h>
#include <openssl/rand.h>

#include "transport/address.h"
#include "transport/ice-private.h"
#include "transport/nearby.h"
#include "transport/stun.h"

#define COMPONENT 1
#define RECEIVE_MAX 64
#define ADDRESSES_MAX 8
#define SEND_BUFFER_BYTES (1 << 20)
#define RECEIVE_BUFFER_BYTES (1 << 20)
/* How long the agent goes on ticking every 20 ms with nothing to check, before it
 * calls components failed: its default until there is a way, then the least. */
#define IDLE_CHECKING_MS 5000
#define IDLE_CONNECTED_MS 50
/* In case a timer of the agent's context is not told (never seen). */
#define TICK_MAX_US (1 * G_USEC_PER_SEC)

typedef struct Full Full;

typedef struct {
    Full *full; /* not owned */
    int fd;     /* the agent's */
    OyerWorkerSource *watch;
} Socket;

struct Full {
    OyerIce ice;
    OyerWorker *worker; /* not owned */
    OyerIceEvents events;
    NiceAgent *agent;
    guint stream;
    GMainContext *context;
    OyerWorkerSource *timer;
    GPtrArray *sockets; /* of Socket */

    char *ufrag, *pwd, *remote_ufrag, *remote_pwd;
    GPtrArray *candidates; /* of char * */
    OyerIceLocal local;
    guint remote_candidates;

    OyerIceState state;
    GSocket *selected; /* with path.fd */
    OyerIcePath path;
    gboolean has_path;
    guint64 tie_breaker;
    gboolean looking, heard;
    gboolean nearby; /* listens for this machine only, on all its addresses */
    gboolean iterating, silent;
};

static void iterate(Full *self);

static void on_timer(guint32 events, gpointer data)
{
    Full *self = data;

    (void)events;
    iterate(self);
}

/* Arms the worker's timer for the context's next one. */
static void arm(Full *self)
{
    GPollFD fds[4];
    int priority, timeout_ms;

    if (self->silent || !g_main_context_acquire(self->context))
        return;
    (void)g_main_context_prepare(self->context, &priority);
    (void)g_main_context_query(self->context, priority, &timeout_ms, fds,
                               G_N_ELEMENTS(fds));
    g_main_context_release(self->context);

    gint64 due_us = timeout_ms < 0 ? TICK_MAX_US : (gint64)timeout_ms * 1000;
    oyer_worker_source_free(self->timer);
    self->timer = oyer_worker_timer(self->worker, CLAMP(due_us, 1000, TICK_MAX_US),
                                    TRUE, on_timer, self);
}

/* Runs what is due in the agent's context. */
static void iterate(Full *self)
{
    if (self->iterating || self->silent)
        return;
    self->iterating = TRUE;
    while (g_main_context_iteration(self->context, FALSE))
        ;
    self->iterating = FALSE;
    arm(self);
}

static void on_readable(guint32 events, gpointer data)
{
    Socket *socket = data;
    Full *self = socket->full;

    (void)events;
    if (!self->silent)
        self->events.on_readable(self->events.data);
}

static void socket_free(gpointer data)
{
    Socket *socket = data;

    oyer_worker_source_free(socket->watch);
    g_free(socket);
}

static void watch_sockets(Full *self)
{
    g_autoptr(GPtrArray) sockets =
        nice_agent_get_sockets(self->agent, self->stream, COMPONENT);

    for (guint i = 0; sockets && i < sockets->len; i++) {
        GSocket *gsocket = g_ptr_array_index(sockets, i);
        Socket *socket = g_new0(Socket, 1);

        socket->full = self;
        socket->fd = g_socket_get_fd(gsocket);
        if (self->nearby && !oyer_nearby_fence(socket->fd)) {
            g_warning("a socket cannot be fenced to this machine: not listened to");
            g_free(socket);
            continue;
        }
        /* A key frame to a slow reader must not be cut off by a small buffer. */
        (void)setsockopt(socket->fd, SOL_SOCKET, SO_SNDBUF, &(int){SEND_BUFFER_BYTES},
                         sizeof(int));
        (void)setsockopt(socket->fd, SOL_SOCKET, SO_RCVBUF,
                         &(int){RECEIVE_BUFFER_BYTES}, sizeof(int));
        socket->watch =
            oyer_worker_watch(self->worker, socket->fd, EPOLLIN, on_readable, socket);
        g_ptr_array_add(self->sockets, socket);
    }
}

static void set_state(Full *self, OyerIceState state)
{
    if (self->state == state || self->silent)
        return;
    self->state = state;
    g_object_set(self->agent, "idle-timeout",
                 state == OYER_ICE_CONNECTED ? IDLE_CONNECTED_MS : IDLE_CHECKING_MS,
                 NULL);
    self->events.on_state(state, self->events.data);
}

static void on_state(NiceAgent *agent, guint stream, guint component, guint state,
                     gpointer data)
{
    Full *self = data;

    (void)agent;
    (void)stream;
    (void)component;
    if (state == NICE_COMPONENT_STATE_CONNECTED || state == NICE_COMPONENT_STATE_READY)
        set_state(self, OYER_ICE_CONNECTED);
    else if (state == NICE_COMPONENT_STATE_FAILED)
        set_state(self, OYER_ICE_FAILED);
    else
        set_state(self, OYER_ICE_CHECKING);
}

static void on_selected_pair(NiceAgent *agent, guint stream, guint component,
                             NiceCandidate *local, NiceCandidate *remote, gpointer data)
{
    Full *self = data;
    GSocket *gsocket = nice_agent_get_selected_socket(agent, stream, component);

    (void)local;
    g_clear_object(&self->selected);
    self->selected = gsocket;
    self->path.fd = gsocket ? g_socket_get_fd(gsocket) : -1;
    memset(&self->path.to, 0, sizeof(self->path.to));
    nice_address_copy_to_sockaddr(&remote->addr, (struct sockaddr *)&self->path.to);
    self->path.to_bytes = nice_address_ip_version(&remote->addr) == 4
                              ? sizeof(struct sockaddr_in)
                              : sizeof(struct sockaddr_in6);
    self->has_path = TRUE;
    if (!self->silent)
        self->events.on_path(self->events.data);
}

static void read_local(Full *self)
{
    g_free(self->ufrag);
    g_free(self->pwd);
    self->ufrag = self->pwd = NULL;
    (void)nice_agent_get_local_credentials(self->agent, self->stream, &self->ufrag,
                                           &self->pwd);

    g_ptr_array_set_size(self->candidates, 0);
    GSList *list =
        nice_agent_get_local_candidates(self->agent, self->stream, COMPONENT);
    for (GSList *item = list; item; item = item->next) {
        NiceCandidate *candidate = item->data;
        g_autofree char *line =
            nice_agent_generate_local_candidate_sdp(self->agent, candidate);

        if (candidate->transport == NICE_CANDIDATE_TRANSPORT_UDP &&
            g_str_has_prefix(line, "a="))
            g_ptr_array_add(self->candidates, g_strdup(line + strlen("a=")));
    }
    g_slist_free_full(list, (GDestroyNotify)nice_candidate_free);
    g_ptr_array_add(self->candidates, NULL);

    self->local.ufrag = self->ufrag;
    self->local.pwd = self->pwd;
    self->local.candidates = (char **)self->candidates->pdata;
}

static gboolean add_address(Full *self, const char *address, GError **error)
{
    NiceAddress *local = nice_address_new();
    gboolean ok = nice_address_set_from_string(local, address);

    if (ok)
        ok = nice_agent_add_local_address(self->agent, local);
    else
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "“%s” is not an IP address", address);
    nice_address_free(local);
    return ok;
}

/* No address added means that libnice takes all but loopback. */
static gboolean add_addresses(Full *self, const char *addresses, GError **error)
{
    g_auto(GStrv) list = g_strsplit(addresses, ",", ADDRESSES_MAX);

    if (g_str_equal(addresses, "0.0.0.0") || g_str_equal(addresses, "::"))
        return TRUE;
    for (gsize i = 0; list[i]; i++)
        if (!add_address(self, g_strstrip(list[i]), error))
            return FALSE;
    /* Loopback means this machine: also for those who never use 127.0.0.1. */
    if (g_str_has_prefix(addresses, "127.")) {
        g_auto(GStrv) nearby = oyer_nearby_addresses();

        self->nearby = TRUE;
        for (gsize i = 0; nearby[i]; i++)
            if (!add_address(self, nearby[i], error))
                return FALSE;
    }
    return TRUE;
}

static gboolean gather(Full *self, const OyerIceOptions *options, GError **error)
{
    if (!add_addresses(self, options->address, error))
        return FALSE;
    self->stream = nice_agent_add_stream(self->agent, 1);
    if (self->stream && options->port_min)
        nice_agent_set_port_range(self->agent, self->stream, COMPONENT,
                                  options->port_min, options->port_max);
    if (!self->stream || !nice_agent_gather_candidates(self->agent, self->stream)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
                    "no UDP socket could be opened on %s", options->address);
        return FALSE;
    }
    return TRUE;
}

static void destroy(gpointer data)
{
    Full *self = data;

    oyer_worker_source_free(self->timer);
    g_ptr_array_unref(self->sockets);
    g_signal_handlers_disconnect_by_data(self->agent, self);
    if (self->stream)
        nice_agent_remove_stream(self->agent, self->stream);
    g_clear_object(&self->selected);
    g_object_unref(self->agent);
    while (g_main_context_iteration(self->context, FALSE))
        ;
    g_main_context_unref(self->context);
    g_ptr_array_unref(self->candidates);
    g_free(self->ufrag);
    g_free(self->pwd);
    g_free(self->remote_ufrag);
    g_free(self->remote_pwd);
    g_free(self);
}

static void stop(OyerIce *ice)
{
    Full *self = (Full *)ice;

    self->silent = TRUE;
    g_clear_pointer(&self->timer, oyer_worker_source_free);
    g_ptr_array_set_size(self->sockets, 0);
}

static void free_soon(OyerIce *ice)
{
    Full *self = (Full *)ice;

    self->silent = TRUE;
    /* libnice may be among the callers. */
    oyer_worker_post(self->worker, destroy, self);
}

static const OyerIceLocal *local(OyerIce *ice)
{
    Full *self = (Full *)ice;

    return &self->local;
}

static gboolean set_remote(OyerIce *ice, const char *ufrag, const char *pwd)
{
    Full *self = (Full *)ice;

    g_free(self->remote_ufrag);
    g_free(self->remote_pwd);
    self->remote_ufrag = g_strdup(ufrag);
    self->remote_pwd = g_strdup(pwd);
    gboolean ok =
        nice_agent_set_remote_credentials(self->agent, self->stream, ufrag, pwd);
    iterate(self);
    return ok;
}

/* TCP and mDNS candidates are right, but of no use to a server on UDP. */
static gboolean is_useless(const char *candidate)
{
    g_auto(GStrv) tokens = g_strsplit(candidate, " ", 7);

    return g_strv_length(tokens) >= 6 && (g_ascii_strcasecmp(tokens[2], "udp") != 0 ||
                                          g_str_has_suffix(tokens[4], ".local"));
}

static gboolean add_candidate(OyerIce *ice, const char *candidate)
{
    Full *self = (Full *)ice;

    if (is_useless(candidate))
        return TRUE;

    g_autofree char *line = g_strconcat("a=", candidate, NULL);
    NiceCandidate *parsed =
        nice_agent_parse_remote_candidate_sdp(self->agent, self->stream, line);
    if (!parsed)
        return FALSE;
    if (parsed->component_id == COMPONENT &&
        self->remote_candidates < OYER_ICE_CANDIDATES_MAX) {
        GSList list = {.data = parsed};

        self->remote_candidates++;
        (void)nice_agent_set_remote_candidates(self->agent, self->stream, COMPONENT,
                                               &list);
        iterate(self);
    }
    nice_candidate_free(parsed);
    return TRUE;
}

static void restart(OyerIce *ice)
{
    Full *self = (Full *)ice;

    self->remote_candidates = 0;
    (void)nice_agent_restart_stream(self->agent, self->stream);
    read_local(self);
    iterate(self);
}

static gboolean is_controlling(Full *self)
{
    gboolean controlling;

    g_object_get(self->agent, "controlling-mode", &controlling, NULL);
    return controlling;
}

/*
 * The other side asks from a new address while the old one is silent: a phone
 * went from one network to another.  libnice would stay with the old pair, whose
 * priority is no lower, until an ICE restart.
 */
static void follow(Full *self, int fd, const struct sockaddr_storage *from,
                   socklen_t from_bytes)
{
    if (!self->has_path || oyer_address_equal(from, &self->path.to))
        return;
    self->path.fd = fd;
    self->path.to = *from;
    self->path.to_bytes = from_bytes;
    self->events.on_path(self->events.data);
    if (is_controlling(self))
        oyer_ice_ask(&self->ice);
}

/*
 * libnice eats STUN without saying so, and what it cannot verify too.  So while
 * a sign of life is looked for, the datagram at the head of each queue is
 * looked at before libnice takes it.
 */
static void look_at(Full *self, int fd)
{
    guint8 bytes[1500];
    struct sockaddr_storage from = {0};
    socklen_t from_bytes = sizeof(from);
    gssize size = recvfrom(fd, bytes, sizeof(bytes), MSG_PEEK | MSG_DONTWAIT,
                           (struct sockaddr *)&from, &from_bytes);

    if (size <= 0 || !oyer_stun_is(bytes, (gsize)size))
        return;
    gboolean is_request = oyer_stun_is_request(bytes, (gsize)size);
    const char *password = is_request ? self->pwd : self->remote_pwd;
    if (!password || !oyer_stun_is_authentic(bytes, (gsize)size, password))
        return;
    self->heard = TRUE;
    if (is_request && (is_controlling(self) || oyer_stun_nominates(bytes, (gsize)size)))
        follow(self, fd, &from, from_bytes);
}

static void look(Full *self)
{
    for (guint i = 0; i < self->sockets->len; i++)
        look_at(self, ((Socket *)g_ptr_array_index(self->sockets, i))->fd);
}

static guint receive(OyerIce *ice, OyerIceMessage *messages, guint count)
{
    Full *self = (Full *)ice;
    NiceInputMessage in[RECEIVE_MAX];
    GInputVector vectors[RECEIVE_MAX];

    count = MIN(count, RECEIVE_MAX);
    for (guint i = 0; i < count; i++) {
        vectors[i] = (GInputVector){messages[i].data, messages[i].capacity};
        in[i] = (NiceInputMessage){&vectors[i], 1, NULL, 0};
    }
    if (self->looking && !self->heard)
        look(self);
    int received = nice_agent_recv_messages_nonblocking(
        self->agent, self->stream, COMPONENT, in, count, NULL, NULL);
    /* A check may have started a timer of libnice's. */
    if (received <= 0 || self->state != OYER_ICE_CONNECTED)
        iterate(self);
    if (received <= 0)
        return 0;
    for (int i = 0; i < received; i++)
        messages[i].size = in[i].length;
    return (guint)received;
}

static gboolean path(OyerIce *ice, OyerIcePath *out_path)
{
    Full *self = (Full *)ice;

    if (self->has_path)
        *out_path = self->path;
    return self->has_path;
}

static gboolean send_slowly(OyerIce *ice, const guint8 *data, gsize size)
{
    Full *self = (Full *)ice;
    GOutputVector vector = {data, size};
    NiceOutputMessage message = {&vector, 1};

    return nice_agent_send_messages_nonblocking(self->agent, self->stream, COMPONENT,
                                                &message, 1, NULL, NULL) == 1;
}

static void ask(OyerIce *ice)
{
    Full *self = (Full *)ice;
    guint8 bytes[OYER_STUN_CHECK_MAX];

    self->looking = TRUE;
    if (!self->has_path || !self->remote_pwd)
        return;
    gboolean controlling = is_controlling(self);
    g_autofree char *username = g_strconcat(self->remote_ufrag, ":", self->ufrag, NULL);
    OyerStunCheck check = {
        .username = username,
        .password = self->remote_pwd,
        .controlling = controlling,
        .nominates = controlling,
        .tie_breaker = self->tie_breaker,
    };
    gsize size = oyer_stun_check_write(&check, bytes);
    if (size == 0)
        return;
    if (self->path.fd < 0)
        (void)send_slowly(&self->ice, bytes, size);
    else
        (void)!sendto(self->path.fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL,
                      (struct sockaddr *)&self->path.to, self->path.to_bytes);
}

static gboolean was_heard(OyerIce *ice)
{
    Full *self = (Full *)ice;
    gboolean heard = self->heard;

    self->heard = FALSE;
    if (heard)
        self->looking = FALSE;
    return heard;
}

static const OyerIceClass class = {
    .stop = stop,
    .free = free_soon,
    .local = local,
    .set_remote = set_remote,
    .add_candidate = add_candidate,
    .restart = restart,
    .receive = receive,
    .path = path,
    .send = send_slowly,
    .ask = ask,
    .was_heard = was_heard,
};

OyerIce *oyer_ice_nice_new(OyerWorker *worker, const OyerIceOptions *options,
                           const OyerIceEvents *events, GError **error)
{
    Full *self = g_new0(Full, 1);

    self->ice.class = &class;
    self->worker = worker;
    self->events = *events;
    self->path.fd = -1;
    self->candidates = g_ptr_array_new_with_free_func(g_free);
    self->sockets = g_ptr_array_new_with_free_func(socket_free);
    (void)RAND_bytes((guint8 *)&self->tie_breaker, sizeof(self->tie_breaker));
    self->context = g_main_context_new();
    /* Aggressive nomination: regular one waits for checks of candidates that will
     * never answer before it takes a peer-reflexive one that did. */
    self->agent = nice_agent_new_full(self->context, NICE_COMPATIBILITY_RFC5245,
                                      NICE_AGENT_OPTION_ICE_TRICKLE);
    g_object_set(self->agent, "upnp", FALSE, "ice-tcp", FALSE, "controlling-mode",
                 options->controlling, NULL);
    g_signal_connect(self->agent, "component-state-changed", G_CALLBACK(on_state),
                     self);
    g_signal_connect(self->agent, "new-selected-pair-full",
                     G_CALLBACK(on_selected_pair), self);

    if (!gather(self, options, error)) {
        free_soon(&self->ice);
        return NULL;
    }
    read_local(self);
    watch_sockets(self);
    iterate(self);
    return &self->ice;
}
