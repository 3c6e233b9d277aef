/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/stun.h"

#define PASSWORD "VOkJxbRl1RmTxUk/WvJxBt"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* What the answering side does with it, whoever it is from. */
static void answer(const guint8 *data, gsize size)
{
    struct sockaddr_storage from = {.ss_family = AF_INET6};
    guint8 out[OYER_STUN_ANSWER_MAX];
    OyerStunRequest request;

    if (!oyer_stun_request_parse(data, size, &request))
        return;
    OyerStunCode code = oyer_stun_judge(&request, PASSWORD);
    OyerStunAnswer answer = {
        .code = code, .request = &request, .from = &from, .password = PASSWORD};
    gsize written = oyer_stun_answer_write(&answer, out);

    g_assert(oyer_stun_is(data, size) && oyer_stun_is_request(data, size));
    g_assert(code != OYER_STUN_OK || oyer_stun_is_authentic(data, size, PASSWORD));
    g_assert(oyer_stun_judge(&request, NULL) != OYER_STUN_OK);
    g_assert(written <= sizeof(out) && oyer_stun_is_authentic(out, written, PASSWORD));
    /* To a stranger: never more than he sent. */
    answer.code = oyer_stun_judge(&request, NULL);
    answer.password = NULL;
    g_assert(oyer_stun_answer_write(&answer, out) <= MAX(size, 36));
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    gboolean is = oyer_stun_is(data, size);

    g_assert(is || !oyer_stun_is_request(data, size));
    g_assert(is || !oyer_stun_is_authentic(data, size, PASSWORD));
    (void)oyer_stun_is_authentic(data, size, PASSWORD);
    answer(data, size);
    return 0;
}
