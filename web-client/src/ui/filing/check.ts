/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Everything once more before it is handed in; and the receipt. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { nameOnList, yuanOf } from "../../core/filing.js";
import type { Filing, Receipt, Signed } from "../../core/filing.js";
import { bytes } from "../../core/format.js";
import { f, filingLabel } from "../../core/i18n/filing.js";
import type { FilingKey } from "../../core/i18n/filing.js";
import { language } from "../../core/i18n/index.js";
import { lastMoment, when } from "../common/when.js";
import type { Desk } from "./desk.js";
import { form, go, text, tick } from "./form.js";
import { TASKS } from "./tasks.js";
import type { Task } from "./tasks.js";

function names(filing: Filing, role: string): string {
  return filing.parties.filter((one) => one.role === role).map((one) => one.name).join("、");
}

/** All that was written; `way`: whether it can still be changed. */
export function content(desk: Desk, filing: Filing, way: boolean): TemplateResult {
  const said: Record<Task["id"], string> = {
    plaintiffs: names(filing, "plaintiff"),
    defendants: names(filing, "defendant"),
    others: names(filing, "third_party"),
    cause: filing.cause ? nameOnList(desk.form?.causes ?? [], filing.cause, language()) : "",
    claim: filing.claim + (filing.amount_fen > 0 ? `\n${f("check.amount")}: ${f("check.yuan", { n: yuanOf(filing.amount_fen) })}` : ""),
    facts: filing.facts,
    documents: desk
      .documents()
      .map((one) => `${one.title}（${filingLabel("kind", one.kind)}，${f("docs.pages", { n: one.files.length })}）`)
      .join("\n"),
  };
  return html`<dl class="govuk-summary-list" data-test="content">
    ${TASKS.filter((one) => said[one.id] || !one.optional).map(
      (one) =>
        html`<div class="govuk-summary-list__row">
          <dt class="govuk-summary-list__key">${f(one.label)}</dt>
          <dd class="govuk-summary-list__value oyer-filing__said">${said[one.id] || f("check.none")}</dd>
          ${way
            ? html`<dd class="govuk-summary-list__actions">
                <a class="govuk-link" href="#/${filing.id}/${one.id}" id="task-${one.fields[0] ?? one.id}">${f("check.change")}<span class="govuk-visually-hidden"> ${f(one.label)}</span></a>
              </dd>`
            : nothing}
        </div>`,
    )}
  </dl>`;
}

export function check(desk: Desk, filing: Filing): TemplateResult {
  const submit = (data: FormData): void => {
    const missing = TASKS.filter((one) => !one.optional && !one.isDone(filing)).map((one) => {
      const field = one.id === "documents" && filing.documents.length > 0 ? "files" : (one.fields[0] ?? "");
      return { field: `task-${one.fields[0] ?? one.id}`, key: `error.${field}` as FilingKey };
    });
    if (text(data, "declare") !== "yes") missing.push({ field: "declare", key: "error.declare" });
    if (desk.complain(missing)) return;
    void desk.submit().then((done) => {
      if (done) location.hash = `#/${filing.id}/receipt`;
    });
  };
  return form(
    html`<h1 class="govuk-heading-l" tabindex="-1">${f("check.heading")}</h1>
      ${content(desk, filing, true)} ${desk.uploads.isBusy ? html`<p class="govuk-body" role="status">${f("check.wait")}</p>` : nothing}
      ${tick(desk, "declare", f("check.declare"), false)} ${go(desk, filing.state === "draft" ? "check.submit" : "check.supplement")}`,
    submit,
    "check-form",
  );
}

export function receipt(filing: Filing, found: Receipt | null): TemplateResult {
  if (!found) return html`<p class="govuk-body" role="status">${f("page.loading")}</p>`;
  const signed = JSON.parse(found.signed) as Signed;
  return html`<div class="govuk-panel govuk-panel--confirmation oyer-panel">
      <h1 class="govuk-panel__title" tabindex="-1">${f("receipt.heading")}</h1>
      <div class="govuk-panel__body">${f("receipt.number")}<br /><strong data-test="receipt-number">${signed.number}</strong></div>
    </div>
    <dl class="govuk-summary-list oyer-facts">
      <div class="govuk-summary-list__row">
        <dt class="govuk-summary-list__key">${f("receipt.time")}</dt>
        <dd class="govuk-summary-list__value">${when(Date.parse(signed.received) * 1000)}</dd>
      </div>
    </dl>
    <h2 class="govuk-heading-m">${f("receipt.next")}</h2>
    <p class="govuk-body">${f("receipt.next_1", { due: lastMoment(filing.due_us) })}</p>
    <p class="govuk-body">${f("receipt.next_2")}</p>
    <div class="oyer-filing__buttons">
      <a class="govuk-button" href="#/${filing.id}/status" role="button" data-test="to-status">${f("receipt.status")}</a>
      <a class="govuk-button govuk-button--secondary" href="/api/v1/filings/${filing.id}/receipt.pdf" role="button" download="${signed.number}.pdf" data-test="pdf">${f("receipt.pdf")}</a>
      <button class="govuk-button govuk-button--secondary" type="button" data-test="save" @click=${() => keep(signed.number, found)}>${f("receipt.save")}</button>
      <button class="govuk-button govuk-button--secondary" type="button" data-test="print" @click=${() => window.print()}>${f("receipt.print")}</button>
    </div>
    <p class="govuk-hint">${f("receipt.save_text")}</p>
    <h2 class="govuk-heading-m">${f("receipt.files")}</h2>
    <p class="govuk-body">${f("receipt.files_text")}</p>
    <ol class="govuk-list govuk-list--number" data-test="receipt-files">
      ${signed.files.map(
        (one) =>
          html`<li>
            ${one.document} · ${one.name} (${bytes(one.size_bytes)})<br />
            <code class="oyer-code" data-test="hash">${one.sha256}</code>
          </li>`,
      )}
    </ol>
    <p class="govuk-body-s">${f("receipt.key")}: <code class="oyer-code">${found.fingerprint}</code></p>`;
}

function keep(number: string, found: Receipt): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(found, null, 2)], { type: "application/json" }));
  link.download = `${number}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
