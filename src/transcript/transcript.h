/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A whole transcript and the forms it leaves the house in: WebVTT, JSON, plain
 * text.  serve makes one from its database, the record from session.json; both
 * print it with the functions below.
 *
 * Until a transcript is certified every form says, at its top, that it is a
 * machine's draft and that the recording is the authority.
 *
 * Thread: any; a transcript belongs to one at a time.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

#include "transcript/line.h"

typedef struct {
    char *id, *name, *role; /* role may be NULL */
} OyerTranscriptPerson;

typedef struct {
    char *case_number, *cause, *court; /* each may be NULL */
    char *timezone;                    /* IANA name for the plain text; NULL: UTC */
    gint64 opened_us;                  /* moment 0 of the WebVTT */
    gboolean certified;
    GPtrArray *people; /* of OyerTranscriptPerson */
    GPtrArray *lines;  /* of OyerLine, in any order: printing sorts them */
} OyerTranscript;

OyerTranscript *oyer_transcript_new(void);
void oyer_transcript_free(OyerTranscript *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerTranscript, oyer_transcript_free)

/* @role may be NULL.  The strings are copied. */
void oyer_transcript_add_person(OyerTranscript *self, const char *id, const char *name,
                                const char *role);

/* Takes @line. */
void oyer_transcript_take_line(OyerTranscript *self, OyerLine *line);

/* The name of person @id; @id itself when unknown; "" for NULL.  Borrowed. */
const char *oyer_transcript_name(const OyerTranscript *self, const char *id);

/* (transfer full): that in a session.json (docs/RECORD.md), or NULL with @error. */
OyerTranscript *oyer_transcript_from_session(const json_t *session, GError **error);

/* (transfer full): the three forms, UTF-8.  Lines are put in order first. */
char *oyer_transcript_to_vtt(OyerTranscript *self);
char *oyer_transcript_to_json(OyerTranscript *self);
char *oyer_transcript_to_text(OyerTranscript *self);
