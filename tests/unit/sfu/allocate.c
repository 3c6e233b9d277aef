/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/allocate.h"

#define SLOTS_MAX 12
#define ROUNDS 4000

static OyerAllocateSlot sound(void)
{
    return (OyerAllocateSlot){
        .class_ = OYER_ALLOCATE_AUDIO, .n_layers = 1, .layers = {{.kbps = 40}}};
}

/* Three sizes, as a browser sends them: 150, 500 and 1700 kbit/s. */
static OyerAllocateSlot camera(OyerAllocateClass class, guint wish_height)
{
    return (OyerAllocateSlot){
        .class_ = (int)class,
        .n_layers = 3,
        .layers = {{150, 0, 0, 180}, {500, 1, 0, 360}, {1700, 2, 0, 720}},
        .wish_height = wish_height,
    };
}

static void sound_is_sent_whatever_the_budget(void)
{
    OyerAllocateSlot slots[] = {camera(OYER_ALLOCATE_JUDGE, 0), sound(), sound()};

    oyer_allocate(slots, G_N_ELEMENTS(slots), 0);
    g_assert_cmpint(slots[0].layer, ==, -1);
    g_assert_cmpint(slots[1].layer, ==, 0);
    g_assert_cmpint(slots[2].layer, ==, 0);
    g_assert_cmpuint(oyer_allocate_kbps(slots, G_N_ELEMENTS(slots)), ==, 80);
}

static void the_judge_is_the_last_to_be_dropped(void)
{
    OyerAllocateSlot slots[] = {
        camera(OYER_ALLOCATE_OTHER, 0),
        camera(OYER_ALLOCATE_CHOSEN, 0),
        camera(OYER_ALLOCATE_SPEAKER_OR_EXHIBIT, 0),
        camera(OYER_ALLOCATE_JUDGE, 0),
    };

    for (guint shown = 0; shown <= 4; shown++) {
        oyer_allocate(slots, G_N_ELEMENTS(slots), 150 * shown);
        for (guint i = 0; i < 4; i++)
            g_assert_cmpint(slots[3 - i].layer, ==, i < shown ? 0 : -1);
    }
}

static void the_speaker_is_seen_before_the_judge_is_sharp(void)
{
    OyerAllocateSlot slots[] = {
        camera(OYER_ALLOCATE_JUDGE, 0),
        camera(OYER_ALLOCATE_SPEAKER_OR_EXHIBIT, 0),
        camera(OYER_ALLOCATE_OTHER, 0),
    };

    oyer_allocate(slots, G_N_ELEMENTS(slots), 700);
    g_assert_cmpint(slots[0].layer, ==, 1);
    g_assert_cmpint(slots[1].layer, ==, 0);
    g_assert_cmpint(slots[2].layer, ==, -1);
}

static void the_others_share_evenly(void)
{
    OyerAllocateSlot slots[] = {
        camera(OYER_ALLOCATE_OTHER, 0),
        camera(OYER_ALLOCATE_OTHER, 0),
        camera(OYER_ALLOCATE_OTHER, 0),
    };

    oyer_allocate(slots, G_N_ELEMENTS(slots), 1500);
    for (guint i = 0; i < 3; i++)
        g_assert_cmpint(slots[i].layer, ==, 1);
}

static void nothing_larger_is_sent_than_is_shown(void)
{
    OyerAllocateSlot slots[] = {
        camera(OYER_ALLOCATE_JUDGE, 200),
        camera(OYER_ALLOCATE_OTHER, 100),
        camera(OYER_ALLOCATE_OTHER, 2000),
    };

    oyer_allocate(slots, G_N_ELEMENTS(slots), 100000);
    g_assert_cmpint(slots[0].layer, ==, 1);
    g_assert_cmpint(slots[1].layer, ==, 0);
    g_assert_cmpint(slots[2].layer, ==, 2);
}

static void a_document_is_sharp_before_it_is_smooth(void)
{
    OyerAllocateSlot slot = {
        .class_ = OYER_ALLOCATE_SPEAKER_OR_EXHIBIT,
        .n_layers = 4,
        .layers = {{100, 0, 0, 360},
                   {200, 0, 1, 360},
                   {300, 1, 0, 1080},
                   {600, 1, 1, 1080}},
        .screen = TRUE,
    };
    const struct {
        guint budget_kbps;
        int layer;
    } cases[] = {{99, -1}, {100, 0}, {250, 1}, {300, 2}, {599, 2}, {600, 3}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        oyer_allocate(&slot, 1, cases[i].budget_kbps);
        g_assert_cmpint(slot.layer, ==, cases[i].layer);
    }
}

/* ---- what holds for any slots ---- */

