/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The court asks whether a stage may be held online: one question, two answers, each stage for itself. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { openQuestions, stagesOf } from "../../core/consent.js";
import type { OwnConsent, OwnStage } from "../../core/consent.js";
import { f, filingLabel } from "../../core/i18n/filing.js";
import { lastMoment, when } from "../common/when.js";
import type { Desk } from "./desk.js";
import { form, go, input, radios, text } from "./form.js";

/** On the first page: the court waits for an answer, or where the answers are. */
export function consentCard(desk: Desk): TemplateResult | typeof nothing {
  const all = desk.consents ?? [];
  const open = openQuestions(all);
  if (!all.some((one) => stagesOf(one).length > 0)) return nothing;
  return html`<p class=${open > 0 ? "oyer-result oyer-result--amber" : "govuk-body"} data-test="consent-card">
    <a class="govuk-link" href="#/consents" data-test="to-consents">${open > 0 ? f("consent.waiting", { n: open }) : f("consent.heading")}</a>
  </p>`;
}

export function consents(desk: Desk): TemplateResult {
  const asked = (desk.consents ?? []).filter((one) => stagesOf(one).length > 0);
  return html`<h1 class="govuk-heading-l" tabindex="-1">${f("consent.heading")}</h1>
    <p class="govuk-body">${f("consent.text")}</p>
    ${asked.length === 0 ? html`<p class="govuk-body">${f("consent.none")}</p>` : nothing}
    ${asked.map(
      (one) =>
        html`<section>
          <h2 class="govuk-heading-m">${one.case_number}</h2>
          <p class="govuk-body">${filingLabel("role", one.role)} ${one.name}</p>
          ${stagesOf(one).map((stage) => question(desk, one, stage))}
        </section>`,
    )}`;
}

function question(desk: Desk, one: OwnConsent, stage: OwnStage): TemplateResult {
  const id = `${one.party}-${stage.stage}`;
  const submit = (data: FormData): void => {
    const answer = text(data, id);
    if (answer !== "yes" && answer !== "no") desk.complain([{ field: id, key: "error.consent" }]);
    else void desk.answer(one, stage.stage, answer, text(data, `${id}-reason`));
  };
  return html`<div class="oyer-filing__notice" data-test="consent-${stage.stage}" data-answer=${stage.answer}>
    <h3 class="govuk-heading-s">${filingLabel("stage", stage.stage)}</h3>
    ${stage.text ? html`<p class="govuk-body oyer-filing__said">${stage.text}</p>` : nothing}
    ${stage.answer === "none"
      ? html`<p class="govuk-body">${f("consent.until", { due: lastMoment(stage.due_us) })}</p>`
      : html`<p class="govuk-body"><strong>${f(stage.answer === "yes" ? "consent.said_yes" : "consent.said_no")}</strong> <span class="oyer-quiet">${when(stage.given_us)}</span></p>`}
    ${form(
      html`${radios(desk, id, f("consent.question"), stage.answer, [
        { value: "yes", label: f("consent.yes") },
        { value: "no", label: f("consent.no") },
      ])}
      ${input(desk, { id: `${id}-reason`, label: "status.reason", value: "", max: 2000, optional: true })} ${go(desk, "consent.send")}`,
      submit,
      `consent-form-${stage.stage}`,
    )}
  </div>`;
}
