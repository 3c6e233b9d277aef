/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/stage.h"

#include <string.h>

static guint find(const OyerStage *self, const char *participant)
{
    guint i = 0;

    while (i < self->count && strcmp(self->participants[i], participant) != 0)
        i++;
    return i;
}

void oyer_stage_join(OyerStage *self, const char *participant)
{
    if (self->count == OYER_STAGE_MAX || find(self, participant) < self->count)
        return;
    (void)g_strlcpy(self->participants[self->count++], participant, OYER_ID_BYTES);
}

void oyer_stage_leave(OyerStage *self, const char *participant)
{
    guint at = find(self, participant);

    if (at == self->count)
        return;
    self->count--;
    memmove(self->participants[at], self->participants[at + 1],
            (self->count - at) * sizeof self->participants[0]);
}

void oyer_stage_spoke(OyerStage *self, const char *participant)
{
    guint at;

    oyer_stage_join(self, participant);
    at = find(self, participant);
    if (at == self->count)
        return; /* more people than the stage can rank */
    memmove(self->participants[1], self->participants[0],
            at * sizeof self->participants[0]);
    (void)g_strlcpy(self->participants[0], participant, OYER_ID_BYTES);
}

const char *oyer_stage_choose(const OyerStage *self,
                              gboolean (*may)(const char *participant, gpointer data),
                              gpointer data)
{
    for (guint i = 0; i < self->count; i++)
        if (may(self->participants[i], data))
            return self->participants[i];
    return NULL;
}
