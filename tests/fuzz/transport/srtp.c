/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The first byte chooses the profile, the rest comes from the network. */

#include "transport/srtp.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static OyerSrtp *receivers[OYER_SRTP_PROFILES];

    if (size < 1 || size > 2049)
        return 0;
    OyerSrtpKeys keys = {.profile = (OyerSrtpProfile)(data[0] % OYER_SRTP_PROFILES)};
    OyerSrtp **receiver = &receivers[keys.profile];
    if (!*receiver)
        *receiver = oyer_srtp_new(&keys, FALSE);
    gsize length = size - 1;
    g_autofree guint8 *packet = g_memdup2(data + 1, length);
    gsize header = oyer_srtp_header_bytes(packet, length);

    g_assert(header <= length);
    if (oyer_srtp_is_rtcp(packet, length))
        (void)oyer_srtp_receive_rtcp(*receiver, packet, &length);
    else
        (void)oyer_srtp_receive_rtp(*receiver, packet, &length);
    g_assert(length <= size - 1);
    return 0;
}
