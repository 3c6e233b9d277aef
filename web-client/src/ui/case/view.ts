/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The case as its parties see it: what is due, where to be, what was filed, the docket sheet. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { nameOnList } from "../../core/filing.js";
import { c, caseLabel } from "../../core/i18n/case.js";
import { filingLabel } from "../../core/i18n/filing.js";
import { language } from "../../core/i18n/index.js";
import { openSeats } from "../../core/paper.js";
import type { CasePapers, CaseRow, PaperRow } from "../../core/paper.js";
import type { CasePage, Entry } from "../../core/register.js";
import { lastMoment, when } from "../common/when.js";
import { clocks } from "./clocks.js";
import type { CaseDesk } from "./desk.js";
import { notices } from "./notices.js";

export function cases(desk: CaseDesk): TemplateResult {
  const all = desk.cases ?? [];
  return html`<h1 class="govuk-heading-l" tabindex="-1">${c("page.cases")}</h1>
    ${all.length === 0 ? html`<p class="govuk-body">${c("cases.none")}</p>` : nothing}
    <ul class="oyer-filing__cards" data-test="cases">
      ${all.map(caseCard)}
    </ul>`;
}

function caseCard(one: CaseRow): TemplateResult {
  return html`<li class="oyer-filing__card">
    <a class="govuk-link oyer-filing__card-title" href="#/case/${one.id}" data-test="case-row">${one.number}</a>
    <span class="oyer-quiet">${one.claimant} / ${one.respondent}</span>
  </li>`;
}

export function ownCase(desk: CaseDesk, page: CasePage, papers: CasePapers): TemplateResult {
  const canFile = papers.parties.some((one) => one.may.length > 0);
  return html`<h1 class="govuk-heading-l" tabindex="-1" data-test="number">${page.number}</h1>
    <p class="govuk-body">${c("case.claimant")}: ${page.claimant}<br />${c("case.respondent")}: ${page.respondent}</p>
    ${papers.parties.filter((one) => one.kind !== "").map(
      (one) =>
        html`<p class="govuk-body oyer-quiet" data-test="authority">
          ${one.valid_until_us ? c("case.for", { name: one.name, time: lastMoment(one.valid_until_us) }) : c("case.for_always", { name: one.name })}
        </p>`,
    )}
    ${clocks(papers, page.timezone)}
    ${canFile ? html`<p class="govuk-body"><a class="govuk-button oyer-button-main" href="#/case/${page.id}/new" role="button" data-test="new">${c("papers.new")}</a></p>` : nothing}
    ${seats(desk, page, papers)} ${notices(desk, page.timezone)} ${filed(papers)}
    ${desk.evidence?.exhibits(page, (file) => content(page, file))}
    <h2 class="govuk-heading-m">${c("sheet.heading")}</h2>
    <ol class="oyer-filing__cards" data-test="sheet">
      ${page.entries.map((one) => entry(page, one))}
    </ol>`;
}

function seats(desk: CaseDesk, page: CasePage, papers: CasePapers): TemplateResult | typeof nothing {
  const open = openSeats(papers);
  if (open.length === 0) return nothing;
  return html`<section data-test="seats">
    <h2 class="govuk-heading-m">${c("seats.heading")}</h2>
    ${open.map(
      (one) =>
        html`<p class="govuk-body"><strong>${when(one.scheduled_us, page.timezone)}</strong></p>
          <button class="govuk-button govuk-button--secondary" type="button" data-test="enter-hearing" @click=${() => void desk.enterHearing(one.participant)}>
            ${c("seats.enter")}
          </button>`,
    )}
    <p class="govuk-hint">${c("seats.text")}</p>
  </section>`;
}

function filed(papers: CasePapers): TemplateResult {
  return html`<h2 class="govuk-heading-m">${c("papers.heading")}</h2>
    ${papers.papers.length === 0 ? html`<p class="govuk-body">${c("papers.none")}</p>` : nothing}
    <ul class="oyer-filing__cards" data-test="papers">
      ${papers.papers.map((one) => paperCard(papers, one))}
    </ul>`;
}

function paperCard(papers: CasePapers, one: PaperRow): TemplateResult {
  const name = nameOnList(papers.list.papers, one.code, language());
  return html`<li class="oyer-filing__card" data-state=${one.state}>
    ${one.own
      ? html`<a class="govuk-link oyer-filing__card-title" href="#/${one.id}" data-test="paper-row">${name}</a>`
      : html`<span class="oyer-filing__card-title">${name}</span><span class="oyer-quiet">${c("papers.by", { name: one.by })}</span>`}
    <span
      ><strong class="govuk-tag oyer-tag">${caseLabel("state", one.state)}</strong>
      ${one.late ? html`<strong class="govuk-tag govuk-tag--red" data-test="late">${c("papers.late")}</strong>` : nothing}</span
    >
    <span class="oyer-quiet">${one.receipt_no} ${when(one.received_us)} ${one.entry ? c("papers.entry", { n: one.entry }) : nothing}</span>
  </li>`;
}

const content = (page: CasePage, file: string): string => `/api/v1/cases/${page.id}/files/${file}/content`;

function entry(page: CasePage, one: Entry): TemplateResult {
  if (one.withheld) return html`<li class="oyer-filing__card"><span class="oyer-quiet">${one.number}. ${c("sheet.withheld")}</span></li>`;
  return html`<li class="oyer-filing__card" data-test="entry" data-kind=${one.kind}>
    <span class="oyer-filing__card-title">${one.number}. ${caseLabel("entry", one.kind)}</span>
    <span class="oyer-filing__said">${one.text}</span>
    <span class="oyer-quiet">${one.filed_by ? c("sheet.filed", { name: one.filed_by, time: when(one.filed_us, page.timezone) }) : when(one.filed_us, page.timezone)}</span>
    ${one.documents.map(
      (document) =>
        html`<span>
          ${document.exhibit ? html`<strong data-test="exhibit">${document.exhibit}</strong>` : nothing} ${document.title || filingLabel("kind", document.kind)}
          ${document.purpose ? html`<span class="oyer-quiet">${c("write.purpose")}: ${document.purpose}</span>` : nothing}
          ${document.files.map(
            (file) => html` <a class="govuk-link" href=${content(page, file.id)} target="_blank" rel="noopener">${file.name}</a>`,
          )}
        </span>`,
    )}
  </li>`;
}
