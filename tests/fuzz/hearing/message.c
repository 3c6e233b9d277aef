/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as a message of a client; what is taken is done in a small hearing, as
 * judge, clerk and party in turn: nothing may crash, and every refusal says why.
 */

#include "hearing/audience.h"
#include "hearing/command.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

#define NOW_US G_GINT64_CONSTANT(1773365400000000)

static OyerHearing *small_hearing(void)
{
    static const struct {
        const char *id;
        OyerRole role;
    } people[] = {{"j", OYER_ROLE_JUDGE},
                  {"k", OYER_ROLE_CLERK},
                  {"p", OYER_ROLE_PARTY},
                  {"w", OYER_ROLE_WITNESS}};
    OyerHearing *hearing = oyer_hearing_new("h");

    for (gsize i = 0; i < G_N_ELEMENTS(people); i++) {
        OyerPerson *person = oyer_hearing_add_person(hearing, people[i].id,
                                                     people[i].id, people[i].role);
        person->room = OYER_ROOM_HEARING;
        person->status = OYER_STATUS_ADMITTED;
    }
    hearing->session = OYER_SESSION_IN_SESSION;
    hearing->recording = OYER_RECORDING_RECORDING;
    hearing->opened_us = NOW_US - 1;
    return hearing;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const char *const actors[] = {"p", "k", "j", "w"};
    g_autoptr(GError) error = NULL;
    char id[OYER_ID_SIZE];
    g_autoptr(OyerMessage) message =
        oyer_message_parse((const char *)data, size, id, &error);

    if (!message) {
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
        return 0;
    }
    g_assert_cmpstr(id, ==, message->id);

    g_autoptr(OyerHearing) hearing = small_hearing();
    for (gsize i = 0; i < G_N_ELEMENTS(actors); i++) {
        g_autoptr(OyerOutcome) outcome =
            oyer_hearing_do(hearing, actors[i], message, NULL, NOW_US + (gint64)i);
        g_assert_true(!outcome->refusal || outcome->text);
    }
    g_autoptr(OyerAudience) audience = oyer_audience_new(hearing);
    return 0;
}
