/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Who agreed to what online: each stage with what follows, asking, writing down, and every line. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { MEANS, STAGES } from "../../core/consent.js";
import type { Ledger, Sitting, Stage } from "../../core/consent.js";
import { filingLabel } from "../../core/i18n/filing.js";
import { forParties, g, registryLabel } from "../../core/i18n/registry.js";
import type { RegistryKey } from "../../core/i18n/registry.js";
import type { Registry } from "../../core/registry.js";
import { define, Plain } from "../common/plain.js";
import { when } from "../common/when.js";
import { problemBox, problemOf } from "./queue.js";

class RegistryConsents extends Plain {
  static override properties = { registry: { attribute: false }, of: {}, may: { type: Boolean }, ledger: { state: true }, problem: { state: true }, said: { state: true } };
  declare registry: Registry;
  /** The case. */
  declare of: string;
  /** Whether this person may ask and write down. */
  declare may: boolean;
  declare ledger: Ledger | null;
  declare problem: RegistryKey | null;
  declare said: boolean;

  constructor() {
    super();
    this.ledger = null;
    this.problem = null;
    this.said = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#act(async () => {
      this.ledger = await this.registry.consents(this.of);
      await this.updateComplete;
      this.querySelector<HTMLElement>("h1")?.focus();
    });
  }

  protected override render(): TemplateResult {
    const { ledger } = this;
    const top = html`<p class="govuk-body"><a class="govuk-link" href="#/consents" data-test="to-tasks">${g("consent.back")}</a></p>
      ${problemBox(this.problem)}`;
    if (!ledger) return html`${top}<p class="govuk-body" role="status">${g("one.loading")}</p>`;
    return html`${top}
      <h1 class="govuk-heading-l" tabindex="-1">${g("consent.heading")}</h1>
      <p class="govuk-body-l">${ledger.case_number}</p>
      <p class="govuk-body">${g("consent.text")}</p>
      <ul class="govuk-list" data-test="stages">
        ${ledger.stages.map((one) => this.#stage(one))}
      </ul>
      ${this.may ? html`${this.#ask()} ${this.#write(ledger)}` : nothing}
      <p role="status" class="govuk-body">${this.said ? g("consent.saved") : nothing}</p>
      ${this.#entries(ledger)}`;
  }

  #stage(one: Sitting): TemplateResult {
    // Nobody has been asked, and nobody has said anything.
    if (one.asked_us === 0 && one.parties.every((party) => party.answer === "none"))
      return html`<li data-test="stage-${one.stage}"><strong>${filingLabel("stage", one.stage)}</strong> <span class="oyer-quiet">${g("consent.unasked")}</span></li>`;
    return html`<li data-test="stage-${one.stage}" data-mode=${one.mode}>
      <strong>${filingLabel("stage", one.stage)}</strong> <strong class="govuk-tag oyer-tag">${registryLabel("consent.mode", one.mode)}</strong>
      ${one.asked_us > 0 ? html`<span class="oyer-quiet">${g("consent.asked", { time: when(one.asked_us) })}</span>` : nothing}
      <ul class="govuk-list govuk-list--bullet">
        ${one.parties.map(
          (party) =>
            html`<li>
              ${registryLabel("role", party.role)} ${party.name}：${registryLabel("consent.answer", party.answer)} →
              ${registryLabel("consent.place", party.place)}
            </li>`,
        )}
      </ul>
    </li>`;
  }

  #stages(id: string): TemplateResult {
    return html`<div class="govuk-form-group">
      <label class="govuk-label govuk-label--s" for=${id}>${g("consent.stage")}</label>
      <select class="govuk-select" id=${id} name="stage">
        ${STAGES.map((one) => html`<option value=${one} ?selected=${one === "hearing"}>${filingLabel("stage", one)}</option>`)}
      </select>
    </div>`;
  }

  #ask(): TemplateResult {
    const send = (data: FormData): Promise<Ledger> => this.registry.askConsent(this.of, word(data, "stage") as Stage, word(data, "text"));
    return html`<h2 class="govuk-heading-m">${g("consent.ask")}</h2>
      <form data-test="ask-form" @submit=${(event: Event) => this.#send(event, send)}>
        ${this.#stages("ask-stage")}
        <div class="govuk-form-group">
          <label class="govuk-label govuk-label--s" for="ask-text">${g("consent.question")}</label>
          <textarea class="govuk-textarea" id="ask-text" name="text" rows="3" maxlength="2000" required .value=${forParties("consent.usual")}></textarea>
        </div>
        <button class="govuk-button govuk-button--secondary" data-test="ask">${g("consent.ask_send")}</button>
      </form>`;
  }

  #write(ledger: Ledger): TemplateResult {
    const send = (data: FormData): Promise<Ledger> =>
      this.registry.tellConsent(this.of, {
        party: word(data, "party"),
        stage: word(data, "stage"),
        answer: word(data, "answer"),
        means: word(data, "means"),
        evidence: word(data, "evidence"),
      });
    const choices = (id: string, label: RegistryKey, all: readonly (readonly [string, string])[]): TemplateResult =>
      html`<div class="govuk-form-group">
        <label class="govuk-label govuk-label--s" for=${id}>${g(label)}</label>
        <select class="govuk-select" id=${id} name=${id}>
          ${all.map(([value, text]) => html`<option value=${value}>${text}</option>`)}
        </select>
      </div>`;
    return html`<details class="govuk-details" data-test="told">
      <summary class="govuk-details__summary"><span class="govuk-details__summary-text">${g("consent.told")}</span></summary>
      <form class="govuk-details__text" data-test="told-form" @submit=${(event: Event) => this.#send(event, send)}>
        ${choices("party", "consent.party", ledger.stages[0]?.parties.map((one) => [one.party, one.name] as const) ?? [])} ${this.#stages("told-stage")}
        ${choices("answer", "consent.says", (["yes", "no"] as const).map((one) => [one, g(`consent.answer.${one}`)] as const))}
        ${choices("means", "consent.means", MEANS.map((one) => [one, g(`consent.means.${one}`)] as const))}
        <div class="govuk-form-group">
          <label class="govuk-label govuk-label--s" for="evidence">${g("consent.evidence")}</label>
          <div class="govuk-hint" id="evidence-hint">${g("consent.evidence_hint")}</div>
          <input class="govuk-input" id="evidence" name="evidence" maxlength="500" required aria-describedby="evidence-hint" />
        </div>
        <button class="govuk-button govuk-button--secondary" data-test="tell">${g("consent.tell")}</button>
      </form>
    </details>`;
  }

  #entries(ledger: Ledger): TemplateResult {
    return html`<h2 class="govuk-heading-m">${g("consent.entries")}</h2>
      ${ledger.entries.length === 0 ? html`<p class="govuk-body">${g("consent.none")}</p>` : nothing}
      <ol class="govuk-list" data-test="entries">
        ${ledger.entries.map(
          (one) =>
            html`<li>
              <span class="oyer-quiet">${when(one.given_us)}</span> ${one.name} · ${filingLabel("stage", one.stage)} ·
              <strong>${registryLabel("consent.answer", one.answer)}</strong> · ${registryLabel("consent.means", one.means)} ${one.evidence} · ${one.by} ${one.reason}
              ${one.counts ? nothing : html`<strong class="govuk-tag govuk-tag--red" data-test="void">${g("consent.void")}</strong>`}
            </li>`,
        )}
      </ol>`;
  }

  #send(event: Event, send: (data: FormData) => Promise<Ledger>): void {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    void this.#act(async () => {
      this.ledger = await send(new FormData(form));
      this.said = true;
    });
  }

  async #act(work: () => Promise<void>): Promise<void> {
    this.said = false;
    try {
      await work();
      this.problem = null;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }
}

function word(data: FormData, name: string): string {
  return String(data.get(name) ?? "").trim();
}

define("oyer-registry-consents", RegistryConsents);
