/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** A paper into the case: which, what it says, its documents; and what became of it. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { nameOnList } from "../../core/filing.js";
import type { FiledDocument, Filing } from "../../core/filing.js";
import { c, caseLabel } from "../../core/i18n/case.js";
import type { CaseKey } from "../../core/i18n/case.js";
import { f, filingLabel } from "../../core/i18n/filing.js";
import type { FilingKey } from "../../core/i18n/filing.js";
import { language } from "../../core/i18n/index.js";
import { limitOf } from "../../core/paper.js";
import type { CasePapers, Paper } from "../../core/paper.js";
import { lastMoment, when } from "../common/when.js";
import { form, go, input, radios, text } from "../filing/form.js";
import { gather } from "../filing/status.js";
import type { CaseDesk } from "./desk.js";

/** The order of the law: answer, evidence, authority, then what is asked for. */
export function newPaper(desk: CaseDesk, papers: CasePapers): TemplateResult {
  const sides = papers.parties.filter((one) => one.may.length > 0);
  const codes = papers.list.papers.filter((one) => sides.some((side) => side.may.includes(one.code)));
  if (codes.length === 0) return html`<h1 class="govuk-heading-l" tabindex="-1">${c("new.heading")}</h1><p class="govuk-body">${c("new.none")}</p>`;
  const submit = (data: FormData): void => {
    const code = text(data, "code");
    const able = sides.filter((one) => one.may.includes(code));
    const party = able.find((one) => one.party === text(data, "party")) ?? able[0];
    if (!party) desk.complain([{ field: "code", key: "error.document_kind" }]);
    else
      void desk.beginPaper(party.party, code, language()).then((id) => {
        if (id) location.hash = `#/${id}`;
      });
  };
  return form(
    html`<h1 class="govuk-heading-l" tabindex="-1">${c("new.heading")}</h1>
      ${sides.length > 1
        ? radios(desk, "party", c("new.party"), sides[0]!.party, sides.map((one) => ({ value: one.party, label: `${filingLabel("role", one.role)} ${one.name}` })))
        : nothing}
      ${radios(desk, "code", c("new.choose"), "", codes.map((one) => ({ value: one.code, label: one[language()] })))}
      ${wrong(desk)}
      <button class="govuk-button oyer-button-main" data-test="go">${c("new.go")}</button>`,
    submit,
    "new-form",
  );
}

/** Its name, by which rule, until when. */
function head(desk: CaseDesk, paper: Paper): TemplateResult {
  const kind = desk.kindOf(paper.code);
  const limit = desk.papers ? limitOf(desk.papers, paper.code, paper.party) : undefined;
  const isOver = limit !== undefined && limit.due_us <= desk.now_ms() * 1000;
  return html`<span class="govuk-caption-l">${paper.case_number}</span>
    <h1 class="govuk-heading-l" tabindex="-1" data-test="paper-name">${kind ? kind[language()] : paper.code}</h1>
    ${kind ? html`<p class="govuk-hint">${c("write.rule", { rule: kind.rule })}</p>` : nothing}
    ${limit
      ? html`<p class="oyer-result oyer-result--${isOver ? "amber" : "wait"}" data-test="limit" data-over=${isOver ? "yes" : "no"}>
          ${c(isOver ? "write.late" : "write.until", { time: lastMoment(limit.due_us) })}
        </p>`
      : nothing}`;
}

export function writePaper(desk: CaseDesk, filing: Filing, paper: Paper): TemplateResult {
  const hasText = paper.kind === "answer" || paper.kind === "motion";
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const hands = (event.submitter as HTMLButtonElement | null)?.value !== "save";
    void desk.write(text(data, "text"), hands);
  };
  return html`${head(desk, paper)} ${asked(filing)}
    <form class="oyer-filing__form" novalidate data-test="paper-form" @submit=${submit}>
      ${hasText ? area("text", "write.text", paper.kind === "answer" ? "write.text_answer" : "write.text_motion", filing.text ?? "", 8, 30000) : nothing} ${documents(desk, filing, paper)}
      ${desk.uploads.isBusy ? html`<p class="govuk-body" role="status">${c("write.wait")}</p>` : nothing}
      ${wrong(desk)}
      <button class="govuk-button oyer-button-main" value="submit" data-test="submit" aria-disabled=${desk.isBusy ? "true" : "false"}>${c("write.submit")}</button>
      <button class="govuk-button govuk-button--secondary" value="save" data-test="save">${c("write.save")}</button>
      <p class="govuk-body" role="status" data-test="saved">${desk.isSaved ? c("write.saved") : nothing}</p>
    </form>
    ${takeBack(desk, filing)}`;
}

