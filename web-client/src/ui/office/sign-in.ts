/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Name, password and the code from the phone: one form, one answer when it is wrong. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { o } from "../../core/i18n/office.js";
import type { OfficeKey } from "../../core/i18n/office.js";
import type { Next, Office } from "../../core/office.js";
import { define, Plain } from "../common/plain.js";
import { field, problem, problemOf, valueOf } from "./form.js";

export class SignIn extends Plain {
  static override properties = { office: { attribute: false }, notice: {}, problem: {}, busy: { state: true }, provider: { state: true } };
  declare office: Office;
  /** Said above the form: why one is here. */
  declare notice: OfficeKey | null;
  declare problem: OfficeKey | null;
  declare busy: boolean;
  /** The court's identity provider, when there is one. */
  declare provider: { name: string } | null;

  constructor() {
    super();
    this.notice = null;
    this.problem = null;
    this.busy = false;
    this.provider = null;
  }

  protected override firstUpdated(): void {
    void this.office.provider().then((provider) => (this.provider = provider));
  }

  protected override render(): TemplateResult {
    return html`${problem(this.problem)}
      ${this.notice
        ? html`<div class="govuk-inset-text" role="status" data-test="notice">${o(this.notice)}</div>`
        : nothing}
      <h1 class="govuk-heading-l" tabindex="-1">${o("sign_in.heading")}</h1>
      ${this.#byProvider()}
      <form class="oyer-office__form" data-test="sign-in-form" novalidate @submit=${this.#submit}>
        ${field({ id: "login", label: "sign_in.login", complete: "username" })}
        ${field({ id: "password", label: "sign_in.password", type: "password", complete: "current-password" })}
        ${field({ id: "code", label: "sign_in.code", hint: "sign_in.code_hint", complete: "one-time-code", digits: true })}
        <button
          class="govuk-button oyer-button-main"
          data-test="sign-in"
          aria-disabled=${this.busy ? "true" : "false"}
        >
          ${this.busy ? o("sign_in.working") : o("sign_in.submit")}
        </button>
      </form>
      <p class="govuk-body oyer-office__quiet">${o("sign_in.help")}</p>`;
  }

  #byProvider(): TemplateResult | typeof nothing {
    if (!this.provider) return nothing;
    const name = this.provider.name || o("sign_in.provider_name");
    return html`<button class="govuk-button oyer-button-main" type="button" data-test="sign-in-provider" aria-disabled=${this.busy ? "true" : "false"} @click=${this.#leave}>
        ${o(this.busy ? "sign_in.provider_busy" : "sign_in.provider", { name })}
      </button>
      <h2 class="govuk-heading-m">${o("sign_in.or")}</h2>`;
  }

  #leave = async (): Promise<void> => {
    if (this.busy) return;
    this.problem = null;
    this.busy = true;
    try {
      location.assign(await this.office.toProvider());
    } catch (error) {
      this.problem = problemOf(error, "error.oidc_away");
      this.busy = false;
    }
  };

  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has("problem") && this.problem) this.querySelector<HTMLElement>("[role=alert]")?.focus();
  }

  #submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (this.busy) return;
    const form = event.target as HTMLFormElement;
    const login = valueOf(form, "login").trim();
    const password = valueOf(form, "password");
    this.problem = null;
    await this.updateComplete;
    if (!login || !password) {
      this.problem = "error.empty";
      return;
    }
    this.busy = true;
    try {
      const next = await this.office.signIn(login, password, valueOf(form, "code"));
      this.dispatchEvent(new CustomEvent<Next>("done", { detail: next }));
    } catch (error) {
      this.problem = problemOf(error, "error.refused");
    } finally {
      this.busy = false;
    }
  };
}

define("oyer-sign-in", SignIn);
