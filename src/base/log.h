/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The log: one JSON object a line on stderr: time, level, domain, message.
 * Lines carry ids, never names, tokens or what people said.
 *
 * Thread: set up once from main(); writing from any thread.
 */
#pragma once

#include <glib.h>

/*
 * Sends everything that g_message() and its kin say to stderr as JSON lines.
 * Levels below @lowest (G_LOG_LEVEL_DEBUG is the lowest) are dropped unless
 * G_MESSAGES_DEBUG names their domain.
 */
void oyer_log_setup(GLogLevelFlags lowest);

/*
 * One line as the log would write it, for a test and for oyer_log_setup().
 *
 * Returns: (transfer full): without its newline.
 */
char *oyer_log_line(gint64 time_us, GLogLevelFlags level, const char *domain,
                    const char *message);
