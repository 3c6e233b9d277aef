/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What one alone may not do: asks for the second person with a reason, says how that
 * stands, takes it back, and does it once it is granted.
 *
 * `act` does it; a refusal of the server is thrown by it.  Tells `done` when it was done.
 */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { ApiError } from "../../core/api.js";
import { OFFICE, o } from "../../core/i18n/office.js";
import type { OfficeKey } from "../../core/i18n/office.js";
import type { Approval, Office } from "../../core/office.js";
import { define, Plain } from "./plain.js";
import { when } from "./when.js";

const REASON_MAX = 1000;

class NeedsTwo extends Plain {
  static override properties = {
    office: { attribute: false },
    right: {},
    object: {},
    name: {},
    act: { attribute: false },
    last: { state: true },
    problem: { state: true },
    busy: { state: true },
  };
  declare office: Office;
  declare right: string;
  declare object: string;
  /** What its button says. */
  declare name: string;
  declare act: () => Promise<void>;
  /** What I asked for last; undefined: not read yet. */
  declare last: Approval | null | undefined;
  declare problem: OfficeKey | null;
  declare busy: boolean;

  constructor() {
    super();
    this.last = undefined;
    this.problem = null;
    this.busy = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const read = (): void => void this.#try(() => this.#read());
    const box = this.closest("details");
    // What is folded up is not asked for: a sheet may have many of them.
    if (box && !box.open) box.addEventListener("toggle", read, { once: true });
    else read();
  }

  protected override render(): TemplateResult {
    return html`<div data-test="two" data-state=${this.last?.state ?? "none"}>
      ${this.problem ? html`<p class="govuk-error-message" role="alert" data-test="two-problem">${o(this.problem)}</p>` : nothing}
      ${this.last === undefined ? nothing : this.#step(this.last)}
    </div>`;
  }

  #step(last: Approval | null): TemplateResult {
    if (last?.state === "asked") {
      return html`<p class="govuk-body" role="status">${o("two.asked", { when: when(last.asked_us) })}</p>
        ${this.#button("two-withdraw", o("two.withdraw"), true, () => this.#withdraw(last))}`;
    }
    if (last?.state === "granted") {
      return html`<p class="govuk-body" role="status">${o("two.granted", { who: last.decided_by ?? "", until: when(last.expires_us) })}</p>
        ${this.#button("two-do", this.name, false, () => this.#do())} ${this.#button("two-withdraw", o("two.withdraw"), true, () => this.#withdraw(last))}`;
    }
    const id = `why-${this.right}-${this.object.replaceAll(":", "-")}`;
    return html`<form novalidate @submit=${(event: Event) => void this.#ask(event)}>
      <p class="govuk-body">${o("two.text", { what: this.name })}</p>
      ${last?.state === "refused" ? html`<p class="govuk-body" data-test="two-refused">${o("two.refused", { who: last.decided_by ?? "", why: last.decision_reason ?? "" })}</p>` : nothing}
      <label class="govuk-label govuk-label--s" for=${id}>${o("two.reason")}</label>
      <textarea class="govuk-textarea" id=${id} name="reason" rows="2" maxlength=${REASON_MAX} data-test="two-reason"></textarea>
      <button class="govuk-button govuk-button--secondary" ?disabled=${this.busy} data-test="two-ask">${o("two.ask")}</button>
    </form>`;
  }

  #button(test: string, text: string, isQuiet: boolean, work: () => Promise<void>): TemplateResult {
    return html`<button class="govuk-button ${isQuiet ? "govuk-button--secondary" : ""}" type="button" ?disabled=${this.busy} data-test=${test} @click=${() => void this.#try(work)}>
      ${text}
    </button>`;
  }

  async #ask(event: Event): Promise<void> {
    event.preventDefault();
    const reason = String(new FormData(event.target as HTMLFormElement).get("reason") ?? "").trim();
    if (!reason) {
      this.problem = "two.no_reason";
      return;
    }
    await this.#try(async () => {
      await this.office.askApproval(this.right, this.object, reason);
      await this.#read();
    });
  }

  async #withdraw(one: Approval): Promise<void> {
    await this.office.withdrawApproval(one.id);
    await this.#read();
  }

  async #do(): Promise<void> {
    await this.act();
    await this.#read();
    this.dispatchEvent(new CustomEvent("done", { bubbles: true }));
  }

  /** The newest is the first. */
  async #read(): Promise<void> {
    const { mine } = await this.office.approvals();
    const now_us = Date.now() * 1000;
    const last = mine.find((one) => one.right === this.right && one.object === this.object) ?? null;
    this.last = last && last.state !== "used" && last.expires_us < now_us ? null : last;
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.problem = null;
    this.busy = true;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const key = `two.${error.code}`;
      this.problem = error.status === 0 ? "error.unreachable" : key in OFFICE.zh ? (key as OfficeKey) : "error.other";
    } finally {
      this.busy = false;
    }
  }
}

define("oyer-needs-two", NeedsTwo);
