/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/message.h"

#include <string.h>

#include "hearing/state.h"

/* Everything docs/PROTOCOL.md lets a client send. */
static const char *const good[] = {
    "{\"type\":\"hello\",\"version\":1,\"token\":\"v1.a.b\",\"device\":\"d\","
    "\"language\":\"zh\",\"agent\":\"Firefox\"}",
    "{\"type\":\"ping\"}",
    "{\"type\":\"check\",\"id\":\"1\",\"result\":\"green\",\"camera\":\"ok\","
    "\"microphone\":\"blocked\",\"speaker\":\"unknown\","
    "\"line\":{\"rtt_ms\":12.5,\"kbps\":900}}",
    "{\"type\":\"check\",\"result\":\"red\",\"camera\":\"none\",\"microphone\":\"busy\","
    "\"speaker\":\"ok\",\"line\":null}",
    "{\"type\":\"declare\",\"rules\":true,\"language\":\"en\"}",
    "{\"type\":\"wait\"}",
    "{\"type\":\"publish\",\"sdp\":\"v=0\\r\\n\",\"tracks\":[{\"mid\":\"0\",\"kind\":"
    "\"audio\"},{\"mid\":\"1\",\"kind\":\"video\"},{\"mid\":\"2\",\"kind\":\"screen\"}]}",
    "{\"type\":\"unpublish\"}",
    "{\"type\":\"subscribe\",\"id\":\"x-_9\"}",
    "{\"type\":\"answer\",\"negotiation\":3,\"sdp\":\"v=0\"}",
    "{\"type\":\"candidate\",\"connection\":\"publish\",\"mid\":\"0\",\"candidate\":"
    "\"candidate:1 1 udp 1 127.0.0.1 9 typ host\"}",
    "{\"type\":\"candidate\",\"connection\":\"subscribe\",\"mid\":\"0\",\"candidate\":\"\"}",
    "{\"type\":\"media\",\"audio\":true,\"video\":false,\"screen\":false}",
    "{\"type\":\"hand\",\"raised\":true}",
    "{\"type\":\"trouble\",\"text\":\"没有声音\"}",
    "{\"type\":\"leave\"}",
    "{\"type\":\"line\",\"text\":\"a\",\"participant\":null,\"at_us\":null}",
    "{\"type\":\"line\",\"text\":\"a\",\"participant\":\"p\",\"at_us\":1773365400000000}",
    "{\"type\":\"line_edit\",\"line\":\"p-audio:1773365400000000\",\"text\":\"b\"}",
    "{\"type\":\"note\",\"text\":\"n\"}",
    "{\"type\":\"command\",\"do\":\"admit\",\"participant\":\"p\"}",
    "{\"type\":\"command\",\"do\":\"send_out\",\"participant\":\"p\"}",
    "{\"type\":\"command\",\"do\":\"call_witness\",\"participant\":\"p\"}",
    "{\"type\":\"command\",\"do\":\"dismiss_witness\",\"participant\":\"p\"}",
    "{\"type\":\"command\",\"do\":\"mute\",\"participant\":\"p\",\"kinds\":[\"audio\"]}",
    "{\"type\":\"command\",\"do\":\"unmute\",\"participant\":\"p\",\"kinds\":[\"video\"]}",
    "{\"type\":\"command\",\"do\":\"lock\",\"participant\":\"p\"}",
    "{\"type\":\"command\",\"do\":\"unlock\",\"participant\":\"p\"}",
    "{\"type\":\"command\",\"do\":\"mute_all\"}",
    "{\"type\":\"command\",\"do\":\"lower_hand\",\"participant\":\"p\"}",
    "{\"type\":\"command\",\"do\":\"identify\",\"participant\":\"p\",\"level\":\"verified\"}",
    "{\"type\":\"command\",\"do\":\"screen\",\"participant\":\"p\",\"from\":\"q\","
    "\"media\":\"both\",\"on\":true,\"symmetric\":true}",
    "{\"type\":\"command\",\"do\":\"remove\",\"participant\":\"p\",\"reason\":\"noise\"}",
    "{\"type\":\"command\",\"do\":\"arm\"}",
    "{\"type\":\"command\",\"do\":\"open\"}",
    "{\"type\":\"command\",\"do\":\"open\",\"override\":true,\"reason\":\"order\"}",
    "{\"type\":\"command\",\"do\":\"pause\"}",
    "{\"type\":\"command\",\"do\":\"suspend\",\"reason\":\"power\"}",
    "{\"type\":\"command\",\"do\":\"resume\"}",
    "{\"type\":\"command\",\"do\":\"stage\",\"stage\":\"last_words\",\"reason\":null}",
    "{\"type\":\"command\",\"do\":\"close\",\"confirm\":true}",
    "{\"type\":\"command\",\"do\":\"seal_retry\",\"id\":\"7\"}",
    "{\"type\":\"command\",\"do\":\"close\",\"confirm\":true,\"adjourn\":true}",
    "{\"type\":\"command\",\"do\":\"next_session\"}",
    "{\"type\":\"command\",\"do\":\"help_claim\",\"participant\":\"p\"}",
    "{\"type\":\"command\",\"do\":\"verify\",\"participant\":\"p\","
    "\"document\":\"id_card\",\"number\":\"310101 19800101 123X\"}",
    "{\"type\":\"command\",\"do\":\"look\",\"participant\":\"p\",\"on\":true}",
    "{\"type\":\"report\"}",
    "{\"type\":\"report\",\"up_loss\":0,\"down_loss\":1,\"concealed\":0.25,"
    "\"rtt_ms\":80,\"freezes\":2,\"frozen_ms\":1400,\"hidden\":true,"
    "\"battery\":7}",
    "{\"type\":\"report\",\"up_loss\":null,\"battery\":null}",
    "{\"type\":\"wish\",\"tracks\":{}}",
    "{\"type\":\"wish\",\"tracks\":{\"p-video\":360,\"q-2-screen\":0}}",
    "{\"type\":\"declare\",\"rules\":true,\"language\":\"en\",\"text\":\"a\\nb\"}",
    "{\"type\":\"ready\",\"quiet\":true,\"alone\":false,\"still\":true,"
    "\"with\":\"my daughter\",\"needs\":null}",
    "{\"type\":\"command\",\"do\":\"identify\",\"participant\":\"p\",\"level\":\"verified\","
    "\"where\":\"video\",\"document\":\"id_card\",\"compared\":[\"face\",\"name\","
    "\"number\",\"validity\"]}",
};

