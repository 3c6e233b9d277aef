/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** A private word to the clerk: three common ones ready, or one's own. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { t } from "../../core/i18n/hearing.js";
import { define, View } from "./base.js";
import "./modal.js";

const MAX_TEXT = 500;
const READY = ["trouble.hear", "trouble.see", "trouble.microphone", "trouble.break"] as const;

class Trouble extends View {
  #open = false;
  #sent = false;

  protected override render(): TemplateResult {
    return html`<button
        class="govuk-button govuk-button--secondary"
        type="button"
        data-test="trouble-open"
        @click=${() => this.#show(true)}
      >
        ${t("trouble.open")}
      </button>
      <span role="status" class="oyer-good" data-test="trouble-said" data-help=${this.app.hearing.state?.you.help ?? ""}>${this.#said()}</span>
      ${this.#open
        ? html`<oyer-modal
            closeable
            .heading=${t("trouble.heading")}
            .content=${this.#form()}
            @dismiss=${() => this.#show(false)}
          ></oyer-modal>`
        : nothing}`;
  }

  /** Where one's call for help stands. */
  #said(): string {
    const help = this.app.hearing.state?.you.help;
    if (help) return t(`trouble.${help}`);
    return this.#sent ? t("trouble.sent") : "";
  }

  #form(): TemplateResult {
    return html`<p class="govuk-hint">${t("trouble.hint")}</p>
      <div class="oyer-chips">
        ${READY.map(
          (key) => html`<button class="govuk-button govuk-button--secondary oyer-button-small" type="button" @click=${() => void this.#send(t(key))}>
            ${t(key)}
          </button>`,
        )}
      </div>
      <form
        @submit=${(event: Event) => {
          event.preventDefault();
          void this.#send(this.querySelector("textarea")?.value ?? "");
        }}
      >
        <div class="govuk-form-group">
          <label class="govuk-label" for="trouble-text">${t("trouble.label")}</label>
          <textarea class="govuk-textarea" id="trouble-text" rows="3" maxlength=${MAX_TEXT} data-test="trouble-text"></textarea>
        </div>
        <button class="govuk-button" type="submit" data-test="trouble-send">${t("trouble.send")}</button>
      </form>`;
  }

  async #send(text: string): Promise<void> {
    if (text.trim() === "") return;
    this.#show(false);
    this.#sent = await this.app.trouble(text.trim().slice(0, MAX_TEXT));
    this.requestUpdate();
  }

  #show(open: boolean): void {
    this.#open = open;
    if (open) this.#sent = false;
    this.requestUpdate();
  }
}

define("oyer-trouble", Trouble);
