/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcribe/model.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <jansson.h>

#define MAX_NAME 96
#define MAX_TEXT 512
#define MAX_TIME_OFFSET_MS 5000

G_DEFINE_QUARK(oyer_model_error, oyer_model_error)

static const char *const role_names[OYER_MODEL_N_ROLES] = {
    "encoder", "decoder", "joiner", "model", "tokens",
};

#define HAS(role) (1u << OYER_MODEL_##role)

static const struct {
    const char *name;
    guint roles;
} families[OYER_MODEL_N_FAMILIES] = {
    {"transducer", HAS(ENCODER) | HAS(DECODER) | HAS(JOINER) | HAS(TOKENS)},
    {"paraformer", HAS(ENCODER) | HAS(DECODER) | HAS(TOKENS)},
    {"zipformer2-ctc", HAS(MODEL) | HAS(TOKENS)},
};

gboolean oyer_model_needs(OyerModelFamily family, OyerModelRole role)
{
    return (families[family].roles & 1u << role) != 0;
}

gboolean oyer_model_name_is_safe(const char *name)
{
    gsize n = strlen(name);

    if (n == 0 || n > MAX_NAME || name[0] == '.')
        return FALSE;
    for (; *name; name++)
        if (!g_ascii_isalnum(*name) && !strchr("._-", *name))
            return FALSE;
    return TRUE;
}

OyerModel *oyer_model_new(const char *dir, const char *name, OyerModelFamily family)
{
    OyerModel *self = g_new0(OyerModel, 1);

    self->dir = g_strdup(dir);
    self->name = g_strdup(name);
    self->family = family;
    self->languages = g_new0(char *, 1);
    return self;
}

void oyer_model_free(OyerModel *self)
{
    if (!self)
        return;
    for (guint i = 0; i < OYER_MODEL_N_ROLES; i++) {
        g_free(self->files[i].path);
        g_free(self->files[i].sha256);
    }
    g_strfreev(self->languages);
    g_free(self->modeling_unit);
    g_free(self->licence);
    g_free(self->attribution);
    g_free(self->name);
    g_free(self->dir);
    g_free(self);
}

/* The manifest. */

static gboolean invalid(GError **error, const char *what)
{
    g_set_error(error, OYER_MODEL_ERROR, OYER_MODEL_ERROR_INVALID, "manifest.json: %s",
                what);
    return FALSE;
}

static gboolean is_sha256(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

/* A short text without control characters, or NULL: it is printed in terminals. */
static char *optional_text(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));

    if (!text || strlen(text) > MAX_TEXT)
        return NULL;
    for (const char *p = text; *p; p = g_utf8_find_next_char(p, NULL))
        if (g_unichar_iscntrl(g_utf8_get_char(p)))
            return NULL;
    return g_strdup(text);
}

static gboolean parse_family(OyerModel *self, const json_t *json, GError **error)
{
    const char *family = json_string_value(json_object_get(json, "family"));

    for (guint i = 0; i < OYER_MODEL_N_FAMILIES; i++) {
        if (g_strcmp0(family, families[i].name) == 0) {
            self->family = (OyerModelFamily)i;
            return TRUE;
        }
    }
    return invalid(error, "family is none of transducer, paraformer, zipformer2-ctc");
}

static gboolean parse_languages(OyerModel *self, const json_t *json, GError **error)
{
    const json_t *languages = json_object_get(json, "languages");
    gsize n = json_array_size(languages);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    if (n == 0 || n > OYER_MODEL_MAX_LANGUAGES)
        return invalid(error, "languages is not a list of 1 to 32");
    for (gsize i = 0; i < n; i++) {
        const char *language = json_string_value(json_array_get(languages, i));
        if (!language || strlen(language) < 2 || strlen(language) > 3 ||
            strspn(language, "abcdefghijklmnopqrstuvwxyz") != strlen(language))
            return invalid(error, "a language is not two or three small letters");
        g_strv_builder_add(builder, language);
    }
    g_strfreev(self->languages);
    self->languages = g_strv_builder_end(builder);
    return TRUE;
}

