/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/ice_port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <gio/gio.h>
#include <ifaddrs.h>
#include <net/if.h>

#include "transport/address.h"
#include "transport/nearby.h"

#define SOCKETS_MAX 16
/* What a member does not take at once is lost: fewer than a transport's turn. */
#define BATCH 64
#define DATAGRAM_BYTES 2048
/* A wake-up reads so much at most; then others of the worker have their turn. */
#define BATCHES_MAX 4
/* All that a hearing sends in one go, a key frame to each, goes through one socket. */
#define BUFFER_BYTES (8 << 20)
#define BUFFER_LEAST (1 << 20)
/* Somebody heard there a moment ago keeps his address. */
#define KEPT_US (5 * G_USEC_PER_SEC)
#define ERRORS_PER_S 100
/* Type preference of host, RFC 8445 §5.1.2.1. */
#define PRIORITY_HOST(preference) (126u << 24 | (preference) << 8 | 255u)

typedef struct {
    OyerIcePort *port; /* not owned */
    int fd;
    struct sockaddr_storage local;
    OyerWorkerSource *watch;
} Socket;

struct OyerIcePort {
    grefcount refs;
    OyerWorker *worker; /* not owned */
    char *address;
    guint16 number;
    Socket sockets[SOCKETS_MAX];
    guint socket_count;
    GHashTable *names; /* ufrag → OyerIceMember, not owned */
    GHashTable *pairs; /* of OyerIcePair, not owned */
    OyerIcePortStats stats;
    gint64 errors_since_us;
    guint errors;

    /* the batch that is being sorted */
    guint8 (*data)[DATAGRAM_BYTES]; /* BATCH of them */
    struct mmsghdr messages[BATCH];
    struct iovec vectors[BATCH];
    struct sockaddr_storage from[BATCH];
    guint next[BATCH]; /* of the same member */
    OyerIceMember *ready;
};

static guint pair_hash(gconstpointer key)
{
    const OyerIcePair *pair = key;

    return oyer_address_hash(&pair->remote) + (guint)pair->fd;
}

static gboolean pair_equal(gconstpointer a, gconstpointer b)
{
    const OyerIcePair *one = a, *other = b;

    return one->fd == other->fd && oyer_address_equal(&one->remote, &other->remote);
}

/* ---- local addresses --------------------------------------------------- */

static gboolean parse_address(const char *text, struct sockaddr_storage *out)
{
    struct sockaddr_in *v4 = (void *)out;
    struct sockaddr_in6 *v6 = (void *)out;

    memset(out, 0, sizeof(*out));
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1)
        out->ss_family = AF_INET;
    else if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1)
        out->ss_family = AF_INET6;
    return out->ss_family != 0;
}

/* Those of the machine that others may reach. */
static void add_all_addresses(GPtrArray *list)
{
    struct ifaddrs *all = NULL;

    if (getifaddrs(&all))
        return;
    for (const struct ifaddrs *i = all; i && list->len < SOCKETS_MAX; i = i->ifa_next) {
        char text[INET6_ADDRSTRLEN];
        const struct sockaddr_in *v4 = (const void *)i->ifa_addr;
        const struct sockaddr_in6 *v6 = (const void *)i->ifa_addr;

        if (!v4 || i->ifa_flags & IFF_LOOPBACK || !(i->ifa_flags & IFF_UP))
            continue;
        if (v4->sin_family == AF_INET &&
            inet_ntop(AF_INET, &v4->sin_addr, text, sizeof(text)))
            g_ptr_array_add(list, g_strdup(text));
        else if (v4->sin_family == AF_INET6 && !IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr) &&
                 inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof(text)))
            g_ptr_array_add(list, g_strdup(text));
    }
    freeifaddrs(all);
}

/* What @address means at this moment. */
static GPtrArray *list_addresses(const char *address)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) words = g_strsplit(address, ",", SOCKETS_MAX);

    if (g_str_equal(address, "0.0.0.0") || g_str_equal(address, "::")) {
        add_all_addresses(list);
        return list;
    }
    for (gsize i = 0; words[i]; i++)
        g_ptr_array_add(list, g_strdup(g_strstrip(words[i])));
    /* Loopback means this machine: also for those who never use 127.0.0.1. */
    if (g_str_has_prefix(address, "127.")) {
        g_auto(GStrv) nearby = oyer_nearby_addresses();

        for (gsize i = 0; nearby[i]; i++)
            g_ptr_array_add(list, g_strdup(nearby[i]));
    }
    return list;
}

