/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/verify.h"

#include <unistd.h>

#include "record/bag.h"
#include "unit/record/fixture.h"

#define FLIPS 300
/* A flip is at most this far from the times of its finding. */
#define NEAR_US (2 * G_USEC_PER_SEC)

static OyerVerdict *verify(const char *package)
{
    g_autoptr(GError) error = NULL;
    OyerVerdict *verdict = oyer_verify(package, NULL, &error);

    g_assert_no_error(error);
    for (guint i = 0; i < verdict->findings->len; i++) {
        OyerFinding *finding = verdict->findings->pdata[i];
        g_test_message("%d %s %s %s %" G_GINT64_FORMAT, finding->kind, finding->file,
                       finding->text, finding->speaker, finding->from_us);
    }
    return verdict;
}

static gboolean names(const OyerVerdict *verdict, OyerFindingKind kind,
                      const char *file)
{
    for (guint i = 0; i < verdict->findings->len; i++) {
        OyerFinding *finding = verdict->findings->pdata[i];
        if (finding->kind == kind && !g_strcmp0(finding->file, file))
            return TRUE;
    }
    return FALSE;
}

static gboolean names_file(const OyerVerdict *verdict, const char *file)
{
    for (guint i = 0; i < verdict->findings->len; i++) {
        OyerFinding *finding = verdict->findings->pdata[i];
        if (!g_strcmp0(finding->file, file))
            return TRUE;
    }
    return FALSE;
}

static void test_a_sealed_session_is_whole(void)
{
    g_autofree char *package = package_make();
    g_autofree char *dir = g_path_get_dirname(package);
    g_autofree char *key = g_build_filename(dir, "sign.pub.pem", NULL);
    g_autoptr(OyerVerdict) verdict = verify(package);
    g_autoptr(GError) error = NULL;

    g_assert_cmpuint(verdict->findings->len, ==, 0);
    g_assert_cmpstr(verdict->hearing, ==, "h1");
    g_assert_cmpint(verdict->opened_us, ==, FIXTURE_UTC_US);
    g_autoptr(OyerVerdict) by_file = oyer_verify(package, key, &error);
    g_assert_cmpuint(by_file->findings->len, ==, 0);
    g_autoptr(OyerVerdict) by_hex = oyer_verify(package, verdict->fingerprint, &error);
    g_assert_cmpuint(by_hex->findings->len, ==, 0);
    g_autofree char *text = oyer_verdict_to_text(verdict, "zh");
    g_assert_nonnull(strstr(text, "核验通过"));
    session_remove(package);
}

static void test_the_tools_of_others_agree(void)
{
    g_autofree char *package = package_make();
    g_autoptr(GError) error = NULL;
    g_autofree char *command = g_strdup_printf(
        "sh -c 'cd %s && sha256sum --quiet -c manifest-sha256.txt && sha256sum --quiet -c "
        "tagmanifest-sha256.txt && openssl pkeyutl -verify -pubin -inkey "
        "metadata/sign.pub.pem -rawin -in metadata/root.json -sigfile metadata/root.sig >/dev/null'",
        package);
    int status;

    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, &status, &error));
    g_assert_cmpint(status, ==, 0);
    session_remove(package);
}

static void flip(const char *package, const char *path, gsize at)
{
    g_autofree char *full = g_build_filename(package, path, NULL);
    FILE *file = fopen(full, "r+be");
    int byte;

    g_assert_nonnull(file);
    g_assert_cmpint(fseek(file, (long)at, SEEK_SET), ==, 0);
    byte = fgetc(file);
    g_assert_cmpint(fseek(file, (long)at, SEEK_SET), ==, 0);
    g_assert_cmpint(fputc(byte ^ 0x10, file), !=, EOF);
    g_assert_cmpint(fclose(file), ==, 0);
}

