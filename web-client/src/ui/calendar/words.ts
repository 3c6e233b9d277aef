/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** A hearing, a time and a day of the calendar in words. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { c, calendarLabel } from "../../core/i18n/calendar.js";
import { language } from "../../core/i18n/index.js";
import type { Absence, Agenda, Booked, Named, Names, PlanPerson, ScheduleForm } from "../../core/schedule.js";
import { dayName, dayOf, isSameClock, spanText, timeOf } from "../../core/zone.js";
import type { Span } from "../../core/zone.js";

/** What the views draw, and what may be done there. */
export interface Scene {
  form: ScheduleForm;
  agenda: Agenda;
  mayChange: boolean;
}

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function readersZone(): string {
  return HERE;
}

export function times(span: Span, zone: string): string {
  return `${timeOf(span.from_us, zone)}–${timeOf(span.to_us, zone)}`;
}

export function spanWords(span: Span, zone: string): string {
  return spanText(span, zone, language());
}

/** The reader's own time, where clocks differ; the day as well, where it is another. */
export function yours(span: Span, zone: string): string {
  if (isSameClock(zone, HERE, span.from_us)) return "";
  return dayOf(span.from_us, zone) === dayOf(span.from_us, HERE) ? times(span, HERE) : spanText(span, HERE, language());
}

export function yourTime(span: Span, zone: string): TemplateResult | typeof nothing {
  const time = yours(span, zone);
  return time ? html`<span class="oyer-quiet" data-test="your-time">${c("page.yours", { time })}</span>` : nothing;
}

/** "3月18日周三 17:30". */
export function momentWords(us: number, zone: string): string {
  return `${dayWords(dayOf(us, zone))} ${timeOf(us, zone)}`;
}

/** "周正 休假，到 3月18日周三 17:30". */
export function absenceWords(one: Absence, zone: string): string {
  return c("away.until", { name: one.name, kind: c(`away.${one.kind}`), when: momentWords(one.to_us, zone) });
}

export function dayWords(day: string): string {
  return dayName(day, language());
}

export function personName(person: PlanPerson, names: Names): string {
  return person.name || names[person.person ?? ""] || c("fault.somebody");
}

function all(people: readonly PlanPerson[], names: Names, fits: (one: PlanPerson) => boolean): string {
  return people.filter(fits).map((one) => personName(one, names)).join(language() === "zh" ? "、" : ", ");
}

/** "朱敏 诉 王磊". */
export function versus(people: readonly PlanPerson[], names: Names): string {
  const side = (wanted: string): string => all(people, names, (one) => one.as === "party" && one.side === wanted);
  const [a, b] = [side("plaintiff"), side("defendant")];
  return a && b ? c("one.versus", { a, b }) : all(people, names, (one) => one.as === "party");
}

export function judges(hearing: Booked, names: Names): string {
  return all(hearing.plan.people, names, (one) => one.as === "judge" || one.as === "panel");
}

export function caseWords(hearing: Booked): string {
  const all = hearing.plan.cases.length;
  return all > 1 ? `${hearing.case_number} ${c("one.cases", { n: all })}` : hearing.case_number;
}

export function nameIn(list: readonly Named[], id: string): string {
  return list.find((one) => one.id === id)?.name ?? "";
}

/** What stands behind its parties: kind, openness, state, where they are not as usual. */
export function remarks(hearing: Booked): string {
  return [
    hearing.plan.kind === "first" ? "" : calendarLabel("kind", hearing.plan.kind),
    hearing.plan.openness === "closed" ? c("one.closed") : "",
    hearing.status === "scheduled" ? "" : calendarLabel("status", hearing.status),
  ].filter(Boolean).join(" · ");
}

/** The working time of a day: "" on a day off. */
export function workWords(agenda: Agenda, day: string, zone: string): string {
  return workOf(agenda).filter((one) => dayOf(one.from_us, zone) === day).map((one) => times(one, zone)).join(language() === "zh" ? "、" : ", ");
}

export function workOf(agenda: Agenda): Span[] {
  return agenda.work.map(([from_us, to_us]) => ({ from_us, to_us }));
}
