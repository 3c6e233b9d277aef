/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The three decisions: accept, one complete notice of what is missing, refuse. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Defect } from "../../core/filing.js";
import { forParties, g, REGISTRY, registryLabel } from "../../core/i18n/registry.js";
import type { RegistryKey } from "../../core/i18n/registry.js";
import { DEFECTS, REFUSALS } from "../../core/registry.js";
import type { Reviewed } from "../../core/registry.js";

export type Decision = "accept" | "correct" | "refuse";

export interface Wrong {
  key: RegistryKey;
  /** The number of the item it is about. */
  n?: number;
}

/** A notice while it is being written. */
export interface Draft {
  items: Defect[];
  /** The court wants to know why it was not named the first time. */
  needsReason: boolean;
}

interface Common {
  cancel(): void;
  redraw(): void;
  wrong(wrong: Wrong): void;
}

const TEXT_MAX = 5000;
const DAYS_MAX = 60;

export interface FrameWords {
  heading: string;
  send: string;
  isGrave?: boolean;
}

export function frame(words: FrameWords, to: Pick<Common, "cancel">, content: TemplateResult, submit: (data: FormData) => void): TemplateResult {
  return html`<form
    novalidate
    data-test="decision-form"
    @submit=${(event: Event) => {
      event.preventDefault();
      submit(new FormData(event.target as HTMLFormElement));
    }}
  >
    <h2 class="govuk-heading-m" tabindex="-1">${words.heading}</h2>
    ${content}
    <div class="oyer-registry__bar">
      <button class="govuk-button ${words.isGrave ? "govuk-button--warning" : ""}" data-test="send">${words.send}</button>
      <button class="govuk-button govuk-button--secondary" type="button" data-test="cancel" @click=${() => to.cancel()}>${g("cancel")}</button>
    </div>
  </form>`;
}

export function acceptForm(to: Common & { send(): void }): TemplateResult {
  return frame({ heading: g("accept.heading"), send: g("one.accept") }, to, html`<p class="govuk-body">${g("accept.text")}</p>`, () => to.send());
}

export const said = (data: FormData, id: string): string => String(data.get(id) ?? "").trim();

export function refuseForm(to: Common & { send(code: string, text: string, ruling: string): void }): TemplateResult {
  const submit = (data: FormData): void => {
    const [code, text, ruling] = [said(data, "refuse-code"), said(data, "refuse-text"), said(data, "refuse-ruling")] as const;
    if (!code) to.wrong({ key: "error.reason" });
    else if (!text) to.wrong({ key: "error.text" });
    else if (!ruling) to.wrong({ key: "error.ruling" });
    else to.send(code, text, ruling);
  };
  return frame(
    { heading: g("refuse.heading"), send: g("refuse.send"), isGrave: true },
    to,
    html`<div class="govuk-form-group">
        <label class="govuk-label govuk-label--s" for="refuse-code">${g("refuse.code")}</label>
        <select class="govuk-select oyer-registry__wide" id="refuse-code" name="refuse-code" data-test="refuse-code">
          <option value=""></option>
          ${REFUSALS.map((code) => html`<option value=${code}>${registryLabel("refusal", code)}</option>`)}
        </select>
      </div>
      ${area("refuse-text", g("refuse.text"), 3)} ${area("refuse-ruling", g("refuse.ruling"), 3)}`,
    submit,
  );
}

export function area(id: string, label: string, rows: number): TemplateResult {
  return html`<div class="govuk-form-group">
    <label class="govuk-label govuk-label--s" for=${id}>${label}</label>
    <textarea class="govuk-textarea" id=${id} name=${id} data-test=${id} rows=${rows} maxlength=${TEXT_MAX}></textarea>
  </div>`;
}

type Documents = Pick<Reviewed, "documents">;

export interface NoticeWords extends FrameWords {
  text: string;
  days: number;
}