static void test_names_the_file_of_any_flipped_byte(void)
{
    g_autofree char *package = package_make();
    g_autoptr(GPtrArray) files = oyer_bag_list(package, "", NULL);

    for (guint i = 0; i < FLIPS; i++) {
        const char *path = files->pdata[i % files->len];
        g_autofree char *full = g_build_filename(package, path, NULL);
        GStatBuf info;
        g_assert_cmpint(g_stat(full, &info), ==, 0);
        gsize at = (gsize)g_test_rand_int_range(0, (int)info.st_size);

        flip(package, path, at);
        g_test_message("flip %s %zu", path, at);
        g_autoptr(OyerVerdict) verdict = verify(package);
        flip(package, path, at);
        g_assert_true(names_file(verdict, path));
        if (g_str_has_suffix(path, ".pcapng") || g_str_has_suffix(path, ".webm")) {
            OyerFinding *finding = verdict->findings->pdata[0];
            g_assert_cmpuint(verdict->findings->len, ==, 1);
            g_assert_cmpint(finding->from_us, >=, FIXTURE_UTC_US - NEAR_US);
            g_assert_cmpint(finding->to_us - finding->from_us, <=, NEAR_US);
        }
    }
    g_autoptr(OyerVerdict) again = verify(package);
    g_assert_cmpuint(again->findings->len, ==, 0);
    session_remove(package);
}

static void test_names_second_and_speaker_of_media(void)
{
    g_autofree char *package = package_make();
    g_autofree char *full = g_build_filename(package, "data/media/wit_2.webm", NULL);
    g_autofree char *bytes = NULL;
    gsize size;

    /* The blocks of the third second hold this value, and no other's do. */
    g_assert_true(g_file_get_contents(full, &bytes, &size, NULL));
    const guint8 wanted[] = {0x81, 0, 0, 0, 20 * 3 + 4, 20 * 3 + 5};
    const char *found = memmem(bytes, size, wanted, sizeof wanted);
    g_assert_nonnull(found);
    flip(package, "data/media/wit_2.webm", (gsize)(found - bytes) + 50);

    g_autoptr(OyerVerdict) verdict = verify(package);
    g_assert_cmpuint(verdict->findings->len, ==, 1);
    OyerFinding *finding = verdict->findings->pdata[0];
    g_assert_cmpint(finding->kind, ==, OYER_FINDING_CHANGED);
    g_assert_cmpstr(finding->speaker, ==, "Li Ming");
    g_assert_cmpint(finding->from_us, ==, FIXTURE_UTC_US + 2 * G_USEC_PER_SEC);
    g_assert_cmpint(finding->to_us, <=, FIXTURE_UTC_US + 3 * G_USEC_PER_SEC);
    g_autofree char *text = oyer_verdict_to_text(verdict, "en");
    g_assert_nonnull(strstr(text, "(00:02 from the opening)"));
    g_assert_nonnull(strstr(text, "speaker Li Ming"));
    session_remove(package);
}

static void test_names_the_speaker_of_the_journal(void)
{
    g_autofree char *package = package_make();
    g_autofree char *full =
        g_build_filename(package, "data/journal/000001.pcapng", NULL);
    g_autofree char *bytes = NULL;
    gsize size;
    const guint8 ssrc[] = {0, 0, 4, 87, 0}; /* 1111, judge-audio */

    g_assert_true(g_file_get_contents(full, &bytes, &size, NULL));
    const char *found = memmem(bytes, size, ssrc, 4);
    flip(package, "data/journal/000001.pcapng", (gsize)(found - bytes) + 10);
    g_autoptr(OyerVerdict) verdict = verify(package);
    g_assert_cmpuint(verdict->findings->len, ==, 1);
    OyerFinding *finding = verdict->findings->pdata[0];
    g_assert_cmpstr(finding->participant, ==, "judge");
    g_assert_cmpstr(finding->speaker, ==, "王法官");
    session_remove(package);
}

static void test_names_missing_and_extra_files(void)
{
    g_autofree char *package = package_make();
    g_autofree char *missing = g_build_filename(package, "data/media/wit_2.webm", NULL);

    g_assert_cmpint(g_unlink(missing), ==, 0);
    session_put(package, "data/media/more.webm", "x", 1);
    session_put(package, "note.txt", "x", 1);
    g_autoptr(OyerVerdict) verdict = verify(package);
    g_assert_true(names(verdict, OYER_FINDING_MISSING, "data/media/wit_2.webm"));
    g_assert_true(names(verdict, OYER_FINDING_EXTRA, "data/media/more.webm"));
    g_assert_true(names(verdict, OYER_FINDING_EXTRA, "note.txt"));
    g_assert_cmpuint(verdict->findings->len, ==, 3);
    session_remove(package);
}

static void test_names_a_truncated_file(void)
{
    g_autofree char *package = package_make();
    g_autofree char *media = g_build_filename(package, "data/media/wit_2.webm", NULL);

    g_assert_cmpint(truncate(media, 3000), ==, 0);
    g_autoptr(OyerVerdict) verdict = verify(package);
    g_assert_cmpuint(verdict->findings->len, ==, 1);
    OyerFinding *finding = verdict->findings->pdata[0];
    g_assert_cmpstr(finding->file, ==, "data/media/wit_2.webm");
    g_assert_cmpint(finding->from_us, >, FIXTURE_UTC_US);
    session_remove(package);
}