static const char *const bad[] = {
    "[]",
    "{}",
    "7",
    "{\"type\":7}",
    "{\"type\":\"nonsense\"}",
    "{\"type\":\"ping\",\"x\":1}",
    "{\"type\":\"ping\",\"id\":\"\"}",
    "{\"type\":\"ping\",\"id\":\"a b\"}",
    "{\"type\":\"ping\",\"id\":7}",
    "{\"type\":\"ping\",\"type\":\"ping\"}",
    "{\"type\":\"hello\",\"version\":1,\"token\":\"t\"}",
    "{\"type\":\"hello\",\"version\":\"1\",\"token\":\"t\",\"device\":\"d\"}",
    "{\"type\":\"hello\",\"version\":1,\"token\":\"t\",\"device\":\"d\",\"language\":\"fr\"}",
    "{\"type\":\"check\",\"result\":\"blue\",\"camera\":\"ok\",\"microphone\":\"ok\","
    "\"speaker\":\"ok\"}",
    "{\"type\":\"check\",\"result\":\"red\",\"camera\":\"ok\",\"microphone\":\"ok\","
    "\"speaker\":\"ok\",\"line\":{\"rtt_ms\":-1,\"kbps\":1}}",
    "{\"type\":\"declare\",\"rules\":false,\"language\":\"en\"}",
    "{\"type\":\"ready\",\"quiet\":true,\"alone\":false}",
    "{\"type\":\"ready\",\"quiet\":1,\"alone\":false,\"still\":true}",
    "{\"type\":\"publish\",\"sdp\":\"\",\"tracks\":[]}",
    "{\"type\":\"publish\",\"sdp\":\"v\",\"tracks\":[{\"mid\":\"0\",\"kind\":\"audio\"},"
    "{\"mid\":\"1\",\"kind\":\"audio\"}]}",
    "{\"type\":\"publish\",\"sdp\":\"v\",\"tracks\":[{\"mid\":\"0\",\"kind\":\"audio\","
    "\"x\":1}]}",
    "{\"type\":\"publish\",\"sdp\":\"v\",\"tracks\":[{\"mid\":\"01234567890123456\","
    "\"kind\":\"audio\"}]}",
    "{\"type\":\"publish\",\"sdp\":\"a\\u0001b\",\"tracks\":[]}",
    "{\"type\":\"answer\",\"negotiation\":-1,\"sdp\":\"v\"}",
    "{\"type\":\"answer\",\"negotiation\":1.5,\"sdp\":\"v\"}",
    "{\"type\":\"wish\"}",
    "{\"type\":\"wish\",\"tracks\":{},\"chosen\":\"p-audio\"}",
    "{\"type\":\"wish\",\"tracks\":{},\"chosen\":\"\"}",
    "{\"type\":\"wish\",\"tracks\":{},\"chosen\":7}",
    "{\"type\":\"wish\",\"tracks\":[\"p-video\"]}",
    "{\"type\":\"wish\",\"tracks\":{\"p-audio\":1}}",
    "{\"type\":\"wish\",\"tracks\":{\"-video\":1}}",
    "{\"type\":\"wish\",\"tracks\":{\"p-video\":-1}}",
    "{\"type\":\"wish\",\"tracks\":{\"p-video\":16385}}",
    "{\"type\":\"wish\",\"tracks\":{\"p-video\":1.5}}",
    "{\"type\":\"candidate\",\"connection\":\"both\",\"mid\":\"0\",\"candidate\":\"\"}",
    "{\"type\":\"media\",\"audio\":true,\"video\":1,\"screen\":false}",
    "{\"type\":\"media\",\"audio\":true,\"video\":true}",
    "{\"type\":\"hand\",\"raised\":\"yes\"}",
    "{\"type\":\"trouble\",\"text\":\"\"}",
    "{\"type\":\"trouble\",\"text\":\"\\u001b[1m\"}",
    "{\"type\":\"line\",\"text\":\"a\",\"at_us\":-5}",
    "{\"type\":\"line\",\"text\":\"a\",\"participant\":\"../x\"}",
    "{\"type\":\"line_edit\",\"line\":\"a b\",\"text\":\"x\"}",
    "{\"type\":\"command\"}",
    "{\"type\":\"command\",\"do\":\"dance\"}",
    "{\"type\":\"command\",\"do\":\"override\"}",
    "{\"type\":\"command\",\"do\":\"admit\"}",
    "{\"type\":\"command\",\"do\":\"admit\",\"participant\":null}",
    "{\"type\":\"command\",\"do\":\"admit\",\"participant\":\"p\",\"kinds\":[\"audio\"]}",
    "{\"type\":\"command\",\"do\":\"mute\",\"participant\":\"p\",\"kinds\":[]}",
    "{\"type\":\"command\",\"do\":\"mute\",\"participant\":\"p\",\"kinds\":[\"smell\"]}",
    "{\"type\":\"command\",\"do\":\"identify\",\"participant\":\"p\",\"level\":\"self\"}",
    "{\"type\":\"command\",\"do\":\"identify\",\"participant\":\"p\",\"level\":\"verified\","
    "\"where\":\"phone\"}",
    "{\"type\":\"command\",\"do\":\"identify\",\"participant\":\"p\",\"level\":\"verified\","
    "\"document\":\"310101199001011234\"}",
    "{\"type\":\"command\",\"do\":\"identify\",\"participant\":\"p\",\"level\":\"verified\","
    "\"compared\":[]}",
    "{\"type\":\"command\",\"do\":\"identify\",\"participant\":\"p\",\"level\":\"verified\","
    "\"compared\":[\"face\",\"face\"]}",
    "{\"type\":\"command\",\"do\":\"identify\",\"participant\":\"p\",\"level\":\"verified\","
    "\"compared\":[\"face\",\"name\",\"number\",\"validity\",\"face\"]}",
    "{\"type\":\"command\",\"do\":\"identify\",\"participant\":\"p\",\"level\":\"verified\","
    "\"compared\":\"face\"}",
    "{\"type\":\"command\",\"do\":\"screen\",\"participant\":\"p\",\"from\":\"q\","
    "\"media\":\"smell\",\"on\":true}",
    "{\"type\":\"command\",\"do\":\"stage\",\"stage\":\"lunch\"}",
    "{\"type\":\"command\",\"do\":\"close\"}",
    "{\"type\":\"command\",\"do\":\"close\",\"confirm\":false}",
    "{\"type\":\"report\",\"up_loss\":1.01}",
    "{\"type\":\"report\",\"down_loss\":-0.01}",
    "{\"type\":\"report\",\"concealed\":\"0\"}",
    "{\"type\":\"report\",\"freezes\":1.5}",
    "{\"type\":\"report\",\"frozen_ms\":60001}",
    "{\"type\":\"report\",\"rtt_ms\":-1}",
    "{\"type\":\"report\",\"battery\":101}",
    "{\"type\":\"report\",\"hidden\":1}",
    "{\"type\":\"report\",\"rating\":\"good\"}",
    "{\"type\":\"report\",\"participant\":\"p\"}",
};

