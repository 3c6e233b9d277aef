/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "api/people.h"

#include "api/internal.h"
#include "post/provider.h"

/* A court that begins work at nine, behind one address, is let in. */
#define ARRIVALS_PER_SECOND 1.0
#define ARRIVALS_BURST 30.0

OyerPeople *oyer_people_new(void)
{
    OyerPeople *self = g_new0(OyerPeople, 1);

    self->guards = g_ptr_array_new_with_free_func(g_free);
    self->hasher = oyer_hasher_new();
    self->arrivals = oyer_limiter_new(ARRIVALS_PER_SECOND, ARRIVALS_BURST);
    self->busy = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return self;
}

void oyer_people_stop(OyerPeople *self)
{
    oyer_hasher_stop(self->hasher);
    oyer_provider_stop(self->provider);
}

void oyer_people_free(OyerPeople *self)
{
    if (self == NULL)
        return;
    oyer_hasher_free(self->hasher);
    oyer_provider_free(self->provider);
    oyer_limiter_free(self->arrivals);
    g_hash_table_unref(self->busy);
    g_ptr_array_unref(self->guards);
    g_free(self);
}

gboolean oyer_people_take_turn(OyerHouse *house, OyerRequest *request)
{
    if (oyer_limiter_take(house->people->arrivals, oyer_request_peer(request),
                          g_get_monotonic_time()))
        return TRUE;
    oyer_request_refuse_hurry(request, 5);
    return FALSE;
}

void oyer_house_set_courier(OyerHouse *self, OyerCourier courier, gpointer data)
{
    self->people->courier = courier;
    self->people->courier_data = data;
}
