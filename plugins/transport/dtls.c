/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/dtls.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "rtp/budget.h"
#include "transport/dtls_record.h"

#define MTU 1200
#define FINGERPRINT_BYTES 32
#define CERTIFICATE_DAYS 30
#define RETRANSMIT_FIRST_US 100000u
#define RETRANSMIT_MOST_US 3000000u
/* Handshakes that begin anew because somebody spoilt the one before. */
#define RESTARTS_MAX 8
/* After the handshake: a goodbye, its last flight again. */
#define RECORD_COST_US (G_USEC_PER_SEC / 50)
#define RECORD_AHEAD_US (G_USEC_PER_SEC / 2)
#define RECORD_BYTES_MAX 2048
#define EXPORT_LABEL "EXTRACTOR-dtls_srtp"
#define CIPHERS                                                    \
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:" \
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:"     \
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-SHA"

struct OyerDtls {
    SSL *ssl;
    OyerDtlsSend send;
    gpointer user;
    OyerDtlsState state;
    const char *reason;
    guint8 fingerprint[FINGERPRINT_BYTES];
    gboolean active;
    const guint8 *messages; /* OpenSSL's, of the handshake; NULL: not known */
    guint restarts;
    OyerBudget records; /* after the handshake */
    /* the datagram being read: borrowed for one call */
    const guint8 *in;
    gsize in_size;
};

/* What all connections of this process share; made once, kept. */
typedef struct {
    SSL_CTX *context;
    BIO_METHOD *bio;
    char fingerprint[FINGERPRINT_BYTES * 3];
} Shared;

/* One BIO_write is one datagram, one BIO_read takes the one at hand. */
static int bio_write(BIO *bio, const char *data, int size)
{
    OyerDtls *self = BIO_get_data(bio);

    /* Before the keys are there an alert would tell whoever sent rubbish that it
     * worked, and end the handshake of the one whose address he used. */
    if (self->state == OYER_DTLS_HANDSHAKING && size > 0 &&
        (guint8)data[0] == OYER_DTLS_ALERT)
        return size;
    self->send((const guint8 *)data, (gsize)size, self->user);
    return size;
}

static int bio_read(BIO *bio, char *data, int capacity)
{
    OyerDtls *self = BIO_get_data(bio);

    BIO_clear_retry_flags(bio);
    if (!self->in) {
        BIO_set_retry_read(bio);
        return -1;
    }
    gsize size = MIN(self->in_size, (gsize)capacity);
    memcpy(data, self->in, size);
    self->in = NULL;
    return (int)size;
}

static long bio_ctrl(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP;
}

static int bio_create(BIO *bio)
{
    BIO_set_init(bio, 1);
    return 1;
}

static BIO_METHOD *bio_method(void)
{
    BIO_METHOD *method =
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagram");

    BIO_meth_set_write(method, bio_write);
    BIO_meth_set_read(method, bio_read);
    BIO_meth_set_ctrl(method, bio_ctrl);
    BIO_meth_set_create(method, bio_create);
    return method;
}

/* Which certificate the other side has is decided by its fingerprint alone. */
static int accept_any(int ok, X509_STORE_CTX *store)
{
    (void)ok;
    (void)store;
    return 1;
}

static X509 *certificate_new(EVP_PKEY *key)
{
    X509 *certificate = X509_new();
    guint8 serial[8], name[8];
    char common_name[2 * sizeof(name) + 1];

    if (RAND_bytes(serial, sizeof(serial)) != 1 || RAND_bytes(name, sizeof(name)) != 1)
        g_error("no random numbers");
    guint64 number;
    memcpy(&number, serial, sizeof(number));
    for (gsize i = 0; i < sizeof(name); i++)
        g_snprintf(common_name + 2 * i, 3, "%02x", name[i]);

    (void)X509_set_version(certificate, X509_VERSION_3);
    (void)ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number >> 1);
    (void)X509_gmtime_adj(X509_getm_notBefore(certificate), -24 * 3600);
    (void)X509_gmtime_adj(X509_getm_notAfter(certificate),
                          CERTIFICATE_DAYS * 24L * 3600);
    (void)X509_set_pubkey(certificate, key);
    X509_NAME *subject = X509_get_subject_name(certificate);
    (void)X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                     (const guint8 *)common_name, -1, -1, 0);
    (void)X509_set_issuer_name(certificate, subject);
    if (!X509_sign(certificate, key, EVP_sha256()))
        g_error("cannot sign a DTLS certificate");
    return certificate;
}

static void fingerprint_of(X509 *certificate, guint8 *out)
{
    unsigned int size = FINGERPRINT_BYTES;

    (void)X509_digest(certificate, EVP_sha256(), out, &size);
}

