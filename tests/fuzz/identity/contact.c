/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Anything as an address: what is taken is short, plain, and stays as it is. */

#include "identity/contact.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    OyerChannel channel = OYER_CHANNELS, again = OYER_CHANNELS;
    g_autofree char *address = oyer_contact_parse(text, &channel);

    if (address == NULL)
        return 0;
    g_assert_cmpuint(strlen(address), <=, OYER_CONTACT_MAX_BYTES);
    for (const char *p = address; *p != '\0'; p++)
        g_assert_true(g_ascii_isgraph(*p));
    g_autofree char *same = oyer_contact_parse(address, &again);
    g_assert_cmpint(channel, ==, again);
    /* A bare number of eleven digits gets its +86 only once. */
    g_assert_cmpstr(same, ==, address);
    g_free(oyer_contact_mask(address));
    return 0;
}