/** The whole list of what is missing, in one notice. */
export function noticeForm(
  one: Documents,
  draft: Draft,
  words: NoticeWords,
  to: Common & { send(items: Defect[], text: string, days: number, late: string): void },
): TemplateResult {
  const submit = (data: FormData): void => {
    const empty = draft.items.findIndex((item) => !item.code || !item.text.trim());
    const days = Number(said(data, "days"));
    if (empty >= 0) to.wrong({ key: "error.words", n: empty + 1 });
    else if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX) to.wrong({ key: "error.days" });
    else if (draft.needsReason && !said(data, "late")) to.wrong({ key: "error.late" });
    else to.send(draft.items, said(data, "more"), days, said(data, "late"));
  };
  const add = (): void => {
    draft.items.push({ code: "", text: "" });
    to.redraw();
  };
  return frame(
    words,
    to,
    html`<p class="govuk-body">${words.text}</p>
      <ol class="oyer-registry__items" data-test="items" aria-label=${g("correct.items")}>
        ${repeat(
          draft.items,
          (item) => item,
          (item, n) => itemRow(one, draft, item, n, to),
        )}
      </ol>
      <p><button class="oyer-button-plain" type="button" data-test="add-item" @click=${add}>${g("correct.add")}</button></p>
      ${area("more", g("correct.more"), 2)}
      <div class="govuk-form-group">
        <label class="govuk-label govuk-label--s" for="days">${g("correct.days")}</label>
        <input class="govuk-input govuk-input--width-3" id="days" name="days" inputmode="numeric" value=${words.days} data-test="days" />
      </div>
      ${draft.needsReason ? area("late", g("correct.late"), 2) : nothing}`,
    submit,
  );
}

function itemRow(one: Documents, draft: Draft, item: Defect, n: number, to: Common): TemplateResult {
  const choose = (event: Event): void => {
    const before = standard(item.code);
    item.code = (event.target as HTMLSelectElement).value;
    // The usual words, unless somebody has written his own.
    if (!item.text || item.text === before) item.text = standard(item.code);
    to.redraw();
  };
  const about = (event: Event): void => {
    const id = (event.target as HTMLSelectElement).value;
    if (id) item.document = id;
    else delete item.document;
  };
  return html`<li data-test="item">
    <div class="oyer-registry__item">
      <div>
        <label class="govuk-label" for="code-${n}">${g("correct.code")}</label>
        <select class="govuk-select oyer-registry__wide" id="code-${n}" data-test="code-${n}" @change=${choose}>
          <option value=""></option>
          ${DEFECTS.map((code) => html`<option value=${code} ?selected=${code === item.code}>${registryLabel("defect", code)}</option>`)}
        </select>
      </div>
      <div>
        <label class="govuk-label" for="document-${n}">${g("correct.document")}</label>
        <select class="govuk-select oyer-registry__wide" id="document-${n}" data-test="document-${n}" @change=${about}>
          <option value="">${g("correct.none")}</option>
          ${one.documents.map((document) => html`<option value=${document.id} ?selected=${document.id === item.document}>${document.sealed ? g("one.sealed") : document.title}</option>`)}
        </select>
      </div>
    </div>
    <label class="govuk-label" for="words-${n}">${g("correct.words")}</label>
    <textarea
      class="govuk-textarea oyer-tight"
      id="words-${n}"
      data-test="words-${n}"
      rows="2"
      maxlength=${TEXT_MAX}
      .value=${item.text}
      @input=${(event: Event) => (item.text = (event.target as HTMLTextAreaElement).value)}
    ></textarea>
    ${draft.items.length > 1
      ? html`<button
          class="oyer-button-plain"
          type="button"
          @click=${() => {
            draft.items.splice(n, 1);
            to.redraw();
          }}
        >
          ${g("correct.remove")}
        </button>`
      : nothing}
  </li>`;
}

function standard(code: string): string {
  const key = `standard.${code}`;
  return key in REGISTRY.zh ? forParties(key as RegistryKey) : "";
}
