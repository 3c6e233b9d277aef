/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What the staff may do on a sheet: one more entry, and who may see it. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { r, registerLabel } from "../../core/i18n/register.js";
import type { RegisterKey } from "../../core/i18n/register.js";
import { BY_HAND, LEVELS } from "../../core/register.js";
import type { Access, CasePage, NewEntry } from "../../core/register.js";

export interface ChangeActions {
  wrong(key: RegisterKey): void;
  enter(entry: NewEntry): Promise<boolean>;
  setAccess(access: Access, reason: string, entry: number): Promise<boolean>;
  askUnseal(reason: string): void;
}

const TEXT_MAX = 5000;
const NAME_MAX = 100;

const said = (form: HTMLFormElement, name: string): string => String(new FormData(form).get(name) ?? "").trim();

function choice(id: string, label: RegisterKey, options: readonly (readonly [string, string])[], first = ""): TemplateResult {
  return html`<div class="govuk-form-group">
    <label class="govuk-label govuk-label--s" for=${id}>${r(label)}</label>
    <select class="govuk-select oyer-registry__wide" id=${id} name=${id} data-test=${id}>
      ${options.map(([value, text]) => html`<option value=${value} ?selected=${value === first}>${text}</option>`)}
    </select>
  </div>`;
}

function area(id: string, label: RegisterKey): TemplateResult {
  return html`<div class="govuk-form-group">
    <label class="govuk-label govuk-label--s" for=${id}>${r(label)}</label>
    <textarea class="govuk-textarea" id=${id} name=${id} data-test=${id} rows="3" maxlength=${TEXT_MAX}></textarea>
  </div>`;
}

function details(name: string, heading: RegisterKey, form: TemplateResult): TemplateResult {
  return html`<details class="govuk-details" data-test=${name}>
    <summary class="govuk-details__summary"><span class="govuk-details__summary-text">${r(heading)}</span></summary>
    <div class="govuk-details__text">${form}</div>
  </details>`;
}

const levels = (all: readonly Access[]): [string, string][] => all.map((one) => [one, registerLabel("access", one)]);

/** Only who may seal is offered to seal. */
const offered = (rights: readonly string[]): readonly Access[] => (rights.includes("seal") ? LEVELS : LEVELS.filter((one) => one !== "sealed"));

export function enterForm(rights: readonly string[], to: ChangeActions): TemplateResult | typeof nothing {
  if (!rights.includes("write_register")) return nothing;
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const text = said(form, "text");
    if (!text) return to.wrong("error.text");
    const entry = { kind: said(form, "kind"), text, access: said(form, "level") as Access, filed_by: said(form, "filed_by") };
    if (await to.enter(entry)) form.reset();
  };
  return details(
    "enter",
    "enter.heading",
    html`<form novalidate @submit=${submit}>
      ${choice("kind", "enter.kind", BY_HAND.map((one) => [one, registerLabel("kind", one)] as const))} ${area("text", "enter.text")}
      <div class="govuk-form-group">
        <label class="govuk-label govuk-label--s" for="filed_by">${r("enter.filed_by")}</label>
        <input class="govuk-input" id="filed_by" name="filed_by" maxlength=${NAME_MAX} autocomplete="off" data-test="filed_by" />
      </div>
      ${choice("level", "enter.access", levels(offered(rights)), "parties")}
      <button class="govuk-button" data-test="enter-send">${r("enter.send")}</button>
    </form>`,
  );
}

export function accessForm(rights: readonly string[], page: CasePage, needsTwo: boolean, to: ChangeActions): TemplateResult | typeof nothing {
  if (!["write_register", "seal"].some((right) => rights.includes(right))) return nothing;
  const what: [string, string][] = [
    ["0", r("level.case")],
    ...page.entries.filter((one) => !one.withheld).map((one): [string, string] => [String(one.number), r("level.entry", { n: one.number })]),
  ];
  const all = rights.includes("write_register") ? offered(rights) : rights.includes("unseal") ? LEVELS : (["sealed"] as const);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const reason = said(form, "reason");
    if (!reason) return to.wrong("error.reason");
    const isAsking = (event as SubmitEvent).submitter?.dataset["test"] === "level-ask";
    if (isAsking) to.askUnseal(reason);
    else if (await to.setAccess(said(form, "access") as Access, reason, Number(said(form, "what")))) form.reset();
  };
  return details(
    "level",
    "level.heading",
    html`<form novalidate @submit=${submit}>
      ${choice("what", "level.what", what)} ${choice("access", "level.access", levels(all), page.access)} ${area("reason", "level.reason")}
      <div class="oyer-registry__bar">
        <button class="govuk-button" data-test="level-send">${r("level.send")}</button>
        ${needsTwo ? html`<button class="govuk-button govuk-button--secondary" data-test="level-ask">${r("level.ask")}</button>` : nothing}
      </div>
    </form>`,
  );
}
