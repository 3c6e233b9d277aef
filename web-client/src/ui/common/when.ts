/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** A moment in words, in the reader's time zone or that of a court, which is named. */

import { dateTime } from "../../core/format.js";
import { language } from "../../core/i18n/index.js";

export function when(us: number, zone = Intl.DateTimeFormat().resolvedOptions().timeZone): string {
  return us > 0 ? dateTime(new Date(us / 1000).toISOString(), zone, language()) : "";
}

/** The end of a day belongs to that day. */
export function lastMoment(us: number, zone?: string): string {
  return us > 0 ? when(us - 60_000_000, zone) : "";
}

/** 09:30, in the time zone of a court. */
export function timeOfDay(us: number, zone: string): string {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(us / 1000);
}

/** 2026-03-18, there: so days can be told apart and put in order. */
export function dayThere(us: number, zone: string): string {
  return new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone }).format(us / 1000);
}
