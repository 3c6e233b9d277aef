/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** A case: who, what, when, and its docket sheet. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { nameOnList } from "../../core/filing.js";
import type { Cause } from "../../core/filing.js";
import { language } from "../../core/i18n/index.js";
import { r, registerLabel } from "../../core/i18n/register.js";
import type { RegisterKey } from "../../core/i18n/register.js";
import type { CasePage, Entered, Entry, Register } from "../../core/register.js";
import { exhibits } from "../common/exhibits.js";
import { when } from "../common/when.js";
import "../papers/authority.js";
import "../papers/limits.js";
import "./terms.js";
import { paperForms } from "./papers.js";
import type { PaperActions } from "./papers.js";

export interface CaseParts {
  register: Register;
  page: CasePage;
  causes: readonly Cause[];
  papers: PaperActions;
  more(): void;
}

export function casePage(parts: CaseParts): TemplateResult {
  const { page, causes } = parts;
  const rows: [RegisterKey, string][] = [
    ["case.cause", nameOnList(causes, page.cause, language())],
    ["case.procedure", registerLabel("procedure", page.procedure)],
    ["case.docketed", when(page.docketed_us, page.timezone)],
    ["case.access", registerLabel("access", page.access)],
  ];
  const mayWrite = parts.papers.rights.includes("write_register");
  const documents = page.entries.flatMap((one) => (one.withheld ? [] : one.documents.filter((document) => !document.sealed)));
  return html`<h1 class="govuk-heading-l" tabindex="-1" data-test="number">${page.number}</h1>
    <p class="govuk-body-l">${r("search.versus", { a: page.claimant, b: page.respondent })}</p>
    <dl class="govuk-summary-list" data-test="head">
      ${rows.map(
        ([key, said]) =>
          html`<div class="govuk-summary-list__row">
            <dt class="govuk-summary-list__key">${r(key)}</dt>
            <dd class="govuk-summary-list__value">${said}</dd>
          </div>`,
      )}
    </dl>
    <h2 class="govuk-heading-m">${r("case.parties")}</h2>
    <ul class="govuk-list" data-test="parties">
      ${page.parties.map(
        (one) =>
          html`<li>
            <strong>${registerLabel("role", one.role)} ${one.name}</strong>
            ${one.representatives.length > 0
              ? html`<br /><span class="oyer-quiet">${r("case.stands", { names: one.representatives.map((other) => other.name).join("、") })}</span>`
              : nothing}
          </li>`,
      )}
    </ul>
    <h2 class="govuk-heading-m">${r("case.hearings")}</h2>
    ${page.hearings.length === 0 ? html`<p class="govuk-body">${r("case.no_hearing")}</p>` : nothing}
    <ul class="govuk-list" data-test="hearings">
      ${page.hearings.map((one) => html`<li>${when(one.scheduled_us, page.timezone)} · ${registerLabel("status", one.status)}${held(one, page.timezone)}</li>`)}
    </ul>
    <div @changed=${readAnew}>
      <oyer-case-terms .office=${parts.papers.office} .rights=${parts.papers.rights} .of=${page.id}></oyer-case-terms>
      <oyer-case-limits .office=${parts.papers.office} .may=${mayWrite} .page=${page} .language=${language()}></oyer-case-limits>
    </div>
    <oyer-case-authority .office=${parts.papers.office} .may=${mayWrite} .of=${page.id} .documents=${documents} .language=${language()}></oyer-case-authority>
    <p class="govuk-body"><a class="govuk-link" href="#/consents/${page.id}" data-test="to-consents">${r("case.consents")}</a></p>
    ${exhibits(page, (file) => parts.register.content(page.id, file))} ${sheet(parts)}`;
}

/** A clock that began or was extended is in both lists. */
function readAnew(event: Event): void {
  for (const one of (event.currentTarget as Element).querySelectorAll<Element & { read(): Promise<void> }>("oyer-case-terms, oyer-case-limits"))
    if (one !== event.target) void one.read();
}

