/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Leave of judges and clerks, repair of rooms: what there is in the days that are shown,
 * each to be opened; entering one, taking one out, and which hearings lie in it.
 */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { ABSENCE_MAX_US } from "../../core/agenda.js";
import { c } from "../../core/i18n/calendar.js";
import type { CalendarKey } from "../../core/i18n/calendar.js";
import type { Absence, Entered, Hit, Named, Schedule, ScheduleForm } from "../../core/schedule.js";
import { instant } from "../../core/zone.js";
import type { Span } from "../../core/zone.js";
import "../common/modal.js";
import { define, Plain } from "../common/plain.js";
import { problemBox, problemOf } from "./faults.js";
import { written } from "./fields.js";
import { absenceWords, momentWords, spanWords, yourTime } from "./words.js";

/** What is open: an absence, or a blank one. */
export type Shown = Absence | "new" | null;

export interface Done {
  said: string;
}

const NOTE_MAX = 200;

class CalendarAbsences extends Plain {
  static override properties = {
    schedule: { attribute: false }, form: { attribute: false }, absences: { attribute: false }, shown: { attribute: false }, day: {}, hours: { attribute: false }, may: { type: Boolean },
  };
  declare schedule: Schedule;
  declare form: ScheduleForm;
  declare absences: readonly Absence[];
  declare shown: Shown;
  /** The first day that is shown: a blank one begins with it. */
  declare day: string;
  /** From when to when the court works, as clocks show it. */
  declare hours: readonly [from: string, to: string];
  declare may: boolean;
  #draft = { resource: "", fromDay: "", from: "", toDay: "", to: "", note: "" };
  #hits: readonly Hit[] = [];
  #problem: CalendarKey | null = null;
  #isBusy = false;

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("day")) this.#hits = [];
    if (!changed.has("shown")) return;
    this.#problem = null;
    const [from, to] = this.hours;
    if (this.shown === "new") this.#draft = { resource: "", fromDay: this.day, from, toDay: this.day, to, note: "" };
  }

  protected override updated(): void {
    this.querySelector<Plain>("oyer-modal")?.requestUpdate();
  }

  protected override render(): TemplateResult {
    return html`${this.#list()} ${this.#hitBox()} ${this.#dialog()}`;
  }

  #list(): TemplateResult | typeof nothing {
    if (this.absences.length === 0) return nothing;
    return html`<ul class="oyer-calendar__aways" aria-label=${c("away.list")}>
      ${this.absences.map(
        (one) => html`<li>
          <button class="oyer-calendar__awaychip" type="button" data-test="absence" data-absence=${one.id} @click=${() => this.#show(one)}>${absenceWords(one, this.form.timezone)}</button>
        </li>`,
      )}
    </ul>`;
  }

  /** What was booked before somebody fell ill has to be moved by somebody. */
  #hitBox(): TemplateResult | typeof nothing {
    if (this.#hits.length === 0) return nothing;
    return html`<div class="oyer-calendar__hits" role="alert" tabindex="-1" data-test="hits">
      <p class="govuk-body oyer-tight">${c("away.hits", { n: this.#hits.length })}</p>
      <ul class="oyer-calendar__offers">
        ${this.#hits.map(
          (one) => html`<li>
            <button class="oyer-button-plain" type="button" data-test="hit" data-hearing=${one.id} @click=${() => this.dispatchEvent(new CustomEvent("hearing", { detail: one.id }))}>
              ${spanWords(one, this.form.timezone)} ${one.case_number}
            </button>
          </li>`,
        )}
      </ul>
    </div>`;
  }

  #dialog(): TemplateResult | typeof nothing {
    const { shown } = this;
    if (!shown) return nothing;
    const heading = shown === "new" ? c("away.new") : `${shown.name} · ${c(`away.${shown.kind}`)}`;
    return html`<oyer-modal sheet closeable data-test="absence-dialog" .heading=${heading} .content=${shown === "new" ? this.#blank() : this.#one(shown)} @dismiss=${() => this.#show(null)}></oyer-modal>`;
  }

  // ---- one that stands ----

  #one(one: Absence): TemplateResult {
    const zone = this.form.timezone;
    return html`<div class="oyer-calendar-dialog">
      ${problemBox(this.#problem)}
      <p class="govuk-body" data-test="absence-text">${c("away.span", { from: momentWords(one.from_us, zone), to: momentWords(one.to_us, zone) })} ${yourTime(one, zone)}</p>
      ${one.note ? html`<p class="govuk-body">${one.note}</p>` : nothing}
      ${this.may ? html`<button class="govuk-button govuk-button--warning" type="button" data-test="absence-remove" @click=${() => void this.#remove(one)}>${c("away.remove")}</button>` : nothing}
    </div>`;
  }

  // ---- a blank one ----

  #blank(): TemplateResult {
    const submit = (event: Event): void => {
      event.preventDefault();
      void this.#save();
    };
    const field = (id: "fromDay" | "from" | "toDay" | "to", type: string, label: CalendarKey): TemplateResult =>
      written(`away-${id}`, c(label), type, this.#draft[id], (value) => (this.#draft[id] = value));
    return html`<form class="oyer-calendar-dialog" novalidate data-test="absence-form" @submit=${submit}>
      ${problemBox(this.#problem)}
      <div class="govuk-form-group">
        <label class="govuk-label" for="away-resource">${c("away.who")}</label>
        <select class="govuk-select oyer-calendar__field" id="away-resource" data-test="away-resource" @change=${(event: Event) => (this.#draft.resource = (event.target as HTMLSelectElement).value)}>
          <option value="">${c("edit.nobody")}</option>
          ${this.#group("away.judges", this.form.judges)} ${this.#group("away.clerks", this.form.clerks)} ${this.#group("away.rooms", this.form.rooms)}
        </select>
      </div>
      <p class="oyer-calendar__zone">${c("edit.times")}: ${this.form.timezone}</p>
      <div class="oyer-calendar__session">${field("fromDay", "date", "away.from_day")} ${field("from", "time", "away.from_time")}</div>
      <div class="oyer-calendar__session">${field("toDay", "date", "away.to_day")} ${field("to", "time", "away.to_time")}</div>
      <div class="govuk-form-group">
        <label class="govuk-label" for="away-note">${c("away.note")}</label>
        <input class="govuk-input" id="away-note" data-test="away-note" maxlength=${NOTE_MAX} autocomplete="off" @input=${(event: Event) => (this.#draft.note = (event.target as HTMLInputElement).value)} />
      </div>
      <div class="oyer-calendar__keep"><button class="govuk-button" data-test="absence-save">${c("away.save")}</button></div>
    </form>`;
  }

  #group(label: CalendarKey, all: readonly Named[]): TemplateResult {
    return html`<optgroup label=${c(label)}>
      ${all.map((one) => html`<option value=${one.id}>${one.name}</option>`)}
    </optgroup>`;
  }

  /** null: something is missing, ends before it begins, or is too long. */
  #span(): Span | null {
    const { fromDay, from, toDay, to } = this.#draft;
    if (!fromDay || !from || !toDay || !to) return null;
    const span = { from_us: instant(fromDay, from, this.form.timezone), to_us: instant(toDay, to, this.form.timezone) };
    return span.to_us > span.from_us && span.to_us - span.from_us <= ABSENCE_MAX_US ? span : null;
  }

  // ---- the server ----

  async #save(): Promise<void> {
    const span = this.#span();
    if (!this.#draft.resource || !span) {
      this.#problem = this.#draft.resource ? "error.away_times" : "error.away_who";
      this.requestUpdate();
      return this.#toAlert();
    }
    await this.#try("away.added", () => this.schedule.addAbsence(this.#draft.resource, span, this.#draft.note.trim()));
  }

  async #remove(one: Absence): Promise<void> {
    await this.#try("away.removed", () => this.schedule.removeAbsence(one));
  }

  async #try(said: CalendarKey, work: () => Promise<Entered>): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#problem = null;
    try {
      const { absence, hearings } = await work();
      this.#hits = hearings ?? [];
      this.dispatchEvent(new CustomEvent<Done>("done", { detail: { said: c(said, { text: absenceWords(absence, this.form.timezone) }) } }));
    } catch (error) {
      this.#problem = problemOf(error);
    }
    this.#isBusy = false;
    this.requestUpdate();
    await this.#toAlert();
  }

  async #toAlert(): Promise<void> {
    await this.updateComplete;
    await this.querySelector<Plain>("oyer-modal")?.updateComplete;
    this.querySelector<HTMLElement>("[role=alert]")?.focus();
  }

  #show(one: Shown): void {
    this.dispatchEvent(new CustomEvent<Shown>("show", { detail: one }));
  }
}

define("oyer-calendar-absences", CalendarAbsences);
