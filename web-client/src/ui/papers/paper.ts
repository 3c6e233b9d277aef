/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** One paper before the registry: what it says, page after page, and what becomes of it. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { nameOnList } from "../../core/filing.js";
import { filingLabel } from "../../core/i18n/filing.js";
import { language } from "../../core/i18n/index.js";
import { p, papersLabel, PAPERS } from "../../core/i18n/papers.js";
import type { PapersKey } from "../../core/i18n/papers.js";
import { g, registryLabel } from "../../core/i18n/registry.js";
import type { Me, Office } from "../../core/office.js";
import type { PaperKind } from "../../core/paper.js";
import { ENTER_LEVELS, PaperDesk } from "../../core/paper-desk.js";
import type { PaperBefore } from "../../core/paper-desk.js";
import type { Named } from "../../core/registry.js";
import { define, Plain } from "../common/plain.js";
import { lastMoment, when } from "../common/when.js";
import { area, frame, noticeForm, said } from "../registry/decide.js";
import type { Draft, Wrong } from "../registry/decide.js";
import { clockOf, NEAR_TARGET_US, problemBox as noticeBox } from "../registry/queue.js";
import "../registry/viewer.js";
import "./authority.js";
import { problemBox, problemOf } from "./problem.js";
import { inTime } from "./queue.js";

type Decision = "enter" | "send_back";
type Done = "enter" | "back" | "recall";

const CORRECTION_DAYS = 5;

class PaperPage extends Plain {
  static override properties = {
    office: { attribute: false },
    me: { attribute: false },
    filing: {},
    language: {},
    one: { state: true },
    trail: { state: true },
    decision: { state: true },
    problem: { state: true },
    wrong: { state: true },
    done: { state: true },
  };
  declare office: Office;
  declare me: Me;
  /** Its id. */
  declare filing: string;
  declare language: string; // so that it is drawn anew in the other one
  declare one: PaperBefore | null;
  declare trail: Named[];
  declare decision: Decision | null;
  declare problem: PapersKey | null;
  /** What is missing in the notice. */
  declare wrong: Wrong | null;
  declare done: Done | null;
  #names: PaperKind[] = [];
  #left = 0;
  #draft: Draft = { items: [{ code: "", text: "" }], needsReason: false };
  #isBusy = false;

