/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The section of papers in running cases: the queue, or one paper (`/staff#/papers/FILING`). */

import { html } from "lit";
import type { TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { PapersKey } from "../../core/i18n/papers.js";
import { language } from "../../core/i18n/index.js";
import type { Me, Office } from "../../core/office.js";
import { PaperDesk } from "../../core/paper-desk.js";
import type { PaperQueue, PaperView } from "../../core/paper-desk.js";
import { define, Plain } from "../common/plain.js";
import "./paper.js";
import { problemOf } from "./problem.js";
import { queue } from "./queue.js";
import type { Sieve } from "./queue.js";

export const TAG = "oyer-papers";

/** The clocks show minutes. */
const REFRESH_MS = 30_000;

class PapersSection extends Plain {
  static override properties = { office: { attribute: false }, me: { attribute: false }, path: {}, found: { state: true }, view: { state: true }, sieve: { state: true }, problem: { state: true } };
  declare office: Office;
  declare me: Me;
  /** The paper that is open; "": the queue. */
  declare path: string;
  declare found: PaperQueue | null;
  declare view: PaperView;
  declare sieve: Sieve;
  declare problem: PapersKey | null;
  #read_ms = 0;
  #tick: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.path = "";
    this.found = null;
    this.view = "open";
    this.sieve = { kind: "", text: "", isLate: false };
    this.problem = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#tick = setInterval(() => this.path || this.requestUpdate(), REFRESH_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#tick);
  }

  protected override render(): TemplateResult {
    if (this.path) {
      return html`${keyed(
        this.path,
        html`<oyer-paper .office=${this.office} .me=${this.me} .filing=${this.path} .language=${language()} @next=${() => void this.#next()}></oyer-paper>`,
      )}`;
    }
    const now_us = this.found ? this.found.now_us + (performance.now() - this.#read_ms) * 1000 : 0;
    return queue(this.found, this.view, this.sieve, this.problem, now_us, {
      show: (view) => {
        this.view = view;
        void this.#load();
      },
      sift: (sieve) => (this.sieve = sieve),
      refresh: () => void this.#load(),
      next: () => void this.#next(),
    });
  }

  /** Back at the queue: what was dealt with is not on it any more. */
  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has("path") && !this.path) void this.#load().then(() => this.querySelector<HTMLElement>("h1")?.focus());
  }

  #act(work: () => Promise<void>): Promise<void> {
    return work().then(
      () => void (this.problem = null),
      (error: unknown) => void (this.problem = problemOf(error)),
    );
  }

  #load(): Promise<void> {
    return this.#act(async () => {
      this.found = await new PaperDesk(this.office).queue(this.view);
      this.#read_ms = performance.now();
    });
  }

  /** The one that waits longest. */
  #next(): Promise<void> {
    return this.#act(async () => {
      const { papers } = await new PaperDesk(this.office).queue("open");
      const next = papers.find((one) => one.id !== this.path);
      location.hash = next ? `#/papers/${next.id}` : "#/papers";
    });
  }
}

define(TAG, PapersSection);
