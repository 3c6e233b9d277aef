/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** One filing before the registrar: what was written, page after page, and the decision. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { nameOnList, yuanOf } from "../../core/filing.js";
import type { FilingForm } from "../../core/filing.js";
import { filingLabel } from "../../core/i18n/filing.js";
import { g, registryLabel } from "../../core/i18n/registry.js";
import type { RegistryKey } from "../../core/i18n/registry.js";
import { language } from "../../core/i18n/index.js";
import type { Named, Registry, Reviewed } from "../../core/registry.js";
import type { Office } from "../../core/office.js";
import "../common/needs-two.js";
import { define, Plain } from "../common/plain.js";
import { when } from "../common/when.js";
import { acceptForm, noticeForm, refuseForm } from "./decide.js";
import type { Decision, Draft, Wrong } from "./decide.js";
import "./viewer.js";
import type { Viewer } from "./viewer.js";
import { clockOf, NEAR_DUE_US, NEAR_TARGET_US, problemBox, problemOf } from "./queue.js";

const KEYS: Record<string, Decision> = { KeyA: "accept", KeyB: "correct", KeyR: "refuse" };
const CORRECTION_DAYS = 15;
const RIGHT: Record<Decision, string> = { accept: "accept", correct: "request_correction", refuse: "refuse" };

class RegistryFiling extends Plain {
  static override properties = {
    registry: { attribute: false },
    office: { attribute: false },
    form: { attribute: false },
    filing: {},
    one: { state: true },
    trail: { state: true },
    decision: { state: true },
    wrong: { state: true },
    done: { state: true },
    noted: { state: true },
  };
  declare registry: Registry;
  declare office: Office;
  declare form: FilingForm | null;
  /** Its id. */
  declare filing: string;
  declare one: Reviewed | null;
  declare trail: Named[];
  declare decision: Decision | null;
  declare wrong: Wrong | null;
  declare done: boolean;
  declare noted: boolean;
  #draft: Draft = { items: [{ code: "", text: "" }], needsReason: false };
  #isBusy = false;

  constructor() {
    super();
    this.one = null;
    this.trail = [];
    this.decision = null;
    this.wrong = null;
    this.done = false;
    this.noted = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.#onKey);
    void this.#act(async () => {
      this.one = await this.registry.read(this.filing);
      if (this.one.may.includes("open")) this.one = await this.registry.open(this.filing);
      this.trail = await this.registry.trail(this.filing);
      await this.updateComplete;
      this.querySelector<HTMLElement>("h1")?.focus();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.#onKey);
  }

