/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Asks the court's malware scanner about a file: clamd, by its command INSTREAM
 * (clamd(8)), over a Unix socket or TCP.
 *
 * api/ asks about what was handed in and keeps the answer.  The scanner is on the
 * court's side, but may be away, slow or wrong: then there is no verdict, and that is
 * said.
 *
 * Thread: any but main: it blocks, as long as the times of the scanner allow.
 */
#pragma once

#include <gio/gio.h>

#define OYER_SCAN_FINDING_SIZE 100

typedef enum {
    OYER_SCAN_CLEAN,
    OYER_SCAN_INFECTED,
    OYER_SCAN_TOO_LARGE,  /* more than the scanner takes: asking again is no use */
    OYER_SCAN_UNREADABLE, /* the file is not there; @error is set */
    OYER_SCAN_FAILED,     /* no verdict; @error is set */
} OyerScanVerdict;

typedef struct {
    const char *place; /* "/run/clamav/clamd.ctl", or "127.0.0.1:3310" */
    guint silence_s;   /* of the scanner, while it takes bytes */
    guint verdict_s;   /* after all bytes, and 1 s more for each MiB */
} OyerScanner;

/* FALSE: @place is neither an absolute path nor ADDRESS:PORT. */
gboolean oyer_scanner_is_place(const char *place);

/*
 * Sends the file at @path.  @cancellable ends it early.
 *
 * @out_finding: what it is infected with, in the scanner's words, or "".
 */
OyerScanVerdict oyer_scan_file(const OyerScanner *self, const char *path,
                               GCancellable *cancellable,
                               char out_finding[OYER_SCAN_FINDING_SIZE],
                               GError **error);

/* The scanner's answer, without the zero at its end.  For the above, test and fuzz. */
OyerScanVerdict oyer_scan_reply(const char *text, gsize size_bytes,
                                char out_finding[OYER_SCAN_FINDING_SIZE],
                                GError **error);
