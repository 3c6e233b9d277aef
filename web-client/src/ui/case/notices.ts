/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What the court has sent to this person in a case; to open one there is to have read it. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { c, caseLabel } from "../../core/i18n/case.js";
import type { CaseKey } from "../../core/i18n/case.js";
import type { OwnNotice } from "../../core/paper.js";
import { when } from "../common/when.js";
import { withLinks } from "../court/text.js";
import type { CaseDesk } from "./desk.js";

/** The links that a text carries, as buttons: a long address is nothing to press on a phone. */
const LINKS: readonly [name: string, text: CaseKey][] = [
  ["pass_link", "notices.enter"],
  ["check_link", "notices.check"],
  ["help_link", "notices.help"],
];

export function notices(desk: CaseDesk, zone: string): TemplateResult | typeof nothing {
  const all = desk.notices;
  if (!all) return nothing;
  const unread = all.filter((one) => one.read_us === 0).length;
  return html`<section data-test="notices">
    <h2 class="govuk-heading-m">${c("notices.heading")}</h2>
    ${all.length === 0 ? html`<p class="govuk-body">${c("notices.none")}</p>` : nothing}
    ${unread > 0 ? html`<p class="govuk-body"><strong data-test="unread">${c("notices.unread_n", { n: unread })}</strong></p>` : nothing}
    ${all.map((one) => card(desk, one, zone))}
  </section>`;
}

function card(desk: CaseDesk, one: OwnNotice, zone: string): TemplateResult {
  const open = (event: Event): void => {
    if ((event.target as HTMLDetailsElement).open) void desk.openNotice(one.id);
  };
  return html`<details class="govuk-details oyer-tight" data-test="notice" data-read=${one.read_us ? "yes" : "no"} @toggle=${open}>
    <summary class="govuk-details__summary">
      <span class="govuk-details__summary-text">${one.subject}</span>
      ${one.read_us ? nothing : html`<strong class="govuk-tag oyer-tag">${c("notices.unread")}</strong>`}
    </summary>
    <div class="govuk-details__text">
      <p class="govuk-body oyer-quiet" data-test="times">${times(one, zone)}</p>
      ${text(desk, one)}
    </div>
  </details>`;
}

function times(one: OwnNotice, zone: string): string {
  const ways = one.ways.map((way) => caseLabel("way", way)).join(c("notices.and"));
  return [
    c("notices.made", { time: when(one.created_us, zone) }),
    one.sent_us && ways ? c("notices.sent", { time: when(one.sent_us, zone), ways }) : "",
    one.arrived_us ? c("notices.arrived", { time: when(one.arrived_us, zone) }) : "",
    one.read_us ? c("notices.read", { time: when(one.read_us, zone) }) : "",
  ]
    .filter(Boolean)
    .join(c("notices.then"));
}

function text(desk: CaseDesk, one: OwnNotice): TemplateResult {
  const full = desk.opened.get(one.id);
  if (!full) return html`<p class="govuk-body" role="status">${c("notices.loading")}</p>`;
  return html`<p class="govuk-body oyer-filing__said" data-test="notice-text">${withLinks(full.text)}</p>
    ${LINKS.map(([name, label]) => {
      const link = full.links[name] ?? "";
      if (!link.startsWith("http") || !full.text.includes(link)) return nothing;
      return html`<a class="govuk-button govuk-button--secondary" role="button" href=${link} data-test=${name}>${c(label)}</a> `;
    })}`;
}
