/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/parts.h"

#include <string.h>

#include <glib/gstdio.h>

#define SIZE (2 * OYER_PART_BYTES + 1000)

typedef struct {
    char *folder, *path;
    guint8 *data;
    OyerParts parts;
} Upload;

static void set_up(Upload *upload, gconstpointer unused G_GNUC_UNUSED)
{
    upload->folder = g_dir_make_tmp("oyer-parts-XXXXXX", NULL);
    upload->path = g_build_filename(upload->folder, "file", NULL);
    upload->data = g_malloc(SIZE);
    for (gsize i = 0; i < SIZE; i++)
        upload->data[i] = (guint8)(i * 7 + i / 1000);
    upload->parts = (OyerParts){upload->path, SIZE};
}

static void tear_down(Upload *upload, gconstpointer unused G_GNUC_UNUSED)
{
    oyer_parts_forget(&upload->parts, TRUE);
    g_assert_cmpint(g_rmdir(upload->folder), ==, 0);
    g_free(upload->folder);
    g_free(upload->path);
    g_free(upload->data);
}

static OyerPartsAnswer put_bytes(Upload *upload, guint number, const void *data,
                                 gsize size)
{
    g_autoptr(GBytes) bytes = g_bytes_new(data, size);
    char sha256[OYER_SHA256_HEX_SIZE];

    oyer_sha256_hex(data, size, sha256);
    return oyer_parts_put(&upload->parts, number, bytes, sha256, NULL);
}

static OyerPartsAnswer put(Upload *upload, guint number)
{
    return put_bytes(upload, number, upload->data + (gsize)number * OYER_PART_BYTES,
                     number < 2 ? OYER_PART_BYTES : SIZE - 2 * OYER_PART_BYTES);
}

static void assert_missing(Upload *upload, guint first, guint last)
{
    g_autoptr(GArray) pairs = oyer_parts_missing(&upload->parts, 100, NULL);

    g_assert_cmpuint(pairs->len, ==, 2);
    g_assert_cmpuint(g_array_index(pairs, guint, 0), ==, first);
    g_assert_cmpuint(g_array_index(pairs, guint, 1), ==, last);
}

static void test_comes_in_any_order_and_twice(Upload *upload,
                                              gconstpointer unused G_GNUC_UNUSED)
{
    char sha256[OYER_SHA256_HEX_SIZE], whole[OYER_SHA256_HEX_SIZE];

    assert_missing(upload, 0, 2);
    g_assert_cmpint(put(upload, 2), ==, OYER_PARTS_FINE);
    g_assert_cmpint(put(upload, 0), ==, OYER_PARTS_FINE);
    g_assert_cmpint(put(upload, 0), ==, OYER_PARTS_FINE);
    assert_missing(upload, 1, 1);
    g_assert_cmpint(oyer_parts_finish(&upload->parts, sha256, NULL), ==,
                    OYER_PARTS_MISSING);
    g_assert_cmpint(put(upload, 1), ==, OYER_PARTS_FINE);
    g_assert_cmpint(oyer_parts_finish(&upload->parts, sha256, NULL), ==,
                    OYER_PARTS_FINE);
    oyer_sha256_hex(upload->data, SIZE, whole);
    g_assert_cmpstr(sha256, ==, whole);
}

static void test_refuses_what_is_not_that_part(Upload *upload,
                                               gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static(upload->data, OYER_PART_BYTES);

    g_assert_cmpint(put_bytes(upload, 3, "", 0), ==, OYER_PARTS_BAD);
    g_assert_cmpint(put_bytes(upload, 0, upload->data, 10), ==, OYER_PARTS_BAD);
    g_assert_cmpint(put_bytes(upload, 2, upload->data, OYER_PART_BYTES), ==,
                    OYER_PARTS_BAD);
    g_assert_cmpint(oyer_parts_put(&upload->parts, 0, bytes, "00", NULL), ==,
                    OYER_PARTS_HASH);
    g_assert_cmpint(put(upload, 0), ==, OYER_PARTS_FINE);
    g_assert_cmpint(
        put_bytes(upload, 0, upload->data + OYER_PART_BYTES, OYER_PART_BYTES), ==,
        OYER_PARTS_DIFFERS);
}

/* As after a power cut: the list knew of a part that never came to the disk. */
static void test_asks_again_for_what_the_disk_lost(Upload *upload,
                                                   gconstpointer unused G_GNUC_UNUSED)
{
    char sha256[OYER_SHA256_HEX_SIZE];

    for (guint i = 0; i < 3; i++)
        g_assert_cmpint(put(upload, i), ==, OYER_PARTS_FINE);
    FILE *file = g_fopen(upload->path, "r+b");
    g_assert_cmpint(fseek(file, OYER_PART_BYTES + 5, SEEK_SET), ==, 0);
    g_assert_cmpint(fputc(~upload->data[OYER_PART_BYTES + 5], file), !=, EOF);
    g_assert_cmpint(fclose(file), ==, 0);
    g_assert_cmpint(oyer_parts_finish(&upload->parts, sha256, NULL), ==,
                    OYER_PARTS_MISSING);
    assert_missing(upload, 1, 1);
    g_assert_cmpint(put(upload, 1), ==, OYER_PARTS_FINE);
    g_assert_cmpint(oyer_parts_finish(&upload->parts, sha256, NULL), ==,
                    OYER_PARTS_FINE);
}

#define ADD(name, func) \
    g_test_add("/filing/parts/" name, Upload, NULL, set_up, func, tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("comes-in-any-order-and-twice", test_comes_in_any_order_and_twice);
    ADD("refuses-what-is-not-that-part", test_refuses_what_is_not_that_part);
    ADD("asks-again-for-what-the-disk-lost", test_asks_again_for_what_the_disk_lost);
    return g_test_run();
}
