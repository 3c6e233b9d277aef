/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The calendar without its page: which column a hearing stands in, where in it, and what
 * becomes of its plan when it is dragged or its fields are filled in.
 */

import type { Absence, Booked, Plan } from "./schedule.js";
import { addDays, dayOf, HOUR_US, instant, MINUTE_US, timeOf } from "./zone.js";
import type { Span } from "./zone.js";

/** The grid on which free slots are looked for. */
export const SLOT_US = 15 * MINUTE_US;
export const SESSION_MAX_US = 4 * HOUR_US;
export const ABSENCE_MAX_US = 366 * 24 * HOUR_US;

export const BYS = ["rooms", "judges"] as const;
export type By = (typeof BYS)[number];

/** One session of a hearing. */
export interface Piece extends Span {
  hearing: Booked;
  index: number;
}

export type Placed<T> = T & { lane: number; lanes: number };

/**
 * Puts what overlaps side by side.  Nothing is taken to be shorter than `least_us`: it is
 * drawn that tall, and must not cover what comes after it.
 */
export function layOut<T extends Span>(spans: readonly T[], least_us: number): Placed<T>[] {
  const sorted = [...spans].sort((a, b) => a.from_us - b.from_us || b.to_us - a.to_us);
  const out: Placed<T>[] = [];
  let cluster: Placed<T>[] = [];
  let ends: number[] = [];
  const close = (): void => {
    for (const one of cluster) one.lanes = ends.length;
    out.push(...cluster);
    cluster = [];
    ends = [];
  };
  for (const span of sorted) {
    if (ends.every((end) => end <= span.from_us)) close();
    const free = ends.findIndex((end) => end <= span.from_us);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = Math.max(span.to_us, span.from_us + least_us);
    cluster.push({ ...span, lane, lanes: 0 });
  }
  close();
  return out;
}

/** The sessions that fall into `span`. */
export function piecesIn(hearings: readonly Booked[], span: Span): Piece[] {
  return hearings
    .flatMap((hearing) => hearing.plan.sessions.map((one, index) => ({ ...one, hearing, index })))
    .filter((one) => one.from_us < span.to_us && one.to_us > span.from_us)
    .sort((a, b) => a.from_us - b.from_us);
}

/** What of `resource` falls into `span`, cut off at its ends. */
export function absencesIn(absences: readonly Absence[], resource: string, span: Span): Absence[] {
  return absences
    .filter((one) => one.resource === resource && one.from_us < span.to_us && one.to_us > span.from_us)
    .map((one) => ({ ...one, from_us: Math.max(one.from_us, span.from_us), to_us: Math.min(one.to_us, span.to_us) }));
}

/** Where it stands: its room, or each of its judges; "": in none of `known`. */
export function columnsOf(hearing: Booked, by: By, known: readonly string[]): string[] {
  const { room, people } = hearing.plan;
  const all = by === "rooms" ? [room] : people.filter((one) => one.as === "judge" || one.as === "panel").map((one) => one.person ?? "");
  const found = all.filter((one) => known.includes(one));
  return found.length > 0 ? found : [""];
}

/** What of the day is drawn, in whole hours: the working time, and all that is booked. */
export function axisOf(day: string, zone: string, work: readonly Span[], pieces: readonly Span[]): Span {
  const own = work.filter((one) => dayOf(one.from_us, zone) === day);
  const all = [...own, ...pieces];
  if (own.length === 0) all.push({ from_us: instant(day, "09:00", zone), to_us: instant(day, "17:00", zone) });
  const from_us = Math.min(...all.map((one) => one.from_us));
  const to_us = Math.max(...all.map((one) => one.to_us));
  const begins = dayOf(from_us, zone) < day ? "00:00" : `${timeOf(from_us, zone).slice(0, 2)}:00`;
  const first_us = instant(day, begins, zone);
  const midnight_us = instant(addDays(day, 1), "00:00", zone);
  return { from_us: first_us, to_us: Math.min(midnight_us, first_us + Math.ceil((to_us - first_us) / HOUR_US) * HOUR_US) };
}