function area(id: string, label: CaseKey, hint: CaseKey | null, value: string, rows: number, max: number): TemplateResult {
  return html`<div class="govuk-form-group">
    <label class="govuk-label govuk-label--s" for=${id}>${c(label)}</label>
    ${hint ? html`<div class="govuk-hint" id="${id}-hint">${c(hint)}</div>` : nothing}
    <textarea class="govuk-textarea" id=${id} name=${id} data-test=${id} rows=${rows} maxlength=${max} aria-describedby=${hint ? `${id}-hint` : nothing} .value=${value}></textarea>
  </div>`;
}

function wrong(desk: CaseDesk): TemplateResult {
  return html`<div role="alert">${desk.wrong ? html`<p class="govuk-error-message" data-test="wrong">${c(desk.wrong)}</p>` : nothing}</div>`;
}

/** What the court wants before it enters it. */
function asked(filing: Filing): TemplateResult | typeof nothing {
  const { correction } = filing;
  if (!correction || filing.state !== "sent_back") return nothing;
  return html`<section class="oyer-filing__notice" data-test="notice">
    <h2 class="govuk-heading-m">${f("status.notice")}</h2>
    <p class="govuk-body">${f("status.notice_text", { due: lastMoment(correction.due_us) })}</p>
    <ol class="govuk-list govuk-list--number">
      ${correction.items.map((one) => html`<li>${one.text}</li>`)}
    </ol>
    ${correction.text ? html`<p class="govuk-body oyer-filing__said">${correction.text}</p>` : nothing}
  </section>`;
}

function documents(desk: CaseDesk, filing: Filing, paper: Paper): TemplateResult {
  const all = desk.documents();
  return html`<h2 class="govuk-heading-m" tabindex="-1">${c("write.documents")}</h2>
    <p class="govuk-hint">${c(paper.kind === "evidence" ? "write.evidence_hint" : "write.documents_hint")}</p>
    <ul class="oyer-filing__cards" data-test="documents">
      ${all.map((one) => piece(desk, filing, one))}
    </ul>
    <p class="govuk-body"><a class="govuk-button govuk-button--secondary" href="#/${filing.id}/documents/new" role="button" data-test="add">${c("write.add")}</a></p>`;
}

function piece(desk: CaseDesk, filing: Filing, one: FiledDocument): TemplateResult {
  const remove = (): void => void desk.remove({ kind: "document", id: one.id, label: one.title }).then(() => desk.act(() => desk.flush()));
  return html`<li class="oyer-filing__card">
    <span class="oyer-filing__card-title">${one.title}</span>
    <span class="oyer-quiet">${f("docs.pages", { n: one.files.length + desk.notBegun(one.id).length })}</span>
    ${one.purpose ? html`<span>${c("write.purpose")}: ${one.purpose}</span>` : nothing}
    ${desk.isLocked(one)
      ? html`<span class="oyer-quiet">${f("docs.locked")}</span>`
      : html`<span class="oyer-filing__card-actions">
          <a class="govuk-link" href="#/${filing.id}/documents/${one.id}" data-test="open">${c("write.open")}<span class="govuk-visually-hidden"> ${one.title}</span></a>
          <button class="oyer-filing__link" type="button" @click=${remove}>${c("write.remove")}<span class="govuk-visually-hidden"> ${one.title}</span></button>
        </span>`}
  </li>`;
}

