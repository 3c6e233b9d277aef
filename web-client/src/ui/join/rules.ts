/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The rules of the court, the tick, and the way in. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { App } from "../../app/app.js";
import { t } from "../../core/i18n/hearing.js";

export interface RulesModel {
  ticked: boolean;
  error: boolean;
  busy: boolean;
  tick(on: boolean): void;
  enter(): void;
}

const RULES = ["rules.1", "rules.2", "rules.3", "rules.4", "rules.5"] as const;

/** What is declared, word for word as it stands below: kept by the court as evidence. */
export function rulesText(app: App): string {
  return [t("rules.heading"), ...RULES.map((key, n) => `${n + 1}. ${t(key)}`), t(recorded(app)), t("rules.tick")].join("\n");
}

function recorded(app: App): "rules.recorded" | "rules.mediation" {
  return (app.hearing.state?.hearing ?? app.card?.hearing)?.mediation ? "rules.mediation" : "rules.recorded";
}

export function rules(app: App, model: RulesModel): TemplateResult {
  const observer = (app.hearing.state?.you.role ?? app.card?.you.role) === "observer";
  const ready = app.link === "live" && app.hearing.state !== null && !model.busy;
  return html`<section class="oyer-rules" aria-labelledby="rules-heading">
      <h2 class="govuk-heading-m" id="rules-heading">${t("rules.heading")}</h2>
      <ol class="govuk-list govuk-list--number oyer-rules__list">
        ${RULES.map((key) => html`<li>${t(key)}</li>`)}
      </ol>
      <p class="govuk-body" data-test="rules-recorded">${t(recorded(app))}</p>
      <div class="govuk-form-group ${model.error ? "govuk-form-group--error" : ""}">
        ${model.error
          ? html`<p class="govuk-error-message" id="rules-error">${t("rules.error_tick")}</p>`
          : nothing}
        <div class="govuk-checkboxes">
          <div class="govuk-checkboxes__item">
            <input
              class="govuk-checkboxes__input"
              type="checkbox"
              id="rules-tick"
              data-test="rules-tick"
              aria-describedby=${model.error ? "rules-error" : nothing}
              .checked=${model.ticked}
              @change=${(event: Event) => model.tick((event.target as HTMLInputElement).checked)}
            />
            <label class="govuk-label govuk-checkboxes__label" for="rules-tick">
              ${t("rules.tick")}
            </label>
          </div>
        </div>
      </div>
    </section>
    <div class="oyer-sticky">
      <button
        class="govuk-button oyer-button-main"
        type="button"
        data-test="enter-waiting"
        aria-disabled=${ready ? "false" : "true"}
        @click=${() => ready && model.enter()}
      >
        ${t(observer ? "rules.enter_observer" : "rules.enter")}
      </button>
    </div>`;
}
