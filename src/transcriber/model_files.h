/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Brings a model's files into DATA/models: from a folder as its publisher packs
 * it, or as another court hands it on with a manifest.
 *
 * Everything happens in a hidden folder beside the models; a model appears under
 * its name when it is whole and checked, never before.
 *
 * Thread: main.
 */
#pragma once

#include <glib.h>

#include "transcribe/model.h"

/*
 * Copies what is a model in folder @from into a new hidden folder of
 * @models_dir.  A manifest.json there is believed, and compared with the files;
 * without one the family is told by the names of the files, and @languages
 * ("zh-en") is needed.
 *
 * Returns: (transfer full): the model, its dir the hidden folder.
 */
OyerModel *oyer_model_files_take(const char *from, const char *models_dir,
                                 const char *name, const char *languages,
                                 const char *licence, GError **error);

/* Gives the hidden folder of @model its name; a model there before goes. */
gboolean oyer_model_files_settle(OyerModel *model, const char *models_dir,
                                 GError **error);

/* Removes folder @path with all that is in it; symbolic links are not followed. */
gboolean oyer_model_files_remove(const char *path, GError **error);
