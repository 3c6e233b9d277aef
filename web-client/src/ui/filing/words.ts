/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The three questions that are answered in words. */

import { html } from "lit";
import type { TemplateResult } from "lit";
import { fenOf, yuanOf } from "../../core/filing.js";
import { f } from "../../core/i18n/filing.js";
import { language } from "../../core/i18n/index.js";
import type { Desk } from "./desk.js";
import { form, go, input, select, text } from "./form.js";
import { nextOf } from "./tasks.js";

export function cause(desk: Desk): TemplateResult {
  const choices = (desk.form?.causes ?? []).map((one) => ({ value: one.code, label: one[language()] }));
  const submit = (data: FormData): void => {
    const chosen = text(data, "cause");
    if (!chosen) desk.complain([{ field: "cause", key: "error.cause" }]);
    else void desk.save(() => ({ step: "cause", cause: chosen }), "cause").then((done) => done && nextOf(desk, "cause"));
  };
  return form(
    html`<h1 class="govuk-heading-l" tabindex="-1">${f("cause.heading")}</h1>
      <p class="govuk-hint">${f("cause.hint")}</p>
      ${select(desk, "cause", f("tasks.cause"), desk.filing?.cause ?? "", [{ value: "", label: f("cause.choose") }, ...choices])} ${go(desk)}`,
    submit,
    "cause-form",
  );
}

export function claim(desk: Desk): TemplateResult {
  const fen = desk.filing?.amount_fen ?? 0;
  const submit = (data: FormData): void => {
    const wanted = text(data, "claim");
    const amount_fen = fenOf(text(data, "amount"));
    const isWrong = desk.complain([
      ...(wanted ? [] : [{ field: "claim", key: "error.claim" as const }]),
      ...(amount_fen === null ? [{ field: "amount", key: "error.amount" as const }] : []),
    ]);
    if (isWrong || amount_fen === null) return;
    void desk.save(() => ({ step: "claim", claim: wanted, amount_fen }), "claim").then((done) => done && nextOf(desk, "claim"));
  };
  return form(
    html`<h1 class="govuk-heading-l" tabindex="-1">${f("claim.heading")}</h1>
      ${input(desk, { id: "claim", label: "claim.text", hint: "claim.hint", value: desk.filing?.claim ?? "", rows: 6, max: desk.form?.limits.claim_characters ?? 10000 })}
      ${input(desk, { id: "amount", label: "claim.amount", hint: "claim.amount_hint", value: fen > 0 ? yuanOf(fen) : "", keyboard: "decimal", short: true, optional: true, max: 20 })}
      ${go(desk)}`,
    submit,
    "claim-form",
  );
}

export function facts(desk: Desk): TemplateResult {
  const submit = (data: FormData): void => {
    const told = text(data, "facts");
    if (!told) desk.complain([{ field: "facts", key: "error.facts" }]);
    else void desk.save(() => ({ step: "facts", facts: told }), "facts").then((done) => done && nextOf(desk, "facts"));
  };
  return form(
    html`<h1 class="govuk-heading-l" tabindex="-1">${f("facts.heading")}</h1>
      ${input(desk, { id: "facts", label: "facts.text", hint: "facts.hint", value: desk.filing?.facts ?? "", rows: 12, max: desk.form?.limits.facts_characters ?? 30000 })}
      ${go(desk)}`,
    submit,
    "facts-form",
  );
}
