/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A router with publishers, one of whose receivers sits behind a simulated line and
 * answers with real feedback.
 */

#include "sfu/bandwidth.h"

#include "../../support/link.h"
#include "fixture.h"
#include "sfu/router-private.h"

#define SECOND G_USEC_PER_SEC
#define TWCC_ID 3
#define PICTURE_BYTES 1100
#define SOUND_BYTES 90
#define KEY_FACTOR 6
#define PUBLISHERS_MAX 4

/* Somebody who sends sound and a picture. */
typedef struct {
    Client *client;
    guint32 ssrc; /* of the picture; the sound's is one more */
    guint kbps;
    guint16 seq, sound_seq, picture;
    guint asked; /* key frames, so far */
    gint64 frame_us, sound_us;
} Sender;

typedef struct {
    World *world;
    Link link;
    Client *b; /* behind the link */
    guint n_senders;
    Sender senders[PUBLISHERS_MAX];
    gint64 wake_us, tick_us;
    GString *told; /* "b:1 b:0 " */
    guint64 sound_sent, sound_dropped, padding;
    guint64 picture_sent[PUBLISHERS_MAX];
    guint switches;      /* of the first picture, on and off */
    gint64 picture_us;   /* when the first one's was sent last */
    gint64 worst_us;     /* in the line's queue */
    guint repeated;      /* of sound */
    GHashTable *numbers; /* SSRC and number of sound → its transport-wide number */
    guint16 twcc_next;
    gboolean twcc_begun;
} Room;

static guint sender_of(const Room *room, guint32 out_ssrc)
{
    guint i = (out_ssrc - 50) / 10;

    return MIN(i, room->n_senders - 1);
}

/* Sound is sent again under its own number: with anything else in its header the same
 * nonce would protect other bytes. */
static gboolean is_repeated(Room *room, const OyerPlanEntry *entry)
{
    gpointer number = NULL, key = GUINT_TO_POINTER(entry->ssrc << 16 | entry->seq);
    gboolean is_known = g_hash_table_lookup_extended(room->numbers, key, NULL, &number);

    if (is_known)
        g_assert_cmpuint(GPOINTER_TO_UINT(number), ==, entry->twcc_seq);
    g_hash_table_insert(room->numbers, key, GUINT_TO_POINTER((guint)entry->twcc_seq));
    return is_known;
}

static void over_the_line(Room *room, GstBuffer *buffer, const OyerPlanEntry *entry)
{
    guint bytes = (guint)gst_buffer_get_size(buffer) + OYER_BANDWIDTH_OVERHEAD_BYTES;
    guint64 dropped = room->link.dropped;

    g_assert_true(entry->flags & OYER_PLAN_TWCC);
    if (entry->flags & OYER_PLAN_AUDIO && is_repeated(room, entry)) {
        room->repeated++;
        return;
    }
    if (room->twcc_begun)
        g_assert_cmpuint(entry->twcc_seq, ==, room->twcc_next);
    room->twcc_begun = TRUE;
    room->twcc_next = (guint16)(entry->twcc_seq + 1);
    link_send(&room->link, entry->twcc_seq, bytes);
    if (entry->flags & OYER_PLAN_AUDIO) {
        room->sound_sent++;
        room->sound_dropped += room->link.dropped - dropped;
    } else if (entry->payload_type == OUT_VIDEO_PT) {
        guint i = sender_of(room, entry->ssrc);

        room->picture_sent[i] += bytes;
        if (i == 0) {
            room->switches +=
                room->picture_us && room->world->now_us - room->picture_us > 500 * MS;
            room->picture_us = room->world->now_us;
        }
    } else {
        room->padding += bytes;
    }
}

static void room_send(gpointer out, GstBufferList *list, gpointer data)
{
    Client *client = out;
    Room *room = data;

    for (guint i = 0; client == room->b && i < client->plan.count; i++)
        over_the_line(room, gst_buffer_list_get(list, client->plan.entries[i].index),
                      &client->plan.entries[i]);
    on_send(out, list, room->world);
    if (client == room->b && client->sent->len > 4000)
        g_array_set_size(client->sent, 0);
}