/* The only one offered, before the first connection; OYER_SRTP_PROFILES: all. */
static OyerSrtpProfile only_profile = OYER_SRTP_PROFILES;

void oyer_dtls_offer_only(OyerSrtpProfile profile)
{
    only_profile = profile;
}

static char *profiles_list(void)
{
    GString *list = g_string_new(NULL);

    for (OyerSrtpProfile i = 0; i < OYER_SRTP_PROFILES; i++)
        if (only_profile == OYER_SRTP_PROFILES || only_profile == i)
            g_string_append_printf(list, "%s%s", list->len ? ":" : "",
                                   oyer_srtp_profile_openssl(i));
    return g_string_free(list, FALSE);
}

static Shared *shared_new(void)
{
    Shared *shared = g_new0(Shared, 1);
    g_autofree char *profiles = profiles_list();
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = certificate_new(key);
    guint8 digest[FINGERPRINT_BYTES];

    shared->bio = bio_method();
    shared->context = SSL_CTX_new(DTLS_method());
    SSL_CTX *context = shared->context;
    if (!context || SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) != 1 ||
        SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION) != 1 ||
        SSL_CTX_use_certificate(context, certificate) != 1 ||
        SSL_CTX_use_PrivateKey(context, key) != 1 ||
        SSL_CTX_set_cipher_list(context, CIPHERS) != 1 ||
        SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") != 1 ||
        SSL_CTX_set_tlsext_use_srtp(context, profiles) != 0)
        g_error("OpenSSL cannot do DTLS-SRTP");
    SSL_CTX_set_options(context, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET |
                                     SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                       accept_any);

    fingerprint_of(certificate, digest);
    for (guint i = 0; i < FINGERPRINT_BYTES; i++)
        g_snprintf(shared->fingerprint + 3 * i, 4, "%02X%s", digest[i],
                   i + 1 < FINGERPRINT_BYTES ? ":" : "");
    X509_free(certificate);
    EVP_PKEY_free(key);
    return shared;
}

static Shared *shared_get(void)
{
    static gsize shared;

    if (g_once_init_enter(&shared))
        g_once_init_leave(&shared, (gsize)shared_new());
    return (Shared *)shared;
}

const char *oyer_dtls_fingerprint(void)
{
    return shared_get()->fingerprint;
}

/* OpenSSL begins with a whole second; a person waits for these packets. */
static unsigned int retransmit_after(SSL *ssl, unsigned int last_us)
{
    (void)ssl;
    return last_us == 0 ? RETRANSMIT_FIRST_US : MIN(last_us * 2, RETRANSMIT_MOST_US);
}

static gboolean parse_fingerprint(const char *text, guint8 *out)
{
    if (!text || strlen(text) != FINGERPRINT_BYTES * 3 - 1)
        return FALSE;
    for (guint i = 0; i < FINGERPRINT_BYTES; i++, text += 3) {
        int high = g_ascii_xdigit_value(text[0]), low = g_ascii_xdigit_value(text[1]);

        if (high < 0 || low < 0 || (i + 1 < FINGERPRINT_BYTES && text[2] != ':'))
            return FALSE;
        out[i] = (guint8)(high << 4 | low);
    }
    return TRUE;
}

/* Where OpenSSL puts handshake messages together: it says so nowhere else. */
static void note_message(int is_written, int version, int type, const void *bytes,
                         size_t size, SSL *ssl, void *user)
{
    OyerDtls *self = user;

    (void)version;
    (void)size;
    (void)ssl;
    if (!is_written && type == SSL3_RT_HANDSHAKE)
        self->messages = bytes;
}

static void open_ssl(OyerDtls *self)
{
    Shared *shared = shared_get();
    BIO *bio = BIO_new(shared->bio);

    self->ssl = SSL_new(shared->context);
    if (!self->ssl || !bio)
        g_error("OpenSSL: no memory");
    BIO_set_data(bio, self);
    SSL_set_bio(self->ssl, bio, bio);
    SSL_set_mtu(self->ssl, MTU);
    DTLS_set_timer_cb(self->ssl, retransmit_after);
    SSL_set_msg_callback(self->ssl, note_message);
    SSL_set_msg_callback_arg(self->ssl, self);
    if (self->active)
        SSL_set_connect_state(self->ssl);
    else
        SSL_set_accept_state(self->ssl);
}

OyerDtls *oyer_dtls_new(gboolean active, const char *fingerprint, OyerDtlsSend send,
                        gpointer user)
{
    guint8 digest[FINGERPRINT_BYTES];

    if (!parse_fingerprint(fingerprint, digest))
        return NULL;
    OyerDtls *self = g_new0(OyerDtls, 1);
    self->send = send;
    self->user = user;
    self->active = active;
    memcpy(self->fingerprint, digest, sizeof(digest));
    open_ssl(self);
    return self;
}

