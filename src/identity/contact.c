/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/contact.h"

#include <string.h>

#define NUMBER_MIN 7
#define NUMBER_MAX 15 /* E.164 */
#define NUMBER_TAIL 4

static const char *const words[OYER_CHANNELS] = {
    [OYER_CHANNEL_SMS] = "sms",
    [OYER_CHANNEL_EMAIL] = "email",
};

const char *oyer_channel_word(OyerChannel channel)
{
    return channel < OYER_CHANNELS ? words[channel] : NULL;
}

static char *parse_number(const char *text)
{
    g_autoptr(GString) number = g_string_new(NULL);
    gboolean is_whole = *text == '+';

    for (const char *p = text + is_whole; *p != '\0'; p++) {
        if (strchr(" -().", *p) != NULL)
            continue;
        if (!g_ascii_isdigit(*p) || number->len == NUMBER_MAX)
            return NULL;
        g_string_append_c(number, *p);
    }
    if (number->len < NUMBER_MIN)
        return NULL;
    if (is_whole)
        g_string_prepend_c(number, '+');
    else if (number->len == 11 && number->str[0] == '1')
        g_string_prepend(number, "+86");
    return g_string_free(g_steal_pointer(&number), FALSE);
}

static gboolean is_host(const char *host)
{
    if (*host == '.' || *host == '-' || strchr(host, '.') == NULL)
        return FALSE;
    for (const char *p = host; *p != '\0'; p++)
        if ((!g_ascii_isalnum(*p) && *p != '-' && *p != '.') ||
            (*p == '.' && (p[1] == '.' || p[1] == '\0')))
            return FALSE;
    return TRUE;
}

/* Narrower than RFC 5321: what mail servers in use hand out. */
static char *parse_mail(const char *text)
{
    const char *at = strchr(text, '@');

    if (at == NULL || at == text || !is_host(at + 1))
        return NULL;
    for (const char *p = text; p < at; p++)
        if (!g_ascii_isalnum(*p) && strchr("!#$%&'*+-/=?^_`{|}~.", *p) == NULL)
            return NULL;
    return g_ascii_strdown(text, -1);
}

char *oyer_contact_parse(const char *text, OyerChannel *out_channel)
{
    gsize length = strnlen(text, OYER_CONTACT_MAX_BYTES + 1);

    if (length == 0 || length > OYER_CONTACT_MAX_BYTES)
        return NULL;
    g_autofree char *trimmed = g_strstrip(g_strdup(text));
    OyerChannel channel =
        strchr(trimmed, '@') != NULL ? OYER_CHANNEL_EMAIL : OYER_CHANNEL_SMS;
    char *address =
        channel == OYER_CHANNEL_EMAIL ? parse_mail(trimmed) : parse_number(trimmed);
    if (address != NULL)
        *out_channel = channel;
    return address;
}

char *oyer_contact_mask(const char *address)
{
    const char *at = strchr(address, '@');
    gsize length = strlen(address);

    if (at != NULL)
        return g_strdup_printf("%.1s…%s", address, at);
    return g_strdup_printf("…%s",
                           address + (length > NUMBER_TAIL ? length - NUMBER_TAIL : 0));
}
