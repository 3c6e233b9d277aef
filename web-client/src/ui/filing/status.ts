/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** How far it is: state, the court's time running out, what is missing, and every step. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { Filing, TrailEvent } from "../../core/filing.js";
import { f, filingLabel } from "../../core/i18n/filing.js";
import type { FilingKey } from "../../core/i18n/filing.js";
import { lastMoment, when } from "../common/when.js";
import { content } from "./check.js";
import type { Desk } from "./desk.js";
import { form, go, input, text } from "./form.js";

export function status(desk: Desk, filing: Filing): TemplateResult {
  return html`<h1 class="govuk-heading-l" tabindex="-1">${f("status.heading")}</h1>
    <p class="oyer-result oyer-result--${tone(filing)}" data-test="state" data-state=${filing.state}>${filingLabel("state", filing.state)}</p>
    ${filing.case_number
      ? html`<p class="govuk-body-l">${f("status.case_number")} <strong data-test="case-number">${filing.case_number}</strong></p>`
      : nothing}
    ${clock(desk, filing)} ${notice(filing)} ${refusal(filing)} ${trail(filing, desk.trail)}
    ${filing.receipt_no
      ? html`<p class="govuk-body"><a class="govuk-link" href="#/${filing.id}/receipt" data-test="to-receipt">${f("status.receipt")} ${filing.receipt_no}</a></p>`
      : nothing}
    <details class="govuk-details">
      <summary class="govuk-details__summary"><span class="govuk-details__summary-text">${f("status.content")}</span></summary>
      <div class="govuk-details__text">${content(desk, filing, false)}</div>
    </details>
    ${more(desk, filing)}`;
}

function tone(filing: Filing): string {
  if (filing.state === "docketed" || filing.state === "deemed_docketed") return "green";
  if (filing.state === "correction_requested") return "amber";
  return filing.state === "refused" || filing.state === "returned" ? "red" : "wait";
}

const RUNS: readonly string[] = ["received", "in_review", "insisted"];

/** What is left of the court's seven days, in the filer's words. */
function clock(desk: Desk, filing: Filing): TemplateResult | typeof nothing {
  if (!RUNS.includes(filing.state) || filing.due_us === 0) return nothing;
  return html`<div class="oyer-waiting__times" data-test="clock">
    <div>
      ${f("status.clock")}
      <div class="oyer-waiting__clock" data-test="left">${left(filing.due_us / 1000 - desk.now_ms())}</div>
    </div>
    <div class="oyer-filing__until">${f("status.until", { due: lastMoment(filing.due_us) })}</div>
  </div>`;
}

export function left(ms: number): string {
  if (ms <= 0) return f("status.over");
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return f("status.left_hours", { hours, minutes: minutes % 60 });
  return f("status.left", { days: Math.floor(hours / 24), hours: hours % 24 });
}

function notice(filing: Filing): TemplateResult | typeof nothing {
  const { correction } = filing;
  if (!correction || filing.state !== "correction_requested") return nothing;
  return html`<section class="oyer-filing__notice" data-test="notice">
    <h2 class="govuk-heading-m">${f("status.notice")}</h2>
    <p class="govuk-body">${f("status.notice_text", { due: lastMoment(correction.due_us || filing.correction_due_us) })}</p>
    <ol class="govuk-list govuk-list--number">
      ${correction.items.map((one) => {
        const about = filing.documents.find((document) => document.id === one.document);
        return html`<li>${about ? html`<strong>${about.title}</strong>：` : nothing}${one.text}</li>`;
      })}
    </ol>
    ${correction.text ? html`<p class="govuk-body oyer-filing__said">${correction.text}</p>` : nothing}
    ${filing.may.includes("submit")
      ? html`<a class="govuk-button oyer-button-main" href="#/${filing.id}/tasks" role="button" data-test="supplement">${f("status.supplement")}</a>`
      : nothing}
  </section>`;
}

function refusal(filing: Filing): TemplateResult | typeof nothing {
  const { refusal: found } = filing;
  if (!found) return nothing;
  return html`<section data-test="refusal">
    <h2 class="govuk-heading-m">${f("status.refusal")}</h2>
    <p class="govuk-body oyer-filing__said">${found.text}</p>
    <p class="govuk-body oyer-filing__said">${found.ruling}</p>
    <h2 class="govuk-heading-m">${f("status.appeal")}</h2>
    <p class="govuk-body oyer-filing__said">${found.appeal}</p>
  </section>`;
}

interface Line extends TrailEvent {
  times: number;
}

/** What follows itself stands once, with how often. */
export function gather(events: readonly TrailEvent[]): Line[] {
  const lines: Line[] = [];
  for (const one of events) {
    const last = lines.at(-1);
    if (last && last.type === one.type && last.object === one.object && one.type === "dwelt") last.times += 1;
    else lines.push({ ...one, times: 1 });
  }
  return lines;
}

function trail(filing: Filing, events: TrailEvent[] | null): TemplateResult {
  const names = new Map(filing.documents.flatMap((one) => one.files.map((file, n) => [file.id, `${one.title} ${f("pages.page", { n: n + 1 })}`] as const)));
  return html`<h2 class="govuk-heading-m">${f("status.trail")}</h2>
    <p class="govuk-hint">${f("status.trail_text")}</p>
    ${events
      ? html`<ol class="oyer-filing__trail" data-test="trail">
          ${gather(events).map(
            (one) =>
              html`<li>
                <span class="oyer-quiet">${when(one.at_us)}</span>
                <span><strong>${filingLabel("office", one.office)}</strong> ${filingLabel("trail", one.type)} ${names.get(one.object) ?? nothing} ${one.times > 1 ? f("trail.times", { n: one.times }) : nothing}</span>
                ${one.reason ? html`<span class="oyer-filing__said">${one.reason}</span>` : nothing}
              </li>`,
          )}
        </ol>`
      : html`<p class="govuk-body" role="status">${f("page.loading")}</p>`}`;
}

/** What is seldom wanted, and asked for twice. */
function more(desk: Desk, filing: Filing): TemplateResult | typeof nothing {
  const may = (["insist", "withdraw"] as const).filter((one) => filing.may.includes(one));
  if (may.length === 0) return nothing;
  return html`<details class="govuk-details" data-test="more">
    <summary class="govuk-details__summary"><span class="govuk-details__summary-text">${f("status.more")}</span></summary>
    <div class="govuk-details__text">${may.map((one) => decision(desk, one))}</div>
  </details>`;
}

function decision(desk: Desk, what: "insist" | "withdraw"): TemplateResult {
  const id = `${what}-reason`;
  const submit = (data: FormData): void => {
    const reason = text(data, id);
    if (!reason) desk.complain([{ field: id, key: "error.reason" }]);
    else void (what === "insist" ? desk.insist(reason) : desk.withdraw(reason));
  };
  const label: FilingKey = `status.${what}`;
  return html`<h3 class="govuk-heading-s">${f(label)}</h3>
    <p class="govuk-body">${f(`status.${what}_ask`)}</p>
    ${form(html`${input(desk, { id, label: "status.reason", value: "", max: 2000 })} ${go(desk, label)}`, submit, `${what}-form`)}`;
}
