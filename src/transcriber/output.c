/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/output.h"

#include <stdio.h>
#include <unistd.h>

#include <poll.h>

#include "base/json.h"

static const char *const state_names[] = {"live", "catching_up", "unavailable",
                                          "ended"};

void oyer_output_json(const json_t *json)
{
    g_autofree char *text = oyer_json_text(json);

    if (fputs(text, stdout) < 0 || putchar('\n') < 0 || fflush(stdout) != 0)
        _exit(1);
}

static void set_text(json_t *json, const char *field, const char *text)
{
    (void)json_object_set_new(json, field, text ? json_string(text) : json_null());
}

void oyer_output_status(OyerOutputState state, const OyerChoice *choice,
                        const OyerEngine *engine, gint64 behind_ms)
{
    g_autofree char *digest = choice->model ? oyer_model_digest(choice->model) : NULL;
    g_autoptr(json_t) json =
        oyer_json_pack("{s:s,s:s}", "event", "status", "state", state_names[state]);

    set_text(json, "engine", engine ? engine->klass->name : "none");
    set_text(json, "engine_version", engine ? engine->version : NULL);
    set_text(json, "model", engine ? engine->model : NULL);
    set_text(json, "model_sha256", engine ? digest : NULL);
    set_text(json, "language", choice->language);
    (void)json_object_set_new(json, "rough",
                              json_boolean(engine && engine->klass->rough));
    set_text(json, "reason", choice->reason);
    set_text(json, "detail", choice->detail);
    (void)json_object_set_new(json, "behind_ms", json_integer(behind_ms));
    oyer_output_json(json);
}

void oyer_output_partial(const OyerUtterance *utterance)
{
    const OyerHeard *heard = utterance->heard;
    g_autoptr(json_t) json =
        oyer_json_pack("{s:s,s:s,s:s,s:I,s:i,s:I,s:I,s:s}", "event", "partial",
                       "participant", utterance->participant, "track", utterance->track,
                       "segment", (json_int_t)utterance->number, "revision", 1,
                       "start_us", (json_int_t)utterance->start_us, "end_us",
                       (json_int_t)utterance->end_us, "text", heard ? heard->text : "");

    oyer_output_json(json);
}

void oyer_output_wait(int timeout_ms)
{
    /* No events asked for: only that the other end is gone is told. */
    struct pollfd out = {.fd = STDOUT_FILENO};

    if (poll(&out, 1, timeout_ms) > 0 && (out.revents & (POLLERR | POLLNVAL)))
        _exit(1);
    if (out.revents) /* POLLHUP of a file or terminal comes at once */
        g_usleep((gulong)timeout_ms * 1000);
}
