/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What three peers of a hearing may send, in any order: two publish sound and
 * picture, one of them in three layers, each receives the other and answers by
 * transport-cc, the third has the stage and tells of its line by REMB.
 *
 * The input is a row of steps: a byte that says who sends and how much time has
 * passed, a byte of length, and that many bytes of packet.
 */

#include "../../unit/sfu/fixture.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void init_once(void)
{
    static gsize done;

    if (g_once_init_enter(&done)) {
        (void)gst_init(NULL, NULL);
        g_once_init_leave(&done, 1);
    }
}

static void add_layers(World *world, Client *client, const char *track)
{
    static const char *const rids[] = {"q", "h", "f"};
    OyerSdpMedia media = video_media(0);

    media.n_ssrcs = 0;
    media.n_rids = G_N_ELEMENTS(rids);
    memcpy(media.rids, rids, sizeof rids);
    media.extension_map[5] = OYER_EXTENSION_RID;
    media.extension_map[6] = OYER_EXTENSION_REPAIRED_RID;
    (void)oyer_router_add_track(world->router, client->peer, track, OYER_KIND_VIDEO,
                                &media, world->now_us);
}

static void join(World *world, const char *name, const char *other, guint32 ssrc)
{
    Client *client = client_new(world, name);
    g_autofree char *audio = g_strdup_printf("%s-audio", name);
    g_autofree char *video = g_strdup_printf("%s-video", name);

    oyer_router_set_feedback(world->router, client->peer, other ? 3 : 0, world->now_us);
    (void)add_slot(world, client, other, OYER_KIND_AUDIO, ssrc + 500);
    (void)add_slot(world, client, other, OYER_KIND_VIDEO, ssrc + 600);
    if (!other)
        return;
    (void)add_audio(world, client, audio, ssrc);
    if (ssrc == 1000)
        add_layers(world, client, video);
    else
        (void)add_video(world, client, video, ssrc + 100);
}

/* No packet is checked here: that nothing breaks is all that is asked. */
static void swallow(gpointer out, GstBufferList *list, gpointer data)
{
    (void)data;
    g_assert_cmpuint(((Client *)out)->plan.count, <=, OYER_PLAN_MAX);
    for (guint i = 0; i < ((Client *)out)->plan.count; i++)
        g_assert_cmpuint(((Client *)out)->plan.entries[i].index, <,
                         gst_buffer_list_length(list));
    ((Client *)out)->plan.count = 0;
    gst_buffer_list_unref(list);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const OyerRouterOutput output = {
        swallow, on_journal, on_track, on_speaker, on_layers, NULL, NULL};
    World *world;

    init_once();
    world = world_new();
    oyer_router_free(world->router);
    world->router = oyer_router_new(&output, world, world->now_us);
    join(world, "a", "b", 1000);
    join(world, "b", "a", 2000);
    join(world, "c", NULL, 3000);
    while (size > 2) {
        Client *from = world->clients->pdata[data[0] % 3];
        gsize length = MIN(data[1], size - 2);

        if (length)
            give(world, from, gst_buffer_new_memdup(data + 2, length));
        pass_time(world, (data[0] >> 4) * 10 * MS);
        oyer_router_wake(world->router, world->now_us);
        data += 2 + length;
        size -= 2 + length;
    }
    world_free(world);
    return 0;
}
