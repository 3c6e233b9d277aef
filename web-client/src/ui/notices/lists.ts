/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Tasks, hearings, notices and one notice with its sendings: drawn from what was read. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { dateTime } from "../../core/format.js";
import { language } from "../../core/i18n/index.js";
import { n, noticeLabel } from "../../core/i18n/notice.js";
import { certificatePaper } from "../../core/notice.js";
import type { Called, Notice, OpenNotice, Sending, Task, Tasks } from "../../core/notice.js";
import { when } from "../common/when.js";
import { withLinks } from "../court/text.js";

export interface NoticeActions {
  invite(hearing: string): Promise<void>;
  resend(notice: string, address: string): Promise<void>;
  handled(sending: string, how: string): Promise<void>;
  copy(link: string): Promise<void>;
  certificate(notice: string): Promise<void>;
}

/** By the court's clock, which is the one that counts. */
function startOf(one: Task | Called): string {
  return dateTime(new Date(one.start_us / 1000).toISOString(), one.timezone, language());
}

/** Where it stands, and why: in words, the failing ones with a tag. */
function stateOf(one: Sending): TemplateResult {
  const bad = ["bounced", "failed", "uncertain", "unsent"].includes(one.state) && one.handled_us === 0;
  const why = one.why ? ` · ${noticeLabel("why", one.why)}` : "";
  const word = `${noticeLabel("sending", one.state)}${why}`;
  return bad ? html`<strong class="govuk-tag oyer-tag" data-test="bad">${word}</strong>` : html`${word}`;
}

function field(name: string, label: string, act: (value: string) => Promise<void>, value = ""): TemplateResult {
  return html`<form
    novalidate
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      void act(String(new FormData(event.target as HTMLFormElement).get("value")).trim());
    }}
  >
    <label class="govuk-label" for=${name}>${label}</label>
    <div class="oyer-registry__bar">
      <input class="govuk-input oyer-notices__input" id=${name} name="value" type="text" autocomplete="off" value=${value} />
      <button class="govuk-button govuk-button--secondary" type="submit" data-test=${name}>${name.startsWith("how") ? n("desk.save") : n("desk.resend")}</button>
    </div>
  </form>`;
}

export function taskList(found: Tasks | null, to: NoticeActions): TemplateResult {
  if (found === null) return html`<p class="govuk-body" role="status">${n("page.loading")}</p>`;
  if (found.tasks.length === 0) return html`<p class="govuk-body" data-test="no-tasks">${n("desk.tasks_none")}</p>`;
  return html`<ul class="oyer-notices__list" data-test="tasks">
    ${found.tasks.map((one) => task(one, to))}
  </ul>`;
}

function task(one: Task, to: NoticeActions): TemplateResult {
  return html`<li class="oyer-notices__row" data-test="task">
    <h3 class="govuk-heading-s">${n("desk.person", { name: one.name, kind: noticeLabel("kind", one.kind) })}</h3>
    <p class="govuk-body">
      ${one.case_number}${one.start_us ? ` · ${startOf(one)}` : nothing}<br />${noticeLabel("channel", one.channel)} ${one.address}
      ${stateOf(one)} ${one.is_reached ? html`<span class="oyer-quiet">${n("desk.reached")}</span>` : nothing}
    </p>
    <details class="govuk-details">
      <summary class="govuk-details__summary"><span class="govuk-details__summary-text">${n("desk.resend")} · ${n("desk.handled")}</span></summary>
      <div class="govuk-details__text">
        <p class="govuk-body"><a class="govuk-link" href="#/notices/${one.hearing || "-"}/${one.notice}" data-test="open">${n("desk.open")}</a></p>
        ${field(`resend-${one.id}`, n("desk.address"), (address) => to.resend(one.notice, address), one.address)}
        ${field(`how-${one.id}`, n("desk.how"), (how) => to.handled(one.id, how))}
      </div>
    </details>
  </li>`;
}