void oyer_dtls_free(OyerDtls *self)
{
    if (!self)
        return;
    SSL_free(self->ssl);
    g_free(self);
}

static OyerDtlsState refuse(OyerDtls *self, const char *reason)
{
    self->reason = reason;
    self->state = OYER_DTLS_REFUSED;
    return self->state;
}

/* What nobody signed yet ends nothing: the passive side goes back to waiting. */
static OyerDtlsState begin_anew(OyerDtls *self, const char *reason)
{
    if (self->active || self->restarts++ >= RESTARTS_MAX)
        return refuse(self, reason);
    SSL_free(self->ssl);
    open_ssl(self);
    return self->state;
}

static gboolean is_the_right_peer(OyerDtls *self)
{
    X509 *certificate = SSL_get1_peer_certificate(self->ssl);
    guint8 digest[FINGERPRINT_BYTES] = {0};

    if (!certificate)
        return FALSE;
    fingerprint_of(certificate, digest);
    X509_free(certificate);
    return CRYPTO_memcmp(digest, self->fingerprint, sizeof(digest)) == 0;
}

/*
 * What the handshake used and a connection of hours does not need: 34 KiB of record
 * buffers, got again by whatever still reads or writes (OpenSSL's DTLS does not
 * look whether it has them); and 16 KiB to put messages together, which DTLS keeps
 * in case the last flight has to be sent again.  Then it writes there before it
 * reads, so the memory may stay without its pages until then.
 */
static void give_memory_back(OyerDtls *self)
{
    const gsize page = (gsize)sysconf(_SC_PAGESIZE);
    gsize first = ((gsize)self->messages + page - 1) / page * page;
    gsize end = ((gsize)self->messages + SSL3_RT_MAX_PLAIN_LENGTH) / page * page;

    (void)SSL_free_buffers(self->ssl);
    if (self->messages && end > first)
        (void)madvise((void *)first, end - first, MADV_DONTNEED); /* NOLINT */
    self->messages = NULL;
}