static void make_slot(OyerAllocateSlot *slot)
{
    guint kbps = 0;

    *slot = (OyerAllocateSlot){
        .class_ = g_test_rand_int_range(OYER_ALLOCATE_AUDIO, OYER_ALLOCATE_OTHER + 1),
        .n_layers = (guint)g_test_rand_int_range(0, OYER_ALLOCATE_LAYERS_MAX + 1),
        .wish_height = (guint)g_test_rand_int_range(0, 1200),
        .screen = g_test_rand_bit(),
    };
    for (guint i = 0; i < slot->n_layers; i++)
        slot->layers[i] = (OyerAllocateLayer){
            .kbps = kbps += (guint)g_test_rand_int_range(0, 900),
            .spatial = (guint8)(i / 3),
            .temporal = (guint8)(i % 3),
            .height = (guint16)(180 << i / 3),
        };
}

static gboolean may_be_shown(const OyerAllocateSlot *slot, guint kbps)
{
    return slot->n_layers && slot->layers[0].kbps <= kbps;
}

static void check_slot(const OyerAllocateSlot *slot, guint left)
{
    g_assert_cmpint(slot->layer, >=, -1);
    g_assert_cmpint(slot->layer, <, (int)slot->n_layers);
    if (slot->class_ == OYER_ALLOCATE_AUDIO)
        g_assert_cmpint(slot->layer, ==, (int)slot->n_layers - 1);
    else if (slot->layer < 0)
        g_assert_false(may_be_shown(slot, left));
}

/* The same without those of the classes behind @class. */
static void allocate_up_to(OyerAllocateSlot *slots, guint count, int class,
                           guint budget_kbps)
{
    for (guint i = 0; i < count; i++)
        if (slots[i].class_ > class)
            slots[i].n_layers = 0;
    oyer_allocate(slots, count, budget_kbps);
}

static void check_classes(const OyerAllocateSlot *slots, guint count, guint budget_kbps)
{
    OyerAllocateSlot alone[SLOTS_MAX];

    for (int class = OYER_ALLOCATE_JUDGE; class < OYER_ALLOCATE_OTHER; class ++) {
        for (guint i = 0; i < count; i++)
            alone[i] = slots[i];
        allocate_up_to(alone, count, class, budget_kbps);
        for (guint i = 0; i < count; i++) {
            if (slots[i].class_ > class)
                continue;
            g_assert_cmpint(slots[i].layer < 0, ==, alone[i].layer < 0);
            if (class == OYER_ALLOCATE_CHOSEN)
                g_assert_cmpint(slots[i].layer, ==, alone[i].layer);
        }
    }
}

static void no_class_costs_a_higher_one_its_picture(void)
{
    OyerAllocateSlot slots[SLOTS_MAX];

    for (guint round = 0; round < ROUNDS; round++) {
        guint count = (guint)g_test_rand_int_range(0, SLOTS_MAX + 1), sound_kbps = 0;
        guint budget_kbps = (guint)g_test_rand_int_range(0, 12000), used;

        for (guint i = 0; i < count; i++) {
            make_slot(&slots[i]);
            if (slots[i].class_ == OYER_ALLOCATE_AUDIO && slots[i].n_layers)
                sound_kbps += slots[i].layers[slots[i].n_layers - 1].kbps;
        }
        oyer_allocate(slots, count, budget_kbps);
        used = oyer_allocate_kbps(slots, count);
        g_assert_cmpuint(used, <=, MAX(budget_kbps, sound_kbps));
        for (guint i = 0; i < count; i++)
            check_slot(&slots[i], budget_kbps - MIN(used, budget_kbps));
        check_classes(slots, count, budget_kbps);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sfu/allocate/sound-is-sent-whatever-the-budget",
                    sound_is_sent_whatever_the_budget);
    g_test_add_func("/sfu/allocate/the-judge-is-the-last-to-be-dropped",
                    the_judge_is_the_last_to_be_dropped);
    g_test_add_func("/sfu/allocate/the-speaker-is-seen-before-the-judge-is-sharp",
                    the_speaker_is_seen_before_the_judge_is_sharp);
    g_test_add_func("/sfu/allocate/the-others-share-evenly", the_others_share_evenly);
    g_test_add_func("/sfu/allocate/nothing-larger-is-sent-than-is-shown",
                    nothing_larger_is_sent_than_is_shown);
    g_test_add_func("/sfu/allocate/a-document-is-sharp-before-it-is-smooth",
                    a_document_is_sharp_before_it_is_smooth);
    g_test_add_func("/sfu/allocate/no-class-costs-a-higher-one-its-picture",
                    no_class_costs_a_higher_one_its_picture);
    return g_test_run();
}
