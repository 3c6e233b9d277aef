/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/verify.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "base/error.h"
#include "base/json.h"
#include "record/bag.h"
#include "record/check.h"
#include "record/sign.h"
#include "record/unpack.h"
#include "record/words.h"

#define MANIFEST "manifest-sha256.txt"
#define TAGMANIFEST "tagmanifest-sha256.txt"
#define ROOT "metadata/root.json"
#define SIGNATURE "metadata/root.sig"
#define KEY "metadata/sign.pub.pem"
#define BAGIT "BagIt-Version: 1.0\n"

#define ROOT_BYTES_MAX 65536

static void finding_free(OyerFinding *finding)
{
    g_free(finding->file);
    g_free(finding->participant);
    g_free(finding->speaker);
    g_free(finding->text);
    g_free(finding);
}

void oyer_verdict_free(OyerVerdict *self)
{
    if (!self)
        return;
    g_ptr_array_unref(self->findings);
    g_free(self->hearing);
    g_free(self->session);
    g_free(self->case_number);
    g_free(self->fingerprint);
    g_free(self->root);
    g_free(self->sealed_at);
    g_free(self);
}

OyerFinding *oyer_check_find(OyerCheck *self, OyerFindingKind kind, const char *file,
                             const char *text)
{
    OyerFinding *finding = g_new0(OyerFinding, 1);

    finding->kind = kind;
    finding->file = g_strdup(file);
    finding->text = g_strdup(text);
    if (self->verdict->findings->len < OYER_VERIFY_FINDINGS_MAX) {
        g_ptr_array_add(self->verdict->findings, finding);
    } else {
        self->verdict->findings_left_out++;
        g_ptr_array_set_size(self->left_out, 0);
        g_ptr_array_add(self->left_out, finding);
    }
    return finding;
}

void oyer_check_set_speaker(OyerCheck *self, OyerFinding *finding,
                            const char *participant)
{
    if (!participant)
        return;
    finding->participant = g_strdup(participant);
    finding->speaker = g_strdup(oyer_words_name(self->session, participant));
}

GBytes *oyer_check_read(OyerCheck *self, const char *path, gsize max)
{
    g_autofree char *full = g_build_filename(self->dir, path, NULL);
    GStatBuf info;

    if (g_lstat(full, &info) < 0 || !S_ISREG(info.st_mode) ||
        (guint64)info.st_size > max)
        return NULL;
    g_autoptr(GMappedFile) file = g_mapped_file_new(full, FALSE, NULL);
    return file ? g_mapped_file_get_bytes(file) : NULL;
}

json_t *oyer_check_read_json(OyerCheck *self, const char *path, gsize max)
{
    g_autoptr(GBytes) bytes = oyer_check_read(self, path, max);
    gsize size = 0;
    const char *text = bytes ? g_bytes_get_data(bytes, &size) : NULL;
    json_t *json = text ? json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL) : NULL;

    if (json_is_object(json))
        return json;
    json_decref(json);
    return NULL;
}

/* --- the signature --- */

static char *take_string(json_t *json, const char *name)
{
    return g_strdup(oyer_json_string(json, name));
}

static void check_root(OyerCheck *self)
{
    OyerVerdict *verdict = self->verdict;

    verdict->hearing = take_string(self->root, "hearing");
    verdict->session = take_string(self->root, "session");
    verdict->case_number = take_string(self->root, "case_number");
    verdict->sealed_at = take_string(self->root, "sealed_at");
    verdict->root = take_string(self->root, "root");
    if (g_strcmp0(oyer_json_string(self->root, "key"), verdict->fingerprint))
        (void)oyer_check_find(self, OYER_FINDING_ROOT, ROOT,
                              "it names another key than the one that is enclosed");
}

