/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Fields of the forms on limits and authorities. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { p } from "../../core/i18n/papers.js";
import type { PapersKey } from "../../core/i18n/papers.js";
import { addDays, instant, isDay } from "../../core/zone.js";

export type Choice = readonly [value: string, text: string];

export interface Input {
  /** Of the page; `name` of the form. */
  id: string;
  name: string;
  label: PapersKey;
  hint?: PapersKey;
  type?: "text" | "date" | "number";
  value?: string;
  max?: number;
}

export function input(one: Input): TemplateResult {
  const type = one.type ?? "text";
  return html`<div class="govuk-form-group">
    <label class="govuk-label govuk-label--s" for=${one.id}>${p(one.label)}</label>
    ${one.hint ? html`<div class="govuk-hint" id="${one.id}-hint">${p(one.hint)}</div>` : nothing}
    <input
      class="govuk-input ${type === "text" ? "" : "govuk-input--width-10"}"
      id=${one.id}
      name=${one.name}
      type=${type}
      autocomplete="off"
      maxlength=${one.max ?? 200}
      .defaultValue=${one.value ?? ""}
      aria-describedby=${one.hint ? `${one.id}-hint` : nothing}
    />
  </div>`;
}

export function choice(id: string, name: string, label: PapersKey, options: readonly Choice[], first = ""): TemplateResult {
  return html`<div class="govuk-form-group">
    <label class="govuk-label govuk-label--s" for=${id}>${p(label)}</label>
    <select class="govuk-select oyer-registry__wide" id=${id} name=${name}>
      ${options.map(([value, text]) => html`<option value=${value} ?selected=${value === first}>${text}</option>`)}
    </select>
  </div>`;
}

export function boxes(id: string, name: string, label: PapersKey, options: readonly Choice[], ticked: readonly string[]): TemplateResult {
  return html`<fieldset class="govuk-fieldset govuk-form-group">
    <legend class="govuk-fieldset__legend govuk-fieldset__legend--s">${p(label)}</legend>
    <div class="govuk-checkboxes govuk-checkboxes--small">
      ${options.map(
        ([value, text]) =>
          html`<div class="govuk-checkboxes__item">
            <input class="govuk-checkboxes__input" type="checkbox" id="${id}-${value}" name=${name} value=${value} .defaultChecked=${ticked.includes(value)} />
            <label class="govuk-label govuk-checkboxes__label" for="${id}-${value}">${text}</label>
          </div>`,
      )}
    </div>
  </fieldset>`;
}

export function details(test: string, heading: string, content: TemplateResult): TemplateResult {
  return html`<details class="govuk-details oyer-tight" data-test=${test}>
    <summary class="govuk-details__summary"><span class="govuk-details__summary-text">${heading}</span></summary>
    <div class="govuk-details__text">${content}</div>
  </details>`;
}

/** A form that sends; `go` is what its button says. */
export function form(test: string, go: string, content: TemplateResult, submit: (data: FormData) => void): TemplateResult {
  const send = (event: Event): void => {
    event.preventDefault();
    submit(new FormData(event.target as HTMLFormElement));
  };
  return html`<form novalidate data-test=${test} @submit=${send}>
    ${content}
    <button class="govuk-button govuk-button--secondary oyer-tight" data-test="${test}-go">${go}</button>
  </form>`;
}

/** The end of that day at the court; 0: none; null: that is no day. */
export function endOfDay(day: string, zone: string): number | null {
  if (day === "") return 0;
  return isDay(day) ? instant(addDays(day, 1), "00:00", zone) : null;
}
