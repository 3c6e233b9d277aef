/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Who are you: a number, and the code that is sent to it.  Then: what one has filed. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { nameOnList } from "../../core/filing.js";
import type { FilingRow } from "../../core/filing.js";
import { f, filingLabel } from "../../core/i18n/filing.js";
import { language } from "../../core/i18n/index.js";
import { when } from "../common/when.js";
import { consentCard } from "./consents.js";
import type { Desk } from "./desk.js";
import { form, go, input, select, text } from "./form.js";

export function enter(desk: Desk): TemplateResult {
  return desk.challenge ? code(desk, desk.challenge.to) : address(desk);
}

function address(desk: Desk): TemplateResult {
  const submit = (data: FormData): void => {
    const to = text(data, "address");
    if (!/^\S+@\S+\.\S+$|^\+?[\d\s-]{7,20}$/.test(to)) desk.complain([{ field: "address", key: "error.address" }]);
    else void desk.ask(to);
  };
  return html`<h1 class="govuk-heading-l" tabindex="-1">${f("enter.heading")}</h1>
    <p class="govuk-body">${f("enter.text")}</p>
    ${form(
      html`${input(desk, { id: "address", label: "enter.address", hint: "enter.address_hint", value: "", complete: "tel", keyboard: "email", max: 100 })}
      ${go(desk, "enter.submit")}`,
      submit,
      "enter",
    )}`;
}

function code(desk: Desk, to: string): TemplateResult {
  const submit = (data: FormData): void => {
    const digits = text(data, "code").replace(/\D/g, "");
    if (digits.length !== 6) desk.complain([{ field: "code", key: "error.code_empty" }]);
    else void desk.enter(digits);
  };
  const again = (): void => {
    desk.challenge = null;
    desk.complain([]);
  };
  return html`<h1 class="govuk-heading-l" tabindex="-1">${f("enter.code_heading")}</h1>
    <p class="govuk-body">${f("enter.code_text", { to })}</p>
    ${form(
      html`${input(desk, { id: "code", label: "enter.code", value: "", complete: "one-time-code", keyboard: "numeric", short: true, max: 12 })}
      ${go(desk, "enter.code_submit")}`,
      submit,
      "code-form",
    )}
    <p class="govuk-body"><button class="oyer-filing__link" type="button" @click=${again}>${f("enter.again")}</button></p>`;
}

export function mine(desk: Desk): TemplateResult {
  const courts = desk.form?.courts ?? [];
  const begin = (data: FormData): void => {
    const court = text(data, "court") || courts[0]?.id || "";
    void desk.act(() => desk.begin(court)).then((done) => {
      if (done && desk.filing) location.hash = `#/${desk.filing.id}/tasks`;
    });
  };
  return html`<h1 class="govuk-heading-l" tabindex="-1">${f("mine.heading")}</h1>
    ${consentCard(desk)}
    ${desk.rows?.length ? html`<ul class="oyer-filing__cards" data-test="rows">${desk.rows.map((one) => row(desk, one))}</ul>` : html`<p class="govuk-body">${f("mine.none")}</p>`}
    ${form(
      html`<p class="govuk-body">${f("mine.before")}</p>
        ${courts.length > 1 ? select(desk, "court", f("mine.court"), "", courts.map((one) => ({ value: one.id, label: one.name }))) : nothing}
        ${go(desk, "mine.start")}`,
      begin,
      "begin",
    )}
    <p class="govuk-body">
      <button class="oyer-filing__link" type="button" data-test="sign-out" @click=${() => void desk.leave()}>${f("page.sign_out")}</button>
    </p>`;
}

function row(desk: Desk, one: FilingRow): TemplateResult {
  const cause = one.cause ? nameOnList(desk.form?.causes ?? [], one.cause, language()) : f("mine.unnamed");
  return html`<li class="oyer-filing__card">
    <a class="govuk-link oyer-filing__card-title" href="#/${one.id}" data-test="row">${one.case_number || cause}</a>
    <strong class="govuk-tag oyer-tag">${filingLabel("state", one.state)}</strong>
    <span class="oyer-quiet">${f("mine.changed", { time: when(one.updated_us) })}</span>
  </li>`;
}
