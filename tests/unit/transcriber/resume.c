/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/resume.h"

#include <string.h>

#include <glib/gstdio.h>

#include "base/json.h"

static const OyerResume sample = {
    .segment = 3,
    .offset = G_GUINT64_CONSTANT(18220),
    .ssrc = 0xfffffff0,
    .seq = 65535,
    .rtp_time = 0xffffff00,
    .utc_us = G_GINT64_CONSTANT(1800000000000001),
    .is_speaking = TRUE,
    .lines = 12,
    .last_start_us = G_GINT64_CONSTANT(1799999999999999),
};

static void test_json_keeps_every_field(void)
{
    g_autoptr(json_t) json = oyer_resume_to_json(&sample);
    OyerResume read = {0};

    g_assert_true(oyer_resume_from_json(json, &read));
    g_assert_cmpuint(read.segment, ==, sample.segment);
    g_assert_cmpuint(read.offset, ==, sample.offset);
    g_assert_cmpuint(read.ssrc, ==, sample.ssrc);
    g_assert_cmpuint(read.seq, ==, sample.seq);
    g_assert_cmpuint(read.rtp_time, ==, sample.rtp_time);
    g_assert_cmpint(read.utc_us, ==, sample.utc_us);
    g_assert_true(read.is_speaking);
    g_assert_cmpint(read.lines, ==, sample.lines);
    g_assert_cmpint(read.last_start_us, ==, sample.last_start_us);
}

static void test_refuses_what_cannot_be_a_place(void)
{
    static const char *const wrong[] = {
        "{}",
        "[]",
        "{\"at\":\"0:5\",\"ssrc\":1,\"seq\":1,\"rtp\":1}",
        "{\"at\":\"1:\",\"ssrc\":1,\"seq\":1,\"rtp\":1}",
        "{\"at\":\"1:5x\",\"ssrc\":1,\"seq\":1,\"rtp\":1}",
        "{\"at\":\"-1:5\",\"ssrc\":1,\"seq\":1,\"rtp\":1}",
        "{\"at\":\"1:99999999999999999999999\",\"ssrc\":1,\"seq\":1,\"rtp\":1}",
        "{\"at\":\"1:5\",\"ssrc\":1,\"seq\":65536,\"rtp\":1}",
        "{\"at\":\"1:5\",\"ssrc\":4294967296,\"seq\":1,\"rtp\":1}",
        "{\"at\":\"1:5\",\"ssrc\":1,\"seq\":1}",
    };

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(json_t) json = json_loads(wrong[i], 0, NULL);
        OyerResume read;
        g_assert_false(oyer_resume_from_json(json, &read));
    }
}

static void test_a_plan_keeps_the_farthest_place_of_each_track(void)
{
    g_auto(OyerResumePlan) plan;
    OyerResume nearer = sample, farther = sample;

    oyer_resume_plan_init(&plan);
    plan.segment = 9;
    nearer.offset -= 100;
    farther.seq = 3; /* across the wrap, at the same place */
    oyer_resume_plan_add(&plan, "a", &nearer);
    oyer_resume_plan_add(&plan, "a", &farther);
    oyer_resume_plan_add(&plan, "a", &sample);
    const OyerResume *kept = g_hash_table_lookup(plan.tracks, "a");
    g_assert_cmpuint(kept->seq, ==, 3);
    g_autofree char *position = oyer_resume_plan_position(&plan);
    g_assert_cmpstr(position, ==, "3:18220");
}

static void test_a_saved_plan_is_read_back_and_a_broken_one_costs_nothing(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *dir = g_dir_make_tmp("resume-XXXXXX", &error);
    g_assert_no_error(error);
    g_autofree char *path = g_build_filename(dir, "resume.json", NULL);
    g_auto(OyerResumePlan) plan;
    g_auto(OyerResumePlan) read;
    g_auto(OyerResumePlan) broken;

    oyer_resume_plan_init(&plan);
    oyer_resume_plan_init(&read);
    oyer_resume_plan_init(&broken);
    plan.segment = 4;
    plan.offset = 44;
    oyer_resume_plan_add(&plan, "a", &sample);
    g_assert_true(oyer_resume_plan_save(&plan, path, &error));
    g_assert_no_error(error);
    oyer_resume_plan_load(&read, path);
    g_assert_cmpuint(read.segment, ==, 4);
    g_assert_cmpuint(g_hash_table_size(read.tracks), ==, 1);

    g_assert_true(g_file_set_contents(path, "{\"version\":1,", -1, NULL));
    oyer_resume_plan_load(&broken, path);
    g_autofree char *position = oyer_resume_plan_position(&broken);
    g_assert_cmpstr(position, ==, "1:0");
    g_assert_cmpint(g_unlink(path), ==, 0);
    g_assert_cmpint(g_rmdir(dir), ==, 0);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transcriber/resume/json-keeps-every-field",
                    test_json_keeps_every_field);
    g_test_add_func("/transcriber/resume/refuses-what-cannot-be-a-place",
                    test_refuses_what_cannot_be_a_place);
    g_test_add_func("/transcriber/resume/a-plan-keeps-the-farthest-place-of-each-track",
                    test_a_plan_keeps_the_farthest_place_of_each_track);
    g_test_add_func(
        "/transcriber/resume/a-saved-plan-is-read-back-and-a-broken-one-costs-nothing",
        test_a_saved_plan_is_read_back_and_a_broken_one_costs_nothing);
    return g_test_run();
}