/** What of `axis` is not working time. */
export function offTime(axis: Span, work: readonly Span[]): Span[] {
  const out: Span[] = [];
  let at_us = axis.from_us;
  for (const one of [...work].sort((a, b) => a.from_us - b.from_us)) {
    if (one.to_us <= at_us || one.from_us >= axis.to_us) continue;
    if (one.from_us > at_us) out.push({ from_us: at_us, to_us: one.from_us });
    at_us = one.to_us;
  }
  if (at_us < axis.to_us) out.push({ from_us: at_us, to_us: axis.to_us });
  return out;
}

// ---- dragging ----

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

/** The slot nearest to `us`, counted from the hour at which `axis` begins. */
function toSlot(us: number, axis: Span): number {
  return axis.from_us + Math.round((us - axis.from_us) / SLOT_US) * SLOT_US;
}

/** Moved by so much, on the grid and within the day as it is drawn; as long as it was. */
export function dragged(span: Span, by_us: number, axis: Span): Span {
  const length = span.to_us - span.from_us;
  const from_us = within(toSlot(span.from_us + by_us, axis), axis.from_us, Math.max(axis.from_us, axis.to_us - length));
  return { from_us, to_us: from_us + length };
}

/** Its end moved by so much: at least one slot long, at most as long as a session may be. */
export function resized(span: Span, by_us: number, axis: Span): Span {
  const most = Math.min(axis.to_us, span.from_us + SESSION_MAX_US);
  return { from_us: span.from_us, to_us: within(toSlot(span.to_us + by_us, axis), span.from_us + SLOT_US, most) };
}

/** The slot in which a finger or a mouse came down. */
export function slotAt(us: number, axis: Span): Span {
  const from_us = axis.from_us + Math.floor((us - axis.from_us) / SLOT_US) * SLOT_US;
  return { from_us, to_us: from_us + HOUR_US };
}

/** The same time of another day, as clocks show it. */
export function onDay(span: Span, day: string, zone: string): Span {
  const from_us = instant(day, timeOf(span.from_us, zone), zone);
  return { from_us, to_us: from_us + span.to_us - span.from_us };
}

/** The plan with one of its sessions elsewhere; sessions stand in order. */
export function withSession(plan: Plan, index: number, span: Span): Plan {
  const sessions = plan.sessions.map((one, i) => (i === index ? { from_us: span.from_us, to_us: span.to_us } : one));
  return { ...plan, sessions: sessions.sort((a, b) => a.from_us - b.from_us) };
}

/** The plan with another room, or another judge in the place of `from`.  A judge who
 * sits in it already, or nobody, takes no place. */
export function inColumn(plan: Plan, by: By, from: string, to: string): Plan {
  if (from === to) return plan;
  if (by === "rooms") return { ...plan, room: to };
  if (!to || plan.people.some((one) => one.person === to)) return plan;
  return { ...plan, people: plan.people.map((one) => (one.person === from && (one.as === "judge" || one.as === "panel") ? { ...one, person: to } : one)) };
}

export function isSameTime(a: Plan, b: Plan): boolean {
  const text = (plan: Plan): string => plan.sessions.map((one) => `${one.from_us}-${one.to_us}`).join(" ");
  return text(a) === text(b);
}

// ---- the fields of a dialog ----

/** A session as it is written: a day and two times of the court's clock. */
export interface Row {
  day: string;
  from: string;
  to: string;
}

export function rowOf(span: Span, zone: string): Row {
  return { day: dayOf(span.from_us, zone), from: timeOf(span.from_us, zone), to: timeOf(span.to_us, zone) };
}

/** null: something is missing, ends before it begins, or is too long. */
export function spanOf(row: Row, zone: string): Span | null {
  if (!row.day || !row.from || !row.to) return null;
  const span = { from_us: instant(row.day, row.from, zone), to_us: instant(row.day, row.to, zone) };
  return span.to_us > span.from_us && span.to_us - span.from_us <= SESSION_MAX_US ? span : null;
}

/** All of them in order; null: one is no session, or they overlap. */
export function sessionsOf(rows: readonly Row[], zone: string): Span[] | null {
  const out: Span[] = [];
  for (const row of rows) {
    const span = spanOf(row, zone);
    if (!span) return null;
    out.push(span);
  }
  out.sort((a, b) => a.from_us - b.from_us);
  return out.every((one, i) => i === 0 || (out[i - 1]?.to_us ?? 0) <= one.from_us) ? out : null;
}