static gboolean is_nearby(const OyerIcePort *self)
{
    return g_str_has_prefix(self->address, "127.");
}

/* ---- sorting ----------------------------------------------------------- */

/* Puts datagram @i behind the others of @member. */
static void queue(OyerIcePort *self, OyerIceMember *member, guint i)
{
    if (member->waiting++ == 0) {
        member->first = i;
        member->next = self->ready;
        self->ready = member;
    } else {
        self->next[member->last] = i;
    }
    member->last = i;
}

static void answer_stranger(OyerIcePort *self, const OyerIcePair *from,
                            const OyerStunRequest *request)
{
    OyerStunAnswer answer = {.code = oyer_stun_judge(request, NULL),
                             .request = request,
                             .from = &from->remote};

    self->stats.strangers++;
    oyer_ice_port_answer(self, from, &answer);
}

static void take_stun(OyerIcePort *self, const OyerIcePair *from, OyerIcePair *pair,
                      const guint8 *bytes, gsize size)
{
    OyerStunRequest request;

    if (!oyer_stun_is_request(bytes, size)) {
        if (pair)
            pair->member->on_response(pair->member, from, bytes, size);
        else
            self->stats.strangers++;
        return;
    }
    if (!oyer_stun_request_parse(bytes, size, &request)) {
        self->stats.refused++;
        return;
    }
    OyerIceMember *member = g_hash_table_lookup(self->names, request.ufrag);
    if (member)
        member->on_request(member, from, &request);
    else
        answer_stranger(self, from, &request);
}

static void sort(OyerIcePort *self, int fd, guint count)
{
    OyerIcePair from = {.fd = fd}, *pair = NULL;

    for (guint i = 0; i < count; i++) {
        gsize size = self->messages[i].msg_len;

        if (self->messages[i].msg_hdr.msg_flags & MSG_TRUNC)
            continue;
        /* Packets come in trains: mostly it is the one before. */
        if (!pair || !oyer_address_equal(&from.remote, &self->from[i])) {
            from.remote = self->from[i];
            pair = g_hash_table_lookup(self->pairs, &from);
        }
        if (oyer_stun_is(self->data[i], size)) {
            take_stun(self, &from, pair, self->data[i], size);
            pair = NULL; /* a check may have changed whose it is */
        } else if (pair) {
            queue(self, pair->member, i);
        } else {
            self->stats.strangers++;
        }
    }
}

static void deliver(OyerIcePort *self)
{
    while (self->ready) {
        OyerIceMember *member = self->ready;

        self->ready = member->next;
        member->on_data(member);
        member->waiting = 0;
    }
}

static void on_readable(guint32 events, gpointer data)
{
    Socket *socket = data;
    OyerIcePort *self = oyer_ice_port_ref(socket->port);
    int count = BATCH;

    (void)events;
    for (guint round = 0; round < BATCHES_MAX && count == BATCH; round++) {
        for (guint i = 0; i < BATCH; i++)
            self->messages[i].msg_hdr.msg_namelen = sizeof(self->from[i]);
        count = recvmmsg(socket->fd, self->messages, BATCH, MSG_DONTWAIT, NULL);
        if (count <= 0)
            break;
        sort(self, socket->fd, (guint)count);
        deliver(self);
    }
    oyer_ice_port_unref(self);
}

/* ---- sockets ----------------------------------------------------------- */

static void size_buffer(int fd, int option, int forced)
{
    int got = 0;
    socklen_t length = sizeof(got);

    if (setsockopt(fd, SOL_SOCKET, forced, &(int){BUFFER_BYTES}, sizeof(int)) == 0)
        return;
    (void)setsockopt(fd, SOL_SOCKET, option, &(int){BUFFER_BYTES}, sizeof(int));
    if (getsockopt(fd, SOL_SOCKET, option, &got, &length) == 0 && got < BUFFER_LEAST)
        g_warning("the kernel gives the media port a buffer of %d KiB only: raise "
                  "net.core.%cmem_max to 4194304 for large hearings",
                  got / 1024, option == SO_SNDBUF ? 'w' : 'r');
}

