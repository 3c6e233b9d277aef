/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** A moment in words, in the reader's time zone or that of a court, which is named. */

import { dateTime } from "../../core/format.js";
import { language } from "../../core/i18n/index.js";

export function when(us: number, zone = Intl.DateTimeFormat().resolvedOptions().timeZone): string {
  return us > 0 ? dateTime(new Date(us / 1000).toISOString(), zone, language()) : "";
}
