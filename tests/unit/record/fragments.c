/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/fragments.h"

#include "unit/record/fixture.h"

#define START FIXTURE_UTC_US

static void assert_covers(const GArray *fragments, guint64 size)
{
    guint64 at = 0;

    for (guint i = 0; i < fragments->len; i++) {
        const OyerFragment *fragment = &g_array_index(fragments, OyerFragment, i);
        g_assert_cmpuint(fragment->from, ==, at);
        g_assert_cmpuint(fragment->to, >=, fragment->from);
        at = fragment->to;
    }
    g_assert_cmpuint(at, ==, size);
}

static void test_cuts_webm_each_second(void)
{
    static const guint cluster_ms[] = {500, 1000, 5000};

    for (guint i = 0; i < G_N_ELEMENTS(cluster_ms); i++) {
        g_autoptr(GByteArray) webm = webm_make(5, cluster_ms[i]);
        g_autoptr(GArray) fragments =
            oyer_fragments_cut(webm->data, webm->len, START, 5 * G_USEC_PER_SEC);

        assert_covers(fragments, webm->len);
        g_assert_cmpuint(fragments->len, >=, 5);
        for (guint j = 1; j < fragments->len; j++) {
            const OyerFragment *fragment = &g_array_index(fragments, OyerFragment, j);
            g_assert_cmpint(fragment->at_us - (fragment - 1)->at_us, >, 0);
            g_assert_cmpint(fragment->at_us - (fragment - 1)->at_us, <=,
                            G_USEC_PER_SEC);
        }
    }
}

static void put32(GByteArray *out, guint32 value)
{
    guint8 bytes[4] = {(guint8)(value >> 24), (guint8)(value >> 16),
                       (guint8)(value >> 8), (guint8)value};
    g_byte_array_append(out, bytes, 4);
}

static guint begin_box(GByteArray *out, const char *type)
{
    guint at = out->len;

    put32(out, 0);
    g_byte_array_append(out, (const guint8 *)type, 4);
    return at;
}

static void end_box(GByteArray *out, guint at)
{
    guint32 size = out->len - at;

    for (guint i = 0; i < 4; i++)
        out->data[at + i] = (guint8)(size >> (24 - 8 * i));
}

/* One track, timescale 1000, 10 samples a chunk of 1 s, chunks of 100 bytes. */
static GByteArray *mp4_make(guint seconds)
{
    GByteArray *out = g_byte_array_new();
    guint ftyp = begin_box(out, "ftyp");
    put32(out, 0x69736f6d);
    end_box(out, ftyp);
    guint mdat = begin_box(out, "mdat"), first = out->len;
    for (guint i = 0; i < seconds * 25; i++)
        put32(out, i);
    end_box(out, mdat);

    guint moov = begin_box(out, "moov"), trak = begin_box(out, "trak");
    guint mdia = begin_box(out, "mdia"), mdhd = begin_box(out, "mdhd");
    const guint32 head[] = {0, 0, 0, 1000, seconds * 1000, 0};
    for (guint i = 0; i < G_N_ELEMENTS(head); i++)
        put32(out, head[i]);
    end_box(out, mdhd);
    guint minf = begin_box(out, "minf"), stbl = begin_box(out, "stbl");
    const guint32 stts[] = {0, 1, seconds * 10, 100}, stsc[] = {0, 1, 1, 10, 1};
    guint box = begin_box(out, "stts");
    for (guint i = 0; i < G_N_ELEMENTS(stts); i++)
        put32(out, stts[i]);
    end_box(out, box);
    box = begin_box(out, "stsc");
    for (guint i = 0; i < G_N_ELEMENTS(stsc); i++)
        put32(out, stsc[i]);
    end_box(out, box);
    box = begin_box(out, "stco");
    put32(out, 0);
    put32(out, seconds);
    for (guint i = 0; i < seconds; i++)
        put32(out, first + i * 100);
    end_box(out, box);
    end_box(out, stbl);
    end_box(out, minf);
    end_box(out, mdia);
    end_box(out, trak);
    end_box(out, moov);
    return out;
}

static void test_cuts_mp4_by_its_tables(void)
{
    g_autoptr(GByteArray) mp4 = mp4_make(6);
    g_autoptr(GArray) fragments =
        oyer_fragments_cut(mp4->data, mp4->len, START, 6 * G_USEC_PER_SEC);

    assert_covers(fragments, mp4->len);
    /* The head, then each second at its chunk. */
    g_assert_cmpuint(fragments->len, ==, 7);
    for (guint i = 1; i < fragments->len; i++) {
        const OyerFragment *fragment = &g_array_index(fragments, OyerFragment, i);
        g_assert_cmpuint(fragment->from, ==, 20 + (i - 1) * 100);
        g_assert_cmpint(fragment->at_us, ==, START + (gint64)(i - 1) * G_USEC_PER_SEC);
    }
}

static void test_covers_whatever_it_is_given(void)
{
    for (guint size = 0; size < 300; size++) {
        g_autofree guint8 *bytes = g_malloc0(size + 1);
        for (guint i = 0; i < size; i++)
            bytes[i] = (guint8)g_test_rand_int();
        g_autoptr(GArray) fragments =
            oyer_fragments_cut(bytes, size, START, 5 * G_USEC_PER_SEC);
        assert_covers(fragments, size);
    }
}

static void test_comes_back_from_json(void)
{
    g_autoptr(GByteArray) webm = webm_make(5, 500);
    g_autoptr(GArray) fragments =
        oyer_fragments_cut(webm->data, webm->len, START, 5 * G_USEC_PER_SEC);
    g_autoptr(GError) error = NULL;
    const char *participant;

    oyer_fragments_hash(fragments, webm->data, webm->len);
    json_t *json = oyer_fragments_to_json(fragments, "wit_2", "camera");
    g_autoptr(GArray) back =
        oyer_fragments_from_json(json, webm->len, &participant, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(participant, ==, "wit_2");
    g_assert_cmpuint(back->len, ==, fragments->len);
    for (guint i = 0; i < back->len; i++) {
        const OyerFragment *one = &g_array_index(fragments, OyerFragment, i);
        const OyerFragment *other = &g_array_index(back, OyerFragment, i);
        g_assert_cmpuint(one->from, ==, other->from);
        g_assert_cmpuint(one->to, ==, other->to);
        g_assert_cmpint(one->at_us, ==, other->at_us);
        g_assert_cmpstr(one->sha256, ==, other->sha256);
    }

    /* A hole is refused. */
    json_array_remove(json, 1);
    g_assert_null(oyer_fragments_from_json(json, webm->len, NULL, &error));
    g_assert_error(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_INVALID);
    json_decref(json);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/record/fragments/cuts-webm-each-second",
                    test_cuts_webm_each_second);
    g_test_add_func("/record/fragments/cuts-mp4-by-its-tables",
                    test_cuts_mp4_by_its_tables);
    g_test_add_func("/record/fragments/covers-whatever-it-is-given",
                    test_covers_whatever_it_is_given);
    g_test_add_func("/record/fragments/comes-back-from-json",
                    test_comes_back_from_json);
    return g_test_run();
}
