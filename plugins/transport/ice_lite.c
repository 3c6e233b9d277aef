/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * ICE lite (RFC 8445 §2.5): the other side checks, this one answers.  An address
 * becomes ours by an authentic check, the path by a nomination; so who changes
 * networks is followed with his first check from there.  Whoever knows a password
 * could also nominate somebody else's address, under a forged source: so a new
 * address is asked back at once, and left again if nobody there knows the answer.
 */

#include <string.h>

#include <gio/gio.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "transport/address.h"
#include "transport/ice-private.h"
#include "transport/ice_port.h"
#include "transport/stun.h"

/* RFC 8445 §5.3: 48 and 144 bits. */
#define UFRAG_CHARS 8
#define PWD_CHARS 24
/* Ways of one person at once: Wi-Fi, mobile and relay, each by IPv4 and IPv6. */
#define PAIRS_MAX 8
/* How long a nominated address may owe its answer. */
#define PROOF_US (3 * G_USEC_PER_SEC)
/* Some nominate all that they check and mean the best of them (RFC 5245 §8.1.1.2):
 * right after a nomination a lesser one does not count. */
#define SETTLE_US (500 * 1000)
#define QUESTIONS 4
#define USERNAME_MAX (OYER_ICE_UFRAG_MAX + OYER_STUN_UFRAG_MAX)

typedef struct {
    char ufrag[UFRAG_CHARS + 1], pwd[PWD_CHARS + 1]; /* "": none */
} Credentials;

typedef struct {
    OyerIcePair pair;   /* first: the port gives it back */
    guint32 priority;   /* as its last check said */
    gboolean is_proven; /* it answered a question of ours */
    gint64 selected_us;
} Pair;

typedef struct {
    OyerIce ice;
    OyerIceMember member;
    OyerWorker *worker; /* not owned */
    OyerIcePort *port;  /* a reference */
    OyerIceEvents events;
    OyerIceLocal local;
    Credentials now, before; /* before: until the new ones are used */
    char *remote_ufrag, *remote_pwd;
    Pair *pairs[PAIRS_MAX];
    Pair *selected; /* one of them; NULL: no path */
    Pair *home;     /* where to go back to while the selected one owes its answer */
    guint8 questions[QUESTIONS][OYER_STUN_TRANSACTION_BYTES];
    guint asked;
    guint64 tie_breaker;
    gboolean heard, silent;
} Lite;

static Lite *lite_of(OyerIceMember *member)
{
    return (Lite *)(void *)((guint8 *)member - G_STRUCT_OFFSET(Lite, member));
}

/* ---- credentials ------------------------------------------------------- */

static void make_word(char *out, gsize chars)
{
    /* ice-char, RFC 8839 §5.4 */
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    guint8 random[PWD_CHARS];

    if (RAND_bytes(random, (int)chars) != 1)
        g_error("no random numbers");
    for (gsize i = 0; i < chars; i++)
        out[i] = alphabet[random[i] & 63];
    out[chars] = '\0';
}

static void forget_credentials(Lite *self, Credentials *which)
{
    if (which->ufrag[0])
        oyer_ice_port_name(self->port, which->ufrag, NULL);
    OPENSSL_cleanse(which, sizeof(*which));
}

static void make_credentials(Lite *self)
{
    make_word(self->now.ufrag, UFRAG_CHARS);
    make_word(self->now.pwd, PWD_CHARS);
    oyer_ice_port_name(self->port, self->now.ufrag, &self->member);
    g_strfreev(self->local.candidates);
    self->local = (OyerIceLocal){
        .ufrag = self->now.ufrag,
        .pwd = self->now.pwd,
        .candidates = oyer_ice_port_candidates(self->port),
        .is_lite = TRUE,
    };
}

/* ---- pairs ------------------------------------------------------------- */

static Pair *find_pair(Lite *self, const OyerIcePair *from)
{
    for (guint i = 0; i < PAIRS_MAX; i++)
        if (self->pairs[i] && self->pairs[i]->pair.fd == from->fd &&
            oyer_address_equal(&self->pairs[i]->pair.remote, &from->remote))
            return self->pairs[i];
    return NULL;
}

static void forget_pair(Lite *self, guint i)
{
    if (!self->pairs[i])
        return;
    if (self->selected == self->pairs[i])
        self->selected = NULL;
    if (self->home == self->pairs[i])
        self->home = NULL;
    oyer_ice_port_forget(self->port, &self->pairs[i]->pair);
    g_clear_pointer(&self->pairs[i], g_free);
}

/* An empty place, or that of the one not heard for the longest time. */
static guint find_place(const Lite *self)
{
    gint oldest = -1;

    for (gint i = 0; i < PAIRS_MAX; i++) {
        if (!self->pairs[i])
            return (guint)i;
        if (self->pairs[i] != self->selected && self->pairs[i] != self->home &&
            (oldest < 0 ||
             self->pairs[i]->pair.heard_us < self->pairs[oldest]->pair.heard_us))
            oldest = i;
    }
    return (guint)oldest;
}