  protected override render(): TemplateResult {
    const { one } = this;
    const top = html`<p class="govuk-body"><a class="govuk-link" href="#/registry" data-test="to-queue">${g("one.back")}</a></p>
      ${problemBox(this.wrong?.key ?? null, this.wrong?.n)}`;
    if (!one) return html`${top}<p class="govuk-body" role="status">${g("one.loading")}</p>`;
    return html`${top}
      <h1 class="govuk-heading-l" tabindex="-1">${g("queue.versus", { a: this.#names("plaintiff"), b: this.#names("defendant") })}</h1>
      <p class="oyer-registry__clocks" data-test="state" data-state=${one.state}>
        <strong class="govuk-tag oyer-tag">${registryLabel("state", one.state)}</strong>
        ${one.case_number || one.state === "refused"
          ? nothing
          : html`<span>${g("queue.target")} ${clockOf(one.target_us, one.now_us, NEAR_TARGET_US)}</span>
              <span>${g("queue.due")} ${clockOf(one.due_us, one.now_us, NEAR_DUE_US)}</span>`}
        <span class="oyer-quiet">${one.receipt_no}</span>
      </p>
      ${one.case
        ? html`<p class="govuk-body"><a class="govuk-link" href="#/consents/${one.case}" data-test="to-consents">${g("consent.heading")}</a></p>`
        : nothing}
      ${this.done ? this.#outcome(one) : nothing} ${this.#deciding(one)} ${this.#extension(one)}
      <div class="oyer-registry__two">
        <section>${this.#written(one)}</section>
        <section>
          <oyer-registry-viewer .documents=${one.documents} .url=${this.#url} .left=${this.#left} .language=${language()}></oyer-registry-viewer>
        </section>
      </div>
      ${this.#notes(one)}`;
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has("wrong") && this.wrong) this.querySelector<HTMLElement>("[role=alert]")?.focus();
    if (changed.has("decision") && this.decision) this.querySelector<HTMLElement>(".oyer-registry__decision h2")?.focus();
    if (changed.has("done") && this.done) this.querySelector<HTMLElement>("[data-test=next]")?.focus();
  }

  // ---- deciding ----

  #deciding(one: Reviewed): TemplateResult | typeof nothing {
    const may = (["accept", "correct", "refuse"] as const).filter((what) => one.may.includes(RIGHT[what]));
    if (this.done || may.length === 0) return nothing;
    if (this.decision) return html`<div class="oyer-registry__decision">${this.#question(this.decision, one)}</div>`;
    return html`<div class="oyer-registry__bar" role="group" aria-label=${g("one.decide")}>
        ${may.map(
          (what) =>
            html`<button class="govuk-button ${what === "accept" ? "" : "govuk-button--secondary"}" type="button" data-test=${what} @click=${() => this.#ask(what)}>
              ${g(`one.${what}`)}
            </button>`,
        )}
      </div>
      <p class="govuk-hint oyer-registry__keys">${g("one.keys")}</p>`;
  }

  #question(what: Decision, one: Reviewed): TemplateResult {
    const to = {
      cancel: () => this.#ask(null),
      redraw: () => this.requestUpdate(),
      wrong: (wrong: Wrong) => (this.wrong = wrong),
    };
    if (what === "accept") return acceptForm({ ...to, send: () => void this.#decide(() => this.registry.accept(this.filing)) });
    if (what === "refuse") {
      return refuseForm({ ...to, send: (code, text, ruling) => void this.#decide(() => this.registry.refuse(this.filing, code, text, ruling)) });
    }
    return noticeForm(one, this.#draft, { heading: g("correct.heading"), text: g("correct.text"), send: g("correct.send"), days: CORRECTION_DAYS }, {
      ...to,
      send: (items, text, days, late) => void this.#decide(() => this.registry.correct(this.filing, items, text, days, late)),
    });
  }

  /** More time for a correction: a superior's to grant, and then done once. */
  #extension(one: Reviewed): TemplateResult | typeof nothing {
    if (!one.may.includes("extend")) return nothing;
    const send = async (): Promise<void> => {
      const said = (id: string): string => this.querySelector<HTMLInputElement>(`#${id}`)?.value.trim() ?? "";
      await this.registry.extend(one.id, Number(said("extend-days")), said("extend-text") || g("extend.usual"));
      this.one = await this.registry.read(one.id);
      this.trail = await this.registry.trail(one.id);
    };
    return html`<details class="govuk-details" data-test="extend">
      <summary class="govuk-details__summary"><span class="govuk-details__summary-text">${g("extend.heading")}</span></summary>
      <div class="govuk-details__text">
        <div class="govuk-form-group">
          <label class="govuk-label govuk-label--s" for="extend-days">${g("extend.days")}</label>
          <input class="govuk-input govuk-input--width-3" id="extend-days" type="number" inputmode="numeric" min="1" max="60" value="10" />
        </div>
        <div class="govuk-form-group">
          <label class="govuk-label govuk-label--s" for="extend-text">${g("extend.text")}</label>
          <input class="govuk-input" id="extend-text" maxlength="200" value=${g("extend.usual")} />
        </div>
        <oyer-needs-two .office=${this.office} right="override" object="filing:${one.id}" .name=${g("extend.do")} .act=${send}></oyer-needs-two>
      </div>
    </details>`;
  }

  #ask(what: Decision | null): void {
    this.decision = what;
    this.wrong = null;
  }

  async #decide(how: () => Promise<Reviewed>): Promise<void> {
    this.#viewer?.tell();
    await this.#act(async () => {
      this.one = await how();
      this.decision = null;
      this.done = true;
      this.trail = await this.registry.trail(this.filing);
    });
  }

  #outcome(one: Reviewed): TemplateResult {
    const said: RegistryKey = one.case_number ? "accept.done" : one.state === "refused" ? "refuse.done" : "correct.done";
    return html`<div class="govuk-panel govuk-panel--confirmation oyer-panel" role="status" data-test="outcome">
      <div class="govuk-panel__title">${g(said)}</div>
      ${one.case_number ? html`<div class="govuk-panel__body"><strong data-test="case-number"><a class="govuk-link govuk-link--inverse" href="#/register/${one.case}">${one.case_number}</a></strong></div>` : nothing}
      <button class="govuk-button govuk-button--secondary" type="button" data-test="next" @click=${() => this.dispatchEvent(new CustomEvent("next"))}>
        ${g("done.next")}
      </button>
    </div>`;
  }

  async #act(work: () => Promise<void>): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.wrong = null;
    try {
      await work();
    } catch (error) {
      const key = problemOf(error);
      if (key === "error.late") this.#draft.needsReason = true;
      if (key === "error.wrong_state") this.one = await this.registry.read(this.filing).catch(() => this.one);
      this.wrong = { key };
    }
    this.#isBusy = false;
  }

  // ---- reading ----

  #names(role: string): string {
    return (this.one?.parties ?? []).filter((party) => party.role === role).map((party) => party.name).join("、");
  }

  #written(one: Reviewed): TemplateResult {
    const rows: [RegistryKey, string][] = [
      ["one.cause", nameOnList(this.form?.causes ?? [], one.cause, language())],
      ["one.claim", one.claim],
      ...(one.amount_fen > 0 ? ([["one.amount", g("one.yuan", { n: yuanOf(one.amount_fen) })]] as [RegistryKey, string][]) : []),
      ["one.facts", one.facts],
    ];
    return html`<h2 class="govuk-heading-m">${g("one.parties")}</h2>
      <ul class="govuk-list" data-test="parties">
        ${one.parties.map((party) => {
          const paper = party.id_number ? `${filingLabel("people", party.id_type ?? "other")} ${party.id_number}` : "";
          const details = [filingLabel("people", party.kind), paper, party.phone, party.address].filter(Boolean);
          return html`<li><strong>${registryLabel("role", party.role)} ${party.name}</strong><br /><span class="oyer-quiet">${details.join(" · ")}</span></li>`;
        })}
      </ul>
      ${rows.map(
        ([key, said]) =>
          html`<h2 class="govuk-heading-s oyer-tight">${g(key)}</h2>
            <p class="govuk-body oyer-registry__said">${said}</p>`,
      )}
      ${one.correction
        ? html`<h2 class="govuk-heading-s oyer-tight">${g("one.notice")}</h2>
            <ul class="govuk-list govuk-list--bullet">
              ${one.correction.items.map((item) => html`<li>${registryLabel("defect", item.code)}：${item.text}</li>`)}
            </ul>`
        : nothing}`;
  }

  readonly #url = (file: string): string => this.registry.content(this.filing, file);

  get #viewer(): Viewer | null {
    return this.querySelector<Viewer>("oyer-registry-viewer");
  }

  /** How long a page was looked at goes into the trail. */
  readonly #left = (file: string, page: number, seconds: number): void => {
    const isOpen = this.one?.state === "in_review" || this.one?.state === "insisted";
    if (isOpen) void this.registry.dwell(this.filing, file, page, seconds).catch(() => undefined);
  };

  // ---- notes and trail ----

  #notes(one: Reviewed): TemplateResult {
    const add = (event: Event): void => {
      event.preventDefault();
      const form = event.target as HTMLFormElement;
      const text = String(new FormData(form).get("note") ?? "").trim();
      if (!text) return;
      void this.#act(async () => {
        this.one = await this.registry.note(this.filing, text);
        this.trail = await this.registry.trail(this.filing);
        this.noted = true;
        form.reset();
      });
    };
    return html`${one.may.includes("note")
        ? html`<form data-test="note-form" @submit=${add}>
            <div class="govuk-form-group">
              <label class="govuk-label govuk-label--s" for="note">${g("one.note")}</label>
              <textarea class="govuk-textarea" id="note" name="note" rows="2" maxlength="5000"></textarea>
            </div>
            <button class="govuk-button govuk-button--secondary" data-test="note-save">${g("one.note_save")}</button>
            <span role="status">${this.noted ? g("one.noted") : nothing}</span>
          </form>`
        : nothing}
      <details class="govuk-details" data-test="trail">
        <summary class="govuk-details__summary"><span class="govuk-details__summary-text">${g("one.trail")}</span></summary>
        <ol class="govuk-list govuk-details__text">
          ${this.trail.map(
            (event) =>
              html`<li><span class="oyer-quiet">${when(event.at_us)}</span> ${event.by || filingLabel("office", event.office)} ${filingLabel("trail", event.type)} ${event.reason}</li>`,
          )}
        </ol>
      </details>`;
  }

  #onKey = (event: KeyboardEvent): void => {
    if (!event.altKey || !this.one) return;
    const what = KEYS[event.code];
    if (what && !this.done && this.one.may.includes(RIGHT[what])) this.#ask(what);
    else if (event.code === "KeyJ") this.#viewer?.turn(1);
    else if (event.code === "KeyK") this.#viewer?.turn(-1);
    else return;
    event.preventDefault();
  };
}

define("oyer-registry-filing", RegistryFiling);