static OyerDtlsState handshake(OyerDtls *self)
{
    ERR_clear_error();
    int result = SSL_do_handshake(self->ssl);

    if (result == 1) {
        if (!is_the_right_peer(self))
            return refuse(self, "the certificate is not the one that was announced");
        if (!SSL_get_selected_srtp_profile(self->ssl))
            return refuse(self, "no SRTP profile in common");
        self->state = OYER_DTLS_DONE;
        give_memory_back(self);
        return self->state;
    }
    int error = SSL_get_error(self->ssl, result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
        return begin_anew(self, "the DTLS handshake failed");
    return self->state;
}

/*
 * After the keys are there only an authentic close_notify counts: an error on
 * this channel is no reason to end media.
 */
static OyerDtlsState read_on(OyerDtls *self)
{
    guint8 ignored[2048];

    ERR_clear_error();
    (void)SSL_alloc_buffers(self->ssl);
    (void)SSL_read(self->ssl, ignored, sizeof(ignored));
    (void)SSL_free_buffers(self->ssl);
    if (SSL_get_shutdown(self->ssl) & SSL_RECEIVED_SHUTDOWN)
        self->state = OYER_DTLS_ENDED;
    return self->state;
}

static OyerDtlsState proceed(OyerDtls *self)
{
    if (self->state == OYER_DTLS_HANDSHAKING)
        return handshake(self);
    if (self->state == OYER_DTLS_DONE)
        return read_on(self);
    return self->state;
}

OyerDtlsState oyer_dtls_start(OyerDtls *self)
{
    return self->active ? proceed(self) : self->state;
}

static gboolean awaits_finished(const OyerDtls *self)
{
    OSSL_HANDSHAKE_STATE state = SSL_get_state(self->ssl);

    return state == TLS_ST_SR_CHANGE || state == TLS_ST_CR_CHANGE ||
           state == TLS_ST_SR_FINISHED || state == TLS_ST_CR_FINISHED;
}

/* Whether a datagram may have to do with the handshake as far as it has come. */
static gboolean may_shake_hands(const OyerDtls *self, const guint8 *data, gsize size)
{
    OyerDtlsRecord record;
    gsize at = 0;

    if (!oyer_dtls_records_are_whole(data, size))
        return FALSE;
    while (oyer_dtls_record_next(data, size, &at, &record)) {
        gboolean is_first = record.bytes == data;

        /* Before its turn an encrypted record would only be kept. */
        if (record.epoch > 1 ||
            (record.epoch == 1 && is_first && !awaits_finished(self)))
            return FALSE;
        if (record.epoch == 0 && record.type != OYER_DTLS_HANDSHAKE &&
            record.type != OYER_DTLS_CHANGE_CIPHER)
            return FALSE;
        if (is_first && !self->active && SSL_get_state(self->ssl) == TLS_ST_BEFORE &&
            !oyer_dtls_hello_is_usable(&record))
            return FALSE;
    }
    return TRUE;
}

static void feed(OyerDtls *self, const guint8 *data, gsize size)
{
    self->in = data;
    self->in_size = size;
    (void)proceed(self);
    self->in = NULL;
}

/* Only what is under the keys, each record by itself. */
static void take_records(OyerDtls *self, const guint8 *data, gsize size, gint64 now_us)
{
    OyerDtlsRecord record;
    gsize at = 0;

    while (self->state == OYER_DTLS_DONE &&
           oyer_dtls_record_next(data, size, &at, &record))
        if (record.epoch == 1 && record.size <= RECORD_BYTES_MAX &&
            oyer_budget_spend(&self->records, now_us, RECORD_COST_US, RECORD_AHEAD_US))
            feed(self, record.bytes, record.size);
}

OyerDtlsState oyer_dtls_receive(OyerDtls *self, const guint8 *data, gsize size,
                                gint64 now_us)
{
    if (self->state == OYER_DTLS_DONE)
        take_records(self, data, size, now_us);
    else if (self->state == OYER_DTLS_HANDSHAKING && may_shake_hands(self, data, size))
        feed(self, data, size);
    return self->state;
}

gint64 oyer_dtls_timeout_us(OyerDtls *self)
{
    struct timeval left;

    if (self->state != OYER_DTLS_HANDSHAKING ||
        DTLSv1_get_timeout(self->ssl, &left) != 1)
        return -1;
    return left.tv_sec * G_USEC_PER_SEC + left.tv_usec;
}

OyerDtlsState oyer_dtls_on_timeout(OyerDtls *self)
{
    if (self->state != OYER_DTLS_HANDSHAKING)
        return self->state;
    if (DTLSv1_handle_timeout(self->ssl) < 0)
        return begin_anew(self, "the DTLS handshake was never answered");
    return self->state;
}

void oyer_dtls_say_goodbye(OyerDtls *self)
{
    if (self->state != OYER_DTLS_DONE)
        return;
    (void)SSL_alloc_buffers(self->ssl);
    (void)SSL_shutdown(self->ssl);
    (void)SSL_free_buffers(self->ssl);
}

OyerDtlsState oyer_dtls_state(OyerDtls *self)
{
    return self->state;
}

const char *oyer_dtls_reason(OyerDtls *self)
{
    return self->reason ? self->reason : "";
}

static gboolean selected_profile(OyerDtls *self, OyerSrtpProfile *out)
{
    SRTP_PROTECTION_PROFILE *profile = SSL_get_selected_srtp_profile(self->ssl);

    for (guint i = 0; profile && i < OYER_SRTP_PROFILES; i++)
        if (g_str_equal(profile->name, oyer_srtp_profile_openssl((OyerSrtpProfile)i))) {
            *out = (OyerSrtpProfile)i;
            return TRUE;
        }
    return FALSE;
}

gboolean oyer_dtls_keys(OyerDtls *self, OyerSrtpKeys *out_send,
                        OyerSrtpKeys *out_receive)
{
    OyerSrtpProfile profile;
    guint8 material[2 * (OYER_SRTP_KEY_BYTES_MAX + OYER_SRTP_SALT_BYTES_MAX)];

    if (self->state != OYER_DTLS_DONE || !selected_profile(self, &profile))
        return FALSE;
    gsize key = oyer_srtp_key_bytes(profile), salt = oyer_srtp_salt_bytes(profile);
    if (SSL_export_keying_material(self->ssl, material, 2 * (key + salt), EXPORT_LABEL,
                                   strlen(EXPORT_LABEL), NULL, 0, 0) != 1)
        return FALSE;

    /* RFC 5764 §4.2: client key, server key, client salt, server salt. */
    OyerSrtpKeys client = {.profile = profile}, server = {.profile = profile};
    memcpy(client.key, material, key);
    memcpy(server.key, material + key, key);
    memcpy(client.salt, material + 2 * key, salt);
    memcpy(server.salt, material + 2 * key + salt, salt);
    *out_send = self->active ? client : server;
    *out_receive = self->active ? server : client;
    OPENSSL_cleanse(material, sizeof(material));
    OPENSSL_cleanse(&client, sizeof(client));
    OPENSSL_cleanse(&server, sizeof(server));
    return TRUE;
}
