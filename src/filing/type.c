/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/type.h"

#include <string.h>

#include <gio/gio.h>
#include <magic.h>

#include "base/text.h"

#define NAME_MAX_CHARACTERS 200
#define OOXML "application/vnd.openxmlformats-officedocument."

const OyerFilingType oyer_filing_types[] = {
    {"application/pdf", {"pdf"}, {NULL}},
    {"image/jpeg", {"jpg", "jpeg"}, {NULL}},
    {"image/png", {"png"}, {NULL}},
    {"image/webp", {"webp"}, {NULL}},
    {"image/heic", {"heic", "heif"}, {"image/heic", "image/heif"}},
    {"image/tiff", {"tif", "tiff"}, {NULL}},
    {"text/plain", {"txt"}, {NULL}},
    {OOXML "wordprocessingml.document", {"docx"}, {NULL}},
    {OOXML "spreadsheetml.sheet", {"xlsx"}, {NULL}},
    {"application/msword", {"doc"}, {NULL}},
    {"audio/mpeg", {"mp3"}, {NULL}},
    {"audio/x-wav", {"wav"}, {NULL}},
    {"audio/mp4", {"m4a"}, {"audio/x-m4a", "video/mp4", "audio/mp4"}},
    {"video/mp4", {"mp4"}, {"video/mp4", "video/x-m4v"}},
    {"video/quicktime", {"mov"}, {NULL}},
    {NULL, {NULL}, {NULL}},
};

static gboolean is_in(const char *const *words, gsize max, const char *word)
{
    for (gsize i = 0; i < max && words[i] != NULL; i++)
        if (!g_ascii_strcasecmp(words[i], word))
            return TRUE;
    return FALSE;
}

static gboolean is_found(const OyerFilingType *row, const char *found)
{
    return row->found[0] != NULL ? is_in(row->found, G_N_ELEMENTS(row->found), found)
                                 : !strcmp(row->type, found);
}

OyerTypeVerdict oyer_filing_type_judge(const char *found, const char *name,
                                       const OyerFilingType **out_type)
{
    const char *dot = strrchr(name, '.');
    gboolean is_taken = FALSE;

    for (const OyerFilingType *row = oyer_filing_types; row->type != NULL; row++) {
        if (!is_found(row, found))
            continue;
        is_taken = TRUE;
        if (dot != NULL && is_in(row->endings, G_N_ELEMENTS(row->endings), dot + 1)) {
            *out_type = row;
            return OYER_TYPE_FINE;
        }
    }
    return is_taken ? OYER_TYPE_NAME : OYER_TYPE_REFUSED;
}

char *oyer_filing_type_find(const char *path, GError **error)
{
    magic_t magic = magic_open(MAGIC_MIME_TYPE | MAGIC_ERROR | MAGIC_NO_CHECK_COMPRESS);
    char *found = NULL;

    if (magic != NULL && magic_load(magic, NULL) == 0)
        found = g_strdup(magic_file(magic, path));
    if (found == NULL)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "libmagic: %s",
                    magic != NULL && magic_error(magic) ? magic_error(magic)
                                                        : "cannot look");
    if (magic != NULL)
        magic_close(magic);
    return found;
}

gboolean oyer_filing_name_is_valid(const char *name)
{
    return *name != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
           strpbrk(name, "/\\\n\t") == NULL &&
           oyer_text_is_clean(name, NAME_MAX_CHARACTERS);
}
