/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The clocks of a case: how many days are left, by which article, and what may be done. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { language } from "../../core/i18n/index.js";
import { r, registerLabel } from "../../core/i18n/register.js";
import type { RegisterKey } from "../../core/i18n/register.js";
import type { Office } from "../../core/office.js";
import { Clocks } from "../../core/term.js";
import type { StepSaid, Term, TermStep, Terms } from "../../core/term.js";
import { icon } from "../common/icons.js";
import "../common/needs-two.js";
import { define, Plain } from "../common/plain.js";
import { when } from "../common/when.js";
import { problemBox, problemOf } from "./problem.js";

const DAY_US = 86_400_000_000;
const NEAR_DAYS = 15;

/** Apart from its others: a clock may run for one party and for all. */
const key = (one: Term): string => (one.party ? `${one.clock}-${one.party}` : one.clock);
const whose = (one: Term): { party?: string } => (one.party ? { party: one.party } : {});

class CaseTerms extends Plain {
  static override properties = { office: { attribute: false }, rights: { attribute: false }, of: {}, terms: { state: true }, problem: { state: true } };
  declare office: Office;
  declare rights: readonly string[];
  /** The case. */
  declare of: string;
  declare terms: Terms | null;
  declare problem: RegisterKey | null;

  constructor() {
    super();
    this.terms = null;
    this.problem = null;
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has("of")) void this.read();
  }

  /** As it is now. */
  read(): Promise<void> {
    return this.#try(async () => void (this.terms = await new Clocks(this.office).read(this.of)));
  }

  protected override render(): TemplateResult {
    const { terms } = this;
    return html`<h2 class="govuk-heading-m">${r("term.heading")}</h2>
      ${problemBox(this.problem)}
      ${terms
        ? html`<ul class="govuk-list" data-test="terms">
              ${terms.clocks.map((one) => this.#term(one, terms))}
            </ul>
            <p class="govuk-body" data-test="adjournments">
              ${r("term.adjournments", { n: terms.adjournments.count, most: terms.adjournments.most, days: terms.adjournments.gap_days })}
              <span class="oyer-quiet">${terms.adjournments.article[language()]}</span>
            </p>`
        : nothing}`;
  }

  #term(one: Term, terms: Terms): TemplateResult {
    return html`<li data-test="term-${key(one)}" data-state=${one.state}>
      <strong>${one.name[language()]}</strong> ${one.party_name} ${this.#left(one, terms)}
      <br /><span class="oyer-quiet">${one.article[language()]}${one.due_us > 0 && one.state !== "met" ? ` · ${r("term.due", { when: when(one.due_us - 1, terms.timezone) })}` : ""}</span>
      ${one.steps.length > 0
        ? html`<ul class="govuk-list govuk-list--bullet oyer-tight">
            ${one.steps.map((step) => html`<li>${this.#said(step, terms)}</li>`)}
          </ul>`
        : nothing}
      ${this.#forms(one, terms)}
    </li>`;
  }

  #left(one: Term, terms: Terms): TemplateResult {
    const days = Math.ceil((one.due_us - terms.now_us) / DAY_US);
    if (one.state !== "running" && one.state !== "over") return html`<strong class="govuk-tag oyer-tag">${registerLabel("term.state", one.state)}</strong>`;
    const level = one.state === "over" ? "over" : days <= NEAR_DAYS ? "near" : "fine";
    return html`<span class="oyer-registry__clock oyer-registry__clock--${level}" data-level=${level}>${level === "fine" ? nothing : icon("attention")}${r(level === "over" ? "term.over" : "term.left", { n: level === "over" ? 1 - days : days })}</span>`;
  }

  #said(step: TermStep, terms: Terms): string {
    const length = [step.months > 0 ? r("term.months", { n: step.months }) : "", step.days > 0 ? r("term.days", { n: step.days }) : ""].filter(Boolean).join(" ");
    const allowed = step.allowed_by ? r("term.allowed", { who: step.allowed_by }) : "";
    const kind = terms.reasons.find((one) => one.code === step.kind)?.[language()] ?? "";
    return [when(step.at_us, terms.timezone), registerLabel("term.step", step.step), length, kind, step.reason, step.by, allowed].filter(Boolean).join(" · ");
  }

  // ---- what may be done ----

  #forms(one: Term, terms: Terms): TemplateResult | typeof nothing {
    const writes = this.rights.includes("write_register");
    const overrides = this.rights.includes("override");
    const byHand = one.state === "waiting" ? ["start"] : one.state === "suspended" ? ["resume"] : one.state === "met" ? [] : ["meet"];
    const parts = [
      ...(writes ? byHand.map((step) => this.#plain(one, step)) : []),
      ...(overrides && (one.state === "running" || one.state === "over") ? [this.#superior(one, terms)] : []),
    ];
    if (parts.length === 0) return nothing;
    return html`<details class="govuk-details oyer-tight" data-test="change-${key(one)}">
      <summary class="govuk-details__summary"><span class="govuk-details__summary-text">${r("term.change")}</span></summary>
      <div class="govuk-details__text">${parts}</div>
    </details>`;
  }

  #plain(one: Term, step: string): TemplateResult {
    const id = `${step}-${key(one)}`;
    const submit = (event: Event): void => {
      event.preventDefault();
      const reason = String(new FormData(event.target as HTMLFormElement).get("reason") ?? "").trim();
      if (!reason) this.problem = "error.reason";
      else void this.#step(one, step, { reason, ...whose(one) });
    };
    return html`<form novalidate @submit=${submit}>
      <label class="govuk-label govuk-label--s" for=${id}>${r("term.reason")}</label>
      <input class="govuk-input" id=${id} name="reason" maxlength="1000" data-test="${step}-reason" />
      <button class="govuk-button govuk-button--secondary oyer-tight" data-test=${step}>${registerLabel("term.step", step)}</button>
    </form>`;
  }

  /** One permission is for one of the two. */
  #superior(one: Term, terms: Terms): TemplateResult {
    const { extension } = one;
    const may = extension !== null && one.extensions < extension.times;
    const [unit, most] = extension && extension.months > 0 ? (["months", extension.months] as const) : (["days", extension?.days ?? 0] as const);
    const id = `length-${key(one)}`;
    const act = async (): Promise<void> => {
      const said = (name: string): string => this.querySelector<HTMLInputElement>(`#${name}-${key(one)}`)?.value.trim() ?? "";
      const step = this.querySelector<HTMLInputElement>(`input[name=do-${key(one)}]:checked`)?.value ?? "suspend";
      const reason = said("why") || registerLabel("term.step", step);
      const kind = this.querySelector<HTMLSelectElement>(`#${step}-kind-${key(one)}`)?.value ?? "";
      await this.#take(one, step, { reason, kind, ...whose(one), ...(step === "extend" ? { [unit]: Number(said("length")) } : {}) });
    };
    const radio = (step: string, checked: boolean): TemplateResult =>
      html`<div class="govuk-radios__item">
        <input class="govuk-radios__input" type="radio" id="${step}-${key(one)}" name="do-${key(one)}" value=${step} ?checked=${checked} data-test="do-${step}" />
        <label class="govuk-label govuk-radios__label" for="${step}-${key(one)}">${registerLabel("term.step", step)}</label>
      </div>`;
    const kinds = (step: "extend" | "suspend"): TemplateResult =>
      html`<div class="govuk-form-group">
        <label class="govuk-label govuk-label--s" for="${step}-kind-${key(one)}">${r("term.kind", { step: registerLabel("term.step", step) })}</label>
        <select class="govuk-select" id="${step}-kind-${key(one)}" data-test="${step}-kind">
          ${terms.reasons.filter((kind) => kind.step === step).map((kind) => html`<option value=${kind.code}>${kind[language()]}</option>`)}
        </select>
      </div>`;
    return html`<fieldset class="govuk-fieldset">
        <legend class="govuk-fieldset__legend govuk-fieldset__legend--s">${r("term.superior")}</legend>
        <div class="govuk-radios govuk-radios--small">${may ? radio("extend", true) : nothing} ${radio("suspend", !may)}</div>
      </fieldset>
      ${may
        ? html`<div class="govuk-form-group">
              <label class="govuk-label govuk-label--s" for=${id}>${r(unit === "months" ? "term.in_months" : "term.in_days", { most })}</label>
              <div class="govuk-hint">${extension.article[language()]}${one.ask_until_us > 0 ? ` · ${r("term.ask_before", { when: when(one.ask_until_us - 1, terms.timezone) })}` : ""}</div>
              <input class="govuk-input govuk-input--width-3" id=${id} type="number" inputmode="numeric" min="1" max=${most} value=${most} />
            </div>
            ${kinds("extend")}`
        : nothing}
      ${kinds("suspend")}
      <div class="govuk-form-group">
        <label class="govuk-label govuk-label--s" for="why-${key(one)}">${r("term.reason")}</label>
        <input class="govuk-input" id="why-${key(one)}" maxlength="1000" data-test="why" />
      </div>
      <oyer-needs-two .office=${this.office} right="override" object=${["clock", this.of, one.clock, one.party].filter(Boolean).join(":")} .name=${r("term.do")} .act=${act}></oyer-needs-two>`;
  }

  async #step(one: Term, step: string, said: { reason: string; party?: string }): Promise<void> {
    await this.#try(() => this.#take(one, step, said));
  }

  async #take(one: Term, step: string, said: StepSaid): Promise<void> {
    this.terms = await new Clocks(this.office).step(this.of, one.clock, step, said);
    this.dispatchEvent(new CustomEvent("changed", { bubbles: true }));
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.problem = null;
    try {
      await work();
    } catch (error) {
      this.problem = problemOf(error);
    }
  }
}

define("oyer-case-terms", CaseTerms);