static void test_good(gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerMessage) message =
        oyer_message_parse(data, strlen(data), NULL, &error);

    g_assert_no_error(error);
    g_assert_nonnull(message);
}

static void test_bad(gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerMessage) message =
        oyer_message_parse(data, strlen(data), NULL, &error);

    g_assert_null(message);
    g_assert_nonnull(error);
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
}

static OyerMessage *parse(const char *text)
{
    return oyer_message_parse(text, strlen(text), NULL, NULL);
}

static void test_values_arrive(void)
{
    g_autoptr(OyerMessage) screen = parse(good[31]);
    g_autoptr(OyerMessage) publish = parse(good[6]);
    g_autoptr(OyerMessage) stage = parse(good[39]);
    g_autoptr(OyerMessage) wish =
        parse("{\"type\":\"wish\",\"tracks\":{\"q-2-screen\":360},"
              "\"chosen\":\"p-video\"}");
    g_autoptr(OyerMessage) wishes_nobody =
        parse("{\"type\":\"wish\",\"tracks\":{},\"chosen\":null}");

    g_assert_cmpuint(wish->wish_count, ==, 1);
    g_assert_cmpstr(wish->wishes[0].track, ==, "q-2-screen");
    g_assert_cmpuint(wish->wishes[0].height, ==, 360);
    g_assert_cmpstr(wish->chosen, ==, "p-video");
    g_assert_cmpstr(wishes_nobody->chosen, ==, "");
    g_assert_cmpint(screen->command, ==, OYER_DO_SCREEN);
    g_assert_cmpstr(screen->participant, ==, "p");
    g_assert_cmpstr(screen->from, ==, "q");
    g_assert_cmpint(screen->media, ==, OYER_SCREEN_BOTH);
    g_assert_true(screen->on && screen->symmetric);
    g_assert_cmpuint(publish->track_count, ==, 3);
    g_assert_cmpuint(publish->tracks[2].kind, ==, OYER_SCREEN);
    g_assert_cmpstr(publish->tracks[2].mid, ==, "2");
    g_assert_cmpint(stage->stage, ==, OYER_STAGE_LAST_WORDS);
    g_assert_null(stage->reason);
}

