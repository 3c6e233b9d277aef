/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/password.h"

#include <string.h>

#include <argon2.h>

#include "base/text.h"

#define SALT_BYTES 16
#define HASH_BYTES 32
#define ENCODED_MAX_BYTES 256

/* At least so many characters that differ. */
#define DISTINCT_MIN 5

/* Too short, or all of a kind, or one's own name: everything else is left to the
 * person, as NIST SP 800-63B 5.1.1.2 asks: no rules about signs and digits. */
const char *oyer_password_fault(const char *password, const char *login)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    if (strlen(password) > OYER_PASSWORD_MAX_BYTES ||
        !g_utf8_validate(password, -1, NULL))
        return "long";
    if (g_utf8_strlen(password, -1) < OYER_PASSWORD_MIN_CHARACTERS)
        return "short";
    if (login != NULL && *login != '\0') {
        g_autofree char *lower = g_utf8_strdown(password, -1);
        if (strstr(lower, login) != NULL && strlen(lower) < strlen(login) + 6)
            return "same";
    }
    g_autofree gunichar *characters = g_utf8_to_ucs4_fast(password, -1, NULL);
    for (gsize i = 0; characters[i] != 0; i++)
        g_hash_table_add(seen, GUINT_TO_POINTER(characters[i]));
    return g_hash_table_size(seen) < DISTINCT_MIN ? "simple" : NULL;
}

static char *hash_with(const char *password, const guint8 salt[SALT_BYTES])
{
    char encoded[ENCODED_MAX_BYTES];
    int code = argon2id_hash_encoded(OYER_PASSWORD_PASSES, OYER_PASSWORD_MEMORY_KIB, 1,
                                     password, strlen(password), salt, SALT_BYTES,
                                     HASH_BYTES, encoded, sizeof encoded);

    /* The only way to fail is memory, and without memory GLib ends us as well. */
    if (code != ARGON2_OK)
        g_error("argon2id: %s", argon2_error_message(code));
    return g_strdup(encoded);
}

char *oyer_password_hash(const char *password)
{
    guint8 salt[SALT_BYTES];

    oyer_random_bytes(salt, sizeof salt);
    return hash_with(password, salt);
}

gboolean oyer_password_verify(const char *encoded, const char *password)
{
    static const guint8 nobody[SALT_BYTES];

    if (strlen(password) > OYER_PASSWORD_MAX_BYTES)
        return FALSE;
    if (encoded == NULL || *encoded == '\0') {
        g_free(hash_with(password, nobody));
        return FALSE;
    }
    return argon2id_verify(encoded, password, strlen(password)) == ARGON2_OK;
}