/* Whoever changes a file and mends all hashes still has not the key. */
static void test_a_resealed_bag_needs_the_key(void)
{
    g_autofree char *package = package_make();
    g_autoptr(GError) error = NULL;

    session_put(package, "data/transcript/transcript.txt", "forged", 6);
    g_autofree char *root = oyer_bag_make(package, "", &error);
    g_assert_nonnull(root);
    g_assert_true(oyer_bag_close(package, &error));
    g_autoptr(OyerVerdict) verdict = verify(package);
    g_assert_true(names(verdict, OYER_FINDING_CHANGED, "manifest-sha256.txt"));
    session_remove(package);
}

static void test_demands_the_key_that_is_given(void)
{
    g_autofree char *package = package_make();
    g_autoptr(GError) error = NULL;
    g_autofree char *other = g_strnfill(64, 'a');
    g_autoptr(OyerVerdict) verdict = oyer_verify(package, other, &error);

    g_assert_true(names(verdict, OYER_FINDING_KEY, "metadata/sign.pub.pem"));
    g_assert_null(oyer_verify(package, "no such thing", &error));
    g_assert_error(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_KEY);
    session_remove(package);
}

static void test_refuses_a_path_out_of_the_bag(void)
{
    g_autofree char *package = package_make();
    const char manifest[] =
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        "  ../../../../etc/passwd\n";

    session_put(package, "manifest-sha256.txt", manifest, -1);
    g_autoptr(OyerVerdict) verdict = verify(package);
    g_assert_true(names(verdict, OYER_FINDING_STRUCTURE, "manifest-sha256.txt"));
    session_remove(package);
}

static void test_refuses_a_huge_manifest(void)
{
    g_autofree char *package = package_make();
    g_autofree char *manifest = g_build_filename(package, "manifest-sha256.txt", NULL);

    g_assert_cmpint(truncate(manifest, (off_t)OYER_BAG_MANIFEST_BYTES_MAX + 1), ==, 0);
    g_autoptr(OyerVerdict) verdict = verify(package);
    g_assert_true(names(verdict, OYER_FINDING_STRUCTURE, "manifest-sha256.txt"));
    session_remove(package);
}

static void test_says_what_is_no_package(void)
{
    g_autofree char *dir = g_dir_make_tmp("oyer-journal-XXXXXX", NULL);
    g_autofree char *text = g_build_filename(dir, "text", NULL);
    g_autoptr(GError) error = NULL;

    session_put(dir, "text", "not an archive at all", -1);
    g_assert_null(oyer_verify(text, NULL, &error));
    g_assert_error(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_INVALID);
    g_autoptr(OyerVerdict) verdict = verify(dir);
    g_assert_cmpuint(verdict->findings->len, >, 0);
    remove_tree(dir);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/record/verify/a-sealed-session-is-whole",
                    test_a_sealed_session_is_whole);
    g_test_add_func("/record/verify/the-tools-of-others-agree",
                    test_the_tools_of_others_agree);
    g_test_add_func("/record/verify/names-the-file-of-any-flipped-byte",
                    test_names_the_file_of_any_flipped_byte);
    g_test_add_func("/record/verify/names-second-and-speaker-of-media",
                    test_names_second_and_speaker_of_media);
    g_test_add_func("/record/verify/names-the-speaker-of-the-journal",
                    test_names_the_speaker_of_the_journal);
    g_test_add_func("/record/verify/names-missing-and-extra-files",
                    test_names_missing_and_extra_files);
    g_test_add_func("/record/verify/names-a-truncated-file",
                    test_names_a_truncated_file);
    g_test_add_func("/record/verify/a-resealed-bag-needs-the-key",
                    test_a_resealed_bag_needs_the_key);
    g_test_add_func("/record/verify/demands-the-key-that-is-given",
                    test_demands_the_key_that_is_given);
    g_test_add_func("/record/verify/refuses-a-path-out-of-the-bag",
                    test_refuses_a_path_out_of_the_bag);
    g_test_add_func("/record/verify/refuses-a-huge-manifest",
                    test_refuses_a_huge_manifest);
    g_test_add_func("/record/verify/says-what-is-no-package",
                    test_says_what_is_no_package);
    return g_test_run();
}
