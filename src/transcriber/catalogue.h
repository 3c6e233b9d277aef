/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The speech models that "oyer model install NAME" knows: their publisher's
 * address, what they speak, under which licence.  All are streaming models for
 * sherpa-onnx.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

typedef struct {
    const char *name, *url;
    const char *sha256;    /* of the file at url; NULL: not known to us */
    const char *languages; /* "zh-en" */
    guint used_mb;         /* of the files that are kept; the download holds more */
    const char *licence, *note;
} OyerCatalogueEntry;

/* All of them, ended by one without a name. */
const OyerCatalogueEntry *oyer_catalogue(void);

/* NULL: not in it. */
const OyerCatalogueEntry *oyer_catalogue_find(const char *name);
