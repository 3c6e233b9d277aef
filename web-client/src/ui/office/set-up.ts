/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Choosing a password, with a link that works once. */

import { html } from "lit";
import type { TemplateResult } from "lit";
import { o } from "../../core/i18n/office.js";
import type { OfficeKey } from "../../core/i18n/office.js";
import type { Next, Office } from "../../core/office.js";
import { define, Plain } from "../common/plain.js";
import { field, problem, problemOf, valueOf } from "./form.js";

export class SetUp extends Plain {
  static override properties = { office: { attribute: false }, token: {}, problem: { state: true } };
  declare office: Office;
  declare token: string;
  declare problem: OfficeKey | null;

  constructor() {
    super();
    this.token = "";
    this.problem = null;
  }

  protected override render(): TemplateResult {
    return html`${problem(this.problem)}
      <h1 class="govuk-heading-l" tabindex="-1">${o("set_up.heading")}</h1>
      <p class="govuk-body">${o("set_up.text")}</p>
      <form class="oyer-office__form" data-test="set-up-form" novalidate @submit=${this.#submit}>
        ${field({ id: "new-password", label: "set_up.password", type: "password", complete: "new-password" })}
        ${field({ id: "again", label: "set_up.again", type: "password", complete: "new-password" })}
        <button class="govuk-button oyer-button-main" data-test="set-up">${o("set_up.submit")}</button>
      </form>`;
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has("problem") && this.problem) this.querySelector<HTMLElement>("[role=alert]")?.focus();
  }

  #submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const password = valueOf(form, "new-password");
    this.problem = null;
    await this.updateComplete;
    if (password !== valueOf(form, "again")) {
      this.problem = "error.differs";
      return;
    }
    try {
      const next = await this.office.setUp(this.token, password);
      this.dispatchEvent(new CustomEvent<Next>("done", { detail: next }));
    } catch (error) {
      this.problem = problemOf(error, "error.link");
    }
  };
}

define("oyer-set-up", SetUp);