static gboolean bind_socket(OyerIcePort *self, Socket *socket)
{
    struct sockaddr_in *v4 = (void *)&socket->local;
    struct sockaddr_in6 *v6 = (void *)&socket->local;
    socklen_t length = oyer_address_bytes(&socket->local);
    gboolean is_v6 = socket->local.ss_family == AF_INET6;

    *(is_v6 ? &v6->sin6_port : &v4->sin_port) = htons(self->number);
    if (is_v6 &&
        setsockopt(socket->fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int)) < 0)
        return FALSE;
    return bind(socket->fd, (struct sockaddr *)&socket->local, length) == 0 &&
           getsockname(socket->fd, (struct sockaddr *)&socket->local, &length) == 0 &&
           (!is_nearby(self) || oyer_nearby_fence(socket->fd));
}

static Socket *find_socket(OyerIcePort *self, const struct sockaddr_storage *ip)
{
    for (guint i = 0; i < self->socket_count; i++) {
        struct sockaddr_storage plain = self->sockets[i].local;

        /* sin_port and sin6_port lie at the same place. */
        ((struct sockaddr_in *)(void *)&plain)->sin_port = 0;
        if (oyer_address_equal(&plain, ip))
            return &self->sockets[i];
    }
    return NULL;
}

static Socket *open_socket(OyerIcePort *self, const char *address, GError **error)
{
    Socket *opened = &self->sockets[self->socket_count];
    struct sockaddr_storage ip;

    if (!parse_address(address, &ip)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "“%s” is not an IP address", address);
        return NULL;
    }
    Socket *found = find_socket(self, &ip);
    if (found || self->socket_count == SOCKETS_MAX)
        return found;
    *opened = (Socket){
        .port = self,
        .fd = socket(ip.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
        .local = ip,
    };
    if (opened->fd < 0 || !bind_socket(self, opened)) {
        int saved_errno = errno;

        if (opened->fd >= 0)
            (void)close(opened->fd);
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(saved_errno),
                    "UDP port %u of %s: %s", self->number, address,
                    g_strerror(saved_errno));
        return NULL;
    }
    size_buffer(opened->fd, SO_SNDBUF, SO_SNDBUFFORCE);
    size_buffer(opened->fd, SO_RCVBUF, SO_RCVBUFFORCE);
    opened->watch =
        oyer_worker_watch(self->worker, opened->fd, EPOLLIN, on_readable, opened);
    self->socket_count++;
    return opened;
}

/* ---- life -------------------------------------------------------------- */

static void prepare_batch(OyerIcePort *self)
{
    self->data = g_malloc(BATCH * sizeof(*self->data));
    for (guint i = 0; i < BATCH; i++) {
        self->vectors[i] = (struct iovec){self->data[i], DATAGRAM_BYTES};
        self->messages[i].msg_hdr = (struct msghdr){
            .msg_name = &self->from[i],
            .msg_iov = &self->vectors[i],
            .msg_iovlen = 1,
        };
    }
}

OyerIcePort *oyer_ice_port_new(OyerWorker *worker, const char *address, guint16 port,
                               GError **error)
{
    OyerIcePort *self = g_new0(OyerIcePort, 1);
    g_autoptr(GPtrArray) addresses = list_addresses(address);

    g_ref_count_init(&self->refs);
    self->worker = worker;
    self->address = g_strdup(address);
    self->number = port;
    self->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->pairs = g_hash_table_new(pair_hash, pair_equal);
    prepare_batch(self);
    for (guint i = 0; i < addresses->len; i++)
        if (!open_socket(self, g_ptr_array_index(addresses, i), error)) {
            oyer_ice_port_unref(self);
            return NULL;
        }
    return self;
}

OyerIcePort *oyer_ice_port_ref(OyerIcePort *self)
{
    g_ref_count_inc(&self->refs);
    return self;
}

