/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/turn.h"

#include <gio/gio.h>

#define SECRET "north-wind-and-the-sun"

static const char *text(json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* printf '%s' 1433895918:plaintiff-1 | openssl dgst -sha1 -hmac SECRET -binary |
 * base64 */
static void test_makes_what_the_relay_makes(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerTurn) turn = oyer_turn_new(
        "turn:a.example:3478, turns:a.example:443?transport=tcp", SECRET, "1", &error);
    json_t *servers = oyer_turn_ice_servers(
        turn, "plaintiff-1", (1433895918 - 3600) * (gint64)G_USEC_PER_SEC + 999999);
    json_t *server = json_array_get(servers, 0);

    g_assert_no_error(error);
    g_assert_cmpuint(json_array_size(servers), ==, 1);
    g_assert_cmpstr(text(server, "username"), ==, "1433895918:plaintiff-1");
    g_assert_cmpstr(text(server, "credential"), ==, "MhJuWAOwaKMUZKQjcU9qicysIzQ=");
    json_t *urls = json_object_get(server, "urls");
    g_assert_cmpuint(json_array_size(urls), ==, 2);
    g_assert_cmpstr(json_string_value(json_array_get(urls, 1)), ==,
                    "turns:a.example:443?transport=tcp");
    json_decref(servers);
}

static void test_there_may_be_none(void)
{
    json_t *servers = oyer_turn_ice_servers(NULL, "plaintiff-1", 0);

    g_assert_cmpuint(json_array_size(servers), ==, 0);
    json_decref(servers);
}

static void test_refuses_half_a_relay(void)
{
    static const struct {
        const char *urls, *secret, *hours;
    } rows[] = {
        {NULL, SECRET, NULL},
        {"turn:a.example", NULL, NULL},
        {"turn:a.example", "short", NULL},
        {"", SECRET, NULL},
        {" , ", SECRET, NULL},
        {"stun:a.example", SECRET, NULL},
        {"turn:", SECRET, NULL},
        {"turn:a.example,https://b.example", SECRET, NULL},
        {"turn:a.example", SECRET, "0"},
        {"turn:a.example", SECRET, "49"},
        {"turn:a.example", SECRET, "all day"},
        {"turn:1 turn:2 turn:3 turn:4 turn:5 turn:6 turn:7 turn:8 turn:9", SECRET,
         NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(
            oyer_turn_new(rows[i].urls, rows[i].secret, rows[i].hours, &error));
        g_assert_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/identity/turn/makes-what-the-relay-makes",
                    test_makes_what_the_relay_makes);
    g_test_add_func("/identity/turn/there-may-be-none", test_there_may_be_none);
    g_test_add_func("/identity/turn/refuses-half-a-relay", test_refuses_half_a_relay);
    return g_test_run();
}