static void check_signature(OyerCheck *self)
{
    g_autoptr(GBytes) root = oyer_check_read(self, ROOT, ROOT_BYTES_MAX);
    g_autoptr(GBytes) signature = oyer_check_read(self, SIGNATURE, OYER_SIGN_BYTES);
    g_autoptr(GBytes) key = oyer_check_read(self, KEY, OYER_SIGN_PEM_BYTES_MAX);
    g_autoptr(GError) error = NULL;
    gsize root_size, signature_size, key_size;

    self->root = oyer_check_read_json(self, ROOT, ROOT_BYTES_MAX);
    if (!root || !signature || !key) {
        (void)oyer_check_find(
            self, OYER_FINDING_SIGNATURE,
            !root        ? ROOT
            : !signature ? SIGNATURE
                         : KEY,
            "a part of the signature is missing or has a wrong length");
        return;
    }
    const char *pem = g_bytes_get_data(key, &key_size);
    const void *root_bytes = g_bytes_get_data(root, &root_size);
    const void *signature_bytes = g_bytes_get_data(signature, &signature_size);
    self->verdict->fingerprint = oyer_sign_fingerprint(pem, key_size, NULL);
    self->is_signed = oyer_sign_verify(pem, key_size, root_bytes, root_size,
                                       signature_bytes, signature_size, &error);
    if (!self->is_signed)
        (void)oyer_check_find(self, OYER_FINDING_SIGNATURE, ROOT, error->message);
    if (!self->root)
        (void)oyer_check_find(self, OYER_FINDING_ROOT, ROOT, "it is not legible");
    else
        check_root(self);
}

/* @key: a fingerprint or a file. */
static gboolean check_key(OyerCheck *self, const char *key, GError **error)
{
    g_autofree char *wanted = NULL;

    if (g_file_test(key, G_FILE_TEST_EXISTS)) {
        g_autofree char *pem = oyer_sign_public_pem(key, error);
        if (!pem)
            return FALSE;
        wanted = oyer_sign_fingerprint(pem, strlen(pem), error);
        if (!wanted)
            return FALSE;
    } else {
        g_auto(GStrv) parts = g_strsplit_set(key, ": ", 0);
        g_autofree char *joined = g_strjoinv("", parts);
        wanted = g_ascii_strdown(joined, -1);
        if (strlen(wanted) != 64 || strspn(wanted, "0123456789abcdef") != 64) {
            g_set_error(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_KEY,
                        "'%s' is neither a file nor a fingerprint of 64 hex digits",
                        key);
            return FALSE;
        }
    }
    if (g_strcmp0(wanted, self->verdict->fingerprint))
        (void)oyer_check_find(self, OYER_FINDING_KEY, KEY,
                              "it was sealed with another key than the one demanded");
    return TRUE;
}

/* --- the bag --- */

static GPtrArray *load_manifest(OyerCheck *self, const char *path)
{
    g_autoptr(GBytes) bytes = oyer_check_read(self, path, OYER_BAG_MANIFEST_BYTES_MAX);
    g_autoptr(GError) error = NULL;
    gsize size = 0;

    if (!bytes) {
        (void)oyer_check_find(self, OYER_FINDING_STRUCTURE, path,
                              "the manifest is missing or too long");
        return NULL;
    }
    const char *text = g_bytes_get_data(bytes, &size);
    GPtrArray *entries = oyer_bag_parse_manifest(text ? text : "", size, &error);
    if (!entries)
        (void)oyer_check_find(self, OYER_FINDING_STRUCTURE, path, error->message);
    return entries;
}

/* What the signed root says of a tag file; NULL: nothing, or it is not signed. */
static const char *signed_hash(OyerCheck *self, const char *path)
{
    if (!self->is_signed)
        return NULL;
    if (!strcmp(path, MANIFEST))
        return oyer_json_string(self->root, "root");
    return oyer_json_string(json_object_get(self->root, "tags"), path);
}

static gboolean is_tag(const char *path)
{
    return !g_str_has_prefix(path, "data/");
}

static void check_file(OyerCheck *self, const OyerBagEntry *entry)
{
    g_autofree char *full = g_build_filename(self->dir, entry->path, NULL);
    g_autofree char *sha256 = oyer_bag_hash_file(full, NULL);

    if (sha256 && strcmp(sha256, entry->sha256))
        (void)g_hash_table_add(self->changed, g_strdup(entry->path));
}

