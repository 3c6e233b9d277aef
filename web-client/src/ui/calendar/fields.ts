/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The fields of the booking dialog. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { spanOf } from "../../core/agenda.js";
import type { Row } from "../../core/agenda.js";
import { c, calendarLabel } from "../../core/i18n/calendar.js";
import { BY_NAME, KINDS, MODES, NOTICED } from "../../core/schedule.js";
import type { As, Mode, Named, Names, Plan, PlanPerson, ScheduleForm, WaitingCase } from "../../core/schedule.js";
import { personName, yourTime } from "./words.js";

/** What is being written.  Fields change it in place and ask to be drawn again. */
export interface Draft {
  plan: Plan;
  rows: Row[];
  names: Names;
  code: string;
  reason: string;
}

export interface Sheet {
  draft: Draft;
  form: ScheduleForm;
  waiting: readonly WaitingCase[];
  isNew: boolean;
  /** Notice is too short: what would help is open. */
  isShort: boolean;
  caseName(id: string, n: number): string;
  /** What was checked before is not true of it any more. */
  changed(): void;
}

const TEXT_MAX = 2000;
const NAME_MAX = 100;
const SLOT_S = 900;

type Options = readonly (readonly [value: string, text: string])[];

export function choice(id: string, label: string, options: Options, value: string, take: (value: string) => void): TemplateResult {
  return html`<div class="govuk-form-group">
    <label class="govuk-label" for=${id}>${label}</label>
    <select class="govuk-select oyer-calendar__field" id=${id} data-test=${id} .value=${live(value)} @change=${(event: Event) => take((event.target as HTMLSelectElement).value)}>
      ${options.map(([one, text]) => html`<option value=${one} ?selected=${one === value}>${text}</option>`)}
    </select>
  </div>`;
}

export function words(id: string, label: string, value: string, take: (value: string) => void): TemplateResult {
  return html`<div class="govuk-form-group">
    <label class="govuk-label" for=${id}>${label}</label>
    <textarea class="govuk-textarea oyer-tight" id=${id} data-test=${id} rows="2" maxlength=${TEXT_MAX} .value=${value} @input=${(event: Event) => take((event.target as HTMLTextAreaElement).value)}></textarea>
  </div>`;
}

/** A day, a time: one line with its label. */
export function written(id: string, label: string, type: string, value: string, take: (value: string) => void): TemplateResult {
  return html`<div>
    <label class="govuk-label" for=${id}>${label}</label>
    <input
      class="govuk-input"
      id=${id}
      data-test=${id}
      type=${type}
      step=${type === "time" ? SLOT_S : nothing}
      .value=${value}
      @change=${(event: Event) => take((event.target as HTMLInputElement).value)}
    />
  </div>`;
}

function button(test: string, label: string, text: string, press: () => void): TemplateResult {
  return html`<button class="oyer-button-plain" type="button" data-test=${test} aria-label=${label} @click=${press}>${text}</button>`;
}

const listed = (all: readonly Named[]): [string, string][] => all.map((one) => [one.id, one.name]);

/** With the chosen one, even if it is not to be had any more. */
function offered(all: readonly Named[], chosen: string, names: Names, none: string): Options {
  const known = chosen === "" || all.some((one) => one.id === chosen);
  return [["", none], ...listed(all), ...(known ? [] : [[chosen, names[chosen] ?? c("edit.closed_room")] as const])];
}

export function reasons(form: ScheduleForm): Options {
  return [["", c("edit.nobody")], ...form.reasons.map(({ code, adjourns }): [string, string] => [code, `${calendarLabel("code", code)}${adjourns ? ` · ${c("edit.code_adjourns")}` : ""}`])];
}

// ---- cases ----

export function cases(sheet: Sheet): TemplateResult {
  const { plan } = sheet.draft;
  const free = sheet.waiting.filter((one) => !plan.cases.includes(one.case));
  const add = (id: string): void => {
    const found = free.find((one) => one.case === id);
    if (!found) return;
    plan.cases.push(found.case);
    plan.people.push(...found.people.filter((one) => !plan.people.some((there) => there.person === one.person)));
    sheet.draft.names = { ...sheet.draft.names, ...found.names };
    sheet.changed();
  };
  const drop = (id: string): void => {
    const gone = sheet.waiting.find((one) => one.case === id)?.people ?? [];
    plan.cases = plan.cases.filter((one) => one !== id);
    plan.people = plan.people.filter((one) => !gone.some((other) => other.person === one.person));
    sheet.changed();
  };
  const options: Options = [["", c("edit.nobody")], ...free.map((one): [string, string] => [one.case, `${one.case_number} ${Object.values(one.names).join("、")}`])];
  return html`<fieldset class="govuk-fieldset">
    <legend class="govuk-fieldset__legend govuk-fieldset__legend--s">${c("edit.case")}</legend>
    <ul class="oyer-calendar__rows">
      ${plan.cases.map((id, n) => {
        const name = sheet.caseName(id, n + 1);
        return html`<li data-test="case">${name} ${sheet.isNew || n > 0 ? button("remove-case", c("edit.remove_one", { name }), c("edit.remove"), () => drop(id)) : nothing}</li>`;
      })}
    </ul>
    ${free.length > 0 ? choice("add-case", c(plan.cases.length === 0 ? "edit.choose_case" : "edit.add_case"), options, "", add) : nothing}
    ${free.length === 0 && plan.cases.length === 0 ? html`<p class="govuk-body">${c("edit.no_waiting")}</p>` : nothing}
  </fieldset>`;
}