static void room_journal(OyerSource *source, GstBufferList *list, gpointer data)
{
    on_journal(source, list, ((Room *)data)->world);
}

static void room_track(const OyerSource *source, gpointer data)
{
    on_track(source, ((Room *)data)->world);
}

static void room_speaker(const char *participant, gpointer data)
{
    on_speaker(participant, ((Room *)data)->world);
}

static void room_line(const char *participant, gboolean audio_only, gpointer data)
{
    g_string_append_printf(((Room *)data)->told, "%s:%d ", participant, audio_only);
}

static void room_wake(gint64 at_us, gpointer data)
{
    ((Room *)data)->wake_us = at_us;
}

static void room_layers(const OyerSource *source, gpointer data)
{
    on_layers(source, ((Room *)data)->world);
}

static const OyerRouterOutput room_output = {
    room_send,   room_journal, room_track, room_speaker,
    room_layers, room_line,    room_wake,
};

static Room *room_new(guint kbps)
{
    Room *room = g_new0(Room, 1);

    room->world = world_new();
    oyer_router_free(room->world->router);
    room->world->router = oyer_router_new(&room_output, room, room->world->now_us);
    room->told = g_string_new("");
    room->numbers = g_hash_table_new(NULL, NULL);
    link_init(&room->link, kbps);
    room->link.now_us = room->world->now_us;
    room->b = client_new(room->world, "b");
    oyer_router_set_feedback(room->world->router, room->b->peer, TWCC_ID,
                             room->world->now_us);
    return room;
}

static void room_free(Room *room)
{
    world_free(room->world);
    g_string_free(room->told, TRUE);
    g_hash_table_unref(room->numbers);
    g_free(room);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Room, room_free)

/* @participant comes in; the picture of the nth goes to b as SSRC 50 + 10 n. */
static Sender *add_sender(Room *room, const char *participant, guint kbps)
{
    Sender *sender = &room->senders[room->n_senders];
    guint32 out = 50 + 10 * room->n_senders;
    g_autofree char *video = g_strconcat(participant, "-video", NULL);
    g_autofree char *audio = g_strconcat(participant, "-audio", NULL);

    sender->ssrc = 1000 * ++room->n_senders;
    sender->kbps = kbps;
    sender->client = client_new(room->world, participant);
    (void)add_video(room->world, sender->client, video, sender->ssrc);
    (void)add_audio(room->world, sender->client, audio, sender->ssrc + 10);
    (void)add_slot(room->world, room->b, participant, OYER_KIND_VIDEO, out);
    (void)add_slot(room->world, room->b, participant, OYER_KIND_AUDIO, out + 5);
    return sender;
}

static GstBuffer *piece_new(const Room *room, Sender *sender, gboolean key,
                            gboolean start, guint bytes)
{
    guint8 payload[1400] = {(guint8)(start ? 0x90 : 0x80), 0x80,
                            (guint8)(0x80 | (sender->picture >> 8 & 0x7f)),
                            (guint8)sender->picture, (guint8)(key ? 0x10 : 0x11)};
    static const guint8 code[] = {0, 0, 0x9d, 0x01, 0x2a, 64, 0, 48, 0};

    memcpy(payload + 5, code, sizeof code);
    return packet_new(room->world, VIDEO_PT, sender->ssrc, sender->seq++,
                      sender->picture * 3000u, payload, MAX(bytes, 20), -1);
}

/* A whole picture in one batch, as from a publisher with a fast line. */
static void send_picture(Room *room, Sender *sender)
{
    guint asked = count_rtcp(sender->client, OYER_RTCP_PSFB, OYER_RTCP_FORMAT_PLI);
    gboolean key = sender->picture == 0 || asked > sender->asked;
    guint left = sender->kbps * 1000 / 8 / 30 * (key ? KEY_FACTOR : 1);
    GstBufferList *list = gst_buffer_list_new();

    sender->asked = asked;
    sender->picture++;
    for (gboolean start = TRUE; left > 0; start = FALSE) {
        guint bytes = MIN(left, PICTURE_BYTES);

        gst_buffer_list_add(list, piece_new(room, sender, key, start, bytes));
        left -= bytes;
        if (gst_buffer_list_length(list) < 30 && left > 0)
            continue;
        oyer_router_input(room->world->router, sender->client->peer, list,
                          room->world->now_us);
        list = gst_buffer_list_new();
    }
    gst_buffer_list_unref(list);
}

