/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What may be done with a document of a sheet: seal it, open the seal, delete a file. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { r } from "../../core/i18n/register.js";
import type { Office } from "../../core/office.js";
import type { Register, SheetDocument } from "../../core/register.js";
import "../common/needs-two.js";

export interface PaperActions {
  office: Office;
  rights: readonly string[];
  register: Register;
  /** Something was done with one of them. */
  changed(said: string): void;
  seal(document: SheetDocument, reason: string): void;
  /** There is no reason. */
  wrong(): void;
}

export function paperForms(document: SheetDocument, to: PaperActions): TemplateResult | typeof nothing {
  const may = (right: string): boolean => to.rights.includes(right);
  const parts = document.sealed ? [may("unseal") ? unseal(document, to) : nothing] : [may("seal") ? seal(document, to) : nothing, ...(may("delete") ? document.files.map((file) => remove(document, file, to)) : [])];
  if (parts.every((one) => one === nothing)) return nothing;
  return html`<details class="govuk-details oyer-tight" data-test="paper-${document.id}">
    <summary class="govuk-details__summary"><span class="govuk-details__summary-text">${r("paper.heading", { title: document.title || r("paper.sealed") })}</span></summary>
    <div class="govuk-details__text">${parts}</div>
  </details>`;
}

function seal(document: SheetDocument, to: PaperActions): TemplateResult {
  const id = `seal-${document.id}`;
  const submit = (event: Event): void => {
    event.preventDefault();
    const reason = String(new FormData(event.target as HTMLFormElement).get("reason") ?? "").trim();
    if (reason) to.seal(document, reason);
    else to.wrong();
  };
  return html`<form novalidate @submit=${submit}>
    <label class="govuk-label govuk-label--s" for=${id}>${r("paper.seal_why")}</label>
    <div class="govuk-hint" id="${id}-hint">${r("paper.seal_hint")}</div>
    <input class="govuk-input" id=${id} name="reason" maxlength="1000" aria-describedby="${id}-hint" data-test="seal-reason" />
    <button class="govuk-button govuk-button--secondary oyer-tight" data-test="seal">${r("paper.seal")}</button>
  </form>`;
}

function unseal(document: SheetDocument, to: PaperActions): TemplateResult {
  const act = async (): Promise<void> => {
    await to.register.unseal(document);
    to.changed(r("paper.unsealed"));
  };
  return html`<oyer-needs-two .office=${to.office} right="unseal" object="document:${document.id}" .name=${r("paper.unseal")} .act=${act}></oyer-needs-two>`;
}

function remove(document: SheetDocument, file: { id: string; name: string }, to: PaperActions): TemplateResult {
  const act = async (): Promise<void> => {
    await to.register.remove(document, file.id);
    to.changed(r("paper.removed"));
  };
  return html`<oyer-needs-two .office=${to.office} right="delete" object="file:${file.id}" .name=${r("paper.remove", { name: file.name })} .act=${act}></oyer-needs-two>`;
}