static gboolean parse_file(OyerModelFile *file, const json_t *json, GError **error)
{
    const char *path = json_string_value(json_object_get(json, "path"));
    const char *sha256 = json_string_value(json_object_get(json, "sha256"));
    json_int_t size = json_integer_value(json_object_get(json, "size"));

    if (!path || !oyer_model_name_is_safe(path))
        return invalid(error, "a file's path is not a plain file name");
    if (!sha256 || !is_sha256(sha256))
        return invalid(error, "a file's sha256 is not 64 hex digits");
    if (size <= 0)
        return invalid(error, "a file's size is not above 0");
    file->path = g_strdup(path);
    file->sha256 = g_strdup(sha256);
    file->size = (guint64)size;
    return TRUE;
}

static gboolean parse_files(OyerModel *self, const json_t *json, GError **error)
{
    const json_t *files = json_object_get(json, "files");

    for (guint role = 0; role < OYER_MODEL_N_ROLES; role++) {
        const json_t *file = json_object_get(files, role_names[role]);
        if (!oyer_model_needs(self->family, (OyerModelRole)role))
            continue;
        if (!file) {
            g_set_error(error, OYER_MODEL_ERROR, OYER_MODEL_ERROR_INVALID,
                        "manifest.json: a %s has a file \"%s\", none is named",
                        families[self->family].name, role_names[role]);
            return FALSE;
        }
        if (!parse_file(&self->files[role], file, error))
            return FALSE;
    }
    return TRUE;
}

OyerModel *oyer_model_parse(const char *text, gsize size, GError **error)
{
    json_error_t where;

    if (size > OYER_MODEL_MAX_MANIFEST_BYTES) {
        invalid(error, "larger than 64 KiB");
        return NULL;
    }
    json_t *json = json_loadb(text, size, JSON_REJECT_DUPLICATES, &where);
    if (!json) {
        g_set_error(error, OYER_MODEL_ERROR, OYER_MODEL_ERROR_INVALID,
                    "manifest.json, line %d: %s", where.line, where.text);
        return NULL;
    }
    const char *name = json_string_value(json_object_get(json, "name"));
    json_int_t offset = json_integer_value(json_object_get(json, "time_offset_ms"));
    g_autoptr(OyerModel) self = oyer_model_new(NULL, name, OYER_MODEL_TRANSDUCER);
    gboolean ok;

    if (json_integer_value(json_object_get(json, "version")) != 1)
        ok = invalid(error, "version is not 1");
    else if (!name || !oyer_model_name_is_safe(name))
        ok = invalid(error, "name is not of letters, digits, dot, dash, underscore");
    else if (offset < -MAX_TIME_OFFSET_MS || offset > MAX_TIME_OFFSET_MS)
        ok = invalid(error, "time_offset_ms is out of range");
    else
        ok = parse_family(self, json, error) && parse_languages(self, json, error) &&
             parse_files(self, json, error);
    if (ok) {
        self->time_offset_ms = (gint)offset;
        self->modeling_unit = optional_text(json, "modeling_unit");
        self->licence = optional_text(json, "licence");
        self->attribution = optional_text(json, "attribution");
    }
    json_decref(json);
    return ok ? g_steal_pointer(&self) : NULL;
}

/* At most OYER_MODEL_MAX_MANIFEST_BYTES of a regular file. */
static char *read_small(const char *path, gsize *out_size, GError **error)
{
    GStatBuf info;

    if (g_lstat(path, &info) < 0 || !S_ISREG(info.st_mode)) {
        g_set_error(error, OYER_MODEL_ERROR, OYER_MODEL_ERROR_MISSING, "there is no %s",
                    path);
        return NULL;
    }
    if (info.st_size > OYER_MODEL_MAX_MANIFEST_BYTES) {
        g_set_error(error, OYER_MODEL_ERROR, OYER_MODEL_ERROR_INVALID,
                    "%s is larger than 64 KiB", path);
        return NULL;
    }
    char *text;
    return g_file_get_contents(path, &text, out_size, error) ? text : NULL;
}

