/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Where are you, who is with you, what do you need: three taps that let the clerk help
 * before the hearing.  Nothing here keeps anybody out, and nothing has to be answered.
 */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { t } from "../../core/i18n/hearing.js";
import type { Ready } from "../../core/messages.js";

export const QUESTIONS = ["quiet", "alone", "still"] as const;
export type Question = (typeof QUESTIONS)[number];
export type Answers = Partial<Record<Question, boolean>> & { with: string; needs: string };

/** What is told to the court; null while a question is open. */
export function readyOf(answers: Answers): Ready | null {
  const { quiet, alone, still } = answers;
  if (quiet === undefined || alone === undefined || still === undefined) return null;
  return { quiet, alone, still, with: alone ? null : answers.with.trim() || null, needs: answers.needs.trim() || null };
}

export function ready(answers: Answers, changed: () => void): TemplateResult {
  return html`<section class="oyer-ready" aria-labelledby="ready-heading" data-test="ready">
    <h2 class="govuk-heading-m" id="ready-heading">${t("ready.heading")}</h2>
    <p class="govuk-body-s oyer-quiet">${t("ready.text")}</p>
    ${QUESTIONS.map((question) => ask(question, answers, changed))}
    ${remark("needs", answers, changed)}
  </section>`;
}

function ask(question: Question, answers: Answers, changed: () => void): TemplateResult {
  const choice = (value: boolean): TemplateResult => {
    const id = `ready-${question}-${value ? "yes" : "no"}`;
    return html`<div class="govuk-radios__item">
      <input
        class="govuk-radios__input"
        type="radio"
        id=${id}
        name="ready-${question}"
        data-test=${id}
        .checked=${answers[question] === value}
        @change=${() => {
          answers[question] = value;
          changed();
        }}
      />
      <label class="govuk-label govuk-radios__label" for=${id}>${t(value ? "ready.yes" : "ready.no")}</label>
    </div>`;
  };
  return html`<fieldset class="govuk-fieldset oyer-ready__question">
      <legend class="govuk-fieldset__legend govuk-fieldset__legend--s">${t(`ready.${question}`)}</legend>
      <div class="govuk-radios govuk-radios--inline">${choice(true)} ${choice(false)}</div>
    </fieldset>
    ${question === "alone" && answers.alone === false ? remark("with", answers, changed) : nothing}
    ${question === "still" && answers.still === false ? html`<p class="govuk-inset-text" role="status" data-test="ready-stop">${t("ready.stop")}</p>` : nothing}`;
}

function remark(field: "with" | "needs", answers: Answers, changed: () => void): TemplateResult {
  return html`<div class="govuk-form-group">
    <label class="govuk-label govuk-label--s" for="ready-${field}">${t(`ready.${field}`)}</label>
    <input
      class="govuk-input"
      id="ready-${field}"
      data-test="ready-${field}"
      maxlength="500"
      autocomplete="off"
      .value=${answers[field]}
      @change=${(event: Event) => {
        answers[field] = (event.target as HTMLInputElement).value;
        changed();
      }}
    />
  </div>`;
}
