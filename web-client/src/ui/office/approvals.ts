/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What needs a second person: to be decided by me, and what I have asked for. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { language } from "../../core/i18n/index.js";
import { OFFICE, o } from "../../core/i18n/office.js";
import type { OfficeKey } from "../../core/i18n/office.js";
import type { Approval, Me, Office } from "../../core/office.js";
import { define, Plain } from "../common/plain.js";
import { problem, problemOf } from "./form.js";

export const TAG = "oyer-office-approvals";

function word(prefix: string, value: string): string {
  const key = `${prefix}.${value}`;
  return key in OFFICE.zh ? o(key as OfficeKey) : value;
}

function moment(us: number): string {
  return new Date(us / 1000).toLocaleString(language() === "zh" ? "zh-CN" : "en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
  });
}

/** Where it can be looked at. */
function placeOf(object: string): string {
  const [kind, id] = object.split(":");
  if (kind === "case" || kind === "clock") return `#/register/${id}`;
  return kind === "consent" ? `#/consents/${id}` : kind === "filing" ? `#/registry/${id}` : "";
}

export class Approvals extends Plain {
  static override properties = {
    office: { attribute: false },
    me: { attribute: false },
    waiting: { state: true },
    mine: { state: true },
    problem: { state: true },
  };
  declare office: Office;
  declare me: Me;
  declare waiting: Approval[] | null;
  declare mine: Approval[];
  declare problem: OfficeKey | null;

  constructor() {
    super();
    this.waiting = null;
    this.mine = [];
    this.problem = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  protected override render(): TemplateResult {
    return html`${problem(this.problem)}
      <h1 class="govuk-heading-l" tabindex="-1">${o("approvals.title")}</h1>
      ${this.waiting ? this.#lists(this.waiting) : html`<p class="govuk-body" role="status">${o("page.loading")}</p>`}`;
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has("problem") && this.problem) this.querySelector<HTMLElement>("[role=alert]")?.focus();
  }

  #lists(waiting: Approval[]): TemplateResult {
    return html`<h2 class="govuk-heading-m">${o("approvals.waiting")}</h2>
      ${waiting.length === 0 ? html`<p class="govuk-body" data-test="none-waiting">${o("approvals.none")}</p>` : nothing}
      ${waiting.map(
        (one) =>
          html`<section class="oyer-office__matter" data-test="waiting-${one.id}">
            ${this.#facts(one)}
            <form novalidate @submit=${(event: Event) => void this.#decide(event, one.id)}>
              <label class="govuk-label" for="reason-${one.id}">${o("approvals.why")}</label>
              <textarea class="govuk-textarea" id="reason-${one.id}" name="reason" rows="2"></textarea>
              <button class="govuk-button" name="to" value="grant" data-test="grant">${o("approvals.grant")}</button>
              <button class="govuk-button govuk-button--secondary" name="to" value="refuse" data-test="refuse">
                ${o("approvals.refuse")}
              </button>
            </form>
          </section>`,
      )}
      ${this.mine.length > 0
        ? html`<h2 class="govuk-heading-m">${o("approvals.mine")}</h2>
            ${this.mine.map(
              (one) =>
                html`<section class="oyer-office__matter">
                  ${this.#facts(one)}
                  ${one.state === "asked" || one.state === "granted"
                    ? html`<button class="govuk-button govuk-button--secondary" type="button" data-test="withdraw" @click=${() => void this.#withdraw(one.id)}>${o("two.withdraw")}</button>`
                    : nothing}
                </section>`,
            )}`
        : nothing}`;
  }

  #facts(one: Approval): TemplateResult {
    const place = placeOf(one.object);
    return html`<h3 class="govuk-heading-s">${word("right", one.right)} · ${place ? html`<a class="govuk-link" href=${place}>${one.object}</a>` : one.object}</h3>
      <p class="govuk-body">${one.reason}</p>
      <p class="govuk-body-s">
        ${one.asked_by} · ${moment(one.asked_us)} · <strong>${word("approval", one.state)}</strong>${one.decided_by
          ? html` · ${one.decided_by}`
          : nothing}
      </p>
      ${one.decision_reason ? html`<p class="govuk-body-s">${one.decision_reason}</p>` : nothing}`;
  }

  async #load(): Promise<void> {
    try {
      const lists = await this.office.approvals();
      this.waiting = lists.waiting;
      this.mine = lists.mine;
    } catch (error) {
      this.problem = problemOf(error, "error.other");
    }
  }

  async #withdraw(id: string): Promise<void> {
    this.problem = null;
    try {
      await this.office.withdrawApproval(id);
    } catch (error) {
      this.problem = problemOf(error, "error.other");
    }
    await this.#load();
  }

  async #decide(event: Event, id: string): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const to = ((event as SubmitEvent).submitter as HTMLButtonElement | null)?.value;
    const reason = String(new FormData(form).get("reason") ?? "").trim();
    this.problem = null;
    await this.updateComplete;
    if (to !== "grant" && !reason) {
      this.problem = "error.reason";
      return;
    }
    try {
      await this.office.decide(id, to === "grant", reason);
    } catch (error) {
      this.problem = problemOf(error, "error.other");
    }
    await this.#load();
  }
}

define(TAG, Approvals);
