/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One hearing: booked, looked at, moved, cancelled.  What the court's rules say against
 * it is said here, with the next free times to take instead.
 */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { ApiError } from "../../core/api.js";
import { isSameTime, rowOf, sessionsOf } from "../../core/agenda.js";
import { c, calendarLabel } from "../../core/i18n/calendar.js";
import type { CalendarKey } from "../../core/i18n/calendar.js";
import { verdictOf } from "../../core/schedule.js";
import type { Hearing, Names, Offer, Plan, Schedule, ScheduleForm, Verdict, WaitingCase } from "../../core/schedule.js";
import "../common/modal.js";
import { define, Plain } from "../common/plain.js";
import { when } from "../common/when.js";
import { fineNote, problemBox, problemOf, verdictBox } from "./faults.js";
import { cases, choice, kinds, people, reasons, sessions, words } from "./fields.js";
import type { Draft, Sheet } from "./fields.js";
import { caseWords, judges, nameIn, spanWords, versus, yourTime } from "./words.js";

/** What it opens with. */
export interface Start {
  /** null: a new one. */
  hearing: Hearing | null;
  plan: Plan;
  names: Names;
  /** A plan from elsewhere (dragged, proposed): judged at once. */
  isProposed: boolean;
  /** It was changed by somebody else since the clerk saw it. */
  isStale: boolean;
}

