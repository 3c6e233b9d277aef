/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The queue: both clocks of each filing, the worst first. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { ApiError } from "../../core/api.js";
import { nameOnList } from "../../core/filing.js";
import type { Cause } from "../../core/filing.js";
import { g, registryLabel } from "../../core/i18n/registry.js";
import type { RegistryKey } from "../../core/i18n/registry.js";
import { language } from "../../core/i18n/index.js";
import { VIEWS } from "../../core/registry.js";
import type { Queue, QueueRow, View } from "../../core/registry.js";
import { icon } from "../common/icons.js";
import { errorSummary } from "../common/problem.js";

export interface QueueActions {
  show(view: View): void;
  refresh(): void;
  next(): void;
}

const US_PER_MINUTE = 60_000_000;

/** How long still, or how long over: minutes near the end, days far from it. */
export function span(us: number): string {
  const minutes = Math.floor(Math.abs(us) / US_PER_MINUTE);
  const hours = Math.floor(minutes / 60);
  const time = hours >= 24 ? g("clock.days", { d: Math.floor(hours / 24), h: hours % 24 }) : g("clock.hours", { h: hours, m: minutes % 60 });
  return g(us < 0 ? "clock.over" : "clock.left", { time });
}

/** Over, or near it (`near_us`): said by sign and word, not by colour alone. */
export function clockOf(due_us: number, now_us: number, near_us: number): TemplateResult | typeof nothing {
  if (due_us === 0) return nothing;
  const left = due_us - now_us;
  const level = left < 0 ? "over" : left < near_us ? "near" : "fine";
  return html`<span class="oyer-registry__clock oyer-registry__clock--${level}" data-level=${level}>${level === "fine" ? nothing : icon("attention")}${span(left)}</span>`;
}

export const NEAR_TARGET_US = 60 * US_PER_MINUTE;
export const NEAR_DUE_US = 36 * 60 * US_PER_MINUTE;

export function problemOf(error: unknown): RegistryKey {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 0) return "error.unreachable";
  if (error.code === "wrong_state") return "error.wrong_state";
  return error.code === "late_reason" ? "error.late" : "error.other";
}

export function problemBox(problem: RegistryKey | null, n = 0): TemplateResult | typeof nothing {
  return problem ? errorSummary(g("error.heading"), problem, g(problem, { n })) : nothing;
}

/** Which list is shown, with how many stand on each. */
export function viewBar<V extends string>(views: readonly V[], shown: V, words: (view: V) => string, show: (view: V) => void): TemplateResult {
  return html`<div class="oyer-registry__bar" role="group" aria-label=${g("queue.views")}>
    ${views.map(
      (one) =>
        html`<button class="oyer-button-plain" type="button" aria-pressed=${one === shown ? "true" : "false"} data-test="view-${one}" @click=${() => show(one)}>
          ${words(one)}
        </button>`,
    )}
  </div>`;
}

export function queue(found: Queue | null, view: View, problem: RegistryKey | null, causes: readonly Cause[], now_us: number, to: QueueActions): TemplateResult {
  return html`${problemBox(problem)}
    <h1 class="govuk-heading-l" tabindex="-1">${g("queue.heading")}</h1>
    <div class="oyer-registry__bar">
      <button class="govuk-button" type="button" data-test="next" @click=${() => to.next()}>${g("queue.next")}</button>
      <button class="govuk-button govuk-button--secondary" type="button" data-test="refresh" @click=${() => to.refresh()}>${g("queue.refresh")}</button>
    </div>
    ${viewBar(VIEWS, view, (one) => `${g(`view.${one}`)}${found && one !== "decided" ? ` (${found.counts[one]})` : ""}`, to.show)}
    ${found === null ? html`<p class="govuk-body" role="status">${g("one.loading")}</p>` : list(found.filings, causes, now_us)}`;
}

function list(rows: readonly QueueRow[], causes: readonly Cause[], now_us: number): TemplateResult {
  if (rows.length === 0) return html`<p class="govuk-body" data-test="empty">${g("queue.empty")}</p>`;
  return html`<table class="oyer-registry__table" data-test="queue">
    <thead>
      <tr>
        ${(["parties", "target", "due", "state"] as const).map((one) => html`<th scope="col">${g(`queue.${one}`)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map((one) => row(one, causes, now_us))}
    </tbody>
  </table>`;
}

function row(one: QueueRow, causes: readonly Cause[], now_us: number): TemplateResult {
  return html`<tr data-test="row" data-filing=${one.id}>
    <td>
      <a class="govuk-link oyer-registry__parties" href="#/registry/${one.id}" data-test="open">${g("queue.versus", { a: one.claimant, b: one.respondent })}</a>
      <span class="oyer-quiet">
        ${one.case_number || nameOnList(causes, one.cause, language())} · ${one.receipt_no} · ${g("queue.files", { n: one.files })}${one.round > 1 ? ` · ${g("queue.round", { n: one.round })}` : nothing}
      </span>
    </td>
    <td>${one.case_number ? nothing : html`<span class="oyer-registry__label">${g("queue.target")}</span>${clockOf(one.target_us, now_us, NEAR_TARGET_US)}`}</td>
    <td>${one.case_number ? nothing : html`<span class="oyer-registry__label">${g("queue.due")}</span>${clockOf(one.due_us, now_us, NEAR_DUE_US)}`}</td>
    <td>
      ${registryLabel("state", one.state)} ${one.reviewer_name ? html`<span class="oyer-quiet">${one.reviewer_name}</span>` : nothing}
      ${one.late_defect ? html`<strong class="govuk-tag oyer-tag">${g("queue.late")}</strong>` : nothing}
      ${one.head_task && !one.late_defect ? html`<strong class="govuk-tag oyer-tag">${g("queue.deemed")}</strong>` : nothing}
    </td>
  </tr>`;
}
