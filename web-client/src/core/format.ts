/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Times and sizes in words.  The court's time zone is always named where a date stands. */

import type { Language } from "./messages.js";

const LOCALE: Record<Language, string> = { zh: "zh-Hans-CN", en: "en-GB" };

function zoned(
  language: Language,
  zone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(LOCALE[language], { ...options, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat(LOCALE[language], options); // a zone this browser lacks
  }
}

export function dateTime(iso: string, zone: string, language: Language): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  const day = zoned(language, zone, {
    year: "numeric",
    month: "long",
    day: "numeric",
    weekday: "long",
  }).format(at);
  const time = zoned(language, zone, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(at);
  const offset = zoned(language, zone, { timeZoneName: "short" })
    .formatToParts(at)
    .find((part) => part.type === "timeZoneName")?.value;
  return `${day} ${time}${offset ? ` (${offset})` : ""}`;
}

export function clock(ms: number, zone: string, language: Language): string {
  return zoned(language, zone, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(new Date(ms));
}

/** 0:07, 12:41, 1:02:05. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const h = Math.floor(whole / 3600);
  const m = Math.floor(whole / 60) % 60;
  const s = String(whole % 60).padStart(2, "0");
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${s}` : `${m}:${s}`;
}

/** 00:12:41, as on a recorder. */
export function counter(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

export function bytes(count: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = Math.max(0, count);
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]}`;
}