class CalendarDialog extends Plain {
  static override properties = { schedule: { attribute: false }, form: { attribute: false }, waiting: { attribute: false }, start: { attribute: false }, may: { type: Boolean } };
  declare schedule: Schedule;
  declare form: ScheduleForm;
  declare waiting: readonly WaitingCase[];
  declare start: Start;
  declare may: boolean;
  #hearing: Hearing | null = null;
  #draft: Draft = { plan: { kind: "first", openness: "public", room: "", cases: [], sessions: [], people: [] }, rows: [], names: {}, code: "", reason: "" };
  /** Case numbers that this dialog has come to know, by id. */
  readonly #numbers: Record<string, string> = {};
  #verdict: Verdict | null = null;
  #problem: CalendarKey | null = null;
  #isStale = false;
  #isCancelling = false;
  #isAsked = false;
  #isBusy = false;

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("start")) return;
    this.#begin(this.start.hearing, this.start.plan, this.start.names);
    this.#isStale = this.start.isStale;
    if (this.start.isProposed && !this.#isStale) void this.#check();
  }

  #begin(hearing: Hearing | null, plan: Plan, names: Names): void {
    this.#hearing = hearing;
    if (hearing) this.#numbers[hearing.plan.cases[0] ?? ""] = hearing.case_number;
    const copy = structuredClone(plan);
    this.#draft = { plan: copy, rows: copy.sessions.map((one) => rowOf(one, this.form.timezone)), names, code: "", reason: "" };
    if (this.#draft.rows.length === 0) this.#draft.rows.push({ day: "", from: "", to: "" });
    this.#verdict = this.#problem = null;
    this.#isCancelling = this.#isAsked = false;
  }

  protected override render(): TemplateResult {
    const heading = this.#hearing ? caseWords(this.#hearing) : c("edit.new");
    return html`<oyer-modal sheet closeable data-test="dialog" .heading=${heading} .content=${this.#content()} @dismiss=${() => this.#close()}></oyer-modal>`;
  }

  #content(): TemplateResult {
    const one = this.#hearing;
    const mayEdit = this.may && one?.state !== "cancelled" && one?.status !== "concluded";
    return html`<div class="oyer-calendar-dialog" data-rev=${one?.rev ?? 0}>
      ${problemBox(this.#problem)} ${this.#staleBox()}
      ${this.#verdict && this.#verdict.faults.length > 0 ? verdictBox(this.#verdict, this.form.timezone, this.form.rooms, this.#ways) : nothing}
      ${one && (!mayEdit || this.#isCancelling || this.#isStale) ? this.#summary(one) : nothing}
      ${mayEdit ? (this.#isCancelling ? this.#cancelForm() : this.#form()) : nothing} ${one ? this.#history(one) : nothing}
    </div>`;
  }

  #staleBox(): TemplateResult | typeof nothing {
    const [one, last] = [this.#hearing, this.#hearing?.changes[0]];
    if (!this.#isStale || !one) return nothing;
    const said = { by: last?.by ?? "", when: when(last?.at_us ?? 0, this.form.timezone), action: calendarLabel("action", last?.action ?? "") };
    return html`<div class="govuk-error-summary" role="alert" tabindex="-1" data-test="stale">
      <h3 class="govuk-error-summary__title">${c("stale.heading")}</h3>
      <p class="govuk-body">${one.state === "cancelled" ? c("stale.gone") : c("stale.text", said)}</p>
    </div>`;
  }

  /** As it stands at the court. */
  #summary(one: Hearing): TemplateResult {
    const zone = this.form.timezone;
    const row = (key: CalendarKey, value: string | TemplateResult): TemplateResult =>
      html`<div class="govuk-summary-list__row"><dt class="govuk-summary-list__key">${c(key)}</dt><dd class="govuk-summary-list__value">${value}</dd></div>`;
    return html`<dl class="govuk-summary-list" data-test="summary">
      ${row("edit.times", html`${one.plan.sessions.map((span) => html`<div>${spanWords(span, zone)} ${yourTime(span, zone)}</div>`)}`)}
      ${row("edit.room", nameIn(this.form.rooms, one.plan.room) || c("column.rooms"))} ${row("edit.judge", judges(one, one.names))}
      ${row("edit.case", versus(one.plan.people, one.names))}
      ${row("edit.kind", `${calendarLabel("kind", one.plan.kind)} · ${calendarLabel("openness", one.plan.openness)} · ${calendarLabel("status", one.status)}`)}
    </dl>`;
  }

  // ---- booking and moving ----

  #form(): TemplateResult {
    const sheet: Sheet = {
      draft: this.#draft,
      form: this.form,
      waiting: this.waiting,
      isNew: !this.#hearing,
      isShort: this.#verdict?.faults.some((one) => one.code === "notice") ?? false,
      caseName: (id, n) => this.#caseName(id, n),
      changed: () => this.#changed(),
    };
    const submit = (event: Event): void => {
      event.preventDefault();
      void this.#save();
    };
    return html`<form novalidate data-test="form" @submit=${submit}>
      ${this.#hearing ? html`${this.#asItIs(this.#hearing)} ${sessions(sheet)} ${this.#why()}` : html`${cases(sheet)} ${sessions(sheet)}`}
      ${kinds(sheet)} ${people(sheet, () => this.#wrong("error.name"))} ${this.#hearing ? cases(sheet) : nothing}
      <div class="oyer-calendar__keep">
        ${this.#verdict ? fineNote(this.#verdict) : nothing}
        ${this.#verdict && this.#verdict.approvals.length > 0 && !this.#hearing ? this.#reason() : nothing}
        <button class="govuk-button" data-test="save">${c(this.#hearing ? "edit.save" : "edit.book")}</button>
        <button class="govuk-button govuk-button--secondary" type="button" data-test="check" @click=${() => void this.#check()}>${c("edit.check")}</button>
        ${this.#verdict && this.#verdict.approvals.length > 0
          ? html`<button class="govuk-button govuk-button--secondary" type="button" data-test="ask-override" @click=${() => void this.#askSuperior()}>${c("override.ask")}</button>`
          : nothing}
      </div>
      <p class="govuk-body" role="status" data-test="asked">${this.#isAsked ? c("override.asked") : nothing}</p>
      ${this.#hearing
        ? html`<div class="oyer-registry__bar">
            <button class="oyer-button-plain" type="button" data-test="again" @click=${() => this.#again()}>${c("one.again")}</button>
            ${["scheduled", "ready"].includes(this.#hearing.status)
              ? html`<button class="oyer-button-plain" type="button" data-test="cancel" @click=${() => this.#turn(true)}>${c("edit.cancel")}</button>`
              : html`<span class="oyer-quiet">${c("one.over")}</span>`}
          </div>`
        : nothing}
    </form>`;
  }

  /** What it is about, and when it was to be. */
  #asItIs(one: Hearing): TemplateResult {
    const when = one.plan.sessions.map((span) => spanWords(span, this.form.timezone)).join("; ");
    return html`<p class="oyer-calendar__about">${versus(one.plan.people, one.names)}<br />${c("edit.moved", { when })}</p>`;
  }

  #why(): TemplateResult {
    return html`<div class="oyer-calendar__two">${this.#code("edit.code")} ${this.#reason()}</div>`;
  }

  #reason(): TemplateResult {
    return words("reason", c("edit.reason"), this.#draft.reason, (value) => (this.#draft.reason = value));
  }

  #code(label: CalendarKey): TemplateResult {
    return choice("code", c(label), reasons(this.form), this.#draft.code, (value) => {
      this.#draft.code = value;
      this.#changed();
    });
  }

  #caseName(id: string, n: number): string {
    return this.#numbers[id] ?? this.waiting.find((one) => one.case === id)?.case_number ?? c("edit.case_n", { n });
  }

  #changed(): void {
    this.#verdict = this.#problem = null;
    this.requestUpdate();
  }

  #wrong(key: CalendarKey): null {
    this.#problem = key;
    this.requestUpdate();
    this.#toAlert();
    return null;
  }

  /** The plan as it is written; null: said why it is none. */
  #written(): Plan | null {
    const { plan, rows } = this.#draft;
    if (plan.cases.length === 0) return this.#wrong("error.case");
    const spans = sessionsOf(rows, this.form.timezone);
    if (!spans) return this.#wrong("error.times");
    if (!["judge", "clerk"].every((as) => plan.people.some((one) => one.as === as))) return this.#wrong("error.judge");
    if (plan.waiver && !plan.waiver.reason.trim()) return this.#wrong("error.waiver");
    return { ...plan, sessions: spans };
  }

  async #check(): Promise<void> {
    await this.updateComplete;
    const plan = this.#written();
    if (!plan) return;
    await this.#try(async () => {
      this.#verdict = await this.schedule.check(plan, this.#hearing, this.#draft.code);
    });
  }

  readonly #ways = {
    take: (offer: Offer): void => void this.#take(offer),
    mix: (plan: Plan): void => void this.#mix(plan),
  };

  /** The people come as the plan says; time and place stay as they were written. */
  async #mix(plan: Plan): Promise<void> {
    this.#draft.plan.people = structuredClone(plan.people);
    this.#changed();
    await this.#check();
    this.querySelector<HTMLElement>("[data-test=save]")?.focus();
  }

  async #take(offer: Offer): Promise<void> {
    this.#draft.rows = offer.sessions.map((one) => rowOf(one, this.form.timezone));
    if (offer.room) this.#draft.plan.room = offer.room;
    this.#changed();
    await this.#check();
    this.querySelector<HTMLElement>("[data-test=save]")?.focus();
  }

  async #save(): Promise<void> {
    const [plan, one] = [this.#written(), this.#hearing];
    if (!plan) return;
    if (one && !isSameTime(one.plan, plan) && !this.#draft.code) return void this.#wrong("error.code");
    await this.#try(async () => {
      const saved = one ? await this.schedule.change(one, plan, this.#draft.code, this.#draft.reason.trim()) : await this.schedule.book(plan);
      this.dispatchEvent(new CustomEvent<Hearing>("done", { detail: saved }));
    });
  }

  async #askSuperior(): Promise<void> {
    const [reason, verdict] = [this.#draft.reason.trim(), this.#verdict];
    if (!verdict) return;
    if (!reason) return void this.#wrong("override.reason");
    await this.#try(async () => {
      await this.schedule.askSuperior(verdict, reason);
      this.#isAsked = true;
    });
  }

  /** A new one with the same people, whom nobody has to pick again. */
  #again(): void {
    const { plan, names } = this.#draft;
    this.#begin(null, { ...plan, kind: "continued", sessions: [] }, names);
    delete this.#draft.plan.waiver;
    this.#isStale = false;
    this.requestUpdate();
  }

  // ---- cancelling ----

  #cancelForm(): TemplateResult {
    const submit = (event: Event): void => {
      event.preventDefault();
      void this.#cancel();
    };
    return html`<form novalidate data-test="cancel-form" @submit=${submit}>
      <h3 class="govuk-heading-m" tabindex="-1">${c("cancel.heading")}</h3>
      <p class="govuk-body">${c("cancel.text")}</p>
      ${this.#code("cancel.code")} ${this.#reason()}
      <div class="oyer-registry__bar">
        <button class="govuk-button govuk-button--warning" data-test="cancel-send">${c("cancel.send")}</button>
        <button class="govuk-button govuk-button--secondary" type="button" data-test="cancel-keep" @click=${() => this.#turn(false)}>${c("cancel.keep")}</button>
      </div>
    </form>`;
  }

  #turn(isCancelling: boolean): void {
    this.#isCancelling = isCancelling;
    this.#isStale = false;
    this.#changed();
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(isCancelling ? "[data-test=cancel-form] h3" : "[data-test=cancel]")?.focus());
  }

  async #cancel(): Promise<void> {
    const one = this.#hearing;
    if (!one) return;
    if (!this.#draft.code) return void this.#wrong("error.code");
    await this.#try(async () => {
      const gone = await this.schedule.cancel(one, this.#draft.code, this.#draft.reason.trim());
      this.dispatchEvent(new CustomEvent<Hearing>("done", { detail: gone }));
    });
  }

  #history(one: Hearing): TemplateResult {
    return html`<details class="govuk-details" data-test="history">
      <summary class="govuk-details__summary"><span class="govuk-details__summary-text">${c("one.history")}</span></summary>
      <ul class="govuk-list govuk-details__text">
        ${one.changes.map((change) => {
          const said = { when: when(change.at_us, this.form.timezone), by: change.by, action: calendarLabel("action", change.action) };
          const why = [change.code ? calendarLabel("code", change.code) : "", change.reason].filter(Boolean).join(" · ");
          return html`<li>${why ? c("one.change_why", { ...said, why }) : c("one.change", said)}</li>`;
        })}
      </ul>
    </details>`;
  }

  // ---- the server's answer ----

  async #try(work: () => Promise<void>): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#verdict = this.#problem = null;
    try {
      await work();
    } catch (error) {
      await this.#refused(error);
    }
    this.#isBusy = false;
    this.requestUpdate();
    this.#toAlert();
  }

  async #refused(error: unknown): Promise<void> {
    this.#verdict = verdictOf(error);
    if (this.#verdict) return;
    this.#problem = problemOf(error);
    if (!(error instanceof ApiError) || error.code !== "stale" || !this.#hearing) return;
    try {
      const now = await this.schedule.read(this.#hearing.id);
      this.#begin(now, now.plan, now.names);
      this.#isStale = true;
    } catch (again) {
      this.#problem = problemOf(again);
    }
  }

  #toAlert(): void {
    void this.updateComplete
      .then(() => this.querySelector<Plain>("oyer-modal")?.updateComplete)
      .then(() => {
        const alert = this.querySelector<HTMLElement>("[role=alert]");
        alert?.focus();
        // It may be taller than the phone: what it says first is seen first.
        alert?.scrollIntoView({ block: "start" });
      });
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent("dismiss"));
  }
}

define("oyer-calendar-dialog", CalendarDialog);