OyerModel *oyer_model_load(const char *dir, GError **error)
{
    g_autofree char *path = g_build_filename(dir, "manifest.json", NULL);
    gsize size;
    g_autofree char *text = read_small(path, &size, error);
    OyerModel *self = text ? oyer_model_parse(text, size, error) : NULL;

    if (self)
        self->dir = g_strdup(dir);
    else
        g_prefix_error(error, "%s: ", dir);
    return self;
}

static void set_optional(json_t *json, const char *key, const char *value)
{
    if (value)
        (void)json_object_set_new(json, key, json_string(value));
}

gboolean oyer_model_save(const OyerModel *self, GError **error)
{
    json_t *languages = json_array(), *files = json_object();

    for (char **language = self->languages; *language; language++)
        (void)json_array_append_new(languages, json_string(*language));
    for (guint role = 0; role < OYER_MODEL_N_ROLES; role++) {
        const OyerModelFile *file = &self->files[role];
        if (file->path)
            (void)json_object_set_new(files, role_names[role],
                                      json_pack("{s:s,s:I,s:s}", "path", file->path,
                                                "size", (json_int_t)file->size,
                                                "sha256", file->sha256));
    }
    json_t *json =
        json_pack("{s:i,s:s,s:s,s:o,s:o,s:i}", "version", 1, "name", self->name,
                  "family", families[self->family].name, "languages", languages,
                  "files", files, "time_offset_ms", self->time_offset_ms);
    set_optional(json, "modeling_unit", self->modeling_unit);
    set_optional(json, "licence", self->licence);
    set_optional(json, "attribution", self->attribution);
    char *text = json_dumps(json, JSON_INDENT(2));
    json_decref(json);
    g_autofree char *path = g_build_filename(self->dir, "manifest.json", NULL);
    gboolean ok = g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_DURABLE,
                                           0644, error);
    free(text);
    return ok;
}

/* The files. */

char *oyer_model_file(const OyerModel *self, OyerModelRole role)
{
    const char *path = self->files[role].path;

    return path ? g_build_filename(self->dir, path, NULL) : NULL;
}

static gboolean missing(GError **error, const char *path, int code)
{
    g_set_error(error, OYER_MODEL_ERROR, OYER_MODEL_ERROR_MISSING, "%s: %s", path,
                g_strerror(code));
    return FALSE;
}

static gboolean hash_file(const char *path, guint64 *out_size, char **out_sha256,
                          GError **error)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree guchar *buffer = g_malloc(1 << 18);
    guint64 size = 0;
    ssize_t n;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    struct stat info;

    if (fd < 0)
        return missing(error, path, errno);
    if (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode)) {
        (void)close(fd);
        return missing(error, path, EINVAL);
    }
    while ((n = read(fd, buffer, 1 << 18)) > 0) {
        g_checksum_update(sum, buffer, n);
        size += (guint64)n;
    }
    int code = errno;
    (void)close(fd);
    if (n < 0)
        return missing(error, path, code);
    *out_size = size;
    *out_sha256 = g_strdup(g_checksum_get_string(sum));
    return TRUE;
}

gboolean oyer_model_add_file(OyerModel *self, OyerModelRole role, const char *path,
                             GError **error)
{
    OyerModelFile *file = &self->files[role];
    g_autofree char *full = g_build_filename(self->dir, path, NULL);
    g_autofree char *sha256 = NULL;
    guint64 size;

    if (!oyer_model_name_is_safe(path))
        return invalid(error, "a file's path is not a plain file name");
    if (!hash_file(full, &size, &sha256, error))
        return FALSE;
    g_free(file->path);
    g_free(file->sha256);
    *file = (OyerModelFile){g_strdup(path), size, g_steal_pointer(&sha256)};
    return TRUE;
}

