/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Anything that cannot be taken back is asked once more, in one dialog for the whole desk. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { t } from "../../core/i18n/index.js";
import { s } from "../../core/i18n/staff.js";
import { define } from "../common/base.js";
import "../common/modal.js";
import { Asked, open } from "./asked.js";

export interface Question {
  heading: string;
  text: string;
  yes: string;
  /** No field, an empty one is fine, or it must be filled. */
  reason: "none" | "optional" | "needed";
  /** A box that must be ticked; with it, the reason is needed. */
  override?: string | undefined;
  /** Red instead of blue. */
  grave?: boolean;
  /** The other way out, before the first: it is the one that undoes less. */
  rather?: { yes: string; act(): void } | undefined;
  act(reason: string, override: boolean): void;
}

const ASK = "oyer-ask";

export function ask(question: Question): void {
  open(ASK, question);
}

class QuestionDialog extends Asked<Question> {
  protected override readonly event = ASK;
  #error = false;

  protected override dialog(question: Question): TemplateResult {
    return html`<oyer-modal
      .heading=${question.heading}
      .content=${this.#content(question)}
      @dismiss=${this.dismiss}
    ></oyer-modal>`;
  }

  #content(question: Question): TemplateResult {
    return html`<form
      @submit=${(event: Event) => {
        event.preventDefault();
        this.#answer(question);
      }}
    >
      <p class="govuk-body">${question.text}</p>
      ${question.override ? this.#override(question.override) : nothing}
      ${question.reason === "none" ? nothing : this.#reason()}
      <div class="oyer-modal__actions">
        ${question.rather ? this.#rather(question.rather) : nothing}
        <button
          class="govuk-button ${question.grave ? "govuk-button--warning" : ""}"
          type="submit"
          data-test="confirm"
        >
          ${question.yes}
        </button>
        <button class="govuk-button govuk-button--secondary" type="button" data-test="confirm-cancel" @click=${this.dismiss}>
          ${t("app.cancel")}
        </button>
      </div>
    </form>`;
  }

  #rather(other: NonNullable<Question["rather"]>): TemplateResult {
    const act = (): void => {
      this.dismiss();
      other.act();
    };
    return html`<button class="govuk-button" type="button" data-test="confirm-rather" @click=${act}>${other.yes}</button>`;
  }

  #override(text: string): TemplateResult {
    return html`<div class="govuk-checkboxes govuk-checkboxes--small">
      <div class="govuk-checkboxes__item">
        <input class="govuk-checkboxes__input" type="checkbox" id="oyer-override" data-test="confirm-override" />
        <label class="govuk-label govuk-checkboxes__label" for="oyer-override">${text}</label>
      </div>
    </div>`;
  }

  #reason(): TemplateResult {
    return html`<div class="govuk-form-group ${this.#error ? "govuk-form-group--error" : ""}">
      <label class="govuk-label" for="oyer-reason">${s("ask.reason")}</label>
      ${this.#error
        ? html`<p class="govuk-error-message" id="oyer-reason-error" role="alert">${s("ask.reason_needed")}</p>`
        : nothing}
      <input
        class="govuk-input"
        id="oyer-reason"
        maxlength="500"
        autocomplete="off"
        data-test="confirm-reason"
        aria-describedby=${this.#error ? "oyer-reason-error" : nothing}
      />
    </div>`;
  }

  #answer(question: Question): void {
    const reason = this.querySelector<HTMLInputElement>("#oyer-reason")?.value.trim() ?? "";
    const override = this.querySelector<HTMLInputElement>("#oyer-override")?.checked ?? false;
    if (reason === "" && (question.reason === "needed" || override)) {
      this.#error = true;
      this.requestUpdate();
      this.querySelector<HTMLElement>("#oyer-reason")?.focus();
      return;
    }
    this.dismiss();
    question.act(reason, override);
  }

  protected override clear(): void {
    this.#error = false;
  }
}

define("oyer-question", QuestionDialog);
