/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Fields of the filing page, with their error beside them, and the summary on top. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { f } from "../../core/i18n/filing.js";
import type { FilingKey } from "../../core/i18n/filing.js";
import type { Desk, Problem } from "./desk.js";

export interface Field {
  id: string;
  label: FilingKey;
  hint?: FilingKey;
  value: string;
  /** What the phone fills in. */
  complete?: string;
  keyboard?: "text" | "tel" | "numeric" | "decimal" | "email";
  optional?: boolean;
  short?: boolean;
  max: number;
  rows?: number;
}

function problemAt(desk: Desk, id: string): Problem | undefined {
  return desk.problems.find((one) => one.field === id);
}

function errorOf(desk: Desk, id: string): TemplateResult | typeof nothing {
  const found = problemAt(desk, id);
  return found ? html`<p class="govuk-error-message" id="${id}-error">${f(found.key)}</p>` : nothing;
}

function describedBy(desk: Desk, id: string, hasHint: boolean): string | typeof nothing {
  const ids = [hasHint ? `${id}-hint` : "", problemAt(desk, id) ? `${id}-error` : ""].filter(Boolean).join(" ");
  return ids || nothing;
}

export function input(desk: Desk, one: Field): TemplateResult {
  const isWrong = problemAt(desk, one.id) !== undefined;
  const described = describedBy(desk, one.id, one.hint !== undefined);
  const control = one.rows
    ? html`<textarea
        class="govuk-textarea ${isWrong ? "govuk-textarea--error" : ""}"
        id=${one.id}
        name=${one.id}
        data-test=${one.id}
        rows=${one.rows}
        maxlength=${one.max}
        aria-describedby=${described}
        aria-invalid=${isWrong ? "true" : nothing}
        .value=${one.value}
      ></textarea>`
    : html`<input
        class="govuk-input ${one.short ? "govuk-input--width-10" : ""} ${isWrong ? "govuk-input--error" : ""}"
        id=${one.id}
        name=${one.id}
        data-test=${one.id}
        type="text"
        maxlength=${one.max}
        autocomplete=${one.complete ?? "off"}
        autocapitalize="none"
        spellcheck="false"
        inputmode=${one.keyboard ?? "text"}
        aria-describedby=${described}
        aria-invalid=${isWrong ? "true" : nothing}
        .value=${one.value}
      />`;
  return html`<div class="govuk-form-group ${isWrong ? "govuk-form-group--error" : ""}">
    <label class="govuk-label govuk-label--s" for=${one.id}>
      ${f(one.label)} ${one.optional ? html`<span class="oyer-quiet oyer-filing__optional">${f("page.optional")}</span>` : nothing}
    </label>
    ${one.hint ? html`<div class="govuk-hint" id="${one.id}-hint">${f(one.hint)}</div>` : nothing} ${errorOf(desk, one.id)} ${control}
  </div>`;
}

export interface Choice {
  value: string;
  label: string;
}

export function radios(desk: Desk, id: string, legend: string, chosen: string, choices: readonly Choice[]): TemplateResult {
  const isWrong = problemAt(desk, id) !== undefined;
  return html`<div class="govuk-form-group ${isWrong ? "govuk-form-group--error" : ""}">
    <fieldset class="govuk-fieldset" aria-describedby=${describedBy(desk, id, false)}>
      <legend class="govuk-fieldset__legend govuk-fieldset__legend--s">${legend}</legend>
      ${errorOf(desk, id)}
      <div class="govuk-radios">
        ${choices.map(
          ({ value, label }, n) =>
            html`<div class="govuk-radios__item">
              <input
                class="govuk-radios__input"
                type="radio"
                id=${n === 0 ? id : `${id}-${value}`}
                name=${id}
                value=${value}
                data-test="${id}-${value}"
                ?checked=${value === chosen}
              />
              <label class="govuk-label govuk-radios__label" for=${n === 0 ? id : `${id}-${value}`}>${label}</label>
            </div>`,
        )}
      </div>
    </fieldset>
  </div>`;
}

export function select(desk: Desk, id: string, label: string, chosen: string, choices: readonly Choice[]): TemplateResult {
  const isWrong = problemAt(desk, id) !== undefined;
  return html`<div class="govuk-form-group ${isWrong ? "govuk-form-group--error" : ""}">
    <label class="govuk-label govuk-label--s" for=${id}>${label}</label>
    ${errorOf(desk, id)}
    <select
      class="govuk-select oyer-filing__select ${isWrong ? "govuk-select--error" : ""}"
      id=${id}
      name=${id}
      data-test=${id}
      aria-describedby=${describedBy(desk, id, false)}
    >
      ${choices.map((one) => html`<option value=${one.value} ?selected=${one.value === chosen}>${one.label}</option>`)}
    </select>
  </div>`;
}

export function tick(desk: Desk, id: string, label: string, isTicked: boolean): TemplateResult {
  const isWrong = problemAt(desk, id) !== undefined;
  return html`<div class="govuk-form-group ${isWrong ? "govuk-form-group--error" : ""}">
    ${errorOf(desk, id)}
    <div class="govuk-checkboxes">
      <div class="govuk-checkboxes__item">
        <input
          class="govuk-checkboxes__input"
          type="checkbox"
          id=${id}
          name=${id}
          value="yes"
          data-test=${id}
          ?checked=${isTicked}
          aria-describedby=${describedBy(desk, id, false)}
        />
        <label class="govuk-label govuk-checkboxes__label" for=${id}>${label}</label>
      </div>
    </div>
  </div>`;
}

/** Saves the step; the same button everywhere. */
export function go(desk: Desk, label: FilingKey = "page.save"): TemplateResult {
  return html`<button class="govuk-button oyer-button-main" data-test="go" aria-disabled=${desk.isBusy ? "true" : "false"}>
    ${f(desk.isBusy ? "page.saving" : label)}
  </button>`;
}

export function form(content: TemplateResult, submit: (data: FormData) => void, what: string): TemplateResult {
  return html`<form
    class="oyer-filing__form"
    novalidate
    data-test=${what}
    @submit=${(event: Event) => {
      event.preventDefault();
      submit(new FormData(event.target as HTMLFormElement));
    }}
  >
    ${content}
  </form>`;
}

export function text(data: FormData, id: string): string {
  return String(data.get(id) ?? "").trim();
}

/** All that is wrong, with a way to each; it takes the focus when it appears. */
export function summary(desk: Desk): TemplateResult | typeof nothing {
  if (desk.problems.length === 0) return nothing;
  return html`<div class="govuk-error-summary" role="alert" tabindex="-1" data-test="problem" data-problem=${desk.problems[0]!.key}>
    <h2 class="govuk-error-summary__title">${f("error.heading")}</h2>
    <ul class="govuk-list govuk-error-summary__list">
      ${desk.problems.map(
        (one) =>
          html`<li>
            ${one.field === "main"
              ? html`<span class="oyer-filing__problem">${f(one.key)}</span>`
              : html`<a href="#${one.field}" @click=${(event: Event) => toField(event, one.field)}>${f(one.key)}</a>`}
          </li>`,
      )}
    </ul>
  </div>`;
}

/** The address is the page's own way of knowing where it is: it stays. */
function toField(event: Event, id: string): void {
  event.preventDefault();
  document.getElementById(id)?.focus();
}
