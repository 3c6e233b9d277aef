/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/catalogue.h"

#include <string.h>

#define RELEASES "https://github.com/k2-fsa/sherpa-onnx/releases/download/asr-models/"
#define ENTRY(model) .name = model, .url = RELEASES model ".tar.bz2"

/* Sizes and licences are those on the publisher's model cards. */
static const OyerCatalogueEntry catalogue[] = {
    {ENTRY("sherpa-onnx-streaming-zipformer-zh-int8-2025-06-30"), .languages = "zh",
     .used_mb = 160, .licence = "see its README",
     .note = "Mandarin, the best of these"},
    {ENTRY("sherpa-onnx-streaming-zipformer-multi-zh-hans-2023-12-12"),
     .languages = "zh", .used_mb = 76, .licence = "Apache-2.0",
     .note = "Mandarin, lighter"},
    {ENTRY("sherpa-onnx-streaming-zipformer-zh-14M-2023-02-23"), .languages = "zh",
     .used_mb = 30, .licence = "Apache-2.0", .note = "Mandarin, for small machines"},
    {ENTRY("sherpa-onnx-streaming-zipformer-bilingual-zh-en-2023-02-20"),
     .languages = "zh-en", .used_mb = 199, .licence = "Apache-2.0",
     .note = "Mandarin and English, mixed in one sentence too"},
    {ENTRY("sherpa-onnx-streaming-zipformer-small-bilingual-zh-en-2023-02-16"),
     .languages = "zh-en", .used_mb = 60, .licence = "Apache-2.0",
     .note = "Mandarin and English, lighter"},
    {ENTRY("sherpa-onnx-streaming-paraformer-bilingual-zh-en"), .languages = "zh-en",
     .used_mb = 226, .licence = "FunASR Model License 1.1",
     .note = "Mandarin and English; no times of its own within a line"},
    {ENTRY("sherpa-onnx-streaming-zipformer-en-2023-06-26"), .languages = "en",
     .used_mb = 74, .licence = "Apache-2.0", .note = "English"},
    {ENTRY("sherpa-onnx-streaming-zipformer-en-20M-2023-02-17"), .languages = "en",
     .used_mb = 45, .licence = "Apache-2.0", .note = "English, for small machines"},
    {.name = NULL},
};

const OyerCatalogueEntry *oyer_catalogue(void)
{
    return catalogue;
}

const OyerCatalogueEntry *oyer_catalogue_find(const char *name)
{
    for (const OyerCatalogueEntry *entry = catalogue; entry->name; entry++)
        if (strcmp(entry->name, name) == 0)
            return entry;
    return NULL;
}