/* @from, which just proved that it knows the password. */
static Pair *know(Lite *self, const OyerIcePair *from)
{
    Pair *pair = find_pair(self, from);

    if (!pair) {
        guint place = find_place(self);

        forget_pair(self, place);
        pair = self->pairs[place] = g_new0(Pair, 1);
        pair->pair = *from;
        pair->pair.member = &self->member;
        if (!oyer_ice_port_know(self->port, &pair->pair)) {
            g_clear_pointer(&self->pairs[place], g_free);
            return NULL;
        }
    }
    pair->pair.heard_us = oyer_worker_now_us(self->worker);
    return pair;
}

/* ---- questions of ours ------------------------------------------------- */

static void ask_pair(Lite *self, const Pair *pair)
{
    guint8 bytes[OYER_STUN_CHECK_MAX];
    char username[USERNAME_MAX];
    OyerStunCheck check = {
        .username = username,
        .password = self->remote_pwd,
        .tie_breaker = self->tie_breaker,
    };

    if (!self->remote_pwd)
        return;
    (void)g_snprintf(username, sizeof(username), "%s:%s", self->remote_ufrag,
                     self->now.ufrag);
    gsize size = oyer_stun_check_write(&check, bytes);
    if (size == 0)
        return;
    memcpy(self->questions[self->asked++ % QUESTIONS], oyer_stun_transaction(bytes),
           OYER_STUN_TRANSACTION_BYTES);
    (void)!sendto(pair->pair.fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL,
                  (const struct sockaddr *)&pair->pair.remote,
                  oyer_address_bytes(&pair->pair.remote));
}

static gboolean is_an_answer(const Lite *self, const guint8 *bytes, gsize size)
{
    if (!self->remote_pwd || !oyer_stun_is_authentic(bytes, size, self->remote_pwd))
        return FALSE;
    for (guint i = 0; i < MIN(self->asked, QUESTIONS); i++)
        if (memcmp(self->questions[i], oyer_stun_transaction(bytes),
                   OYER_STUN_TRANSACTION_BYTES) == 0)
            return TRUE;
    return FALSE;
}

static void on_response(OyerIceMember *member, const OyerIcePair *from,
                        const guint8 *bytes, gsize size)
{
    Lite *self = lite_of(member);
    Pair *pair = find_pair(self, from);

    if (!pair || !is_an_answer(self, bytes, size))
        return;
    pair->is_proven = TRUE;
    self->heard = TRUE;
    if (pair == self->selected)
        self->home = NULL;
}

/* ---- nomination -------------------------------------------------------- */

static void select_pair(Lite *self, Pair *pair)
{
    Pair *old = self->selected;

    self->selected = pair;
    pair->selected_us = oyer_worker_now_us(self->worker);
    if (pair->is_proven || pair == self->home)
        self->home = NULL;
    else if (!self->home)
        self->home = old; /* the first needs none: there DTLS is the proof */
    if (!pair->is_proven)
        ask_pair(self, pair);
    if (!old)
        self->events.on_state(OYER_ICE_CONNECTED, self->events.data);
    if (!self->silent)
        self->events.on_path(self->events.data);
}

static void on_nomination(Lite *self, Pair *pair)
{
    const Pair *old = self->selected;

    if (pair == old) {
        if (!pair->is_proven)
            ask_pair(self, pair);
        return;
    }
    if (old && pair->priority < old->priority &&
        oyer_worker_now_us(self->worker) - old->selected_us < SETTLE_US)
        return;
    select_pair(self, pair);
}

/* Nobody at the nominated address knew the answer. */
static void leave_unproven(Lite *self)
{
    if (self->home &&
        oyer_worker_now_us(self->worker) - self->selected->selected_us >= PROOF_US)
        select_pair(self, self->home);
}

static OyerStunCode judge(const Lite *self, const OyerStunRequest *request,
                          const char **out_pwd)
{
    gboolean is_old = strcmp(request->ufrag, self->before.ufrag) == 0;

    *out_pwd = is_old ? self->before.pwd : self->now.pwd;
    return oyer_stun_judge(request, *out_pwd);
}

static void on_request(OyerIceMember *member, const OyerIcePair *from,
                       const OyerStunRequest *request)
{
    Lite *self = lite_of(member);
    OyerStunAnswer answer = {.request = request, .from = &from->remote};
    Pair *pair = NULL;

    answer.code = judge(self, request, &answer.password);
    if (answer.code == OYER_STUN_BAD_REQUEST ||
        answer.code == OYER_STUN_UNAUTHENTICATED)
        answer.password = NULL;
    if (answer.code == OYER_STUN_OK && !(pair = know(self, from)))
        return;
    oyer_ice_port_answer(self->port, from, &answer);
    if (!pair)
        return;
    self->heard = TRUE;
    pair->priority = request->priority;
    if (!request->nominates)
        return;
    /* The new credentials are in use: a restart is over. */
    if (strcmp(request->ufrag, self->now.ufrag) == 0)
        forget_credentials(self, &self->before);
    on_nomination(self, pair);
}

