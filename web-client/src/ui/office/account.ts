/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** My account: password and second factor. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { o } from "../../core/i18n/office.js";
import type { OfficeKey } from "../../core/i18n/office.js";
import type { Me, Office } from "../../core/office.js";
import { define, Plain } from "../common/plain.js";
import "./factor.js";
import { field, problem, problemOf, valueOf } from "./form.js";

export const TAG = "oyer-office-account";

export class Account extends Plain {
  static override properties = {
    office: { attribute: false },
    me: { attribute: false },
    problem: { state: true },
    saved: { state: true },
    changes: { state: true },
  };
  declare office: Office;
  declare me: Me;
  declare problem: OfficeKey | null;
  declare saved: boolean;
  /** The second factor is being set. */
  declare changes: boolean;

  constructor() {
    super();
    this.problem = null;
    this.saved = false;
    this.changes = false;
  }

  protected override render(): TemplateResult {
    const { me } = this;
    if (this.changes) {
      return html`<oyer-factor
        .office=${this.office}
        .replaces=${me.second_factor}
        @done=${() => void this.#refresh()}
      ></oyer-factor>`;
    }
    return html`${problem(this.problem)}
      <h1 class="govuk-heading-l" tabindex="-1">${o("account.title")}</h1>
      ${this.saved
        ? html`<div class="govuk-inset-text" role="status" data-test="saved">${o("account.saved")}</div>`
        : nothing}
      <h2 class="govuk-heading-m">${o("account.password")}</h2>
      ${me.password ? nothing : html`<p class="govuk-body">${o("account.old_none")}</p>`}
      <form class="oyer-office__form" data-test="password-form" novalidate @submit=${this.#submit}>
        ${me.password
          ? field({ id: "old-password", label: "account.old", type: "password", complete: "current-password" })
          : nothing}
        ${field({ id: "new-password", label: "set_up.password", hint: "set_up.text", type: "password", complete: "new-password" })}
        ${field({ id: "again", label: "set_up.again", type: "password", complete: "new-password" })}
        <button class="govuk-button" data-test="password-save">${o("set_up.submit")}</button>
      </form>
      <h2 class="govuk-heading-m">${o("account.factor")}</h2>
      <p class="govuk-body">${o(me.second_factor ? "account.factor_on" : "account.factor_off")}</p>
      <button
        class="govuk-button govuk-button--secondary"
        type="button"
        data-test="factor-change"
        @click=${() => (this.changes = true)}
      >
        ${o(me.second_factor ? "account.factor_change" : "account.factor_set")}
      </button>`;
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has("problem") && this.problem) this.querySelector<HTMLElement>("[role=alert]")?.focus();
  }

  async #refresh(): Promise<void> {
    this.me = await this.office.me();
    this.changes = false;
    this.saved = true;
  }

  #submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const wanted = valueOf(form, "new-password");
    this.problem = null;
    this.saved = false;
    await this.updateComplete;
    if (wanted !== valueOf(form, "again")) {
      this.problem = "error.differs";
      return;
    }
    try {
      await this.office.changePassword(valueOf(form, "old-password"), wanted);
      form.reset();
      await this.#refresh();
    } catch (error) {
      this.problem = problemOf(error, "error.old");
    }
  };
}

define(TAG, Account);
