/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What attackers send: datagrams that strangers throw at a media port, and RTP and
 * RTCP that a participant sends to harm others.  Every kind by its name.
 *
 * Thread: any; seeds are read once, before the first use.
 */
#pragma once

#include <glib.h>

#include "fault/peer.h"

#define FORGE_BYTES_MAX 1400

/* Datagram @number of a kind, into @out (FORGE_BYTES_MAX).  Returns: its size. */
typedef gsize (*ForgeFunc)(guint64 number, GRand *random, guint8 *out);

/* srtp, srtcp, hello, null-hello, records, stun, noise.  NULL: no such kind. */
ForgeFunc forge_datagram(const char *kind);

/* video, nack, pli, lies, stolen, fuzz.  NULL: no such kind. */
FaultFill forge_packet(const char *kind);

/* Reads the seeds of the fuzzing kinds from the fuzz targets' corpus in @dir. */
void forge_seeds(const char *dir);
