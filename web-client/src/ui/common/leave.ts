/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The way out: stands apart, and always asks first. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { t } from "../../core/i18n/hearing.js";
import { define, View } from "./base.js";
import { icon } from "./icons.js";
import "./modal.js";

class Leave extends View {
  static override properties = { compact: { type: Boolean } };
  /** As a button of the call bar. */
  declare compact: boolean;
  #asking = false;

  constructor() {
    super();
    this.compact = false;
  }

  protected override render(): TemplateResult {
    const looks = this.compact ? "oyer-bar__button oyer-bar__button--leave" : "govuk-button govuk-button--secondary";
    return html`<button class=${looks} type="button" data-test="leave" @click=${() => this.#ask(true)}>
        ${this.compact ? icon("leave") : nothing}
        <span class=${this.compact ? "oyer-bar__word" : ""}>${t("leave.button")}</span>
      </button>
      ${this.#asking
        ? html`<oyer-modal
            .heading=${t("leave.heading")}
            .content=${this.#question()}
            @dismiss=${() => this.#ask(false)}
          ></oyer-modal>`
        : nothing}`;
  }

  #question(): TemplateResult {
    const inside = this.app.hearing.state?.you.room === "hearing";
    return html`<p class="govuk-body">${t(inside ? "leave.text" : "leave.text_waiting")}</p>
      <div class="oyer-modal__actions">
        <button class="govuk-button" type="button" data-test="leave-cancel" @click=${() => this.#ask(false)}>
          ${t("leave.cancel")}
        </button>
        <button
          class="govuk-button govuk-button--warning"
          type="button"
          data-test="leave-confirm"
          @click=${() => {
            this.#ask(false);
            void this.app.leave();
          }}
        >
          ${t("leave.confirm")}
        </button>
      </div>`;
  }

  #ask(asking: boolean): void {
    this.#asking = asking;
    this.requestUpdate();
  }
}

define("oyer-leave", Leave);
