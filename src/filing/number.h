/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How a court writes its case numbers: a text with {year}, {court}, {type} and {seq},
 * each once, so that no two cases can get the same.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

/* （2026）沪0114民初1号: by the rules on case numbers of 2016, as amended in 2018. */
#define OYER_NUMBER_FORMAT "（{year}）{court}{type}{seq}号"

gboolean oyer_number_format_is_valid(const char *format);

/* @format is valid.  (transfer full) */
char *oyer_number_text(const char *format, int year, const char *court,
                       const char *type_code, gint64 seq);
