/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Cases that wait for a day, and the times that are proposed for them, row by row. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { nameOnList } from "../../core/filing.js";
import type { Cause } from "../../core/filing.js";
import { c, calendarLabel } from "../../core/i18n/calendar.js";
import { language } from "../../core/i18n/index.js";
import type { Hearing, Proposal, ScheduleForm, Verdict, WaitingCase } from "../../core/schedule.js";
import { dayOf } from "../../core/zone.js";
import { faultList } from "./faults.js";
import { dayWords, nameIn, personName, spanWords, versus, yourTime } from "./words.js";

/** What became of a row. */
export interface Row {
  case: WaitingCase;
  proposal: Proposal | null;
  booked: Hearing | null;
  /** Why it could not be had any more. */
  verdict: Verdict | null;
}

export interface WaitingActions {
  propose(minutes: number, in_person: boolean): void;
  accept(row: Row): void;
  /** Opens the dialog with what is proposed, or with the bare case. */
  choose(row: Row): void;
}

const LENGTHS = [30, 45, 60, 90, 120, 180] as const;
const USUAL = 60;

export function waitingList(rows: readonly Row[] | null, form: ScheduleForm, causes: readonly Cause[], to: WaitingActions): TemplateResult {
  return html`<h1 class="govuk-heading-l oyer-tight" tabindex="-1">${c("wait.heading")}</h1>
    <p class="govuk-body">${c("wait.text")}</p>
    ${rows === null ? html`<p class="govuk-body" role="status">${c("page.loading")}</p>` : rows.length === 0 ? html`<p class="govuk-body" data-test="empty">${c("wait.none")}</p>` : html`${asking(to)} ${list(rows, form, causes, to)}`}`;
}

function asking(to: WaitingActions): TemplateResult {
  const submit = (event: Event): void => {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    to.propose(Number(data.get("minutes")), data.get("in-person") !== null);
  };
  return html`<form class="oyer-calendar__asking" novalidate @submit=${submit}>
    <div>
      <label class="govuk-label" for="minutes">${c("wait.minutes")}</label>
      <select class="govuk-select" id="minutes" name="minutes" data-test="minutes">
        ${LENGTHS.map((n) => html`<option value=${n} ?selected=${n === USUAL}>${c("wait.n_minutes", { n })}</option>`)}
      </select>
    </div>
    <div class="govuk-checkboxes__item">
      <input class="govuk-checkboxes__input" type="checkbox" id="in-person" name="in-person" data-test="in-person" />
      <label class="govuk-label govuk-checkboxes__label" for="in-person">${c("wait.in_person")}</label>
    </div>
    <button class="govuk-button" data-test="propose">${c("wait.propose")}</button>
  </form>`;
}

function list(rows: readonly Row[], form: ScheduleForm, causes: readonly Cause[], to: WaitingActions): TemplateResult {
  return html`<ol class="oyer-calendar__waiting" data-test="waiting-list">
    ${repeat(rows, (row) => row.case.case, (row) => one(row, form, causes, to))}
  </ol>`;
}

function one(row: Row, form: ScheduleForm, causes: readonly Cause[], to: WaitingActions): TemplateResult {
  const of = row.case;
  const day = (us: number): string => dayWords(dayOf(us, form.timezone));
  const facts = [nameOnList(causes, of.cause, language()), calendarLabel("procedure", of.procedure), c("wait.docketed", { day: day(of.docketed_us) }), c("wait.due", { day: day(of.due_us) })];
  return html`<li data-test="waiting-row" data-case=${of.case} data-booked=${row.booked ? "true" : "false"}>
    <strong>${of.case_number}</strong> <span>${versus(of.people, of.names)}</span>
    <span class="oyer-calendar__line oyer-quiet">${facts.join(" · ")}</span>
    ${isLate(row, form) ? html`<strong class="oyer-calendar__line oyer-calendar__taken" data-test="late">${c("wait.late")}</strong>` : nothing}
    ${row.booked
      ? html`<span class="oyer-calendar__line oyer-good" data-test="row-booked">${c("wait.booked")} ${spanWords({ from_us: row.booked.begins_us, to_us: row.booked.ends_us }, form.timezone)}</span>`
      : html`${proposed(row, form)}
          <div class="oyer-registry__bar">
            ${row.proposal?.plan && !row.verdict
              ? html`<button class="govuk-button" type="button" data-test="accept" aria-label=${c("wait.accept_of", { case: of.case_number })} @click=${() => to.accept(row)}>${c("wait.accept")}</button>`
              : nothing}
            <button class="oyer-button-plain" type="button" data-test="choose" aria-label=${c("wait.other_of", { case: of.case_number })} @click=${() => to.choose(row)}>${c("wait.other")}</button>
          </div>`}
  </li>`;
}

/** Its last day is over, or will be on the day it has or would get. */
function isLate({ case: of, proposal, booked }: Row, form: ScheduleForm): boolean {
  return of.due_us < (booked?.begins_us ?? proposal?.plan?.sessions[0]?.from_us ?? form.now_us);
}

function proposed({ proposal, verdict, case: of }: Row, form: ScheduleForm): TemplateResult | typeof nothing {
  if (!proposal) return nothing;
  if (!proposal.plan) return html`<span class="oyer-calendar__line" data-test="short">${c("wait.short", { what: calendarLabel("as", proposal.short) })}</span>`;
  const { plan } = proposal;
  const known = { ...of.names, ...Object.fromEntries([...form.judges, ...form.clerks].map((one) => [one.id, one.name])) };
  const judge = plan.people.filter((one) => one.as === "judge").map((one) => personName(one, known)).join("、");
  const where = nameIn(form.rooms, plan.room) || c("column.rooms");
  return html`${plan.sessions.map((span) => html`<span class="oyer-calendar__line oyer-calendar__proposed" data-test="proposed">${spanWords(span, form.timezone)} · ${where} · ${c("one.judge", { name: judge })} ${yourTime(span, form.timezone)}</span>`)}
    ${verdict ? html`<div role="alert" tabindex="-1" data-test="row-taken"><strong class="oyer-calendar__taken">${c("wait.taken")}</strong> ${faultList(verdict, form.timezone)}</div>` : nothing}`;
}