// ---- times ----

export function sessions(sheet: Sheet): TemplateResult {
  const { rows } = sheet.draft;
  const add = (): void => {
    const last = rows.at(-1);
    rows.push(last ? { day: last.day, from: "", to: "" } : { day: "", from: "", to: "" });
    sheet.changed();
  };
  return html`<fieldset class="govuk-fieldset">
    <legend class="govuk-fieldset__legend govuk-fieldset__legend--s">${c("edit.times")}</legend>
    <p class="govuk-hint oyer-tight">${sheet.form.timezone}</p>
    ${rows.map((row, n) => session(sheet, row, n))}
    <p>${button("add-session", c("edit.add_session"), c("edit.add_session"), add)}</p>
  </fieldset>`;
}

function session(sheet: Sheet, row: Row, n: number): TemplateResult {
  const field = (what: keyof Row, type: string): TemplateResult => {
    const label = sheet.draft.rows.length > 1 ? c(`edit.${what}_n`, { n: n + 1 }) : c(`edit.${what}`);
    return written(`${what}-${n}`, label, type, row[what], (value) => {
      row[what] = value;
      sheet.changed();
    });
  };
  const drop = (): void => {
    sheet.draft.rows.splice(n, 1);
    sheet.changed();
  };
  const span = spanOf(row, sheet.form.timezone);
  return html`<div class="oyer-calendar__session" data-test="session">
    ${field("day", "date")} ${field("from", "time")} ${field("to", "time")}
    ${sheet.draft.rows.length > 1 ? button("remove-session", c("edit.remove_session", { n: n + 1 }), c("edit.remove"), drop) : nothing}
    ${span ? yourTime(span, sheet.form.timezone) : nothing}
  </div>`;
}

// ---- where, and what kind ----

export function kinds(sheet: Sheet): TemplateResult {
  const { plan, names } = sheet.draft;
  return html`<div class="oyer-calendar__two">
    ${choice("room", c("edit.room"), offered(sheet.form.rooms, plan.room, {}, c("edit.no_room")), plan.room, (value) => {
      plan.room = value;
      sheet.changed();
    })}
    ${sitting(sheet, "judge", sheet.form.judges, names)} ${sitting(sheet, "clerk", sheet.form.clerks, names)}
    ${choice("kind", c("edit.kind"), KINDS.filter((one) => one !== "mediation" || plan.kind === one).map((one) => [one, calendarLabel("kind", one)] as const), plan.kind, (value) => {
      plan.kind = value;
      sheet.changed();
    })}
    ${choice("openness", c("edit.openness"), (["public", "closed"] as const).map((one) => [one, c(`openness.${one}`)] as const), plan.openness, (value) => {
      plan.openness = value === "closed" ? "closed" : "public";
      sheet.changed();
    })}
  </div>`;
}

/** The one who presides, or the clerk: one of the court's. */
function sitting(sheet: Sheet, as: "judge" | "clerk", all: readonly Named[], names: Names): TemplateResult {
  const { plan } = sheet.draft;
  const now = plan.people.find((one) => one.as === as);
  return choice(as, c(`edit.${as}`), offered(all, now?.person ?? "", names, c("edit.nobody")), now?.person ?? "", (value) => {
    const others = plan.people.filter((one) => one.as !== as && one.person !== value);
    plan.people = value ? [...others, { person: value, as, mode: now?.mode ?? "video" }] : others;
    sheet.changed();
  });
}

// ---- people ----

export function people(sheet: Sheet, wrong: () => void): TemplateResult {
  const { plan, names } = sheet.draft;
  const free = sheet.form.judges.filter((one) => !plan.people.some((there) => there.person === one.id));
  return html`<fieldset class="govuk-fieldset">
    <legend class="govuk-fieldset__legend govuk-fieldset__legend--s">${c("edit.people")}</legend>
    <ul class="oyer-calendar__rows">
      ${plan.people.map((one, n) => person(sheet, one, n))}
    </ul>
    ${free.length > 0
      ? choice("panel", c("edit.panel"), [["", c("edit.nobody")], ...listed(free)], "", (value) => {
          if (value) plan.people.push({ person: value, as: "panel", mode: "video" });
          sheet.changed();
        })
      : nothing}
    ${newcomer(sheet, wrong)}
  </fieldset>
  ${waiver(sheet, plan.people.filter((one) => one.person && NOTICED.includes(one.as)), names)}`;
}

