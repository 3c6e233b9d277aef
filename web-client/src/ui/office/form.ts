/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Fields and errors as all forms of the staff's pages have them. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { ApiError } from "../../core/api.js";
import { o, OFFICE } from "../../core/i18n/office.js";
import type { OfficeKey } from "../../core/i18n/office.js";
import { errorSummary } from "../common/problem.js";

export interface Field {
  id: string;
  label: OfficeKey;
  hint?: OfficeKey;
  type?: "text" | "password";
  /** What a password manager or a phone's keyboard fills in. */
  complete: string;
  digits?: boolean;
}

export function field(one: Field): TemplateResult {
  return html`<div class="govuk-form-group">
    <label class="govuk-label govuk-label--s" for=${one.id}>${o(one.label)}</label>
    ${one.hint ? html`<div class="govuk-hint" id="${one.id}-hint">${o(one.hint)}</div>` : nothing}
    <input
      class="govuk-input ${one.digits ? "govuk-input--width-10" : ""}"
      id=${one.id}
      name=${one.id}
      data-test=${one.id}
      type=${one.type ?? "text"}
      autocomplete=${one.complete}
      autocapitalize="none"
      spellcheck="false"
      inputmode=${one.digits ? "numeric" : "text"}
      aria-describedby=${one.hint ? `${one.id}-hint` : nothing}
    />
  </div>`;
}

/** What stands in the form's field. */
export function valueOf(form: HTMLFormElement, id: string): string {
  return String(new FormData(form).get(id) ?? "");
}

/** The summary on top; it takes the focus when it appears. */
export function problem(key: OfficeKey | null): TemplateResult | typeof nothing {
  return key ? errorSummary(o("error.heading"), key, o(key)) : nothing;
}

/** The text for an answer of the server; `refused`: what a 401 means here. */
export function problemOf(error: unknown, refused: OfficeKey): OfficeKey {
  if (!(error instanceof ApiError)) return "error.other";
  if (error.status === 0) return "error.unreachable";
  if (error.status === 429) return "error.too_often";
  if (error.code === "refused" || error.code === "provider_away") return refused;
  const key = `error.${error.message}`;
  return error.code === "password" && key in OFFICE.zh ? (key as OfficeKey) : "error.other";
}