static void send_sound(Room *room, Sender *sender)
{
    guint8 payload[SOUND_BYTES] = {0x78};

    give(room->world, sender->client,
         packet_new(room->world, AUDIO_PT, sender->ssrc + 10, sender->sound_seq,
                    sender->sound_seq * 960u, payload, sizeof payload, 60));
    sender->sound_seq++;
}

static void take_feedback(const guint8 *bytes, gsize size, gpointer data)
{
    Room *room = data;

    give(room->world, room->b, gst_buffer_new_memdup(bytes, size));
}

static void tell(const Room *room)
{
    const OyerReceiver *receiver = room->b->peer->receiver;

    g_test_message("%.1f s: %u kbit/s, queue %.0f ms, paused %d, told %s",
                   (double)(room->world->now_us % (1000 * SECOND)) / SECOND,
                   oyer_bandwidth_kbps(receiver->bandwidth),
                   (double)link_queue_us(&room->link) / MS, receiver->slots[0]->hidden,
                   room->told->str);
}

static void pass(Room *room)
{
    gint64 now_us;

    link_step(&room->link, take_feedback, room);
    now_us = room->world->now_us = room->link.now_us;
    for (guint i = 0; i < room->n_senders; i++) {
        Sender *sender = &room->senders[i];

        if (sender->kbps && now_us - sender->frame_us >= 33 * MS) {
            sender->frame_us = now_us;
            send_picture(room, sender);
        }
        if (now_us - sender->sound_us >= 20 * MS) {
            sender->sound_us = now_us;
            send_sound(room, sender);
        }
    }
    if (room->wake_us && now_us >= room->wake_us) {
        room->wake_us = 0;
        oyer_router_wake(room->world->router, now_us);
    }
    if (now_us - room->tick_us >= OYER_ROUTER_TICK_US) {
        room->tick_us = now_us;
        oyer_router_tick(room->world->router, now_us);
    }
    if (g_test_verbose() && now_us % (200 * MS) == 0)
        tell(room);
    room->worst_us = MAX(room->worst_us, link_queue_us(&room->link));
}

/* For so long, or until @until holds.  Returns: how long it took. */
static gint64 run(Room *room, gint64 span_us, gboolean (*until)(const Room *room))
{
    gint64 began_us = room->world->now_us;

    while (room->world->now_us - began_us < span_us && !(until && until(room)))
        pass(room);
    return room->world->now_us - began_us;
}

static gboolean is_dark(const Room *room)
{
    return room->world->now_us - room->picture_us > 250 * MS;
}

static gboolean is_bright(const Room *room)
{
    return !is_dark(room);
}

static gboolean is_told_dark(const Room *room)
{
    return g_str_has_suffix(room->told->str, "b:1 ");
}

static gboolean is_told_bright(const Room *room)
{
    return g_str_has_suffix(room->told->str, "b:0 ");
}

/* ---- what a person on such a line would notice ---- */

static void a_wide_line_gets_everything_and_no_padding_for_long(void)
{
    g_autoptr(Room) room = room_new(20000);
    guint64 before;

    (void)add_sender(room, "a", 1200);
    (void)add_sender(room, "c", 1200);
    g_assert_cmpint(run(room, 10 * SECOND, is_bright), <=, SECOND);
    (void)run(room, 30 * SECOND, NULL);
    room->picture_sent[0] = room->picture_sent[1] = 0;
    before = room->padding;
    (void)run(room, 10 * SECOND, NULL);
    for (guint i = 0; i < 2; i++)
        g_assert_cmpuint(room->picture_sent[i] * 8 / 10000, >, 1150);
    g_assert_cmpuint(room->padding - before, ==, 0);
    g_assert_cmpuint(room->switches, ==, 0);
    g_assert_cmpstr(room->told->str, ==, "");
}