gboolean oyer_model_verify(const OyerModel *self, GError **error)
{
    for (guint role = 0; role < OYER_MODEL_N_ROLES; role++) {
        const OyerModelFile *file = &self->files[role];
        if (!file->path)
            continue;
        g_autofree char *path = oyer_model_file(self, (OyerModelRole)role);
        g_autofree char *sha256 = NULL;
        guint64 size;
        if (!hash_file(path, &size, &sha256, error))
            return FALSE;
        if (size != file->size || strcmp(sha256, file->sha256) != 0) {
            g_set_error(error, OYER_MODEL_ERROR, OYER_MODEL_ERROR_DIFFERS,
                        "%s is not the file its manifest names (%" G_GUINT64_FORMAT
                        " bytes, expected %" G_GUINT64_FORMAT "%s)",
                        path, size, file->size,
                        size == file->size ? ", another SHA-256" : "");
            return FALSE;
        }
    }
    return TRUE;
}

/* Languages. */

gboolean oyer_model_speaks(const OyerModel *self, const char *wanted)
{
    if (!wanted || !*wanted)
        return TRUE;
    g_auto(GStrv) parts = g_strsplit(wanted, "-", OYER_MODEL_MAX_LANGUAGES);
    for (char **part = parts; *part; part++)
        if (!g_strv_contains((const char *const *)self->languages, *part))
            return FALSE;
    return TRUE;
}

char *oyer_model_language(const OyerModel *self)
{
    return g_strjoinv("-", self->languages);
}

char *oyer_model_digest(const OyerModel *self)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

    for (guint role = 0; role < OYER_MODEL_N_ROLES; role++)
        if (self->files[role].path)
            g_checksum_update(sum, (const guchar *)self->files[role].sha256, 64);
    return g_strdup(g_checksum_get_string(sum));
}

/* The proof of a check. */

/* What the files look like without reading them: a change shows. */
static gboolean describe_files(const OyerModel *self, json_t **out_files,
                               GError **error)
{
    json_t *files = json_object();

    for (guint role = 0; role < OYER_MODEL_N_ROLES; role++) {
        g_autofree char *path = oyer_model_file(self, (OyerModelRole)role);
        GStatBuf info;
        if (!path)
            continue;
        if (g_stat(path, &info) < 0) {
            json_decref(files);
            return missing(error, path, errno);
        }
        gint64 changed_ns =
            (gint64)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec;
        (void)json_object_set_new(
            files, role_names[role],
            json_pack("{s:s,s:I,s:I}", "path", self->files[role].path, "size",
                      (json_int_t)info.st_size, "changed_ns", (json_int_t)changed_ns));
    }
    *out_files = files;
    return TRUE;
}

static json_t *make_stamp(const OyerModel *self, const char *engine_version,
                          GError **error)
{
    g_autofree char *digest = oyer_model_digest(self);
    json_t *files;

    if (!describe_files(self, &files, error))
        return NULL;
    return json_pack("{s:s,s:s,s:o}", "engine_version", engine_version, "digest",
                     digest, "files", files);
}

gboolean oyer_model_stamp(const OyerModel *self, const char *engine_version,
                          GError **error)
{
    g_autofree char *path = g_build_filename(self->dir, "check.json", NULL);
    json_t *stamp = make_stamp(self, engine_version, error);

    if (!stamp)
        return FALSE;
    char *text = json_dumps(stamp, JSON_INDENT(2));
    json_decref(stamp);
    gboolean ok = g_file_set_contents_full(path, text, -1,
                                           G_FILE_SET_CONTENTS_CONSISTENT, 0644, error);
    free(text);
    return ok;
}

gboolean oyer_model_is_checked(const OyerModel *self, const char *engine_version,
                               GError **error)
{
    g_autofree char *path = g_build_filename(self->dir, "check.json", NULL);
    gsize size = 0;
    g_autofree char *text = read_small(path, &size, NULL);
    json_t *kept = text ? json_loadb(text, size, 0, NULL) : NULL;
    json_t *now = kept ? make_stamp(self, engine_version, NULL) : NULL;
    gboolean same = now && json_equal(kept, now);

    json_decref(kept);
    json_decref(now);
    if (!same)
        g_set_error(error, OYER_MODEL_ERROR, OYER_MODEL_ERROR_UNCHECKED,
                    "model %s is not checked, or changed since", self->name);
    return same;
}
