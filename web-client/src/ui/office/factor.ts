/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The second factor: the app reads a QR code, and shows that it works. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { o } from "../../core/i18n/office.js";
import type { OfficeKey } from "../../core/i18n/office.js";
import type { NewFactor, Office } from "../../core/office.js";
import { define, Plain } from "../common/plain.js";
import { drawQr } from "../common/qr.js";
import { field, problem, problemOf, valueOf } from "./form.js";

export class Factor extends Plain {
  static override properties = {
    office: { attribute: false },
    replaces: { type: Boolean },
    fresh: { state: true },
    problem: { state: true },
  };
  declare office: Office;
  /** There is one already: its code is asked for too. */
  declare replaces: boolean;
  declare fresh: NewFactor | null;
  declare problem: OfficeKey | null;

  constructor() {
    super();
    this.replaces = false;
    this.fresh = null;
    this.problem = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.office
      .newFactor()
      .then((fresh) => (this.fresh = fresh))
      .catch((error: unknown) => (this.problem = problemOf(error, "error.other")));
  }

  protected override render(): TemplateResult {
    const { fresh } = this;
    return html`${problem(this.problem)}
      <h1 class="govuk-heading-l" tabindex="-1">${o("factor.heading")}</h1>
      <p class="govuk-body">${o("factor.text")}</p>
      ${fresh ? this.#steps(fresh) : html`<p class="govuk-body" role="status">${o("page.loading")}</p>`}`;
  }

  #steps(fresh: NewFactor): TemplateResult {
    return html`<ol class="govuk-list govuk-list--number oyer-office__steps">
        <li>${o("factor.step_1")}</li>
        <li>
          ${o("factor.step_2")}
          <div>${drawQr(fresh.qr, o("factor.qr"), "oyer-office__qr")}</div>
          <p class="govuk-body">
            ${o("factor.secret")}:
            <code class="oyer-office__secret" data-test="secret">${fresh.secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
          </p>
          <p class="govuk-body"><a class="govuk-link" href=${fresh.uri}>${o("factor.open")}</a></p>
        </li>
        <li>${o("factor.step_3")}</li>
      </ol>
      <form class="oyer-office__form" data-test="factor-form" novalidate @submit=${this.#submit}>
        ${this.replaces
          ? field({ id: "old-code", label: "factor.old", complete: "one-time-code", digits: true })
          : nothing}
        ${field({ id: "new-code", label: "sign_in.code", complete: "one-time-code", digits: true })}
        <button class="govuk-button oyer-button-main" data-test="factor-confirm">${o("factor.submit")}</button>
      </form>`;
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has("problem") && this.problem) this.querySelector<HTMLElement>("[role=alert]")?.focus();
  }

  #submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const { fresh } = this;
    if (!fresh) return;
    this.problem = null;
    await this.updateComplete;
    try {
      await this.office.confirmFactor(fresh.secret, valueOf(form, "new-code"), valueOf(form, "old-code"));
      this.dispatchEvent(new CustomEvent("done"));
    } catch (error) {
      this.problem = problemOf(error, "error.code");
    }
  };
}

define("oyer-factor", Factor);
