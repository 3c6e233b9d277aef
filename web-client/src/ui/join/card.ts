/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The first thing a person sees: whose hearing, when, who they are; one button. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { dateTime } from "../../core/format.js";
import { label, t } from "../../core/i18n/hearing.js";
import { language } from "../../core/i18n/index.js";
import { define, View } from "../common/base.js";

class HearingCard extends View {
  protected override render(): TemplateResult | typeof nothing {
    const card = this.app.card;
    if (!card) return nothing;
    const { hearing, you } = card;
    const hint = you.role === "observer" ? "card.start_hint_observer" : "card.start_hint";
    return html`<div data-test="card">
      <span class="govuk-caption-l">${hearing.court}</span>
      <h1 class="govuk-heading-l" tabindex="-1">${t("card.heading")}</h1>
      <div class="oyer-you" data-test="card-you">
        <span class="oyer-you__label">${t("card.you")}</span>
        <span class="oyer-you__name">${you.name}</span>
        <strong class="govuk-tag oyer-tag">${label("role", you.role)}</strong>
      </div>
      <dl class="govuk-summary-list oyer-facts">
        ${this.#row(
          "card.time",
          dateTime(hearing.scheduled_start, hearing.timezone, language()),
        )}
        ${hearing.case_number ? this.#row("card.case", html`<span data-test="card-case">${hearing.case_number}</span>`) : nothing}
        ${this.#row("card.cause", hearing.cause)}
      </dl>
      <div class="oyer-sticky">
        <button
          class="govuk-button oyer-button-main"
          type="button"
          data-test="start-check"
          @click=${() => void this.app.join()}
        >
          ${t("card.start")}
        </button>
        <p class="govuk-body-s oyer-quiet">${t(hint)}</p>
      </div>
      <details class="govuk-details">
        <summary class="govuk-details__summary">
          <span class="govuk-details__summary-text">${t("card.not_you")}</span>
        </summary>
        <div class="govuk-details__text">${t("card.not_you_text")}</div>
      </details>
    </div>`;
  }

  #row(key: "card.case" | "card.cause" | "card.time", value: unknown): TemplateResult {
    return html`<div class="govuk-summary-list__row">
      <dt class="govuk-summary-list__key">${t(key)}</dt>
      <dd class="govuk-summary-list__value">${value}</dd>
    </div>`;
  }
}

define("oyer-card", HearingCard);
