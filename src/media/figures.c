/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "media/figures.h"

void oyer_media_figures_keep(OyerMediaFigures *self, const OyerMediaFigures *more)
{
#define X(name) self->name += more->name;
    OYER_MEDIA_COUNTERS(X)
#undef X
}

void oyer_media_figures_add(OyerMediaFigures *self, const OyerMediaFigures *more)
{
    guint64 age_us = MAX(self->journal_age_us, more->journal_age_us);
    guint64 late_us = MAX(self->worker_late_us, more->worker_late_us);

    oyer_media_figures_keep(self, more);
#define X(name) self->name += more->name;
    OYER_MEDIA_GAUGES(X)
#undef X
    self->journal_age_us = age_us;
    self->worker_late_us = late_us;
}

json_t *oyer_media_figures_to_json(const OyerMediaFigures *self)
{
    json_t *object = json_object();

#define X(name) \
    json_object_set_new(object, #name, json_integer((json_int_t)self->name));
    OYER_MEDIA_COUNTERS(X)
    OYER_MEDIA_GAUGES(X)
#undef X
    return object;
}
