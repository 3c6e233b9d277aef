/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One blocking HTTP request, for test programs that speak WHIP, WHEP and the
 * REST interface from outside.  Plain http only.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

typedef struct {
    const char *method, *url;
    const char *token;               /* bearer; NULL: none */
    const char *content_type, *body; /* NULL: none */
} OyerHttpRequest;

typedef struct {
    guint status;
    char *headers; /* as they came, with the status line */
    char *body;    /* ended by 0 */
} OyerHttpReply;

/* FALSE: no answer at all.  A status of 400 and more is an answer. */
gboolean oyer_http(const OyerHttpRequest *request, OyerHttpReply *out_reply,
                   GError **error);

/* Returns: (transfer full): the value of header @name, or NULL. */
char *oyer_http_header(const OyerHttpReply *reply, const char *name);

void oyer_http_reply_clear(OyerHttpReply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OyerHttpReply, oyer_http_reply_clear)
