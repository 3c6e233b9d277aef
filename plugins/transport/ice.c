/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "transport/ice-private.h"

/* RFC 8839 §5.4: the least that is 24 and 128 bits. */
#define UFRAG_MIN 4
#define PWD_MIN 22

static gboolean is_between(const char *text, gsize least, gsize most)
{
    gsize length = text ? strlen(text) : 0;

    return length >= least && length <= most;
}

void oyer_ice_stop(OyerIce *self)
{
    self->class->stop(self);
}

void oyer_ice_free(OyerIce *self)
{
    if (self)
        self->class->free(self);
}

const OyerIceLocal *oyer_ice_local(OyerIce *self)
{
    return self->class->local(self);
}

gboolean oyer_ice_set_remote(OyerIce *self, const char *ufrag, const char *pwd)
{
    return is_between(ufrag, UFRAG_MIN, OYER_ICE_UFRAG_MAX - 1) &&
           is_between(pwd, PWD_MIN, OYER_ICE_PWD_MAX - 1) &&
           self->class->set_remote(self, ufrag, pwd);
}

gboolean oyer_ice_add_candidate(OyerIce *self, const char *candidate)
{
    if (g_str_has_prefix(candidate, "a="))
        candidate += strlen("a=");
    return is_between(candidate, 1, OYER_ICE_CANDIDATE_BYTES_MAX) &&
           g_str_has_prefix(candidate, "candidate:") &&
           self->class->add_candidate(self, candidate);
}

void oyer_ice_restart(OyerIce *self)
{
    self->class->restart(self);
}

guint oyer_ice_receive(OyerIce *self, OyerIceMessage *messages, guint count)
{
    return self->class->receive(self, messages, count);
}

gboolean oyer_ice_path(OyerIce *self, OyerIcePath *out_path)
{
    return self->class->path(self, out_path);
}

gboolean oyer_ice_send(OyerIce *self, const guint8 *data, gsize size)
{
    return self->class->send(self, data, size);
}

void oyer_ice_ask(OyerIce *self)
{
    self->class->ask(self);
}

gboolean oyer_ice_was_heard(OyerIce *self)
{
    return self->class->was_heard(self);
}
