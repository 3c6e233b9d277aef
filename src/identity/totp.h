/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The second factor: time-based one-time passwords (RFC 6238) as authenticator
 * apps make them: HMAC-SHA-1, thirty seconds, six digits.
 *
 * Nothing here remembers anything: who keeps the account keeps the last step that
 * was used, so that no code works twice.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

#define OYER_TOTP_STEP_US (30 * G_GINT64_CONSTANT(1000000))
#define OYER_TOTP_DIGITS 6

/* Returns: (transfer full): a new secret of 160 bits in base 32 (RFC 4648). */
char *oyer_totp_new_secret(void);

/*
 * What an authenticator app reads, as a QR code or a link: `otpauth://totp/…`.
 *
 * Returns: (transfer full)
 */
char *oyer_totp_uri(const char *secret, const char *issuer, const char *login);

/* Writes the code of the moment @step; FALSE if @secret is not one. */
gboolean oyer_totp_code(const char *secret, gint64 step,
                        char out_code[OYER_TOTP_DIGITS + 1]);

/*
 * Whether @code is right at @now_us: of this step or the one before or after, so that
 * a clock may be half a minute off, and later than @last_step.  Spaces are skipped.
 *
 * @out_step: the step to be kept as the last one; written only on success.
 */
gboolean oyer_totp_check(const char *secret, const char *code, gint64 now_us,
                         gint64 last_step, gint64 *out_step);
