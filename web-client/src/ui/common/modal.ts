/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** One question or one sheet above the page.  The browser keeps the focus inside and gives it back. */

import { html } from "lit";
import type { TemplateResult } from "lit";
import { t } from "../../core/i18n/index.js";
import { define, Plain } from "./plain.js";

let count = 0;

export class Modal extends Plain {
  static override properties = {
    heading: {},
    content: { attribute: false },
    sheet: { type: Boolean },
    closeable: { type: Boolean },
  };
  declare heading: string;
  declare content: TemplateResult;
  /** Comes from below and fills the width of a phone. */
  declare sheet: boolean;
  declare closeable: boolean;
  readonly #id = `oyer-modal-${(count += 1)}`;

  constructor() {
    super();
    this.heading = "";
    this.content = html``;
    this.sheet = false;
    this.closeable = false;
  }

  #before: Element | null = null;

  protected override firstUpdated(): void {
    this.#before = document.activeElement;
    const dialog = this.querySelector("dialog");
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>("h2")?.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.querySelector("dialog")?.close();
    if (this.#before instanceof HTMLElement && this.#before.isConnected) this.#before.focus();
  }

  protected override render(): TemplateResult {
    return html`<dialog
      class="oyer-modal ${this.sheet ? "oyer-modal--sheet" : ""}"
      aria-labelledby=${this.#id}
      @cancel=${(event: Event) => {
        event.preventDefault();
        this.#close();
      }}
    >
      <div class="oyer-modal__head">
        <h2 class="govuk-heading-m oyer-modal__heading" id=${this.#id} tabindex="-1">
          ${this.heading}
        </h2>
        ${this.closeable
          ? html`<button
              class="oyer-button-plain"
              type="button"
              data-test="more-close"
              @click=${this.#close}
            >
              ${t("app.close")}
            </button>`
          : ""}
      </div>
      ${this.content}
    </dialog>`;
  }

  #close = (): void => {
    this.dispatchEvent(new CustomEvent("dismiss"));
  };
}

define("oyer-modal", Modal);
