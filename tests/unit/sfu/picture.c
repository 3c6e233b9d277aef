/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the statistics say of pictures: what is sent, and what there is. */

#include "simulcast.h"

typedef struct {
    const char *participant;
    OyerLine line;
} Reading;

static void take_line(const char *participant, const OyerLine *line, gpointer data)
{
    Reading *reading = data;

    if (strcmp(participant, reading->participant) == 0)
        reading->line = *line;
}

static OyerLine line_of(World *world, const char *participant)
{
    Reading reading = {.participant = participant};

    oyer_router_each_line(world->router, take_line, &reading);
    return reading.line;
}

static void assert_pictures(const OyerPictures *pictures, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_append_printf(text, "%u:", pictures->count);
    for (guint i = 0; i < pictures->n_sizes; i++)
        g_string_append_printf(text, " %ux%u", pictures->sizes[i].width,
                               pictures->sizes[i].height);
    g_string_append_printf(text, " of %ux%u", pictures->full.width,
                           pictures->full.height);
    g_assert_cmpstr(text->str, ==, expected);
}

static void assert_layers(const World *world, const guint up[OYER_RUNGS],
                          const guint down[OYER_RUNGS])
{
    OyerPictures in, out;

    oyer_router_pictures(world->router, &in, &out);
    g_assert_cmpmem(in.layers, sizeof in.layers, up, sizeof in.layers);
    g_assert_cmpmem(out.layers, sizeof out.layers, down, sizeof out.layers);
}

static void each_is_told_by_what_is_sent_to_whom(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b"),
           *c = client_new(world, "c");
    Camera camera;
    OyerLine line;
    guint frame = 0;

    set_matrix(world, "{\"b\":{\"a\":2},\"c\":{\"a\":2}}");
    camera_start(&camera, world, a);
    (void)add_slot(world, b, "a", OYER_KIND_VIDEO, 50);
    (void)add_slot(world, c, "a", OYER_KIND_VIDEO, 60);
    wish(world, "b", "a-video", 170);
    wish(world, "c", "a-video", 700);
    for (; frame < 40; frame++)
        camera_shoot(&camera, frame);
    line = line_of(world, "a");
    assert_pictures(&line.up.pictures, "1: 64x180 64x360 64x720 of 64x720");
    assert_pictures(&line.down.pictures, "0: of 0x0");
    line = line_of(world, "b");
    assert_pictures(&line.up.pictures, "0: of 0x0");
    assert_pictures(&line.down.pictures, "1: 64x180 of 64x720");
    line = line_of(world, "c");
    assert_pictures(&line.down.pictures, "1: 64x720 of 64x720");
    assert_layers(world, (guint[]){0, 1, 1, 1}, (guint[]){0, 1, 0, 1});

    /* The layer in the middle is wanted by nobody, then the highest neither. */
    for (; frame < 140; frame++)
        camera_shoot(&camera, frame);
    line = line_of(world, "a");
    assert_pictures(&line.up.pictures, "1: 64x180 64x720 of 64x720");
    wish(world, "c", "a-video", 0);
    for (; frame < 240; frame++)
        camera_shoot(&camera, frame);
    line = line_of(world, "a");
    assert_pictures(&line.up.pictures, "1: 64x180 of 64x720");
    line = line_of(world, "c");
    assert_pictures(&line.down.pictures, "0: of 0x0");
    assert_layers(world, (guint[]){0, 1, 0, 0}, (guint[]){0, 1, 0, 0});
}

static void nothing_is_sent_to_who_may_not_see_it(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b");
    Camera camera;
    OyerLine line;

    camera_start(&camera, world, a);
    (void)add_slot(world, b, "a", OYER_KIND_VIDEO, 50);
    for (guint frame = 0; frame < 40; frame++)
        camera_shoot(&camera, frame);
    line = line_of(world, "b");
    assert_pictures(&line.down.pictures, "1: 64x720 of 64x720");
    set_matrix(world, "{}");
    oyer_router_tick(world->router, world->now_us);
    line = line_of(world, "b");
    assert_pictures(&line.down.pictures, "0: of 0x0");
}

