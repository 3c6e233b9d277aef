/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Above the calendar: which day, how much of it, by what; and whose clock it is. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { BYS } from "../../core/agenda.js";
import type { By } from "../../core/agenda.js";
import { c } from "../../core/i18n/calendar.js";
import type { CalendarKey } from "../../core/i18n/calendar.js";
import { language } from "../../core/i18n/index.js";
import type { ScheduleForm } from "../../core/schedule.js";
import { addDays, isDay, isSameClock, spanOfDays, zoneName } from "../../core/zone.js";
import { readersZone } from "./words.js";

const VIEWS = ["day", "week"] as const;
export type View = (typeof VIEWS)[number];

/** What is shown; day "": today. */
export interface Where {
  day: string;
  view: View;
  by: By;
}

export function zones(form: ScheduleForm, day: string): TemplateResult {
  const { from_us } = spanOfDays(day, 1, form.timezone);
  const name = (zone: string): string => zoneName(from_us, zone, language());
  return html`<p class="oyer-calendar__zone" data-test="zone">
    ${c("page.zone", { zone: form.timezone, name: name(form.timezone) })}
    ${isSameClock(form.timezone, readersZone(), from_us) ? nothing : html`<strong data-test="zone-yours">${c("page.zone_yours", { zone: readersZone(), name: name(readersZone()) })}</strong>`}
  </p>`;
}

export function bar(where: Where, isNarrow: boolean, go: (to: Where) => void, refresh: () => void): TemplateResult {
  const step = where.view === "week" ? 7 : 1;
  const press = (test: string, key: CalendarKey, act: () => void, isOn?: boolean): TemplateResult =>
    html`<button class="oyer-button-plain" type="button" data-test=${test} aria-pressed=${isOn === undefined ? nothing : String(isOn)} @click=${act}>${c(key)}</button>`;
  const turn = (test: "before" | "after", sign: string, by: number): TemplateResult => {
    const name = c(`page.${test}.${where.view}`);
    return html`<button class="oyer-button-plain oyer-calendar__turn" type="button" data-test=${test} aria-label=${name} title=${name} @click=${() => go({ ...where, day: addDays(where.day, by) })}>${sign}</button>`;
  };
  const goTo = (event: Event): void => {
    const day = (event.target as HTMLInputElement).value;
    if (isDay(day)) go({ ...where, day });
  };
  return html`<div class="oyer-calendar__bar">
    ${turn("before", "‹", -step)} ${press("today", "page.today", () => go({ ...where, day: "" }))} ${turn("after", "›", step)}
    <label class="govuk-visually-hidden" for="go-day">${c("page.day")}</label>
    <input class="govuk-input oyer-calendar__date" type="date" id="go-day" data-test="go-day" .value=${where.day} @change=${goTo} />
    <span role="group" class="oyer-calendar__choice" aria-label=${c("page.span")}>${VIEWS.map((one) => press(`view-${one}`, `view.${one}`, () => go({ ...where, view: one }), one === where.view))}</span>
    ${isNarrow
      ? nothing
      : html`<span role="group" class="oyer-calendar__choice" aria-label=${c("page.by")}>${BYS.map((one) => press(`by-${one}`, `by.${one}`, () => go({ ...where, by: one }), one === where.by))}</span>`}
    ${press("refresh", "page.refresh", refresh)}
  </div>`;
}
