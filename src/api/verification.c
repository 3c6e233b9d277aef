/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Asks the court's verifier for the clerk, and brings its answer into the hearing. */

#include "api/internal.h"
#include "post/verifier.h"

/* The hearing may be another one in memory when the answer comes. */
typedef struct {
    OyerHouse *house;
    char hearing[OYER_ID_SIZE], participant[OYER_ID_SIZE];
} Asked;

static void tell(OyerSitting *self, const char *participant,
                 const OyerVerifierAnswer *answer)
{
    g_autoptr(json_t) object = oyer_verifier_answer_json(answer);
    g_autofree char *text = oyer_json_text(object);

    oyer_sitting_fact(self, OYER_SYSTEM_VERIFIED, participant, text, 0);
}

static void on_answer(const OyerVerifierAnswer *answer, gpointer data)
{
    Asked *asked = data;
    OyerSitting *sitting = oyer_house_find(asked->house, asked->hearing);

    if (sitting != NULL)
        tell(sitting, asked->participant, answer);
}

void oyer_verification_ask(OyerSitting *self, const OyerEffect *effect)
{
    static const OyerVerifierAnswer nobody = {.result = OYER_VERIFIED_NO_ANSWER};
    const OyerPerson *person = oyer_hearing_person(self->hearing, effect->participant);
    g_autofree char *id = oyer_id_new(effect->at_us);
    const OyerVerifierQuestion question = {
        .id = id,
        .name = person ? person->name : NULL,
        .document = effect->reason,
        .number = effect->number,
    };
    Asked *asked = g_new0(Asked, 1);

    asked->house = self->house;
    g_strlcpy(asked->hearing, self->hearing->id, sizeof asked->hearing);
    g_strlcpy(asked->participant, effect->participant, sizeof asked->participant);
    if (self->house->verifier != NULL &&
        oyer_verifier_send(self->house->verifier, &question, on_answer, asked, g_free))
        return;
    g_free(asked);
    tell(self, effect->participant, &nobody);
}
