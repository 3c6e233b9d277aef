/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/turn.h"

#include <string.h>

#include <gio/gio.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#define HOURS_DEFAULT 8
#define HOURS_MAX 48
#define URLS_MAX 8
/* A shorter one could be guessed from one pair of name and password. */
#define SECRET_MIN 16

static gboolean is_url(const char *url)
{
    return (g_str_has_prefix(url, "turn:") && url[strlen("turn:")]) ||
           (g_str_has_prefix(url, "turns:") && url[strlen("turns:")]);
}

static char **read_urls(const char *text, GError **error)
{
    g_auto(GStrv) words = g_strsplit_set(text, " ,\t", -1);
    g_autoptr(GPtrArray) urls = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; words[i] != NULL; i++) {
        if (words[i][0] == '\0')
            continue;
        if (!is_url(words[i])) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                        "turn: '%s' begins with neither turn: nor turns:", words[i]);
            return NULL;
        }
        g_ptr_array_add(urls, g_strdup(words[i]));
    }
    if (urls->len == 0 || urls->len > URLS_MAX) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "turn: from 1 to %d urls", URLS_MAX);
        return NULL;
    }
    g_ptr_array_add(urls, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&urls), FALSE);
}

OyerTurn *oyer_turn_new(const char *urls, const char *secret, const char *hours,
                        GError **error)
{
    g_autoptr(OyerTurn) self = g_new0(OyerTurn, 1);
    guint64 lifetime_h = HOURS_DEFAULT;

    if (urls == NULL || secret == NULL || strlen(secret) < SECRET_MIN) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "turn: urls and a secret of at least %d characters go together",
                    SECRET_MIN);
        return NULL;
    }
    if (hours != NULL &&
        !g_ascii_string_to_unsigned(hours, 10, 1, HOURS_MAX, &lifetime_h, NULL)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "turn: hours: 1 to %d", HOURS_MAX);
        return NULL;
    }
    self->urls = read_urls(urls, error);
    if (self->urls == NULL)
        return NULL;
    self->secret = g_strdup(secret);
    self->lifetime_s = (gint64)lifetime_h * 3600;
    return g_steal_pointer(&self);
}

void oyer_turn_free(OyerTurn *self)
{
    if (self == NULL)
        return;
    g_strfreev(self->urls);
    if (self->secret != NULL)
        OPENSSL_cleanse(self->secret, strlen(self->secret));
    g_free(self->secret);
    g_free(self);
}

json_t *oyer_turn_ice_servers(const OyerTurn *self, const char *participant,
                              gint64 now_us)
{
    guint8 mac[EVP_MAX_MD_SIZE];
    unsigned int length = sizeof mac;

    if (self == NULL)
        return json_array();
    g_autofree char *username =
        g_strdup_printf("%" G_GINT64_FORMAT ":%s",
                        now_us / G_USEC_PER_SEC + self->lifetime_s, participant);
    HMAC(EVP_sha1(), self->secret, (int)strlen(self->secret), (const guint8 *)username,
         strlen(username), mac, &length);
    g_autofree char *credential = g_base64_encode(mac, length);
    json_t *urls = json_array();
    for (guint i = 0; self->urls[i] != NULL; i++)
        json_array_append_new(urls, json_string(self->urls[i]));
    return json_pack("[{s:o,s:s,s:s}]", "urls", urls, "username", username,
                     "credential", credential);
}