/** Each session that was opened, and the checksum of its record once it is sealed. */
function held(hearing: CasePage["hearings"][number], zone: string): TemplateResult | typeof nothing {
  const sessions = (hearing.sessions ?? []).filter((one) => one.opened_us > 0);
  if (sessions.length === 0) return nothing;
  return html`<ul class="govuk-list" data-test="sessions">
    ${sessions.map(
      (one) => html`<li class="oyer-quiet">${r("case.session", { n: one.number, time: when(one.opened_us, zone) })}${one.root ? html`<br /><code class="oyer-code">${one.root}</code>` : nothing}</li>`,
    )}
  </ul>`;
}

function sheet({ register, page, papers, more }: CaseParts): TemplateResult {
  return html`<h2 class="govuk-heading-m">${r("case.sheet")}</h2>
    <p class="oyer-registry__bar">
      <a class="govuk-link" href=${register.sheet(page.id, "pdf", language())} download data-test="pdf">${r("case.pdf")}</a>
      <a class="govuk-link" href=${register.sheet(page.id, "csv", language())} download data-test="csv">${r("case.csv")}</a>
      <a class="govuk-link" href=${register.sheet(page.id, "json", language())} download="sheet.json">${r("case.json")}</a>
    </p>
    <ol class="oyer-register__sheet" data-test="sheet">
      ${page.entries.map((one) => entry(register, page, one, papers))}
    </ol>
    ${page.entries.length < page.entry_count
      ? html`<button class="govuk-button govuk-button--secondary" type="button" data-test="more" @click=${more}>${r("case.more")}</button>`
      : nothing}`;
}

function entry(register: Register, page: CasePage, one: Entry, papers: PaperActions): TemplateResult {
  const level = one.access === "public" ? nothing : html`<strong class="govuk-tag oyer-tag">${registerLabel("access", one.access)}</strong>`;
  return html`<li value=${one.number} data-test="entry" data-access=${one.access}>
    ${one.withheld ? html`<span class="oyer-quiet">${r("case.withheld")}</span> ${level}` : content(register, page, one, level, papers)}
  </li>`;
}

function content(register: Register, page: CasePage, one: Entered, level: TemplateResult | typeof nothing, papers: PaperActions): TemplateResult {
  // What the court does itself is entered as it happens.
  const isOne = one.filed_us === one.entered_us && !one.filed_by;
  const filed = r(one.filed_by ? "case.filed_by" : "case.filed", { when: when(one.filed_us, page.timezone), who: one.filed_by });
  const entered = r(one.entered_by ? "case.entered_by" : "case.entered", { when: when(one.entered_us, page.timezone), who: one.entered_by });
  return html`<strong>${registerLabel("kind", one.kind)}</strong> ${level}
    <p class="oyer-register__text">${one.text}</p>
    <span class="oyer-quiet">${isOne ? entered : `${filed} · ${entered}`}</span>
    ${one.documents.length === 0
      ? nothing
      : html`<ul class="govuk-list govuk-list--bullet oyer-tight" data-test="documents">
          ${one.documents.map((document) => [
            document.sealed ? html`<li data-test="sealed">${r("paper.sealed")}</li>` : nothing,
            document.files.map(
              (file) =>
                html`<li>
                  ${document.exhibit ? html`<strong data-test="exhibit">${document.exhibit}</strong>` : nothing}
                  <a class="govuk-link" href=${register.content(page.id, file.id)} target="_blank" rel="noopener" data-test="file">${r("case.file", { title: document.title, name: file.name })}</a>
                  ${document.purpose ? html`<span class="oyer-quiet" data-test="purpose">${r("case.purpose", { text: document.purpose })}</span>` : nothing}
                  ${file.text_state === "failed" ? html`<span class="oyer-quiet" data-test="unread">${r("case.unread")}</span>` : nothing}
                </li>`,
            ),
          ])}
        </ul>`}
    ${one.documents.map((document) => paperForms(document, papers))}`;
}