static void sound_goes_on_when_the_line_falls_and_the_picture_comes_back(void)
{
    g_autoptr(Room) room = room_new(2000);
    guint64 sent;

    (void)add_sender(room, "a", 1200);
    (void)run(room, 10 * SECOND, NULL);
    g_assert_true(is_bright(room));
    room->link.kbps = 300;
    g_assert_cmpint(run(room, 5 * SECOND, is_dark), <=, SECOND);
    (void)run(room, 2 * SECOND, is_told_dark);
    g_assert_true(is_told_dark(room));
    (void)run(room, 2 * SECOND, NULL);
    room->worst_us = 0;
    room->sound_dropped = 0;
    sent = room->sound_sent;
    (void)run(room, 10 * SECOND, NULL);
    g_assert_true(is_dark(room));
    g_assert_cmpuint(room->sound_sent - sent, >=, 490);
    g_assert_cmpuint(room->sound_dropped, ==, 0);
    g_assert_cmpint(room->worst_us, <=, 250 * MS);
    room->link.kbps = 2000;
    g_assert_cmpint(run(room, 30 * SECOND, is_bright), <=, 12 * SECOND);
    (void)run(room, 2 * SECOND, NULL);
    g_assert_true(is_told_bright(room));
    g_assert_true(is_bright(room));
}

static void pictures_do_not_come_and_go(void)
{
    static const guint rates[] = {200, 700, 1150, 1300, 1450, 1700};

    for (guint i = 0; i < G_N_ELEMENTS(rates); i++) {
        g_autoptr(Room) room = room_new(rates[i]);

        (void)add_sender(room, "a", 1200);
        (void)run(room, 10 * SECOND, NULL);
        room->switches = 0;
        (void)run(room, 120 * SECOND, NULL);
        g_test_message("%u kbit/s: %u switches", rates[i], room->switches);
        g_assert_cmpuint(room->switches, <=, 5);
    }
}

/* Air that is taken, or a computer that is busy: everything stands for a moment. */
static void a_line_that_holds_its_breath_does_not_stay_dark(void)
{
    g_autoptr(Room) room = room_new(5000);
    gint64 longest_us = 0;

    room->link.queue_us = 2 * SECOND;
    (void)add_sender(room, "a", 300);
    (void)add_sender(room, "c", 300);
    (void)add_sender(room, "d", 300);
    (void)run(room, 10 * SECOND, NULL);
    for (guint i = 0; i < 800; i++) {
        room->link.kbps = i % 40 < 5 ? 20 : 5000; /* 250 ms of every two seconds */
        (void)run(room, 50 * MS, NULL);
        longest_us = MAX(longest_us, room->world->now_us - room->picture_us);
    }
    g_test_message("dark for %" G_GINT64_FORMAT " ms at most", longest_us / MS);
    g_assert_cmpint(longest_us, <=, 4 * SECOND);
}

static gboolean are_both_bright(const Room *room)
{
    return room->picture_sent[0] > 0 && room->picture_sent[1] > 0;
}

/* As a transport tells it: away 5 s after the last word, here again with the first. */
static void a_line_that_was_away_begins_anew(void)
{
    g_autoptr(Room) room = room_new(5000);
    gint64 took_us;

    (void)add_sender(room, "a", 800);
    (void)add_sender(room, "c", 800);
    (void)run(room, 10 * SECOND, NULL);
    room->link.loss = room->link.back_loss = 1;
    (void)run(room, 5 * SECOND, NULL);
    oyer_router_set_active(room->world->router, room->b->peer, FALSE);
    (void)run(room, 15 * SECOND, NULL);
    room->link.loss = room->link.back_loss = 0;
    room->picture_sent[0] = room->picture_sent[1] = 0;
    oyer_router_set_active(room->world->router, room->b->peer, TRUE);
    took_us = run(room, 10 * SECOND, are_both_bright);
    g_test_message("both pictures after %" G_GINT64_FORMAT " ms", took_us / MS);
    g_assert_cmpint(took_us, <=, 300 * MS);
    (void)run(room, 2 * SECOND, NULL);
    g_assert_cmpuint(oyer_bandwidth_kbps(room->b->peer->receiver->bandwidth), >=, 1600);
    g_assert_false(is_dark(room));
}