/* Compares a manifest with the files that are there. */
static void check_manifest(OyerCheck *self, const GPtrArray *entries,
                           const GPtrArray *files, gboolean is_tags)
{
    g_autoptr(GHashTable) there = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) listed = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < files->len; i++)
        (void)g_hash_table_add(there, files->pdata[i]);
    for (guint i = 0; i < entries->len; i++) {
        const OyerBagEntry *entry = entries->pdata[i];

        (void)g_hash_table_add(listed, entry->path);
        if (is_tag(entry->path) != is_tags)
            (void)oyer_check_find(self, OYER_FINDING_STRUCTURE, entry->path,
                                  "it is in the wrong manifest");
        else if (!g_hash_table_contains(there, entry->path))
            (void)oyer_check_find(self, OYER_FINDING_MISSING, entry->path, NULL);
        else
            check_file(self, entry);
    }
    for (guint i = 0; i < files->len; i++) {
        const char *path = files->pdata[i];
        if (is_tag(path) == is_tags && strcmp(path, TAGMANIFEST) &&
            !g_hash_table_contains(listed, path))
            (void)oyer_check_find(self, OYER_FINDING_EXTRA, path, NULL);
    }
}

/*
 * The tag files whose hashes are signed.  Returns: whether every tag file but the
 * tag manifest is right by the signature.
 */
static gboolean check_signed_tags(OyerCheck *self, const GPtrArray *files)
{
    static const char *const names[] = {MANIFEST,    "README.txt", "bag-info.txt",
                                        "bagit.txt", ROOT,         SIGNATURE,
                                        KEY,         TAGMANIFEST};
    gboolean all = self->is_signed;
    guint tags = 0, known = 0;

    for (guint i = 0; self->is_signed && i < 4; i++) {
        const char *wanted = signed_hash(self, names[i]);
        g_autofree char *full = g_build_filename(self->dir, names[i], NULL);
        g_autofree char *sha256 = oyer_bag_hash_file(full, NULL);

        if (!wanted)
            (void)oyer_check_find(self, OYER_FINDING_ROOT, ROOT,
                                  "a hash is missing in it");
        else if (sha256 && strcmp(sha256, wanted))
            (void)g_hash_table_add(self->changed, g_strdup(names[i]));
        all = all && !g_strcmp0(sha256, wanted);
    }
    for (guint i = 0; i < files->len; i++) {
        tags += is_tag(files->pdata[i]);
        for (guint j = 0; j < G_N_ELEMENTS(names); j++)
            known += !strcmp(files->pdata[i], names[j]);
    }
    return all && tags == G_N_ELEMENTS(names) && known == tags;
}

/* A PEM file can say the same key in other bytes; only one of them was sealed. */
static gboolean is_key_as_written(OyerCheck *self)
{
    g_autofree char *full = g_build_filename(self->dir, KEY, NULL);
    g_autofree char *pem = oyer_sign_public_pem(full, NULL);
    g_autoptr(GBytes) bytes = oyer_check_read(self, KEY, OYER_SIGN_PEM_BYTES_MAX);

    return pem && bytes && g_bytes_get_size(bytes) == strlen(pem) &&
           !memcmp(g_bytes_get_data(bytes, NULL), pem, strlen(pem));
}

/* With all tag files proved, the tag manifest has to be the one they give. */
static void compare_tag_manifest(OyerCheck *self)
{
    g_autofree char *expected = oyer_bag_tag_manifest(self->dir, NULL);
    g_autoptr(GBytes) bytes =
        oyer_check_read(self, TAGMANIFEST, OYER_BAG_MANIFEST_BYTES_MAX);

    if (!expected || !bytes || g_bytes_get_size(bytes) != strlen(expected) ||
        memcmp(g_bytes_get_data(bytes, NULL), expected, strlen(expected)))
        (void)oyer_check_find(self, OYER_FINDING_CHANGED, TAGMANIFEST, NULL);
}