/* ---- as ice.h has it --------------------------------------------------- */

static void on_data(OyerIceMember *member)
{
    Lite *self = lite_of(member);

    if (!self->silent)
        self->events.on_readable(self->events.data);
}

static void stop(OyerIce *ice)
{
    Lite *self = (Lite *)ice;

    self->silent = TRUE;
    forget_credentials(self, &self->now);
    forget_credentials(self, &self->before);
    for (guint i = 0; i < PAIRS_MAX; i++)
        forget_pair(self, i);
}

static void destroy(gpointer data)
{
    Lite *self = data;

    oyer_ice_port_unref(self->port);
    g_strfreev(self->local.candidates);
    g_free(self->remote_ufrag);
    g_free(self->remote_pwd);
    g_free(self);
}

static void free_soon(OyerIce *ice)
{
    Lite *self = (Lite *)ice;

    stop(ice);
    /* The port may be among the callers. */
    oyer_worker_post(self->worker, destroy, self);
}

static const OyerIceLocal *local(OyerIce *ice)
{
    return &((Lite *)ice)->local;
}

static gboolean set_remote(OyerIce *ice, const char *ufrag, const char *pwd)
{
    Lite *self = (Lite *)ice;

    g_free(self->remote_ufrag);
    g_free(self->remote_pwd);
    self->remote_ufrag = g_strdup(ufrag);
    self->remote_pwd = g_strdup(pwd);
    /* Checks may come before the description that names who makes them. */
    if (self->selected) {
        ask_pair(self, self->selected);
        self->events.on_path(self->events.data);
    }
    return TRUE;
}

/* We learn addresses from checks alone; but nonsense is called nonsense. */
static gboolean add_candidate(OyerIce *ice, const char *candidate)
{
    g_auto(GStrv) words = g_strsplit(candidate, " ", 9);

    (void)ice;
    return g_strv_length(words) >= 8 &&
           g_ascii_string_to_unsigned(words[1], 10, 1, 256, NULL, NULL) &&
           g_ascii_string_to_unsigned(words[3], 10, 0, G_MAXUINT32, NULL, NULL) &&
           g_ascii_string_to_unsigned(words[5], 10, 0, G_MAXUINT16, NULL, NULL) &&
           strcmp(words[6], "typ") == 0;
}

static void restart(OyerIce *ice)
{
    Lite *self = (Lite *)ice;

    if (self->silent)
        return;
    forget_credentials(self, &self->before);
    self->before = self->now;
    make_credentials(self);
}

static guint receive(OyerIce *ice, OyerIceMessage *messages, guint count)
{
    Lite *self = (Lite *)ice;

    return oyer_ice_port_take(self->port, &self->member, messages, count);
}

static gboolean path(OyerIce *ice, OyerIcePath *out_path)
{
    const Lite *self = (Lite *)ice;

    if (self->selected)
        *out_path = (OyerIcePath){
            .fd = self->selected->pair.fd,
            .to = self->selected->pair.remote,
            .to_bytes = oyer_address_bytes(&self->selected->pair.remote),
        };
    return self->selected != NULL;
}

/* A path of ours always is a socket. */
static gboolean send_slowly(OyerIce *ice, const guint8 *data, gsize size)
{
    (void)ice;
    (void)data;
    (void)size;
    return FALSE;
}

static void ask(OyerIce *ice)
{
    Lite *self = (Lite *)ice;

    if (self->selected)
        ask_pair(self, self->selected);
}

static gboolean was_heard(OyerIce *ice)
{
    Lite *self = (Lite *)ice;
    gboolean heard = self->heard;

    self->heard = FALSE;
    if (!self->silent)
        leave_unproven(self);
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

OyerIce *oyer_ice_lite_new(OyerWorker *worker, OyerIcePort *port,
                           const OyerIceEvents *events, GError **error)
{
    Lite *self = g_new0(Lite, 1);

    self->ice.class = &class;
    self->member.on_request = on_request;
    self->member.on_response = on_response;
    self->member.on_data = on_data;
    self->worker = worker;
    self->port = oyer_ice_port_ref(port);
    self->events = *events;
    (void)RAND_bytes((guint8 *)&self->tie_breaker, sizeof(self->tie_breaker));
    make_credentials(self);
    if (self->local.candidates[0])
        return &self->ice;
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                        "this machine has no address for media");
    oyer_ice_free(&self->ice);
    return NULL;
}
