/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "post/mail.h"

#include <string.h>

#include <gmime/gmime.h>

void oyer_mail_init(void)
{
    static gsize done;

    if (g_once_init_enter(&done)) {
        g_mime_init();
        g_once_init_leave(&done, 1);
    }
}

gboolean oyer_mail_is_address(const char *text)
{
    const char *at = strchr(text, '@');

    return at != NULL && at != text && at[1] != '\0' && strchr(at + 1, '@') == NULL &&
           strpbrk(text, " \t\r\n<>,;:\"\\()[]") == NULL && g_str_is_ascii(text) &&
           strlen(text) <= 254;
}

static GMimeObject *text_part(const char *text, const char *language)
{
    GMimeTextPart *part = g_mime_text_part_new_with_subtype("plain");

    g_mime_text_part_set_charset(part, "utf-8");
    g_mime_text_part_set_text(part, text);
    /* Base64: a line of Chinese is long, and eight bits are not for every relay. */
    g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_BASE64);
    g_mime_object_set_header(GMIME_OBJECT(part), "Content-Language", language, "utf-8");
    return GMIME_OBJECT(part);
}

GBytes *oyer_mail_build(const OyerParcel *parcel, const char *from, const char *domain,
                        gint64 now_s)
{
    oyer_mail_init();
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(now_s);
    g_autofree char *id = g_strconcat(parcel->id, "@", domain, NULL);
    GMimeMessage *message = g_mime_message_new(TRUE);
    GMimeObject *part = text_part(parcel->text, parcel->language);

    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, NULL, from);
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, parcel->name,
                               parcel->to);
    g_mime_message_set_subject(message, parcel->subject, "utf-8");
    g_mime_message_set_date(message, date);
    g_mime_message_set_message_id(message, id);
    /* No holiday replies to the court (RFC 3834). */
    g_mime_object_set_header(GMIME_OBJECT(message), "Auto-Submitted", "auto-generated",
                             "us-ascii");
    g_mime_message_set_mime_part(message, part);
    g_object_unref(part);

    GMimeFormatOptions *options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    char *text = g_mime_object_to_string(GMIME_OBJECT(message), options);
    g_mime_format_options_free(options);
    g_object_unref(message);
    return g_bytes_new_take(text, strlen(text));
}