static void count_files(OyerCheck *self, const GPtrArray *files)
{
    self->verdict->files = files->len;
    for (guint i = 0; i < files->len; i++) {
        g_autofree char *full = g_build_filename(self->dir, files->pdata[i], NULL);
        GStatBuf info;
        if (g_stat(full, &info) == 0)
            self->verdict->bytes += (guint64)info.st_size;
    }
}

static gboolean check_bag(OyerCheck *self, GError **error)
{
    g_autoptr(GPtrArray) files = oyer_bag_list(self->dir, "", error);
    g_autoptr(GBytes) bagit = oyer_check_read(self, "bagit.txt", 4096);
    gsize size = 0;

    if (!files)
        return FALSE;
    count_files(self, files);
    const char *text = bagit ? g_bytes_get_data(bagit, &size) : NULL;
    if (size < strlen(BAGIT) || memcmp(text, BAGIT, strlen(BAGIT)))
        (void)oyer_check_find(self, OYER_FINDING_STRUCTURE, "bagit.txt",
                              "this is no BagIt 1.0 bag");
    gboolean are_tags_proved =
        check_signed_tags(self, files) && is_key_as_written(self);

    g_autoptr(GPtrArray) payload = load_manifest(self, MANIFEST);
    if (payload)
        check_manifest(self, payload, files, FALSE);
    if (are_tags_proved) {
        compare_tag_manifest(self);
        return TRUE;
    }
    g_autoptr(GPtrArray) tags = load_manifest(self, TAGMANIFEST);
    if (tags)
        check_manifest(self, tags, files, TRUE);
    return TRUE;
}

/* --- the whole --- */

/* A changed file of which nothing finer is known. */
static void report_changed(OyerCheck *self)
{
    g_autoptr(GList) paths = g_hash_table_get_keys(self->changed);

    paths = g_list_sort(paths, (GCompareFunc)strcmp);
    for (GList *l = paths; l; l = l->next)
        if (!g_hash_table_contains(self->explained, l->data))
            (void)oyer_check_find(self, OYER_FINDING_CHANGED, l->data, NULL);
}

static gboolean check_package(OyerCheck *self, const char *key, GError **error)
{
    self->session =
        oyer_check_read_json(self, "data/session.json", OYER_CHECK_JSON_BYTES_MAX);
    if (self->session)
        self->verdict->opened_us = oyer_json_int(self->session, "opened_us", 0);

    check_signature(self);
    if (key && !check_key(self, key, error))
        return FALSE;
    if (!check_bag(self, error))
        return FALSE;
    oyer_check_media(self);
    oyer_check_journal(self);
    oyer_check_events(self);
    report_changed(self);
    return TRUE;
}

static OyerVerdict *verify_folder(const char *dir, const char *key, GError **error)
{
    g_autoptr(OyerVerdict) verdict = g_new0(OyerVerdict, 1);
    OyerCheck self = {.dir = dir, .verdict = verdict};

    verdict->findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    self.left_out = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    self.changed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self.explained = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gboolean ok = check_package(&self, key, error);
    g_ptr_array_unref(self.left_out);
    g_hash_table_unref(self.changed);
    g_hash_table_unref(self.explained);
    json_decref(self.session);
    json_decref(self.root);
    return ok ? g_steal_pointer(&verdict) : NULL;
}

/* The bag inside an unpacked archive: at its top, or in its only folder. */
static char *find_bag(const char *folder)
{
    g_autofree char *mark = g_build_filename(folder, "bagit.txt", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name = dir ? g_dir_read_name(dir) : NULL;

    if (!name || g_file_test(mark, G_FILE_TEST_EXISTS) || g_dir_read_name(dir) != NULL)
        return g_strdup(folder);
    return g_build_filename(folder, name, NULL);
}

OyerVerdict *oyer_verify(const char *path, const char *key, GError **error)
{
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        return verify_folder(path, key, error);

    g_autofree char *folder = oyer_unpack(path, error);
    if (!folder)
        return NULL;
    g_autofree char *bag = find_bag(folder);
    OyerVerdict *verdict = verify_folder(bag, key, error);
    oyer_unpack_remove(folder);
    return verdict;
}
