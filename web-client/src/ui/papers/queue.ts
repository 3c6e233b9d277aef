/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Papers that came in: what, from whom, in time or late by which rule, how long they wait. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { nameOnList } from "../../core/filing.js";
import { p, papersLabel } from "../../core/i18n/papers.js";
import type { PapersKey } from "../../core/i18n/papers.js";
import { language } from "../../core/i18n/index.js";
import { PAPER_KINDS, PAPER_VIEWS } from "../../core/paper-desk.js";
import type { PaperQueue, PaperView, WaitingPaper } from "../../core/paper-desk.js";
import { lastMoment, when } from "../common/when.js";
import { clockOf, NEAR_TARGET_US, viewBar } from "../registry/queue.js";
import { problemBox } from "./problem.js";

/** What of the list is looked for. */
export interface Sieve {
  kind: string;
  text: string;
  isLate: boolean;
}

export interface QueueActions {
  show(view: PaperView): void;
  sift(sieve: Sieve): void;
  refresh(): void;
  next(): void;
}

export function fits(one: WaitingPaper, sieve: Sieve): boolean {
  const words = sieve.text.trim().split(/\s+/);
  return (
    (sieve.kind === "" || one.kind === sieve.kind) &&
    (!sieve.isLate || one.late) &&
    words.every((word) => `${one.case_number} ${one.party_name} ${one.receipt_no}`.includes(word))
  );
}

export function queue(found: PaperQueue | null, view: PaperView, sieve: Sieve, problem: PapersKey | null, now_us: number, to: QueueActions): TemplateResult {
  return html`${problemBox(problem)}
    <h1 class="govuk-heading-l" tabindex="-1">${p("queue.heading")}</h1>
    <div class="oyer-registry__bar">
      <button class="govuk-button" type="button" data-test="next" @click=${() => to.next()}>${p("queue.next")}</button>
      <button class="govuk-button govuk-button--secondary" type="button" data-test="refresh" @click=${() => to.refresh()}>${p("queue.refresh")}</button>
    </div>
    ${viewBar(PAPER_VIEWS, view, (one) => `${p(`view.${one}`)}${found ? ` (${found.counts[one]})` : ""}`, to.show)}
    ${found === null ? (problem ? nothing : html`<p class="govuk-body" role="status">${p("one.loading")}</p>`) : html`${siftForm(sieve, to)} ${list(found, sieve, now_us)}`}`;
}

function siftForm(sieve: Sieve, to: QueueActions): TemplateResult {
  return html`<div class="oyer-registry__bar oyer-papers__sieve">
    <div>
      <label class="govuk-label" for="sieve-text">${p("queue.find")}</label>
      <input class="govuk-input" id="sieve-text" type="search" autocomplete="off" .value=${sieve.text} data-test="sieve-text" @input=${(event: Event) => to.sift({ ...sieve, text: (event.target as HTMLInputElement).value })} />
    </div>
    <div>
      <label class="govuk-label" for="sieve-kind">${p("queue.kind")}</label>
      <select class="govuk-select" id="sieve-kind" data-test="sieve-kind" @change=${(event: Event) => to.sift({ ...sieve, kind: (event.target as HTMLSelectElement).value })}>
        <option value="">${p("queue.any")}</option>
        ${PAPER_KINDS.map((one) => html`<option value=${one} ?selected=${one === sieve.kind}>${p(`kind.${one}`)}</option>`)}
      </select>
    </div>
    <div class="govuk-checkboxes govuk-checkboxes--small">
      <div class="govuk-checkboxes__item">
        <input class="govuk-checkboxes__input" type="checkbox" id="sieve-late" .checked=${sieve.isLate} data-test="sieve-late" @change=${(event: Event) => to.sift({ ...sieve, isLate: (event.target as HTMLInputElement).checked })} />
        <label class="govuk-label govuk-checkboxes__label" for="sieve-late">${p("queue.only_late")}</label>
      </div>
    </div>
  </div>`;
}

function list(found: PaperQueue, sieve: Sieve, now_us: number): TemplateResult {
  if (found.papers.length === 0) return html`<p class="govuk-body" data-test="empty">${p("queue.empty")}</p>`;
  const rows = found.papers.filter((one) => fits(one, sieve));
  return html`<p class="govuk-body-s oyer-quiet" role="status" data-test="shown">
      ${rows.length === 0 ? p("queue.no_match") : p("queue.shown", { n: rows.length, all: found.papers.length })}
    </p>
    ${rows.length === 0
      ? nothing
      : html`<table class="oyer-registry__table" data-test="queue">
          <thead>
            <tr>
              ${(["paper", "filed", "time", "waits"] as const).map((one) => html`<th scope="col">${p(`queue.${one}`)}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map((one) => row(one, found, now_us))}
          </tbody>
        </table>`}`;
}

/** In time or not is settled when it comes; limit and article say against what. */
export function inTime(one: { late: boolean; limit_us: number; rule: string }): TemplateResult {
  if (one.limit_us === 0) return html`<span class="oyer-quiet">${p("time.none")}</span>`;
  return html`<strong class="govuk-tag ${one.late ? "govuk-tag--red" : "oyer-tag"}" data-test="in-time" data-late=${one.late ? "yes" : "no"}>${p(one.late ? "time.late" : "time.in_time")}</strong>
    <span class="oyer-quiet">${p("time.limit", { time: lastMoment(one.limit_us) })} · ${one.rule}</span>`;
}

function row(one: WaitingPaper, found: PaperQueue, now_us: number): TemplateResult {
  return html`<tr data-test="row" data-paper=${one.id}>
    <td>
      <a class="govuk-link oyer-registry__parties" href="#/papers/${one.id}" data-test="open">${nameOnList(found.list.papers, one.code, language())}</a>
      <span class="oyer-quiet"
        >${one.case_number} · ${papersLabel("role", one.role)} ${one.party_name} · ${p(`kind.${one.kind}`)}${one.files > 0 ? ` · ${p("queue.files", { n: one.files })}` : nothing} · ${one.receipt_no}</span
      >
    </td>
    <td><span class="oyer-registry__label">${p("queue.filed")}</span>${when(one.received_us)}</td>
    <td>${inTime(one)}</td>
    <td>${waits(one, now_us)}</td>
  </tr>`;
}

function waits(one: WaitingPaper, now_us: number): TemplateResult {
  if (one.state === "entered") return html`${p("queue.entry", { n: one.entry })}`;
  if (one.state === "sent_back") return html`${p("queue.until", { time: lastMoment(one.correction_due_us) })}`;
  return html`<span class="oyer-registry__label">${p("queue.waits")}</span>${clockOf(one.target_us, now_us, NEAR_TARGET_US)}`;
}