static void test_a_refusal_still_has_its_id(void)
{
    static const char text[] = "{\"type\":\"command\",\"do\":\"dance\",\"id\":\"abc\"}";
    char id[OYER_ID_SIZE] = "x";

    g_assert_null(oyer_message_parse(text, strlen(text), id, NULL));
    g_assert_cmpstr(id, ==, "abc");
    g_assert_null(oyer_message_parse("{", 1, id, NULL));
    g_assert_cmpstr(id, ==, "");
}

static void test_texts_have_their_bounds(void)
{
    static const struct {
        const char *type;
        guint max;
    } texts[] = {{"trouble", OYER_TEXT_MAX_TROUBLE}, {"note", OYER_TEXT_MAX_LINE}};

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        for (guint over = 0; over <= 1; over++) {
            g_autoptr(GString) text = g_string_new(NULL);
            for (guint j = 0; j < texts[i].max + over; j++)
                g_string_append(text, "庭");
            g_autofree char *json = g_strdup_printf("{\"type\":\"%s\",\"text\":\"%s\"}",
                                                    texts[i].type, text->str);
            g_autoptr(OyerMessage) message = parse(json);
            g_assert_true((message != NULL) == !over);
        }
}

/* A cut in the middle of a character must not come out again. */
static void test_errors_are_utf8(void)
{
    for (guint shift = 0; shift < 4; shift++) {
        g_autoptr(GString) name = g_string_new(NULL);
        for (guint i = 0; i < shift; i++)
            g_string_append_c(name, 'a');
        for (guint i = 0; i < 40; i++)
            g_string_append(name, "庭");
        g_autofree char *json =
            g_strdup_printf("{\"type\":\"ping\",\"%s\":1}", name->str);
        test_bad(json);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autofree char *path = g_strdup_printf("/hearing/message/takes-%02zu", i);
        g_test_add_data_func(path, good[i], test_good);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *path = g_strdup_printf("/hearing/message/refuses-%02zu", i);
        g_test_add_data_func(path, bad[i], test_bad);
    }
    g_test_add_func("/hearing/message/values-arrive", test_values_arrive);
    g_test_add_func("/hearing/message/a-refusal-still-has-its-id",
                    test_a_refusal_still_has_its_id);
    g_test_add_func("/hearing/message/texts-have-their-bounds",
                    test_texts_have_their_bounds);
    g_test_add_func("/hearing/message/errors-are-utf8", test_errors_are_utf8);
    return g_test_run();
}