export function hearingList(rows: readonly Called[], to: NoticeActions): TemplateResult {
  if (rows.length === 0) return html`<p class="govuk-body">${n("desk.hearings_none")}</p>`;
  return html`<ul class="oyer-notices__list" data-test="hearings">
    ${rows.map(
      (one) =>
        html`<li class="oyer-notices__row">
          <h3 class="govuk-heading-s">${one.case_number}</h3>
          <p class="govuk-body">
            ${startOf(one)}<br />${n("desk.told", { told: one.told, people: one.people })}
            · <a class="govuk-link" href="#/notices/${one.id}" data-test="show">${n("desk.show")}</a>
          </p>
          ${one.told < one.people
            ? html`<button class="govuk-button" type="button" data-test="invite" @click=${() => void to.invite(one.id)}>${n("desk.invite")}</button>`
            : nothing}
        </li>`,
    )}
  </ul>`;
}

export function noticeList(rows: readonly Notice[], hearing: string): TemplateResult {
  return html`<p class="govuk-body"><a class="govuk-link" href="#/notices" data-test="back">${n("desk.back")}</a></p>
    <h1 class="govuk-heading-l" tabindex="-1">${rows[0]?.case_number ?? n("desk.heading")}</h1>
    <ul class="oyer-notices__list" data-test="notices">
      ${rows.map(
        (one) =>
          html`<li class="oyer-notices__row">
            <h2 class="govuk-heading-s">
              <a class="govuk-link" href="#/notices/${hearing}/${one.id}">${n("desk.person", { name: one.name, kind: noticeLabel("kind", one.kind) })}</a>
            </h2>
            <ul class="oyer-notices__ways">
              ${one.sendings.map(
                (row) =>
                  html`<li>
                    ${noticeLabel("channel", row.channel)} ${row.address}
                    ${stateOf(row)}${row.state === "waiting" ? html` ${n("time.next_us")} ${when(row.next_us)}` : nothing}
                  </li>`,
              )}
            </ul>
          </li>`,
      )}
    </ul>`;
}

const TIMES = ["sent_us", "arrived_us", "read_us", "acted_us"] as const;

function way(row: Sending): TemplateResult {
  return html`<div class="govuk-summary-list__row">
    <dt class="govuk-summary-list__key">${noticeLabel("channel", row.channel)}<br /><span class="oyer-quiet">${row.address} ${row.address ? noticeLabel("basis", row.basis) : nothing}</span></dt>
    <dd class="govuk-summary-list__value">
      ${stateOf(row)} ${row.handled_us ? html`<br />${row.handled_how === "resent" ? n("desk.resend") : row.handled_how} · ${when(row.handled_us)}` : nothing}
      ${TIMES.map((name) => (row[name] ? html`<br />${noticeLabel("time", name)} ${when(row[name])}` : nothing))}
    </dd>
  </div>`;
}

export function oneNotice(one: OpenNotice, hearing: string, to: NoticeActions): TemplateResult {
  const pass = one.links["pass_link"] ?? "";
  return html`<p class="govuk-body"><a class="govuk-link" href="#/notices${hearing === "-" ? "" : `/${hearing}`}" data-test="back">${n("desk.back")}</a></p>
    <h1 class="govuk-heading-l" tabindex="-1">${n("desk.person", { name: one.name, kind: noticeLabel("kind", one.kind) })}</h1>
    <dl class="govuk-summary-list" data-test="ways">
      <div class="govuk-summary-list__row">
        <dt class="govuk-summary-list__key">${n("desk.effective")}</dt>
        <dd class="govuk-summary-list__value" data-test="effective">${one.effective_us ? when(one.effective_us) : n("desk.not_effective")}</dd>
      </div>
      ${one.sendings.map(way)}
    </dl>
    <p class="govuk-body"><a class="govuk-link" href=${certificatePaper(one.id)} download data-test="paper">${n("desk.paper")}</a></p>
    <button class="govuk-button" type="button" data-test="certificate" @click=${() => void to.certificate(one.id)}>${n("desk.certificate")} · ${n("desk.download")}</button>
    ${pass.startsWith("http")
      ? html`<button class="govuk-button govuk-button--secondary" type="button" data-test="copy" @click=${() => void to.copy(pass)}>${n("desk.copy")}</button>`
      : nothing}
    ${field("resend", n("desk.address"), (address) => to.resend(one.id, address), one.sendings.at(-1)?.address ?? "")}
    <h2 class="govuk-heading-m">${one.subject}</h2>
    <p class="govuk-body oyer-notices__text" data-test="text">${withLinks(one.text)}</p>`;
}
