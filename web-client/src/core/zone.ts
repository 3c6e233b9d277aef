/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Days and clocks of a time zone.  A day is "2026-03-16", a time of day "09:30", an
 * instant microseconds UTC.  A court's days are days of its own zone, wherever the reader
 * sits.
 */

import type { Language } from "./messages.js";

export const MINUTE_US = 60_000_000;
export const HOUR_US = 60 * MINUTE_US;

export interface Span {
  from_us: number;
  to_us: number;
}

const LOCALE: Record<Language, string> = { zh: "zh-Hans-CN", en: "en-GB" };
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let found = formats.get(zone);
  if (!found) {
    const [digits, hourCycle] = ["2-digit", "h23"] as const;
    found = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, hourCycle, year: "numeric", month: digits, day: digits, hour: digits, minute: digits, second: digits,
    });
    formats.set(zone, found);
  }
  return found;
}

/** What clocks show there, read as if it were UTC (ms). */
function wallMs(us: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(new Date(us / 1000))) parts[type] = Number(value);
  return Date.UTC(parts["year"] ?? 0, (parts["month"] ?? 1) - 1, parts["day"], parts["hour"], parts["minute"], parts["second"]);
}

function offsetMs(us: number, zone: string): number {
  return wallMs(us, zone) - Math.floor(us / 1e6) * 1000;
}

export function dayOf(us: number, zone: string): string {
  return new Date(wallMs(us, zone)).toISOString().slice(0, 10);
}

export function timeOf(us: number, zone: string): string {
  return new Date(wallMs(us, zone)).toISOString().slice(11, 16);
}

/** When clocks show that time on that day; one that a change of the clocks leaves out is
 * an hour later, of one that comes twice it is the first. */
export function instant(day: string, time: string, zone: string): number {
  const wall = Date.parse(`${day}T${time}:00Z`);
  const day_ms = 86_400_000;
  const [before, after] = [offsetMs((wall - day_ms) * 1000, zone), offsetMs((wall + day_ms) * 1000, zone)];
  const first = wall - before;
  return (offsetMs(first * 1000, zone) === before ? first : wall - (wallMs((wall - after) * 1000, zone) === wall ? after : before)) * 1000;
}

export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

/** The Monday of its week. */
export function mondayOf(day: string): string {
  return addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));
}

/** From midnight to midnight: 23 or 25 hours when clocks change. */
export function spanOfDays(day: string, count: number, zone: string): Span {
  return { from_us: instant(day, "00:00", zone), to_us: instant(addDays(day, count), "00:00", zone) };
}

/** Clocks show the same in both at that instant. */
export function isSameClock(a: string, b: string, us: number): boolean {
  return wallMs(us, a) === wallMs(us, b);
}

/** "3月16日周一", "Mon, 16 March"; the year if it is not `year`. */
export function dayName(day: string, language: Language, year = day.slice(0, 4)): string {
  return new Intl.DateTimeFormat(LOCALE[language], {
    timeZone: "UTC", month: "long", day: "numeric", weekday: "short", ...(day.startsWith(year) ? {} : { year: "numeric" }),
  }).format(new Date(`${day}T00:00:00Z`));
}

/** "GMT+8": what the zone is called at that instant. */
export function zoneName(us: number, zone: string, language: Language): string {
  const parts = new Intl.DateTimeFormat(LOCALE[language], { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(new Date(us / 1000));
  return parts.find((one) => one.type === "timeZoneName")?.value ?? zone;
}

/** "3月16日周一 09:00–10:00". */
export function spanText(span: Span, zone: string, language: Language): string {
  return `${dayName(dayOf(span.from_us, zone), language)} ${timeOf(span.from_us, zone)}–${timeOf(span.to_us, zone)}`;
}