function person(sheet: Sheet, one: PlanPerson, n: number): TemplateResult {
  const { plan, names } = sheet.draft;
  const name = personName(one, { ...names, ...Object.fromEntries(listed([...sheet.form.judges, ...sheet.form.clerks])) });
  const drop = (): void => {
    plan.people = plan.people.filter((other) => other !== one);
    sheet.changed();
  };
  const side = one.as === "party" && one.side ? calendarLabel("side", one.side) : calendarLabel("as", one.as);
  return html`<li class="oyer-calendar__person" data-test="person" data-as=${one.as}>
    <span class="oyer-calendar__name">${name} <span class="oyer-quiet">${side}</span></span>
    <select
      class="govuk-select"
      data-test="mode-${n}"
      aria-label=${c("edit.mode", { name })}
      .value=${one.mode}
      @change=${(event: Event) => {
        one.mode = (event.target as HTMLSelectElement).value as Mode;
        sheet.changed();
      }}
    >
      ${MODES.map((mode) => html`<option value=${mode} ?selected=${mode === one.mode}>${c(`mode.${mode}`)}</option>`)}
    </select>
    ${one.as === "judge" || one.as === "clerk" ? nothing : button("remove-person", c("edit.remove_one", { name }), c("edit.remove"), drop)}
  </li>`;
}

/** A witness, an interpreter or a support person whom nobody knows yet. */
function newcomer(sheet: Sheet, wrong: () => void): TemplateResult {
  const add = (event: Event): void => {
    const box = (event.currentTarget as Element).closest("[data-test=newcomer]");
    const input = box?.querySelector("input");
    const name = input?.value.trim() ?? "";
    if (!input || !name) return wrong();
    sheet.draft.plan.people.push({ name, as: (box?.querySelector("select")?.value ?? "witness") as As, mode: "video" });
    input.value = "";
    sheet.changed();
  };
  return html`<div class="oyer-calendar__session" data-test="newcomer">
    <div>
      <label class="govuk-label" for="new-name">${c("edit.name")}</label>
      <input class="govuk-input" id="new-name" data-test="new-name" maxlength=${NAME_MAX} autocomplete="off" />
    </div>
    <div>
      <label class="govuk-label" for="new-as">${c("edit.as")}</label>
      <select class="govuk-select" id="new-as" data-test="new-as">
        ${BY_NAME.map((one) => html`<option value=${one}>${calendarLabel("as", one)}</option>`)}
      </select>
    </div>
    <button class="oyer-button-plain" type="button" data-test="add-person" @click=${add}>${c("edit.add_person")}</button>
  </div>`;
}

function waiver(sheet: Sheet, noticed: readonly PlanPerson[], names: Names): TemplateResult {
  const { plan } = sheet.draft;
  const choose = (ground: string): void => {
    if (ground === "agreed" || ground === "summary") plan.waiver = { ground, reason: plan.waiver?.reason ?? "", persons: [] };
    else delete plan.waiver;
    sheet.changed();
  };
  const tick = (id: string, isOn: boolean): void => {
    if (!plan.waiver) return;
    plan.waiver.persons = isOn ? [...plan.waiver.persons, id] : plan.waiver.persons.filter((one) => one !== id);
    sheet.changed();
  };
  return html`<details class="govuk-details" ?open=${plan.waiver !== undefined || sheet.isShort} data-test="waiver">
    <summary class="govuk-details__summary"><span class="govuk-details__summary-text">${c("edit.waiver")}</span></summary>
    <div class="govuk-details__text">
      ${choice("ground", c("edit.ground"), (["none", "agreed", "summary"] as const).map((one) => [one, c(`ground.${one}`)] as const), plan.waiver?.ground ?? "none", choose)}
      ${plan.waiver?.ground === "agreed"
        ? html`<fieldset class="govuk-fieldset">
            <legend class="govuk-fieldset__legend">${c("edit.waiver_who")}</legend>
            ${noticed.map((one) => {
              const id = one.person ?? "";
              return html`<div class="govuk-checkboxes__item">
                <input
                  class="govuk-checkboxes__input"
                  type="checkbox"
                  id="agreed-${id}"
                  data-test="agreed-${id}"
                  .checked=${plan.waiver?.persons.includes(id) ?? false}
                  @change=${(event: Event) => tick(id, (event.target as HTMLInputElement).checked)}
                />
                <label class="govuk-label govuk-checkboxes__label" for="agreed-${id}">${personName(one, names)}</label>
              </div>`;
            })}
          </fieldset>`
        : nothing}
      ${plan.waiver
        ? words("waiver-reason", c("edit.waiver_reason"), plan.waiver.reason, (value) => {
            if (plan.waiver) plan.waiver.reason = value;
          })
        : nothing}
    </div>
  </details>`;
}
