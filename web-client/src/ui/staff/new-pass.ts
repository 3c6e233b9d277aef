/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** A new pass for somebody: asked once more, because the old one dies; then the code to show. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { Api } from "../../core/api.js";
import type { NewPass, PassSheet } from "../../core/api.js";
import { t } from "../../core/i18n/hearing.js";
import { s } from "../../core/i18n/staff.js";
import type { Person } from "../../core/messages.js";
import { define } from "../common/base.js";
import "../common/modal.js";
import { drawQr } from "../common/qr.js";
import { Asked, open } from "./asked.js";

const ASK = "oyer-new-pass";

export function askNewPass(person: Person): void {
  open(ASK, person);
}

class NewPassDialog extends Asked<Person> {
  protected override readonly event = ASK;
  #made: { pass: NewPass; sheet: PassSheet } | null = null;
  #failed = false;
  #copied = false;

  protected override dialog(person: Person): TemplateResult {
    return html`<oyer-modal
      .heading=${s(this.#made ? "pass.made" : "pass.ask", { name: person.name })}
      .content=${this.#made ? this.#show(this.#made) : this.#question(person)}
      @dismiss=${this.dismiss}
    ></oyer-modal>`;
  }

  #question(person: Person): TemplateResult {
    return html`<p class="govuk-body">${s("pass.ask_text")}</p>
      ${this.#failed ? html`<p class="govuk-error-message" role="alert">${s("pass.failed")}</p>` : nothing}
      <div class="oyer-modal__actions">
        <button class="govuk-button" type="button" data-test="pass-confirm" @click=${() => void this.#make(person)}>${s("pass.new")}</button>
        <button class="govuk-button govuk-button--secondary" type="button" @click=${this.dismiss}>${t("app.cancel")}</button>
      </div>`;
  }

  #show({ pass, sheet }: { pass: NewPass; sheet: PassSheet }): TemplateResult {
    const copy = (): void => {
      void navigator.clipboard?.writeText(pass.link).catch(() => undefined);
      this.#copied = true;
      this.requestUpdate();
    };
    return html`<p class="govuk-body" role="status">${s("pass.made_text")}</p>
      ${sheet.qr.length > 0 ? drawQr(sheet.qr, s("pass.qr"), "oyer-new-pass__qr") : nothing}
      <p class="govuk-body-s oyer-new-pass__link" data-test="pass-link">${pass.link}</p>
      <div class="oyer-modal__actions">
        <button class="govuk-button govuk-button--secondary" type="button" @click=${copy}>${t(this.#copied ? "notice.copied" : "notice.copy")}</button>
        <a class="govuk-button govuk-button--secondary" href="/pass#${pass.token}" target="_blank" rel="noopener" data-test="pass-print">${s("pass.print")}</a>
        <button class="govuk-button" type="button" data-test="pass-done" @click=${this.dismiss}>${t("app.close")}</button>
      </div>`;
  }

  async #make(person: Person): Promise<void> {
    const { app } = this;
    const hearing = app.hearing.state?.hearing.id ?? "";
    this.#failed = false;
    try {
      const pass = await app.api.newPass(hearing, person.id);
      const sheet = await new Api({ token: pass.token, device: app.device }).sheet();
      this.#made = { pass, sheet };
    } catch {
      this.#failed = true;
    }
    this.requestUpdate();
  }

  protected override clear(): void {
    this.#made = null;
    this.#failed = this.#copied = false;
  }
}

define("oyer-new-pass", NewPassDialog);