static void the_judge_is_seen_before_the_others(void)
{
    g_autoptr(Room) room = room_new(1100);
    GHashTable *priorities =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    (void)add_sender(room, "party", 700);
    (void)add_sender(room, "judge", 700);
    g_hash_table_insert(priorities, g_strdup("judge"),
                        GINT_TO_POINTER(OYER_ALLOCATE_JUDGE));
    oyer_router_set_priorities(room->world->router, priorities);
    (void)run(room, 10 * SECOND, NULL);
    room->picture_sent[0] = room->picture_sent[1] = 0;
    g_string_truncate(room->told, 0);
    (void)run(room, 20 * SECOND, NULL);
    g_assert_cmpuint(room->picture_sent[0] * 8 / 20000, <, 100);
    g_assert_cmpuint(room->picture_sent[1] * 8 / 20000, >, 600);
    g_assert_cmpstr(room->told->str, ==, "");
}

/* kbit/s of the nth picture in the next 15 s, once it has settled. */
static guint64 settled_kbps(Room *room, guint n)
{
    (void)run(room, 10 * SECOND, NULL);
    room->picture_sent[n] = 0;
    (void)run(room, 15 * SECOND, NULL);
    return room->picture_sent[n] * 8 / 15000;
}

/* On a line with room for two of three pictures: the judge, and whom one chose. */
static void whom_the_person_chose_is_seen_before_the_others(void)
{
    g_autoptr(Room) room = room_new(1600);
    GHashTable *priorities =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    OyerRouter *router = room->world->router;

    (void)add_sender(room, "party", 500);
    (void)add_sender(room, "other", 500);
    (void)add_sender(room, "judge", 500);
    g_hash_table_insert(priorities, g_strdup("judge"),
                        GINT_TO_POINTER(OYER_ALLOCATE_JUDGE));
    oyer_router_set_priorities(router, priorities);
    oyer_router_set_wishes(router, "b", NULL, 0, "other-video");
    g_assert_cmpuint(settled_kbps(room, 1), >, 430);
    g_assert_cmpuint(settled_kbps(room, 0), <, 100);
    oyer_router_set_wishes(router, "b", NULL, 0, "party-video");
    g_assert_cmpuint(settled_kbps(room, 0), >, 430);
    g_assert_cmpuint(settled_kbps(room, 1), <, 100);
    g_assert_cmpuint(settled_kbps(room, 2), >, 430);

    /* Whoever is chosen, the judge is not the one who gives way. */
    room->link.kbps = 950;
    g_assert_cmpuint(settled_kbps(room, 2), >, 430);
    g_assert_cmpuint(settled_kbps(room, 0), <, 100);
}

static void a_key_frame_does_not_hold_the_sound_up(void)
{
    g_autoptr(Room) room = room_new(3000);
    Sender *sender = add_sender(room, "a", 1500);

    (void)run(room, 10 * SECOND, NULL);
    g_assert_true(is_bright(room));
    room->worst_us = 0;
    room->sound_dropped = 0;
    for (guint i = 0; i < 10; i++) {
        (void)run(room, SECOND, NULL);
        sender->asked = 0; /* a key frame: 37 kB in one go, 100 ms of this line */
    }
    g_assert_cmpint(room->worst_us, <=, 80 * MS);
    g_assert_cmpuint(room->sound_dropped, ==, 0);
    g_assert_true(is_bright(room));
}

static void what_waits_is_not_sent_to_who_may_not_see_it_any_more(void)
{
    g_autoptr(Room) room = room_new(3000);
    Sender *sender = add_sender(room, "a", 1500);
    guint64 before;

    set_matrix(room->world, "{\"b\":{\"a\":3}}");
    (void)run(room, 10 * SECOND, NULL);
    sender->asked = 0;
    send_picture(room, sender);
    g_assert_cmpint(oyer_bandwidth_due_us(room->b->peer->receiver->bandwidth), !=, 0);
    set_matrix(room->world, "{\"b\":{\"a\":1}}");
    oyer_router_tick(room->world->router, room->world->now_us);
    before = room->picture_sent[0];
    (void)run(room, SECOND, NULL);
    g_assert_cmpuint(room->picture_sent[0], ==, before);
}

