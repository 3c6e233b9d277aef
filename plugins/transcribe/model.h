/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A speech model on disk: a folder with manifest.json, which says what the model
 * is and names its files with size and SHA-256, and check.json, the proof that
 * it was loaded and ran in a child process with those very files.
 *
 * manifest.json:
 *   {"version":1,"name","family":"transducer"|"paraformer"|"zipformer2-ctc",
 *    "languages":["zh","en",…],"files":{ROLE:{"path","size","sha256"},…},
 *    "modeling_unit","time_offset_ms","licence","attribution"}
 * ROLE is encoder, decoder, joiner, model or tokens, as the family needs; paths
 * are plain file names in the folder.
 *
 * Manifests come from strangers' disks: everything is bounded, names cannot
 * leave the folder.
 *
 * Thread: any; a model belongs to one at a time.
 */
#pragma once

#include <glib.h>

#define OYER_MODEL_MAX_MANIFEST_BYTES 65536
#define OYER_MODEL_MAX_LANGUAGES 32

typedef enum {
    OYER_MODEL_ENCODER,
    OYER_MODEL_DECODER,
    OYER_MODEL_JOINER,
    OYER_MODEL_MODEL,
    OYER_MODEL_TOKENS,
    OYER_MODEL_N_ROLES,
} OyerModelRole;

typedef enum {
    OYER_MODEL_TRANSDUCER,
    OYER_MODEL_PARAFORMER,
    OYER_MODEL_ZIPFORMER2_CTC,
    OYER_MODEL_N_FAMILIES,
} OyerModelFamily;

typedef struct {
    char *path; /* file name; NULL: the family has no such file */
    guint64 size;
    char *sha256; /* hex */
} OyerModelFile;

typedef struct {
    char *dir; /* NULL when parsed from memory */
    char *name;
    OyerModelFamily family;
    char **languages;
    OyerModelFile files[OYER_MODEL_N_ROLES];
    char *modeling_unit; /* or NULL */
    gint time_offset_ms;
    char *licence, *attribution; /* or NULL */
} OyerModel;

#define OYER_MODEL_ERROR (oyer_model_error_quark())
GQuark oyer_model_error_quark(void);

typedef enum {
    OYER_MODEL_ERROR_MISSING,   /* no manifest.json, or a file of it is not there */
    OYER_MODEL_ERROR_INVALID,   /* the manifest cannot be right */
    OYER_MODEL_ERROR_DIFFERS,   /* a file is not the one the manifest names */
    OYER_MODEL_ERROR_UNCHECKED, /* run "oyer model check" */
} OyerModelError;

/* (transfer full): the manifest in @text, or NULL with @error. */
OyerModel *oyer_model_parse(const char *text, gsize size, GError **error);

/* (transfer full): the model in folder @dir; files are not looked at.  NULL with @error. */
OyerModel *oyer_model_load(const char *dir, GError **error);

/* A model without files, to be filled and saved. */
OyerModel *oyer_model_new(const char *dir, const char *name, OyerModelFamily family);
void oyer_model_free(OyerModel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerModel, oyer_model_free)

/* Names file @path of the folder as @role, reading it for size and SHA-256. */
gboolean oyer_model_add_file(OyerModel *self, OyerModelRole role, const char *path,
                             GError **error);

/* Writes manifest.json into the model's folder. */
gboolean oyer_model_save(const OyerModel *self, GError **error);

/* (transfer full): the path of the file of @role; NULL when there is none. */
char *oyer_model_file(const OyerModel *self, OyerModelRole role);

/* Reads every file: is it the one the manifest names? */
gboolean oyer_model_verify(const OyerModel *self, GError **error);

/* Whether the model speaks all of @wanted: "zh", "en", "zh-en"; NULL: anything. */
gboolean oyer_model_speaks(const OyerModel *self, const char *wanted);

/* (transfer full): its languages in one word, "zh-en". */
char *oyer_model_language(const OyerModel *self);

/* (transfer full): SHA-256 over the files' SHA-256: names this very model. */
char *oyer_model_digest(const OyerModel *self);

/* Writes check.json: the files as they are now were loaded and ran. */
gboolean oyer_model_stamp(const OyerModel *self, const char *engine_version,
                          GError **error);

/* Whether check.json says so of the files as they are now (size, time of change). */
gboolean oyer_model_is_checked(const OyerModel *self, const char *engine_version,
                               GError **error);

/* Whether a model of @family has a file for @role. */
gboolean oyer_model_needs(OyerModelFamily family, OyerModelRole role);

/* [A-Za-z0-9._-]{1,96}, not beginning with a dot: cannot leave a folder. */
gboolean oyer_model_name_is_safe(const char *name);
