/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcribe/engine.h"

G_DEFINE_QUARK(oyer_engine_error, oyer_engine_error)

void oyer_engine_free(OyerEngine *self)
{
    if (!self)
        return;
    g_free(self->version);
    g_free(self->model);
    self->klass->free(self);
}

OyerEngineStream *oyer_engine_stream_new(OyerEngine *self)
{
    return self->klass->stream_new(self);
}

void oyer_engine_stream_free(OyerEngineStream *stream)
{
    if (stream)
        stream->klass->stream_free(stream);
}

char *oyer_engine_dir(const char *data_dir)
{
    const char *given = g_getenv("OYER_ENGINE_DIR");

    if (given && *given)
        return g_strdup(given);
    return data_dir ? g_build_filename(data_dir, "engine", NULL) : g_strdup("engine");
}
