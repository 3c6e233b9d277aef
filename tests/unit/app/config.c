/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "app/config.h"

#include <glib/gstdio.h>

static gboolean read_text(OyerConfig *config, const char *text, GError **error)
{
    g_autofree char *directory = g_dir_make_tmp("oyer-config-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "oyer.conf", NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    gboolean is_read = oyer_config_read(config, path, error);
    (void)g_unlink(path);
    (void)g_rmdir(directory);
    return is_read;
}

static void test_options_win_over_the_file(void)
{
    g_autoptr(OyerConfig) config = g_new0(OyerConfig, 1);
    g_autoptr(GError) error = NULL;

    config->port = 9000;
    config->listen = g_strdup("127.0.0.1");
    g_assert_true(read_text(config,
                            "[serve]\nport=8000\nlisten=0.0.0.0\npublic-url=https://a\n"
                            "[transcribe]\nlanguage=zh\n",
                            &error));
    g_assert_no_error(error);
    g_assert_cmpint(config->port, ==, 9000);
    g_assert_cmpstr(config->listen, ==, "127.0.0.1");
    g_assert_cmpstr(config->public_url, ==, "https://a");
    g_assert_cmpstr(config->language, ==, "zh");
}

static void test_what_is_not_known_is_an_error(void)
{
    static const char *const wrong[] = {
        "[serve]\ncolour=red\n",
        "[colours]\nport=1\n",
        "[media]\nudp=1\n",
        "[serve]\nport=many\n",
        "port=1\n",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(OyerConfig) config = g_new0(OyerConfig, 1);
        g_autoptr(GError) error = NULL;
        config->port = -1;
        g_assert_false(read_text(config, wrong[i], &error));
        g_assert_nonnull(error);
    }
}

static void test_the_staff_door_is_configured(void)
{
    g_autoptr(OyerConfig) config = g_new0(OyerConfig, 1);
    g_autoptr(GError) error = NULL;

    config->port = -1;
    g_assert_true(read_text(config,
                            "[people]\nsession-idle-minutes=5\nsession-hours=2\n"
                            "free-failures=3\nlock-minutes=10\n"
                            "[pass]\nearly-minutes=45\n",
                            &error));
    g_assert_no_error(error);
    OyerPeoplePolicy policy = oyer_config_people(config);
    g_assert_cmpint(policy.session.idle_us, ==, G_GINT64_CONSTANT(300000000));
    g_assert_cmpint(policy.session.max_us, ==, G_GINT64_CONSTANT(7200000000));
    g_assert_cmpint(policy.lock.free_failures, ==, 3);
    g_assert_cmpint(policy.lock.lock_max_us, ==, G_GINT64_CONSTANT(600000000));
    g_assert_false(read_text(config, "[people]\nsession-hours=0\n", &error));
    g_assert_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE);
}

static void test_the_base_is_what_people_open(void)
{
    static const struct {
        const char *listen, *cert, *public_url, *base;
    } rows[] = {
        {"127.0.0.1", NULL, NULL, "http://127.0.0.1:80"},
        {"127.0.0.1", "c.pem", NULL, "https://127.0.0.1:80"},
        {"::1", NULL, NULL, "http://[::1]:80"},
        {"0.0.0.0", NULL, NULL, "http://127.0.0.1:80"},
        {"0.0.0.0", NULL, "https://court.example", "https://court.example"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(OyerConfig) config = g_new0(OyerConfig, 1);
        config->listen = g_strdup(rows[i].listen);
        config->tls_cert = g_strdup(rows[i].cert);
        config->public_url = g_strdup(rows[i].public_url);
        g_autofree char *base = oyer_config_base(config, 80);
        g_assert_cmpstr(base, ==, rows[i].base);
    }
}

static void test_a_listener_is_address_and_port(void)
{
    static const struct {
        const char *text, *address;
        guint port;
    } rows[] = {
        {"127.0.0.1:9464", "127.0.0.1", 9464},
        {"[::1]:0", "::1", 0},
        {"127.0.0.1", NULL, 0},
        {":9464", NULL, 0},
        {"9464", NULL, 0},
        {"127.0.0.1:65536", NULL, 0},
        {"127.0.0.1:", NULL, 0},
        {"::1:9464", NULL, 0},
        {"[::1:9464", NULL, 0},
        {"", NULL, 0},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *address = NULL;
        guint port = 0;

        g_assert_true(oyer_config_split(rows[i].text, &address, &port) ==
                      (rows[i].address != NULL));
        g_assert_cmpstr(address, ==, rows[i].address);
        g_assert_cmpuint(port, ==, rows[i].port);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/app/config/options-win-over-the-file",
                    test_options_win_over_the_file);
    g_test_add_func("/app/config/what-is-not-known-is-an-error",
                    test_what_is_not_known_is_an_error);
    g_test_add_func("/app/config/the-staff-door-is-configured",
                    test_the_staff_door_is_configured);
    g_test_add_func("/app/config/the-base-is-what-people-open",
                    test_the_base_is_what_people_open);
    g_test_add_func("/app/config/a-listener-is-address-and-port",
                    test_a_listener_is_address_and_port);
    return g_test_run();
}