void oyer_ice_port_unref(OyerIcePort *self)
{
    if (!self || !g_ref_count_dec(&self->refs))
        return;
    for (guint i = 0; i < self->socket_count; i++) {
        oyer_worker_source_free(self->sockets[i].watch);
        (void)close(self->sockets[i].fd);
    }
    g_hash_table_unref(self->names);
    g_hash_table_unref(self->pairs);
    g_free(self->address);
    g_free(self->data);
    g_free(self);
}

const OyerIcePortStats *oyer_ice_port_stats(OyerIcePort *self)
{
    return &self->stats;
}

/* ---- for the agents ---------------------------------------------------- */

static char *write_candidate(const Socket *socket, guint i)
{
    const struct sockaddr_in *v4 = (const void *)&socket->local;
    const struct sockaddr_in6 *v6 = (const void *)&socket->local;
    gboolean is_v4 = v4->sin_family == AF_INET;
    char text[INET6_ADDRSTRLEN] = "";

    (void)inet_ntop(v4->sin_family,
                    is_v4 ? (const void *)&v4->sin_addr : &v6->sin6_addr, text,
                    sizeof(text));
    return g_strdup_printf("candidate:%u 1 udp %u %s %u typ host", i + 1,
                           PRIORITY_HOST(G_MAXUINT16 - i), text, ntohs(v4->sin_port));
}

char **oyer_ice_port_candidates(OyerIcePort *self)
{
    g_autoptr(GPtrArray) addresses = list_addresses(self->address);
    GPtrArray *found = g_ptr_array_new();

    for (guint i = 0; i < addresses->len; i++) {
        g_autoptr(GError) error = NULL;
        Socket *socket = open_socket(self, g_ptr_array_index(addresses, i), &error);

        if (socket)
            g_ptr_array_add(found, write_candidate(socket, i));
        else if (error)
            g_warning("media: %s", error->message);
    }
    g_ptr_array_add(found, NULL);
    return (char **)g_ptr_array_free(found, FALSE);
}

void oyer_ice_port_name(OyerIcePort *self, const char *ufrag, OyerIceMember *member)
{
    if (member)
        g_hash_table_insert(self->names, g_strdup(ufrag), member);
    else
        g_hash_table_remove(self->names, ufrag);
}

gboolean oyer_ice_port_know(OyerIcePort *self, OyerIcePair *pair)
{
    const OyerIcePair *other = g_hash_table_lookup(self->pairs, pair);

    if (other && other->member != pair->member &&
        oyer_worker_now_us(self->worker) - other->heard_us < KEPT_US)
        return FALSE;
    g_hash_table_replace(self->pairs, pair, pair);
    return TRUE;
}

void oyer_ice_port_forget(OyerIcePort *self, OyerIcePair *pair)
{
    if (g_hash_table_lookup(self->pairs, pair) == pair)
        g_hash_table_remove(self->pairs, pair);
}

guint oyer_ice_port_take(OyerIcePort *self, OyerIceMember *member,
                         OyerIceMessage *messages, guint count)
{
    guint taken = 0;

    for (; taken < count && member->waiting > 0; taken++, member->waiting--) {
        guint i = member->first;

        messages[taken].size = MIN(self->messages[i].msg_len, messages[taken].capacity);
        memcpy(messages[taken].data, self->data[i], messages[taken].size);
        member->first = self->next[i];
    }
    return taken;
}

static gboolean may_refuse(OyerIcePort *self)
{
    gint64 now_us = oyer_worker_now_us(self->worker);

    if (now_us - self->errors_since_us >= G_USEC_PER_SEC) {
        self->errors_since_us = now_us;
        self->errors = 0;
    }
    return self->errors++ < ERRORS_PER_S;
}

void oyer_ice_port_answer(OyerIcePort *self, const OyerIcePair *to,
                          const OyerStunAnswer *answer)
{
    guint8 bytes[OYER_STUN_ANSWER_MAX];

    if (answer->code != OYER_STUN_OK)
        self->stats.refused++;
    if (!answer->password && !may_refuse(self))
        return;
    gsize size = oyer_stun_answer_write(answer, bytes);
    (void)!sendto(to->fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL,
                  (const struct sockaddr *)&to->remote,
                  oyer_address_bytes(&to->remote));
}