/* Asks for the last @count of what went out as @ssrc again. */
static void ask_again(Room *room, guint32 ssrc, guint count)
{
    guint8 bytes[600];
    guint16 seqs[100], last = 0;
    OyerRtcpWriter writer = {bytes, sizeof bytes, 0};

    for (guint k = room->b->sent->len; k > 0 && !last; k--)
        if (sent_at(room->b, k - 1)->ssrc == ssrc)
            last = sent_at(room->b, k - 1)->seq;
    for (guint k = 0; k < count; k++)
        seqs[k] = (guint16)(last - (count - 1) + k);
    (void)oyer_rtcp_write_rr(&writer, 7, NULL, 0);
    (void)oyer_rtcp_write_nack(&writer, 7, ssrc, seqs, count);
    give(room->world, room->b, gst_buffer_new_memdup(bytes, writer.size));
}

static void who_asks_for_everything_again_gets_a_part(void)
{
    g_autoptr(Room) room = room_new(3000);
    guint64 before;

    (void)add_sender(room, "a", 1200);
    (void)run(room, 10 * SECOND, NULL);
    before = room->padding;
    for (guint i = 0; i < 100; i++) {
        ask_again(room, 50, 100);
        (void)run(room, 50 * MS, NULL);
    }
    g_assert_cmpuint((room->padding - before) * 8 / 5000, <, 2000);
    g_assert_cmpuint(room->sound_dropped, ==, 0);
}

static void sound_is_sent_again_as_it_was(void)
{
    g_autoptr(Room) room = room_new(3000);

    (void)add_sender(room, "a", 600);
    (void)run(room, 5 * SECOND, NULL);
    g_assert_cmpuint(room->repeated, ==, 0);
    ask_again(room, 55, 10);
    g_assert_cmpuint(room->repeated, >=, 5);
}

static void who_never_answers_gets_sound_only(void)
{
    g_autoptr(Room) room = room_new(50000);

    room->link.silent = TRUE;
    (void)add_sender(room, "a", 1200);
    (void)run(room, 10 * SECOND, NULL);
    g_assert_true(is_dark(room));
    g_assert_true(is_told_dark(room));
    room->picture_sent[0] = 0;
    (void)run(room, 20 * SECOND, NULL);
    g_assert_cmpuint(room->picture_sent[0], ==, 0);
}

static void give_remb(World *world, Client *client, guint kbps)
{
    guint8 bytes[24] = {0x8f, 206, 0,   5,   0, 0, 0, 7, 0, 0, 0, 0,
                        'R',  'E', 'M', 'B', 1, 0, 0, 0, 0, 0, 0, 50};
    guint32 word = kbps * 1000 / 64;

    bytes[17] = (guint8)(6 << 2 | word >> 16);
    bytes[18] = (guint8)(word >> 8);
    bytes[19] = (guint8)word;
    give(world, client, gst_buffer_new_memdup(bytes, sizeof bytes));
}

static guint pictures_of(const Client *client)
{
    guint count = 0;

    for (guint i = 0; i < client->sent->len; i++)
        count += sent_at(client, i)->ssrc == 70;
    return count;
}