  constructor() {
    super();
    this.one = null;
    this.trail = [];
    this.decision = null;
    this.problem = null;
    this.wrong = null;
    this.done = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#act(async () => {
      const one = await this.#desk.read(this.filing);
      this.#names = (await this.#desk.limits(one.paper.case)).list.papers;
      this.trail = await this.#desk.trail(this.filing);
      this.one = one;
      await this.updateComplete;
      this.querySelector<HTMLElement>("h1")?.focus();
    });
  }

  protected override render(): TemplateResult {
    const { one } = this;
    const top = html`<p class="govuk-body"><a class="govuk-link" href="#/papers" data-test="to-queue">${p("one.back")}</a></p>
      ${problemBox(this.problem)} ${noticeBox(this.wrong?.key ?? null, this.wrong?.n)}`;
    if (!one) return this.problem ? top : html`${top}<p class="govuk-body" role="status">${p("one.loading")}</p>`;
    const { paper } = one;
    return html`${top}
      <h1 class="govuk-heading-l" tabindex="-1" data-test="paper-name">${nameOnList(this.#names, paper.code, language())}</h1>
      <p class="govuk-body-l">${paper.case_number} · ${p("one.for", { role: papersLabel("role", paper.role), name: paper.party_name })}</p>
      <p class="oyer-registry__clocks" data-test="state" data-state=${one.state}>
        <strong class="govuk-tag oyer-tag">${papersLabel("state", one.state)}</strong>
        <span>${p("one.filed", { time: when(paper.first_us) })}</span>
        <span>${inTime(paper)}</span>
        ${one.state === "filed" ? html`<span>${p("queue.waits")} ${clockOf(one.target_us, one.now_us, NEAR_TARGET_US)}</span>` : nothing}
        <span class="oyer-quiet">${one.receipt_no}</span>
      </p>
      <p class="govuk-body"><a class="govuk-link" href="#/register/${paper.case}" data-test="to-case">${p("one.case")}</a></p>
      ${this.done ? this.#outcome(one, this.done) : nothing} ${this.#recall(one)} ${this.#deciding(one)} ${this.#authority(one)}
      <div class="oyer-registry__two">
        <section>${this.#written(one)}</section>
        ${one.documents.length > 0
          ? html`<section><oyer-registry-viewer .documents=${one.documents} .url=${this.#url} .language=${language()}></oyer-registry-viewer></section>`
          : nothing}
      </div>
      ${this.#steps()}`;
  }

  protected override updated(changed: Map<string, unknown>): void {
    if ((changed.has("wrong") && this.wrong) || (changed.has("problem") && this.problem)) this.querySelector<HTMLElement>("[role=alert]")?.focus();
    if (changed.has("decision") && this.decision) this.querySelector<HTMLElement>(".oyer-registry__decision h2")?.focus();
    if (changed.has("done") && this.done) this.querySelector<HTMLElement>("[data-test=next], p[data-test=outcome]")?.focus();
  }

  get #desk(): PaperDesk {
    return new PaperDesk(this.office);
  }

  readonly #url = (file: string): string => this.#desk.content(this.filing, file);

  // ---- what becomes of it ----

  #deciding(one: PaperBefore): TemplateResult | typeof nothing {
    const may = (["enter", "send_back"] as const).filter((what) => one.may.includes(what));
    // After an undo one decides anew.
    if ((this.done && this.done !== "recall") || may.length === 0) return nothing;
    if (this.decision) return html`<div class="oyer-registry__decision">${this.decision === "enter" ? this.#enterForm() : this.#backForm(one)}</div>`;
    return html`<div class="oyer-registry__bar" role="group" aria-label=${p("one.decide")}>
        ${may.map(
          (what) =>
            html`<button class="govuk-button ${what === "enter" ? "" : "govuk-button--secondary"}" type="button" data-test=${what} @click=${() => this.#ask(what)}>${p(`one.${what}`)}</button>`,
        )}
      </div>
      ${one.paper.was_sent_back ? html`<p class="govuk-hint" data-test="second">${p("one.second")}</p>` : nothing}`;
  }

  #enterForm(): TemplateResult {
    const words = { heading: p("enter.heading"), send: p("one.enter") };
    return frame(
      words,
      { cancel: () => this.#ask(null) },
      html`<p class="govuk-body">${p("enter.text")}</p>
        <div class="govuk-form-group">
          <label class="govuk-label govuk-label--s" for="access">${p("enter.access")}</label>
          <select class="govuk-select" id="access" name="access" data-test="access">
            ${ENTER_LEVELS.map((level) => html`<option value=${level} ?selected=${level === "parties"}>${p(`access.${level}`)}</option>`)}
          </select>
        </div>
        ${area("remark", p("enter.remark"), 2)}`,
      (data) => void this.#decide("enter", () => this.#desk.enter(this.filing, said(data, "access"), said(data, "remark"))),
    );
  }

  #backForm(one: PaperBefore): TemplateResult {
    return noticeForm(one, this.#draft, { heading: p("back.heading"), text: p("back.text"), send: p("back.send"), days: CORRECTION_DAYS }, {
      cancel: () => this.#ask(null),
      redraw: () => this.requestUpdate(),
      wrong: (wrong) => (this.wrong = wrong),
      send: (items, text, days) => void this.#decide("back", () => this.#desk.sendBack(this.filing, items, text, days)),
    });
  }

  /** Until the filer has completed it. */
  #recall(one: PaperBefore): TemplateResult | typeof nothing {
    if (!one.may.includes("recall")) return nothing;
    return html`<div class="oyer-registry__bar">
        <button class="govuk-button govuk-button--secondary" type="button" data-test="recall" @click=${() => void this.#decide("recall", () => this.#desk.recall(this.filing))}>${p("one.recall")}</button>
        <span>${p("one.due", { time: lastMoment(one.correction_due_us) })}</span>
      </div>
      <p class="govuk-hint">${p("one.recall_hint")}</p>`;
  }

  #ask(what: Decision | null): void {
    this.decision = what;
    this.problem = this.wrong = null;
  }

  #decide(what: Done, how: () => Promise<PaperBefore>): Promise<void> {
    return this.#act(async () => {
      this.one = await how();
      this.decision = null;
      this.trail = await this.#desk.trail(this.filing);
      this.#left = (await this.office.waiting()).papers;
      this.done = what;
      if (what === "recall") this.#draft = { items: [{ code: "", text: "" }], needsReason: false };
    });
  }

  #outcome(one: PaperBefore, done: Done): TemplateResult {
    if (done === "recall") return html`<p class="govuk-body" role="status" tabindex="-1" data-test="outcome" data-done="recall">${p("recall.done")}</p>`;
    const key = `${done}.done` as const;
    return html`<div class="govuk-panel govuk-panel--confirmation oyer-panel" role="status" data-test="outcome" data-done=${done}>
      <div class="govuk-panel__title">${p(key, { n: one.paper.entry })}</div>
      <div class="govuk-panel__body">${this.#left > 0 ? p("done.left", { n: this.#left }) : p("done.none")}</div>
      <button class="govuk-button govuk-button--secondary" type="button" data-test="next" @click=${() => this.dispatchEvent(new CustomEvent("next"))}>
        ${p(this.#left > 0 ? "done.next" : "one.back")}
      </button>
    </div>`;
  }

  /** Who is named in a power of attorney stands for nobody until it is confirmed. */
  #authority(one: PaperBefore): TemplateResult | typeof nothing {
    if (one.paper.kind !== "authority" || one.state !== "entered") return nothing;
    return html`<h2 class="govuk-heading-m">${p("authority.heading")}</h2>
      <p class="govuk-body">${p("authority.text")}</p>
      <oyer-case-authority .office=${this.office} .may=${this.me.rights.includes("write_register")} .of=${one.paper.case} .party=${one.paper.party} .documents=${one.documents} .language=${language()}></oyer-case-authority>`;
  }

  async #act(work: () => Promise<void>): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.problem = this.wrong = null;
    try {
      await work();
    } catch (error) {
      this.problem = problemOf(error);
      if (this.problem === "error.faster") await this.#readAnew();
    }
    this.#isBusy = false;
  }

  /** Somebody was faster: it is shown as it is now. */
  async #readAnew(): Promise<void> {
    this.one = await this.#desk.read(this.filing).catch(() => this.one);
    this.trail = await this.#desk.trail(this.filing).catch(() => this.trail);
    this.decision = this.done = null;
  }

  // ---- reading ----

  #written(one: PaperBefore): TemplateResult {
    const { paper, correction } = one;
    return html`<h2 class="govuk-heading-m">${p("one.text")}</h2>
      <p class="govuk-body oyer-registry__said" data-test="text">${one.text || p("one.no_text")}</p>
      ${correction && (one.state === "sent_back" || paper.was_sent_back)
        ? html`<h2 class="govuk-heading-s oyer-tight">${p("one.notice")}</h2>
            <ul class="govuk-list govuk-list--bullet" data-test="notice">
              ${correction.items.map((item) => html`<li>${registryLabel("defect", item.code)}：${item.text}</li>`)}
            </ul>
            ${correction.text ? html`<p class="govuk-body oyer-registry__said">${correction.text}</p>` : nothing}`
        : nothing}`;
  }

  #steps(): TemplateResult {
    return html`<details class="govuk-details" data-test="trail">
      <summary class="govuk-details__summary"><span class="govuk-details__summary-text">${g("one.trail")}</span></summary>
      <ol class="govuk-list govuk-details__text">
        ${this.trail.map((event) => html`<li><span class="oyer-quiet">${when(event.at_us)}</span> ${event.by || papersLabel("office", event.office)} ${stepName(event.type)} ${event.reason}</li>`)}
      </ol>
    </details>`;
  }
}

/** A paper has steps of its own; reading a file, handing in and the like are any filing's. */
function stepName(type: string): string {
  return `trail.${type}` in PAPERS.zh ? papersLabel("trail", type) : filingLabel("trail", type);
}

define("oyer-paper", PaperPage);