export function newPiece(desk: CaseDesk, filing: Filing, paper: Paper): TemplateResult {
  const isEvidence = paper.kind === "evidence";
  const submit = (data: FormData): void => {
    const title = text(data, "title");
    const purpose = text(data, "purpose");
    if (desk.complain(title ? [] : [{ field: "title", key: "error.document_title" }])) return;
    if (desk.miss(isEvidence && !purpose ? "write.missing_purpose" : null)) return;
    void desk.addPiece(title, isEvidence ? "evidence" : paper.kind === "authority" ? "authority" : "other", purpose).then((id) => {
      if (id) location.replace(`#/${filing.id}/documents/${id}`);
    });
  };
  return form(
    html`<h1 class="govuk-heading-l" tabindex="-1">${c("write.add")}</h1>
      ${input(desk, { id: "title", label: "docs.title", value: "", max: 100 })}
      ${isEvidence ? area("purpose", "write.purpose", null, "", 3, 500) : nothing} ${wrong(desk)} ${go(desk, "docs.create")}`,
    submit,
    "piece-form",
  );
}

// ---- what became of it ----

export function paperStatus(desk: CaseDesk, filing: Filing, paper: Paper): TemplateResult {
  const name = desk.papers ? nameOnList(desk.papers.list.papers, paper.code, language()) : paper.code;
  return html`<span class="govuk-caption-l">${paper.case_number}</span>
    <h1 class="govuk-heading-l" tabindex="-1" data-test="paper-name">${name}</h1>
    <p class="oyer-result oyer-result--${filing.state === "entered" ? "green" : "wait"}" data-test="state" data-state=${filing.state}>
      ${caseLabel("state", filing.state)} ${paper.entry ? c("papers.entry", { n: paper.entry }) : nothing}
    </p>
    ${paper.late ? html`<p class="oyer-result oyer-result--amber" data-test="late"><span>${c("write.late", { time: lastMoment(paper.limit_us) })}<br /><span class="oyer-quiet">${paper.rule}</span></span></p>` : nothing}
    ${paper.remark ? html`<p class="govuk-body oyer-filing__said">${c("status.remark", { text: paper.remark })}</p>` : nothing}
    ${filing.receipt_no
      ? html`<p class="govuk-body"><a class="govuk-link" href="/api/v1/filings/${filing.id}/receipt.pdf" data-test="receipt">${c("status.receipt", { number: filing.receipt_no })}</a></p>`
      : nothing}
    ${filing.text ? html`<p class="govuk-body oyer-filing__said">${filing.text}</p>` : nothing}
    <ul class="oyer-filing__cards">
      ${filing.documents.map((one) => piece(desk, filing, one))}
    </ul>
    <h2 class="govuk-heading-m">${f("status.trail")}</h2>
    <ol class="oyer-filing__trail" data-test="trail">
      ${gather(desk.trail ?? []).map(
        (one) =>
          html`<li>
            <span class="oyer-quiet">${when(one.at_us)}</span>
            <span><strong>${filingLabel("office", one.office)}</strong> ${caseLabel("trail", one.type)}</span>
            ${one.reason ? html`<span class="oyer-filing__said">${one.reason}</span>` : nothing}
          </li>`,
      )}
    </ol>
    ${takeBack(desk, filing)}`;
}

/** What is seldom wanted, and asked for twice. */
function takeBack(desk: CaseDesk, filing: Filing): TemplateResult | typeof nothing {
  if (!filing.may.includes("withdraw")) return nothing;
  const label: FilingKey = "status.withdraw";
  const submit = (data: FormData): void => {
    const reason = text(data, "withdraw-reason");
    if (!reason) desk.complain([{ field: "withdraw-reason", key: "error.reason" }]);
    else void desk.withdraw(reason);
  };
  return html`<details class="govuk-details" data-test="more">
    <summary class="govuk-details__summary"><span class="govuk-details__summary-text">${f("status.more")}</span></summary>
    <div class="govuk-details__text">
      ${form(html`${input(desk, { id: "withdraw-reason", label: "status.reason", value: "", max: 2000 })} ${go(desk, label)}`, submit, "withdraw-form")}
    </div>
  </details>`;
}