static void remb_is_believed_where_there_is_nothing_else(void)
{
    g_autoptr(Room) room = room_new(50000);
    Client *c = client_new(room->world, "c");
    guint before;

    (void)add_sender(room, "a", 1200);
    (void)add_slot(room->world, c, "a", OYER_KIND_VIDEO, 70);
    oyer_router_set_feedback(room->world->router, c->peer, 0, room->world->now_us);
    (void)run(room, 5 * SECOND, NULL);
    g_assert_cmpuint(pictures_of(c), >, 100);
    g_assert_false(sent_at(c, 0)->flags & OYER_PLAN_TWCC);
    give_remb(room->world, c, 400);
    (void)run(room, SECOND, NULL);
    before = pictures_of(c);
    (void)run(room, SECOND, NULL);
    g_assert_cmpuint(pictures_of(c), ==, before);
    g_assert_cmpstr(room->told->str, ==, "c:1 ");
    give_remb(room->world, c, 3000);
    (void)run(room, 3 * SECOND, NULL);
    g_assert_cmpuint(pictures_of(c), >, before);
    g_assert_cmpstr(room->told->str, ==, "c:1 c:0 ");
}

/* Its receiver tells of what arrives, and nothing arrives while it is held back. */
static void remb_does_not_keep_pictures_away_for_good(void)
{
    g_autoptr(Room) room = room_new(50000);
    Client *c = client_new(room->world, "c");
    guint before;

    (void)add_sender(room, "a", 1200);
    (void)add_slot(room->world, c, "a", OYER_KIND_VIDEO, 70);
    oyer_router_set_feedback(room->world->router, c->peer, 0, room->world->now_us);
    (void)run(room, 5 * SECOND, NULL);
    for (guint i = 0; i < 4; i++) {
        give_remb(room->world, c, 400);
        (void)run(room, SECOND, NULL);
    }
    before = pictures_of(c);
    for (guint i = 0; i < 8; i++) {
        guint had = pictures_of(c);

        (void)run(room, SECOND, NULL);
        give_remb(room->world, c, pictures_of(c) > had ? 3000 : 400);
    }
    g_assert_cmpuint(pictures_of(c) - before, >, 40);
    g_assert_cmpstr(room->told->str, ==, "c:1 c:0 ");
}

int main(int argc, char **argv)
{
    gst_init(&argc, &argv);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func(
        "/sfu/bandwidth/a-wide-line-gets-everything-and-no-padding-for-long",
        a_wide_line_gets_everything_and_no_padding_for_long);
    g_test_add_func(
        "/sfu/bandwidth/sound-goes-on-when-the-line-falls-and-the-picture-comes-back",
        sound_goes_on_when_the_line_falls_and_the_picture_comes_back);
    g_test_add_func("/sfu/bandwidth/pictures-do-not-come-and-go",
                    pictures_do_not_come_and_go);
    g_test_add_func("/sfu/bandwidth/a-line-that-holds-its-breath-does-not-stay-dark",
                    a_line_that_holds_its_breath_does_not_stay_dark);
    g_test_add_func("/sfu/bandwidth/a-line-that-was-away-begins-anew",
                    a_line_that_was_away_begins_anew);
    g_test_add_func("/sfu/bandwidth/the-judge-is-seen-before-the-others",
                    the_judge_is_seen_before_the_others);
    g_test_add_func("/sfu/bandwidth/whom-the-person-chose-is-seen-before-the-others",
                    whom_the_person_chose_is_seen_before_the_others);
    g_test_add_func("/sfu/bandwidth/a-key-frame-does-not-hold-the-sound-up",
                    a_key_frame_does_not_hold_the_sound_up);
    g_test_add_func(
        "/sfu/bandwidth/what-waits-is-not-sent-to-who-may-not-see-it-any-more",
        what_waits_is_not_sent_to_who_may_not_see_it_any_more);
    g_test_add_func("/sfu/bandwidth/who-asks-for-everything-again-gets-a-part",
                    who_asks_for_everything_again_gets_a_part);
    g_test_add_func("/sfu/bandwidth/sound-is-sent-again-as-it-was",
                    sound_is_sent_again_as_it_was);
    g_test_add_func("/sfu/bandwidth/who-never-answers-gets-sound-only",
                    who_never_answers_gets_sound_only);
    g_test_add_func("/sfu/bandwidth/remb-is-believed-where-there-is-nothing-else",
                    remb_is_believed_where_there_is_nothing_else);
    g_test_add_func("/sfu/bandwidth/remb-does-not-keep-pictures-away-for-good",
                    remb_does_not_keep_pictures_away_for_good);
    return g_test_run();
}