/* WHIP and the recorded voices of `oyer demo` send one layer. */
static void a_track_without_layers_is_one_picture(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b");
    OyerLine line;
    guint16 seq = 0;

    (void)add_video(world, a, "a-video", 500);
    (void)add_audio(world, a, "a-audio", 600);
    (void)add_slot(world, b, "a", OYER_KIND_VIDEO, 50);
    (void)add_slot(world, b, "a", OYER_KIND_AUDIO, 60);
    line = line_of(world, "a");
    assert_pictures(&line.up.pictures, "0: of 0x0");
    for (guint i = 0; i < 30; i++) {
        give(world, a, vp8_new(world, 500, seq++, i == 0));
        pass_time(world, FRAME_US);
    }
    line = line_of(world, "a");
    assert_pictures(&line.up.pictures, "1: 64x48 of 64x48");
    line = line_of(world, "b");
    assert_pictures(&line.down.pictures, "1: 64x48 of 64x48");
    assert_layers(world, (guint[]){1, 0, 0, 0}, (guint[]){1, 0, 0, 0});

    /* The camera stops. */
    pass_time(world, 4 * G_USEC_PER_SEC);
    line = line_of(world, "a");
    assert_pictures(&line.up.pictures, "0: of 0x0");
    line = line_of(world, "b");
    assert_pictures(&line.down.pictures, "0: of 0x0");
}

/* A key frame may not have told: it is a picture, and nothing is made up. */
static void a_picture_of_no_known_size_is_one(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a");
    OyerLine line;

    (void)add_video(world, a, "a-video", 500);
    give(world, a, vp8_new(world, 500, 0, FALSE));
    line = line_of(world, "a");
    assert_pictures(&line.up.pictures, "1: of 0x0");
}

static void of_many_sizes_the_smallest_and_the_largest_stay(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a");
    OyerSource *source = add_video(world, a, "a-video", 500);
    OyerLayer *layer = source->layers[0];
    OyerPictures pictures = {0};

    give(world, a, vp8_new(world, 500, 0, TRUE));
    for (guint i = 0; i < 100; i++) {
        layer->widths[0] = (guint16)(100 + 37 * i % 100);
        layer->heights[0] = 100;
        oyer_pictures_add_source(&pictures, source, world->now_us);
    }
    g_assert_cmpuint(pictures.count, ==, 100);
    g_assert_cmpuint(pictures.n_sizes, ==, OYER_PICTURE_SIZES_MAX);
    g_assert_cmpuint(pictures.sizes[0].width, ==, 100);
    g_assert_cmpuint(pictures.sizes[OYER_PICTURE_SIZES_MAX - 1].width, ==, 199);
    for (guint i = 1; i < OYER_PICTURE_SIZES_MAX; i++)
        g_assert_cmpuint(pictures.sizes[i - 1].width, <, pictures.sizes[i].width);
}

int main(int argc, char *argv[])
{
    gst_init(&argc, &argv);
    g_test_init(&argc, &argv, NULL);
#define TEST(path, func) g_test_add_func("/sfu/picture/" path, func)
    TEST("each-is-told-by-what-is-sent-to-whom", each_is_told_by_what_is_sent_to_whom);
    TEST("nothing-is-sent-to-who-may-not-see-it",
         nothing_is_sent_to_who_may_not_see_it);
    TEST("a-track-without-layers-is-one-picture",
         a_track_without_layers_is_one_picture);
    TEST("a-picture-of-no-known-size-is-one", a_picture_of_no_known_size_is_one);
    TEST("of-many-sizes-the-smallest-and-the-largest-stay",
         of_many_sizes_the_smallest_and_the_largest_stay);
    return g_test_run();
}
